//! One value that was read, and what may be made of it.

use jiff::SignedDuration;
use jiff::civil::{Date, DateTime, Time};

/// A value as it stood in the file. All values of a CSV are `Text` or `Empty`; what a text says can be asked of
/// [`number`](Self::number), [`date`](Self::date) and [`moment`](Self::moment), which take the others as well.
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

    /// The number, if it is one: as such, or as a text that says one in French or with a decimal point: `1 234,5`,
    /// `-3`, `92,86 %` (0.9286). `None` for anything else, `1,234.5` or `12 rue` included.
    pub fn number(&self) -> Option<f64> {
        match self {
            Self::Number(number) => Some(*number),
            Self::Text(text) => number(text),
            _ => None,
        }
    }

    /// The day, if it is one, or the day of a moment: as such, or as a text (`26/11/2026`, `26.11.2026`, `2026-11-26`).
    /// Years have four digits: of two, nobody knows the century.
    pub fn date(&self) -> Option<Date> {
        self.moment().map(|moment| moment.date())
    }

    /// The moment, if it is one, or the first instant of a day: as such, or as a text (`26/11/2026 14:30`,
    /// `2026-11-26T14:30:00`).
    pub fn moment(&self) -> Option<DateTime> {
        match self {
            Self::Date(day) => Some(day.to_datetime(Time::midnight())),
            Self::Moment(moment) => Some(*moment),
            Self::Text(text) => moment(text.trim()),
            _ => None,
        }
    }
}

fn number(text: &str) -> Option<f64> {
    let blank = |c: char| matches!(c, ' ' | '\u{a0}' | '\u{202f}' | '\u{2009}');
    let text = text.trim();
    let (text, unit) = text.strip_suffix('%').map_or((text, 1.), |text| (text.trim_end_matches(blank), 100.));
    let (sign, text) = text.strip_prefix(['-', '\u{2212}']).map_or((1., text), |text| (-1., text));
    let (whole, fraction) = text.split_once([',', '.']).unwrap_or((text, "0"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let groups = whole.split(blank).collect::<Vec<_>>();
    // « 06 12 34 » is no number: thousands come in threes.
    let grouped = groups.len() == 1 || groups[0].len() <= 3 && groups[1..].iter().all(|group| group.len() == 3);
    if !grouped || !groups.iter().all(|group| digits(group)) || !digits(fraction) {
        return None;
    }
    let value = format!("{}.{fraction}", groups.concat()).parse::<f64>().ok()?;
    value.is_finite().then_some(sign * value / unit)
}

fn moment(text: &str) -> Option<DateTime> {
    let (day, time) = text.split_once([' ', 'T']).map_or((text, None), |(day, time)| (day, Some(time.trim())));
    let part = |text: &str, length: &[usize]| {
        let digits = length.contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
        if digits { text.parse::<i16>().ok() } else { None }
    };
    let parts = day.split(['/', '.', '-']).collect::<Vec<_>>();
    let [first, month, last] = parts[..] else { return None };
    let (year, day) = if first.len() == 4 { (first, last) } else { (last, first) };
    let (day, month) = (part(day, &[1, 2])?, part(month, &[1, 2])?);
    let day = Date::new(part(year, &[4])?, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()?;
    let time = time.map_or(Some(Time::midnight()), |time| time.trim_end_matches('Z').parse::<Time>().ok())?;
    Some(day.to_datetime(time))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn text(text: &str) -> Value {
        Value::Text(text.to_owned())
    }

    #[test]
    fn a_text_may_say_a_number() {
        for (said, value) in [
            ("12", 12.),
            (" 1 234,5 ", 1234.5),
            ("1\u{202f}234\u{a0}567", 1_234_567.),
            ("-3,25", -3.25),
            ("−3", -3.),
            ("12.5", 12.5),
            ("92,86 %", 0.9286),
            ("92,86\u{a0}%", 0.9286),
            ("100%", 1.),
        ] {
            assert_eq!(text(said).number(), Some(value), "{said}");
        }
        for none in
            ["", "-", "%", "12 rue", "06 12 34 56 78", "1,234.5", "1e5", "inf", "NaN", "1,", ",5", "1 2345", "26/11"]
        {
            assert_eq!(text(none).number(), None, "{none}");
        }
        assert_eq!(Value::Number(3.).number(), Some(3.));
        assert_eq!(Value::Date(date(2026, 1, 1)).number(), None);
    }

    #[test]
    fn a_text_may_say_a_day_or_a_moment() {
        for day in
            ["26/11/2026", "26.11.2026", "26-11-2026", "2026-11-26", " 26/11/2026 14:30 ", "2026-11-26T14:30:00Z"]
        {
            assert_eq!(text(day).date(), Some(date(2026, 11, 26)), "{day}");
        }
        assert_eq!(text("1/2/2026").date(), Some(date(2026, 2, 1)));
        assert_eq!(text("26/11/2026 14:30").moment(), Some(date(2026, 11, 26).at(14, 30, 0, 0)));
        for none in
            ["26/11/26", "31/02/2026", "11/26/2026", "+1/2/2026", "2026", "26/11", "26/11/2026 à midi", "é/1/2026"]
        {
            assert_eq!(text(none).date(), None, "{none}");
        }
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
