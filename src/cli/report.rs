//! `releve report`: the figures of the label, in every shape.

use std::{
    fs::File,
    io::Read,
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
};

use anyhow::{Context, bail, ensure};

use crate::{
    app,
    clock::SystemClock,
    desk::{Desk, Format},
    indicators::{Indicator, Month, Quarter, Report, Seen, in_short},
    mail,
};

#[derive(Debug, clap::Args)]
pub(super) struct ReportArgs {
    /// Premier mois, par exemple 2026-01 (par défaut, un an avant le dernier).
    #[arg(long, value_name = "MOIS")]
    from: Option<Month>,
    /// Dernier mois, par exemple 2026-12 (par défaut, le mois dernier).
    #[arg(long, value_name = "MOIS")]
    to: Option<Month>,
    /// Un trimestre, par exemple 2026-T1, au lieu de --from et --to.
    #[arg(long, value_name = "TRIMESTRE", conflicts_with_all = ["from", "to"])]
    quarter: Option<Quarter>,
    /// Une année, au lieu de --from et --to.
    #[arg(long, value_name = "ANNÉE", conflicts_with_all = ["from", "to", "quarter"], value_parser = clap::value_parser!(i16).range(1990..2200))]
    year: Option<i16>,
    /// Un seul service.
    #[arg(long, value_name = "SERVICE")]
    service: Option<String>,
    /// Les indicateurs en JSON (clés : docs/fr/indicateurs.md).
    #[arg(long, conflicts_with = "format")]
    json: bool,
    /// csv (tableau mensuel), xlsx, ods, html (bilan), poster (affiche du trimestre), audit (dossier de preuves, ZIP).
    #[arg(long, value_name = "FORMAT", value_enum, requires = "output")]
    format: Option<FormatArg>,
    /// Le fichier à écrire.
    #[arg(long, value_name = "FICHIER", requires = "format")]
    output: Option<PathBuf>,
    /// Demandes de l'échantillon du dossier de preuves.
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u16).range(0..=500))]
    sample: u16,
    /// Chaque indicateur : clé, définition, population, exclusions.
    #[arg(long)]
    definitions: bool,
    /// Publie un mois terminé : ses chiffres sont gardés tels quels.
    #[arg(long, value_name = "MOIS", requires = "by", conflicts_with_all = ["json", "format", "service", "differences"])]
    publish: Option<Month>,
    /// Pourquoi un mois déjà publié est corrigé : les deux chiffres restent.
    #[arg(long, value_name = "TEXTE", requires = "publish")]
    why: Option<String>,
    /// Qui publie (adresse électronique).
    #[arg(long, value_name = "ADRESSE", requires = "publish", value_parser = address)]
    by: Option<String>,
    /// Pourquoi un mois publié n'est plus le même aujourd'hui, demande par demande.
    #[arg(long, value_name = "MOIS")]
    differences: Option<Month>,
}

