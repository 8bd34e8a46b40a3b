//! The pages of the figures: each number leads to as many cases, nobody sees another service's, and only who answers for the
//! quality of all publishes.

use axum::http::StatusCode;
use regex::Regex;

use super::Pages;
use crate::{accounts::Token, desk::testing::Letter, store::testing::at};

/// Cases of March in two services: answered in time, too late, not at all, closed in time, handed to the other service.
async fn march() -> Pages {
    let pages = Pages::open().await;
    let office = &pages.office;
    for number in 2..=6 {
        office.write(&Letter::new(&number.to_string()).from(&format!("u{number}@usagers.example.fr"))).await;
    }
    office.deliver("etrangers", Letter::new("9").from("u9@usagers.example.fr").octets()).await;
    office.try_receive("etrangers").await.unwrap();
    office.post().await;
    office.desk.answered_outside("2026-000001", at("2026-03-02T08:59:00Z"), "", "noe").await.unwrap();
    office.clock.set(at("2026-03-04T10:00:00Z"));
    office.desk.close("2026-000003", crate::case::Closing::Thanks, "", "noe").await.unwrap();
    office
        .desk
        .held_outside("2026-000004", jiff::civil::date(2026, 3, 20), at("2026-03-04T09:00:00Z"), "noe")
        .await
        .unwrap();
    office.clock.set(at("2026-03-12T10:00:00Z"));
    office.desk.answered_outside("2026-000002", at("2026-03-12T09:00:00Z"), "", "noe").await.unwrap();
    office.clock.set(at("2026-04-02T10:00:00Z"));
    pages
}

async fn quality(pages: &Pages) -> Token {
    pages.who("qualite@prefecture.example.fr", &["quality_officer"]).await
}

