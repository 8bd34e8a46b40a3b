//! `releve answers`: the library of model answers, as agents and the quality officer look at it.

use std::{path::Path, process::ExitCode};

use anyhow::bail;
use serde_json::{Value, json};

use super::table;
use crate::{
    calendar::in_words,
    case::LetterKind,
    clock::{Clock, SystemClock},
    desk::Policy,
    replies::{FACTS, Model, lint},
    triage::fold::fold,
};

#[derive(Debug, clap::Args)]
pub(super) struct AnswersArgs {
    /// Ne montre que celles dont le nom, le titre ou les mots-clés contiennent ce texte.
    search: Option<String>,
    /// Montre une réponse type en entier : son texte, ce qu'elle laisse à compléter, et ce qu'un usager y trouverait à redire.
    #[arg(long, value_name = "NOM", conflicts_with_all = ["search", "facts"])]
    show: Option<String>,
    /// Montre les faits locaux que les réponses types demandent, et ceux qui manquent ici.
    #[arg(long, conflicts_with = "search")]
    facts: bool,
    /// Une ligne JSON par réponse type, ou par fait.
    #[arg(long)]
    json: bool,
}

impl AnswersArgs {
    pub(super) fn run(self, folder: &Path) -> anyhow::Result<ExitCode> {
        let policy = super::load(folder)?;
        if self.facts {
            facts(&policy, self.json);
        } else if let Some(name) = &self.show {
            show(&policy, name, self.json)?;
        } else {
            self.list(&policy);
        }
        Ok(ExitCode::SUCCESS)
    }

    fn list(&self, policy: &Policy) {
        let asked = fold(self.search.as_deref().unwrap_or_default());
        let has = |text: &str| fold(text).contains(&asked);
        let matches = |model: &&Model| {
            has(&model.name) || has(model.title()) || model.keywords().iter().any(|keyword| has(keyword))
        };
        let found: Vec<&Model> = policy.library.all().filter(matches).collect();
        if self.json {
            found.iter().for_each(|model| println!("{}", as_json(model, policy)));
            return;
        }
        if found.is_empty() {
            println!("Aucune réponse type ne correspond.");
            return;
        }
        let rows: Vec<_> = found
            .iter()
            .map(|model| {
                let reading = reading(model, policy);
                vec![
                    model.kind.french().to_owned(),
                    model.name.clone(),
                    model.title().to_owned(),
                    reading.readability.map(|score| score.to_string()).unwrap_or_default(),
                    model.valid_until().map(|day| day.strftime("%d/%m/%Y").to_string()).unwrap_or_default(),
                    reading.remarks.len().to_string(),
                ]
            })
            .collect();
        let headings = ["sert de", "nom", "titre", "lisibilité", "valable jusqu'au", "remarques"];
        table::print(&headings, &[21, 30, 60, 10, 16], &rows);
        println!("\nLire l'une d'elles : releve answers --show NOM");
    }
}

fn reading(model: &Model, policy: &Policy) -> lint::Reading {
    lint::read_model(model, &policy.glossary, policy.calendar.date(SystemClock.now()))
}

fn as_json(model: &Model, policy: &Policy) -> Value {
    let reading = reading(model, policy);
    json!({
        "kind": model.kind.word(),
        "name": model.name,
        "language": model.language,
        "title": model.title(),
        "subject": model.subject(),
        "topics": model.topics.iter().map(|topic| topic.word()).collect::<Vec<_>>(),
        "kinds": model.kinds.iter().map(|kind| kind.corpus()).collect::<Vec<_>>(),
        "scopes": model.scopes.iter().map(|scope| scope.word()).collect::<Vec<_>>(),
        "services": model.services(),
        "keywords": model.keywords(),
        "owner": model.owner(),
        "version": model.version(),
        "approved_by": model.approved_by(),
        "approved_on": model.approved_on.map(|day| day.to_string()),
        "valid_until": model.valid_until().map(|day| day.to_string()),
        "blanks": model.blanks(),
        "attachments": model.attachments(),
        "readability": reading.readability,
        "remarks": reading.remarks.iter().map(|remark| json!({ "line": remark.line, "text": remark.text })).collect::<Vec<_>>(),
    })
}

fn show(policy: &Policy, name: &str, json: bool) -> anyhow::Result<()> {
    let versions: Vec<_> = policy.library.versions().filter(|model| model.name == name).collect();
    if versions.is_empty() {
        bail!("aucune réponse type ne s'appelle « {name} » ; « releve answers » les montre");
    }
    for model in versions {
        let reading = reading(model, policy);
        if json {
            let mut value = as_json(model, policy);
            value["text"] = model.source().0.trim().into();
            println!("{value}");
            continue;
        }
        let day = |day: Option<jiff::civil::Date>| day.map(|day| in_words(day, "fr")).unwrap_or_default();
        println!("{} – {} ({}, {})", model.name, model.title(), model.kind.french(), model.language);
        println!("  responsable   {}", model.owner());
        println!(
            "  version       {}, approuvée par {} le {}",
            model.version(),
            model.approved_by(),
            day(model.approved_on)
        );
        println!("  valable       jusqu'au {}", day(model.valid_until()));
        println!("  objet         {}", model.subject());
        for (blank, what) in model.blanks() {
            println!("  à compléter   {} : {what}", model.fills(blank));
        }
        for file in model.attachments() {
            println!("  pièce jointe  {file}");
        }
        if let Some(score) = reading.readability {
            println!("  lisibilité    {score} (Kandel et Moles)");
        }
        for remark in &reading.remarks {
            let line = if remark.line == 0 { String::new() } else { format!("ligne {} : ", remark.line) };
            println!("  à voir        {line}{}", remark.text);
        }
        println!("\n{}\n", model.source().0.trim());
    }
    Ok(())
}

/// What the models ask for, and what this prefecture says of it.
fn facts(policy: &Policy, json: bool) {
    let own = &policy.config.facts;
    let known = FACTS.iter().map(|(id, what)| (*id, *what));
    let more = own.iter().filter(|fact| FACTS.iter().all(|(id, _)| *id != fact.id)).map(|fact| (fact.id.as_str(), ""));
    for (id, what) in known.chain(more) {
        let value = own.iter().find(|fact| fact.id == id).map(|fact| fact.value.as_str());
        let asks = |model: &&Model| {
            model.kind == LetterKind::Answer && model.names().iter().any(|name| *name == format!("fact.{id}"))
        };
        let used: Vec<_> = policy.library.all().filter(asks).map(|model| model.name.as_str()).collect();
        if json {
            println!("{}", json!({ "id": id, "what": what, "value": value, "answers": used }));
        } else {
            println!("{id} : {}\n  {what}\n  demandé par : {}", value.unwrap_or("(pas renseigné)"), used.join(", "));
        }
    }
    if !json {
        println!(
            "\nPour en renseigner un, dans la configuration :\n\n[[fact]]\nid = \"rendez_vous_page\"\nvalue = \"https://…\"\nvalid_until = 2027-06-30"
        );
    }
}
