//! Deliveries: what each mailbox held, octets first.

use std::collections::{BTreeMap, HashMap, HashSet};

use jiff::Timestamp;
use sqlx::{AssertSqlSafe, Row};

use super::{
    Store, StoreError, Work, at, flag,
    later::{Handled, ROWS, rows},
    maybe_at, millis, word,
};
use crate::case::Disposition;

/// A delivery to be kept.
#[derive(Debug, Clone)]
pub struct NewReceipt {
    /// Key of the mailbox.
    pub mailbox: String,
    /// `UIDVALIDITY/UID`, or the base name of a Maildir file: never the same twice in a mailbox.
    pub server_key: String,
    /// SHA-256 of `bytes`, hexadecimal.
    pub digest: String,
    /// The octets.
    pub bytes: Vec<u8>,
    /// Whether `bytes` is the whole message, or only its headers.
    pub whole: bool,
    /// The size that the server announced.
    pub octets: u64,
    /// The server's instant of reception.
    pub received_at: Timestamp,
}

/// A delivery that waits to be handled.
#[derive(Debug, Clone)]
pub struct KeptReceipt {
    /// Its row.
    pub id: i64,
    /// Its key on the server.
    pub server_key: String,
    /// SHA-256 of the octets.
    pub digest: String,
    /// The octets.
    pub bytes: Vec<u8>,
    /// Whether the octets are the whole message.
    pub whole: bool,
    /// The size that the server announced.
    pub octets: u64,
    /// The server's instant of reception.
    pub received_at: Timestamp,
    /// How often handling has been tried one by one, after a stop or a fault.
    pub attempts: i64,
}

/// What became of the deliveries of a mailbox.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct ReceiptFigures {
    /// Deliveries kept so far.
    pub kept: i64,
    /// Of these, waiting to be handled.
    pub waiting: i64,
    /// Set aside, with a reason.
    pub set_aside: i64,
    /// Tied to a case.
    pub cases: i64,
}

/// A delivery and what became of it.
#[derive(Debug, Clone)]
pub struct Delivery {
    /// Its row.
    pub id: i64,
    /// Key of the mailbox.
    pub mailbox: String,
    /// Address of the correspondent, or empty.
    pub sender: String,
    /// Subject of the message.
    pub subject: String,
    /// Reception.
    pub received_at: Timestamp,
    /// What became of its message; `None`: set aside.
    pub disposition: Option<Disposition>,
    /// Whether it was this delivery that brought the message.
    pub first: bool,
    /// Whether the message was acknowledged.
    pub acknowledged: bool,
    /// Why not, in words.
    pub reason: String,
    /// The reference of its case.
    pub reference: Option<String>,
    /// The deadline of its case.
    pub due_at: Option<Timestamp>,
}

/// Something of which no case was made.
#[derive(Debug, Clone)]
pub struct Apart {
    /// The row of the delivery.
    pub receipt: i64,
    /// The row of its message; `None`: it was set aside unread.
    pub message: Option<i64>,
    /// Key of the mailbox.
    pub mailbox: String,
    /// Reception.
    pub received_at: Timestamp,
    /// Its size on the server.
    pub octets: i64,
    /// Whether it was asked for, and will be fetched.
    pub wanted: bool,
    /// Why no case was made of it, in words.
    pub reason: String,
    /// Address of the sender, or empty.
    pub sender: String,
    /// Subject, or empty.
    pub subject: String,
    /// The case to which it is tied, or empty.
    pub reference: String,
}

impl Work {
    /// Keeps octets under their digest, SHA-256 in hexadecimal, unless they are kept already.
    pub async fn keep_octets(&mut self, digest: &str, octets: &[u8]) -> Result<(), StoreError> {
        self.keep_many_octets(&[(digest, octets)]).await
    }

    async fn keep_many_octets(&mut self, octets: &[(&str, &[u8])]) -> Result<(), StoreError> {
        let rows = rows(octets.len(), 3);
        let statement =
            format!("INSERT INTO raw_message (digest, octets, bytes) VALUES {rows} ON CONFLICT (digest) DO NOTHING");
        let mut query = sqlx::query(AssertSqlSafe(statement));
        for (digest, bytes) in octets {
            query = query.bind(*digest).bind(bytes.len() as i64).bind(*bytes);
        }
        query.execute(&mut *self.transaction).await?;
        Ok(())
    }

