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

/// How long somebody is taken to have a page open of which nothing was heard.
const LOOKING: SignedDuration = SignedDuration::from_secs(90);

impl Desk {
    /// Keeps what somebody is writing about a case, the form as JSON. What already leaves is not touched.
    pub async fn keep_draft(&self, reference: &str, kind: LetterKind, fields: &str, by: &str) -> Result<(), ActError> {
        let mut work = self.store.begin().await?;
        let case = work.case_to_change(reference).await?.ok_or_else(|| ActError::Unknown(reference.to_owned()))?;
        if work.departures(case.id).await?.iter().any(|one| one.person == by && one.kind == kind) {
            return Err(ActError::Refused("ce message est en train de partir : reprenez-le pour le modifier".into()));
        }
        work.keep_writing(case.id, by, kind, fields, self.now(), None).await?;
        Ok(work.commit().await?)
    }

    /// Throws a draft away.
    pub async fn drop_draft(&self, reference: &str, kind: LetterKind, by: &str) -> Result<(), ActError> {
        let mut work = self.store.begin().await?;
        let case = work.case_to_change(reference).await?.ok_or_else(|| ActError::Unknown(reference.to_owned()))?;
        work.drop_writing(case.id, by, kind).await?;
        Ok(work.commit().await?)
    }

    /// Sends: the step is found possible now, and taken when the time to take it back is over. Returns that instant.
    pub async fn send(&self, reference: &str, step: &Step, fields: &str, by: &str) -> Result<Timestamp, ActError> {
        // Whatever would stop it stops it here, before the agent has turned away.
        self.rehearse(reference, step, by).await?;
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
        work.keep_writing(case.id, by, step.kind(), fields, now, Some((&written, leaves_at))).await?;
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
            Some(mine) => work.stay(mine.id, "").await?,
            None => false,
        };
        if !kept {
            return Err(ActError::Refused("trop tard : le message est parti, ou n'était pas de vous".into()));
        }
        Ok(work.commit().await?)
    }

    /// Takes every step whose time has come. One that has become impossible is a draft again, and says why.
    pub async fn leave_due(&self) -> Result<usize, StoreError> {
        let mut left = 0;
        for writing in self.store.due_writings(self.now()).await? {
            match self.leave(&writing).await {
                Ok(departed) => left += usize::from(departed),
                Err(ActError::Store(error)) => return Err(error),
                Err(refused) => {
                    let mut work = self.store.begin().await?;
                    work.stay(writing.id, &refused.to_string()).await?;
                    work.commit().await?;
                }
            }
        }
        Ok(left)
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
        let (hand, _) = hand.step(&step).await?;
        hand.lay_down().await?;
        Ok(true)
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
