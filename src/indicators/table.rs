//! The table of the label: twelve columns of months with the lines of numerators and denominators, and what the year before
//! had (domain.md §1.4). One table for the page, the sheets and the papers.

use super::{
    definition::{Family, Indicator, Measure},
    french::{WITHOUT_OBJECT, decimal, percent},
    month::Month,
    report::Report,
    tally::{Dimension, Figure, Middle, Spread, Tally},
};
use crate::sheets::Cell;

/// What a line of the table says of its figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// The numerator of a rate.
    Numerator,
    /// Its denominator.
    Denominator,
    /// The rate.
    Rate,
    /// A number.
    Number,
    /// How many delays there are.
    Delays,
    /// Their mean, median and 90th percentile: of working days, or of calendar days.
    Mean {
        /// Whether the days are working days.
        working: bool,
    },
    /// The median.
    Median {
        /// Whether the days are working days.
        working: bool,
    },
    /// The 90th percentile.
    P90 {
        /// Whether the days are working days.
        working: bool,
    },
}

/// A line of the table.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// Of which figure.
    pub indicator: Indicator,
    /// What of it.
    pub what: What,
    /// What it says, in words.
    pub label: &'static str,
    /// Month by month.
    pub months: Vec<Cell>,
    /// All months together.
    pub total: Cell,
    /// The same months of the year before together; `None`: they are not asked for.
    pub before: Option<Cell>,
}

/// The lines of one figure; `before` is the report of the same months of the year before.
pub fn lines(report: &Report, before: Option<&Report>, indicator: Indicator) -> Vec<Line> {
    what(indicator)
        .iter()
        .map(|(what, label)| Line {
            indicator,
            what: *what,
            label,
            months: report
                .months
                .iter()
                .map(|month| match report.has_begun(month.month) {
                    true => cell(&month.tally, indicator, *what),
                    false => Cell::Empty,
                })
                .collect(),
            total: cell(&report.total, indicator, *what),
            before: before.map(|before| cell(&before.total, indicator, *what)),
        })
        .collect()
}

fn what(indicator: Indicator) -> &'static [(What, &'static str)] {
    const DELAYS: [(What, &str); 6] = [
        (What::Mean { working: true }, "moyenne (jours ouvrés)"),
        (What::Median { working: true }, "médiane (jours ouvrés)"),
        (What::P90 { working: true }, "90e centile (jours ouvrés)"),
        (What::Mean { working: false }, "moyenne (jours calendaires)"),
        (What::Median { working: false }, "médiane (jours calendaires)"),
        (What::P90 { working: false }, "90e centile (jours calendaires)"),
    ];
    const ANSWERS: &[(What, &str)] =
        &[(What::Delays, "réponses"), DELAYS[0], DELAYS[1], DELAYS[2], DELAYS[3], DELAYS[4], DELAYS[5]];
    const REPLIES: &[(What, &str)] =
        &[(What::Delays, "premières réactions"), DELAYS[0], DELAYS[1], DELAYS[2], DELAYS[3], DELAYS[4], DELAYS[5]];
    match indicator {
        Indicator::Of(_, Measure::OnTime) => &[
            (What::Numerator, "réponses dans le délai"),
            (What::Denominator, "engagements échus"),
            (What::Rate, "taux"),
        ],
        Indicator::Of(_, Measure::OnTimeAnyReply) => &[
            (What::Numerator, "premières réactions dans le délai"),
            (What::Denominator, "engagements échus"),
            (What::Rate, "taux"),
        ],
        Indicator::Of(_, Measure::Delay) => ANSWERS,
        Indicator::Of(_, Measure::DelayAnyReply) => REPLIES,
        Indicator::AcknowledgedInOneDay => {
            &[(What::Numerator, "accusés sous 1 jour ouvré"), (What::Denominator, "accusés dus"), (What::Rate, "taux")]
        }
        Indicator::ClassificationAccepted => {
            &[(What::Numerator, "classements acceptés"), (What::Denominator, "classements relus"), (What::Rate, "taux")]
        }
        Indicator::ModelUsed => {
            &[(What::Numerator, "avec une réponse type"), (What::Denominator, "réponses écrites"), (What::Rate, "taux")]
        }
        Indicator::Received
        | Indicator::HoldingReplies
        | Indicator::PiecesAsked
        | Indicator::Transfers
        | Indicator::Reopened
        | Indicator::OpenAndLate => &[(What::Number, "nombre")],
    }
}

