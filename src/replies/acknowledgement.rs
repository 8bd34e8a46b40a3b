//! The acknowledgement: which template serves a mailbox and a language, and what it is told.
//!
//! A file `acknowledgement/<mailbox>.<language>.hbs` serves one mailbox, `acknowledgement/default.<language>.hbs` the
//! others. French always comes first; when the message is in another language that has a template, that text follows.

use std::{collections::BTreeMap, path::PathBuf};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    html::{self, Section},
    template::{Head, Hole, Template},
};
use crate::{
    calendar::{Delay, delay_in_words, in_words},
    config::{Mailbox, Prefecture, Problems, Service},
};

/// The folder of these templates.
const FOLDER: &str = "acknowledgement";

/// What an acknowledgement is told of its message; dates are instants and words because each language has its own words.
#[derive(Debug, Clone)]
pub struct AcknowledgementFacts<'a> {
    /// Who we are.
    pub prefecture: &'a Prefecture,
    /// The service in charge (CRPA R112-11-1, 2°).
    pub service: &'a Service,
    /// The mailbox that was written to.
    pub mailbox: &'a Mailbox,
    /// `2026-000123`
    pub reference: &'a str,
    /// Reception, in the zone of the prefecture (R112-11-1, 1°).
    pub received: &'a jiff::Zoned,
    /// The end of the last day to answer, in the zone of the prefecture.
    pub due: &'a jiff::Zoned,
    /// The rule behind it: « 5 jours ouvrés ».
    pub delay: &'a Delay,
    /// Whether the message is a complaint: silence then means rejection (L231-4).
    pub complaint: bool,
    /// The day on which silence means rejection.
    pub silence: jiff::civil::Date,
}

/// A mail's texts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendered {
    /// The subject, on one line.
    pub subject: String,
    /// The plain text.
    pub text: String,
    /// The same as HTML.
    pub html: String,
}

/// A text that is to be read again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outdated<'a> {
    /// The name of its file.
    pub file: String,
    /// The mailbox that it serves, or `default`.
    pub mailbox: &'a str,
    /// The last day on which it could be taken for right.
    pub valid_until: Date,
}

/// What an acknowledgement says of itself.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Front {
    subject: String,
    /// In a second language: the line above the French text that tells its readers to read on.
    #[serde(default)]
    announce: String,
    valid_until: Option<toml::value::Datetime>,
}

impl Head for Front {
    fn subject(&self) -> &str {
        &self.subject
    }

    fn valid_until(&self) -> Option<toml::value::Datetime> {
        self.valid_until
    }
}

/// The templates of acknowledgements.
#[derive(Debug)]
pub struct Acknowledgements(BTreeMap<(String, String), Template<Front>>);

/// What an acknowledgement must bear: CRPA R112-11-1 (1° the date of reception, 2° the service in charge, its e-mail or
/// postal address and its telephone), and what the label promises (reference and deadline, domain.md §1.5). Each line: any
/// of these variables, and what it is for people.
const REQUIRED: [(&[&str], &str); 6] = [
    (&["received.date"], "la date de réception (CRPA R112-11-1, 1°)"),
    (&["service.name"], "le service chargé du dossier (CRPA R112-11-1, 2°)"),
    (&["service.email", "service.address"], "son adresse électronique ou postale (CRPA R112-11-1, 2°)"),
    (&["service.phone"], "son téléphone (CRPA R112-11-1, 2°)"),
    (&["case.reference"], "la référence de la demande"),
    (&["deadline.date"], "l'échéance annoncée"),
];

/// The name that serves every mailbox without a template of its own.
const DEFAULT: &str = "default";

