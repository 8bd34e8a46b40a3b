//! Each address × each role × nobody: what the table says is what happens, and the table says what was decided here by hand.

use axum::http::{Method, StatusCode};
use sha2::{Digest, Sha256};

use super::Pages;
use crate::web::routes::{Who, table};

/// Who may open an address: agent and manager of the service of the case, quality officer, administrator.
const OPEN: &[(&str, &str)] = &[
    // Whoever comes, and whoever has come in.
    ("* /connexion", "everybody"),
    ("* /invitation/{token}", "everybody"),
    ("* /accessibilite", "everybody"),
    ("* /assets/style.css", "everybody"),
    ("* /assets/releve.js", "everybody"),
    ("* /theme/{name}", "everybody"),
    ("* /", "agent manager quality administrator"),
    ("* /deconnexion", "agent manager quality administrator"),
    // Reading cases.
    ("GET /demandes", "agent manager quality"),
    ("GET /demandes/{reference}", "agent manager quality"),
    ("POST /demandes/{reference}/presence", "agent manager quality"),
    ("POST /demandes/{reference}/confirmer", "agent manager quality"),
    ("POST /demandes/{reference}/corriger", "agent manager quality"),
    ("POST /demandes/{reference}/noter", "agent manager quality"),
    ("GET /demandes/{reference}/messages/{message}/origine", "agent manager quality"),
    ("GET /demandes/{reference}/messages/{message}/mise-en-forme", "agent manager quality"),
    ("GET /demandes/{reference}/messages/{message}/pieces/{digest}", "agent manager quality"),
    ("GET /demandes/{reference}/messages/{message}/images/{digest}", "agent manager quality"),
    // Answering them.
    ("POST /demandes/confier", "agent manager"),
    ("POST /demandes/{reference}/confier", "agent manager"),
    ("POST /demandes/{reference}/clore", "agent manager"),
    ("POST /demandes/{reference}/rouvrir", "agent manager"),
    ("POST /demandes/{reference}/reunir", "agent manager"),
    ("POST /demandes/{reference}/separer", "agent manager"),
    ("POST /demandes/{reference}/detacher", "agent manager"),
    ("POST /demandes/{reference}/repondue", "agent manager"),
    ("GET /demandes/{reference}/ecrire/{kind}", "agent manager"),
    ("POST /demandes/{reference}/ecrire/{kind}", "agent manager"),
    ("POST /demandes/{reference}/ecrire/{kind}/brouillon", "agent manager"),
    ("POST /demandes/{reference}/relire", "agent manager"),
    ("POST /demandes/{reference}/reprendre", "agent manager"),
    ("POST /brouillons/{id}/effacer", "agent manager"),
    ("* /courrier", "agent manager"),
    // The library.
    ("* /reponses", "agent manager quality"),
    ("* /reponses/{kind}/{name}", "agent manager quality"),
    ("* /changements", "agent manager quality"),
    ("GET /changements/{id}", "agent manager quality"),
    ("POST /changements/{id}", "quality"),
    // How services stand.
    ("GET /tableau-de-bord", "manager quality"),
    ("POST /absences", "manager"),
    ("POST /absences/{id}/retirer", "manager"),
    // The figures of the label.
    ("* /assets/papiers.css", "everybody"),
    ("GET /indicateurs", "manager quality"),
    ("GET /indicateurs/preuve", "manager quality"),
    ("GET /indicateurs/feuille/{format}", "manager quality"),
    ("GET /indicateurs/papier/{paper}", "manager quality"),
    ("GET /indicateurs/dossier-de-preuves", "quality"),
    ("GET /indicateurs/publications", "manager quality"),
    ("POST /indicateurs/publier", "quality"),
    ("GET /indicateurs/ecoute", "manager quality"),
    ("POST /indicateurs/satisfaction", "quality"),
    ("POST /indicateurs/mystere", "quality"),
    ("POST /indicateurs/mystere/{id}/retirer", "quality"),
    // The machine room.
    ("* /administration", "administrator"),
    ("* /administration/a-part", "administrator"),
    ("* /administration/messages/{id}/importer", "administrator"),
    ("* /administration/depots/{id}/importer", "administrator"),
    ("* /administration/courriels", "administrator"),
    ("* /administration/courriels/{id}/relancer", "administrator"),
    ("* /administration/comptes", "administrator"),
    ("* /administration/comptes/{id}/{what}", "administrator"),
    ("* /administration/journal", "administrator"),
    ("* /administration/classement", "administrator"),
];

fn open_to(method: &Method, path: &str) -> &'static str {
    let found = OPEN.iter().filter(|(known, _)| {
        let (verb, address) = known.split_once(' ').unwrap();
        (verb == "*" || verb == method.as_str()) && address == path
    });
    let found: Vec<_> = found.collect();
    assert_eq!(found.len(), 1, "{method} {path} stands once in the list of this test");
    found[0].1
}