#[tokio::test]
async fn every_number_leads_to_as_many_cases() {
    let pages = march().await;
    let token = quality(&pages).await;
    let page = pages.get(Some(&token), "/indicateurs?annee=2026").await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    let row = Regex::new(r#"(?s)<tr><th scope="row">([^<]*)</th>(.*?)</tr>"#).unwrap();
    let link = Regex::new(r#"<a href="(/indicateurs/preuve[^"]*)" aria-label="([^"]*) : voir"#).unwrap();
    let cell = Regex::new(r"(?s)<td>(.*?)</td>").unwrap();
    let mut followed = 0;
    for found in row.captures_iter(&page.body) {
        let (label, cells) = (&found[1], &found[2]);
        for cell in cell.captures_iter(cells) {
            let Some(link) = link.captures(&cell[1]) else {
                let text = cell[1].trim();
                let drawn = page.body[..found.get(0).unwrap().start()]
                    .rfind("Valeurs : ")
                    .is_some_and(|at| !page.body[at..found.get(0).unwrap().start()].contains("</table>"));
                let share = text.ends_with('%') && !label.starts_with("taux");
                assert!(
                    drawn || share || ["0", "", "Sans objet"].contains(&text),
                    "« {label} », {text}: leads nowhere"
                );
                continue;
            };
            let (address, number) = (link[1].replace("&#38;", "&"), &link[2]);
            let listed = pages.get(Some(&token), &address).await;
            let lines = listed.body.matches("<th scope=\"row\">").count();
            assert!(
                lines > 0 && listed.body.contains(&format!("<strong>{lines}</strong> ligne")),
                "{address}: {}",
                listed.body
            );
            // Of a mean, a median, a rate: all that they are taken of.
            if !["moyenne", "médiane", "90e", "taux"].iter().any(|word| label.starts_with(word)) {
                assert_eq!(lines.to_string(), *number, "{label}: {address}");
            }
            followed += 1;
        }
    }
    assert!(followed >= 100, "{followed}");
    // What is left out is told, with its reason.
    let apart = "/indicateurs/preuve?figure=email_on_time&du=2026-03&au=2026-03&part=ecartees";
    let apart = pages.get(Some(&token), apart).await;
    assert!(apart.body.contains("2026-000003") && apart.body.contains("close sans réponse"), "{}", apart.body);
    for wrong in ["figure=rien&du=2026-03&au=2026-03", "figure=email_on_time&du=mars&au=2026-03", ""] {
        let said = pages.get(Some(&token), &format!("/indicateurs/preuve?{wrong}")).await;
        assert_eq!(said.status, StatusCode::NOT_FOUND, "{wrong}");
    }
}

#[tokio::test]
async fn a_manager_sees_the_figures_of_their_service_alone_and_publishes_nothing() {
    let pages = march().await;
    let manager = pages.who("karim@prefecture.example.fr", &["manager:sejour"]).await;
    let rate = "/indicateurs/preuve?figure=all_on_time&du=2026-03&au=2026-03&part=den";
    let listed = pages.get(Some(&manager), rate).await;
    assert!(listed.body.contains("2026-000007") && !listed.body.contains("2026-000001"), "{}", listed.body);
    assert_eq!(pages.get(Some(&manager), "/indicateurs?service=accueil").await.status, StatusCode::NOT_FOUND);
    let sheet = pages.get(Some(&manager), "/indicateurs/feuille/csv?annee=2026").await;
    let line = sheet.body.lines().find(|line| line.contains("demandes de toute nature;engagements")).unwrap();
    assert!(line.contains(";0;0;1;0;"), "{line}");
    for path in ["/indicateurs/dossier-de-preuves", "/indicateurs/publications"] {
        let said = pages.get(Some(&manager), path).await;
        assert_eq!(said.status == StatusCode::FORBIDDEN, path.contains("dossier"), "{path}");
        assert!(!said.body.contains("<button class=\"quiet\">Publier"), "{path}");
    }
    // A quality officer of one service is none for what everybody sees.
    let local = pages.who("lea@prefecture.example.fr", &["quality_officer:sejour"]).await;
    let said = pages.post(Some(&local), "/indicateurs/publier", &[("mois", "2026-03")]).await;
    assert_eq!((said.status, pages.office.fixture.count("published_month").await), (StatusCode::FORBIDDEN, 0));
}

#[tokio::test]
async fn a_month_is_published_and_corrected_from_the_pages() {
    let pages = march().await;
    let token = quality(&pages).await;
    let list = "/indicateurs/publications";
    assert!(pages.get(Some(&token), list).await.body.contains("Publier mars 2026"));
    let said = pages.post(Some(&token), "/indicateurs/publier", &[("mois", "2026-03")]).await;
    assert_eq!(said.leads_to(), "/indicateurs/publications?fait=publie", "{}", said.body);
    assert!(pages.get(Some(&token), list).await.body.contains("Toujours comme il a été publié."));
    pages.office.desk.answered_outside("2026-000005", at("2026-03-06T09:00:00Z"), "", "noe").await.unwrap();
    assert!(pages.get(Some(&token), list).await.body.contains("Pourquoi, demande par demande (mars 2026)"));
    let body = pages.get(Some(&token), &format!("{list}?mois=2026-03")).await.body;
    assert!(body.contains("2026-000005") && body.contains("réponse : aucune → 06/03/2026"), "{body}");
    let page = pages.get(Some(&token), "/indicateurs?annee=2026").await.body;
    assert!(page.contains("Depuis leur publication"), "{page}");
    let said = pages.post(Some(&token), "/indicateurs/publier", &[("mois", "2026-03"), ("pourquoi", "")]).await;
    assert!(said.body.contains("dites pourquoi"), "{}", said.body);
    let fields = [("mois", "2026-03"), ("pourquoi", "réponse notée en retard")];
    assert_eq!(pages.post(Some(&token), "/indicateurs/publier", &fields).await.status, StatusCode::SEE_OTHER);
    assert!(pages.get(Some(&token), list).await.body.contains("réponse notée en retard"));
    assert!(pages.recorded().await.iter().filter(|(_, deed, _)| *deed == "month_published").count() >= 2);
}

#[tokio::test]
async fn opinions_and_mystery_mails_stand_beside_the_figures() {
    let pages = march().await;
    let token = quality(&pages).await;
    let here = "/indicateurs/ecoute?annee=2026";
    let wrong = [("mois", "2026-03"), ("reponses", "10"), ("satisfaits", "11")];
    assert!(pages.post(Some(&token), "/indicateurs/satisfaction", &wrong).await.body.contains("vérifiez"));
    let right = [("mois", "2026-03"), ("reponses", "42"), ("satisfaits", "37"), ("service", "")];
    assert_eq!(pages.post(Some(&token), "/indicateurs/satisfaction", &right).await.status, StatusCode::SEE_OTHER);
    let mail = [
        ("campagne", "printemps"),
        ("envoye", "2026-03-02"),
        ("service", "accueil"),
        ("reference", "2026-000001"),
        ("acknowledged", "oui"),
        ("in_time", "non"),
        ("signed", ""),
    ];
    assert_eq!(
        pages.post(Some(&token), "/indicateurs/mystere", &mail).await.leads_to(),
        "/indicateurs/ecoute?annee=2026&fait=ecoute"
    );
    let unknown: Vec<_> =
        mail.iter().map(|(name, value)| (*name, if *name == "reference" { "2026-999999" } else { value })).collect();
    assert!(
        pages.post(Some(&token), "/indicateurs/mystere", &unknown).await.body.contains("Aucune demande de ce service")
    );
    let body = pages.get(Some(&token), here).await.body;
    assert!(body.contains("88,10\u{a0}% d&#39;usagers satisfaits"), "{body}");
    assert!(body.contains("100,00\u{a0}% (1 sur 1)") && body.contains("0,00\u{a0}% (0 sur 1)"), "{body}");
    let bilan = pages.get(Some(&token), "/indicateurs/papier/bilan?annee=2026").await;
    assert!(bilan.body.contains("printemps : 1 courriel") && bilan.body.contains("42 réponses au questionnaire"));
    assert!(
        bilan.body.contains("/assets/papiers.css") && !bilan.body.contains("<style>"),
        "the policy allows no style inside"
    );
    assert_eq!(pages.post(Some(&token), "/indicateurs/mystere/1/retirer", &[]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(pages.post(Some(&token), "/indicateurs/mystere/1/retirer", &[]).await.status, StatusCode::NOT_FOUND);
    assert!(pages.get(Some(&token), here).await.body.contains("Aucune campagne"));
}
