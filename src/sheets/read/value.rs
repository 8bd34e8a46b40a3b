//! One value that was read, and what may be made of it.

use jiff::SignedDuration;
use jiff::civil::{Date, DateTime, Time};

/// A value as it stood in the file. All values of a CSV are `Text` or `Empty`: what a text says, only somebody knows who knows
/// what the column holds.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum Value {
    /// Nothing.
    #[default]
    Empty,
    /// Words, as they were written, blanks included. Also a time of day (`14:30`), a truth value (`VRAI`, `FAUX`) and
    /// the error of a formula (`#N/A`).
    Text(String),
    /// A number. A rate of 12 % is 0.12.
    Number(f64),
    /// A day.
    Date(Date),
    /// A day and a time of day, of which nobody knows the zone.
    Moment(DateTime),
}

impl Value {
    /// A text, or nothing if it is empty.
    pub(super) fn text(text: String) -> Self {
        if text.is_empty() { Self::Empty } else { Self::Text(text) }
    }

    /// A truth value, as French programs show it.
    pub(super) fn truth(truth: bool) -> Self {
        Self::Text(if truth { "VRAI" } else { "FAUX" }.to_owned())
    }

    /// A number; nothing if it is not finite.
    pub(super) fn finite(number: f64) -> Self {
        if number.is_finite() { Self::Number(number) } else { Self::Empty }
    }

    /// A moment; a day, if it is the first instant of one.
    pub(super) fn when(moment: DateTime) -> Self {
        if moment.time() == Time::midnight() { Self::Date(moment.date()) } else { Self::Moment(moment) }
    }

    /// A moment as ISO 8601 writes it. What cannot be read stays a text.
    pub(super) fn iso_moment(text: &str) -> Self {
        text.trim_end_matches('Z').parse::<DateTime>().map_or_else(|_| Self::text(text.to_owned()), Self::when)
    }

    /// A time of day or a duration as ISO 8601 writes it: `PT14H30M00S` is `14:30`. What cannot be read stays a text.
    pub(super) fn iso_duration(text: &str) -> Self {
        let seconds = |duration: SignedDuration| Self::clock(duration.as_secs_f64());
        text.parse::<SignedDuration>().map_or_else(|_| Self::text(text.to_owned()), seconds)
    }

    /// Seconds as people write them: `14:30`, `14:30:05`, `-36:00`.
    pub(super) fn clock(seconds: f64) -> Self {
        let whole = seconds.abs().round() as u64;
        let sign = if seconds < 0. && whole > 0 { "-" } else { "" };
        let (hours, minutes, seconds) = (whole / 3600, whole / 60 % 60, whole % 60);
        let seconds = if seconds > 0 { format!(":{seconds:02}") } else { String::new() };
        Self::Text(format!("{sign}{hours:02}:{minutes:02}{seconds}"))
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn text(text: &str) -> Value {
        Value::Text(text.to_owned())
    }

    #[test]
    fn times_of_day_are_words() {
        assert_eq!(Value::iso_duration("PT14H30M00S"), text("14:30"));
        assert_eq!(Value::iso_duration("PT36H00M05S"), text("36:00:05"));
        assert_eq!(Value::iso_duration("-PT1H"), text("-01:00"));
        assert_eq!(Value::iso_duration("bientôt"), text("bientôt"));
        assert_eq!(Value::iso_moment("2026-11-26"), Value::Date(date(2026, 11, 26)));
        assert_eq!(Value::iso_moment("2026-11-26T00:00:00"), Value::Date(date(2026, 11, 26)));
        assert_eq!(Value::iso_moment("2026-11-26T14:30:00"), Value::Moment(date(2026, 11, 26).at(14, 30, 0, 0)));
    }
}
