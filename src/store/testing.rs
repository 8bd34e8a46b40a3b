//! What tests need of a database: a fresh one for each, of the kind that `RELEVE_TEST_DATABASE` names, and rows to fill it.
//!
//! `sqlite` (the default) is a file in a temporary folder; `postgres` is a database made on the server of
//! `RELEVE_TEST_POSTGRES` and dropped with the fixture. One text of tests serves both.

use std::sync::atomic::{AtomicU32, Ordering};

use jiff::Timestamp;
use sha2::{Digest, Sha256};
use sqlx::{AnyConnection, AssertSqlSafe, Connection, Executor, Row};
use tempfile::TempDir;

use super::{Belongs, NewCase, NewMessage, NewOutgoing, NewReceipt, Store};
use crate::case::{Channel, Disposition, Kind, Scope};

/// A database of its own for one test.
pub(crate) struct Fixture {
    /// The store, open.
    pub(crate) store: Store,
    url: String,
    server: Option<(String, String)>,
    _folder: TempDir,
}

impl Fixture {
    /// A fresh database with the schema of today.
    pub(crate) async fn open() -> Self {
        Self::open_at(None).await
    }

    /// A fresh database as the version whose last migration was `last` left it.
    pub(crate) async fn open_at(last: Option<i64>) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let folder = tempfile::tempdir().unwrap();
        let (url, server) = match std::env::var("RELEVE_TEST_DATABASE").as_deref() {
            Ok("postgres") => {
                let server = std::env::var("RELEVE_TEST_POSTGRES").expect("RELEVE_TEST_POSTGRES names the server");
                let name = format!("releve_{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
                administer(&server, format!("CREATE DATABASE {name}")).await;
                let (host, _) = server.rsplit_once('/').expect("the address ends in the name of a database");
                (format!("{host}/{name}"), Some((server, name)))
            }
            Ok("sqlite") | Err(_) => (format!("sqlite:{}", folder.path().join("releve.db").display()), None),
            Ok(other) => panic!("RELEVE_TEST_DATABASE is sqlite or postgres, not {other}"),
        };
        let store = Store::open_at(&url, None, last).await.unwrap();
        Self { store, url, server, _folder: folder }
    }

    /// Opens the same database once more, as the version of today does after a restart or an upgrade.
    pub(crate) async fn reopen(&self) -> Store {
        Store::open(&self.url, None).await.unwrap()
    }

    /// How many rows a table holds.
    pub(crate) async fn count(&self, table: &str) -> i64 {
        self.number(&format!("SELECT COUNT(*) FROM {table}")).await
    }

    /// The one whole number that a statement answers.
    pub(crate) async fn number(&self, statement: &str) -> i64 {
        let statement = AssertSqlSafe(statement.to_owned());
        sqlx::query(statement).fetch_one(&self.store.readers).await.unwrap().try_get(0).unwrap()
    }

    /// The one text that a statement answers.
    pub(crate) async fn text(&self, statement: &str) -> String {
        let statement = AssertSqlSafe(statement.to_owned());
        sqlx::query(statement).fetch_one(&self.store.readers).await.unwrap().try_get(0).unwrap()
    }

    /// Runs a statement outside of every room: what an older version, or a fault, left behind.
    pub(crate) async fn run(&self, statement: &str) {
        let mut work = self.store.begin().await.unwrap();
        work.transaction.execute(AssertSqlSafe(statement.to_owned())).await.unwrap();
        work.commit().await.unwrap();
    }

    /// Keeps a delivery.
    pub(crate) async fn keep(&self, receipt: &NewReceipt) -> Option<i64> {
        let mut work = self.store.begin().await.unwrap();
        let rows = work.keep(std::slice::from_ref(receipt), at("2026-03-02T08:00:00Z")).await.unwrap();
        work.commit().await.unwrap();
        rows[0]
    }

