//! Mail as values: raw bytes in, a [`Message`] out, and outgoing messages composed. No I/O.

mod message;
mod parse;

pub use message::{Address, Attachment, Header, Message, ReturnPath};
pub use parse::{Limits, Unreadable, parse};
