//! The session against a server that misbehaves by script. No test waits: time stands still and jumps.

mod filing;
mod opening;
mod reading;
mod waiting;

use tempfile::NamedTempFile;

use super::*;
use crate::{
    config::{Imap, ImapAuth, Secret},
    net::scripted::{Scripted, script},
};

const HELLO: &str = "
    S: * OK ready
    C: % LOGIN \"boite\" \"secret\"
    S: % OK in
    C: % CAPABILITY
    S: * CAPABILITY IMAP4rev1 IDLE MOVE UIDPLUS
    S: % OK done
";

/// An account on a server that plays `text`, and the secret's file.
async fn account(auth: ImapAuth, text: &str) -> (Imap, Scripted, NamedTempFile) {
    let scripted = Scripted::start(vec![script(text)]).await;
    let secret = NamedTempFile::new().unwrap();
    std::fs::write(secret.path(), "secret\n").unwrap();
    let imap = Imap {
        server: scripted.server(),
        user: "boite".into(),
        auth,
        secret: Secret::File(secret.path().to_owned()),
        folder: "INBOX".into(),
    };
    (imap, scripted, secret)
}

async fn opening(auth: ImapAuth, text: &str) -> Result<ImapSession, ImapError> {
    let (imap, _scripted, _secret) = account(auth, text).await;
    open(&imap, &Timeouts::default()).await
}

/// A session on which the server goes on with `text`.
async fn session(text: &str) -> ImapSession {
    opening(ImapAuth::Login, &format!("{HELLO}{text}")).await.unwrap()
}

/// What came whole of these UIDs, and how it ended.
async fn fetched(session: &mut ImapSession, uids: &[u32]) -> (Vec<(u32, String)>, Result<(), ImapError>) {
    let mut came = Vec::new();
    let end = session.fetch(uids, |one| came.push((one.uid, String::from_utf8(one.bytes).unwrap()))).await;
    (came, end)
}
