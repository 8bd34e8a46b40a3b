//! `releve classify`: what would become of each message. Needs no database and no network, and never fails because of a
//! message: what cannot be read gets its line too.

use std::{
    fs,
    io::{self, Read, Write},
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
};

use anyhow::Context;
use serde_json::{Value, json};

use crate::{
    app,
    case::Disposition,
    clock::{Clock, SystemClock},
    config::Mailbox,
    desk::{self, Assessment, Policy, Route},
    mail::{self, Message},
    replies::{Habits, Library, Question, Suggestion},
    triage::{Author, Classification, Classifier, Surroundings},
};

#[derive(Debug, clap::Args)]
pub(super) struct ClassifyArgs {
    /// Une ligne JSON par message.
    #[arg(long)]
    json: bool,
    /// Avec --json : aussi les signes, ce qui est à confirmer et entre quoi, la confiance de chaque réponse, le transfert
    /// proposé, et l'endroit du texte de chaque raison.
    #[arg(long, requires = "json")]
    explain: bool,
    /// La boîte qui a reçu les messages. Sans elle, les règles qui en dépendent ne sont pas appliquées.
    #[arg(long, value_name = "BOÎTE")]
    mailbox: Option<String>,
    /// Fichiers .eml, dossiers (parcourus en entier), ou - pour l'entrée standard.
    #[arg(required = true, value_name = "CHEMIN")]
    paths: Vec<PathBuf>,
}

impl ClassifyArgs {
    pub(super) fn run(self, folder: Option<&Path>) -> anyhow::Result<ExitCode> {
        let office = Office::open(folder, self.mailbox.as_deref())?;
        let mut out = io::BufWriter::new(io::stdout().lock());
        for path in self.paths {
            // A path that was named and does not exist is a mistake of the command, not of a message.
            for file in files(&path).with_context(|| format!("{} ne peut pas être lu", path.display()))? {
                let verdict = office.verdict(&file, self.explain || !self.json);
                if self.json {
                    writeln!(out, "{verdict}")?;
                } else {
                    writeln!(out, "{}", sentence(&verdict))?;
                }
            }
        }
        out.flush()?;
        Ok(ExitCode::SUCCESS)
    }
}

/// What the messages are judged by.
enum Office {
    /// The message alone: no mailbox is known, nothing of ours.
    Anywhere(Arc<Classifier>, Arc<Library>, Arc<Habits>),
    /// One of our mailboxes received it.
    Mailbox(Box<(Policy, Mailbox)>),
}

impl Office {
    fn open(folder: Option<&Path>, mailbox: Option<&str>) -> anyhow::Result<Self> {
        let Some(id) = mailbox else {
            // A prefecture may have rules of its own.
            let policy = super::if_configured(folder)?;
            return Ok(match policy {
                Some(policy) => Self::Anywhere(policy.classifier, policy.library, policy.habits),
                None => {
                    let (library, habits) = (app::shipped_library(), app::shipped_habits());
                    Self::Anywhere(app::shipped_classifier(), Arc::new(library), Arc::new(habits))
                }
            });
        };
        let policy = super::load(&super::folder_or_default(folder))?;
        let Some(mailbox) = policy.config.mailbox(id).cloned() else {
            let known =
                policy.config.mailboxes.iter().map(|mailbox| mailbox.id.as_str()).collect::<Vec<_>>().join(", ");
            anyhow::bail!("aucune boîte ne s'appelle « {id} » ; boîtes déclarées : {known}");
        };
        Ok(Self::Mailbox(Box::new((policy, mailbox))))
    }

    fn assess(&self, message: &Message) -> Assessment {
        match self {
            Self::Anywhere(classifier, ..) => desk::assess(message, None, &Surroundings::default(), classifier),
            Self::Mailbox(at) => at.0.assess(message, &at.1.id),
        }
    }

    /// The case that the message continues, as far as our own Message-IDs tell.
    fn continues(&self, message: &Message) -> Option<String> {
        match self {
            Self::Anywhere(..) => None,
            Self::Mailbox(at) => at.0.own_reference(message).map(str::to_owned),
        }
    }

    /// The model answers that fit.
    fn suggest(&self, message: &Message, said: &Classification, route: Option<&Route>) -> Vec<Suggestion> {
        let (library, habits) = match self {
            Self::Anywhere(_, library, habits) => (library, habits),
            Self::Mailbox(at) => (&at.0.library, &at.0.habits),
        };
        let service = route.map_or("", |route| route.service.as_str());
        let today = SystemClock.now().to_zoned(jiff::tz::TimeZone::UTC).date();
        library.suggest(&Question::of(said, &message.subject, &message.new_text, service), &[habits], today)
    }

    /// The service that should answer, and whether the mailbox is another's.
    fn route(&self, classification: &Classification) -> Option<(Route, bool)> {
        match self {
            Self::Anywhere(..) => None,
            Self::Mailbox(at) => {
                let route = Route::of(classification, &at.1, &at.0.config);
                let elsewhere = route.service != at.1.service;
                Some((route, elsewhere))
            }
        }
    }

