//! `releve check`

use std::{path::Path, process::ExitCode};

use serde_json::json;

use crate::{
    app,
    clock::{Clock, SystemClock},
    config::{self, Problem, Problems},
    desk::Policy,
    replies::lint,
};

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
                let remarks = remarks(&policy);
                if self.json {
                    remarks.iter().for_each(|remark| {
                        println!(
                            "{}",
                            json!({"remark": true, "file": remark.file, "line": remark.line, "text": remark.text})
                        )
                    });
                } else {
                    let config = &policy.config;
                    remarks.iter().for_each(|remark| println!("à voir : {remark}"));
                    println!(
                        "{} : tout est en ordre (boîtes : {}, services : {}, règles : {}, réponses types : {}).",
                        folder.display(),
                        config.mailboxes.len(),
                        config.services.len(),
                        policy.classifier.rules.count(),
                        policy.library.all().count()
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

/// What is no fault and wants to be looked at: texts that a citizen would stumble over, models that expire, facts that
/// nobody asks for, agents who could not sign.
fn remarks(policy: &Policy) -> Vec<Problem> {
    let today = policy.calendar.date(SystemClock.now());
    let mut remarks = Problems::default();
    for model in policy.library.versions() {
        for remark in lint::read_model(model, &policy.glossary, today).remarks {
            remarks.add(model.file(), remark.line, remark.text);
        }
    }
    let config = &policy.config;
    let of_config = |text: String, remarks: &mut Problems| remarks.add("configuration", 0, text);
    for remark in lint::unused_facts(&policy.library, config.facts.iter().map(|fact| fact.id.as_str())) {
        of_config(remark.text, &mut remarks);
    }
    for fact in config.facts.iter().filter(|fact| fact.valid_until.is_some_and(|until| until < today)) {
        let text = format!(
            "le fait « {} » n'est plus valable : les réponses types n'en parlent plus ; vérifiez-le, puis repoussez « valid_until »",
            fact.id
        );
        of_config(text, &mut remarks);
    }
    let unsigned: Vec<_> = config
        .services
        .iter()
        .flat_map(|service| service.staff())
        .filter(|person| config.agent(person).is_none())
        .collect();
    if !unsigned.is_empty() {
        let text =
            format!("ne peuvent pas signer de réponse, faute d'être décrits dans [[agent]] : {}", unsigned.join(", "));
        of_config(text, &mut remarks);
    }
    remarks.sorted()
}
