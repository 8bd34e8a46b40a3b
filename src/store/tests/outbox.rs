//! The outbox: one mail for one message, claimed by one daemon, counted before it is tried.

use std::collections::BTreeSet;

use jiff::Timestamp;

use crate::store::{
    OutboxFigures, Outgoing, Store,
    testing::{Fixture, at, new_message, outgoing},
};

const EIGHT: &str = "2026-03-02T08:00:00Z";
const FIVE_PAST: &str = "2026-03-02T08:05:00Z";

/// A daemon says that it lives, as each does before it claims anything, until five past or a little longer.
async fn lives(store: &Store, daemon: &str, now: Timestamp) {
    let mut work = store.begin().await.unwrap();
    work.alive(daemon, now.max(at(FIVE_PAST))).await.unwrap();
    work.commit().await.unwrap();
}

async fn claim(store: &Store, owner: &str, now: Timestamp, count: i64) -> Vec<Outgoing> {
    lives(store, owner, now).await;
    let mut work = store.begin().await.unwrap();
    let mails = work.claim(owner, now, count).await.unwrap();
    work.commit().await.unwrap();
    mails
}

#[tokio::test]
async fn a_claimed_mail_is_what_was_queued() {
    let fixture = Fixture::open().await;
    let case = fixture.queue(1, at(EIGHT)).await;
    let mail = claim(&fixture.store, "one", at(EIGHT), 10).await.remove(0);
    let queued = outgoing(case, 0, "0@example.fr");
    assert_eq!((mail.case_id, mail.message_id, mail.bytes), (Some(case), queued.message_id, queued.bytes));
    assert_eq!((mail.envelope_from, mail.recipient), (queued.envelope_from, queued.recipient));
    assert_eq!((mail.attempts, mail.created_at), (1, at(EIGHT)), "this attempt is counted already");
}

