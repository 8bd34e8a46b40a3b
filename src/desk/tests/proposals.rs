//! What the machine proposes when a case opens, where it would send it, and what agents make of it.

use serde_json::Value;

use crate::{
    case::{EventKind, Flag, Kind, Scope, Topic},
    desk::{
        Correction, Route,
        testing::{Letter, Office, config},
    },
    store::testing::at,
    triage::{Certainty, Classification, axis::Axis},
};

const FIRST: &str = "2026-000001";
const BY: &str = "noe@prefecture.example.fr";

/// Of this scope and topic, sure or not.
fn classified(scope: Scope, topic: Topic, sure: bool) -> Classification {
    let answer =
        |axis: Axis, word: &str| Certainty { axis, word: axis.find(word).unwrap(), confidence: 0.9, second: 0, sure };
    let certainty = vec![answer(Axis::Scope, scope.word()), answer(Axis::Topic, topic.word())];
    Classification { scope, topic, certainty, ..Classification::unknown() }
}

/// The service for a message of this sort in the mailbox « contact », whose service is « accueil ». « sejour » answers
/// residence permits, the press and threats.
fn route(classification: &Classification) -> String {
    let mut config = config("", "17");
    let sejour = config.services.iter_mut().find(|service| service.id == "sejour").unwrap();
    (sejour.topics, sejour.scopes, sejour.flags) = (vec![Topic::Residence], vec![Scope::Press], vec![Flag::Threat]);
    let mailbox = config.mailbox("contact").unwrap().clone();
    Route::of(classification, &mailbox, &config).service
}

#[test]
fn topic_scope_and_signs_give_the_service_and_doubt_moves_nothing() {
    assert_eq!(route(&classified(Scope::General, Topic::Residence, true)), "sejour");
    assert_eq!(route(&classified(Scope::General, Topic::Residence, false)), "accueil");
    assert_eq!(route(&classified(Scope::General, Topic::Licence, true)), "accueil");
    assert_eq!(route(&classified(Scope::Press, Topic::Licence, true)), "sejour");
    let threat = Classification { flags: vec![Flag::Threat], ..classified(Scope::General, Topic::Licence, false) };
    assert_eq!(route(&threat), "sejour", "what is dangerous does not wait for certainty");
}

#[test]
fn a_rule_names_a_service_before_all_others_unless_there_is_none() {
    let named = |service: &str| Classification {
        service: Some(service.into()),
        ..classified(Scope::Press, Topic::Residence, true)
    };
    assert_eq!(route(&named("accueil")), "accueil");
    assert_eq!(route(&named("cuisine")), "sejour");
}

#[test]
fn the_service_of_the_mailbox_comes_before_others_that_answer_the_same() {
    let mut config = config("", "17");
    config.services.iter_mut().for_each(|service| service.topics = vec![Topic::Residence]);
    let classification = classified(Scope::General, Topic::Residence, true);
    for (mailbox, service) in [("contact", "accueil"), ("etrangers", "sejour")] {
        let mailbox = config.mailbox(mailbox).unwrap().clone();
        assert_eq!(Route::of(&classification, &mailbox, &config).service, service);
    }
}

/// A citizen's question.
async fn office() -> Office {
    let office = Office::open().await;
    let letter =
        Letter::new("1").subject("carte grise").body("Quels documents faut-il pour changer la carte grise ?\r\n");
    office.write(&letter).await;
    office
}

