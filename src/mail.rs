//! Mail as values: raw bytes in, a [`Message`] out, and outgoing messages composed. No I/O.

mod compose;
mod message;
mod parse;

pub use compose::{AutomaticReply, ComposeError, compose, is_sendable};
pub use message::{Address, Attachment, Header, Message, ReturnPath};
pub use parse::{Limits, Unreadable, parse};
