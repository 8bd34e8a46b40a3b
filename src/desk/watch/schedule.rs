//! When each step of an escalation is due: so many working days before or after the deadline, at the hour at which the
//! prefecture's people begin to be written to. Pure.

use jiff::{Timestamp, civil::Date};

use super::super::Policy;
use crate::{case::Role, store::Running};

/// A step of the escalation of one case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::desk) struct Step {
    /// As it is stored: `J-2`, `J`, `J+5`, `hold`, `returned`.
    pub name: String,
    /// Who is told.
    pub to: Vec<Role>,
    /// From when on.
    pub at: Timestamp,
}

/// The step at which a manager learns of a second holding reply.
pub(in crate::desk) const SECOND_HOLD: &str = "hold";

/// The step at which whoever has a case learns that what was written to its correspondent did not arrive.
pub(in crate::desk) const RETURNED: &str = "returned";

/// Whether a step is about the deadline; the others are matters of their own, and no later step says as much.
pub(super) fn counts_down(step: &str) -> bool {
    step.starts_with('J')
}

/// Every step of a case, the first to be due first.
pub(super) fn steps(policy: &Policy, case: &Running) -> Vec<Step> {
    let watch = &policy.config.watch;
    let due = policy.calendar.date(case.due_at);
    let mut steps = Vec::with_capacity(watch.warnings.len() + 2);
    if case.came_back {
        steps.push(Step { name: RETURNED.into(), to: vec![Role::Agent], at: Timestamp::MIN });
    }
    if case.announced && case.holds > 1 {
        steps.push(Step { name: SECOND_HOLD.into(), to: vec![Role::Manager], at: Timestamp::MIN });
    }
    steps.extend(watch.warnings.iter().map(|step| Step {
        name: name(step.days),
        to: step.to.clone(),
        at: policy.calendar.instant(policy.calendar.working_day(due, step.days), watch.hours.from),
    }));
    steps
}

/// When the watch has to look first at a case that is due on this day.
pub(in crate::desk) fn first(policy: &Policy, due: Date) -> Timestamp {
    let watch = &policy.config.watch;
    let days = watch.warnings.iter().map(|step| step.days).min().unwrap_or_default();
    policy.calendar.instant(policy.calendar.working_day(due, days), watch.hours.from)
}

fn name(days: i16) -> String {
    match days {
        0 => "J".into(),
        days => format!("J{days:+}"),
    }
}

/// A step for people: « 2 jours ouvrés avant l'échéance », « second message d'attente ».
pub(in crate::desk) fn french(step: &str) -> String {
    let days = step.strip_prefix('J').map(|days| days.parse::<i16>().unwrap_or_default());
    let Some(days) = days else {
        return match step {
            RETURNED => "un message à l'usager n'est pas arrivé".into(),
            _ => "second message d'attente".into(),
        };
    };
    let count = days.unsigned_abs();
    let plural = if count > 1 { "s" } else { "" };
    match days {
        0 => "jour de l'échéance".into(),
        ..0 => format!("{count} jour{plural} ouvré{plural} avant l'échéance"),
        1.. => format!("{count} jour{plural} ouvré{plural} après l'échéance"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_has_a_name_to_keep_and_words_to_read() {
        assert_eq!([-2, 0, 5].map(name), ["J-2", "J", "J+5"]);
        assert_eq!(french("J-2"), "2 jours ouvrés avant l'échéance");
        assert_eq!(french("J-1"), "1 jour ouvré avant l'échéance");
        assert_eq!(french("J"), "jour de l'échéance");
        assert_eq!(french("J+5"), "5 jours ouvrés après l'échéance");
        assert_eq!(french(SECOND_HOLD), "second message d'attente");
        assert_eq!(french(RETURNED), "un message à l'usager n'est pas arrivé");
        assert!(counts_down("J-2") && !counts_down(SECOND_HOLD) && !counts_down(RETURNED));
    }
}
