//! The golden cases of domain.md §3.5, the edges of days, years and zones, and properties against a naive reference.

use jiff::{
    Span, Timestamp, ToSpan,
    civil::{Date, DateTime, date},
    tz::TimeZone,
};
use proptest::{collection::vec, prelude::*, sample::select};

use super::{Calendar, Delay, Territory, Unit};

fn calendar(code: &str) -> Calendar {
    Calendar::new(code.parse().unwrap(), [])
}

fn working(days: u16) -> Delay {
    Delay { days, unit: Unit::Working }
}

/// Noon of this day in this territory.
fn noon(code: &str, day: Date) -> Timestamp {
    local(code, day.at(12, 0, 0, 0))
}

fn local(code: &str, at: DateTime) -> Timestamp {
    at.to_zoned(code.parse::<Territory>().unwrap().zone()).unwrap().timestamp()
}

fn due(code: &str, received: Date, delay: Delay) -> Date {
    calendar(code).deadline(noon(code, received), delay).due.date()
}

#[test]
fn the_golden_cases_of_domain_md() {
    let may_22 = date(2026, 5, 22);
    let cases = [
        (may_22, vec!["16", "972", "57"], date(2026, 6, 1), date(2026, 6, 8)),
        (may_22, vec!["971"], date(2026, 6, 2), date(2026, 6, 9)),
        (date(2026, 4, 2), vec!["16"], date(2026, 4, 10), date(2026, 4, 17)),
        (date(2026, 4, 2), vec!["57", "67", "68"], date(2026, 4, 13), date(2026, 4, 20)),
        (date(2026, 5, 12), vec!["16"], date(2026, 5, 20), date(2026, 5, 28)),
        (date(2025, 12, 19), vec!["16"], date(2025, 12, 29), date(2026, 1, 6)),
        (date(2025, 12, 19), vec!["57", "67", "68"], date(2025, 12, 30), date(2026, 1, 7)),
        (date(2026, 4, 24), vec!["16"], date(2026, 5, 4), date(2026, 5, 12)),
        (date(2026, 4, 24), vec!["976"], date(2026, 5, 5), date(2026, 5, 13)),
        (date(2026, 6, 5), vec!["16"], date(2026, 6, 12), date(2026, 6, 19)),
        (date(2026, 6, 5), vec!["973"], date(2026, 6, 15), date(2026, 6, 22)),
        (date(2026, 11, 21), vec!["16"], date(2026, 11, 27), date(2026, 12, 4)),
    ];
    for (received, codes, five, ten) in cases {
        for code in codes {
            assert_eq!(due(code, received, working(5)), five, "{received} {code} 5");
            assert_eq!(due(code, received, working(10)), ten, "{received} {code} 10");
        }
    }
}

#[test]
fn the_explanation_tells_each_day() {
    let deadline = calendar("16").deadline(noon("16", date(2026, 5, 12)), working(3));
    assert_eq!(
        deadline.days.iter().map(ToString::to_string).collect::<Vec<_>>(),
        [
            "mardi 12 mai 2026 : jour de réception",
            "mercredi 13 mai 2026 : jour 1",
            "jeudi 14 mai 2026 : Ascension",
            "vendredi 15 mai 2026 : jour 2",
            "samedi 16 mai 2026 : samedi",
            "dimanche 17 mai 2026 : dimanche",
            "lundi 18 mai 2026 : jour 3",
        ]
    );
    assert_eq!(deadline.starts.to_string(), "2026-05-13T00:00:00+02:00[Europe/Paris]");
    assert_eq!(deadline.due.to_string(), "2026-05-18T23:59:59+02:00[Europe/Paris]");
    assert_eq!(deadline.working_days, 3);
}

#[test]
fn calendar_days_are_a_simple_count_that_may_end_on_a_closed_day() {
    let deadline = calendar("16").deadline(noon("16", date(2026, 5, 12)), Delay { days: 5, unit: Unit::Calendar });
    assert_eq!(deadline.due.date(), date(2026, 5, 17));
    assert_eq!(deadline.working_days, 2);
    assert_eq!(deadline.days[2].to_string(), "jeudi 14 mai 2026 : jour 2 (Ascension)");
}

#[test]
fn a_local_closure_is_skipped_and_named() {
    let bridge = date(2026, 5, 15);
    let calendar = Calendar::new("16".parse().unwrap(), [bridge]);
    assert_eq!(calendar.why_closed(bridge), Some("fermeture locale"));
    assert!(!calendar.is_working(bridge) && calendar.is_working(date(2026, 5, 18)));
    assert_eq!(calendar.deadline(noon("16", date(2026, 5, 12)), working(3)).due.date(), date(2026, 5, 19));
}

