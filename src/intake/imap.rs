//! A typed session with an IMAP server (RFC 3501, RFC 9051), over `async-imap`.
//!
//! It knows folders, UIDs and octets; nothing of cases, nothing of the database. It keeps no position, never retries and
//! never reconnects: after any error the session is to be dropped.
//!
//! `async-imap` gives the parsing, the tags and the login. Its commands are not used: they mistake a line that was cut,
//! and a `NO`, for the end of an answer, and wait without limit. Here every answer is read to its tagged end.

mod connect;
mod error;
mod exchange;
mod fetch;
mod folder_name;
mod folders;
mod idle;
mod session;
mod uid_set;

#[cfg(test)]
mod tests;

use std::time::Duration;

pub(super) use self::folder_name::encode as wire_name;

pub use self::{
    connect::open,
    error::ImapError,
    fetch::{Fetched, Listed},
    folders::{Folder, Moved},
    idle::IdleOutcome,
    session::ImapSession,
};

/// The keyword that marks what has been kept ([`crate::config::Afterwards::Flag`]).
pub const KEPT: &str = "$Releve";

/// How long to wait. The defaults suit every server met so far.
#[derive(Debug, Clone)]
pub struct Timeouts {
    /// For the connection, and again for TLS, for the greeting and for the login.
    pub connect: Duration,
    /// Without a single octet, in the middle of a command.
    pub silence: Duration,
    /// For a command and its whole answer.
    pub command: Duration,
    /// For a command that brings or takes messages; what came before it ran out is not lost.
    pub transfer: Duration,
    /// For the server to let go of IDLE, and to say goodbye.
    pub farewell: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(30),
            silence: Duration::from_secs(60),
            command: Duration::from_secs(5 * 60),
            transfer: Duration::from_secs(30 * 60),
            farewell: Duration::from_secs(15),
        }
    }
}
