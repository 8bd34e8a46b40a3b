//! The tables of all the files together. A table such as `[prefecture]` stands once in the whole folder; tables such as
//! `[[service]]` may be spread over as many files as people like.

use toml::de::DeValue;

use super::{
    document::Document,
    section::{Section, unknown},
};

/// How often a table may be written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Count {
    One,
    Many,
}

const TABLES: [(&str, Count); 17] = [
    ("prefecture", Count::One),
    ("service", Count::Many),
    ("mailbox", Count::Many),
    ("deadline", Count::Many),
    ("acknowledgement", Count::One),
    ("outgoing", Count::One),
    ("database", Count::One),
    ("limits", Count::One),
    ("watch", Count::One),
    ("warning", Count::Many),
    ("web", Count::One),
    ("classification", Count::One),
    ("agent", Count::Many),
    ("fact", Count::Many),
    ("acronym", Count::Many),
    ("figures", Count::One),
    ("target", Count::Many),
];

/// Every table of the folder, in the order of the files.
pub(super) struct Gathered<'a> {
    /// The folder, where what nobody wrote is missing.
    folder: &'a Document<'a>,
    sections: Vec<(&'static str, Section<'a>)>,
}

impl<'a> Gathered<'a> {
    /// Sorts the tables by name; tells the unknown ones, the ones written twice, and the brackets that are wrong.
    pub fn new(folder: &'a Document<'a>, documents: &'a [Document<'a>]) -> Self {
        let mut this = Self { folder, sections: Vec::new() };
        for document in documents {
            for (key, value) in &document.root {
                let line = document.line(&value.span());
                match TABLES.iter().find(|(name, _)| name == key.get_ref()) {
                    Some((name, count)) => this.add(document, name, *count, line, value.get_ref()),
                    // Keys that follow a broken header seem to be tables.
                    None if !folder.reading.complete() => {}
                    None => {
                        let names = TABLES.map(|(name, _)| name);
                        let what = format!("la table « {} »", key.get_ref());
                        let text = unknown(&what, "la configuration", key.get_ref(), &names);
                        document.tell(document.line(&key.span()), text);
                    }
                }
            }
        }
        this
    }

    fn add(&mut self, file: &'a Document<'a>, name: &'static str, count: Count, line: usize, value: &'a DeValue<'a>) {
        match (count, value) {
            (Count::One, DeValue::Table(table)) => match self.sections.iter().find(|(known, _)| *known == name) {
                None => self.sections.push((name, Section::new(file, title(name, count), line, table))),
                Some((_, first)) => {
                    let place = first.file.place(first.header);
                    file.tell(line, format!("la table [{name}] est déjà donnée ({place}) ; réunissez les deux"));
                }
            },
            (Count::Many, DeValue::Array(elements)) if elements.iter().all(|element| element.get_ref().is_table()) => {
                for element in elements {
                    let line = file.line(&element.span());
                    let table = element.get_ref().as_table();
                    self.sections
                        .extend(table.map(|table| (name, Section::new(file, title(name, count), line, table))));
                }
            }
            (Count::One, _) => file.tell(line, format!("« {name} » s'écrit [{name}], une seule fois")),
            (Count::Many, _) => file.tell(line, format!("« {name} » s'écrit [[{name}]], une fois pour chacun")),
        }
    }

    /// The tables of a name that may be repeated; the folder must have one at least when they are required.
    pub fn many(&mut self, name: &'static str, required: bool) -> Vec<Section<'a>> {
        let found: Vec<_> = self.sections.extract_if(.., |(known, _)| *known == name).map(|(_, table)| table).collect();
        if required && found.is_empty() {
            self.tell_missing(&title(name, Count::Many));
        }
        found
    }

    /// The table of a name that must be there.
    pub fn required(&mut self, name: &'static str) -> Option<Section<'a>> {
        let found = self.many(name, false).pop();
        if found.is_none() {
            self.tell_missing(&title(name, Count::One));
        }
        found
    }

    /// The table of a name that may be left out: an empty one then, which makes all its defaults.
    pub fn or_empty(&mut self, name: &'static str) -> Section<'a> {
        let folder = self.folder;
        self.many(name, false).pop().unwrap_or_else(|| Section::new(folder, title(name, Count::One), 0, &folder.root))
    }

    fn tell_missing(&self, title: &str) {
        if self.folder.reading.complete() {
            self.folder.tell(0, format!("il manque {title} ; pour un exemple commenté : releve check --default"));
        }
    }
}

fn title(name: &str, count: Count) -> String {
    match count {
        Count::One => format!("[{name}]"),
        Count::Many => format!("[[{name}]]"),
    }
}
