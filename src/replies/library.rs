//! The library of model answers: what each says of itself, and how it becomes a letter.
//!
//! A file `FOLDER/NAME.LANGUAGE.hbs` is one model in one language; the folder says what its letter is for
//! ([`LetterKind`]). French is the language of the administration: a model exists in French, and may have versions in
//! other languages, which then follow the French text for whoever writes in them.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    sync::Arc,
};

use jiff::civil::Date;
use serde_json::{Value, json};

use super::{
    acknowledgement::Rendered,
    html::{self, Section},
    letter::{FACTS, LetterFacts, Signature},
    model::{Front, Model},
    template::{self, Hole, Template},
};
use crate::{case::LetterKind, config::Problems};

/// Why a model cannot be sent. In French, with what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unsendable {
    /// There is no such model for this purpose.
    #[error("aucun modèle de {kind} ne s'appelle « {name} » (ligne de commande : releve answers les montre)")]
    Unknown {
        /// What was asked for.
        name: String,
        /// For what, in French.
        kind: &'static str,
    },
    /// Its last day is over.
    #[error("la réponse type « {name} » n'est plus valable depuis le {} : relisez-la, puis repoussez « valid_until » dans {file}", crate::calendar::in_words(*.until, "fr"))]
    Expired {
        /// Its name.
        name: String,
        /// Its last day.
        until: Date,
        /// Its file.
        file: String,
    },
    /// Something that it needs is missing.
    #[error(transparent)]
    Hole(#[from] Hole),
    /// What only the agent can say was not said.
    #[error("il manque « {name} » : {what} (ligne de commande : --fill {name}=…)")]
    Blank {
        /// The name.
        name: String,
        /// What it is.
        what: String,
    },
    /// Something was filled in that the model does not ask for.
    #[error("cette réponse type ne demande pas « {0} »")]
    NoSuchBlank(String),
}

/// A text that is ready to be read and changed by an agent: without its signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// On one line.
    pub subject: String,
    /// The French text, then those in other languages: language, text.
    pub texts: Vec<(String, String)>,
}

impl Draft {
    /// As it leaves: each text with the signature beneath it.
    pub fn signed(&self, signature: &Signature) -> Rendered {
        let texts: Vec<_> = self
            .texts
            .iter()
            .map(|(language, text)| {
                (language.as_str(), format!("{}\n\n{}", text.trim_end(), signature.beneath(language)))
            })
            .collect();
        let sections: Vec<_> = texts.iter().map(|(language, text)| Section { language, text }).collect();
        Rendered {
            subject: self.subject.clone(),
            html: html::document(&self.subject, "fr", &sections),
            text: sections.iter().map(|section| section.text).collect::<Vec<_>>().join("\n\n----------\n\n"),
        }
    }
}

/// Every model answer, sound.
#[derive(Debug, Default)]
pub struct Library {
    /// By purpose and name, then by language; each has a French one.
    models: BTreeMap<(LetterKind, String), BTreeMap<String, Model>>,
    attachments: BTreeMap<String, Arc<[u8]>>,
    /// The names of all local facts that a model may ask for.
    facts: BTreeSet<String>,
    pub(super) index: super::suggest::Index,
}

/// What a library is compiled with.
#[derive(Debug, Default)]
pub struct Surroundings<'a> {
    /// Keys of the services that there are; `None`: nobody knows.
    pub services: Option<&'a [&'a str]>,
    /// Keys of the facts of the configuration.
    pub facts: Vec<&'a str>,
    /// The files that may go with a letter, by name.
    pub attachments: BTreeMap<String, Arc<[u8]>>,
}

impl Library {
    /// Compiles every model of the folders; the files are `(path, content)`.
    pub fn compile(files: &[(PathBuf, String)], around: Surroundings<'_>, problems: &mut Problems) -> Self {
        let mut facts: BTreeSet<String> = FACTS.iter().map(|(name, _)| (*name).to_owned()).collect();
        facts.extend(around.facts.iter().map(|name| (*name).to_owned()));
        let mut library = Self { facts, attachments: around.attachments, ..Self::default() };
        for (path, content) in files {
            let Some(kind) = purpose(path) else { continue };
            if let Some(model) = library.model(path, kind, content, around.services, problems) {
                let versions = library.models.entry((kind, model.name.clone())).or_default();
                versions.insert(model.language.clone(), model);
            }
        }
        library.models.retain(|(_, name), versions| {
            let french = versions.contains_key("fr");
            if !french && let Some(model) = versions.values().next() {
                let text = format!(
                    "il manque la version française, {name}.fr.hbs : c'est elle qui est envoyée, l'autre la suit"
                );
                problems.add(model.file(), 0, text);
            }
            french
        });
        library.index = super::suggest::Index::of(library.all().filter(|model| model.kind == LetterKind::Answer));
        library
    }

