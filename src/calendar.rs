//! French working days and deadlines by département and time zone, with the explanation of each. No I/O, no clock.
//!
//! [`Territory`] says where (zone, name), [`Holiday`] which days are public holidays there, [`Calendar`] adds the
//! closures of one prefecture and counts; [`in_words`] writes a date for people.

mod deadline;
mod holidays;
mod territory;
mod words;

pub use deadline::{Calendar, Day, Deadline, Delay, Unit, UnknownUnit};
pub use holidays::Holiday;
pub use territory::{Territory, UnknownTerritory};
pub use words::{delay_in_words, in_words};

#[cfg(test)]
mod tests;
