//! One delivery on its way in: known already, from a machine, the continuation of a case, or a new case with its deadline
//! and its acknowledgement.

use std::collections::HashMap;

use jiff::Timestamp;

use super::{
    Assessment, Desk, Policy, Route, Tally,
    acknowledge::Refusal,
    clocks::{self, Promise},
    follow::Continues,
    reading::{Arrival, Reading},
    thread,
};
use crate::{
    case::{Channel, Disposition, EventKind},
    config::{Holds, Mailbox},
    mail::Message,
    replies::{Question, Suggestion},
    store::{KnownMessage, NewCase, NewMessage, Proposal, StoreError, Work},
    triage::{self, Author, Classification},
};

/// The deliveries of one transaction on their way in.
pub(super) struct Entry<'a> {
    pub desk: &'a Desk,
    pub mailbox: &'a Mailbox,
    pub activated_at: Timestamp,
    pub now: Timestamp,
    pub work: &'a mut Work,
    /// What has been written down already, by content: before, or earlier in this batch.
    pub known: HashMap<String, KnownMessage>,
    pub tally: Tally,
}

impl Entry<'_> {
    pub(super) async fn enter(&mut self, arrival: &Arrival, content_key: &str) -> Result<(), StoreError> {
        if self.mailbox.holds == Holds::Sent {
            return match &arrival.reading {
                Ok(reading) => self.sent(arrival, reading).await,
                // What one of ours wrote, and nobody can read, asks for no answer.
                Err(_) => self.work.set_aside(arrival.receipt.id, "message envoyé, illisible").await,
            };
        }
        if let Some(known) = self.known.get(content_key).cloned() {
            return self.again(arrival, &known).await;
        }
        match &arrival.reading {
            Ok(reading) => self.new_message(arrival, reading).await,
            Err(unreadable) => self.quarantine(arrival, content_key.to_owned(), &unreadable.0).await,
        }
    }

    pub(super) async fn add_message(&mut self, message: &NewMessage) -> Result<i64, StoreError> {
        let id = self.work.add_message(message).await?;
        let known = KnownMessage { id, mailbox: message.mailbox.clone(), case_id: message.case_id };
        self.known.insert(message.content_key.clone(), known);
        Ok(id)
    }

    /// The same message, delivered once more: into another mailbox, or after the server renumbered its messages. Only the
    /// former tells the agents something.
    async fn again(&mut self, arrival: &Arrival, known: &KnownMessage) -> Result<(), StoreError> {
        let reason = match known.case_id {
            Some(case) => {
                if known.mailbox != self.mailbox.id {
                    let detail = format!("reçu aussi dans la boîte « {} »", self.mailbox.id);
                    self.work.add_event(case, self.now, "releve", EventKind::ReceivedAgain, &detail);
                }
                format!("même message que la demande {}", self.work.reference_of(case).await?)
            }
            None => "même message, déjà reçu".to_owned(),
        };
        self.tally.duplicates += 1;
        self.work.handled(arrival.receipt.id, known.id, &reason);
        Ok(())
    }

    async fn new_message(&mut self, arrival: &Arrival, reading: &Reading) -> Result<(), StoreError> {
        let assessment = self.desk.policy.assess(&reading.message, &self.mailbox.id);
        // Only of our own people: whoever else names such an id must not get lost.
        let colleague = self.desk.policy.config.people().contains(self.correspondent(&reading.message).0.as_str());
        if colleague && self.work.answers_notice(&thread::answered(&reading.message)).await? {
            return self.answer_to_notice(arrival, reading).await;
        }
        match assessment.judgement.author {
            Author::Machine => self.automatic(arrival, reading, &assessment).await,
            Author::Person => match self.continues(&reading.message).await? {
                Continues::Case(case, why) => self.go_on(arrival, reading, assessment, case, why).await,
                Continues::Perhaps(reference) => {
                    let mention = Mention { quotes: Some(reference), ..Mention::default() };
                    self.open(arrival, reading, assessment, mention).await
                }
                Continues::Nothing => self.open(arrival, reading, assessment, Mention::default()).await,
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
        let case = self.work.case_of_ids(&thread::reported(message)).await?;
        let reason = reasons(&assessment.judgement.reasons);
        let row = NewMessage {
            disposition: Disposition::Ignored,
            reason: reason.clone(),
            case_id: case,
            ..self.row(arrival, reading)
        };
        let id = self.add_message(&row).await?;
        if let Some(case) = case {
            let bounced = !message.reported_ids.is_empty() && reports_failure(message, &assessment.judgement);
            match self.work.ours(&thread::reported(message)).await?.filter(|_| bounced) {
                Some((case, what)) => {
                    if self.desk.concerns(self.work, case, &what, &message.delivered).await? {
                        self.desk.did_not_arrive(self.work, case, &what, EventKind::Bounced, &reason, self.now).await?;
                    } else {
                        self.work.add_event(case, self.now, "releve", EventKind::Automatic, &reason);
                    }
                }
                None => {
                    let kind = if bounced { EventKind::Bounced } else { EventKind::Automatic };
                    self.work.add_event(case, self.now, "releve", kind, &reason);
                }
            }
        }
        self.tally.ignored += 1;
        self.work.handled(arrival.receipt.id, id, &reason);
        Ok(())
    }

    /// One of our own people answers a warning or a digest: kept, and no matter of a citizen.
    async fn answer_to_notice(&mut self, arrival: &Arrival, reading: &Reading) -> Result<(), StoreError> {
        self.set_apart(arrival, reading, "réponse d'un collègue à un message de releve").await
    }

    /// The message is kept, and nothing is made of it.
    pub(super) async fn set_apart(
        &mut self,
        arrival: &Arrival,
        reading: &Reading,
        reason: &str,
    ) -> Result<(), StoreError> {
        let row = self.row(arrival, reading);
        let id = match self.known.get(&row.content_key) {
            Some(known) => known.id,
            None => {
                let row = NewMessage { disposition: Disposition::Ignored, reason: reason.to_owned(), ..row };
                self.add_message(&row).await?
            }
        };
        self.tally.ignored += 1;
        self.work.handled(arrival.receipt.id, id, reason);
        Ok(())
    }

    pub(super) async fn open(
        &mut self,
        arrival: &Arrival,
        reading: &Reading,
        assessment: Assessment,
        mention: Mention,
    ) -> Result<(), StoreError> {
        let row = self.row(arrival, reading);
        let kind = assessment.classification.kind;
        let policy = &self.desk.policy;
        let (message, said) = (&reading.message, &assessment.classification);
        let asked = Question::of(said, &message.subject, &message.new_text, &self.mailbox.service);
        let offered = policy.library.suggest(&asked, &[&policy.habits], policy.calendar.date(self.now));
        let (case, reference, promise) =
            self.add_case(arrival, &row, assessment.classification, &mention, &offered).await?;
        let answered = match self.mailbox.sent {
            Some(_) => self.reply_before(&row.sender, message).await?,
            None => None,
        };
        let refusal = match answered {
            // Nobody promises an answer to whoever has had it.
            Some(_) => Some(Refusal { reason: "la réponse est déjà partie d'une messagerie".into(), owed: false }),
            None => self.may_acknowledge(&row, &assessment.judgement).await?,
        };
        let owed = refusal.as_ref().is_none_or(|refusal| refusal.owed);
        clocks::begin(&self.desk.policy, self.work, case, &promise, kind, owed, self.now);
        let letter = match refusal {
            Some(refusal) => Err(refusal.reason),
            None => {
                let key = self.desk.id_key().await?;
                self.write_acknowledgement(&reading.message, &row, &reference, &promise, kind, key)
            }
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
        if self.mailbox.drafts.is_some() && answered.is_none() {
            let known = self.work.case_of(case).await?;
            self.desk.lay_draft(self.work, &known, self.mailbox, &offered, self.now).await?;
        }
        if let Some((reply, left_at)) = answered {
            self.work.tie_reply(reply, case).await?;
            self.answered_by_hand(case, left_at).await?;
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
        let unknown = Classification::unknown();
        let kind = unknown.kind;
        let (case, _, promise) = self.add_case(arrival, &row, unknown, &Mention::default(), &[]).await?;
        clocks::begin(&self.desk.policy, self.work, case, &promise, kind, true, self.now);
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
        mention: &Mention,
        offered: &[Suggestion],
    ) -> Result<(i64, String, Promise), StoreError> {
        let policy = &self.desk.policy;
        let promise = policy.promise(row.channel, classification.kind, row.received_at);
        let (deadline, delay) = (&promise.deadline, promise.rule.delay);
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
            confidence: classification.confidence(),
            evidence: serde_json::to_string(&classification.evidence).unwrap_or_default(),
            correspondent: row.sender.clone(),
            correspondent_name: row.sender_name.clone(),
            subject: row.subject.clone(),
            received_at: row.received_at,
            opened_at: self.now,
            due_at: deadline.due.timestamp(),
            delay: delay.to_string(),
            to_confirm: classification.is_to_be_confirmed(),
        };
        let id = self.work.add_case(&case).await?;
        let route = Route::of(&classification, self.mailbox, &policy.config);
        self.work.propose(id, proposal(&classification, &route, policy, offered));
        let whole =
            if arrival.receipt.whole { "" } else { " ; message trop volumineux, seuls ses en-têtes ont été lus" };
        let after = mention.after.as_ref().map(|after| format!(" ; fait suite à la demande {after}, terminée"));
        let after = after.unwrap_or_default();
        let detail = format!(
            "{} reçu dans la boîte « {} » ; échéance le {} ({delay}){whole}{after}",
            row.channel.french(),
            self.mailbox.id,
            crate::calendar::in_words(deadline.due.date(), "fr"),
        );
        self.work.add_event(id, self.now, "releve", EventKind::Opened, &detail);
        if route.service != self.mailbox.service {
            let detail = format!("vers le service « {} » : {}", route.service, route.why);
            self.work.add_event(id, self.now, "releve", EventKind::TransferProposed, &detail);
        }
        if let Some(quoted) = &mention.quotes {
            let detail = format!(
                "se rapporte à la demande {quoted}, d'un autre correspondant ; si c'est la même affaire, réunissez-les, {quoted} d'abord \
                 rouverte si elle est terminée (ligne de commande : releve cases merge {reference} --into {quoted} --different-correspondents)"
            );
            self.work.add_event(id, self.now, "releve", EventKind::JoinProposed, &detail);
        }
        Ok((id, reference, promise))
    }

    /// Address in lower case and name of whom an answer would go to; empty when there is nobody.
    pub(super) fn correspondent(&self, message: &Message) -> (String, String) {
        triage::correspondent(message, &self.desk.policy.surroundings())
            .map(|address| (address.email.to_lowercase(), address.name.clone()))
            .unwrap_or_default()
    }

    /// The row of a message that could be read.
    pub(super) fn row(&self, arrival: &Arrival, reading: &Reading) -> NewMessage {
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

/// Another case that a new one has to do with.
#[derive(Debug, Default)]
pub(super) struct Mention {
    /// The one that its correspondent had before, which ended too long ago.
    pub(super) after: Option<String>,
    /// One of somebody else, whose reference or message it names.
    pub(super) quotes: Option<String>,
}

/// Whether a machine says that a message could not be delivered, and not merely that it is late or has arrived. What the
/// report says for machines counts before its words (RFC 3464 §2.3.3).
fn reports_failure(message: &Message, judgement: &triage::Judgement) -> bool {
    if !message.delivered.is_empty() {
        return message.delivered.iter().any(|one| one.action == "failed");
    }
    let held = |rule: &str| judgement.reasons.iter().any(|reason| reason.rule == rule);
    ["delivery-report", "failed-recipients", "bounce"].into_iter().any(held) && !held("delay")
}

pub(super) fn reasons(reasons: &[triage::Reason]) -> String {
    reasons.first().map(|reason| reason.text.clone()).unwrap_or_default()
}

/// What a case is taken for, as it is written down, with the model answers that fit.
pub(super) fn proposal(
    classification: &Classification,
    route: &Route,
    policy: &Policy,
    offered: &[Suggestion],
) -> Proposal {
    let answers: Vec<_> = offered.iter().map(|one| (&one.template, one.score)).collect();
    Proposal {
        kind: classification.kind,
        scope: classification.scope,
        topic: classification.topic,
        service: route.service.clone(),
        route: route.why.clone(),
        flags: classification.flags.iter().map(|flag| flag.word()).collect::<Vec<_>>().join(" "),
        answers: serde_json::to_string(&answers).unwrap_or_default(),
        certainty: serde_json::to_string(&classification.certainty).unwrap_or_default(),
        model: policy.classifier.model.card.version.clone(),
    }
}
