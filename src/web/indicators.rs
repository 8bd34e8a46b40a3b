//! « Indicateurs »: the figures of the label with their charts and definitions, and the way from each to the cases behind it.

mod evidence;
mod files;
mod listening;
mod publication;

pub(super) use evidence::show as evidence;
pub(super) use files::{audit, paper, sheet};
pub(super) use listening::{add_mystery, note_satisfaction, remove_mystery, show as listening};
pub(super) use publication::{publish, show as publications};

use askama::Template;

use super::{
    page::{self, Choice, Chrome},
    routes::MANAGERS,
    visit::{Answer, Failure, Visit, html},
};
use crate::{
    case::Access,
    indicators::{
        Dimension, Drawing, Family, Grid, Indicator, Line, Measure, Month, Quarter, Report, Seen, Share, Shown, Volume,
        What, campaigns, charts, grid, heading, in_short, lines, satisfaction, shown, volumes,
    },
    sheets::Cell,
};

/// Which months and which services are looked at, as the address says.
pub(super) struct Looked {
    pub(super) from: Month,
    pub(super) to: Month,
    pub(super) year: i16,
    /// 1 to 4; 0: the whole year.
    quarter: i8,
    pub(super) seen: Seen,
}

impl Looked {
    pub(super) fn at(visit: &Visit) -> Result<Self, Failure> {
        let person = visit.person.as_ref().ok_or(Failure::Forbidden)?;
        let today = page::calendar(&visit.site).date(visit.site.desk().now());
        let year = visit.asked.get("annee").parse().ok().filter(|year| (1990..2200).contains(year));
        let year: i16 = year.unwrap_or_else(|| Month::of(today).later(-1).year());
        let quarter: i8 = visit.asked.get("trimestre").parse().ok().filter(|one| (1..=4).contains(one)).unwrap_or(0);
        let january: Month = format!("{year:04}-01").parse().map_err(|_| Failure::NotFound)?;
        let (from, to) = match quarter {
            0 => (january, january.later(11)),
            quarter => {
                let quarter = Quarter::of(january.later(i32::from(quarter) * 3 - 3));
                (quarter.first(), quarter.last())
            }
        };
        let visible = person.services(MANAGERS);
        let service = Some(visit.asked.get("service").to_owned()).filter(|service| !service.is_empty());
        let theirs = |service: &String| visible.as_ref().is_none_or(|visible| visible.contains(service));
        if service.as_ref().is_some_and(|service| !theirs(service)) {
            return Err(Failure::NotFound);
        }
        Ok(Self { from, to, year, quarter, seen: Seen { visible, service } })
    }

    /// What stands in an address that stays with the same months and services.
    pub(super) fn fields(&self) -> String {
        let mut fields = form_urlencoded::Serializer::new(String::new());
        fields.append_pair("annee", &self.year.to_string());
        if self.quarter > 0 {
            fields.append_pair("trimestre", &self.quarter.to_string());
        }
        if let Some(service) = &self.seen.service {
            fields.append_pair("service", service);
        }
        fields.finish()
    }

    /// Where the cases behind a figure of some months are; `more` names what of it.
    fn evidence(&self, indicator: Indicator, (from, to): (Month, Month), more: &[(&str, &str)]) -> String {
        let mut fields = form_urlencoded::Serializer::new(String::new());
        fields.append_pair("figure", &indicator.key());
        fields.append_pair("du", &from.to_string());
        fields.append_pair("au", &to.to_string());
        fields.extend_pairs(more);
        if let Some(service) = &self.seen.service {
            fields.append_pair("service", service);
        }
        format!("/indicateurs/preuve?{}", fields.finish())
    }

    /// « 2026 », « 1er trimestre 2026 ».
    pub(super) fn words(&self) -> String {
        if self.quarter == 0 { self.year.to_string() } else { Quarter::of(self.from).french() }
    }

    pub(super) fn period(&self) -> (Month, Month) {
        (self.from, self.to)
    }
}

/// Whether the reader decides for the whole prefecture: what is published is everybody's.
pub(super) fn decides(visit: &Visit) -> bool {
    visit.person.as_ref().is_some_and(|person| person.services(&[Access::QualityOfficer]).is_none())
}

