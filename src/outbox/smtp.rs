//! Messages handed to an SMTP relay (RFC 5321), stage by stage: what an error means depends on where it happens.
//!
//! Before the last octet of the message has left, an error leaves nothing behind: try again. After it, a lost answer
//! leaves us in doubt. A refusal in the opening stages speaks of the relay or of our account, never of the message.
//!
//! One connection is kept while there is something to send. `lettre`'s own transport is not used: its only time limit is
//! on the connection, and it does not tell the stages apart.

mod failure;
mod letter;
mod relay;

#[cfg(test)]
mod tests;

use std::{fmt, time::Duration};

use tokio::time::Instant;

use self::{failure::Failure, letter::Letter, relay::Relay};
use crate::config;
use crate::desk::Outcome;

/// How long to wait at each stage (RFC 5321 §4.5.3.2).
#[derive(Debug, Clone)]
pub struct Patience {
    /// For the connection, and again for TLS, for the greeting, for the login.
    pub connect: Duration,
    /// For one command.
    pub command: Duration,
    /// For the message and its answer: a relay that looks for viruses takes its time.
    pub message: Duration,
    /// A connection that lay idle for longer is not used again.
    pub idle: Duration,
    /// For the relay to say goodbye.
    pub farewell: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(30),
            command: Duration::from_secs(2 * 60),
            message: Duration::from_secs(10 * 60),
            idle: Duration::from_secs(30),
            farewell: Duration::from_secs(5),
        }
    }
}

/// An SMTP relay.
pub struct Smtp {
    config: config::Smtp,
    patience: Patience,
    kept: Option<(Relay, Instant)>,
}

impl fmt::Debug for Smtp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Smtp").field("server", &self.config.server).field("connected", &self.kept.is_some()).finish()
    }
}

impl Smtp {
    /// The relay of the configuration; it is called when there is something to send.
    pub fn new(config: config::Smtp) -> Self {
        Self::with_patience(config, Patience::default())
    }

    /// As [`new`](Self::new), with other time limits.
    pub fn with_patience(config: config::Smtp, patience: Patience) -> Self {
        Self { config, patience, kept: None }
    }

    /// Sends one message; see [`Transport::send`](super::Transport::send).
    pub async fn send(&mut self, envelope_from: Option<&str>, recipient: &str, bytes: &[u8]) -> Outcome {
        let letter = match Letter::new(envelope_from, recipient, bytes) {
            Ok(letter) => letter,
            Err(why) => return Outcome::Refused { why },
        };
        let mut relay = match self.relay().await {
            Ok(relay) => relay,
            Err(failure) => return Outcome::Retry { why: failure.to_string() },
        };
        let outcome = relay.mail(&letter, &self.patience).await;
        if outcome.as_ref().map_or_else(Failure::leaves_the_line_open, |_| true) {
            self.kept = Some((relay, Instant::now()));
        }
        match outcome {
            Ok(answer) => Outcome::Sent { answer },
            Err(failure) => failure.outcome(),
        }
    }

    /// Says goodbye, if there is a connection.
    pub async fn close(&mut self) {
        if let Some((relay, _)) = self.kept.take() {
            relay.quit(&self.patience).await;
        }
    }

    /// Connects, encrypts, logs in and leaves, without sending anything.
    pub async fn check(&self) -> Result<String, String> {
        let mut relay = Relay::open(&self.config, &self.patience).await.map_err(|failure| failure.to_string())?;
        relay.noop(&self.patience).await.map_err(|failure| failure.to_string())?;
        let found = relay.describe(&self.config);
        relay.quit(&self.patience).await;
        Ok(found)
    }

    /// The connection of the last message if it still answers (RFC 5321 §4.1.1.5), else a new one.
    async fn relay(&mut self) -> Result<Relay, Failure> {
        if let Some((mut relay, since)) = self.kept.take()
            && since.elapsed() < self.patience.idle
            && relay.reset(&self.patience).await.is_ok()
        {
            return Ok(relay);
        }
        Relay::open(&self.config, &self.patience).await
    }
}
