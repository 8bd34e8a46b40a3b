//! Changes to model answers, and what a person makes of what was kept apart.

use crate::{
    case::{Disposition, LetterKind, State},
    desk::{
        ActError, Step, Wording,
        testing::{Letter, Office},
    },
    store::ModelChange,
};

const NOE: &str = "noe@prefecture.example.fr";

fn change(office: &Office, text: &str) -> ModelChange {
    ModelChange {
        id: 0,
        kind: LetterKind::Answer,
        name: "accueil-horaires".into(),
        language: "fr".into(),
        version: 0,
        subject: "Nos horaires – {{case.reference}}".into(),
        valid_until: "2099-12-31".into(),
        text: text.into(),
        why: "Plus court".into(),
        proposed_by: NOE.into(),
        proposed_at: office.desk.now(),
        outcome: String::new(),
        decided_by: String::new(),
        decided_at: None,
        decided_why: String::new(),
    }
}

#[tokio::test]
async fn a_change_waits_is_decided_once_and_makes_a_file_one_version_further() {
    let office = Office::open().await;
    let text = "{{greeting}}\n\nNous ouvrons à 9 heures.\n\nCordialement,";
    let id = office.desk.propose_model_change(change(&office, text)).await.unwrap();
    let waiting = office.fixture.store.model_change(id).await.unwrap().unwrap();
    let before = office.desk.model(LetterKind::Answer, "accueil-horaires", "fr").unwrap();
    assert_eq!((waiting.version, waiting.text.as_str()), (before.version(), text));
    let file = office.desk.changed_file(&waiting, "Marc Tessier").unwrap();
    for line in [
        "+++",
        &format!("version = {}", before.version() + 1),
        "approved_by = \"Marc Tessier\"",
        "approved_on = 2026-03-02",
        "valid_until = 2099-12-31",
        "subject = \"Nos horaires – {{case.reference}}\"",
        "Nous ouvrons à 9 heures.",
    ] {
        assert!(file.lines().any(|known| known == line), "{line}: {file}");
    }
    let title = format!("title = \"{}\"", before.title());
    assert!(file.contains(&title), "the rest stays: {file}");

    assert!(office.desk.decide_model_change(id, true, "marc@prefecture.example.fr", "").await.unwrap());
    assert!(!office.desk.decide_model_change(id, false, "marc@prefecture.example.fr", "non").await.unwrap());
    let decided = office.fixture.store.model_change(id).await.unwrap().unwrap();
    assert_eq!((decided.outcome.as_str(), decided.decided_by.as_str()), ("approved", "marc@prefecture.example.fr"));

    let stale = ModelChange { version: before.version() + 1, ..waiting };
    assert!(office.desk.changed_file(&stale, "Marc Tessier").unwrap_err().to_string().contains("a changé depuis"));
}

#[tokio::test]
async fn a_change_that_changes_nothing_or_says_nothing_is_refused() {
    let office = Office::open().await;
    let model = office.desk.model(LetterKind::Answer, "accueil-horaires", "fr").unwrap();
    let same = ModelChange {
        subject: model.subject().into(),
        valid_until: model.valid_until().unwrap().to_string(),
        ..change(&office, model.source().0)
    };
    for (bad, why) in [
        (same, "rien ne change"),
        (change(&office, "  "), "ne peuvent pas être vides"),
        (ModelChange { why: " ".into(), ..change(&office, "Bonjour") }, "dites pourquoi"),
        (ModelChange { valid_until: "demain".into(), ..change(&office, "Bonjour") }, "est une date"),
        (ModelChange { valid_until: "2026-03-01".into(), ..change(&office, "Bonjour") }, "est passé"),
        (ModelChange { name: "rien".into(), ..change(&office, "Bonjour") }, "n'existe plus"),
    ] {
        let refused = office.desk.propose_model_change(bad).await.unwrap_err().to_string();
        assert!(refused.contains(why), "{refused}");
    }
    assert_eq!(office.fixture.count("model_change").await, 0);
}

