//! A table read key by key. A [`Section`] hands out the values, remembers which keys were asked for, and tells the ones
//! that nobody knows. For all its readers, `None` means: wrong, and already told.

use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use super::{document::Document, shape::Shape};

/// One table of one file.
pub(super) struct Section<'a> {
    /// The file.
    pub file: &'a Document<'a>,
    /// How people are told of it: `[prefecture]`, `« imap »`.
    title: String,
    /// The line of its header.
    pub header: usize,
    table: &'a DeTable<'a>,
    asked: Vec<&'static str>,
}

impl<'a> Section<'a> {
    /// A table whose header is on a line.
    pub fn new(file: &'a Document<'a>, title: impl Into<String>, header: usize, table: &'a DeTable<'a>) -> Self {
        Self { file, title: title.into(), header, table, asked: Vec::new() }
    }

    /// Reads the whole table, then tells the keys that the reader did not ask for.
    pub fn read<T>(&mut self, reader: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        let value = reader(self);
        for key in self.table.keys().filter(|key| !self.asked.contains(&key.get_ref().as_ref())) {
            let text = unknown(&format!("la clé « {} »", key.get_ref()), &self.title, key.get_ref(), &self.asked);
            self.file.tell(self.file.line(&key.span()), text);
        }
        value
    }

