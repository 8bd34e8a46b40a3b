//! A message as rules and model look at it: five places, each folded.

use std::ops::Range;

use super::fold::{Folded, fold, head};
use crate::mail::Message;

/// How much of a text is read, in bytes. Beyond it nobody says what they want for the first time.
const READ: usize = 20_000;

/// Where something is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// The subject.
    Subject,
    /// What the sender wrote this time: neither quoted history nor signature.
    Text,
    /// The name and address of the sender.
    Sender,
    /// The key of the mailbox that received it.
    Mailbox,
    /// The names and media types of the attachments, one a line.
    Attachments,
}

impl Place {
    /// Every place.
    pub const ALL: [Self; 5] = [Self::Subject, Self::Text, Self::Sender, Self::Mailbox, Self::Attachments];

    /// The word for it in rule files and evidence.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Subject => "subject",
            Self::Text => "text",
            Self::Sender => "sender",
            Self::Mailbox => "mailbox",
            Self::Attachments => "attachments",
        }
    }
}

/// A message, folded once for everything that looks at it.
#[derive(Debug, Default)]
pub struct View {
    subject: Folded,
    text: Folded,
    sender: String,
    mailbox: String,
    attachments: String,
    /// ISO 639-1.
    pub(super) language: String,
}

impl View {
    /// Looks at a message that came into a mailbox, as far as that is known.
    pub fn of(message: &Message, mailbox: Option<&str>) -> Self {
        let sender = message.from.as_ref().map(|from| fold(&format!("{} <{}>", from.name, from.email)));
        let attachments = message.attachments.iter().map(|attachment| {
            let name = &attachment.name;
            fold(&format!("{name} {}\n", attachment.content_type))
        });
        Self {
            subject: Folded::of(head(&message.subject, READ)),
            text: Folded::of(head(&message.new_text, READ)),
            sender: sender.unwrap_or_default(),
            mailbox: mailbox.map(fold).unwrap_or_default(),
            attachments: attachments.collect(),
            language: message.language.clone(),
        }
    }

    /// The folded text of a place.
    pub fn at(&self, place: Place) -> &str {
        match place {
            Place::Subject => &self.subject.text,
            Place::Text => &self.text.text,
            Place::Sender => &self.sender,
            Place::Mailbox => &self.mailbox,
            Place::Attachments => &self.attachments,
        }
    }

    /// Where a passage of a folded place stands in the message: in bytes of its `subject` or `new_text`. Other places are
    /// not shown.
    pub fn origin(&self, place: Place, passage: Range<usize>) -> Option<Range<usize>> {
        match place {
            Place::Subject => Some(self.subject.origin(passage)),
            Place::Text => Some(self.text.origin(passage)),
            Place::Sender | Place::Mailbox | Place::Attachments => None,
        }
    }
}