    fn verdict(&self, file: &Path, explain: bool) -> Value {
        let read = match file.as_os_str() == "-" {
            true => {
                let mut bytes = Vec::new();
                io::stdin().lock().read_to_end(&mut bytes).map(|_| bytes)
            }
            false => fs::read(file),
        };
        let message = read
            .map_err(|cause| format!("ce fichier ne peut pas être lu : {cause}"))
            .and_then(|bytes| mail::parse(&bytes, &mail::Limits::default()).map_err(|unreadable| unreadable.0));
        match message {
            Ok(message) => self.of_message(file, &message, explain),
            Err(error) => unreadable(file, &error),
        }
    }

    fn of_message(&self, file: &Path, message: &Message, explain: bool) -> Value {
        let assessment = self.assess(message);
        let own = self.continues(message);
        let person = assessment.judgement.author == Author::Person;
        let (disposition, reason) = match (person, &own) {
            (true, Some(reference)) => (Disposition::FollowUp, format!("suite de la demande {reference}")),
            _ => {
                let reason = assessment.judgement.reasons.first().map(|reason| reason.text.clone());
                (assessment.disposition(), reason.unwrap_or_default())
            }
        };
        let classification = &assessment.classification;
        let (route, elsewhere) = self.route(classification).unzip();
        let evidence = classification.evidence.iter().map(|one| match explain {
            true => json!(one),
            false => json!({ "source": one.source, "detail": one.detail, "weight": one.weight }),
        });
        let suggestions = match person {
            true => self.suggest(message, classification, route.as_ref()),
            false => Vec::new(),
        };
        let suggestions = suggestions.iter().map(|one| match explain {
            true => json!(one),
            false => json!({ "template": one.template, "score": one.score }),
        });
        let mut verdict = json!({
            "path": file.display().to_string(),
            "message_id": message.message_id,
            "from": message.from.as_ref().map(|from| &from.email),
            "subject": message.subject,
            "disposition": disposition.word(),
            "acknowledge": assessment.judgement.acknowledge && disposition == Disposition::Case,
            "reason": reason,
            "language": message.language,
            "kind": classification.kind.corpus(),
            "scope": classification.scope.word(),
            "topic": classification.topic.word(),
            "service": route.as_ref().map(|route| &route.service),
            "confidence": classification.confidence(),
            "evidence": evidence.collect::<Vec<_>>(),
            "new_text": message.new_text,
            "suggestions": suggestions.collect::<Vec<_>>(),
            "error": Value::Null,
        });
        if explain {
            verdict["flags"] = classification.flags.iter().map(|flag| flag.word()).collect();
            verdict["abstained"] = classification.abstains().into();
            verdict["certainty"] = json!(classification.certainty);
            verdict["transfer"] = elsewhere.unwrap_or(false).into();
        }
        verdict
    }
}

fn unreadable(file: &Path, error: &str) -> Value {
    json!({
        "path": file.display().to_string(),
        "message_id": Value::Null,
        "from": Value::Null,
        "subject": Value::Null,
        "disposition": Disposition::Quarantined.word(),
        "acknowledge": false,
        "reason": "illisible : à lire à la main",
        "language": Value::Null,
        "kind": Value::Null,
        "scope": Value::Null,
        "topic": Value::Null,
        "service": Value::Null,
        "confidence": 0.0,
        "evidence": [],
        "new_text": "",
        "suggestions": [],
        "error": error,
    })
}

/// One line for a person.
fn sentence(verdict: &Value) -> String {
    let text = |key: &str| verdict[key].as_str().unwrap_or_default();
    let acknowledged = match verdict["acknowledge"].as_bool() {
        Some(true) => "accusé de réception".to_owned(),
        _ => format!(
            "pas d'accusé : {}{}",
            text("reason"),
            verdict["error"].as_str().map(|error| format!(" ({error})")).unwrap_or_default()
        ),
    };
    let disposition = text("disposition").parse::<Disposition>().map(Disposition::french).unwrap_or_default();
    let unsure = match verdict["certainty"][0]["second"].as_str() {
        Some(second) if verdict["abstained"] == true => format!(" (à confirmer : {} ou {second} ?)", text("kind")),
        _ => String::new(),
    };
    format!(
        "{} : {disposition}, {}{unsure} / {} / {}, {acknowledged}",
        text("path"),
        text("kind"),
        text("scope"),
        text("topic")
    )
}

/// The files behind a path: itself, or everything in the folder, by name.
fn files(path: &Path) -> io::Result<Vec<PathBuf>> {
    if path.as_os_str() == "-" || !fs::metadata(path)?.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let mut entries =
        fs::read_dir(path)?.map(|entry| entry.map(|entry| entry.path())).collect::<io::Result<Vec<_>>>()?;
    entries.sort();
    // What hides (.git, .DS_Store) is no message.
    entries.retain(|entry| !entry.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b".")));
    let mut found = Vec::new();
    for entry in entries {
        // Links are not followed: they may lead round in a circle.
        match fs::symlink_metadata(&entry)?.file_type() {
            kind if kind.is_dir() => found.extend(files(&entry)?),
            kind if kind.is_file() => found.push(entry),
            _ => {}
        }
    }
    Ok(found)
}
