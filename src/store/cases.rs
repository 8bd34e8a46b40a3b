//! Cases and their history.

use jiff::Timestamp;
use sqlx::{Row, any::AnyRow};

use super::{Store, StoreError, Work, at, flag, later::NewEvent, maybe_at, millis, word};
use crate::case::{Channel, EventKind, Kind, Scope, State, Topic};

/// A case to be opened.
#[derive(Debug, Clone)]
pub struct NewCase {
    /// `2026-000123`
    pub reference: String,
    /// Key of the mailbox.
    pub mailbox: String,
    /// How it came.
    pub channel: Channel,
    /// Key of the service.
    pub service: String,
    /// What the sender wants.
    pub kind: Kind,
    /// Who may answer.
    pub scope: Scope,
    /// Subject matter.
    pub topic: Topic,
    /// How sure the classification is, 0 to 1.
    pub confidence: f64,
    /// JSON list of the evidence.
    pub evidence: String,
    /// Address of the correspondent in lower case, or empty.
    pub correspondent: String,
    /// Name of the correspondent, or empty.
    pub correspondent_name: String,
    /// Subject of the first message.
    pub subject: String,
    /// Reception of the first message.
    pub received_at: Timestamp,
    /// When the case was opened here.
    pub opened_at: Timestamp,
    /// The end of the last day to answer.
    pub due_at: Timestamp,
    /// The rule behind `due_at`, in words.
    pub delay: String,
    /// Whether an agent has to say what it is.
    pub to_confirm: bool,
}

/// One line of a list of cases.
#[derive(Debug, Clone)]
pub struct CaseSummary {
    /// Its row.
    pub id: i64,
    /// `2026-000123`
    pub reference: String,
    /// Key of the mailbox.
    pub mailbox: String,
    /// How it came.
    pub channel: Channel,
    /// Key of the service.
    pub service: String,
    /// What the sender wants.
    pub kind: Kind,
    /// Who may answer.
    pub scope: Scope,
    /// Subject matter.
    pub topic: Topic,
    /// How sure the classification is, 0 to 1.
    pub confidence: f64,
    /// Where it stands.
    pub state: State,
    /// Address of the correspondent, or empty.
    pub correspondent: String,
    /// Name of the correspondent, or empty.
    pub correspondent_name: String,
    /// Subject of the first message.
    pub subject: String,
    /// Reception of the first message.
    pub received_at: Timestamp,
    /// The end of the last day to answer.
    pub due_at: Timestamp,
    /// The rule behind `due_at`, in words.
    pub delay: String,
    /// When the acknowledgement was written, if one was.
    pub acknowledged_at: Option<Timestamp>,
    /// To whom it was given: an address in lower case; empty: nobody.
    pub agent: String,
    /// Holding replies since it was last opened.
    pub holds: i64,
    /// The first reply of any kind but the acknowledgement.
    pub first_reply_at: Option<Timestamp>,
    /// The first reply on substance.
    pub answered_at: Option<Timestamp>,
    /// When it was answered, handed over or closed; `None` while it runs.
    pub ended_at: Option<Timestamp>,
    /// Whether what we last wrote did not arrive.
    pub came_back: bool,
    /// Whether an agent has still to say what it is.
    pub to_confirm: bool,
}

/// Which cases to list. Empty fields do not restrict.
#[derive(Debug, Clone, Default)]
pub struct CaseFilter {
    /// Key of a mailbox.
    pub mailbox: Option<String>,
    /// Key of a service.
    pub service: Option<String>,
    /// To whom it was given.
    pub agent: Option<String>,
    /// Where it stands.
    pub state: Option<State>,
    /// Due before this instant.
    pub due_before: Option<Timestamp>,
    /// At most so many.
    pub limit: i64,
}

/// The columns of a summary, once for every statement that reads one.
macro_rules! select_cases {
    ($condition:literal) => {
        concat!(
            "SELECT id, reference, mailbox, channel, service, kind, scope, topic, confidence, state, correspondent,
                    correspondent_name, subject, received_at, due_at, delay, acknowledged_at, evidence, agent, holds,
                    first_reply_at, answered_at, ended_at, came_back, to_confirm
             FROM cases ",
            $condition
        )
    };
}
pub(super) use select_cases;

