//! Rules and a small model together.

use super::*;
use crate::triage::rules::Names;
use crate::{
    config::Problems,
    mail::{Limits, parse},
    triage::learn::{Sample, learn},
};

fn message(subject: &str, text: &str) -> Message {
    let raw = format!(
        "From: a@example.fr\r\nSubject: {subject}\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n"
    );
    parse(raw.as_bytes(), &Limits::default()).unwrap()
}

const RULES: &str = r#"
[[rule]]
name = "recours"
kind = "reclamation"
scope = "legal_appeal"
decision = true
patterns = ['\brecours gracieux\b']
reason = "un recours"

[[rule]]
name = "menace"
flag = "threat"
weight = 8
patterns = ["je casse tout"]
reason = "une menace"

[[rule]]
name = "secretariat"
service = "sg"
weight = 1
patterns = ["je casse tout"]
reason = "le secrétariat général répond"
"#;

fn rules() -> Rules {
    let mut problems = Problems::default();
    let rules = Rules::compile(&[("r.toml".into(), RULES.into())], Names::default(), &mut problems);
    assert!(problems.is_empty(), "{problems:?}");
    rules
}

/// A model of eighty messages: « lenteur » is a complaint about licences, « horaires » a question about the reception,
/// « promotion » asks for nothing; both alike in a word that tells nothing.
fn classifier() -> Classifier {
    let rules = rules();
    let mut samples = Vec::new();
    for number in 0..80 {
        let (text, kind, scope, topic) = match number % 4 {
            0 | 1 => ("Quels sont vos horaires, bonjour", "information", Some("general"), "accueil"),
            2 => ("La lenteur de mon permis, bonjour", "reclamation", Some("case_file"), "permis"),
            _ => ("Une promotion de stylos, bonjour", "none", None, "autre"),
        };
        let truth = std::array::from_fn(|axis| match Axis::ALL[axis] {
            Axis::Kind => Axis::Kind.find(kind),
            Axis::Scope => scope.and_then(|scope| Axis::Scope.find(scope)),
            Axis::Topic => Axis::Topic.find(topic),
            Axis::Flag(_) => Some(0),
        });
        let view = View::of(&message("", &format!("{text} {number}")), None);
        samples.push(Sample::new(&format!("auteur {}", number / 8), &view, &rules, truth));
    }
    let model = learn(&samples, &|_, _| ()).unwrap();
    Classifier { rules, model }
}

#[test]
fn the_model_answers_every_question_and_shows_the_passage() {
    let classifier = classifier();
    let message = message("Bonjour", "Madame,\r\n\r\nvraiment, la  LENTEUR de mon permis !");
    let found = classifier.classify(&message, None);
    assert_eq!((found.kind, found.scope, found.topic), (Kind::Complaint, Scope::CaseFile, Topic::Licence));
    assert!(found.confidence() > 0.8 && !found.abstains(), "{:?}", found.certainty);
    let passages: Vec<&str> = found
        .evidence
        .iter()
        .filter(|evidence| evidence.place == "text")
        .map(|evidence| &message.new_text[evidence.start..evidence.end])
        .collect();
    assert!(passages.iter().any(|passage| passage.contains("LENTEUR")), "{passages:?}");
    let first = &found.evidence[0];
    assert_eq!(first.source, format!("model:{}", classifier.model.card.version));
    assert!(found.evidence.is_sorted_by(|one, other| one.weight >= other.weight));
}

#[test]
fn what_asks_for_nothing_has_no_scope_and_is_as_sure_of_it() {
    let found = classifier().classify(&message("", "Une promotion de stylos"), None);
    assert_eq!((found.kind, found.scope), (Kind::None, Scope::None));
    assert_eq!(found.certainty(Axis::Scope).unwrap().confidence, found.confidence());
}

#[test]
fn of_words_that_it_never_saw_the_model_is_not_sure_and_says_between_which_it_hesitates() {
    let found = classifier().classify(&message("", "Zzz"), None);
    assert!(found.abstains(), "{:?}", found.certainty);
    let kind = found.certainty(Axis::Kind).unwrap();
    assert_ne!(kind.word, kind.second);
}

#[test]
fn a_rule_that_decides_outweighs_the_model() {
    let found = classifier().classify(&message("", "Quels sont vos horaires pour un recours gracieux"), None);
    assert_eq!((found.kind, found.scope), (Kind::Complaint, Scope::LegalAppeal));
    assert_eq!(found.evidence[0].source, "rule:recours");
    assert!(!found.abstains());
}

#[test]
fn flags_and_the_service_of_a_rule_are_told() {
    let found = classifier().classify(&message("", "Quels sont vos horaires ou je casse tout"), None);
    assert_eq!(found.flags, [Flag::Threat]);
    assert_eq!(found.service.as_deref(), Some("sg"));
    let told: Vec<&str> = found.evidence.iter().map(|evidence| evidence.source.as_str()).collect();
    assert!(told.contains(&"rule:menace") && told.contains(&"rule:secretariat"), "{told:?}");
    assert_eq!(classifier().classify(&message("", "Vos horaires"), None).flags, []);
}

#[test]
fn quoted_history_decides_nothing() {
    let mut reply = message("", "Quels sont vos horaires");
    reply.text.push_str("\n> recours gracieux, je casse tout");
    assert_eq!(classifier().classify(&reply, None).kind, Kind::Information);
}

#[test]
fn without_rules_and_model_the_usual_is_said_and_nothing_is_sure() {
    let found = Classifier::default().classify(&message("a", "b"), None);
    assert_eq!((found.kind, found.scope, found.topic), (Kind::Information, Scope::General, Topic::Residence));
    assert!(found.abstains() && found.evidence.is_empty());
}
