//! What our own people wrote in their mail client: found in the folder of what was sent, tied to its case by its thread,
//! and counted as the answer on the day on which it left.

use jiff::Timestamp;

use super::{
    entry::Entry,
    reading::{Arrival, Reading},
    thread,
};
use crate::{
    calendar::in_words,
    case::{Act, Disposition, EventKind},
    desk::clocks,
    mail::{self, Message},
    store::{NewMessage, StoreError},
};

/// Message-IDs of a reply that are remembered when nobody knows them yet.
const REMEMBERED: usize = 20;

impl Entry<'_> {
    /// A message in the folder of what was sent.
    pub(super) async fn sent(&mut self, arrival: &Arrival, reading: &Reading) -> Result<(), StoreError> {
        let message = &reading.message;
        // The server renumbered its messages, and this one is seen once more.
        if let Some(known) = self.known.get(&reading.content_key).filter(|known| known.mailbox == self.mailbox.id) {
            self.tally.duplicates += 1;
            self.work.handled(arrival.receipt.id, known.id, "même message, déjà vu");
            return Ok(());
        }
        let own = message.message_id.iter().map(String::as_str).collect::<Vec<_>>();
        // Not by its key: an agent who sends our draft may send it under the id that we gave it.
        if self.work.left_by_us(&own).await? {
            return self.set_apart(arrival, reading, "copie d'un message de releve").await;
        }
        let found = self.replied_case(message).await?;
        let reason = match found {
            Some(_) => "réponse écrite dans une messagerie".to_owned(),
            None => "message envoyé qui ne répond à aucune demande connue".to_owned(),
        };
        let row = NewMessage {
            disposition: Disposition::Reply,
            reason: reason.clone(),
            case_id: found,
            received_at: left_at(message, arrival.receipt.received_at),
            ..self.row(arrival, reading)
        };
        let id = match self.known.get(&row.content_key) {
            // The mailbox had a copy of it as well, which said nothing of an answer.
            Some(known) => known.id,
            None => self.add_message(&row).await?,
        };
        match found {
            Some(case) => self.answered_by_hand(case, row.received_at).await?,
            None => {
                let named: Vec<&str> = thread::answered(message).into_iter().take(REMEMBERED).collect();
                self.work.leave_loose(id, &named).await?;
                if named.is_empty() {
                    self.propose_reply(message, row.received_at).await?;
                }
            }
        }
        self.tally.replies += 1;
        self.work.handled(arrival.receipt.id, id, &reason);
        Ok(())
    }

    /// A reply that was found before this question came in, if there is one: it is its answer.
    pub(super) async fn answered_before(&mut self, case: i64, message: &Message) -> Result<(), StoreError> {
        let Some(message_id) = &message.message_id else { return Ok(()) };
        let Some((reply, digest, left_at)) = self.work.loose_reply(message_id).await? else { return Ok(()) };
        let octets = self.work.octets(&digest).await?;
        let Ok(read) = mail::parse(&octets, &mail::Limits::default()) else { return Ok(()) };
        let correspondent = self.work.case_to_change_of(case).await?.correspondent;
        if addressed_to(&read, &correspondent) {
            self.work.tie_reply(reply, case).await?;
            self.answered_by_hand(case, left_at).await?;
        }
        Ok(())
    }

    /// The case that a message of ours answers: one of its thread, or the one whose reference its subject bears, if it goes to
    /// the correspondent of that case. What goes to a colleague answers nobody.
    async fn replied_case(&mut self, message: &Message) -> Result<Option<i64>, StoreError> {
        let ids = thread::answered(message);
        let key = self.desk.id_key().await?;
        let own = message.message_id.as_deref();
        let by_key = own.into_iter().chain(ids.iter().copied()).find_map(|id| key.reference(id));
        let by_subject = thread::reference_in(&message.subject);
        let mut found = Vec::new();
        for reference in by_key.into_iter().chain(by_subject) {
            found.extend(self.work.case_of_reference(reference).await?.map(|(case, _)| case));
        }
        found.extend(self.work.case_of_ids(&ids).await?);
        for case in found {
            let correspondent = self.work.case_to_change_of(case).await?.correspondent;
            let root = self.work.root_of(case).await?;
            let of_root = self.work.case_to_change_of(root).await?.correspondent;
            if addressed_to(message, &correspondent) || addressed_to(message, &of_root) {
                return Ok(Some(root));
            }
        }
        Ok(None)
    }

    /// The case was answered at this instant, unless it had ended before.
    async fn answered_by_hand(&mut self, case: i64, at: Timestamp) -> Result<(), StoreError> {
        let policy = &self.desk.policy;
        let mut known = self.work.case_to_change_of(case).await?;
        let at = at.max(known.received_at).min(self.now);
        let day = in_words(policy.calendar.date(at), "fr");
        let boxed = self.mailbox.own_id().to_owned();
        let Ok(answered) = known.state.after(Act::Answer) else {
            let detail = format!("le {day}, trouvé dans les messages envoyés de la boîte « {boxed} »");
            self.work.add_event(case, self.now, "releve", EventKind::WrittenOutside, &detail);
            return Ok(());
        };
        known.state = answered;
        for first in [&mut known.first_reply_at, &mut known.answered_at] {
            *first = Some(first.map_or(at, |first| first.min(at)));
        }
        known.ended_at = Some(at);
        known.came_back = false;
        clocks::answered(self.work, case, at).await?;
        let days = policy.calendar.working_days_between(known.received_at, at);
        let plural = if days > 1 { "s" } else { "" };
        let detail = format!(
            "écrite dans une messagerie le {day}, {days} jour{plural} ouvré{plural} après la réception ; trouvée dans les messages envoyés de la boîte « {boxed} »"
        );
        self.work.add_event(case, self.now, "releve", EventKind::Answered, &detail);
        self.desk.retire_drafts(self.work, case, self.now).await?;
        self.work.change_case(&known).await
    }

    /// A mail that stands in no thread and goes to somebody who waits: it may be the answer, and a person decides.
    async fn propose_reply(&mut self, message: &Message, at: Timestamp) -> Result<(), StoreError> {
        let day = in_words(self.desk.policy.calendar.date(at), "fr");
        for address in message.to.iter().map(|to| to.email.to_lowercase()).take(5).collect::<Vec<_>>() {
            for reference in self.work.running_of(&address).await? {
                let Some((case, _)) = self.work.case_of_reference(&reference).await? else { continue };
                let detail = format!(
                    "un message envoyé à l'usager le {day} n'est dans aucun fil : est-ce la réponse ? releve cases answer {reference} --outside"
                );
                self.work.add_event(case, self.now, "releve", EventKind::JoinProposed, &detail);
            }
        }
        Ok(())
    }
}

/// When a message of ours left: what our own mail client says, as long as it is no later than the server's word.
fn left_at(message: &Message, laid_at: Timestamp) -> Timestamp {
    message.date.filter(|date| *date <= laid_at).unwrap_or(laid_at)
}

fn addressed_to(message: &Message, correspondent: &str) -> bool {
    let bcc = message.headers("Bcc").any(|value| value.to_lowercase().contains(correspondent));
    let to = message.to.iter().chain(&message.cc).any(|address| address.email.eq_ignore_ascii_case(correspondent));
    !correspondent.is_empty() && (to || bcc)
}
