//! The servers that `tests/run` started for this run.

use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

/// How to reach the servers, from the environment that `tests/run` hands down.
pub struct Servers {
    pub dovecot: Dovecot,
    pub smtp: u16,
    pub submission: u16,
    pub ca: PathBuf,
    pub wrong_ca: PathBuf,
}

impl Servers {
    /// The servers of this run.
    ///
    /// # Panics
    /// When there are none: a test that needs them does not pass without them.
    pub fn of_this_run() -> Self {
        Self {
            dovecot: Dovecot {
                dir: folder().join("dovecot"),
                imap: port("RELEVE_TEST_IMAP_PORT"),
                imaps: port("RELEVE_TEST_IMAPS_PORT"),
                lmtp: port("RELEVE_TEST_LMTP_PORT"),
            },
            smtp: port("RELEVE_TEST_SMTP_PORT"),
            submission: port("RELEVE_TEST_SUBMISSION_PORT"),
            ca: setting("RELEVE_TEST_CA").into(),
            wrong_ca: setting("RELEVE_TEST_WRONG_CA").into(),
        }
    }
}

/// The password of every mailbox.
pub const PASSWORD: &str = "sesame-4711";

/// A mailbox nobody else uses, in this run or another: `address("jeanne", "usagers")` is something like
/// `jeanne-4242-7@usagers.example.fr`. The other domains are `prefecture` and `autre-prefecture`.
pub fn address(name: &str, domain: &str) -> String {
    format!("{name}-{}@{domain}.example.fr", unique())
}

/// A Dovecot with its ports.
pub struct Dovecot {
    dir: PathBuf,
    pub imap: u16,
    pub imaps: u16,
    pub lmtp: u16,
}

impl Dovecot {
    /// Gives the INBOX of `user` a new UIDVALIDITY and numbers its messages anew.
    pub fn reset_uids(&self, user: &str) {
        control("reset-uids", &self.dir, &[user]);
    }
}

/// A Dovecot for one test alone, which may stop it: the others go on with theirs. Mail comes in by LMTP.
pub struct OwnDovecot(Dovecot);

impl OwnDovecot {
    pub fn start() -> Self {
        let dir = folder().join(format!("dovecot-{}", unique()));
        control("start", &dir, &[]);
        let ports = std::fs::read_to_string(dir.join("ports")).expect("a Dovecot that started wrote down its ports");
        let port = |name: &str| {
            let line = ports.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix('='));
            line.and_then(|port| port.parse().ok()).unwrap_or_else(|| panic!("no port for {name} in {ports:?}"))
        };
        Self(Dovecot { imap: port("imap"), imaps: port("imaps"), lmtp: port("lmtp"), dir })
    }

    /// Cuts all connections and refuses new ones until [`start_again`](Self::start_again).
    pub fn stop(&self) {
        control("stop", &self.dir, &[]);
    }

    /// The same mail on the same ports.
    pub fn start_again(&self) {
        control("start", &self.dir, &[]);
    }
}

impl Deref for OwnDovecot {
    type Target = Dovecot;

    fn deref(&self) -> &Dovecot {
        &self.0
    }
}

impl Drop for OwnDovecot {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Runs the control script: see `tests/servers/dovecot.sh`.
fn control(action: &str, dir: &Path, rest: &[&str]) {
    let status = Command::new(setting("RELEVE_TEST_DOVECOT")).arg(action).arg(dir).args(rest).status();
    assert!(status.is_ok_and(|status| status.success()), "dovecot.sh {action} failed");
}

/// A name nobody else has, in this run or another.
pub fn unique() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(1);
    format!("{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed))
}

fn folder() -> PathBuf {
    setting("RELEVE_TEST_DIR").into()
}

fn port(name: &str) -> u16 {
    setting(name).parse().unwrap_or_else(|error| panic!("{name} is no port: {error}"))
}

/// A setting that `tests/run` hands down.
pub fn setting(name: &str) -> String {
    std::env::var(name)
        .unwrap_or_else(|_| panic!("{name} is not set: these tests need real servers, start me by tests/run"))
}
