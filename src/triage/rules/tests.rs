//! The engine on rules invented here, and the shipped rules on their own examples.

use super::*;
use crate::{
    mail::{Limits, Message, parse},
    triage::axis::Axis,
};

fn message(subject: &str, text: &str) -> Message {
    let raw = format!(
        "From: Maire de Vernoy <a@example.fr>\r\nTo: b@example.org\r\nSubject: {subject}\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n"
    );
    parse(raw.as_bytes(), &Limits::default()).unwrap()
}

fn compiled(content: &str) -> (Rules, Vec<String>) {
    let mut problems = Problems::default();
    let rules = Rules::compile(
        &[("regles.toml".into(), content.into())],
        Names { services: Some(&["permis", "sg"]), answers: Some(&["ailleurs"]) },
        &mut problems,
    );
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
service = "permis"
weight = 1.5
look_in = ["subject"]
patterns = ["permis de conduire"]
reason = "parle du permis"

[[rule]]
name = "elu"
scope = "elected_official"
flag = "elected_official"
look_in = ["sender"]
patterns = ["maire de"]
reason = "un élu"

[[rule]]
name = "boite"
topic = "armes"
look_in = ["mailbox"]
decision = true
patterns = ["^armes$"]
reason = "la boîte des armes"
"#;

fn names(rules: &Rules, message: &Message, mailbox: Option<&str>) -> Vec<String> {
    rules.look(&View::of(message, mailbox)).into_iter().map(|hit| hit.rule.name.clone()).collect()
}

#[test]
fn each_rule_looks_where_it_says_and_nowhere_else() {
    let (rules, problems) = compiled(RULES);
    assert_eq!(problems, [""; 0]);
    assert_eq!(
        names(&rules, &message("Permis de CONDUIRE", "C’est INADMISSIBLE."), None),
        ["plainte", "permis", "elu"]
    );
    assert_eq!(names(&rules, &message("Bonjour", "Mon permis de conduire"), Some("armes")), ["elu", "boite"]);
    assert_eq!(names(&rules, &message("armes", "armes, maire de x"), Some("accueil")), ["elu"]);
}

#[test]
fn quoted_history_is_not_looked_at() {
    let (rules, _) = compiled(RULES);
    let mut reply = message("Re: x", "Merci.\r\n\r\n> C'est inadmissible.");
    reply.new_text = "Merci.".into();
    assert_eq!(names(&rules, &reply, None), ["elu"]);
}

#[test]
fn what_holds_adds_up_by_word_and_a_decision_outweighs_all() {
    let (rules, _) = compiled(RULES);
    let view = View::of(&message("Permis de conduire", "Réclamation : inadmissible"), Some("armes"));
    let scores = sum(&rules.look(&view));
    let score = |axis: Axis, word: &str| scores[axis.columns().start + axis.find(word).unwrap()];
    // Two patterns of one rule are one reason.
    assert_eq!(score(Axis::Kind, "reclamation"), 2.0);
    assert_eq!(score(Axis::Kind, "information"), 0.0);
    assert_eq!((score(Axis::Topic, "permis"), score(Axis::Topic, "armes")), (1.5, DECISION));
    assert_eq!(scores[Axis::Flag(crate::case::Flag::ElectedOfficial).columns().start + 1], 1.0);
}

#[test]
fn a_rule_tells_where_it_was_seen_first() {
    let (rules, _) = compiled(RULES);
    let message = message("x", "Très bien, mais  réclamation, et c'est inadmissible");
    let view = View::of(&message, None);
    let hits = rules.look(&view);
    let passage = view.origin(hits[0].place, hits[0].passage.clone()).unwrap();
    assert_eq!(&message.new_text[passage], "réclamation");
}

#[test]
fn everything_wrong_is_told_at_once_with_its_line() {
    let (rules, problems) = compiled(
        "titre = 1\n[[rule]]\nname = \"a\"\nkind = \"plainte\"\npattern = [\"x\"]\nreason = \"r\"\n\
         [[rule]]\nname = \"b\"\ntopic = \"permi\"\npatterns = [\"a(b\"]\nreason = \"r\"\n\
         [[rule]]\nname = \"c\"\nscope = \"press\"\npatterns = [\"presse\"]\nreason = \"r\"\nlook_in = [\"corps\"]\nweight = \"lourd\"\n\
         [[rule]]\nname = \"d\"\npatterns = [\"x\"]\nreason = \"r\"\n\
         [[rule]]\nname = \"e\"\npatterns = [\"x\"]\nreason = \"r\"\nweight = 2\ndecision = true\nservice = \"cuisine\"\nflag = \"ami\"\n",
    );
    assert_eq!(rules.count(), 0);
    let lines: Vec<_> = problems.iter().map(|problem| problem.split(" : ").next().unwrap()).collect();
    let expected = [1, 2, 4, 5, 9, 10, 17, 18, 19, 23, 29, 30].map(|line| format!("regles.toml:{line}"));
    assert_eq!(lines, expected, "{problems:#?}");
    assert!(problems[3].contains("vouliez-vous « patterns » ?"), "{}", problems[3]);
    assert!(problems[5].contains("« a(b »") && problems[5].contains("à « ( » : unclosed group"), "{}", problems[5]);
    assert!(problems[10].contains("valeurs possibles : permis, sg"), "{}", problems[10]);
}

#[test]
fn an_example_that_fails_and_a_name_that_is_taken_are_told() {
    let twice = format!(
        "{RULES}[[rule]]\nname = \"c\"\nscope = \"press\"\npatterns = [\"presse\"]\nreason = \"r\"\nmatches = [\"journal\"]\ndoes_not_match = [\"la presse\"]\n\
         [[rule]]\nname = \"elu\"\nscope = \"press\"\npatterns = [\"presse\"]\nreason = \"r\"\n"
    );
    let (rules, problems) = compiled(&twice);
    assert_eq!((rules.count(), problems.len()), (5, 3), "{problems:#?}");
    assert!(problems[0].contains("n'est reconnu par aucun motif") && problems[1].contains("ne devrait pas l'être"));
    assert!(problems[2].contains("s'appelle déjà « elu »"));
}

#[test]
fn a_file_that_is_not_toml_is_told_and_the_others_stand() {
    let mut problems = Problems::default();
    let files = [("faux.toml".into(), "[[rule]\n".into()), ("bon.toml".into(), RULES.into())];
    let rules = Rules::compile(&files, Names::default(), &mut problems);
    assert_eq!(rules.count(), 4);
    let problems = problems.sorted();
    assert_eq!((problems.len(), problems[0].line), (1, 1));
}

#[test]
fn a_thousand_rules_are_looked_for_at_once() {
    let many: String = (0..1000)
        .map(|number| {
            format!(
                "[[rule]]\nname = \"r{number}\"\nkind = \"none\"\npatterns = ['\\bmot{number}\\b']\nreason = \"r\"\n"
            )
        })
        .collect();
    let (rules, problems) = compiled(&many);
    assert_eq!(problems, [""; 0]);
    assert_eq!(names(&rules, &message("mot7", "mot77 et mot999, pas mot1000"), None), ["r7", "r77", "r999"]);
}
