//! Whatever people write comes back as it was written: quotes, emoji, right to left, very long, very large.

use jiff::Timestamp;

use crate::{
    case::{EventKind, Topic},
    store::{
        NewCase, NewMessage,
        testing::{Fixture, at, new_case, new_message, outgoing, receipt},
    },
};

fn texts() -> Vec<String> {
    vec![
        String::new(),
        " ".into(),
        "l'été \"et\" `demain` ; DROP TABLE cases; -- $1 ? :nom % _ \\".into(),
        "👩‍👩‍👧 🇫🇷 été e\u{301} \u{feff}".into(),
        "مرحبا \u{202e}bonjour\u{202c} שלום".into(),
        "ligne\r\n\tune autre\u{2028}".into(),
        "très long ".repeat(100_000),
    ]
}

#[tokio::test]
async fn any_text_comes_back_as_it_was_written() {
    let fixture = Fixture::open().await;
    fixture.keep(&receipt("contact", "7/1", b"octets")).await.unwrap();
    for (number, text) in texts().into_iter().enumerate() {
        let reference = format!("2026-{number:06}");
        let written = NewCase {
            subject: text.clone(),
            correspondent_name: text.clone(),
            evidence: text.clone(),
            topic: Topic::Other,
            ..new_case(&reference)
        };
        let mut work = fixture.store.begin().await.unwrap();
        let case = work.add_case(&written).await.unwrap();
        let message = NewMessage {
            case_id: Some(case),
            subject: text.clone(),
            text: text.clone(),
            new_text: text.clone(),
            attachments: text.clone(),
            sender_name: text.clone(),
            reason: text.clone(),
            ..new_message(&reference, b"octets")
        };
        work.add_message(&message).await.unwrap();
        work.add_event(case, at("2026-03-02T08:00:00Z"), &text, EventKind::Opened, &text);
        work.commit().await.unwrap();
        let case = fixture.store.case(&reference).await.unwrap().unwrap();
        let (summary, message, event) = (&case.summary, &case.messages[0], &case.events[0]);
        for found in [&summary.subject, &summary.correspondent_name, &case.evidence] {
            assert_eq!(*found, text);
        }
        for found in [&message.subject, &message.new_text, &message.attachments, &message.reason] {
            assert_eq!(*found, text);
        }
        assert_eq!((&event.actor, &event.detail), (&text, &text));
    }
}

/// As long as `mail` lets them be; longer ones would not fit into an index of PostgreSQL.
#[tokio::test]
async fn the_longest_sender_and_the_longest_id_are_written_and_found() {
    let fixture = Fixture::open().await;
    fixture.keep(&receipt("contact", "7/1", b"octets")).await.unwrap();
    // Nothing that a database could press together.
    let mut state: u64 = 42;
    let noise: String = (0..998)
        .map(|_| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            char::from(b'a' + (state >> 59) as u8 % 26)
        })
        .collect();
    let (sender, message_id) = (noise.clone(), noise);
    let mut work = fixture.store.begin().await.unwrap();
    let case = NewCase { correspondent: sender.clone(), ..new_case("2026-000001") };
    let case = work.add_case(&case).await.unwrap();
    let message = NewMessage {
        case_id: Some(case),
        sender: sender.clone(),
        message_id: message_id.clone(),
        acknowledged: true,
        ..new_message("key", b"octets")
    };
    work.add_message(&message).await.unwrap();
    assert_eq!(work.acknowledged_before(&sender, message.received_at).await.unwrap(), (1, 1));
    assert_eq!(work.case_of_ids(&[&message_id]).await.unwrap(), Some(case));
    assert_eq!(work.case_of_reference("2026-000001").await.unwrap(), Some((case, sender)));
    work.commit().await.unwrap();
}

#[tokio::test]
async fn eight_megabytes_come_back_octet_for_octet() {
    let fixture = Fixture::open().await;
    let now = at("2026-03-02T08:00:00Z");
    let large: Vec<u8> = (0..8_u32 << 20).map(|number| (number.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    fixture.keep(&receipt("contact", "7/1", &large)).await.unwrap();
    let mut work = fixture.store.begin().await.unwrap();
    let case = work.add_case(&new_case("2026-000001")).await.unwrap();
    let message = work.add_message(&new_message("key", &large)).await.unwrap();
    let mut mail = outgoing(case, message, "a@example.fr");
    mail.bytes.clone_from(&large);
    work.enqueue(&mail, now).await.unwrap();
    work.commit().await.unwrap();
    assert!(fixture.store.kept("contact", 0, 1, 1).await.unwrap()[0].bytes == large);
    let mut work = fixture.store.begin().await.unwrap();
    assert!(work.claim("one", now, 1).await.unwrap()[0].bytes == large);
}

#[tokio::test]
async fn instants_are_kept_to_the_millisecond_and_at_the_edges_of_time() {
    let fixture = Fixture::open().await;
    let instants = [Timestamp::MIN, Timestamp::UNIX_EPOCH, at("1969-12-31T23:59:59.999Z"), Timestamp::MAX];
    let mut work = fixture.store.begin().await.unwrap();
    for (number, instant) in instants.into_iter().enumerate() {
        let mailbox = number.to_string();
        let found = work.activate(&mailbox, instant).await.unwrap();
        assert_eq!(found.as_millisecond(), instant.as_millisecond());
    }
}
