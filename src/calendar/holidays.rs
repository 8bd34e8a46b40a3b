//! Public holidays, computed for any year from one table: what is law is in the table, what is custom is not.
//!
//! Sources: domain.md §3.3; Code du travail L3133-1 (national) and L3422-2 with décrets 83-1003 and 2012-553 (abolition
//! of slavery overseas); L3134-13 (Alsace-Moselle). The texts of the Pacific territories were not read themselves, only
//! the press and lists that name them: their rows are the first to check with a local prefecture.
//! A holiday on a Saturday or Sunday does not shift. Lundi de Pentecôte is always a holiday: the journée de solidarité
//! does not make it a working day. Good Friday is kept in the whole of 57, 67 and 68, as their prefectures do.
//!
//! Left to the `closures` of a prefecture, because only custom or a local agreement makes them holidays: Vendredi saint,
//! mi-carême, carnival and 21 July (Schœlcher) in the Antilles; Idi-el-Fitri, Idi-el-Kabir, Maoulid and Miradji at
//! Mayotte (L3422-2 itself calls them agreements or usage); 20 December for the seat of the TAAF, which has no list of
//! its own; 2 January in Polynésie française; ponts.
//!
//! Compared with the Python package `holidays` 0.109 for 2010–2035, subdivision by subdivision, the differences are these
//! (`tests/calendar/independent.py` corrects them, line by line, and compares at every run of the tests):
//!
//! | territory | there, not here | why |
//! |---|---|---|
//! | 971 | Vendredi saint, mi-carême, 21 July | custom; neither L3422-2 nor the Etalab data has them |
//! | 972, 978 | 21 July | custom; idem |
//! | 978, 2012–2017 | 28 May, not 27 May | décret 2012-553 said 27 May; the 28th since the circulaire of 4 May 2018 |
//! | 978, 2010–2011 | no day at all | Etalab has 27 May, kept as in Guadeloupe until the décret of 2012 |
//! | 987, 2025 | 20 November, not 29 June (a Sunday) | the text tabled in February 2025 changes them from 2026 |
//!
//! Etalab's data (2006–2031) agree everywhere except Saint-Barthélemy before 2012, to which they carry the later decree
//! back (no working day of 2010–2031 differs), and the Pacific, whose own days they do not list.

use jiff::{ToSpan, civil::Date};

use super::Territory;

/// A public holiday of one year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Holiday {
    /// The day.
    pub date: Date,
    /// Its French name, as it stands after « jeudi 14 mai : ».
    pub name: &'static str,
}

impl Territory {
    /// The public holidays of a Gregorian year in this territory, by date; none for a year that no date can have.
    ///
    /// The list is that of the law of today, with the changes since 1982 that the table knows; for earlier years, and
    /// for those to come, it is a projection.
    pub fn holidays(self, year: i16) -> Vec<Holiday> {
        let Some(easter) = easter(year) else { return Vec::new() };
        let mut holidays: Vec<_> = HOLIDAYS
            .iter()
            .filter(|rule| rule.is_kept(self, year))
            .filter_map(|rule| Some(Holiday { date: rule.day.after(easter)?, name: rule.name }))
            .collect();
        holidays.sort_by_key(|holiday| holiday.date);
        holidays
    }
}

/// One line of the table.
#[derive(Clone, Copy)]
struct Rule {
    name: &'static str,
    day: When,
    /// Codes of the territories; `None`: everywhere.
    kept_in: Option<&'static [&'static str]>,
    since: i16,
    until: i16,
}

/// The day of a holiday within a year.
#[derive(Clone, Copy)]
enum When {
    /// Month and day.
    Fixed(i8, i8),
    /// So many days after Easter Sunday.
    Easter(i32),
}

impl When {
    /// The day in the year of this Easter Sunday.
    fn after(self, easter: Date) -> Option<Date> {
        match self {
            Self::Fixed(month, day) => Date::new(easter.year(), month, day).ok(),
            Self::Easter(days) => easter.checked_add(days.days()).ok(),
        }
    }
}

impl Rule {
    fn is_kept(&self, territory: Territory, year: i16) -> bool {
        (self.since..=self.until).contains(&year) && self.kept_in.is_none_or(|codes| codes.contains(&territory.code()))
    }

