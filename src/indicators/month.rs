//! Months and quarters of the civil calendar.

use std::{fmt, str::FromStr};

use jiff::{ToSpan, civil::Date};
use serde::{Deserialize, Serialize};

use crate::calendar::MONTHS;

/// A month of a year. Written `2026-03`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Month(Date);

/// A quarter of a year. Written `2026-T1`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Quarter {
    first: Month,
}

/// Not a month, or not a quarter.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("« {0} » n'est pas {1}")]
pub struct UnknownMonth(String, &'static str);

impl Month {
    /// The month in which a day is.
    pub fn of(date: Date) -> Self {
        Self(date.first_of_month())
    }

    /// Its first day.
    pub const fn first_day(self) -> Date {
        self.0
    }

    /// Its last day.
    pub fn last_day(self) -> Date {
        self.0.last_of_month()
    }

    /// The month `months` later; before, if that is below 0. At the ends of the calendar, the last there is.
    pub fn later(self, months: i32) -> Self {
        Self(self.0.saturating_add(months.months()).first_of_month())
    }

    /// The year.
    pub fn year(self) -> i16 {
        self.0.year()
    }

    /// Its number in the year, 1 to 12.
    pub fn number(self) -> i8 {
        self.0.month()
    }

    /// Every month from this one to `last`; none where that is earlier.
    pub fn to(self, last: Self) -> impl Iterator<Item = Self> {
        std::iter::successors(Some(self), |month| Some(month.later(1)).filter(|next| next > month))
            .take_while(move |month| *month <= last)
    }

    /// « mars 2026 ».
    pub fn french(self) -> String {
        format!("{} {}", MONTHS[self.index()], self.year())
    }

    /// « de janvier à mars 2026 », « d'avril 2025 à mars 2026 », « mars 2026 ».
    pub fn span(self, last: Self) -> String {
        if self == last {
            return self.french();
        }
        let name = MONTHS[self.index()];
        let of = if name.starts_with(['a', 'o']) { "d'" } else { "de " };
        let year = if self.year() == last.year() { String::new() } else { format!(" {}", self.year()) };
        format!("{of}{name}{year} à {}", last.french())
    }

    /// « MARS », as the tables of the label have it (domain.md §1.4).
    pub fn heading(self) -> String {
        MONTHS[self.index()].to_uppercase()
    }

    fn index(self) -> usize {
        usize::from(self.0.month().unsigned_abs() - 1)
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.0.year(), self.0.month())
    }
}

impl FromStr for Month {
    type Err = UnknownMonth;

    fn from_str(text: &str) -> Result<Self, UnknownMonth> {
        let found = (text.len() == 7 && text.is_ascii()).then(|| format!("{text}-01").parse::<Date>().ok()).flatten();
        found.map(Self).ok_or_else(|| UnknownMonth(text.to_owned(), "un mois : écrivez-le 2026-03"))
    }
}

impl From<Month> for String {
    fn from(month: Month) -> Self {
        month.to_string()
    }
}

impl TryFrom<String> for Month {
    type Error = UnknownMonth;

    fn try_from(text: String) -> Result<Self, UnknownMonth> {
        text.parse()
    }
}

impl Quarter {
    /// The quarter in which a month is.
    pub fn of(month: Month) -> Self {
        Self { first: month.later(-i32::from((month.number() - 1) % 3)) }
    }

    /// Its first month.
    pub const fn first(self) -> Month {
        self.first
    }

    /// Its last month.
    pub fn last(self) -> Month {
        self.first.later(2)
    }

    /// « 1er trimestre 2026 ».
    pub fn french(self) -> String {
        let number = self.number();
        let ordinal = if number == 1 { "er" } else { "e" };
        format!("{number}{ordinal} trimestre {}", self.first.year())
    }

    fn number(self) -> i8 {
        (self.first.number() - 1) / 3 + 1
    }
}

impl fmt::Display for Quarter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-T{}", self.first.year(), self.number())
    }
}

impl FromStr for Quarter {
    type Err = UnknownMonth;

    fn from_str(text: &str) -> Result<Self, UnknownMonth> {
        let found = text.split_once("-T").and_then(|(year, number)| {
            let number = number.parse::<u8>().ok().filter(|number| (1..=4).contains(number))?;
            format!("{year}-{:02}", number * 3 - 2).parse().ok()
        });
        found
            .map(|first| Self { first })
            .ok_or_else(|| UnknownMonth(text.to_owned(), "un trimestre : écrivez-le 2026-T1"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_and_quarters_are_written_as_they_are_read() {
        let march: Month = "2026-03".parse().unwrap();
        assert_eq!((march.to_string(), march.later(-3).to_string()), ("2026-03".into(), "2025-12".into()));
        assert_eq!((march.last_day().to_string(), march.heading()), ("2026-03-31".into(), "MARS".into()));
        let quarter = Quarter::of(march);
        assert_eq!((quarter.to_string(), quarter.french()), ("2026-T1".into(), "1er trimestre 2026".into()));
        assert_eq!("2026-T1".parse(), Ok(quarter));
        assert_eq!(quarter.last(), march);
        assert_eq!(
            (march.span(march), march.span(march.later(1))),
            ("mars 2026".into(), "de mars à avril 2026".into())
        );
        assert_eq!(march.later(-5).span(march), "d'octobre 2025 à mars 2026");
        assert_eq!(march.to("2026-05".parse().unwrap()).count(), 3);
        assert_eq!(march.to(march.later(-1)).count(), 0);
        for wrong in ["2026-13", "2026", "2026-3", "mars", "2026-03-01", "2026-T5", "-T1", "2026-T"] {
            assert!(wrong.parse::<Month>().is_err() && wrong.parse::<Quarter>().is_err(), "{wrong}");
        }
    }
}
