//! `releve demo --once`, and `releve cases` on what it leaves.

use std::{collections::BTreeMap, fs};

use super::support::{Demo, Said, demo, run};

/// The rows of the table: mailbox, sender, what became of it, why it was not acknowledged.
fn rows(said: &Said) -> Vec<(String, String, String, String)> {
    let column = |line: &str, from: usize, to: usize| {
        line.chars().skip(from).take(to - from).collect::<String>().trim_end().to_owned()
    };
    let table = said.out.lines().skip_while(|line| !line.starts_with('─')).skip(1).take_while(|line| !line.is_empty());
    table
        .map(|line| (column(line, 0, 14), column(line, 16, 46), column(line, 86, 110), column(line, 124, 1000)))
        .collect()
}

/// A reference without its year and number, which depend on the day.
fn kind_of(outcome: &str) -> &str {
    outcome.split([',', '2']).next().unwrap_or_default().trim_end()
}

#[test]
fn it_ends_well_and_shows_every_message() {
    let Demo { home, first: said, .. } = demo();
    assert_eq!((said.code, said.err.as_str()), (Some(0), ""), "{}", said.out);
    let rows = rows(said);
    assert!(rows.len() >= 45, "{} messages", rows.len());
    let acknowledged = rows.iter().filter(|row| row.3 == "oui").count();
    let sent = fs::read_dir(home.path().join("d/envoyes")).unwrap().count();
    assert_eq!(sent, acknowledged);
    assert_eq!(said.lines().last(), Some(&&*format!("{sent} accusés de réception partis dans d/envoyes")));
}

#[test]
fn each_message_becomes_what_it_should() {
    let mut special = BTreeMap::from([
        (("titres", "ewa.lindqvist@example.org"), ("déjà reçu", "non : même message que la demande")),
        (("naturalisation", "as.villedieu@example.org"), ("message automatique", "non : ")),
        (("etrangers", "mailer-daemon@mx1.charente-at…"), ("message automatique", "non : ")),
        (("prefecture", "lettre@lettre.example.com"), ("message automatique", "non : ")),
        (("qualite", "promo@offres.example.com"), ("demande", "non : Le relais")),
        (("associations", "francine.bourdelas@example.fr"), ("message automatique", "non : ")),
        (("associations", "lucien.garrigou@example.fr"), ("message automatique", "non : ")),
        (("prefecture", "sauniers.collectif@example.org"), ("demande", "non : La boîte ne figure")),
        (("associations", "barnabe.loiseau@example.org"), ("message automatique", "non : ")),
        (("etrangers", "prefecture@charente-atlantiqu…"), ("demande", "non : Le message vient d'une de nos")),
        (("prefecture", "claire.thibaudeau@interieur.e…"), ("demande", "non : L'expéditeur est un service")),
        (("prefecture", "secretariat@chambre-metiers.e…"), ("message automatique", "non : ")),
        (("prefecture", ""), ("à lire", "non : Ce n'est pas un message")),
    ]);
    let mut burst = 0;
    let mut of_lucette = 0;
    let rows = rows(&demo().first);
    for (mailbox, sender, outcome, acknowledged) in &rows {
        let (wanted, why) = match (mailbox.as_str(), sender.as_str()) {
            ("titres", "romuald.castelin@example.com") => {
                burst += 1;
                if burst <= 5 { ("demande", "oui") } else { ("demande", "non : trop de messages de ce correspondant") }
            }
            ("titres", "lucette.pradeau@example.fr") => {
                of_lucette += 1;
                if of_lucette == 1 { ("demande", "oui") } else { ("suite de", "non : suite de la demande") }
            }
            who => special.remove(&who).unwrap_or(("demande", "oui")),
        };
        assert_eq!(kind_of(outcome), wanted, "{mailbox} {sender}");
        assert!(acknowledged.starts_with(why), "{mailbox} {sender}: {acknowledged}");
    }
    assert_eq!((burst, of_lucette), (30, 2));
    assert_eq!(special, BTreeMap::new(), "all of them came");
}

#[test]
fn a_second_run_changes_nothing() {
    let Demo { first, second, .. } = demo();
    assert_eq!(second.code, Some(0), "{}", second.err);
    assert_eq!(rows(first), rows(second));
    assert_eq!(first.lines().last(), second.lines().last());
}

#[test]
fn every_acknowledgement_that_left_is_one_and_says_so() {
    for file in fs::read_dir(demo().home.path().join("d/envoyes")).unwrap() {
        let mail = fs::read_to_string(file.unwrap().path()).unwrap();
        assert!(mail.contains("\r\nAuto-Submitted: auto-replied\r\n"), "{mail}");
        assert!(!mail.contains("{{"), "{mail}");
    }
}

#[test]
fn cases_are_listed_and_shown_to_people_and_to_scripts() {
    let home = demo().home.path();
    let list = run(home, &["--config", "d/config", "cases", "list", "--json", "--limit", "1000"]);
    let cases = list.json();
    assert_eq!((list.code, list.err.as_str()), (Some(0), ""));
    assert!(cases.len() >= 45, "{} cases", cases.len());
    let due = cases.iter().map(|case| case["due"].as_str().unwrap()).collect::<Vec<_>>();
    assert!(due.is_sorted(), "the most urgent first: {due:?}");
    assert!(cases.iter().all(|case| case["state"] == "open" && case["service"].is_string()));

    let one = run(home, &["--config", "d/config", "cases", "list", "--json", "--mailbox", "qualite"]).json();
    assert!(one.len() < cases.len() && one.iter().all(|case| case["mailbox"] == "qualite"));
    let people = run(home, &["--config", "d/config", "cases", "list", "--limit", "3"]);
    assert_eq!(
        (people.code, people.lines().len()),
        (Some(0), 6),
        "headings, a line, three cases, and that there are more"
    );

    let of_lucette = cases.iter().find(|case| case["from"] == "lucette.pradeau@example.fr").unwrap();
    let reference = of_lucette["reference"].as_str().unwrap();
    let shown = run(home, &["--config", "d/config", "cases", "show", "--json", reference]).json().remove(0);
    let words = |list: &str, key: &str| {
        let list = shown[list].as_array().unwrap();
        list.iter().map(|one| one[key].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(words("messages", "disposition"), ["case", "follow_up"]);
    // The mail leaves after every mailbox has been gone over.
    assert_eq!(words("events", "kind"), ["opened", "acknowledged", "follow_up", "sent"]);
    let people = run(home, &["--config", "d/config", "cases", "show", reference]);
    assert!(people.out.starts_with(&format!("Demande {reference} (à traiter)\n")), "{}", people.out);
    assert!(people.out.contains("\nHistoire\n"), "{}", people.out);

    let none = run(home, &["--config", "d/config", "cases", "show", "1999-000001"]);
    assert_eq!(none.code, Some(1));
    assert!(none.err.contains("aucune demande ne porte la référence « 1999-000001 »"), "{}", none.err);
}
