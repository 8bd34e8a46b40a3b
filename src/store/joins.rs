//! What ties messages to cases, and cases to each other.

use jiff::Timestamp;
use sqlx::{AssertSqlSafe, Row, any::AnyRow};

use super::{Store, StoreError, Work, at, flag, later::rows, maybe_at, millis, word};
use crate::case::{Channel, Disposition, LetterKind, State};

/// What of ours a machine reports about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ours {
    /// An acknowledgement.
    Acknowledgement,
    /// A letter, with its Message-ID and when it was written.
    Letter(LetterKind, String, Timestamp),
    /// The mail that carried a case to another administration, and when it was written.
    Handover(Timestamp),
    /// An answer that one of ours wrote in a mail client: when it left, and the digest of its octets.
    Outside(Timestamp, String),
}

/// What a letter in the thread of a case names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ThreadSoFar {
    /// Every Message-ID of the thread, the oldest first.
    pub ids: Vec<String>,
    /// The last one that was written to us.
    pub last: Option<String>,
}

/// The message that opened a case, as far as it matters for an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// ISO 639-1.
    pub language: String,
    /// Subject.
    pub subject: String,
    /// What was written.
    pub new_text: String,
    /// Digest of its octets.
    pub digest: String,
    /// Whether its octets are no mail that could be read: an agent typed them, or no parser understood them.
    pub unread: bool,
}

/// A message of a case, as whoever makes a case of it needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    /// Digest of its octets.
    pub digest: String,
    /// Key of its mailbox.
    pub mailbox: String,
    /// How it came.
    pub channel: Channel,
    /// Address of its sender, or empty.
    pub sender: String,
    /// Name of its sender, or empty.
    pub sender_name: String,
    /// Subject.
    pub subject: String,
    /// Reception.
    pub received_at: Timestamp,
    /// What became of it.
    pub disposition: Disposition,
}

/// Something that was written in a matter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// Digest of its octets.
    pub digest: String,
    /// Reception.
    pub received_at: Timestamp,
    /// What was written.
    pub new_text: String,
    /// Whether an agent typed it.
    pub typed: bool,
    /// Whether no parser understood it.
    pub unread: bool,
}

impl Work {
    /// The case in which this one is answered: itself, or the one that it was merged into.
    pub async fn root_of(&mut self, case: i64) -> Result<i64, StoreError> {
        let mut case = case;
        // A merge never leads in a circle (`Desk::merge`); should a row lie, this ends all the same.
        for _ in 0..100 {
            let query = sqlx::query("SELECT merged_into FROM cases WHERE id = $1").bind(case);
            match query.fetch_one(&mut *self.transaction).await?.try_get::<Option<i64>, _>("merged_into")? {
                Some(into) => case = into,
                None => break,
            }
        }
        Ok(case)
    }

    /// This case is answered in another one from now on; `before`: where it stood.
    pub async fn merge_into(&mut self, case: i64, into: i64, before: State) -> Result<(), StoreError> {
        sqlx::query("UPDATE cases SET merged_into = $1, state_before = $2 WHERE id = $3")
            .bind(into)
            .bind(before.word())
            .bind(case)
            .execute(&mut *self.transaction)
            .await?;
        Ok(())
    }

    /// The reference of the case in which this one is answered, if there is one.
    pub async fn merged_into(&mut self, case: i64) -> Result<Option<String>, StoreError> {
        let query = "SELECT o.reference FROM cases c JOIN cases o ON o.id = c.merged_into WHERE c.id = $1";
        let row = sqlx::query(query).bind(case).fetch_optional(&mut *self.transaction).await?;
        Ok(row.map(|row| row.try_get("reference")).transpose()?)
    }

    /// A message of a case.
    pub async fn message_of(&mut self, case: i64, message: i64) -> Result<Option<Received>, StoreError> {
        let row = sqlx::query(
            "SELECT digest, mailbox, channel, sender, sender_name, subject, received_at, disposition FROM message
             WHERE id = $1 AND case_id = $2",
        )
        .bind(message)
        .bind(case)
        .fetch_optional(&mut *self.transaction)
        .await?;
        row.as_ref().map(received).transpose()
    }

    /// A message of which no case was made because a machine seems to have written it.
    pub async fn apart_message(&mut self, message: i64) -> Result<Option<Received>, StoreError> {
        let row = sqlx::query(
            "SELECT digest, mailbox, channel, sender, sender_name, subject, received_at, disposition FROM message
             WHERE id = $1 AND disposition = 'ignored' AND mailbox NOT LIKE '%/%'",
        )
        .bind(message)
        .fetch_optional(&mut *self.transaction)
        .await?;
        row.as_ref().map(received).transpose()
    }

