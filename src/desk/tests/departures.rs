//! A letter that can be taken back: until it leaves nothing has happened, and it leaves once.

use jiff::SignedDuration;

use crate::{
    case::{Closing, LetterKind, State},
    clock::Clock,
    desk::{
        Policy, Step, Wording,
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
    let leaves_at = office.desk.send(FIRST, &answer(), FIELDS, NOE).await.unwrap();
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
    office.desk.send(FIRST, &answer(), FIELDS, NOE).await.unwrap();
    assert!(office.desk.take_back(FIRST, INES).await.unwrap_err().to_string().contains("pas de vous"));
    office.desk.take_back(FIRST, NOE).await.unwrap();
    later(&office, 60);
    assert_eq!(office.desk.leave_due().await.unwrap(), 0);
    let kept = writings(&office).await;
    assert_eq!((kept.len(), kept[0].fields.as_str(), kept[0].leaves_at), (1, FIELDS, None), "it is a draft again");
    assert!(office.leaving().await.is_empty());

    office.desk.send(FIRST, &answer(), FIELDS, NOE).await.unwrap();
    later(&office, 60);
    office.desk.leave_due().await.unwrap();
    assert!(office.desk.take_back(FIRST, NOE).await.unwrap_err().to_string().contains("trop tard"));
}

#[tokio::test]
async fn what_has_become_impossible_is_a_draft_and_says_why() {
    let office = asked().await;
    office.desk.send(FIRST, &answer(), FIELDS, NOE).await.unwrap();
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
    office.desk.send(FIRST, &answer(), FIELDS, NOE).await.unwrap();
    for by in [INES, NOE] {
        let refused = office.desk.send(FIRST, &answer(), FIELDS, by).await.unwrap_err().to_string();
        assert!(refused.contains("déjà un message qui part"), "{refused}");
    }
    let kept = office.desk.keep_draft(FIRST, LetterKind::Answer, "[]", NOE).await;
    assert!(kept.unwrap_err().to_string().contains("en train de partir"), "what leaves is not written over");
    office.desk.keep_draft(FIRST, LetterKind::Answer, "[]", INES).await.unwrap();
    office.desk.drop_draft(FIRST, LetterKind::Answer, NOE).await.unwrap();
    assert_eq!(writings(&office).await.len(), 2, "what leaves is not thrown away as a draft");
    office.desk.drop_draft(FIRST, LetterKind::Answer, INES).await.unwrap();
    assert_eq!(writings(&office).await.len(), 1);
}

#[tokio::test]
async fn what_could_not_be_sent_is_refused_before_anybody_turns_away() {
    let office = asked().await;
    let step = Step::Answer(Wording { text: Some("Bonjour [à compléter : le jour]".into()), ..Wording::default() });
    let refused = office.desk.send(FIRST, &step, FIELDS, NOE).await.unwrap_err().to_string();
    assert!(refused.contains("attend d'être remplacé"), "{refused}");
    assert!(writings(&office).await.is_empty());
}

#[tokio::test]
async fn without_time_to_take_it_back_it_leaves_at_once() {
    let office = Office::by(policy_without_undo().await).await;
    office.write(&Letter::new("1")).await;
    office.post().await;
    office.desk.send(FIRST, &answer(), FIELDS, NOE).await.unwrap();
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