#[test]
fn a_holiday_on_a_saturday_is_named_and_does_not_shift() {
    let calendar = calendar("16");
    assert_eq!(calendar.why_closed(date(2026, 8, 15)), Some("Assomption"));
    assert_eq!(calendar.why_closed(date(2026, 8, 17)), None);
    assert_eq!(calendar.why_closed(date(2026, 8, 22)), Some("samedi"));
}

#[test]
fn the_day_of_reception_is_that_of_the_territory() {
    // 02:30 UTC on Tuesday: still Monday evening in Cayenne, already Tuesday in Paris, on Wallis and in Nouméa.
    let instant: Timestamp = "2026-03-10T02:30:00Z".parse().unwrap();
    let due = |code: &str| calendar(code).deadline(instant, working(1)).due.date();
    assert_eq!(due("973"), date(2026, 3, 10));
    assert_eq!(due("987"), date(2026, 3, 10));
    assert_eq!(due("75"), date(2026, 3, 11));
    assert_eq!(due("986"), date(2026, 3, 11));
    assert_eq!(due("988"), date(2026, 3, 11));
}

#[test]
fn the_day_turns_at_local_midnight() {
    for code in ["16", "973", "986", "987"] {
        let evening = local(code, date(2026, 3, 10).at(23, 59, 59, 0));
        let due = |instant| calendar(code).deadline(instant, working(1)).due.date();
        assert_eq!(due(evening), date(2026, 3, 11), "{code}");
        assert_eq!(due(evening + 1.second()), date(2026, 3, 12), "{code}");
    }
}

#[test]
fn new_year_easter_of_the_next_year_and_the_29th_of_february() {
    assert_eq!(due("16", date(2026, 12, 31), working(1)), date(2027, 1, 4));
    assert_eq!(due("16", date(2028, 2, 28), working(1)), date(2028, 2, 29));
    assert_eq!(due("16", date(2027, 2, 26), working(1)), date(2027, 3, 1));
    assert_eq!(due("57", date(2026, 12, 24), working(64)), date(2027, 3, 30));
}

#[test]
fn the_last_day_keeps_its_25_and_its_23_hours() {
    let due = |day| calendar("16").deadline(noon("16", day), Delay { days: 1, unit: Unit::Calendar }).due.to_string();
    assert_eq!(due(date(2026, 3, 28)), "2026-03-29T23:59:59+02:00[Europe/Paris]");
    assert_eq!(due(date(2026, 10, 24)), "2026-10-25T23:59:59+01:00[Europe/Paris]");
}

#[test]
fn working_days_between_a_message_and_its_answer() {
    let calendar = calendar("16");
    let between = |from: Date, to: Date| calendar.working_days_between(noon("16", from), noon("16", to));
    assert_eq!(between(date(2026, 5, 12), date(2026, 5, 12)), 0);
    assert_eq!(between(date(2026, 5, 12), date(2026, 5, 14)), 1);
    assert_eq!(between(date(2026, 5, 12), date(2026, 5, 20)), 5);
    assert_eq!(between(date(2026, 11, 21), date(2026, 11, 22)), 0);
    assert_eq!(between(date(2026, 5, 20), date(2026, 5, 12)), -5);
}

#[test]
fn at_the_end_of_time_the_deadline_is_the_end_of_time() {
    for territory in Territory::ALL {
        let calendar = Calendar::new(*territory, []);
        let deadline = calendar.deadline(Timestamp::MAX, working(u16::MAX));
        assert_eq!(deadline.due.timestamp(), Timestamp::MAX);
        assert!(deadline.starts <= deadline.due);
        let first = calendar.deadline(Timestamp::MIN, working(1));
        assert!(first.received < first.starts && first.starts < first.due);
    }
}

#[test]
fn a_delay_of_nothing_is_one_day() {
    assert_eq!(due("16", date(2026, 5, 12), working(0)), date(2026, 5, 13));
}

#[test]
fn a_delay_in_french() {
    let shown = |days, unit| Delay { days, unit }.to_string();
    assert_eq!(shown(5, Unit::Working), "5 jours ouvrés");
    assert_eq!(shown(1, Unit::Working), "1 jour ouvré");
    assert_eq!(shown(30, Unit::Calendar), "30 jours calendaires");
    assert_eq!(shown(1, Unit::Calendar), "1 jour calendaire");
}

/// The n-th working day after the reception, found the slow way: one list of closed days, one day after the other.
fn naive(territory: Territory, closures: &[Date], received: Timestamp, days: u16) -> Date {
    let reception = received.to_zoned(territory.zone()).date();
    let mut closed: Vec<Date> = closures.to_vec();
    for year in reception.year()..=reception.year() + 1 {
        closed.extend(territory.holidays(year).iter().map(|holiday| holiday.date));
    }
    let mut day = reception;
    let mut left = days;
    while left > 0 {
        day = day.checked_add(Span::new().days(1)).unwrap();
        // 1 January 1970 was a Thursday.
        let weekday = (day.since(date(1970, 1, 1)).unwrap().get_days() + 3).rem_euclid(7);
        if weekday < 5 && !closed.contains(&day) {
            left -= 1;
        }
    }
    day
}

