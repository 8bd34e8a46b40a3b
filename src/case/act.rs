//! What may be done to a case, and where it stands afterwards: one table, so that nobody has to remember an exception.

use super::State;

/// Something done to a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Act {
    /// It is given to an agent, or taken back.
    Assign,
    /// The correspondent is told of a later date.
    Hold,
    /// It goes to another service of the prefecture.
    Transfer,
    /// It goes to another administration.
    HandOver,
    /// The correspondent is answered on substance.
    Answer,
    /// It ends without an answer.
    Close,
    /// It is to be answered again.
    Reopen,
    /// What it is, or how it came, is corrected.
    Reclassify,
    /// The correspondent is asked for what is missing.
    Ask,
    /// What was asked for has come.
    Receive,
    /// Something is written down for colleagues.
    Note,
    /// It is answered in another case.
    Merge,
    /// That is undone.
    Separate,
}

/// What cannot be done to a case where it stands. In French, with what to do instead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// It has ended already.
    #[error("cette demande est {} ; rouvrez-la d'abord (ligne de commande : releve cases reopen)", .0.french())]
    Ended(State),
    /// It has not ended.
    #[error("cette demande est {} : elle n'a pas à être rouverte", .0.french())]
    Running(State),
    /// It is answered in another case.
    #[error("cette demande est {} ; séparez-les d'abord (ligne de commande : releve cases separate)", State::Merged.french())]
    Merged,
    /// It is answered in no other case.
    #[error("cette demande n'est réunie à aucune autre")]
    Apart,
}

impl Act {
    /// Every act.
    pub const ALL: &'static [Self] = &[
        Self::Assign,
        Self::Hold,
        Self::Transfer,
        Self::HandOver,
        Self::Answer,
        Self::Close,
        Self::Reopen,
        Self::Reclassify,
        Self::Ask,
        Self::Receive,
        Self::Note,
        Self::Merge,
        Self::Separate,
    ];
}

impl State {
    /// Where a case stands after an act.
    pub const fn after(self, act: Act) -> Result<Self, Unfit> {
        match (act, self.is_running()) {
            (Act::Reclassify | Act::Note, _) => Ok(self),
            // It runs again as it did; what else it was is kept beside it.
            (Act::Separate, _) => {
                if matches!(self, Self::Merged) {
                    Ok(Self::Open)
                } else {
                    Err(Unfit::Apart)
                }
            }
            (_, false) if matches!(self, Self::Merged) => Err(Unfit::Merged),
            (Act::Reopen, false) => Ok(Self::Open),
            (Act::Reopen, true) => Err(Unfit::Running(self)),
            (_, false) => Err(Unfit::Ended(self)),
            // What was announced to the correspondent holds whoever has the case.
            (Act::Assign | Act::Transfer, true) => Ok(self),
            (Act::Hold, true) => Ok(Self::Held),
            (Act::HandOver, true) => Ok(Self::Transferred),
            (Act::Answer, true) => Ok(Self::Answered),
            (Act::Close, true) => Ok(Self::Closed),
            (Act::Ask, true) => Ok(Self::Asked),
            // A day that was announced meanwhile holds.
            (Act::Receive, true) => Ok(if matches!(self, Self::Held) { self } else { Self::Open }),
            (Act::Merge, true) => Ok(Self::Merged),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_case_ends_once_and_only_undoing_its_end_brings_it_back() {
        for state in State::ALL {
            for act in Act::ALL {
                match state.after(*act) {
                    Ok(after) if matches!(act, Act::Reclassify | Act::Note) => assert_eq!(after, *state),
                    Ok(after) => {
                        assert_eq!(state.is_running(), !matches!(act, Act::Reopen | Act::Separate), "{state} {act:?}");
                        let ends = matches!(act, Act::HandOver | Act::Answer | Act::Close | Act::Merge);
                        assert_eq!(after.is_running(), !ends, "{state} {act:?}");
                    }
                    Err(Unfit::Ended(found)) => assert!(found == *state && !state.is_running(), "{state} {act:?}"),
                    Err(Unfit::Running(found)) => {
                        assert!(found == *state && state.is_running() && *act == Act::Reopen, "{state} {act:?}");
                    }
                    Err(Unfit::Merged) => assert!(*state == State::Merged && *act != Act::Separate, "{act:?}"),
                    Err(Unfit::Apart) => assert!(*state != State::Merged && *act == Act::Separate, "{state}"),
                }
            }
        }
    }

    #[test]
    fn an_announced_date_outlives_a_transfer() {
        assert_eq!(State::Held.after(Act::Transfer), Ok(State::Held));
        assert_eq!(State::Held.after(Act::Assign), Ok(State::Held));
    }
}
