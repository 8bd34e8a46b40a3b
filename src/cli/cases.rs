//! `releve cases list|show`

use std::{path::Path, process::ExitCode};

use jiff::tz::TimeZone;
use serde_json::{Value, json};

use super::table;
use crate::{
    app,
    calendar::{Calendar, in_words},
    store::{CaseDetail, CaseFilter, CaseSummary},
};

#[derive(Debug, clap::Args)]
pub(super) struct CasesArgs {
    #[command(subcommand)]
    command: CasesCommand,
}

#[derive(Debug, clap::Subcommand)]
enum CasesCommand {
    /// Les demandes, la plus urgente d'abord.
    List {
        /// Une boîte.
        #[arg(long)]
        mailbox: Option<String>,
        /// Un service.
        #[arg(long)]
        service: Option<String>,
        /// Au plus tant de lignes.
        #[arg(long, default_value_t = 50)]
        limit: i64,
        /// Une ligne JSON par demande.
        #[arg(long)]
        json: bool,
    },
    /// Une demande, avec ses messages et son histoire.
    Show {
        /// La référence : 2026-000123.
        reference: String,
        /// En JSON.
        #[arg(long)]
        json: bool,
    },
}

impl CasesArgs {
    pub(super) async fn run(self, folder: &Path) -> anyhow::Result<ExitCode> {
        let policy = super::load(folder)?;
        let store = app::open_store(&policy.config.database).await?;
        let zone = policy.calendar.zone();
        match self.command {
            CasesCommand::List { mailbox, service, limit, json } => {
                let cases = store.cases(&CaseFilter { mailbox, service, due_before: None, limit }).await?;
                if json {
                    for case in &cases {
                        println!("{}", summary(case, zone));
                    }
                } else {
                    list(&cases, zone);
                }
            }
            CasesCommand::Show { reference, json } => {
                let Some(case) = store.case(&reference).await? else {
                    anyhow::bail!(
                        "aucune demande ne porte la référence « {reference} » ; « releve cases list » les montre"
                    );
                };
                if json {
                    println!("{}", detail(&case, zone));
                } else {
                    show(&case, &policy.calendar);
                }
            }
        }
        store.close().await;
        Ok(ExitCode::SUCCESS)
    }
}

/// An instant in the zone of the prefecture, RFC 3339.
fn local(at: jiff::Timestamp, zone: &TimeZone) -> String {
    at.display_with_offset(zone.to_offset(at)).to_string()
}

fn summary(case: &CaseSummary, zone: &TimeZone) -> Value {
    json!({
        "reference": case.reference,
        "mailbox": case.mailbox,
        "channel": case.channel.word(),
        "service": case.service,
        "kind": case.kind.corpus(),
        "scope": case.scope.word(),
        "topic": case.topic,
        "confidence": case.confidence,
        "state": case.state.word(),
        "from": case.correspondent,
        "from_name": case.correspondent_name,
        "subject": case.subject,
        "received": local(case.received_at, zone),
        "due": local(case.due_at, zone),
        "delay": case.delay,
        "acknowledged": case.acknowledged_at.map(|at| local(at, zone)),
    })
}

fn detail(case: &CaseDetail, zone: &TimeZone) -> Value {
    let parsed = |text: &str| serde_json::from_str::<Value>(text).unwrap_or(Value::Null);
    let mut value = summary(&case.summary, zone);
    value["evidence"] = parsed(&case.evidence);
    value["messages"] = case
        .messages
        .iter()
        .map(|message| {
            json!({
                "message_id": message.message_id,
                "from": message.sender,
                "subject": message.subject,
                "received": local(message.received_at, zone),
                "language": message.language,
                "disposition": message.disposition.word(),
                "acknowledged": message.acknowledged,
                "reason": message.reason,
                "new_text": message.new_text,
                "attachments": parsed(&message.attachments),
            })
        })
        .collect();
    value["events"] = case
        .events
        .iter()
        .map(|event| {
            json!({
                "at": local(event.at, zone), "actor": event.actor, "kind": event.kind.word(), "detail": event.detail,
            })
        })
        .collect();
    value
}

fn list(cases: &[CaseSummary], zone: &TimeZone) {
    if cases.is_empty() {
        println!("Aucune demande.");
        return;
    }
    let rows = cases
        .iter()
        .map(|case| {
            vec![
                case.reference.clone(),
                case.due_at.to_zoned(zone.clone()).strftime("%d/%m/%Y").to_string(),
                case.mailbox.clone(),
                case.kind.french().to_owned(),
                case.correspondent.clone(),
                case.subject.clone(),
                if case.acknowledged_at.is_some() { "oui" } else { "non" }.to_owned(),
            ]
        })
        .collect::<Vec<_>>();
    let headings = ["référence", "échéance", "boîte", "nature", "correspondant", "objet", "accusé"];
    table::print(&headings, &[11, 10, 14, 21, 30, 40], &rows);
}

fn show(case: &CaseDetail, calendar: &Calendar) {
    let zone = calendar.zone();
    let moment = |at: jiff::Timestamp| {
        let at = at.to_zoned(zone.clone());
        format!("{} à {} h {:02}", in_words(at.date(), "fr"), at.hour(), at.minute())
    };
    let summary = &case.summary;
    println!("Demande {} ({})", summary.reference, summary.state.french());
    println!("  de            {} <{}>", summary.correspondent_name, summary.correspondent);
    println!("  objet         {}", summary.subject);
    println!(
        "  reçue         {} par {}, boîte « {} »",
        moment(summary.received_at),
        summary.channel.french(),
        summary.mailbox
    );
    println!("  service       {}", summary.service);
    println!(
        "  nature        {} / {} / {} (confiance {:.0} %)",
        summary.kind.french(),
        summary.scope.french(),
        summary.topic,
        summary.confidence * 100.0
    );
    println!("  échéance      {} ({})", moment(summary.due_at), summary.delay);
    let evidence = serde_json::from_str::<Vec<Value>>(&case.evidence).unwrap_or_default();
    for one in evidence.iter().filter_map(|one| one["detail"].as_str()) {
        println!("    parce que   {one}");
    }
    for message in &case.messages {
        println!("\nMessage du {} ({})", moment(message.received_at), message.disposition.french());
        let attachments = serde_json::from_str::<Vec<Value>>(&message.attachments).unwrap_or_default();
        for attachment in &attachments {
            println!(
                "  pièce jointe  {} ({} octets)",
                attachment["name"].as_str().unwrap_or_default(),
                attachment["size"]
            );
        }
        for line in message.new_text.lines() {
            println!("  | {line}");
        }
    }
    println!("\nHistoire");
    for event in &case.events {
        println!("  {}  {} : {}", moment(event.at), event.kind.french(), event.detail);
    }
}
