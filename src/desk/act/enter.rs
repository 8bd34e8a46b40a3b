//! A letter, a visit, a call, or what came by another way than a mailbox: entered by an agent, with the day on which it
//! arrived apart from the day on which it was entered. What was typed is kept as it was typed, like the octets of a mail.

use jiff::Timestamp;
use sha2::{Digest, Sha256};

use super::ActError;
use crate::{
    calendar::in_words,
    case::{Channel, Disposition, EventKind, Kind, Scope, Topic},
    desk::{Desk, clocks},
    store::{CaseSummary, NewCase, NewMessage},
};

/// What an agent enters.
#[derive(Debug, Clone)]
pub struct Entered {
    /// How it came.
    pub channel: Channel,
    /// When it arrived.
    pub received_at: Timestamp,
    /// Key of the service in charge.
    pub service: String,
    /// Name of the correspondent, or empty.
    pub name: String,
    /// E-mail address of the correspondent, or empty.
    pub address: String,
    /// On one line.
    pub subject: String,
    /// What was written or said, or empty.
    pub text: String,
    /// What the sender wants.
    pub kind: Kind,
    /// Who may answer.
    pub scope: Scope,
    /// Subject matter.
    pub topic: Topic,
    /// To whom it is given, or empty.
    pub agent: String,
    /// What makes it this entry and no other, where a form may be sent twice; empty: each is one of its own.
    pub key: String,
}

impl Desk {
    /// Opens a case for what an agent entered.
    pub async fn enter_by_hand(&self, entered: &Entered, by: &str) -> Result<CaseSummary, ActError> {
        let (policy, now) = (&self.policy, self.now());
        let line = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        let entered = &Entered { name: line(&entered.name), subject: line(&entered.subject), ..entered.clone() };
        let Entered { channel, received_at, kind, .. } = *entered;
        let config = &policy.config;
        let refuse = |text: String| Err(ActError::Refused(text));
        if received_at > now {
            return refuse("la date d'arrivée ne peut pas être dans l'avenir".into());
        }
        if received_at < super::earliest_reception(&policy.calendar, now) {
            return refuse("cette date d'arrivée a plus de dix ans : est-ce la bonne année ?".into());
        }
        if entered.subject.trim().is_empty() {
            return refuse("l'objet est vide : dites en quelques mots de quoi il s'agit".into());
        }
        if !entered.address.is_empty() && !crate::mail::is_sendable(&entered.address) {
            return refuse("l'adresse électronique n'en est pas une ; laissez-la vide si vous ne l'avez pas".into());
        }
        if config.service(&entered.service).is_none() {
            let known = config.services.iter().map(|service| service.id.as_str()).collect::<Vec<_>>().join(", ");
            return refuse(format!("aucun service ne s'appelle « {} » ; services déclarés : {known}", entered.service));
        }
        let agent = entered.agent.to_lowercase();
        if !agent.is_empty() && !config.serves(&entered.service, &agent) {
            return refuse(format!("« {agent} » n'est pas du service « {} »", entered.service));
        }

        let mut work = self.store.begin().await?;
        let content_key = format!("entered {}", entered.key);
        if !entered.key.is_empty()
            && let Some(known) = work.known_messages(&[&content_key]).await?.remove(&content_key)
            && let Some(case) = known.case_id
        {
            // The same form, once more.
            return Ok(work.case_of(case).await?);
        }
        let promise = policy.promise(channel, kind, received_at);
        let reference = super::join::new_reference(self, &mut work, now).await?;
        let case = NewCase {
            reference: reference.clone(),
            mailbox: String::new(),
            channel,
            service: entered.service.clone(),
            kind,
            scope: entered.scope,
            topic: entered.topic,
            confidence: 1.0,
            evidence: "[]".into(),
            correspondent: entered.address.to_lowercase(),
            correspondent_name: entered.name.clone(),
            subject: entered.subject.clone(),
            received_at,
            opened_at: now,
            due_at: promise.deadline.due.timestamp(),
            delay: promise.rule.delay.to_string(),
            to_confirm: false,
        };
        let id = work.add_case(&case).await?;
        let octets = typed(entered);
        let digest = crate::mail::hexadecimal(&Sha256::digest(&octets));
        work.keep_octets(&digest, &octets).await?;
        work.add_message(&NewMessage {
            // Two letters may say the same.
            content_key: if entered.key.is_empty() { format!("entered {reference}") } else { content_key },
            digest,
            mailbox: String::new(),
            channel,
            message_id: String::new(),
            sender: case.correspondent.clone(),
            sender_name: case.correspondent_name.clone(),
            subject: case.subject.clone(),
            received_at,
            language: "fr".into(),
            text: entered.text.clone(),
            new_text: entered.text.clone(),
            attachments: "[]".into(),
            disposition: Disposition::Case,
            acknowledged: false,
            reason: "enregistrée par un agent, pas d'accusé de réception automatique".into(),
            case_id: Some(id),
        })
        .await?;
        clocks::begin(policy, &mut work, id, &promise, kind, false, now);
        let (arrived, due) = (policy.calendar.date(received_at), promise.deadline.due.date());
        let detail = format!(
            "reçue par {} le {}, enregistrée par un agent ; échéance le {} ({})",
            channel.french(),
            in_words(arrived, "fr"),
            in_words(due, "fr"),
            promise.rule.delay
        );
        work.add_event(id, now, by, EventKind::Opened, &detail);
        let mut summary = work.case_to_change(&reference).await?.ok_or_else(|| ActError::Unknown(reference.clone()))?;
        if !agent.is_empty() {
            work.add_event(id, now, by, EventKind::Assigned, &format!("confiée à {agent}"));
            summary.agent = agent;
            work.change_case(&summary).await?;
        }
        work.commit().await?;
        Ok(summary)
    }
}

/// What was typed, as octets to keep.
fn typed(entered: &Entered) -> Vec<u8> {
    let Entered { name, address, subject, text, .. } = entered;
    format!("{name}\n{address}\n{subject}\n\n{text}\n").into_bytes()
}
