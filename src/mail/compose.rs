//! An outgoing mail as octets: rendered once, stored, and sent byte for byte at every attempt.

use jiff::Timestamp;
use lettre::{
    Address, Message as Composed,
    message::{
        Mailbox, MultiPart,
        header::{Header, HeaderName, HeaderValue},
    },
};

/// A mail that answers by itself (RFC 3834 §5): it says so, so that no machine answers it.
#[derive(Debug, Clone)]
pub struct AutomaticReply<'a> {
    /// Name and address of the mailbox.
    pub from: (&'a str, &'a str),
    /// Name and address of the correspondent.
    pub to: (&'a str, &'a str),
    /// On one line.
    pub subject: &'a str,
    /// The plain text.
    pub text: &'a str,
    /// The same as HTML.
    pub html: &'a str,
    /// Our Message-ID, without brackets.
    pub message_id: &'a str,
    /// The Message-ID that is answered, without brackets, if it has one.
    pub in_reply_to: Option<&'a str>,
    /// The thread so far, oldest first, without brackets.
    pub references: &'a [String],
    /// When it is written.
    pub date: Timestamp,
    /// `2026-000123`
    pub reference: &'a str,
}

/// Why a mail cannot be composed, in words without the address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ComposeError {
    /// The address cannot stand in an envelope.
    #[error("l'adresse du correspondant ne permet pas d'envoyer un message")]
    Address,
    /// The mail could not be built.
    #[error("le message n'a pas pu être composé : {0}")]
    Build(String),
}

/// How much of a thread a mail names: long enough to tie it, short enough for every relay on the way.
const REFERENCES: usize = 20;

/// Composes the mail.
pub fn compose(mail: &AutomaticReply<'_>) -> Result<Vec<u8>, ComposeError> {
    let references = mail
        .references
        .iter()
        .map(String::as_str)
        .filter(|id| Some(*id) != mail.in_reply_to)
        .chain(mail.in_reply_to)
        .filter(|id| is_id(id))
        .collect::<Vec<_>>();
    let kept = &references[references.len().saturating_sub(REFERENCES)..];
    let mut builder = Composed::builder()
        .from(mailbox(mail.from)?)
        .to(mailbox(mail.to)?)
        .subject(mail.subject)
        .message_id(Some(format!("<{}>", mail.message_id)))
        .date(mail.date.into())
        .header(AutoSubmitted)
        .header(AutoResponseSuppress)
        .header(CaseReference(mail.reference.to_owned()))
        .header(ContentLanguage);
    if let Some(id) = mail.in_reply_to.filter(|id| is_id(id)) {
        builder = builder.in_reply_to(format!("<{id}>"));
    }
    if !kept.is_empty() {
        builder = builder.references(kept.iter().map(|id| format!("<{id}>")).collect::<Vec<_>>().join(" "));
    }
    builder
        .multipart(MultiPart::alternative_plain_html(mail.text.to_owned(), mail.html.to_owned()))
        .map(|composed| composed.formatted())
        .map_err(|error| ComposeError::Build(error.to_string()))
}

/// Whether a mail can be sent to this address: one that a relay without SMTPUTF8 accepts in an envelope.
pub fn is_sendable(address: &str) -> bool {
    let Some((local, domain)) = address.rsplit_once('@') else { return false };
    let plain = |text: &str| {
        !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic() && !b"<>()[]\\,;:\"@".contains(&byte))
    };
    plain(local) && plain(domain) && domain.contains('.') && address.len() <= 254
}

fn mailbox((name, address): (&str, &str)) -> Result<Mailbox, ComposeError> {
    if !is_sendable(address) {
        return Err(ComposeError::Address);
    }
    // Addresses such as `a..b@` exist and receive mail; the strict parser would refuse them.
    let (local, domain) = address.rsplit_once('@').ok_or(ComposeError::Address)?;
    let address = Address::new_dangerous(local, domain);
    Ok(Mailbox::new(Some(name.to_owned()).filter(|name| !name.is_empty()), address))
}

/// Whether an id of somebody else may stand in our headers.
fn is_id(id: &str) -> bool {
    id.contains('@') && id.len() < 250 && id.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'<' && byte != b'>')
}

macro_rules! constant_header {
    ($(#[$meta:meta])* $name:ident, $field:literal, $value:literal) => {
        $(#[$meta])*
        #[derive(Clone)]
        struct $name;

        impl Header for $name {
            fn name() -> HeaderName {
                HeaderName::new_from_ascii_str($field)
            }

            fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
                Ok(Self)
            }

            fn display(&self) -> HeaderValue {
                HeaderValue::new(Self::name(), $value.to_owned())
            }
        }
    };
}

constant_header!(
    /// RFC 3834 §5.
    AutoSubmitted, "Auto-Submitted", "auto-replied");
constant_header!(
    /// Exchange: no out-of-office answer and no receipt for this one.
    AutoResponseSuppress, "X-Auto-Response-Suppress", "All");
constant_header!(ContentLanguage, "Content-Language", "fr");

/// Our own mark, by which another `releve` knows its like.
#[derive(Clone)]
struct CaseReference(String);

impl Header for CaseReference {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("X-Releve-Case")
    }

    fn parse(value: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self(value.to_owned()))
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), self.0.clone())
    }
}
