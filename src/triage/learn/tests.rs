//! Learning on messages invented here.

use std::sync::Mutex;

use super::*;
use crate::mail::{Limits, parse};
use crate::triage::rules::Names;

fn view(text: &str) -> View {
    let raw = format!("From: a@example.fr\r\nSubject: x\r\n\r\n{text}\r\n");
    View::of(&parse(raw.as_bytes(), &Limits::default()).unwrap(), None)
}

/// Of this author: `text` is of this kind.
fn sample(author: &str, text: &str, kind: usize) -> Sample {
    let mut truth: Truth = [None; Axis::ALL.len()];
    truth[0] = Some(kind);
    Sample::new(author, &view(text), &Rules::default(), truth)
}

/// Two kinds that two words tell apart, by six authors.
fn samples() -> Vec<Sample> {
    let texts = [("des horaires", 0), ("une lenteur", 1)];
    (0..60)
        .map(|number| {
            let (text, kind) = texts[number % 2];
            sample(&format!("auteur {}", number / 10), &format!("bonjour {text} merci {number}"), kind)
        })
        .collect()
}

#[test]
fn the_same_samples_give_the_same_model_byte_by_byte_and_others_another_version() {
    let (one, other) = (learn(&samples(), &|_, _| ()).unwrap(), learn(&samples(), &|_, _| ()).unwrap());
    assert_eq!(one.to_bytes(), other.to_bytes());
    let mut changed = samples();
    changed.push(sample("auteur 1", "encore une lenteur", 1));
    assert_ne!(learn(&changed, &|_, _| ()).unwrap().card.version, one.card.version);
}

#[test]
fn what_can_be_told_apart_is_and_the_card_says_so() {
    let model = learn(&samples(), &|_, _| ()).unwrap();
    assert_eq!(model.card.saw.len(), 6);
    assert_eq!(model.card.saw["auteur 0"], 10);
    assert_eq!(model.card.figures["kind"].accuracy, 1.0);
    assert_eq!(best(&sample("x", "une lenteur", 1).judged_by(&model), Axis::Kind.columns()), 1);
    assert_eq!(best(&sample("x", "des horaires", 0).judged_by(&model), Axis::Kind.columns()), 0);
}

#[test]
fn the_figures_are_of_authors_that_were_not_seen() {
    // Each author has a word of his own for complaints: whoever has not read him cannot know it.
    let samples: Vec<Sample> = (0..60)
        .map(|number| {
            let author = number / 10;
            let text = if number % 2 == 0 { "bonjour merci".to_owned() } else { format!("motpropre{author}bis zut") };
            let kind = if number % 2 == 0 { author % 2 } else { (author + 1) % 2 };
            sample(&format!("auteur {author}"), &text, kind)
        })
        .collect();
    let model = learn(&samples, &|_, _| ()).unwrap();
    assert!(model.card.figures["kind"].accuracy < 0.7, "{:?}", model.card.figures["kind"]);
}

#[test]
fn groups_are_never_divided_and_parts_are_of_about_one_size() {
    let samples: Vec<Sample> = [("a", 30), ("b", 10), ("c", 10), ("d", 10)]
        .iter()
        .flat_map(|(author, count)| (0..*count).map(|_| sample(author, "x", 0)))
        .collect();
    let parts = by_group(&samples);
    assert_eq!(parts.iter().map(Vec::len).collect::<Vec<_>>(), [30, 10, 10, 10]);
    let many: Vec<Sample> = (0..20).map(|author| sample(&format!("auteur {author}"), "x", 0)).collect();
    assert_eq!(by_group(&many).len(), PARTS);
}

#[test]
fn progress_counts_every_part_and_the_whole() {
    let told = Mutex::new(Vec::new());
    learn(&samples(), &|done, of| told.lock().unwrap().push((done, of)));
    let mut told = told.into_inner().unwrap();
    told.sort_unstable();
    assert_eq!(told, (1..=11).map(|done| (done, 11)).collect::<Vec<_>>());
}

#[test]
fn of_nothing_nothing_is_learned() {
    assert!(learn(&[], &|_, _| ()).is_none());
}

#[test]
fn what_the_rules_say_is_not_learned_again() {
    let rules =
        "[[rule]]\nname = \"r\"\nkind = \"reclamation\"\nweight = 6\npatterns = [\"lenteur\"]\nreason = \"r\"\n";
    let mut problems = crate::config::Problems::default();
    let rules = Rules::compile(&[("r.toml".into(), rules.into())], Names::default(), &mut problems);
    let with: Vec<Sample> = samples()
        .iter()
        .enumerate()
        .map(|(number, sample)| {
            let text = ["des horaires", "une lenteur"][number % 2];
            Sample::new(&sample.group, &view(&format!("bonjour {text} merci {number}")), &rules, sample.truth)
        })
        .collect();
    let (alone, on_top) = (learn(&samples(), &|_, _| ()).unwrap(), learn(&with, &|_, _| ()).unwrap());
    let complaint = |model: &Model| {
        let features = samples()[1].features.clone();
        let features = features.into_iter().map(|(hash, group)| Feature { hash, group, tokens: (0, 0) });
        let scores = model.scores(&model.known(features));
        scores[1] - scores[0]
    };
    assert!(complaint(&on_top) < complaint(&alone), "{} {}", complaint(&on_top), complaint(&alone));
}
