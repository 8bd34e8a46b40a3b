//! What agents are writing in the pages: drafts, letters that can still be taken back, and who has which case open.

use jiff::Timestamp;
use sqlx::{Row, any::AnyRow};

use super::{Store, StoreError, Work, at, maybe_at, millis, word};
use crate::case::LetterKind;

/// A letter in the making.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Writing {
    /// Its row.
    pub id: i64,
    /// The reference of its case.
    pub reference: String,
    /// Address of whoever writes it.
    pub person: String,
    /// What it is for.
    pub kind: LetterKind,
    /// JSON: the form as it was left.
    pub fields: String,
    /// When it was last kept.
    pub saved_at: Timestamp,
    /// JSON: what is done when it leaves; `None`: a draft.
    pub step: Option<String>,
    /// A digest of the letter as it was shown; empty for a draft.
    pub seen: String,
    /// Until when it can be taken back; `None`: a draft.
    pub leaves_at: Option<Timestamp>,
    /// Why it did not leave after all, in words; or empty.
    pub failure: String,
}

macro_rules! writings {
    ($condition:literal) => {
        concat!(
            "SELECT w.id, c.reference, w.person, w.kind, w.fields, w.saved_at, w.step, w.seen, w.leaves_at, w.failure
             FROM writing w JOIN cases c ON c.id = w.case_id ",
            $condition
        )
    };
}

impl Work {
    /// Keeps what somebody is writing about a case, in the place of what they wrote before.
    pub async fn keep_writing(
        &mut self,
        case: i64,
        person: &str,
        kind: LetterKind,
        fields: &str,
        now: Timestamp,
        departure: Option<(&str, &str, Timestamp)>,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO writing (case_id, person, kind, fields, saved_at, step, seen, leaves_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
             ON CONFLICT (case_id, person, kind) DO UPDATE SET fields = EXCLUDED.fields, saved_at = EXCLUDED.saved_at,
                 step = EXCLUDED.step, seen = EXCLUDED.seen, leaves_at = EXCLUDED.leaves_at, failure = ''",
        )
        .bind(case)
        .bind(person)
        .bind(kind.word())
        .bind(fields)
        .bind(millis(now))
        .bind(departure.map(|(step, ..)| step))
        .bind(departure.map_or("", |(_, seen, _)| seen))
        .bind(departure.map(|(.., at)| millis(at)))
        .execute(&mut *self.transaction)
        .await?;
        Ok(())
    }

    /// When somebody's draft was last kept.
    pub async fn draft_saved_at(
        &mut self,
        case: i64,
        person: &str,
        kind: LetterKind,
    ) -> Result<Option<Timestamp>, StoreError> {
        let row = sqlx::query("SELECT saved_at FROM writing WHERE case_id = $1 AND person = $2 AND kind = $3")
            .bind(case)
            .bind(person)
            .bind(kind.word())
            .fetch_optional(&mut *self.transaction)
            .await?;
        Ok(row.map(|row| at(&row, "saved_at")).transpose()?)
    }

    /// What leaves of a case, whoever wrote it.
    pub async fn departures(&mut self, case: i64) -> Result<Vec<Writing>, StoreError> {
        let rows = sqlx::query(writings!("WHERE w.case_id = $1 AND w.leaves_at IS NOT NULL ORDER BY w.id"))
            .bind(case)
            .fetch_all(&mut *self.transaction)
            .await?;
        rows.iter().map(writing).collect()
    }

    /// Makes a draft again of what was to leave by `until`. False: it has left, or was no longer to.
    pub async fn stay(&mut self, writing: i64, failure: &str, until: Timestamp) -> Result<bool, StoreError> {
        let done = sqlx::query(
            "UPDATE writing SET step = NULL, leaves_at = NULL, failure = $1
             WHERE id = $2 AND leaves_at IS NOT NULL AND leaves_at <= $3",
        )
        .bind(failure)
        .bind(writing)
        .bind(millis(until))
        .execute(&mut *self.transaction)
        .await?;
        Ok(done.rows_affected() == 1)
    }

    /// Nothing of this person leaves any more: it is a draft again.
    pub async fn stay_all(&mut self, person: &str, failure: &str) -> Result<(), StoreError> {
        sqlx::query(
            "UPDATE writing SET step = NULL, leaves_at = NULL, failure = $1 WHERE person = $2 AND leaves_at IS NOT NULL",
        )
        .bind(failure)
        .bind(person)
        .execute(&mut *self.transaction)
        .await?;
        Ok(())
    }

