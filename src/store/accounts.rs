//! Who may open the pages: accounts, what they may do, their sessions and invitations, and the record of what was done.
//! Of every token only a digest is here.

use jiff::Timestamp;
use sqlx::{Row, any::AnyRow};

use super::{Store, StoreError, Work, at, maybe_at, millis, word};
use crate::case::{Access, Deed};

/// One thing that an account may do.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Grant {
    /// What.
    pub access: Access,
    /// Key of the service; empty: every service.
    pub service: String,
}

/// An account.
#[derive(Debug, Clone)]
pub struct Account {
    /// Its row.
    pub id: i64,
    /// Address in lower case.
    pub email: String,
    /// First name and name.
    pub name: String,
    /// argon2id as a PHC string; empty: none was chosen yet.
    pub password: String,
    /// When it was created.
    pub created_at: Timestamp,
    /// Since when it may not come in.
    pub disabled_at: Option<Timestamp>,
    /// What it may do.
    pub grants: Vec<Grant>,
}

/// One line of the record.
#[derive(Debug, Clone)]
pub struct AuditRow {
    /// When.
    pub at: Timestamp,
    /// Who: the address of an account, or who typed the command.
    pub actor: String,
    /// What.
    pub deed: Deed,
    /// A reference, an address of ours, a mailbox.
    pub about: String,
    /// More, in words.
    pub detail: String,
}

const ACCOUNTS: &str = "SELECT id, email, name, password, created_at, disabled_at FROM account";

impl Work {
    /// Creates an account; `None`: there is one of this address.
    pub async fn add_account(&mut self, email: &str, name: &str, now: Timestamp) -> Result<Option<i64>, StoreError> {
        let row = sqlx::query(
            "INSERT INTO account (email, name, created_at) VALUES ($1, $2, $3) ON CONFLICT (email) DO NOTHING RETURNING id",
        )
        .bind(email)
        .bind(name)
        .bind(millis(now))
        .fetch_optional(&mut *self.transaction)
        .await?;
        Ok(row.map(|row| row.try_get("id")).transpose()?)
    }

