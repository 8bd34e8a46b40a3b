//! The relay by script: at every stage the line is cut, silent, or says no. Time stands still and jumps.

use tempfile::NamedTempFile;

use super::*;
use crate::{
    config::{Secret, Tls},
    net::scripted::{Scripted, script},
};

const HELLO: &str = "
    S: 220 relay ESMTP
    C: EHLO *
    S: 250-relay
    S: 250-AUTH PLAIN LOGIN
    S: 250 8BITMIME
";
const ENVELOPE: &str = "
    C: MAIL FROM:<boite@example.fr>
    S: 250 ok
    C: RCPT TO:<jeanne@example.fr>
    S: 250 ok
    C: DATA
    S: 354 go on
";
const TEXT: &str = "C: A: b\nC:\nC: ..\nC: .\n";

/// A relay that plays these scripts, one for each connection.
async fn relay(scripts: &[&str]) -> (Smtp, Scripted) {
    let scripted = Scripted::start(scripts.iter().map(|text| script(&format!("{HELLO}{text}"))).collect()).await;
    (Smtp::new(config::Smtp { server: scripted.server(), login: None }), scripted)
}

async fn send(smtp: &mut Smtp) -> Outcome {
    smtp.send(Some("boite@example.fr"), "jeanne@example.fr", b"A: b\r\n\r\n.\r\n").await
}

/// What becomes of a message on a relay that plays `text`.
async fn outcome(text: &str) -> Outcome {
    let (mut smtp, _scripted) = relay(&[text]).await;
    send(&mut smtp).await
}

/// The same, when the script is the whole of it.
async fn outcome_from_the_greeting(text: &str) -> Outcome {
    let scripted = Scripted::start(vec![script(text)]).await;
    send(&mut Smtp::new(config::Smtp { server: scripted.server(), login: None })).await
}

fn retry(why: &str) -> Outcome {
    Outcome::Retry { why: why.into() }
}

fn refused(why: &str) -> Outcome {
    Outcome::Refused { why: why.into() }
}

fn uncertain(why: &str) -> Outcome {
    Outcome::Uncertain { why: why.into() }
}

#[tokio::test(start_paused = true)]
async fn one_connection_serves_several_messages() {
    let sent = format!("{ENVELOPE}{TEXT}S: 250 2.0.0 queued as 42\n");
    let (mut smtp, scripted) = relay(&[&format!("{sent}C: RSET\nS: 250 ok\n{sent}C: QUIT\nS: 221 bye")]).await;
    // As the daemon does, in a task of its own.
    let task = tokio::spawn(async move {
        for _ in 0..2 {
            assert_eq!(send(&mut smtp).await, Outcome::Sent { answer: "250 2.0.0 queued as 42".into() });
        }
        smtp.close().await;
    });
    task.await.unwrap();
    scripted.finished().await;
}

#[tokio::test(start_paused = true)]
async fn a_connection_that_died_or_lay_idle_is_replaced() {
    let sent = format!("{ENVELOPE}{TEXT}S: 250 queued\n");
    let (mut smtp, scripted) =
        relay(&[&format!("{sent}X"), &format!("{sent}C: RSET\nS: 421 too long\nX"), &sent, &sent]).await;
    for round in 0..4 {
        assert!(matches!(send(&mut smtp).await, Outcome::Sent { .. }), "{round}");
        if round == 2 {
            tokio::time::advance(Duration::from_secs(31)).await;
        }
    }
    drop(smtp);
    scripted.finished().await;
}

#[tokio::test(start_paused = true)]
async fn a_refusal_is_told_without_the_address_and_leaves_the_connection_open() {
    let (mut smtp, scripted) = relay(&[&format!(
        "C: MAIL FROM:<boite@example.fr>
         S: 250 ok
         C: RCPT TO:<jeanne@example.fr>
         S: 550-5.1.1 <Jeanne@Example.fr>: user unknown,
         S: 550 5.1.1 ask postmaster@example.fr
         C: RSET
         S: 250 ok
         {ENVELOPE}{TEXT}S: 250 queued
         C: QUIT
         S: 221 bye"
    )])
    .await;
    assert_eq!(
        send(&mut smtp).await,
        refused("le relais a répondu (RCPT TO) : 550 5.1.1 le destinataire user unknown, ask [adresse]")
    );
    assert!(matches!(send(&mut smtp).await, Outcome::Sent { .. }));
    smtp.close().await;
    scripted.finished().await;
}

#[tokio::test(start_paused = true)]
async fn before_the_end_of_the_message_nothing_is_lost() {
    let mail = "C: MAIL FROM:<boite@example.fr>\n";
    let rcpt = "S: 250 ok\nC: RCPT TO:<jeanne@example.fr>\n";
    let cut = |stage| retry(&format!("la connexion avec le relais a été coupée ({stage})"));
    let silent = |stage| retry(&format!("le relais n'a plus répondu ({stage})"));
    assert_eq!(outcome(&format!("{mail}X")).await, cut("MAIL FROM"));
    assert_eq!(outcome(&format!("{mail}...")).await, silent("MAIL FROM"));
    assert_eq!(outcome(&format!("{mail}{rcpt}X")).await, cut("RCPT TO"));
    assert_eq!(outcome(&format!("{mail}{rcpt}...")).await, silent("RCPT TO"));
    assert_eq!(outcome(&format!("{mail}{rcpt}S: 250 ok\nC: DATA\nX")).await, cut("DATA"));
    assert_eq!(outcome(&format!("{mail}{rcpt}S: 250 ok\nC: DATA\n...")).await, silent("DATA"));
    assert_eq!(
        outcome(&format!("{mail}{rcpt}S: 451 4.7.1 greylisted, come back")).await,
        retry("le relais a répondu (RCPT TO) : 451 4.7.1 greylisted, come back")
    );
}

