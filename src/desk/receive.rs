//! A message comes in: known already, from a machine, the continuation of a case, or a new case with its deadline and its
//! acknowledgement. A batch is one transaction.

use std::{collections::HashMap, time::Duration};

use jiff::Timestamp;

use super::{
    Assessment, Desk,
    reading::{self, Arrival, Reading},
};
use crate::{
    calendar::Deadline,
    case::{Channel, Disposition, EventKind, Kind, Scope},
    config::Mailbox,
    mail::Message,
    store::{KnownMessage, NewCase, NewMessage, StoreError, Work},
    triage::{self, Author, Classification},
};

/// Deliveries in one transaction: enough to share the cost of making them durable, few enough to let others write.
const BATCH: i64 = 100;

/// Octets of raw messages read into memory for one batch.
const BATCH_OCTETS: u64 = 32 << 20;

/// Ids of a thread that are looked up, newest first.
const THREAD: usize = 20;

/// What became of some deliveries.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Tally {
    /// New cases, those to be read by hand included.
    pub cases: usize,
    /// Of these, to be read by hand.
    pub quarantined: usize,
    /// Continuations of a case.
    pub follow_ups: usize,
    /// Written by machines.
    pub ignored: usize,
    /// Deliveries of a message that had come before.
    pub duplicates: usize,
    /// Acknowledgements written.
    pub acknowledged: usize,
}

impl std::ops::AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.cases += other.cases;
        self.quarantined += other.quarantined;
        self.follow_ups += other.follow_ups;
        self.ignored += other.ignored;
        self.duplicates += other.duplicates;
        self.acknowledged += other.acknowledged;
    }
}

impl Tally {
    /// Deliveries handled.
    pub fn handled(&self) -> usize {
        self.cases + self.follow_ups + self.ignored + self.duplicates
    }
}

impl Desk {
    /// Handles every delivery of the mailbox that has been kept and not been handled. `activated_at`: nothing received
    /// before is acknowledged.
    pub async fn receive(&self, mailbox: &Mailbox, activated_at: Timestamp) -> Result<Tally, StoreError> {
        let mut tally = Tally::default();
        let mut after = 0;
        loop {
            let receipts = self.store.kept(&mailbox.id, after, BATCH, BATCH_OCTETS).await?;
            let Some(last) = receipts.last() else { return Ok(tally) };
            after = last.id;
            let arrivals = reading::read(receipts, self.parse_limit()).await;
            match self.enter(mailbox, activated_at, &arrivals).await {
                Ok(entered) => tally += entered,
                Err(error) => {
                    // One of them is at fault, or the database is: one by one, the others go through.
                    tracing::warn!(mailbox.id = %mailbox.id, %error, "a batch was undone; its messages are taken one by one");
                    tally += self.recover(mailbox, activated_at).await?;
                }
            }
        }
    }

    /// Enters deliveries, all of them or none.
    pub(super) async fn enter(
        &self,
        mailbox: &Mailbox,
        activated_at: Timestamp,
        arrivals: &[Arrival],
    ) -> Result<Tally, StoreError> {
        let mut work = self.store.begin().await?;
        let content_keys = arrivals.iter().map(|arrival| arrival.content_key(&mailbox.id)).collect::<Vec<_>>();
        let known = work.known_messages(&content_keys.iter().map(|key| &**key).collect::<Vec<_>>()).await?;
        let (now, tally) = (self.now(), Tally::default());
        let mut entry = Entry { desk: self, mailbox, activated_at, now, work: &mut work, known, tally };
        for (arrival, content_key) in arrivals.iter().zip(&content_keys) {
            entry.enter(arrival, content_key).await?;
        }
        let tally = entry.tally;
        work.commit().await?;
        if tally.acknowledged > 0 {
            self.outgoing.notify_one();
        }
        Ok(tally)
    }

    pub(super) fn parse_limit(&self) -> Duration {
        Duration::from_secs(u64::from(self.policy.config.limits.parse_seconds))
    }
}

