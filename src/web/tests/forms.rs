//! What a form must bear, and that nothing of what was typed is lost.

use axum::{
    body::Body,
    http::{Method, StatusCode, header},
};

use super::{Pages, request};
use crate::{case::State, clock::Clock};

const CASE: &str = "/demandes/2026-000001";

#[tokio::test]
async fn a_form_that_is_not_ours_does_nothing() {
    let pages = Pages::open().await;
    let agent = pages.agent().await;
    let token = agent.derived("form");
    let path = format!("{CASE}/noter");
    let right = format!("jeton={token}&note=a");
    for (headers, body) in [
        (vec![], "note=a".to_owned()),
        (vec![], format!("jeton={}&note=a", "0".repeat(64))),
        (vec![("sec-fetch-site", "cross-site")], right.clone()),
        (vec![("sec-fetch-site", "same-site")], right.clone()),
        (vec![("origin", "https://ailleurs.example.org")], right.clone()),
        (vec![("origin", "null")], right.clone()),
    ] {
        let said =
            pages.ask(request(Method::POST, &path, Some(&agent), &headers).body(Body::from(body)).unwrap()).await;
        assert_eq!(said.status, StatusCode::FORBIDDEN, "{headers:?}");
    }
    assert!(!pages.office.history("2026-000001").await.contains(&"noted"));
    for headers in [vec![], vec![("sec-fetch-site", "same-origin")], vec![("origin", "https://releve.example.fr")]] {
        let said = pages
            .ask(request(Method::POST, &path, Some(&agent), &headers).body(Body::from(right.clone())).unwrap())
            .await;
        assert_eq!(
            (said.status, said.leads_to()),
            (StatusCode::SEE_OTHER, "/demandes/2026-000001?fait=note"),
            "{headers:?}"
        );
    }
    // The token of one session is none of another.
    let other = pages.accounts.log_in("noe@prefecture.example.fr", super::PASSWORD, 10).await.unwrap();
    let said = pages.ask(request(Method::POST, &path, Some(&other), &[]).body(Body::from(right)).unwrap()).await;
    assert_eq!(said.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_login_from_another_site_is_refused() {
    let pages = Pages::open().await;
    pages.agent().await;
    let body = "courriel=noe@prefecture.example.fr&mot_de_passe=une+phrase+facile+47";
    let sent = request(Method::POST, "/connexion", None, &[("sec-fetch-site", "cross-site")]);
    let said = pages.ask(sent.body(Body::from(body)).unwrap()).await;
    assert_eq!((said.status, said.header(header::SET_COOKIE.as_str())), (StatusCode::FORBIDDEN, ""));
}

#[tokio::test]
async fn what_was_typed_comes_back_with_the_reason() {
    let pages = Pages::open().await;
    let agent = pages.agent().await;
    let path = format!("{CASE}/ecrire/attente");
    let fields = [
        ("jusqu_au", "2026-02-02"),
        ("champ.raison", "beaucoup de demandes"),
        ("texte", "Un texte <b>à moi</b>"),
        ("action", "apercu"),
    ];
    let said = pages.post(Some(&agent), &path, &fields).await;
    assert_eq!(said.status, StatusCode::UNPROCESSABLE_ENTITY);
    for words in [
        "La date annoncée doit être à venir",
        "beaucoup de demandes",
        "Un texte &#60;b&#62;à moi&#60;/b&#62;",
        "2026-02-02",
    ] {
        assert!(said.body.contains(words), "{words}: {}", said.body);
    }
    let said = pages.post(Some(&agent), &format!("{CASE}/clore"), &[("note", "déjà dit")]).await;
    assert!(said.body.contains("Choisissez pourquoi") && said.body.contains("déjà dit"), "{}", said.body);
    let said = pages.post(Some(&agent), &path, &[("texte", &"a".repeat(1 << 20))]).await;
    assert_eq!(said.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(said.body.contains("trop long"), "{}", said.body);
}

/// What stands in a hidden field of the page.
fn hidden<'b>(body: &'b str, name: &str) -> &'b str {
    let rest = body.split(&format!("name=\"{name}\" value=\"")).nth(1).unwrap_or_default();
    rest.split('"').next().unwrap_or_default()
}

#[tokio::test]
async fn nothing_is_sent_that_was_not_seen() {
    let pages = Pages::open().await;
    let agent = pages.agent().await;
    let path = format!("{CASE}/ecrire/reponse");
    let text = "Bonjour,\r\n\r\nDe 9 heures à midi.\r\n\r\nCordialement,";
    let to = ("a", "jeanne@usagers.example.fr");
    let at_once =
        pages.post(Some(&agent), &path, &[("objet", "Horaires"), ("texte", text), to, ("action", "envoyer")]).await;
    assert_eq!(at_once.status, StatusCode::UNPROCESSABLE_ENTITY);
    let shown =
        pages.post(Some(&agent), &path, &[("objet", "Horaires"), ("texte", text), to, ("action", "apercu")]).await;
    assert!(shown.body.contains("Voici ce qui sera envoyé") && shown.body.contains("Noé Perrin"), "{}", shown.body);
    let seen = hidden(&shown.body, "vu").to_owned();
    assert_eq!(seen.len(), 64);
    let other = text.replace("midi", "13 heures");
    let changed = [("objet", "Horaires"), ("texte", &*other), to, ("vu", &*seen), ("action", "envoyer")];
    let said = pages.post(Some(&agent), &path, &changed).await;
    assert!(said.body.contains("plus celui que vous avez vu"), "{}", said.body);
    let fields = [("objet", "Horaires"), ("texte", text), to, ("vu", &*seen), ("action", "envoyer")];
    let said = pages.post(Some(&agent), &path, &fields).await;
    assert_eq!((said.status, said.leads_to()), (StatusCode::SEE_OTHER, CASE));
    let shown = pages.get(Some(&agent), CASE).await;
    assert!(shown.body.contains("Annuler l'envoi") || shown.body.contains("Annuler l&#39;envoi"), "{}", shown.body);
    pages.office.clock.set(pages.office.clock.now() + jiff::SignedDuration::from_secs(20));
    assert_eq!(pages.office.desk.leave_due().await.unwrap(), 1);
    assert_eq!(pages.office.case("2026-000001").await.summary.state, State::Answered);
    assert_eq!(pages.office.letter().await.0.recipient, "jeanne@usagers.example.fr");
}

#[tokio::test]
async fn a_model_that_is_left_as_it_is_counts_as_unchanged() {
    let pages = Pages::open().await;
    let agent = pages.agent().await;
    let begun = pages.get(Some(&agent), &format!("{CASE}/ecrire/reponse?modele=accueil-horaires")).await;
    let text = begun.body.split("data-lint>").nth(1).unwrap().split("</textarea>").next().unwrap();
    let text = text
        .replace("&#39;", "'")
        .replace("&#34;", "\"")
        .replace("&#38;", "&")
        .replace("&#60;", "<")
        .replace("&#62;", ">");
    let browsers = text.replace('\n', "\r\n");
    let subject = hidden(&begun.body, "objet").replace("&#39;", "'");
    let path = format!("{CASE}/ecrire/reponse");
    let mut fields =
        vec![("modele", "accueil-horaires"), ("objet", &*subject), ("texte", &*browsers), ("action", "apercu")];
    let shown = pages.post(Some(&agent), &path, &fields).await;
    let seen = hidden(&shown.body, "vu").to_owned();
    fields.pop();
    fields.extend([("action", "envoyer"), ("vu", &*seen)]);
    let said = pages.post(Some(&agent), &path, &fields).await;
    assert_eq!(said.status, StatusCode::SEE_OTHER, "{}", said.body);
    pages.office.clock.set(pages.office.clock.now() + jiff::SignedDuration::from_secs(20));
    pages.office.desk.leave_due().await.unwrap();
    let reply = &pages.office.case("2026-000001").await.replies[0].letter;
    assert_eq!((reply.model.as_str(), reply.edited), ("accueil-horaires", false));
}

#[tokio::test]
async fn a_letter_is_entered_with_its_day_of_arrival() {
    let pages = Pages::open().await;
    let agent = pages.agent().await;
    let fields = [
        ("canal", "letter"),
        ("objet", "Carte grise"),
        ("arrivee", "2026-02-26"),
        ("service", "accueil"),
        ("a_moi", "1"),
    ];
    let said = pages.post(Some(&agent), "/courrier", &fields).await;
    assert_eq!(said.leads_to(), "/demandes/2026-000002?fait=enregistree", "{}", said.body);
    let case = pages.office.case("2026-000002").await;
    assert_eq!(case.summary.received_at.to_string(), "2026-02-26T11:00:00Z");
    assert_eq!(case.events[0].at, pages.office.desk.now(), "and the day on which it was entered");
    assert_eq!(case.summary.agent, "noe@prefecture.example.fr");
    let late = [("canal", "letter"), ("objet", "Carte grise"), ("arrivee", "2026-03-03"), ("service", "accueil")];
    let said = pages.post(Some(&agent), "/courrier", &late).await;
    assert!(said.body.contains("dans l&#39;avenir") && said.body.contains("Carte grise"), "{}", said.body);
}

#[tokio::test]
async fn what_was_typed_while_the_session_ended_is_not_lost() {
    let pages = Pages::open().await;
    let agent = pages.agent().await;
    pages.accounts.end_sessions("noe@prefecture.example.fr", "test").await.unwrap();
    let fields = [("texte", "Une longue réponse"), ("action", "envoyer")];
    let said = pages.post(Some(&agent), &format!("{CASE}/ecrire/reponse"), &fields).await;
    assert_eq!(said.status, StatusCode::UNAUTHORIZED);
    assert!(said.body.contains("Une longue réponse") && said.body.contains("rien n&#39;a été fait"), "{}", said.body);
    assert_eq!(pages.office.fixture.count("writing").await, 0);
}