    const fn since(self, since: i16) -> Self {
        Self { since, ..self }
    }

    const fn until(self, until: i16) -> Self {
        Self { until, ..self }
    }
}

const fn national(name: &'static str, day: When) -> Rule {
    Rule { name, day, kept_in: None, since: i16::MIN, until: i16::MAX }
}

const fn local(codes: &'static [&'static str], name: &'static str, day: When) -> Rule {
    Rule { kept_in: Some(codes), ..national(name, day) }
}

use When::{Easter, Fixed};

const ABOLITION: &str = "abolition de l'esclavage";

/// The law. `since` and `until` are the first and the last year in which the day was, or will be, a holiday.
const HOLIDAYS: &[Rule] = &[
    // L3133-1. The 8th of May came back with the loi 81-893.
    national("jour de l'An", Fixed(1, 1)),
    national("lundi de Pâques", Easter(1)),
    national("fête du Travail", Fixed(5, 1)),
    national("victoire de 1945", Fixed(5, 8)).since(1982),
    national("Ascension", Easter(39)),
    national("lundi de Pentecôte", Easter(50)),
    national("fête nationale", Fixed(7, 14)),
    national("Assomption", Fixed(8, 15)),
    national("Toussaint", Fixed(11, 1)),
    national("armistice de 1918", Fixed(11, 11)),
    national("Noël", Fixed(12, 25)),
    // L3134-13 (ordonnance of 16 August 1892); in Polynésie française its own labour code.
    local(&["57", "67", "68", "987"], "Vendredi saint", Easter(-2)),
    local(&["57", "67", "68"], "Saint-Étienne", Fixed(12, 26)),
    // L3422-2, loi 83-550 and décret 83-1003; 977 and 978 by the décret 2012-553. The prefecture of Saint-Martin has
    // kept the 28th since 2018, L3422-2 notwithstanding (domain.md §3.3).
    local(&["976"], ABOLITION, Fixed(4, 27)).since(1984),
    local(&["972"], ABOLITION, Fixed(5, 22)).since(1984),
    local(&["971"], ABOLITION, Fixed(5, 27)).since(1984),
    local(&["978"], ABOLITION, Fixed(5, 27)).since(1984).until(2017),
    local(&["978"], ABOLITION, Fixed(5, 28)).since(2018),
    local(&["973"], ABOLITION, Fixed(6, 10)).since(1984),
    local(&["977"], ABOLITION, Fixed(10, 9)).since(2012),
    local(&["974"], ABOLITION, Fixed(12, 20)).since(1983),
    // Wallis-et-Futuna: the yearly arrêté of the Administration supérieure.
    local(&["986"], "saint Pierre Chanel", Fixed(4, 28)).since(1962),
    local(&["986"], "saints Pierre et Paul", Fixed(6, 29)).since(1962),
    local(&["986"], "fête du Territoire", Fixed(7, 29)).since(1962),
    // Polynésie française: the 20th of November takes the place of the 29th of June (loi du pays adopted on 6 May 2025,
    // tabled on 24 February 2025 as applying from 2026).
    local(&["987"], "arrivée de l'Évangile", Fixed(3, 5)).since(1978),
    local(&["987"], "fête de l'Autonomie", Fixed(6, 29)).since(1985).until(2025),
    local(&["987"], "Matari'i", Fixed(11, 20)).since(2026),
    // Nouvelle-Calédonie: its labour code.
    local(&["988"], "fête de la Citoyenneté", Fixed(9, 24)).since(1953),
];

/// Easter Sunday by Lichtenberg's form of Gauss's rule, for the (proleptic) Gregorian calendar.
fn easter(year: i16) -> Option<Date> {
    let number = i32::from(year);
    let century = number.div_euclid(100);
    let skipped_leap_days = (3 * century + 3).div_euclid(4);
    let moon = 15 + skipped_leap_days - (8 * century + 13).div_euclid(25);
    let golden = number.rem_euclid(19);
    let seed = (19 * golden + moon).rem_euclid(30);
    let full_moon = 21 + seed - (seed + golden / 11) / 29;
    let first_sunday = 7 - (number + number.div_euclid(4) + 2 - skipped_leap_days).rem_euclid(7);
    let to_sunday = 7 - (full_moon - first_sunday).rem_euclid(7);
    Date::new(year, 3, 1).ok()?.checked_add((full_moon + to_sunday - 1).days()).ok()
}

