//! `releve digest --now … --dry-run`

use std::{path::Path, process::ExitCode, sync::Arc};

use anyhow::{Context, bail};
use jiff::Timestamp;
use serde_json::json;

use crate::{
    app,
    calendar::{Calendar, in_words},
    clock::{Clock, SystemClock},
    desk::{Desk, Foreseen},
};

#[derive(Debug, clap::Args)]
pub(super) struct DigestArgs {
    /// L'instant (RFC 3339), par exemple 2026-11-26T08:00:00+01:00 ; par défaut, maintenant.
    #[arg(long, value_name = "INSTANT", value_parser = instant)]
    now: Option<Timestamp>,
    /// Montre sans rien envoyer ni noter. Les récapitulatifs partent d'eux-mêmes du démon.
    #[arg(long)]
    dry_run: bool,
    /// Une ligne JSON par message.
    #[arg(long)]
    json: bool,
}

impl DigestArgs {
    pub(super) async fn run(self, folder: &Path) -> anyhow::Result<ExitCode> {
        if !self.dry_run {
            bail!("les récapitulatifs partent d'eux-mêmes du démon (releve run) ; pour les voir : --dry-run");
        }
        let (now, today) = (self.now.unwrap_or_else(|| SystemClock.now()), SystemClock.now());
        if now.duration_since(today).abs() > jiff::SignedDuration::from_hours(10 * 366 * 24) {
            bail!("--now est à plus de dix ans d'aujourd'hui : est-ce la bonne année ?");
        }
        let policy = super::load(folder)?;
        let store = app::open_store(&policy.config.database).await?;
        let calendar = policy.calendar.clone();
        let watch = policy.config.watch.clone();
        let foreseen = Desk::new(store.clone(), Arc::new(policy), Arc::new(SystemClock)).foresee(now).await;
        store.close().await;
        let foreseen = foreseen?;
        if self.json {
            for mail in &foreseen {
                println!("{}", line(mail));
            }
        } else if !watch.enabled {
            println!("La veille est désactivée ([watch] enabled = false) : rien ne part.");
        } else if calendar.at_work(now, watch.hours) != now {
            let next = calendar.at_work(now, watch.hours);
            println!("Rien ne part {} : en dehors des heures ou des jours ouvrés.", moment(now, &calendar));
            println!("Prochain départ possible {} : --now {}", moment(next, &calendar), local(next, &calendar));
        } else if foreseen.is_empty() {
            println!("Rien à envoyer {}.", moment(now, &calendar));
        } else {
            foreseen.iter().for_each(show);
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn instant(text: &str) -> anyhow::Result<Timestamp> {
    let example = "exemple : 2026-11-26T08:00:00+01:00";
    text.parse().with_context(|| format!("« {text} » n'est pas un instant RFC 3339 ({example})"))
}

/// A mail as JSON. `subject` and the texts are null when there is nothing to say, and so no mail.
fn line(mail: &Foreseen) -> serde_json::Value {
    let document = mail.document.as_ref();
    let warnings = mail.warnings.iter();
    json!({
        "kind": mail.kind.word(),
        "to": mail.recipient,
        "subject": document.map(|document| &document.title),
        "text": document.map(|document| document.text()),
        "html": document.map(|document| document.html()),
        "warnings": warnings
            .map(|(reference, step, role)| json!({"reference": reference, "step": step, "role": role.word()}))
            .collect::<Vec<_>>(),
    })
}

fn show(mail: &Foreseen) {
    let heading = format!("{} pour {}", mail.kind.french(), mail.recipient);
    println!("{}\n{heading}\n{}", "═".repeat(80), "─".repeat(80));
    match &mail.document {
        Some(document) => println!("Objet : {}\n\n{}", document.title, document.text()),
        None => println!("Rien à dire : pas de message.\n"),
    }
}

fn moment(at: Timestamp, calendar: &Calendar) -> String {
    let at = at.to_zoned(calendar.zone().clone());
    format!("le {} à {} h {:02}", in_words(at.date(), "fr"), at.hour(), at.minute())
}

fn local(at: Timestamp, calendar: &Calendar) -> String {
    at.display_with_offset(calendar.zone().to_offset(at)).to_string()
}