/// The deliveries of one transaction on their way in.
pub(super) struct Entry<'a> {
    pub desk: &'a Desk,
    pub mailbox: &'a Mailbox,
    pub activated_at: Timestamp,
    pub now: Timestamp,
    pub work: &'a mut Work,
    /// What has been written down already, by content: before, or earlier in this batch.
    known: HashMap<String, KnownMessage>,
    tally: Tally,
}

impl Entry<'_> {
    async fn enter(&mut self, arrival: &Arrival, content_key: &str) -> Result<(), StoreError> {
        if let Some(known) = self.known.get(content_key).copied() {
            return self.again(arrival, known.id, known.case_id).await;
        }
        match &arrival.reading {
            Ok(reading) => self.new_message(arrival, reading).await,
            Err(unreadable) => self.quarantine(arrival, content_key.to_owned(), &unreadable.0).await,
        }
    }

    async fn add_message(&mut self, message: &NewMessage) -> Result<i64, StoreError> {
        let id = self.work.add_message(message).await?;
        self.known.insert(message.content_key.clone(), KnownMessage { id, case_id: message.case_id });
        Ok(id)
    }

    /// The same message, delivered once more: into another mailbox, or after the server renumbered its messages.
    async fn again(&mut self, arrival: &Arrival, message: i64, case: Option<i64>) -> Result<(), StoreError> {
        let reason = match case {
            Some(case) => {
                let reference = self.work.reference_of(case).await?;
                let detail = format!("reçu aussi dans la boîte « {} »", self.mailbox.id);
                self.work.add_event(case, self.now, "releve", EventKind::ReceivedAgain, &detail);
                format!("même message que la demande {reference}")
            }
            None => "même message, déjà reçu".to_owned(),
        };
        self.tally.duplicates += 1;
        self.work.handled(arrival.receipt.id, message, &reason);
        Ok(())
    }

    async fn new_message(&mut self, arrival: &Arrival, reading: &Reading) -> Result<(), StoreError> {
        let assessment = self.desk.policy.assess(&reading.message);
        match assessment.judgement.author {
            Author::Machine => self.automatic(arrival, reading, &assessment).await,
            Author::Person => match self.continued_case(&reading.message).await? {
                Some(case) => self.follow_up(arrival, reading, case).await,
                None => self.open(arrival, reading, assessment).await,
            },
        }
    }

    /// A machine wrote: the message is kept and tied to its case, and changes nothing.
    async fn automatic(
        &mut self,
        arrival: &Arrival,
        reading: &Reading,
        assessment: &Assessment,
    ) -> Result<(), StoreError> {
        let message = &reading.message;
        let ids =
            message.reported_ids.iter().map(String::as_str).chain(thread(message)).take(THREAD).collect::<Vec<_>>();
        let case = self.work.case_of_ids(&ids).await?;
        let reason = reasons(&assessment.judgement.reasons);
        let row = NewMessage {
            disposition: Disposition::Ignored,
            reason: reason.clone(),
            case_id: case,
            ..self.row(arrival, reading)
        };
        let id = self.add_message(&row).await?;
        if let Some(case) = case {
            let bounced = !message.reported_ids.is_empty() && reports_failure(&assessment.judgement);
            let kind = if bounced { EventKind::Bounced } else { EventKind::Automatic };
            self.work.add_event(case, self.now, "releve", kind, &reason);
        }
        self.tally.ignored += 1;
        self.work.handled(arrival.receipt.id, id, &reason);
        Ok(())
    }

    /// The case that a person's message continues: our own Message-IDs and those that we know first; a reference in the
    /// subject only when it comes from the correspondent of that case, since anybody can write a number.
    async fn continued_case(&mut self, message: &Message) -> Result<Option<i64>, StoreError> {
        let ids = thread(message).take(THREAD).collect::<Vec<_>>();
        if let Some(case) = self.work.case_of_ids(&ids).await? {
            return Ok(Some(case));
        }
        let Some(reference) = reference_in(&message.subject) else { return Ok(None) };
        let sender = self.correspondent(message).0;
        let found = self.work.case_of_reference(reference).await?;
        Ok(found.filter(|(_, correspondent)| !sender.is_empty() && *correspondent == sender).map(|(case, _)| case))
    }

    async fn follow_up(&mut self, arrival: &Arrival, reading: &Reading, case: i64) -> Result<(), StoreError> {
        let reference = self.work.reference_of(case).await?;
        let reason = format!("suite de la demande {reference}, déjà enregistrée");
        let row = NewMessage {
            disposition: Disposition::FollowUp,
            reason: reason.clone(),
            case_id: Some(case),
            ..self.row(arrival, reading)
        };
        let id = self.add_message(&row).await?;
        let detail = format!("reçu dans la boîte « {} »", self.mailbox.id);
        self.work.add_event(case, self.now, "citizen", EventKind::FollowUp, &detail);
        self.tally.follow_ups += 1;
        self.work.handled(arrival.receipt.id, id, &reason);
        Ok(())
    }

    async fn open(&mut self, arrival: &Arrival, reading: &Reading, assessment: Assessment) -> Result<(), StoreError> {
        let row = self.row(arrival, reading);
        let kind = assessment.classification.kind;
        let (case, reference, deadline) = self.add_case(arrival, &row, assessment.classification).await?;
        let refusal = self.may_acknowledge(&row, &assessment.judgement).await?;
        let letter = match refusal {
            Some(reason) => Err(reason),
            None => self.write_acknowledgement(&reading.message, &row, &reference, &deadline, kind),
        };
        let row = NewMessage {
            acknowledged: letter.is_ok(),
            reason: letter.as_ref().err().cloned().unwrap_or_default(),
            case_id: Some(case),
            ..row
        };
        let id = self.add_message(&row).await?;
        match letter {
            Ok(letter) => {
                self.work.enqueue(&letter.addressed(case, id), self.now).await?;
                self.work.mark_acknowledged(case, self.now);
                self.work.add_event(case, self.now, "releve", EventKind::Acknowledged, &letter.detail());
                self.tally.acknowledged += 1;
            }
            Err(reason) => {
                self.work.add_event(case, self.now, "releve", EventKind::NotAcknowledged, &reason);
            }
        }
        self.tally.cases += 1;
        self.work.handled(arrival.receipt.id, id, &row.reason);
        Ok(())
    }

    /// Nothing could be read: a case all the same, once, with the octets attached.
    async fn quarantine(&mut self, arrival: &Arrival, content_key: String, reason: &str) -> Result<(), StoreError> {
        let row = NewMessage {
            content_key,
            disposition: Disposition::Quarantined,
            reason: reason.to_owned(),
            ..self.blank(arrival)
        };
        let unknown = Classification {
            kind: Kind::Information,
            scope: Scope::General,
            topic: "autre".into(),
            confidence: 0.0,
            evidence: Vec::new(),
        };
        let (case, ..) = self.add_case(arrival, &row, unknown).await?;
        let id = self.add_message(&NewMessage { case_id: Some(case), ..row }).await?;
        self.work.add_event(case, self.now, "releve", EventKind::NotAcknowledged, reason);
        self.tally.cases += 1;
        self.tally.quarantined += 1;
        self.work.handled(arrival.receipt.id, id, reason);
        Ok(())
    }

    async fn add_case(
        &mut self,
        arrival: &Arrival,
        row: &NewMessage,
        classification: Classification,
    ) -> Result<(i64, String, Deadline), StoreError> {
        let policy = &self.desk.policy;
        let delay = policy.config.deadlines.delay(row.channel, classification.kind);
        let deadline = policy.calendar.deadline(row.received_at, delay);
        let year = self.now.to_zoned(policy.calendar.zone().clone()).year();
        let reference = format!("{year}-{:06}", self.work.next_number(year).await?);
        let case = NewCase {
            reference: reference.clone(),
            mailbox: self.mailbox.id.clone(),
            channel: row.channel,
            service: self.mailbox.service.clone(),
            kind: classification.kind,
            scope: classification.scope,
            topic: classification.topic,
            confidence: classification.confidence,
            evidence: serde_json::to_string(&classification.evidence).unwrap_or_default(),
            correspondent: row.sender.clone(),
            correspondent_name: row.sender_name.clone(),
            subject: row.subject.clone(),
            received_at: row.received_at,
            opened_at: self.now,
            due_at: deadline.due.timestamp(),
            delay: delay.to_string(),
        };
        let id = self.work.add_case(&case).await?;
        let whole =
            if arrival.receipt.whole { "" } else { " ; message trop volumineux, seuls ses en-têtes ont été lus" };
        let detail = format!(
            "{} reçu dans la boîte « {} » ; échéance le {} ({delay}){whole}",
            row.channel.french(),
            self.mailbox.id,
            crate::calendar::in_words(deadline.due.date(), "fr"),
        );
        self.work.add_event(id, self.now, "releve", EventKind::Opened, &detail);
        Ok((id, reference, deadline))
    }

    /// Address in lower case and name of whom an answer would go to; empty when there is nobody.
    fn correspondent(&self, message: &Message) -> (String, String) {
        triage::correspondent(message, &self.desk.policy.surroundings())
            .map(|address| (address.email.to_lowercase(), address.name.clone()))
            .unwrap_or_default()
    }

    /// The row of a message that could be read.
    fn row(&self, arrival: &Arrival, reading: &Reading) -> NewMessage {
        let message = &reading.message;
        let (sender, sender_name) = self.correspondent(message);
        NewMessage {
            content_key: reading.content_key.clone(),
            channel: triage::channel(message, &self.desk.policy.surroundings()),
            message_id: message.message_id.clone().unwrap_or_default(),
            sender,
            sender_name,
            subject: message.subject.clone(),
            language: message.language.clone(),
            text: message.text.clone(),
            new_text: message.new_text.clone(),
            attachments: serde_json::to_string(&message.attachments).unwrap_or_default(),
            ..self.blank(arrival)
        }
    }

    fn blank(&self, arrival: &Arrival) -> NewMessage {
        NewMessage {
            content_key: String::new(),
            digest: arrival.receipt.digest.clone(),
            mailbox: self.mailbox.id.clone(),
            channel: Channel::Email,
            message_id: String::new(),
            sender: String::new(),
            sender_name: String::new(),
            subject: String::new(),
            received_at: arrival.receipt.received_at,
            language: "fr".into(),
            text: String::new(),
            new_text: String::new(),
            attachments: "[]".into(),
            disposition: Disposition::Case,
            acknowledged: false,
            reason: String::new(),
            case_id: None,
        }
    }
}