    /// The value of a key that must be there.
    pub fn required<T>(&mut self, key: &'static str, shape: Shape<impl Fn(Value<'_>, &str) -> Option<T>>) -> Option<T> {
        if !self.has(key) {
            self.tell_missing(&format!("la clé « {key} »"), &format!(" ; attendu : {}", shape.expected));
        }
        self.optional(key, shape)?
    }

    /// The value of a key that may be left out.
    pub fn optional<T>(
        &mut self,
        key: &'static str,
        shape: Shape<impl Fn(Value<'_>, &str) -> Option<T>>,
    ) -> Option<Option<T>> {
        self.asked.push(key);
        match self.table.get(key) {
            None => Some(None),
            Some(node) => shape.read(Value { file: self.file, key, within: false, node }).map(Some),
        }
    }

    /// The value of a key that has a default.
    pub fn or<T>(
        &mut self,
        key: &'static str,
        shape: Shape<impl Fn(Value<'_>, &str) -> Option<T>>,
        default: T,
    ) -> Option<T> {
        self.optional(key, shape).map(|value| value.unwrap_or(default))
    }

    /// The one value of several keys of which exactly one must be there.
    pub fn one_of<T, const N: usize>(&self, values: [(&'static str, Option<Option<T>>); N]) -> Option<T> {
        let keys = values.each_ref().map(|(key, _)| format!("« {key} »"));
        if !values.iter().any(|(key, _)| self.has(key)) {
            self.tell_missing(&any_of(&keys), "");
        }
        self.at_most_one(values)?
    }

    /// The value of several keys that exclude each other.
    pub fn at_most_one<T, const N: usize>(&self, values: [(&'static str, Option<Option<T>>); N]) -> Option<Option<T>> {
        let mut given: Vec<_> = values.into_iter().filter(|(key, _)| self.has(key)).collect();
        given.sort_by_key(|(key, _)| self.line(key));
        if let [(first, _), .., (last, _)] = &given[..] {
            self.tell(last, format!("« {first} » et « {last} » s'excluent dans {} : n'en gardez qu'une", self.title));
            return None;
        }
        given.pop().map_or(Some(None), |(_, value)| value)
    }

    /// Whether the key is there, right or wrong.
    pub fn has(&self, key: &str) -> bool {
        self.table.contains_key(key)
    }

    /// A text as it was written, right or wrong, for checks that compare tables: `&["imap", "host"]`.
    pub fn raw(&self, path: &[&str]) -> Option<&'a str> {
        let (last, parents) = path.split_last()?;
        let table = parents.iter().try_fold(self.table, |table, key| table.get(*key)?.get_ref().as_table())?;
        table.get(*last)?.get_ref().as_str()
    }

    /// A number or a date as it was written, right or wrong.
    pub fn written(&self, key: &str) -> Option<String> {
        self.table.get(key).map(|value| self.file.source(value.span()).trim_matches('"').to_owned())
    }

    /// The texts of a list as they were written.
    pub fn raw_list(&self, key: &str) -> Vec<&'a str> {
        let list = self.table.get(key).and_then(|value| value.get_ref().as_array());
        list.into_iter().flat_map(|list| list.iter()).filter_map(|item| item.get_ref().as_str()).collect()
    }

    /// The line of a key, or of the header when the key is not there.
    pub fn line(&self, key: &str) -> usize {
        self.table.get_key_value(key).map_or(self.header, |(key, _)| self.file.line(&key.span()))
    }

    /// Notes a fault at a key.
    pub fn tell(&self, key: &str, text: impl Into<String>) {
        self.file.tell(self.line(key), text);
    }

    fn tell_missing(&self, what: &str, more: &str) {
        if self.file.reading.complete() {
            self.file.tell(self.header, format!("il manque {what} dans {}{more}", self.title));
        }
    }
}

/// One value, with what is needed to complain about it.
#[derive(Clone, Copy)]
pub(super) struct Value<'a> {
    /// The file.
    pub file: &'a Document<'a>,
    /// The key that bears it, or that bears the list it is in.
    pub key: &'a str,
    within: bool,
    node: &'a Spanned<DeValue<'a>>,
}

impl<'a> Value<'a> {
    /// The value itself.
    pub fn get(&self) -> &'a DeValue<'a> {
        self.node.get_ref()
    }

    /// Its line.
    pub fn line(&self) -> usize {
        self.file.line(&self.node.span())
    }

    /// An element of this list.
    pub fn element(&self, node: &'a Spanned<DeValue<'a>>) -> Self {
        Self { within: true, node, ..*self }
    }

    /// Reads this value as a table.
    pub fn table<T>(&self, expected: &str, reader: impl FnOnce(&mut Section<'a>) -> Option<T>) -> Option<T> {
        match self.get().as_table() {
            Some(table) => Section::new(self.file, format!("« {} »", self.key), self.line(), table).read(reader),
            None => self.refuse(expected),
        }
    }

    /// Tells that something else was expected.
    pub fn refuse<T>(&self, expected: &str) -> Option<T> {
        let verb = if self.within { "contient" } else { "vaut" };
        self.file.tell(self.line(), format!("« {} » {verb} {} ; attendu : {expected}", self.key, self.found()));
        None
    }

    /// What was written, short enough for a sentence.
    fn found(&self) -> String {
        match self.get() {
            DeValue::Table(_) => "une table".to_owned(),
            DeValue::Array(_) => "une liste".to_owned(),
            DeValue::String(text) => format!("\"{}\"", short(text)),
            _ => short(self.file.source(self.node.span())),
        }
    }
}

/// The first characters of a text, on one line.
fn short(text: &str) -> String {
    const MOST: usize = 60;
    let start: String = text.chars().take(MOST).flat_map(char::escape_debug).collect();
    if text.chars().nth(MOST).is_some() { start + "…" } else { start }
}

/// The sentence about a word that is not among the known ones.
pub(super) fn unknown(what: &str, place: &str, found: &str, known: &[&str]) -> String {
    let hint = nearest(found, known).map_or(".".to_owned(), |word| format!(" ; vouliez-vous dire « {word} » ?"));
    format!("{what} est inconnue dans {place}{hint} Connues : {}", known.join(", "))
}

/// The known word that was probably meant.
pub(super) fn nearest<'w>(found: &str, known: &[&'w str]) -> Option<&'w str> {
    let likeness = |word: &&str| strsim::jaro_winkler(&found.to_lowercase(), word);
    let best = known.iter().copied().max_by(|a, b| likeness(a).total_cmp(&likeness(b)))?;
    (likeness(&best) > 0.8).then_some(best)
}

/// « a », « b » ou « c ».
pub(super) fn any_of(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} ou {last}", first.join(", ")),
    }
}