#[tokio::test]
async fn every_address_is_open_to_whom_it_should_be_and_to_nobody_else() {
    let pages = Pages::open().await;
    // Jeanne sends a picture after her question.
    let picture = b"\x89PNG\r\n\x1a\n....";
    let digest = crate::mail::hexadecimal(&Sha256::digest(picture));
    let head = "From: Jeanne Martin <jeanne@usagers.example.fr>\r\nTo: contact@prefecture.example.fr\r\nSubject: Re: 2026-000001\r\n\
                Message-ID: <2@usagers.example.fr>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n\
                --b\r\nContent-Type: text/plain\r\n\r\nVoici la photo.\r\n--b\r\nContent-Type: image/png; name=p.png\r\n\
                Content-Disposition: attachment\r\nContent-Transfer-Encoding: 8bit\r\n\r\n";
    pages.office.deliver("contact", [head.as_bytes(), picture, b"\r\n--b--\r\n"].concat()).await;
    pages.office.receive().await;
    let people = [
        ("agent", pages.who("noe@prefecture.example.fr", &["agent:accueil"]).await),
        ("manager", pages.who("helene@prefecture.example.fr", &["manager:accueil"]).await),
        ("quality", pages.who("qualite@prefecture.example.fr", &["quality_officer"]).await),
        ("administrator", pages.who("ada@prefecture.example.fr", &["administrator"]).await),
        // Of another service: as far as the case of the others goes, nobody.
        ("stranger", pages.who("ines@prefecture.example.fr", &["agent:sejour", "manager:sejour"]).await),
    ];
    // Leaving ends what the others still need.
    let mut addresses: Vec<_> = table().iter().collect();
    addresses.sort_by_key(|route| route.path == "/deconnexion");
    let mut opened = 0;
    for route in addresses {
        let allowed = open_to(&route.method, route.path);
        let path = route
            .path
            .replace("{reference}", "2026-000001")
            .replace("{message}", "2")
            .replace("{digest}", &digest)
            .replace("{kind}", "reponse")
            .replace("{name}", "accueil-horaires")
            .replace("{format}", "csv")
            .replace("{paper}", "affiche")
            .replace("{what}", "rien");
        let send = async |who| match route.method {
            Method::POST => pages.post(who, &path, &[]).await,
            _ => pages.get(who, &path).await,
        };
        let said = send(None).await;
        let led = said.status == StatusCode::SEE_OTHER && said.leads_to().starts_with("/connexion");
        let to_login = led || said.status == StatusCode::UNAUTHORIZED;
        assert_eq!(to_login, allowed != "everybody", "nobody, {} {path}: {}", route.method, said.status);
        assert_eq!(route.who == Who::Anybody, allowed == "everybody", "{path}");
        for (role, token) in &people {
            // An agent of another service is one wherever no case is named.
            let may = match (*role, route.path.contains("{reference}")) {
                ("stranger", true) => false,
                ("stranger", false) => allowed.contains("agent") || allowed.contains("manager"),
                (role, _) => allowed.contains(role),
            } || allowed == "everybody";
            let said = send(Some(token)).await;
            // A case that one may not see is not there.
            let refused = said.status == StatusCode::FORBIDDEN
                || (said.status == StatusCode::NOT_FOUND && route.path.contains("{reference}"));
            assert_eq!(!refused, may, "{role}, {} {path}: {} {}", route.method, said.status, said.body);
            assert_ne!(said.status, StatusCode::INTERNAL_SERVER_ERROR, "{role}, {path}: {}", said.body);
            opened += 1;
        }
    }
    assert_eq!(opened, table().len() * people.len());
}

#[tokio::test]
async fn every_answer_says_the_same_to_browsers() {
    let pages = Pages::open().await;
    let agent = pages.agent().await;
    for (who, path) in [
        (None, "/connexion"),
        (None, "/demandes"),
        (None, "/rien"),
        (Some(&agent), "/demandes"),
        (Some(&agent), "/demandes/2026-000001"),
        (Some(&agent), "/demandes/2026-000001/messages/1/mise-en-forme"),
        (Some(&agent), "/demandes/2026-000001/messages/1/origine"),
        (Some(&agent), "/administration"),
        (Some(&agent), "/rien"),
        (None, "/assets/style.css"),
    ] {
        let said = pages.get(who, path).await;
        let policy = said.header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"), "{path}: {policy}");
        assert_eq!(said.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(said.header("x-frame-options"), "DENY", "{path}");
        assert_eq!(said.header("referrer-policy"), "same-origin", "{path}");
        let kept = said.header("cache-control");
        assert_eq!(kept == "no-store", !path.starts_with("/assets"), "{path}: {kept}");
        for inline in ["<style", "style=", "onclick", "<script>", "javascript:"] {
            assert!(
                path.starts_with("/assets") || path.ends_with("origine") || !said.body.contains(inline),
                "{path}: {inline}"
            );
        }
    }
    assert_eq!(pages.get(None, "/rien").await.status, StatusCode::NOT_FOUND);
}
