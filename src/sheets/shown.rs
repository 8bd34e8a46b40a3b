//! How a value reads in French: decimal comma, `26/11/2026`, `92,86 %`.
//!
//! Numbers are rounded half up, and [`off_half`] sees to it that spreadsheet programs do so too: the same table says
//! the same in each format.

use super::workbook::Cell;

impl Cell {
    /// The value as a person reads it, and as it stands in a CSV. No separators of thousands and a plain blank before
    /// `%`, so that programs take it for a number (see [`csv()`](super::csv())).
    pub fn shown(&self) -> String {
        match self {
            Self::Empty => String::new(),
            Self::Text(text) => text.clone(),
            Self::Whole(n) => n.to_string(),
            Self::Decimal(value, decimals) => decimal(*value, *decimals),
            Self::Percent { num, den } => match hundredths(*num, *den) {
                Some(n) => format!("{},{:02} %", n / 100, n % 100),
                None => String::new(),
            },
            Self::Date(day) => format!("{:02}/{:02}/{:04}", day.day(), day.month(), day.year()),
        }
    }
}

/// A rate in hundredths of a percent, rounded half up in whole numbers. `None`: out of nothing.
fn hundredths(num: u64, den: u64) -> Option<u128> {
    let (num, den) = (u128::from(num), u128::from(den));
    (den > 0).then(|| (num * 20_000 + den) / (2 * den))
}

/// A number with so many decimals (at most 15). Rounds half up what 15 digits say of it, as Excel does: 2,675 is 2,68
/// although the nearest binary number is a little less. Empty for what is not finite.
fn decimal(value: f64, decimals: u8) -> String {
    if !value.is_finite() {
        return String::new();
    }
    let decimals = usize::from(decimals.min(15));
    let rounded = Scaled::of(value, decimals).map(|scaled| (scaled.digits + scaled.unit / 2) / scaled.unit);
    let digits = match rounded {
        Some(n) => format!("{n:0width$}", width = decimals + 1),
        None => format!("{:.0}{}", value.abs(), "0".repeat(decimals)),
    };
    let sign = if value < 0. && rounded != Some(0) { "-" } else { "" };
    let (whole, fraction) = digits.split_at(digits.len() - decimals);
    if fraction.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole},{fraction}") }
}

/// The number as a spreadsheet program is given it: itself, or where 15 digits of it lie half-way between two numbers
/// with so many decimals, the next binary number behind these digits, away from zero. LibreOffice rounds the binary
/// number and not its digits: it would show 508,47 of 508.475, where Excel and we show 508,48.
pub(super) fn off_half(value: f64, decimals: u8) -> f64 {
    let half = Scaled::of(value, decimals.into()).is_some_and(|it| it.unit > 1 && it.digits % it.unit == it.unit / 2);
    if !half {
        return value;
    }
    let said = format!("{value:.14e}").parse().unwrap_or(value);
    if value > 0. { said.next_up() } else { said.next_down() }
}

/// The absolute value × 10^decimals as a fraction of whole numbers, from 15 digits of it.
struct Scaled {
    digits: u128,
    /// A power of ten.
    unit: u128,
}

impl Scaled {
    /// `None`: not finite, or so large that it has no decimals.
    fn of(value: f64, decimals: usize) -> Option<Self> {
        let text = format!("{:.14e}", value.abs());
        let (mantissa, exponent) = text.split_once('e')?;
        let digits = mantissa.replace('.', "").parse::<u128>().ok()?;
        let shift = exponent.parse::<i32>().ok()? - 14 + i32::try_from(decimals).ok()?;
        match 10_u128.checked_pow(shift.unsigned_abs()) {
            Some(unit) if shift < 0 => Some(Self { digits, unit }),
            Some(power) => Some(Self { digits: digits.checked_mul(power)?, unit: 1 }),
            // Beyond 10^38 nothing of 15 digits is left.
            None if shift < 0 => Some(Self { digits: 0, unit: 1 }),
            None => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn rates_are_rounded_half_up_in_whole_numbers() {
        let shown = |num, den| Cell::Percent { num, den }.shown();
        assert_eq!(shown(13, 14), "92,86 %");
        assert_eq!(shown(1, 32), "3,13 %", "3,125");
        assert_eq!(shown(1, 3), "33,33 %");
        assert_eq!(shown(2, 3), "66,67 %");
        assert_eq!([shown(0, 7), shown(7, 7), shown(21, 7)], ["0,00 %", "100,00 %", "300,00 %"]);
        assert_eq!(shown(u64::MAX, u64::MAX), "100,00 %");
        assert_eq!(shown(u64::MAX - 1, u64::MAX), "100,00 %");
        assert_eq!(shown(1, 0), "");
    }

    #[test]
    fn decimals_have_a_comma_and_are_rounded_as_a_spreadsheet_does() {
        let shown = |value, decimals| Cell::Decimal(value, decimals).shown();
        assert_eq!([shown(2.5, 0), shown(2.675, 2), shown(1.005, 2), shown(0.125, 2)], ["3", "2,68", "1,01", "0,13"]);
        assert_eq!([shown(-2.5, 0), shown(-0.004, 2), shown(-0., 1), shown(0., 2)], ["-3", "0,00", "0,0", "0,00"]);
        assert_eq!([shown(9.999, 2), shown(1234567.891, 1), shown(0.05, 3)], ["10,00", "1234567,9", "0,050"]);
        assert_eq!([shown(1e-300, 2), shown(1.5, 40), shown(f64::INFINITY, 2)], ["0,00", "1,500000000000000", ""]);
        assert_eq!(shown(1e40, 2), format!("{:.0},00", 1e40));
    }

    #[test]
    fn only_what_lies_half_way_is_moved() {
        assert_eq!(off_half(508.475, 2), 508.475_f64.next_up());
        assert_eq!(off_half(-508.475, 2), (-508.475_f64).next_down());
        assert_eq!(off_half(0.143_75, 4), 0.143_75_f64.next_up());
        for (still, decimals) in [(508.4751, 2), (508.47, 2), (0., 2), (1e300, 2), (1e-300, 2), (f64::NAN, 1), (7., 0)]
        {
            assert_eq!(off_half(still, decimals).to_bits(), still.to_bits(), "{still}");
        }
    }

    #[test]
    fn the_rest_reads_as_one_would_write_it() {
        assert_eq!(Cell::Date(date(2026, 11, 6)).shown(), "06/11/2026");
        assert_eq!(Cell::Whole(-1234567).shown(), "-1234567");
        assert_eq!(Cell::from("=1").shown(), "=1");
        assert_eq!(Cell::Empty.shown(), "");
    }
}