#[tokio::test(start_paused = true)]
async fn after_it_a_lost_answer_leaves_a_doubt_and_a_code_does_not() {
    let text = format!("{ENVELOPE}{TEXT}");
    assert_eq!(
        outcome(&format!("{text}X")).await,
        uncertain("la connexion avec le relais a été coupée (accord final)")
    );
    assert_eq!(
        outcome(&format!("{text}S| 250 que\nX")).await,
        uncertain("la connexion avec le relais a été coupée (accord final)")
    );
    assert_eq!(outcome(&format!("{text}...")).await, uncertain("le relais n'a plus répondu (accord final)"));
    assert_eq!(
        outcome(&format!("{text}S: 552 5.3.4 too big")).await,
        refused("le relais a répondu (accord final) : 552 5.3.4 too big")
    );
    assert!(matches!(outcome(&format!("{text}S: 452 disk full")).await, Outcome::Retry { .. }));
}

#[tokio::test(start_paused = true)]
async fn a_relay_that_stops_reading_has_not_seen_the_end() {
    let (mut smtp, _scripted) = relay(&[&format!("{ENVELOPE}...")]).await;
    let huge = b"0123456789\r\n".repeat(4 << 20);
    let outcome = smtp.send(Some("boite@example.fr"), "jeanne@example.fr", &huge).await;
    assert_eq!(outcome, retry("le relais n'a plus répondu (envoi du message)"));
}

#[tokio::test(start_paused = true)]
async fn a_refusal_of_us_is_not_a_refusal_of_the_message() {
    for (text, why) in [
        ("S: 554 go away", "le relais a répondu (accueil) : 554 go away"),
        (
            "S: 220 hi\nC: EHLO *\nS: 550 who are you\nC: QUIT\nS: 221 bye",
            "le relais a répondu (accueil) : 550 who are you",
        ),
        ("X", "la connexion avec le relais a été coupée (accueil)"),
        ("S: * OK IMAP4 ready", "la connexion avec le relais a été coupée (accueil)"),
        ("...", "le relais n'a plus répondu (accueil)"),
    ] {
        assert_eq!(outcome_from_the_greeting(text).await, retry(why), "{text}");
    }
    let text = "C: MAIL FROM:<boite@example.fr>\nS: 530 5.7.0 Authentication required";
    assert!(matches!(outcome(text).await, Outcome::Retry { .. }));
}

#[tokio::test(start_paused = true)]
async fn the_login_is_tried_and_its_refusal_says_nothing_of_the_secret() {
    let secret = NamedTempFile::new().unwrap();
    std::fs::write(secret.path(), "secret\n").unwrap();
    let with_login = |scripted: &Scripted| {
        let login = Some(("boite".to_owned(), Secret::File(secret.path().to_owned())));
        Smtp::new(config::Smtp { server: scripted.server(), login })
    };
    let auth = format!("{HELLO}C: AUTH PLAIN AGJvaXRlAHNlY3JldA==\n");
    let scripted = Scripted::start(vec![
        script(&format!("{auth}S: 535 5.7.8 boite: bad credentials")),
        script(&format!("{auth}S: 235 in\nC: NOOP\nS: 250 ok\nC: QUIT\nS: 221 bye")),
        script("S: 220 hi\nC: EHLO *\nS: 250 relay"),
    ])
    .await;
    let mut smtp = with_login(&scripted);
    assert_eq!(
        send(&mut smtp).await,
        retry("le relais refuse notre identifiant ou notre secret : 535 5.7.8 [identifiant] bad credentials")
    );
    let port = scripted.server().port;
    assert_eq!(
        smtp.check().await.unwrap(),
        format!(
            "le relais 127.0.0.1:{port} répond (relay), sans chiffrement, sur cette machine, authentification acceptée"
        )
    );
    assert!(smtp.check().await.unwrap_err().contains("n'offre ni AUTH PLAIN ni AUTH LOGIN"));
    scripted.finished().await;
}

#[tokio::test(start_paused = true)]
async fn starttls_is_never_done_without() {
    let (mut smtp, _scripted) = relay(&[""]).await;
    smtp.config.server.tls = Tls::StartTls;
    let Outcome::Retry { why } = send(&mut smtp).await else { panic!() };
    assert!(why.contains("n'offre pas STARTTLS"), "{why}");
}

#[tokio::test(start_paused = true)]
async fn the_null_sender_and_eight_bits() {
    let (mut smtp, scripted) = relay(&["
        C: MAIL FROM:<> BODY=8BITMIME
        S: 250 ok
        C: RCPT TO:<nom.@libre.example.fr>
        S: 250 ok
        C: DATA
        S: 354 go on
        C: é
        C: .
        S: 250 queued
        C: RSET
        S: 250 ok
        C: QUIT
        S: 221 bye"])
    .await;
    assert!(matches!(smtp.send(None, "nom.@libre.example.fr", "é".as_bytes()).await, Outcome::Sent { .. }));
    let accents = smtp.send(None, "zoé@example.fr", b"x").await;
    assert_eq!(accents, refused("le relais n'accepte pas les adresses accentuées (SMTPUTF8)"));
    let injected = smtp.send(None, "a@b.example.fr>\r\nRCPT TO:<c@d.example.fr", b"x").await;
    assert_eq!(injected, refused("l'adresse du destinataire n'est pas une adresse électronique"));
    smtp.close().await;
    scripted.finished().await;
}
