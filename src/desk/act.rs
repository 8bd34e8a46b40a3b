//! What people do to a case: each act is one transaction with its event and its effect on the clocks. The table of
//! [`crate::case::Act`] says what is possible where; here is what each does.
//!
//! An act that ends the case, sends it elsewhere or announces a date takes it out of its escalation in the same
//! transaction; one that gives it to somebody else turns what is left of it to that person.

mod correct;
mod depart;
mod enter;
mod join;
mod step;

pub use correct::Correction;
pub use enter::Entered;
pub use step::{SentOn, Step, Stepped};

use jiff::{Timestamp, ToSpan, civil::Date};

use super::{Desk, clocks};
use crate::{
    calendar::{Calendar, in_words},
    case::{Act, Closing, Ending, EventKind, Unfit},
    store::{CaseSummary, StoreError, Work},
};

/// Why an act was not done. Nothing was changed. Every text is a sentence in French that says what to do.
#[derive(Debug, thiserror::Error)]
pub enum ActError {
    /// There is no such case.
    #[error("aucune demande ne porte la référence « {0} » (ligne de commande : releve cases list les montre)")]
    Unknown(String),
    /// It cannot be done where the case stands.
    #[error(transparent)]
    Unfit(#[from] Unfit),
    /// Something in the act itself is wrong.
    #[error("{0}")]
    Refused(String),
    /// The letter cannot be sent as it is.
    #[error(transparent)]
    Unsendable(#[from] crate::replies::Unsendable),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Holding replies after which an answer is due: two in a row, and the second goes to the manager (domain.md §1.2).
const HOLDS: i64 = 2;

/// No holding reply announces a date that is further away: it is a slip of the pen.
const LONGEST_HOLD: i32 = 2 * 365;

/// How the clocks of a case that went to another administration ended; its name follows.
const HANDED_OVER: &str = "transmise à ";

/// A case in the hands of whoever acts on it.
struct Hand<'a> {
    desk: &'a Desk,
    work: Work,
    case: CaseSummary,
    by: &'a str,
    now: Timestamp,
}

impl<'a> Hand<'a> {
    /// Takes the case, and puts it where the act leads.
    async fn take(desk: &'a Desk, reference: &str, act: Act, by: &'a str) -> Result<Self, ActError> {
        let mut work = desk.store.begin().await?;
        let case = work.case_to_change(reference).await?;
        let mut case = case.ok_or_else(|| ActError::Unknown(reference.to_owned()))?;
        let now = desk.now();
        case.state = case.state.after(act)?;
        Ok(Self { desk, work, case, by, now })
    }

    /// An instant in the past of the case at which something was done outside. Of the day of reception only the day is
    /// known: whatever happened on it happened after the reception.
    fn happened(&self, at: Timestamp) -> Result<Timestamp, ActError> {
        let calendar = &self.desk.policy.calendar;
        let words = |at| in_words(calendar.date(at), "fr");
        if at > self.now {
            return Err(ActError::Refused(format!("le {} est dans l'avenir", words(at))));
        }
        if calendar.date(at) < calendar.date(self.case.received_at) {
            let received = words(self.case.received_at);
            return Err(ActError::Refused(format!("le {} est avant la réception, le {received}", words(at))));
        }
        Ok(at.max(self.case.received_at))
    }

    fn note(&mut self, kind: EventKind, detail: &str) {
        self.work.add_event(self.case.id, self.now, self.by, kind, detail);
    }

    /// Makes it durable.
    async fn lay_down(mut self) -> Result<CaseSummary, ActError> {
        if !self.case.state.is_running() {
            self.case.came_back = false;
            self.desk.retire_drafts(&mut self.work, self.case.id, self.now).await?;
        }
        self.work.change_case(&self.case).await?;
        self.work.commit().await?;
        Ok(self.case)
    }
}

impl Desk {
    /// Gives a case to an agent of its service (address in any case), or takes it back from everybody.
    pub async fn assign(&self, reference: &str, to: Option<&str>, by: &str) -> Result<CaseSummary, ActError> {
        let mut hand = Hand::take(self, reference, Act::Assign, by).await?;
        let to = to.unwrap_or_default().to_lowercase();
        let service = &hand.case.service;
        if !to.is_empty() && !self.policy.config.serves(service, &to) {
            let staff = self.policy.config.service(service).map(|service| service.staff().collect::<Vec<_>>());
            let staff = staff.filter(|staff| !staff.is_empty()).map_or_else(
                || "aucun agent n'y est déclaré ([[service]] agents)".to_owned(),
                |staff| format!("agents et responsables déclarés : {}", staff.join(", ")),
            );
            let text = format!("« {to} » n'est pas du service « {service} » ; {staff}");
            return Err(ActError::Refused(text));
        }
        if hand.case.agent == to {
            return Err(ActError::Refused("rien ne change : la demande est déjà ainsi confiée".into()));
        }
        let detail = match to.as_str() {
            "" => format!("retirée à {}", hand.case.agent),
            to => format!("confiée à {to}"),
        };
        hand.note(EventKind::Assigned, &detail);
        hand.case.agent = to;
        // A step that was told before the case was given has still to be told to whoever has it now.
        hand.work.wake_case(hand.case.id, hand.now).await?;
        hand.lay_down().await
    }

    /// The correspondent was told by other means, at `replied_at`, that the answer comes by the end of the day `until`.
    pub async fn held_outside(
        &self,
        reference: &str,
        until: Date,
        replied_at: Timestamp,
        by: &str,
    ) -> Result<CaseSummary, ActError> {
        let mut hand = Hand::take(self, reference, Act::Hold, by).await?;
        let replied_at = hand.happened(replied_at)?;
        hand.may_hold(until)?;
        let sent = in_words(self.policy.calendar.date(replied_at), "fr");
        hand.held(until, replied_at, &format!("envoyé le {sent}")).await?;
        hand.lay_down().await
    }

    /// Another administration is in charge; it was sent on at `at` by other means, and the correspondent was told (CRPA
    /// L114-2).
    pub async fn handed_over_outside(
        &self,
        reference: &str,
        administration: &str,
        at: Timestamp,
        why: &str,
        by: &str,
    ) -> Result<CaseSummary, ActError> {
        let mut hand = Hand::take(self, reference, Act::HandOver, by).await?;
        let at = hand.happened(at)?;
        if administration.trim().is_empty() {
            return Err(ActError::Refused("nommez l'administration à laquelle la demande est transmise".into()));
        }
        // To be told where the answer will come from is a reply, though not one on substance.
        earliest(&mut hand.case.first_reply_at, at);
        hand.case.ended_at = Some(at);
        let object = format!("{HANDED_OVER}{administration}");
        clocks::without_object(&mut hand.work, hand.case.id, (Ending::HandedOver, &object), at).await?;
        let day = in_words(self.policy.calendar.date(at), "fr");
        hand.note(EventKind::Transferred, &format!("{object} le {day} (CRPA, art. L114-2){}", because(why)));
        hand.lay_down().await
    }

    /// The correspondent was answered on substance at `at`, by other means than ours.
    pub async fn answered_outside(
        &self,
        reference: &str,
        at: Timestamp,
        how: &str,
        by: &str,
    ) -> Result<CaseSummary, ActError> {
        let mut hand = Hand::take(self, reference, Act::Answer, by).await?;
        let at = hand.happened(at)?;
        earliest(&mut hand.case.first_reply_at, at);
        earliest(&mut hand.case.answered_at, at);
        hand.case.ended_at = Some(at);
        clocks::answered(&mut hand.work, hand.case.id, at).await?;
        let calendar = &self.policy.calendar;
        let days = calendar.working_days_after(hand.case.received_at, at);
        let detail = format!("répondue hors de releve le {}, {days}", in_words(calendar.date(at), "fr"));
        hand.note(EventKind::Answered, &format!("{detail}{}", because(how)));
        hand.lay_down().await
    }

    /// There is nothing to answer, for this reason.
    pub async fn close(&self, reference: &str, reason: Closing, note: &str, by: &str) -> Result<CaseSummary, ActError> {
        let mut hand = Hand::take(self, reference, Act::Close, by).await?;
        hand.case.ended_at = Some(hand.now);
        clocks::without_object(&mut hand.work, hand.case.id, (Ending::Closed, reason.french()), hand.now).await?;
        hand.note(EventKind::Closed, &format!("{}{}", reason.french(), because(note)));
        hand.lay_down().await
    }

    /// The case is to be answered again, by the deadline of what would come in now.
    pub async fn reopen(&self, reference: &str, why: &str, by: &str) -> Result<CaseSummary, ActError> {
        let mut hand = Hand::take(self, reference, Act::Reopen, by).await?;
        let now = hand.now;
        reopened(self, &mut hand.work, &mut hand.case, now, now, by, why);
        hand.lay_down().await
    }
}

/// Opens a case again, counted from `from`; its state is open already.
fn reopened(
    desk: &Desk,
    work: &mut Work,
    case: &mut CaseSummary,
    from: Timestamp,
    now: Timestamp,
    by: &str,
    why: &str,
) {
    (case.ended_at, case.holds) = (None, 0);
    clocks::again(&desk.policy, work, case, from, now);
    let due = in_words(desk.policy.calendar.date(case.due_at), "fr");
    work.add_event(case.id, now, by, EventKind::Reopened, &format!("nouvelle échéance le {due}{}", because(why)));
}

impl Desk {
    /// The correspondent of a case that has ended writes again, at `received_at`: it is opened again.
    pub(super) async fn reopen_for_citizen(
        &self,
        work: &mut Work,
        case: &mut CaseSummary,
        received_at: Timestamp,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        case.state = case.state.after(Act::Reopen).unwrap_or(case.state);
        reopened(self, work, case, received_at, now, "citizen", "l'usager a écrit de nouveau");
        work.change_case(case).await
    }
}

impl Desk {
    /// The correspondent sent, at `received_at`, what was awaited, or wrote about it: it is our turn again.
    pub(super) async fn pieces_came(
        &self,
        work: &mut Work,
        case: &mut CaseSummary,
        received_at: Timestamp,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        case.state = case.state.after(Act::Receive).unwrap_or(case.state);
        clocks::pieces_received(&self.policy, work, case, received_at, now).await?;
        let due = in_words(self.policy.calendar.date(case.due_at), "fr");
        let detail = format!("l'usager a répondu à la demande de pièces ; échéance le {due}");
        work.add_event(case.id, now, "citizen", EventKind::Deadline, &detail);
        work.change_case(case).await
    }
}

/// Keeps the first of the instants at which something was done: people do not note things in their order.
pub(super) fn earliest(first: &mut Option<Timestamp>, at: Timestamp) {
    *first = Some(first.map_or(at, |first| first.min(at)));
}

/// Before this, ten years ago, nothing that is entered or corrected was received: it is a slip of the pen.
fn earliest_reception(calendar: &Calendar, now: Timestamp) -> Timestamp {
    calendar.instant(calendar.date(now).saturating_sub(10.years()), jiff::civil::Time::midnight())
}

/// What somebody said of an act, to follow it.
fn because(words: &str) -> String {
    let words = words.trim();
    if words.is_empty() { String::new() } else { format!(" ; {words}") }
}
