//! A mailbox as the intake sees it, IMAP or Maildir: a list of keys that never name two messages, octets for each, and
//! a place where the server is told what has been kept.

use std::{collections::HashMap, path::PathBuf, time::Duration};

use jiff::Timestamp;
use tokio_util::sync::CancellationToken;

use super::{
    IntakeError,
    imap::{self, Folder, IdleOutcome, ImapSession, Timeouts},
    maildir::{self, Entry, MaildirError},
};
use crate::config::{self, Afterwards, Mailbox};

/// An open mailbox. After any error it is to be dropped.
pub enum Source {
    /// An IMAP folder, selected.
    Imap(Box<ImapSession>, Folder),
    /// A Maildir, and the files that it held when it was last listed.
    Maildir(PathBuf, HashMap<String, Entry>),
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
                Ok(Self::Maildir(path.clone(), HashMap::new()))
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
            Self::Maildir(path, entries) => {
                let listed = maildir::list(path)?;
                let keys = listed.iter().map(|entry| entry.key.clone()).collect();
                *entries = listed.into_iter().map(|entry| (entry.key.clone(), entry)).collect();
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
            Self::Maildir(_, entries) => Ok(keys
                .iter()
                .filter_map(|key| entries.get(key))
                .map(|entry| Listed { key: entry.key.clone(), octets: entry.size, received: Some(entry.received) })
                .collect()),
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
            Self::Maildir(_, entries) => {
                for entry in keys.iter().filter_map(|key| entries.get(key)) {
                    if let Some(bytes) = unless_gone(maildir::read(entry, u64::MAX))? {
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
            Self::Maildir(_, entries) => match entries.get(key) {
                Some(entry) => Ok(unless_gone(maildir::headers(entry, limit))?),
                None => Ok(None),
            },
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
            (Self::Maildir(path, entries), Afterwards::Move(target)) => {
                for entry in keys.iter().filter_map(|key| entries.get(key)) {
                    unless_gone(maildir::set_aside(path, entry, target))?;
                }
            }
            // A Maildir has no keywords; the configuration refuses this.
            (Self::Maildir(..), Afterwards::Flag) => {}
        }
        Ok(())
    }

    /// Waits until there may be something new, at most `longest`, or until `stop`.
    pub async fn wait(&mut self, longest: Duration, stop: &CancellationToken) -> Result<(), IntakeError> {
        match self {
            Self::Imap(session, folder) => {
                if session.idle(longest, stop).await? == IdleOutcome::Elapsed {
                    // A server may go on showing an old session what was there before it renumbered its messages: whoever
                    // hears nothing looks afresh.
                    *folder = session.select(&folder.name).await?;
                }
            }
            Self::Maildir(..) => {
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

/// A message that somebody moved or deleted meanwhile is no failure.
fn unless_gone<T>(result: Result<T, MaildirError>) -> Result<Option<T>, MaildirError> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(MaildirError::Gone) => Ok(None),
        Err(other) => Err(other),
    }
}

/// The UIDs behind keys of this session.
fn uids(keys: &[String]) -> Vec<u32> {
    keys.iter().filter_map(|key| key.rsplit_once('/')?.1.parse().ok()).collect()
}
