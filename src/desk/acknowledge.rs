//! Whether a message is acknowledged, and the acknowledgement itself.
//!
//! The message has its say first ([`crate::triage::judge`]); here come the things that only history and settings know:
//! the activation of the mailbox, and how much one sender has had already (features.md §2.2).

use super::{
    clocks::Promise,
    entry::{self, Entry},
    thread::IdKey,
};
use crate::{
    case::Kind,
    config::Envelope,
    mail::{self, Message, OutgoingMail, Sort},
    replies::AcknowledgementFacts,
    store::{Belongs, NewMessage, NewOutgoing, StoreError},
    triage::Judgement,
};

/// An acknowledgement that is ready to leave.
pub(super) struct Letter {
    message_id: String,
    envelope_from: String,
    recipient: String,
    language: String,
    bytes: Vec<u8>,
}

impl Letter {
    /// The letter as a row of the outbox.
    pub(super) fn addressed(&self, case_id: i64, answers: i64) -> NewOutgoing {
        NewOutgoing {
            belongs: Belongs::Acknowledgement { case_id, answers },
            message_id: self.message_id.clone(),
            envelope_from: self.envelope_from.clone(),
            recipient: self.recipient.clone(),
            bytes: self.bytes.clone(),
        }
    }

    /// The letter in the history of its case.
    pub(super) fn detail(&self) -> String {
        format!("Message-ID <{}>, langue du message : {}", self.message_id, self.language)
    }
}

/// Why no acknowledgement leaves by itself.
pub(super) struct Refusal {
    /// In words.
    pub(super) reason: String,
    /// Whether the law wants one all the same, so that somebody has to see to it.
    pub(super) owed: bool,
}

/// Rules of `triage` that hold for whom the law promises nothing: colleagues and ourselves (CRPA L112-2), and what an
/// agent must look at before anybody knows whether somebody asks something.
const NOT_OWED: [&str; 4] = ["internal", "own-address", "spam", "calendar"];

impl Entry<'_> {
    /// Why the message may not be acknowledged; `None`: it may.
    pub(super) async fn may_acknowledge(
        &mut self,
        row: &NewMessage,
        judgement: &Judgement,
    ) -> Result<Option<Refusal>, StoreError> {
        let settings = &self.desk.policy.config.acknowledgement;
        let refused = |reason: &str, owed| Ok(Some(Refusal { reason: reason.to_owned(), owed }));
        if !judgement.acknowledge {
            let owed = !judgement.reasons.iter().any(|reason| NOT_OWED.contains(&reason.rule));
            return refused(&entry::reasons(&judgement.reasons), owed);
        }
        // During a trial, and before the mailbox was ours, somebody else sees to it.
        if !settings.enabled {
            return refused("les accusés de réception sont désactivés dans la configuration", false);
        }
        if row.received_at < self.activated_at {
            return refused("reçu avant la mise en service de la boîte", false);
        }
        if !mail::is_sendable(&row.sender) {
            return refused("l'adresse du correspondant ne permet pas d'envoyer un message", true);
        }
        let (hour, day) = self.work.acknowledged_before(&row.sender, row.received_at).await?;
        let limits = [
            (hour, settings.max_per_sender_per_hour, "une heure"),
            (day, settings.max_per_sender_per_day, "24 heures"),
        ];
        // Abusive by its number: the law promises it nothing (CRPA L112-11).
        Ok(limits.iter().find(|(sent, limit, _)| *sent >= i64::from(*limit)).map(|(_, limit, span)| Refusal {
            reason: format!("trop de messages de ce correspondant : déjà {limit} accusés de réception en {span}"),
            owed: false,
        }))
    }

    /// Writes the acknowledgement, or says why it cannot be written.
    pub(super) fn write_acknowledgement(
        &self,
        message: &Message,
        row: &NewMessage,
        reference: &str,
        promise: &Promise,
        kind: Kind,
        key: &IdKey,
    ) -> Result<Letter, String> {
        let policy = &self.desk.policy;
        let deadline = &promise.deadline;
        let service = policy
            .config
            .service(&self.mailbox.service)
            .ok_or_else(|| format!("le service « {} » n'est pas déclaré", self.mailbox.service))?;
        let facts = AcknowledgementFacts {
            prefecture: &policy.config.prefecture,
            service,
            mailbox: self.mailbox,
            reference,
            received: &deadline.received,
            due: &deadline.due,
            delay: &promise.rule.delay,
            complaint: kind == Kind::Complaint,
            silence: policy.silence(row.received_at).due.date(),
        };
        let rendered = policy.acknowledgements.render(&facts, &row.language).map_err(|hole| {
            tracing::error!(mailbox.id = %self.mailbox.id, %hole, "no acknowledgement: its text would have a hole");
            format!("le modèle d'accusé de réception est incomplet : {hole}")
        })?;
        // The same message always gets the same id: an attempt that is repeated can be told from a second letter.
        let letter = format!("acknowledgement {}", row.content_key);
        let message_id = key.id(reference, &letter, &policy.config.outgoing.domain);
        let bytes = mail::compose(&OutgoingMail {
            from: (&policy.config.prefecture.name, &self.mailbox.address),
            to: (&row.sender_name, &row.sender),
            subject: &rendered.subject,
            text: &rendered.text,
            html: &rendered.html,
            message_id: &message_id,
            in_reply_to: message.message_id.as_deref(),
            references: &message.references,
            date: self.now,
            reference: Some(reference),
            sort: Sort::Replied,
            enclosed: &[],
        })
        .map_err(|error| error.to_string())?;
        let envelope_from = match policy.config.acknowledgement.envelope {
            Envelope::Null => String::new(),
            Envelope::Mailbox => self.mailbox.address.clone(),
        };
        Ok(Letter { message_id, envelope_from, recipient: row.sender.clone(), language: row.language.clone(), bytes })
    }
}
