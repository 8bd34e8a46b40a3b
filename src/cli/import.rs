//! `releve import`: takes over the tracking sheet that a prefecture kept until now.

use std::{
    collections::BTreeMap,
    fs,
    io::{IsTerminal, Read, Write},
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
};

use anyhow::{Context, anyhow};
use jiff::civil::Date;
use serde_json::json;

use crate::{
    app,
    case::Channel,
    clock::SystemClock,
    desk::{BATCH, Desk, TakeOver, TakenOver},
    sheets,
    tracking::{self, Around, Column, Refused, Sheet},
};

#[derive(Debug, clap::Args)]
pub(super) struct ImportArgs {
    /// La feuille de suivi : CSV, XLSX ou ODS, les colonnes reconnues à leur nom.
    #[arg(value_name = "FICHIER")]
    file: PathBuf,
    /// Montre les colonnes reconnues et chaque ligne refusée, et n'enregistre rien.
    #[arg(long)]
    dry_run: bool,
    /// La feuille du classeur (par défaut, la première qui a les colonnes).
    #[arg(long, value_name = "NOM")]
    sheet: Option<String>,
    /// Le nom qu'une colonne a ici, par exemple received_at="Arrivée le" (plusieurs fois possible).
    #[arg(long = "column", value_name = "COLONNE=NOM", value_parser = column)]
    columns: Vec<(Column, String)>,
    /// Le service des lignes qui n'en nomment pas.
    #[arg(long, value_name = "SERVICE")]
    service: Option<String>,
    /// Le canal des lignes qui n'en nomment pas (email, form, letter, counter, phone).
    #[arg(long, value_name = "CANAL")]
    channel: Option<Channel>,
    /// Clôt les demandes sans réponse reçues avant ce jour (2026-01-01) ; elles restent des échecs dans les chiffres.
    #[arg(long, value_name = "JOUR")]
    close_before: Option<Date>,
    /// Qui reprend la feuille (adresse électronique).
    #[arg(long, value_name = "ADRESSE", default_value = "releve import")]
    by: String,
    /// Le résultat en JSON.
    #[arg(long)]
    json: bool,
}

fn column(text: &str) -> Result<(Column, String), String> {
    let (key, name) = text.split_once('=').ok_or("écrivez COLONNE=NOM, par exemple received_at=\"Arrivée le\"")?;
    Ok((key.trim().parse()?, name.trim().to_owned()))
}

impl ImportArgs {
    pub(super) async fn run(self, folder: &Path) -> anyhow::Result<ExitCode> {
        let policy = super::load(folder)?;
        if let Some(id) = &self.service
            && policy.config.service(id).is_none()
        {
            let known = policy.config.services.iter().map(|service| service.id.as_str()).collect::<Vec<_>>().join(", ");
            return Err(anyhow!("aucun service ne s'appelle « {id} » ; services déclarés : {known}"));
        }
        let name = self.file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let told = || format!("{} ne peut pas être lu", self.file.display());
        // A device has no size, and no end.
        let mut bytes = Vec::new();
        let file = fs::File::open(&self.file).with_context(told)?;
        file.take(sheets::MAX_BYTES as u64 + 1).read_to_end(&mut bytes).with_context(told)?;
        let tables = sheets::read(&bytes, &name).with_context(|| self.file.display().to_string())?;
        let store = app::open_store(&policy.config.database).await?;
        let desk = Desk::new(store.clone(), Arc::new(policy), Arc::new(SystemClock));
        let outcome = self.with(&desk, &tables, name).await;
        store.close().await;
        outcome
    }

