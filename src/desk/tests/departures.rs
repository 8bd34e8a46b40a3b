//! A letter that can be taken back: until it leaves nothing has happened, and it leaves once.

use jiff::SignedDuration;

use crate::{
    case::{Closing, LetterKind, State},
    clock::Clock,
    desk::{
        ActError, Policy, Step, Wording,
        testing::{Letter, Office},
    },
    store::Writing,
};

const FIRST: &str = "2026-000001";
const NOE: &str = "noe@prefecture.example.fr";
const INES: &str = "ines@prefecture.example.fr";
const FIELDS: &str = r#"[["texte","Bonjour"]]"#;

fn answer() -> Step {
    Step::Answer(Wording { text: Some("Bonjour,\n\nDe 9 h à 12 h.\n\nCordialement,".into()), ..Wording::default() })
}

/// Sends what the agent has seen just now.
async fn send(office: &Office, step: &Step, by: &str) -> Result<jiff::Timestamp, ActError> {
    let seen = office.desk.rehearse(FIRST, step, by).await?.seen;
    office.desk.send(FIRST, step, &seen, FIELDS, by).await
}

async fn asked() -> Office {
    let office = Office::open().await;
    office.write(&Letter::new("1")).await;
    office.post().await;
    office
}

async fn writings(office: &Office) -> Vec<Writing> {
    let case = office.case(FIRST).await.summary.id;
    office.fixture.store.writings(case).await.unwrap()
}

fn later(office: &Office, seconds: i64) {
    office.clock.set(office.clock.now().saturating_add(SignedDuration::from_secs(seconds)).unwrap());
}

#[tokio::test]
async fn it_leaves_when_the_time_is_over_once_whoever_looks() {
    let office = asked().await;
    let before = office.history(FIRST).await;
    let leaves_at = send(&office, &answer(), NOE).await.unwrap();
    assert_eq!(leaves_at, office.clock.now() + SignedDuration::from_secs(20));
    later(&office, 19);
    assert_eq!(office.desk.leave_due().await.unwrap(), 0);
    assert_eq!((office.history(FIRST).await, office.leaving().await.len()), (before, 0), "nothing has happened");
    assert_eq!(office.case(FIRST).await.summary.state, State::Open);

    later(&office, 1);
    let other = office.desk.clone();
    let (one, two) = tokio::join!(office.desk.leave_due(), other.leave_due());
    assert_eq!(one.unwrap() + two.unwrap(), 1, "two daemons");
    assert_eq!(office.desk.leave_due().await.unwrap(), 0);
    let (mail, message) = office.letter().await;
    assert_eq!(mail.recipient, "jeanne@usagers.example.fr");
    assert!(message.text.contains("De 9 h à 12 h.") && message.text.contains("Noé Perrin"), "{}", message.text);
    assert_eq!((office.case(FIRST).await.summary.state, writings(&office).await.len()), (State::Answered, 0));
}

#[tokio::test]
async fn it_is_taken_back_in_time_and_not_later() {
    let office = asked().await;
    send(&office, &answer(), NOE).await.unwrap();
    assert!(office.desk.take_back(FIRST, INES).await.unwrap_err().to_string().contains("pas de vous"));
    office.desk.take_back(FIRST, NOE).await.unwrap();
    later(&office, 60);
    assert_eq!(office.desk.leave_due().await.unwrap(), 0);
    let kept = writings(&office).await;
    assert_eq!((kept.len(), kept[0].fields.as_str(), kept[0].leaves_at), (1, FIELDS, None), "it is a draft again");
    assert!(office.leaving().await.is_empty());

    send(&office, &answer(), NOE).await.unwrap();
    later(&office, 60);
    office.desk.leave_due().await.unwrap();
    assert!(office.desk.take_back(FIRST, NOE).await.unwrap_err().to_string().contains("trop tard"));
}