    /// The case stands for itself again. Returns where it stood before.
    pub async fn separate(&mut self, case: i64) -> Result<State, StoreError> {
        let query = sqlx::query("SELECT state_before FROM cases WHERE id = $1").bind(case);
        let row = query.fetch_one(&mut *self.transaction).await?;
        let before = word(&row, "state_before")?;
        sqlx::query("UPDATE cases SET merged_into = NULL, state_before = '' WHERE id = $1")
            .bind(case)
            .execute(&mut *self.transaction)
            .await?;
        Ok(before)
    }

    /// A message belongs to another case from now on.
    pub async fn move_message(&mut self, message: i64, to: i64) -> Result<(), StoreError> {
        sqlx::query("UPDATE message SET case_id = $1, disposition = 'case' WHERE id = $2")
            .bind(to)
            .bind(message)
            .execute(&mut *self.transaction)
            .await?;
        Ok(())
    }

    /// What the first of these Message-IDs that is of ours was, and its case.
    pub async fn ours(&mut self, ids: &[&str]) -> Result<Option<(i64, Ours)>, StoreError> {
        if ids.is_empty() {
            return Ok(None);
        }
        let list = rows(1, ids.len());
        let statement = format!(
            "SELECT o.message_id, o.case_id, o.purpose AS belongs, COALESCE(r.purpose, '') AS purpose, o.created_at AS at, '' AS digest
             FROM outbox o LEFT JOIN reply r ON r.message_id = o.message_id
             WHERE o.message_id IN {list} AND o.case_id IS NOT NULL
             UNION ALL
             SELECT message_id, case_id, 'outside' AS belongs, '' AS purpose, received_at AS at, digest FROM message
             WHERE message_id IN {list} AND disposition = 'reply' AND case_id IS NOT NULL"
        );
        let query = ids.iter().fold(sqlx::query(AssertSqlSafe(statement)), |query, id| query.bind(*id));
        let found = query.fetch_all(&mut *self.transaction).await?;
        for id in ids {
            for row in &found {
                let message_id: String = row.try_get("message_id")?;
                if message_id != *id {
                    continue;
                }
                let case = row.try_get("case_id")?;
                let at = at(row, "at")?;
                let ours = match row.try_get::<String, _>("belongs")?.as_str() {
                    "acknowledgement" => Ours::Acknowledgement,
                    "outside" => Ours::Outside(at, row.try_get("digest")?),
                    "handover" => Ours::Handover(at),
                    _ => Ours::Letter(word(row, "purpose")?, message_id, at),
                };
                return Ok(Some((case, ours)));
            }
        }
        Ok(None)
    }

    /// Whether a mail of ours has one of these Message-IDs.
    pub async fn left_by_us(&mut self, ids: &[&str]) -> Result<bool, StoreError> {
        if ids.is_empty() {
            return Ok(false);
        }
        let list = rows(1, ids.len());
        let statement = format!("SELECT id FROM outbox WHERE message_id IN {list} LIMIT 1");
        let query = ids.iter().fold(sqlx::query(AssertSqlSafe(statement)), |query, id| query.bind(*id));
        Ok(query.fetch_optional(&mut *self.transaction).await?.is_some())
    }

