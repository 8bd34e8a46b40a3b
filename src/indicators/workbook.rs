//! The figures as sheets: the table of the label, the volumes, the cases behind them, and the definitions.

use std::collections::BTreeMap;

use jiff::{Timestamp, civil::Date, tz::TimeZone};

use super::{
    count::{Counted, Part, contributions},
    definition::{Family, Indicator, Measure},
    fact::{CaseFact, Done},
    listening::Criterion,
    month::Month,
    papers::Matter,
    report::Report,
    table::{heading, lines},
    tally::Dimension,
};
use crate::sheets::{Cell, Sheet, Workbook};

/// What is written besides the figures themselves.
#[derive(Debug, Clone)]
pub struct Setting<'a> {
    /// Name of the prefecture.
    pub prefecture: &'a str,
    /// Names of services and mailboxes, by their keys.
    pub names: &'a BTreeMap<(Dimension, String), String>,
    /// When it is made.
    pub now: Timestamp,
    /// Where the prefecture is.
    pub zone: &'a TimeZone,
}

impl Setting<'_> {
    /// A word of a dimension as people read it.
    pub fn name(&self, dimension: Dimension, word: &str) -> String {
        let own = self.names.get(&(dimension, word.to_owned())).cloned();
        own.unwrap_or_else(|| dimension.word_in_french(word))
    }

    /// What a report is about: « Préfecture de …, de janvier à mars 2026, service … ».
    pub fn about(&self, report: &Report) -> String {
        let period = match report.from().zip(report.to()) {
            Some((from, to)) => from.span(to),
            None => "aucun mois".into(),
        };
        let whose = self.whose(report);
        let whose = if whose.is_empty() { whose } else { format!(", {whose}") };
        format!("{}, {period}{whose}", self.prefecture)
    }

    /// The services that a report is about, by name; empty: the whole prefecture. What is of some must not pass for all.
    pub fn whose(&self, report: &Report) -> String {
        let name = |id: &String| self.name(Dimension::Service, id);
        match (&report.seen.service, &report.seen.visible) {
            (Some(one), _) => name(one),
            (None, Some(visible)) => visible.iter().map(name).collect::<Vec<_>>().join(", "),
            (None, None) => String::new(),
        }
    }
}

/// A case that stands behind one month, as it was known on a day: when the month was published, or today.
#[derive(Debug, Clone)]
pub struct Behind {
    /// The month. What the case adds to others stands behind those.
    pub month: Month,
    /// The day.
    pub on: Date,
    /// The case.
    pub fact: CaseFact,
}

impl Behind {
    /// What it adds to a figure of its month.
    pub fn added(&self, indicator: Indicator) -> Vec<Counted<'_>> {
        let mut all = Vec::new();
        contributions(&self.fact, self.on, &mut |one: Counted<'_>| {
            if one.month == self.month && one.indicator == indicator {
                all.push(one);
            }
        });
        all
    }
}

/// The workbook of a report; `facts`: the cases behind it.
pub fn workbook(matter: &Matter<'_>, facts: &[Behind]) -> Workbook {
    let Matter { report, before, setting, .. } = matter;
    Workbook {
        title: format!("Indicateurs – {}", setting.about(report)),
        created: setting.now.to_zoned(TimeZone::UTC).datetime(),
        sheets: vec![
            monthly(report, Some(before), setting),
            volumes(report, setting),
            promises(facts, setting),
            other_facts(facts, setting),
            listening(matter),
            editions(report, setting),
            definitions(),
        ],
    }
}

