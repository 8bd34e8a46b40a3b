//! The questions that are asked of a message, and the words that may answer each.

use std::ops::Range;

use crate::case::{Flag, Kind, Scope, Topic};

const KINDS: &[&str] = &{
    let mut words = [""; Kind::ALL.len()];
    let mut kind = 0;
    while kind < words.len() {
        words[kind] = Kind::ALL[kind].corpus();
        kind += 1;
    }
    words
};

/// Every scope but the last, `none`: that one follows from the kind, and is not asked.
const SCOPES: &[&str] = Scope::WORDS.split_at(Scope::WORDS.len() - 1).0;

const FLAG: &[&str] = &["absent", "present"];

/// One question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Axis {
    /// What does the sender want?
    Kind,
    /// Who may answer? Asked only of what wants something.
    Scope,
    /// What is it about?
    Topic,
    /// Does it carry this sign?
    Flag(Flag),
}

impl Axis {
    /// Every question. The words of all of them, side by side in this order, are the columns of rules and model.
    pub const ALL: &'static [Self] = &[
        Self::Kind,
        Self::Scope,
        Self::Topic,
        Self::Flag(Flag::ALL[0]),
        Self::Flag(Flag::ALL[1]),
        Self::Flag(Flag::ALL[2]),
        Self::Flag(Flag::ALL[3]),
        Self::Flag(Flag::ALL[4]),
        Self::Flag(Flag::ALL[5]),
        Self::Flag(Flag::ALL[6]),
    ];

    /// The words that may answer, in the spelling of the corpus.
    pub const fn words(self) -> &'static [&'static str] {
        match self {
            Self::Kind => KINDS,
            Self::Scope => SCOPES,
            Self::Topic => Topic::WORDS,
            Self::Flag(_) => FLAG,
        }
    }

    /// The key by which files name it.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Kind => "kind",
            Self::Scope => "scope",
            Self::Topic => "topic",
            Self::Flag(flag) => flag.word(),
        }
    }

    /// What the question is called before people.
    pub const fn asked(self) -> &'static str {
        match self {
            Self::Kind => "nature",
            Self::Scope => "périmètre",
            Self::Topic => "thème",
            Self::Flag(_) => "signe",
        }
    }

    /// A word as people are shown it.
    pub fn french(self, word: usize) -> &'static str {
        match self {
            Self::Kind => Kind::ALL[word].french(),
            Self::Scope => Scope::ALL[word].french(),
            Self::Topic => Topic::ALL[word].french(),
            Self::Flag(flag) => flag.french(),
        }
    }

    /// The word that is said when nothing is known.
    pub const fn usual(self) -> usize {
        match self {
            Self::Topic => Topic::WORDS.len() - 1,
            Self::Kind | Self::Scope | Self::Flag(_) => 0,
        }
    }

    /// Which of the words this is.
    pub fn find(self, word: &str) -> Option<usize> {
        self.words().iter().position(|known| *known == word)
    }

    /// Its columns.
    pub const fn columns(self) -> Range<usize> {
        let mut start = 0;
        let mut axis = 0;
        while !Self::ALL[axis].same(self) {
            start += Self::ALL[axis].words().len();
            axis += 1;
        }
        start..start + self.words().len()
    }

    const fn same(self, other: Self) -> bool {
        match (self, other) {
            (Self::Kind, Self::Kind) | (Self::Scope, Self::Scope) | (Self::Topic, Self::Topic) => true,
            (Self::Flag(a), Self::Flag(b)) => a as u8 == b as u8,
            _ => false,
        }
    }
}

/// How many columns there are.
pub const COLUMNS: usize = Axis::ALL[Axis::ALL.len() - 1].columns().end;

/// A number for each word of each axis.
pub type Scores = [f32; COLUMNS];

/// The word that scores most on an axis; of equals, the first.
pub fn best(scores: &Scores, columns: Range<usize>) -> usize {
    let scores = &scores[columns];
    (0..scores.len()).fold(0, |best, next| if scores[next] > scores[best] { next } else { best })
}

/// What the scores of an axis say of a word, 0 to 1.
pub fn probability(scores: &Scores, columns: Range<usize>, word: usize) -> f64 {
    let scores = &scores[columns];
    let sum: f64 = scores.iter().map(|score| f64::from(score - scores[word]).exp()).sum();
    1.0 / sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_columns_lie_side_by_side_and_every_flag_has_its_own() {
        let mut next = 0;
        for axis in Axis::ALL {
            assert_eq!(axis.columns().start, next, "{axis:?}");
            next = axis.columns().end;
        }
        assert_eq!(next, COLUMNS);
        assert_eq!(Axis::ALL.iter().filter(|axis| matches!(axis, Axis::Flag(_))).count(), Flag::ALL.len());
    }

    #[test]
    fn what_is_said_when_nothing_is_known() {
        let usual = |axis: Axis| axis.words()[axis.usual()];
        assert_eq!([Axis::Kind, Axis::Scope, Axis::Topic].map(usual), ["information", "general", "autre"]);
        assert_eq!(Axis::Scope.find("none"), None);
    }
}
