//! What agents propose to change in model answers, and what became of it; how often each model was used.

use std::collections::HashMap;

use jiff::Timestamp;
use sqlx::{Row, any::AnyRow};

use super::{Store, StoreError, Work, at, maybe_at, millis, word};
use crate::case::LetterKind;

/// A change that somebody proposes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelChange {
    /// Its row; 0 for one that is not written down yet.
    pub id: i64,
    /// What the model is for.
    pub kind: LetterKind,
    /// Its name.
    pub name: String,
    /// Its language.
    pub language: String,
    /// The version that it changes.
    pub version: u32,
    /// The subject, with its expressions.
    pub subject: String,
    /// The last day, `2027-01-31`.
    pub valid_until: String,
    /// The text, with its expressions.
    pub text: String,
    /// Why.
    pub why: String,
    /// Who proposes it.
    pub proposed_by: String,
    /// When.
    pub proposed_at: Timestamp,
    /// `approved`, `refused`, or empty while it waits.
    pub outcome: String,
    /// Who decided.
    pub decided_by: String,
    /// When.
    pub decided_at: Option<Timestamp>,
    /// Why.
    pub decided_why: String,
}

macro_rules! changes {
    ($condition:literal) => {
        concat!(
            "SELECT id, kind, name, language, version, subject, valid_until, text, why, proposed_by, proposed_at, outcome,
                    decided_by, decided_at, decided_why FROM model_change ",
            $condition
        )
    };
}

impl Work {
    /// Writes a proposed change down. Returns its number.
    pub async fn propose_model_change(&mut self, change: &ModelChange) -> Result<i64, StoreError> {
        let row = sqlx::query(
            "INSERT INTO model_change (kind, name, language, version, subject, valid_until, text, why, proposed_by, proposed_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) RETURNING id",
        )
        .bind(change.kind.word())
        .bind(&change.name)
        .bind(&change.language)
        .bind(i64::from(change.version))
        .bind(&change.subject)
        .bind(&change.valid_until)
        .bind(&change.text)
        .bind(&change.why)
        .bind(&change.proposed_by)
        .bind(millis(change.proposed_at))
        .fetch_one(&mut *self.transaction)
        .await?;
        Ok(row.try_get("id")?)
    }

    /// A change waits again.
    pub async fn undecide_model_change(&mut self, id: i64) -> Result<(), StoreError> {
        sqlx::query(
            "UPDATE model_change SET outcome = '', decided_by = '', decided_why = '', decided_at = NULL WHERE id = $1",
        )
        .bind(id)
        .execute(&mut *self.transaction)
        .await?;
        Ok(())
    }

    /// Decides on a change that waits. False: it was decided already.
    pub async fn decide_model_change(
        &mut self,
        id: i64,
        outcome: &str,
        by: &str,
        why: &str,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let done = sqlx::query(
            "UPDATE model_change SET outcome = $1, decided_by = $2, decided_why = $3, decided_at = $4
             WHERE id = $5 AND outcome = ''",
        )
        .bind(outcome)
        .bind(by)
        .bind(why)
        .bind(millis(now))
        .bind(id)
        .execute(&mut *self.transaction)
        .await?;
        Ok(done.rows_affected() == 1)
    }
}

impl Store {
    /// The changes that wait, then those that were decided, the latest first; at most `limit`.
    pub async fn model_changes(&self, limit: i64) -> Result<Vec<ModelChange>, StoreError> {
        let rows = sqlx::query(changes!("ORDER BY CASE WHEN outcome = '' THEN 0 ELSE 1 END, id DESC LIMIT $1"))
            .bind(limit)
            .fetch_all(&self.readers)
            .await?;
        rows.iter().map(change).collect()
    }

    /// One change.
    pub async fn model_change(&self, id: i64) -> Result<Option<ModelChange>, StoreError> {
        let row = sqlx::query(changes!("WHERE id = $1")).bind(id).fetch_optional(&self.readers).await?;
        row.as_ref().map(change).transpose()
    }

    /// How often each model was sent since then, and how often its text was changed first.
    pub async fn model_uses(&self, since: Timestamp) -> Result<HashMap<String, (i64, i64)>, StoreError> {
        let rows = sqlx::query(
            "SELECT model, COUNT(*) AS uses, CAST(SUM(edited) AS BIGINT) AS edited FROM reply
             WHERE model <> '' AND at >= $1 GROUP BY model",
        )
        .bind(millis(since))
        .fetch_all(&self.readers)
        .await?;
        rows.iter().map(|row| Ok((row.try_get("model")?, (row.try_get("uses")?, row.try_get("edited")?)))).collect()
    }
}

fn change(row: &AnyRow) -> Result<ModelChange, StoreError> {
    Ok(ModelChange {
        id: row.try_get("id")?,
        kind: word(row, "kind")?,
        name: row.try_get("name")?,
        language: row.try_get("language")?,
        version: u32::try_from(row.try_get::<i64, _>("version")?).unwrap_or_default(),
        subject: row.try_get("subject")?,
        valid_until: row.try_get("valid_until")?,
        text: row.try_get("text")?,
        why: row.try_get("why")?,
        proposed_by: row.try_get("proposed_by")?,
        proposed_at: at(row, "proposed_at")?,
        outcome: row.try_get("outcome")?,
        decided_by: row.try_get("decided_by")?,
        decided_at: maybe_at(row, "decided_at")?,
        decided_why: row.try_get("decided_why")?,
    })
}
