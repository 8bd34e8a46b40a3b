//! What we wrote did not arrive: it came back, or the relay refuses it for good. An answer that did not arrive is no answer.

use jiff::Timestamp;

use super::{
    Desk,
    act::{ActError, earliest},
    clocks,
};
use crate::{
    case::{Act, Ending, EventKind, LetterKind, State},
    mail::{self, Delivered},
    store::{CaseSummary, ClockRow, Ours, StoreError, Work},
};

impl Desk {
    /// Writes down that something of ours did not arrive. A letter to the correspondent wakes whoever has the case; an
    /// answer, or what carried the case to another administration, opens it again with the dates that it had.
    pub(super) async fn did_not_arrive(
        &self,
        work: &mut Work,
        case: i64,
        what: &Ours,
        kind: EventKind,
        why: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut known = work.case_to_change_of(case).await?;
        work.add_event(case, now, "releve", kind, &format!("{} : {why}", named(what)));
        let (at, ends) = match what {
            // What came back has not been received: the law still wants it.
            Ours::Acknowledgement => return work.unmeet_acknowledgement(case).await,
            Ours::Letter(_, message_id, _) if !work.came_back(message_id, now).await? => return Ok(()),
            Ours::Letter(letter, _, at) => (*at, ending(*letter)),
            Ours::Handover(at) => (*at, Some(State::Transferred)),
            Ours::Outside(at, _) => ((*at).max(known.received_at), Some(State::Answered)),
        };
        // An earlier letter that comes back late undoes no later one.
        if work.last_letter(case).await?.is_some_and(|last| last > at) {
            return Ok(());
        }
        if ends == Some(known.state) && known.ended_at == Some(at) {
            self.undo_the_end(work, &mut known, at, now).await?;
        } else if !known.state.is_running() {
            return Ok(());
        }
        known.came_back = true;
        clocks::told_anew(&self.policy, work, &known, "un message n'est pas arrivé", now).await?;
        work.change_case(&known).await
    }

    /// What was given up is to leave once more: a letter has the same effect as before, from now on.
    pub(super) async fn sent_again(
        &self,
        work: &mut Work,
        known: &mut CaseSummary,
        what: &Ours,
        now: Timestamp,
    ) -> Result<(), ActError> {
        let (letter, message_id, at) = match what {
            Ours::Letter(letter, message_id, at) => (*letter, message_id, *at),
            Ours::Handover(_) => {
                let text = "une transmission à une autre administration se refait depuis la demande, qui est rouverte";
                return Err(ActError::Refused(text.into()));
            }
            Ours::Acknowledgement | Ours::Outside(..) => return Ok(()),
        };
        let alone = work.last_letter(known.id).await? == Some(at) && work.written_in(known.id, at).await?.is_empty();
        if !known.state.is_running() || !known.came_back || !alone {
            let text =
                "la demande a changé depuis que ce message n'est pas parti : c'est à son agent d'y répondre de nouveau";
            return Err(ActError::Refused(text.into()));
        }
        work.sent_again(message_id, now).await?;
        known.came_back = false;
        earliest(&mut known.first_reply_at, now);
        if ending(letter) == Some(State::Answered) {
            known.state = known.state.after(Act::Answer).unwrap_or(known.state);
            earliest(&mut known.answered_at, now);
            known.ended_at = Some(now);
            clocks::answered(work, known.id, now).await?;
        }
        Ok(work.change_case(known).await?)
    }

    /// Whether a report is about the correspondent. A mail of ours goes to one person, wherever that one forwards it; what was
    /// written in a mail client may have failed to reach somebody who only got a copy.
    pub(super) async fn concerns(
        &self,
        work: &mut Work,
        case: i64,
        what: &Ours,
        delivered: &[Delivered],
    ) -> Result<bool, StoreError> {
        let Ours::Outside(_, digest) = what else { return Ok(true) };
        let octets = work.octets(digest).await?;
        let Ok(sent) = mail::parse(&octets, &mail::Limits::default()) else { return Ok(true) };
        let correspondent = work.case_of(case).await?.correspondent;
        let somebody_else = |recipient: &str| {
            let known = sent.to.iter().chain(&sent.cc).any(|one| one.email.eq_ignore_ascii_case(recipient));
            known && recipient != correspondent
        };
        let failed: Vec<_> = delivered.iter().filter(|one| one.action == "failed").collect();
        Ok(failed.is_empty() || !failed.iter().all(|one| somebody_else(&one.recipient)))
    }

    /// The case runs again with the clocks that its end had stopped at this instant.
    async fn undo_the_end(
        &self,
        work: &mut Work,
        known: &mut CaseSummary,
        at: Timestamp,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let answered = known.state == State::Answered;
        let stopped = |clock: &ClockRow| match answered {
            true => clocks::met_at(at)(clock),
            false => clock.ended_at == Some(at) && clock.ended_how == Some(Ending::HandedOver),
        };
        known.state = known.state.after(Act::Reopen).unwrap_or(known.state);
        known.ended_at = None;
        for first in [&mut known.answered_at, &mut known.first_reply_at] {
            *first = first.filter(|first| *first != at);
        }
        if !clocks::resume(work, known, stopped, now).await? {
            clocks::again(&self.policy, work, known, now, now);
        } else if let Some(driver) = work.clocks_of(known.id).await?.iter().find(|clock| clock.drives) {
            known.state = clocks::state_under(driver.purpose);
        }
        let due = crate::calendar::in_words(self.policy.calendar.date(known.due_at), "fr");
        let detail = format!("notre message n'est pas arrivé ; échéance le {due}");
        work.add_event(known.id, now, "releve", EventKind::Reopened, &detail);
        Ok(())
    }
}

/// What a mail of ours is, in the history of its case.
pub(super) fn named(what: &Ours) -> &'static str {
    match what {
        Ours::Acknowledgement => "accusé de réception",
        Ours::Letter(kind, ..) => kind.french(),
        Ours::Handover(_) => "transmission à l'autre administration",
        Ours::Outside(..) => "réponse écrite dans une messagerie",
    }
}

/// Where a letter leaves its case when it ends it.
const fn ending(letter: LetterKind) -> Option<State> {
    match letter {
        LetterKind::Answer => Some(State::Answered),
        LetterKind::Handover => Some(State::Transferred),
        LetterKind::Holding | LetterKind::Transfer | LetterKind::Pieces => None,
    }
}
