//! The tracking sheet that the demonstration's prefecture kept until yesterday: two years of lines, for `releve import`.

use std::fmt::Write as _;

use jiff::{
    ToSpan,
    civil::{Date, Weekday},
};

/// The sheet as of a day: the same each time for the same day, with months that are better and worse.
pub(super) fn sheet(today: Date) -> String {
    let mut sheet = "Tableau de suivi des demandes d'usagers\n\n\
                     Reçu le;Canal;Service;Nature;Thème;Usager;Objet;Répondu le;Observations\n"
        .to_owned();
    let first = today.first_of_month().saturating_sub(24.months());
    let days = std::iter::successors(Some(first), |day| day.tomorrow().ok()).take_while(|day| *day < today);
    let mut number = 0_usize;
    for day in days.filter(|day| !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday)) {
        // Autumn and the months of residence permits bring more.
        let lines = if matches!(day.month(), 1 | 9 | 10) { 3 } else { 2 };
        for _ in 0..lines {
            number += 1;
            let (service, topic, subject) = ABOUT[number * 7 % ABOUT.len()];
            let channel =
                ["courriel", "courriel", "courrier", "courriel", "formulaire", "guichet", "courriel"][number % 7];
            let kind = ["information", "information", "information", "réclamation", "information", "suggestion"]
                [number * 5 % 11 % 6];
            // Better this year than the year before, and worse in summer.
            let slow = 13
                + usize::from(day < today.saturating_sub(12.months())) * 9
                + usize::from(matches!(day.month(), 7 | 8)) * 7;
            let spread = number * 37 % 101;
            let delay = if spread < slow { 6 + spread % 9 } else { spread % 5 };
            let answered = day.saturating_add(i64::try_from(delay).unwrap_or_default().days());
            // One in thirty was never answered, and of the last days some are not answered yet.
            let known = !number.is_multiple_of(30) && answered < today;
            let answered = if known { written(answered) } else { String::new() };
            let _ = writeln!(
                sheet,
                "{};{channel};{service};{kind};{topic};Usager {number};{subject};{answered};",
                written(day)
            );
        }
    }
    sheet
}

const ABOUT: [(&str, &str, &str); 8] = [
    ("migrations", "titre de séjour", "Renouvellement de titre"),
    ("relation", "accueil", "Horaires d'ouverture"),
    ("titres", "carte grise", "Changement d'adresse"),
    ("migrations", "titre de séjour", "Récépissé expiré"),
    ("titres", "permis de conduire", "Perte du permis"),
    ("relation", "rendez-vous", "Aucun rendez-vous libre"),
    ("citoyennete", "associations", "Déclaration d'une association"),
    ("migrations", "naturalisation", "Pièces du dossier"),
];

fn written(day: Date) -> String {
    day.strftime("%d/%m/%Y").to_string()
}

#[cfg(test)]
#[test]
fn every_line_can_be_taken_over() {
    use std::{collections::BTreeMap, path::Path};

    use crate::{config, sheets, tracking};

    let today = jiff::civil::date(2026, 11, 26);
    let tables = sheets::read(sheet(today).as_bytes(), "suivi.csv").unwrap();
    let mut problems = config::Problems::default();
    let file = (Path::new("releve.toml").to_owned(), super::CONFIG.to_owned());
    let config = config::parse(Path::new("/demo"), &[file], &mut problems).expect("a sound configuration");
    let calendar = config.calendar();
    let around = tracking::Around {
        calendar: &calendar,
        services: &config.services,
        now: calendar.instant(today, jiff::civil::time(8, 0, 0, 0)),
        service: None,
        channel: None,
        named: &BTreeMap::new(),
    };
    let read = tracking::read(&tables, None, &around).unwrap();
    assert_eq!((read.refused, read.remarks.len()), (Vec::new(), 0));
    assert!(read.lines.len() > 1000, "{}", read.lines.len());
}
