//! `releve deadline` against calendars that are not ours: the golden table of domain.md §3.5, and a Python script that
//! counts with other holidays, other time zones and the plainest walk there is.

use std::{
    collections::BTreeSet,
    fs::{self, File},
    path::Path,
    process::{Command, Stdio},
};

use releve::calendar::Territory;
use serde_json::{Value, json};

use super::support::{Said, folder, releve};

/// Writes one question a line, each with its answer as the key `expected`.
const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/calendar/independent.py");

#[test]
fn every_answer_is_that_of_an_independent_calendar() {
    let home = folder(&[]);
    let file = home.path().join("questions.jsonl");
    ask_python(&file);
    let questions = lines(&fs::read_to_string(&file).expect("the script wrote it"));
    let asked: BTreeSet<_> = questions.iter().map(|question| question["department"].as_str().unwrap()).collect();
    assert_eq!(asked, Territory::ALL.iter().map(|territory| territory.code()).collect(), "each territory is asked for");

    let answers = answer(home.path(), &file);
    assert_eq!(answers.len(), questions.len());
    let differences: Vec<_> = questions
        .into_iter()
        .zip(answers)
        .filter(|(question, found)| question["expected"] != *found)
        .map(|(mut question, found)| {
            let expected = question.as_object_mut().and_then(|keys| keys.remove("expected")).unwrap_or_default();
            format!("question {question}\nexpected {expected}\nfound    {found}\n")
        })
        .collect();
    assert!(
        differences.is_empty(),
        "{} answers differ; the first ten:\n\n{}",
        differences.len(),
        differences[..differences.len().min(10)].join("\n")
    );
}

#[test]
fn the_golden_cases_of_domain_md() {
    const ALSACE_MOSELLE: [&str; 3] = ["57", "67", "68"];
    let table = [
        ("2026-05-22", &["16", "972", "57", "67", "68"][..], "2026-06-01", "2026-06-08"),
        ("2026-05-22", &["971"], "2026-06-02", "2026-06-09"),
        ("2026-04-02", &["16"], "2026-04-10", "2026-04-17"),
        ("2026-04-02", &ALSACE_MOSELLE, "2026-04-13", "2026-04-20"),
        ("2026-05-12", &["16"], "2026-05-20", "2026-05-28"),
        ("2025-12-19", &["16"], "2025-12-29", "2026-01-06"),
        ("2025-12-19", &ALSACE_MOSELLE, "2025-12-30", "2026-01-07"),
        ("2026-04-24", &["16"], "2026-05-04", "2026-05-12"),
        ("2026-04-24", &["976"], "2026-05-05", "2026-05-13"),
        ("2026-06-05", &["16"], "2026-06-12", "2026-06-19"),
        ("2026-06-05", &["973"], "2026-06-15", "2026-06-22"),
        ("2026-11-21", &["16"], "2026-11-27", "2026-12-04"),
    ];
    let mut questions = Vec::new();
    for (received, departments, five, ten) in table {
        for department in departments {
            for (days, due) in [(5, five), (10, ten)] {
                // Noon in Greenwich is this very day in all of them.
                questions.push(json!({
                    "channel": "email", "department": department, "received": format!("{received}T12:00:00Z"),
                    "days": days, "unit": "working", "due": format!("{due}T23:59:59"),
                }));
            }
        }
    }
    let text: String = questions.iter().map(|question| format!("{question}\n")).collect();
    let home = folder(&[("questions.jsonl", text.as_bytes())]);
    let answers = answer(home.path(), &home.path().join("questions.jsonl"));
    assert_eq!(answers.len(), questions.len());
    for (question, found) in questions.iter().zip(answers) {
        let due = found["due"].as_str().unwrap_or_default();
        assert!(due.starts_with(question["due"].as_str().unwrap()), "{question}\n{found}");
        assert_eq!(found["working_days"], question["days"], "{question}");
    }
}

fn ask_python(file: &Path) {
    let python = std::env::var("RELEVE_TEST_PYTHON").unwrap_or_else(|_| {
        panic!("RELEVE_TEST_PYTHON is not set: this test needs a Python with another calendar, start me by tests/run")
    });
    let output = Command::new(&python)
        .args(["-I", SCRIPT])
        .stdin(Stdio::null())
        .stdout(File::create(file).expect("a file"))
        .output()
        .unwrap_or_else(|error| panic!("{python}: {error}; tests/run makes it, and said so if it could not"));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// From a file and not from a pipe: the answers to so many questions begin before the last one is written.
fn answer(home: &Path, questions: &Path) -> Vec<Value> {
    let questions = File::open(questions).expect("a file");
    let output = releve(home).args(["deadline", "--batch", "-"]).stdin(questions).output();
    let said = Said::from(output.expect("the program starts"));
    assert_eq!((said.code, said.err.as_str()), (Some(0), ""));
    said.json()
}

fn lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect()
}
