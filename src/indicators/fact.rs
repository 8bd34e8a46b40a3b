//! What is known of a case as far as figures need it: days, words and keys. No name, no address, no text, so that it may be
//! kept when the person behind it is forgotten.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::case::{Channel, Ending, Kind, Scope, Topic};

/// A case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseFact {
    /// `2026-000123`
    pub reference: String,
    /// Key of the mailbox; empty when it came by none.
    pub mailbox: String,
    /// How it came.
    pub channel: Channel,
    /// Key of the service that has it.
    pub service: String,
    /// What the sender wants.
    pub kind: Kind,
    /// Who may answer.
    pub scope: Scope,
    /// Subject matter.
    pub topic: Topic,
    /// The day of its reception.
    pub received_on: Date,
    /// Whether it is answered in another case.
    pub merged: bool,
    /// Whether what the machine proposed stands; `None`: it proposed nothing, or nobody has said yet.
    pub accepted: Option<bool>,
    /// The acknowledgements that the law wants within one working day (CRPA R112-11-2).
    pub receipts: Vec<Owed>,
    /// What the prefecture promised, the first promise first: one when the case came in, and one each time that it was to be
    /// answered again.
    pub promises: Vec<PromiseFact>,
    /// What was done in the months that are looked at.
    pub steps: Vec<StepFact>,
}

/// A promise to answer by the end of a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PromiseFact {
    /// The day from which its days are counted.
    pub starts_on: Date,
    /// The last day.
    pub due_on: Date,
    /// The answer on substance.
    pub answered: Option<Done>,
    /// The first reply of any kind, the acknowledgement apart: an answer, a holding reply, a request for pieces, a notice that
    /// another administration answers.
    pub replied: Option<Done>,
    /// The day on which it ended without an answer, and how.
    pub ended: Option<(Date, Ending)>,
}

/// Something that was done after a promise had begun.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Done {
    /// The day.
    pub on: Date,
    /// Working days after the first day; the same day: 0 (domain.md §3.2, 4).
    pub working_days: i32,
    /// Days of the calendar after the first day.
    pub calendar_days: i32,
}

/// An acknowledgement that the law wants.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Owed {
    /// The last day.
    pub due_on: Date,
    /// The day on which it, or a reply, left.
    pub met_on: Option<Date>,
    /// The day on which it lost its object.
    pub ended_on: Option<Date>,
}

/// Something that was done to a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepFact {
    /// The day on which it was noted.
    pub on: Date,
    /// What.
    pub what: Step,
}

/// What may be done to a case, as far as figures count it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// A holding reply.
    Held,
    /// A request for pieces.
    PiecesAsked,
    /// It went to another service, or to another administration.
    Transferred,
    /// It was to be answered again.
    Reopened,
    /// An answer was written, with a model answer or without.
    Answered {
        /// Whether a model answer was its beginning.
        model: bool,
    },
}

impl CaseFact {
    /// Whether it counts for Qual-e-Pref: no file had to be opened to answer it (domain.md §1.3).
    pub fn in_scope(&self) -> bool {
        self.scope == Scope::General
    }
}
