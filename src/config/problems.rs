//! Everything that is wrong in the operator's files, gathered so that one run of `releve check` tells it all.

use std::{fmt, path::PathBuf};

/// One fault.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// The file.
    pub file: PathBuf,
    /// The line, from 1; 0 when the fault is of the whole file.
    pub line: usize,
    /// One sentence in French: what was found, what is allowed, what to do.
    pub text: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(f, "{} : {}", self.file.display(), self.text),
            line => write!(f, "{}:{line} : {}", self.file.display(), self.text),
        }
    }
}

/// The faults found so far.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Problems(Vec<Problem>);

impl Problems {
    /// Notes one fault.
    pub fn add(&mut self, file: impl Into<PathBuf>, line: usize, text: impl Into<String>) {
        self.0.push(Problem { file: file.into(), line, text: text.into() });
    }

    /// Whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Takes over the faults found elsewhere.
    pub fn append(&mut self, mut others: Self) {
        self.0.append(&mut others.0);
    }

    /// The faults, by file and line.
    pub fn sorted(mut self) -> Vec<Problem> {
        self.0.sort();
        // Two ways of filling in one template find the same hole.
        self.0.dedup();
        self.0
    }
}
