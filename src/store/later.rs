//! What nobody reads before the end of a transaction is written at its end, many rows a statement: a batch of a hundred
//! messages is some statements a message otherwise, and each is a way to the database and back.

use std::collections::BTreeMap;

use sqlx::{Any, AssertSqlSafe, Executor, Transaction};

use super::{NewClock, NewWarning, Proposal, StoreError, Work, millis};

/// Rows of one statement: both databases allow some ten thousand values in it.
pub(super) const ROWS: usize = 100;

/// Changes that wait for the end of their transaction.
#[derive(Debug, Default)]
pub(super) struct Later {
    pub(super) events: Vec<NewEvent>,
    pub(super) handled: Vec<Handled>,
    pub(super) clocks: Vec<NewClock>,
    pub(super) warnings: Vec<NewWarning>,
    /// Of which case.
    pub(super) proposals: Vec<(i64, Proposal)>,
    /// Clock, and when the watch has to look at it.
    pub(super) wakes: Vec<(i64, Option<i64>)>,
    /// Case and instant.
    pub(super) acknowledged: Vec<(i64, i64)>,
    /// The last number given in each year. Its row is ours since the first one, so nobody else can have given another.
    pub(super) numbers: BTreeMap<i16, i64>,
}

#[derive(Debug)]
pub(super) struct NewEvent {
    pub(super) case_id: i64,
    pub(super) at: i64,
    pub(super) actor: String,
    pub(super) kind: &'static str,
    pub(super) detail: String,
}

#[derive(Debug)]
pub(super) struct Handled {
    pub(super) receipt: i64,
    pub(super) message: i64,
    pub(super) reason: String,
}

impl Later {
    /// Writes everything.
    pub(super) async fn write(self, transaction: &mut Transaction<'static, Any>) -> Result<(), StoreError> {
        for events in self.events.chunks(ROWS) {
            let rows = rows(events.len(), 5);
            let statement = format!("INSERT INTO event (case_id, at, actor, kind, detail) VALUES {rows}");
            let mut query = sqlx::query(AssertSqlSafe(statement));
            for event in events {
                query =
                    query.bind(event.case_id).bind(event.at).bind(&event.actor).bind(event.kind).bind(&event.detail);
            }
            transaction.execute(query).await?;
        }
        for handled in self.handled.chunks(ROWS) {
            let rows = typed_rows(handled.len(), &["BIGINT", "BIGINT", "TEXT"]);
            let statement = format!(
                "UPDATE receipt SET state = 'handled', message_id = v.column2, reason = v.column3
                 FROM (VALUES {rows}) AS v WHERE receipt.id = v.column1"
            );
            let mut query = sqlx::query(AssertSqlSafe(statement));
            for one in handled {
                query = query.bind(one.receipt).bind(one.message).bind(&one.reason);
            }
            transaction.execute(query).await?;
        }
        for acknowledged in self.acknowledged.chunks(ROWS) {
            let rows = typed_rows(acknowledged.len(), &["BIGINT", "BIGINT"]);
            let statement = format!(
                "UPDATE cases SET acknowledged_at = v.column2 FROM (VALUES {rows}) AS v WHERE cases.id = v.column1"
            );
            let mut query = sqlx::query(AssertSqlSafe(statement));
            for (case, at) in acknowledged {
                query = query.bind(*case).bind(*at);
            }
            transaction.execute(query).await?;
        }
        write_clocks(&self.clocks, transaction).await?;
        for proposals in self.proposals.chunks(ROWS) {
            let rows = rows(proposals.len(), 10);
            let statement = format!(
                "INSERT INTO proposal (case_id, kind, scope, topic, service, route, flags, answers, certainty, model)
                 VALUES {rows}"
            );
            let mut query = sqlx::query(AssertSqlSafe(statement));
            for (case, proposal) in proposals {
                query = query.bind(*case).bind(proposal.kind.word()).bind(proposal.scope.word());
                query = query.bind(proposal.topic.word()).bind(&proposal.service).bind(&proposal.route);
                query = query.bind(&proposal.flags).bind(&proposal.answers).bind(&proposal.certainty);
                query = query.bind(&proposal.model);
            }
            transaction.execute(query).await?;
        }
        for warnings in self.warnings.chunks(ROWS) {
            let rows = rows(warnings.len(), 8);
            let statement = format!(
                "INSERT INTO warning (clock_id, step, role, meant_for, recipient, at, outcome, notice_id) VALUES {rows}"
            );
            let mut query = sqlx::query(AssertSqlSafe(statement));
            for warning in warnings {
                query = query.bind(warning.clock_id).bind(&warning.step).bind(warning.role.word());
                query = query.bind(&warning.meant_for).bind(&warning.recipient).bind(millis(warning.at));
                query = query.bind(warning.outcome.word()).bind(warning.notice_id);
            }
            transaction.execute(query).await?;
        }
        for wakes in self.wakes.chunks(ROWS) {
            let rows = typed_rows(wakes.len(), &["BIGINT", "BIGINT"]);
            let statement = format!(
                "UPDATE clock SET wake_at = v.column2 FROM (VALUES {rows}) AS v
                 WHERE clock.id = v.column1 AND clock.drives = 1"
            );
            let mut query = sqlx::query(AssertSqlSafe(statement));
            for (clock, wake_at) in wakes {
                query = query.bind(*clock).bind(*wake_at);
            }
            transaction.execute(query).await?;
        }
        for (year, last) in self.numbers {
            let query = sqlx::query("UPDATE reference_counter SET last = $1 WHERE year = $2 AND last <> $1");
            transaction.execute(query.bind(last).bind(i64::from(year))).await?;
        }
        Ok(())
    }
}

