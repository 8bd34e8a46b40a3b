//! What is laid into the folders of a mailbox: copies of what left, and drafts.

use jiff::{SignedDuration, Timestamp};

use super::{Desk, deliver::later};
use crate::{
    case::{Doing, EventKind, Folder},
    config::Mailbox,
    replies::Suggestion,
    store::{CaseSummary, Filing, NewFiling, Outgoing, StoreError, Work},
};

/// What became of one attempt to file something. Every text is a sentence in French, without anybody's address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Filed {
    /// It is done, or was already.
    Done(String),
    /// Later, perhaps.
    Retry(String),
}

/// How long to wait after each failed attempt; the last one repeats.
const BACK_OFF: [SignedDuration; 4] = [
    SignedDuration::from_secs(15),
    SignedDuration::from_mins(2),
    SignedDuration::from_mins(15),
    SignedDuration::from_hours(1),
];

/// After so many attempts it is given up: some three days.
const ATTEMPTS: i64 = 75;

impl Desk {
    /// Claims what is to be filed.
    pub async fn claim_filings(&self, owner: &str, count: i64) -> Result<Vec<Filing>, StoreError> {
        let mut work = self.store.begin().await?;
        let filings = work.claim_filings(owner, self.now(), count).await?;
        work.commit().await?;
        Ok(filings)
    }

    /// Writes down what became of one attempt.
    pub async fn filed(&self, filing: &Filing, outcome: &Filed) -> Result<(), StoreError> {
        let now = self.now();
        let mut work = self.store.begin().await?;
        match outcome {
            Filed::Done(answer) => work.filed(filing.id, answer, now).await?,
            Filed::Retry(why) if filing.attempts >= ATTEMPTS => {
                work.give_up_filing(filing.id, why, now).await?;
                let (mailbox, folder) = (&filing.new.mailbox, filing.new.folder);
                tracing::error!(mailbox.id = %mailbox, %folder, why, "could not be filed, and is given up");
                let detail = format!("dossier « {} » de la boîte « {mailbox} » : {why}", folder.french());
                work.add_event(filing.new.case_id, now, "releve", EventKind::NotFiled, &detail);
            }
            Filed::Retry(why) => {
                let step = usize::try_from(filing.attempts - 1).unwrap_or_default().min(BACK_OFF.len() - 1);
                work.postpone_filing(filing.id, why, later(now, BACK_OFF[step])).await?;
            }
        }
        work.commit().await
    }

    /// Waits until there is something to file.
    pub async fn something_to_file(&self) {
        self.to_file.notified().await;
    }

    /// A copy of what just left, for the folder of what was sent.
    pub(super) async fn copy_to_sent(
        &self,
        work: &mut Work,
        case: &CaseSummary,
        mail: &Outgoing,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mailbox = self.policy.config.writes_from(&case.mailbox, &case.service);
        let Some(mailbox) = mailbox.filter(|mailbox| mailbox.sent.is_some()) else { return Ok(()) };
        let filing = NewFiling {
            mailbox: mailbox.id.clone(),
            folder: Folder::Sent,
            doing: Doing::Put,
            case_id: case.id,
            message_id: mail.message_id.clone(),
            bytes: mail.bytes.clone(),
        };
        work.add_filing(&filing, now).await
    }

    /// The best model that is whole is laid as a draft, in the thread, once.
    pub(super) async fn lay_draft(
        &self,
        work: &mut Work,
        case: &CaseSummary,
        mailbox: &Mailbox,
        suggestions: &[Suggestion],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        if mailbox.drafts.is_none() {
            return Ok(());
        }
        let Some((model, message_id, bytes)) = self.draft(work, case, mailbox, suggestions, now).await? else {
            return Ok(());
        };
        let (mailbox, folder, doing) = (mailbox.own_id().to_owned(), Folder::Drafts, Doing::Put);
        work.add_filing(&NewFiling { mailbox, folder, doing, case_id: case.id, message_id, bytes }, now).await?;
        let title = self.policy.library.find(crate::case::LetterKind::Answer, &model).map_or("", |model| model.title());
        let detail = format!("réponse type « {title} » ({model}), dans les brouillons de la boîte");
        work.add_event(case.id, now, "releve", EventKind::Drafted, &detail);
        Ok(())
    }

    /// The drafts of a case that has ended are taken out.
    pub(super) async fn retire_drafts(&self, work: &mut Work, case: i64, now: Timestamp) -> Result<(), StoreError> {
        for draft in work.drafts_of(case).await? {
            work.add_filing(&NewFiling { doing: Doing::Remove, ..draft }, now).await?;
        }
        Ok(())
    }
}
