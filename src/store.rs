//! The database: the only room with SQL. One text of SQL for SQLite and PostgreSQL, through sqlx's `Any` driver, which
//! carries text, whole numbers, floating numbers and octets only. So: instants are milliseconds UTC in whole numbers,
//! booleans are 0 and 1, lists are JSON in text.
//!
//! Reading methods stand on [`Store`]; whatever changes something stands on [`Work`], one transaction. No decision is
//! taken here, and nothing here reads the clock.

mod absences;
mod accounts;
mod cases;
mod clocks;
mod connection;
mod daemons;
mod detail;
mod figures;
mod filing;
mod joins;
mod later;
mod listening;
mod mailboxes;
mod messages;
mod migrations;
mod model_changes;
mod notices;
mod outbox;
mod proposals;
mod queue;
mod receipts;
mod replies;
mod secrets;
#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;
mod watch;
mod writing;

pub use absences::Absence;
pub use accounts::{Account, AuditRow, Grant};
pub use cases::{CaseFilter, CaseSummary, NewCase};
pub use clocks::{ClockRow, NewClock};
pub use connection::{Backend, Store, StoreError, Work};
pub use detail::{CaseDetail, EventRow, MessageRow};
pub use figures::{FigureCase, FigureClock, PublishedFact, PublishedMonth};
pub use filing::{Filing, NewFiling};
pub use joins::{Ours, Question, Received, ThreadSoFar, Written};
pub use mailboxes::{MailboxState, PassFigures};
pub use messages::{KnownMessage, NewMessage};
pub use model_changes::ModelChange;
pub use notices::{NewNotice, NewWarning, Noticed, WarningRow};
pub use outbox::{Belongs, NewOutgoing, OutboxFigures, Outgoing, Unsent};
pub use proposals::{NewCorrection, Outcome, Proposal, Taught};
pub use queue::{COUNTED, Load, QueueFigures, QueueFilter, ViewFigures, Wanted};
pub use receipts::{Apart, Delivery, KeptReceipt, NewReceipt, ReceiptFigures};
pub use replies::{Habit, NewReply, ReplyRow};
pub use watch::{Given, NearlyRejected, Running, ServiceFigures, Unacknowledged};
pub use writing::Writing;

use jiff::Timestamp;
use sqlx::{Row, any::AnyRow};

/// An instant as it is stored.
fn millis(at: Timestamp) -> i64 {
    at.as_millisecond()
}

/// A stored instant. What lies outside the years that jiff knows is brought to their edge.
fn instant(millis: i64) -> Timestamp {
    Timestamp::from_millisecond(millis).unwrap_or(if millis < 0 { Timestamp::MIN } else { Timestamp::MAX })
}

/// A column that holds a word of one of the closed vocabularies.
fn word<T: std::str::FromStr>(row: &AnyRow, column: &'static str) -> Result<T, StoreError> {
    let found: String = row.try_get(column)?;
    found.parse().map_err(|_| StoreError::Inconsistent { column, found })
}

/// A column that holds a word of one of the closed vocabularies, or nothing.
fn maybe_word<T: std::str::FromStr>(row: &AnyRow, column: &'static str) -> Result<Option<T>, StoreError> {
    let found: String = row.try_get(column)?;
    if found.is_empty() { Ok(None) } else { word(row, column).map(Some) }
}

/// A column that holds an instant.
fn at(row: &AnyRow, column: &str) -> Result<Timestamp, sqlx::Error> {
    row.try_get::<i64, _>(column).map(instant)
}

/// A column that holds an instant or nothing.
fn maybe_at(row: &AnyRow, column: &str) -> Result<Option<Timestamp>, sqlx::Error> {
    row.try_get::<Option<i64>, _>(column).map(|millis| millis.map(instant))
}

/// A column that holds 0 or 1.
fn flag(row: &AnyRow, column: &str) -> Result<bool, sqlx::Error> {
    row.try_get::<i64, _>(column).map(|value| value != 0)
}
