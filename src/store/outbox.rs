//! What is to leave. A daemon claims a row before it sends it, and holds it no longer than it lives; the octets and the
//! Message-ID are the same at every attempt.

use jiff::Timestamp;
use sqlx::Row;

use super::{Store, StoreError, Work, maybe_at, millis};

/// What a mail belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Belongs {
    /// It acknowledges a message.
    Acknowledgement {
        /// The case.
        case_id: i64,
        /// The message.
        answers: i64,
    },
    /// It is a letter to the correspondent of this case.
    Reply {
        /// The case.
        case_id: i64,
    },
    /// It hands a case over to another administration.
    Handover {
        /// The case.
        case_id: i64,
    },
    /// It carries a notice to our own people.
    Notice(i64),
}

/// A mail to leave.
#[derive(Debug, Clone)]
pub struct NewOutgoing {
    /// What it belongs to.
    pub belongs: Belongs,
    /// Our Message-ID, without brackets.
    pub message_id: String,
    /// Envelope sender; empty for the null sender.
    pub envelope_from: String,
    /// Envelope recipient.
    pub recipient: String,
    /// The rendered octets.
    pub bytes: Vec<u8>,
}

/// A mail that has been claimed and is to be sent now.
#[derive(Debug, Clone)]
pub struct Outgoing {
    /// Its row.
    pub id: i64,
    /// Its case, if it belongs to one.
    pub case_id: Option<i64>,
    /// Our Message-ID, without brackets.
    pub message_id: String,
    /// Envelope sender; empty for the null sender.
    pub envelope_from: String,
    /// Envelope recipient.
    pub recipient: String,
    /// The rendered octets.
    pub bytes: Vec<u8>,
    /// Attempts so far, this one included.
    pub attempts: i64,
    /// When it was written.
    pub created_at: Timestamp,
}

/// How the outbox stands.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct OutboxFigures {
    /// Waiting to leave.
    pub waiting: i64,
    /// Gone.
    pub sent: i64,
    /// Given up.
    pub failed: i64,
    /// The oldest that waits was written then.
    pub oldest_waiting: Option<Timestamp>,
}

/// A mail that has not left, for people to read.
#[derive(Debug, Clone)]
pub struct Unsent {
    /// Its row.
    pub id: i64,
    /// `acknowledgement`, `reply`, `handover`, `notice`.
    pub purpose: String,
    /// The reference of its case; empty: it is a notice to our own people.
    pub reference: String,
    /// Whether it was given up.
    pub failed: bool,
    /// Attempts so far.
    pub attempts: i64,
    /// What the relay last said.
    pub last_answer: String,
    /// When it was written.
    pub created_at: Timestamp,
    /// When it is tried again.
    pub next_at: Timestamp,
}

/// The statement that claims, with the locking clause of the database.
macro_rules! claim {
    ($locking:literal) => {
        concat!(
            "WITH due (mail) AS (
                 SELECT o.id FROM outbox o WHERE o.state = 'waiting' AND o.next_at <= $2
                 AND (o.claimed_by = $1
                      OR NOT EXISTS (SELECT 1 FROM daemon d WHERE d.name = o.claimed_by AND d.alive_until > $2))
                 ORDER BY o.next_at, o.id LIMIT $3 ",
            $locking,
            ")
             UPDATE outbox SET claimed_by = $1, attempts = attempts + 1 FROM due WHERE id = mail
             RETURNING id, case_id, message_id, envelope_from, recipient, bytes, attempts, created_at"
        )
    };
}

impl Work {
    /// Puts a mail into the outbox.
    pub async fn enqueue(&mut self, mail: &NewOutgoing, now: Timestamp) -> Result<(), StoreError> {
        let (purpose, case_id, answers, notice_id) = match mail.belongs {
            Belongs::Acknowledgement { case_id, answers } => ("acknowledgement", Some(case_id), Some(answers), None),
            Belongs::Reply { case_id } => ("reply", Some(case_id), None, None),
            Belongs::Handover { case_id } => ("handover", Some(case_id), None, None),
            Belongs::Notice(notice) => ("notice", None, None, Some(notice)),
        };
        sqlx::query(
            "INSERT INTO outbox (purpose, case_id, answers, message_id, envelope_from, recipient, bytes, state, next_at,
                                 created_at, notice_id)
             VALUES ($1, $2, $3, $4, $5, $6, $7, 'waiting', $8, $9, $10)",
        )
        .bind(purpose)
        .bind(case_id)
        .bind(answers)
        .bind(&mail.message_id)
        .bind(&mail.envelope_from)
        .bind(&mail.recipient)
        .bind(&mail.bytes[..])
        .bind(millis(now))
        .bind(millis(now))
        .bind(notice_id)
        .execute(&mut *self.transaction)
        .await?;
        Ok(())
    }

    /// Claims at most `count` mails that are due and that no other living daemon has claimed. The attempt is counted before
    /// it is made: a mail that kills the daemon is counted too.
    pub async fn claim(&mut self, owner: &str, now: Timestamp, count: i64) -> Result<Vec<Outgoing>, StoreError> {
        // The same statement but for the one clause that only PostgreSQL has, and that lets several daemons pass each
        // other; SQLite has a single writer.
        let statement = match self.backend {
            super::Backend::Sqlite => claim!(""),
            super::Backend::Postgres => claim!("FOR UPDATE OF o SKIP LOCKED"),
        };
        let rows =
            sqlx::query(statement).bind(owner).bind(millis(now)).bind(count).fetch_all(&mut *self.transaction).await?;
        let mut mails = rows
            .iter()
            .map(|row| {
                Ok(Outgoing {
                    id: row.try_get("id")?,
                    case_id: row.try_get("case_id")?,
                    message_id: row.try_get("message_id")?,
                    envelope_from: row.try_get("envelope_from")?,
                    recipient: row.try_get("recipient")?,
                    bytes: row.try_get("bytes")?,
                    attempts: row.try_get("attempts")?,
                    created_at: super::at(row, "created_at")?,
                })
            })
            .collect::<Result<Vec<_>, StoreError>>()?;
        mails.sort_by_key(|mail| mail.id);
        Ok(mails)
    }

    /// The mail has left.
    pub async fn sent(&mut self, id: i64, answer: &str, now: Timestamp) -> Result<(), StoreError> {
        sqlx::query("UPDATE outbox SET state = 'sent', last_answer = $1, done_at = $2, claimed_by = '' WHERE id = $3")
            .bind(answer)
            .bind(millis(now))
            .bind(id)
            .execute(&mut *self.transaction)
            .await?;
        Ok(())
    }

    /// The mail is to be tried again at `next_at`; `uncertain`: the relay may have taken it.
    pub async fn postpone(
        &mut self,
        id: i64,
        why: &str,
        uncertain: bool,
        next_at: Timestamp,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "UPDATE outbox SET last_answer = $1, uncertain = uncertain + $2, next_at = $3, claimed_by = ''
             WHERE id = $4",
        )
        .bind(why)
        .bind(i64::from(uncertain))
        .bind(millis(next_at))
        .bind(id)
        .execute(&mut *self.transaction)
        .await?;
        Ok(())
    }

    /// The mail will not leave.
    pub async fn give_up(&mut self, id: i64, why: &str, now: Timestamp) -> Result<(), StoreError> {
        sqlx::query(
            "UPDATE outbox SET state = 'failed', last_answer = $1, done_at = $2, claimed_by = '' WHERE id = $3",
        )
        .bind(why)
        .bind(millis(now))
        .bind(id)
        .execute(&mut *self.transaction)
        .await?;
        Ok(())
    }
}