fn territories() -> impl Strategy<Value = Territory> {
    select(Territory::ALL)
}

/// From 1 January 2010 to 31 December 2035, UTC.
fn instants() -> impl Strategy<Value = Timestamp> {
    (1_262_304_000i64..2_082_758_400).prop_map(|second| Timestamp::from_second(second).unwrap())
}

fn dates() -> impl Strategy<Value = Date> {
    instants().prop_map(|instant| instant.to_zoned(TimeZone::UTC).date())
}

proptest! {
    #[test]
    fn working_deadlines_agree_with_the_naive_count(
        territory in territories(), received in instants(), days in 1u16..=30, closures in vec(dates(), 0..400),
    ) {
        let calendar = Calendar::new(territory, closures.clone());
        let deadline = calendar.deadline(received, working(days));
        prop_assert_eq!(deadline.due.date(), naive(territory, &closures, received, days));
        prop_assert_eq!(deadline.starts.date(), naive(territory, &closures, received, 1));
        prop_assert_eq!(deadline.starts.time(), jiff::civil::time(0, 0, 0, 0));
        prop_assert_eq!(deadline.due.time(), jiff::civil::time(23, 59, 59, 0));
        prop_assert_eq!(deadline.working_days, days);
        prop_assert!(calendar.is_working(deadline.due.date()) && calendar.is_working(deadline.starts.date()));
    }

    #[test]
    fn the_explanation_is_the_count(
        territory in territories(), received in instants(), days in 1u16..=30, in_working_days: bool,
    ) {
        let unit = if in_working_days { Unit::Working } else { Unit::Calendar };
        let calendar = Calendar::new(territory, []);
        let deadline = calendar.deadline(received, Delay { days, unit });
        let numbers: Vec<_> = deadline.days.iter().filter_map(|day| day.counted).collect();
        prop_assert_eq!(numbers, (1..=days).collect::<Vec<_>>());
        for pair in deadline.days.windows(2) {
            prop_assert_eq!(pair[0].date.tomorrow().unwrap(), pair[1].date);
            prop_assert_eq!(pair[1].reason, calendar.why_closed(pair[1].date));
        }
        prop_assert_eq!(deadline.days[0].date, deadline.received.date());
        prop_assert_eq!(deadline.days[deadline.days.len() - 1].date, deadline.due.date());
    }

    #[test]
    fn calendar_deadlines_are_an_addition(territory in territories(), received in instants(), days in 1u16..=30) {
        let deadline = Calendar::new(territory, []).deadline(received, Delay { days, unit: Unit::Calendar });
        let reception = received.to_zoned(territory.zone()).date();
        prop_assert_eq!(deadline.due.date(), reception + i64::from(days).days());
    }

    #[test]
    fn what_comes_later_is_due_no_earlier(
        territory in territories(), one in instants(), seconds in 0i64..5_000_000, days in 1u16..=30,
    ) {
        let calendar = Calendar::new(territory, []);
        let due = |received| calendar.deadline(received, working(days)).due;
        prop_assert!(due(one) <= due(one + seconds.seconds()));
    }

    #[test]
    fn an_answer_on_the_last_day_took_the_whole_delay(
        territory in territories(), received in instants(), days in 1u16..=30,
    ) {
        let calendar = Calendar::new(territory, []);
        let due = calendar.deadline(received, working(days)).due.timestamp();
        prop_assert_eq!(calendar.working_days_between(received, due), i64::from(days));
        prop_assert_eq!(calendar.working_days_between(due, received), -i64::from(days));
    }

    #[test]
    fn the_same_local_time_has_the_same_local_deadline(day in dates(), hour in 3i8..24, days in 1u16..=30) {
        // Saint-Pierre-et-Miquelon and the TAAF keep the national holidays only, like the Charente.
        let due = |code: &str| {
            calendar(code).deadline(local(code, day.at(hour, 0, 0, 0)), working(days)).due.datetime()
        };
        prop_assert_eq!(due("16"), due("975"));
        prop_assert_eq!(due("16"), due("984"));
    }

    #[test]
    fn no_instant_and_no_delay_is_too_much(
        territory in territories(), second in Timestamp::MIN.as_second()..=Timestamp::MAX.as_second(), days: u16,
    ) {
        let received = Timestamp::from_second(second).unwrap();
        let deadline = Calendar::new(territory, []).deadline(received, working(days.min(1000)));
        prop_assert!(deadline.received <= deadline.due && deadline.starts <= deadline.due);
    }
}
