//! The rules of `rules/*.toml`, which the quality officer writes: what a person wants, and why we think so.
//!
//! A rule says one or several of kind, scope, topic, service and flag, with a reason in French. Its weight is added to
//! what speaks for its word: in log-odds, so that a weight of 1 makes a word nearly three times (e) as likely, and of
//! 2 seven times. A rule that decides overrules everything that only weighs.

mod automaton;
mod read;

use std::{ops::Range, path::PathBuf};

use regex_syntax::hir::Hir;

use super::{
    axis::{COLUMNS, Scores},
    fold::fold,
    view::{Place, View},
};
use crate::config::Problems;
use automaton::Automaton;

/// What a rule that decides weighs: more than all that weighs together, and little enough to be added up.
const DECISION: f32 = 1000.0;

/// One rule, read and sound.
#[derive(Debug)]
pub struct Rule {
    /// By which the evidence names it.
    pub name: String,
    /// Why, in French.
    pub reason: String,
    /// Log-odds for each of its words.
    pub weight: f32,
    /// The columns of its words.
    says: Vec<usize>,
    /// Key of the service that is to answer.
    pub service: Option<String>,
    /// Name of the model answer to propose.
    pub answer: Option<String>,
    look_in: Vec<Place>,
    patterns: Vec<Hir>,
    /// What it must match (`true`) and must not.
    examples: Vec<(Example, bool)>,
}

/// A text that a rule must match, or must not.
#[derive(Debug)]
struct Example {
    text: String,
    file: PathBuf,
    line: usize,
}

impl Rule {
    /// What it speaks for and against: its weight in the columns of its words.
    pub(super) fn add_to(&self, scores: &mut Scores) {
        self.says.iter().for_each(|column| scores[*column] += self.weight);
    }

    /// Whether it says no word of any axis.
    pub(super) fn says_nothing(&self) -> bool {
        self.says.is_empty()
    }

    /// Whether it says one of these words.
    pub(super) fn says(&self, columns: Range<usize>) -> bool {
        self.says.iter().any(|column| columns.contains(column))
    }
}

/// A rule that holds for a message, and where it was seen first.
#[derive(Debug)]
pub struct Hit<'r> {
    /// The rule.
    pub rule: &'r Rule,
    /// Where.
    pub place: Place,
    /// In bytes of the folded place.
    pub passage: Range<usize>,
}

/// The names that a rule may use, as far as they are known.
#[derive(Debug, Clone, Copy, Default)]
pub struct Names<'n> {
    /// Keys of services.
    pub services: Option<&'n [&'n str]>,
    /// Model answers.
    pub answers: Option<&'n [&'n str]>,
}

/// The compiled rules.
#[derive(Debug, Default)]
pub struct Rules {
    rules: Vec<Rule>,
    /// The rule of each pattern.
    patterns: Vec<usize>,
    automaton: Option<Automaton>,
}

impl Rules {
    /// Compiles rule files: `(path for messages, content)`. Everything wrong is reported at once; a rule that is wrong is
    /// left out, so that the others can be tried.
    pub fn compile(files: &[(PathBuf, String)], names: Names<'_>, problems: &mut Problems) -> Self {
        let mut rules: Vec<Rule> = Vec::new();
        for (path, content) in files {
            let known = read::rules(path, content, names, &rules, problems);
            rules.extend(known);
        }
        // Once compiled, the patterns are not needed any more.
        let numbered = rules.iter_mut().map(|rule| std::mem::take(&mut rule.patterns)).enumerate();
        let (patterns, sources): (Vec<usize>, Vec<Hir>) =
            numbered.flat_map(|(rule, patterns)| patterns.into_iter().map(move |pattern| (rule, pattern))).unzip();
        match Automaton::compile(&sources) {
            Ok(automaton) => {
                let compiled = Self { rules, patterns, automaton: Some(automaton) };
                compiled.try_examples(problems);
                compiled
            }
            Err(error) => {
                let file = files.first().map(|(path, _)| path.clone()).unwrap_or_default();
                problems.add(
                    file,
                    0,
                    format!(
                        "les motifs sont trop gros tous ensemble : raccourcissez-en ou retirez des règles ({error})"
                    ),
                );
                Self::default()
            }
        }
    }

    /// Whether each rule matches what it must, and does not match what it must not.
    fn try_examples(&self, problems: &mut Problems) {
        for (index, rule) in self.rules.iter().enumerate() {
            for (example, expected) in &rule.examples {
                let mut matched = false;
                self.each_match(&fold(&example.text), |rule, _| matched |= rule == index);
                if matched != *expected {
                    let fault = if *expected {
                        "n'est reconnu par aucun motif"
                    } else {
                        "est reconnu et ne devrait pas l'être"
                    };
                    let text = format!("règle « {} » : l'exemple « {} » {fault}", rule.name, example.text);
                    problems.add(&example.file, example.line, text);
                }
            }
        }
    }

    /// Tells the rule of each pattern that matches, wherever it is to look.
    fn each_match(&self, folded: &str, mut found: impl FnMut(usize, Range<usize>)) {
        if let Some(automaton) = &self.automaton {
            automaton.each_match(folded, |pattern, passage| found(self.patterns[pattern], passage));
        }
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.rules.len()
    }

    /// The rules that hold for a message, in the order of the files, each once, where it was seen first.
    pub fn look(&self, view: &View) -> Vec<Hit<'_>> {
        let mut seen: Vec<Option<(Place, Range<usize>)>> = vec![None; self.rules.len()];
        for place in Place::ALL {
            self.each_match(view.at(place), |rule, passage| {
                if self.rules[rule].look_in.contains(&place) {
                    let first = seen[rule].get_or_insert_with(|| (place, passage.clone()));
                    if first.0 == place && passage.start < first.1.start {
                        first.1 = passage;
                    }
                }
            });
        }
        let held = self.rules.iter().zip(seen);
        held.filter_map(|(rule, seen)| seen.map(|(place, passage)| Hit { rule, place, passage })).collect()
    }
}

/// What the rules that hold say together.
pub(super) fn sum(hits: &[Hit<'_>]) -> Scores {
    let mut scores = [0.0; COLUMNS];
    hits.iter().for_each(|hit| hit.rule.add_to(&mut scores));
    scores
}

#[cfg(test)]
mod tests;
