//! When a prefecture is at work: the working day so far before or after another, and the hours in which its own people
//! may be written to. Knows no delay and never reads the clock.

use jiff::{
    Timestamp, ToSpan,
    civil::{Date, Time},
};

use super::{Calendar, Day, Deadline, Delay, Unit};

/// The hours of a working day in which people are written to, local time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hours {
    /// The first instant.
    pub from: Time,
    /// The first instant that is too late.
    pub until: Time,
}

impl Calendar {
    /// The civil date of an instant, where the prefecture is.
    pub fn date(&self, at: Timestamp) -> Date {
        self.zone().to_datetime(at).date()
    }

    /// The instant at which a day has this time of day; in the gap of a change of clocks, the end of the gap.
    pub fn instant(&self, date: Date, time: Time) -> Timestamp {
        date.to_datetime(time).to_zoned(self.zone().clone()).map_or(Timestamp::MAX, |zoned| zoned.timestamp())
    }

    /// The instant that is meant by a day alone: its noon, or now on the day of today before noon. Days are all that counts.
    pub fn noon(&self, day: Date, now: Timestamp) -> Timestamp {
        let noon = self.instant(day, Time::constant(12, 0, 0, 0));
        if self.date(now) == day { now.min(noon) } else { noon }
    }

    /// The working day that stands `days` from a deadline on `due`: 0 is the last working day up to it (« J », the
    /// deadline itself where that is a working day), -2 the second working day before that one, 3 the third after the
    /// deadline. Where the calendar ends, so does the walk.
    pub fn working_day(&self, due: Date, days: i16) -> Date {
        if days > 0 {
            return self.working_days(due, 1).nth(usize::from(days.unsigned_abs()) - 1).unwrap_or(Date::MAX);
        }
        let back = usize::from(days.unsigned_abs());
        let on_the_day = std::iter::once(due).filter(|day| self.is_working(*day));
        on_the_day.chain(self.working_days(due, -1)).nth(back).unwrap_or(Date::MIN)
    }

    /// The first working day after this one.
    pub fn next_working_day(&self, date: Date) -> Date {
        self.working_day(date, 1)
    }

    /// Working days after (`way` 1) or before (-1) a day, the nearest first. The holidays of a year are computed when the
    /// walk enters it.
    fn working_days(&self, date: Date, way: i64) -> impl Iterator<Item = Date> {
        let step = move |day: &Date| day.checked_add(way.days()).ok();
        let (mut year, mut holidays) = (date.year(), self.territory().holidays(date.year()));
        std::iter::successors(step(&date), step).filter(move |day| {
            if day.year() != year {
                (year, holidays) = (day.year(), self.territory().holidays(day.year()));
            }
            self.closed_among(&holidays, *day).is_none()
        })
    }

    /// The first instant from `now` on that is on a working day and within the hours: `now` itself, if it is.
    pub fn at_work(&self, now: Timestamp, hours: Hours) -> Timestamp {
        let today = self.date(now);
        let opens = |day| self.instant(day, hours.from);
        if self.is_working(today) {
            if now < opens(today) {
                return opens(today);
            }
            if now < self.instant(today, hours.until) {
                return now;
            }
        }
        opens(self.next_working_day(today))
    }

    /// The end of a day that was named, with the working days on the way. A day before the first is the first.
    pub fn until(&self, from: Timestamp, day: Date) -> Deadline {
        let first = self.date(from);
        let days = u16::try_from(day.since(first).map_or(i32::MAX, |span| span.get_days())).unwrap_or(u16::MAX);
        self.deadline(from, Delay { days, unit: Unit::Calendar })
    }

