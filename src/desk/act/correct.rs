//! What a case is, or how and when it came, is corrected: before and after are kept, and whatever was counted from it is
//! counted again.

use jiff::Timestamp;

use super::{ActError, Hand};
use crate::{
    calendar::in_words,
    case::{Act, Channel, EventKind, Kind, Scope, Topic},
    desk::{Desk, clocks},
    store::{CaseSummary, NewCorrection},
};

/// What is to be corrected; `None` stays as it is.
#[derive(Debug, Clone, Default)]
pub struct Correction {
    /// What the sender wants.
    pub kind: Option<Kind>,
    /// Who may answer.
    pub scope: Option<Scope>,
    /// Subject matter.
    pub topic: Option<Topic>,
    /// How it came.
    pub channel: Option<Channel>,
    /// Key of the mailbox to which it came, or should have come.
    pub mailbox: Option<String>,
    /// When it came.
    pub received_at: Option<Timestamp>,
}

impl Desk {
    /// Corrects a case, whether it runs or not.
    pub async fn reclassify(
        &self,
        reference: &str,
        correction: &Correction,
        by: &str,
    ) -> Result<CaseSummary, ActError> {
        let mut hand = Hand::take(self, reference, Act::Reclassify, by).await?;
        let before = hand.case.clone();
        hand.correct(correction)?;
        let changes = differences(&before, &hand.case, |at| {
            let at = at.to_zoned(self.policy.calendar.zone().clone());
            format!("{} à {} h {:02}", in_words(at.date(), "fr"), at.hour(), at.minute())
        });
        if changes.is_empty() {
            return Err(ActError::Refused("rien à corriger : la demande est déjà ainsi".into()));
        }
        hand.note(EventKind::Reclassified, &changes.join(" ; "));
        let taught = words(&before).into_iter().zip(words(&hand.case));
        for ((axis, before), (_, after)) in taught.filter(|((_, before), (_, after))| before != after) {
            let correction = NewCorrection { axis, before: before.into(), after: after.into() };
            hand.work.add_correction(hand.case.id, hand.now, hand.by, &correction).await?;
        }
        if words(&before) != words(&hand.case) {
            hand.case.to_confirm = false;
        }
        let told = clocks::recount(&self.policy, &mut hand.work, &mut hand.case, before.received_at, hand.now).await?;
        if let Some(told) = told {
            hand.note(EventKind::Deadline, &told);
        }
        if before.service != hand.case.service {
            hand.case.agent.clear();
            clocks::told_anew(&self.policy, &mut hand.work, &hand.case, "boîte corrigée", hand.now).await?;
        }
        hand.lay_down().await
    }

    /// An agent says that a case is what it is taken for: nothing changes, and the model learns from it.
    pub async fn confirm(&self, reference: &str, by: &str) -> Result<CaseSummary, ActError> {
        let mut hand = Hand::take(self, reference, Act::Reclassify, by).await?;
        for (axis, word) in words(&hand.case) {
            let correction = NewCorrection { axis, before: word.into(), after: word.into() };
            hand.work.add_correction(hand.case.id, hand.now, hand.by, &correction).await?;
        }
        hand.case.to_confirm = false;
        let case = &hand.case;
        let detail = format!("{} / {} / {}", case.kind.french(), case.scope.french(), case.topic.french());
        hand.note(EventKind::Confirmed, &detail);
        hand.lay_down().await
    }
}

/// The words that the machine proposes, by axis.
fn words(case: &CaseSummary) -> [(&'static str, &'static str); 3] {
    [("kind", case.kind.word()), ("scope", case.scope.word()), ("topic", case.topic.word())]
}

impl Hand<'_> {
    fn correct(&mut self, correction: &Correction) -> Result<(), ActError> {
        let config = &self.desk.policy.config;
        if let Some(id) = &correction.mailbox {
            let Some(mailbox) = config.mailbox(id) else {
                let known = config.mailboxes.iter().map(|mailbox| mailbox.id.as_str()).collect::<Vec<_>>().join(", ");
                let text = format!("aucune boîte ne s'appelle « {id} » ; boîtes déclarées : {known}");
                return Err(ActError::Refused(text));
            };
            // A case that was sent elsewhere stays there, whatever mailbox it came through.
            if config.mailbox(&self.case.mailbox).is_none_or(|old| old.service == self.case.service) {
                self.case.service.clone_from(&mailbox.service);
            }
            self.case.mailbox.clone_from(id);
        }
        if let Some(received_at) = correction.received_at {
            if received_at > self.now {
                return Err(ActError::Refused("la réception ne peut pas être dans l'avenir".into()));
            }
            if received_at < super::earliest_reception(&self.desk.policy.calendar, self.now) {
                return Err(ActError::Refused("cette réception a plus de dix ans : est-ce la bonne année ?".into()));
            }
            if self.case.first_reply_at.is_some_and(|reply| reply < received_at) {
                return Err(ActError::Refused("la réception ne peut pas être après la première réponse".into()));
            }
            self.case.received_at = received_at;
        }
        self.case.kind = correction.kind.unwrap_or(self.case.kind);
        self.case.scope = correction.scope.unwrap_or(self.case.scope);
        self.case.topic = correction.topic.unwrap_or(self.case.topic);
        // Nothing to answer is nobody's to answer, and the reverse (`docs/fr/classement.md`).
        self.case.scope = match (self.case.kind, self.case.scope) {
            (Kind::None, _) => Scope::None,
            (_, Scope::None) => Scope::General,
            (_, scope) => scope,
        };
        self.case.channel = correction.channel.unwrap_or(self.case.channel);
        Ok(())
    }
}

/// What differs, in words: « nature : demande d'information → réclamation ».
fn differences(before: &CaseSummary, after: &CaseSummary, moment: impl Fn(Timestamp) -> String) -> Vec<String> {
    let pairs = [
        ("nature", before.kind.french().to_owned(), after.kind.french().to_owned()),
        ("périmètre", before.scope.french().to_owned(), after.scope.french().to_owned()),
        ("thème", before.topic.french().to_owned(), after.topic.french().to_owned()),
        ("canal", before.channel.french().to_owned(), after.channel.french().to_owned()),
        ("boîte", before.mailbox.clone(), after.mailbox.clone()),
        ("service", before.service.clone(), after.service.clone()),
        ("réception", moment(before.received_at), moment(after.received_at)),
    ];
    let changed = pairs.into_iter().filter(|(_, before, after)| before != after);
    changed.map(|(what, before, after)| format!("{what} : {before} → {after}")).collect()
}
