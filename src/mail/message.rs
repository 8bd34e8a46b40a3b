//! What is known of one message once its bytes have been read. Values only; [`mod@super::parse`] makes them.

use jiff::Timestamp;

/// A mailbox address as it stands in a header: `"Jeanne Martin" <jeanne@example.fr>`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// The display name, decoded, or empty.
    pub name: String,
    /// `local@domain`; the domain in lower case, the local part as written.
    pub email: String,
}

/// One header field: the name as written, the value decoded (RFC 2047, RFC 2231) and unfolded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// The field name as written, without the colon.
    pub name: String,
    /// The decoded value on one line, without control characters.
    pub value: String,
}

/// The envelope sender, as the final MTA wrote it down (RFC 5321 §4.4).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReturnPath {
    /// No `Return-Path` field: nothing is known.
    Absent,
    /// `Return-Path: <>`: a notification; never answer it.
    Null,
    /// The address.
    Address(String),
}

/// An attachment or an attached message, listed but never opened.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Attachment {
    /// The file name, decoded, without any path; empty when the sender gave none.
    pub name: String,
    /// The media type in lower case, `application/pdf`.
    pub content_type: String,
    /// Octets after decoding.
    pub size: u64,
    /// SHA-256 of the decoded octets, hexadecimal.
    pub digest: String,
}

/// What became of a mail for one recipient, as a delivery report says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivered {
    /// The address, in lower case; the original one where the report names it. Empty when it names none.
    pub recipient: String,
    /// `failed`, `delayed`, `delivered`, `relayed`, `expanded`; the first word of the field, in lower case.
    pub action: String,
}

/// A message that came in, read. No string holds a NUL or another control character than `\n` and `\t`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Every header field of the message, in order of appearance (so the topmost `Received` comes first).
    pub headers: Vec<Header>,
    /// `Message-ID` without its angle brackets, when there is one.
    pub message_id: Option<String>,
    /// `In-Reply-To`, ids without brackets.
    pub in_reply_to: Vec<String>,
    /// `References`, ids without brackets, oldest first.
    pub references: Vec<String>,
    /// The first address of `From`, when one can be made out.
    pub from: Option<Address>,
    /// `Sender`.
    pub sender: Option<Address>,
    /// `Reply-To`.
    pub reply_to: Vec<Address>,
    /// `To`, groups flattened.
    pub to: Vec<Address>,
    /// `Cc`, groups flattened.
    pub cc: Vec<Address>,
    /// The envelope sender.
    pub return_path: ReturnPath,
    /// `Date`, what the sender's machine claims. The clock of a case never starts from it.
    pub date: Option<Timestamp>,
    /// `Subject` decoded, on one line; may be empty.
    pub subject: String,
    /// Media type of the whole message in lower case, `multipart/report`.
    pub content_type: String,
    /// `report-type` parameter of a `multipart/report` in lower case, or empty.
    pub report_type: String,
    /// Media types of all parts, the root first, depth first, lower case.
    pub part_types: Vec<String>,
    /// The readable text of the message, whole (of an HTML-only mail: its text).
    pub text: String,
    /// What the sender wrote this time: `text` without quoted history and signature. When in doubt, kept.
    pub new_text: String,
    /// Language of `new_text` as ISO 639-1 (`fr`, `en`, `ar` …); `fr` when it cannot be told.
    pub language: String,
    /// Attachments in order of appearance.
    pub attachments: Vec<Attachment>,
    /// Message-IDs and header lines found in embedded originals (`message/rfc822`, `text/rfc822-headers`) of a report:
    /// the ids only, without brackets. They tie a bounce to what we sent.
    pub reported_ids: Vec<String>,
    /// What a delivery report says became of the original, recipient by recipient (RFC 3464 §2.3).
    pub delivered: Vec<Delivered>,
}

impl Message {
    /// The values of every field called `name` (ASCII case-insensitive), topmost first.
    pub fn headers<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> + 'a {
        self.headers
            .iter()
            .filter(move |header| header.name.eq_ignore_ascii_case(name))
            .map(|header| header.value.as_str())
    }

    /// The topmost value of the field called `name`.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|header| header.name.eq_ignore_ascii_case(name)).map(|header| header.value.as_str())
    }
}
