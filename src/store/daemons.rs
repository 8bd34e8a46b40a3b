//! The daemons that share a database, and what each of them holds. A daemon says again and again that it is alive; when it
//! stops saying so, its mailboxes and the mails that it had claimed are free for the others, all at once.

use jiff::Timestamp;

use super::{StoreError, Work, millis};

impl Work {
    /// The daemon `name` is alive, and will say so again before `until`.
    pub async fn alive(&mut self, name: &str, until: Timestamp) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO daemon (name, alive_until) VALUES ($1, $2)
             ON CONFLICT (name) DO UPDATE SET alive_until = excluded.alive_until",
        )
        .bind(name)
        .bind(millis(until))
        .execute(&mut *self.transaction)
        .await?;
        Ok(())
    }

    /// Takes the lease `name` for a daemon, or finds that it has it already. False: another living daemon holds it.
    pub async fn take_lease(&mut self, name: &str, owner: &str, now: Timestamp) -> Result<bool, StoreError> {
        let done = sqlx::query(
            "INSERT INTO lease (name, owner) VALUES ($1, $2)
             ON CONFLICT (name) DO UPDATE SET owner = excluded.owner
             WHERE lease.owner = excluded.owner
                OR NOT EXISTS (SELECT 1 FROM daemon d WHERE d.name = lease.owner AND d.alive_until > $3)",
        )
        .bind(name)
        .bind(owner)
        .bind(millis(now))
        .execute(&mut *self.transaction)
        .await?;
        Ok(done.rows_affected() == 1)
    }

    /// The daemon takes its leave: all that it holds is free.
    pub async fn leave(&mut self, name: &str) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM daemon WHERE name = $1").bind(name).execute(&mut *self.transaction).await?;
        Ok(())
    }

    /// For the daemon that knows to be alone: whoever held something is gone.
    pub async fn forget_daemons(&mut self) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM daemon").execute(&mut *self.transaction).await?;
        Ok(())
    }
}
