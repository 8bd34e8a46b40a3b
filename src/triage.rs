//! What a message is: who is a machine ([`judge`]), and what a person wants ([`classify`](Rules::classify)). No I/O.

mod author;
pub mod fold;
mod rules;

pub use author::{Author, Judgement, Reason, Surroundings, channel, correspondent, judge};
pub use rules::{Classification, Evidence, Rules, TOPICS};
