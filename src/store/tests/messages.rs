//! Messages: one row for one content, threads by Message-ID, and how many acknowledgements one sender has had.

use crate::store::{
    KnownMessage, NewMessage, StoreError,
    testing::{Fixture, at, new_case, new_message, outgoing, receipt},
};

#[tokio::test]
async fn one_content_is_one_message_and_whoever_comes_second_is_told() {
    let fixture = Fixture::open().await;
    fixture.keep(&receipt("contact", "7/1", b"octets")).await.unwrap();
    let mut work = fixture.store.begin().await.unwrap();
    assert_eq!(work.known_messages(&["key"]).await.unwrap().remove("key"), None);
    let id = work.add_message(&new_message("key", b"octets")).await.unwrap();
    let known = Some(KnownMessage { id, mailbox: "contact".into(), case_id: None });
    assert_eq!(work.known_messages(&["key"]).await.unwrap().remove("key"), known);
    assert!(matches!(work.add_message(&new_message("key", b"octets")).await, Err(StoreError::Raced)));
    // The loss is no fault of the transaction: it can still look.
    assert_eq!(work.known_messages(&["key"]).await.unwrap().remove("key"), known);
    work.commit().await.unwrap();
    assert_eq!(fixture.count("message").await, 1);
}

#[tokio::test]
async fn two_daemons_that_write_the_same_message_at_once_write_it_once() {
    let fixture = Fixture::open().await;
    fixture.keep(&receipt("contact", "7/1", b"octets")).await.unwrap();
    let other = fixture.reopen().await;
    let write = async |store: &crate::store::Store| {
        let mut work = store.begin().await?;
        work.add_message(&new_message("key", b"octets")).await?;
        work.commit().await
    };
    let (one, two) = tokio::join!(write(&fixture.store), write(&other));
    assert!(
        matches!((&one, &two), (Ok(()), Err(StoreError::Raced)) | (Err(StoreError::Raced), Ok(()))),
        "{one:?} {two:?}"
    );
    assert_eq!(fixture.count("message").await, 1);
    other.close().await;
}

#[tokio::test]
async fn a_thread_is_found_by_what_we_sent_and_by_what_came() {
    let fixture = Fixture::open().await;
    let now = at("2026-03-02T08:00:00Z");
    fixture.keep(&receipt("contact", "7/1", b"octets")).await.unwrap();
    let mut work = fixture.store.begin().await.unwrap();
    let one = work.add_case(&new_case("2026-000001")).await.unwrap();
    let two = work.add_case(&new_case("2026-000002")).await.unwrap();
    let came = NewMessage { case_id: Some(one), message_id: "came@x".into(), ..new_message("came", b"octets") };
    let came = work.add_message(&came).await.unwrap();
    let machine = NewMessage { message_id: "machine@x".into(), ..new_message("machine", b"octets") };
    work.add_message(&machine).await.unwrap();
    work.enqueue(&outgoing(two, came, "sent@x"), now).await.unwrap();

    assert_eq!(work.case_of_ids(&["came@x"]).await.unwrap(), Some(one));
    assert_eq!(work.case_of_ids(&["sent@x"]).await.unwrap(), Some(two));
    assert_eq!(work.case_of_ids(&["unknown@x", "sent@x", "came@x"]).await.unwrap(), Some(two), "in their order");
    assert_eq!(work.case_of_ids(&["machine@x"]).await.unwrap(), None, "a message without a case");
    assert_eq!(work.case_of_ids(&["machine@x", "came@x"]).await.unwrap(), Some(one));
    assert_eq!(work.case_of_ids(&[]).await.unwrap(), None);
    assert_eq!(work.case_of_ids(&["unknown@x"]).await.unwrap(), None);
}

#[tokio::test]
async fn the_nearest_id_wins_among_many() {
    let fixture = Fixture::open().await;
    fixture.keep(&receipt("contact", "7/1", b"octets")).await.unwrap();
    let mut work = fixture.store.begin().await.unwrap();
    let mut cases = Vec::new();
    for number in 0..20 {
        let case = work.add_case(&new_case(&format!("2026-{number:06}"))).await.unwrap();
        let message = NewMessage {
            case_id: Some(case),
            message_id: format!("{number}@x"),
            ..new_message(&number.to_string(), b"octets")
        };
        work.add_message(&message).await.unwrap();
        cases.push(case);
    }
    let ids = (0..20).rev().map(|number| format!("{number}@x")).collect::<Vec<_>>();
    let ids = ids.iter().map(String::as_str).collect::<Vec<_>>();
    assert_eq!(work.case_of_ids(&ids).await.unwrap(), Some(cases[19]));
    assert_eq!(work.case_of_ids(&ids[5..]).await.unwrap(), Some(cases[14]));
}

#[tokio::test]
async fn acknowledgements_are_counted_by_the_instants_of_reception() {
    let fixture = Fixture::open().await;
    fixture.keep(&receipt("contact", "7/1", b"octets")).await.unwrap();
    let mut work = fixture.store.begin().await.unwrap();
    let mut number = 0;
    for (when, sender, acknowledged) in [
        ("2026-03-01T07:59:59Z", "a@x.example", true), // 24 hours and a second before
        ("2026-03-01T08:00:01Z", "a@x.example", true),
        ("2026-03-02T07:00:00Z", "a@x.example", true), // an hour before, to the second
        ("2026-03-02T07:00:01Z", "a@x.example", true),
        ("2026-03-02T07:59:00Z", "a@x.example", false),
        ("2026-03-02T07:59:00Z", "b@x.example", true),
        ("2026-03-02T08:10:00Z", "a@x.example", true), // handled before, received after
        ("2026-03-02T09:00:00Z", "a@x.example", true), // an hour after
    ] {
        number += 1;
        let message = NewMessage {
            sender: sender.into(),
            received_at: at(when),
            acknowledged,
            ..new_message(&number.to_string(), b"octets")
        };
        work.add_message(&message).await.unwrap();
    }
    let at_eight = at("2026-03-02T08:00:00Z");
    assert_eq!(work.acknowledged_before("a@x.example", at_eight).await.unwrap(), (2, 4));
    assert_eq!(work.acknowledged_before("b@x.example", at_eight).await.unwrap(), (1, 1));
    assert_eq!(work.acknowledged_before("c@x.example", at_eight).await.unwrap(), (0, 0));
}
