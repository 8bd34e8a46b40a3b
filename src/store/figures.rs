//! What figures are made of: the cases of some months with their clocks and steps, and what was published of them.

use std::collections::HashMap;

use jiff::Timestamp;
use sqlx::{AssertSqlSafe, Row, any::AnyRow};

use super::{
    Store, StoreError, Work, at, flag, instant,
    later::{ROWS, rows as values},
    maybe_at, millis, word,
};
use crate::case::{Channel, Ending, EventKind, Kind, Purpose, Scope, State, Topic};

/// A case with what figures need of it.
#[derive(Debug, Clone)]
pub struct FigureCase {
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
    /// Where it stands.
    pub state: State,
    /// Reception of the first message.
    pub received_at: Timestamp,
    /// Whether it is what the machine proposed; `None`: nothing was proposed, or nobody has confirmed or corrected it.
    pub accepted: Option<bool>,
    /// Its clocks of answers, announced days, pieces and receipts, the oldest first.
    pub clocks: Vec<FigureClock>,
    /// What was done to it in the period: events, in any order.
    pub steps: Vec<(Timestamp, EventKind)>,
    /// When answers were written in the period, and whether with a model answer.
    pub answers: Vec<(Timestamp, bool)>,
}

/// A clock with what figures need of it.
#[derive(Debug, Clone)]
pub struct FigureClock {
    /// Its row: later ones are larger.
    pub id: i64,
    /// What it counts to.
    pub purpose: Purpose,
    /// From when its days are counted.
    pub starts_at: Timestamp,
    /// The end of the last day.
    pub due_at: Timestamp,
    /// When what is due was done.
    pub met_at: Option<Timestamp>,
    /// When it ceased to run, and how.
    pub ended: Option<(Timestamp, Option<Ending>)>,
}

/// The cases that add something to a period: received, due or changed in it. `$1` is its first instant, `$2` the first after it.
const TOUCHED: &str = "SELECT id FROM cases WHERE received_at >= $1 AND received_at < $2
     UNION SELECT case_id FROM clock WHERE purpose = 'answer' AND due_at >= $1 AND due_at < $2
     UNION SELECT case_id FROM clock WHERE purpose = 'receipt' AND due_at >= $1 AND due_at < $2
     UNION SELECT case_id FROM event WHERE kind IN ('held', 'pieces_asked', 'transferred', 'reopened') AND at >= $1 AND at < $2
     UNION SELECT case_id FROM reply WHERE purpose = 'answer' AND at >= $1 AND at < $2";

impl Store {
    /// The cases that add something to the figures of a period, up to and not at its second instant.
    pub async fn figure_cases(&self, from: Timestamp, until: Timestamp) -> Result<Vec<FigureCase>, StoreError> {
        // One state of the database, whatever is written meanwhile.
        let mut transaction = self.readers.begin().await?;
        if self.backend == super::Backend::Postgres {
            sqlx::query("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ").execute(&mut *transaction).await?;
        }
        let period = |statement: String| sqlx::query(AssertSqlSafe(statement)).bind(millis(from)).bind(millis(until));
        let packed: String = period(format!(
            "SELECT COALESCE(string_agg(packed, '{BETWEEN_CASES}'), '') AS packed
             FROM ({} WHERE c.id IN ({TOUCHED})) AS touched",
            packed()
        ))
        .fetch_one(&mut *transaction)
        .await?
        .try_get("packed")?;
        let packed = packed.split(BETWEEN_CASES).filter(|case| !case.is_empty());
        let mut cases = packed.map(case).collect::<Result<Vec<_>, _>>()?;
        cases.sort_by_key(|(id, _)| *id);
        let places: HashMap<i64, usize> = cases.iter().enumerate().map(|(place, (id, _))| (*id, place)).collect();
        let mut cases: Vec<_> = cases.into_iter().map(|(_, case)| case).collect();
        let place = |row: &AnyRow| -> Result<Option<usize>, StoreError> {
            Ok(places.get(&row.try_get::<i64, _>("case_id")?).copied())
        };
        let rows = period(
            "SELECT case_id, at, kind FROM event
             WHERE kind IN ('held', 'pieces_asked', 'transferred', 'reopened') AND at >= $1 AND at < $2"
                .into(),
        )
        .fetch_all(&mut *transaction)
        .await?;
        for row in &rows {
            if let Some(place) = place(row)? {
                cases[place].steps.push((at(row, "at")?, word(row, "kind")?));
            }
        }
        let rows = period(
            "SELECT case_id, at, CASE WHEN model = '' THEN 0 ELSE 1 END AS modelled FROM reply
             WHERE purpose = 'answer' AND at >= $1 AND at < $2"
                .into(),
        )
        .fetch_all(&mut *transaction)
        .await?;
        for row in &rows {
            if let Some(place) = place(row)? {
                cases[place].answers.push((at(row, "at")?, flag(row, "modelled")?));
            }
        }
        Ok(cases)
    }

