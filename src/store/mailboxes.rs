//! What is known of each mailbox from one pass to the next.

use jiff::Timestamp;
use sqlx::Row;

use super::{Store, StoreError, Work, at, maybe_at, millis};

/// A mailbox as it was last seen.
#[derive(Debug, Clone, serde::Serialize)]
pub struct MailboxState {
    /// Key of the mailbox.
    pub id: String,
    /// When it was first read: what was received before is never acknowledged.
    pub activated_at: Timestamp,
    /// IMAP: the UIDVALIDITY of the last pass.
    pub uid_validity: i64,
    /// IMAP: the highest UID seen under it.
    pub last_uid: i64,
    /// The end of the last pass that went through.
    pub last_pass_at: Option<Timestamp>,
    /// Messages on the server at that pass.
    pub on_server: i64,
    /// Of these, kept.
    pub kept: i64,
    /// Of these, not kept: a gap, which is an error.
    pub missing: i64,
    /// Passes that have failed since.
    pub failures: i64,
    /// Why the last one failed, in words; empty when it did not.
    pub last_error: String,
}

/// The reconciliation at the end of a pass.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PassFigures {
    /// IMAP: UIDVALIDITY.
    pub uid_validity: u32,
    /// IMAP: the highest UID on the server.
    pub last_uid: u32,
    /// Messages on the server.
    pub on_server: usize,
    /// Of these, kept.
    pub kept: usize,
}

impl Work {
    /// Notes the first start of a mailbox; later starts change nothing. Returns the instant of activation.
    pub async fn activate(&mut self, mailbox: &str, now: Timestamp) -> Result<Timestamp, StoreError> {
        sqlx::query("INSERT INTO mailbox (id, activated_at) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING")
            .bind(mailbox)
            .bind(millis(now))
            .execute(&mut *self.transaction)
            .await?;
        let row = sqlx::query("SELECT activated_at FROM mailbox WHERE id = $1")
            .bind(mailbox)
            .fetch_one(&mut *self.transaction)
            .await?;
        Ok(at(&row, "activated_at")?)
    }

    /// A pass went through.
    pub async fn pass_done(&mut self, mailbox: &str, figures: PassFigures, now: Timestamp) -> Result<(), StoreError> {
        sqlx::query(
            "UPDATE mailbox SET uid_validity = $1, last_uid = $2, last_pass_at = $3, on_server = $4, kept = $5,
                                missing = $6, failures = 0, last_error = '' WHERE id = $7",
        )
        .bind(i64::from(figures.uid_validity))
        .bind(i64::from(figures.last_uid))
        .bind(millis(now))
        .bind(figures.on_server as i64)
        .bind(figures.kept as i64)
        .bind(figures.on_server.saturating_sub(figures.kept) as i64)
        .bind(mailbox)
        .execute(&mut *self.transaction)
        .await?;
        Ok(())
    }

    /// A pass failed, for this reason in words.
    pub async fn pass_failed(&mut self, mailbox: &str, error: &str) -> Result<(), StoreError> {
        sqlx::query("UPDATE mailbox SET failures = failures + 1, last_error = $1 WHERE id = $2")
            .bind(error)
            .bind(mailbox)
            .execute(&mut *self.transaction)
            .await?;
        Ok(())
    }
}

impl Store {
    /// What is known of every mailbox that was ever read.
    pub async fn mailbox_states(&self) -> Result<Vec<MailboxState>, StoreError> {
        let rows = sqlx::query(
            "SELECT id, activated_at, uid_validity, last_uid, last_pass_at, on_server, kept, missing, failures, last_error
             FROM mailbox ORDER BY id",
        )
        .fetch_all(&self.readers)
        .await?;
        rows.iter()
            .map(|row| {
                Ok(MailboxState {
                    id: row.try_get("id")?,
                    activated_at: at(row, "activated_at")?,
                    uid_validity: row.try_get("uid_validity")?,
                    last_uid: row.try_get("last_uid")?,
                    last_pass_at: maybe_at(row, "last_pass_at")?,
                    on_server: row.try_get("on_server")?,
                    kept: row.try_get("kept")?,
                    missing: row.try_get("missing")?,
                    failures: row.try_get("failures")?,
                    last_error: row.try_get("last_error")?,
                })
            })
            .collect()
    }
}
