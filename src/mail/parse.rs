//! Raw bytes to [`Message`]. Never panics, never loops: what cannot be read is [`Unreadable`].
//!
//! The structure of the message is read here and in the modules beside, in time linear in its length and on a bounded
//! stack; `mail-parser` lends its tables of charsets and entities and its reading of dates. As a last guard the whole
//! reading stands behind `catch_unwind`: a fault of ours or theirs costs one message, not the mailbox.

use std::borrow::Cow;
use std::panic::{AssertUnwindSafe, catch_unwind};

use jiff::Timestamp;
use mail_parser::{HeaderValue, parsers::MessageStream};

use super::body::words;
use super::fields::{Field, Split, is_known};
use super::parameters::Parameters;
use super::walk::{TooDeep, Walk};
use super::{Address, Header, Message, ReturnPath, address, encoded_word, ids, language, new_text, plain};

/// Octets kept of one header value.
const HEADER_OCTETS: usize = 8 * 1024;

/// Bounds that keep one hostile message from costing more than itself.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Nesting of parts beyond which the message is unreadable (never more than 100).
    pub depth: usize,
    /// Octets of one HTML part that are read; markup beyond is cut.
    pub html: usize,
    /// Characters of text kept.
    pub text: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { depth: 50, html: 8 << 20, text: 1 << 20 }
    }
}

/// Why nothing could be made of the bytes, in words for the agent (French), without any of the message's content.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Unreadable(pub String);

/// Reads one message. A header field and nothing else is readable; a body without any header is not.
pub fn parse(raw: &[u8], limits: &Limits) -> Result<Message, Unreadable> {
    catch_unwind(AssertUnwindSafe(|| read(raw, limits)))
        .unwrap_or_else(|_| Err(Unreadable("Le message n'a pas pu être lu : sa lecture a échoué.".into())))
}

fn read(raw: &[u8], limits: &Limits) -> Result<Message, Unreadable> {
    if raw.iter().all(u8::is_ascii_whitespace) {
        return Err(Unreadable("Le message est vide.".into()));
    }
    let raw = with_line_feeds(raw);
    let split = Split::new(envelope_off(&raw));
    if !split.fields.iter().any(|field| is_known(field.name)) {
        return Err(Unreadable("Ce n'est pas un message : aucun champ d'en-tête n'y est reconnaissable.".into()));
    }
    let mut walk = Walk::new(limits);
    let body = walk.message(&split, 0).map_err(|TooDeep| {
        Unreadable(format!("Le message contient plus de {} parties imbriquées les unes dans les autres.", limits.depth))
    })?;
    let kind = Parameters::read(split.get("Content-Type").unwrap_or_default());
    let is_report = walk.part_types.first().is_some_and(|kind| kind == "multipart/report");
    let mut text = body.render(limits);
    walk.reported.add_from_text(&text);
    if words(&text).next().is_none()
        && !is_report
        && let Some(embedded) = &walk.embedded
    {
        // Nothing but an attached message: that is what the sender wants read.
        text = embedded.render(limits);
    }
    let subject = split.get("Subject").map(header_value).unwrap_or_default();
    let new_text = new_text::of(&text, &subject);
    let language = language::of(&new_text).to_owned();
    let addresses = |name: &str| fields(&split, name).flat_map(address::list).collect::<Vec<Address>>();
    let first = |name: &str| fields(&split, name).find_map(|raw| address::list(raw).into_iter().next());
    Ok(Message {
        message_id: split.get("Message-ID").and_then(ids::one),
        in_reply_to: split.get("In-Reply-To").map(ids::list).unwrap_or_default(),
        references: split.get("References").map(ids::list).unwrap_or_default(),
        from: first("From"),
        sender: first("Sender"),
        reply_to: addresses("Reply-To"),
        to: addresses("To"),
        cc: addresses("Cc"),
        return_path: return_path(&split),
        date: split.get("Date").and_then(date),
        subject,
        content_type: walk.part_types.first().cloned().unwrap_or_default(),
        report_type: kind.get("report-type").map(str::to_ascii_lowercase).unwrap_or_default(),
        headers: split.fields.iter().map(header).collect(),
        part_types: walk.part_types,
        text,
        new_text,
        language,
        attachments: walk.attachments,
        reported_ids: walk.reported.0,
        delivered: walk.delivered,
    })
}

/// Old Macs ended lines with a carriage return alone.
pub(super) fn with_line_feeds(raw: &[u8]) -> Cow<'_, [u8]> {
    if raw.contains(&b'\n') || !raw.contains(&b'\r') {
        return Cow::Borrowed(raw);
    }
    Cow::Owned(raw.iter().map(|&octet| if octet == b'\r' { b'\n' } else { octet }).collect())
}

/// The message without a byte order mark or blank lines before its header.
pub(super) fn envelope_off(raw: &[u8]) -> &[u8] {
    let raw = raw.strip_prefix(b"\xef\xbb\xbf").unwrap_or(raw);
    let start = raw.iter().position(|octet| !octet.is_ascii_whitespace()).unwrap_or(0);
    &raw[start..]
}

fn fields<'a>(split: &Split<'a>, name: &str) -> impl Iterator<Item = &'a [u8]> {
    split.fields.iter().filter(move |field| field.name.eq_ignore_ascii_case(name)).map(|field| field.value)
}

fn header(field: &Field<'_>) -> Header {
    Header { name: field.name.to_owned(), value: header_value(field.value) }
}

fn header_value(raw: &[u8]) -> String {
    // Decoding shrinks, so four times the bound is always enough.
    let mut value = encoded_word::unstructured(&raw[..raw.len().min(4 * HEADER_OCTETS)]);
    plain::truncate(&mut value, HEADER_OCTETS);
    value
}

/// The topmost `Return-Path`: the final relay wrote it.
fn return_path(split: &Split<'_>) -> ReturnPath {
    match split.get("Return-Path") {
        None => ReturnPath::Absent,
        Some(raw) => match address::list(raw).into_iter().next() {
            Some(address) => ReturnPath::Address(address.email),
            None => ReturnPath::Null,
        },
    }
}

fn date(raw: &[u8]) -> Option<Timestamp> {
    let mut raw = raw[..raw.len().min(200)].to_vec();
    raw.push(b'\n');
    match MessageStream::new(&raw).parse_date() {
        HeaderValue::DateTime(date) if date.is_valid() => Timestamp::from_second(date.to_timestamp()).ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
