//! Mails to the prefecture's own people, and the steps of the escalation that they carry. Each happens once: its slot, or
//! its clock, step, role and person, says so.

use std::collections::BTreeMap;

use jiff::Timestamp;
use sqlx::{Row, any::AnyRow};

use super::{Store, StoreError, Work, at, millis, word};
use crate::case::{NoticeKind, Role, Told};

/// A mail to one of our own people, or the fact that there was nothing to say.
#[derive(Debug, Clone)]
pub struct NewNotice {
    /// What makes it happen once: `digest/2026-03-02/ADDRESS`.
    pub slot: String,
    /// What it is.
    pub kind: NoticeKind,
    /// Whose it is.
    pub recipient: String,
    /// When.
    pub at: Timestamp,
    /// Whether there was nothing to say, and no mail.
    pub empty: bool,
}

/// One step of the escalation, for one person.
#[derive(Debug, Clone)]
pub struct NewWarning {
    /// The clock.
    pub clock_id: i64,
    /// `J-2`, `J`, `J+5`, `hold`.
    pub step: String,
    /// The role.
    pub role: Role,
    /// The person in that role; empty: nobody is declared.
    pub meant_for: String,
    /// The same person, or a substitute.
    pub recipient: String,
    /// When.
    pub at: Timestamp,
    /// What became of it.
    pub outcome: Told,
    /// The mail that carries it.
    pub notice_id: Option<i64>,
}

/// A step of the escalation of a case, with what became of its mail.
#[derive(Debug, Clone)]
pub struct WarningRow {
    /// The clock.
    pub clock_id: i64,
    /// `J-2`, `J`, `J+5`, `hold`.
    pub step: String,
    /// The role.
    pub role: Role,
    /// The person in that role.
    pub meant_for: String,
    /// Who was written to.
    pub recipient: String,
    /// When.
    pub at: Timestamp,
    /// What became of it.
    pub outcome: Told,
    /// State of the mail that carries it in the outbox: `waiting`, `sent`, `failed`; empty without a mail.
    pub mail: String,
}

impl Work {
    /// Writes a notice down; `None`: it has happened already.
    pub async fn add_notice(&mut self, notice: &NewNotice) -> Result<Option<i64>, StoreError> {
        let row = sqlx::query(
            "INSERT INTO notice (slot, kind, recipient, at, empty) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (slot) DO NOTHING RETURNING id",
        )
        .bind(&notice.slot)
        .bind(notice.kind.word())
        .bind(&notice.recipient)
        .bind(millis(notice.at))
        .bind(i64::from(notice.empty))
        .fetch_optional(&mut *self.transaction)
        .await?;
        Ok(row.map(|row| row.try_get("id")).transpose()?)
    }

    /// Writes a step of the escalation down. That it happened before is an error: whoever plans has read what was given.
    pub fn add_warning(&mut self, warning: NewWarning) {
        self.later.warnings.push(warning);
    }

    /// Who had a notice of this kind from an instant up to, and not at, another, be it that there was nothing to say, and
    /// when the last one that was sent was before. What a clock that was ahead left behind does not count.
    pub async fn noticed(
        &mut self,
        kind: NoticeKind,
        since: Timestamp,
        until: Timestamp,
    ) -> Result<BTreeMap<String, Noticed>, StoreError> {
        let rows = sqlx::query(
            "SELECT recipient, CAST(MAX(CASE WHEN at >= $2 AND at < $3 THEN 1 ELSE 0 END) AS BIGINT) AS since,
                    MAX(CASE WHEN at < $2 AND empty = 0 THEN at END) AS before
             FROM notice WHERE kind = $1 GROUP BY recipient",
        )
        .bind(kind.word())
        .bind(millis(since))
        .bind(millis(until))
        .fetch_all(&mut *self.transaction)
        .await?;
        let noticed = |row: &AnyRow| {
            let noticed = Noticed { since: super::flag(row, "since")?, before: super::maybe_at(row, "before")? };
            Ok((row.try_get("recipient")?, noticed))
        };
        rows.iter().map(noticed).collect()
    }
}

/// When somebody had a notice of some kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Noticed {
    /// Whether since the instant that was asked for.
    pub since: bool,
    /// The last one before it that said something.
    pub before: Option<Timestamp>,
}

impl Store {
    pub(super) async fn warnings(&self, case: i64) -> Result<Vec<WarningRow>, StoreError> {
        let rows = sqlx::query(
            "SELECT w.clock_id, w.step, w.role, w.meant_for, w.recipient, w.at, w.outcome, COALESCE(o.state, '') AS mail
             FROM warning w JOIN clock k ON k.id = w.clock_id LEFT JOIN outbox o ON o.notice_id = w.notice_id
             WHERE k.case_id = $1 ORDER BY w.id",
        )
        .bind(case)
        .fetch_all(&self.readers)
        .await?;
        rows.iter().map(warning).collect()
    }

    /// Whether anybody had a notice of this kind from an instant up to, and not at, another.
    pub async fn noticed_between(
        &self,
        kind: NoticeKind,
        since: Timestamp,
        until: Timestamp,
    ) -> Result<bool, StoreError> {
        let row = sqlx::query("SELECT COUNT(*) AS notices FROM notice WHERE kind = $1 AND at >= $2 AND at < $3")
            .bind(kind.word())
            .bind(millis(since))
            .bind(millis(until))
            .fetch_one(&self.readers)
            .await?;
        Ok(row.try_get::<i64, _>("notices")? > 0)
    }

    /// Notices of the last days, since an instant, that the relay refused for good or that were given up.
    pub async fn notices_failed(&self, since: Timestamp) -> Result<i64, StoreError> {
        let row = sqlx::query(
            "SELECT COUNT(*) AS mails FROM outbox WHERE purpose = 'notice' AND state = 'failed' AND created_at >= $1",
        )
        .bind(millis(since))
        .fetch_one(&self.readers)
        .await?;
        Ok(row.try_get("mails")?)
    }

    /// Steps of the escalation of running cases that found nobody to tell.
    pub async fn warnings_to_nobody(&self) -> Result<i64, StoreError> {
        let row = sqlx::query(
            "SELECT COUNT(*) AS steps FROM warning w JOIN clock k ON k.id = w.clock_id
             WHERE w.outcome = 'nobody' AND k.ended_at IS NULL",
        )
        .fetch_one(&self.readers)
        .await?;
        Ok(row.try_get("steps")?)
    }
}

fn warning(row: &AnyRow) -> Result<WarningRow, StoreError> {
    Ok(WarningRow {
        clock_id: row.try_get("clock_id")?,
        step: row.try_get("step")?,
        role: word(row, "role")?,
        meant_for: row.try_get("meant_for")?,
        recipient: row.try_get("recipient")?,
        at: at(row, "at")?,
        outcome: word(row, "outcome")?,
        mail: row.try_get("mail")?,
    })
}