    async fn with(self, desk: &Desk, tables: &[sheets::Table], name: String) -> anyhow::Result<ExitCode> {
        let named: BTreeMap<_, _> = self.columns.iter().cloned().collect();
        let around = Around {
            calendar: &desk.policy().calendar,
            services: &desk.policy().config.services,
            now: desk.now(),
            service: self.service.as_deref(),
            channel: self.channel,
            named: &named,
        };
        let mut sheet = tracking::read(tables, self.sheet.as_deref(), &around).map_err(|why| anyhow!("{why}"))?;
        if !self.json {
            show(&sheet);
        }
        let how = TakeOver { file: name, close_before: self.close_before, by: self.by.clone() };
        let mut done = TakenOver::default();
        let bar = Bar::new(sheet.lines.len(), self.dry_run);
        let lines = std::mem::take(&mut sheet.lines);
        for (number, batch) in lines.chunks(BATCH).enumerate() {
            let of_batch = desk.take_over(batch, &how, self.dry_run).await.with_context(|| {
                format!(
                    "arrêt à la ligne {} ; ce qui précède est enregistré, et ne le sera pas deux fois si vous recommencez",
                    batch[0].number
                )
            })?;
            done.new += of_batch.new;
            done.open += of_batch.open;
            done.known += of_batch.known;
            done.completed += of_batch.completed;
            for (number, why) in of_batch.refused {
                if !self.json {
                    println!("ligne {number} refusée : {why}");
                }
                sheet.refused.push(Refused { number, why });
            }
            bar.at(number * BATCH + batch.len());
        }
        bar.end();
        let closed = |line: &&tracking::Line| {
            let received_on = desk.policy().calendar.date(line.received_at);
            self.close_before.is_some_and(|day| received_on < day)
        };
        let overdue = lines.iter().filter(|line| !closed(line) && desk.is_overdue(line)).count();
        if self.json {
            println!("{}", as_json(&sheet, &done, self.dry_run));
        } else {
            conclude(&sheet, &done, overdue, &self);
        }
        // What is left aside is told by the exit code too.
        Ok(if sheet.refused.is_empty() && sheet.others.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}

fn show(sheet: &Sheet) {
    let mapping = &sheet.mapping;
    println!("Feuille « {} », noms des colonnes à la ligne {} :", mapping.sheet, mapping.header_line);
    for column in Column::all() {
        match mapping.columns.iter().find(|one| one.column == column) {
            Some(found) => println!("  {:<12} {:<22} colonne « {} »", column.key(), column.french(), found.name),
            None => println!("  {:<12} {:<22} absente : {}", column.key(), column.french(), column.otherwise()),
        }
    }
    if !mapping.ignored.is_empty() {
        let names = mapping.ignored.iter().map(|name| format!("« {name} »")).collect::<Vec<_>>().join(", ");
        println!("  non reprises : {names}");
    }
    if !sheet.others.is_empty() {
        let names = sheet.others.iter().map(|name| format!("« {name} »")).collect::<Vec<_>>().join(", ");
        println!(
            "feuilles qui ont aussi ces colonnes, et ne sont pas lues : {names} ; reprenez-les une à une avec --sheet NOM"
        );
    }
    for one in &sheet.refused {
        println!("ligne {} refusée : {}", one.number, one.why);
    }
    for (remark, times) in &sheet.remarks {
        println!("remarque, {times} ligne{} : {remark}", if *times > 1 { "s" } else { "" });
    }
}

fn conclude(sheet: &Sheet, done: &TakenOver, overdue: usize, args: &ImportArgs) {
    let would = if args.dry_run { "À reprendre" } else { "Reprises" };
    println!(
        "{would} comme demandes : {}, dont {} encore à traiter ; déjà reprises : {}, dont {} complétées ; refusées : {}.",
        done.new,
        done.open,
        done.known,
        done.completed,
        sheet.refused.len()
    );
    if overdue > 0 && done.new > 0 {
        println!(
            "Sans réponse et d'échéance passée : {overdue}. Elles entrent dans la file et les rappels ; pour clore les anciennes : --close-before JOUR."
        );
    }
    if args.dry_run {
        println!("Rien n'est enregistré (--dry-run).");
    }
}

fn as_json(sheet: &Sheet, done: &TakenOver, dry_run: bool) -> serde_json::Value {
    let columns: BTreeMap<_, _> = sheet.mapping.columns.iter().map(|one| (one.column.key(), &one.name)).collect();
    json!({
        "dry_run": dry_run,
        "sheet": sheet.mapping.sheet,
        "header_line": sheet.mapping.header_line,
        "columns": columns,
        "ignored": sheet.mapping.ignored,
        "other_sheets": sheet.others,
        "imported": done.new,
        "open": done.open,
        "known": done.known,
        "completed": done.completed,
        "refused": sheet.refused.iter().map(|one| json!({ "line": one.number, "why": one.why })).collect::<Vec<_>>(),
        "remarks": sheet.remarks,
    })
}

/// A bar of progress on stderr for whoever watches a terminal; elsewhere one line at the end.
struct Bar {
    of: usize,
    what: &'static str,
    watched: bool,
}

impl Bar {
    fn new(of: usize, dry_run: bool) -> Self {
        Self { of, what: if dry_run { "essai" } else { "reprise" }, watched: std::io::stderr().is_terminal() }
    }

    fn at(&self, done: usize) {
        if self.watched || done == self.of {
            let tenths = (done * 20).checked_div(self.of).unwrap_or(20);
            let bar = format!("{}{}", "█".repeat(tenths), "░".repeat(20 - tenths));
            let begin = if self.watched { "\r" } else { "" };
            let _ = write!(std::io::stderr(), "{begin}{} {bar} {done} lignes sur {}", self.what, self.of);
        }
    }

    fn end(&self) {
        if self.of > 0 {
            eprintln!();
        }
    }
}
