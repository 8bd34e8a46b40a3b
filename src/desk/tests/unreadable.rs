//! What cannot be read, what fails in the database, and what a stop left behind.

use crate::{
    case::Disposition,
    desk::testing::{Letter, Office},
    store::NewReceipt,
};

const NOISE: &[u8] = b"\x00\x01\xff\xfe no header, no message \x80";

#[tokio::test]
async fn unreadable_octets_are_a_case_to_read_by_hand_once() {
    let office = Office::open().await;
    office.deliver("contact", NOISE).await;
    let tally = office.receive().await;
    assert_eq!((tally.cases, tally.quarantined, tally.acknowledged), (1, 1, 0));
    let case = office.case("2026-000001").await;
    let reason = "Ce n'est pas un message : aucun champ d'en-tête n'y est reconnaissable.";
    assert_eq!((case.messages[0].disposition, case.messages[0].reason.as_str()), (Disposition::Quarantined, reason));
    assert_eq!(case.summary.due_at, "2026-03-09T22:59:59Z".parse().unwrap(), "the clock runs all the same");
    assert_eq!(office.history("2026-000001").await, ["opened", "not_acknowledged"]);

    office.deliver("contact", NOISE).await;
    office.deliver("etrangers", NOISE).await;
    assert_eq!(office.receive().await.duplicates, 1);
    assert_eq!(office.try_receive("etrangers").await.unwrap().duplicates, 1);
    office.deliver("contact", [NOISE, b"!"].concat()).await;
    assert_eq!(office.receive().await.quarantined, 1, "other octets are another message");
}

#[tokio::test]
async fn two_empty_deliveries_are_two_cases() {
    let office = Office::open().await;
    for _ in 0..2 {
        let empty = NewReceipt { whole: false, octets: 0, ..office.delivery("contact", b"") };
        office.fixture.keep(&empty).await.unwrap();
        // A server that announced a size and handed nothing over.
        let withheld = NewReceipt { whole: false, octets: 512, ..office.delivery("contact", b"") };
        office.fixture.keep(&withheld).await.unwrap();
    }
    assert_eq!(office.receive().await.quarantined, 4);
    assert_eq!(office.fixture.count("raw_message").await, 1, "the same nothing");
}

#[tokio::test]
async fn a_message_too_large_is_a_case_from_its_head() {
    let office = Office::open().await;
    let whole = Letter::new("1").octets();
    let end = whole.windows(4).position(|four| four == b"\r\n\r\n").unwrap() + 4;
    let head = NewReceipt { whole: false, octets: 40_000_000, ..office.delivery("contact", &whole[..end]) };
    office.fixture.keep(&head).await.unwrap();
    let tally = office.receive().await;
    assert_eq!((tally.cases, tally.quarantined, tally.acknowledged), (1, 0, 1));
    let case = office.case("2026-000001").await;
    assert_eq!((case.summary.subject.as_str(), case.messages[0].new_text.as_str()), ("Horaires du guichet", ""));
    let told = "message trop volumineux, seuls ses en-têtes ont été lus";
    assert!(case.events[0].detail.ends_with(told), "{}", case.events[0].detail);
    let again = NewReceipt { whole: false, octets: 40_000_000, ..office.delivery("contact", &whole[..end]) };
    office.fixture.keep(&again).await.unwrap();
    assert_eq!(office.receive().await.duplicates, 1);
}

/// From now on the database refuses a second message of this subject.
async fn refuse_twice(office: &Office) {
    office.fixture.run("CREATE UNIQUE INDEX fault ON message (subject)").await;
}

fn subject(number: u32) -> Letter {
    Letter::new(&number.to_string()).subject(&format!("Question {number}"))
}

