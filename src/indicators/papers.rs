//! The two papers that a prefecture hangs up and hands round: the poster of the quarter (« affiche transparence ») and the
//! annual report (« bilan »). Whole pages of HTML, made to be printed on A4.

use askama::Template;

use super::{
    chart::{Chart, Series},
    definition::{Family, Indicator, Measure},
    listening::{Campaign, Criterion, Satisfaction},
    month::Month,
    report::Report,
    table::{self, Line, NAMED, Volume, in_short},
    tally::Tally,
    target::Targets,
    workbook::Setting,
};

/// What the papers are made of.
#[derive(Debug, Clone)]
pub struct Matter<'a> {
    /// The figures.
    pub report: &'a Report,
    /// Those of the same months of the year before.
    pub before: &'a Report,
    /// What is to be reached.
    pub targets: &'a Targets,
    /// Where and when.
    pub setting: &'a Setting<'a>,
    /// What users answered in the survey in these months.
    pub satisfaction: &'a [Satisfaction],
    /// What mystery mails of these months came to.
    pub campaigns: &'a [Campaign],
    /// The address of the style sheet; `None`: the paper carries it.
    pub style: Option<&'a str>,
}

/// The style sheet of both papers.
pub const STYLE: &str = include_str!("papers/papers.css");

/// A figure on the poster.
struct Key {
    name: String,
    value: String,
    detail: String,
    before: String,
    level: Option<Shown>,
}

/// A level as it is shown: shape, words, colour.
pub struct Shown {
    /// A sign that says it without its colour.
    pub shape: &'static str,
    /// In words.
    pub words: String,
    /// `#1b7f3b`
    pub colour: String,
}

#[derive(Template)]
#[template(path = "poster.html")]
struct PosterPage<'a> {
    style: Option<&'a str>,
    css: &'static str,
    prefecture: &'a str,
    period: String,
    service: String,
    keys: Vec<Key>,
    satisfaction: String,
    made_on: String,
    published: bool,
}

struct Section {
    name: String,
    definition: &'static str,
    population: &'static str,
    exclusions: &'static str,
    lines: Vec<Line>,
    level: Option<Shown>,
}

struct Correction {
    month: String,
    edition: i64,
    on: String,
    why: String,
    figures: Vec<(String, String, String)>,
}

#[derive(Template)]
#[template(path = "bilan.html")]
struct BilanPage<'a> {
    style: Option<&'a str>,
    css: &'static str,
    prefecture: &'a str,
    title: String,
    headings: Vec<String>,
    keys: Vec<Key>,
    charts: Vec<String>,
    sections: Vec<Section>,
    volumes: Vec<Volume>,
    corrections: Vec<Correction>,
    satisfaction: String,
    campaigns: Vec<Grid>,
    made_on: String,
}

/// How a figure stands to its target, as it is shown.
pub fn shown(targets: &Targets, indicator: Indicator, tally: &Tally) -> Option<Shown> {
    let level = targets.level(indicator, tally)?;
    Some(Shown { shape: level.shape(), words: targets.words(level), colour: targets.colour(level).to_owned() })
}

fn keys(matter: &Matter<'_>) -> Vec<Key> {
    let (tally, before) = (&matter.report.total, &matter.before.total);
    NAMED
        .into_iter()
        .map(|indicator| {
            let whole = in_short(tally, indicator);
            let (value, detail) = match whole.split_once(" (") {
                Some((value, detail)) => (value.to_owned(), detail.trim_end_matches(')').to_owned()),
                None => (whole, String::new()),
            };
            Key {
                name: indicator.french(),
                value,
                detail,
                before: in_short(before, indicator),
                level: shown(matter.targets, indicator, tally),
            }
        })
        .collect()
}