fn cell(tally: &Tally, indicator: Indicator, what: What) -> Cell {
    let whole = |number: u64| Cell::Whole(i64::try_from(number).unwrap_or(i64::MAX));
    let days = |spread: &Spread, working: bool| if working { spread.working() } else { spread.calendar() };
    let found = match (tally.figure(indicator), what) {
        (Figure::Rate { num, .. }, What::Numerator) => Some(whole(num)),
        (Figure::Rate { den, .. }, What::Denominator) => Some(whole(den)),
        (Figure::Rate { num, den }, What::Rate) => (den > 0).then_some(Cell::Percent { num, den }),
        (Figure::Count { num } | Figure::Volume { num, .. }, What::Number) => Some(whole(num)),
        (Figure::Delays(spread), What::Delays) => Some(whole(spread.count())),
        (Figure::Delays(spread), What::Mean { working }) => {
            days(&spread, working).map(|days| Cell::Decimal(days.mean, 2))
        }
        (Figure::Delays(spread), What::Median { working }) => {
            days(&spread, working).map(|days| Cell::Decimal(days.median, 1))
        }
        (Figure::Delays(spread), What::P90 { working }) => {
            days(&spread, working).map(|days| Cell::Whole(days.p90.into()))
        }
        _ => None,
    };
    found.unwrap_or_else(|| Cell::Text(WITHOUT_OBJECT.to_owned()))
}

/// A figure in one short text: « 92,86 % (39 sur 42) », « 1,91 jour ouvré en moyenne ».
pub fn in_short(tally: &Tally, indicator: Indicator) -> String {
    match tally.figure(indicator) {
        Figure::Rate { den: 0, .. } => WITHOUT_OBJECT.to_owned(),
        Figure::Rate { num, den } => format!("{} ({num} sur {den})", percent(num, den)),
        Figure::Count { num } | Figure::Volume { num, .. } => num.to_string(),
        Figure::Delays(spread) => spread.working().map_or_else(|| WITHOUT_OBJECT.to_owned(), mean_in_words),
    }
}

/// « 1,91 jour ouvré en moyenne ».
pub fn mean_in_words(days: Middle) -> String {
    let plural = if days.mean >= 2.0 { "s" } else { "" };
    format!("{}\u{a0}jour{plural} ouvré{plural} en moyenne", decimal(days.mean, 2))
}

/// What came, by one dimension.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Volume {
    /// The dimension.
    pub dimension: Dimension,
    /// The same in words.
    pub name: &'static str,
    /// Its words, the most frequent first.
    pub rows: Vec<Share>,
}

/// What came of one word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Share {
    /// The word.
    pub word: String,
    /// The word as people read it.
    pub name: String,
    /// How many.
    pub number: u64,
    /// Which part of all.
    pub share: String,
    /// How many in the same months of the year before.
    pub before: u64,
}

/// What came in the months of a report, by each dimension. `name`: what a word is called.
pub fn volumes(report: &Report, before: &Report, name: impl Fn(Dimension, &str) -> String) -> Vec<Volume> {
    let all = report.total.number(Indicator::Received);
    let volume = |dimension: &Dimension| {
        let earlier = before.total.received_by(*dimension);
        let mut now = report.total.received_by(*dimension);
        // What came a year ago and comes no more is worth a line.
        for word in earlier.keys() {
            now.entry(word.clone()).or_default();
        }
        let mut rows: Vec<_> = now.into_iter().collect();
        rows.sort_by_key(|(_, number)| std::cmp::Reverse(*number));
        let row = |(word, number): (String, u64)| Share {
            name: name(*dimension, &word),
            number,
            share: percent(number, all),
            before: earlier.get(&word).copied().unwrap_or_default(),
            word,
        };
        Volume { dimension: *dimension, name: dimension.french(), rows: rows.into_iter().map(row).collect() }
    };
    Dimension::ALL.iter().map(volume).collect()
}

/// The heading of the column of a month: « MARS », with the year where there are several.
pub fn heading(month: Month, report: &Report) -> String {
    let years = report.from().zip(report.to()).is_some_and(|(from, to)| from.year() != to.year());
    if years { format!("{} {}", month.heading(), month.year()) } else { month.heading() }
}

/// The figures that are shown first: those that the label names (domain.md §1.4).
pub const NAMED: [Indicator; 8] = [
    Indicator::Of(Family::Email, Measure::OnTime),
    Indicator::Of(Family::Email, Measure::Delay),
    Indicator::Of(Family::Letter, Measure::OnTime),
    Indicator::Of(Family::Letter, Measure::Delay),
    Indicator::Of(Family::Complaint, Measure::OnTime),
    Indicator::Of(Family::Complaint, Measure::Delay),
    Indicator::Of(Family::Suggestion, Measure::OnTime),
    Indicator::AcknowledgedInOneDay,
];
