//! Nobody is acknowledged twice: the same message in one batch, in two mailboxes, after the server renumbered, and in two
//! transfer encodings.

use crate::desk::testing::{Letter, Office};

#[tokio::test]
async fn the_same_message_twice_in_a_batch_is_one_case() {
    let office = Office::open().await;
    office.deliver("contact", Letter::new("1").octets()).await;
    office.deliver("contact", Letter::new("1").octets()).await;
    let tally = office.receive().await;
    assert_eq!((tally.cases, tally.duplicates, tally.acknowledged), (1, 1, 1));
    assert_eq!(office.leaving().await.len(), 1);
    assert_eq!(office.history("2026-000001").await, ["opened", "acknowledged"]);
}

#[tokio::test]
async fn the_same_message_in_two_mailboxes_is_one_case() {
    let office = Office::open().await;
    office.deliver("contact", Letter::new("1").octets()).await;
    // On its way a relay wrote its line, and the other mailbox its own.
    let other = Letter::new("1").header("X-Spam-Level: 0").header("Delivered-To: etrangers@prefecture.example.fr");
    office.deliver("etrangers", other.octets()).await;
    assert_eq!(office.receive().await.acknowledged, 1);
    let tally = office.try_receive("etrangers").await.unwrap();
    assert_eq!((tally.cases, tally.duplicates, tally.acknowledged), (0, 1, 0));
    assert_eq!(office.leaving().await.len(), 1);
    let case = office.case("2026-000001").await;
    assert_eq!(case.events[2].detail, "reçu aussi dans la boîte « etrangers »");
    let deliveries = office.fixture.store.deliveries().await.unwrap();
    assert_eq!(deliveries[1].reason, "même message que la demande 2026-000001");
}

#[tokio::test]
async fn the_same_message_under_another_number_is_known() {
    let office = Office::open().await;
    office.write(&Letter::new("1")).await;
    let (mail, _) = office.letter().await;
    office.desk.delivered(&mail, &crate::desk::Outcome::Sent { answer: "250".into() }).await.unwrap();
    for day in ["2026-03-03T09:00:00Z", "2027-03-03T09:00:00Z"] {
        office.clock.set(day.parse().unwrap());
        let tally = office.write(&Letter::new("1")).await;
        assert_eq!((tally.cases, tally.duplicates), (0, 1));
    }
    assert!(office.leaving().await.is_empty());
    assert_eq!(office.fixture.count("outbox").await, 1);
}

#[tokio::test]
async fn two_messages_that_differ_in_a_word_are_two() {
    let office = Office::open().await;
    office.write(&Letter::new("1")).await;
    let tally = office.write(&Letter::new("1").body("Bonjour, et merci.\r\n")).await;
    assert_eq!((tally.cases, tally.acknowledged), (1, 1));
}

#[tokio::test]
async fn a_machine_that_repeats_itself_is_kept_once() {
    let office = Office::open().await;
    let machine = Letter::new("1").header("Auto-Submitted: auto-replied");
    office.write(&machine).await;
    let tally = office.write(&machine).await;
    assert_eq!((tally.ignored, tally.duplicates), (0, 1));
    assert_eq!(office.fixture.store.deliveries().await.unwrap()[1].reason, "même message, déjà reçu");
    assert_eq!(office.fixture.store.case_count().await.unwrap(), 0);
}

#[tokio::test]
async fn a_batch_of_many_is_handled_to_the_last() {
    let office = Office::with("max_per_sender_per_hour = 1000\nmax_per_sender_per_day = 1000").await;
    for number in 0..230 {
        office.deliver("contact", Letter::new(&number.to_string()).octets()).await;
    }
    let tally = office.receive().await;
    assert_eq!((tally.cases, tally.acknowledged), (230, 230));
    assert_eq!(office.case("2026-000230").await.messages[0].message_id, "229@usagers.example.fr");
    assert_eq!(office.fixture.store.receipt_figures("contact").await.unwrap().waiting, 0);
}
