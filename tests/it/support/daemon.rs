//! The program itself, as a prefecture runs it: a configuration folder, a database of its own, and a process.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};

use serde_json::Value as Json;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, AssertSqlSafe, Connection, Row};
use tempfile::TempDir;
use toml::{Table, Value, toml};

use super::servers::{Dovecot, PASSWORD, Servers, setting, unique};
use super::wait_until;

const RELEVE: &str = env!("CARGO_BIN_EXE_releve");

/// A mailbox in the configuration.
#[derive(Clone)]
pub struct Account {
    pub address: String,
    table: Table,
}

impl Account {
    /// The mailbox `address` on `dovecot`, over TLS from the first octet; its service is that of foreigners.
    pub fn on(dovecot: &Dovecot, id: &str, address: &str) -> Self {
        let mut table = toml! {
            service = "etrangers"
            poll_seconds = 5
            imap = { host = "localhost", password_file = "password" }
        };
        table.insert("id".into(), id.into());
        table.insert("address".into(), address.into());
        Self { address: address.to_owned(), table }
            .imap("user", address)
            .imap("port", u32::from(dovecot.imaps))
            .imap("ca_file", Servers::of_this_run().ca.display().to_string())
    }

    /// Sets a key of `[[mailbox]]`.
    pub fn set(mut self, key: &str, value: impl Into<Value>) -> Self {
        self.table.insert(key.to_owned(), value.into());
        self
    }

    /// Sets a key of `[mailbox.imap]`.
    pub fn imap(mut self, key: &str, value: impl Into<Value>) -> Self {
        let imap = self.table.get_mut("imap").and_then(Value::as_table_mut).expect("an account is read over IMAP");
        imap.insert(key.to_owned(), value.into());
        self
    }
}

/// A prefecture: its configuration folder and its database.
pub struct Prefecture {
    home: TempDir,
    config: Table,
    pub database: Database,
}

impl Prefecture {
    /// A prefecture that sends through the relay of this run, and reads these mailboxes.
    pub async fn with(accounts: impl IntoIterator<Item = Account>) -> Self {
        let home = tempfile::tempdir().expect("a temporary folder");
        let database = Database::create(home.path()).await;
        let config = toml! {
            [prefecture]
            name = "Préfecture de la Charente-Atlantique"
            department = "16"
            address = "2 place de l'Exemple, 16000 Villeneuve-sur-Touvre"
            phone = "05 36 49 00 00"

            [[service]]
            id = "etrangers"
            name = "Bureau du séjour et de l'intégration"
            email = "bureau-sejour@prefecture.example.fr"
            phone = "05 36 49 00 20"
            address = "4 place de l'Exemple, 16000 Villeneuve-sur-Touvre"

            // The hour of the day must not decide what a test sees.
            [watch]
            enabled = false

            [outgoing.smtp]
            host = "127.0.0.1"
            tls = "none"
        };
        let mut prefecture = Self { home, config, database };
        let (smtp, url) = (u32::from(Servers::of_this_run().smtp), prefecture.database.url.clone());
        prefecture.set("outgoing.smtp", "port", smtp);
        prefecture.set("database", "url", url);
        prefecture.reads(accounts);
        prefecture.write("password", PASSWORD);
        prefecture
    }

    /// Another configuration folder with the same database and the same mailboxes: a second machine.
    pub fn second_machine(&self) -> Self {
        let home = tempfile::tempdir().expect("a temporary folder");
        let database = Database { url: self.database.url.clone(), dropped_by_us: false };
        let second = Self { home, config: self.config.clone(), database };
        second.write("password", PASSWORD);
        second.write_config();
        second
    }

    /// Replaces the mailboxes.
    pub fn reads(&mut self, accounts: impl IntoIterator<Item = Account>) {
        let tables = accounts.into_iter().map(|account| Value::Table(account.table)).collect();
        self.config.insert("mailbox".into(), Value::Array(tables));
        self.write_config();
    }

