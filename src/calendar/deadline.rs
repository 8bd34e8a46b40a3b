//! Counting days: from the instant of reception to the end of the last day, each day with the reason why it counts or
//! not (domain.md §3.2). Knows no channel, no kind, no configuration, and never reads the clock.

use std::{collections::BTreeSet, fmt, iter, str::FromStr};

use jiff::{
    Timestamp, ToSpan, Zoned,
    civil::{Date, Weekday},
    tz::TimeZone,
};

use super::{Holiday, Territory, in_words};

/// Unit of a delay (domain.md §3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Unit {
    /// Jours ouvrés: Monday to Friday without public holidays and local closures.
    Working,
    /// Jours calendaires: every day. The last one is not moved when it is a closed day: only jours francs and the
    /// procedural delays are, and those are no delays of a quality commitment.
    Calendar,
}

/// Not a unit.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unité inconnue : « {0} » (valeurs possibles : working, calendar)")]
pub struct UnknownUnit(pub String);

impl Unit {
    /// The word used in configuration and JSON.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Working => "working",
            Self::Calendar => "calendar",
        }
    }
}

impl FromStr for Unit {
    type Err = UnknownUnit;

    fn from_str(word: &str) -> Result<Self, UnknownUnit> {
        [Self::Working, Self::Calendar]
            .into_iter()
            .find(|unit| unit.word() == word)
            .ok_or_else(|| UnknownUnit(word.to_owned()))
    }
}

/// A delay: so many days of a unit. Shown in French: « 5 jours ouvrés ».
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Delay {
    /// How many; as the day of reception never counts, 0 is taken as 1.
    pub days: u16,
    /// Of what.
    pub unit: Unit,
}

impl fmt::Display for Delay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let adjective = match self.unit {
            Unit::Working => "ouvré",
            Unit::Calendar => "calendaire",
        };
        let plural = if self.days > 1 { "s" } else { "" };
        write!(f, "{} jour{plural} {adjective}{plural}", self.days)
    }
}

/// A prefecture's calendar: the holidays and the zone of its territory, and its own closures.
#[derive(Debug, Clone)]
pub struct Calendar {
    territory: Territory,
    zone: TimeZone,
    closures: BTreeSet<Date>,
}

/// One day of an explanation. Shown in French: « jeudi 14 mai 2026 : Ascension ».
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Day {
    /// The day.
    pub date: Date,
    /// Its number in the delay, from 1; `None` when it does not count.
    pub counted: Option<u16>,
    /// Why it is closed (« samedi », « Ascension », « fermeture locale ») or, for the first, « jour de réception ».
    /// A calendar day may be closed and count all the same.
    pub reason: Option<&'static str>,
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&day_in_words(self.date, self.counted, self.reason))
    }
}

/// One day of an explanation for people: « jeudi 14 mai 2026 : Ascension », « vendredi 15 mai 2026 : jour 2 ».
pub fn day_in_words(date: Date, counted: Option<u16>, reason: Option<&str>) -> String {
    let date = in_words(date, "fr");
    match (counted, reason) {
        (Some(number), None) => format!("{date} : jour {number}"),
        (Some(number), Some(reason)) => format!("{date} : jour {number} ({reason})"),
        (None, reason) => format!("{date} : {}", reason.unwrap_or_default()),
    }
}

/// A deadline with its explanation. All instants are in the zone of the territory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deadline {
    /// The reception; its civil date is J0.
    pub received: Zoned,
    /// The first instant of J1, the first day that counts.
    pub starts: Zoned,
    /// The last second of the last day: an answer at this instant is in time.
    pub due: Zoned,
    /// Working days after J0 up to the last day; with [`Unit::Working`], the delay itself.
    pub working_days: u16,
    /// Every day from J0 to the last.
    pub days: Vec<Day>,
}

impl Calendar {
    /// The calendar of a territory, with the days on which this prefecture is closed besides the public holidays.
    pub fn new(territory: Territory, closures: impl IntoIterator<Item = Date>) -> Self {
        Self { territory, zone: territory.zone(), closures: closures.into_iter().collect() }
    }

    /// The territory whose holidays and zone it keeps.
    pub const fn territory(&self) -> Territory {
        self.territory
    }

    /// The zone in which its days begin and end.
    pub const fn zone(&self) -> &TimeZone {
        &self.zone
    }

    /// Whether the prefecture works on this day.
    pub fn is_working(&self, date: Date) -> bool {
        self.why_closed(date).is_none()
    }