/// Writes clocks.
async fn write_clocks(clocks: &[NewClock], transaction: &mut Transaction<'static, Any>) -> Result<(), StoreError> {
    for clocks in clocks.chunks(ROWS) {
        let rows = rows(clocks.len(), 15);
        let statement = format!(
            "INSERT INTO clock (case_id, purpose, rule, source, in_force, starts_at, due_at, days, begun_at, met_at,
                                ended_at, ended_how, ended_why, drives, wake_at) VALUES {rows}"
        );
        let mut query = sqlx::query(AssertSqlSafe(statement));
        for clock in clocks {
            query = query.bind(clock.case_id).bind(clock.purpose.word()).bind(&clock.rule).bind(&clock.source);
            query = query.bind(&clock.in_force).bind(millis(clock.starts_at)).bind(millis(clock.due_at));
            query = query.bind(&clock.days).bind(millis(clock.begun_at)).bind(clock.met_at.map(millis));
            query = query.bind(clock.ended_at.map(millis));
            query = query.bind(clock.ended_how.map_or("", crate::case::Ending::word)).bind(&clock.ended_why);
            query = query.bind(i64::from(clock.drives)).bind(clock.wake_at.map(millis));
        }
        transaction.execute(query).await?;
    }
    Ok(())
}

impl Work {
    /// Writes the clocks that wait for the end of the transaction: whoever changes or reads clocks must see them all.
    pub(super) async fn flush_clocks(&mut self) -> Result<(), StoreError> {
        let clocks = std::mem::take(&mut self.later.clocks);
        write_clocks(&clocks, &mut self.transaction).await
    }
}

/// `($1, $2), ($3, $4)`: the values of so many rows of so many columns.
pub(super) fn rows(rows: usize, columns: usize) -> String {
    written(rows, columns, |number, _| format!("${number}"))
}

/// The same where no table says of which type a value is.
fn typed_rows(rows: usize, types: &[&str]) -> String {
    written(rows, types.len(), |number, column| format!("CAST(${number} AS {})", types[column]))
}

fn written(rows: usize, columns: usize, value: impl Fn(usize, usize) -> String) -> String {
    let row = |row: usize| {
        let values = (0..columns).map(|column| value(row * columns + column + 1, column));
        format!("({})", values.collect::<Vec<_>>().join(", "))
    };
    (0..rows).map(row).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    #[test]
    fn values_are_numbered_through() {
        assert_eq!(super::rows(2, 3), "($1, $2, $3), ($4, $5, $6)");
        assert_eq!(super::typed_rows(2, &["TEXT"]), "(CAST($1 AS TEXT)), (CAST($2 AS TEXT))");
    }
}
