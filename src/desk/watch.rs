//! What time makes due: warnings, digests, summaries. Everything that is due at an instant is found, written and put into
//! the outbox in one transaction: after a crash all of it happened or nothing, and what happened is never done again.
//!
//! `people` says who, `schedule` when, `plan` what, `morning` and `week` in which mail; here are the rows.

mod morning;
mod people;
mod plan;
pub(super) mod schedule;
mod week;

use std::collections::BTreeSet;

use jiff::{
    Timestamp, ToSpan,
    civil::{Date, Time},
};
use sha2::{Digest as _, Sha256};

use super::Desk;
use crate::{
    case::{EventKind, NoticeKind},
    config::Envelope,
    mail::{self, OutgoingMail, Sort},
    notices::Document,
    store::{Absence, Belongs, NewNotice, NewOutgoing, StoreError, Work},
};
use plan::{Facts, Mail, Wave, horizon, plan};

/// The lease of the daemon that keeps watch.
const LEASE: &str = "watch";

/// What came of one look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Watched {
    /// Everything that is due has been written down.
    Done {
        /// Mails to people.
        mails: usize,
        /// Steps of the escalation for which nobody is declared.
        to_nobody: usize,
        /// When there is something to do again, as far as is known now.
        next: Timestamp,
    },
    /// Another daemon keeps watch.
    Elsewhere,
}

/// A mail that is due at an instant, as a dry run shows it.
#[derive(Debug, Clone)]
pub struct Foreseen {
    /// What it is.
    pub kind: NoticeKind,
    /// Whom it goes to.
    pub recipient: String,
    /// What it says; `None`: there is nothing to say, and no mail.
    pub document: Option<Document>,
    /// The references of the cases that it warns of, each with its step and its role.
    pub warnings: Vec<(String, String, crate::case::Role)>,
}

impl Desk {
    /// The watch looks at every running case when it next wakes: what it goes by may have changed while it did not run.
    pub async fn watch_anew(&self) -> Result<(), StoreError> {
        let mut work = self.store.begin().await?;
        work.wake_all(self.now()).await?;
        work.commit().await
    }

    /// Tells everybody what is due by now, if the prefecture is at work and no other daemon does.
    pub async fn watch(&self, owner: &str) -> Result<Watched, StoreError> {
        let (now, watch) = (self.now(), &self.policy.config.watch);
        let calendar = &self.policy.calendar;
        let opens = calendar.at_work(now, watch.hours);
        let tomorrow = calendar.instant(calendar.next_working_day(calendar.date(now)), watch.hours.from);
        if !watch.enabled || opens > now {
            return Ok(Watched::Done { mails: 0, to_nobody: 0, next: if watch.enabled { opens } else { tomorrow } });
        }
        let midnight = calendar.instant(calendar.date(now), Time::midnight());
        let next =
            async || Ok::<_, StoreError>(self.store.next_wake().await?.map_or(tomorrow, |wake| wake.min(tomorrow)));
        // The digests of a morning are one transaction: where there is one there are all.
        if next().await? > now && self.store.noticed_between(NoticeKind::Digest, midnight, tomorrow).await? {
            return Ok(Watched::Done { mails: 0, to_nobody: 0, next: next().await? });
        }
        let mut work = self.store.begin().await?;
        if !work.take_lease(LEASE, owner, now).await? {
            return Ok(Watched::Elsewhere);
        }
        let wave = self.wave(&mut work, now, now).await?;
        let to_nobody = wave.silent.iter().filter(|warning| warning.row.recipient.is_empty()).count();
        let mails = self.write(&mut work, wave, now).await?;
        work.commit().await?;
        if mails > 0 {
            self.outgoing.notify_one();
        }
        Ok(Watched::Done { mails, to_nobody, next: next().await? })
    }

    /// What would be told at an instant if the database stood as it does now. Nothing is written.
    pub async fn foresee(&self, at: Timestamp) -> Result<Vec<Foreseen>, StoreError> {
        let watch = &self.policy.config.watch;
        if !watch.enabled || self.policy.calendar.at_work(at, watch.hours) != at {
            return Ok(Vec::new());
        }
        // Read as the watch reads, and dropped: the dry run is the real thing without its end.
        let mut work = self.store.begin_reading().await?;
        // Every case is looked at, as it is after a start.
        let wave = self.wave(&mut work, at, Timestamp::MAX).await?;
        let foreseen = |mail: Mail| Foreseen {
            kind: mail.notices.first().map_or(NoticeKind::Warning, |notice| notice.kind),
            recipient: mail.recipient,
            document: mail.document,
            warnings: mail
                .warnings
                .into_iter()
                .map(|warning| (warning.reference, warning.row.step, warning.row.role))
                .collect(),
        };
        Ok(wave.mails.into_iter().map(foreseen).collect())
    }

