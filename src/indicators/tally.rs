//! Additions added up. A tally can be put on top of another, so that a quarter is made of its months and a prefecture of its
//! services; delays are kept as how often each occurs, so that medians and percentiles stay exact.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{
    count::{Counted, Part},
    definition::{Indicator, Measure},
    fact::CaseFact,
};
use crate::case::{Channel, Kind, Scope, Topic};

/// By what the volumes are broken down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Dimension {
    /// How it came.
    Channel,
    /// What the sender wants.
    Kind,
    /// Who may answer.
    Scope,
    /// Subject matter.
    Topic,
    /// The service that has it.
    Service,
    /// The mailbox.
    Mailbox,
}

/// How often each delay occurs, in working days and in days of the calendar.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spread {
    working: BTreeMap<i32, u64>,
    calendar: BTreeMap<i32, u64>,
}

/// What the delays of a spread come to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Middle {
    /// All days together.
    pub sum: i64,
    /// Their mean.
    pub mean: f64,
    /// The value in the middle, or the mean of the two.
    pub median: f64,
    /// The smallest value that at least 90 % do not exceed.
    pub p90: i32,
}

/// One figure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Figure {
    /// A part of a whole.
    Rate {
        /// The part.
        num: u64,
        /// The whole.
        den: u64,
    },
    /// A volume, broken down.
    Volume {
        /// All of it.
        num: u64,
        /// By word or key.
        by: BTreeMap<Dimension, BTreeMap<String, u64>>,
    },
    /// A number.
    Count {
        /// The number.
        num: u64,
    },
    /// Delays.
    Delays(Spread),
}

/// Every figure of some cases and months.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "BTreeMap<String, Value>")]
pub struct Tally(BTreeMap<Indicator, Figure>);

/// What was published is read for years: a figure that is no longer known is left out, and does not spoil the others.
impl From<BTreeMap<String, Value>> for Tally {
    fn from(kept: BTreeMap<String, Value>) -> Self {
        let known = kept
            .into_iter()
            .filter_map(|(key, figure)| Some((key.parse().ok()?, serde_json::from_value(figure).ok()?)));
        Self(known.collect())
    }
}

impl Spread {
    /// How many delays there are.
    pub fn count(&self) -> u64 {
        self.working.values().sum()
    }

    /// In working days; `None`: there is no delay.
    pub fn working(&self) -> Option<Middle> {
        middle(&self.working)
    }

    /// In days of the calendar; `None`: there is no delay.
    pub fn calendar(&self) -> Option<Middle> {
        middle(&self.calendar)
    }

    fn on_top(&mut self, other: &Self) {
        for (own, others) in [(&mut self.working, &other.working), (&mut self.calendar, &other.calendar)] {
            for (days, times) in others {
                *own.entry(*days).or_default() += times;
            }
        }
    }
}

fn middle(times: &BTreeMap<i32, u64>) -> Option<Middle> {
    let count: u64 = times.values().sum();
    // The value that is number `rank` in order, counted from 1.
    let ranked = |rank: u64| {
        let mut before = 0;
        times.iter().find_map(|(days, times)| {
            before += times;
            (before >= rank).then_some(*days)
        })
    };
    let sum: i64 = times.iter().map(|(days, times)| i64::from(*days) * *times as i64).sum();
    let (low, high) = (ranked(count.div_ceil(2))?, ranked(count / 2 + 1)?);
    Some(Middle {
        sum,
        mean: sum as f64 / count as f64,
        median: f64::from(low + high) / 2.0,
        p90: ranked((9 * count).div_ceil(10))?,
    })
}

impl Figure {
    /// A figure to which nothing has been added.
    pub fn empty(indicator: Indicator) -> Self {
        match indicator {
            Indicator::Of(_, Measure::OnTime | Measure::OnTimeAnyReply)
            | Indicator::AcknowledgedInOneDay
            | Indicator::ClassificationAccepted
            | Indicator::ModelUsed => Self::Rate { num: 0, den: 0 },
            Indicator::Of(_, Measure::Delay | Measure::DelayAnyReply) => Self::Delays(Spread::default()),
            Indicator::Received => Self::Volume { num: 0, by: BTreeMap::new() },
            Indicator::HoldingReplies
            | Indicator::PiecesAsked
            | Indicator::Transfers
            | Indicator::Reopened
            | Indicator::OpenAndLate => Self::Count { num: 0 },
        }
    }

    fn add(&mut self, fact: &CaseFact, part: Part) {
        match (self, part) {
            (Self::Rate { num, den }, Part::Rate(hit)) => (*num, *den) = (*num + u64::from(hit), *den + 1),
            (Self::Count { num }, Part::One) => *num += 1,
            (Self::Delays(spread), Part::Delay(done)) => {
                *spread.working.entry(done.working_days).or_default() += 1;
                *spread.calendar.entry(done.calendar_days).or_default() += 1;
            }
            (Self::Volume { num, by }, Part::One) => {
                *num += 1;
                for dimension in Dimension::ALL {
                    let (word, words) = (dimension.of(fact), by.entry(*dimension).or_default());
                    match words.get_mut(word) {
                        Some(times) => *times += 1,
                        None => drop(words.insert(word.to_owned(), 1)),
                    }
                }
            }
            _ => {}
        }
    }

    fn on_top(&mut self, other: &Self) {
        match (self, other) {
            (Self::Rate { num, den }, Self::Rate { num: n, den: d }) => (*num, *den) = (*num + n, *den + d),
            (Self::Count { num }, Self::Count { num: n }) => *num += n,
            (Self::Delays(spread), Self::Delays(other)) => spread.on_top(other),
            (Self::Volume { num, by }, Self::Volume { num: n, by: others }) => {
                *num += n;
                for (dimension, words) in others {
                    let own = by.entry(*dimension).or_default();
                    for (word, times) in words {
                        *own.entry(word.clone()).or_default() += times;
                    }
                }
            }
            _ => {}
        }
    }

