//! What became of an outgoing mail, written on its row and on its case.

use jiff::{SignedDuration, Timestamp};

use super::{Desk, act::ActError, clocks, returned::named};
use crate::{
    case::EventKind,
    store::{Ours, Outgoing, StoreError},
};

/// What became of one attempt. Every text is a sentence in French, without the recipient's address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It was accepted.
    Sent {
        /// What the relay answered.
        answer: String,
    },
    /// It has not left, and may leave later: a 4xx, or the relay cannot be reached.
    Retry {
        /// Why.
        why: String,
    },
    /// It will never leave: the relay refuses it for good (5xx).
    Refused {
        /// Why.
        why: String,
    },
    /// It may have left: the answer was lost after the whole message had been handed over (RFC 1047). To be sent again
    /// with the same Message-ID.
    Uncertain {
        /// Why.
        why: String,
    },
}

/// How long to wait after each failed attempt; the last one repeats.
const BACK_OFF: [SignedDuration; 7] = [
    SignedDuration::from_secs(30),
    SignedDuration::from_mins(2),
    SignedDuration::from_mins(10),
    SignedDuration::from_mins(30),
    SignedDuration::from_hours(1),
    SignedDuration::from_hours(2),
    SignedDuration::from_hours(4),
];

/// A mail that could not leave for so long is given up, with an error on its case. The law leaves 10 working days for an
/// acknowledgement (CRPA R112-11-2).
const PATIENCE: SignedDuration = SignedDuration::from_hours(10 * 24);

impl Desk {
    /// Claims mails that are due.
    pub async fn claim(&self, owner: &str, count: i64) -> Result<Vec<Outgoing>, StoreError> {
        let mut work = self.store.begin().await?;
        let mails = work.claim(owner, self.now(), count).await?;
        work.commit().await?;
        Ok(mails)
    }

    /// Tries a mail again now that waits, or was given up. A letter that was given up, and that opened its case again, does once
    /// more what it had done, unless somebody has written since: nobody is answered twice.
    pub async fn retry(&self, mail: i64, by: &str) -> Result<(), ActError> {
        let now = self.now();
        let mut work = self.store.begin().await?;
        let gone = || ActError::Refused("ce courriel est parti entre-temps : il n'y a rien à relancer".into());
        let (case, message_id, failed) = work.unsent_mail(mail).await?.ok_or_else(gone)?;
        if let Some(case) = case {
            // The case before its mail, as everybody does; meanwhile it may have left.
            let mut known = work.case_to_change_of(case).await?;
            work.unsent_mail(mail).await?.ok_or_else(gone)?;
            let what = work.ours(&[&message_id]).await?.map(|(_, what)| what).filter(|_| failed);
            if let Some(what) = what {
                self.sent_again(&mut work, &mut known, &what, now).await?;
            }
            work.add_event(case, now, by, EventKind::Retried, "depuis les pages d'administration");
        }
        work.retry(mail, now).await?;
        work.commit().await?;
        self.outgoing.notify_one();
        Ok(())
    }

    /// Writes down what became of one attempt.
    pub async fn delivered(&self, mail: &Outgoing, outcome: &Outcome) -> Result<(), StoreError> {
        let now = self.now();
        let step = usize::try_from(mail.attempts - 1).unwrap_or_default().min(BACK_OFF.len() - 1);
        let next = later(now, BACK_OFF[step]);
        // Our own people are written to while they work, at the second attempt too.
        let next = match mail.case_id {
            Some(_) => next,
            None => self.policy.calendar.at_work(next, self.policy.config.watch.hours),
        };
        let patient = now < later(mail.created_at, PATIENCE);
        let mut work = self.store.begin().await?;
        // The case before its mail and its clocks, as everybody does: two who wait for each other would undo what the relay
        // has taken, and it would be sent again.
        let case = match mail.case_id {
            Some(case) => Some(work.case_to_change_of(case).await?),
            None => None,
        };
        let what = work.ours(&[&mail.message_id]).await?.map(|(_, what)| what);
        // What goes to another administration is in no thread of the correspondent.
        let to_correspondent = matches!(what, Some(Ours::Acknowledgement | Ours::Letter(..)));
        let told = match outcome {
            Outcome::Sent { answer } => {
                work.sent(mail.id, answer, now).await?;
                if let Some(case) = case.as_ref().filter(|_| to_correspondent) {
                    clocks::acknowledged(&mut work, case.id, now).await?;
                    self.copy_to_sent(&mut work, case, mail, now).await?;
                }
                Some((EventKind::Sent, answer))
            }
            Outcome::Uncertain { why } if patient => {
                work.postpone(mail.id, why, true, next).await?;
                Some((EventKind::Uncertain, why))
            }
            Outcome::Retry { why } if patient => {
                work.postpone(mail.id, why, false, next).await?;
                None
            }
            Outcome::Retry { why } | Outcome::Uncertain { why } | Outcome::Refused { why } => {
                work.give_up(mail.id, why, now).await?;
                Some((EventKind::Failed, why))
            }
        };
        match (told, mail.case_id) {
            (Some((kind, detail)), Some(case)) => {
                let what = what.unwrap_or(Ours::Acknowledgement);
                match kind {
                    EventKind::Failed => self.did_not_arrive(&mut work, case, &what, kind, detail, now).await?,
                    _ => work.add_event(case, now, "releve", kind, &format!("{} : {detail}", named(&what))),
                }
            }
            (Some((EventKind::Failed, why)), None) => {
                tracing::error!(mail.message_id, why, "a notice to our own people will not leave");
            }
            _ => {}
        }
        work.commit().await?;
        self.to_file.notify_one();
        Ok(())
    }
}

pub(super) fn later(at: Timestamp, by: SignedDuration) -> Timestamp {
    at.saturating_add(by).expect("a duration of hours is a span that jiff can add")
}
