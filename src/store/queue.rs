//! The queue of the pages: what runs, the most urgent first; what has ended, the latest first; and how many there are of each
//! urgency. A hundred thousand cases are walked along an index and not sorted.

use jiff::Timestamp;
use sqlx::{Any, AssertSqlSafe, Row, query::Query};

use super::{
    Backend, CaseSummary, Store, StoreError,
    cases::{select_cases, summary},
    millis,
};
use crate::case::{Kind, State, Topic};

/// Which cases are wanted by where they stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Wanted {
    /// Those that somebody has to answer.
    #[default]
    Running,
    /// Those that have their end.
    Ended,
    /// Those of one state.
    In(State),
    /// All of them.
    Any,
}

/// Which cases are wanted. Empty fields do not restrict.
#[derive(Debug, Clone, Default)]
pub struct QueueFilter {
    /// Keys of the services that the reader may see; `None`: every one.
    pub visible: Option<Vec<String>>,
    /// Key of a service.
    pub service: String,
    /// Key of a mailbox.
    pub mailbox: String,
    /// What the sender wants.
    pub kind: Option<Kind>,
    /// Subject matter.
    pub topic: Option<Topic>,
    /// To whom it was given; `Some("")`: to nobody.
    pub agent: Option<String>,
    /// Where it stands.
    pub wanted: Wanted,
    /// Only those that an agent has still to confirm.
    pub to_confirm: bool,
    /// Due before this instant.
    pub due_before: Option<Timestamp>,
    /// A reference, whole.
    pub reference: String,
    /// Words, folded, that a message of the case must hold, each as the beginning of one.
    pub words: Vec<String>,
}

/// Of what has ended, more are not counted: nobody turns so many pages.
pub const COUNTED: i64 = 1_000;

/// How many cases of a filter there are, by urgency.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct QueueFigures {
    /// All of them; where some have ended, at most one more than [`COUNTED`].
    pub all: i64,
    /// Running, due before the first instant.
    pub late: i64,
    /// Running, due before the second.
    pub today: i64,
    /// Running, due before the third.
    pub tomorrow: i64,
    /// Running, due before the fourth.
    pub week: i64,
}

/// How many running cases there are in the views that many want.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ViewFigures {
    /// All that the reader may see.
    pub all: QueueFigures,
    /// Of these, the reader's own.
    pub mine: i64,
    /// Of these, nobody's.
    pub nobodys: i64,
    /// Of these, to be confirmed.
    pub to_confirm: i64,
}

/// What somebody has in hand.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Load {
    /// Key of the service.
    pub service: String,
    /// Address of the agent; empty: nobody.
    pub agent: String,
    /// Running.
    pub running: i64,
    /// Of these, past their deadline.
    pub late: i64,
    /// Due today.
    pub today: i64,
    /// Due by the end of the next working day.
    pub tomorrow: i64,
    /// Waiting for pieces, or with an announced date.
    pub held: i64,
    /// To be confirmed.
    pub to_confirm: i64,
}

/// A value to bind.
enum Value {
    Text(String),
    Whole(i64),
}

/// Conditions and their values, numbered through.
#[derive(Default)]
struct Conditions {
    texts: Vec<String>,
    values: Vec<Value>,
}

impl Conditions {
    fn number(&mut self, value: Value) -> usize {
        self.values.push(value);
        self.values.len()
    }

    fn text(&mut self, condition: &str, value: &str) {
        let number = self.number(Value::Text(value.to_owned()));
        self.texts.push(condition.replace('?', &format!("${number}")));
    }

    fn whole(&mut self, condition: &str, value: i64) {
        let number = self.number(Value::Whole(value));
        self.texts.push(condition.replace('?', &format!("${number}")));
    }

    fn clause(&self) -> String {
        if self.texts.is_empty() { String::new() } else { format!("WHERE {}", self.texts.join(" AND ")) }
    }

    fn bind<'q>(self, mut query: Query<'q, Any, sqlx::any::AnyArguments>) -> Query<'q, Any, sqlx::any::AnyArguments> {
        for value in self.values {
            query = match value {
                Value::Text(text) => query.bind(text),
                Value::Whole(number) => query.bind(number),
            };
        }
        query
    }
}

