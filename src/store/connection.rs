//! Opening the database, and the transaction in which everything is written.

use std::{fs::OpenOptions, io, os::unix::fs::OpenOptionsExt, str::FromStr, time::Duration};

use secrecy::{ExposeSecret, SecretString};
use sqlx::{
    Any, AnyPool, Executor, Transaction,
    any::{AnyConnectOptions, AnyPoolOptions},
};

use super::{later::Later, migrations};

/// Readers beside the one writer of SQLite, and connections to PostgreSQL.
const CONNECTIONS: u32 = 8;

/// How long a connection may be waited for before the database is said not to answer.
const PATIENCE: Duration = Duration::from_secs(30);

/// Which database is behind the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Backend {
    /// One file, one daemon.
    Sqlite,
    /// A server that several daemons may share.
    Postgres,
}

/// Why the database could not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// It could not be opened.
    #[error(
        "la base de données ne s'ouvre pas : {0}. Vérifiez [database] dans la configuration, puis « releve doctor »."
    )]
    Open(String),
    /// A statement failed.
    #[error("la base de données a refusé une opération : {0}")]
    Statement(#[from] sqlx::Error),
    /// Another daemon wrote the same message in this instant. Nothing was written: trying again will see it.
    #[error("un autre démon a enregistré le même message au même instant")]
    Raced,
    /// The system offers no random number for the key of our Message-IDs.
    #[error("le système ne donne pas de nombre aléatoire : rien ne peut être envoyé")]
    NoChance,
    /// A row holds what no version of the program writes.
    #[error("la base de données contient une valeur inattendue : {column} = « {found} »")]
    Inconsistent {
        /// The column.
        column: &'static str,
        /// What it holds.
        found: String,
    },
}

/// The database.
#[derive(Debug, Clone)]
pub struct Store {
    /// Where reading goes.
    pub(super) readers: AnyPool,
    /// Where writing goes: a single connection for SQLite, so that writers queue here and not in the file.
    writers: AnyPool,
    pub(super) backend: Backend,
}

impl Store {
    /// Opens the database at `url` (`sqlite:PATH` or `postgres://…`), and brings its schema up to date.
    pub async fn open(url: &str, password: Option<&SecretString>) -> Result<Self, StoreError> {
        Self::open_at(url, password, None).await
    }

    /// Opens the database with its schema no further than the migration `last`: what an older version left behind.
    pub async fn open_at(url: &str, password: Option<&SecretString>, last: Option<i64>) -> Result<Self, StoreError> {
        sqlx::any::install_default_drivers();
        let open = |cause: sqlx::Error| {
            StoreError::Open(match cause {
                // The pool tries again and again, and forgets why.
                sqlx::Error::PoolTimedOut => {
                    let seconds = PATIENCE.as_secs();
                    format!("pas de réponse en {seconds} secondes (serveur arrêté, ou adresse ou port faux)")
                }
                cause => cause.to_string(),
            })
        };
        let (backend, url) = match url.strip_prefix("sqlite:") {
            Some(path) => {
                create_private(path)?;
                (Backend::Sqlite, format!("sqlite:{}?mode=rw", percent_encode(path)))
            }
            None => (Backend::Postgres, url.to_owned()),
        };
        let mut options = AnyConnectOptions::from_str(&url).map_err(open)?;
        if let Some(password) = password {
            options
                .database_url
                .set_password(Some(password.expose_secret()))
                .map_err(|()| StoreError::Open("cette adresse n'admet pas de mot de passe".into()))?;
        }
        let pool = |connections| {
            AnyPoolOptions::new().max_connections(connections).acquire_timeout(PATIENCE).after_connect(
                move |connection, _| {
                    Box::pin(async move {
                        if backend == Backend::Sqlite {
                            // FULL: an acknowledgement that left must still be known after a power cut. Batches pay it.
                            connection
                                .execute(
                                    "PRAGMA busy_timeout = 20000; PRAGMA journal_mode = WAL; \
                                     PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;",
                                )
                                .await?;
                        }
                        Ok(())
                    })
                },
            )
        };
        let (writers, readers) = match backend {
            Backend::Sqlite => {
                // The writer comes first: it creates the file and sets its journal mode before anybody reads.
                let writers = pool(1).connect_with(options.clone()).await.map_err(open)?;
                (writers, pool(CONNECTIONS).connect_with(options).await.map_err(open)?)
            }
            Backend::Postgres => {
                let both = pool(CONNECTIONS).connect_with(options).await.map_err(open)?;
                (both.clone(), both)
            }
        };
        migrations::run(&writers, backend, last).await.map_err(|cause| StoreError::Open(cause.to_string()))?;
        Ok(Self { readers, writers, backend })
    }

    /// Which database it is.
    pub fn backend(&self) -> Backend {
        self.backend
    }

    /// Opens a transaction for writing. Dropping it undoes everything.
    pub async fn begin(&self) -> Result<Work, StoreError> {
        let transaction = match self.backend {
            // A deferred transaction that reads and then writes fails at once when somebody else wrote in between.
            Backend::Sqlite => self.writers.begin_with("BEGIN IMMEDIATE").await?,
            Backend::Postgres => self.writers.begin().await?,
        };
        Ok(Work { transaction, backend: self.backend, later: Later::default() })
    }

    /// Opens a transaction for reading what [`Work`] reads. It holds up nobody, and is to be dropped.
    pub async fn begin_reading(&self) -> Result<Work, StoreError> {
        let transaction = self.readers.begin().await?;
        Ok(Work { transaction, backend: self.backend, later: Later::default() })
    }

    /// Closes every connection; SQLite folds its journal into the file.
    pub async fn close(&self) {
        self.readers.close().await;
        self.writers.close().await;
    }
}

/// One transaction: several changes that happen together or not at all.
pub struct Work {
    pub(super) transaction: Transaction<'static, Any>,
    pub(super) backend: Backend,
    pub(super) later: Later,
}

impl Work {
    /// Makes the changes durable.
    pub async fn commit(mut self) -> Result<(), StoreError> {
        self.later.write(&mut self.transaction).await?;
        Ok(self.transaction.commit().await?)
    }
}

/// Creates the file, readable by its owner alone: it holds what people write to their prefecture. SQLite gives its
/// journal the same mode.
fn create_private(path: &str) -> Result<(), StoreError> {
    match OpenOptions::new().write(true).create_new(true).mode(0o600).open(path) {
        Err(cause) if cause.kind() != io::ErrorKind::AlreadyExists => {
            Err(StoreError::Open(format!("{path} ne peut pas être créé ({cause}) : vérifiez le dossier et ses droits")))
        }
        _ => Ok(()),
    }
}

/// A path as it may stand in a URL.
fn percent_encode(path: &str) -> String {
    path.bytes()
        .map(|byte| match byte {
            b'/' | b'-' | b'_' | b'.' | b'~' => char::from(byte).to_string(),
            byte if byte.is_ascii_alphanumeric() => char::from(byte).to_string(),
            byte => format!("%{byte:02X}"),
        })
        .collect()
}
