//! All patterns of all rules over one text, in one pass, however many they are.
//!
//! One automaton looks for what matches may begin with, the literal beginnings of all patterns together; where it sees
//! one, the patterns that begin so are tried at that place. A single automaton of all patterns would do as well, were it not
//! that its states are sets of all that may be going on: megabytes for some hundred patterns, and slow until it has seen
//! every word.

use std::{collections::BTreeMap, ops::Range};

use aho_corasick::AhoCorasick;
use regex::bytes::Regex;
use regex_automata::{
    Anchored, Input, PatternID,
    hybrid::dfa::{self, Cache, DFA},
    nfa::thompson::{self, WhichCaptures},
    util::pool::Pool,
};
use regex_syntax::hir::{
    Hir,
    literal::{ExtractKind, Extractor},
};

use crate::triage::fold::fold_pattern;

/// Beginnings of one pattern at most; one that may begin in more ways is tried everywhere.
const BEGINNINGS: usize = 500;

/// Bytes of a beginning that are looked for.
const LENGTH: usize = 12;

/// A pattern that may begin with less is tried everywhere by itself: a single letter is seen at every step.
const SHORTEST: usize = 2;

/// What one pattern may take when it is compiled, in bytes.
const GIANT: usize = 1 << 20;

/// What all of them may take together.
const GIANTS: usize = 1 << 26;

/// How long a match may be, in bytes: a pattern that looks further costs more than it tells.
const REACH: usize = 400;

/// What the automaton that tries the patterns may remember, in bytes, before it forgets and starts again.
const MEMORY: usize = 4 << 20;

/// What is wrong with a pattern, and the piece of it.
#[derive(Debug)]
pub(super) struct Fault {
    pub(super) piece: String,
    pub(super) why: String,
}

/// Reads a pattern as it is matched: over the bytes of a folded text, a line a `^`.
pub(super) fn read(pattern: &str) -> Result<Hir, Fault> {
    let folded = fold_pattern(pattern);
    let whole = |why: String| Fault { piece: folded.clone(), why };
    let mut parser = regex_syntax::ParserBuilder::new().unicode(false).utf8(false).multi_line(true).build();
    let read = parser.parse(&folded).map_err(|error| {
        let (why, span) = match &error {
            regex_syntax::Error::Parse(error) => (error.kind().to_string(), Some(error.span())),
            regex_syntax::Error::Translate(error) => (error.kind().to_string(), Some(error.span())),
            other => (other.to_string(), None),
        };
        let piece = span.and_then(|span| folded.get(span.start.offset..span.end.offset));
        Fault { piece: piece.filter(|piece| !piece.is_empty()).unwrap_or(&folded).to_owned(), why }
    })?;
    // By itself first, so that the one at fault is told, and before it takes all the memory.
    let nfa = compiler(GIANT).build_from_hir(&read).map_err(|error| whole(error.to_string()))?;
    dfa::Builder::new().build_from_nfa(nfa).map_err(|error| whole(error.to_string()))?;
    Ok(read)
}

/// Compiles patterns that take no more than `limit` bytes.
fn compiler(limit: usize) -> thompson::Compiler {
    let config = thompson::Config::new().utf8(false).which_captures(WhichCaptures::None).nfa_size_limit(Some(limit));
    let mut compiler = thompson::Compiler::new();
    compiler.configure(config);
    compiler
}

/// Some patterns, compiled together.
#[derive(Debug)]
pub(super) struct Automaton {
    beginnings: AhoCorasick,
    /// The patterns that begin so, by the number of the beginning.
    begun: Vec<Vec<u32>>,
    tried: DFA,
    caches: Pool<Cache, Box<dyn Fn() -> Cache + Send + Sync + std::panic::UnwindSafe + std::panic::RefUnwindSafe>>,
    /// Patterns without any literal beginning, each by itself.
    anywhere: Vec<(usize, Regex)>,
    count: usize,
}

impl Automaton {
    /// Compiles patterns, each sound by itself ([`read`]). The error is the library's, for the whole.
    pub(super) fn compile(patterns: &[Hir]) -> Result<Self, String> {
        let mut beginnings: BTreeMap<Vec<u8>, Vec<u32>> = BTreeMap::new();
        let mut anywhere = Vec::new();
        for (number, pattern) in patterns.iter().enumerate() {
            match beginnings_of(pattern) {
                Some(found) => {
                    found
                        .into_iter()
                        .for_each(|beginning| beginnings.entry(beginning).or_default().push(number as u32));
                }
                None => anywhere.push((number, alone(pattern)?)),
            }
        }
        let (beginnings, begun): (Vec<_>, Vec<_>) = beginnings.into_iter().unzip();
        let nfa = compiler(GIANTS).build_many_from_hir(patterns).map_err(|error| error.to_string())?;
        let tried = dfa::Builder::new()
            .configure(
                dfa::Config::new().starts_for_each_pattern(true).cache_capacity(MEMORY).skip_cache_capacity_check(true),
            )
            .build_from_nfa(nfa)
            .map_err(|error| error.to_string())?;
        let caches = {
            let tried = tried.clone();
            Pool::new(Box::new(move || tried.create_cache()) as Box<_>)
        };
        let beginnings = AhoCorasick::new(beginnings).map_err(|error| error.to_string())?;
        Ok(Self { beginnings, begun, tried, caches, anywhere, count: patterns.len() })
    }

