//! Cases: references without gap or repetition, lists, and the whole of one case.

use std::collections::BTreeSet;

use crate::{
    case::{Channel, Disposition, EventKind, Kind, Scope, State},
    store::{
        CaseFilter, NewCase, NewMessage,
        testing::{Fixture, at, new_case, new_message, receipt},
    },
};

#[tokio::test(flavor = "multi_thread")]
async fn twenty_writers_get_numbers_without_repetition_or_gap() {
    let fixture = Fixture::open().await;
    let tasks = (0..20).map(|_| {
        let store = fixture.store.clone();
        tokio::spawn(async move {
            let mut numbers = Vec::new();
            for _ in 0..20 {
                let mut work = store.begin().await.unwrap();
                numbers.push(work.next_number(2026).await.unwrap());
                work.commit().await.unwrap();
            }
            numbers
        })
    });
    let mut numbers = BTreeSet::new();
    for task in tasks.collect::<Vec<_>>() {
        let own = task.await.unwrap();
        assert!(own.is_sorted(), "{own:?}");
        numbers.extend(own);
    }
    assert_eq!(numbers, (1..=400).collect::<BTreeSet<_>>());
}

#[tokio::test]
async fn each_year_counts_from_one_and_a_number_not_used_comes_again() {
    let fixture = Fixture::open().await;
    let mut work = fixture.store.begin().await.unwrap();
    assert_eq!(work.next_number(2026).await.unwrap(), 1);
    assert_eq!(work.next_number(2027).await.unwrap(), 1);
    assert_eq!(work.next_number(2026).await.unwrap(), 2);
    work.commit().await.unwrap();
    let mut undone = fixture.store.begin().await.unwrap();
    assert_eq!(undone.next_number(2026).await.unwrap(), 3);
    drop(undone);
    let mut work = fixture.store.begin().await.unwrap();
    assert_eq!(work.next_number(2026).await.unwrap(), 3);
}

#[tokio::test]
async fn two_cases_never_bear_one_reference() {
    let fixture = Fixture::open().await;
    let mut work = fixture.store.begin().await.unwrap();
    work.add_case(&new_case("2026-000001")).await.unwrap();
    assert!(work.add_case(&new_case("2026-000001")).await.is_err());
}

#[tokio::test]
async fn a_list_is_ordered_by_urgency_and_filtered() {
    let fixture = Fixture::open().await;
    let mut work = fixture.store.begin().await.unwrap();
    for (reference, mailbox, service, due) in [
        ("2026-000001", "contact", "accueil", "2026-03-12T00:00:00Z"),
        ("2026-000002", "etrangers", "sejour", "2026-03-10T00:00:00Z"),
        ("2026-000003", "contact", "sejour", "2026-03-11T00:00:00Z"),
        ("2026-000004", "contact", "accueil", "2026-03-10T00:00:00Z"),
    ] {
        let case = NewCase { mailbox: mailbox.into(), service: service.into(), due_at: at(due), ..new_case(reference) };
        work.add_case(&case).await.unwrap();
    }
    work.commit().await.unwrap();
    let listed = async |filter: CaseFilter| {
        let cases = fixture.store.cases(&filter).await.unwrap();
        cases.iter().map(|case| case.reference[10..].to_owned()).collect::<String>()
    };
    let all = CaseFilter { limit: 100, ..CaseFilter::default() };
    let contact = CaseFilter { mailbox: Some("contact".into()), ..all.clone() };
    let sejour = CaseFilter { service: Some("sejour".into()), ..all.clone() };
    let before = CaseFilter { due_before: Some(at("2026-03-11T00:00:00Z")), ..all.clone() };
    assert_eq!(listed(all.clone()).await, "2431", "the most urgent first, then the oldest");
    assert_eq!(listed(CaseFilter { limit: 2, ..all.clone() }).await, "24");
    assert_eq!(listed(CaseFilter { limit: 0, ..all.clone() }).await, "");
    assert_eq!(listed(contact.clone()).await, "431");
    assert_eq!(listed(sejour.clone()).await, "23");
    assert_eq!(listed(CaseFilter { service: Some("sejour".into()), ..contact }).await, "3");
    assert_eq!(listed(before).await, "24", "due at that instant is not before it");
    assert_eq!(listed(CaseFilter { mailbox: Some("inconnue' OR '1'='1".into()), ..all }).await, "");
    assert_eq!(fixture.store.case_count().await.unwrap(), 4);
}

#[tokio::test]
async fn a_case_shows_all_that_was_written() {
    let fixture = Fixture::open().await;
    fixture.keep(&receipt("contact", "7/1", b"octets")).await.unwrap();
    let written = NewCase {
        channel: Channel::Form,
        kind: Kind::Complaint,
        scope: Scope::LegalAppeal,
        confidence: 0.123_456_789,
        evidence: r#"[{"source":"rule"}]"#.into(),
        ..new_case("2026-000001")
    };
    let acknowledged = at("2026-03-02T08:00:01Z");
    let mut work = fixture.store.begin().await.unwrap();
    let id = work.add_case(&written).await.unwrap();
    for (key, when, disposition) in
        [("b", "2026-03-03T08:00:00Z", Disposition::FollowUp), ("a", "2026-03-02T08:00:00Z", Disposition::Case)]
    {
        let message = NewMessage {
            case_id: Some(id),
            received_at: at(when),
            disposition,
            acknowledged: disposition == Disposition::Case,
            ..new_message(key, b"octets")
        };
        work.add_message(&message).await.unwrap();
    }
    for kind in EventKind::ALL {
        work.add_event(id, acknowledged, "releve", *kind, "détail");
    }
    work.mark_acknowledged(id, acknowledged);
    assert_eq!(work.reference_of(id).await.unwrap(), "2026-000001");
    let found = work.case_of_reference("2026-000001").await.unwrap();
    assert_eq!(found, Some((id, "jeanne@usagers.example.fr".into())));
    assert_eq!(work.case_of_reference("2026-000002").await.unwrap(), None);
    work.commit().await.unwrap();

    let case = fixture.store.case("2026-000001").await.unwrap().unwrap();
    let summary = &case.summary;
    assert_eq!((summary.id, summary.channel, summary.kind), (id, Channel::Form, Kind::Complaint));
    assert_eq!((summary.scope, summary.state, summary.confidence), (Scope::LegalAppeal, State::Open, 0.123_456_789));
    assert_eq!((summary.received_at, summary.due_at), (written.received_at, written.due_at));
    assert_eq!((summary.acknowledged_at, &summary.delay), (Some(acknowledged), &written.delay));
    assert_eq!(case.evidence, written.evidence);
    let messages = case.messages.iter().map(|message| (message.disposition, message.acknowledged)).collect::<Vec<_>>();
    assert_eq!(messages, [(Disposition::Case, true), (Disposition::FollowUp, false)], "in the order of reception");
    assert_eq!(case.events.iter().map(|event| event.kind).collect::<Vec<_>>(), EventKind::ALL);
    assert!(fixture.store.case("2026-000002").await.unwrap().is_none());
}