    /// Keeps one delivery, opens a case for it and queues `count` mails that answer it; returns the case.
    pub(crate) async fn queue(&self, count: usize, now: Timestamp) -> i64 {
        let mut work = self.store.begin().await.unwrap();
        work.keep(&[receipt("contact", "1/1", b"octets")], now).await.unwrap();
        let case = work.add_case(&new_case("2026-000001")).await.unwrap();
        for number in 0..count {
            let message = NewMessage { case_id: Some(case), ..new_message(&format!("key {number}"), b"octets") };
            let answers = work.add_message(&message).await.unwrap();
            work.enqueue(&outgoing(case, answers, &format!("{number}@example.fr")), now).await.unwrap();
        }
        work.commit().await.unwrap();
        case
    }
}

impl Drop for Fixture {
    fn drop(&mut self) {
        let Some((server, name)) = self.server.take() else { return };
        // The runtime of the test cannot wait here; one of its own can.
        let dropped = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(administer(&server, format!("DROP DATABASE {name} WITH (FORCE)")));
        });
        let _ = dropped.join();
    }
}

async fn administer(server: &str, statement: String) {
    sqlx::any::install_default_drivers();
    let mut connection = AnyConnection::connect(server).await.unwrap();
    connection.execute(AssertSqlSafe(statement)).await.unwrap();
    connection.close().await.unwrap();
}

/// An instant, from its words.
pub(crate) fn at(words: &str) -> Timestamp {
    words.parse().unwrap()
}

/// A delivery.
pub(crate) fn receipt(mailbox: &str, server_key: &str, bytes: &[u8]) -> NewReceipt {
    NewReceipt {
        mailbox: mailbox.into(),
        server_key: server_key.into(),
        digest: digest(bytes),
        bytes: bytes.to_vec(),
        whole: true,
        octets: bytes.len() as u64,
        received_at: at("2026-03-02T07:30:00Z"),
    }
}

/// A message read in these octets.
pub(crate) fn new_message(content_key: &str, bytes: &[u8]) -> NewMessage {
    NewMessage {
        content_key: content_key.into(),
        digest: digest(bytes),
        mailbox: "contact".into(),
        channel: Channel::Email,
        message_id: "1@usagers.example.fr".into(),
        sender: "jeanne@usagers.example.fr".into(),
        sender_name: "Jeanne Martin".into(),
        subject: "Carte grise".into(),
        received_at: at("2026-03-02T07:30:00Z"),
        language: "fr".into(),
        text: "Bonjour".into(),
        new_text: "Bonjour".into(),
        attachments: "[]".into(),
        disposition: Disposition::Case,
        acknowledged: false,
        reason: String::new(),
        case_id: None,
    }
}

/// A case.
pub(crate) fn new_case(reference: &str) -> NewCase {
    NewCase {
        reference: reference.into(),
        mailbox: "contact".into(),
        channel: Channel::Email,
        service: "accueil".into(),
        kind: Kind::Information,
        scope: Scope::General,
        topic: crate::case::Topic::Other,
        confidence: 0.75,
        evidence: "[]".into(),
        correspondent: "jeanne@usagers.example.fr".into(),
        correspondent_name: "Jeanne Martin".into(),
        subject: "Carte grise".into(),
        received_at: at("2026-03-02T07:30:00Z"),
        opened_at: at("2026-03-02T08:00:00Z"),
        due_at: at("2026-03-09T22:59:59Z"),
        delay: "5 jours ouvrés".into(),
        to_confirm: false,
    }
}

/// A mail to leave.
pub(crate) fn outgoing(case_id: i64, answers: i64, message_id: &str) -> NewOutgoing {
    NewOutgoing {
        belongs: Belongs::Acknowledgement { case_id, answers },
        message_id: message_id.into(),
        envelope_from: String::new(),
        recipient: "jeanne@usagers.example.fr".into(),
        bytes: b"Subject: accus\xc3\xa9\r\n\r\nBonjour\r\n".to_vec(),
    }
}

/// SHA-256, hexadecimal.
pub(crate) fn digest(bytes: &[u8]) -> String {
    crate::mail::hexadecimal(&Sha256::digest(bytes))
}
