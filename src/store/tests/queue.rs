//! The queue: filters, order, urgency, and words without accents, on both databases.

use crate::{
    case::{Kind, State, Topic},
    store::{
        CaseSummary, NewCase, NewMessage, QueueFigures, QueueFilter, Wanted,
        testing::{Fixture, at, new_case, new_message, receipt},
    },
};

/// Cases: reference, service, due, and the words of their message.
const CASES: [(&str, &str, &str, &str); 4] = [
    ("2026-000001", "accueil", "2026-03-09T22:59:59Z", "Où est mon récépissé de séjour ?"),
    ("2026-000002", "sejour", "2026-03-03T22:59:59Z", "Bonjour, mon CŒUR bat et la préfecture se tait."),
    ("2026-000003", "accueil", "2026-03-02T22:59:59Z", "Une carte grise, s'il vous plaît : AB-123-CD"),
    ("2026-000004", "sejour", "2026-02-27T22:59:59Z", "Здравствуйте, où sont les séjours de Šimić et Nguyễn ?"),
];

async fn filled() -> Fixture {
    let fixture = Fixture::open().await;
    fixture.keep(&receipt("contact", "7/1", b"octets")).await.unwrap();
    let mut work = fixture.store.begin().await.unwrap();
    for (reference, service, due, words) in CASES {
        let case = NewCase {
            service: service.into(),
            due_at: at(due),
            to_confirm: service == "sejour",
            ..new_case(reference)
        };
        let id = work.add_case(&case).await.unwrap();
        let message = NewMessage {
            case_id: Some(id),
            new_text: words.into(),
            sender: format!("{}@usagers.example.fr", if service == "sejour" { "noël.d-arc" } else { "jeanne" }),
            ..new_message(reference, b"octets")
        };
        work.add_message(&message).await.unwrap();
    }
    work.commit().await.unwrap();
    fixture
}

fn numbers(cases: &[CaseSummary]) -> Vec<&str> {
    cases.iter().map(|case| &case.reference[8..]).collect()
}

async fn found(fixture: &Fixture, filter: &QueueFilter) -> Vec<String> {
    let cases = fixture.store.queue(filter, 0, 50).await.unwrap();
    numbers(&cases).into_iter().map(|number| number.trim_start_matches('0').to_owned()).collect()
}

fn words(words: &[&str]) -> QueueFilter {
    QueueFilter { words: words.iter().map(|word| (*word).into()).collect(), ..QueueFilter::default() }
}

#[tokio::test]
async fn the_most_urgent_comes_first_and_pages_follow_each_other() {
    let fixture = filled().await;
    let all = QueueFilter::default();
    assert_eq!(found(&fixture, &all).await, ["4", "3", "2", "1"]);
    let page = fixture.store.queue(&all, 2, 2).await.unwrap();
    assert_eq!(numbers(&page), ["0002", "0001"].map(|number| &number[1..]));
    let ends = ["2026-03-02T09:00:00Z", "2026-03-02T23:00:00Z", "2026-03-03T23:00:00Z", "2026-03-08T23:00:00Z"].map(at);
    let figures = QueueFigures { all: 4, late: 1, today: 1, tomorrow: 1, week: 0 };
    assert_eq!(fixture.store.queue_figures(&all, ends).await.unwrap(), figures);
}

#[tokio::test]
async fn nobody_sees_what_is_not_of_their_services() {
    let fixture = filled().await;
    let seen = |services: &[&str]| QueueFilter {
        visible: Some(services.iter().map(|service| (*service).into()).collect()),
        wanted: Wanted::Any,
        ..QueueFilter::default()
    };
    assert_eq!(found(&fixture, &seen(&["sejour"])).await.len(), 2);
    assert_eq!(found(&fixture, &seen(&["sejour", "accueil"])).await.len(), 4);
    assert_eq!(found(&fixture, &seen(&[])).await.len(), 0, "no service, no case");
    let sly = QueueFilter { service: "accueil".into(), ..seen(&["sejour"]) };
    assert_eq!(found(&fixture, &sly).await.len(), 0);
    let sly = QueueFilter { reference: "2026-000001".into(), ..seen(&["sejour"]) };
    assert_eq!(found(&fixture, &sly).await.len(), 0);
    let sly = QueueFilter { visible: Some(vec!["sejour".into()]), ..words(&["recepisse"]) };
    assert_eq!(found(&fixture, &sly).await.len(), 0);
}

