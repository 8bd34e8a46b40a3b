//! Person or machine, and whether an acknowledgement may be sent (RFC 3834, RFC 5230 §4.5, and what real bounces look like).

use crate::mail::Message;

/// Who wrote a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Author {
    /// A person: the message starts or continues a case.
    Person,
    /// A machine: the message is kept, tied to its case where there is one, and never starts, reopens or stops a clock.
    Machine,
}

/// One reason of a judgement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// Stable name of the rule: `auto-submitted`, `null-sender`, `list` …
    pub rule: &'static str,
    /// The reason in words for the agent (French), without content of the message.
    pub text: String,
}

/// Who wrote the message and whether it may be acknowledged, with the reasons.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judgement {
    /// Person or machine.
    pub author: Author,
    /// Whether an acknowledgement may leave, as far as the message itself tells (history is the desk's business).
    pub acknowledge: bool,
    /// Why not; empty when `acknowledge`.
    pub reasons: Vec<Reason>,
}

/// What is known around a message: our own addresses and the operator's settings.
#[derive(Debug, Clone, Default)]
pub struct Surroundings<'a> {
    /// Every address of ours, lower case: mailboxes, their aliases, the senders of our own mail.
    pub own_addresses: &'a [String],
    /// The addresses under which the mailbox that received the message is known, lower case. `None`: the mailbox is not
    /// known, and the rule "in neither To nor Cc" is not applied.
    pub mailbox_addresses: Option<&'a [String]>,
    /// Domains whose senders are colleagues (`interieur.gouv.fr`); a subdomain counts. CRPA L112-2.
    pub internal_domains: &'a [String],
    /// Gateways of contact forms: their `Reply-To` is the correspondent, lower case.
    pub form_senders: &'a [String],
}

/// Judges one message.
pub fn judge(_message: &Message, _surroundings: &Surroundings<'_>) -> Judgement {
    Judgement { author: Author::Person, acknowledge: true, reasons: Vec::new() }
}
