//! Which model answers fit a case: what it asks, and what agents chose for its like.

use super::{Desk, act::ActError};
use crate::{
    mail,
    replies::{Habits, Question, Suggestion},
    store::{CaseSummary, StoreError, Work},
};

impl Desk {
    /// The model answers that fit a case, with why: by what it is, by its words, and by what agents chose for its like.
    pub async fn suggest(&self, reference: &str) -> Result<Vec<Suggestion>, ActError> {
        let mut work = self.store.begin_reading().await?;
        let case = work.case_of_reference(reference).await?;
        let (case, _) = case.ok_or_else(|| ActError::Unknown(reference.to_owned()))?;
        let case = work.case_of(case).await?;
        match self.asked(&mut work, &case).await? {
            Some(asked) => Ok(self.suggestions(&mut work, &asked).await?),
            None => Ok(Vec::new()),
        }
    }

    pub(super) async fn suggestions(&self, work: &mut Work, asked: &Question) -> Result<Vec<Suggestion>, StoreError> {
        let mut here = Habits::default();
        for habit in work.habits(&asked.traits()).await? {
            here.add(&habit.model, habit.word, habit.times as f64);
        }
        let today = self.policy.calendar.date(self.now());
        Ok(self.policy.library.suggest(asked, &[&self.policy.habits, &here], today))
    }

    /// What a case asks, as far as its words tell; where an agent corrected what it is, that is certain.
    pub(super) async fn asked(&self, work: &mut Work, case: &CaseSummary) -> Result<Option<Question>, StoreError> {
        let Some(question) = work.question(case.id).await? else { return Ok(None) };
        let settled = || {
            let (subject, text) = (&question.subject, &question.new_text);
            Question::settled(case.kind, case.scope, case.topic, &case.service, subject, text)
        };
        if question.unread {
            // What nobody could read asks nothing that anybody knows.
            return Ok(Some(settled()).filter(|_| !question.new_text.trim().is_empty()));
        }
        let octets = work.octets(&question.digest).await?;
        let Ok(message) = mail::parse(&octets, &mail::Limits::default()) else { return Ok(Some(settled())) };
        let said = self.policy.classifier.classify(&message, Some(&case.mailbox));
        let mut asked = Question::of(&said, &message.subject, &message.new_text, &case.service);
        let certain = settled();
        if said.kind != case.kind {
            asked.kinds = certain.kinds;
        }
        if said.scope != case.scope {
            asked.scopes = certain.scopes;
        }
        if said.topic != case.topic {
            asked.topics = certain.topics;
        }
        Ok(Some(asked))
    }
}
