//! What became of an outgoing mail, written on its row and on its case.

use jiff::{SignedDuration, Timestamp};

use super::{Desk, clocks};
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
        let what = work.ours(&[&mail.message_id]).await?;
        // What goes to another administration is in no thread of the correspondent.
        let to_correspondent = what.is_some();
        let told = match outcome {
            Outcome::Sent { answer } => {
                work.sent(mail.id, answer, now).await?;
                if let Some(case) = mail.case_id {
                    clocks::acknowledged(&mut work, case, now).await?;
                    if to_correspondent {
                        self.copy_to_sent(&mut work, case, &mail.message_id, &mail.bytes, now).await?;
                    }
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
            (Some((EventKind::Failed, why)), Some(case)) if to_correspondent => {
                let what = what.as_ref().map_or(&Ours::Acknowledgement, |(_, what)| what);
                self.did_not_arrive(&mut work, case, what, EventKind::Failed, why, now).await?;
            }
            (Some((kind, detail)), Some(case)) => {
                work.add_event(case, now, "releve", kind, &format!("{} : {detail}", named(what.as_ref())));
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

/// What a mail is, in the history of its case.
fn named(what: Option<&(i64, Ours)>) -> &'static str {
    match what {
        Some((_, Ours::Acknowledgement)) => "accusé de réception",
        Some((_, Ours::Letter(kind, _))) => kind.french(),
        Some((_, Ours::Outside)) => "réponse",
        None => "transmission à l'autre administration",
    }
}

pub(super) fn later(at: Timestamp, by: SignedDuration) -> Timestamp {
    at.saturating_add(by).expect("a duration of hours is a span that jiff can add")
}