impl Acknowledgements {
    /// Compiles every template of the folder; the files are `(path, content)`, the path ending in
    /// `acknowledgement/NAME.LANGUAGE.hbs`. A name that is neither `default` nor a mailbox is a problem, and so is the
    /// absence of a French default.
    pub fn compile(files: &[(PathBuf, String)], mailboxes: &[Mailbox], problems: &mut Problems) -> Self {
        let mut templates = BTreeMap::new();
        for (path, content) in files {
            if path.parent().and_then(|folder| folder.file_name()).is_none_or(|folder| folder != FOLDER) {
                continue;
            }
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let [mailbox, language, "hbs"] = name.split('.').collect::<Vec<_>>()[..] else {
                problems.add(path, 0, "le nom d'un modèle est « boîte.langue.hbs », par exemple « default.fr.hbs »");
                continue;
            };
            if mailbox != DEFAULT && !mailboxes.iter().any(|known| known.id == mailbox) {
                let known = mailboxes.iter().map(|mailbox| mailbox.id.as_str()).collect::<Vec<_>>().join(", ");
                problems.add(path, 0, format!("aucune boîte ne s'appelle « {mailbox} » ; boîtes déclarées : {known}"));
                continue;
            }
            if let Some(template) = Template::<Front>::compile(path, content, |_| sample(), problems) {
                for (names, what) in REQUIRED.iter().filter(|(names, _)| !template.always_says(names)) {
                    let names = names.iter().map(|name| format!("{{{{{name}}}}}")).collect::<Vec<_>>().join(" ou ");
                    problems.add(path, 0, format!("il manque {what} : écrivez {names} en dehors de tout {{{{#if}}}}"));
                }
                templates.insert((mailbox.to_owned(), language.to_owned()), template);
            }
        }
        if !templates.contains_key(&(DEFAULT.to_owned(), "fr".to_owned())) && problems.is_empty() {
            problems.add(
                format!("templates/{FOLDER}/default.fr.hbs"),
                0,
                "ce modèle manque : il sert les boîtes qui n'en ont pas",
            );
        }
        Self(templates)
    }

    /// The texts whose last day was before this one.
    pub fn outdated(&self, day: Date) -> impl Iterator<Item = Outdated<'_>> {
        self.0.iter().filter_map(move |((mailbox, _), template)| {
            let valid_until = template.valid_until.filter(|until| *until < day)?;
            Some(Outdated { file: template.file_name(), mailbox, valid_until })
        })
    }

    fn find(&self, mailbox: &str, language: &str) -> Option<&Template<Front>> {
        [mailbox, DEFAULT].iter().find_map(|name| self.0.get(&((*name).to_owned(), language.to_owned())))
    }

    /// The texts of one acknowledgement. `language` is that of the message.
    pub fn render(&self, facts: &AcknowledgementFacts<'_>, language: &str) -> Result<Rendered, Hole> {
        let french = self.find(&facts.mailbox.id, "fr").ok_or_else(|| Hole {
            file: PathBuf::from(format!("templates/{FOLDER}/default.fr.hbs")),
            line: 0,
            variable: "modèle absent".into(),
        })?;
        let (subject, text) = french.render(&values(facts, "fr"))?;
        let other = match self.find(&facts.mailbox.id, language).filter(|_| language != "fr") {
            Some(template) => Some((template.render(&values(facts, language))?.1, template.head.announce.as_str())),
            None => None,
        };
        let mut sections = Vec::new();
        if let Some((_, announce)) = &other
            && !announce.is_empty()
        {
            sections.push(Section { language, text: announce });
        }
        sections.push(Section { language: "fr", text: &text });
        if let Some((text, _)) = &other {
            sections.push(Section { language, text });
        }
        // The document is French, whatever line comes first.
        let html = html::document(&subject, "fr", &sections);
        let text = sections.iter().map(|section| section.text).collect::<Vec<_>>().join("\n\n----------\n\n");
        Ok(Rendered { subject, text, html })
    }

    /// Notes every hole that these facts would leave, in every language that may serve the mailbox.
    pub fn check(&self, facts: &AcknowledgementFacts<'_>, problems: &mut Problems) {
        for (name, language) in self.0.keys() {
            let Some(template) = self.find(&facts.mailbox.id, language).filter(|_| {
                // The template that serves, and not the default behind it.
                *name == facts.mailbox.id || !self.0.contains_key(&(facts.mailbox.id.clone(), language.clone()))
            }) else {
                continue;
            };
            for hole in template.holes(&values(facts, language)) {
                let text = format!(
                    "la variable « {} » est vide pour la boîte « {} » ; renseignez-la ou placez ce passage dans un {{{{#if {}}}}}",
                    hole.variable, facts.mailbox.id, hole.variable
                );
                problems.add(hole.file, hole.line, text);
            }
        }
    }
}

