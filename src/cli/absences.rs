//! `releve absences list|add|remove`

use std::{path::Path, process::ExitCode, sync::Arc};

use jiff::civil::Date;
use serde_json::json;

use super::table;
use crate::{
    app,
    clock::{Clock, SystemClock},
    desk::Desk,
    store::Absence,
};

#[derive(Debug, clap::Args)]
pub(super) struct AbsencesArgs {
    #[command(subcommand)]
    command: AbsencesCommand,
}

#[derive(Debug, clap::Subcommand)]
enum AbsencesCommand {
    /// Les absences en cours et à venir.
    List {
        /// Une ligne JSON par absence.
        #[arg(long)]
        json: bool,
    },
    /// Note une absence : rappels et récapitulatifs vont à qui remplace, du premier au dernier jour.
    Add {
        /// L'adresse de qui est absent.
        #[arg(long, value_name = "ADRESSE")]
        who: String,
        /// Le premier jour.
        #[arg(long, value_name = "JOUR")]
        from: Date,
        /// Le dernier jour, compris.
        #[arg(long, value_name = "JOUR")]
        to: Date,
        /// L'adresse de qui remplace.
        #[arg(long, value_name = "ADRESSE")]
        substitute: String,
        /// Qui le note.
        #[arg(long, env = "RELEVE_AGENT", default_value = "ligne de commande", value_name = "NOM")]
        by: String,
    },
    /// Retire une absence : un retour avant la date, une erreur.
    Remove {
        /// Son numéro, dans la liste.
        number: i64,
    },
}

impl AbsencesArgs {
    pub(super) async fn run(self, folder: &Path) -> anyhow::Result<ExitCode> {
        let policy = super::load(folder)?;
        let today = policy.calendar.date(SystemClock.now());
        let store = app::open_store(&policy.config.database).await?;
        let desk = Desk::new(store.clone(), Arc::new(policy), Arc::new(SystemClock));
        let outcome = self.command.run(&desk, today).await;
        store.close().await;
        outcome.map(|()| ExitCode::SUCCESS)
    }
}

impl AbsencesCommand {
    async fn run(self, desk: &Desk, today: Date) -> anyhow::Result<()> {
        match self {
            Self::List { json } => {
                let absences = desk.store().absences(today).await?;
                if json {
                    absences.iter().for_each(|absence| println!("{}", line(absence)));
                } else if absences.is_empty() {
                    println!("Aucune absence en cours ni à venir.");
                } else {
                    list(&absences);
                }
            }
            Self::Add { who, from, to, substitute, by } => {
                let absence = Absence { id: 0, person: who, first_day: from, last_day: to, substitute, entered_by: by };
                let number = desk.note_absence(absence).await?;
                println!("Absence {number} notée. Pour la retirer : releve absences remove {number}");
            }
            Self::Remove { number } => {
                desk.remove_absence(number).await?;
                println!("Absence {number} retirée.");
            }
        }
        Ok(())
    }
}

fn line(absence: &Absence) -> serde_json::Value {
    json!({
        "number": absence.id,
        "who": absence.person,
        "from": absence.first_day.to_string(),
        "to": absence.last_day.to_string(),
        "substitute": absence.substitute,
        "by": absence.entered_by,
    })
}

fn list(absences: &[Absence]) {
    let day = |day: Date| day.strftime("%d/%m/%Y").to_string();
    let rows = absences.iter().map(|absence| {
        let (from, to) = (day(absence.first_day), day(absence.last_day));
        vec![absence.id.to_string(), absence.person.clone(), from, to, absence.substitute.clone()]
    });
    table::print(&["numéro", "absent", "du", "au", "remplacé par"], &[6, 36, 10, 10], &rows.collect::<Vec<_>>());
}
