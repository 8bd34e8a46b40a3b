//! What became of an acknowledgement on its way: on its row, and on its case.

use jiff::{SignedDuration, Timestamp};

use crate::{
    clock::Clock,
    desk::{
        Outcome,
        testing::{Letter, Office},
    },
    store::Outgoing,
};

fn why(text: &str) -> String {
    text.to_owned()
}

async fn with_a_letter() -> (Office, Outgoing) {
    let office = Office::open().await;
    office.write(&Letter::new("1")).await;
    let (mail, _) = office.letter().await;
    (office, mail)
}

async fn figures(office: &Office) -> (i64, i64, i64) {
    let figures = office.fixture.store.outbox_figures().await.unwrap();
    (figures.waiting, figures.sent, figures.failed)
}

/// When the mail that waits is due.
async fn next(office: &Office) -> Timestamp {
    let millis = office.fixture.number("SELECT next_at FROM outbox WHERE state = 'waiting'").await;
    Timestamp::from_millisecond(millis).unwrap()
}

#[tokio::test]
async fn an_accepted_mail_is_sent_and_the_answer_is_kept() {
    let (office, mail) = with_a_letter().await;
    office.desk.delivered(&mail, &Outcome::Sent { answer: why("250 2.0.0 Ok: queued as 4F") }).await.unwrap();
    assert_eq!(figures(&office).await, (0, 1, 0));
    assert_eq!(office.history("2026-000001").await, ["opened", "acknowledged", "sent"]);
    assert_eq!(office.case("2026-000001").await.events[2].detail, "accusé de réception : 250 2.0.0 Ok: queued as 4F");
}

#[tokio::test]
async fn a_mail_that_may_leave_later_is_tried_less_and_less_often() {
    let (office, mut mail) = with_a_letter().await;
    let minutes = [0.5, 2.0, 10.0, 30.0, 60.0, 120.0, 240.0, 240.0, 240.0];
    for (attempt, wait) in (1..).zip(minutes) {
        assert_eq!(mail.attempts, attempt);
        let now = office.clock.now();
        office.desk.delivered(&mail, &Outcome::Retry { why: why("451 plus tard") }).await.unwrap();
        let due = next(&office).await;
        assert_eq!(due.duration_since(now), SignedDuration::from_secs((wait * 60.0) as i64), "attempt {attempt}");
        assert!(office.leaving().await.is_empty(), "not before its hour");
        office.clock.set(due);
        let (again, _) = office.letter().await;
        assert_eq!((&again.message_id, &again.bytes), (&mail.message_id, &mail.bytes), "octet for octet");
        mail = again;
    }
    assert_eq!(office.history("2026-000001").await, ["opened", "acknowledged"], "no noise on the case");
}

#[tokio::test]
async fn a_mail_that_is_refused_never_leaves_and_its_case_says_why() {
    let (office, mail) = with_a_letter().await;
    office.desk.delivered(&mail, &Outcome::Refused { why: why("550 adresse inconnue") }).await.unwrap();
    assert_eq!(figures(&office).await, (0, 0, 1));
    let case = office.case("2026-000001").await;
    assert_eq!(
        (case.events[2].kind.word(), case.events[2].detail.as_str()),
        ("failed", "accusé de réception : 550 adresse inconnue")
    );
}

#[tokio::test]
async fn a_mail_that_may_have_left_is_sent_again_under_the_same_id() {
    let (office, mail) = with_a_letter().await;
    office.desk.delivered(&mail, &Outcome::Uncertain { why: why("réponse perdue") }).await.unwrap();
    assert_eq!(figures(&office).await, (1, 0, 0));
    assert_eq!(office.fixture.number("SELECT uncertain FROM outbox").await, 1);
    assert_eq!(office.history("2026-000001").await, ["opened", "acknowledged", "uncertain"]);
    office.clock.set(next(&office).await);
    let (again, _) = office.letter().await;
    assert_eq!((again.message_id, again.bytes), (mail.message_id, mail.bytes));
}

#[tokio::test]
async fn after_ten_days_a_mail_is_given_up_whatever_kept_it() {
    for outcome in [Outcome::Retry { why: why("451 plus tard") }, Outcome::Uncertain { why: why("réponse perdue") }] {
        let (office, mail) = with_a_letter().await;
        office.clock.set("2026-03-12T08:59:59Z".parse().unwrap());
        office.desk.delivered(&mail, &outcome).await.unwrap();
        assert_eq!(figures(&office).await, (1, 0, 0), "a second before, {outcome:?}");
        office.clock.set("2026-03-12T12:59:59Z".parse().unwrap());
        let (mail, _) = office.letter().await;
        office.desk.delivered(&mail, &outcome).await.unwrap();
        assert_eq!(figures(&office).await, (0, 0, 1), "{outcome:?}");
        assert_eq!(office.history("2026-000001").await.last(), Some(&"failed"));
    }
}

#[tokio::test]
async fn what_a_daemon_had_claimed_is_free_when_it_no_longer_lives() {
    let (office, mail) = with_a_letter().await;
    office.clock.set("2026-03-02T09:04:59Z".parse().unwrap());
    assert!(office.leaving_by("two").await.is_empty());
    office.clock.set("2026-03-02T09:05:00Z".parse().unwrap());
    let again = office.leaving_by("two").await;
    assert_eq!((again[0].id, again[0].attempts), (mail.id, 2));
}

#[tokio::test]
async fn whoever_sends_is_rung_for_when_there_is_something() {
    let office = Office::open().await;
    office.write(&Letter::new("1")).await;
    // Rung before anybody listened: it is heard all the same, and this does not hang.
    office.desk.something_to_send().await;
}
