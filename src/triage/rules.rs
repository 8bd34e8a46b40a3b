//! The rules of `rules/*.toml`: what a person wants, and why we think so.

use std::path::Path;

use crate::{
    case::{Kind, Scope},
    config::Problems,
    mail::Message,
};

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

/// The compiled rules.
#[derive(Debug)]
pub struct Rules {}

impl Rules {
    /// Compiles rule files: `(path for messages, content)`. Everything wrong is reported at once.
    pub fn compile(_files: &[(std::path::PathBuf, String)], _problems: &mut Problems) -> Self {
        let _ = Path::new("");
        Self {}
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        0
    }

    /// Classifies one message of a person.
    pub fn classify(&self, _message: &Message) -> Classification {
        Classification {
            kind: Kind::Information,
            scope: Scope::General,
            topic: "autre".into(),
            confidence: 0.0,
            evidence: Vec::new(),
        }
    }
}