#[tokio::test]
async fn a_message_that_the_database_refuses_does_not_stop_those_behind_it() {
    let office = Office::open().await;
    refuse_twice(&office).await;
    office.deliver("contact", subject(1).octets()).await;
    office.deliver("contact", Letter::new("2").subject("Question 1").octets()).await;
    office.deliver("contact", subject(3).octets()).await;
    assert_eq!(office.receive().await.cases, 2);
    assert_eq!(office.fixture.store.case_count().await.unwrap(), 2);
    let waiting = office.fixture.store.kept("contact", 0, 10, 1000).await.unwrap();
    assert_eq!(waiting.iter().map(|one| one.attempts).collect::<Vec<_>>(), [1]);
    assert_eq!(office.case("2026-000002").await.summary.subject, "Question 3", "no number is lost");
}

#[tokio::test]
async fn after_ten_attempts_a_message_is_to_be_read_by_hand() {
    let office = Office::open().await;
    refuse_twice(&office).await;
    office.write(&subject(1)).await;
    office.deliver("contact", Letter::new("2").subject("Question 1").octets()).await;
    let recover = async || office.desk.recover(office.mailbox("contact"), office.activated_at).await;
    for attempt in 1..=10 {
        assert_eq!(recover().await.unwrap().handled(), 0);
        assert_eq!(office.fixture.store.kept("contact", 0, 1, 1).await.unwrap()[0].attempts, attempt);
    }
    let tally = recover().await.unwrap();
    assert_eq!((tally.cases, tally.quarantined, tally.acknowledged), (1, 1, 0));
    let case = office.case("2026-000002").await;
    let reason = "ce message n'a pas pu être traité automatiquement : il est à lire à la main";
    assert_eq!((case.messages[0].disposition, case.messages[0].reason.as_str()), (Disposition::Quarantined, reason));
    assert_eq!(office.fixture.store.receipt_figures("contact").await.unwrap().waiting, 0);
    assert_eq!(recover().await.unwrap(), crate::desk::Tally::default(), "nothing is left");
}

#[tokio::test]
async fn what_a_stop_left_is_handled_and_nothing_is_blamed_that_could_be_read() {
    let office = Office::open().await;
    office.deliver("contact", subject(1).octets()).await;
    office.deliver("contact", NOISE).await;
    let tally = office.desk.recover(office.mailbox("contact"), office.activated_at).await.unwrap();
    assert_eq!((tally.cases, tally.quarantined, tally.acknowledged), (2, 1, 1));
    assert_eq!(office.fixture.number("SELECT CAST(SUM(attempts) AS BIGINT) FROM receipt").await, 0);
}

#[tokio::test]
async fn the_message_that_was_in_hand_when_the_daemon_was_killed_comes_after_the_others() {
    let office = Office::open().await;
    for number in 1..=3 {
        office.deliver("contact", subject(number).octets()).await;
    }
    let first = office.fixture.store.kept("contact", 0, 1, 1).await.unwrap()[0].id;
    let mut work = office.fixture.store.begin().await.unwrap();
    work.count_attempts(first, 1).await.unwrap();
    work.commit().await.unwrap();
    let tally = office.desk.recover(office.mailbox("contact"), office.activated_at).await.unwrap();
    assert_eq!((tally.cases, tally.acknowledged), (3, 3));
    for (reference, expected) in [("2026-000001", 2), ("2026-000002", 3), ("2026-000003", 1)] {
        assert_eq!(office.case(reference).await.summary.subject, format!("Question {expected}"));
    }
}

#[tokio::test]
async fn every_message_of_a_machine_that_stops_in_the_middle_is_there_after_the_restart() {
    let office = Office::open().await;
    for number in 0..5 {
        office.deliver("contact", subject(number).octets()).await;
    }
    // The batch was on its way when the machine stopped: nothing of it was written.
    let mut work = office.fixture.store.begin().await.unwrap();
    work.next_number(2026).await.unwrap();
    drop(work);
    let tally = office.desk.recover(office.mailbox("contact"), office.activated_at).await.unwrap();
    assert_eq!((tally.cases, tally.acknowledged), (5, 5));
    assert_eq!(office.case("2026-000005").await.summary.subject, "Question 4");
}