    /// What an account may do from now on, and nothing else.
    pub async fn set_grants(&mut self, account: i64, grants: &[Grant]) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM access WHERE account_id = $1").bind(account).execute(&mut *self.transaction).await?;
        for grant in grants {
            sqlx::query("INSERT INTO access (account_id, access, service) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING")
                .bind(account)
                .bind(grant.access.word())
                .bind(&grant.service)
                .execute(&mut *self.transaction)
                .await?;
        }
        Ok(())
    }

    /// The password from now on, as a PHC string.
    pub async fn set_password(&mut self, account: i64, phc: &str) -> Result<(), StoreError> {
        sqlx::query("UPDATE account SET password = $1 WHERE id = $2")
            .bind(phc)
            .bind(account)
            .execute(&mut *self.transaction)
            .await?;
        Ok(())
    }

    /// Since when the account may not come in; `None`: it may.
    pub async fn set_disabled(&mut self, account: i64, since: Option<Timestamp>) -> Result<(), StoreError> {
        sqlx::query("UPDATE account SET disabled_at = $1 WHERE id = $2")
            .bind(since.map(millis))
            .bind(account)
            .execute(&mut *self.transaction)
            .await?;
        Ok(())
    }

    /// A new invitation; the older ones of the account hold no more.
    pub async fn invite(
        &mut self,
        token: &str,
        account: i64,
        expires_at: Timestamp,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        sqlx::query("UPDATE invitation SET used_at = $1 WHERE account_id = $2 AND used_at IS NULL")
            .bind(millis(now))
            .bind(account)
            .execute(&mut *self.transaction)
            .await?;
        sqlx::query("INSERT INTO invitation (token, account_id, expires_at) VALUES ($1, $2, $3)")
            .bind(token)
            .bind(account)
            .bind(millis(expires_at))
            .execute(&mut *self.transaction)
            .await?;
        Ok(())
    }

    /// Uses an invitation up: once, before it expires. Returns its account.
    pub async fn use_invitation(&mut self, token: &str, now: Timestamp) -> Result<Option<i64>, StoreError> {
        let row = sqlx::query(
            "UPDATE invitation SET used_at = $1 WHERE token = $2 AND used_at IS NULL AND expires_at > $1
             RETURNING account_id",
        )
        .bind(millis(now))
        .bind(token)
        .fetch_optional(&mut *self.transaction)
        .await?;
        Ok(row.map(|row| row.try_get("account_id")).transpose()?)
    }

    /// Begins a session.
    pub async fn begin_session(
        &mut self,
        token: &str,
        account: i64,
        now: Timestamp,
        expires_at: Timestamp,
    ) -> Result<(), StoreError> {
        sqlx::query("INSERT INTO session (token, account_id, begun_at, expires_at) VALUES ($1, $2, $3, $4)")
            .bind(token)
            .bind(account)
            .bind(millis(now))
            .bind(millis(expires_at))
            .execute(&mut *self.transaction)
            .await?;
        Ok(())
    }

    /// Ends one session.
    pub async fn end_session(&mut self, token: &str, now: Timestamp) -> Result<(), StoreError> {
        sqlx::query("UPDATE session SET ended_at = $1 WHERE token = $2 AND ended_at IS NULL")
            .bind(millis(now))
            .bind(token)
            .execute(&mut *self.transaction)
            .await?;
        Ok(())
    }

    /// Ends every session of an account. Returns how many still ran.
    pub async fn end_sessions(&mut self, account: i64, now: Timestamp) -> Result<u64, StoreError> {
        let ended = sqlx::query(
            "UPDATE session SET ended_at = $1 WHERE account_id = $2 AND ended_at IS NULL AND expires_at > $1",
        )
        .bind(millis(now))
        .bind(account)
        .execute(&mut *self.transaction)
        .await?;
        Ok(ended.rows_affected())
    }

    /// Counts a login that failed for what was typed as an address (its digest), and forgets those before `forget`.
    pub async fn add_login_failure(
        &mut self,
        typed: &str,
        now: Timestamp,
        forget: Timestamp,
    ) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM login_failure WHERE at < $1")
            .bind(millis(forget))
            .execute(&mut *self.transaction)
            .await?;
        sqlx::query("INSERT INTO login_failure (typed, at) VALUES ($1, $2)")
            .bind(typed)
            .bind(millis(now))
            .execute(&mut *self.transaction)
            .await?;
        Ok(())
    }

    /// The logins that failed for this address since then.
    pub async fn login_failures(&mut self, typed: &str, since: Timestamp) -> Result<i64, StoreError> {
        let row = sqlx::query("SELECT COUNT(*) AS failures FROM login_failure WHERE typed = $1 AND at >= $2")
            .bind(typed)
            .bind(millis(since))
            .fetch_one(&mut *self.transaction)
            .await?;
        Ok(row.try_get("failures")?)
    }

    /// Forgets the logins that failed for this address.
    pub async fn forget_login_failures(&mut self, typed: &str) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM login_failure WHERE typed = $1").bind(typed).execute(&mut *self.transaction).await?;
        Ok(())
    }

    /// Records what somebody did.
    pub async fn record(&mut self, row: &AuditRow) -> Result<(), StoreError> {
        sqlx::query("INSERT INTO audit (at, actor, doing, about, detail) VALUES ($1, $2, $3, $4, $5)")
            .bind(millis(row.at))
            .bind(&row.actor)
            .bind(row.deed.word())
            .bind(&row.about)
            .bind(&row.detail)
            .execute(&mut *self.transaction)
            .await?;
        Ok(())
    }
}

impl Store {
    /// Every account, by address.
    pub async fn accounts(&self) -> Result<Vec<Account>, StoreError> {
        let rows =
            sqlx::query(sqlx::AssertSqlSafe(format!("{ACCOUNTS} ORDER BY email"))).fetch_all(&self.readers).await?;
        let mut accounts = rows.iter().map(account).collect::<Result<Vec<_>, _>>()?;
        let rows = sqlx::query("SELECT account_id, access, service FROM access ORDER BY access, service")
            .fetch_all(&self.readers)
            .await?;
        for row in &rows {
            let id: i64 = row.try_get("account_id")?;
            if let Some(account) = accounts.iter_mut().find(|account| account.id == id) {
                account.grants.push(grant(row)?);
            }
        }
        Ok(accounts)
    }