    /// Every Message-ID of what was written in a case and in those that are answered in it, with our own of this case; and the
    /// last one that was written to us.
    pub async fn thread_so_far(&mut self, case: i64) -> Result<ThreadSoFar, StoreError> {
        let rows = sqlx::query(
            "WITH RECURSIVE matter (id) AS (
                 SELECT CAST($1 AS BIGINT) UNION SELECT c.id FROM cases c JOIN matter m ON c.merged_into = m.id)
             SELECT message_id, received_at AS at, 0 AS ours, id FROM message
             WHERE message_id <> '' AND disposition IN ('case', 'follow_up') AND case_id IN (SELECT id FROM matter)
             UNION ALL
             SELECT message_id, created_at AS at, 1 AS ours, id FROM outbox
             WHERE purpose IN ('acknowledgement', 'reply') AND case_id = $1
             ORDER BY at, ours, id",
        )
        .bind(case)
        .fetch_all(&mut *self.transaction)
        .await?;
        let mut thread = ThreadSoFar::default();
        for row in &rows {
            let id: String = row.try_get("message_id")?;
            if !flag(row, "ours")? {
                thread.last = Some(id.clone());
            }
            thread.ids.push(id);
        }
        Ok(thread)
    }

    /// Whether something that the correspondent was asked for is still awaited.
    pub async fn awaits_pieces(&mut self, case: i64) -> Result<bool, StoreError> {
        self.flush_clocks().await?;
        let query = "SELECT id FROM clock WHERE case_id = $1 AND purpose = 'pieces' AND ended_at IS NULL LIMIT 1";
        Ok(sqlx::query(query).bind(case).fetch_optional(&mut *self.transaction).await?.is_some())
    }

    /// What people wrote in a case and in those joined to it, received after an instant; in order of reception.
    pub async fn written_in(&mut self, case: i64, after: Timestamp) -> Result<Vec<Written>, StoreError> {
        let rows = sqlx::query(
            "WITH RECURSIVE matter (id) AS (
                 SELECT CAST($1 AS BIGINT) UNION SELECT c.id FROM cases c JOIN matter m ON c.merged_into = m.id)
             SELECT digest, received_at, new_text, mailbox, disposition FROM message
             WHERE case_id IN (SELECT id FROM matter) AND disposition IN ('case', 'follow_up', 'quarantined')
               AND received_at > $2
             ORDER BY received_at, id",
        )
        .bind(case)
        .bind(millis(after))
        .fetch_all(&mut *self.transaction)
        .await?;
        rows.iter()
            .map(|row| {
                Ok(Written {
                    digest: row.try_get("digest")?,
                    received_at: at(row, "received_at")?,
                    new_text: row.try_get("new_text")?,
                    typed: row.try_get::<String, _>("mailbox")?.is_empty(),
                    unread: row.try_get::<String, _>("disposition")? == "quarantined",
                })
            })
            .collect()
    }

    /// Whether this message was found in a folder of what was sent before.
    pub async fn found_in_sent(&mut self, message: i64) -> Result<bool, StoreError> {
        let query = "SELECT id FROM receipt WHERE message_id = $1 AND mailbox LIKE '%/sent' LIMIT 1";
        Ok(sqlx::query(query).bind(message).fetch_optional(&mut *self.transaction).await?.is_some())
    }

    /// The replies that wait for a question which has come in meanwhile: reply, when it left, digest of its octets, case.
    pub async fn loose_no_more(&mut self) -> Result<Vec<(i64, Timestamp, String, i64)>, StoreError> {
        let rows = sqlx::query(
            "SELECT r.id, r.received_at, r.digest, q.case_id FROM loose_end l
             JOIN message r ON r.id = l.message_id JOIN message q ON q.message_id = l.named
             WHERE r.case_id IS NULL AND q.case_id IS NOT NULL AND q.disposition IN ('case', 'follow_up')
             ORDER BY r.id LIMIT 100",
        )
        .fetch_all(&mut *self.transaction)
        .await?;
        rows.iter()
            .map(|row| {
                Ok((row.try_get("id")?, at(row, "received_at")?, row.try_get("digest")?, row.try_get("case_id")?))
            })
            .collect()
    }

    /// How many mails carried a case to another administration, whatever became of them.
    pub async fn handovers(&mut self, case: i64) -> Result<i64, StoreError> {
        let query = "SELECT COUNT(*) AS mails FROM outbox WHERE case_id = $1 AND purpose = 'handover'";
        Ok(sqlx::query(query).bind(case).fetch_one(&mut *self.transaction).await?.try_get("mails")?)
    }

    /// When we last wrote to the correspondent of a case, here or in a mail client.
    pub async fn last_letter(&mut self, case: i64) -> Result<Option<Timestamp>, StoreError> {
        let query = sqlx::query(
            "SELECT MAX(at) AS at FROM (
                 SELECT at FROM reply WHERE case_id = $1
                 UNION ALL SELECT received_at AS at FROM message WHERE case_id = $1 AND disposition = 'reply') AS letters",
        )
        .bind(case);
        Ok(maybe_at(&query.fetch_one(&mut *self.transaction).await?, "at")?)
    }

    /// The row of the last message that people wrote in a case and in those joined to it; 0: none.
    pub async fn last_written(&mut self, case: i64) -> Result<i64, StoreError> {
        let query = sqlx::query(
            "WITH RECURSIVE matter (id) AS (
                 SELECT CAST($1 AS BIGINT) UNION SELECT c.id FROM cases c JOIN matter m ON c.merged_into = m.id)
             SELECT COALESCE(MAX(id), 0) AS last FROM message
             WHERE case_id IN (SELECT id FROM matter) AND disposition IN ('case', 'follow_up', 'quarantined')",
        );
        Ok(query.bind(case).fetch_one(&mut *self.transaction).await?.try_get("last")?)
    }

    /// The message that opened a case.
    pub async fn question(&mut self, case: i64) -> Result<Option<Question>, StoreError> {
        let row = sqlx::query(
            "SELECT language, subject, new_text, digest, mailbox, disposition FROM message
             WHERE case_id = $1 AND disposition IN ('case', 'quarantined') ORDER BY id LIMIT 1",
        )
        .bind(case)
        .fetch_optional(&mut *self.transaction)
        .await?;
        row.map(|row| {
            Ok(Question {
                language: row.try_get("language")?,
                subject: row.try_get("subject")?,
                new_text: row.try_get("new_text")?,
                digest: row.try_get("digest")?,
                unread: row.try_get::<String, _>("mailbox")?.is_empty()
                    || row.try_get::<String, _>("disposition")? == "quarantined",
            })
        })
        .transpose()
    }

    /// The octets of this digest.
    pub async fn octets(&mut self, digest: &str) -> Result<Vec<u8>, StoreError> {
        let query = sqlx::query("SELECT bytes FROM raw_message WHERE digest = $1").bind(digest);
        Ok(query.fetch_one(&mut *self.transaction).await?.try_get("bytes")?)
    }

    /// A reply names these Message-IDs, of which nobody knows any yet.
    pub async fn leave_loose(&mut self, message: i64, named: &[&str]) -> Result<(), StoreError> {
        for id in named {
            sqlx::query("INSERT INTO loose_end (named, message_id) VALUES ($1, $2) ON CONFLICT DO NOTHING")
                .bind(*id)
                .bind(message)
                .execute(&mut *self.transaction)
                .await?;
        }
        Ok(())
    }

    /// The reply that was found before the message of this id came in: its row, the digest of its octets, and when it left.
    pub async fn loose_reply(&mut self, message_id: &str) -> Result<Option<(i64, String, Timestamp)>, StoreError> {
        let row = sqlx::query(
            "SELECT m.id, m.digest, m.received_at FROM loose_end l JOIN message m ON m.id = l.message_id
             WHERE l.named = $1 AND m.case_id IS NULL ORDER BY m.received_at, m.id LIMIT 1",
        )
        .bind(message_id)
        .fetch_optional(&mut *self.transaction)
        .await?;
        row.map(|row| Ok((row.try_get("id")?, row.try_get("digest")?, at(&row, "received_at")?))).transpose()
    }

    /// A reply belongs to this case.
    pub async fn tie_reply(&mut self, message: i64, case: i64) -> Result<(), StoreError> {
        sqlx::query("UPDATE message SET case_id = $1 WHERE id = $2")
            .bind(case)
            .bind(message)
            .execute(&mut *self.transaction)
            .await?;
        sqlx::query("DELETE FROM loose_end WHERE message_id = $1")
            .bind(message)
            .execute(&mut *self.transaction)
            .await?;
        Ok(())
    }

    /// The running cases of a correspondent, by reference.
    pub async fn running_of(&mut self, correspondent: &str) -> Result<Vec<String>, StoreError> {
        let rows = sqlx::query(
            "SELECT reference FROM cases WHERE correspondent = $1 AND state IN ('open', 'held', 'asked')
             ORDER BY id DESC LIMIT 5",
        )
        .bind(correspondent)
        .fetch_all(&mut *self.transaction)
        .await?;
        rows.iter().map(|row| Ok(row.try_get("reference")?)).collect()
    }
}

impl Store {
    /// The references of the cases that are answered in this one, and of the one in which it is answered.
    pub async fn merges(&self, case: i64) -> Result<(Vec<String>, Option<String>), StoreError> {
        let inner = sqlx::query("SELECT reference FROM cases WHERE merged_into = $1 ORDER BY id").bind(case);
        let inner = inner.fetch_all(&self.readers).await?;
        let outer = "SELECT o.reference FROM cases c JOIN cases o ON o.id = c.merged_into WHERE c.id = $1";
        let outer = sqlx::query(outer).bind(case).fetch_optional(&self.readers).await?;
        let reference = |row: &sqlx::any::AnyRow| row.try_get("reference");
        Ok((inner.iter().map(reference).collect::<Result<_, _>>()?, outer.as_ref().map(reference).transpose()?))
    }
}

fn received(row: &AnyRow) -> Result<Received, StoreError> {
    Ok(Received {
        digest: row.try_get("digest")?,
        mailbox: row.try_get("mailbox")?,
        channel: word(row, "channel")?,
        sender: row.try_get("sender")?,
        sender_name: row.try_get("sender_name")?,
        subject: row.try_get("subject")?,
        received_at: at(row, "received_at")?,
        disposition: word(row, "disposition")?,
    })
}
