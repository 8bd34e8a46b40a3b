//! What a message continues, and what becomes of the case that it continues: who may join, what opens it again, what only
//! says thanks.

use super::{
    Assessment,
    entry::{Entry, Mention},
    reading::{Arrival, Reading},
    thread,
};
use crate::{
    case::{Disposition, EventKind, Kind},
    mail::Message,
    store::{CaseSummary, NewMessage, StoreError},
    triage::Classification,
};

/// What a person's message continues.
pub(super) enum Continues {
    /// This case, and why.
    Case(i64, &'static str),
    /// The case of this reference, perhaps: it is named by somebody who is no party to it.
    Perhaps(String),
    /// Nothing that is known.
    Nothing,
}

impl Entry<'_> {
    /// What a person's message continues: the case of our own keyed ids first, since only who got a letter of ours knows
    /// them; then of the ids that we sent or that its correspondent wrote; then of the reference in the subject, if it comes
    /// from the correspondent. Whoever else names a case may belong to it, and writes for himself until a person decides.
    pub(super) async fn continues(&mut self, message: &Message) -> Result<Continues, StoreError> {
        let sender = self.correspondent(message).0;
        let ids = thread::answered(message);
        let key = self.desk.id_key().await?;
        for reference in ids.iter().filter_map(|id| key.reference(id)) {
            if let Some((case, _)) = self.work.case_of_reference(reference).await? {
                return Ok(Continues::Case(self.work.root_of(case).await?, "répond à un de nos messages"));
            }
        }
        if let Some(case) = self.work.case_answered_by(&sender, &ids).await? {
            return Ok(Continues::Case(self.work.root_of(case).await?, "répond à un message de la demande"));
        }
        let quoted = thread::reference_in(&message.subject);
        if let Some(reference) = quoted
            && let Some((case, correspondent)) = self.work.case_of_reference(reference).await?
        {
            let root = self.work.root_of(case).await?;
            let of_root = self.work.case_of(root).await?;
            return Ok(match !sender.is_empty() && [&correspondent, &of_root.correspondent].contains(&&sender) {
                true => Continues::Case(root, "cite la référence, et vient du correspondant"),
                false => Continues::Perhaps(of_root.reference),
            });
        }
        match self.work.case_of_ids(&ids).await? {
            Some(case) => {
                let root = self.work.root_of(case).await?;
                Ok(Continues::Perhaps(self.work.reference_of(root).await?))
            }
            None => Ok(Continues::Nothing),
        }
    }

    /// The correspondent of a case writes again. As long as it runs, that changes no deadline, unless something was awaited
    /// from them. One that has ended is opened again, for as many days as the mailbox says; later, it is another matter. Who
    /// only says thanks opens nothing.
    pub(super) async fn go_on(
        &mut self,
        arrival: &Arrival,
        reading: &Reading,
        assessment: Assessment,
        case: i64,
        why: &str,
    ) -> Result<(), StoreError> {
        let mut known = self.work.root_to_change(case).await?;
        let reference = known.reference.clone();
        let received_at = arrival.receipt.received_at;
        // Who only says thanks has sent nothing.
        let only_thanks = asks_nothing(&assessment.classification, &reading.message);
        if self.work.awaits_pieces(known.id).await? && !only_thanks {
            self.follow_up(arrival, reading, &known, why).await?;
            return self.desk.pieces_came(self.work, &mut known, received_at, self.now).await;
        }
        if known.state.is_running() {
            return self.follow_up(arrival, reading, &known, why).await;
        }
        let days = jiff::SignedDuration::from_hours(24 * i64::from(self.mailbox.reopen_days));
        if known.ended_at.is_some_and(|ended| received_at.duration_since(ended) > days) && !only_thanks {
            let mention = Mention { after: Some(reference), ..Mention::default() };
            return self.open(arrival, reading, assessment, mention).await;
        }
        let why = if only_thanks { "ne demande rien : la demande reste close" } else { why };
        self.follow_up(arrival, reading, &known, why).await?;
        match only_thanks {
            true => Ok(()),
            false => self.desk.reopen_for_citizen(self.work, &mut known, received_at, self.now).await,
        }
    }

    async fn follow_up(
        &mut self,
        arrival: &Arrival,
        reading: &Reading,
        known: &CaseSummary,
        why: &str,
    ) -> Result<(), StoreError> {
        let (case, reference) = (known.id, &known.reference);
        let reason = format!("suite de la demande {reference}, déjà enregistrée");
        let row = NewMessage {
            disposition: Disposition::FollowUp,
            reason: reason.clone(),
            case_id: Some(case),
            ..self.row(arrival, reading)
        };
        let id = self.add_message(&row).await?;
        let detail = format!("reçu dans la boîte « {} » ; {why}", self.mailbox.id);
        self.work.add_event(case, self.now, "citizen", EventKind::FollowUp, &detail);
        self.tally.follow_ups += 1;
        self.work.handled(arrival.receipt.id, id, &reason);
        Ok(())
    }
}

/// Whether somebody who writes after an answer wants nothing more: thanks, a courtesy. In doubt they want something.
pub(super) fn asks_nothing(said: &Classification, message: &Message) -> bool {
    said.kind == Kind::None && !said.abstains() && !message.new_text.contains('?') && message.attachments.is_empty()
}
