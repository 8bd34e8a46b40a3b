//! What can go wrong with an IMAP server, by what the caller does next.
//!
//! The sentences are for the log and for `releve doctor`: what was being done, what came of it, what to do. They hold no
//! credentials and nothing of any message.

use std::io;

use crate::{config::SecretError, net::NetError};

/// A failure of the session. Whatever it is, drop the session.
#[derive(Debug, thiserror::Error)]
pub enum ImapError {
    /// No connection, or it was refused: back off, then try again.
    #[error("le serveur {server} est injoignable : {why}")]
    Unreachable {
        /// `host:port`
        server: String,
        /// What to look at.
        why: String,
    },
    /// The encryption cannot be trusted: a person must look at it.
    #[error("la liaison chiffrée avec {server} n'est pas sûre : {why}")]
    TlsNotTrusted {
        /// `host:port`
        server: String,
        /// What to do about it.
        why: String,
    },
    /// The configuration asks for what cannot be: a person must look at it.
    #[error("{0}")]
    Settings(String),
    /// The account is refused: a person must look at it, and trying often may lock it.
    #[error("le serveur refuse l'identifiant ou le mot de passe : vérifiez `user`, `auth` et le secret ({0})")]
    LoginRefused(String),
    /// The folder is not there.
    #[error("le dossier « {folder} » n'existe pas ; dossiers du compte : {}", .known.join(", "))]
    FolderMissing {
        /// The folder asked for, as people write it.
        folder: String,
        /// The folders that exist, as people write them.
        known: Vec<String>,
    },
    /// No answer in time: back off, then try again.
    #[error("le serveur n'a plus répondu ({0})")]
    TimedOut(&'static str),
    /// The line was cut: try again.
    #[error("la connexion a été coupée ({0})")]
    ConnectionLost(&'static str),
    /// The server said something that is not IMAP. After a fetch of several messages: fetch them one by one, and set
    /// aside the one on which it happens again.
    #[error("la réponse du serveur est incompréhensible ({0})")]
    Garbled(&'static str),
    /// The server said no.
    #[error("le serveur a refusé ({during}) : {text}")]
    ServerRefused {
        /// What was being done.
        during: &'static str,
        /// Its words, cut short.
        text: String,
    },
}

impl ImapError {
    /// An error of the stream, while `during`.
    pub(super) fn stream(cause: &io::Error, during: &'static str) -> Self {
        match cause.kind() {
            io::ErrorKind::TimedOut => Self::TimedOut(during),
            // What the parser does not understand and what outgrows its buffer; the text would hold the message.
            io::ErrorKind::Other => Self::Garbled(during),
            _ => Self::ConnectionLost(during),
        }
    }
}

impl From<NetError> for ImapError {
    fn from(error: NetError) -> Self {
        match error {
            NetError::Unreachable { server, why } => Self::Unreachable { server, why },
            NetError::TlsNotTrusted { server, why } => Self::TlsNotTrusted { server, why },
            NetError::Settings(text) => Self::Settings(text),
        }
    }
}

impl From<SecretError> for ImapError {
    fn from(error: SecretError) -> Self {
        Self::Settings(error.to_string())
    }
}
