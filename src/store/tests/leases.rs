//! Leases: one holder at a time, by instants that are arguments.

use crate::store::{
    Store,
    testing::{Fixture, at},
};

const LEASE: &str = "mailbox/contact";

async fn take(store: &Store, owner: &str, now: &str, until: &str) -> bool {
    let mut work = store.begin().await.unwrap();
    let taken = work.take_lease(LEASE, owner, at(now), at(until)).await.unwrap();
    work.commit().await.unwrap();
    taken
}

#[tokio::test]
async fn a_lease_is_taken_refused_renewed_and_runs_out() {
    let fixture = Fixture::open().await;
    let store = &fixture.store;
    assert!(take(store, "one", "2026-03-02T08:00:00Z", "2026-03-02T08:02:00Z").await);
    assert!(!take(store, "two", "2026-03-02T08:01:00Z", "2026-03-02T08:03:00Z").await, "held");
    assert!(!take(store, "two", "2026-03-02T08:02:00Z", "2026-03-02T08:04:00Z").await, "held to its very end");
    assert!(take(store, "one", "2026-03-02T08:01:30Z", "2026-03-02T08:03:30Z").await, "renewed");
    assert!(!take(store, "two", "2026-03-02T08:03:00Z", "2026-03-02T08:05:00Z").await, "renewed means longer");
    assert!(take(store, "two", "2026-03-02T08:03:31Z", "2026-03-02T08:05:31Z").await, "run out");
    assert!(!take(store, "one", "2026-03-02T08:04:00Z", "2026-03-02T08:06:00Z").await, "it is another's now");
}

#[tokio::test]
async fn leases_of_two_names_do_not_meet() {
    let fixture = Fixture::open().await;
    let (now, until) = (at("2026-03-02T08:00:00Z"), at("2026-03-02T08:02:00Z"));
    let mut work = fixture.store.begin().await.unwrap();
    assert!(work.take_lease("mailbox/a", "one", now, until).await.unwrap());
    assert!(work.take_lease("mailbox/b", "two", now, until).await.unwrap());
}

#[tokio::test]
async fn who_leaves_gives_back_only_what_is_his() {
    let fixture = Fixture::open().await;
    let (now, until) = (at("2026-03-02T08:00:00Z"), at("2026-03-02T08:05:00Z"));
    fixture.queue(2, now).await;
    let mut work = fixture.store.begin().await.unwrap();
    work.take_lease(LEASE, "one", now, until).await.unwrap();
    work.take_lease("mailbox/b", "two", now, until).await.unwrap();
    assert_eq!(work.claim("one", now, until, 1).await.unwrap().len(), 1);
    assert_eq!(work.claim("two", now, until, 1).await.unwrap().len(), 1);
    work.drop_leases("one").await.unwrap();
    work.commit().await.unwrap();

    assert_eq!(fixture.text("SELECT owner FROM lease").await, "two");
    let mut work = fixture.store.begin().await.unwrap();
    let mails = work.claim("three", now, until, 10).await.unwrap();
    assert_eq!(
        mails.iter().map(|mail| (mail.message_id.as_str(), mail.attempts)).collect::<Vec<_>>(),
        [("0@example.fr", 2)]
    );
}

#[tokio::test]
async fn who_is_alone_breaks_every_lease() {
    let fixture = Fixture::open().await;
    let (now, until) = (at("2026-03-02T08:00:00Z"), at("2026-03-02T08:05:00Z"));
    fixture.queue(2, now).await;
    let mut work = fixture.store.begin().await.unwrap();
    work.take_lease(LEASE, "one", now, until).await.unwrap();
    work.claim("one", now, until, 1).await.unwrap();
    work.claim("two", now, until, 1).await.unwrap();
    work.break_leases().await.unwrap();
    work.commit().await.unwrap();
    assert_eq!(fixture.count("lease").await, 0);
    let mut work = fixture.store.begin().await.unwrap();
    assert_eq!(work.claim("three", now, until, 10).await.unwrap().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_ten_that_ask_at_once_one_holds() {
    let fixture = Fixture::open().await;
    let tasks = (0..10).map(|number| {
        let store = fixture.store.clone();
        tokio::spawn(async move {
            take(&store, &format!("owner {number}"), "2026-03-02T08:00:00Z", "2026-03-02T08:02:00Z").await
        })
    });
    let mut holders = 0;
    for task in tasks.collect::<Vec<_>>() {
        holders += usize::from(task.await.unwrap());
    }
    assert_eq!(holders, 1);
}