/// The table of the label: what a CSV file holds.
pub fn monthly(report: &Report, before: Option<&Report>, setting: &Setting<'_>) -> Sheet {
    let mut header = vec!["Indicateur".to_owned(), "Ligne".to_owned()];
    header.extend(report.months.iter().map(|month| heading(month.month, report)));
    header.push("TOTAL".into());
    if before.is_some() {
        header.push("ANNÉE PRÉCÉDENTE".into());
    }
    header.extend(["Définition", "Population", "Exclusions"].map(str::to_owned));
    let mut rows = Vec::new();
    for indicator in Indicator::all() {
        for (number, line) in lines(report, before, indicator).into_iter().enumerate() {
            let mut row = vec![Cell::Text(indicator.french()), Cell::Text(line.label.to_owned())];
            row.extend(line.months);
            row.push(line.total);
            row.extend(line.before);
            // Once for each figure, beside its first line.
            if number == 0 {
                let meaning = [indicator.definition(), indicator.population(), indicator.exclusions()];
                row.extend(meaning.map(|text| Cell::Text(text.to_owned())));
            }
            rows.push(row);
        }
    }
    let day = report.today.strftime("%d/%m/%Y");
    let notes =
        vec![setting.about(report), format!("Chiffres au {day} ; les mois publiés sont donnés comme ils l'ont été.")];
    Sheet { name: "Tableau mensuel".into(), notes, header, rows, widths: None }
}

fn volumes(report: &Report, setting: &Setting<'_>) -> Sheet {
    let mut header = vec!["Par".to_owned(), "Valeur".to_owned()];
    header.extend(report.months.iter().map(|month| heading(month.month, report)));
    header.push("TOTAL".into());
    let mut rows = Vec::new();
    for dimension in Dimension::ALL {
        for (word, total) in report.total.received_by(*dimension) {
            let mut row = vec![Cell::Text(dimension.french().into()), Cell::Text(setting.name(*dimension, &word))];
            let months = report.months.iter().map(|month| month.tally.received_by(*dimension).get(&word).copied());
            row.extend(months.map(|number| whole(number.unwrap_or_default())));
            row.push(whole(total));
            rows.push(row);
        }
    }
    let notes = vec!["Demandes reçues, par date de réception ; sans celles qui sont réunies à une autre.".into()];
    Sheet { name: "Volumes".into(), notes, header, rows, widths: None }
}

/// The cases behind the rates of a report: one line a promise, without a name.
fn promises(facts: &[Behind], setting: &Setting<'_>) -> Sheet {
    let mut rows = Vec::new();
    let rate = Indicator::Of(Family::All, Measure::OnTime);
    for behind in facts {
        for counted in behind.added(rate) {
            let (fact, Some(promise)) = (&behind.fact, counted.promise) else { continue };
            let word = |dimension, word: &str| Cell::Text(setting.name(dimension, word));
            let on = |done: Option<Done>| done.map_or(Cell::Empty, |done| Cell::Date(done.on));
            let days = |done: Option<Done>| done.map_or(Cell::Empty, |done| Cell::Whole(done.working_days.into()));
            rows.push(vec![
                Cell::Text(fact.reference.clone()),
                word(Dimension::Service, &fact.service),
                word(Dimension::Channel, fact.channel.word()),
                word(Dimension::Kind, fact.kind.word()),
                word(Dimension::Scope, fact.scope.word()),
                word(Dimension::Topic, fact.topic.word()),
                Cell::Date(promise.starts_on),
                Cell::Date(promise.due_on),
                on(promise.answered),
                days(promise.answered),
                on(promise.replied),
                days(promise.replied),
                Cell::Text(outcome(counted.part).into()),
            ]);
        }
    }
    let header = [
        "Référence",
        "Service",
        "Canal",
        "Nature",
        "Périmètre",
        "Thème",
        "Réception",
        "Échéance",
        "Réponse",
        "Délai (jours ouvrés)",
        "Première réaction",
        "Délai de réaction (jours ouvrés)",
        "Compte comme",
    ];
    let notes = vec!["Un engagement par ligne, dans le mois de son échéance ; aucun nom, aucune adresse.".into()];
    let header = header.map(str::to_owned).to_vec();
    Sheet { name: "Engagements".into(), notes, header, rows, widths: None }
}