    /// Tells each pattern that matches the folded text, once, with its first place.
    pub(super) fn each_match(&self, folded: &str, mut found: impl FnMut(usize, Range<usize>)) {
        let text = folded.as_bytes();
        let mut seen = vec![false; self.count];
        let mut cache = self.caches.get();
        for beginning in self.beginnings.find_overlapping_iter(text) {
            for number in &self.begun[beginning.pattern().as_usize()] {
                let number = *number as usize;
                if seen[number] {
                    continue;
                }
                let input = Input::new(text)
                    .range(beginning.start()..text.len().min(beginning.start() + REACH))
                    .anchored(Anchored::Pattern(PatternID::must(number)));
                // The lazy automaton gives up on nothing that this one is made of.
                if let Ok(Some(end)) = self.tried.try_search_fwd(&mut cache, &input) {
                    seen[number] = true;
                    found(number, beginning.start()..end.offset());
                }
            }
        }
        for (number, pattern) in &self.anywhere {
            if let Some(place) = pattern.find(text) {
                found(*number, place.range());
            }
        }
    }
}

/// What every match of a pattern begins with, one or another; `None` when that cannot be said.
fn beginnings_of(pattern: &Hir) -> Option<Vec<Vec<u8>>> {
    let mut extractor = Extractor::new();
    extractor.kind(ExtractKind::Prefix).limit_total(BEGINNINGS).limit_literal_len(LENGTH).limit_class(40);
    let found = extractor.extract(pattern);
    let mut literals: Vec<Vec<u8>> = found.literals()?.iter().map(|literal| literal.as_bytes().to_vec()).collect();
    literals.sort();
    // What begins with a shorter one is found by it.
    literals.dedup_by(|next, kept| next.starts_with(kept));
    literals.iter().all(|literal| literal.len() >= SHORTEST).then_some(literals)
}

fn alone(pattern: &Hir) -> Result<Regex, String> {
    regex::bytes::RegexBuilder::new(&pattern.to_string()).unicode(false).build().map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(patterns: &[&str], text: &str) -> Vec<(usize, Range<usize>)> {
        let patterns: Vec<Hir> = patterns.iter().map(|pattern| read(pattern).unwrap()).collect();
        let mut found = Vec::new();
        Automaton::compile(&patterns).unwrap().each_match(text, |pattern, place| found.push((pattern, place)));
        found.sort_by_key(|(pattern, _)| *pattern);
        found
    }

    #[test]
    fn every_pattern_is_found_with_its_first_place_even_where_they_overlap() {
        let patterns = [r"\bcarte grise\b", "grise", r"\bcart", r"\bGRIS", r"\d{2,}", r"^\W*ma"];
        let text = "ma carte grise, ma carte grise 12345";
        let places: Vec<_> = matches(&patterns, text).into_iter().map(|(_, place)| &text[place]).collect();
        assert_eq!(places, ["carte grise", "grise", "cart", "gris", "12345", "ma"]);
    }

    #[test]
    fn a_bound_looks_at_what_stands_before() {
        assert_eq!(matches(&[r"\bcarte\b", r"\Bcarte"], "encarte"), [(1, 2..7)]);
    }

    #[test]
    fn a_blank_is_also_the_end_of_a_line() {
        assert_eq!(matches(&["carte grise", "^grise$"], "carte\ngrise"), [(0, 0..11), (1, 6..11)]);
    }

    #[test]
    fn a_pattern_that_may_begin_with_anything_is_found_too() {
        assert_eq!(matches(&[r"\w+ment\b", r".*z", ""], "un paiement"), [(0, 3..11), (2, 0..0)]);
    }

    #[test]
    fn a_giant_and_what_needs_unicode_are_refused_by_themselves() {
        for pattern in ["((a{1000}){1000}){1000}", r"\w{1000}{1000}", r"(?u)\bx\b"] {
            assert!(read(pattern).is_err(), "{pattern}");
        }
    }

    #[test]
    fn the_piece_of_a_pattern_that_is_wrong_is_told() {
        let fault = read(r"a(b|[z-a])").unwrap_err();
        assert_eq!((fault.piece.as_str(), fault.why.is_empty()), ("z-a", false));
    }
}
