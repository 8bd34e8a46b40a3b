//! Deliveries: kept once, handled in their order, set aside with a reason, told.

use crate::{
    case::Disposition,
    store::{
        NewMessage, NewReceipt, ReceiptFigures,
        testing::{Fixture, at, new_case, new_message, receipt},
    },
};

#[tokio::test]
async fn a_delivery_is_kept_once_whatever_comes_under_its_key() {
    let fixture = Fixture::open().await;
    assert!(fixture.keep(&receipt("contact", "7/1", b"first")).await.is_some());
    assert_eq!(fixture.keep(&receipt("contact", "7/1", b"first")).await, None);
    assert_eq!(fixture.keep(&receipt("contact", "7/1", b"other octets")).await, None);
    assert!(fixture.keep(&receipt("contact", "8/1", b"first")).await.is_some(), "another UIDVALIDITY");
    let kept = fixture.store.kept("contact", 0, 10, 1000).await.unwrap();
    assert_eq!(kept.iter().map(|one| one.bytes.as_slice()).collect::<Vec<_>>(), [b"first", b"first"]);
}

#[tokio::test]
async fn the_same_octets_in_two_mailboxes_are_stored_once() {
    let fixture = Fixture::open().await;
    assert!(fixture.keep(&receipt("contact", "7/1", b"octets")).await.is_some());
    assert!(fixture.keep(&receipt("etrangers", "7/1", b"octets")).await.is_some());
    assert_eq!((fixture.count("raw_message").await, fixture.count("receipt").await), (1, 2));
    assert_eq!(fixture.number("SELECT octets FROM raw_message").await, 6);
    assert_eq!(fixture.store.kept("etrangers", 0, 10, 1000).await.unwrap()[0].bytes, b"octets");
}

#[tokio::test]
async fn what_was_kept_comes_back_octet_for_octet_with_all_that_was_said_of_it() {
    let fixture = Fixture::open().await;
    let octets: Vec<u8> = (0..=255).collect();
    let delivery = NewReceipt {
        whole: false,
        octets: 40_000_000_000,
        received_at: at("2026-03-02T07:30:00.987Z"),
        ..receipt("contact", "4294967295/4294967295", &octets)
    };
    let row = fixture.keep(&delivery).await.unwrap();
    let kept = fixture.store.kept("contact", 0, 1, 0).await.unwrap().remove(0);
    assert_eq!((kept.id, kept.server_key, kept.digest), (row, delivery.server_key, delivery.digest));
    assert_eq!((kept.bytes, kept.whole, kept.octets), (octets, false, 40_000_000_000));
    assert_eq!((kept.received_at, kept.attempts), (delivery.received_at, 0));
}

#[tokio::test]
async fn what_waits_is_handed_out_in_its_order_by_number_and_by_size() {
    let fixture = Fixture::open().await;
    let mut rows = Vec::new();
    for number in 0..5 {
        let bytes = vec![b'a' + number; 10];
        rows.push(fixture.keep(&receipt("contact", &format!("7/{number}"), &bytes)).await.unwrap());
    }
    fixture.keep(&receipt("autre", "7/9", b"of another mailbox")).await.unwrap();
    let ids = async |after, count, octets| {
        let kept = fixture.store.kept("contact", after, count, octets).await.unwrap();
        kept.iter().map(|one| one.id).collect::<Vec<_>>()
    };
    assert_eq!(ids(0, 10, 1000).await, rows);
    assert_eq!(ids(0, 2, 1000).await, rows[..2]);
    assert_eq!(ids(rows[1], 2, 1000).await, rows[2..4]);
    assert_eq!(ids(0, 10, 25).await, rows[..3], "no more than one beyond the limit");
    assert_eq!(ids(0, 10, 0).await, rows[..1], "one at least, however large");
    assert!(ids(rows[4], 10, 1000).await.is_empty());
    assert!(ids(0, 0, 1000).await.is_empty());
}

