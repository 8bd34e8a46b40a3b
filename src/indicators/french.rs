//! How figures are written in French: a decimal comma, « Sans objet » where there is nothing to divide by.

/// What is said where nothing fell due (domain.md §1.4).
pub const WITHOUT_OBJECT: &str = "Sans objet";

/// « 92,86 % », rounded half up in whole numbers; « Sans objet » where `den` is 0. The blank does not break.
pub fn percent(num: u64, den: u64) -> String {
    hundredths(num, den)
        .map_or_else(|| WITHOUT_OBJECT.to_owned(), |share| format!("{},{:02}\u{a0}%", share / 100, share % 100))
}

/// The share in hundredths of a percent.
fn hundredths(num: u64, den: u64) -> Option<u64> {
    let (num, den) = (u128::from(num), u128::from(den));
    (den > 0).then(|| u64::try_from((num * 20_000 + den) / (2 * den)).unwrap_or(u64::MAX))
}

/// « 1,91 »: a number of so many decimals with a decimal comma.
pub fn decimal(value: f64, decimals: usize) -> String {
    format!("{value:.decimals$}").replace('.', ",")
}

#[cfg(test)]
#[test]
fn numbers_are_written_as_the_french_read_them() {
    assert_eq!(
        (percent(39, 42), percent(0, 0), percent(1, 1)),
        ("92,86\u{a0}%".into(), "Sans objet".into(), "100,00\u{a0}%".into())
    );
    // 1/8 % of a percent lies in the middle: it is rounded up.
    assert_eq!(percent(1, 32), "3,13\u{a0}%");
    assert_eq!(decimal(1.914, 2), "1,91");
}
