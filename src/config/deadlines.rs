//! The table of delays: which one a message gets, from the most specific line to the standard of the State's services.
//! Knows no calendar; how a delay is counted is `calendar`'s.

use super::{DeadlineRule, Deadlines};
use crate::{
    calendar::{Delay, Unit},
    case::{Channel, Kind},
};

impl Deadlines {
    /// The table of a prefecture that says nothing: one line a channel, for every kind.
    pub fn standard() -> Self {
        let line = |channel: &Channel| DeadlineRule { channel: *channel, kind: None, delay: standard(*channel) };
        Self(Channel::ALL.iter().map(line).collect())
    }

    /// The delay of a message of this channel and kind: the line of both; without one, the line of the channel for every
    /// kind; without one, the standard. A kind not known yet (`None`) is for the line of every kind.
    pub fn delay(&self, channel: Channel, kind: impl Into<Option<Kind>>) -> Delay {
        let kind = kind.into();
        let line = |kind| self.0.iter().find(|line| line.channel == channel && line.kind == kind);
        line(kind).or_else(|| line(None)).map_or_else(|| standard(channel), |line| line.delay)
    }
}

/// Qual-e-Pref: 5 jours ouvrés, and 10 for a letter (domain.md §1.2). A form filled in at the counter and a call that
/// could not be answered at once are written down by the service itself, like an e-mail: no source gives them a longer
/// delay, so they get the shorter one, which is in the user's favour.
const fn standard(channel: Channel) -> Delay {
    let days = match channel {
        Channel::Letter => 10,
        Channel::Email | Channel::Form | Channel::Counter | Channel::Phone => 5,
    };
    Delay { days, unit: Unit::Working }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn working(days: u16) -> Delay {
        Delay { days, unit: Unit::Working }
    }

    #[test]
    fn the_standard_is_five_working_days_and_ten_for_a_letter() {
        let table = Deadlines::standard();
        let days: Vec<_> = Channel::ALL.iter().map(|channel| table.delay(*channel, None)).collect();
        assert_eq!(days, [working(5), working(5), working(10), working(5), working(5)]);
    }

    #[test]
    fn the_most_specific_line_wins_wherever_it_stands() {
        let line = |channel, kind, days| DeadlineRule { channel, kind, delay: working(days) };
        let table = Deadlines(vec![
            line(Channel::Email, None, 7),
            line(Channel::Email, Some(Kind::Complaint), 3),
            line(Channel::Letter, Some(Kind::Suggestion), 20),
        ]);
        assert_eq!(table.delay(Channel::Email, Kind::Complaint), working(3));
        assert_eq!(table.delay(Channel::Email, Kind::Suggestion), working(7));
        assert_eq!(table.delay(Channel::Email, None), working(7));
        assert_eq!(table.delay(Channel::Letter, Kind::Suggestion), working(20));
        assert_eq!(table.delay(Channel::Letter, Kind::Complaint), working(10));
        assert_eq!(table.delay(Channel::Phone, None), working(5));
    }
}