/// The poster of some months, usually a quarter: one page.
pub fn poster(matter: &Matter<'_>) -> Result<String, askama::Error> {
    let report = matter.report;
    let period = match report.from().zip(report.to()) {
        Some((from, to)) if super::Quarter::of(from).first() == from && super::Quarter::of(from).last() == to => {
            super::Quarter::of(from).french()
        }
        Some((from, to)) => from.span(to),
        None => String::new(),
    };
    PosterPage {
        style: matter.style,
        css: STYLE,
        prefecture: matter.setting.prefecture,
        period,
        service: matter.setting.whose(report),
        keys: keys(matter),
        satisfaction: satisfaction(matter.satisfaction),
        made_on: report.today.strftime("%d/%m/%Y").to_string(),
        published: !report.months.is_empty() && report.months.iter().all(|month| !month.editions.is_empty()),
    }
    .render()
}

/// The report of a year, or of any months, with charts, tables and definitions.
pub fn bilan(matter: &Matter<'_>) -> Result<String, askama::Error> {
    let report = matter.report;
    let section = |indicator: Indicator| Section {
        name: indicator.french(),
        definition: indicator.definition(),
        population: indicator.population(),
        exclusions: indicator.exclusions(),
        lines: table::lines(report, Some(matter.before), indicator),
        level: shown(matter.targets, indicator, &report.total),
    };
    BilanPage {
        style: matter.style,
        css: STYLE,
        prefecture: matter.setting.prefecture,
        title: matter.setting.about(report),
        headings: report.months.iter().map(|month| table::heading(month.month, report)).collect(),
        keys: keys(matter),
        charts: charts(report, matter.before, matter.targets).iter().map(Drawing::svg).collect(),
        sections: Indicator::all().map(section).collect(),
        volumes: table::volumes(report, matter.before, |dimension, word| matter.setting.name(dimension, word)),
        corrections: corrections(report, matter.setting),
        satisfaction: satisfaction(matter.satisfaction),
        campaigns: matter.campaigns.iter().map(grid).collect(),
        made_on: report.today.strftime("%d/%m/%Y").to_string(),
    }
    .render()
}

/// A chart, and how it is drawn.
pub struct Drawing {
    /// The chart.
    pub chart: Chart,
    lines: bool,
}

impl Drawing {
    /// As SVG.
    pub fn svg(&self) -> String {
        if self.lines { self.chart.lines() } else { self.chart.bars() }
    }
}

/// The charts of a report: rates, delays, volumes, each against the year before.
pub fn charts(report: &Report, before: &Report, targets: &Targets) -> Vec<Drawing> {
    let labels: Vec<_> = report.months.iter().map(|month| short(month.month)).collect();
    let year = |report: &Report| report.to().map_or_else(String::new, |month| month.year().to_string());
    let series = |name: &str, report: &Report, value: &dyn Fn(&Tally) -> Option<f64>| Series {
        name: name.to_owned(),
        values: report
            .months
            .iter()
            .map(|month| value(&month.tally).filter(|_| report.has_begun(month.month)))
            .collect(),
    };
    let told = |indicator: Indicator| {
        format!(
            "{} : {} sur la période, {} un an avant. Les valeurs de chaque mois sont dans le tableau.",
            indicator.french(),
            in_short(&report.total, indicator),
            in_short(&before.total, indicator)
        )
    };
    let mut drawings = Vec::new();
    for (id, family) in [("taux-courriels", Family::Email), ("taux-courriers", Family::Letter)] {
        let rate = Indicator::Of(family, Measure::OnTime);
        let percent = |tally: &Tally| {
            let (num, den) = tally.rate(rate);
            (den > 0).then(|| num as f64 * 100.0 / den as f64)
        };
        let chart = Chart {
            id: id.into(),
            title: rate.french(),
            description: told(rate),
            labels: labels.clone(),
            series: vec![series(&year(report), report, &percent), series(&year(before), before, &percent)],
            unit: "%",
            most: Some(100.0),
            target: targets.of(rate).map(|target| (target.value, "objectif".into())),
        };
        drawings.push(Drawing { chart, lines: true });
    }
    let delay = Indicator::Of(Family::Email, Measure::Delay);
    let mean = |tally: &Tally| tally.delays(delay).working().map(|days| days.mean);
    let median = |tally: &Tally| tally.delays(delay).working().map(|days| days.median);
    let chart = Chart {
        id: "delai-courriels".into(),
        title: format!("{} (jours ouvrés)", delay.french()),
        description: told(delay),
        labels: labels.clone(),
        series: vec![
            series(&format!("moyenne {}", year(report)), report, &mean),
            series(&format!("moyenne {}", year(before)), before, &mean),
            series(&format!("médiane {}", year(report)), report, &median),
        ],
        unit: "j",
        most: None,
        target: targets.of(delay).map(|target| (target.value, "objectif".into())),
    };
    drawings.push(Drawing { chart, lines: true });
    let number = |tally: &Tally| Some(tally.number(Indicator::Received) as f64);
    let chart = Chart {
        id: "volumes".into(),
        title: Indicator::Received.french(),
        description: told(Indicator::Received),
        labels,
        series: vec![series(&year(report), report, &number), series(&year(before), before, &number)],
        unit: "",
        most: None,
        target: None,
    };
    drawings.push(Drawing { chart, lines: false });
    drawings
}

