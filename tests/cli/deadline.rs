//! `releve deadline`

use std::collections::BTreeSet;

use super::support::{CONFIG, folder, run, run_with};

const QUESTION: [&str; 6] = ["deadline", "--json", "--channel", "email", "--received", "2026-05-12T09:00:00+02:00"];

#[test]
fn an_answer_has_exactly_the_promised_keys() {
    let home = folder(&[]);
    let said = run(home.path(), &QUESTION);
    assert_eq!((said.code, said.err.as_str()), (Some(0), ""));
    let line = said.json().remove(0);
    let keys = line.as_object().unwrap().keys().map(String::as_str).collect::<BTreeSet<_>>();
    assert_eq!(keys, ["received", "starts", "due", "working_days"].into_iter().collect::<BTreeSet<_>>());
    // Thursday 14 May is Ascension.
    assert_eq!((&line["due"], &line["working_days"]), (&"2026-05-20T23:59:59+02:00".into(), &5.into()));
}

#[test]
fn the_department_of_the_configuration_counts_unless_another_is_named() {
    let home = folder(&[("config/releve.toml", CONFIG), ("config/boite/new/.keep", b"")]);
    let due = |more: &[&str]| run(home.path(), &[&QUESTION[..], more].concat()).json()[0]["due"].clone();
    assert_eq!(due(&[]), "2026-05-20T23:59:59-04:00", "Martinique");
    assert_eq!(due(&["--department", "974"]), "2026-05-20T23:59:59+04:00");
    let kept = due(&["--kind", "reclamation", "--days", "2", "--unit", "calendar"]);
    assert_eq!(kept, "2026-05-14T23:59:59-04:00");
}

#[test]
fn a_batch_answers_every_line_and_a_wrong_one_stops_nothing() {
    let batch = "{\"channel\":\"email\",\"received\":\"2026-05-12T09:00:00Z\"}\nfaux\n\
                 {\"channel\":\"letter\",\"received\":\"2026-05-12T09:00:00Z\",\"department\":\"67\",\"kind\":\"suggestion\"}\n";
    let home = folder(&[("b.jsonl", batch.as_bytes())]);
    for said in [
        run(home.path(), &["deadline", "--batch", "b.jsonl"]),
        run_with(home.path(), &["deadline", "--batch", "-"], batch.as_bytes()),
    ] {
        assert_eq!(said.code, Some(1), "{}", said.err);
        let lines = said.json();
        assert_eq!((lines.len(), &lines[1]["line"]), (3, &2.into()));
        assert!(lines[0]["due"].is_string() && lines[1]["error"].is_string() && lines[2]["due"].is_string());
    }
}

#[test]
fn a_person_is_told_day_by_day() {
    let home = folder(&[]);
    let arguments = QUESTION.iter().copied().filter(|argument| *argument != "--json").collect::<Vec<_>>();
    let said = run(home.path(), &arguments);
    assert_eq!(said.code, Some(0));
    assert!(said.out.contains("jeudi 14 mai 2026 : Ascension"), "{}", said.out);
}