#[tokio::test]
async fn a_message_that_was_taken_for_a_machines_becomes_a_case_when_somebody_says_so() {
    let office = Office::open().await;
    office.write(&Letter::new("1").header("Auto-Submitted: auto-generated")).await;
    assert_eq!(office.fixture.count("cases").await, 0);
    let apart = office.fixture.store.apart(jiff::Timestamp::MIN, 10).await.unwrap();
    assert_eq!((apart.len(), apart[0].subject.as_str()), (1, "Horaires du guichet"));
    let message = apart[0].message.unwrap();

    let case = office.desk.import_message(message, NOE).await.unwrap();
    let detail = office.case(&case.reference).await;
    assert_eq!(detail.summary.correspondent, "jeanne@usagers.example.fr");
    assert_eq!((detail.messages[0].disposition, detail.summary.service.as_str()), (Disposition::Case, "accueil"));
    assert!(detail.clocks.iter().any(|clock| clock.ended_at.is_none()), "its deadline runs");
    assert!(office.leaving().await.is_empty(), "no acknowledgement to what may be a machine");
    assert!(office.fixture.store.apart(jiff::Timestamp::MIN, 10).await.unwrap().is_empty());
    let again = office.desk.import_message(message, NOE).await;
    assert!(matches!(again, Err(ActError::Refused(text)) if text.contains("n'est plus à part")));
}

#[tokio::test]
async fn a_mail_that_was_given_up_is_tried_again_when_somebody_asks() {
    let office = Office::open().await;
    office.write(&Letter::new("1")).await;
    let (mail, _) = office.letter().await;
    office.desk.delivered(&mail, &crate::desk::Outcome::Refused { why: "550 non".into() }).await.unwrap();
    let unsent = office.fixture.store.unsent(10).await.unwrap();
    assert_eq!((unsent.len(), unsent[0].failed, unsent[0].reference.as_str()), (1, true, "2026-000001"));
    assert!(office.leaving().await.is_empty());
    office.desk.retry(unsent[0].id, "ada").await.unwrap();
    assert_eq!(office.post().await.len(), 0);
    assert!(office.fixture.store.unsent(10).await.unwrap().is_empty(), "it has left");
    assert!(office.desk.retry(unsent[0].id, "ada").await.unwrap_err().to_string().contains("parti entre-temps"));
}

#[tokio::test]
async fn an_answer_that_was_refused_leaves_again_only_where_nobody_has_written_since() {
    let office = Office::open().await;
    office.write(&Letter::new("1")).await;
    office.post().await;
    let text = "Bonjour,\n\nDe 9 h à 12 h.\n\nCordialement,";
    let step = Step::Answer(Wording { text: Some(text.into()), ..Wording::default() });
    office.desk.take("2026-000001", &step, NOE).await.unwrap();
    let refuse = async || {
        let (mail, _) = office.letter().await;
        office.desk.delivered(&mail, &crate::desk::Outcome::Refused { why: "550 non".into() }).await.unwrap();
        let known = office.case("2026-000001").await.summary;
        assert_eq!((known.state, known.came_back), (State::Open, true));
        office.fixture.store.unsent(10).await.unwrap()[0].id
    };
    let id = refuse().await;
    office.clock.set(office.desk.now() + jiff::SignedDuration::from_mins(10));
    office.desk.retry(id, "ada").await.unwrap();
    let known = office.case("2026-000001").await;
    assert_eq!((known.summary.state, known.summary.came_back), (State::Answered, false), "it is an answer again");
    assert_eq!((known.replies[0].came_back_at, known.replies[0].at), (None, office.desk.now()));
    // Refused once more: the case runs again by its first deadline.
    let due = known.summary.due_at;
    let id = refuse().await;
    assert_eq!(office.case("2026-000001").await.summary.due_at, due);
    office.clock.set(office.desk.now() + jiff::SignedDuration::from_mins(10));
    let other = Wording { text: Some(text.replace("12 h", "16 h")), ..Wording::default() };
    office.desk.take("2026-000001", &Step::Answer(other), NOE).await.unwrap();
    let refused = office.desk.retry(id, "ada").await.unwrap_err().to_string();
    assert!(refused.contains("de nouveau"), "{refused}");
    assert_eq!(office.leaving().await.len(), 1, "the later answer alone");
}