    fn model(
        &self,
        path: &Path,
        kind: LetterKind,
        content: &str,
        services: Option<&[&str]>,
        problems: &mut Problems,
    ) -> Option<Model> {
        let file = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let [name, language, "hbs"] = file.split('.').collect::<Vec<_>>()[..] else {
            let text = "le nom d'une réponse type est « nom.langue.hbs », par exemple « ailleurs-mairie.fr.hbs »";
            problems.add(path, 0, text);
            return None;
        };
        let sample = |front: &Front| self.sample(kind, front);
        let template = Template::<Front>::compile(path, content, sample, problems)?;
        let front = &template.head;
        let topics = words(&front.topics, "topics", path, problems);
        let scopes = words(&front.scopes, "scopes", path, problems);
        let kinds = words(&front.kinds, "kinds", path, problems);
        for service in
            front.services.iter().filter(|service| services.is_some_and(|all| !all.contains(&service.as_str())))
        {
            problems.add(path, 0, format!("« services » : aucun service ne s'appelle « {service} »"));
        }
        for file in front.attachments.iter().filter(|file| !self.attachments.contains_key(*file)) {
            let text = format!("« attachments » : « {file} » n'est pas dans templates/attachments");
            problems.add(path, 0, text);
        }
        for (key, value) in [("title", &front.title), ("owner", &front.owner), ("approved_by", &front.approved_by)] {
            if value.trim().is_empty() {
                problems.add(path, 0, format!("« {key} » est vide"));
            }
        }
        if front.version == 0 {
            problems.add(path, 0, "« version » commence à 1");
        }
        let approved_on = template::day(front.approved_on, "approved_on", path, problems);
        for (key, known) in [("approved_on", approved_on), ("valid_until", template.valid_until)] {
            if known.is_none() {
                problems.add(path, 0, format!("il manque « {key} », une date, par exemple 2027-01-31"));
            }
        }
        let used = template.names();
        for blank in front.blanks.keys().filter(|blank| !used.contains(&format!("blank.{blank}"))) {
            let text = format!(
                "« {blank} » est demandé à l'agent et n'est nulle part dans le texte : écrivez {{{{blank.{blank}}}}}, ou retirez-le de [blanks]"
            );
            problems.add(path, 0, text);
        }
        let (name, language) = (name.to_owned(), language.to_owned());
        Some(Model { name, kind, language, topics, kinds, scopes, approved_on, template })
    }

    /// Every value that a model may name, none of them empty.
    fn sample(&self, kind: LetterKind, front: &Front) -> Value {
        let text = |names: &mut dyn Iterator<Item = &String>| -> serde_json::Map<String, Value> {
            names.map(|name| (name.clone(), "x".into())).collect()
        };
        let contact = json!({ "name": "x", "email": "x", "phone": "x", "address": "x" });
        let mut sample = json!({
            "greeting": "x", "case": { "reference": "x" }, "received": { "date": "x" },
            "prefecture": { "name": "x", "address": "x", "phone": "x", "website": "x" }, "service": contact,
            "fact": text(&mut self.facts.iter()), "blank": text(&mut front.blanks.keys()),
        });
        let more: &[(&str, Value)] = match kind {
            LetterKind::Answer => &[],
            LetterKind::Holding => &[("announced", json!({ "date": "x" }))],
            LetterKind::Transfer => &[("recipient", contact.clone()), ("deadline", json!({ "date": "x" }))],
            LetterKind::Handover => &[("recipient", contact.clone())],
            LetterKind::Pieces => &[("announced", json!({ "date": "x" })), ("pieces", "x".into())],
        };
        for (key, value) in more {
            sample[*key] = value.clone();
        }
        sample
    }

    /// The French version of every model, by purpose and name.
    pub fn all(&self) -> impl Iterator<Item = &Model> {
        self.models.values().filter_map(|versions| versions.get("fr"))
    }

    /// Every version of every model.
    pub fn versions(&self) -> impl Iterator<Item = &Model> {
        self.models.values().flat_map(BTreeMap::values)
    }

