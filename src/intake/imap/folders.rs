//! Folders: choosing one, and putting messages into another.

use std::collections::HashSet;

use async_imap::imap_proto::{MailboxDatum, NameAttribute, Response, ResponseCode};

use super::{ImapError, ImapSession, KEPT, folder_name, uid_set::uid_sets};

/// A folder, just selected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folder {
    /// Its name, as people write it.
    pub name: String,
    /// As long as it is the same, so are the UIDs; 0 when the server sends none.
    pub uid_validity: u32,
    /// No message has this UID or a greater one, if the server tells the truth.
    pub uid_next: Option<u32>,
    /// How many messages there are.
    pub exists: u32,
    /// Whether [`ImapSession::flag`] can be expected to last.
    pub keywords_allowed: bool,
}

/// What became of messages that were to be moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moved {
    /// They are in the other folder and no longer here.
    Gone,
    /// They are in the other folder, and still here, marked `\Deleted`: the server can neither move (RFC 6851) nor
    /// expunge by UID (RFC 4315), and a bare `EXPUNGE` would take messages that others marked.
    LeftMarked,
}

/// What the session has learnt of the account's folders.
#[derive(Debug, Default)]
pub(super) struct Names {
    /// The separator between levels, once asked for; `None` within: folders have no levels.
    delimiter: Option<Option<String>>,
    /// Folders, as they travel, that are known to be there.
    there: HashSet<String>,
}