impl Work {
    /// The next free number of the year, from 1. Two daemons never get the same.
    pub async fn next_number(&mut self, year: i16) -> Result<i64, StoreError> {
        let number = match self.later.numbers.get(&year) {
            Some(last) => last + 1,
            None => {
                let row = sqlx::query(
                    "INSERT INTO reference_counter (year, last) VALUES ($1, 1)
                     ON CONFLICT (year) DO UPDATE SET last = reference_counter.last + 1 RETURNING last",
                )
                .bind(i64::from(year))
                .fetch_one(&mut *self.transaction)
                .await?;
                row.try_get("last")?
            }
        };
        self.later.numbers.insert(year, number);
        Ok(number)
    }

    /// Opens a case.
    pub async fn add_case(&mut self, case: &NewCase) -> Result<i64, StoreError> {
        let row = sqlx::query(
            "INSERT INTO cases (reference, mailbox, channel, service, kind, scope, topic, confidence, evidence, state,
                                correspondent, correspondent_name, subject, received_at, opened_at, due_at, delay,
                                to_confirm)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18) RETURNING id",
        )
        .bind(&case.reference)
        .bind(&case.mailbox)
        .bind(case.channel.word())
        .bind(&case.service)
        .bind(case.kind.word())
        .bind(case.scope.word())
        .bind(case.topic.word())
        .bind(case.confidence)
        .bind(&case.evidence)
        .bind(State::Open.word())
        .bind(&case.correspondent)
        .bind(&case.correspondent_name)
        .bind(&case.subject)
        .bind(millis(case.received_at))
        .bind(millis(case.opened_at))
        .bind(millis(case.due_at))
        .bind(&case.delay)
        .bind(i64::from(case.to_confirm))
        .fetch_one(&mut *self.transaction)
        .await?;
        Ok(row.try_get("id")?)
    }

    /// Notes that the acknowledgement of a case has been written.
    pub fn mark_acknowledged(&mut self, case: i64, at: Timestamp) {
        self.later.acknowledged.push((case, millis(at)));
    }

    /// Adds a step to the history of a case.
    pub fn add_event(&mut self, case_id: i64, at: Timestamp, actor: &str, kind: EventKind, detail: &str) {
        self.later.events.push(NewEvent {
            case_id,
            at: millis(at),
            actor: actor.to_owned(),
            kind: kind.word(),
            detail: detail.to_owned(),
        });
    }

    /// The case of this reference, and its correspondent.
    pub async fn case_of_reference(&mut self, reference: &str) -> Result<Option<(i64, String)>, StoreError> {
        let row = sqlx::query("SELECT id, correspondent FROM cases WHERE reference = $1")
            .bind(reference)
            .fetch_optional(&mut *self.transaction)
            .await?;
        row.map(|row| Ok((row.try_get("id")?, row.try_get("correspondent")?))).transpose()
    }

    /// A case that is about to be changed, by its reference. Until the end of the transaction nobody else changes it.
    pub async fn case_to_change(&mut self, reference: &str) -> Result<Option<CaseSummary>, StoreError> {
        // SQLite has a single writer, and no such clause.
        let statement = match self.backend {
            super::Backend::Sqlite => select_cases!("WHERE reference = $1"),
            super::Backend::Postgres => select_cases!("WHERE reference = $1 FOR UPDATE"),
        };
        let row = sqlx::query(statement).bind(reference).fetch_optional(&mut *self.transaction).await?;
        row.as_ref().map(summary).transpose()
    }

    /// Writes down whatever of a case may change: what it is, how it came, whose it is, where it stands and since when.
    pub async fn change_case(&mut self, case: &CaseSummary) -> Result<(), StoreError> {
        sqlx::query(
            "UPDATE cases SET mailbox = $1, channel = $2, service = $3, kind = $4, scope = $5, topic = $6, state = $7,
                              received_at = $8, due_at = $9, delay = $10, agent = $11, holds = $12,
                              first_reply_at = $13, answered_at = $14, ended_at = $15, came_back = $16,
                              to_confirm = $17
             WHERE id = $18",
        )
        .bind(&case.mailbox)
        .bind(case.channel.word())
        .bind(&case.service)
        .bind(case.kind.word())
        .bind(case.scope.word())
        .bind(case.topic.word())
        .bind(case.state.word())
        .bind(millis(case.received_at))
        .bind(millis(case.due_at))
        .bind(&case.delay)
        .bind(&case.agent)
        .bind(case.holds)
        .bind(case.first_reply_at.map(millis))
        .bind(case.answered_at.map(millis))
        .bind(case.ended_at.map(millis))
        .bind(i64::from(case.came_back))
        .bind(i64::from(case.to_confirm))
        .bind(case.id)
        .execute(&mut *self.transaction)
        .await?;
        Ok(())
    }

    /// A case as it stands, by its row.
    pub async fn case_of(&mut self, case: i64) -> Result<CaseSummary, StoreError> {
        let row = sqlx::query(select_cases!("WHERE id = $1")).bind(case).fetch_one(&mut *self.transaction).await?;
        summary(&row)
    }

    /// The case in which this one is answered, to be changed. Whether it was merged is only certain once it is held.
    pub async fn root_to_change(&mut self, case: i64) -> Result<CaseSummary, StoreError> {
        let root = self.root_of(case).await?;
        let mut known = self.case_to_change_of(root).await?;
        while known.state == State::Merged {
            let root = self.root_of(known.id).await?;
            if root == known.id {
                break;
            }
            known = self.case_to_change_of(root).await?;
        }
        Ok(known)
    }

    /// A case that is about to be changed, by its row.
    pub async fn case_to_change_of(&mut self, case: i64) -> Result<CaseSummary, StoreError> {
        let reference = self.reference_of(case).await?;
        let found = self.case_to_change(&reference).await?;
        found.ok_or(StoreError::Inconsistent { column: "case_id", found: reference })
    }

    /// The reference of a case.
    pub async fn reference_of(&mut self, case: i64) -> Result<String, StoreError> {
        let row = sqlx::query("SELECT reference FROM cases WHERE id = $1")
            .bind(case)
            .fetch_one(&mut *self.transaction)
            .await?;
        Ok(row.try_get("reference")?)
    }
}