    /// The account of this address, lower case.
    pub async fn account(&self, email: &str) -> Result<Option<Account>, StoreError> {
        let statement = sqlx::AssertSqlSafe(format!("{ACCOUNTS} WHERE email = $1"));
        let row = sqlx::query(statement).bind(email).fetch_optional(&self.readers).await?;
        self.with_grants(row).await
    }

    /// The account whose session this is, as long as it runs and the account may come in.
    pub async fn account_of_session(&self, token: &str, now: Timestamp) -> Result<Option<Account>, StoreError> {
        let statement = sqlx::AssertSqlSafe(format!(
            "{ACCOUNTS} WHERE disabled_at IS NULL AND id = (
                 SELECT account_id FROM session WHERE token = $1 AND ended_at IS NULL AND expires_at > $2)"
        ));
        let row = sqlx::query(statement).bind(token).bind(millis(now)).fetch_optional(&self.readers).await?;
        self.with_grants(row).await
    }

    /// The account that an invitation is for, as long as it can be used.
    pub async fn account_of_invitation(&self, token: &str, now: Timestamp) -> Result<Option<Account>, StoreError> {
        let statement = sqlx::AssertSqlSafe(format!(
            "{ACCOUNTS} WHERE disabled_at IS NULL AND id = (
                 SELECT account_id FROM invitation WHERE token = $1 AND used_at IS NULL AND expires_at > $2)"
        ));
        let row = sqlx::query(statement).bind(token).bind(millis(now)).fetch_optional(&self.readers).await?;
        self.with_grants(row).await
    }

    async fn with_grants(&self, row: Option<AnyRow>) -> Result<Option<Account>, StoreError> {
        let Some(mut account) = row.as_ref().map(account).transpose()? else { return Ok(None) };
        let rows = sqlx::query("SELECT access, service FROM access WHERE account_id = $1 ORDER BY access, service")
            .bind(account.id)
            .fetch_all(&self.readers)
            .await?;
        account.grants = rows.iter().map(grant).collect::<Result<_, _>>()?;
        Ok(Some(account))
    }

    /// What was done, the latest first: at most `limit` rows before the row `before`, of this person and about this, where
    /// they are named. With each its row.
    pub async fn audit(
        &self,
        actor: &str,
        about: &str,
        before: i64,
        limit: i64,
    ) -> Result<Vec<(i64, AuditRow)>, StoreError> {
        let rows = sqlx::query(
            "SELECT id, at, actor, doing, about, detail FROM audit
             WHERE ($1 = '' OR actor = $1) AND ($2 = '' OR about = $2) AND id < $3 ORDER BY id DESC LIMIT $4",
        )
        .bind(actor)
        .bind(about)
        .bind(before)
        .bind(limit)
        .fetch_all(&self.readers)
        .await?;
        rows.iter()
            .map(|row| {
                let audit = AuditRow {
                    at: at(row, "at")?,
                    actor: row.try_get("actor")?,
                    deed: word(row, "doing")?,
                    about: row.try_get("about")?,
                    detail: row.try_get("detail")?,
                };
                Ok((row.try_get("id")?, audit))
            })
            .collect()
    }
}

fn account(row: &AnyRow) -> Result<Account, StoreError> {
    Ok(Account {
        id: row.try_get("id")?,
        email: row.try_get("email")?,
        name: row.try_get("name")?,
        password: row.try_get("password")?,
        created_at: at(row, "created_at")?,
        disabled_at: maybe_at(row, "disabled_at")?,
        grants: Vec::new(),
    })
}

fn grant(row: &AnyRow) -> Result<Grant, StoreError> {
    Ok(Grant { access: word(row, "access")?, service: row.try_get("service")? })
}
