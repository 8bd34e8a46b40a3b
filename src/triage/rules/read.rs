//! Reads rule files. A mistake costs its rule, never the file: an operator is told everything that is wrong in one run.

use std::{borrow::Cow, fmt::Display, ops::Range, path::Path};

use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use super::{Rule, TOPICS, compile};
use crate::{
    case::{Kind, Scope},
    config::Problems,
    triage::fold::fold,
};

/// What a rule may say.
const KEYS: &[&str] =
    &["name", "look_in", "patterns", "weight", "kind", "scope", "topic", "reason", "matches", "does_not_match"];

/// A key of a table and its value, both with their place in the file.
type Entry<'d, 'a> = (&'d Spanned<Cow<'a, str>>, &'d Spanned<DeValue<'a>>);

/// The sound rules of one file.
pub(super) fn rules(path: &Path, content: &str, problems: &mut Problems) -> Vec<Rule> {
    let mut file = File { path, content, problems, sound: true };
    let table = match DeTable::parse(content) {
        Ok(table) => table,
        Err(error) => {
            file.wrong(error.span().unwrap_or(0..0), format!("ce fichier n'est pas du TOML : {}", error.message()));
            return Vec::new();
        }
    };
    let mut rules = Vec::new();
    for (key, value) in table.get_ref().iter() {
        match value.get_ref() {
            DeValue::Array(entries) if key.get_ref() == "rule" => {
                rules.extend(entries.iter().filter_map(|entry| file.rule(entry)));
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
    problems: &'f mut Problems,
    /// Whether nothing was wrong with the rule under reading so far.
    sound: bool,
}

impl File<'_> {
    fn wrong(&mut self, span: Range<usize>, text: impl Into<String>) {
        let line = 1 + self.content.bytes().take(span.start).filter(|byte| *byte == b'\n').count();
        self.problems.add(self.path, line, text);
        self.sound = false;
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
            kind: None,
            scope: None,
            topic: None,
            in_subject: true,
            in_text: true,
            patterns: Vec::new(),
        };
        let (mut matches, mut others) = (Vec::new(), Vec::new());
        for entry in table.iter() {
            let (key, _) = entry;
            match key.get_ref().as_ref() {
                "name" => rule.name = self.string(entry),
                "reason" => rule.reason = self.string(entry),
                "weight" => rule.weight = self.number(entry),
                "kind" => rule.kind = self.word(entry, Kind::from_corpus),
                "scope" => rule.scope = self.word(entry, str::parse::<Scope>),
                "topic" => rule.topic = self.word(entry, topic),
                "look_in" => (rule.in_subject, rule.in_text) = self.places(entry),
                "patterns" => rule.patterns = self.patterns(entry),
                "matches" => matches = self.strings(entry),
                "does_not_match" => others = self.strings(entry),
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
        if rule.kind.is_none() && rule.scope.is_none() && rule.topic.is_none() && self.sound {
            self.wrong(entry.span(), "cette règle ne dit rien : donnez-lui « kind », « scope » ou « topic »");
        }
        self.try_examples(&rule, &matches, &others);
        self.sound.then_some(rule)
    }

    /// Runs the examples of a rule against its patterns.
    fn try_examples(&mut self, rule: &Rule, matches: &[(String, Range<usize>)], others: &[(String, Range<usize>)]) {
        let Ok(set) = compile(&rule.patterns) else { return };
        for (examples, expected) in [(matches, true), (others, false)] {
            for (example, span) in examples {
                if set.is_match(fold(example).as_bytes()) != expected {
                    let fault = if expected {
                        "n'est reconnu par aucun motif"
                    } else {
                        "est reconnu et ne devrait pas l'être"
                    };
                    self.wrong(span.clone(), format!("règle « {} » : l'exemple « {example} » {fault}", rule.name));
                }
            }
        }
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

    fn number(&mut self, (key, value): Entry<'_, '_>) -> f64 {
        let number = match value.get_ref() {
            DeValue::Integer(number) => number.as_str().parse().ok(),
            DeValue::Float(number) => number.as_str().parse().ok(),
            _ => None,
        };
        number.filter(|number: &f64| number.is_finite()).unwrap_or_else(|| {
            self.wrong(value.span(), format!("« {} » attend un nombre, par exemple 1.5", key.get_ref()));
            0.0
        })
    }

    fn word<W, E: Display>(&mut self, entry: Entry<'_, '_>, read: impl Fn(&str) -> Result<W, E>) -> Option<W> {
        let word = self.string(entry);
        if word.is_empty() {
            return None;
        }
        read(&word).map_err(|error| self.wrong(entry.1.span(), format!("« {} » : {error}", entry.0.get_ref()))).ok()
    }

    fn places(&mut self, entry: Entry<'_, '_>) -> (bool, bool) {
        let mut places = (false, false);
        for (place, span) in self.strings(entry) {
            match place.as_str() {
                "subject" => places.0 = true,
                "text" => places.1 = true,
                other => self.wrong(
                    span,
                    format!("« look_in » : « {other} » n'est pas connu ; valeurs possibles : subject, text"),
                ),
            }
        }
        places
    }

    fn patterns(&mut self, entry: Entry<'_, '_>) -> Vec<String> {
        let mut sound = Vec::new();
        for (pattern, span) in self.strings(entry) {
            match compile([&pattern]) {
                Ok(_) => sound.push(pattern),
                Err(error) => {
                    let why = error.to_string();
                    let why = why.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned();
                    self.wrong(span, format!("le motif « {pattern} » n'est pas une expression régulière : {why}"));
                }
            }
        }
        sound
    }
}

fn topic(word: &str) -> Result<&'static str, String> {
    TOPICS
        .iter()
        .copied()
        .find(|topic| *topic == word)
        .ok_or_else(|| format!("« {word} » n'est pas une valeur connue ; valeurs possibles : {}", TOPICS.join(", ")))
}
