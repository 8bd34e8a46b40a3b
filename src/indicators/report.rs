//! The figures of some months, with what was published of them and the same months of the year before.

use std::collections::BTreeMap;

use jiff::{Timestamp, civil::Date};
use serde_json::{Value, json};

use super::{count::contributions, fact::CaseFact, month::Month, tally::Tally};

/// What is known of each month, service by service: the key of the service, its figures.
pub type ByService = BTreeMap<String, Tally>;

/// One edition of a month that was published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Publication {
    /// Its number, from 1.
    pub edition: i64,
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub by: String,
    /// Why it takes the place of the one before; empty for the first.
    pub why: String,
    /// The figures as they were published.
    pub figures: ByService,
}

/// The figures of one month.
#[derive(Debug, Clone)]
pub struct MonthFigures {
    /// Which.
    pub month: Month,
    /// As last published; where it is not, as they are known today.
    pub tally: Tally,
    /// As they are known today.
    pub today: Tally,
    /// What was published of it, the first edition first.
    pub editions: Vec<Edition>,
}

impl MonthFigures {
    /// Whether it was published and is known otherwise today.
    pub fn is_otherwise_today(&self) -> bool {
        self.editions.last().is_some_and(|last| last.tally != self.today)
    }
}

/// An edition, for the services that are looked at.
#[derive(Debug, Clone)]
pub struct Edition {
    /// Its number, from 1.
    pub number: i64,
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub by: String,
    /// Why; empty for the first.
    pub why: String,
    /// Its figures.
    pub tally: Tally,
}

/// The figures of some months in a row.
#[derive(Debug, Clone)]
pub struct Report {
    /// The services that are looked at.
    pub seen: Seen,
    /// The day on which they are known so.
    pub today: Date,
    /// Month by month.
    pub months: Vec<MonthFigures>,
    /// All of them together.
    pub total: Tally,
}

/// Adds up what cases add to each month, service by service.
pub fn tallies<'f>(facts: impl IntoIterator<Item = &'f CaseFact>, today: Date) -> BTreeMap<Month, ByService> {
    let mut months: BTreeMap<Month, ByService> = BTreeMap::new();
    for fact in facts {
        contributions(fact, today, &mut |counted| {
            let services = months.entry(counted.month).or_default();
            if !services.contains_key(&fact.service) {
                services.insert(fact.service.clone(), Tally::default());
            }
            if let Some(tally) = services.get_mut(&fact.service) {
                tally.add(fact, &counted);
            }
        });
    }
    months
}

/// The services that somebody looks at.
#[derive(Debug, Clone, Default)]
pub struct Seen {
    /// Those that they may see; `None`: every one, also those that are no longer described.
    pub visible: Option<Vec<String>>,
    /// The one that they look at.
    pub service: Option<String>,
}

impl Seen {
    /// Whether a service is one of them.
    pub fn has(&self, service: &str) -> bool {
        self.visible.as_ref().is_none_or(|visible| visible.iter().any(|one| one == service))
            && self.service.as_deref().is_none_or(|one| one == service)
    }

    /// Whether what was noted of a service, or of the whole prefecture (an empty key), is theirs to see.
    pub fn has_noted(&self, service: &str) -> bool {
        if service.is_empty() { self.is_whole() } else { self.has(service) }
    }

    /// Whether they look at the whole prefecture.
    pub const fn is_whole(&self) -> bool {
        self.visible.is_none() && self.service.is_none()
    }

    fn of(&self, by_service: &ByService) -> Tally {
        let mut whole = Tally::default();
        for (_, tally) in by_service.iter().filter(|(service, _)| self.has(service)) {
            whole.on_top(tally);
        }
        whole
    }
}

impl Report {
    /// The months from `from` to `to`, of what is known today and what was published.
    pub fn of(
        (from, to): (Month, Month),
        seen: &Seen,
        known: &BTreeMap<Month, ByService>,
        mut published: BTreeMap<Month, Vec<Publication>>,
        today: Date,
    ) -> Self {
        let nothing = ByService::new();
        let months: Vec<_> = from
            .to(to)
            .map(|month| {
                let known = seen.of(known.get(&month).unwrap_or(&nothing));
                let editions: Vec<_> = published
                    .remove(&month)
                    .unwrap_or_default()
                    .into_iter()
                    .map(|one| Edition {
                        number: one.edition,
                        at: one.at,
                        by: one.by,
                        why: one.why,
                        tally: seen.of(&one.figures),
                    })
                    .collect();
                let tally = editions.last().map_or_else(|| known.clone(), |last| last.tally.clone());
                MonthFigures { month, tally, today: known, editions }
            })
            .collect();
        let mut total = Tally::default();
        months.iter().for_each(|one| total.on_top(&one.tally));
        Self { seen: seen.clone(), today, months, total }
    }

    /// Whether a month has begun on the day of the report: of those to come nothing is known.
    pub fn has_begun(&self, month: Month) -> bool {
        month <= Month::of(self.today)
    }

    /// The first month.
    pub fn from(&self) -> Option<Month> {
        self.months.first().map(|one| one.month)
    }

    /// The last month.
    pub fn to(&self) -> Option<Month> {
        self.months.last().map(|one| one.month)
    }

    /// As `releve report --json` has it (`docs/fr/indicateurs.md`).
    pub fn json(&self) -> Value {
        let months = self.months.iter().map(|one| {
            let mut month = json!({ "month": one.month, "indicators": one.tally.json() });
            if !one.editions.is_empty() {
                month["published"] = one
                    .editions
                    .iter()
                    .map(|edition| {
                        json!({
                            "edition": edition.number, "at": edition.at, "by": edition.by, "why": edition.why,
                            "indicators": edition.tally.json(),
                        })
                    })
                    .collect();
                if one.is_otherwise_today() {
                    month["known_today"] = one.today.json();
                }
            }
            month
        });
        json!({
            "from": self.from(), "to": self.to(), "service": self.seen.service, "today": self.today,
            "months": months.collect::<Vec<_>>(), "totals": self.total.json(),
        })
    }
}
