//! The way out, whichever it is, and what became of a message on it.
//!
//! It sends what it is given, once, and says what happened. When to try again, and when to give up, is decided by whoever
//! holds the queue.

use super::{Folder, Smtp};
use crate::{config, desk::Outcome};

/// A way out, with the connection it may hold.
#[derive(Debug)]
pub enum Transport {
    /// A relay.
    Smtp(Box<Smtp>),
    /// A folder of `.eml` files.
    Folder(Folder),
}

impl Transport {
    /// The way that the configuration says. Nothing is opened before the first message.
    pub fn new(config: &config::Transport) -> Self {
        match config {
            config::Transport::Smtp(relay) => Self::Smtp(Box::new(Smtp::new(relay.clone()))),
            config::Transport::Folder(path) => Self::Folder(Folder::new(path.clone())),
        }
    }

    /// Sends `bytes` (CRLF line ends) to `recipient`; `envelope_from: None` is the null sender (RFC 5321 §4.5.5).
    pub async fn send(
        &mut self,
        envelope_from: Option<&str>,
        recipient: &str,
        bytes: &[u8],
        message_id: &str,
    ) -> Outcome {
        match self {
            Self::Smtp(relay) => relay.send(envelope_from, recipient, bytes).await,
            Self::Folder(folder) => folder.send(bytes, message_id).await,
        }
    }

    /// Lets go of the connection, if there is one: to be called when nothing is left to send.
    pub async fn close(&mut self) {
        if let Self::Smtp(relay) = self {
            relay.close().await;
        }
    }

    /// Tries the way without sending anything, and says in French what is there, or what is wrong and what to do.
    pub async fn check(&self) -> Result<String, String> {
        match self {
            Self::Smtp(relay) => relay.check().await,
            Self::Folder(folder) => folder.check().await,
        }
    }
}
