//! What a case adds to which month, at the edges; that tallies are kept and put on top of each other without loss.

use jiff::civil::{Date, date};

use super::*;
use crate::case::{Channel, Ending, Kind, Scope, Topic};

fn question(due: Date, answered: Option<Date>, ended: Option<(Date, Ending)>) -> CaseFact {
    let starts_on = date(2026, 3, 2);
    let done = |on: Date| Done { on, working_days: 1, calendar_days: (on - starts_on).get_days() };
    CaseFact {
        reference: "2026-000001".into(),
        mailbox: "contact".into(),
        channel: Channel::Email,
        service: "accueil".into(),
        kind: Kind::Information,
        scope: Scope::General,
        topic: Topic::Other,
        received_on: starts_on,
        merged: false,
        accepted: None,
        receipts: Vec::new(),
        promises: vec![PromiseFact {
            starts_on,
            due_on: due,
            answered: answered.map(done),
            replied: answered.map(done),
            ended,
        }],
        steps: Vec::new(),
    }
}

fn added(fact: &CaseFact, today: Date) -> Tally {
    tallies([fact], today).into_values().flat_map(|services| services.into_values()).fold(
        Tally::default(),
        |mut all, one| {
            all.on_top(&one);
            all
        },
    )
}

const RATE: Indicator = Indicator::Of(Family::Email, Measure::OnTime);

#[test]
fn nothing_is_late_before_its_day_is_over() {
    let due = date(2026, 3, 9);
    assert_eq!(added(&question(due, None, None), due).rate(RATE), (0, 0), "the last day still runs");
    let after = added(&question(due, None, None), date(2026, 3, 10));
    assert_eq!((after.rate(RATE), after.number(Indicator::OpenAndLate)), ((0, 1), 1));
    assert_eq!(
        added(&question(due, Some(due), None), date(2026, 3, 10)).rate(RATE),
        (1, 1),
        "on the last day is in time"
    );
    assert_eq!(added(&question(due, Some(date(2026, 3, 10)), None), date(2026, 4, 1)).rate(RATE), (0, 1));
}

#[test]
fn what_is_closed_after_its_day_mends_no_figure() {
    let (due, today) = (date(2026, 3, 9), date(2026, 4, 1));
    for ending in [Ending::Closed, Ending::HandedOver, Ending::Pieces] {
        assert_eq!(added(&question(due, None, Some((due, ending))), today).rate(RATE), (0, 0), "{ending}");
        assert_eq!(
            added(&question(due, None, Some((date(2026, 3, 10), ending))), today).rate(RATE),
            (0, 1),
            "{ending}"
        );
    }
    let merged = question(due, None, Some((date(2026, 3, 20), Ending::Merged)));
    assert_eq!(added(&merged, today).rate(RATE), (0, 0), "the other case has the older date, and counts");
}

#[test]
fn a_failure_stands_in_the_month_of_its_deadline() {
    let months = tallies([&question(date(2026, 4, 1), None, None)], date(2026, 5, 1));
    let of = |month: &str, indicator| months[&month.parse().unwrap()]["accueil"].figure(indicator);
    assert_eq!(of("2026-04", RATE), Figure::Rate { num: 0, den: 1 });
    assert!(
        matches!(of("2026-03", Indicator::Received), Figure::Volume { num: 1, .. }),
        "and came in that of its reception"
    );
}

#[test]
fn a_tally_is_read_as_it_was_written_and_adds_up() {
    let (due, today) = (date(2026, 3, 9), date(2026, 4, 1));
    let mut whole = Tally::default();
    let parts =
        [question(due, Some(due), None), question(due, Some(date(2026, 3, 12)), None), question(due, None, None)];
    for part in &parts {
        whole.on_top(&added(part, today));
    }
    assert_eq!((whole.rate(RATE), whole.number(Indicator::Received)), ((1, 3), 3));
    let delays = whole.delays(Indicator::Of(Family::Email, Measure::Delay));
    let calendar = delays.calendar().unwrap();
    assert_eq!((calendar.sum, calendar.mean, calendar.median, calendar.p90), (17, 8.5, 8.5, 10));
    let written = serde_json::to_string(&whole).unwrap();
    assert_eq!(serde_json::from_str::<Tally>(&written).unwrap(), whole, "{written}");
    let fact = serde_json::to_string(&parts[0]).unwrap();
    assert_eq!(serde_json::from_str::<CaseFact>(&fact).unwrap(), parts[0], "{fact}");
}

#[test]
fn every_figure_says_what_it_is() {
    let keys: Vec<_> = Indicator::all().map(|one| one.key()).collect();
    let mut distinct = keys.clone();
    distinct.sort();
    distinct.dedup();
    assert_eq!(keys.len(), distinct.len());
    for one in Indicator::all() {
        assert_eq!(one.key().parse(), Ok(one));
        for text in [one.definition(), one.population(), one.exclusions(), &one.french()] {
            assert!(text.len() > 5, "{one}");
        }
    }
    assert!("rien".parse::<Indicator>().is_err());
}