impl Work {
    /// A mail that waits or was given up: its case, its Message-ID, and whether it was given up.
    pub async fn unsent_mail(&mut self, id: i64) -> Result<Option<(Option<i64>, String, bool)>, StoreError> {
        let row = sqlx::query(
            "SELECT case_id, message_id, state FROM outbox WHERE id = $1 AND state IN ('waiting', 'failed')",
        )
        .bind(id)
        .fetch_optional(&mut *self.transaction)
        .await?;
        let read = |row: &sqlx::any::AnyRow| {
            let failed = row.try_get::<String, _>("state")? == "failed";
            Ok((row.try_get("case_id")?, row.try_get("message_id")?, failed))
        };
        row.as_ref().map(read).transpose()
    }

    /// A mail that waits or was given up is tried again now; one that was given up as if it were new.
    pub async fn retry(&mut self, id: i64, now: Timestamp) -> Result<(), StoreError> {
        sqlx::query(
            "UPDATE outbox SET attempts = CASE WHEN state = 'failed' THEN 0 ELSE attempts END,
                    created_at = CASE WHEN state = 'failed' THEN $1 ELSE created_at END,
                    state = 'waiting', next_at = $1, done_at = NULL
             WHERE id = $2 AND state IN ('waiting', 'failed')",
        )
        .bind(millis(now))
        .bind(id)
        .execute(&mut *self.transaction)
        .await?;
        Ok(())
    }
}

impl Store {
    /// What has not left: what was given up first, then what waits, the oldest first; at most `limit`.
    pub async fn unsent(&self, limit: i64) -> Result<Vec<Unsent>, StoreError> {
        let rows = sqlx::query(
            "SELECT o.id, o.purpose, COALESCE(c.reference, '') AS reference, o.state, o.attempts, o.last_answer,
                    o.created_at, o.next_at
             FROM outbox o LEFT JOIN cases c ON c.id = o.case_id WHERE o.state IN ('waiting', 'failed')
             ORDER BY CASE WHEN o.state = 'failed' THEN 0 ELSE 1 END, o.created_at, o.id LIMIT $1",
        )
        .bind(limit)
        .fetch_all(&self.readers)
        .await?;
        rows.iter()
            .map(|row| {
                Ok(Unsent {
                    id: row.try_get("id")?,
                    purpose: row.try_get("purpose")?,
                    reference: row.try_get("reference")?,
                    failed: row.try_get::<String, _>("state")? == "failed",
                    attempts: row.try_get("attempts")?,
                    last_answer: row.try_get("last_answer")?,
                    created_at: super::at(row, "created_at")?,
                    next_at: super::at(row, "next_at")?,
                })
            })
            .collect()
    }

    /// How the outbox stands.
    pub async fn outbox_figures(&self) -> Result<OutboxFigures, StoreError> {
        let row = sqlx::query(
            "SELECT CAST(COALESCE(SUM(CASE WHEN state = 'waiting' THEN 1 ELSE 0 END), 0) AS BIGINT) AS waiting,
                    CAST(COALESCE(SUM(CASE WHEN state = 'sent' THEN 1 ELSE 0 END), 0) AS BIGINT) AS sent,
                    CAST(COALESCE(SUM(CASE WHEN state = 'failed' THEN 1 ELSE 0 END), 0) AS BIGINT) AS failed,
                    MIN(CASE WHEN state = 'waiting' THEN created_at END) AS oldest_waiting
             FROM outbox",
        )
        .fetch_one(&self.readers)
        .await?;
        Ok(OutboxFigures {
            waiting: row.try_get("waiting")?,
            sent: row.try_get("sent")?,
            failed: row.try_get("failed")?,
            oldest_waiting: maybe_at(&row, "oldest_waiting")?,
        })
    }
}
