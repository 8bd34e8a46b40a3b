//! The command line: one file a subcommand, and here what they share. Everything said to people is French; an error is one
//! plain sentence on stderr, and the exit code is 0 (done), 1 (refused or failed) or 2 (usage).

mod absences;
mod answers;
mod cases;
mod check;
mod classify;
pub mod deadline;
mod demo;
mod digest;
mod doctor;
mod eval;
mod import;
mod report;
mod run;
mod table;
mod telemetry;
mod train;
mod user;

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::Context;
use clap::{Parser, Subcommand};

use crate::{app, config::Problem, desk::Policy, mail::hexadecimal};

/// Relève les boîtes fonctionnelles d'une préfecture : accuse réception, compte les jours, ne lâche rien.
#[derive(Debug, Parser)]
#[command(name = "releve", version, max_term_width = 110)]
struct Cli {
    /// Dossier de configuration (par défaut /etc/releve, puis ./config).
    #[arg(long, global = true, value_name = "DOSSIER", env = "RELEVE_CONFIG")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Toute une préfecture sur cette machine, sans rien installer d'autre.
    Demo(demo::DemoArgs),
    /// Le démon.
    Run,
    /// Vérifie la configuration, les règles et les modèles : toutes les fautes d'un coup, avec fichier et ligne.
    Check(check::CheckArgs),
    /// Essaie chaque boîte, le relais, la base, l'horloge et le disque, et dit comment réparer.
    Doctor(doctor::DoctorArgs),
    /// Dit ce que deviendrait chaque message (fichiers .eml, dossiers, ou - pour l'entrée standard).
    Classify(classify::ClassifyArgs),
    /// Mesure le classement sur des messages étiquetés, ou sur les corrections des agents.
    Eval(eval::EvalArgs),
    /// Apprend des exemples livrés et des corrections des agents, et refuse un modèle moins bon.
    Train(train::TrainArgs),
    /// Calcule une échéance, et l'explique jour par jour.
    Deadline(deadline::DeadlineArgs),
    /// Les demandes : les voir, les enregistrer, les confier, y répondre.
    Cases(Box<cases::CasesArgs>),
    /// Les réponses types : les chercher, les lire, voir ce qui manque pour les envoyer.
    Answers(answers::AnswersArgs),
    /// Les rappels et récapitulatifs qui partiraient à un instant.
    Digest(digest::DigestArgs),
    /// Les absences et les remplaçants.
    Absences(absences::AbsencesArgs),
    /// Les indicateurs du label : tableaux, feuilles, bilan, affiche, dossier de preuves ; publie un mois.
    Report(report::ReportArgs),
    /// Reprend la feuille de suivi tenue jusqu'ici (CSV, XLSX, ODS).
    Import(import::ImportArgs),
    /// Les comptes : qui peut ouvrir les pages, et pour quels services.
    User(user::UserArgs),
}

/// Runs the program.
pub fn main() -> ExitCode {
    // One TLS provider for the whole program, chosen before anything may want one.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let cli = Cli::parse();
    telemetry::start(matches!(cli.command, Command::Run));
    end_with_the_reader();
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("releve : le système refuse de démarrer les tâches : {error}");
            return ExitCode::FAILURE;
        }
    };
    let outcome = runtime.block_on(cli.run());
    // A parser that outlives its time limit must not hold the exit back.
    runtime.shutdown_background();
    match outcome {
        Ok(code) => code,
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("releve : {error:#}");
            ExitCode::FAILURE
        }
    }
}

impl Cli {
    async fn run(self) -> anyhow::Result<ExitCode> {
        let folder = self.config;
        match self.command {
            Command::Demo(args) => args.run().await,
            Command::Run => run::run(&folder_or_default(folder.as_deref())).await,
            Command::Check(args) => args.run(&folder_or_default(folder.as_deref())),
            Command::Doctor(args) => args.run(&folder_or_default(folder.as_deref())).await,
            Command::Classify(args) => args.run(folder.as_deref()),
            Command::Eval(args) => args.run(folder.as_deref()).await,
            Command::Train(args) => args.run(folder.as_deref()).await,
            Command::Deadline(args) => {
                let policy = if_configured(folder.as_deref())?;
                let config = policy.as_ref().map(|policy| &policy.config);
                deadline::run(args, config, &mut std::io::stdout().lock())?;
                Ok(ExitCode::SUCCESS)
            }
            Command::Cases(args) => args.run(&folder_or_default(folder.as_deref())).await,
            Command::Answers(args) => args.run(&folder_or_default(folder.as_deref())),
            Command::Digest(args) => args.run(&folder_or_default(folder.as_deref())).await,
            Command::Absences(args) => args.run(&folder_or_default(folder.as_deref())).await,
            Command::Report(args) => args.run(&folder_or_default(folder.as_deref())).await,
            Command::Import(args) => args.run(&folder_or_default(folder.as_deref())).await,
            Command::User(args) => args.run(&folder_or_default(folder.as_deref())).await,
        }
    }
}

/// The folder that was named, or the first of the usual ones that is there.
fn folder_or_default(named: Option<&Path>) -> PathBuf {
    let usual = ["/etc/releve", "config"].into_iter().map(PathBuf::from);
    named.map(Path::to_owned).or_else(|| usual.clone().find(|folder| folder.is_dir())).unwrap_or("/etc/releve".into())
}

/// Reads a configuration, or says everything that is wrong with it.
fn load(folder: &Path) -> anyhow::Result<Policy> {
    app::load(folder).map_err(|problems| {
        let listed = problems.iter().map(Problem::to_string).collect::<Vec<_>>().join("\n  ");
        anyhow::anyhow!("la configuration n'est pas utilisable :\n  {listed}")
    })
}

/// The configuration for a command that can do without: the one that was named must be sound, a usual one that is not
/// there is nothing.
fn if_configured(named: Option<&Path>) -> anyhow::Result<Option<Policy>> {
    let folder = folder_or_default(named);
    if named.is_none() && !folder.is_dir() {
        return Ok(None);
    }
    load(&folder).map(Some)
}

/// Writes the whole file or nothing: somebody may read it at any moment, and the disk may be full. What a link leads to is
/// written, and a pipe or a device is written into and not replaced.
fn whole_file(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    let told = || format!("{} ne peut pas être écrit", path.display());
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    if fs::metadata(&target).is_ok_and(|found| !found.is_file()) {
        return fs::write(&target, bytes).with_context(told);
    }
    let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut token = [0; 8];
    getrandom::fill(&mut token).context("le système ne donne pas de nombre aléatoire")?;
    let name = target.file_name().unwrap_or_default().to_string_lossy();
    let beside = folder.join(format!(".{name}.{}", hexadecimal(&token)));
    let write = || {
        let mut file = fs::File::create_new(&beside)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&beside, &target)
    };
    write().inspect_err(|_| drop(fs::remove_file(&beside))).with_context(told)
}

/// `releve … | head` is no failure, wherever `println!` notices that nobody reads any more.
fn end_with_the_reader() {
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        let text = panic.payload_as_str().unwrap_or_default();
        if text.starts_with("failed printing to stdout") && text.contains("Broken pipe") {
            std::process::exit(0);
        }
        usual(panic);
    }));
}

/// The same for what writes with `?`.
fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        cause.downcast_ref::<std::io::Error>().is_some_and(|cause| cause.kind() == std::io::ErrorKind::BrokenPipe)
    })
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_well_formed() {
        super::Cli::command().debug_assert();
    }
}
