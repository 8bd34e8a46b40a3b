//! Reads rule files. A mistake costs its rule, never the file: an operator is told everything that is wrong in one run.

use std::{borrow::Cow, ops::Range, path::Path};

use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use regex_syntax::hir::Hir;

use super::{
    DECISION, Example, Names, Rule,
    automaton::{self, Fault},
};
use crate::{
    case::Flag,
    config::Problems,
    triage::{axis::Axis, view::Place},
};

/// What a rule may say.
const KEYS: &[&str] = &[
    "name",
    "look_in",
    "patterns",
    "weight",
    "decision",
    "kind",
    "scope",
    "topic",
    "flag",
    "service",
    "answer",
    "reason",
    "matches",
    "does_not_match",
];

/// What a rule weighs at most: more would be a decision in disguise.
const HEAVIEST: f64 = 20.0;

/// A key of a table and its value, both with their place in the file.
type Entry<'d, 'a> = (&'d Spanned<Cow<'a, str>>, &'d Spanned<DeValue<'a>>);

/// The sound rules of one file. `others`: those of the files before, whose names are taken.
pub(super) fn rules(
    path: &Path,
    content: &str,
    names: Names<'_>,
    others: &[Rule],
    problems: &mut Problems,
) -> Vec<Rule> {
    let mut file = File { path, content, names, problems, sound: true };
    let table = match DeTable::parse(content) {
        Ok(table) => table,
        Err(error) => {
            file.wrong(error.span().unwrap_or(0..0), format!("ce fichier n'est pas du TOML : {}", error.message()));
            return Vec::new();
        }
    };
    let mut rules: Vec<Rule> = Vec::new();
    for (key, value) in table.get_ref().iter() {
        match value.get_ref() {
            DeValue::Array(entries) if key.get_ref() == "rule" => {
                for entry in entries.iter() {
                    let Some(rule) = file.rule(entry) else { continue };
                    if others.iter().chain(&rules).any(|known| known.name == rule.name) {
                        file.wrong(entry.span(), format!("une autre règle s'appelle déjà « {} »", rule.name));
                        continue;
                    }
                    rules.push(rule);
                }
            }
            _ => file.wrong(
                key.span(),
                format!("clé inconnue « {} » ; seules des règles [[rule]] sont attendues", key.get_ref()),
            ),
        }
    }
    rules
}

/// A file under reading.
struct File<'f> {
    path: &'f Path,
    content: &'f str,
    names: Names<'f>,
    problems: &'f mut Problems,
    /// Whether nothing was wrong with the rule under reading so far.
    sound: bool,
}

