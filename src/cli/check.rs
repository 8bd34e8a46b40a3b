//! `releve check`

use std::{path::Path, process::ExitCode};

use serde_json::json;

use crate::{app, config};

#[derive(Debug, clap::Args)]
pub(super) struct CheckArgs {
    /// Affiche une configuration commentée pour commencer, et ne vérifie rien.
    #[arg(long)]
    default: bool,
    /// Une ligne JSON par faute : file, line, text.
    #[arg(long)]
    json: bool,
}

impl CheckArgs {
    pub(super) fn run(self, folder: &Path) -> anyhow::Result<ExitCode> {
        if self.default {
            print!("{}", config::DEFAULT);
            return Ok(ExitCode::SUCCESS);
        }
        match app::load(folder) {
            Ok(policy) => {
                if !self.json {
                    let config = &policy.config;
                    println!(
                        "{} : tout est en ordre (boîtes : {}, services : {}, règles : {}).",
                        folder.display(),
                        config.mailboxes.len(),
                        config.services.len(),
                        policy.classifier.rules.count()
                    );
                }
                Ok(ExitCode::SUCCESS)
            }
            Err(problems) => {
                for problem in &problems {
                    if self.json {
                        println!("{}", json!({"file": problem.file, "line": problem.line, "text": problem.text}));
                    } else {
                        println!("{problem}");
                    }
                }
                if !self.json {
                    let count = problems.len();
                    let plural = if count > 1 { "s" } else { "" };
                    eprintln!("releve : {count} faute{plural} ; corrigez, puis relancez « releve check ».");
                }
                Ok(ExitCode::FAILURE)
            }
        }
    }
}