#[tokio::test]
async fn each_filter_restricts_and_they_add_up() {
    let fixture = filled().await;
    fixture
        .run("UPDATE cases SET agent = 'noe@prefecture.example.fr', kind = 'complaint' WHERE reference = '2026-000001'")
        .await;
    fixture.run("UPDATE cases SET state = 'answered', topic = 'permis' WHERE reference = '2026-000002'").await;
    let filter = QueueFilter::default;
    for (filter, expected) in [
        (QueueFilter { agent: Some("noe@prefecture.example.fr".into()), ..filter() }, vec!["1"]),
        (QueueFilter { agent: Some(String::new()), ..filter() }, vec!["4", "3"]),
        (QueueFilter { kind: Some(Kind::Complaint), ..filter() }, vec!["1"]),
        (QueueFilter { wanted: Wanted::In(State::Answered), ..filter() }, vec!["2"]),
        (QueueFilter { topic: Some(Topic::Licence), wanted: Wanted::Any, ..filter() }, vec!["2"]),
        (QueueFilter { to_confirm: true, ..filter() }, vec!["4"]),
        (QueueFilter { mailbox: "ailleurs".into(), ..filter() }, vec![]),
        (QueueFilter { due_before: Some(at("2026-03-02T09:00:00Z")), ..filter() }, vec!["4"]),
        (QueueFilter { wanted: Wanted::Ended, ..filter() }, vec!["2"]),
        (QueueFilter { service: "accueil".into(), to_confirm: true, ..filter() }, vec![]),
    ] {
        assert_eq!(found(&fixture, &filter).await, expected, "{filter:?}");
    }
}

#[tokio::test]
async fn words_are_found_without_accents_by_their_beginning_and_all_of_them() {
    let fixture = filled().await;
    for (looked_for, expected) in [
        (vec!["sejour"], vec!["4", "1"]),
        (vec!["recep"], vec!["1"]),
        (vec!["sejour", "recepisse"], vec!["1"]),
        (vec!["coeur"], vec!["2"]),
        (vec!["noel"], vec!["4", "2"]),
        (vec!["arc"], vec!["4", "2"]),
        (vec!["123"], vec!["3"]),
        (vec!["здрав"], vec!["4"]),
        (vec!["simic", "nguyen"], vec!["4"]),
        (vec!["cepisse"], vec![]),
        (vec!["or"], vec![]),
        (vec!["not"], vec![]),
    ] {
        assert_eq!(found(&fixture, &words(&looked_for)).await, expected, "{looked_for:?}");
    }
    // What moves to another case is found there.
    fixture.run("UPDATE message SET case_id = 3 WHERE case_id = 1").await;
    assert_eq!(found(&fixture, &words(&["recepisse"])).await, ["3"]);
    fixture.run("DELETE FROM message WHERE case_id = 2").await;
    assert_eq!(found(&fixture, &words(&["coeur"])).await, [""; 0]);
}

#[tokio::test]
async fn what_each_has_in_hand_is_counted() {
    let fixture = filled().await;
    fixture
        .run("UPDATE cases SET agent = 'noe@prefecture.example.fr', state = 'held' WHERE reference = '2026-000001'")
        .await;
    let ends = ["2026-03-02T09:00:00Z", "2026-03-02T23:00:00Z", "2026-03-03T23:00:00Z"].map(at);
    let loads = fixture.store.loads(None, ends).await.unwrap();
    let told: Vec<_> = loads
        .iter()
        .map(|load| {
            (
                load.service.as_str(),
                load.agent.len(),
                [load.running, load.late, load.today, load.tomorrow, load.held, load.to_confirm],
            )
        })
        .collect();
    assert_eq!(
        told,
        [("accueil", 0, [1, 0, 1, 0, 0, 0]), ("accueil", 25, [1, 0, 0, 0, 1, 0]), ("sejour", 0, [2, 1, 0, 1, 0, 2]),]
    );
    assert_eq!(fixture.store.loads(Some(&["sejour".into()]), ends).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_text_of_any_length_comes_in() {
    let fixture = Fixture::open().await;
    fixture.keep(&receipt("contact", "7/1", b"octets")).await.unwrap();
    let mut work = fixture.store.begin().await.unwrap();
    let long: String = (0..300_000).map(|number| format!("mot{number} ")).collect();
    work.add_message(&NewMessage { new_text: long, ..new_message("long", b"octets") }).await.unwrap();
    let word = "a".repeat(700_000);
    work.add_message(&NewMessage { new_text: word, ..new_message("word", b"octets") }).await.unwrap();
    work.commit().await.unwrap();
    assert_eq!(fixture.count("message").await, 2);
}
