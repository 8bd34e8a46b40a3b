//! What must stay the same as long as the database lives, and be known to nobody else.

use sqlx::Row;

use super::{Store, StoreError};

impl Store {
    /// The secret of this name; where there is none yet, `fresh` becomes it. Of several daemons that ask at once, all get
    /// the same.
    pub async fn secret(&self, name: &str, fresh: &[u8]) -> Result<Vec<u8>, StoreError> {
        let find = || sqlx::query("SELECT value FROM secret WHERE name = $1").bind(name.to_owned());
        if let Some(row) = find().fetch_optional(&self.readers).await? {
            return Ok(row.try_get("value")?);
        }
        let mut work = self.begin().await?;
        sqlx::query("INSERT INTO secret (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING")
            .bind(name)
            .bind(fresh)
            .execute(&mut *work.transaction)
            .await?;
        let row = find().fetch_one(&mut *work.transaction).await?;
        work.commit().await?;
        Ok(row.try_get("value")?)
    }
}