    /// As `releve report --json` has it.
    pub fn json(&self) -> Value {
        let days = |middle: Option<Middle>| match middle {
            Some(Middle { sum, mean, median, p90 }) => {
                json!({ "sum": sum, "mean": mean, "median": median, "p90": p90 })
            }
            None => json!({ "sum": 0, "mean": null, "median": null, "p90": null }),
        };
        match self {
            Self::Rate { num, den } => {
                json!({ "num": num, "den": den, "rate": (*den > 0).then(|| *num as f64 / *den as f64) })
            }
            Self::Count { num } => json!({ "num": num }),
            Self::Volume { num, by } => {
                // Tools outside know a complaint by its word in the corpus (design.md, « Words »).
                let spelt = |dimension: Dimension, word: &String| match word.parse() {
                    Ok(Kind::Complaint) if dimension == Dimension::Kind => Kind::Complaint.corpus().to_owned(),
                    _ => word.clone(),
                };
                let words = |one: Dimension| {
                    let words = by.get(&one).into_iter().flatten();
                    words.map(|(word, times)| (spelt(one, word), *times)).collect::<BTreeMap<_, _>>()
                };
                let all = Dimension::ALL.iter().map(|one| (*one, words(*one)));
                json!({ "num": num, "by": all.collect::<BTreeMap<_, _>>() })
            }
            Self::Delays(spread) => json!({
                "count": spread.count(),
                "working_days": days(spread.working()),
                "calendar_days": days(spread.calendar()),
            }),
        }
    }
}

impl Dimension {
    /// All of them.
    pub const ALL: &'static [Self] =
        &[Self::Channel, Self::Kind, Self::Scope, Self::Topic, Self::Service, Self::Mailbox];

    /// The word in JSON and in addresses.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Channel => "channel",
            Self::Kind => "kind",
            Self::Scope => "scope",
            Self::Topic => "topic",
            Self::Service => "service",
            Self::Mailbox => "mailbox",
        }
    }

    /// What a case has of this dimension.
    pub fn of(self, fact: &CaseFact) -> &str {
        match self {
            Self::Channel => fact.channel.word(),
            Self::Kind => fact.kind.word(),
            Self::Scope => fact.scope.word(),
            Self::Topic => fact.topic.word(),
            Self::Service => &fact.service,
            Self::Mailbox => &fact.mailbox,
        }
    }

    /// « canal ».
    pub const fn french(self) -> &'static str {
        match self {
            Self::Channel => "canal",
            Self::Kind => "nature",
            Self::Scope => "périmètre",
            Self::Topic => "thème",
            Self::Service => "service",
            Self::Mailbox => "boîte",
        }
    }

    /// What a word of this dimension is called; keys of services and mailboxes are left to whoever knows their names.
    pub fn word_in_french(self, word: &str) -> String {
        let found = match self {
            Self::Channel => word.parse().map(Channel::french).ok(),
            Self::Kind => word.parse().map(Kind::french).ok(),
            Self::Scope => word.parse().map(Scope::french).ok(),
            Self::Topic => word.parse().map(Topic::french).ok(),
            Self::Mailbox if word.is_empty() => Some("hors boîte"),
            Self::Service | Self::Mailbox => None,
        };
        found.unwrap_or(word).to_owned()
    }
}

impl Tally {
    /// Adds what a case adds.
    pub fn add(&mut self, fact: &CaseFact, counted: &Counted<'_>) {
        if matches!(counted.part, Part::Apart(_)) {
            return;
        }
        let figure = self.0.entry(counted.indicator).or_insert_with(|| Figure::empty(counted.indicator));
        figure.add(fact, counted.part);
    }

    /// Puts another tally on top of this one.
    pub fn on_top(&mut self, other: &Self) {
        for (indicator, figure) in &other.0 {
            self.0.entry(*indicator).or_insert_with(|| Figure::empty(*indicator)).on_top(figure);
        }
    }

    /// One figure.
    pub fn figure(&self, indicator: Indicator) -> Figure {
        self.0.get(&indicator).cloned().unwrap_or_else(|| Figure::empty(indicator))
    }

    /// Numerator and denominator of a rate; of any other figure, nothing.
    pub fn rate(&self, indicator: Indicator) -> (u64, u64) {
        match self.figure(indicator) {
            Figure::Rate { num, den } => (num, den),
            _ => (0, 0),
        }
    }

    /// The number of a count or a volume; of any other figure, 0.
    pub fn number(&self, indicator: Indicator) -> u64 {
        match self.figure(indicator) {
            Figure::Count { num } | Figure::Volume { num, .. } => num,
            _ => 0,
        }
    }

    /// The delays of a figure; of any other figure, none.
    pub fn delays(&self, indicator: Indicator) -> Spread {
        match self.figure(indicator) {
            Figure::Delays(spread) => spread,
            _ => Spread::default(),
        }
    }

    /// What came, broken down by one dimension.
    pub fn received_by(&self, dimension: Dimension) -> BTreeMap<String, u64> {
        match self.figure(Indicator::Received) {
            Figure::Volume { mut by, .. } => by.remove(&dimension).unwrap_or_default(),
            _ => BTreeMap::new(),
        }
    }

    /// As `releve report --json` has it: every figure, also those to which nothing was added.
    pub fn json(&self) -> Value {
        Indicator::all().map(|one| (one.key(), self.figure(one).json())).collect::<serde_json::Map<_, _>>().into()
    }
}