    /// When a line of a tracking sheet last became a case.
    pub async fn last_import(&self) -> Result<Option<Timestamp>, StoreError> {
        let row =
            sqlx::query("SELECT MAX(at) AS last FROM event WHERE kind = 'imported'").fetch_one(&self.readers).await?;
        Ok(maybe_at(&row, "last")?)
    }

    /// Whether a case was ever a service's.
    pub async fn had_cases(&self, service: &str) -> Result<bool, StoreError> {
        let row = sqlx::query("SELECT 1 AS found FROM cases WHERE service = $1 LIMIT 1").bind(service);
        Ok(row.fetch_optional(&self.readers).await?.is_some())
    }

    /// The acknowledgements that were written to the correspondent of a case: when, and the mail.
    pub async fn acknowledgements_of(&self, case: i64) -> Result<Vec<(Timestamp, Vec<u8>)>, StoreError> {
        let rows = sqlx::query(
            "SELECT created_at, bytes FROM outbox WHERE case_id = $1 AND purpose = 'acknowledgement' ORDER BY id",
        )
        .bind(case)
        .fetch_all(&self.readers)
        .await?;
        rows.iter().map(|row| Ok((at(row, "created_at")?, row.try_get("bytes")?))).collect()
    }

    /// The reception of the first case; `None`: there is none.
    pub async fn first_reception(&self) -> Result<Option<Timestamp>, StoreError> {
        let row = sqlx::query("SELECT MIN(received_at) AS first FROM cases").fetch_one(&self.readers).await?;
        Ok(maybe_at(&row, "first")?)
    }
}

/// Between the fields of a packed case, between its clocks, and between cases: signs that stand in no word and in no key.
const BETWEEN_FIELDS: &str = "\u{1f}";
const BETWEEN_CLOCKS: &str = "\u{1e}";
const BETWEEN_CASES: &str = "\u{1d}";

/// Cases with their clocks in one text. The driver spends more on a row and on a column than the database: with a column a
/// value, a year of 200 000 cases took five seconds to read; with a row a case, two. NULL is written as nothing.
fn packed() -> String {
    let fields = ["%s"; 12].join(BETWEEN_FIELDS);
    format!(
        "SELECT format('{fields}', c.id, c.reference, c.mailbox, c.channel, c.service, c.kind, c.scope, c.topic, c.state,
                       c.received_at,
                       CASE WHEN p.case_id IS NULL OR NOT EXISTS (SELECT 1 FROM correction k WHERE k.case_id = c.id) THEN ''
                            WHEN p.kind = c.kind AND p.scope = c.scope AND p.topic = c.topic THEN 'yes' ELSE 'no' END,
                       (SELECT string_agg(format('%s %s %s %s %s %s %s', k.id, k.purpose, k.starts_at, k.due_at, k.met_at,
                                                 k.ended_at, k.ended_how), '{BETWEEN_CLOCKS}')
                        FROM clock k
                        WHERE k.case_id = c.id AND k.purpose IN ('answer', 'announced', 'pieces', 'receipt'))) AS packed
         FROM cases c LEFT JOIN proposal p ON p.case_id = c.id"
    )
}

/// The fields of a packed text, in their order.
struct Fields<'t>(&'t str, std::str::Split<'t, &'static str>);

impl<'t> Fields<'t> {
    fn of(text: &'t str, between: &'static str) -> Self {
        Self(text, text.split(between))
    }

    fn next(&mut self) -> Result<&'t str, StoreError> {
        self.1.next().ok_or_else(|| self.wrong())
    }

    fn word<T: std::str::FromStr>(&mut self) -> Result<T, StoreError> {
        self.next()?.parse().map_err(|_| self.wrong())
    }

    fn maybe<T: std::str::FromStr>(&mut self) -> Result<Option<T>, StoreError> {
        match self.next()? {
            "" => Ok(None),
            word => word.parse().map(Some).map_err(|_| self.wrong()),
        }
    }

    fn wrong(&self) -> StoreError {
        StoreError::Inconsistent { column: "packed", found: self.0.to_owned() }
    }
}

