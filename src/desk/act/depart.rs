//! What is sent from a page leaves a little later: until then it can be taken back, and is a draft again. Nothing has been
//! done to the case meanwhile, so there is nothing to undo. A crash or a stop leaves the row, and it leaves when somebody
//! looks.

use jiff::{SignedDuration, Timestamp};

use super::{ActError, Hand, Step};
use crate::{
    case::LetterKind,
    desk::{Desk, deliver::later},
    store::{StoreError, Writing},
};

/// A model, a fact or the case has changed since the letter was shown.
const OTHER_LETTER: &str = "le message n'est plus celui que vous avez vu : relisez-le avant de l'envoyer";

/// How long somebody is taken to have a page open of which nothing was heard.
const LOOKING: SignedDuration = SignedDuration::from_secs(90);

impl Desk {
    /// Keeps what somebody is writing about a case, the form as JSON. What already leaves is not touched, and neither is what
    /// was kept since `known`, in another window: the instant of the draft that this one goes on with, in milliseconds; 0: none.
    /// Returns that of this one.
    pub async fn keep_draft(
        &self,
        reference: &str,
        kind: LetterKind,
        fields: &str,
        known: i64,
        by: &str,
    ) -> Result<i64, ActError> {
        let mut work = self.store.begin().await?;
        let case = work.case_to_change(reference).await?.ok_or_else(|| ActError::Unknown(reference.to_owned()))?;
        if work.departures(case.id).await?.iter().any(|one| one.person == by && one.kind == kind) {
            return Err(ActError::Refused("ce message est en train de partir : reprenez-le pour le modifier".into()));
        }
        let now = self.now();
        if work.draft_saved_at(case.id, by, kind).await?.is_some_and(|at| at.as_millisecond() > known) {
            return Err(ActError::Refused(
                "un brouillon plus récent est ouvert dans une autre fenêtre : fermez l'une des deux, ou copiez ce texte ailleurs".into(),
            ));
        }
        work.keep_writing(case.id, by, kind, fields, now, None).await?;
        work.commit().await?;
        Ok(now.as_millisecond())
    }

    /// Throws away a draft of one's own, whatever has become of its case. False: there is none, or it leaves.
    pub async fn drop_own_draft(&self, id: i64, by: &str) -> Result<bool, StoreError> {
        let Some(draft) = self.store.writing_of(id, by).await? else { return Ok(false) };
        let mut work = self.store.begin().await?;
        let case = work.case_to_change(&draft.reference).await?;
        if let Some(case) = case.filter(|_| draft.leaves_at.is_none()) {
            work.drop_writing(case.id, by, draft.kind).await?;
        }
        work.commit().await?;
        Ok(draft.leaves_at.is_none())
    }

    /// Throws a draft away.
    pub async fn drop_draft(&self, reference: &str, kind: LetterKind, by: &str) -> Result<(), ActError> {
        let mut work = self.store.begin().await?;
        let case = work.case_to_change(reference).await?.ok_or_else(|| ActError::Unknown(reference.to_owned()))?;
        work.drop_writing(case.id, by, kind).await?;
        Ok(work.commit().await?)
    }

    /// Sends what was `seen` ([`Stepped::seen`](super::Stepped)): the step is found possible now, and taken when the time
    /// to take it back is over. Returns that instant.
    pub async fn send(
        &self,
        reference: &str,
        step: &Step,
        seen: &str,
        fields: &str,
        by: &str,
    ) -> Result<Timestamp, ActError> {
        // Whatever would stop it stops it here, before the agent has turned away.
        if self.rehearse(reference, step, by).await?.seen != seen {
            return Err(ActError::Refused(OTHER_LETTER.into()));
        }
        let mut work = self.store.begin().await?;
        let case = work.case_to_change(reference).await?.ok_or_else(|| ActError::Unknown(reference.to_owned()))?;
        if let Some(other) = work.departures(case.id).await?.first() {
            let whose = if other.person == by { "vous avez".to_owned() } else { format!("{} a", other.person) };
            return Err(ActError::Refused(format!(
                "{whose} déjà un message qui part pour cette demande : attendez son départ, puis relisez la demande"
            )));
        }
        let now = self.now();
        let leaves_at = later(now, SignedDuration::from_secs(i64::from(self.policy.config.web.undo_seconds)));
        let written = serde_json::to_string(step).map_err(|error| ActError::Refused(error.to_string()))?;
        work.keep_writing(case.id, by, step.kind(), fields, now, Some((&written, seen, leaves_at))).await?;
        work.commit().await?;
        if leaves_at == now {
            self.leave_due().await?;
        }
        self.outgoing.notify_one();
        Ok(leaves_at)
    }

    /// Takes back what has not left yet: it is a draft again.
    pub async fn take_back(&self, reference: &str, by: &str) -> Result<(), ActError> {
        let mut work = self.store.begin().await?;
        let case = work.case_to_change(reference).await?.ok_or_else(|| ActError::Unknown(reference.to_owned()))?;
        let mine = work.departures(case.id).await?.into_iter().find(|one| one.person == by);
        let kept = match mine {
            Some(mine) => work.stay(mine.id, "", Timestamp::MAX).await?,
            None => false,
        };
        if !kept {
            return Err(ActError::Refused("trop tard : le message est parti, ou n'était pas de vous".into()));
        }
        Ok(work.commit().await?)
    }

    /// Takes every step whose time has come. One that has become impossible is a draft again, and says why.
    pub async fn leave_due(&self) -> Result<usize, StoreError> {
        let (mut left, mut failed) = (0, None);
        for writing in self.store.due_writings(self.now()).await? {
            match self.leave(&writing).await {
                Ok(departed) => left += usize::from(departed),
                // The others go all the same; this one is tried again.
                Err(ActError::Store(error)) => failed = Some(error),
                Err(refused) => {
                    let mut work = self.store.begin().await?;
                    // One that was sent anew in this very instant is another.
                    work.stay(writing.id, &refused.to_string(), self.now()).await?;
                    work.commit().await?;
                }
            }
        }
        failed.map_or(Ok(left), Err)
    }

    async fn leave(&self, writing: &Writing) -> Result<bool, ActError> {
        let step: Option<Step> = writing.step.as_deref().and_then(|step| serde_json::from_str(step).ok());
        let step =
            step.ok_or_else(|| ActError::Refused("ce message ne peut pas être relu : envoyez-le de nouveau".into()))?;
        self.id_key().await?;
        let mut hand = Hand::take(self, &writing.reference, step.act(), &writing.person).await?;
        // The case is ours now: whoever takes it back or sends it meanwhile has done so before, or comes too late.
        if !hand.work.depart(writing.id, hand.now).await? {
            return Ok(false);
        }
        let (hand, stepped) = hand.step(&step).await?;
        if stepped.seen != writing.seen {
            return Err(ActError::Refused(OTHER_LETTER.into()));
        }
        hand.lay_down().await?;
        Ok(true)
    }

    /// The row of the last message that people wrote in a case ([`crate::desk::Wording::read`]).
    pub async fn last_written(&self, case: i64) -> Result<i64, StoreError> {
        self.store.begin_reading().await?.last_written(case).await
    }

    /// Somebody has a case open; returns who else has.
    pub async fn look(&self, case: i64, by: &str) -> Result<Vec<String>, StoreError> {
        let now = self.now();
        let mut work = self.store.begin().await?;
        work.look(case, by, now).await?;
        work.commit().await?;
        let others = self.store.lookers(case, later(now, -LOOKING)).await?;
        Ok(others.into_iter().filter(|person| person != by).collect())
    }
}
