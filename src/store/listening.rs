//! What users answered in the survey, and mystery mails.

use std::collections::BTreeMap;

use jiff::Timestamp;
use sqlx::Row;

use super::{Store, StoreError, Work, millis};
use crate::indicators::{Criterion, Month, MysteryMail, Satisfaction};

impl Store {
    /// What users answered from one month to another, in their order.
    pub async fn satisfaction(&self, from: Month, to: Month) -> Result<Vec<Satisfaction>, StoreError> {
        let rows = sqlx::query(
            "SELECT month, service, answers, satisfied FROM satisfaction WHERE month >= $1 AND month <= $2
             ORDER BY month, service",
        )
        .bind(from.to_string())
        .bind(to.to_string())
        .fetch_all(&self.readers)
        .await?;
        rows.iter()
            .map(|row| {
                let month: String = row.try_get("month")?;
                Ok(Satisfaction {
                    month: month.parse().map_err(|_| StoreError::Inconsistent { column: "month", found: month })?,
                    service: row.try_get("service")?,
                    answers: row.try_get::<i64, _>("answers")?.unsigned_abs(),
                    satisfied: row.try_get::<i64, _>("satisfied")?.unsigned_abs(),
                })
            })
            .collect()
    }

    /// The mystery mails that were sent from one month to another, in their order.
    pub async fn mystery_mails(&self, from: Month, to: Month) -> Result<Vec<MysteryMail>, StoreError> {
        let rows = sqlx::query(
            "SELECT id, campaign, sent_on, service, reference, marks, remark FROM mystery_mail
             WHERE sent_on >= $1 AND sent_on <= $2 ORDER BY sent_on, id",
        )
        .bind(from.first_day().to_string())
        .bind(to.last_day().to_string())
        .fetch_all(&self.readers)
        .await?;
        rows.iter()
            .map(|row| {
                let (sent_on, marks): (String, String) = (row.try_get("sent_on")?, row.try_get("marks")?);
                let wrong = |column, found: &String| StoreError::Inconsistent { column, found: found.clone() };
                let read: BTreeMap<Criterion, bool> =
                    serde_json::from_str(&marks).map_err(|_| wrong("marks", &marks))?;
                Ok(MysteryMail {
                    id: row.try_get("id")?,
                    campaign: row.try_get("campaign")?,
                    sent_on: sent_on.parse().map_err(|_| wrong("sent_on", &sent_on))?,
                    service: row.try_get("service")?,
                    reference: row.try_get("reference")?,
                    marks: read,
                    remark: row.try_get("remark")?,
                })
            })
            .collect()
    }

    /// How many answers bore the link to the survey in a period, up to and not at its second instant.
    pub async fn surveyed(&self, from: Timestamp, until: Timestamp) -> Result<u64, StoreError> {
        let row = sqlx::query(
            "SELECT COUNT(*) AS letters FROM reply WHERE purpose = 'answer' AND at >= $1 AND at < $2 AND surveyed = 1",
        )
        .bind(millis(from))
        .bind(millis(until))
        .fetch_one(&self.readers)
        .await?;
        Ok(row.try_get::<i64, _>("letters")?.unsigned_abs())
    }
}

impl Work {
    /// Notes what users answered in a month, in the place of what was noted before.
    pub async fn note_satisfaction(&mut self, one: &Satisfaction, by: &str, now: Timestamp) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO satisfaction (month, service, answers, satisfied, entered_at, entered_by)
             VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT (month, service) DO UPDATE
             SET answers = $3, satisfied = $4, entered_at = $5, entered_by = $6",
        )
        .bind(one.month.to_string())
        .bind(&one.service)
        .bind(i64::try_from(one.answers).unwrap_or(i64::MAX))
        .bind(i64::try_from(one.satisfied).unwrap_or(i64::MAX))
        .bind(millis(now))
        .bind(by)
        .execute(&mut *self.transaction)
        .await?;
        Ok(())
    }

    /// Notes a mystery mail.
    pub async fn note_mystery_mail(&mut self, mail: &MysteryMail, by: &str, now: Timestamp) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO mystery_mail (campaign, sent_on, service, reference, marks, remark, entered_at, entered_by)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        )
        .bind(&mail.campaign)
        .bind(mail.sent_on.to_string())
        .bind(&mail.service)
        .bind(&mail.reference)
        .bind(serde_json::to_string(&mail.marks).unwrap_or_default())
        .bind(&mail.remark)
        .bind(millis(now))
        .bind(by)
        .execute(&mut *self.transaction)
        .await?;
        Ok(())
    }

    /// Takes a mystery mail out that was noted by mistake. False: there was none.
    pub async fn remove_mystery_mail(&mut self, id: i64) -> Result<bool, StoreError> {
        let done =
            sqlx::query("DELETE FROM mystery_mail WHERE id = $1").bind(id).execute(&mut *self.transaction).await?;
        Ok(done.rows_affected() > 0)
    }
}
