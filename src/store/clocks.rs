//! The clocks of cases: what is due when, by which rule, and what became of it. A row is written once; later it is only
//! met or ended.

use jiff::Timestamp;
use sqlx::{AssertSqlSafe, Row, any::AnyRow};

use super::{Store, StoreError, Work, at, later::rows, maybe_at, maybe_word, millis, word};
use crate::case::{Ending, Purpose};

/// A clock to begin.
#[derive(Debug, Clone)]
pub struct NewClock {
    /// Its case.
    pub case_id: i64,
    /// What it counts to.
    pub purpose: Purpose,
    /// The delay in words: « 5 jours ouvrés ».
    pub rule: String,
    /// Where the rule is written.
    pub source: String,
    /// The day since which it is in force, `2019-02-04`; empty when nobody said.
    pub in_force: String,
    /// From when its days are counted.
    pub starts_at: Timestamp,
    /// The end of the last day.
    pub due_at: Timestamp,
    /// JSON list of its days: `[date, number or null, why it is closed or null]`.
    pub days: String,
    /// When it is written down.
    pub begun_at: Timestamp,
    /// When what is due was done, if it has been.
    pub met_at: Option<Timestamp>,
    /// When it ceased to run, if it does not.
    pub ended_at: Option<Timestamp>,
    /// How.
    pub ended_how: Option<Ending>,
    /// Why, in words, when it was not met.
    pub ended_why: String,
    /// Whether the escalation follows this one.
    pub drives: bool,
    /// When the watch has to look at it.
    pub wake_at: Option<Timestamp>,
}

/// A clock as it stands.
#[derive(Debug, Clone)]
pub struct ClockRow {
    /// Its row.
    pub id: i64,
    /// What it counts to.
    pub purpose: Purpose,
    /// The delay in words.
    pub rule: String,
    /// Where the rule is written.
    pub source: String,
    /// The day since which it is in force; empty when nobody said.
    pub in_force: String,
    /// From when its days are counted.
    pub starts_at: Timestamp,
    /// The end of the last day.
    pub due_at: Timestamp,
    /// JSON list of its days.
    pub days: String,
    /// When it was written down.
    pub begun_at: Timestamp,
    /// When what is due was done.
    pub met_at: Option<Timestamp>,
    /// When it ceased to run.
    pub ended_at: Option<Timestamp>,
    /// How; `None` while it runs.
    pub ended_how: Option<Ending>,
    /// Why, in words, when it was not met.
    pub ended_why: String,
    /// Whether the escalation follows this one.
    pub drives: bool,
}

macro_rules! clocks_of {
    () => {
        "SELECT id, purpose, rule, source, in_force, starts_at, due_at, days, begun_at, met_at, ended_at, ended_how,
                ended_why, drives FROM clock WHERE case_id = $1 ORDER BY id"
    };
}

impl Work {
    /// Begins a clock.
    pub fn begin_clock(&mut self, clock: NewClock) {
        self.later.clocks.push(clock);
    }

    /// The clocks of a case, the oldest first.
    pub async fn clocks_of(&mut self, case: i64) -> Result<Vec<ClockRow>, StoreError> {
        self.flush_clocks().await?;
        let rows = sqlx::query(clocks_of!()).bind(case).fetch_all(&mut *self.transaction).await?;
        rows.iter().map(clock).collect()
    }

    /// What these clocks of a case count to was done: those that run end.
    pub async fn meet_clocks(&mut self, case: i64, purposes: &[Purpose], at: Timestamp) -> Result<(), StoreError> {
        self.end(case, purposes, at, Ending::Met, "").await
    }

    /// These clocks of a case have lost their object: those that run end, unmet.
    pub async fn end_clocks(
        &mut self,
        case: i64,
        purposes: &[Purpose],
        (how, why): (Ending, &str),
        at: Timestamp,
    ) -> Result<(), StoreError> {
        self.end(case, purposes, at, how, why).await
    }

    async fn end(
        &mut self,
        case: i64,
        purposes: &[Purpose],
        at: Timestamp,
        how: Ending,
        why: &str,
    ) -> Result<(), StoreError> {
        if purposes.is_empty() {
            return Ok(());
        }
        self.flush_clocks().await?;
        // The numbers of `rows` begin with 1: the purposes come first.
        let (list, next) = (rows(1, purposes.len()), purposes.len());
        let statement = format!(
            "UPDATE clock SET met_at = ${}, ended_at = ${}, ended_why = ${}, ended_how = ${}, drives = 0, wake_at = NULL
             WHERE purpose IN {list} AND case_id = ${} AND ended_at IS NULL",
            next + 1,
            next + 2,
            next + 3,
            next + 4,
            next + 5
        );
        let query = purposes.iter().fold(sqlx::query(AssertSqlSafe(statement)), |query, one| query.bind(one.word()));
        let met = (how == Ending::Met).then(|| millis(at));
        let query = query.bind(met).bind(millis(at)).bind(why).bind(how.word()).bind(case);
        query.execute(&mut *self.transaction).await?;
        Ok(())
    }

