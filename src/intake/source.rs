//! A mailbox as the intake sees it, IMAP or Maildir: a list of keys that never name two messages, octets for each, and
//! a place where the server is told what has been kept.

use std::{collections::HashMap, path::PathBuf, time::Duration};

use jiff::Timestamp;
use tokio_util::sync::CancellationToken;

use super::{
    IntakeError,
    imap::{self, Folder, ImapSession, Timeouts},
    maildir,
};
use crate::config::{self, Afterwards, Mailbox};

/// An open mailbox. After any error it is to be dropped.
pub enum Source {
    /// An IMAP folder, selected.
    Imap(Box<ImapSession>, Folder),
    /// A Maildir.
    Maildir(PathBuf),
}

/// What a mailbox holds.
#[derive(Debug, Default)]
pub struct Listing {
    /// The key of every message, in the order in which they came.
    pub keys: Vec<String>,
    /// IMAP: UIDVALIDITY.
    pub uid_validity: u32,
    /// IMAP: the highest UID.
    pub last_uid: u32,
}

/// One message that is there.
#[derive(Debug, Clone)]
pub struct Listed {
    /// Its key.
    pub key: String,
    /// Its size in octets, as announced.
    pub octets: u64,
    /// When the server received it; `None` when it does not say.
    pub received: Option<Timestamp>,
}

impl Source {
    /// Opens a mailbox.
    pub async fn open(mailbox: &Mailbox) -> Result<Self, IntakeError> {
        match &mailbox.source {
            config::Source::Imap(account) => {
                let mut session = imap::open(account, &Timeouts::default()).await?;
                let folder = session.select(&account.folder).await?;
                Ok(Self::Imap(Box::new(session), folder))
            }
            config::Source::Maildir(path) => {
                maildir::list(path)?;
                Ok(Self::Maildir(path.clone()))
            }
        }
    }

    /// Lists what there is.
    pub async fn list(&mut self) -> Result<Listing, IntakeError> {
        match self {
            Self::Imap(session, folder) => {
                let uids = session.uids().await?;
                Ok(Listing {
                    keys: uids.iter().map(|uid| format!("{}/{uid}", folder.uid_validity)).collect(),
                    uid_validity: folder.uid_validity,
                    last_uid: uids.last().copied().unwrap_or_default(),
                })
            }
            Self::Maildir(path) => {
                let mut entries = maildir::list(path)?;
                entries.sort_by(|a, b| (a.received, &a.key).cmp(&(b.received, &b.key)));
                let keys = entries.into_iter().map(|entry| entry.key).collect();
                Ok(Listing { keys, uid_validity: 0, last_uid: 0 })
            }
        }
    }

    /// Size and reception of these messages; those that are gone are left out.
    pub async fn describe(&mut self, keys: &[String]) -> Result<Vec<Listed>, IntakeError> {
        match self {
            Self::Imap(session, folder) => {
                let listed = session.sizes(&uids(keys)).await?;
                Ok(listed
                    .into_iter()
                    .map(|one| Listed {
                        key: format!("{}/{}", folder.uid_validity, one.uid),
                        octets: one.size,
                        received: one.received,
                    })
                    .collect())
            }
            Self::Maildir(path) => {
                let mut there = entries(path)?;
                Ok(keys
                    .iter()
                    .filter_map(|key| there.remove(key))
                    .map(|entry| Listed { key: entry.key, octets: entry.size, received: Some(entry.received) })
                    .collect())
            }
        }
    }

    /// Fetches these messages. Each is handed over as soon as it is whole; what came before an error is good.
    pub async fn fetch(
        &mut self,
        keys: &[String],
        mut on_message: impl FnMut(String, Vec<u8>),
    ) -> Result<(), IntakeError> {
        match self {
            Self::Imap(session, folder) => {
                let validity = folder.uid_validity;
                session
                    .fetch(&uids(keys), |fetched| on_message(format!("{validity}/{}", fetched.uid), fetched.bytes))
                    .await?;
            }
            Self::Maildir(path) => {
                let there = entries(path)?;
                for entry in keys.iter().filter_map(|key| there.get(key)) {
                    if let Some(bytes) = maildir::read(path, entry, u64::MAX)? {
                        on_message(entry.key.clone(), bytes);
                    }
                }
            }
        }
        Ok(())
    }

    /// The head of a message that is too large to fetch; `None` when it is gone. `limit`: octets read at most.
    pub async fn head(&mut self, key: &String, limit: u64) -> Result<Option<Vec<u8>>, IntakeError> {
        match self {
            Self::Imap(session, _) => match uids(std::slice::from_ref(key)).first() {
                Some(uid) => Ok(session.headers(*uid).await?.map(|fetched| fetched.bytes)),
                None => Ok(None),
            },
            Self::Maildir(path) => {
                let Some(entry) = entries(path)?.remove(key) else { return Ok(None) };
                Ok(maildir::read(path, &entry, limit)?.map(|mut bytes| {
                    let end = end_of_head(&bytes);
                    bytes.truncate(end);
                    bytes
                }))
            }
        }
    }

    /// Tells the server that these messages are kept. Those that are gone are passed over.
    pub async fn tell(&mut self, keys: &[String], afterwards: &Afterwards) -> Result<(), IntakeError> {
        match (self, afterwards) {
            (_, Afterwards::Nothing) => {}
            (Self::Imap(session, folder), afterwards) => {
                let prefix = format!("{}/", folder.uid_validity);
                let here = keys.iter().filter(|key| key.starts_with(&prefix)).cloned().collect::<Vec<_>>();
                match afterwards {
                    Afterwards::Move(target) => {
                        session.move_to(&uids(&here), target).await?;
                    }
                    _ => session.flag(&uids(&here)).await?,
                }
            }
            (Self::Maildir(path), Afterwards::Move(target)) => {
                let there = entries(path)?;
                for entry in keys.iter().filter_map(|key| there.get(key)) {
                    maildir::move_to(path, entry, target)?;
                }
            }
            // A Maildir has no keywords; the configuration refuses this.
            (Self::Maildir(_), Afterwards::Flag) => {}
        }
        Ok(())
    }

    /// Waits until there may be something new, at most `longest`, or until `stop`.
    pub async fn wait(&mut self, longest: Duration, stop: &CancellationToken) -> Result<(), IntakeError> {
        match self {
            Self::Imap(session, _) => {
                session.idle(longest, stop).await?;
            }
            Self::Maildir(_) => {
                tokio::select! {
                    () = stop.cancelled() => {}
                    () = tokio::time::sleep(longest) => {}
                }
            }
        }
        Ok(())
    }

    /// Takes leave.
    pub async fn close(self) {
        if let Self::Imap(session, _) = self {
            session.logout().await;
        }
    }
}

fn entries(path: &std::path::Path) -> Result<HashMap<String, maildir::Entry>, IntakeError> {
    Ok(maildir::list(path)?.into_iter().map(|entry| (entry.key.clone(), entry)).collect())
}

/// The UIDs behind keys of this session.
fn uids(keys: &[String]) -> Vec<u32> {
    keys.iter().filter_map(|key| key.rsplit_once('/')?.1.parse().ok()).collect()
}

/// Where the head of a message ends: after the first empty line.
fn end_of_head(bytes: &[u8]) -> usize {
    let crlf = bytes.windows(4).position(|four| four == b"\r\n\r\n").map(|at| at + 4);
    let lf = bytes.windows(2).position(|two| two == b"\n\n").map(|at| at + 2);
    [crlf, lf].into_iter().flatten().min().unwrap_or(bytes.len())
}
