//! What we wrote did not arrive: it came back, or the relay refuses it for good. An answer that did not arrive is no answer.

use jiff::Timestamp;

use super::{Desk, act::HANDED_OVER, clocks};
use crate::{
    case::{Act, EventKind, LetterKind, State},
    store::{ClockRow, Ours, StoreError, Work},
};

impl Desk {
    /// Writes down that something of ours did not arrive. A letter to the correspondent wakes whoever has the case; an
    /// answer, or the notice that another administration answers, opens it again with the dates that it had.
    pub(super) async fn did_not_arrive(
        &self,
        work: &mut Work,
        case: i64,
        what: &Ours,
        kind: EventKind,
        why: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let (name, ended) = match what {
            Ours::Acknowledgement => ("accusé de réception", None),
            Ours::Letter(letter, _) => (letter.french(), ending(*letter)),
            Ours::Outside => ("réponse écrite dans une messagerie", Some(State::Answered)),
        };
        work.add_event(case, now, "releve", kind, &format!("{name} : {why}"));
        match what {
            // What came back has not been received: the law still wants it.
            Ours::Acknowledgement => return work.unmeet_acknowledgement(case).await,
            Ours::Letter(_, message_id) if !work.came_back(message_id, now).await? => return Ok(()),
            Ours::Letter(..) | Ours::Outside => {}
        }
        let mut known = work.case_to_change_of(case).await?;
        known.came_back = true;
        if ended == Some(known.state)
            && let (Some(at), Ok(open)) = (known.ended_at, known.state.after(Act::Reopen))
        {
            known.state = open;
            known.ended_at = None;
            if known.answered_at == Some(at) {
                known.answered_at = None;
            }
            if known.first_reply_at == Some(at) {
                known.first_reply_at = None;
            }
            let answered = clocks::met_at(at);
            let handed_over = |clock: &ClockRow| clock.ended_at == Some(at) && clock.ended_why.starts_with(HANDED_OVER);
            let ended_by_it = |clock: &ClockRow| match ended {
                Some(State::Answered) => answered(clock),
                _ => handed_over(clock),
            };
            let resumed = clocks::resume(work, &mut known, ended_by_it, now).await?;
            if !resumed {
                clocks::again(&self.policy, work, &mut known, now, now);
            } else if let Some(driver) = work.clocks_of(case).await?.iter().find(|clock| clock.drives) {
                known.state = clocks::state_under(driver.purpose);
            }
            let due = crate::calendar::in_words(self.policy.calendar.date(known.due_at), "fr");
            let detail = format!("l'usager n'a pas reçu la réponse ; échéance le {due}");
            work.add_event(case, now, "releve", EventKind::Reopened, &detail);
        }
        if known.state.is_running() {
            clocks::told_anew(&self.policy, work, &known, "un message n'est pas arrivé", now).await?;
        }
        work.change_case(&known).await
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
