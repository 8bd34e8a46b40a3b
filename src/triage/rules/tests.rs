//! The engine on rules invented here, and the shipped rules on their own examples.

use super::*;
use crate::mail::{Limits, parse};

fn message(subject: &str, text: &str) -> Message {
    let raw = format!(
        "From: a@example.fr\r\nTo: b@example.org\r\nSubject: {subject}\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n"
    );
    parse(raw.as_bytes(), &Limits::default()).unwrap()
}

fn compiled(content: &str) -> (Rules, Vec<String>) {
    let mut problems = Problems::default();
    let rules = Rules::compile(&[("regles.toml".into(), content.into())], &mut problems);
    (rules, problems.sorted().iter().map(ToString::to_string).collect())
}

const RULES: &str = r#"
[[rule]]
name = "plainte"
kind = "reclamation"
weight = 2
patterns = ['\bréclamation\b', "inadmissible"]
reason = "se plaint"
matches = ["RÉCLAMATION", "C'est inadmissible"]
does_not_match = ["réclamations-types"]

[[rule]]
name = "permis"
topic = "permis"
weight = 1.5
look_in = ["subject"]
patterns = ["permis de conduire"]
reason = "parle du permis"

[[rule]]
name = "dossier"
scope = "case_file"
weight = 1.5
patterns = ["mon dossier"]
reason = "parle de son dossier"

[[rule]]
name = "spam"
kind = "none"
weight = 9
patterns = ["gagnez"]
reason = "publicité"
"#;

#[test]
fn without_evidence_everything_is_usual_and_unsure() {
    let (rules, problems) = compiled(RULES);
    assert_eq!(problems, [""; 0]);
    let found = rules.classify(&message("Bonjour", "Bonjour"));
    assert_eq!((found.kind, found.scope, found.topic.as_str()), (Kind::Information, Scope::General, "autre"));
    assert_eq!(found.evidence, []);
    assert!(found.confidence < 0.3, "{}", found.confidence);
}

#[test]
fn rules_decide_each_axis_and_give_their_reasons() {
    let (rules, _) = compiled(RULES);
    let found = rules.classify(&message("Permis de CONDUIRE", "Mon dossier traîne, c’est INADMISSIBLE."));
    assert_eq!((found.kind, found.scope, found.topic.as_str()), (Kind::Complaint, Scope::CaseFile, "permis"));
    let sources: Vec<_> = found.evidence.iter().map(|evidence| evidence.source.as_str()).collect();
    assert_eq!(sources, ["rule:plainte", "rule:permis", "rule:dossier"]);
    assert!(found.confidence > rules.classify(&message("x", "y")).confidence);
}

#[test]
fn a_rule_looks_only_where_it_says() {
    let (rules, _) = compiled(RULES);
    assert_eq!(rules.classify(&message("Bonjour", "Mon permis de conduire")).topic, "autre");
}

#[test]
fn quoted_history_decides_nothing() {
    let (rules, _) = compiled(RULES);
    let mut reply = message("Re: x", "Merci.\r\n\r\n> C'est inadmissible.");
    reply.new_text = "Merci.".into();
    assert_eq!(rules.classify(&reply).kind, Kind::Information);
}

#[test]
fn what_asks_for_nothing_has_no_scope() {
    let (rules, _) = compiled(RULES);
    let found = rules.classify(&message("Gagnez", "mon dossier"));
    assert_eq!((found.kind, found.scope), (Kind::None, Scope::None));
}

#[test]
fn everything_wrong_is_told_at_once_with_its_line() {
    let (rules, problems) = compiled(
        "titre = 1\n[[rule]]\nname = \"a\"\nkind = \"plainte\"\npattern = [\"x\"]\nreason = \"r\"\n\
         [[rule]]\nname = \"b\"\ntopic = \"permi\"\npatterns = [\"a(b\"]\nreason = \"r\"\n\
         [[rule]]\nname = \"c\"\nscope = \"press\"\npatterns = [\"presse\"]\nreason = \"r\"\nlook_in = [\"corps\"]\n\
         matches = [\"journal\"]\ndoes_not_match = [\"la presse\"]\nweight = \"lourd\"\n\
         [[rule]]\nname = \"d\"\npatterns = [\"x\"]\nreason = \"r\"\n",
    );
    assert!(rules.rules.is_empty());
    let lines: Vec<_> = problems.iter().map(|problem| problem.split(" : ").next().unwrap()).collect();
    let expected = [1, 2, 4, 5, 9, 10, 17, 18, 19, 20, 21].map(|line| format!("regles.toml:{line}"));
    assert_eq!(lines, expected, "{problems:#?}");
    assert!(problems[3].contains("vouliez-vous « patterns » ?"), "{}", problems[3]);
    assert!(problems[5].contains("a(b") && problems[5].contains("unclosed group"), "{}", problems[5]);
}

#[test]
fn a_file_that_is_not_toml_is_told_and_the_others_stand() {
    let mut problems = Problems::default();
    let files = [("faux.toml".into(), "[[rule]\n".into()), ("bon.toml".into(), RULES.into())];
    let rules = Rules::compile(&files, &mut problems);
    assert_eq!(rules.rules.len(), 4);
    let problems = problems.sorted();
    assert_eq!((problems.len(), problems[0].line), (1, 1));
}

#[test]
fn the_shipped_rules_are_sound() {
    let (rules, problems) = compiled(concat!(
        include_str!("../../../rules/kinds.toml"),
        include_str!("../../../rules/scopes.toml"),
        include_str!("../../../rules/topics.toml"),
    ));
    assert_eq!(problems, [""; 0]);
    let found = rules.classify(&message("Carte grise", "Bonjour, quels documents faut-il pour la carte grise ?"));
    assert_eq!((found.kind, found.topic.as_str()), (Kind::Information, "immatriculation"));
    for topic in TOPICS.iter().filter(|topic| **topic != "autre") {
        assert!(rules.rules.iter().any(|rule| rule.topic == Some(topic)), "{topic}");
    }
}
