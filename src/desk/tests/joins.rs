//! Which message belongs to which case; cases that are one matter, and messages that are another.

use crate::{
    case::State,
    desk::{
        ActError, Step, Wording,
        testing::{Letter, Office},
    },
    store::testing::at,
};

const FIRST: &str = "2026-000001";
const SECOND: &str = "2026-000002";
const NOE: &str = "noe@prefecture.example.fr";

fn paul(id: &str) -> Letter {
    Letter::new(id).from("Paul Durand <paul@usagers.example.fr>")
}

fn refusal<T: std::fmt::Debug>(outcome: Result<T, ActError>) -> String {
    outcome.unwrap_err().to_string()
}

/// Jeanne's question of 10 h, and another one of an hour later.
async fn two() -> Office {
    let office = Office::open().await;
    office.write(&Letter::new("1")).await;
    office.clock.set(at("2026-03-02T10:00:00Z"));
    office.write(&Letter::new("2").subject("Carte grise").body("Où refaire ma carte grise ?\r\n")).await;
    office.post().await;
    office
}

#[tokio::test]
async fn a_stranger_who_quotes_a_reference_writes_for_himself_and_a_person_decides() {
    let office = Office::open().await;
    office.write(&Letter::new("1")).await;
    office.write(&paul("9").subject(&format!("Dossier {FIRST}"))).await;
    let case = office.case(SECOND).await;
    assert_eq!(case.summary.correspondent, "paul@usagers.example.fr");
    let proposed = case.events.iter().find(|event| event.kind.word() == "join_proposed").unwrap();
    assert!(proposed.detail.contains(FIRST) && proposed.detail.contains("releve cases merge"), "{}", proposed.detail);
    assert_eq!(office.case(FIRST).await.messages.len(), 1);
}

#[tokio::test]
async fn whoever_answers_a_letter_of_ours_joins_and_a_made_up_id_does_not() {
    let office = Office::open().await;
    office.write(&Letter::new("1")).await;
    let (mail, _) = office.letter().await;
    office.write(&paul("8").answering(&[&mail.message_id])).await;
    assert_eq!(office.case(FIRST).await.messages.len(), 2, "he has had our letter");
    office.write(&paul("9").answering(&[&mail.message_id.replace("-000001.", "-000001.0")])).await;
    assert_eq!(office.case(SECOND).await.summary.correspondent, "paul@usagers.example.fr");
}

#[tokio::test]
async fn an_id_of_ours_is_known_even_where_its_mail_is_gone() {
    let office = Office::open().await;
    office.write(&Letter::new("1")).await;
    let (mail, _) = office.letter().await;
    office.fixture.run("DELETE FROM outbox").await;
    office.write(&paul("8").answering(&[&mail.message_id])).await;
    assert_eq!(office.case(FIRST).await.messages.len(), 2);
}

#[tokio::test]
async fn a_case_is_answered_in_the_older_one_and_what_follows_goes_there() {
    let office = two().await;
    let desk = &office.desk;
    assert!(refusal(desk.merge(FIRST, SECOND, false, NOE).await).contains("la plus ancienne"));
    assert!(refusal(desk.merge(FIRST, FIRST, false, NOE).await).contains("elle-même"));
    let case = desk.merge(SECOND, FIRST, false, NOE).await.unwrap();
    assert_eq!(case.state, State::Merged);
    assert_eq!(office.case(FIRST).await.merged, [SECOND]);
    let acts = [desk.close(SECOND, crate::case::Closing::Thanks, "", NOE).await, desk.reopen(SECOND, "", NOE).await];
    acts.into_iter().for_each(|act| assert!(refusal(act).contains("séparez-les")));
    office.write(&Letter::new("3").subject(&format!("Re: {SECOND}"))).await;
    assert_eq!((office.case(FIRST).await.messages.len(), office.case(SECOND).await.messages.len()), (2, 1));

    let answer = Wording { model: Some("accueil-horaires".into()), ..Wording::default() };
    desk.take(FIRST, &Step::Answer(answer), NOE).await.unwrap();
    let (_, message) = office.letter().await;
    assert!(message.references.contains(&"2@usagers.example.fr".to_owned()), "both threads: {:?}", message.references);
    assert_eq!(message.in_reply_to, ["3@usagers.example.fr"]);
}

