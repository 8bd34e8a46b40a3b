//! French working days and deadlines by département and time zone, with the explanation of each. No I/O, no clock.
//!
//! [`Territory`] says where (zone, name), [`Holiday`] which days are public holidays there, [`Calendar`] adds the
//! closures of one prefecture, counts, and knows when its people are at work ([`Hours`]); [`in_words`] writes a date for
//! people.

mod counted;
mod deadline;
mod holidays;
mod office;
mod territory;
mod words;

pub use counted::CountedDays;
pub use deadline::{Calendar, Day, Deadline, Delay, Unit, UnknownUnit, day_in_words};
pub use holidays::Holiday;
pub use office::Hours;
pub use territory::{Territory, UnknownTerritory};
pub use words::{MONTHS, delay_in_words, in_words};

#[cfg(test)]
mod tests;
