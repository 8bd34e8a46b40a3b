//! `releve eval` and `releve train`: figures on labelled messages, a model that is better or refused, and what agents teach.

use std::fs;

use serde_json::{Value, json};

use super::support::{CONFIG, folder, run};

/// A labelled message, one line.
fn line(id: &str, subject: &str, body: &str, labels: [&str; 3]) -> String {
    let [kind, scope, topic] = labels;
    let example = json!({
        "id": id, "mailbox": "accueil", "from": "\"A\" <a@example.org>", "subject": subject,
        "date": "2025-03-02T10:00:00+01:00", "body": body, "lang": "fr", "kind": kind, "scope": scope, "topic": topic,
        "flags": [], "why": "test",
    });
    format!("{example}\n")
}

fn labelled() -> String {
    line("x-001", "horaires", "Bonjour, à quelle heure ouvrez-vous le samedi ?", ["information", "general", "accueil"])
        + &line(
            "x-002",
            "carte grise",
            "Quels documents pour changer la carte grise ?",
            ["information", "general", "immatriculation"],
        )
        + "\n"
        + &line("x-003", "offre", "Découvrez nos offres, devis gratuit, se désabonner", ["none", "none", "autre"])
}

#[test]
fn the_figures_have_the_promised_keys_and_each_message_its_prediction() {
    let home = folder(&[("e.jsonl", labelled().as_bytes())]);
    let said = run(home.path(), &["eval", "--json", "e.jsonl", "--predictions", "p.jsonl"]);
    assert_eq!((said.code, said.err.as_str()), (Some(0), ""));
    let figures = said.json().remove(0);
    assert_eq!(figures["n"], 3);
    assert_eq!(figures.as_object().unwrap().len(), 4);
    for axis in ["kind", "scope", "topic"] {
        let keys: Vec<&String> = figures[axis].as_object().unwrap().keys().collect();
        assert_eq!(keys, ["accuracy", "confusion", "macro_f1", "per_class"], "{axis}");
    }
    assert_eq!(figures["scope"]["per_class"]["none"]["support"], 1);
    let predictions = fs::read_to_string(home.path().join("p.jsonl")).unwrap();
    let predictions: Vec<Value> = predictions.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(predictions.len(), 3);
    let keys: Vec<&String> = predictions[0].as_object().unwrap().keys().collect();
    assert_eq!(keys, ["abstained", "confidence", "id", "kind", "scope", "service", "topic"]);
    assert_eq!((&predictions[2]["id"], &predictions[2]["kind"]), (&"x-003".into(), &"none".into()));
}

#[test]
fn a_line_that_is_no_example_is_told_with_its_number() {
    let wrong = labelled() + "{\"id\": 1}\n";
    let home = folder(&[("e.jsonl", wrong.as_bytes())]);
    let said = run(home.path(), &["eval", "e.jsonl"]);
    assert_eq!(said.code, Some(1));
    assert!(said.err.contains("e.jsonl") && said.err.contains("ligne 5"), "{}", said.err);
    let unknown = line("x-1", "", "a", ["plainte", "general", "autre"]);
    let home = folder(&[("e.jsonl", unknown.as_bytes())]);
    let said = run(home.path(), &["eval", "e.jsonl"]);
    assert!(said.err.contains("« plainte » n'est pas connu"), "{}", said.err);
}

#[test]
fn a_worse_model_is_refused_and_a_forced_one_is_what_the_prefecture_goes_by_until_it_is_taken_away() {
    let home = folder(&[
        ("config/releve.toml", CONFIG),
        ("config/boite/new/.keep", b""),
        ("corpus/x.jsonl", labelled().as_bytes()),
        ("a.eml", b"From: a@example.fr\nSubject: Bonjour\n\nBonjour\n"),
    ]);
    let train = ["train", "--corpus", "corpus"];
    let said = run(home.path(), &train);
    assert_eq!(said.code, Some(1), "{}", said.err);
    assert!(said.out.contains("moins bon") && said.err.contains("étapes"), "{}", said.out);
    let model = home.path().join("config/learned.model");
    assert!(!model.exists());

    let said = run(home.path(), &["train", "--corpus", "corpus", "--force", "--dry-run"]);
    assert_eq!((said.code, model.exists()), (Some(0), false), "{}", said.err);
    let said = run(home.path(), &["train", "--corpus", "corpus", "--force"]);
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert!(model.exists());
    assert_eq!(run(home.path(), &["check"]).code, Some(0));

    fs::write(&model, b"{}\n").unwrap();
    let said = run(home.path(), &["check"]);
    assert_eq!(said.code, Some(1));
    assert!(said.out.contains("pas un modèle") && said.out.contains("retirez ce fichier"), "{}", said.out);
}

#[test]
fn training_without_a_place_for_the_model_says_what_to_do() {
    let home = folder(&[]);
    let said = run(home.path(), &["train"]);
    assert_eq!(said.code, Some(1));
    assert!(said.err.contains("--output"), "{}", said.err);
}

#[test]
fn what_agents_correct_is_measured_by_week() {
    let home = folder(&[("config/releve.toml", CONFIG), ("config/boite/new/.keep", b"")]);
    let said = run(home.path(), &["eval", "--corrections"]);
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert!(said.out.contains("Aucune demande n'a été corrigée"), "{}", said.out);
    let added = run(
        home.path(),
        &["cases", "add", "--channel", "letter", "--service", "accueil", "--subject", "Carte", "--by", "noe", "--json"],
    );
    let reference = added.json()[0]["reference"].as_str().unwrap().to_owned();
    let confirmed = run(home.path(), &["cases", "reclassify", &reference, "--confirm", "--by", "noe"]);
    assert_eq!(confirmed.code, Some(0), "{}", confirmed.err);
    let said = run(home.path(), &["eval", "--corrections", "--json"]);
    let figures = said.json().remove(0);
    let none = "what an agent entered is no mail to learn from, and nothing was proposed for it";
    assert_eq!((&figures["n"], &figures["weeks"]), (&0.into(), &json!([])), "{none}");
}
