//! Changes to model answers: proposed by whoever uses them, decided by a quality officer. The file in `templates/` is the
//! truth; what is proposed waits beside it and changes nothing.

use super::{Desk, act::ActError};
use crate::{
    case::LetterKind,
    replies::Model,
    store::{ModelChange, StoreError},
};

impl Desk {
    /// A model as it is in force, in one language.
    pub fn model(&self, kind: LetterKind, name: &str, language: &str) -> Option<&Model> {
        let mut versions = self.policy.library.versions();
        versions.find(|model| model.kind == kind && model.name == name && model.language == language)
    }

    /// Proposes a change. Returns its number.
    pub async fn propose_model_change(&self, change: ModelChange) -> Result<i64, ActError> {
        let refuse = |text: &str| Err(ActError::Refused(text.to_owned()));
        let Some(model) = self.model(change.kind, &change.name, &change.language) else {
            return refuse("cette réponse type n'existe plus");
        };
        let change = ModelChange {
            version: model.version(),
            subject: change.subject.split_whitespace().collect::<Vec<_>>().join(" "),
            text: change.text.replace("\r\n", "\n").trim().to_owned(),
            proposed_at: self.now(),
            ..change
        };
        if change.text.is_empty() || change.subject.is_empty() {
            return refuse("l'objet et le texte ne peuvent pas être vides");
        }
        match change.valid_until.parse::<jiff::civil::Date>() {
            Err(_) => return refuse("le dernier jour de validité est une date, par exemple 2027-06-30"),
            Ok(until) if until < self.policy.calendar.date(self.now()) => {
                return refuse("le dernier jour de validité est passé : la réponse type ne pourrait pas être envoyée");
            }
            Ok(_) => {}
        }
        if change.why.trim().is_empty() {
            return refuse("dites pourquoi, en une phrase : c'est ce que lira le référent qualité");
        }
        let today = model.valid_until().map(|day| day.to_string()).unwrap_or_default();
        if (change.text.as_str(), change.subject.as_str(), change.valid_until.as_str())
            == (model.source().0.trim(), model.subject(), today.as_str())
        {
            return refuse("rien ne change : le texte, l'objet et la date sont ceux d'aujourd'hui");
        }
        let mut work = self.store.begin().await?;
        let id = work.propose_model_change(&change).await?;
        work.commit().await?;
        Ok(id)
    }

    /// The file that a change would make, approved by this person today; refused where the model has changed since.
    pub fn changed_file(&self, change: &ModelChange, by: &str) -> Result<String, ActError> {
        let model = self.model(change.kind, &change.name, &change.language);
        let model = model.filter(|model| model.version() == change.version).ok_or_else(|| {
            ActError::Refused(
                "la réponse type a changé depuis cette proposition : refusez-la, et proposez le changement de nouveau"
                    .into(),
            )
        })?;
        let today = self.policy.calendar.date(self.now());
        Ok(model.amended(&change.subject, &change.text, &change.valid_until, by, today))
    }

    /// The decision could not be carried out: the change waits again.
    pub async fn undecide_model_change(&self, id: i64) -> Result<(), StoreError> {
        let mut work = self.store.begin().await?;
        work.undecide_model_change(id).await?;
        work.commit().await
    }

    /// Writes down what was decided. False: it was decided already.
    pub async fn decide_model_change(&self, id: i64, approved: bool, by: &str, why: &str) -> Result<bool, StoreError> {
        let mut work = self.store.begin().await?;
        let outcome = if approved { "approved" } else { "refused" };
        let decided = work.decide_model_change(id, outcome, by, why, self.now()).await?;
        work.commit().await?;
        Ok(decided)
    }
}
