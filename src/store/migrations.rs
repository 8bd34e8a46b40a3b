//! The schema, as numbered steps. There is one text for both databases, written in PostgreSQL's words; SQLite gets it with
//! its own names for the same types, or, for full text search, a text of its own. A step that has been released is never edited: add another.

use std::borrow::Cow;

use sqlx::{
    AnyPool, AssertSqlSafe, SqlSafeStr,
    migrate::{MigrateError, Migration, MigrationType, Migrator},
};

use super::Backend;

/// Number, name, text for PostgreSQL, text for SQLite where it has words of its own.
pub(super) const STEPS: &[(i64, &str, &str, Option<&str>)] = &[
    (1, "mail", include_str!("migrations/0001_mail.sql"), None),
    (2, "cases", include_str!("migrations/0002_cases.sql"), None),
    (3, "outbox", include_str!("migrations/0003_outbox.sql"), None),
    (4, "clocks", include_str!("migrations/0004_clocks.sql"), None),
    (5, "notices", include_str!("migrations/0005_notices.sql"), None),
    (6, "proposals", include_str!("migrations/0006_proposals.sql"), None),
    (7, "replies", include_str!("migrations/0007_replies.sql"), None),
    (8, "pages", include_str!("migrations/0008_pages.sql"), None),
    (
        9,
        "search",
        include_str!("migrations/0009_search.postgres.sql"),
        Some(include_str!("migrations/0009_search.sqlite.sql")),
    ),
    (10, "figures", include_str!("migrations/0010_figures.sql"), None),
];

/// PostgreSQL's word, SQLite's word. The longer one first.
const DIALECT: &[(&str, &str)] = &[
    ("BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY", "INTEGER PRIMARY KEY AUTOINCREMENT"),
    ("DOUBLE PRECISION", "REAL"),
    ("BIGINT", "INTEGER"),
    ("BYTEA", "BLOB"),
    ("\n);", "\n) STRICT;"),
];

/// Brings the schema up to the step `last` (all of them by default).
pub(super) async fn run(pool: &AnyPool, backend: Backend, last: Option<i64>) -> Result<(), MigrateError> {
    let steps = STEPS
        .iter()
        .filter(|(version, ..)| last.is_none_or(|last| *version <= last))
        .map(|&(version, name, sql, of_sqlite)| {
            let sql = match (backend, of_sqlite) {
                (Backend::Postgres, _) => sql.to_owned(),
                (Backend::Sqlite, Some(own)) => own.to_owned(),
                (Backend::Sqlite, None) => {
                    DIALECT.iter().fold(sql.to_owned(), |sql, (postgres, sqlite)| sql.replace(postgres, sqlite))
                }
            };
            let sql = AssertSqlSafe(sql).into_sql_str();
            Migration::new(version, Cow::Borrowed(name), MigrationType::Simple, sql, false)
        })
        .collect::<Vec<_>>();
    Migrator::with_migrations(steps).run(pool).await
}