/// The states of [`State::is_running`], as the index `cases_running` spells them.
const RUNNING: &str = "state IN ('open', 'held', 'asked')";

fn conditions(filter: &QueueFilter, backend: Backend) -> Conditions {
    let mut all = Conditions::default();
    match filter.wanted {
        Wanted::Running => all.texts.push(RUNNING.to_owned()),
        // What has ended is walked by its reception; the index by state would have to be sorted first.
        Wanted::In(state) => all.text("state || '' = ?", state.word()),
        Wanted::Ended => all.texts.push(format!("NOT ({RUNNING})")),
        Wanted::Any => {}
    }
    if let Some(visible) = &filter.visible {
        let numbers: Vec<_> =
            visible.iter().map(|service| format!("${}", all.number(Value::Text(service.clone())))).collect();
        // Somebody who may see no service sees no case.
        let among =
            if numbers.is_empty() { "1 = 0".to_owned() } else { format!("service IN ({})", numbers.join(", ")) };
        all.texts.push(among);
    }
    for (condition, value) in
        [("service = ?", &filter.service), ("mailbox = ?", &filter.mailbox), ("reference = ?", &filter.reference)]
    {
        if !value.is_empty() {
            all.text(condition, value);
        }
    }
    if let Some(agent) = &filter.agent {
        all.text("agent = ?", agent);
    }
    if let Some(kind) = filter.kind {
        all.text("kind = ?", kind.word());
    }
    if let Some(topic) = filter.topic {
        all.text("topic = ?", topic.word());
    }
    if filter.to_confirm {
        all.texts.push("to_confirm = 1".to_owned());
    }
    if let Some(before) = filter.due_before {
        all.whole("due_at < ?", millis(before));
    }
    if !filter.words.is_empty() {
        // Words are letters and digits only: nothing in them is an operator of either search.
        let (between, around) = match backend {
            Backend::Sqlite => (
                " AND ",
                "id IN (SELECT case_id FROM message WHERE id IN (SELECT rowid FROM message_words WHERE message_words MATCH ?))",
            ),
            Backend::Postgres => (" & ", "id IN (SELECT case_id FROM message WHERE words @@ to_tsquery('simple', ?))"),
        };
        let begins = |word: &String| match backend {
            Backend::Sqlite => format!("\"{word}\"*"),
            Backend::Postgres => format!("{word}:*"),
        };
        all.text(around, &filter.words.iter().map(begins).collect::<Vec<_>>().join(between));
    }
    all
}

impl Store {
    /// The cases of a filter, `limit` of them after the first `skip`.
    pub async fn queue(&self, filter: &QueueFilter, skip: i64, limit: i64) -> Result<Vec<CaseSummary>, StoreError> {
        let mut conditions = conditions(filter, self.backend);
        let order = if filter.wanted == Wanted::Running { "due_at, id" } else { "received_at DESC, id DESC" };
        let clause = conditions.clause();
        let (limit, skip) = (conditions.number(Value::Whole(limit)), conditions.number(Value::Whole(skip)));
        let statement =
            format!("{} {clause} ORDER BY {order} LIMIT ${limit} OFFSET ${skip}", select_cases!("").trim_end());
        let rows = conditions.bind(sqlx::query(AssertSqlSafe(statement))).fetch_all(&self.readers).await?;
        rows.iter().map(summary).collect()
    }

    /// How many there are, by the ends of urgency: now, the end of today, of the next working day, of the week.
    pub async fn queue_figures(&self, filter: &QueueFilter, ends: [Timestamp; 4]) -> Result<QueueFigures, StoreError> {
        let mut conditions = conditions(filter, self.backend);
        let clause = conditions.clause();
        if filter.wanted != Wanted::Running {
            let statement = format!(
                "SELECT COUNT(*) AS cases_found FROM (SELECT 1 FROM cases {clause} LIMIT {}) AS counted",
                COUNTED + 1
            );
            let row = conditions.bind(sqlx::query(AssertSqlSafe(statement))).fetch_one(&self.readers).await?;
            return Ok(QueueFigures { all: row.try_get("cases_found")?, ..QueueFigures::default() });
        }
        let statement = format!("SELECT {} FROM cases {clause}", by_urgency(&mut conditions, ends));
        let row = conditions.bind(sqlx::query(AssertSqlSafe(statement))).fetch_one(&self.readers).await?;
        figures(&row)
    }

