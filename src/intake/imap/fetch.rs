//! Which messages there are, and their octets.

use std::collections::{BTreeSet, HashSet};

use async_imap::imap_proto::{AttributeValue, MailboxDatum, Response};
use jiff::{Timestamp, fmt::strtime};

use super::{ImapError, ImapSession, uid_set::uid_sets};

/// A message that is there, not yet fetched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Listed {
    /// Its UID.
    pub uid: u32,
    /// Its size in octets (`RFC822.SIZE`); 0 when the server does not say.
    pub size: u64,
    /// When the server received it (`INTERNALDATE`); `None` when it does not say.
    pub received: Option<Timestamp>,
}

/// A message, or its head, as it arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fetched {
    /// Its UID.
    pub uid: u32,
    /// When the server received it (`INTERNALDATE`); `None` when it does not say.
    pub received: Option<Timestamp>,
    /// Its octets. Empty when the server listed the message and sent nothing: that is not yet a message.
    pub bytes: Vec<u8>,
}

impl ImapSession {
    /// The UIDs of every message of the folder (RFC 3501 §6.4.4).
    pub async fn uids(&mut self) -> Result<BTreeSet<u32>, ImapError> {
        // One line holds the whole answer to a search, and the parser begins it anew with every packet: 0.1 s for 10 000
        // messages, 20 s for 200 000. A fetch has a line for each message, but some servers refuse it on an empty folder.
        const MANY: u32 = 5000;
        let command = if self.exchange.exists > MANY { "UID FETCH 1:* (UID)" } else { "UID SEARCH ALL" };
        let mut uids = BTreeSet::new();
        let note = |answer: &Response<'_>| match answer {
            Response::MailboxData(MailboxDatum::Search(found)) => uids.extend(found),
            Response::Fetch(_, attributes) => uids.extend(uid(attributes)),
            _ => (),
        };
        // What is announced from here on is news to whoever waits next.
        self.exchange.stirred = false;
        self.exchange.run("liste des messages", command, note).await?;
        Ok(uids)
    }

    /// The messages of the selected folder with this Message-ID (RFC 3501 §6.4.4), given without brackets.
    pub async fn having_message_id(&mut self, id: &str) -> Result<Vec<u32>, ImapError> {
        // Only what can be quoted is asked for; our own ids are nothing else.
        if id.contains(|c: char| !c.is_ascii_graphic() || c == '"' || c == '\\') {
            return Ok(Vec::new());
        }
        let mut uids = BTreeSet::new();
        let note = |answer: &Response<'_>| {
            if let Response::MailboxData(MailboxDatum::Search(found)) = answer {
                uids.extend(found);
            }
        };
        // Messages that are marked as deleted are as good as gone.
        let command = format!("UID SEARCH HEADER Message-ID \"<{id}>\" UNDELETED");
        self.exchange.run("recherche d'un message", &command, note).await?;
        Ok(uids.into_iter().collect())
    }

    /// Size and instant of reception of these messages; those that are gone are left out.
    pub async fn sizes(&mut self, uids: &[u32]) -> Result<Vec<Listed>, ImapError> {
        let mut listed = Vec::with_capacity(uids.len());
        self.attributes("tailles des messages", uids, "RFC822.SIZE INTERNALDATE", |uid, attributes| {
            let size = attributes.iter().find_map(|attribute| match attribute {
                AttributeValue::Rfc822Size(size) => Some(u64::from(*size)),
                _ => None,
            });
            let received = internal_date(attributes);
            let told = size.is_some() || received.is_some();
            if told {
                listed.push(Listed { uid, size: size.unwrap_or(0), received });
            }
            told
        })
        .await?;
        Ok(listed)
    }

    /// Fetches these messages, unread ones staying unread, and hands each to `on_message` as soon as it is whole.
    ///
    /// Whatever was handed over before an error is good. Those that are gone never come.
    pub async fn fetch(&mut self, uids: &[u32], on_message: impl FnMut(Fetched)) -> Result<(), ImapError> {
        self.bodies(uids, "BODY.PEEK[]", on_message).await
    }

    /// The head alone of a message that is too large to fetch; `None` when it is gone.
    pub async fn headers(&mut self, uid: u32) -> Result<Option<Fetched>, ImapError> {
        let mut head = None;
        self.bodies(&[uid], "BODY.PEEK[HEADER]", |fetched| head = Some(fetched)).await?;
        Ok(head)
    }

    async fn bodies(
        &mut self,
        uids: &[u32],
        section: &str,
        mut on_message: impl FnMut(Fetched),
    ) -> Result<(), ImapError> {
        self.attributes("lecture des messages", uids, &format!("INTERNALDATE {section}"), |uid, attributes| {
            let body = attributes.iter().find_map(|attribute| match attribute {
                AttributeValue::BodySection { data, .. } => Some(data.as_deref().unwrap_or_default()),
                _ => None,
            });
            if let Some(body) = body {
                on_message(Fetched { uid, received: internal_date(attributes), bytes: body.to_vec() });
            }
            body.is_some()
        })
        .await
    }

    /// `UID FETCH`; `take` says whether these attributes were the awaited ones. Each UID asked for is taken once: what
    /// the server says of other messages, or of flags that someone changed meanwhile, is passed over.
    async fn attributes(
        &mut self,
        during: &'static str,
        uids: &[u32],
        items: &str,
        mut take: impl FnMut(u32, &[AttributeValue<'_>]) -> bool,
    ) -> Result<(), ImapError> {
        let mut awaited: HashSet<u32> = uids.iter().copied().collect();
        for set in uid_sets(uids) {
            let note = |answer: &Response<'_>| {
                let Response::Fetch(_, attributes) = answer else { return };
                if let Some(uid) = uid(attributes).filter(|uid| awaited.contains(uid))
                    && take(uid, attributes)
                {
                    awaited.remove(&uid);
                }
            };
            self.exchange.transfer(during, &format!("UID FETCH {set} (UID {items})"), note).await?;
        }
        Ok(())
    }
}

fn uid(attributes: &[AttributeValue<'_>]) -> Option<u32> {
    attributes.iter().find_map(|attribute| match attribute {
        AttributeValue::Uid(uid) => Some(*uid),
        _ => None,
    })
}

/// `INTERNALDATE` (RFC 3501 §9, `date-time`): `" 1-Oct-2026 09:03:00 +0200"`.
fn internal_date(attributes: &[AttributeValue<'_>]) -> Option<Timestamp> {
    let written = attributes.iter().find_map(|attribute| match attribute {
        AttributeValue::InternalDate(written) => Some(written.trim()),
        _ => None,
    })?;
    strtime::parse("%d-%b-%Y %H:%M:%S %z", written).ok()?.to_timestamp().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reception_is_an_instant() {
        let read = |text: &'static str| internal_date(&[AttributeValue::InternalDate(text.into())]);
        assert_eq!(read(" 1-Oct-2026 09:03:00 +0200"), Some("2026-10-01T07:03:00Z".parse().unwrap()));
        assert_eq!(read("31-Dec-2026 23:59:59 -0400"), Some("2027-01-01T03:59:59Z".parse().unwrap()));
        assert_eq!(read("hier"), None);
        assert_eq!(internal_date(&[]), None);
    }
}
