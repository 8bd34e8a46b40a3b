//! What a person of one service can learn of another, and how a session is had.

use axum::http::StatusCode;

use super::{PASSWORD, Pages};
use crate::{desk::testing::Letter, web::page::own_way};

const NOE: &str = "noe@prefecture.example.fr";

#[tokio::test]
async fn a_login_gives_a_session_that_no_script_reads_and_leads_on() {
    let pages = Pages::open().await;
    pages.agent().await;
    let said = pages.get(None, "/demandes?mots=a%26b").await;
    let login = said.leads_to().to_owned();
    assert_eq!(login, "/connexion?puis=%2Fdemandes%3Fmots%3Da%2526b");
    let fields = [("courriel", NOE), ("mot_de_passe", PASSWORD), ("puis", "/demandes?mots=a%26b")];
    let said = pages.post(None, "/connexion", &fields).await;
    assert_eq!((said.status, said.leads_to()), (StatusCode::SEE_OTHER, "/demandes?mots=a%26b"));
    let cookie = said.header("set-cookie");
    assert!(cookie.starts_with("releve=") && cookie.ends_with("; Path=/; HttpOnly; SameSite=Lax"), "{cookie}");
    let wrong = pages.post(None, "/connexion", &[("courriel", NOE), ("mot_de_passe", "faux")]).await;
    assert_eq!((wrong.status, wrong.header("set-cookie")), (StatusCode::UNPROCESSABLE_ENTITY, ""));
    assert!(wrong.body.contains("n&#39;est pas le bon"), "{}", wrong.body);
}

#[test]
fn a_way_leads_to_our_own_pages_alone() {
    for (asked, way) in [
        ("/demandes/2026-000001", "/demandes/2026-000001"),
        ("//ailleurs.example.org", "/"),
        ("https://ailleurs.example.org", "/"),
        ("/\\ailleurs.example.org", "/"),
        ("/a\r\nSet-Cookie: b", "/"),
        ("/\t/ailleurs.example.org", "/"),
        ("", "/"),
    ] {
        assert_eq!(own_way(asked), way);
    }
}

