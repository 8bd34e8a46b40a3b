//! What the watch has to know before it tells anybody: the cases whose deadline is near or past, what was told of them,
//! and the figures of the services. It is read in the transaction in which it is acted upon.

use jiff::Timestamp;
use sqlx::{Row, any::AnyRow};

use super::{StoreError, Work, at, flag, maybe_at, millis, word};
use crate::case::{Kind, Purpose, Role, Told};

/// A case whose answer is due, with the clock that drives its escalation.
#[derive(Debug, Clone)]
pub struct Running {
    /// Its row.
    pub case_id: i64,
    /// The row of the clock.
    pub clock_id: i64,
    /// `2026-000123`
    pub reference: String,
    /// Key of the service.
    pub service: String,
    /// To whom it was given; empty: nobody.
    pub agent: String,
    /// What the sender wants.
    pub kind: Kind,
    /// Subject of the first message.
    pub subject: String,
    /// The end of the last day to answer.
    pub due_at: Timestamp,
    /// Whether that day was announced by a holding reply.
    pub announced: bool,
    /// Holding replies since it was last opened.
    pub holds: i64,
    /// Whether what we last wrote did not arrive.
    pub came_back: bool,
    /// When the watch has to look at it.
    pub wake_at: Option<Timestamp>,
}

/// A warning that was given, or found nobody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given {
    /// The clock.
    pub clock_id: i64,
    /// `J-2`, `J`, `J+5`, `hold`.
    pub step: String,
    /// The role it was for.
    pub role: Role,
    /// The person in that role; empty: nobody was declared.
    pub meant_for: String,
    /// What became of it.
    pub outcome: Told,
}

/// An acknowledgement that the law still wants.
#[derive(Debug, Clone)]
pub struct Unacknowledged {
    /// `2026-000123`
    pub reference: String,
    /// Key of the service.
    pub service: String,
    /// What is owed: the receipt, or the acknowledgement after it.
    pub purpose: Purpose,
    /// By when.
    pub due_at: Timestamp,
    /// Why it has not left, in words.
    pub why: String,
}

/// A complaint that silence is about to reject, or has rejected.
#[derive(Debug, Clone)]
pub struct NearlyRejected {
    /// `2026-000123`
    pub reference: String,
    /// Key of the service.
    pub service: String,
    /// When.
    pub due_at: Timestamp,
}

/// The figures of one service over a span.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ServiceFigures {
    /// Key of the service.
    pub service: String,
    /// Cases opened.
    pub opened: i64,
    /// Cases answered on substance.
    pub answered: i64,
    /// Of these, by the deadline of their channel and kind.
    pub in_time: i64,
    /// Holding replies.
    pub held: i64,
}

/// Which cases the watch reads: those that it must look at, and those that are due before the horizon.
macro_rules! near {
    ($select:literal) => {
        concat!(
            $select,
            " FROM clock k JOIN cases c ON c.id = k.case_id
             WHERE k.drives = 1 AND k.ended_at IS NULL AND c.state IN ('open', 'held', 'asked')
               AND ((k.wake_at IS NOT NULL AND k.wake_at <= $1) OR c.due_at <= $2)"
        )
    };
}

impl Work {
    /// The running cases that the watch must look at by `now`, and those due at `horizon` or before; the earliest
    /// deadline first.
    pub async fn running(&mut self, now: Timestamp, horizon: Timestamp) -> Result<Vec<Running>, StoreError> {
        let rows = sqlx::query(concat!(
            near!(
                "SELECT c.id AS case_id, k.id AS clock_id, c.reference, c.service, c.agent, c.kind, c.subject, c.due_at,
                        c.holds, c.came_back, k.wake_at,
                        CAST(CASE WHEN k.purpose = 'announced' THEN 1 ELSE 0 END AS BIGINT) AS announced"
            ),
            " ORDER BY c.due_at, c.id"
        ))
        .bind(millis(now))
        .bind(millis(horizon))
        .fetch_all(&mut *self.transaction)
        .await?;
        rows.iter().map(running).collect()
    }

    /// The warnings that were given of the same cases under the same clocks.
    pub async fn given(&mut self, now: Timestamp, horizon: Timestamp) -> Result<Vec<Given>, StoreError> {
        let rows = sqlx::query(concat!(
            "SELECT w.clock_id, w.step, w.role, w.meant_for, w.outcome FROM warning w WHERE w.clock_id IN (",
            near!("SELECT k.id"),
            ")"
        ))
        .bind(millis(now))
        .bind(millis(horizon))
        .fetch_all(&mut *self.transaction)
        .await?;
        let given = |row: &AnyRow| {
            Ok(Given {
                clock_id: row.try_get("clock_id")?,
                step: row.try_get("step")?,
                role: word(row, "role")?,
                meant_for: row.try_get("meant_for")?,
                outcome: word(row, "outcome")?,
            })
        };
        rows.iter().map(given).collect()
    }

