//! What a letter is told: the values that a model may name, the greeting, the signature.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde_json::{Value, json};

use crate::{
    calendar::in_words,
    case::LetterKind,
    config::{Agent, Prefecture, Service},
};

/// The local facts that the shipped models ask for, and what each is. A model may name these and those of the
/// configuration, and no other.
pub const FACTS: &[(&str, &str)] = &[
    ("asile_page", "la page qui dit où se présenter pour demander l'asile"),
    ("associations_email", "l'adresse électronique du greffe des associations"),
    ("candidature_page", "la page sur le dépôt des candidatures aux élections"),
    ("commission_medicale", "comment joindre la commission médicale des permis"),
    ("dpo_email", "l'adresse électronique du délégué à la protection des données"),
    ("emploi_page", "la page des emplois, stages et concours"),
    ("manifestation_page", "la page sur la déclaration des manifestations"),
    ("medailles_page", "la page sur les médailles"),
    ("opening_hours", "les horaires, en une phrase : « du lundi au vendredi de 9 heures à 12 heures »"),
    ("point_accueil_numerique", "le point d'accueil numérique : adresse et horaires, en une phrase"),
    ("points_page", "la page où consulter ses points de permis"),
    ("prada_email", "l'adresse électronique de la personne responsable de l'accès aux documents administratifs"),
    ("rendez_vous_page", "la page où prendre rendez-vous"),
    ("tribunal", "le tribunal administratif compétent, avec son adresse"),
];

/// To whom something goes: a service of ours, or another administration.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Recipient {
    /// Its name.
    pub name: String,
    /// Its e-mail address, or empty.
    pub email: String,
    /// Its telephone, or empty.
    pub phone: String,
}

/// What a letter is told of its case.
#[derive(Debug, Clone)]
pub struct LetterFacts<'a> {
    /// Who we are.
    pub prefecture: &'a Prefecture,
    /// The service that writes.
    pub service: &'a Service,
    /// `2026-000123`
    pub reference: &'a str,
    /// The name that the correspondent gave, or empty.
    pub name: &'a str,
    /// Reception, where the prefecture is.
    pub received: Date,
    /// The day by which an answer was promised, where that is to be said.
    pub due: Option<Date>,
    /// The day that is announced: of the answer, or until which pieces are awaited.
    pub announced: Option<Date>,
    /// To whom it goes.
    pub recipient: Recipient,
    /// What is missing, one each.
    pub pieces: Vec<String>,
    /// What is true here: the facts of the configuration that hold today.
    pub facts: BTreeMap<&'a str, &'a str>,
    /// What the agent filled in.
    pub blanks: BTreeMap<String, String>,
}

impl LetterFacts<'_> {
    /// The values that a model of this kind may name. `blanks`: their names, and under which each is filled in; `facts`: the
    /// names that must be there.
    pub(super) fn values<'n>(
        &self,
        kind: LetterKind,
        language: &str,
        blanks: impl IntoIterator<Item = (&'n str, String)>,
        facts: impl IntoIterator<Item = &'n str>,
    ) -> Value {
        let words = |date: Date| in_words(date, language);
        let text = |known: Option<&str>| Value::from(known.unwrap_or_default());
        let filled = |under: &str| text(self.blanks.get(under).map(String::as_str));
        let blanks = blanks.into_iter().map(|(name, under)| (name.to_owned(), filled(&under)));
        let facts = facts.into_iter().map(|name| (name.to_owned(), text(self.facts.get(name).copied())));
        let mut values = json!({
            "greeting": greeting(self.name, language),
            "case": { "reference": self.reference },
            "received": { "date": words(self.received) },
            "prefecture": {
                "name": self.prefecture.name, "address": self.prefecture.address, "phone": self.prefecture.phone,
                "website": self.prefecture.website,
            },
            "service": {
                "name": self.service.name, "email": self.service.email, "phone": self.service.phone,
                "address": self.service.address,
            },
            "fact": facts.collect::<serde_json::Map<_, _>>(),
            "blank": blanks.collect::<serde_json::Map<_, _>>(),
        });
        let recipient =
            || json!({ "name": self.recipient.name, "email": self.recipient.email, "phone": self.recipient.phone });
        let announced = || json!({ "date": self.announced.map(words).unwrap_or_default() });
        match kind {
            LetterKind::Answer => {}
            LetterKind::Holding => values["announced"] = announced(),
            LetterKind::Transfer => {
                values["recipient"] = recipient();
                values["deadline"] = json!({ "date": self.due.map(words).unwrap_or_default() });
            }
            LetterKind::Handover => values["recipient"] = recipient(),
            LetterKind::Pieces => {
                values["announced"] = announced();
                let pieces = self.pieces.iter().map(|piece| format!("- {piece}")).collect::<Vec<_>>();
                values["pieces"] = pieces.join("\n").into();
            }
        }
        values
    }
}