impl Store {
    /// The cases that the filter lets through: those that run, the most urgent first, then those that have ended.
    pub async fn cases(&self, filter: &CaseFilter) -> Result<Vec<CaseSummary>, StoreError> {
        let rows = sqlx::query(select_cases!(
            "WHERE ($1 = '' OR mailbox = $1) AND ($2 = '' OR service = $2) AND ($5 = '' OR agent = $5)
               AND ($6 = '' OR state = $6) AND due_at < $3
             ORDER BY CASE WHEN state IN ('open', 'held', 'asked') THEN 0 ELSE 1 END, due_at, id LIMIT $4"
        ))
        .bind(filter.mailbox.as_deref().unwrap_or_default())
        .bind(filter.service.as_deref().unwrap_or_default())
        .bind(filter.due_before.map_or(i64::MAX, millis))
        .bind(filter.limit)
        .bind(filter.agent.as_deref().unwrap_or_default())
        .bind(filter.state.map(State::word).unwrap_or_default())
        .fetch_all(&self.readers)
        .await?;
        rows.iter().map(summary).collect()
    }

    /// How many cases there are.
    pub async fn case_count(&self) -> Result<i64, StoreError> {
        let row = sqlx::query("SELECT COUNT(*) AS cases FROM cases").fetch_one(&self.readers).await?;
        Ok(row.try_get("cases")?)
    }
}

pub(super) fn summary(row: &AnyRow) -> Result<CaseSummary, StoreError> {
    Ok(CaseSummary {
        id: row.try_get("id")?,
        reference: row.try_get("reference")?,
        mailbox: row.try_get("mailbox")?,
        channel: word(row, "channel")?,
        service: row.try_get("service")?,
        kind: word(row, "kind")?,
        scope: word(row, "scope")?,
        topic: word(row, "topic")?,
        confidence: row.try_get("confidence")?,
        state: word(row, "state")?,
        correspondent: row.try_get("correspondent")?,
        correspondent_name: row.try_get("correspondent_name")?,
        subject: row.try_get("subject")?,
        received_at: at(row, "received_at")?,
        due_at: at(row, "due_at")?,
        delay: row.try_get("delay")?,
        acknowledged_at: maybe_at(row, "acknowledged_at")?,
        agent: row.try_get("agent")?,
        holds: row.try_get("holds")?,
        first_reply_at: maybe_at(row, "first_reply_at")?,
        answered_at: maybe_at(row, "answered_at")?,
        ended_at: maybe_at(row, "ended_at")?,
        came_back: flag(row, "came_back")?,
        to_confirm: flag(row, "to_confirm")?,
    })
}