    /// Keeps deliveries and returns their rows. One that is kept already is left as it is (`None`), unless it had been set
    /// aside and somebody wants it.
    pub async fn keep(&mut self, receipts: &[NewReceipt], now: Timestamp) -> Result<Vec<Option<i64>>, StoreError> {
        // In the order of their digests, so that two daemons with the same octets never wait for each other in a circle.
        let octets = receipts.iter().map(|receipt| (&*receipt.digest, &*receipt.bytes)).collect::<BTreeMap<_, _>>();
        for octets in octets.into_iter().collect::<Vec<_>>().chunks(ROWS) {
            self.keep_many_octets(octets).await?;
        }
        let mut kept = HashMap::new();
        for receipts in receipts.chunks(ROWS) {
            let rows = rows(receipts.len(), 9);
            let statement = format!(
                "INSERT INTO receipt (mailbox, server_key, digest, whole, octets, received_at, kept_at, state, attempts)
                 VALUES {rows} ON CONFLICT (mailbox, server_key) DO UPDATE SET digest = EXCLUDED.digest,
                     whole = EXCLUDED.whole, octets = EXCLUDED.octets, kept_at = EXCLUDED.kept_at, state = 'kept', reason = ''
                     WHERE receipt.state = 'wanted' RETURNING id, mailbox, server_key"
            );
            let mut query = sqlx::query(AssertSqlSafe(statement));
            for receipt in receipts {
                query = query
                    .bind(&receipt.mailbox)
                    .bind(&receipt.server_key)
                    .bind(&receipt.digest)
                    .bind(i64::from(receipt.whole))
                    .bind(receipt.octets as i64)
                    .bind(millis(receipt.received_at))
                    .bind(millis(now))
                    .bind("kept")
                    .bind(0_i64);
            }
            for row in query.fetch_all(&mut *self.transaction).await? {
                let place = (row.try_get::<String, _>("mailbox")?, row.try_get::<String, _>("server_key")?);
                kept.insert(place, row.try_get::<i64, _>("id")?);
            }
        }
        let row = |receipt: &NewReceipt| kept.get(&(receipt.mailbox.clone(), receipt.server_key.clone())).copied();
        Ok(receipts.iter().map(row).collect())
    }

    /// Counts attempts at handling a delivery; a negative number takes them back.
    pub async fn count_attempts(&mut self, receipt: i64, attempts: i64) -> Result<(), StoreError> {
        sqlx::query("UPDATE receipt SET attempts = attempts + $1 WHERE id = $2")
            .bind(attempts)
            .bind(receipt)
            .execute(&mut *self.transaction)
            .await?;
        Ok(())
    }

    /// The delivery has been handled: it is this message.
    pub fn handled(&mut self, receipt: i64, message: i64, reason: &str) {
        self.later.handled.push(Handled { receipt, message, reason: reason.to_owned() });
    }

    /// The delivery is kept, but nothing is made of it, for this reason.
    pub async fn set_aside(&mut self, receipt: i64, reason: &str) -> Result<(), StoreError> {
        sqlx::query("UPDATE receipt SET state = 'set_aside', reason = $1 WHERE id = $2")
            .bind(reason)
            .bind(receipt)
            .execute(&mut *self.transaction)
            .await?;
        Ok(())
    }

    /// A delivery that was set aside unread is wanted after all: the next pass fetches it. False: it was not set aside, or is
    /// here already.
    pub async fn want(&mut self, receipt: i64) -> Result<bool, StoreError> {
        let done = sqlx::query(
            "UPDATE receipt SET state = 'wanted' WHERE id = $1 AND state = 'set_aside'
             AND digest IN (SELECT digest FROM raw_message WHERE octets = 0)",
        )
        .bind(receipt)
        .execute(&mut *self.transaction)
        .await?;
        Ok(done.rows_affected() == 1)
    }

    /// The server has been told about these deliveries.
    pub async fn told(&mut self, receipts: &[i64]) -> Result<(), StoreError> {
        for receipt in receipts {
            sqlx::query("UPDATE receipt SET told = 1 WHERE id = $1")
                .bind(receipt)
                .execute(&mut *self.transaction)
                .await?;
        }
        Ok(())
    }
}