struct Key {
    name: String,
    value: String,
    before: String,
    level: Option<Shown>,
    address: String,
}

struct Entry {
    text: String,
    /// Where its cases are; empty: they are not listed.
    address: String,
}

struct Row {
    label: &'static str,
    cells: Vec<Entry>,
    before: Entry,
}

struct Block {
    key: String,
    name: String,
    definition: &'static str,
    population: &'static str,
    exclusions: &'static str,
    level: Option<Shown>,
    rows: Vec<Row>,
}

struct Section {
    name: String,
    open: bool,
    blocks: Vec<Block>,
}

struct Picture {
    svg: String,
    title: String,
    labels: Vec<String>,
    rows: Vec<(String, Vec<String>)>,
}

struct Came {
    name: &'static str,
    rows: Vec<(String, Entry, String, Entry)>,
}

#[derive(Template)]
#[template(path = "indicators.html")]
struct IndicatorsPage {
    chrome: Chrome,
    years: Vec<Choice>,
    quarters: Vec<Choice>,
    services: Vec<Choice>,
    fields: String,
    keys: Vec<Key>,
    headings: Vec<String>,
    pictures: Vec<Picture>,
    sections: Vec<Section>,
    volumes: Vec<Came>,
    otherwise: Vec<String>,
    satisfaction: String,
    campaigns: Vec<Grid>,
    compared: String,
    published: Vec<String>,
    decides: bool,
    today: String,
}

pub(super) async fn show(visit: Visit) -> Answer {
    let looked = Looked::at(&visit)?;
    let desk = visit.site.desk();
    let report = desk.report(looked.period(), &looked.seen).await?;
    let before = desk.report_before(looked.period(), &looked.seen).await?;
    let config = page::config(&visit.site);
    let (targets, names) = (&config.figures.targets, crate::desk::names(config));
    let key = |indicator: &Indicator| Key {
        name: indicator.french(),
        value: in_short(&report.total, *indicator),
        before: in_short(&before.total, *indicator),
        level: shown(targets, *indicator, &report.total),
        address: looked.evidence(*indicator, looked.period(), &[("part", "den")]),
    };
    let block = |indicator: Indicator| Block {
        key: indicator.key(),
        name: indicator.french(),
        definition: indicator.definition(),
        population: indicator.population(),
        exclusions: indicator.exclusions(),
        level: shown(targets, indicator, &report.total),
        rows: lines(&report, Some(&before), indicator)
            .into_iter()
            .map(|line| row(line, &report, &before, &looked))
            .collect(),
    };
    let sections = Family::ALL.iter().map(|family| Section {
        name: capital(family.french()),
        open: matches!(family, Family::Email | Family::Letter | Family::Complaint),
        blocks: Measure::ALL.iter().map(|measure| block(Indicator::Of(*family, *measure))).collect(),
    });
    let others = Section {
        name: "Autres indicateurs".into(),
        open: true,
        blocks: Indicator::all().filter(|one| !matches!(one, Indicator::Of(..))).map(block).collect(),
    };
    let last = Month::of(report.today).year();
    let first = desk.store().first_reception().await?;
    let first = first.map_or(last, |at| page::calendar(&visit.site).date(at).year()).min(looked.year);
    let choice = |value: String, name: String, chosen: bool| Choice { value, name, chosen };
    let years = (first..=last.max(looked.year)).rev();
    let name = |dimension: Dimension, word: &str| {
        let known = names.get(&(dimension, word.to_owned())).cloned();
        known.unwrap_or_else(|| dimension.word_in_french(word))
    };
    let otherwise = report.months.iter().filter(|month| month.is_otherwise_today()).map(|month| month.month.french());
    let noted = desk.store().satisfaction(looked.from, looked.to).await?;
    let noted: Vec<_> = noted.into_iter().filter(|one| looked.seen.has_noted(&one.service)).collect();
    let mails = desk.store().mystery_mails(looked.from, looked.to).await?;
    let mails: Vec<_> = mails.into_iter().filter(|mail| looked.seen.has_noted(&mail.service)).collect();
    let compared = before.from().zip(before.to());
    html(&IndicatorsPage {
        chrome: Chrome::of(&visit, "Indicateurs", "/indicateurs"),
        years: years.map(|year| choice(year.to_string(), year.to_string(), year == looked.year)).collect(),
        quarters: (0..=4)
            .map(|number| {
                let name = if number == 0 { "année entière".into() } else { format!("trimestre {number}") };
                choice(number.to_string(), name, number == looked.quarter)
            })
            .collect(),
        services: page::services(
            &visit.site,
            looked.seen.visible.as_deref(),
            looked.seen.service.as_deref().unwrap_or_default(),
        ),
        fields: looked.fields(),
        keys: crate::indicators::NAMED.iter().map(key).collect(),
        headings: report.months.iter().map(|month| heading(month.month, &report)).collect(),
        pictures: charts(&report, &before, targets).iter().map(picture).collect(),
        sections: sections.chain([others]).collect(),
        volumes: volumes(&report, &before, name).into_iter().map(|volume| came(volume, &looked, &before)).collect(),
        satisfaction: satisfaction(&noted),
        campaigns: campaigns(&mails).iter().map(grid).collect(),
        compared: compared.map_or_else(String::new, |(from, to)| from.span(to)),
        otherwise: otherwise.collect(),
        published: report.months.iter().filter(|one| !one.editions.is_empty()).map(|one| one.month.french()).collect(),
        decides: decides(&visit),
        today: page::short_day(report.today),
    })
}