/// The ids that a message answers, the nearest first.
fn thread(message: &Message) -> impl Iterator<Item = &str> {
    message.in_reply_to.iter().chain(message.references.iter().rev()).map(String::as_str)
}

/// Whether a machine says that a message could not be delivered, and not merely that it is late.
fn reports_failure(judgement: &triage::Judgement) -> bool {
    let held = |rule: &str| judgement.reasons.iter().any(|reason| reason.rule == rule);
    ["delivery-report", "failed-recipients", "bounce"].into_iter().any(held) && !held("delay")
}

/// The first reference of a case in a text: `2026-000123`.
pub(super) fn reference_in(text: &str) -> Option<&str> {
    let bytes = text.as_bytes();
    let digits =
        |range: std::ops::Range<usize>| bytes.get(range).is_some_and(|part| part.iter().all(u8::is_ascii_digit));
    (0..bytes.len()).find_map(|start| {
        let end = start + 11;
        let alone = (start == 0 || !bytes[start - 1].is_ascii_alphanumeric())
            && bytes.get(end).is_none_or(|next| !next.is_ascii_alphanumeric());
        let found = alone && digits(start..start + 4) && bytes.get(start + 4) == Some(&b'-') && digits(start + 5..end);
        found.then(|| &text[start..end])
    })
}

pub(super) fn reasons(reasons: &[triage::Reason]) -> String {
    reasons.first().map(|reason| reason.text.clone()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::reference_in;

    #[test]
    fn a_reference_stands_alone() {
        assert_eq!(reference_in("Re: Accusé – 2026-000123"), Some("2026-000123"));
        assert_eq!(reference_in("[2026-000123] suite"), Some("2026-000123"));
        assert_eq!(reference_in("dossier 12026-000123"), None);
        assert_eq!(reference_in("2026-0001234"), None);
        assert_eq!(reference_in("né le 2026-00012"), None);
        assert_eq!(reference_in(""), None);
    }
}