/// The row of a packed case, and the case.
fn case(packed: &str) -> Result<(i64, FigureCase), StoreError> {
    let mut fields = Fields::of(packed, BETWEEN_FIELDS);
    let id = fields.word()?;
    let mut case = FigureCase {
        reference: fields.next()?.to_owned(),
        mailbox: fields.next()?.to_owned(),
        channel: fields.word()?,
        service: fields.next()?.to_owned(),
        kind: fields.word()?,
        scope: fields.word()?,
        topic: fields.word()?,
        state: fields.word()?,
        received_at: instant(fields.word()?),
        accepted: match fields.next()? {
            "" => None,
            said => Some(said == "yes"),
        },
        clocks: Fields::of(fields.next()?, BETWEEN_CLOCKS)
            .1
            .filter(|clock| !clock.is_empty())
            .map(clock)
            .collect::<Result<_, _>>()?,
        steps: Vec::new(),
        answers: Vec::new(),
    };
    // The database would sort each handful by itself, which takes longer than all the rest.
    case.clocks.sort_by_key(|clock| clock.id);
    Ok((id, case))
}

fn clock(packed: &str) -> Result<FigureClock, StoreError> {
    let mut fields = Fields::of(packed, " ");
    Ok(FigureClock {
        id: fields.word()?,
        purpose: fields.word()?,
        starts_at: instant(fields.word()?),
        due_at: instant(fields.word()?),
        met_at: fields.maybe()?.map(instant),
        ended: match (fields.maybe()?.map(instant), fields.maybe()?) {
            (Some(at), how) => Some((at, how)),
            (None, _) => None,
        },
    })
}

/// One edition of a month that was published.
#[derive(Debug, Clone)]
pub struct PublishedMonth {
    /// `2026-03`
    pub month: String,
    /// From 1.
    pub edition: i64,
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub actor: String,
    /// Why it takes the place of the one before; empty for the first.
    pub why: String,
    /// JSON: the figures of each service.
    pub figures: String,
}

/// A case behind a published month.
#[derive(Debug, Clone)]
pub struct PublishedFact {
    /// `2026-000123`
    pub reference: String,
    /// Key of the service that had it then.
    pub service: String,
    /// JSON, without a name, an address or a text.
    pub fact: String,
}

impl Store {
    /// The editions of the months from `from` to `to` (`2026-03`), the oldest first.
    pub async fn published(&self, from: &str, to: &str) -> Result<Vec<PublishedMonth>, StoreError> {
        let rows = sqlx::query(
            "SELECT month, edition, at, actor, why, figures FROM published_month WHERE month >= $1 AND month <= $2
             ORDER BY month, edition",
        )
        .bind(from)
        .bind(to)
        .fetch_all(&self.readers)
        .await?;
        rows.iter()
            .map(|row| {
                Ok(PublishedMonth {
                    month: row.try_get("month")?,
                    edition: row.try_get("edition")?,
                    at: at(row, "at")?,
                    actor: row.try_get("actor")?,
                    why: row.try_get("why")?,
                    figures: row.try_get("figures")?,
                })
            })
            .collect()
    }

    /// The cases behind an edition of a month, in the order of their references.
    pub async fn published_facts(&self, month: &str, edition: i64) -> Result<Vec<PublishedFact>, StoreError> {
        let rows = sqlx::query(
            "SELECT reference, service, fact FROM published_fact WHERE month = $1 AND edition = $2 ORDER BY reference",
        )
        .bind(month)
        .bind(edition)
        .fetch_all(&self.readers)
        .await?;
        rows.iter()
            .map(|row| {
                Ok(PublishedFact {
                    reference: row.try_get("reference")?,
                    service: row.try_get("service")?,
                    fact: row.try_get("fact")?,
                })
            })
            .collect()
    }
}

impl Work {
    /// Publishes an edition of a month with the cases behind it. False: that edition is there already, and nothing is changed.
    pub async fn publish(&mut self, month: &PublishedMonth, facts: &[PublishedFact]) -> Result<bool, StoreError> {
        let done = sqlx::query(
            "INSERT INTO published_month (month, edition, at, actor, why, figures) VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT (month, edition) DO NOTHING",
        )
        .bind(&month.month)
        .bind(month.edition)
        .bind(millis(month.at))
        .bind(&month.actor)
        .bind(&month.why)
        .bind(&month.figures)
        .execute(&mut *self.transaction)
        .await?;
        if done.rows_affected() == 0 {
            return Ok(false);
        }
        for facts in facts.chunks(ROWS) {
            let rows = values(facts.len(), 5);
            let statement =
                format!("INSERT INTO published_fact (month, edition, reference, service, fact) VALUES {rows}");
            let query = facts.iter().fold(sqlx::query(AssertSqlSafe(statement)), |query, one| {
                query.bind(&month.month).bind(month.edition).bind(&one.reference).bind(&one.service).bind(&one.fact)
            });
            query.execute(&mut *self.transaction).await?;
        }
        Ok(true)
    }
}
