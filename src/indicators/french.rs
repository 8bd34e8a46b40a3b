//! How figures are written in French. Numbers are rounded where sheets round them, so that a page and a sheet say the same.

use crate::sheets::Cell;

/// What is said where nothing fell due (domain.md §1.4).
pub const WITHOUT_OBJECT: &str = "Sans objet";

/// « 92,86 % »; « Sans objet » where `den` is 0. The blank does not break.
pub fn percent(num: u64, den: u64) -> String {
    match den {
        0 => WITHOUT_OBJECT.to_owned(),
        _ => Cell::Percent { num, den }.shown().replace(' ', "\u{a0}"),
    }
}

/// « 1,91 »: a number of so many decimals with a decimal comma.
pub fn decimal(value: f64, decimals: u8) -> String {
    Cell::Decimal(value, decimals).shown()
}

/// « 0 jour ouvré », « 3 jours ouvrés ».
pub fn working_days(days: i32) -> String {
    let plural = if days > 1 { "s" } else { "" };
    format!("{days}\u{a0}jour{plural} ouvré{plural}")
}

#[cfg(test)]
#[test]
fn numbers_are_written_as_the_french_read_them() {
    assert_eq!(
        (percent(39, 42), percent(0, 0), percent(1, 1)),
        ("92,86\u{a0}%".into(), "Sans objet".into(), "100,00\u{a0}%".into())
    );
    // Both lie in the middle, and are rounded up as sheets do.
    assert_eq!((percent(1, 32), decimal(2.125, 2)), ("3,13\u{a0}%".into(), "2,13".into()));
    assert_eq!((working_days(1), working_days(2)), ("1\u{a0}jour ouvré".into(), "2\u{a0}jours ouvrés".into()));
}
