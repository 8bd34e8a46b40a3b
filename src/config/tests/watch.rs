//! The faults of what says who is told, when, and since when a delay is in force.

use super::{faults_of, least_but, read};

const LAST: &str = "url = \"sqlite:releve.db\"";

/// What is told when these lines follow the least.
fn with(lines: &str) -> Vec<String> {
    faults_of(LAST, &format!("{LAST}\n{lines}"))
}

#[test]
fn a_step_twice_is_told_however_it_is_written() {
    let told = with("[[warning]]\ndays = 2\nto = [\"manager\"]\n[[warning]]\ndays = +2\nto = [\"director\"]");
    assert_eq!(told, ["23 : « days = 2 » est déjà donné (releve.toml:20) ; réunissez les deux dans « to »"]);
}

#[test]
fn a_step_is_for_each_role_once_and_for_one_at_least() {
    let to = |roles: &str| with(&format!("[[warning]]\ndays = 0\nto = {roles}"));
    assert_eq!(to("[]"), ["21 : « to » est vide : nommez une fonction au moins, ou retirez cette table [[warning]]"]);
    assert_eq!(to("[\"agent\", \"agent\"]"), ["21 : « to » nomme deux fois la même fonction"]);
    assert!(
        to("[\"chef\"]")[0]
            .contains("\"agent\", \"manager\", \"director\", \"general_secretary\" ou \"quality_officer\"")
    );
}

#[test]
fn who_is_named_twice_would_be_told_twice() {
    let name = "name = \"Accueil\"";
    let told = faults_of(name, &format!("{name}\nmanagers = [\"a@example.fr\", \"A@example.fr\"]"));
    assert_eq!(
        told,
        ["9 : « managers » vaut une liste ; attendu : une liste d'adresses entre crochets, chacune une seule fois"]
    );
    let told = faults_of(name, &format!("{name}\nagents = [\"a@localhost\"]"));
    assert!(told[0].contains("attendu : une adresse électronique"), "nobody can be written to there: {told:?}");
}

#[test]
fn hours_end_after_they_begin_and_are_times_of_day() {
    assert_eq!(
        with("[watch]\nfrom = \"18:00\"\nuntil = \"08:00\""),
        ["21 : « until » (08:00:00) doit venir après « from » (18:00:00)"]
    );
    assert!(with("[watch]\nfrom = 8")[0].contains("une heure, par exemple \"08:00\""));
}

#[test]
fn a_delay_of_another_day_is_another_line() {
    let line = |days: u8, since: &str| {
        format!("[[deadline]]\nchannel = \"email\"\ndays = {days}\nunit = \"working\"\n{since}\n")
    };
    let two = |first: &str, second: &str| {
        read(&[("releve.toml", &least_but(LAST, &format!("{LAST}\n{}{}", line(5, first), line(3, second))))])
    };
    assert!(two("", "since = 2026-01-01").is_ok());
    assert!(two("since = 2026-01-01", "since = 2026-01-01").unwrap_err()[0].contains("déjà donné"));
    assert!(with(&line(5, "since = \"hier\""))[0].contains("une date, par exemple 2026-05-15"));
}
