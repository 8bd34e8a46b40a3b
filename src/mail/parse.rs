//! Raw bytes to [`Message`]. Never panics, never loops: what cannot be read is [`Unreadable`].

use super::Message;

/// Bounds that keep one hostile message from costing more than itself.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Nesting of parts beyond which the message is unreadable.
    pub depth: usize,
    /// Octets of one HTML part beyond which its tags are stripped without building a tree.
    pub html: usize,
    /// Characters of text kept.
    pub text: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { depth: 50, html: 1 << 20, text: 1 << 20 }
    }
}

/// Why nothing could be made of the bytes, in words for the agent (French), without any of the message's content.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Unreadable(pub String);

/// Reads one message.
pub fn parse(_raw: &[u8], _limits: &Limits) -> Result<Message, Unreadable> {
    Err(Unreadable("not yet".into()))
}