#[tokio::test]
async fn a_merge_is_undone_with_its_dates() {
    let office = two().await;
    office.desk.held_outside(SECOND, jiff::civil::date(2026, 3, 20), office.desk.now(), NOE).await.unwrap();
    let before = office.case(SECOND).await;
    assert!(refusal(office.desk.separate(SECOND, NOE).await).contains("n'est réunie à aucune autre"));
    office.desk.merge(SECOND, FIRST, false, NOE).await.unwrap();
    office.clock.set(at("2026-03-03T10:00:00Z"));
    let case = office.desk.separate(SECOND, NOE).await.unwrap();
    assert_eq!((case.state, case.due_at, case.ended_at), (State::Held, before.summary.due_at, None));
    let after = office.case(SECOND).await;
    let running = |case: &crate::store::CaseDetail| {
        let running = case.clocks.iter().filter(|clock| clock.ended_at.is_none());
        running.map(|clock| (clock.purpose, clock.due_at, clock.drives)).collect::<Vec<_>>()
    };
    assert_eq!(running(&before), running(&after));
    assert_eq!(office.case(FIRST).await.merged, Vec::<String>::new());
}

#[tokio::test]
async fn different_correspondents_are_merged_only_on_purpose() {
    let office = Office::open().await;
    office.write(&Letter::new("1")).await;
    office.write(&paul("2")).await;
    assert!(refusal(office.desk.merge(SECOND, FIRST, false, NOE).await).contains("--different-correspondents"));
    office.desk.merge(SECOND, FIRST, true, NOE).await.unwrap();
    assert_eq!(office.case(FIRST).await.summary.correspondent, "jeanne@usagers.example.fr", "that does not change");
}

#[tokio::test]
async fn a_message_that_joined_wrongly_opens_a_case_of_its_own_and_that_can_be_undone() {
    let office = Office::open().await;
    office.write(&Letter::new("1")).await;
    office.clock.set(at("2026-03-03T09:00:00Z"));
    office
        .write(
            &Letter::new("2")
                .subject(&format!("{FIRST} carte grise"))
                .body("Autre question : où refaire ma carte grise ?\r\n"),
        )
        .await;
    let messages = office.case(FIRST).await.messages;
    assert!(refusal(office.desk.split(FIRST, messages[0].id, NOE).await).contains("a ouvert la demande"));
    assert!(refusal(office.desk.split(FIRST, 999, NOE).await).contains("n° 999"));
    let case = office.desk.split(FIRST, messages[1].id, NOE).await.unwrap();
    assert_eq!(
        (case.reference.as_str(), case.received_at, case.state),
        (SECOND, at("2026-03-03T09:00:00Z"), State::Open)
    );
    assert_eq!((office.case(FIRST).await.messages.len(), office.case(SECOND).await.messages.len()), (1, 1));
    assert_eq!(office.history(SECOND).await, ["split"]);
    office.desk.merge(SECOND, FIRST, false, NOE).await.unwrap();
    assert_eq!(office.case(FIRST).await.merged, [SECOND]);
}

#[tokio::test]
async fn what_a_detached_message_had_changed_is_undone() {
    let office = Office::open().await;
    office.write(&Letter::new("1")).await;
    office.desk.answered_outside(FIRST, at("2026-03-02T09:00:00Z"), "", NOE).await.unwrap();
    office.clock.set(at("2026-03-03T09:00:00Z"));
    office
        .write(
            &paul("2")
                .subject("Re")
                .answering(&[&office.leaving().await[0].message_id])
                .body("Et moi, où refaire ma carte ?\r\n"),
        )
        .await;
    let case = office.case(FIRST).await;
    assert_eq!(case.summary.state, State::Open, "it had joined");
    let split = office.desk.split(FIRST, case.messages[1].id, NOE).await.unwrap();
    assert_eq!(
        (split.correspondent.as_str(), split.correspondent_name.as_str()),
        ("paul@usagers.example.fr", "Paul Durand")
    );
    let case = office.case(FIRST).await;
    assert_eq!((case.summary.state, case.summary.ended_at), (State::Answered, Some(at("2026-03-02T09:00:00Z"))));
    assert!(case.clocks.iter().all(|clock| clock.ended_at.is_some() && !clock.drives), "{:?}", case.clocks);
}

#[tokio::test]
async fn what_the_correspondent_wrote_beside_a_detached_message_is_still_to_be_answered() {
    let office = Office::open().await;
    office.write(&Letter::new("1")).await;
    let ours = office.leaving().await.remove(0).message_id;
    office.desk.answered_outside(FIRST, at("2026-03-02T09:00:00Z"), "", NOE).await.unwrap();
    office.clock.set(at("2026-03-03T09:00:00Z"));
    office.write(&paul("2").answering(&[&ours]).body("Et moi, où refaire ma carte ?\r\n")).await;
    office.clock.set(at("2026-03-03T10:00:00Z"));
    office.write(&Letter::new("3").answering(&[&ours]).body("Et le samedi, est-ce ouvert ?\r\n")).await;
    let messages = office.case(FIRST).await.messages;
    office.desk.split(FIRST, messages[1].id, NOE).await.unwrap();
    assert_eq!(office.case(FIRST).await.summary.state, State::Open);
}