    /// Reads what is known, and plans. The clocks that want to be looked at by `woken` are.
    async fn wave(&self, work: &mut Work, now: Timestamp, woken: Timestamp) -> Result<Wave, StoreError> {
        let calendar = &self.policy.calendar;
        let day = calendar.date(now);
        let midnight = |day: Date| calendar.instant(day, Time::midnight());
        let (monday, horizon) = (monday(day), horizon(&self.policy, day));
        let digests = work.noticed(NoticeKind::Digest, midnight(day), midnight(day.saturating_add(1.days()))).await?;
        let mut facts = Facts {
            now,
            woken,
            running: work.running(woken, horizon).await?,
            given: work.given(woken, horizon).await?,
            absences: self.absences_on(&work.absences(day).await?),
            weeklies: work
                .noticed(NoticeKind::Weekly, midnight(monday), midnight(monday.saturating_add(7.days())))
                .await?,
            last_week: work.service_figures(midnight(monday.saturating_sub(7.days())), midnight(monday)).await?,
            unacknowledged: work.unacknowledged(now).await?,
            nearly_rejected: work.nearly_rejected(plan::silence_horizon(&self.policy, day)).await?,
            mailboxes: self.store.mailbox_states().await?,
            ..Facts::default()
        };
        let mut since: BTreeSet<_> = digests.values().filter_map(|noticed| noticed.before).collect();
        since.insert(plan::first_since(&self.policy, day));
        for since in since {
            facts.figures.insert(since, work.service_figures(since, now).await?);
        }
        Ok(plan(&self.policy, &Facts { digests, ..facts }))
    }

    /// The absences whose substitute the configuration still names: nobody else is written to.
    fn absences_on(&self, absences: &[Absence]) -> Vec<Absence> {
        let people = self.policy.config.people();
        absences.iter().filter(|absence| people.contains(absence.substitute.as_str())).cloned().collect()
    }

    /// Writes a wave down. Returns how many mails leave.
    async fn write(&self, work: &mut Work, wave: Wave, now: Timestamp) -> Result<usize, StoreError> {
        let mut mails = 0;
        for mail in wave.mails {
            let mut carrier = None;
            for notice in &mail.notices {
                // Whoever plans has read what was written before: another daemon did it in this very instant.
                let id = work.add_notice(notice).await?.ok_or(StoreError::Raced)?;
                carrier.get_or_insert((id, notice));
            }
            if let (Some((id, notice)), Some(document)) = (carrier, &mail.document) {
                // Only what the configuration lets through gets here; a fault of ours must not stop the others.
                match self.compose(&mail.recipient, notice, id, document, now) {
                    Ok(outgoing) => {
                        work.enqueue(&outgoing, now).await?;
                        mails += 1;
                    }
                    Err(error) => tracing::error!(%error, "a notice could not be composed"),
                }
            }
            for mut warning in mail.warnings {
                warning.row.notice_id = carrier.map(|(id, _)| id);
                work.add_event(warning.case_id, now, "releve", EventKind::Warned, &warning.detail);
                work.add_warning(warning.row);
            }
        }
        for warning in wave.silent {
            work.add_event(warning.case_id, now, "releve", EventKind::Warned, &warning.detail);
            work.add_warning(warning.row);
        }
        for (clock, wake_at) in wave.wakes {
            work.wake_clock(clock, wake_at);
        }
        Ok(mails)
    }

    fn compose(
        &self,
        recipient: &str,
        notice: &NewNotice,
        id: i64,
        document: &Document,
        now: Timestamp,
    ) -> Result<NewOutgoing, mail::ComposeError> {
        let config = &self.policy.config;
        let sender = &config.watch.sender;
        let token = Sha256::digest(notice.slot.as_bytes());
        let token = crate::mail::hexadecimal(&token[..10]);
        let message_id = format!("{}.{token}@{}", notice.kind, config.outgoing.domain);
        let bytes = mail::compose(&OutgoingMail {
            from: (&format!("releve, {}", config.prefecture.name), sender),
            to: ("", recipient),
            subject: &document.title,
            text: &document.text(),
            html: &document.html(),
            message_id: &message_id,
            in_reply_to: None,
            references: &[],
            date: now,
            reference: None,
            sort: Sort::Generated,
            enclosed: &[],
        })?;
        let envelope_from = match config.acknowledgement.envelope {
            Envelope::Null => String::new(),
            Envelope::Mailbox => sender.clone(),
        };
        let recipient = recipient.to_owned();
        Ok(NewOutgoing { belongs: Belongs::Notice(id), message_id, envelope_from, recipient, bytes })
    }
}

/// The Monday of the week of a day.
fn monday(day: Date) -> Date {
    day.saturating_sub(i64::from(day.weekday().to_monday_zero_offset()).days())
}