    /// The acknowledgements that are owed and late, or were refused or came back. The most pressing first.
    pub async fn unacknowledged(&mut self, now: Timestamp) -> Result<Vec<Unacknowledged>, StoreError> {
        let rows = sqlx::query(
            "SELECT c.reference, c.service, k.purpose, k.due_at, COALESCE((
                    SELECT e.detail FROM event e WHERE e.case_id = c.id
                    AND e.kind IN ('not_acknowledged', 'failed', 'bounced') ORDER BY e.id DESC LIMIT 1), '') AS why
             FROM clock k JOIN cases c ON c.id = k.case_id
             WHERE k.purpose IN ('receipt', 'acknowledgement') AND k.ended_at IS NULL AND c.state IN ('open', 'held', 'asked')
               AND (k.due_at <= $1 OR (k.purpose = 'receipt' AND EXISTS (
                    SELECT 1 FROM event e WHERE e.case_id = c.id AND e.kind IN ('failed', 'bounced'))))
             ORDER BY k.due_at, c.id",
        )
        .bind(millis(now))
        .fetch_all(&mut *self.transaction)
        .await?;
        rows.iter()
            .map(|row| {
                Ok(Unacknowledged {
                    reference: row.try_get("reference")?,
                    service: row.try_get("service")?,
                    purpose: word(row, "purpose")?,
                    due_at: at(row, "due_at")?,
                    why: row.try_get("why")?,
                })
            })
            .collect()
    }

    /// The complaints that silence rejects at `until` or before, the first first: reference, service, and when.
    pub async fn nearly_rejected(&mut self, until: Timestamp) -> Result<Vec<NearlyRejected>, StoreError> {
        let rows = sqlx::query(
            "SELECT c.reference, c.service, k.due_at FROM clock k JOIN cases c ON c.id = k.case_id
             WHERE k.purpose = 'silence' AND k.ended_at IS NULL AND k.due_at <= $1 AND c.state IN ('open', 'held', 'asked')
             ORDER BY k.due_at, c.id",
        )
        .bind(millis(until))
        .fetch_all(&mut *self.transaction)
        .await?;
        rows.iter()
            .map(|row| {
                Ok(NearlyRejected {
                    reference: row.try_get("reference")?,
                    service: row.try_get("service")?,
                    due_at: at(row, "due_at")?,
                })
            })
            .collect()
    }

    /// What each service did from an instant up to, and not at, another: counted when it was noted, so that what is noted
    /// late is told all the same.
    pub async fn service_figures(
        &mut self,
        from: Timestamp,
        until: Timestamp,
    ) -> Result<Vec<ServiceFigures>, StoreError> {
        let rows = sqlx::query(
            "SELECT service, CAST(SUM(opened) AS BIGINT) AS opened, CAST(SUM(answered) AS BIGINT) AS answered,
                    CAST(SUM(in_time) AS BIGINT) AS in_time, CAST(SUM(held) AS BIGINT) AS held
             FROM (
                 SELECT service, 1 AS opened, 0 AS answered, 0 AS in_time, 0 AS held FROM cases
                 WHERE opened_at >= $1 AND opened_at < $2
                 UNION ALL
                 SELECT c.service, 0, 1, COALESCE((
                        SELECT CASE WHEN k.met_at <= k.due_at THEN 1 ELSE 0 END FROM clock k
                        WHERE k.case_id = c.id AND k.purpose = 'answer' AND k.met_at IS NOT NULL
                        ORDER BY k.id DESC LIMIT 1), 0), 0
                 FROM event e JOIN cases c ON c.id = e.case_id WHERE e.kind = 'answered' AND e.at >= $1 AND e.at < $2
                 UNION ALL
                 SELECT c.service, 0, 0, 0, 1 FROM event e JOIN cases c ON c.id = e.case_id
                 WHERE e.kind = 'held' AND e.at >= $1 AND e.at < $2
             ) AS steps GROUP BY service ORDER BY service",
        )
        .bind(millis(from))
        .bind(millis(until))
        .fetch_all(&mut *self.transaction)
        .await?;
        rows.iter()
            .map(|row| {
                Ok(ServiceFigures {
                    service: row.try_get("service")?,
                    opened: row.try_get("opened")?,
                    answered: row.try_get("answered")?,
                    in_time: row.try_get("in_time")?,
                    held: row.try_get("held")?,
                })
            })
            .collect()
    }
}

fn running(row: &AnyRow) -> Result<Running, StoreError> {
    Ok(Running {
        case_id: row.try_get("case_id")?,
        clock_id: row.try_get("clock_id")?,
        reference: row.try_get("reference")?,
        service: row.try_get("service")?,
        agent: row.try_get("agent")?,
        kind: word(row, "kind")?,
        subject: row.try_get("subject")?,
        due_at: at(row, "due_at")?,
        announced: flag(row, "announced")?,
        holds: row.try_get("holds")?,
        came_back: flag(row, "came_back")?,
        wake_at: maybe_at(row, "wake_at")?,
    })
}
