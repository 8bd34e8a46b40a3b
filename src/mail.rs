//! Mail as values: raw bytes in, a [`Message`] out. No I/O, no clock.
//!
//! [`parse()`] splits the header (`fields`), walks the parts (`walk`), chooses the text among them (`body`, `html`),
//! tells the new words from quoted history (`new_text`) and their language (`language`). [`content_key`] says when two
//! deliveries are one mail.

mod address;
mod body;
mod charset;
mod compose;
mod encoded_word;
mod extract;
mod fields;
mod flowed;
mod html;
mod identity;
mod ids;
mod language;
mod message;
mod new_text;
mod parameters;
mod parse;
mod plain;
mod safe_html;
mod transfer;
mod walk;

pub use compose::{ComposeError, Enclosed, OutgoingMail, Sort, compose, is_sendable};
pub use extract::{attachment, image_type, markup};
pub use identity::content_key;
pub use message::{Address, Attachment, Delivered, Header, Message, ReturnPath};
pub use parse::{Limits, Unreadable, parse};
pub use safe_html::{SafeHtml, safe_html};
pub(crate) use walk::hexadecimal;