    /// It leaves now: its row goes. False: somebody took it back, or another daemon was quicker.
    pub async fn depart(&mut self, writing: i64, now: Timestamp) -> Result<bool, StoreError> {
        let done = sqlx::query("DELETE FROM writing WHERE id = $1 AND leaves_at IS NOT NULL AND leaves_at <= $2")
            .bind(writing)
            .bind(millis(now))
            .execute(&mut *self.transaction)
            .await?;
        Ok(done.rows_affected() == 1)
    }

    /// Throws a draft away. What is to leave is not touched.
    pub async fn drop_writing(&mut self, case: i64, person: &str, kind: LetterKind) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM writing WHERE case_id = $1 AND person = $2 AND kind = $3 AND leaves_at IS NULL")
            .bind(case)
            .bind(person)
            .bind(kind.word())
            .execute(&mut *self.transaction)
            .await?;
        Ok(())
    }

    /// Somebody has a case open.
    pub async fn look(&mut self, case: i64, person: &str, now: Timestamp) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO looking (case_id, person, seen_at) VALUES ($1, $2, $3)
             ON CONFLICT (case_id, person) DO UPDATE SET seen_at = EXCLUDED.seen_at",
        )
        .bind(case)
        .bind(person)
        .bind(millis(now))
        .execute(&mut *self.transaction)
        .await?;
        Ok(())
    }
}

impl Store {
    /// What is being written about a case.
    pub async fn writings(&self, case: i64) -> Result<Vec<Writing>, StoreError> {
        let rows =
            sqlx::query(writings!("WHERE w.case_id = $1 ORDER BY w.id")).bind(case).fetch_all(&self.readers).await?;
        rows.iter().map(writing).collect()
    }

    /// What somebody is writing, the oldest first.
    pub async fn writings_of(&self, person: &str) -> Result<Vec<Writing>, StoreError> {
        let rows =
            sqlx::query(writings!("WHERE w.person = $1 ORDER BY w.id")).bind(person).fetch_all(&self.readers).await?;
        rows.iter().map(writing).collect()
    }

    /// What is to leave by `now`, the first first.
    pub async fn due_writings(&self, now: Timestamp) -> Result<Vec<Writing>, StoreError> {
        let rows =
            sqlx::query(writings!("WHERE w.leaves_at IS NOT NULL AND w.leaves_at <= $1 ORDER BY w.leaves_at, w.id"))
                .bind(millis(now))
                .fetch_all(&self.readers)
                .await?;
        rows.iter().map(writing).collect()
    }

    /// When the next letter leaves that can still be taken back.
    pub async fn next_departure(&self) -> Result<Option<Timestamp>, StoreError> {
        let row = sqlx::query("SELECT MIN(leaves_at) AS next FROM writing WHERE leaves_at IS NOT NULL")
            .fetch_one(&self.readers)
            .await?;
        Ok(maybe_at(&row, "next")?)
    }

    /// One draft of somebody.
    pub async fn writing_of(&self, id: i64, person: &str) -> Result<Option<Writing>, StoreError> {
        let row = sqlx::query(writings!("WHERE w.id = $1 AND w.person = $2"))
            .bind(id)
            .bind(person)
            .fetch_optional(&self.readers)
            .await?;
        row.as_ref().map(writing).transpose()
    }

    /// Who has had a case open since then.
    pub async fn lookers(&self, case: i64, since: Timestamp) -> Result<Vec<String>, StoreError> {
        let rows = sqlx::query("SELECT person FROM looking WHERE case_id = $1 AND seen_at >= $2 ORDER BY person")
            .bind(case)
            .bind(millis(since))
            .fetch_all(&self.readers)
            .await?;
        Ok(rows.iter().map(|row| row.try_get("person")).collect::<Result<_, _>>()?)
    }
}

fn writing(row: &AnyRow) -> Result<Writing, StoreError> {
    Ok(Writing {
        id: row.try_get("id")?,
        reference: row.try_get("reference")?,
        person: row.try_get("person")?,
        kind: word(row, "kind")?,
        fields: row.try_get("fields")?,
        saved_at: at(row, "saved_at")?,
        step: row.try_get("step")?,
        seen: row.try_get("seen")?,
        leaves_at: maybe_at(row, "leaves_at")?,
        failure: row.try_get("failure")?,
    })
}
