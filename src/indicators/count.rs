//! What a case adds to which figure of which month: the definitions of [`super::definition`], as code.

use jiff::civil::Date;

use super::{
    definition::{Family, Indicator, Measure},
    fact::{CaseFact, Done, Owed, PromiseFact, Step},
    month::Month,
};
use crate::case::Ending;

/// What is added.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// One to the denominator of a rate, and to its numerator if it is true.
    Rate(bool),
    /// A delay.
    Delay(Done),
    /// One.
    One,
    /// Nothing: it lost its object in time, in this way.
    Apart(Ending),
}

/// One addition to one figure.
#[derive(Debug, Clone, Copy)]
pub struct Counted<'f> {
    /// To which month.
    pub month: Month,
    /// To which figure.
    pub indicator: Indicator,
    /// What.
    pub part: Part,
    /// The promise that is behind it, where one is.
    pub promise: Option<&'f PromiseFact>,
}

/// Everything that a case adds to any figure of any month, as it is known on the day `today`.
///
/// What is due today or later adds nothing yet: its day is not over.
pub fn contributions<'f>(fact: &'f CaseFact, today: Date, add: &mut impl FnMut(Counted<'f>)) {
    let mut on =
        |date: Date, indicator, part, promise| add(Counted { month: Month::of(date), indicator, part, promise });
    for promise in fact.promises.iter().filter(|promise| promise.due_on < today) {
        let fate = fate(fact, promise);
        for family in Family::ALL.iter().filter(|family| family.has(fact)) {
            let mut count = |measure, part| on(promise.due_on, Indicator::Of(*family, measure), part, Some(promise));
            if let Some(ending) = fate {
                count(Measure::OnTime, Part::Apart(ending));
                count(Measure::OnTimeAnyReply, Part::Apart(ending));
                continue;
            }
            let in_time = |done: Option<Done>| done.is_some_and(|done| done.on <= promise.due_on);
            count(Measure::OnTime, Part::Rate(in_time(promise.answered)));
            count(Measure::OnTimeAnyReply, Part::Rate(in_time(promise.replied)));
            if let Some(answered) = promise.answered {
                count(Measure::Delay, Part::Delay(answered));
            }
            if let Some(replied) = promise.replied {
                count(Measure::DelayAnyReply, Part::Delay(replied));
            }
            if *family == Family::All && promise.answered.is_none() && promise.ended.is_none() {
                on(promise.due_on, Indicator::OpenAndLate, Part::One, Some(promise));
            }
        }
    }
    if !fact.merged {
        on(fact.received_on, Indicator::Received, Part::One, None);
        if let Some(accepted) = fact.accepted {
            on(fact.received_on, Indicator::ClassificationAccepted, Part::Rate(accepted), None);
        }
        for receipt in fact.receipts.iter().filter(|receipt| receipt.due_on < today && still_owed(receipt)) {
            let in_time = receipt.met_on.is_some_and(|met| met <= receipt.due_on);
            on(receipt.due_on, Indicator::AcknowledgedInOneDay, Part::Rate(in_time), None);
        }
    }
    for step in &fact.steps {
        let (indicator, part) = match step.what {
            Step::Held => (Indicator::HoldingReplies, Part::One),
            Step::PiecesAsked => (Indicator::PiecesAsked, Part::One),
            Step::Transferred => (Indicator::Transfers, Part::One),
            Step::Reopened => (Indicator::Reopened, Part::One),
            Step::Answered { model } => (Indicator::ModelUsed, Part::Rate(model)),
        };
        on(step.on, indicator, part, None);
    }
}

/// Why a promise whose day is over does not count; `None`: it does. What ended after its day without an answer counts, as a
/// failure: nobody had dealt with it when it was due, and closing it later mends no figure.
fn fate(fact: &CaseFact, promise: &PromiseFact) -> Option<Ending> {
    match promise.ended {
        _ if fact.merged => Some(Ending::Merged),
        Some((_, Ending::Merged)) => Some(Ending::Merged),
        Some((on, ending)) if promise.answered.is_none() && on <= promise.due_on => Some(ending),
        _ => None,
    }
}

/// Whether the acknowledgement was owed on its last day.
fn still_owed(receipt: &Owed) -> bool {
    receipt.met_on.is_some() || receipt.ended_on.is_none_or(|ended| ended > receipt.due_on)
}