    /// Sets a key of the service.
    pub fn service(&mut self, key: &str, value: impl Into<Value>) {
        let services = self.config.get_mut("service").and_then(Value::as_array_mut).expect("services");
        let service = services[0].as_table_mut().expect("a table of the configuration");
        service.insert(key.to_owned(), value.into());
        self.write_config();
    }

    /// Sets the tables of a name that may be repeated: `[[agent]]`.
    pub fn list(&mut self, name: &str, tables: Vec<Value>) {
        self.config.insert(name.to_owned(), Value::Array(tables));
        self.write_config();
    }

    /// Sets a key of a table such as `outgoing.smtp`.
    pub fn set(&mut self, table: &str, key: &str, value: impl Into<Value>) {
        let mut place = &mut self.config;
        for name in table.split('.') {
            let entry = place.entry(name).or_insert_with(|| Value::Table(Table::new()));
            place = entry.as_table_mut().expect("a table of the configuration");
        }
        place.insert(key.to_owned(), value.into());
        self.write_config();
    }

    /// Writes a file of the configuration folder: a secret, a template.
    pub fn write(&self, path: &str, content: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().expect("within the folder")).expect("the folder can be written");
        fs::write(path, content).expect("the folder can be written");
    }

    /// A path within the configuration folder.
    pub fn path(&self, path: &str) -> PathBuf {
        self.home.path().join(path)
    }

    /// Starts the daemon and returns when it is at work.
    pub async fn start(&self) -> Daemon {
        let mut daemon = self.launch();
        wait_until("the daemon is at work", async || {
            assert!(daemon.ended().is_none(), "the daemon ended at once:\n{}", daemon.log());
            daemon.log().contains("releve is at work").then_some(())
        })
        .await;
        daemon
    }

    /// Starts the daemon.
    pub fn launch(&self) -> Daemon {
        let log = self.path(&format!("log-{}", unique()));
        let stderr = File::create(&log).expect("the log can be written");
        let child = self.command(&["run"]).env("RELEVE_LOG", "debug").stdout(Stdio::null()).stderr(stderr).spawn();
        Daemon { child: child.expect("releve starts"), log }
    }

    /// Runs a subcommand to its end.
    pub async fn ask(&self, arguments: &[&str]) -> Answer {
        let mut command = self.command(arguments);
        let output = tokio::task::spawn_blocking(move || command.output()).await.expect("a thread").expect("it runs");
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("it speaks UTF-8");
        Answer { status: output.status, stdout: text(output.stdout), stderr: text(output.stderr) }
    }

    /// `releve cases list --json`
    pub async fn cases(&self) -> Vec<Json> {
        let answer = self.ask(&["cases", "list", "--json", "--limit", "1000"]).await;
        assert!(answer.status.success(), "{}", answer.stderr);
        answer.json_lines()
    }

    /// `releve cases show --json` of a reference.
    pub async fn case(&self, reference: &str) -> Json {
        let answer = self.ask(&["cases", "show", reference, "--json"]).await;
        assert!(answer.status.success(), "{}", answer.stderr);
        answer.json_lines().remove(0)
    }

    /// `releve doctor --json`
    pub async fn doctor(&self) -> Diagnosis {
        let answer = self.ask(&["doctor", "--json"]).await;
        Diagnosis { code: answer.status.code(), findings: answer.json_lines() }
    }

    /// Waits until so many cases are there; more is an error at once.
    pub async fn cases_opened(&self, count: i64) {
        wait_until(&format!("{count} cases are open"), async || {
            let open = self.database.count("cases", "1 = 1").await;
            assert!(open <= count, "{open} cases, {count} at most were expected");
            (open == count).then_some(())
        })
        .await;
    }

    /// Waits until so many deliveries of this mailbox have been handled or set aside, and none waits.
    pub async fn deliveries_done(&self, mailbox: &str, count: i64) {
        wait_until(&format!("{count} deliveries of {mailbox} are done with"), async || {
            let done = self.database.count("receipt", &format!("mailbox = '{mailbox}' AND state <> 'kept'")).await;
            assert!(done <= count, "{done} deliveries of {mailbox}, {count} at most were expected");
            (done == count).then_some(())
        })
        .await;
    }

    /// Waits until this mailbox has been gone over for the first time.
    pub async fn knows(&self, mailbox: &str) {
        let known = format!("id = '{mailbox}' AND last_pass_at IS NOT NULL");
        let count = async || self.database.count("mailbox", &known).await;
        wait_until(&format!("{mailbox} is known"), async || (count().await == 1).then_some(())).await;
    }

    /// Waits until this mailbox has been gone over once more without a fault.
    pub async fn gone_over(&self, mailbox: &str) {
        let last = async || {
            let rows = self.database.rows(&format!("SELECT last_pass_at FROM mailbox WHERE id = '{mailbox}'")).await;
            rows.first().and_then(|row| row.get::<Option<i64>, _>("last_pass_at"))
        };
        let before = last().await;
        wait_until(&format!("{mailbox} has been gone over"), async || last().await.filter(|now| Some(*now) > before))
            .await;
    }

    fn write_config(&self) {
        self.write("releve.toml", &toml::to_string(&self.config).expect("a configuration is TOML"));
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(RELEVE);
        command.args(arguments).arg("--config").arg(self.home.path());
        command
    }
}

