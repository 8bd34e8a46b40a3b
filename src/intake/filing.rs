//! The other folders of a mailbox: the one of what was sent is read like a mailbox of its own; copies and drafts are laid
//! into them, and drafts taken out again. Whether something lies there already is asked before it is laid: an answer that
//! was lost makes no second copy.

use sha2::{Digest, Sha256};

use super::{
    IntakeError,
    imap::{self, ImapError, ImapSession, Timeouts},
    maildir,
};
use crate::{
    case::{Doing, Folder},
    config::{Afterwards, Holds, Imap, Mailbox, Source},
    desk::Filed,
    mail,
    store::Filing,
};

/// The folder of what was sent, as a mailbox that is read. Its key is that of the mailbox and a word behind a slash, which
/// no mailbox of the configuration can have.
pub fn sent_folder(mailbox: &Mailbox) -> Option<Mailbox> {
    let folder = mailbox.sent.as_ref()?;
    let source = match &mailbox.source {
        Source::Imap(imap) => Source::Imap(Imap { folder: folder.clone(), ..imap.clone() }),
        Source::Maildir(root) => Source::Maildir(maildir::folder(root, folder).ok()?),
    };
    Some(Mailbox {
        id: format!("{}/sent", mailbox.id),
        source,
        afterwards: Afterwards::Nothing,
        holds: Holds::Sent,
        sent: None,
        drafts: None,
        ..mailbox.clone()
    })
}

/// Files these things in the folders of one mailbox, in their order. What came of each, as far as the connection held.
pub async fn file(mailbox: &Mailbox, filings: &[Filing]) -> Vec<Filed> {
    let mut outcomes = Vec::with_capacity(filings.len());
    let failed = match &mailbox.source {
        Source::Maildir(root) => {
            for filing in filings {
                outcomes
                    .push(in_maildir(mailbox, root, filing).unwrap_or_else(|error| Filed::Retry(error.to_string())));
            }
            None
        }
        Source::Imap(account) => on_server(mailbox, account, filings, &mut outcomes).await.err(),
    };
    let why = failed.map(|error| error.to_string()).unwrap_or_default();
    outcomes.resize(filings.len(), Filed::Retry(why));
    outcomes
}

/// The folder that is meant; `None`: the mailbox has none any more.
fn named(mailbox: &Mailbox, folder: Folder) -> Option<&str> {
    match folder {
        Folder::Sent => mailbox.sent.as_deref(),
        Folder::Drafts => mailbox.drafts.as_deref(),
    }
}

const NO_FOLDER: &str = "la boîte n'a plus ce dossier dans la configuration";
const LAID: &str = "déposé";
const THERE: &str = "s'y trouvait déjà";
const TAKEN: &str = "retiré";
const GONE: &str = "n'y est plus";
const CHANGED: &str = "laissé en place : quelqu'un l'a modifié";

async fn on_server(
    mailbox: &Mailbox,
    account: &Imap,
    filings: &[Filing],
    outcomes: &mut Vec<Filed>,
) -> Result<(), IntakeError> {
    let mut session = imap::open(account, &Timeouts::default()).await?;
    for filing in filings {
        let Some(folder) = named(mailbox, filing.new.folder) else {
            outcomes.push(Filed::Done(NO_FOLDER.into()));
            continue;
        };
        let answer = match filing.new.doing {
            Doing::Put => put(&mut session, folder, filing).await?,
            Doing::Remove => remove(&mut session, folder, filing).await?,
        };
        outcomes.push(Filed::Done(answer.into()));
    }
    session.logout().await;
    Ok(())
}

async fn put(session: &mut ImapSession, folder: &str, filing: &Filing) -> Result<&'static str, ImapError> {
    // A folder that is not there is a slip of the pen in the configuration: made, nobody would ever see it.
    session.select(folder).await?;
    if !session.having_message_id(&filing.new.message_id).await?.is_empty() {
        return Ok(THERE);
    }
    let flags: &[&str] = match filing.new.folder {
        Folder::Sent => &["\\Seen"],
        Folder::Drafts => &["\\Draft", "\\Seen"],
    };
    session.append(folder, &filing.new.bytes, flags).await?;
    Ok(LAID)
}

async fn remove(session: &mut ImapSession, folder: &str, filing: &Filing) -> Result<&'static str, ImapError> {
    match session.select(folder).await {
        Err(ImapError::FolderMissing { .. }) => return Ok(GONE),
        other => other?,
    };
    let uids = session.having_message_id(&filing.new.message_id).await?;
    let mut unchanged = Vec::new();
    session
        .fetch(&uids, |fetched| {
            if same(&fetched.bytes, &filing.new.bytes) {
                unchanged.push(fetched.uid);
            }
        })
        .await?;
    if unchanged.is_empty() {
        return Ok(if uids.is_empty() { GONE } else { CHANGED });
    }
    session.delete(&unchanged).await?;
    Ok(TAKEN)
}

/// Whether nobody has changed a draft: servers may add lines to its head, people change its words.
fn same(there: &[u8], laid: &[u8]) -> bool {
    let read = |bytes: &[u8]| {
        let message = mail::parse(bytes, &mail::Limits::default()).ok()?;
        let to: Vec<_> = message.to.iter().chain(&message.cc).map(|one| one.email.to_lowercase()).collect();
        Some((message.subject, message.text, to, message.attachments.len()))
    };
    read(there).is_some_and(|there| Some(there) == read(laid))
}

fn in_maildir(mailbox: &Mailbox, root: &std::path::Path, filing: &Filing) -> Result<Filed, maildir::MaildirError> {
    let Some(folder) = named(mailbox, filing.new.folder) else { return Ok(Filed::Done(NO_FOLDER.into())) };
    let folder = maildir::folder(root, folder)?;
    // The same name at each attempt: it is there or it is not.
    let name = format!("R{}.releve", mail::hexadecimal(&Sha256::digest(filing.new.message_id.as_bytes())[..12]));
    let flags = match filing.new.folder {
        Folder::Sent => "S",
        Folder::Drafts => "DS",
    };
    let answer = match filing.new.doing {
        Doing::Put => {
            if maildir::lay(&folder, &name, flags, &filing.new.bytes)? {
                LAID
            } else {
                THERE
            }
        }
        Doing::Remove => match maildir::take_out(&folder, &name, |there| same(there, &filing.new.bytes))? {
            maildir::TakenOut::Taken => TAKEN,
            maildir::TakenOut::Gone => GONE,
            maildir::TakenOut::Changed => CHANGED,
        },
    };
    Ok(Filed::Done(answer.into()))
}
