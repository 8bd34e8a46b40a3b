//! What is to be laid into a folder of a mailbox, or taken out of it. As with the outbox: a daemon claims a row before it
//! goes about it, and the octets are the same at every attempt.

use jiff::Timestamp;
use sqlx::Row;

use super::{Store, StoreError, Work, millis, word};
use crate::case::{Doing, Folder};

/// Something to be filed.
#[derive(Debug, Clone)]
pub struct NewFiling {
    /// Key of the mailbox.
    pub mailbox: String,
    /// Which of its folders.
    pub folder: Folder,
    /// What is to be done.
    pub doing: Doing,
    /// Its case.
    pub case_id: i64,
    /// Message-ID of the mail, without brackets.
    pub message_id: String,
    /// Its octets.
    pub bytes: Vec<u8>,
}

/// Something to be filed now.
#[derive(Debug, Clone)]
pub struct Filing {
    /// Its row.
    pub id: i64,
    /// What is to be done.
    pub new: NewFiling,
    /// Attempts so far, this one included.
    pub attempts: i64,
}

macro_rules! claim {
    ($locking:literal) => {
        concat!(
            "WITH due (filing_id) AS (
                 SELECT f.id FROM filing f WHERE f.state = 'waiting' AND f.next_at <= $2
                 AND NOT EXISTS (SELECT 1 FROM filing e WHERE e.message_id = f.message_id AND e.folder = f.folder
                                 AND e.id < f.id AND e.state = 'waiting')
                 AND (f.claimed_by = $1
                      OR NOT EXISTS (SELECT 1 FROM daemon d WHERE d.name = f.claimed_by AND d.alive_until > $2))
                 ORDER BY f.id LIMIT $3 ",
            $locking,
            ")
             UPDATE filing SET claimed_by = $1, attempts = attempts + 1 FROM due WHERE id = filing_id
             RETURNING id, mailbox, folder, doing, case_id, message_id, bytes, attempts"
        )
    };
}

impl Work {
    /// Adds something to be filed; what was asked for before is not asked for twice.
    pub async fn add_filing(&mut self, filing: &NewFiling, now: Timestamp) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO filing (mailbox, folder, doing, case_id, message_id, bytes, state, next_at, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, 'waiting', $7, $7) ON CONFLICT (message_id, folder, doing) DO NOTHING",
        )
        .bind(&filing.mailbox)
        .bind(filing.folder.word())
        .bind(filing.doing.word())
        .bind(filing.case_id)
        .bind(&filing.message_id)
        .bind(&filing.bytes[..])
        .bind(millis(now))
        .execute(&mut *self.transaction)
        .await?;
        Ok(())
    }

    /// The drafts of a case that were laid, or are to be, and have not been taken out.
    pub async fn drafts_of(&mut self, case: i64) -> Result<Vec<NewFiling>, StoreError> {
        let rows = sqlx::query(
            "SELECT id, mailbox, folder, doing, case_id, message_id, bytes, attempts FROM filing p
             WHERE case_id = $1 AND folder = 'drafts' AND doing = 'put' AND NOT EXISTS (
                 SELECT 1 FROM filing r WHERE r.message_id = p.message_id AND r.folder = 'drafts' AND r.doing = 'remove')
             ORDER BY id",
        )
        .bind(case)
        .fetch_all(&mut *self.transaction)
        .await?;
        rows.iter().map(|row| Ok(filing(row)?.new)).collect()
    }

    /// Claims what is due, the oldest first: a draft is not taken out before it has been laid.
    pub async fn claim_filings(&mut self, owner: &str, now: Timestamp, count: i64) -> Result<Vec<Filing>, StoreError> {
        let statement = match self.backend {
            super::Backend::Sqlite => claim!(""),
            super::Backend::Postgres => claim!("FOR UPDATE OF f SKIP LOCKED"),
        };
        let rows =
            sqlx::query(statement).bind(owner).bind(millis(now)).bind(count).fetch_all(&mut *self.transaction).await?;
        let mut filings = rows.iter().map(filing).collect::<Result<Vec<_>, _>>()?;
        filings.sort_by_key(|filing| filing.id);
        Ok(filings)
    }

    /// It is done.
    pub async fn filed(&mut self, id: i64, answer: &str, now: Timestamp) -> Result<(), StoreError> {
        self.end_filing(id, "done", answer, now).await
    }

    /// It will not be done.
    pub async fn give_up_filing(&mut self, id: i64, why: &str, now: Timestamp) -> Result<(), StoreError> {
        self.end_filing(id, "failed", why, now).await
    }

    async fn end_filing(&mut self, id: i64, state: &str, answer: &str, now: Timestamp) -> Result<(), StoreError> {
        sqlx::query("UPDATE filing SET state = $1, last_answer = $2, done_at = $3, claimed_by = '' WHERE id = $4")
            .bind(state)
            .bind(answer)
            .bind(millis(now))
            .bind(id)
            .execute(&mut *self.transaction)
            .await?;
        Ok(())
    }

    /// To be tried again then.
    pub async fn postpone_filing(&mut self, id: i64, why: &str, next_at: Timestamp) -> Result<(), StoreError> {
        sqlx::query("UPDATE filing SET last_answer = $1, next_at = $2, claimed_by = '' WHERE id = $3")
            .bind(why)
            .bind(millis(next_at))
            .bind(id)
            .execute(&mut *self.transaction)
            .await?;
        Ok(())
    }
}

impl Store {
    /// What was tried and could not be filed so far, or ever, and why.
    pub async fn filings_waiting(&self) -> Result<(i64, String), StoreError> {
        let row = sqlx::query(
            "SELECT COUNT(*) AS waiting, COALESCE((SELECT last_answer FROM filing
                    WHERE state = 'failed' OR (state = 'waiting' AND attempts > 0) ORDER BY id LIMIT 1), '') AS why
             FROM filing WHERE state = 'failed' OR (state = 'waiting' AND attempts > 0)",
        )
        .fetch_one(&self.readers)
        .await?;
        Ok((row.try_get("waiting")?, row.try_get("why")?))
    }
}

fn filing(row: &sqlx::any::AnyRow) -> Result<Filing, StoreError> {
    Ok(Filing {
        id: row.try_get("id")?,
        new: NewFiling {
            mailbox: row.try_get("mailbox")?,
            folder: word(row, "folder")?,
            doing: word(row, "doing")?,
            case_id: row.try_get("case_id")?,
            message_id: row.try_get("message_id")?,
            bytes: row.try_get("bytes")?,
        },
        attempts: row.try_get("attempts")?,
    })
}