#[tokio::test]
async fn a_case_of_another_service_is_neither_seen_found_nor_touched() {
    let pages = Pages::open().await;
    let stranger = pages.who("ines@prefecture.example.fr", &["agent:sejour"]).await;
    pages.office.deliver("etrangers", Letter::new("2").subject("Titre de séjour").octets()).await;
    pages.office.try_receive("etrangers").await.unwrap();
    let own = "2026-000002";
    assert_eq!(pages.get(Some(&stranger), &format!("/demandes/{own}")).await.status, StatusCode::OK);
    assert_eq!(pages.get(Some(&stranger), "/demandes/2026-000001").await.status, StatusCode::NOT_FOUND);
    for asked in ["?etat=tous", "?service=accueil", "?mots=2026-000001", "?mots=guichet"] {
        let said = pages.get(Some(&stranger), &format!("/demandes{asked}")).await;
        assert!(!said.body.contains("Horaires du guichet") && !said.body.contains("/demandes/2026-000001"), "{asked}");
    }
    // Neither through a message of it, nor many at a time, nor by a merge.
    let source = pages.get(Some(&stranger), &format!("/demandes/{own}/messages/1/origine")).await;
    assert_eq!(source.status, StatusCode::NOT_FOUND);
    let fields = [("a", "ines@prefecture.example.fr"), ("demande", "2026-000001"), ("demande", own)];
    let said = pages.post(Some(&stranger), "/demandes/confier", &fields).await;
    assert!(said.body.contains("pas de vos services"), "{}", said.body);
    assert_eq!(pages.office.case("2026-000001").await.summary.agent, "");
    assert_eq!(pages.office.case(own).await.summary.agent, "ines@prefecture.example.fr", "the others are not held up");
    let fields = [("dans", "2026-000001"), ("meme_personne", "1")];
    let said = pages.post(Some(&stranger), &format!("/demandes/{own}/reunir"), &fields).await;
    assert!(said.body.contains("Aucune demande de vos services"), "{}", said.body);
    // Nor by entering something for a service that is not theirs.
    let fields = [("canal", "letter"), ("objet", "x"), ("arrivee", "2026-03-02"), ("service", "accueil")];
    let said = pages.post(Some(&stranger), "/courrier", &fields).await;
    assert_eq!(said.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn what_was_read_and_done_is_recorded_and_not_what_was_looked_for() {
    let pages = Pages::open().await;
    let agent = pages.agent().await;
    let before = pages.recorded().await.len();
    pages.get(Some(&agent), "/demandes/2026-000001").await;
    pages.get(Some(&agent), "/demandes?mots=martin").await;
    pages.get(Some(&agent), "/demandes/2026-000001/messages/1/origine").await;
    pages.post(Some(&agent), "/demandes/2026-000001/noter", &[("note", "Rappeler mardi")]).await;
    pages.post(Some(&agent), "/demandes/2026-000001/noter", &[("note", " ")]).await;
    pages.get(Some(&agent), "/demandes/2026-000009").await;
    let recorded = pages.recorded().await.split_off(before);
    let of = |deed: &'static str, about: &str| (NOE.to_owned(), deed, about.to_owned());
    let case = "2026-000001";
    let expected = [of("case_read", case), of("searched", ""), of("source_read", case), of("case_changed", case)];
    assert_eq!(recorded, expected, "what was refused was not done");
    let whole = pages
        .office
        .fixture
        .number("SELECT COUNT(*) FROM audit WHERE detail LIKE '%martin%' OR detail LIKE '%mardi%'")
        .await;
    assert_eq!(whole, 0);
}

#[tokio::test]
async fn what_came_in_is_handed_over_and_never_opened() {
    let pages = Pages::open().await;
    let agent = pages.agent().await;
    let said = pages.get(Some(&agent), "/demandes/2026-000001/messages/1/origine").await;
    assert_eq!(said.header("content-type"), "application/octet-stream");
    assert!(said.header("content-disposition").starts_with("attachment; filename=\"2026-000001-1.eml\""));
    assert!(said.header("content-security-policy").contains("sandbox"));
    assert!(said.body.contains("Horaires du guichet"));
}

#[tokio::test]
async fn an_attachment_keeps_its_name_and_a_picture_is_shown_only_if_it_is_one() {
    let pages = Pages::open().await;
    let agent = pages.agent().await;
    let png = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
    let svg = "PHN2ZyB4bWxucz0iaHR0cDovL3d3dy53My5vcmcvMjAwMC9zdmciPjxzY3JpcHQ+YSgpPC9zY3JpcHQ+PC9zdmc+";
    let part = |name: &str, bytes: &str| {
        format!(
            "--b\r\nContent-Type: image/png; name=\"{name}\"\r\nContent-Disposition: attachment; filename=\"{name}\"\r\nContent-Transfer-Encoding: base64\r\n\r\n{bytes}\r\n"
        )
    };
    let mail = format!(
        "From: Odile <odile@usagers.example.fr>\r\nTo: contact@prefecture.example.fr\r\nSubject: Photo\r\nMessage-ID: <p@usagers.example.fr>\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nBonjour, voici ma photo.\r\n{}{}--b--\r\n",
        part("été \u{202e}gnp.exe\"><b>", png),
        part("dessin.png", svg)
    );
    pages.office.deliver("contact", mail.as_bytes()).await;
    pages.office.receive().await;
    let shown = pages.get(Some(&agent), "/demandes/2026-000002").await;
    assert!(!shown.body.contains('\u{202e}') && !shown.body.contains("\"><b>"), "{}", shown.body);
    let digests: Vec<&str> = shown.body.split("/pieces/").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    assert_eq!(digests.len(), 2, "{}", shown.body);
    let at = |what: &str, digest: &str| format!("/demandes/2026-000002/messages/2/{what}/{digest}");
    let said = pages.get(Some(&agent), &at("images", digests[0])).await;
    assert_eq!((said.status, said.header("content-type")), (StatusCode::OK, "image/png"));
    let said = pages.get(Some(&agent), &at("images", digests[1])).await;
    assert_eq!(said.status, StatusCode::NOT_FOUND, "a drawing that says it is a picture");
    let said = pages.get(Some(&agent), &at("pieces", digests[1])).await;
    assert_eq!(said.header("content-type"), "application/octet-stream");
    let said = pages.get(Some(&agent), &at("pieces", digests[0])).await;
    assert!(
        said.header("content-disposition").contains("filename*=UTF-8''%C3%A9t%C3%A9"),
        "{}",
        said.header("content-disposition")
    );
}

#[tokio::test]
async fn a_page_of_the_queue_has_fifty_rows_at_most_and_the_next_one_goes_on() {
    let pages = Pages::open().await;
    let agent = pages.agent().await;
    let columns = "mailbox, channel, service, kind, scope, topic, confidence, evidence, state, correspondent, correspondent_name, \
                   subject, received_at, opened_at, due_at, delay";
    let more = format!(
        "INSERT INTO cases (reference, {columns})
         WITH RECURSIVE number (n) AS (SELECT 100001 UNION ALL SELECT n + 1 FROM number WHERE n < 100070)
         SELECT '2026-' || n, {columns} FROM number, cases WHERE cases.reference = '2026-000001'"
    );
    pages.office.fixture.run(&more).await;
    let rows = async |path: &str| pages.get(Some(&agent), path).await.body.matches("class=\"reference\"").count();
    assert_eq!((rows("/demandes").await, rows("/demandes?page=2").await, rows("/demandes?page=3").await), (50, 21, 0));
    let first = pages.get(Some(&agent), "/demandes").await.body;
    assert!(
        first.contains("Demandes 1 à 50 sur 71") && first.contains("page=2") && !first.contains("page=0"),
        "{first}"
    );
}

#[tokio::test]
async fn what_a_message_cites_is_folded_and_whole() {
    let pages = Pages::open().await;
    let agent = pages.agent().await;
    let body =
        "Bonjour,\r\n\r\nEt le samedi ?\r\n\r\nLe 1 mars 2026 à 10:00, Noé Perrin a écrit :\r\n> De 9 h à midi.\r\n";
    pages.office.write(&Letter::new("2").from("Paul <paul@usagers.example.fr>").body(body)).await;
    let shown = pages.get(Some(&agent), "/demandes/2026-000002").await.body;
    let (before, folded) = shown.split_once("Message entier, avec ce qu'il cite").expect("a fold");
    assert!(before.contains("Et le samedi ?") && !before.contains("De 9 h à midi."), "{before}");
    assert!(folded.contains("De 9 h à midi.") && folded.contains("Et le samedi ?"), "{folded}");
}