/// What a template may name. Every value is always there; one that may be empty belongs into an `{{#if}}`.
#[derive(Serialize)]
struct Values<'a> {
    prefecture: PrefectureValues<'a>,
    service: ServiceValues<'a>,
    mailbox: MailboxValues<'a>,
    case: CaseValues<'a>,
    received: ReceivedValues,
    deadline: DeadlineValues,
    complaint: bool,
    silence: SilenceValues,
}

#[derive(Serialize)]
struct PrefectureValues<'a> {
    name: &'a str,
    address: &'a str,
    phone: &'a str,
    website: &'a str,
    privacy_page: &'a str,
}

#[derive(Serialize)]
struct ServiceValues<'a> {
    name: &'a str,
    email: &'a str,
    phone: &'a str,
    address: &'a str,
}

#[derive(Serialize)]
struct MailboxValues<'a> {
    address: &'a str,
}

#[derive(Serialize)]
struct CaseValues<'a> {
    reference: &'a str,
}

#[derive(Serialize)]
struct ReceivedValues {
    date: String,
    time: String,
}

#[derive(Serialize)]
struct DeadlineValues {
    date: String,
    delay: String,
}

#[derive(Serialize)]
struct SilenceValues {
    date: String,
}

fn values(facts: &AcknowledgementFacts<'_>, language: &str) -> Value {
    let words = |date| in_words(date, language);
    let values = Values {
        prefecture: PrefectureValues {
            name: &facts.prefecture.name,
            address: &facts.prefecture.address,
            phone: &facts.prefecture.phone,
            website: &facts.prefecture.website,
            privacy_page: &facts.prefecture.privacy_page,
        },
        service: ServiceValues {
            name: &facts.service.name,
            email: &facts.service.email,
            phone: &facts.service.phone,
            address: &facts.service.address,
        },
        mailbox: MailboxValues { address: &facts.mailbox.address },
        case: CaseValues { reference: facts.reference },
        received: ReceivedValues {
            date: words(facts.received.date()),
            time: match language {
                "fr" => format!("{} h {:02}", facts.received.hour(), facts.received.minute()),
                _ => format!("{:02}:{:02}", facts.received.hour(), facts.received.minute()),
            },
        },
        deadline: DeadlineValues { date: words(facts.due.date()), delay: delay_in_words(*facts.delay, language) },
        complaint: facts.complaint,
        silence: SilenceValues { date: words(facts.silence) },
    };
    serde_json::to_value(values).expect("strings and booleans always serialise")
}

/// The same shape with every name present.
fn sample() -> Value {
    let prefecture = PrefectureValues { name: "n", address: "a", phone: "p", website: "w", privacy_page: "p" };
    let values = Values {
        prefecture,
        service: ServiceValues { name: "n", email: "e", phone: "p", address: "a" },
        mailbox: MailboxValues { address: "a" },
        case: CaseValues { reference: "r" },
        received: ReceivedValues { date: "d".into(), time: "t".into() },
        deadline: DeadlineValues { date: "d".into(), delay: "d".into() },
        complaint: true,
        silence: SilenceValues { date: "d".into() },
    };
    serde_json::to_value(values).expect("strings and booleans always serialise")
}