impl ImapSession {
    /// Selects `folder`, written as people write it: `Boîte/À traiter` (RFC 3501 §6.3.1).
    pub async fn select(&mut self, folder: &str) -> Result<Folder, ImapError> {
        let wire = self.wire_name(folder).await?;
        let mut selected =
            Folder { name: folder.to_owned(), uid_validity: 0, uid_next: None, exists: 0, keywords_allowed: true };
        let mut read_only = false;
        self.exchange.exists = 0;
        let note = |answer: &Response<'_>| match answer {
            Response::Data { outcome, .. } | Response::Done { outcome, .. } => match &outcome.code {
                Some(ResponseCode::UidValidity(validity)) => selected.uid_validity = *validity,
                Some(ResponseCode::UidNext(next)) => selected.uid_next = Some(*next),
                Some(ResponseCode::PermanentFlags(flags)) => {
                    selected.keywords_allowed =
                        flags.iter().any(|flag| flag == "\\*" || flag.eq_ignore_ascii_case(KEPT));
                }
                Some(ResponseCode::ReadOnly) => read_only = true,
                _ => (),
            },
            _ => (),
        };
        let outcome = self.exchange.run("ouverture du dossier", &format!("SELECT {}", quoted(&wire)), note).await;
        selected.exists = self.exchange.exists;
        selected.keywords_allowed &= !read_only;
        match outcome {
            Ok(()) => Ok(selected),
            Err(refused @ ImapError::ServerRefused { .. }) => {
                let known = self.folders().await?;
                if known.iter().any(|name| same_folder(name, folder)) {
                    return Err(refused);
                }
                Err(ImapError::FolderMissing { folder: folder.to_owned(), known })
            }
            Err(other) => Err(other),
        }
    }

    /// The folders that can be selected, as people write them, in order (RFC 3501 §6.3.8).
    pub async fn folders(&mut self) -> Result<Vec<String>, ImapError> {
        let mut names = Vec::new();
        let note = |answer: &Response<'_>| {
            let Response::MailboxData(MailboxDatum::List(folder)) = answer else { return };
            if folder.name_attributes.iter().any(|one| matches!(one, NameAttribute::NoSelect)) {
                return;
            }
            let name = folder_name::decode(&folder.name);
            names.push(match folder.delimiter.as_deref() {
                Some(delimiter) if delimiter != "/" => name.replace(delimiter, "/"),
                _ => name,
            });
        };
        self.exchange.run("liste des dossiers", "LIST \"\" \"*\"", note).await?;
        names.sort();
        Ok(names)
    }

    /// Moves messages to `folder`, which is created when it is missing (RFC 6851, or RFC 3501 §6.4.7 and RFC 4315 §2.1).
    pub async fn move_to(&mut self, uids: &[u32], folder: &str) -> Result<Moved, ImapError> {
        const DURING: &str = "déplacement";
        let wire = quoted(&self.existing(folder).await?);
        for set in uid_sets(uids) {
            if self.can.relocate {
                self.exchange.run(DURING, &format!("UID MOVE {set} {wire}"), |_| ()).await?;
            } else {
                self.exchange.run(DURING, &format!("UID COPY {set} {wire}"), |_| ()).await?;
                self.exchange.run(DURING, &format!("UID STORE {set} +FLAGS.SILENT (\\Deleted)"), |_| ()).await?;
                if self.can.uid_plus {
                    self.exchange.run(DURING, &format!("UID EXPUNGE {set}"), |_| ()).await?;
                }
            }
        }
        Ok(if self.can.relocate || self.can.uid_plus { Moved::Gone } else { Moved::LeftMarked })
    }

    /// Adds a message to `folder`, which is created when it is missing (RFC 3501 §6.3.11). `flags`: `\Seen`, `\Draft`.
    ///
    /// When the answer is lost the message may be there all the same: look for its Message-ID before trying again.
    pub async fn append(&mut self, folder: &str, bytes: &[u8], flags: &[&str]) -> Result<(), ImapError> {
        let wire = quoted(&self.existing(folder).await?);
        let command = format!("APPEND {wire} ({}) {{{}}}", flags.join(" "), bytes.len());
        self.exchange.upload("dépôt d'un message", &command, bytes).await
    }

    /// Deletes messages of the selected folder (RFC 4315 §2.1); a server without UIDPLUS keeps them, marked `\Deleted`, for a
    /// bare `EXPUNGE` would take messages that others marked.
    pub async fn delete(&mut self, uids: &[u32]) -> Result<(), ImapError> {
        self.store(uids, "\\Deleted").await?;
        if self.can.uid_plus {
            for set in uid_sets(uids) {
                self.exchange.run("suppression", &format!("UID EXPUNGE {set}"), |_| ()).await?;
            }
        }
        Ok(())
    }

    /// The wire name of a folder that is there, if need be as of now.
    async fn existing(&mut self, folder: &str) -> Result<String, ImapError> {
        let wire = self.wire_name(folder).await?;
        if !self.names.there.contains(&wire) {
            if !self.folders().await?.iter().any(|name| same_folder(name, folder)) {
                self.exchange.run("création du dossier", &format!("CREATE {}", quoted(&wire)), |_| ()).await?;
                // Some mail clients show subscribed folders only; a refusal harms nobody.
                match self.exchange.run("abonnement", &format!("SUBSCRIBE {}", quoted(&wire)), |_| ()).await {
                    Ok(()) | Err(ImapError::ServerRefused { .. }) => (),
                    Err(other) => return Err(other),
                }
            }
            self.names.there.insert(wire.clone());
        }
        Ok(wire)
    }

    /// `folder` as it travels: with the server's own separator, in modified UTF-7.
    async fn wire_name(&mut self, folder: &str) -> Result<String, ImapError> {
        if !folder.contains('/') {
            return Ok(folder_name::encode(folder));
        }
        if self.names.delimiter.is_none() {
            let mut delimiter = None;
            let note = |answer: &Response<'_>| {
                if let Response::MailboxData(MailboxDatum::List(root)) = answer {
                    delimiter = root.delimiter.as_deref().map(str::to_owned);
                }
            };
            self.exchange.run("séparateur des dossiers", "LIST \"\" \"\"", note).await?;
            self.names.delimiter = Some(delimiter);
        }
        let delimiter = self.names.delimiter.as_ref().and_then(Option::as_deref).unwrap_or("/");
        Ok(folder_name::encode(&folder.replace('/', delimiter)))
    }
}

/// Whether a listed name is the folder asked for; the name INBOX is the same in any case (RFC 3501 §5.1).
fn same_folder(listed: &str, asked: &str) -> bool {
    listed == asked || (asked.eq_ignore_ascii_case("INBOX") && listed.eq_ignore_ascii_case("INBOX"))
}

/// A quoted string (RFC 3501 §4.3); an encoded name holds nothing that cannot be quoted.
fn quoted(wire: &str) -> String {
    format!("\"{}\"", wire.replace('\\', "\\\\").replace('"', "\\\""))
}
