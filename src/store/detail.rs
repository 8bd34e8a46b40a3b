//! One case with everything that belongs to it.

use jiff::Timestamp;
use sqlx::{Row, any::AnyRow};

use super::{
    CaseSummary, ClockRow, Proposal, ReplyRow, Store, StoreError, WarningRow, at,
    cases::{select_cases, summary},
    flag, word,
};
use crate::case::{Channel, Disposition, EventKind};

/// One step in the history of a case.
#[derive(Debug, Clone)]
pub struct EventRow {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: String,
    /// What.
    pub kind: EventKind,
    /// In words.
    pub detail: String,
}

/// A message of a case.
#[derive(Debug, Clone)]
pub struct MessageRow {
    /// Its row: the number by which it is detached.
    pub id: i64,
    /// Digest of its octets.
    pub digest: String,
    /// `Message-ID` or empty.
    pub message_id: String,
    /// Address of the sender.
    pub sender: String,
    /// Name of the sender, or empty.
    pub sender_name: String,
    /// How it came.
    pub channel: Channel,
    /// Subject.
    pub subject: String,
    /// Reception.
    pub received_at: Timestamp,
    /// ISO 639-1.
    pub language: String,
    /// The readable text, whole.
    pub text: String,
    /// What was written this time.
    pub new_text: String,
    /// JSON list of attachments.
    pub attachments: String,
    /// What became of it.
    pub disposition: Disposition,
    /// Whether it was acknowledged.
    pub acknowledged: bool,
    /// Why not, in words.
    pub reason: String,
}

/// A case with its messages and its history.
#[derive(Debug, Clone)]
pub struct CaseDetail {
    /// The case.
    pub summary: CaseSummary,
    /// JSON list of the evidence.
    pub evidence: String,
    /// Its messages, in order of reception.
    pub messages: Vec<MessageRow>,
    /// Its history, oldest first.
    pub events: Vec<EventRow>,
    /// Its clocks, oldest first.
    pub clocks: Vec<ClockRow>,
    /// The steps of its escalation, oldest first.
    pub warnings: Vec<WarningRow>,
    /// What the machine took it for when it was opened.
    pub proposal: Option<Proposal>,
    /// The letters that its correspondent had, oldest first.
    pub replies: Vec<ReplyRow>,
    /// The references of the cases that are answered in it.
    pub merged: Vec<String>,
    /// The reference of the case in which it is answered.
    pub merged_into: Option<String>,
}

impl Store {
    /// The service of a case, by its reference: whoever is not of it may not see the case.
    pub async fn service_of(&self, reference: &str) -> Result<Option<(i64, String)>, StoreError> {
        let row = sqlx::query("SELECT id, service FROM cases WHERE reference = $1")
            .bind(reference)
            .fetch_optional(&self.readers)
            .await?;
        row.map(|row| Ok((row.try_get("id")?, row.try_get("service")?))).transpose()
    }

    /// The octets of a message of a case.
    pub async fn source(&self, case: i64, message: i64) -> Result<Option<Vec<u8>>, StoreError> {
        let row = sqlx::query(
            "SELECT r.bytes FROM message m JOIN raw_message r ON r.digest = m.digest WHERE m.id = $1 AND m.case_id = $2",
        )
        .bind(message)
        .bind(case)
        .fetch_optional(&self.readers)
        .await?;
        Ok(row.map(|row| row.try_get("bytes")).transpose()?)
    }

    /// One case, by its reference.
    pub async fn case(&self, reference: &str) -> Result<Option<CaseDetail>, StoreError> {
        let row =
            sqlx::query(select_cases!("WHERE reference = $1")).bind(reference).fetch_optional(&self.readers).await?;
        let Some(row) = row else { return Ok(None) };
        let case = summary(&row)?;
        let messages = sqlx::query(
            "SELECT id, digest, message_id, sender, sender_name, channel, subject, received_at, language, text, new_text,
                    attachments, disposition, acknowledged, reason FROM message WHERE case_id = $1 ORDER BY received_at, id",
        )
        .bind(case.id)
        .fetch_all(&self.readers)
        .await?;
        let events = sqlx::query("SELECT at, actor, kind, detail FROM event WHERE case_id = $1 ORDER BY id")
            .bind(case.id)
            .fetch_all(&self.readers)
            .await?;
        let (merged, merged_into) = self.merges(case.id).await?;
        Ok(Some(CaseDetail {
            merged,
            merged_into,
            replies: self.replies(case.id).await?,
            evidence: row.try_get("evidence")?,
            messages: messages.iter().map(message).collect::<Result<_, _>>()?,
            events: events.iter().map(event).collect::<Result<_, _>>()?,
            clocks: self.clocks(case.id).await?,
            warnings: self.warnings(case.id).await?,
            proposal: self.proposal(case.id).await?,
            summary: case,
        }))
    }
}

fn message(row: &AnyRow) -> Result<MessageRow, StoreError> {
    Ok(MessageRow {
        id: row.try_get("id")?,
        digest: row.try_get("digest")?,
        message_id: row.try_get("message_id")?,
        sender: row.try_get("sender")?,
        sender_name: row.try_get("sender_name")?,
        channel: word(row, "channel")?,
        text: row.try_get("text")?,
        subject: row.try_get("subject")?,
        received_at: at(row, "received_at")?,
        language: row.try_get("language")?,
        new_text: row.try_get("new_text")?,
        attachments: row.try_get("attachments")?,
        disposition: word(row, "disposition")?,
        acknowledged: flag(row, "acknowledged")?,
        reason: row.try_get("reason")?,
    })
}

fn event(row: &AnyRow) -> Result<EventRow, StoreError> {
    Ok(EventRow {
        at: at(row, "at")?,
        actor: row.try_get("actor")?,
        kind: word(row, "kind")?,
        detail: row.try_get("detail")?,
    })
}