/// What a subcommand said.
pub struct Answer {
    pub status: ExitStatus,
    pub stdout: String,
    pub stderr: String,
}

impl Answer {
    fn json_lines(&self) -> Vec<Json> {
        let parse = |line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
        self.stdout.lines().map(parse).collect()
    }
}

/// What the doctor found.
pub struct Diagnosis {
    pub code: Option<i32>,
    findings: Vec<Json>,
}

impl Diagnosis {
    /// Whether this is sound, and all that is said of it.
    pub fn of(&self, what: &str) -> (bool, String) {
        let found: Vec<_> = self.findings.iter().filter(|finding| finding["what"] == what).collect();
        assert!(!found.is_empty(), "nothing is said of {what}: {:?}", self.findings);
        let texts: Vec<_> = found.iter().filter_map(|finding| finding["text"].as_str()).collect();
        (found.iter().all(|finding| finding["ok"] == true), texts.join("\n"))
    }

    /// Everything that is said, for whoever looks for what must not be.
    pub fn text(&self) -> String {
        self.findings.iter().map(Json::to_string).collect::<Vec<_>>().join("\n")
    }
}

/// The running daemon; it is killed when it goes out of sight.
pub struct Daemon {
    child: Child,
    log: PathBuf,
}

impl Daemon {
    /// What it has logged so far.
    pub fn log(&self) -> String {
        fs::read_to_string(&self.log).expect("the log can be read")
    }

    /// Waits until the log holds this.
    pub async fn logs(&self, text: &str) {
        wait_until(&format!("the log says « {text} »"), async || self.log().contains(text).then_some(())).await;
    }

    /// Sends a signal: `HUP`, `TERM`.
    pub fn signal(&self, signal: &str) {
        let sent = Command::new("kill").arg(format!("-{signal}")).arg(self.child.id().to_string()).status();
        assert!(sent.is_ok_and(|status| status.success()), "the daemon is gone:\n{}", self.log());
    }

    /// How it ended, if it has.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().expect("our own child")
    }

    /// Waits for its end.
    pub async fn end(&mut self) -> ExitStatus {
        wait_until("the daemon has ended", async || self.ended()).await
    }

    /// Asks it to end, and sees to it that it did so in good order.
    pub async fn stop(mut self) -> String {
        self.signal("TERM");
        let status = self.end().await;
        assert!(status.success(), "{status}:\n{}", self.log());
        self.log()
    }

    /// SIGKILL: it has no say in it.
    pub fn kill(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        self.child.wait().expect("our own child");
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        self.kill();
        if std::thread::panicking() {
            // The test's output is shown when it fails.
            println!("--- the log of releve:\n{}", fs::read_to_string(&self.log).unwrap_or_default());
        }
    }
}

