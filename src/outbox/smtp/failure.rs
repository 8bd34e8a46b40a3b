//! What went wrong at which stage, and so what it means for the message.

use std::{error::Error, fmt};

use super::Outcome;
use crate::net;

/// Where a conversation stands; a later stage is greater.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Stage {
    /// Greeting, EHLO.
    Opening,
    StartTls,
    Login,
    Idle,
    Sender,
    Recipient,
    Data,
    /// The message is being handed over.
    Text,
    /// All of it has been handed over.
    End,
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Opening => "accueil",
            Self::StartTls => "STARTTLS",
            Self::Login => "authentification",
            Self::Idle => "vérification de la connexion",
            Self::Sender => "MAIL FROM",
            Self::Recipient => "RCPT TO",
            Self::Data => "DATA",
            Self::Text => "envoi du message",
            Self::End => "accord final",
        })
    }
}

/// A stage that failed.
#[derive(Debug)]
pub(super) struct Failure {
    stage: Stage,
    cause: Cause,
}

#[derive(Debug)]
enum Cause {
    /// The relay answered.
    Reply { code: u16, text: String },
    /// The line was cut, or what came over it was no answer.
    Cut,
    /// No answer in time.
    Silence,
    /// There is no conversation to be had, or not this one; a whole sentence.
    Impossible { why: String, for_good: bool },
}

impl Failure {
    /// What `lettre` says of `stage`; of the words in `hidden`, what stands after them is said in their place.
    pub(super) fn new(stage: Stage, error: &lettre::transport::smtp::Error, hidden: &[(&str, &str)]) -> Self {
        let cause = match (error.status(), error.source()) {
            (Some(code), text) => {
                let text = text.map(ToString::to_string).unwrap_or_default();
                Cause::Reply { code: code.into(), text: net::fit_to_show(&text, hidden) }
            }
            (None, _) => Cause::Cut,
        };
        Self { stage, cause }
    }

    pub(super) fn silence(stage: Stage) -> Self {
        Self { stage, cause: Cause::Silence }
    }

    /// Nothing can be sent now.
    pub(super) fn impossible(stage: Stage, why: impl Into<String>) -> Self {
        Self { stage, cause: Cause::Impossible { why: why.into(), for_good: false } }
    }

    /// This message can never be sent by this relay.
    pub(super) fn unfit(stage: Stage, why: impl Into<String>) -> Self {
        Self { stage, cause: Cause::Impossible { why: why.into(), for_good: true } }
    }

    /// Whether the next message may be sent on the same connection.
    pub(super) fn leaves_the_line_open(&self) -> bool {
        match self.cause {
            Cause::Reply { code, .. } => code != 421,
            Cause::Impossible { for_good, .. } => for_good,
            Cause::Cut | Cause::Silence => false,
        }
    }

    /// What it means for the message.
    pub(super) fn outcome(self) -> Outcome {
        let why = self.to_string();
        match self.cause {
            Cause::Reply { code, .. } if self.stage >= Stage::Sender && is_final(code) => Outcome::Refused { why },
            Cause::Impossible { for_good: true, .. } => Outcome::Refused { why },
            Cause::Cut | Cause::Silence if self.stage == Stage::End => Outcome::Uncertain { why },
            _ => Outcome::Retry { why },
        }
    }
}

/// Whether a code condemns the message. Some 5xx speak of the conversation (RFC 5321 §4.2.2) or of our account (RFC 4954
/// §6): the same message passes once that is mended.
fn is_final(code: u16) -> bool {
    (500..600).contains(&code) && !matches!(code, 500 | 502 | 503 | 504 | 530 | 534 | 535 | 538)
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let stage = self.stage;
        match &self.cause {
            Cause::Reply { code, text } if stage == Stage::Login => {
                write!(f, "le relais refuse notre identifiant ou notre secret : {code} {text}")
            }
            Cause::Reply { code, text } => write!(f, "le relais a répondu ({stage}) : {code} {text}"),
            Cause::Cut => write!(f, "la connexion avec le relais a été coupée ({stage})"),
            Cause::Silence => write!(f, "le relais n'a plus répondu ({stage})"),
            Cause::Impossible { why, .. } => f.write_str(why),
        }
    }
}
