//! A date written for people, in French or in English. Knows no time of day and no rule of counting.

use jiff::civil::Date;

use super::{Delay, Unit};

/// What one language needs.
struct Language {
    /// Monday first.
    weekdays: [&'static str; 7],
    /// January first.
    months: [&'static str; 12],
    /// How the first day of a month is written.
    first: &'static str,
}

const FRENCH: Language = Language {
    weekdays: ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"],
    months: [
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ],
    first: "1er",
};

const ENGLISH: Language = Language {
    weekdays: ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
    months: [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
    first: "1",
};

/// The French names of the months, January first.
pub const MONTHS: [&str; 12] = FRENCH.months;

/// `vendredi 27 novembre 2026`, or `Friday 27 November 2026` when the language code is `en` (or `en-GB` …); any other
/// language gets the French, which is the language of the administration.
pub fn in_words(date: Date, language: &str) -> String {
    let words = match language.split(['-', '_']).next() {
        Some("en") => &ENGLISH,
        _ => &FRENCH,
    };
    let day = match date.day() {
        1 => words.first.to_owned(),
        day => day.to_string(),
    };
    format!("{} {day} {} {}", weekday(words, date), month(words, date), date.year())
}

/// « 5 jours ouvrés », or `5 working days` in English.
pub fn delay_in_words(delay: Delay, language: &str) -> String {
    match (language.split(['-', '_']).next(), delay.unit) {
        (Some("en"), unit) => {
            let kind = if unit == Unit::Working { "working" } else { "calendar" };
            format!("{} {kind} day{}", delay.days, if delay.days > 1 { "s" } else { "" })
        }
        _ => delay.to_string(),
    }
}

fn weekday(words: &Language, date: Date) -> &'static str {
    words.weekdays[usize::from(date.weekday().to_monday_zero_offset().unsigned_abs())]
}

fn month(words: &Language, date: Date) -> &'static str {
    words.months[usize::from(date.month().unsigned_abs()) - 1]
}

#[cfg(test)]
mod tests {
    use jiff::{ToSpan, civil::date};

    use super::*;

    #[test]
    fn a_date_in_french_and_in_english() {
        assert_eq!(in_words(date(2026, 11, 27), "fr"), "vendredi 27 novembre 2026");
        assert_eq!(in_words(date(2026, 11, 27), "en"), "Friday 27 November 2026");
        assert_eq!(in_words(date(2026, 11, 27), "en-GB"), "Friday 27 November 2026");
        assert_eq!(in_words(date(2026, 11, 27), "es"), "vendredi 27 novembre 2026");
    }

    #[test]
    fn the_first_of_a_month_is_an_ordinal_in_french_only() {
        assert_eq!(in_words(date(2026, 6, 1), "fr"), "lundi 1er juin 2026");
        assert_eq!(in_words(date(2026, 6, 1), "en"), "Monday 1 June 2026");
        assert_eq!(in_words(date(2026, 8, 21), "fr"), "vendredi 21 août 2026");
    }

    #[test]
    fn every_day_and_month_has_its_name() {
        let week: Vec<_> = date(2026, 11, 23).series(1.day()).take(7).map(|day| weekday(&FRENCH, day)).collect();
        assert_eq!(week, FRENCH.weekdays);
        let year: Vec<_> = date(2026, 1, 1).series(1.month()).take(12).map(|day| month(&ENGLISH, day)).collect();
        assert_eq!(year, ENGLISH.months);
    }
}