/// A database that nobody used before, of the kind that `RELEVE_TEST_DATABASE` says.
pub struct Database {
    url: String,
    dropped_by_us: bool,
}

/// Whether the tests run on PostgreSQL now.
pub fn on_postgres() -> bool {
    match setting("RELEVE_TEST_DATABASE").as_str() {
        "postgres" => true,
        "sqlite" => false,
        other => panic!("RELEVE_TEST_DATABASE is neither sqlite nor postgres: {other}"),
    }
}

impl Database {
    async fn create(home: &Path) -> Self {
        sqlx::any::install_default_drivers();
        if !on_postgres() {
            return Self { url: format!("sqlite:{}", home.join("releve.db").display()), dropped_by_us: false };
        }
        let name = format!("releve_it_{}", unique().replace('-', "_"));
        administer(&format!("CREATE DATABASE {name}")).await;
        let server = setting("RELEVE_TEST_POSTGRES");
        let (server, _) = server.rsplit_once('/').expect("a URL ends in a database");
        Self { url: format!("{server}/{name}"), dropped_by_us: true }
    }

    /// The rows of a statement.
    pub async fn rows(&self, statement: &str) -> Vec<AnyRow> {
        let mut connection = AnyConnection::connect(&self.url).await.expect("the database answers");
        let rows = sqlx::query(AssertSqlSafe(statement)).fetch_all(&mut connection).await;
        let rows = rows.unwrap_or_else(|error| panic!("{statement}: {error}"));
        connection.close().await.expect("the database answers");
        rows
    }

    /// Runs a statement that changes something: what only time, or another program, would do.
    pub async fn change(&self, statement: &str) {
        let mut connection = AnyConnection::connect(&self.url).await.expect("the database answers");
        let done = sqlx::query(AssertSqlSafe(statement)).execute(&mut connection).await;
        done.unwrap_or_else(|error| panic!("{statement}: {error}"));
        connection.close().await.expect("the database answers");
    }

    /// How many rows of a table there are under a condition.
    pub async fn count(&self, table: &str, condition: &str) -> i64 {
        self.eye().await.count(table, condition).await
    }

    /// A look at the database that can be repeated at once.
    pub async fn eye(&self) -> Eye {
        Eye(AnyConnection::connect(&self.url).await.expect("the database answers"))
    }
}

/// Who looks at a database again and again.
pub struct Eye(AnyConnection);

impl Eye {
    /// How many rows of a table there are under a condition.
    pub async fn count(&mut self, table: &str, condition: &str) -> i64 {
        let statement = format!("SELECT COUNT(*) AS rows_found FROM {table} WHERE {condition}");
        let row = sqlx::query(AssertSqlSafe(statement.as_str())).fetch_one(&mut self.0).await;
        row.unwrap_or_else(|error| panic!("{statement}: {error}")).get("rows_found")
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if !self.dropped_by_us {
            return;
        }
        let (_, name) = self.url.rsplit_once('/').expect("a URL ends in a database");
        let statement = format!("DROP DATABASE {name} WITH (FORCE)");
        // A runtime within a runtime is not allowed, on a thread of its own it is.
        let dropping = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.expect("a runtime").block_on(administer(&statement));
        });
        // PostgreSQL goes with all its databases at the end of the run anyway.
        let _ = dropping.join();
    }
}

async fn administer(statement: &str) {
    let mut connection = AnyConnection::connect(&setting("RELEVE_TEST_POSTGRES")).await.expect("PostgreSQL answers");
    sqlx::query(AssertSqlSafe(statement)).execute(&mut connection).await.expect("PostgreSQL obeys its superuser");
}
