//! What continues a case, and what machines write about one.

use crate::{
    case::Disposition,
    desk::testing::{Letter, Office, bounce},
};

const FIRST: &str = "1@usagers.example.fr";

/// An office where Jeanne has written once.
async fn with_a_case() -> Office {
    let office = Office::open().await;
    office.write(&Letter::new("1")).await;
    office
}

#[track_caller]
fn is_follow_up(tally: crate::desk::Tally) {
    assert_eq!((tally.follow_ups, tally.cases, tally.acknowledged), (1, 0, 0));
}

#[tokio::test]
async fn an_answer_to_our_acknowledgement_continues_its_case() {
    let office = with_a_case().await;
    let (mail, _) = office.letter().await;
    // From her other address, with a new subject: the id tells.
    let letter =
        Letter::new("2").from("jm@travail.example.com").subject("Précision").answering(&[FIRST, &mail.message_id]);
    is_follow_up(office.write(&letter).await);
    assert_eq!(office.history("2026-000001").await, ["opened", "acknowledged", "follow_up"]);
    let case = office.case("2026-000001").await;
    assert_eq!(case.messages[1].reason, "suite de la demande 2026-000001, déjà enregistrée");
    assert_eq!((case.events[2].actor.as_str(), case.messages[1].disposition), ("citizen", Disposition::FollowUp));
    assert_eq!(case.summary.correspondent, "jeanne@usagers.example.fr", "the correspondent never changes by itself");
}

#[tokio::test]
async fn an_answer_to_her_own_earlier_message_continues_its_case() {
    let office = with_a_case().await;
    is_follow_up(office.write(&Letter::new("2").answering(&[FIRST])).await);
    is_follow_up(office.write(&Letter::new("3").answering(&["2@usagers.example.fr"])).await);
    assert_eq!(office.fixture.count("outbox").await, 1, "the first acknowledgement, and no other");
}

#[tokio::test]
async fn who_names_the_message_of_somebody_else_writes_for_himself() {
    let office = with_a_case().await;
    let tally = office.write(&Letter::new("2").from("paul@ailleurs.example.com").answering(&[FIRST])).await;
    assert_eq!((tally.cases, tally.follow_ups, tally.acknowledged), (1, 0, 1), "he has a case and an acknowledgement");
}

#[tokio::test]
async fn a_follow_up_in_the_same_batch_finds_the_case_before_it() {
    let office = Office::open().await;
    office.deliver("contact", Letter::new("1").octets()).await;
    office.deliver("contact", Letter::new("2").answering(&[FIRST]).octets()).await;
    let tally = office.receive().await;
    assert_eq!((tally.cases, tally.follow_ups, tally.acknowledged), (1, 1, 1));
}

#[tokio::test]
async fn a_reference_in_the_subject_counts_from_its_correspondent_alone() {
    let office = with_a_case().await;
    let letter = Letter::new("2").subject("Re: votre accusé 2026-000001");
    is_follow_up(office.write(&letter.clone().from("JEANNE@usagers.example.fr")).await);
    let tally = office.write(&Letter { id: "3@x.example".into(), ..letter }.from("inconnu@ailleurs.example.com")).await;
    assert_eq!((tally.cases, tally.follow_ups, tally.acknowledged), (1, 0, 1), "a stranger opens a case of his own");
    assert_eq!(office.case("2026-000002").await.summary.correspondent, "inconnu@ailleurs.example.com");
}

#[tokio::test]
async fn a_reference_that_nobody_was_given_opens_a_case() {
    let office = with_a_case().await;
    assert_eq!(office.write(&Letter::new("2").subject("Dossier 2025-000077")).await.cases, 1);
}

#[tokio::test]
async fn nobody_without_an_address_continues_a_case_without_a_correspondent() {
    let office = Office::open().await;
    office.deliver("contact", b"\0nothing that anybody can read").await;
    office.receive().await;
    let letter = Letter::new("2").from("").subject("Re: 2026-000001");
    assert_eq!(office.write(&letter).await.cases, 1);
}

#[tokio::test]
async fn a_machine_is_tied_to_its_case_and_changes_nothing() {
    let office = with_a_case().await;
    let (mail, _) = office.letter().await;
    let before = office.case("2026-000001").await.summary;
    let absence = Letter::new("2")
        .subject("Absence du bureau : Nous avons bien reçu votre message")
        .header("Auto-Submitted: auto-replied")
        .answering(&[&mail.message_id]);
    let tally = office.write(&absence).await;
    assert_eq!((tally.ignored, tally.cases, tally.follow_ups, tally.acknowledged), (1, 0, 0, 0));
    let case = office.case("2026-000001").await;
    assert_eq!(case.messages[1].disposition, Disposition::Ignored);
    assert_eq!(office.history("2026-000001").await, ["opened", "acknowledged", "automatic"]);
    assert_eq!(format!("{:?}", case.summary), format!("{before:?}"), "no clock, no state, no owner");
}

#[tokio::test]
async fn a_machine_that_answers_nothing_of_ours_is_kept_without_a_case() {
    let office = Office::open().await;
    let tally = office.write(&Letter::new("1").header("List-Unsubscribe: <https://lettre.example.com>")).await;
    assert_eq!((tally.ignored, tally.cases), (1, 0));
    assert_eq!((office.fixture.count("message").await, office.fixture.count("cases").await), (1, 0));
    let delivery = office.fixture.store.deliveries().await.unwrap().remove(0);
    assert_eq!((delivery.disposition, delivery.reference), (Some(Disposition::Ignored), None));
    assert!(!delivery.reason.is_empty());
}

#[tokio::test]
async fn an_acknowledgement_that_comes_back_is_written_on_its_case() {
    let office = with_a_case().await;
    let (mail, _) = office.letter().await;
    office.deliver("contact", bounce(&mail)).await;
    let tally = office.receive().await;
    assert_eq!((tally.ignored, tally.cases, tally.acknowledged), (1, 0, 0));
    assert_eq!(office.history("2026-000001").await, ["opened", "acknowledged", "bounced"]);
}

#[tokio::test]
async fn a_delay_that_is_reported_is_no_bounce() {
    let office = with_a_case().await;
    let (mail, _) = office.letter().await;
    let report = String::from_utf8(bounce(&mail)).unwrap();
    let report = report
        .replace("Action: failed", "Action: delayed")
        .replace("Status: 5.1.1", "Status: 4.4.1")
        .replace("Undelivered Mail Returned to Sender", "Delayed Mail (still being retried)");
    office.deliver("contact", report).await;
    office.receive().await;
    assert_eq!(office.history("2026-000001").await, ["opened", "acknowledged", "automatic"]);
}

#[tokio::test]
async fn our_own_acknowledgement_that_comes_in_is_never_answered() {
    let office = with_a_case().await;
    let (mail, _) = office.letter().await;
    office.deliver("etrangers", &mail.bytes).await;
    let tally = office.try_receive("etrangers").await.unwrap();
    assert_eq!((tally.ignored, tally.cases, tally.acknowledged), (1, 0, 0));
}
