//! The working days of some years, numbered through, so that the delays of hundreds of thousands of cases are differences of
//! two numbers. Counts as [`Calendar::working_days_between`] does.

use jiff::civil::Date;

use super::Calendar;

/// A calendar whose working days are numbered from one day to another.
#[derive(Debug)]
pub struct CountedDays<'c> {
    calendar: &'c Calendar,
    first: Date,
    /// How many working days there are from the first day up to each.
    working: Vec<i32>,
}

impl Calendar {
    /// Numbers the working days from `first` to `last`. What lies outside is counted all the same, slowly.
    pub fn counted(&self, first: Date, last: Date) -> CountedDays<'_> {
        let mut working = vec![0];
        for (date, closed) in self.days_after(first).take_while(|(date, _)| *date <= last) {
            debug_assert!(date > first);
            working.push(working[working.len() - 1] + i32::from(closed.is_none()));
        }
        CountedDays { calendar: self, first, working }
    }
}

impl CountedDays<'_> {
    /// Working days after `from` up to `to`, 0 on the same day; below 0 when `to` is the earlier one.
    pub fn working(&self, from: Date, to: Date) -> i32 {
        match (self.number(from), self.number(to)) {
            (Some(from), Some(to)) => to - from,
            _ => {
                let (early, late, sign) = if to < from { (to, from, -1) } else { (from, to, 1) };
                let days = self.calendar.days_after(early).take_while(|(date, _)| *date <= late);
                sign * days.map(|(_, closed)| i32::from(closed.is_none())).sum::<i32>()
            }
        }
    }

    fn number(&self, date: Date) -> Option<i32> {
        usize::try_from((date - self.first).get_days()).ok().and_then(|days| self.working.get(days).copied())
    }
}

#[cfg(test)]
#[test]
fn days_are_counted_as_one_by_one() {
    use jiff::{ToSpan, civil::date};

    let calendar = Calendar::new("57".parse().unwrap(), [date(2026, 5, 15)]);
    let counted = calendar.counted(date(2025, 12, 1), date(2026, 7, 1));
    for from in 0..230 {
        for length in [-40, -3, -1, 0, 1, 2, 7, 30, 400] {
            let from = date(2025, 11, 20) + from.days();
            let to = from + length.days();
            let noon = |date: jiff::civil::Date| calendar.instant(date, jiff::civil::Time::midnight());
            let expected = calendar.working_days_between(noon(from), noon(to));
            assert_eq!(i64::from(counted.working(from, to)), expected, "{from} to {to}");
        }
    }
}