#[cfg(test)]
mod tests {
    use jiff::civil::{Weekday, date};

    use super::*;

    fn named(code: &str, year: i16, name: &str) -> Vec<Date> {
        let territory: Territory = code.parse().unwrap();
        territory.holidays(year).into_iter().filter(|day| day.name == name).map(|day| day.date).collect()
    }

    /// The rule of Meeus, Jones and Butcher: other steps, same Sunday.
    fn easter_by_another_rule(year: i16) -> Date {
        let y = i32::from(year);
        let (a, b, c) = (y % 19, y / 100, y % 100);
        let h = (19 * a + b - b / 4 - (b - (b + 8) / 25 + 1) / 3 + 15) % 30;
        let l = (32 + 2 * (b % 4) + 2 * (c / 4) - h - c % 4) % 7;
        let n = h + l - 7 * ((a + 11 * h + 22 * l) / 451) + 114;
        date(year, i8::try_from(n / 31).unwrap(), i8::try_from(n % 31 + 1).unwrap())
    }

    #[test]
    fn easter_is_right_from_the_first_gregorian_year_to_the_last() {
        for (year, month, day) in [(1818, 3, 22), (1943, 4, 25), (2010, 4, 4), (2026, 4, 5), (2035, 3, 25)] {
            assert_eq!(easter(year), Some(date(year, month, day)));
        }
        for year in 1583..=9999 {
            let sunday = easter(year).unwrap();
            assert_eq!(sunday, easter_by_another_rule(year));
            assert_eq!(sunday.weekday(), Weekday::Sunday);
        }
    }

    #[test]
    fn a_metropolitan_year_has_the_eleven_days_of_the_code() {
        let days: Vec<_> =
            "16".parse::<Territory>().unwrap().holidays(2026).iter().map(|day| day.date.to_string()).collect();
        assert_eq!(
            days.join(" "),
            "2026-01-01 2026-04-06 2026-05-01 2026-05-08 2026-05-14 2026-05-25 2026-07-14 2026-08-15 2026-11-01 \
             2026-11-11 2026-12-25"
        );
    }

    #[test]
    fn each_territory_keeps_its_own_days_and_no_other() {
        let national = "75".parse::<Territory>().unwrap().holidays(2026);
        let own = |territory: &Territory| {
            let days = territory.holidays(2026).into_iter().filter(|day| !national.contains(day));
            days.map(|day| day.date.strftime("%d/%m").to_string()).collect::<Vec<_>>().join(" ")
        };
        let own: Vec<_> = Territory::ALL
            .iter()
            .map(|territory| format!("{territory} {}", own(territory)))
            .filter(|line| !line.ends_with(' '))
            .collect();
        assert_eq!(
            own,
            [
                "57 03/04 26/12",
                "67 03/04 26/12",
                "68 03/04 26/12",
                "971 27/05",
                "972 22/05",
                "973 10/06",
                "974 20/12",
                "976 27/04",
                "977 09/10",
                "978 28/05",
                "986 28/04 29/06 29/07",
                "987 05/03 03/04 20/11",
                "988 24/09",
            ]
        );
    }

    #[test]
    fn what_the_law_moved_moves_in_its_year() {
        assert_eq!(named("16", 1981, "victoire de 1945"), []);
        assert_eq!(named("16", 1982, "victoire de 1945"), [date(1982, 5, 8)]);
        assert_eq!(named("978", 2017, ABOLITION), [date(2017, 5, 27)]);
        assert_eq!(named("978", 2018, ABOLITION), [date(2018, 5, 28)]);
        assert_eq!(named("977", 2011, ABOLITION), []);
        assert_eq!(named("987", 2025, "fête de l'Autonomie"), [date(2025, 6, 29)]);
        assert_eq!(named("987", 2025, "Matari'i"), []);
    }

    #[test]
    fn any_year_is_answered() {
        let days = |year| "57".parse::<Territory>().unwrap().holidays(year).len();
        assert_eq!((days(-9999), days(1583), days(9999)), (12, 12, 13));
        assert_eq!((days(i16::MIN), days(i16::MAX)), (0, 0));
    }
}
