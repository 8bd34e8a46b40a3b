//! The rules of `rules/*.toml`: what a person wants, and why we think so.
//!
//! A rule says one or several of kind, scope and topic, with a weight and a reason in French. Weights of the same word
//! add up; the heaviest word of each axis wins. The engine is deliberately plain: the quality officer edits the rules,
//! reads the reasons, and can foresee what a change does. It does not learn, and does not look at who wrote.

mod read;

use std::path::PathBuf;

use regex::bytes::{RegexSet, RegexSetBuilder};

use crate::{
    case::{Kind, Scope},
    config::Problems,
    mail::Message,
    triage::fold::{fold, fold_pattern, head},
};

/// The topics of the corpus (`corpus/README.md`); the last is said when nothing is known.
pub const TOPICS: &[&str] = &[
    "sejour",
    "naturalisation",
    "immatriculation",
    "permis",
    "cni_passeport",
    "rendez_vous",
    "accueil",
    "site_internet",
    "elections",
    "associations",
    "armes",
    "manifestation",
    "logement",
    "environnement",
    "medailles",
    "autre",
];

/// How much of a text is read, in bytes. Beyond it nobody says what they want for the first time.
const READ: usize = 20_000;

/// What an axis starts with for its usual word (`information`, `general`, `autre`): less evidence than this is none.
const USUAL: f64 = 1.0;

/// One piece of evidence for a classification.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Evidence {
    /// Where it comes from: `rule:<name>`.
    pub source: String,
    /// The reason in words.
    pub detail: String,
    /// How much it weighs.
    pub weight: f64,
}

/// What the sender wants.
#[derive(Debug, Clone, PartialEq)]
pub struct Classification {
    /// What the sender wants.
    pub kind: Kind,
    /// Who may answer.
    pub scope: Scope,
    /// Subject matter, a key of the corpus (`sejour`, `permis` … `autre`).
    pub topic: String,
    /// 0 to 1.
    pub confidence: f64,
    /// Why.
    pub evidence: Vec<Evidence>,
}

/// One rule, read and sound.
#[derive(Debug)]
struct Rule {
    name: String,
    reason: String,
    weight: f64,
    kind: Option<Kind>,
    scope: Option<Scope>,
    topic: Option<&'static str>,
    in_subject: bool,
    in_text: bool,
    patterns: Vec<String>,
}

/// The patterns that look at one place, compiled into one automaton, with the rule of each.
#[derive(Debug, Default)]
struct Place {
    set: RegexSet,
    rules: Vec<usize>,
}

impl Place {
    fn compile(rules: &[Rule], here: fn(&Rule) -> bool) -> Result<Self, regex::Error> {
        let (indices, patterns): (Vec<_>, Vec<_>) = rules
            .iter()
            .enumerate()
            .filter(|(_, rule)| here(rule))
            .flat_map(|(index, rule)| rule.patterns.iter().map(move |pattern| (index, pattern)))
            .unzip();
        Ok(Self { set: compile(patterns)?, rules: indices })
    }

    fn mark(&self, folded: &str, held: &mut [bool]) {
        self.set.matches(folded.as_bytes()).into_iter().for_each(|pattern| held[self.rules[pattern]] = true);
    }
}

/// Compiles patterns as they are matched: over the bytes of a folded text, a line a `^`.
fn compile<P: AsRef<str>>(patterns: impl IntoIterator<Item = P>) -> Result<RegexSet, regex::Error> {
    RegexSetBuilder::new(patterns.into_iter().map(|pattern| fold_pattern(pattern.as_ref())))
        .unicode(false)
        .case_insensitive(true)
        .multi_line(true)
        .size_limit(1 << 26)
        .dfa_size_limit(1 << 24)
        .build()
}

/// The compiled rules.
#[derive(Debug, Default)]
pub struct Rules {
    rules: Vec<Rule>,
    subject: Place,
    text: Place,
}

impl Rules {
    /// Compiles rule files: `(path for messages, content)`. Everything wrong is reported at once; a rule that is wrong is
    /// left out, so that the others can be tried.
    pub fn compile(files: &[(PathBuf, String)], problems: &mut Problems) -> Self {
        let rules: Vec<Rule> = files.iter().flat_map(|(path, content)| read::rules(path, content, problems)).collect();
        let places = Place::compile(&rules, |rule| rule.in_subject)
            .and_then(|subject| Ok((subject, Place::compile(&rules, |rule| rule.in_text)?)));
        match places {
            Ok((subject, text)) => Self { rules, subject, text },
            Err(error) => {
                let file = files.first().map(|(path, _)| path.clone()).unwrap_or_default();
                problems.add(file, 0, format!("les motifs sont trop gros tous ensemble : {error}"));
                Self::default()
            }
        }
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.rules.len()
    }

    /// Classifies one message of a person by its subject and its new text; quoted history decides nothing.
    pub fn classify(&self, message: &Message) -> Classification {
        let mut held = vec![false; self.rules.len()];
        self.subject.mark(&fold(head(&message.subject, READ)), &mut held);
        self.text.mark(&fold(head(&message.new_text, READ)), &mut held);
        let held: Vec<&Rule> = self.rules.iter().zip(held).filter_map(|(rule, held)| held.then_some(rule)).collect();

        let kind = Axis::weigh(Kind::Information, held.iter().filter_map(|rule| Some((rule.kind?, rule.weight))));
        let scope = Axis::weigh(Scope::General, held.iter().filter_map(|rule| Some((rule.scope?, rule.weight))));
        let topic = Axis::weigh("autre", held.iter().filter_map(|rule| Some((rule.topic?, rule.weight))));
        Classification {
            kind: kind.word,
            // What asks for nothing is nobody's to answer, and the reverse (`corpus/README.md`).
            scope: match (kind.word, scope.word) {
                (Kind::None, _) => Scope::None,
                (_, Scope::None) => Scope::General,
                (_, scope) => scope,
            },
            topic: topic.word.to_owned(),
            confidence: kind.confidence.min(topic.confidence),
            evidence: held
                .iter()
                .map(|rule| Evidence {
                    source: format!("rule:{}", rule.name),
                    detail: rule.reason.clone(),
                    weight: rule.weight,
                })
                .collect(),
        }
    }
}

/// The word that wins on one axis, and how sure that is.
struct Axis<W> {
    word: W,
    confidence: f64,
}

impl<W: Copy + PartialEq> Axis<W> {
    /// Adds up the weights a word and takes the heaviest; of equals, the one said first.
    fn weigh(usual: W, said: impl Iterator<Item = (W, f64)>) -> Self {
        let mut sums = vec![(usual, USUAL)];
        for (word, weight) in said {
            match sums.iter_mut().find(|(known, _)| *known == word) {
                Some((_, sum)) => *sum += weight,
                None => sums.push((word, weight)),
            }
        }
        let best = sums.iter().copied().reduce(|best, next| if next.1 > best.1 { next } else { best });
        let (word, weight) = best.unwrap_or((usual, USUAL));
        let second = sums.iter().filter(|(other, _)| *other != word).map(|(_, sum)| *sum).fold(0.0, f64::max);
        let margin = if sums.len() == 1 { 0.0 } else { weight - second };
        Self { word, confidence: 1.0 - 0.8 * (-margin / 2.0).exp() }
    }
}

#[cfg(test)]
mod tests;
