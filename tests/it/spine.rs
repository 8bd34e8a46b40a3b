//! A citizen writes, releve answers: by SMTP into the mailbox, out of it by IMAP, and the acknowledgement back into the
//! citizen's own mailbox.

use releve::calendar::in_words;
use sqlx::Row;

use crate::support::daemon::{Account, Prefecture};
use crate::support::imap_client::Mailbox;
use crate::support::mail::{Mail, first_mail, inbox};
use crate::support::servers::{PASSWORD, Servers, address};

#[tokio::test]
async fn a_citizen_who_writes_is_acknowledged_in_their_own_mailbox() {
    let servers = Servers::of_this_run();
    let (citizen, office) = (address("jeanne", "usagers"), address("sejour", "prefecture"));
    let prefecture = Prefecture::with([Account::on(&servers.dovecot, "sejour", &office)]).await;
    let daemon = prefecture.start().await;
    prefecture.knows("sejour").await;
    let question = Mail::question(&citizen, &office).id("q1@usagers.example.fr").field("References", "<q0@example.fr>");

    question.send().await;
    let answer = first_mail(&citizen).await;

    assert_eq!(answer.field("Return-Path"), "<>");
    assert_eq!(answer.field("Auto-Submitted"), "auto-replied");
    assert_eq!(answer.field("In-Reply-To"), "<q1@usagers.example.fr>");
    assert_eq!(answer.field("References"), "<q0@example.fr> <q1@usagers.example.fr>");
    assert!(answer.id().ends_with("@prefecture.example.fr"), "{}", answer.id());
    assert!(answer.field("From").contains(&office) && answer.field("To").contains(&citizen));

    let cases = prefecture.cases().await;
    let [case] = &cases[..] else { panic!("one case, not {cases:?}") };
    let reference = case["reference"].as_str().unwrap();
    let due: jiff::Timestamp = case["due"].as_str().unwrap().parse().unwrap();
    let due = in_words(due.to_zoned(jiff::tz::TimeZone::get("Europe/Paris").unwrap()).date(), "fr");
    assert_eq!(answer.reference(), reference);
    assert!(answer.subject().contains(reference), "{}", answer.subject());
    let parts = answer.parts();
    let kinds: Vec<_> = parts.iter().map(|(kind, _)| kind.as_str()).collect();
    assert_eq!(kinds, ["text/plain", "text/html"]);
    for (kind, text) in &parts {
        for part in [
            reference,
            &due,
            "05 36 49 00 20",
            "4 place de l'Exemple, 16000 Villeneuve-sur-Touvre",
            "Bureau du séjour et de l'intégration",
        ] {
            let text = text.replace("&#x27;", "'").replace("&#39;", "'");
            assert!(text.contains(part), "{kind} does not say « {part} »:\n{text}");
        }
    }
    assert!(parts[1].1.contains("<html lang=\"fr\">"), "{}", parts[1].1);

    let shown = prefecture.case(reference).await;
    for key in ["mailbox", "service", "kind", "from", "subject", "received", "due", "acknowledged"] {
        assert_eq!(shown[key], case[key], "{key}");
    }
    assert_eq!((case["mailbox"].as_str(), case["from"].as_str()), (Some("sejour"), Some(citizen.as_str())));
    assert_eq!(shown["messages"][0]["message_id"], "q1@usagers.example.fr");
    assert!(shown["messages"][0]["new_text"].as_str().unwrap().contains("Quelles pieces"));
    let events: Vec<_> = shown["events"].as_array().unwrap().iter().map(|event| event["kind"].as_str()).collect();
    assert_eq!(events, [Some("opened"), Some("acknowledged"), Some("sent")]);

    let mut mailbox = Mailbox::open(servers.dovecot.imap, &office).await;
    assert_eq!(mailbox.unread("INBOX").await, 1, "what releve reads stays unread");
    let raw = prefecture.database.rows("SELECT bytes FROM raw_message").await;
    assert_eq!(raw.iter().map(|row| row.get("bytes")).collect::<Vec<Vec<u8>>>(), mailbox.messages("INBOX").await);

    daemon.stop().await;
    assert_eq!(inbox(&citizen).await.len(), 1);
}

#[tokio::test]
async fn the_acknowledgement_leaves_by_the_submission_port_with_starttls_and_a_password() {
    let servers = Servers::of_this_run();
    let (citizen, office) = (address("jeanne", "usagers"), address("sejour", "prefecture"));
    let account = Account::on(&servers.dovecot, "sejour", &office);
    let plain = account.clone().imap("tls", "starttls").imap("port", u32::from(servers.dovecot.imap));
    let mut prefecture = Prefecture::with([plain.imap("auth", "plain")]).await;
    for (key, value) in [
        ("host", "localhost"),
        ("tls", "starttls"),
        ("ca_file", &servers.ca.display().to_string()),
        ("user", &office),
        ("password_file", "secrets/smtp"),
    ] {
        prefecture.set("outgoing.smtp", key, value);
    }
    prefecture.set("outgoing.smtp", "port", u32::from(servers.submission));
    prefecture.write("secrets/smtp", PASSWORD);
    let daemon = prefecture.start().await;
    prefecture.knows("sejour").await;

    Mail::question(&citizen, &office).send().await;

    let answer = first_mail(&citizen).await;
    assert!(answer.passed_through("ESMTPSA"), "encrypted and with a password");
    let (sound, text) = (prefecture.doctor().await.of("courrier sortant").0, daemon.stop().await);
    assert!(sound, "{text}");
}
