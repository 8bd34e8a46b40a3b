//! What is done with the figures of the label.

use crate::indicators::Targets;

/// `[figures]` and `[[target]]`
#[derive(Debug, Clone, PartialEq)]
pub struct Figures {
    /// What is to be reached, and how a gap is told.
    pub targets: Targets,
    /// The page of a survey to which answers lead; empty: they lead to none.
    pub survey: String,
    /// Working days after the end of a month after which it is published by itself; 0: only people publish.
    pub publish_after_days: u16,
}

impl Figures {
    /// What answers a letter of the last days has left by then, and what is late is known.
    pub const STANDARD_PUBLISHED: u16 = 10;
}
