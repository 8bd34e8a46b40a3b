//! Who is away, and who stands in. Days are days where the prefecture is.

use jiff::{Timestamp, civil::Date};
use sqlx::{Executor, Row, any::AnyRow};

use super::{Store, StoreError, Work, millis};

/// An absence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Absence {
    /// Its number; 0 for one that is not written down yet.
    pub id: i64,
    /// Address of who is away, lower case.
    pub person: String,
    /// The first day.
    pub first_day: Date,
    /// The last day, which counts.
    pub last_day: Date,
    /// Address of who stands in, lower case.
    pub substitute: String,
    /// Who wrote it down.
    pub entered_by: String,
}

macro_rules! absences_from {
    () => {
        "SELECT id, person, first_day, last_day, substitute, entered_by FROM absence
         WHERE removed_at IS NULL AND last_day >= $1 ORDER BY first_day, id"
    };
}

impl Work {
    /// Writes an absence down. Returns its number.
    pub async fn add_absence(&mut self, absence: &Absence, now: Timestamp) -> Result<i64, StoreError> {
        let row = sqlx::query(
            "INSERT INTO absence (person, first_day, last_day, substitute, entered_at, entered_by)
             VALUES ($1, $2, $3, $4, $5, $6) RETURNING id",
        )
        .bind(&absence.person)
        .bind(absence.first_day.to_string())
        .bind(absence.last_day.to_string())
        .bind(&absence.substitute)
        .bind(millis(now))
        .bind(&absence.entered_by)
        .fetch_one(&mut *self.transaction)
        .await?;
        Ok(row.try_get("id")?)
    }

    /// Takes an absence back; false: there is none of this number. The row stays.
    pub async fn remove_absence(&mut self, id: i64, now: Timestamp) -> Result<bool, StoreError> {
        let query = sqlx::query("UPDATE absence SET removed_at = $1 WHERE id = $2 AND removed_at IS NULL");
        let done = self.transaction.execute(query.bind(millis(now)).bind(id)).await?;
        Ok(done.rows_affected() == 1)
    }

    /// The absences that last until this day or longer, the first to begin first.
    pub async fn absences(&mut self, from: Date) -> Result<Vec<Absence>, StoreError> {
        let rows = sqlx::query(absences_from!()).bind(from.to_string()).fetch_all(&mut *self.transaction).await?;
        rows.iter().map(absence).collect()
    }
}

impl Store {
    /// The absences that last until this day or longer, the first to begin first.
    pub async fn absences(&self, from: Date) -> Result<Vec<Absence>, StoreError> {
        let rows = sqlx::query(absences_from!()).bind(from.to_string()).fetch_all(&self.readers).await?;
        rows.iter().map(absence).collect()
    }
}

fn absence(row: &AnyRow) -> Result<Absence, StoreError> {
    let day = |column: &'static str| -> Result<Date, StoreError> {
        let found: String = row.try_get(column)?;
        found.parse().map_err(|_| StoreError::Inconsistent { column, found })
    };
    Ok(Absence {
        id: row.try_get("id")?,
        person: row.try_get("person")?,
        first_day: day("first_day")?,
        last_day: day("last_day")?,
        substitute: row.try_get("substitute")?,
        entered_by: row.try_get("entered_by")?,
    })
}
