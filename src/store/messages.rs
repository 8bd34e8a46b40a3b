//! Messages as they were read, and what ties one to another.

use std::collections::HashMap;

use jiff::Timestamp;
use sqlx::{AssertSqlSafe, Row};

use super::{
    StoreError, Work,
    later::{ROWS, rows},
    millis,
};
use crate::case::{Channel, Disposition};

/// A message to be written down.
#[derive(Debug, Clone)]
pub struct NewMessage {
    /// The same for every delivery of the same message.
    pub content_key: String,
    /// Digest of its octets.
    pub digest: String,
    /// Key of the mailbox of the first delivery.
    pub mailbox: String,
    /// How it came.
    pub channel: Channel,
    /// `Message-ID` without brackets, or empty.
    pub message_id: String,
    /// Address of the correspondent in lower case, or empty.
    pub sender: String,
    /// Name of the correspondent, or empty.
    pub sender_name: String,
    /// Subject, may be empty.
    pub subject: String,
    /// The server's instant of reception.
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
    /// Why not, in words; empty when it was.
    pub reason: String,
    /// Its case.
    pub case_id: Option<i64>,
}

/// A message that is known already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownMessage {
    /// Its row.
    pub id: i64,
    /// Key of the mailbox of its first delivery.
    pub mailbox: String,
    /// Its case.
    pub case_id: Option<i64>,
}

impl Work {
    /// The messages of these contents that came before, by their content.
    pub async fn known_messages(&mut self, content_keys: &[&str]) -> Result<HashMap<String, KnownMessage>, StoreError> {
        let mut known = HashMap::new();
        for keys in content_keys.chunks(ROWS) {
            let list = rows(1, keys.len());
            let statement =
                format!("SELECT content_key, id, mailbox, case_id FROM message WHERE content_key IN {list}");
            let query = keys.iter().fold(sqlx::query(AssertSqlSafe(statement)), |query, key| query.bind(*key));
            for row in query.fetch_all(&mut *self.transaction).await? {
                let message = KnownMessage {
                    id: row.try_get("id")?,
                    mailbox: row.try_get("mailbox")?,
                    case_id: row.try_get("case_id")?,
                };
                known.insert(row.try_get("content_key")?, message);
            }
        }
        Ok(known)
    }

    /// Writes a message down.
    pub async fn add_message(&mut self, message: &NewMessage) -> Result<i64, StoreError> {
        let row = sqlx::query(
            "INSERT INTO message (content_key, digest, mailbox, channel, message_id, sender, sender_name, subject,
                                  received_at, language, text, new_text, attachments, disposition, acknowledged, reason,
                                  case_id)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
             ON CONFLICT (content_key) DO NOTHING RETURNING id",
        )
        .bind(&message.content_key)
        .bind(&message.digest)
        .bind(&message.mailbox)
        .bind(message.channel.word())
        .bind(&message.message_id)
        .bind(&message.sender)
        .bind(&message.sender_name)
        .bind(&message.subject)
        .bind(millis(message.received_at))
        .bind(&message.language)
        .bind(&message.text)
        .bind(&message.new_text)
        .bind(&message.attachments)
        .bind(message.disposition.word())
        .bind(i64::from(message.acknowledged))
        .bind(&message.reason)
        .bind(message.case_id)
        .fetch_optional(&mut *self.transaction)
        .await?;
        Ok(row.ok_or(StoreError::Raced)?.try_get("id")?)
    }

    /// The case to which one of these Message-IDs belongs: first what we sent, then what was received. The ids are tried
    /// in their order.
    pub async fn case_of_ids(&mut self, ids: &[&str]) -> Result<Option<i64>, StoreError> {
        self.case_among(ids, None).await
    }

    /// The same for a person who answers: an id of ours is known to whoever got it from us, but an id that somebody else
    /// wrote ties to a case only its correspondent. What carried a case to another administration went to nobody of the case.
    pub async fn case_answered_by(&mut self, sender: &str, ids: &[&str]) -> Result<Option<i64>, StoreError> {
        self.case_among(ids, Some(sender)).await
    }

    /// Whether one of these Message-IDs is that of a notice to our own people.
    pub async fn answers_notice(&mut self, ids: &[&str]) -> Result<bool, StoreError> {
        if ids.is_empty() {
            return Ok(false);
        }
        let list = rows(1, ids.len());
        let statement = format!("SELECT id FROM outbox WHERE notice_id IS NOT NULL AND message_id IN {list} LIMIT 1");
        let query = ids.iter().fold(sqlx::query(AssertSqlSafe(statement)), |query, id| query.bind(*id));
        Ok(query.fetch_optional(&mut *self.transaction).await?.is_some())
    }

    async fn case_among(&mut self, ids: &[&str], sender: Option<&str>) -> Result<Option<i64>, StoreError> {
        if ids.is_empty() {
            return Ok(None);
        }
        let list = rows(1, ids.len());
        let (anyone, author) = (ids.len() + 1, ids.len() + 2);
        let statement = format!(
            "SELECT message_id, case_id, 0 AS place FROM outbox WHERE message_id IN {list} AND case_id IS NOT NULL
               AND (CAST(${anyone} AS BIGINT) = 1 OR purpose <> 'handover')
             UNION ALL
             SELECT m.message_id, m.case_id, 1 AS place FROM message m JOIN cases c ON c.id = m.case_id
             WHERE m.message_id IN {list} AND (CAST(${anyone} AS BIGINT) = 1 OR c.correspondent = ${author})
             ORDER BY place, case_id"
        );
        let query = ids.iter().fold(sqlx::query(AssertSqlSafe(statement)), |query, id| query.bind(*id));
        let query = query.bind(i64::from(sender.is_none())).bind(sender.unwrap_or_default());
        let mut cases = HashMap::new();
        for row in query.fetch_all(&mut *self.transaction).await? {
            cases.entry(row.try_get::<String, _>("message_id")?).or_insert(row.try_get::<i64, _>("case_id")?);
        }
        Ok(ids.iter().find_map(|id| cases.get(*id).copied()))
    }

    /// How many messages of this sender, received within the hour and within the day up to `at`, were acknowledged.
    pub async fn acknowledged_before(&mut self, sender: &str, at: Timestamp) -> Result<(i64, i64), StoreError> {
        const HOUR: i64 = 3_600_000;
        let row = sqlx::query(
            "SELECT CAST(COALESCE(SUM(CASE WHEN received_at > $1 THEN 1 ELSE 0 END), 0) AS BIGINT) AS hour,
                    COUNT(*) AS day
             FROM message WHERE sender = $2 AND acknowledged = 1 AND received_at > $3 AND received_at < $4",
        )
        .bind(millis(at) - HOUR)
        .bind(sender)
        .bind(millis(at) - 24 * HOUR)
        // Deliveries are not always handled in the order in which they came.
        .bind(millis(at) + HOUR)
        .fetch_one(&mut *self.transaction)
        .await?;
        Ok((row.try_get("hour")?, row.try_get("day")?))
    }
}
