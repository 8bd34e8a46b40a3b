//! The model answers that ship and the questions that people labelled with them, together.

use std::collections::HashMap;

use super::*;
use crate::{
    replies::{Habits, Library, Question, SHOWN},
    triage::{Classifier, examples::Example},
};

/// The questions of `corpus/answers.tsv`, or of those kept apart, with the answers that an agent would begin with. Those for
/// which no model fits are left out.
fn labelled(apart: bool) -> Vec<(Example, Vec<&'static str>)> {
    let file = if apart {
        include_str!("../../../corpus/apart/answers.tsv")
    } else {
        include_str!("../../../corpus/answers.tsv")
    };
    let mut known: HashMap<String, Example> =
        corpus(apart).unwrap().into_iter().map(|example| (example.id.clone(), example)).collect();
    let read = |line: &'static str| {
        let (id, answers) = line.split_once('\t').expect("an id, a tab, names");
        (known.remove(id).unwrap_or_else(|| panic!("no message {id}")), answers.split_whitespace().collect::<Vec<_>>())
    };
    file.lines().map(read).filter(|(_, answers)| !answers.is_empty()).collect()
}

fn question(classifier: &Classifier, example: &Example) -> Question {
    let message = example.message().unwrap();
    let said = classifier.classify(&message, example.mailbox.as_deref());
    Question::of(&said, &message.subject, &message.new_text, "")
}

/// Of the questions, the share for which a right answer is among the first `shown`.
fn right(library: &Library, questions: &[(Question, Vec<&str>)], habits: &Habits, shown: usize) -> f64 {
    let right = questions.iter().filter(|(question, answers)| {
        library
            .suggest(question, &[habits], jiff::civil::Date::MIN)
            .iter()
            .take(shown)
            .any(|one| answers.contains(&one.template.as_str()))
    });
    right.count() as f64 / questions.len() as f64
}

#[test]
fn the_right_answer_is_among_the_first_three() {
    let (classifier, library, habits) = (shipped_classifier(), shipped_library(), shipped_habits());
    let ask = |(example, answers): (Example, Vec<&'static str>)| (question(&classifier, &example), answers);
    let apart: Vec<_> = labelled(true).into_iter().map(ask).collect();
    let (one, three) = (right(&library, &apart, &habits, 1), right(&library, &apart, &habits, SHOWN));
    let untaught = right(&library, &apart, &Habits::default(), SHOWN);
    println!("{} questions: first {one:.3}, first three {three:.3}; without habits {untaught:.3}", apart.len());
    assert!(apart.len() >= 300 && three >= 0.9, "{three:.3}");
    assert!(three > untaught, "what people chose helps: {untaught:.3}");
}

#[test]
fn what_agents_choose_is_learned() {
    let (classifier, library) = (shipped_classifier(), shipped_library());
    let (example, _) = labelled(true).remove(0);
    let asked = question(&classifier, &example);
    let mut habits = shipped_habits();
    let place = |habits: &Habits| {
        library
            .suggest(&asked, &[habits], jiff::civil::Date::MIN)
            .iter()
            .position(|one| one.template == "certificat-air")
    };
    assert_eq!(place(&habits), None);
    (0..40).for_each(|_| habits.learn("certificat-air", &asked.traits()));
    assert!(place(&habits).is_some());
}
