//! Why a pass over a mailbox did not go through.

use super::imap::ImapError;
use crate::store::StoreError;

/// A pass that failed. Nothing is lost: what was kept stays kept, the rest is still on the server.
#[derive(Debug, thiserror::Error)]
pub enum IntakeError {
    /// The IMAP server.
    #[error(transparent)]
    Imap(#[from] ImapError),
    /// The Maildir.
    #[error(transparent)]
    Maildir(#[from] super::maildir::MaildirError),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Another daemon reads this mailbox now.
    #[error("un autre démon relève cette boîte")]
    LeaseLost,
}

impl IntakeError {
    /// Whether only a person can mend it: trying often would change nothing, and might lock the account.
    pub fn wants_a_person(&self) -> bool {
        matches!(
            self,
            Self::Imap(
                ImapError::LoginRefused(_)
                    | ImapError::TlsNotTrusted { .. }
                    | ImapError::Settings(_)
                    | ImapError::FolderMissing { .. }
            )
        )
    }
}
