//! No burst of one sender gets a burst of answers: by the hour and by the day, counted by the instants of reception.

use crate::desk::testing::{Letter, Office};

async fn acknowledged(office: &Office, received: &[&str]) -> Vec<bool> {
    for (number, when) in received.iter().enumerate() {
        office.deliver_of(when, &Letter::new(&number.to_string())).await;
    }
    office.clock.set("2026-03-10T09:00:00Z".parse().unwrap());
    office.receive().await;
    let mut told = Vec::new();
    for number in 1..=received.len() {
        told.push(office.case(&format!("2026-{number:06}")).await.messages[0].acknowledged);
    }
    told
}

#[tokio::test]
async fn after_so_many_in_an_hour_one_sender_hears_no_more_until_the_hour_is_over() {
    let office = Office::with("max_per_sender_per_hour = 2").await;
    let told = acknowledged(
        &office,
        &[
            "2026-03-02T09:00:00Z",
            "2026-03-02T09:10:00Z",
            "2026-03-02T09:20:00Z",
            "2026-03-02T09:59:59Z",
            "2026-03-02T10:00:01Z",
            "2026-03-02T10:05:00Z",
        ],
    )
    .await;
    assert_eq!(told, [true, true, false, false, true, false]);
    let reason = "trop de messages de ce correspondant : déjà 2 accusés de réception en une heure";
    assert_eq!(office.case("2026-000003").await.messages[0].reason, reason);
}

#[tokio::test]
async fn the_limit_of_a_day_stands_beside_that_of_an_hour() {
    let office = Office::with("max_per_sender_per_hour = 2\nmax_per_sender_per_day = 3").await;
    let told = acknowledged(
        &office,
        &[
            "2026-03-02T01:00:00Z",
            "2026-03-02T05:00:00Z",
            "2026-03-02T09:00:00Z",
            "2026-03-02T13:00:00Z",
            "2026-03-03T00:59:59Z",
            "2026-03-03T01:00:01Z",
        ],
    )
    .await;
    assert_eq!(told, [true, true, true, false, false, true]);
    let reason = "trop de messages de ce correspondant : déjà 3 accusés de réception en 24 heures";
    assert_eq!(office.case("2026-000004").await.messages[0].reason, reason);
}

#[tokio::test]
async fn a_burst_that_is_handled_out_of_order_is_a_burst() {
    let office = Office::with("max_per_sender_per_hour = 2").await;
    let told = acknowledged(
        &office,
        &["2026-03-02T09:30:00Z", "2026-03-02T09:20:00Z", "2026-03-02T09:10:00Z", "2026-03-02T09:00:00Z"],
    )
    .await;
    assert_eq!(told, [true, true, false, false]);
}

#[tokio::test]
async fn mail_of_several_days_that_is_handled_at_once_is_no_burst() {
    let office = Office::with("max_per_sender_per_hour = 1\nmax_per_sender_per_day = 1").await;
    let told = acknowledged(&office, &["2026-03-02T09:00:00Z", "2026-03-04T09:00:00Z", "2026-03-06T09:00:00Z"]).await;
    assert_eq!(told, [true, true, true]);
}

#[tokio::test]
async fn each_sender_has_limits_of_his_own_however_he_writes_his_address() {
    let office = Office::with("max_per_sender_per_hour = 1").await;
    assert_eq!(office.write(&Letter::new("1")).await.acknowledged, 1);
    assert_eq!(office.write(&Letter::new("2").from("JEANNE@Usagers.example.fr")).await.acknowledged, 0);
    assert_eq!(office.write(&Letter::new("3").from("paul@usagers.example.fr")).await.acknowledged, 1);
}

#[tokio::test]
async fn what_was_not_acknowledged_does_not_count() {
    let mut office = Office::with("max_per_sender_per_hour = 1").await;
    let (activation, later) = (office.activated_at, "2027-01-01T00:00:00Z".parse().unwrap());
    office.activated_at = later;
    assert_eq!(office.write(&Letter::new("1")).await.acknowledged, 0);
    office.activated_at = activation;
    assert_eq!(office.write(&Letter::new("2")).await.acknowledged, 1);
}
