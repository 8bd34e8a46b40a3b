//! Whoever looks into a mailbox: the citizen for the answer, the agent for what was filed.

use async_imap::Session;
use async_imap::types::Flag;
use futures_util::TryStreamExt;
use tokio::net::TcpStream;

use super::servers::PASSWORD;

/// A mailbox, logged in to.
pub struct Mailbox(Session<TcpStream>);

impl Mailbox {
    /// Logs `user` in to the server whose plain IMAP is on `port`.
    pub async fn open(port: u16, user: &str) -> Self {
        let stream = TcpStream::connect(("127.0.0.1", port)).await.expect("the IMAP server listens");
        let mut client = async_imap::Client::new(stream);
        client.read_response().await.expect("the IMAP server greets");
        let session = client.login(user, PASSWORD).await.map_err(|(error, _)| error);
        Self(session.unwrap_or_else(|error| panic!("{user} cannot log in: {error}")))
    }

    /// All messages of a folder, oldest first, byte for byte. The folder's name is as IMAP spells it (`Trait&AOk-s`).
    pub async fn messages(&mut self, folder: &str) -> Vec<Vec<u8>> {
        let selected = self.0.examine(folder).await.expect("the folder opens");
        if selected.exists == 0 {
            return Vec::new(); // and `1:*` would be an error
        }
        let fetched = self.0.fetch("1:*", "BODY.PEEK[]").await.expect("the server fetches");
        let fetched: Vec<_> = fetched.try_collect().await.expect("the server fetches");
        fetched.iter().filter_map(|message| message.body()).map(<[u8]>::to_vec).collect()
    }

    /// Deletes what a folder holds and puts this message there, as a client does with a draft that was changed.
    pub async fn replace_all(&mut self, folder: &str, message: &[u8]) {
        self.0.append(folder, Some("(\\Draft)"), None, message).await.expect("the server takes it");
        self.0.select(folder).await.expect("the folder opens");
        let stored = self.0.store("1", "+FLAGS (\\Deleted)").await.expect("the server marks it");
        let _: Vec<_> = stored.try_collect().await.expect("the server marks it");
        let expunged = self.0.expunge().await.expect("the server expunges");
        let _: Vec<_> = expunged.try_collect().await.expect("the server expunges");
    }

    /// Makes a folder.
    pub async fn create(&mut self, folder: &str) {
        self.0.create(folder).await.expect("the server makes it");
    }

    /// The UIDVALIDITY of a folder.
    pub async fn uid_validity(&mut self, folder: &str) -> u32 {
        let selected = self.0.examine(folder).await.expect("the folder opens");
        selected.uid_validity.expect("Dovecot always says it")
    }

    /// Puts a message there, as a mail client does with what it sent.
    pub async fn append(&mut self, folder: &str, message: &[u8]) {
        self.0.append(folder, None, None, message).await.expect("the server takes it");
    }

    /// Puts a message there that the server received at this instant (`" 2-Mar-2024 09:00:00 +0100"`).
    pub async fn append_as_of(&mut self, folder: &str, received: &str, message: &[u8]) {
        let appended = self.0.append(folder, None, Some(&format!("\"{received}\"")), message).await;
        appended.expect("the server takes it");
    }

    /// The flags of every message of a folder, oldest first.
    pub async fn flags(&mut self, folder: &str) -> Vec<Vec<String>> {
        let selected = self.0.examine(folder).await.expect("the folder opens");
        if selected.exists == 0 {
            return Vec::new();
        }
        let fetched = self.0.fetch("1:*", "FLAGS").await.expect("the server fetches");
        let fetched: Vec<_> = fetched.try_collect().await.expect("the server fetches");
        let spelt = |flag| match flag {
            Flag::Seen => "\\Seen".to_owned(),
            Flag::Custom(keyword) => keyword.into_owned(),
            other => format!("{other:?}"),
        };
        fetched.iter().map(|message| message.flags().map(spelt).collect()).collect()
    }

    /// How many messages of a folder nobody has read.
    pub async fn unread(&mut self, folder: &str) -> usize {
        let flags = self.flags(folder).await;
        flags.iter().filter(|flags| !flags.iter().any(|flag| flag == "\\Seen")).count()
    }
}
