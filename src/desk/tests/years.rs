//! The turn of the year, where the prefecture is.

use crate::{
    desk::testing::{Letter, Office},
    store::testing::at,
};

/// What the references of two messages are, that are handled at these instants.
async fn references(department: &str, instants: [&str; 3]) -> Vec<String> {
    let office = Office::of(department).await;
    for (number, instant) in instants.into_iter().enumerate() {
        office.clock.set(at(instant));
        office.write(&Letter::new(&number.to_string())).await;
    }
    let mut cases =
        office.fixture.store.cases(&crate::store::CaseFilter { limit: 10, ..Default::default() }).await.unwrap();
    cases.sort_by_key(|case| case.id);
    cases.into_iter().map(|case| case.reference).collect()
}

#[tokio::test]
async fn numbers_start_again_at_midnight_where_the_prefecture_is() {
    let paris = ["2026-12-31T22:59:59Z", "2026-12-31T23:00:00Z", "2027-01-01T12:00:00Z"];
    assert_eq!(references("17", paris).await, ["2026-000001", "2027-000001", "2027-000002"]);
    let martinique = ["2026-12-31T23:30:00Z", "2027-01-01T03:59:59Z", "2027-01-01T04:00:00Z"];
    assert_eq!(references("972", martinique).await, ["2026-000001", "2026-000002", "2027-000001"]);
    let reunion = ["2026-12-31T19:59:59Z", "2026-12-31T20:00:00Z", "2026-12-31T23:00:00Z"];
    assert_eq!(references("974", reunion).await, ["2026-000001", "2027-000001", "2027-000002"]);
}

#[tokio::test]
async fn a_message_of_the_last_evening_is_due_in_the_new_year() {
    let office = Office::open().await;
    office.clock.set(at("2026-12-31T22:30:00Z"));
    office.write(&Letter::new("1")).await;
    let case = office.case("2026-000001").await;
    // Friday 1 January is a holiday; 4, 5, 6, 7 and 8 January count.
    assert_eq!(case.summary.due_at, at("2027-01-08T22:59:59Z"));
    let (_, message) = office.letter().await;
    assert!(message.text.contains("le jeudi 31 décembre 2026 à 23 h 30"), "{}", message.text);
    assert!(message.text.contains("au plus tard le vendredi 8 janvier 2027"), "{}", message.text);
}

#[tokio::test]
async fn a_message_that_waited_over_the_turn_counts_from_its_reception() {
    let office = Office::open().await;
    office.deliver_of("2026-12-30T09:00:00Z", &Letter::new("1")).await;
    office.clock.set(at("2027-01-02T09:00:00Z"));
    office.receive().await;
    let case = office.case("2027-000001").await;
    assert_eq!(
        (case.summary.received_at, case.summary.due_at),
        (at("2026-12-30T09:00:00Z"), at("2027-01-07T22:59:59Z"))
    );
}

/// At ten minutes past eleven in the evening it is still that day in Martinique, and the next one in Paris.
#[tokio::test]
async fn the_day_of_reception_is_the_prefectures_own() {
    let office = Office::of("972").await;
    office.clock.set(at("2026-03-03T03:10:00Z"));
    office.write(&Letter::new("1")).await;
    let (_, message) = office.letter().await;
    assert!(message.text.contains("le lundi 2 mars 2026 à 23 h 10"), "{}", message.text);
    assert_eq!(office.case("2026-000001").await.summary.due_at, at("2026-03-10T03:59:59Z"));
}
