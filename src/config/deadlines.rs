//! The table of delays: which one a message gets, from the most specific line in force to the standard of the State's
//! services. Knows no calendar; how a delay is counted is `calendar`'s.

use jiff::civil::{Date, date};

use super::{DeadlineRule, Deadlines};
use crate::{
    calendar::{Delay, Unit},
    case::{Channel, Kind},
};

/// What stands behind a line that names no source.
pub(super) const STANDARD_SOURCE: &str = "Qual-e-Pref";

/// The référentiel as it was last amended (domain.md §1.1).
const STANDARD_SINCE: Date = date(2019, 2, 4);

impl Deadlines {
    /// The table of a prefecture that says nothing: one line a channel, for every kind.
    pub fn standard() -> Self {
        Self(Channel::ALL.iter().map(|channel| standard(*channel)).collect())
    }

    /// The line for what is received on a day through a channel: of those that were in force then, the latest for this
    /// kind; without one, the latest for every kind; without one, the standard. A kind not known yet (`None`) is for the
    /// line of every kind.
    pub fn rule(&self, channel: Channel, kind: impl Into<Option<Kind>>, received: Date) -> DeadlineRule {
        let in_force = |line: &&DeadlineRule| line.since.is_none_or(|since| since <= received);
        let of = |kind| {
            let lines = self.0.iter().filter(|line| line.channel == channel && line.kind == kind);
            lines.filter(in_force).max_by_key(|line| line.since)
        };
        let kind = kind.into();
        of(kind).or_else(|| of(None)).cloned().unwrap_or_else(|| standard(channel))
    }
}

/// Qual-e-Pref: 5 jours ouvrés, and 10 for a letter (domain.md §1.2). A form filled in at the counter and a call that
/// could not be answered at once are written down by the service itself, like an e-mail: no source gives them a longer
/// delay, so they get the shorter one, which is in the user's favour.
fn standard(channel: Channel) -> DeadlineRule {
    let days = match channel {
        Channel::Letter => 10,
        Channel::Email | Channel::Form | Channel::Counter | Channel::Phone => 5,
    };
    let delay = Delay { days, unit: Unit::Working };
    DeadlineRule { channel, kind: None, delay, source: STANDARD_SOURCE.into(), since: Some(STANDARD_SINCE) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TODAY: Date = date(2026, 3, 2);

    const fn working(days: u16) -> Delay {
        Delay { days, unit: Unit::Working }
    }

    fn line(channel: Channel, kind: impl Into<Option<Kind>>, days: u16, since: Option<Date>) -> DeadlineRule {
        DeadlineRule { channel, kind: kind.into(), delay: working(days), source: "charte".into(), since }
    }

    #[test]
    fn the_standard_is_five_working_days_and_ten_for_a_letter() {
        let table = Deadlines::standard();
        let days: Vec<_> = Channel::ALL.iter().map(|channel| table.rule(*channel, None, TODAY).delay).collect();
        assert_eq!(days, [working(5), working(5), working(10), working(5), working(5)]);
        assert_eq!(Deadlines(vec![]).rule(Channel::Letter, None, TODAY).source, "Qual-e-Pref");
    }

    #[test]
    fn the_most_specific_line_wins_wherever_it_stands() {
        let table = Deadlines(vec![
            line(Channel::Email, None, 7, None),
            line(Channel::Email, Kind::Complaint, 3, None),
            line(Channel::Letter, Kind::Suggestion, 20, None),
        ]);
        let delay = |channel, kind: Option<Kind>| table.rule(channel, kind, TODAY).delay;
        assert_eq!(delay(Channel::Email, Some(Kind::Complaint)), working(3));
        assert_eq!(delay(Channel::Email, Some(Kind::Suggestion)), working(7));
        assert_eq!(delay(Channel::Email, None), working(7));
        assert_eq!(delay(Channel::Letter, Some(Kind::Suggestion)), working(20));
        assert_eq!(delay(Channel::Letter, Some(Kind::Complaint)), working(10));
        assert_eq!(delay(Channel::Phone, None), working(5));
    }

    #[test]
    fn what_was_received_before_a_line_came_into_force_goes_by_the_one_before() {
        let table = Deadlines(vec![
            line(Channel::Letter, None, 15, None),
            line(Channel::Letter, None, 10, Some(date(2026, 1, 1))),
            line(Channel::Letter, None, 8, Some(date(2027, 1, 1))),
            line(Channel::Letter, Kind::Complaint, 5, Some(date(2026, 7, 1))),
        ]);
        let days = |kind: Option<Kind>, day| table.rule(Channel::Letter, kind, day).delay.days;
        assert_eq!(days(None, date(2025, 12, 31)), 15);
        assert_eq!(days(None, date(2026, 1, 1)), 10);
        assert_eq!(days(None, date(2027, 1, 1)), 8);
        assert_eq!(days(Some(Kind::Complaint), date(2026, 6, 30)), 10, "its own line is not in force yet");
        assert_eq!(days(Some(Kind::Complaint), date(2026, 7, 1)), 5);
    }
}