#[tokio::test]
async fn handled_and_set_aside_no_longer_wait_and_are_told_once() {
    let fixture = Fixture::open().await;
    let mut rows = Vec::new();
    for number in 0..4 {
        rows.push(fixture.keep(&receipt("contact", &format!("7/{number}"), b"octets")).await.unwrap());
    }
    let mut work = fixture.store.begin().await.unwrap();
    let case = work.add_case(&new_case("2026-000001")).await.unwrap();
    let tied = NewMessage { case_id: Some(case), ..new_message("tied", b"octets") };
    let tied = work.add_message(&tied).await.unwrap();
    let loose = work.add_message(&new_message("loose", b"octets")).await.unwrap();
    work.handled(rows[0], tied, "");
    work.handled(rows[1], loose, "une machine");
    work.set_aside(rows[2], "trop ancien").await.unwrap();
    work.count_attempts(rows[3], 3).await.unwrap();
    work.count_attempts(rows[3], -1).await.unwrap();
    work.commit().await.unwrap();

    let kept = fixture.store.kept("contact", 0, 10, 1000).await.unwrap();
    assert_eq!(kept.iter().map(|one| (one.id, one.attempts)).collect::<Vec<_>>(), [(rows[3], 2)]);
    let figures = ReceiptFigures { kept: 4, waiting: 1, set_aside: 1, cases: 1 };
    assert_eq!(fixture.store.receipt_figures("contact").await.unwrap(), figures);
    assert_eq!(fixture.store.receipt_figures("autre").await.unwrap(), ReceiptFigures::default());

    let untold = fixture.store.untold("contact").await.unwrap();
    // What is set aside stays on the server as it is.
    assert_eq!(untold, [(rows[0], "7/0".into()), (rows[1], "7/1".into())]);
    let mut work = fixture.store.begin().await.unwrap();
    work.told(&[rows[0]]).await.unwrap();
    work.told(&[]).await.unwrap();
    work.commit().await.unwrap();
    assert_eq!(fixture.store.untold("contact").await.unwrap(), [(rows[1], "7/1".into())]);
}

#[tokio::test]
async fn every_key_ever_kept_is_known_in_its_own_mailbox() {
    let fixture = Fixture::open().await;
    let row = fixture.keep(&receipt("contact", "7/1", b"a")).await.unwrap();
    fixture.keep(&receipt("contact", "7/2", b"b")).await.unwrap();
    fixture.keep(&receipt("autre", "7/3", b"c")).await.unwrap();
    let mut work = fixture.store.begin().await.unwrap();
    work.set_aside(row, "trop ancien").await.unwrap();
    work.commit().await.unwrap();
    let mut known = fixture.store.known_keys("contact").await.unwrap().into_iter().collect::<Vec<_>>();
    known.sort();
    assert_eq!(known, ["7/1", "7/2"]);
    assert!(fixture.store.known_keys("inconnue").await.unwrap().is_empty());
}

#[tokio::test]
async fn deliveries_say_what_became_of_each_in_the_order_of_reception() {
    let fixture = Fixture::open().await;
    let received = |key: &str, when: &str| NewReceipt { received_at: at(when), ..receipt("contact", key, b"octets") };
    let late = fixture.keep(&received("7/1", "2026-03-02T10:00:00Z")).await.unwrap();
    let first = fixture.keep(&received("7/2", "2026-03-02T09:00:00Z")).await.unwrap();
    let again = fixture.keep(&received("7/3", "2026-03-02T11:00:00Z")).await.unwrap();
    let old = fixture.keep(&received("7/4", "2020-03-02T09:00:00Z")).await.unwrap();
    let mut work = fixture.store.begin().await.unwrap();
    let case = work.add_case(&new_case("2026-000001")).await.unwrap();
    let message = NewMessage { case_id: Some(case), acknowledged: true, ..new_message("person", b"octets") };
    let message = work.add_message(&message).await.unwrap();
    let machine = NewMessage { disposition: Disposition::Ignored, ..new_message("machine", b"octets") };
    let machine = work.add_message(&machine).await.unwrap();
    work.handled(first, message, "");
    work.handled(again, message, "même message");
    work.handled(late, machine, "une machine");
    work.set_aside(old, "trop ancien").await.unwrap();
    work.commit().await.unwrap();

    let deliveries = fixture.store.deliveries().await.unwrap();
    let told = deliveries
        .iter()
        .map(|one| (one.disposition, one.first, one.acknowledged, one.reason.as_str(), one.reference.as_deref()))
        .collect::<Vec<_>>();
    let reference = Some("2026-000001");
    assert_eq!(
        told,
        [
            (None, false, false, "trop ancien", None),
            (Some(Disposition::Case), true, true, "", reference),
            (Some(Disposition::Ignored), true, false, "une machine", None),
            (Some(Disposition::Case), false, true, "même message", reference),
        ]
    );
    assert_eq!(deliveries[1].due_at, Some(at("2026-03-09T22:59:59Z")));
    assert_eq!((deliveries[0].sender.as_str(), deliveries[1].subject.as_str()), ("", "Carte grise"));
}
