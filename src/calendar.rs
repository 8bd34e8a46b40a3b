//! French working days and deadlines by département and time zone, with the explanation of each. No I/O.

mod deadline;
mod holidays;
mod territory;

pub use deadline::{Calendar, Day, Deadline, Delay, Unit};
pub use territory::{Territory, UnknownTerritory};