    /// Why the prefecture is closed on this day, in French; `None`: it works.
    ///
    /// The name of a holiday comes first, then « samedi » or « dimanche », then « fermeture locale ».
    pub fn why_closed(&self, date: Date) -> Option<&'static str> {
        self.closed_among(&self.territory.holidays(date.year()), date)
    }

    /// The deadline of what was received at this instant (domain.md §3.2): J0 never counts, J1 is the first day of the
    /// unit strictly after it, and the deadline is the end of the last day.
    ///
    /// Where the calendar ends (31 December 9999), so does the deadline.
    pub fn deadline(&self, received: Timestamp, delay: Delay) -> Deadline {
        let received = received.to_zoned(self.zone.clone());
        let reception = Day { date: received.date(), counted: None, reason: Some("jour de réception") };
        let mut days = vec![reception];
        let (mut counted, mut working_days) = (0, 0);
        for (date, closed) in self.days_after(reception.date) {
            let counts = delay.unit == Unit::Calendar || closed.is_none();
            counted += u16::from(counts);
            working_days += u16::from(closed.is_none());
            days.push(Day { date, counted: counts.then_some(counted), reason: closed });
            if counted == delay.days.max(1) {
                break;
            }
        }
        let last = days.last().unwrap_or(&reception).date;
        let first = days.iter().find(|day| day.counted.is_some()).map_or(last, |day| day.date);
        Deadline { starts: self.start_of(first), due: self.end_of(last), received, working_days, days }
    }

    /// Working days from a reception to its answer: those strictly after J0 up to the day of the answer, which are 0 on
    /// the same day (domain.md §3.2, 4). Below 0 when the answer is older than the reception.
    pub fn working_days_between(&self, received: Timestamp, answered: Timestamp) -> i64 {
        let day = |instant: Timestamp| self.zone.to_datetime(instant).date();
        let (from, to, sign) = match (day(received), day(answered)) {
            (received, answered) if answered < received => (answered, received, -1),
            (received, answered) => (received, answered, 1),
        };
        let days = self.days_after(from).take_while(|(date, _)| *date <= to);
        sign * days.map(|(_, closed)| i64::from(closed.is_none())).sum::<i64>()
    }

    /// « 3 jours ouvrés après la réception ».
    pub fn working_days_after(&self, received: Timestamp, answered: Timestamp) -> String {
        let days = self.working_days_between(received, answered);
        let plural = if days > 1 { "s" } else { "" };
        format!("{days} jour{plural} ouvré{plural} après la réception")
    }

    /// Every day after this one to the end of the calendar, with the reason why it is closed. The holidays of a year
    /// are computed when the walk enters it.
    pub(super) fn days_after(&self, date: Date) -> impl Iterator<Item = (Date, Option<&'static str>)> {
        let (mut year, mut holidays) = (date.year(), self.territory.holidays(date.year()));
        iter::successors(date.tomorrow().ok(), |day| day.tomorrow().ok()).map(move |day| {
            if day.year() != year {
                (year, holidays) = (day.year(), self.territory.holidays(day.year()));
            }
            (day, self.closed_among(&holidays, day))
        })
    }

    /// Why this day is closed, given the holidays of its year.
    pub(super) fn closed_among(&self, holidays: &[Holiday], date: Date) -> Option<&'static str> {
        let holiday = holidays.iter().find(|holiday| holiday.date == date).map(|holiday| holiday.name);
        let weekend = match date.weekday() {
            Weekday::Saturday => Some("samedi"),
            Weekday::Sunday => Some("dimanche"),
            _ => None,
        };
        holiday.or(weekend).or_else(|| self.closures.contains(&date).then_some("fermeture locale"))
    }

    /// The first instant of a day: 00:00, or the end of the gap that swallowed it.
    pub(super) fn start_of(&self, date: Date) -> Zoned {
        date.to_zoned(self.zone.clone()).unwrap_or_else(|_| self.end_of_time())
    }

    /// The last second of a day: one before the next day, whatever the clocks did in between.
    pub(super) fn end_of(&self, date: Date) -> Zoned {
        let next = date.tomorrow().and_then(|next| next.to_zoned(self.zone.clone()));
        next.and_then(|next| next.checked_sub(1.second())).unwrap_or_else(|_| self.end_of_time())
    }

    fn end_of_time(&self) -> Zoned {
        Timestamp::MAX.to_zoned(self.zone.clone())
    }
}
