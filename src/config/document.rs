//! One file of the folder: its TOML as far as it can be understood, and where in it each value stands.

use std::{
    cell::{Cell, RefCell},
    ops::Range,
    path::{Path, PathBuf},
};

use toml::de::DeTable;

use super::{Problems, syntax};

/// What one reading of the folder shares between its files.
pub(super) struct Reading<'a> {
    /// What relative paths start from.
    pub folder: &'a Path,
    /// Everything wrong so far.
    pub problems: RefCell<Problems>,
    /// The files that must be there once the texts are found sound.
    pub needed: RefCell<Vec<Needed>>,
    /// Whether a file is not even TOML: what seems to be missing may then stand in the part that was not understood.
    broken: Cell<bool>,
}

/// A file that the configuration names and that must be readable.
pub(super) struct Needed {
    /// The file that names it.
    pub file: PathBuf,
    /// The line that names it.
    pub line: usize,
    /// The key that names it.
    pub key: String,
    /// The file to be read.
    pub path: PathBuf,
}

impl<'a> Reading<'a> {
    /// Starts reading a folder.
    pub fn new(folder: &'a Path) -> Self {
        Self { folder, problems: RefCell::default(), needed: RefCell::default(), broken: Cell::new(false) }
    }

    /// Whether absences mean anything: every file was understood to its end.
    pub fn complete(&self) -> bool {
        !self.broken.get()
    }
}

/// Faults of syntax told of one file: beyond, it is not a configuration at all.
const MOST_FAULTS: usize = 50;

/// One file, parsed.
pub(super) struct Document<'a> {
    /// Where it is, as people are told.
    pub path: &'a Path,
    /// The reading it belongs to.
    pub reading: &'a Reading<'a>,
    /// What was understood.
    pub root: DeTable<'a>,
    text: &'a str,
    broken: Vec<usize>,
}

impl<'a> Document<'a> {
    /// Parses a file and tells its faults of syntax.
    pub fn parse(path: &'a Path, text: &'a str, reading: &'a Reading<'a>) -> Self {
        let (root, errors) = DeTable::parse_recoverable(text);
        let mut this = Self { path, reading, root: root.into_inner(), text, broken: Vec::new() };
        for error in errors.into_iter().take(MOST_FAULTS) {
            let span = error.span().unwrap_or_default();
            let line = this.line(&span);
            this.tell(line, syntax::in_french(error.message(), this.source(span), text, line));
            this.broken.push(line);
            reading.broken.set(true);
        }
        this
    }

    /// The folder itself: what is said of no file in particular, and the tables that nobody wrote.
    pub fn folder(reading: &'a Reading<'a>) -> Self {
        Self { path: reading.folder, reading, root: DeTable::new(), text: "", broken: Vec::new() }
    }

    /// Notes a fault, unless the parser already complained about this line: one mistake, one problem.
    pub fn tell(&self, line: usize, text: impl Into<String>) {
        if !self.broken.contains(&line) {
            self.reading.problems.borrow_mut().add(self.path, line, text);
        }
    }

    /// The line, from 1, where a span starts.
    pub fn line(&self, span: &Range<usize>) -> usize {
        self.text.bytes().take(span.start).filter(|byte| *byte == b'\n').count() + 1
    }

    /// What was written there.
    pub fn source(&self, span: Range<usize>) -> &'a str {
        self.text.get(span).unwrap_or_default()
    }

    /// « releve.toml:12 », to name a line in a sentence about another one.
    pub fn place(&self, line: usize) -> String {
        format!("{}:{line}", self.path.file_name().unwrap_or_default().display())
    }
}