/// « janv. », « févr. », « mars »: what fits under an axis.
fn short(month: Month) -> String {
    const SHORT: [&str; 12] =
        ["janv.", "févr.", "mars", "avril", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."];
    SHORT[usize::from(month.number().unsigned_abs() - 1)].to_owned()
}

/// The corrections of what was published: both figures, and why.
fn corrections(report: &Report, setting: &Setting<'_>) -> Vec<Correction> {
    let mut all = Vec::new();
    for month in &report.months {
        for pair in month.editions.windows(2) {
            let [old, new] = pair else { continue };
            all.push(Correction {
                month: month.month.french(),
                edition: new.number,
                on: new.at.to_zoned(setting.zone.clone()).strftime("%d/%m/%Y").to_string(),
                why: new.why.clone(),
                figures: changed(&old.tally, &new.tally),
            });
        }
    }
    all
}

/// The figures that differ: name, one, other.
pub fn changed(one: &Tally, other: &Tally) -> Vec<(String, String, String)> {
    Indicator::all()
        .filter(|indicator| one.figure(*indicator) != other.figure(*indicator))
        .map(|indicator| (indicator.french(), in_short(one, indicator), in_short(other, indicator)))
        .collect()
}

/// « 42 réponses au questionnaire, 88,10 % de satisfaits »; empty where nobody answered.
pub fn satisfaction(all: &[Satisfaction]) -> String {
    // What was noted for the whole prefecture holds what its services have.
    let whole = |month: Month| all.iter().any(|one| one.month == month && one.service.is_empty());
    let counted = all.iter().filter(|one| one.service.is_empty() || !whole(one.month));
    let (answers, satisfied) =
        counted.fold((0, 0), |(answers, satisfied), one| (answers + one.answers, satisfied + one.satisfied));
    if answers == 0 {
        return String::new();
    }
    let plural = if answers > 1 { "s" } else { "" };
    format!(
        "{answers} réponse{plural} au questionnaire, {} d'usagers satisfaits",
        super::french::percent(satisfied, answers)
    )
}

/// What a campaign came to, as it is shown.
pub struct Grid {
    /// Its name.
    pub name: String,
    /// How many mails.
    pub mails: u64,
    /// Criterion, and its rate.
    pub rows: Vec<(&'static str, String)>,
}

/// The grid of a campaign.
pub fn grid(campaign: &Campaign) -> Grid {
    let told = |criterion: &Criterion| match campaign.marks.get(criterion) {
        Some((kept, judged)) => format!("{} ({kept} sur {judged})", super::french::percent(*kept, *judged)),
        None => super::french::WITHOUT_OBJECT.to_owned(),
    };
    let rows = Criterion::ALL.iter().map(|criterion| (criterion.french(), told(criterion)));
    Grid { name: campaign.name.clone(), mails: campaign.mails, rows: rows.collect() }
}