fn address(text: &str) -> Result<String, String> {
    if mail::is_sendable(text) { Ok(text.to_owned()) } else { Err("ce n'est pas une adresse électronique".into()) }
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum FormatArg {
    Csv,
    Xlsx,
    Ods,
    Html,
    Poster,
    Audit,
}

/// More months are no report any more, and a slip of the pen.
const MONTHS: usize = 240;

impl ReportArgs {
    pub(super) async fn run(self, folder: &Path) -> anyhow::Result<ExitCode> {
        if self.definitions {
            define(self.json);
            return Ok(ExitCode::SUCCESS);
        }
        let policy = super::load(folder)?;
        let store = app::open_store(&policy.config.database).await?;
        let desk = Desk::new(store.clone(), Arc::new(policy), Arc::new(SystemClock));
        let outcome = self.with(&desk).await;
        store.close().await;
        outcome.map(|()| ExitCode::SUCCESS)
    }

    async fn with(self, desk: &Desk) -> anyhow::Result<()> {
        if let Some(month) = self.publish {
            let by = self.by.unwrap_or_default();
            let edition = desk.publish(month, self.why.as_deref().unwrap_or_default(), &by).await?;
            println!("{} est publié (édition {edition}) : ses chiffres sont gardés.", month.french());
            return Ok(());
        }
        if let Some(month) = self.differences {
            return differences(desk, month, self.json).await;
        }
        if let Some(id) = &self.service {
            // One that is no longer described has its figures all the same.
            let services = &desk.policy().config.services;
            if services.iter().all(|service| service.id != *id) && !desk.store().had_cases(id).await? {
                let known = services.iter().map(|service| service.id.as_str()).collect::<Vec<_>>().join(", ");
                bail!("aucun service ne s'appelle « {id} » ; services déclarés : {known}");
            }
        }
        let period = self.period(desk)?;
        let seen = Seen { visible: None, service: self.service.clone() };
        match (self.format, &self.output) {
            (Some(format), Some(path)) => {
                may_write(path)?;
                eprintln!("releve : {} à {}, lecture de la base et calcul…", period.0, period.1);
                let bytes = desk.output(format.shape(self.sample), period, &seen, None).await?;
                super::whole_file(path, &bytes)?;
                println!("Écrit : {} ({} octets).", path.display(), bytes.len());
            }
            _ => {
                let report = desk.report(period, &seen).await?;
                if self.json {
                    println!("{}", report.json());
                } else {
                    show(&report);
                }
            }
        }
        Ok(())
    }

    fn period(&self, desk: &Desk) -> anyhow::Result<(Month, Month)> {
        if let Some(quarter) = self.quarter {
            return Ok((quarter.first(), quarter.last()));
        }
        if let Some(year) = self.year {
            let january: Month = format!("{year:04}-01").parse().context("cette année n'est pas connue")?;
            return Ok((january, january.later(11)));
        }
        let to = self.to.unwrap_or_else(|| Month::of(desk.policy().calendar.date(desk.now())).later(-1));
        let from = self.from.unwrap_or_else(|| to.later(-11));
        ensure!(from <= to, "--from ({from}) vient après --to ({to})");
        ensure!(from.to(to).count() <= MONTHS, "plus de vingt ans : est-ce la bonne année ?");
        Ok((from, to))
    }
}

impl FormatArg {
    fn shape(self, sample: u16) -> Format {
        match self {
            Self::Csv => Format::Csv,
            Self::Xlsx => Format::Xlsx,
            Self::Ods => Format::Ods,
            Self::Html => Format::Html,
            Self::Poster => Format::Poster,
            Self::Audit => Format::Audit(sample.into()),
        }
    }
}

/// Nothing is written over a database: a slip of the hand would cost everything.
fn may_write(path: &Path) -> anyhow::Result<()> {
    let mut head = [0; 15];
    let is_database =
        File::open(path).and_then(|mut file| file.read_exact(&mut head)).is_ok() && &head == b"SQLite format 3";
    ensure!(
        !is_database,
        "{} est une base de données, et n'est pas remplacée ; donnez un autre nom avec --output",
        path.display()
    );
    Ok(())
}

fn define(json: bool) {
    for one in Indicator::all() {
        let (key, name) = (one.key(), one.french());
        let (definition, population, exclusions) = (one.definition(), one.population(), one.exclusions());
        if json {
            let line = serde_json::json!({
                "key": key, "name": name, "definition": definition, "population": population, "exclusions": exclusions,
            });
            println!("{line}");
        } else {
            println!("{key}\n  {name}\n  {definition}\n  Population : {population}.\n  Exclusions : {exclusions}\n");
        }
    }
}

fn show(report: &Report) {
    let (Some(from), Some(to)) = (report.from(), report.to()) else { return };
    println!("{} :", from.span(to));
    for indicator in Indicator::all() {
        println!("  {:<84} {}", indicator.french(), in_short(&report.total, indicator));
    }
    let published = report.months.iter().filter(|month| !month.editions.is_empty()).count();
    println!("Mois publiés : {published} sur {}.", report.months.len());
    for month in report.months.iter().filter(|month| month.is_otherwise_today()) {
        println!(
            "{} n'est plus comme il a été publié : releve report --differences {}",
            month.month.french(),
            month.month
        );
    }
    println!("Mois par mois : --json, ou --format csv|xlsx|ods|html|poster|audit --output FICHIER.");
}

async fn differences(desk: &Desk, month: Month, json: bool) -> anyhow::Result<()> {
    let report = desk.report((month, month), &Seen::default()).await?;
    let published = report.months.first().is_some_and(|one| !one.editions.is_empty());
    ensure!(
        published,
        "{} n'est pas publié : rien à comparer (releve report --publish {month} --by …)",
        month.french()
    );
    let found = desk.differences(month).await?;
    for one in &found {
        if json {
            let figures: Vec<_> = one.figures.iter().map(|figure| figure.key()).collect();
            println!("{}", serde_json::json!({ "reference": one.reference, "what": one.what, "figures": figures }));
        } else {
            println!("{} : {}", one.reference, one.what.join(" ; "));
        }
    }
    if found.is_empty() && !json {
        println!("{} est toujours comme il a été publié.", month.french());
    }
    Ok(())
}