#[tokio::test]
async fn what_has_become_impossible_is_a_draft_and_says_why() {
    let office = asked().await;
    send(&office, &answer(), NOE).await.unwrap();
    office.desk.close(FIRST, Closing::Withdrawn, "", INES).await.unwrap();
    later(&office, 60);
    assert_eq!(office.desk.leave_due().await.unwrap(), 0);
    let kept = writings(&office).await;
    assert_eq!((kept.len(), kept[0].leaves_at, kept[0].fields.as_str()), (1, None, FIELDS));
    assert!(kept[0].failure.contains("rouvrez-la d'abord"), "{}", kept[0].failure);
    assert!(office.leaving().await.is_empty());
    assert_eq!(office.desk.leave_due().await.unwrap(), 0, "it is not tried again and again");
}

#[tokio::test]
async fn two_who_answer_at_the_same_time_do_not_both() {
    let office = asked().await;
    send(&office, &answer(), NOE).await.unwrap();
    for by in [INES, NOE] {
        let refused = send(&office, &answer(), by).await.unwrap_err().to_string();
        assert!(refused.contains("déjà un message qui part"), "{refused}");
    }
    let kept = office.desk.keep_draft(FIRST, LetterKind::Answer, "[]", 0, NOE).await;
    assert!(kept.unwrap_err().to_string().contains("en train de partir"), "what leaves is not written over");
    office.desk.keep_draft(FIRST, LetterKind::Answer, "[]", 0, INES).await.unwrap();
    office.desk.drop_draft(FIRST, LetterKind::Answer, NOE).await.unwrap();
    assert_eq!(writings(&office).await.len(), 2, "what leaves is not thrown away as a draft");
    office.desk.drop_draft(FIRST, LetterKind::Answer, INES).await.unwrap();
    assert_eq!(writings(&office).await.len(), 1);
}

#[tokio::test]
async fn what_could_not_be_sent_is_refused_before_anybody_turns_away() {
    let office = asked().await;
    let step = Step::Answer(Wording { text: Some("Bonjour [à compléter : le jour]".into()), ..Wording::default() });
    let refused = send(&office, &step, NOE).await.unwrap_err().to_string();
    assert!(refused.contains("attend d'être remplacé"), "{refused}");
    assert!(writings(&office).await.is_empty());
}

#[tokio::test]
async fn without_time_to_take_it_back_it_leaves_at_once() {
    let office = Office::by(policy_without_undo().await).await;
    office.write(&Letter::new("1")).await;
    office.post().await;
    send(&office, &answer(), NOE).await.unwrap();
    assert_eq!(office.case(FIRST).await.summary.state, State::Answered);
    assert_eq!(office.leaving().await.len(), 1);
}

async fn policy_without_undo() -> Policy {
    let mut policy = crate::desk::testing::with_folders();
    policy.config.web.undo_seconds = 0;
    policy
}

#[tokio::test]
async fn a_model_begins_with_marks_for_what_only_the_agent_knows() {
    let office = asked().await;
    let library = &office.desk.policy().library;
    let with_blanks = library.all().find(|model| model.kind == LetterKind::Answer && !model.blanks().is_empty());
    let with_blanks = with_blanks.expect("a shipped model leaves something to the agent").name.clone();
    let begun = office.desk.begin_answer(FIRST, &with_blanks).await.unwrap();
    assert!(begun.texts[0].1.contains("[à compléter : "), "{}", begun.texts[0].1);
    let wording = Wording { model: Some(with_blanks), text: Some(begun.texts[0].1.clone()), ..Wording::default() };
    let refused = office.desk.rehearse(FIRST, &Step::Answer(wording), NOE).await.unwrap_err().to_string();
    assert!(refused.contains("attend d'être remplacé"), "{refused}");
}