    /// The same for all running cases that the reader may see, with those of the views.
    pub async fn view_figures(
        &self,
        visible: Option<&[String]>,
        person: &str,
        ends: [Timestamp; 4],
    ) -> Result<ViewFigures, StoreError> {
        let filter = QueueFilter { visible: visible.map(<[String]>::to_vec), ..QueueFilter::default() };
        let mut conditions = conditions(&filter, self.backend);
        let clause = conditions.clause();
        let by_urgency = by_urgency(&mut conditions, ends);
        let person = conditions.number(Value::Text(person.to_owned()));
        let statement = format!(
            "SELECT {by_urgency}, {} AS mine, {} AS nobodys, {} AS to_confirm FROM cases {clause}",
            sum(&format!("agent = ${person}")),
            sum("agent = ''"),
            sum("to_confirm = 1"),
        );
        let row = conditions.bind(sqlx::query(AssertSqlSafe(statement))).fetch_one(&self.readers).await?;
        Ok(ViewFigures {
            all: figures(&row)?,
            mine: row.try_get("mine")?,
            nobodys: row.try_get("nobodys")?,
            to_confirm: row.try_get("to_confirm")?,
        })
    }

    /// What each agent of each service has in hand; `ends`: now, the end of today, of the next working day.
    pub async fn loads(&self, visible: Option<&[String]>, ends: [Timestamp; 3]) -> Result<Vec<Load>, StoreError> {
        let filter = QueueFilter { visible: visible.map(<[String]>::to_vec), ..QueueFilter::default() };
        let mut conditions = conditions(&filter, self.backend);
        let clause = conditions.clause();
        let [now, today, tomorrow] = ends.map(|end| conditions.number(Value::Whole(millis(end))));
        let statement = format!(
            "SELECT service, agent, COUNT(*) AS running, {} AS late, {} AS today, {} AS tomorrow, {} AS held,
                    {} AS to_confirm FROM cases {clause} GROUP BY service, agent ORDER BY service, agent",
            sum(&format!("due_at < ${now}")),
            sum(&format!("due_at >= ${now} AND due_at < ${today}")),
            sum(&format!("due_at >= ${today} AND due_at < ${tomorrow}")),
            sum("state IN ('held', 'asked')"),
            sum("to_confirm = 1"),
        );
        let rows = conditions.bind(sqlx::query(AssertSqlSafe(statement))).fetch_all(&self.readers).await?;
        rows.iter()
            .map(|row| {
                Ok(Load {
                    service: row.try_get("service")?,
                    agent: row.try_get("agent")?,
                    running: row.try_get("running")?,
                    late: row.try_get("late")?,
                    today: row.try_get("today")?,
                    tomorrow: row.try_get("tomorrow")?,
                    held: row.try_get("held")?,
                    to_confirm: row.try_get("to_confirm")?,
                })
            })
            .collect()
    }
}

/// How many rows fulfil a condition.
fn sum(condition: &str) -> String {
    format!("CAST(COALESCE(SUM(CASE WHEN {condition} THEN 1 ELSE 0 END), 0) AS BIGINT)")
}

/// The columns that [`figures`] reads; all rows run.
fn by_urgency(conditions: &mut Conditions, ends: [Timestamp; 4]) -> String {
    let [now, today, tomorrow, week] = ends.map(|end| conditions.number(Value::Whole(millis(end))));
    let between = |from: usize, until: usize| sum(&format!("due_at >= ${from} AND due_at < ${until}"));
    format!(
        "COUNT(*) AS cases_found, {} AS late, {} AS today, {} AS tomorrow, {} AS week",
        sum(&format!("due_at < ${now}")),
        between(now, today),
        between(today, tomorrow),
        between(tomorrow, week),
    )
}

fn figures(row: &sqlx::any::AnyRow) -> Result<QueueFigures, StoreError> {
    Ok(QueueFigures {
        all: row.try_get("cases_found")?,
        late: row.try_get("late")?,
        today: row.try_get("today")?,
        tomorrow: row.try_get("tomorrow")?,
        week: row.try_get("week")?,
    })
}