    /// A later row takes the place of this clock: whatever it was, it counts no more.
    pub async fn replace_clock(&mut self, clock: i64, why: &str, at: Timestamp) -> Result<(), StoreError> {
        sqlx::query(
            "UPDATE clock SET met_at = NULL, ended_at = COALESCE(ended_at, $1), ended_why = $2,
                              ended_how = 'replaced', drives = 0, wake_at = NULL
             WHERE id = $3",
        )
        .bind(millis(at))
        .bind(why)
        .bind(clock)
        .execute(&mut *self.transaction)
        .await?;
        Ok(())
    }

    /// This clock runs again, as if it had never ended.
    pub async fn resume_clock(&mut self, clock: i64) -> Result<(), StoreError> {
        sqlx::query("UPDATE clock SET met_at = NULL, ended_at = NULL, ended_how = '', ended_why = '' WHERE id = $1")
            .bind(clock)
            .execute(&mut *self.transaction)
            .await?;
        Ok(())
    }

    /// The escalation follows this clock from now on, and looks at once.
    pub async fn drive_by(&mut self, clock: i64, now: Timestamp) -> Result<(), StoreError> {
        sqlx::query("UPDATE clock SET drives = 1, wake_at = $1 WHERE id = $2")
            .bind(millis(now))
            .bind(clock)
            .execute(&mut *self.transaction)
            .await?;
        Ok(())
    }

    /// From now on the escalation follows no clock of this case that has begun so far.
    pub async fn release_escalation(&mut self, case: i64) -> Result<(), StoreError> {
        self.flush_clocks().await?;
        sqlx::query("UPDATE clock SET drives = 0, wake_at = NULL WHERE case_id = $1 AND drives = 1")
            .bind(case)
            .execute(&mut *self.transaction)
            .await?;
        Ok(())
    }

    /// The acknowledgement of a case came back: what it had met is due again, as long as the case runs.
    pub async fn unmeet_acknowledgement(&mut self, case: i64) -> Result<(), StoreError> {
        sqlx::query(
            "UPDATE clock SET met_at = NULL, ended_at = NULL, ended_how = ''
             WHERE case_id = $1 AND purpose IN ('receipt', 'acknowledgement') AND met_at IS NOT NULL
               AND EXISTS (SELECT 1 FROM cases c WHERE c.id = clock.case_id AND c.state IN ('open', 'held', 'asked'))",
        )
        .bind(case)
        .execute(&mut *self.transaction)
        .await?;
        Ok(())
    }

    /// The watch looks at this clock again then; `None`: never again.
    pub fn wake_clock(&mut self, clock: i64, wake_at: Option<Timestamp>) {
        self.later.wakes.push((clock, wake_at.map(millis)));
    }

    /// The watch looks at the clock that drives the escalation of this case.
    pub async fn wake_case(&mut self, case: i64, now: Timestamp) -> Result<(), StoreError> {
        sqlx::query("UPDATE clock SET wake_at = $1 WHERE case_id = $2 AND drives = 1")
            .bind(millis(now))
            .bind(case)
            .execute(&mut *self.transaction)
            .await?;
        Ok(())
    }

    /// The watch looks at every clock that drives an escalation: what it goes by has changed.
    pub async fn wake_all(&mut self, now: Timestamp) -> Result<(), StoreError> {
        sqlx::query("UPDATE clock SET wake_at = $1 WHERE drives = 1 AND ended_at IS NULL")
            .bind(millis(now))
            .execute(&mut *self.transaction)
            .await?;
        Ok(())
    }
}

impl Store {
    /// When the watch has to look at the first clock.
    pub async fn next_wake(&self) -> Result<Option<Timestamp>, StoreError> {
        let statement = "SELECT MIN(wake_at) AS wake_at FROM clock WHERE wake_at IS NOT NULL AND drives = 1";
        let row = sqlx::query(statement).fetch_one(&self.readers).await?;
        Ok(maybe_at(&row, "wake_at")?)
    }

    pub(super) async fn clocks(&self, case: i64) -> Result<Vec<ClockRow>, StoreError> {
        let rows = sqlx::query(clocks_of!()).bind(case).fetch_all(&self.readers).await?;
        rows.iter().map(clock).collect()
    }
}

fn clock(row: &AnyRow) -> Result<ClockRow, StoreError> {
    Ok(ClockRow {
        id: row.try_get("id")?,
        purpose: word(row, "purpose")?,
        rule: row.try_get("rule")?,
        source: row.try_get("source")?,
        in_force: row.try_get("in_force")?,
        starts_at: at(row, "starts_at")?,
        due_at: at(row, "due_at")?,
        days: row.try_get("days")?,
        begun_at: at(row, "begun_at")?,
        met_at: maybe_at(row, "met_at")?,
        ended_at: maybe_at(row, "ended_at")?,
        ended_how: maybe_word(row, "ended_how")?,
        ended_why: row.try_get("ended_why")?,
        drives: super::flag(row, "drives")?,
    })
}
