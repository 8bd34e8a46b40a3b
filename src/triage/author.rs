//! Person or machine, and whether an acknowledgement may be sent (RFC 3834, RFC 5230 §4.5–4.6, and what real bounces and
//! automatic answers look like).
//!
//! Every rule is one line of a table: its name, what it says, why (in French, for the agent), and a test on the
//! [`View`] of the message. [`judge`] asks them all and keeps every reason; what the rules *say* decides, so
//! there is no order of exceptions to remember. Nothing here remembers a message: bursts and loops over time are the
//! desk's business.

mod fields;
mod sender;
mod shape;
mod signs;
mod view;
mod wording;

use crate::{
    case::Channel,
    mail::{Address, Message},
};
use signs::Sign;
use view::View;

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
    /// Why not, the decisive reason first; empty when `acknowledge`.
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

/// What a rule says of a message that it holds for, the strongest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Says {
    /// It answers or reports another message by itself: a machine, whoever sent it.
    Answers,
    /// Software sent it: a machine, unless the software is a declared form gateway, which speaks for a person.
    Software,
    /// It speaks as a machine does, and nothing else tells: a machine, unless somebody asks something.
    Worded,
    /// A person, or nobody can tell; a human must see it, but no acknowledgement may leave.
    Unanswered,
}

/// One rule.
struct Rule {
    name: &'static str,
    says: Says,
    /// One French sentence.
    text: &'static str,
    holds: fn(&View<'_>) -> bool,
}

/// All rules; within what they say, the most telling first.
const FAMILIES: [&[Rule]; 4] = [shape::RULES, fields::RULES, sender::RULES, wording::RULES];

/// Judges one message.
pub fn judge(message: &Message, surroundings: &Surroundings<'_>) -> Judgement {
    let view = View::of(message, surroundings);
    let mut held: Vec<&Rule> = FAMILIES
        .into_iter()
        .flatten()
        .filter(|rule| !(view.by_form() && rule.says == Says::Software))
        .filter(|rule| (rule.holds)(&view))
        .collect();
    held.sort_by_key(|rule| rule.says);
    // A person who writes about an automatic mail uses its words, and has a matter or a question: nobody is acknowledged
    // by mistake, and nobody is lost.
    let asks = view.shows(Sign::Question) || view.shows(Sign::Matter);
    let author = match held.first().map(|rule| rule.says) {
        Some(Says::Answers | Says::Software) => Author::Machine,
        Some(Says::Worded) if !asks => Author::Machine,
        Some(Says::Worded | Says::Unanswered) | None => Author::Person,
    };
    let reasons: Vec<_> = held.iter().map(|rule| Reason { rule: rule.name, text: rule.text.to_owned() }).collect();
    Judgement { author, acknowledge: reasons.is_empty(), reasons }
}

/// Whom an acknowledgement goes to: the address used (CRPA R112-11-3), that is `From`; for a declared form gateway the
/// person behind it, `Reply-To`. `Reply-To` of an ordinary mail is not followed: it may be a list or a stranger.
pub fn correspondent<'m>(message: &'m Message, surroundings: &Surroundings<'_>) -> Option<&'m Address> {
    sender::correspondent(message, surroundings)
}

/// How the message came: a declared form gateway makes it a form, everything else is e-mail.
pub fn channel(message: &Message, surroundings: &Surroundings<'_>) -> Channel {
    if sender::is_form(message, surroundings) { Channel::Form } else { Channel::Email }
}

#[cfg(test)]
mod tests;