impl File<'_> {
    fn wrong(&mut self, span: Range<usize>, text: impl Into<String>) {
        self.problems.add(self.path, self.line(&span), text);
        self.sound = false;
    }

    fn line(&self, span: &Range<usize>) -> usize {
        1 + self.content.bytes().take(span.start).filter(|byte| *byte == b'\n').count()
    }

    fn rule(&mut self, entry: &Spanned<DeValue<'_>>) -> Option<Rule> {
        self.sound = true;
        let DeValue::Table(table) = entry.get_ref() else {
            self.wrong(entry.span(), "une règle s'écrit [[rule]]");
            return None;
        };
        let mut rule = Rule {
            name: String::new(),
            reason: String::new(),
            weight: 1.0,
            says: Vec::new(),
            service: None,
            answer: None,
            look_in: vec![Place::Subject, Place::Text],
            patterns: Vec::new(),
            examples: Vec::new(),
        };
        let (mut matches, mut others) = (Vec::new(), Vec::new());
        let mut decides = false;
        for entry in table.iter() {
            let (key, _) = entry;
            match key.get_ref().as_ref() {
                "name" => rule.name = self.string(entry),
                "reason" => rule.reason = self.string(entry),
                "weight" => rule.weight = self.weight(entry),
                "decision" => decides = self.yes_or_no(entry),
                "kind" => rule.says.extend(self.word(entry, Axis::Kind)),
                "scope" => rule.says.extend(self.word(entry, Axis::Scope)),
                "topic" => rule.says.extend(self.word(entry, Axis::Topic)),
                "flag" => rule.says.extend(self.flag(entry)),
                "service" => rule.service = self.name(entry, self.names.services),
                "answer" => rule.answer = self.name(entry, self.names.answers),
                "look_in" => rule.look_in = self.places(entry),
                "patterns" => rule.patterns = self.patterns(entry),
                "matches" => matches = self.examples(entry),
                "does_not_match" => others = self.examples(entry),
                unknown => {
                    let near = KEYS
                        .iter()
                        .max_by(|a, b| strsim::jaro_winkler(unknown, a).total_cmp(&strsim::jaro_winkler(unknown, b)));
                    let near = near.copied().unwrap_or_default();
                    self.wrong(key.span(), format!("clé inconnue « {unknown} » ; vouliez-vous « {near} » ?"));
                }
            }
        }
        for (missing, what) in [
            (rule.name.is_empty(), "name"),
            (rule.reason.is_empty(), "reason"),
            (!table.contains_key("patterns"), "patterns"),
        ] {
            if missing {
                self.wrong(entry.span(), format!("il manque « {what} » à cette règle"));
            }
        }
        if rule.says.is_empty() && rule.service.is_none() && rule.answer.is_none() && self.sound {
            let text = "cette règle ne dit rien : donnez-lui « kind », « scope », « topic », « flag », « service » ou « answer »";
            self.wrong(entry.span(), text);
        }
        if decides {
            if table.contains_key("weight") {
                self.wrong(entry.span(), "une règle a un poids (« weight ») ou décide (« decision »), pas les deux");
            }
            rule.weight = DECISION;
        }
        rule.examples = matches.into_iter().map(|example| (example, true)).collect();
        rule.examples.extend(others.into_iter().map(|example| (example, false)));
        self.sound.then_some(rule)
    }

    fn string(&mut self, (key, value): Entry<'_, '_>) -> String {
        match value.get_ref() {
            DeValue::String(text) if !text.trim().is_empty() => text.trim().to_owned(),
            _ => {
                self.wrong(value.span(), format!("« {} » attend un texte entre guillemets", key.get_ref()));
                String::new()
            }
        }
    }

    fn strings(&mut self, (key, value): Entry<'_, '_>) -> Vec<(String, Range<usize>)> {
        let DeValue::Array(items) = value.get_ref() else {
            self.wrong(value.span(), format!("« {} » attend une liste de textes : [\"…\", \"…\"]", key.get_ref()));
            return Vec::new();
        };
        items.iter().map(|item| (self.string((key, item)), item.span())).collect()
    }

    fn examples(&mut self, entry: Entry<'_, '_>) -> Vec<Example> {
        let texts = self.strings(entry);
        texts
            .into_iter()
            .map(|(text, span)| Example { text, file: self.path.to_owned(), line: self.line(&span) })
            .collect()
    }

    fn weight(&mut self, (key, value): Entry<'_, '_>) -> f32 {
        let number = match value.get_ref() {
            DeValue::Integer(number) => number.as_str().parse().ok(),
            DeValue::Float(number) => number.as_str().parse().ok(),
            _ => None,
        };
        let sound = number.filter(|number: &f64| number.abs() <= HEAVIEST);
        sound.map(|number| number as f32).unwrap_or_else(|| {
            let text = format!(
                "« {} » attend un nombre de -{HEAVIEST} à {HEAVIEST}, par exemple 1.5 ; pour trancher : decision = true",
                key.get_ref()
            );
            self.wrong(value.span(), text);
            0.0
        })
    }

    fn yes_or_no(&mut self, (key, value): Entry<'_, '_>) -> bool {
        value.get_ref().as_bool().unwrap_or_else(|| {
            self.wrong(value.span(), format!("« {} » attend true ou false", key.get_ref()));
            false
        })
    }

    /// The column of a word.
    fn word(&mut self, entry: Entry<'_, '_>, axis: Axis) -> Option<usize> {
        let word = self.string(entry);
        let found = axis.find(&word).map(|index| axis.columns().start + index);
        if found.is_none() && !word.is_empty() {
            self.unknown(entry, &word, axis.words());
        }
        found
    }

    /// The column in which a flag is present.
    fn flag(&mut self, entry: Entry<'_, '_>) -> Option<usize> {
        let word = self.string(entry);
        let found = Flag::ALL.iter().find(|flag| flag.word() == word).map(|flag| Axis::Flag(*flag).columns().end - 1);
        if found.is_none() && !word.is_empty() {
            self.unknown(entry, &word, &Flag::ALL.iter().map(|flag| flag.word()).collect::<Vec<_>>());
        }
        found
    }

    fn name(&mut self, entry: Entry<'_, '_>, known: Option<&[&str]>) -> Option<String> {
        let word = self.string(entry);
        if let Some(known) = known.filter(|known| !known.contains(&word.as_str())) {
            self.unknown(entry, &word, known);
        }
        Some(word)
    }

    fn unknown(&mut self, (key, value): Entry<'_, '_>, found: &str, allowed: &[&str]) {
        let allowed = allowed.join(", ");
        let text = format!("« {} » : « {found} » n'est pas connu ; valeurs possibles : {allowed}", key.get_ref());
        self.wrong(value.span(), text);
    }

    fn places(&mut self, entry: Entry<'_, '_>) -> Vec<Place> {
        let mut places = Vec::new();
        for (word, span) in self.strings(entry) {
            match Place::ALL.into_iter().find(|place| place.word() == word) {
                Some(place) => places.push(place),
                None => {
                    let known = Place::ALL.map(Place::word).join(", ");
                    let text = format!("« look_in » : « {word} » n'est pas connu ; valeurs possibles : {known}");
                    self.wrong(span, text);
                }
            }
        }
        places
    }

    fn patterns(&mut self, entry: Entry<'_, '_>) -> Vec<Hir> {
        let mut sound = Vec::new();
        for (pattern, span) in self.strings(entry) {
            match automaton::read(&pattern) {
                Ok(read) => sound.push(read),
                Err(Fault { piece, why }) => {
                    let text =
                        format!("le motif « {pattern} » n'est pas une expression régulière, à « {piece} » : {why}");
                    self.wrong(span, text);
                }
            }
        }
        sound
    }
}
