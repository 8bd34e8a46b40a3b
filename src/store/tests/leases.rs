//! Daemons and what they hold: one holder at a time, as long as it says that it lives, by instants that are arguments.

use jiff::Timestamp;

use crate::store::{
    Store,
    testing::{Fixture, at},
};

const LEASE: &str = "mailbox/contact";

async fn lives(store: &Store, name: &str, until: &str) {
    let mut work = store.begin().await.unwrap();
    work.alive(name, at(until)).await.unwrap();
    work.commit().await.unwrap();
}

async fn take(store: &Store, owner: &str, now: &str) -> bool {
    let mut work = store.begin().await.unwrap();
    let taken = work.take_lease(LEASE, owner, at(now)).await.unwrap();
    work.commit().await.unwrap();
    taken
}

#[tokio::test]
async fn a_lease_is_taken_refused_renewed_and_runs_out() {
    let fixture = Fixture::open().await;
    let store = &fixture.store;
    lives(store, "one", "2026-03-02T08:02:00Z").await;
    lives(store, "two", "2026-03-02T09:00:00Z").await;
    assert!(take(store, "one", "2026-03-02T08:00:00Z").await);
    assert!(!take(store, "two", "2026-03-02T08:01:00Z").await, "held");
    assert!(take(store, "one", "2026-03-02T08:01:00Z").await, "mine already");
    lives(store, "one", "2026-03-02T08:03:30Z").await;
    assert!(!take(store, "two", "2026-03-02T08:03:00Z").await, "whoever says that he lives goes on holding");
    assert!(take(store, "two", "2026-03-02T08:03:30Z").await, "run out");
    assert!(!take(store, "one", "2026-03-02T08:04:00Z").await, "it is another's now");
}

#[tokio::test]
async fn leases_of_two_names_do_not_meet() {
    let fixture = Fixture::open().await;
    let now = at("2026-03-02T08:00:00Z");
    lives(&fixture.store, "one", "2026-03-02T08:02:00Z").await;
    lives(&fixture.store, "two", "2026-03-02T08:02:00Z").await;
    let mut work = fixture.store.begin().await.unwrap();
    assert!(work.take_lease("mailbox/a", "one", now).await.unwrap());
    assert!(work.take_lease("mailbox/b", "two", now).await.unwrap());
    assert!(!work.take_lease("mailbox/a", "two", now).await.unwrap());
}

/// Two mails, each claimed by another daemon, and a mailbox that the first one reads.
async fn held_by_two(now: Timestamp) -> Fixture {
    let fixture = Fixture::open().await;
    fixture.queue(2, now).await;
    for name in ["one", "two", "three"] {
        lives(&fixture.store, name, "2026-03-02T08:05:00Z").await;
    }
    let mut work = fixture.store.begin().await.unwrap();
    work.take_lease(LEASE, "one", now).await.unwrap();
    assert_eq!(work.claim("one", now, 1).await.unwrap().len(), 1);
    assert_eq!(work.claim("two", now, 1).await.unwrap().len(), 1);
    work.commit().await.unwrap();
    fixture
}

#[tokio::test]
async fn who_leaves_gives_back_only_what_is_his() {
    let now = at("2026-03-02T08:00:00Z");
    let fixture = held_by_two(now).await;
    let mut work = fixture.store.begin().await.unwrap();
    work.leave("one").await.unwrap();
    assert!(work.take_lease(LEASE, "three", now).await.unwrap());
    let mails = work.claim("three", now, 10).await.unwrap();
    let claimed = mails.iter().map(|mail| (mail.message_id.as_str(), mail.attempts)).collect::<Vec<_>>();
    assert_eq!(claimed, [("0@example.fr", 2)]);
}

#[tokio::test]
async fn who_is_alone_forgets_every_other() {
    let now = at("2026-03-02T08:00:00Z");
    let fixture = held_by_two(now).await;
    let mut work = fixture.store.begin().await.unwrap();
    work.forget_daemons().await.unwrap();
    assert!(work.take_lease(LEASE, "four", now).await.unwrap());
    assert_eq!(work.claim("four", now, 10).await.unwrap().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_ten_that_ask_at_once_one_holds() {
    let fixture = Fixture::open().await;
    let tasks = (0..10).map(|number| {
        let store = fixture.store.clone();
        tokio::spawn(async move {
            let name = format!("owner {number}");
            lives(&store, &name, "2026-03-02T08:02:00Z").await;
            take(&store, &name, "2026-03-02T08:00:00Z").await
        })
    });
    let mut holders = 0;
    for task in tasks.collect::<Vec<_>>() {
        holders += usize::from(task.await.unwrap());
    }
    assert_eq!(holders, 1);
}
