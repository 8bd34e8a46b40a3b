//! What citizens write, and what they receive.

use std::collections::BTreeSet;

use mail_parser::{Header, HeaderValue, Message, MessageParser};

use super::imap_client::Mailbox;
use super::servers::Servers;
use super::{smtp_client, wait_until};

/// A mail as a person writes it.
#[derive(Clone)]
pub struct Mail {
    pub from: String,
    to: String,
    subject: String,
    id: String,
    fields: String,
    text: String,
}

impl Mail {
    /// A question of a citizen to a mailbox.
    pub fn question(from: &str, to: &str) -> Self {
        Self {
            from: from.to_owned(),
            to: to.to_owned(),
            subject: "Renouvellement de mon titre de sejour".to_owned(),
            id: format!("question.{from}"),
            fields: String::new(),
            text: "Bonjour,\r\n\r\nQuelles pieces dois-je apporter au rendez-vous ?\r\n\r\nMerci d'avance.".to_owned(),
        }
    }

    pub fn subject(mut self, subject: &str) -> Self {
        self.subject = subject.to_owned();
        self
    }

    /// Its Message-ID, without brackets.
    pub fn id(mut self, id: &str) -> Self {
        self.id = id.to_owned();
        self
    }

    pub fn text(mut self, text: &str) -> Self {
        self.text = text.to_owned();
        self
    }

    /// One more header field.
    pub fn field(mut self, name: &str, value: &str) -> Self {
        self.fields += &format!("{name}: {value}\r\n");
        self
    }

    /// The same mail as the answer to the one of this Message-ID.
    pub fn answers(self, id: &str) -> Self {
        self.field("In-Reply-To", &format!("<{id}>"))
    }

    pub fn bytes(&self) -> Vec<u8> {
        let Self { from, to, subject, id, fields, text } = self;
        format!(
            "From: Jeanne Martin <{from}>\r\nTo: <{to}>\r\nSubject: {subject}\r\nDate: Mon, 2 Mar 2026 09:00:00 +0100\r\n\
             Message-ID: <{id}>\r\n{fields}MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n"
        )
        .into_bytes()
    }

    /// Sends it as the citizen does: to the server in charge of the mailbox.
    pub async fn send(&self) {
        let taken = smtp_client::send(Servers::of_this_run().smtp, &self.from, &self.to, &self.bytes()).await;
        taken.unwrap_or_else(|reply| panic!("the server does not take the mail: {reply}"));
    }

    /// Puts it into the mailbox of a Dovecot whose LMTP is on `port`.
    pub async fn deliver(&self, port: u16) {
        let taken = smtp_client::deliver(port, &self.from, &self.to, &self.bytes()).await;
        taken.unwrap_or_else(|reply| panic!("the server does not take the mail: {reply}"));
    }
}

/// A mail that was received.
pub struct Received(Message<'static>);

impl Received {
    pub fn read(bytes: &[u8]) -> Self {
        Self(MessageParser::default().parse(bytes).expect("a mail").into_owned())
    }

    /// A header field as it stands there, unfolded; empty when it is not there.
    pub fn field(&self, name: &str) -> String {
        let raw = self.0.header_raw(name).unwrap_or_default();
        raw.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// Whether a server on its way received it `with` this protocol (RFC 3848).
    pub fn passed_through(&self, protocol: &str) -> bool {
        let mut received = self.0.headers_raw().filter(|(name, _)| name.eq_ignore_ascii_case("Received"));
        received.any(|(_, value)| value.contains(&format!("with {protocol} ")))
    }

    /// Its Message-ID, without brackets.
    pub fn id(&self) -> String {
        self.field("Message-ID").trim_matches(['<', '>']).to_owned()
    }

    /// The reference of the case that it acknowledges.
    pub fn reference(&self) -> String {
        self.field("X-Releve-Case")
    }

    /// Its subject, decoded.
    pub fn subject(&self) -> &str {
        self.0.subject().unwrap_or_default()
    }

    /// Its parts of text: type, and content.
    pub fn parts(&self) -> Vec<(String, String)> {
        let kind = |headers: &[Header<'_>]| {
            headers.iter().find_map(|header| match &header.value {
                HeaderValue::ContentType(kind) => Some(format!("{}/{}", kind.ctype(), kind.subtype()?)),
                _ => None,
            })
        };
        let part = |part: &mail_parser::MessagePart<'_>| {
            Some((kind(&part.headers)?, part.text_contents()?.replace("\r\n", "\n")))
        };
        self.0.parts.iter().filter_map(part).collect()
    }

    /// The plain text.
    pub fn text(&self) -> String {
        self.0.body_text(0).unwrap_or_default().replace("\r\n", "\n")
    }
}

/// The mail of somebody's INBOX, oldest first, on the Dovecot of this run.
pub async fn inbox(user: &str) -> Vec<Received> {
    let mut mailbox = Mailbox::open(Servers::of_this_run().dovecot.imap, user).await;
    mailbox.messages("INBOX").await.iter().map(|bytes| Received::read(bytes)).collect()
}

/// Waits for the first mail in somebody's INBOX.
pub async fn first_mail(user: &str) -> Received {
    let mut mailbox = Mailbox::open(Servers::of_this_run().dovecot.imap, user).await;
    let what = format!("{user} has mail");
    Received::read(&wait_until(&what, async || mailbox.messages("INBOX").await.into_iter().next()).await)
}

/// The Message-IDs of some mails, each once.
pub fn ids(mails: &[Received]) -> BTreeSet<String> {
    mails.iter().map(Received::id).collect()
}
