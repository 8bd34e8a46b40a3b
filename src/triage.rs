//! What a message is: who is a machine ([`author`]), and what a person wants ([`classify`](Rules::classify)). No I/O.

mod author;
mod rules;

pub use author::{Author, Judgement, Reason, Surroundings, judge};
pub use rules::{Classification, Evidence, Rules};