/// Whatever else cases add to figures, one line each.
fn other_facts(facts: &[Behind], setting: &Setting<'_>) -> Sheet {
    let mut rows = Vec::new();
    for behind in facts {
        for indicator in Indicator::all().filter(|one| !matches!(one, Indicator::Of(..))) {
            for counted in behind.added(indicator) {
                let counts = match counted.part {
                    Part::Rate(true) => "au numérateur",
                    Part::Rate(false) => "au dénominateur seul",
                    Part::One | Part::Delay(_) | Part::Apart(_) => "une fois",
                };
                rows.push(vec![
                    Cell::Text(behind.month.to_string()),
                    Cell::Text(behind.fact.reference.clone()),
                    Cell::Text(setting.name(Dimension::Service, &behind.fact.service)),
                    Cell::Text(indicator.french()),
                    Cell::Text(counts.to_owned()),
                ]);
            }
        }
    }
    let header = ["Mois", "Référence", "Service", "Indicateur", "Compte"].map(str::to_owned).to_vec();
    let notes = vec!["Ce qui compte dans les autres indicateurs, une ligne par demande ou acte ; aucun nom.".into()];
    Sheet { name: "Autres faits".into(), notes, header, rows, widths: None }
}

/// What users said, and what mystery mails came to.
fn listening(matter: &Matter<'_>) -> Sheet {
    let mut rows = Vec::new();
    for one in matter.satisfaction {
        let service = if one.service.is_empty() {
            "toute la préfecture".into()
        } else {
            matter.setting.name(Dimension::Service, &one.service)
        };
        let rate = Cell::Percent { num: one.satisfied, den: one.answers };
        let what = format!("{}, {service} : réponses au questionnaire, usagers satisfaits", one.month.french());
        rows.push(vec!["Satisfaction".into(), Cell::Text(what), whole(one.satisfied), whole(one.answers), rate]);
    }
    for campaign in matter.campaigns {
        for criterion in Criterion::ALL {
            let (kept, judged) = campaign.marks.get(criterion).copied().unwrap_or_default();
            let what = format!("{} : {}", campaign.name, criterion.french());
            let rate = Cell::Percent { num: kept, den: judged };
            rows.push(vec!["Courriels mystères".into(), Cell::Text(what), whole(kept), whole(judged), rate]);
        }
    }
    let header = ["Source", "Quoi", "Numérateur", "Dénominateur", "Taux"].map(str::to_owned).to_vec();
    Sheet { name: "Satisfaction et mystère".into(), notes: Vec::new(), header, rows, widths: None }
}

/// How a promise counts, in words.
pub fn outcome(part: Part) -> &'static str {
    match part {
        Part::Rate(true) => "dans le délai",
        Part::Rate(false) => "hors délai ou sans réponse",
        Part::Apart(_) => "écarté",
        Part::Delay(_) | Part::One => "",
    }
}

/// What was published, and what was corrected.
fn editions(report: &Report, setting: &Setting<'_>) -> Sheet {
    let mut rows = Vec::new();
    for month in &report.months {
        for edition in &month.editions {
            rows.push(vec![
                Cell::Text(month.month.to_string()),
                Cell::Whole(edition.number),
                Cell::Date(edition.at.to_zoned(setting.zone.clone()).date()),
                Cell::Text(edition.by.clone()),
                Cell::Text(edition.why.clone()),
            ]);
        }
    }
    let header =
        ["Mois", "Édition", "Publiée le", "Par", "Pourquoi elle remplace la précédente"].map(str::to_owned).to_vec();
    Sheet { name: "Publications".into(), notes: Vec::new(), header, rows, widths: None }
}

/// Every figure with its definition, its population and its exclusions.
pub fn definitions() -> Sheet {
    let text = |text: &str| Cell::Text(text.to_owned());
    let row = |one: Indicator| {
        vec![
            Cell::Text(one.key()),
            Cell::Text(one.french()),
            text(one.definition()),
            text(one.population()),
            text(one.exclusions()),
        ]
    };
    let header = ["Clé", "Indicateur", "Définition", "Population", "Exclusions"].map(str::to_owned).to_vec();
    Sheet {
        name: "Définitions".into(),
        notes: Vec::new(),
        header,
        rows: Indicator::all().map(row).collect(),
        widths: None,
    }
}

fn whole(number: u64) -> Cell {
    Cell::Whole(i64::try_from(number).unwrap_or(i64::MAX))
}