#[tokio::test]
async fn what_a_case_is_taken_for_is_written_down_with_its_certainty_and_stays_whatever_agents_do() {
    let office = office().await;
    let correction = Correction { topic: Some(Topic::Licence), ..Correction::default() };
    office.desk.reclassify(FIRST, &correction, BY).await.unwrap();
    let case = office.case(FIRST).await;
    let proposal = case.proposal.unwrap();
    assert_eq!((proposal.kind, proposal.topic), (Kind::Information, Topic::Vehicle));
    assert_eq!((case.summary.topic, proposal.service.as_str()), (Topic::Licence, "accueil"));
    assert_eq!(proposal.model, office.desk.policy().classifier.model.card.version);
    let certainty: Vec<Value> = serde_json::from_str(&proposal.certainty).unwrap();
    assert_eq!(certainty[0]["axis"], "kind");
    assert!(certainty[0]["confidence"].as_f64().unwrap() > 0.5 && certainty[0]["sure"].is_boolean());
    let evidence: Vec<Value> = serde_json::from_str(&case.evidence).unwrap();
    let text = &case.messages[0].new_text;
    for one in evidence.iter().filter(|one| one["place"] == "text") {
        let (start, end) = (one["start"].as_u64().unwrap() as usize, one["end"].as_u64().unwrap() as usize);
        assert!(text.get(start..end).is_some_and(|passage| !passage.is_empty()), "{one}");
    }
}

#[tokio::test]
async fn corrected_and_confirmed_cases_teach_and_others_do_not() {
    let office = office().await;
    office.write(&Letter::new("2").from("b@usagers.example.fr").subject("x").body("Où voter ?\r\n")).await;
    office.write(&Letter::new("3").from("c@usagers.example.fr").subject("y").body("Où chasser ?\r\n")).await;
    let correction = Correction { kind: Some(Kind::Complaint), topic: Some(Topic::Licence), ..Correction::default() };
    office.desk.reclassify(FIRST, &correction, BY).await.unwrap();
    office.desk.confirm("2026-000003", BY).await.unwrap();

    let taught = office.fixture.store.taught().await.unwrap();
    let told: Vec<_> = taught.iter().map(|case| (case.reference.as_str(), case.kind, case.topic)).collect();
    assert_eq!((told.len(), told[0]), (2, (FIRST, Kind::Complaint, Topic::Licence)));
    assert_eq!(told[1].0, "2026-000003");
    assert!(String::from_utf8_lossy(&taught[0].bytes).contains("carte grise"));

    let outcomes = office.fixture.store.outcomes(at("2026-01-01T00:00:00Z")).await.unwrap();
    let kinds: Vec<_> = outcomes.iter().map(|outcome| outcome.kind.0 == outcome.kind.1).collect();
    assert_eq!(kinds, [false, true], "the case that nobody touched is no outcome yet");
    assert_eq!(outcomes[0].topic, (Topic::Vehicle, Topic::Licence));
    assert!(office.history("2026-000003").await.contains(&"confirmed"));
}

#[tokio::test]
async fn another_service_is_proposed_as_a_transfer_and_the_case_stays_where_it_came() {
    let mut policy = crate::desk::testing::without_people(&[]);
    let sejour = policy.config.services.iter_mut().find(|service| service.id == "sejour").unwrap();
    sejour.topics = vec![Topic::Vehicle];
    let office = Office::by(policy).await;
    let letter =
        Letter::new("1").subject("carte grise").body("Quels documents faut-il pour changer la carte grise ?\r\n");
    office.write(&letter).await;
    let case = office.case(FIRST).await;
    assert_eq!((case.summary.service.as_str(), case.proposal.unwrap().service.as_str()), ("accueil", "sejour"));
    let proposed = case.events.iter().find(|event| event.kind == EventKind::TransferProposed).unwrap();
    assert_eq!(
        proposed.detail,
        "vers le service « sejour » : ce service répond au thème « immatriculation des véhicules »"
    );
}

#[tokio::test]
async fn a_letter_that_an_agent_enters_has_no_proposal() {
    let office = Office::open().await;
    let entered = crate::desk::Entered {
        channel: crate::case::Channel::Letter,
        received_at: office.desk.now(),
        service: "accueil".into(),
        name: String::new(),
        address: String::new(),
        subject: "Carte".into(),
        text: String::new(),
        kind: Kind::Information,
        scope: Scope::General,
        topic: Topic::Other,
        agent: String::new(),
        key: String::new(),
    };
    office.desk.enter_by_hand(&entered, BY).await.unwrap();
    assert!(office.case(FIRST).await.proposal.is_none());
}