impl Store {
    /// The keys of every delivery of the mailbox that was ever kept, but for those that are wanted after all.
    pub async fn known_keys(&self, mailbox: &str) -> Result<HashSet<String>, StoreError> {
        let rows = sqlx::query("SELECT server_key FROM receipt WHERE mailbox = $1 AND state <> 'wanted'")
            .bind(mailbox)
            .fetch_all(&self.readers)
            .await?;
        Ok(rows.iter().map(|row| row.try_get("server_key")).collect::<Result<_, _>>()?)
    }

    /// The keys of the deliveries that were set aside and are wanted after all.
    pub async fn wanted_keys(&self, mailbox: &str) -> Result<HashSet<String>, StoreError> {
        let rows = sqlx::query("SELECT server_key FROM receipt WHERE mailbox = $1 AND state = 'wanted'")
            .bind(mailbox)
            .fetch_all(&self.readers)
            .await?;
        Ok(rows.iter().map(|row| row.try_get("server_key")).collect::<Result<_, _>>()?)
    }

    /// What no case was made of since then: deliveries that were set aside unread, then messages that a machine wrote, the
    /// latest first; what was found among what was sent is no such thing. At most `limit`.
    pub async fn apart(&self, since: Timestamp, limit: i64) -> Result<Vec<Apart>, StoreError> {
        let rows = sqlx::query(
            "SELECT r.id, r.mailbox, r.received_at, r.octets, r.state, r.reason, m.id AS message, COALESCE(m.sender, '') AS sender,
                    COALESCE(m.subject, '') AS subject, COALESCE(c.reference, '') AS reference
             FROM receipt r LEFT JOIN message m ON m.id = r.message_id LEFT JOIN cases c ON c.id = m.case_id
             WHERE r.received_at >= $1 AND (r.state IN ('set_aside', 'wanted') OR m.disposition = 'ignored')
               AND r.mailbox NOT LIKE '%/%'
               AND (r.message_id IS NULL OR r.id = (SELECT MIN(o.id) FROM receipt o WHERE o.message_id = r.message_id))
             ORDER BY CASE WHEN r.message_id IS NULL THEN 0 ELSE 1 END, r.received_at DESC, r.id DESC LIMIT $2",
        )
        .bind(millis(since))
        .bind(limit)
        .fetch_all(&self.readers)
        .await?;
        rows.iter()
            .map(|row| {
                Ok(Apart {
                    receipt: row.try_get("id")?,
                    message: row.try_get("message")?,
                    mailbox: row.try_get("mailbox")?,
                    received_at: at(row, "received_at")?,
                    octets: row.try_get("octets")?,
                    wanted: row.try_get::<String, _>("state")? == "wanted",
                    reason: row.try_get("reason")?,
                    sender: row.try_get("sender")?,
                    subject: row.try_get("subject")?,
                    reference: row.try_get("reference")?,
                })
            })
            .collect()
    }

    /// The rows of every delivery that waits to be handled: the least tried first, then the oldest.
    pub async fn least_tried(&self, mailbox: &str) -> Result<Vec<i64>, StoreError> {
        let rows = sqlx::query("SELECT id FROM receipt WHERE mailbox = $1 AND state = 'kept' ORDER BY attempts, id")
            .bind(mailbox)
            .fetch_all(&self.readers)
            .await?;
        Ok(rows.iter().map(|row| row.try_get("id")).collect::<Result<_, _>>()?)
    }

    /// The next deliveries to handle after the row `after`, oldest first: at most `count`, and no more than one beyond
    /// `octets` in all.
    pub async fn kept(
        &self,
        mailbox: &str,
        after: i64,
        count: i64,
        octets: u64,
    ) -> Result<Vec<KeptReceipt>, StoreError> {
        let listed = sqlx::query(
            "SELECT r.id, m.octets FROM receipt r JOIN raw_message m ON m.digest = r.digest
             WHERE r.mailbox = $1 AND r.state = 'kept' AND r.id > $2 ORDER BY r.id LIMIT $3",
        )
        .bind(mailbox)
        .bind(after)
        .bind(count)
        .fetch_all(&self.readers)
        .await?;
        let mut total = 0;
        let mut last = None;
        for row in &listed {
            if total > octets {
                break;
            }
            total += row.try_get::<i64, _>("octets")?.unsigned_abs();
            last = Some(row.try_get::<i64, _>("id")?);
        }
        let Some(last) = last else { return Ok(Vec::new()) };
        let rows = sqlx::query(
            "SELECT r.id, r.server_key, r.digest, r.whole, r.octets, r.received_at, r.attempts, m.bytes
             FROM receipt r JOIN raw_message m ON m.digest = r.digest
             WHERE r.mailbox = $1 AND r.state = 'kept' AND r.id > $2 AND r.id <= $3 ORDER BY r.id",
        )
        .bind(mailbox)
        .bind(after)
        .bind(last)
        .fetch_all(&self.readers)
        .await?;
        rows.iter()
            .map(|row| {
                Ok(KeptReceipt {
                    id: row.try_get("id")?,
                    server_key: row.try_get("server_key")?,
                    digest: row.try_get("digest")?,
                    bytes: row.try_get("bytes")?,
                    whole: flag(row, "whole")?,
                    octets: row.try_get::<i64, _>("octets")?.unsigned_abs(),
                    received_at: at(row, "received_at")?,
                    attempts: row.try_get("attempts")?,
                })
            })
            .collect()
    }