    /// The French version of a model.
    pub fn find(&self, kind: LetterKind, name: &str) -> Option<&Model> {
        self.models.get(&(kind, name.to_owned()))?.get("fr")
    }

    /// The model for a letter that is written unless somebody names another: the first of its kind that the service uses,
    /// its own before those of all.
    pub fn usual(&self, kind: LetterKind, service: &str) -> Option<&Model> {
        let serving = || self.all().filter(move |model| model.kind == kind && model.serves(service));
        serving().find(|model| !model.services().is_empty()).or_else(|| serving().next())
    }

    /// The octets of a file that goes with a letter.
    pub fn attachment(&self, name: &str) -> Option<&[u8]> {
        self.attachments.get(name).map(|bytes| &**bytes)
    }

    /// The local facts that no model asks for.
    pub fn unused_facts<'f>(&self, facts: impl IntoIterator<Item = &'f str>) -> Vec<&'f str> {
        let used: BTreeSet<String> = self.versions().flat_map(Model::names).collect();
        facts.into_iter().filter(|fact| !used.contains(&format!("fact.{fact}"))).collect()
    }

    /// The text of a letter: in French, then in the language of the correspondent if the model has it. A hole, a blank that
    /// was not filled in, and a model whose last day is over are errors.
    pub fn render(
        &self,
        kind: LetterKind,
        name: &str,
        language: &str,
        facts: &LetterFacts<'_>,
        today: Date,
    ) -> Result<Draft, Unsendable> {
        let unknown = || Unsendable::Unknown { name: name.to_owned(), kind: kind.french() };
        let versions = self.models.get(&(kind, name.to_owned())).ok_or_else(unknown)?;
        let french = versions.get("fr").ok_or_else(unknown)?;
        let asked = |blank: &&String| {
            versions.values().any(|model| model.blanks().keys().any(|name| model.fills(name) == **blank))
        };
        if let Some(stray) = facts.blanks.keys().find(|blank| !asked(blank)) {
            return Err(Unsendable::NoSuchBlank(stray.clone()));
        }
        let (subject, text) = self.rendered(french, facts, today)?;
        let mut texts = vec![("fr".to_owned(), text)];
        if let Some(model) = versions.get(language).filter(|_| language != "fr") {
            // A translation is a courtesy: where the agent did not fill in its blanks, it is left out.
            if let Ok((_, text)) = self.rendered(model, facts, today) {
                texts.push((language.to_owned(), text));
            }
        }
        Ok(Draft { subject, texts })
    }

    /// The subject alone, which has no blanks unless its text has them too.
    pub fn subject(&self, kind: LetterKind, name: &str, facts: &LetterFacts<'_>) -> Result<String, Unsendable> {
        let unknown = || Unsendable::Unknown { name: name.to_owned(), kind: kind.french() };
        let model = self.find(kind, name).ok_or_else(unknown)?;
        Ok(model.template.subject(&model.values(facts, &self.facts))?)
    }

    fn rendered(&self, model: &Model, facts: &LetterFacts<'_>, today: Date) -> Result<(String, String), Unsendable> {
        if let Some(until) = model.valid_until().filter(|until| *until < today) {
            let (name, file) = (model.name.clone(), model.template.file_name());
            return Err(Unsendable::Expired { name, until, file });
        }
        // A blank is asked for wherever it stands, in a condition too: what only the agent knows is no option.
        let says = |text: &String| text.chars().any(char::is_alphanumeric);
        let empty = |(name, _): &(&String, &String)| !facts.blanks.get(&model.fills(name)).is_some_and(says);
        if let Some((name, what)) = model.blanks().iter().find(empty) {
            return Err(Unsendable::Blank { name: model.fills(name), what: what.clone() });
        }
        Ok(model.template.render(&model.values(facts, &self.facts))?)
    }
}

/// What the folder of a file says that it is for.
fn purpose(path: &Path) -> Option<LetterKind> {
    path.parent()?.file_name()?.to_str()?.parse().ok()
}

/// The words of a closed vocabulary.
fn words<T: std::str::FromStr<Err = crate::case::Unknown>>(
    written: &[String],
    key: &str,
    path: &Path,
    problems: &mut Problems,
) -> Vec<T> {
    let mut read =
        |word: &String| word.parse().map_err(|unknown| problems.add(path, 0, format!("« {key} » : {unknown}"))).ok();
    written.iter().filter_map(&mut read).collect()
}