    /// The end of the day that has the same number `months` months after the reception, or of the last day of a shorter
    /// month (domain.md §2, the decision table of acknowledgements). No day is counted, none is skipped.
    pub fn months_later(&self, received: Timestamp, months: u8) -> Deadline {
        let received = received.to_zoned(self.zone().clone());
        let last = received.date().saturating_add(i64::from(months).months());
        let day = |date, reason| Day { date, counted: None, reason: Some(reason) };
        let days =
            vec![day(received.date(), "jour de réception"), day(last, "même quantième, ou dernier jour du mois")];
        let working_days = self.working_days(received.date(), 1).take_while(|day| *day <= last).count();
        let starts = received.date().tomorrow().unwrap_or(Date::MAX);
        Deadline {
            starts: self.start_of(starts),
            due: self.end_of(last),
            received,
            working_days: u16::try_from(working_days).unwrap_or(u16::MAX),
            days,
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::{date, time};

    use super::*;

    fn paris() -> Calendar {
        Calendar::new("75".parse().unwrap(), [date(2026, 5, 15)])
    }

    const HOURS: Hours = Hours { from: time(8, 0, 0, 0), until: time(18, 0, 0, 0) };

    #[test]
    fn steps_are_counted_from_the_deadline_in_working_days() {
        // Wednesday 20 May 2026; the 14th is Ascension, the 15th a local closure, the 25th Pentecost Monday.
        let step = |days| paris().working_day(date(2026, 5, 20), days).to_string();
        assert_eq!([-3, -2, -1, 0].map(step), ["2026-05-13", "2026-05-18", "2026-05-19", "2026-05-20"]);
        assert_eq!([1, 2, 3, 5].map(step), ["2026-05-21", "2026-05-22", "2026-05-26", "2026-05-28"]);
    }

    #[test]
    fn the_day_of_a_deadline_at_a_weekend_is_the_working_day_before() {
        // Sunday 17 May 2026, as an announced date or a delay in calendar days may fall.
        let step = |days| paris().working_day(date(2026, 5, 17), days).to_string();
        assert_eq!([-1, 0, 1, 2].map(step), ["2026-05-12", "2026-05-13", "2026-05-18", "2026-05-19"]);
    }

    #[test]
    fn the_calendar_ends_and_no_walk_goes_further() {
        assert_eq!(paris().working_day(Date::MIN, -3), Date::MIN);
        assert_eq!(paris().working_day(Date::MAX, 3), Date::MAX);
    }

    #[test]
    fn work_begins_at_the_hour_on_a_working_day() {
        let at_work = |now: &str| paris().at_work(now.parse().unwrap(), HOURS).to_string();
        assert_eq!(at_work("2026-05-18T05:59:59Z"), "2026-05-18T06:00:00Z", "too early");
        assert_eq!(at_work("2026-05-18T06:00:00Z"), "2026-05-18T06:00:00Z", "the first instant");
        assert_eq!(at_work("2026-05-18T15:59:59Z"), "2026-05-18T15:59:59Z", "the last one");
        assert_eq!(at_work("2026-05-18T16:00:00Z"), "2026-05-19T06:00:00Z", "too late");
        assert_eq!(at_work("2026-05-13T20:00:00Z"), "2026-05-18T06:00:00Z", "over Ascension, a closure and a week-end");
        assert_eq!(at_work("2026-10-25T10:00:00Z"), "2026-10-26T07:00:00Z", "over the end of summer time");
    }

    #[test]
    fn two_months_end_on_the_same_day_number_or_the_last_of_the_month() {
        let due = |received: &str| paris().months_later(received.parse().unwrap(), 2).due.to_string();
        assert_eq!(due("2026-03-02T09:00:00Z"), "2026-05-02T23:59:59+02:00[Europe/Paris]");
        assert_eq!(due("2026-12-31T22:59:59Z"), "2027-02-28T23:59:59+01:00[Europe/Paris]");
        assert_eq!(due("2027-12-31T23:00:00Z"), "2028-03-01T23:59:59+01:00[Europe/Paris]", "1 January in Paris");
        assert_eq!(due("2027-12-30T12:00:00Z"), "2028-02-29T23:59:59+01:00[Europe/Paris]");
    }
}
