//! The session itself: what the server can do, flags, the end.

use async_imap::imap_proto::{Capability, Response};

use super::{ImapError, KEPT, exchange::Exchange, folders::Names, uid_set::uid_sets};

/// One authenticated connection. After any error, drop it.
#[derive(Debug)]
pub struct ImapSession {
    pub(super) exchange: Exchange,
    pub(super) can: Can,
    pub(super) names: Names,
}

/// The extensions that make a difference to us.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Can {
    /// RFC 2177.
    pub(super) idle: bool,
    /// RFC 6851.
    pub(super) relocate: bool,
    /// RFC 4315.
    pub(super) uid_plus: bool,
}

impl ImapSession {
    /// Takes over an authenticated connection.
    pub(super) async fn begin(mut exchange: Exchange) -> Result<Self, ImapError> {
        let mut can = Can::default();
        let learn = |answer: &Response<'_>| {
            let Response::Capabilities(capabilities) = answer else { return };
            let has = |name: &str| {
                capabilities.iter().any(|one| matches!(one, Capability::Atom(atom) if atom.eq_ignore_ascii_case(name)))
            };
            // IMAP4rev2 (RFC 9051 appendix E) has all three within.
            let all = has("IMAP4rev2");
            can = Can { idle: all || has("IDLE"), relocate: all || has("MOVE"), uid_plus: all || has("UIDPLUS") };
        };
        exchange.run("capacités du serveur", "CAPABILITY", learn).await?;
        Ok(Self { exchange, can, names: Names::default() })
    }

    /// Sets the keyword [`KEPT`] on these messages (RFC 3501 §6.4.8); see [`Folder::keywords_allowed`].
    ///
    /// [`Folder::keywords_allowed`]: super::Folder::keywords_allowed
    pub async fn flag(&mut self, uids: &[u32]) -> Result<(), ImapError> {
        self.store(uids, KEPT).await
    }

    pub(super) async fn store(&mut self, uids: &[u32], flag: &str) -> Result<(), ImapError> {
        for set in uid_sets(uids) {
            self.exchange.run("marquage", &format!("UID STORE {set} +FLAGS.SILENT ({flag})"), |_| ()).await?;
        }
        Ok(())
    }

    /// Asks whether the server is still there (RFC 3501 §6.1.2).
    pub async fn noop(&mut self) -> Result<(), ImapError> {
        self.exchange.run("vérification", "NOOP", |_| ()).await
    }

    /// Says goodbye (RFC 3501 §6.1.3). Whatever comes of it, the connection is closed.
    pub async fn logout(mut self) {
        self.exchange.timeouts.command = self.exchange.timeouts.farewell;
        // The server may close first: there is nothing left to lose.
        let _ = self.exchange.run("fin de session", "LOGOUT", |_| ()).await;
    }
}
