//! The figures that the label asks for: from what is known of each case to rates, delays and volumes, by month, with the
//! written definition of each next to it (domain.md §1.4). Pure: facts and a day in, values out.
//!
//! [`CaseFact`] says what is known of a case, [`Indicator`] what each figure means, [`contributions`] what a case adds to which
//! figure of which month. That one function makes the figures ([`Tally`]) and the list of the cases behind each of them, so the
//! two cannot disagree. Around it: the table, the charts, the sheets and the papers.

mod chart;
mod count;
mod definition;
mod difference;
mod fact;
mod french;
mod listening;
mod month;
mod pack;
mod papers;
mod report;
mod table;
mod tally;
mod target;
mod workbook;

pub use chart::{Chart, Series};
pub use count::{Counted, Part, contributions};
pub use definition::{Family, Indicator, Measure, UnknownIndicator};
pub use difference::{Difference, differences};
pub use fact::{CaseFact, Done, Owed, PromiseFact, Step, StepFact};
pub use french::{decimal, percent, working_days};
pub use listening::{Campaign, Criterion, MysteryMail, Satisfaction, campaigns};
pub use month::{Month, Quarter, UnknownMonth};
pub use pack::{PackError, Sampled, pack};
pub use papers::{Drawing, Grid, Matter, STYLE, Shown, bilan, changed, charts, grid, poster, satisfaction, shown};
pub use report::{ByService, Edition, MonthFigures, Publication, Report, Seen, tallies};
pub use table::{Line, NAMED, Share, Volume, What, heading, in_short, lines, volumes};
pub use tally::{Dimension, Figure, Middle, Spread, Tally};
pub use target::{Level, Target, Targets};
pub use workbook::{Behind, Setting, definitions, monthly, outcome, workbook};

#[cfg(test)]
mod tests;
