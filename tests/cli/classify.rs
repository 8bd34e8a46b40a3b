//! `releve classify`

use std::collections::BTreeSet;

use super::support::{CONFIG, folder, run, run_with};

const QUESTION: &[u8] =
    "From: Jeanne <jeanne@usagers.example.fr>\nTo: contact@prefecture.example.fr\nSubject: Guichet\n\
    Message-ID: <1@usagers.example.fr>\n\nBonjour, à quelle heure ouvre le guichet ?\n"
        .as_bytes();
const MACHINE: &[u8] = b"From: robot@example.com\nTo: contact@prefecture.example.fr\nAuto-Submitted: auto-replied\n\
    Subject: Re\n\nI am away.\n";
const NOISE: &[u8] = b"\x00\xff\xfe rien";

/// What tools outside this repository rely on.
const KEYS: [&str; 17] = [
    "path",
    "message_id",
    "from",
    "subject",
    "disposition",
    "acknowledge",
    "reason",
    "language",
    "kind",
    "scope",
    "topic",
    "service",
    "confidence",
    "evidence",
    "new_text",
    "suggestions",
    "error",
];

#[test]
fn each_message_has_its_line_with_exactly_the_promised_keys() {
    let home = folder(&[("a.eml", QUESTION), ("b.eml", MACHINE), ("c.eml", NOISE), ("d.eml", b"")]);
    let said = run(home.path(), &["classify", "--json", "a.eml", "b.eml", "c.eml", "d.eml"]);
    assert_eq!((said.code, said.err.as_str()), (Some(0), ""));
    let lines = said.json();
    for line in &lines {
        let keys = line.as_object().unwrap().keys().map(String::as_str).collect::<BTreeSet<_>>();
        assert_eq!(keys, KEYS.into_iter().collect::<BTreeSet<_>>());
    }
    let told = |key: &str| lines.iter().map(|line| line[key].clone()).collect::<Vec<_>>();
    assert_eq!(told("path"), ["a.eml", "b.eml", "c.eml", "d.eml"]);
    assert_eq!(told("disposition"), ["case", "ignored", "quarantined", "quarantined"]);
    assert_eq!(told("acknowledge"), [true, false, false, false]);
    assert_eq!(
        (&lines[0]["message_id"], &lines[0]["from"]),
        (&"1@usagers.example.fr".into(), &"jeanne@usagers.example.fr".into())
    );
    assert_eq!((&lines[0]["reason"], &lines[0]["service"]), (&"".into(), &serde_json::Value::Null));
    assert_eq!(lines[0]["new_text"], "Bonjour, à quelle heure ouvre le guichet ?");
    assert!(lines[0]["error"].is_null() && lines[2]["error"].is_string() && lines[3]["error"].is_string());
    assert!(!lines[1]["reason"].as_str().unwrap().is_empty());
    for line in &lines[..2] {
        assert!(
            ["information", "reclamation", "suggestion", "none"].contains(&line["kind"].as_str().unwrap()),
            "{line}"
        );
        assert!(line["evidence"].is_array() && line["suggestions"].is_array() && line["confidence"].is_number());
    }
}

#[test]
fn a_folder_is_gone_through_in_order_and_to_its_depth() {
    let home = folder(&[
        ("m/b.eml", QUESTION),
        ("m/a/2.eml", QUESTION),
        ("m/a/10.eml", NOISE),
        ("m/c/d/e/sans-extension", MACHINE),
        ("autre.eml", QUESTION),
    ]);
    #[cfg(unix)]
    std::os::unix::fs::symlink(home.path(), home.path().join("m/rond")).unwrap();
    let said = run(home.path(), &["classify", "--json", "autre.eml", "m"]);
    let paths = said.json().iter().map(|line| line["path"].as_str().unwrap().to_owned()).collect::<Vec<_>>();
    assert_eq!(paths, ["autre.eml", "m/a/10.eml", "m/a/2.eml", "m/b.eml", "m/c/d/e/sans-extension"]);
}

#[test]
fn a_dash_reads_one_message_from_stdin() {
    let home = folder(&[("a.eml", MACHINE)]);
    let said = run_with(home.path(), &["classify", "--json", "-", "a.eml"], QUESTION);
    let lines = said.json();
    assert_eq!((said.code, lines.len()), (Some(0), 2));
    assert_eq!((&lines[0]["path"], &lines[0]["subject"]), (&"-".into(), &"Guichet".into()));
}

#[test]
fn a_path_that_does_not_exist_is_a_mistake_of_the_command() {
    let home = folder(&[("a.eml", QUESTION)]);
    let said = run(home.path(), &["classify", "--json", "a.eml", "b.eml"]);
    assert_eq!(said.code, Some(1));
    assert!(said.err.starts_with("releve : b.eml ne peut pas être lu"), "{}", said.err);
    assert_eq!(said.json().len(), 1, "what came before is said all the same");
}

#[test]
fn a_mailbox_brings_its_service_and_the_rules_that_need_it() {
    let stranger = String::from_utf8(QUESTION.to_vec()).unwrap().replace("contact@prefecture", "autre@ailleurs");
    let ours = String::from_utf8(QUESTION.to_vec()).unwrap().replace("jeanne@usagers", "contact@prefecture");
    let home = folder(&[
        ("config/releve.toml", CONFIG),
        ("config/boite/new/.keep", b""),
        ("a.eml", QUESTION),
        ("b.eml", stranger.as_bytes()),
        ("c.eml", ours.as_bytes()),
    ]);
    let acknowledged = |arguments: &[&str]| {
        let said = run(home.path(), &[&["classify", "--json"], arguments, &["a.eml", "b.eml", "c.eml"]].concat());
        assert_eq!(said.code, Some(0), "{}", said.err);
        said.json().iter().map(|line| (line["acknowledge"] == true, line["service"].clone())).collect::<Vec<_>>()
    };
    let none = serde_json::Value::Null;
    assert_eq!(acknowledged(&[]), [(true, none.clone()), (true, none.clone()), (true, none)]);
    let service = serde_json::Value::from("accueil");
    let mailbox = acknowledged(&["--mailbox", "contact"]);
    assert_eq!(mailbox, [(true, service.clone()), (false, service.clone()), (false, service)]);

    let said = run(home.path(), &["classify", "--json", "--mailbox", "inconnue", "a.eml"]);
    assert_eq!(said.code, Some(1));
    assert!(said.err.contains("aucune boîte ne s'appelle « inconnue » ; boîtes déclarées : contact"), "{}", said.err);
}

#[test]
fn without_json_each_message_is_a_sentence() {
    let home = folder(&[("a.eml", QUESTION), ("c.eml", NOISE)]);
    let said = run(home.path(), &["classify", "a.eml", "c.eml"]);
    let lines = said.lines();
    assert!(lines[0].starts_with("a.eml : demande, ") && lines[0].ends_with("accusé de réception"), "{}", lines[0]);
    assert!(lines[1].starts_with("c.eml : à lire à la main, ") && lines[1].contains("pas d'accusé"), "{}", lines[1]);
}
