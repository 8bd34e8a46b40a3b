//! The figures that the label asks for: from what is known of each case to rates, delays and volumes, by month, with the
//! written definition of each next to it (domain.md §1.4). Pure: facts and a day in, values out.
//!
//! [`fact`] says what is known of a case, [`definition`] what each figure means, [`count`] what a case adds to which figure
//! of which month. That one function makes the figures ([`tally`]) and the list of the cases behind each of them, so the two
//! cannot disagree.

mod count;
mod definition;
mod difference;
mod fact;
mod french;
mod month;
mod report;
mod tally;
mod target;

pub use count::{Counted, Part, contributions};
pub use definition::{Family, Indicator, Measure};
pub use difference::{Difference, differences};
pub use fact::{CaseFact, Done, Owed, PromiseFact, Step, StepFact};
pub use french::{WITHOUT_OBJECT, days, decimal, percent};
pub use month::{Month, Quarter, UnknownMonth};
pub use report::{ByService, Edition, MonthFigures, Publication, Report, Seen, tallies};
pub use tally::{Dimension, Figure, Middle, Spread, Tally};
pub use target::{Level, Target, Targets};

#[cfg(test)]
mod tests;