#[tokio::test]
async fn who_else_has_a_case_open_is_known_for_a_while() {
    let office = asked().await;
    let case = office.case(FIRST).await.summary.id;
    assert_eq!(office.desk.look(case, NOE).await.unwrap(), [""; 0]);
    later(&office, 60);
    assert_eq!(office.desk.look(case, INES).await.unwrap(), [NOE]);
    later(&office, 60);
    assert_eq!(office.desk.look(case, NOE).await.unwrap(), [INES]);
    later(&office, 91);
    assert_eq!(office.desk.look(case, INES).await.unwrap(), [""; 0]);
}

#[tokio::test]
async fn what_the_agent_has_not_read_stops_the_letter() {
    let office = asked().await;
    let read = office.desk.last_written(office.case(FIRST).await.summary.id).await.unwrap();
    let Step::Answer(wording) = answer() else { panic!("an answer") };
    let step = Step::Answer(Wording { read: Some(read), ..wording });
    send(&office, &step, NOE).await.unwrap();
    // While it can still be taken back, the citizen writes again.
    let acknowledged = office.case(FIRST).await;
    let subject = format!("Re: {}", acknowledged.summary.reference);
    office.write(&Letter::new("2").subject(&subject).body("Bonjour,\r\n\r\nEt le samedi ?\r\n")).await;
    assert_eq!(office.case(FIRST).await.messages.len(), 2);
    later(&office, 60);
    assert_eq!(office.desk.leave_due().await.unwrap(), 0);
    let kept = writings(&office).await;
    assert!(kept[0].failure.contains("a écrit de nouveau"), "{}", kept[0].failure);
    assert_eq!(office.case(FIRST).await.summary.state, State::Open);
    assert!(send(&office, &step, NOE).await.unwrap_err().to_string().contains("lisez son message"));
}

#[tokio::test]
async fn a_letter_leaves_as_it_was_seen_or_not_at_all() {
    let office = asked().await;
    let step = Step::Answer(Wording { model: Some("accueil-horaires".into()), ..Wording::default() });
    let refused = office.desk.send(FIRST, &step, "0", FIELDS, NOE).await.unwrap_err().to_string();
    assert!(refused.contains("plus celui que vous avez vu"), "{refused}");
    send(&office, &step, NOE).await.unwrap();
    // Another name, and with it another greeting.
    office.fixture.run("UPDATE cases SET correspondent_name = 'Jeanne Dupont'").await;
    later(&office, 60);
    assert_eq!(office.desk.leave_due().await.unwrap(), 0);
    assert!(writings(&office).await[0].failure.contains("plus celui que vous avez vu"));
    assert!(office.leaving().await.is_empty());
}

#[tokio::test]
async fn one_that_cannot_leave_does_not_hold_up_the_others() {
    let office = asked().await;
    office.write(&Letter::new("2").from("Paul <paul@usagers.example.fr>").subject("Autre chose")).await;
    send(&office, &answer(), NOE).await.unwrap();
    let second = "2026-000002";
    let seen = office.desk.rehearse(second, &answer(), NOE).await.unwrap().seen;
    office.desk.send(second, &answer(), &seen, FIELDS, NOE).await.unwrap();
    // A row that no version writes: reading the case fails.
    office.fixture.run("UPDATE cases SET channel = 'pigeon' WHERE reference = '2026-000001'").await;
    later(&office, 60);
    assert!(office.desk.leave_due().await.is_err());
    assert_eq!(office.case(second).await.summary.state, State::Answered);
}

#[tokio::test]
async fn a_draft_of_another_window_is_not_written_over() {
    let office = asked().await;
    let keep = async |fields: &str, known| office.desk.keep_draft(FIRST, LetterKind::Answer, fields, known, NOE).await;
    let first = keep("[1]", 0).await.unwrap();
    later(&office, 5);
    assert!(keep("[2]", 0).await.unwrap_err().to_string().contains("autre fenêtre"));
    let second = keep("[3]", first).await.unwrap();
    later(&office, 5);
    assert!(keep("[4]", first).await.is_err(), "the first window has been overtaken");
    assert_eq!(writings(&office).await[0].fields, "[3]");
    keep("[5]", second).await.unwrap();
}
