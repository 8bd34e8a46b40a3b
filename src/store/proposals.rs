//! What the machine proposed, and what people made of it.

use jiff::Timestamp;
use sqlx::{Row, any::AnyRow};

use super::{Store, StoreError, Work, at, millis, word};
use crate::case::{Kind, Scope, Topic};

/// What a case is taken for as it is opened.
#[derive(Debug, Clone)]
pub struct Proposal {
    /// What the sender wants.
    pub kind: Kind,
    /// Who may answer.
    pub scope: Scope,
    /// Subject matter.
    pub topic: Topic,
    /// Key of the service that should answer.
    pub service: String,
    /// Why that service, in words.
    pub route: String,
    /// Words of [`crate::case::Flag`], a blank between.
    pub flags: String,
    /// JSON list: name of a model answer, how likely it fits.
    pub answers: String,
    /// JSON list: `axis`, `confidence`, `second`, `sure`.
    pub certainty: String,
    /// Version of the learned model.
    pub model: String,
}

/// What an agent said of one axis.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewCorrection {
    /// `kind`, `scope` or `topic`.
    pub axis: &'static str,
    /// The word that stood there.
    pub before: String,
    /// The word that is right; the same when it was confirmed.
    pub after: String,
}

/// A case that an agent corrected or confirmed, to learn from.
#[derive(Debug, Clone)]
pub struct Taught {
    /// Its reference.
    pub reference: String,
    /// Key of the mailbox.
    pub mailbox: String,
    /// What it is, as the agent left it.
    pub kind: Kind,
    /// The same.
    pub scope: Scope,
    /// The same.
    pub topic: Topic,
    /// The octets of its first message.
    pub bytes: Vec<u8>,
}

/// What was proposed for a case that people have dealt with, and what it is in the end.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// When the case came.
    pub received_at: Timestamp,
    /// Proposed and final.
    pub kind: (Kind, Kind),
    /// Proposed and final.
    pub scope: (Scope, Scope),
    /// Proposed and final.
    pub topic: (Topic, Topic),
}

impl Work {
    /// Writes down what a new case is taken for, at the end of the transaction.
    pub fn propose(&mut self, case: i64, proposal: Proposal) {
        self.later.proposals.push((case, proposal));
    }

    /// Writes down what an agent said.
    pub async fn add_correction(
        &mut self,
        case: i64,
        at: Timestamp,
        actor: &str,
        correction: &NewCorrection,
    ) -> Result<(), StoreError> {
        sqlx::query("INSERT INTO correction (case_id, at, actor, axis, before, after) VALUES ($1, $2, $3, $4, $5, $6)")
            .bind(case)
            .bind(millis(at))
            .bind(actor)
            .bind(correction.axis)
            .bind(&correction.before)
            .bind(&correction.after)
            .execute(&mut *self.transaction)
            .await?;
        Ok(())
    }
}

impl Store {
    /// What a case was taken for when it was opened; `None` if a person entered it, or an older version opened it.
    pub async fn proposal(&self, case: i64) -> Result<Option<Proposal>, StoreError> {
        let row = sqlx::query(
            "SELECT kind, scope, topic, service, route, flags, answers, certainty, model FROM proposal WHERE case_id = $1",
        )
        .bind(case)
        .fetch_optional(&self.readers)
        .await?;
        row.as_ref().map(proposal).transpose()
    }

    /// The cases that agents corrected or confirmed, in the order of their references.
    pub async fn taught(&self) -> Result<Vec<Taught>, StoreError> {
        let rows = sqlx::query(
            "SELECT cases.reference, cases.mailbox, cases.kind, cases.scope, cases.topic, raw_message.bytes
             FROM cases
             JOIN message ON message.id = (SELECT MIN(id) FROM message AS first WHERE first.case_id = cases.id)
             JOIN raw_message ON raw_message.digest = message.digest
             WHERE EXISTS (SELECT 1 FROM correction WHERE correction.case_id = cases.id)
             ORDER BY cases.reference",
        )
        .fetch_all(&self.readers)
        .await?;
        rows.iter().map(taught).collect()
    }

    /// How many cases agents corrected or confirmed.
    pub async fn taught_count(&self) -> Result<i64, StoreError> {
        let row = sqlx::query("SELECT COUNT(DISTINCT case_id) AS cases_taught FROM correction")
            .fetch_one(&self.readers)
            .await?;
        Ok(row.try_get("cases_taught")?)
    }

    /// What was proposed for the cases that came since then and that people ended, corrected or confirmed.
    pub async fn outcomes(&self, since: Timestamp) -> Result<Vec<Outcome>, StoreError> {
        let rows = sqlx::query(
            "SELECT cases.received_at, cases.kind, cases.scope, cases.topic, proposal.kind AS proposed_kind,
                    proposal.scope AS proposed_scope, proposal.topic AS proposed_topic
             FROM cases JOIN proposal ON proposal.case_id = cases.id
             WHERE cases.received_at >= $1
               AND (cases.ended_at IS NOT NULL
                    OR EXISTS (SELECT 1 FROM correction WHERE correction.case_id = cases.id))
             ORDER BY cases.received_at, cases.id",
        )
        .bind(millis(since))
        .fetch_all(&self.readers)
        .await?;
        rows.iter().map(outcome).collect()
    }
}

fn proposal(row: &AnyRow) -> Result<Proposal, StoreError> {
    Ok(Proposal {
        kind: word(row, "kind")?,
        scope: word(row, "scope")?,
        topic: word(row, "topic")?,
        service: row.try_get("service")?,
        route: row.try_get("route")?,
        flags: row.try_get("flags")?,
        answers: row.try_get("answers")?,
        certainty: row.try_get("certainty")?,
        model: row.try_get("model")?,
    })
}

fn taught(row: &AnyRow) -> Result<Taught, StoreError> {
    Ok(Taught {
        reference: row.try_get("reference")?,
        mailbox: row.try_get("mailbox")?,
        kind: word(row, "kind")?,
        scope: word(row, "scope")?,
        topic: word(row, "topic")?,
        bytes: row.try_get("bytes")?,
    })
}

fn outcome(row: &AnyRow) -> Result<Outcome, StoreError> {
    Ok(Outcome {
        received_at: at(row, "received_at")?,
        kind: (word(row, "proposed_kind")?, word(row, "kind")?),
        scope: (word(row, "proposed_scope")?, word(row, "scope")?),
        topic: (word(row, "proposed_topic")?, word(row, "topic")?),
    })
}