/// A line of the table; each of its numbers leads to the cases behind it.
fn row(line: Line, report: &Report, before: &Report, looked: &Looked) -> Row {
    let part = if line.what == What::Numerator { "num" } else { "den" };
    let entry = |cell: &Cell, period: Option<(Month, Month)>| {
        let listed = period.filter(|_| !matches!(cell, Cell::Whole(0) | Cell::Text(_) | Cell::Empty));
        let address = listed.map(|period| looked.evidence(line.indicator, period, &[("part", part)]));
        Entry { text: cell.shown(), address: address.unwrap_or_default() }
    };
    let months = report.months.iter().zip(&line.months);
    let mut cells: Vec<_> = months.map(|(month, cell)| entry(cell, Some((month.month, month.month)))).collect();
    cells.push(entry(&line.total, Some(looked.period())));
    let earlier = before.from().zip(before.to());
    Row { label: line.label, cells, before: entry(&line.before.unwrap_or_default(), earlier) }
}

/// What came by one dimension; each number leads to its cases.
fn came(volume: Volume, looked: &Looked, before: &Report) -> Came {
    let Volume { dimension, name, rows } = volume;
    let entry = |number: u64, word: &str, period: Option<(Month, Month)>| {
        let more = [("par", dimension.word()), ("valeur", word)];
        let period = period.filter(|_| number > 0);
        let address = period.map(|period| looked.evidence(Indicator::Received, period, &more));
        Entry { text: number.to_string(), address: address.unwrap_or_default() }
    };
    let earlier = before.from().zip(before.to());
    let row = |one: Share| {
        let (now, before) =
            (entry(one.number, &one.word, Some(looked.period())), entry(one.before, &one.word, earlier));
        (one.name, now, one.share, before)
    };
    Came { name, rows: rows.into_iter().map(row).collect() }
}

/// A chart, and the table of what it shows.
fn picture(drawing: &Drawing) -> Picture {
    let chart = &drawing.chart;
    let value = |value: &Option<f64>| match value {
        Some(value) if value.fract() == 0.0 => crate::indicators::decimal(*value, 0),
        Some(value) => crate::indicators::decimal(*value, 2),
        None => "–".to_owned(),
    };
    let rows = chart.series.iter().map(|one| (one.name.clone(), one.values.iter().map(value).collect()));
    let unit = if chart.unit == "%" { " (%)" } else { "" };
    Picture {
        svg: drawing.svg(),
        title: format!("{}{unit}", chart.title),
        labels: chart.labels.clone(),
        rows: rows.collect(),
    }
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