#[tokio::test]
async fn a_message_is_answered_by_one_mail_of_one_purpose() {
    let fixture = Fixture::open().await;
    let case = fixture.queue(1, at(EIGHT)).await;
    let answers = fixture.number("SELECT answers FROM outbox").await;
    let mut work = fixture.store.begin().await.unwrap();
    let again = work.enqueue(&outgoing(case, answers, "another@example.fr"), at(EIGHT)).await;
    assert!(again.is_err(), "nobody is acknowledged twice");
    drop(work);
    let mut work = fixture.store.begin().await.unwrap();
    let other = work.add_message(&new_message("other", b"octets")).await.unwrap();
    assert!(work.enqueue(&outgoing(case, other, "0@example.fr"), at(EIGHT)).await.is_err(), "one id, one mail");
    drop(work);
    assert_eq!(fixture.count("outbox").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_owners_never_get_the_same_mail() {
    let fixture = Fixture::open().await;
    fixture.queue(60, at(EIGHT)).await;
    for number in 0..8 {
        lives(&fixture.store, &format!("owner {number}"), at(EIGHT)).await;
    }
    let tasks = (0..8).map(|number| {
        let store = fixture.store.clone();
        tokio::spawn(async move {
            let owner = format!("owner {number}");
            let mut work = store.begin().await.unwrap();
            work.alive(&owner, at(FIVE_PAST)).await.unwrap();
            work.commit().await.unwrap();
            let mut own = Vec::new();
            loop {
                let mut work = store.begin().await.unwrap();
                let mails = work.claim(&owner, at(EIGHT), 3).await.unwrap();
                work.commit().await.unwrap();
                if mails.is_empty() {
                    return own;
                }
                let mut work = store.begin().await.unwrap();
                for mail in mails {
                    work.sent(mail.id, "250", at(EIGHT)).await.unwrap();
                    own.push(mail.id);
                }
                work.commit().await.unwrap();
            }
        })
    });
    let mut claimed = Vec::new();
    for task in tasks.collect::<Vec<_>>() {
        claimed.extend(task.await.unwrap());
    }
    assert_eq!(claimed.len(), claimed.iter().collect::<BTreeSet<_>>().len());
    // A daemon may have found every row locked by others for an instant; nothing is left for long.
    claimed.extend(claim(&fixture.store, "last", at(EIGHT), 100).await.iter().map(|mail| mail.id));
    assert_eq!(claimed.len(), 60);
}

#[tokio::test]
async fn a_claim_ends_with_its_daemon_and_the_next_attempt_is_counted() {
    let fixture = Fixture::open().await;
    let store = &fixture.store;
    fixture.queue(1, at(EIGHT)).await;
    assert_eq!(claim(store, "one", at("2026-03-02T07:59:59Z"), 10).await.len(), 0, "not due yet");
    assert_eq!(claim(store, "one", at(EIGHT), 10).await.len(), 1);
    assert_eq!(claim(store, "two", at("2026-03-02T08:04:59Z"), 10).await.len(), 0, "to its very end");
    let again = claim(store, "two", at(FIVE_PAST), 10).await;
    assert_eq!(again.iter().map(|mail| mail.attempts).collect::<Vec<_>>(), [2]);
}

#[tokio::test]
async fn a_postponed_mail_waits_for_its_hour() {
    let fixture = Fixture::open().await;
    let store = &fixture.store;
    fixture.queue(1, at(EIGHT)).await;
    let mail = claim(store, "one", at(EIGHT), 10).await.remove(0);
    let next = at("2026-03-02T08:00:30Z");
    let mut work = store.begin().await.unwrap();
    work.postpone(mail.id, "451 plus tard", true, next).await.unwrap();
    work.commit().await.unwrap();
    assert_eq!(claim(store, "one", at("2026-03-02T08:00:29Z"), 10).await.len(), 0);
    let again = claim(store, "two", next, 10).await;
    assert_eq!((again[0].attempts, &again[0].bytes), (2, &mail.bytes));
    assert_eq!(fixture.number("SELECT uncertain FROM outbox").await, 1);
    assert_eq!(fixture.text("SELECT last_answer FROM outbox").await, "451 plus tard");
    let mut work = store.begin().await.unwrap();
    work.postpone(mail.id, "encore", false, next).await.unwrap();
    work.commit().await.unwrap();
    assert_eq!(fixture.number("SELECT uncertain FROM outbox").await, 1);
}

#[tokio::test]
async fn what_is_sent_or_given_up_never_leaves_again() {
    let fixture = Fixture::open().await;
    let store = &fixture.store;
    assert_eq!(store.outbox_figures().await.unwrap(), OutboxFigures::default());
    fixture.queue(3, at(EIGHT)).await;
    let mails = claim(store, "one", at(EIGHT), 2).await;
    let mut work = store.begin().await.unwrap();
    work.sent(mails[0].id, "250 ok", at(FIVE_PAST)).await.unwrap();
    work.give_up(mails[1].id, "550 non", at(FIVE_PAST)).await.unwrap();
    work.commit().await.unwrap();
    let figures = OutboxFigures { waiting: 1, sent: 1, failed: 1, oldest_waiting: Some(at(EIGHT)) };
    assert_eq!(store.outbox_figures().await.unwrap(), figures);
    let left = claim(store, "two", at("2027-03-02T08:00:00Z"), 10).await;
    assert_eq!(left.iter().map(|mail| mail.message_id.as_str()).collect::<Vec<_>>(), ["2@example.fr"]);
    assert_eq!(fixture.number("SELECT COUNT(*) FROM outbox WHERE done_at IS NOT NULL").await, 2);
}

#[tokio::test]
async fn the_oldest_due_is_claimed_first() {
    let fixture = Fixture::open().await;
    let store = &fixture.store;
    fixture.queue(3, at(EIGHT)).await;
    let first = claim(store, "one", at(EIGHT), 1).await.remove(0);
    let mut work = store.begin().await.unwrap();
    work.postpone(first.id, "", false, at("2026-03-02T08:00:10Z")).await.unwrap();
    work.commit().await.unwrap();
    let later = at("2026-03-02T09:00:00Z");
    let order = claim(store, "one", later, 2).await;
    assert_eq!(order.iter().map(|mail| mail.message_id.as_str()).collect::<Vec<_>>(), ["1@example.fr", "2@example.fr"]);
}
