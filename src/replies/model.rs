//! One model answer in one language: what it says of itself, and what it asks for.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use jiff::civil::Date;
use serde::Deserialize;
use serde_json::Value;

use super::{
    letter::LetterFacts,
    template::{FENCE, Head, Template},
};
use crate::case::{Kind, LetterKind, Scope, Topic};

/// The front matter of a model.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Front {
    pub(super) title: String,
    pub(super) subject: String,
    pub(super) topics: Vec<String>,
    pub(super) kinds: Vec<String>,
    #[serde(default)]
    pub(super) scopes: Vec<String>,
    #[serde(default)]
    pub(super) services: Vec<String>,
    pub(super) keywords: Vec<String>,
    pub(super) owner: String,
    pub(super) version: u32,
    pub(super) approved_by: String,
    pub(super) approved_on: Option<toml::value::Datetime>,
    pub(super) valid_until: Option<toml::value::Datetime>,
    #[serde(default)]
    pub(super) attachments: Vec<String>,
    #[serde(default)]
    pub(super) blanks: BTreeMap<String, String>,
}

impl Head for Front {
    fn subject(&self) -> &str {
        &self.subject
    }

    fn valid_until(&self) -> Option<toml::value::Datetime> {
        self.valid_until
    }
}

/// One model in one language.
#[derive(Debug)]
pub struct Model {
    /// The name of its file without language: `titre-sejour-demande`.
    pub name: String,
    /// What its letter is for.
    pub kind: LetterKind,
    /// ISO 639-1.
    pub language: String,
    /// What it answers; empty: whatever.
    pub topics: Vec<Topic>,
    /// The same.
    pub kinds: Vec<Kind>,
    /// The same.
    pub scopes: Vec<Scope>,
    /// The day on which somebody approved it.
    pub approved_on: Option<Date>,
    pub(super) template: Template<Front>,
}

impl Model {
    /// What people call it.
    pub fn title(&self) -> &str {
        &self.template.head.title
    }

    /// Keys of the services that use it; empty: all.
    pub fn services(&self) -> &[String] {
        &self.template.head.services
    }

    /// The words that citizens use for it.
    pub fn keywords(&self) -> &[String] {
        &self.template.head.keywords
    }

    /// Who answers for it.
    pub fn owner(&self) -> &str {
        &self.template.head.owner
    }

    /// Who approved it.
    pub fn approved_by(&self) -> &str {
        &self.template.head.approved_by
    }

    /// Its version: it rises with each change, and is kept with each letter.
    pub fn version(&self) -> u32 {
        self.template.head.version
    }

    /// The last day on which it may be sent.
    pub fn valid_until(&self) -> Option<Date> {
        self.template.valid_until
    }

    /// What people call it, on one line, with its expressions.
    pub fn subject(&self) -> &str {
        &self.template.head.subject
    }

    /// What only the agent can say: names, and what each is.
    pub fn blanks(&self) -> &BTreeMap<String, String> {
        &self.template.head.blanks
    }

    /// Names of the files that go with it.
    pub fn attachments(&self) -> &[String] {
        &self.template.head.attachments
    }

    /// Its text as it is written, and how many lines of the file stand before it.
    pub fn source(&self) -> (&str, usize) {
        (&self.template.source, self.template.offset)
    }

    /// Its file.
    pub fn file(&self) -> &Path {
        &self.template.file
    }

    /// Whether this service uses it.
    pub fn serves(&self, service: &str) -> bool {
        self.services().is_empty() || self.services().iter().any(|known| known == service)
    }

    /// Every variable that it names.
    pub fn names(&self) -> Vec<String> {
        self.template.names()
    }

    /// Its file with another subject, text and last day: one version further, approved by this person on this day. What else
    /// its front matter says stays, comments too.
    pub fn amended(&self, subject: &str, text: &str, valid_until: &str, by: &str, on: Date) -> String {
        let quoted = |text: &str| toml::Value::String(text.to_owned()).to_string();
        let version = self.version() + 1;
        let values = [
            ("subject", quoted(subject)),
            ("version", version.to_string()),
            ("approved_by", quoted(by)),
            ("approved_on", on.to_string()),
            ("valid_until", valid_until.to_owned()),
        ];
        let line = |line: &str| {
            let key = line.split('=').next().unwrap_or_default().trim();
            match values.iter().find(|(known, _)| *known == key) {
                Some((key, value)) => format!("{key} = {value}\n"),
                None => format!("{line}\n"),
            }
        };
        // Beneath a table nothing more is said of the model itself.
        let (own, tables) = match self.template.front.find("\n[") {
            Some(at) => self.template.front.split_at(at + 1),
            None => (self.template.front.as_str(), ""),
        };
        let own: String = own.lines().map(line).collect();
        let text = text.replace("\r\n", "\n");
        format!("{FENCE}\n{own}{tables}{FENCE}\n{}\n", text.trim_end())
    }

    pub(super) fn values(&self, facts: &LetterFacts<'_>, known: &BTreeSet<String>) -> Value {
        let blanks = self.blanks().keys().map(|name| (name.as_str(), self.fills(name)));
        facts.values(self.kind, &self.language, blanks, known.iter().map(String::as_str))
    }

    /// Under which name an agent fills in a blank: that of a translation bears its language, `raison.en`.
    pub fn fills(&self, blank: &str) -> String {
        if self.language == "fr" { blank.to_owned() } else { format!("{blank}.{}", self.language) }
    }
}
