//! Labelled messages: the lines of `corpus/*.jsonl` and of every file of that format (`corpus/README.md`).

use serde::Deserialize;

use super::axis::Axis;
use crate::{
    case::{Flag, Scope},
    mail::{self, Limits, Message, Unreadable},
};

/// Characters of a wrong word that are shown.
const SHOWN: usize = 30;

/// One labelled message.
#[derive(Debug, Clone, Deserialize)]
pub struct Example {
    /// `dev-001`; what stands before the last `-` is its author.
    pub id: String,
    /// The mailbox that received it, often the wrong one.
    #[serde(default)]
    pub mailbox: Option<String>,
    /// `"Name" <address>`
    #[serde(default)]
    pub from: String,
    /// May be empty.
    #[serde(default)]
    pub subject: String,
    /// The whole text, quoted history and signature included.
    pub body: String,
    /// Corpus spelling.
    pub kind: String,
    /// Corpus spelling.
    pub scope: String,
    /// Corpus spelling.
    pub topic: String,
    /// Signs that the message carries; those of no axis (`very_short` …) are for people.
    #[serde(default)]
    pub flags: Vec<String>,
}

/// What is wrong with a line.
#[derive(Debug, thiserror::Error)]
#[error("ligne {line} : {what}")]
pub struct Unusable {
    /// From 1.
    pub line: usize,
    /// In French.
    pub what: String,
}

impl Example {
    /// Reads a file of one JSON object a line; blank lines are skipped.
    pub fn read_all(content: &str) -> Result<Vec<Self>, Unusable> {
        let lines = content.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
        lines.map(|(index, line)| Self::read(line).map_err(|what| Unusable { line: index + 1, what })).collect()
    }

    fn read(line: &str) -> Result<Self, String> {
        let example: Self = serde_json::from_str(line).map_err(|error| {
            // Not what was found: it may be a citizen's text.
            format!(
                "ce n'est pas un exemple (colonne {}) ; attendu : un objet JSON, une ligne (corpus/README.md)",
                error.column()
            )
        })?;
        for (axis, word) in [(Axis::Kind, &example.kind), (Axis::Topic, &example.topic)] {
            if axis.find(word).is_none() {
                return Err(unknown(axis.key(), word, axis.words()));
            }
        }
        if example.scope.parse::<Scope>().is_err() {
            return Err(unknown(
                "scope",
                &example.scope,
                &Scope::ALL.iter().map(|scope| scope.word()).collect::<Vec<_>>(),
            ));
        }
        Ok(example)
    }

    /// Who wrote it: what stands before the last `-` of its id.
    pub fn author(&self) -> &str {
        let author = self.id.rsplit_once('-').map_or(self.id.as_str(), |(author, _)| author);
        // The name goes into the model: what looks like anything else is nobody's.
        let is_name =
            author.len() <= SHOWN && author.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
        if is_name { author } else { "inconnu" }
    }

    /// The message as it would come out of a mailbox.
    pub fn message(&self) -> Result<Message, Unreadable> {
        let line = |text: &str| text.replace(['\r', '\n'], " ");
        let raw = format!(
            "From: {}\r\nSubject: {}\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\
             Content-Transfer-Encoding: 8bit\r\n\r\n{}",
            line(&self.from),
            line(&self.subject),
            self.body
        );
        mail::parse(raw.as_bytes(), &Limits::default())
    }

    /// What is true of it, axis by axis. The scope of what asks for nothing is not asked.
    pub fn truth(&self) -> [Option<usize>; Axis::ALL.len()] {
        std::array::from_fn(|number| match Axis::ALL[number] {
            Axis::Kind => Axis::Kind.find(&self.kind),
            Axis::Scope => Axis::Scope.find(&self.scope),
            Axis::Topic => Axis::Topic.find(&self.topic),
            Axis::Flag(flag) => Some(usize::from(self.carries(flag))),
        })
    }

    fn carries(&self, flag: Flag) -> bool {
        // The corpus says of officials and the press in the scope what it says of others in a flag.
        self.flags.iter().any(|word| word == flag.word()) || self.scope == flag.word()
    }
}

fn unknown(key: &str, found: &str, allowed: &[&str]) -> String {
    let found: String = found.chars().take(SHOWN).collect();
    format!("« {key} » : « {found} » n'est pas connu ; valeurs possibles : {}", allowed.join(", "))
}
