//! What our own people wrote in their mail client: found in the folder of what was sent, tied to its case by its thread,
//! and counted as the answer on the day on which it left.

use jiff::Timestamp;

use super::{
    Desk,
    act::earliest,
    clocks,
    entry::Entry,
    follow,
    reading::{Arrival, Reading},
    thread,
};
use crate::{
    calendar::in_words,
    case::{Act, Disposition, EventKind},
    config::Mailbox,
    mail::{self, Message},
    store::{NewMessage, StoreError, Work, Written},
};

/// Message-IDs of a reply that are remembered when nobody knows them yet.
const REMEMBERED: usize = 20;

impl Entry<'_> {
    /// A message in the folder of what was sent.
    pub(super) async fn sent(&mut self, arrival: &Arrival, reading: &Reading) -> Result<(), StoreError> {
        let message = &reading.message;
        // The server renumbered its messages, or two mailboxes share the folder, and this one is seen once more.
        let known = self.known.get(&reading.content_key).map(|known| known.id);
        if let Some(known) = known
            && self.work.found_in_sent(known).await?
        {
            self.tally.duplicates += 1;
            self.work.handled(arrival.receipt.id, known, "même message, déjà vu");
            return Ok(());
        }
        // An absence or a read receipt that a mail client sent is no answer.
        if by_itself(message) {
            return self.set_apart(arrival, reading, "envoi automatique d'une messagerie").await;
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
            received_at: self.left_at(message, arrival.receipt.received_at, found).await?,
            ..self.row(arrival, reading)
        };
        let id = match known {
            // The mailbox had a copy of it as well, which said nothing of an answer.
            Some(known) => known,
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

    /// A reply to this question that was found before it came in, if there is one, and when it left.
    pub(super) async fn reply_before(
        &mut self,
        correspondent: &str,
        message: &Message,
    ) -> Result<Option<(i64, Timestamp)>, StoreError> {
        let Some(message_id) = &message.message_id else { return Ok(None) };
        let Some((reply, digest, left_at)) = self.work.loose_reply(message_id).await? else { return Ok(None) };
        let goes_there = self.desk.goes_to(self.work, &digest, correspondent).await?;
        Ok(goes_there.then_some((reply, left_at)))
    }

    /// When a message of ours left: what the mail client says, as long as it is no later than the server's word, and not
    /// before the question that it answers.
    async fn left_at(
        &mut self,
        message: &Message,
        laid_at: Timestamp,
        case: Option<i64>,
    ) -> Result<Timestamp, StoreError> {
        let asked_at = match case {
            Some(case) => self.work.case_of(case).await?.received_at,
            None => Timestamp::MIN,
        };
        Ok(message.date.filter(|date| *date <= laid_at && *date >= asked_at).unwrap_or(laid_at))
    }

    /// The case that a message of ours answers: one of its thread, or the one whose reference its subject bears, if it goes to
    /// the correspondent of that case. What goes to a colleague answers nobody.
    async fn replied_case(&mut self, message: &Message) -> Result<Option<i64>, StoreError> {
        let ids = thread::answered(message);
        let key = self.desk.id_key().await?;
        let own = message.message_id.as_deref();
        let by_key = own.into_iter().chain(ids.iter().copied()).find_map(|id| key.reference(id));
        let mut found = Vec::new();
        if let Some(reference) = by_key {
            found.extend(self.work.case_of_reference(reference).await?.map(|(case, _)| case));
        }
        found.extend(self.work.case_of_ids(&ids).await?);
        if let Some(reference) = thread::reference_in(&message.subject) {
            found.extend(self.work.case_of_reference(reference).await?.map(|(case, _)| case));
        }
        for case in found {
            // Of merged cases the answer goes to the correspondent of the one in which they are answered.
            let root = self.work.root_of(case).await?;
            if addressed_to(message, &self.work.case_of(root).await?.correspondent) {
                return Ok(Some(root));
            }
        }
        Ok(None)
    }

    pub(super) async fn answered_by_hand(&mut self, case: i64, at: Timestamp) -> Result<(), StoreError> {
        self.desk.answered_by_hand(self.work, case, at, self.mailbox.own_id(), self.now).await
    }

    /// A mail that stands in no thread and goes to somebody who waits: it may be the answer, and a person decides.
    async fn propose_reply(&mut self, message: &Message, at: Timestamp) -> Result<(), StoreError> {
        let date = self.desk.policy.calendar.date(at);
        let day = in_words(date, "fr");
        for address in message.to.iter().map(|to| to.email.to_lowercase()).take(5).collect::<Vec<_>>() {
            for reference in self.work.running_of(&address).await? {
                let Some((case, _)) = self.work.case_of_reference(&reference).await? else { continue };
                if self.work.case_of(case).await?.received_at > at {
                    continue;
                }
                let detail = format!(
                    "un message envoyé à l'usager le {day} n'est dans aucun fil : est-ce la réponse ? (ligne de commande : releve cases answer {reference} --outside --at {date})"
                );
                self.work.add_event(case, self.now, "releve", EventKind::JoinProposed, &detail);
            }
        }
        Ok(())
    }
}

impl Desk {
    /// The replies whose question came in after they were found, in another transaction, are tied to it.
    pub(super) async fn tie_loose_ends(&self, mailbox: &Mailbox) -> Result<(), StoreError> {
        let mut work = self.store.begin().await?;
        for (reply, left_at, digest, case) in work.loose_no_more().await? {
            let root = work.root_to_change(case).await?;
            work.tie_reply(reply, root.id).await?;
            if self.goes_to(&mut work, &digest, &root.correspondent).await? {
                self.answered_by_hand(&mut work, root.id, left_at, mailbox.own_id(), self.now()).await?;
            }
        }
        work.commit().await
    }

    /// Whether the message of these octets goes to this person.
    async fn goes_to(&self, work: &mut Work, digest: &str, correspondent: &str) -> Result<bool, StoreError> {
        let octets = work.octets(digest).await?;
        let read = mail::parse(&octets, &mail::Limits::default());
        Ok(read.is_ok_and(|read| addressed_to(&read, correspondent)))
    }

    /// The case was answered at this instant, unless it had ended before. What its correspondent asked afterwards is still
    /// to be answered.
    async fn answered_by_hand(
        &self,
        work: &mut Work,
        case: i64,
        at: Timestamp,
        mailbox: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let calendar = &self.policy.calendar;
        let mut known = work.root_to_change(case).await?;
        let at = at.max(known.received_at).min(now);
        let day = in_words(calendar.date(at), "fr");
        let Ok(answered) = known.state.after(Act::Answer) else {
            let detail = format!("le {day}, trouvé dans les messages envoyés de la boîte « {mailbox} »");
            work.add_event(case, now, "releve", EventKind::WrittenOutside, &detail);
            return Ok(());
        };
        known.state = answered;
        earliest(&mut known.first_reply_at, at);
        earliest(&mut known.answered_at, at);
        known.ended_at = Some(at);
        known.came_back = false;
        clocks::answered(work, known.id, at).await?;
        let detail = format!(
            "écrite dans une messagerie le {day}, {} ; trouvée dans les messages envoyés de la boîte « {mailbox} »",
            calendar.working_days_after(known.received_at, at)
        );
        work.add_event(known.id, now, "releve", EventKind::Answered, &detail);
        self.retire_drafts(work, known.id, now).await?;
        for written in work.written_in(known.id, at).await? {
            if !self.only_thanks(work, &written).await? {
                return self.reopen_for_citizen(work, &mut known, written.received_at, now).await;
            }
        }
        work.change_case(&known).await
    }

    async fn only_thanks(&self, work: &mut Work, written: &Written) -> Result<bool, StoreError> {
        if written.typed || written.unread {
            return Ok(false);
        }
        let octets = work.octets(&written.digest).await?;
        let Ok(read) = mail::parse(&octets, &mail::Limits::default()) else { return Ok(false) };
        Ok(follow::asks_nothing(&self.policy.classifier.classify(&read, None), &read))
    }
}

/// Whether a mail client sent a message by itself: an absence, a read receipt. What its words are says nothing: they are
/// those of our own people (RFC 3834 §5, RFC 8098).
fn by_itself(message: &Message) -> bool {
    let automatic = message.header("Auto-Submitted").is_some_and(|value| !value.trim().eq_ignore_ascii_case("no"));
    automatic || message.content_type == "multipart/report"
}

/// Whether a message goes to this person; whoever only gets a copy is not answered.
fn addressed_to(message: &Message, correspondent: &str) -> bool {
    !correspondent.is_empty() && message.to.iter().any(|address| address.email.eq_ignore_ascii_case(correspondent))
}