/// « Bonjour Camille Durand, » with the name as it was given: no civility is guessed (CRPA L111-3, domain.md §2). What is
/// no name of a person, an address or a number, is left out.
pub fn greeting(name: &str, language: &str) -> String {
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    let is_name = (2..=60).contains(&name.chars().count())
        && name.chars().all(|c| c.is_alphabetic() || " '’-.".contains(c))
        && name.chars().any(char::is_alphabetic)
        // « lucette.pradeau » is the beginning of an address.
        && (!name.contains('.') || name.contains(' '));
    let hello = if language.starts_with("en") { "Hello" } else { "Bonjour" };
    if is_name { format!("{hello} {name},") } else { format!("{hello},") }
}

/// Who signs, as it stands under a letter: first name, name, capacity and address (CRPA L111-2), service, telephone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    /// The lines.
    pub text: String,
    /// Address of the agent; empty: the service signs.
    pub by: String,
    /// Whether the name is withheld, as the configuration expressly says.
    pub anonymous: bool,
    /// The page on which the correspondent may say what the answer was worth; empty: none is named.
    pub survey: String,
}

impl Signature {
    /// The signature of an agent; of the service alone where there is none.
    pub fn of(agent: Option<&Agent>, service: &Service, prefecture: &Prefecture) -> Self {
        let mut lines = Vec::new();
        if let Some(agent) = agent {
            lines.push(match &agent.anonymous {
                Some(instead) => instead.clone(),
                None => format!("{} {}", agent.first_name, agent.last_name),
            });
            lines.push(agent.capacity.clone());
        }
        lines.push(service.name.clone());
        lines.push(prefecture.name.clone());
        lines.push(service.address.clone());
        let phone = agent.map_or("", |agent| agent.phone.as_str());
        let phone = if phone.is_empty() { service.phone.as_str() } else { phone };
        lines.push(format!("Téléphone : {phone}"));
        lines.push(format!("Courriel : {}", service.email));
        Self {
            text: lines.join("\n"),
            by: agent.map(|agent| agent.email.clone()).unwrap_or_default(),
            anonymous: agent.is_some_and(|agent| agent.anonymous.is_some()),
            survey: String::new(),
        }
    }

    /// The same, with the page of a survey beneath it.
    pub fn with_survey(self, page: &str) -> Self {
        Self { survey: page.to_owned(), ..self }
    }

    /// As it stands under a text of this language.
    pub(super) fn beneath(&self, language: &str) -> String {
        if self.survey.is_empty() {
            return self.text.clone();
        }
        let asked = if language.starts_with("fr") {
            "Cette réponse vous a-t-elle été utile ? Dites-le-nous :"
        } else {
            "Was this answer useful to you? Tell us:"
        };
        format!("{}\n\n{asked} {}", self.text, self.survey)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_greeting_names_who_gave_a_name_and_guesses_nothing() {
        assert_eq!(greeting("Camille  Durand", "fr"), "Bonjour Camille Durand,");
        assert_eq!(greeting("Jean-Noël D’Arcy", "en"), "Hello Jean-Noël D’Arcy,");
        for no_name in ["", "c.durand44", "lucette.pradeau", "camille@example.fr", "X", "Service <b>", "a\u{202e}b"] {
            assert_eq!(greeting(no_name, "fr"), "Bonjour,", "{no_name:?}");
        }
    }
}