    /// The deliveries that are handled and of which the server has not been told yet: row and server key. What was set
    /// aside stays where it is: nothing was made of it.
    pub async fn untold(&self, mailbox: &str) -> Result<Vec<(i64, String)>, StoreError> {
        let rows = sqlx::query(
            "SELECT id, server_key FROM receipt WHERE mailbox = $1 AND told = 0 AND state = 'handled' ORDER BY id",
        )
        .bind(mailbox)
        .fetch_all(&self.readers)
        .await?;
        rows.iter().map(|row| Ok((row.try_get("id")?, row.try_get("server_key")?))).collect()
    }

    /// What became of the deliveries of a mailbox.
    pub async fn receipt_figures(&self, mailbox: &str) -> Result<ReceiptFigures, StoreError> {
        let row = sqlx::query(
            "SELECT COUNT(*) AS kept,
                    CAST(COALESCE(SUM(CASE WHEN r.state = 'kept' THEN 1 ELSE 0 END), 0) AS BIGINT) AS waiting,
                    CAST(COALESCE(SUM(CASE WHEN r.state = 'set_aside' THEN 1 ELSE 0 END), 0) AS BIGINT) AS set_aside,
                    CAST(COALESCE(SUM(CASE WHEN m.case_id IS NULL THEN 0 ELSE 1 END), 0) AS BIGINT) AS cases
             FROM receipt r LEFT JOIN message m ON m.id = r.message_id WHERE r.mailbox = $1",
        )
        .bind(mailbox)
        .fetch_one(&self.readers)
        .await?;
        Ok(ReceiptFigures {
            kept: row.try_get("kept")?,
            waiting: row.try_get("waiting")?,
            set_aside: row.try_get("set_aside")?,
            cases: row.try_get("cases")?,
        })
    }

    /// Every delivery, in order of reception, and what became of it.
    pub async fn deliveries(&self) -> Result<Vec<Delivery>, StoreError> {
        let rows = sqlx::query(
            "SELECT r.id, r.mailbox, r.received_at, r.reason, COALESCE(m.sender, '') AS sender,
                    COALESCE(m.subject, '') AS subject, COALESCE(m.disposition, '') AS disposition,
                    COALESCE(m.acknowledged, 0) AS acknowledged, c.reference, c.due_at,
                    CASE WHEN r.id = (SELECT MIN(o.id) FROM receipt o WHERE o.message_id = r.message_id)
                         THEN 1 ELSE 0 END AS first
             FROM receipt r LEFT JOIN message m ON m.id = r.message_id LEFT JOIN cases c ON c.id = m.case_id
             ORDER BY r.received_at, r.id",
        )
        .fetch_all(&self.readers)
        .await?;
        rows.iter()
            .map(|row| {
                let known = !row.try_get::<String, _>("disposition")?.is_empty();
                Ok(Delivery {
                    id: row.try_get("id")?,
                    mailbox: row.try_get("mailbox")?,
                    sender: row.try_get("sender")?,
                    subject: row.try_get("subject")?,
                    received_at: at(row, "received_at")?,
                    disposition: known.then(|| word(row, "disposition")).transpose()?,
                    first: row.try_get::<i32, _>("first")? != 0,
                    acknowledged: flag(row, "acknowledged")?,
                    reason: row.try_get("reason")?,
                    reference: row.try_get("reference")?,
                    due_at: maybe_at(row, "due_at")?,
                })
            })
            .collect()
    }
}
