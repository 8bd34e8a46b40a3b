//! What a prefecture wants to reach, and how far a figure is from it. No source gives a target for mail (domain.md §1.4): what
//! has none has no colour.

use super::{
    definition::Indicator,
    tally::{Figure, Tally},
};

/// What is to be reached.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Target {
    /// Of which figure: a rate or a delay.
    pub indicator: Indicator,
    /// A rate in percent, to be reached or passed; or a mean in working days, not to be passed.
    pub value: f64,
}

/// The targets, and how the gap to one is told.
#[derive(Debug, Clone, PartialEq)]
pub struct Targets {
    /// One a figure.
    pub all: Vec<Target>,
    /// Gaps in percent of the target from which the level is a worse one, in rising order (domain.md §1.4: 25 and 50).
    pub gaps: [f64; 2],
    /// The colour of each level, `#1b7f3b`, from the best.
    pub colours: [String; 4],
}

/// How a figure stands to its target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// As wanted, or better.
    Reached,
    /// The gap is below the first threshold.
    Near,
    /// It is between the two.
    Far,
    /// It is above the second.
    Farther,
}

impl Default for Targets {
    fn default() -> Self {
        let colours = ["#18753c", "#b7a73f", "#d64d00", "#b3152a"];
        Self { all: Vec::new(), gaps: [25.0, 50.0], colours: colours.map(str::to_owned) }
    }
}

impl Targets {
    /// The target of a figure.
    pub fn of(&self, indicator: Indicator) -> Option<Target> {
        self.all.iter().find(|target| target.indicator == indicator).copied()
    }

    /// How a figure stands; `None`: it has no target, or nothing fell due.
    pub fn level(&self, indicator: Indicator, tally: &Tally) -> Option<Level> {
        let target = self.of(indicator)?.value;
        let short = match tally.figure(indicator) {
            Figure::Rate { num, den } if den > 0 => target - num as f64 * 100.0 / den as f64,
            Figure::Delays(spread) => spread.working()?.mean - target,
            _ => return None,
        };
        let gap = if short <= 0.0 {
            0.0
        } else if target > 0.0 {
            short * 100.0 / target
        } else {
            f64::INFINITY
        };
        Some(match gap {
            gap if gap <= 0.0 => Level::Reached,
            gap if gap < self.gaps[0] => Level::Near,
            gap if gap <= self.gaps[1] => Level::Far,
            _ => Level::Farther,
        })
    }

    /// The colour of a level.
    pub fn colour(&self, level: Level) -> &str {
        &self.colours[level as usize]
    }

    /// A level in words.
    pub fn words(&self, level: Level) -> String {
        let [near, far] = self.gaps;
        match level {
            Level::Reached => "objectif atteint".into(),
            Level::Near => format!("écart de moins de {near} %"),
            Level::Far => format!("écart de {near} à {far} %"),
            Level::Farther => format!("écart de plus de {far} %"),
        }
    }
}

impl Level {
    /// Its shape, so that nobody needs the colour.
    pub const fn shape(self) -> &'static str {
        match self {
            Self::Reached => "●",
            Self::Near => "◆",
            Self::Far => "▲",
            Self::Farther => "■",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::indicators::{Family, Measure};

    fn rate(num: u64, den: u64) -> Tally {
        serde_json::from_value(serde_json::json!({ "email_on_time": { "rate": { "num": num, "den": den } } })).unwrap()
    }

    #[test]
    fn a_gap_is_a_part_of_the_target_and_nothing_due_is_no_level() {
        let email = Indicator::Of(Family::Email, Measure::OnTime);
        let targets = Targets { all: vec![Target { indicator: email, value: 80.0 }], ..Targets::default() };
        let level = |num, den| targets.level(email, &rate(num, den));
        assert_eq!(level(0, 0), None);
        assert_eq!(
            [level(80, 100), level(79, 100), level(61, 100)],
            [Some(Level::Reached), Some(Level::Near), Some(Level::Near)]
        );
        assert_eq!(
            [level(60, 100), level(40, 100), level(39, 100)],
            [Some(Level::Far), Some(Level::Far), Some(Level::Farther)]
        );
        assert_eq!(Targets::default().level(email, &rate(1, 2)), None, "no target, no colour");
    }
}
