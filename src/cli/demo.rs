//! `releve demo`

use std::{path::PathBuf, process::ExitCode, sync::Arc};

use jiff::tz::TimeZone;

use super::table;
use crate::{
    app::App,
    case::Disposition,
    clock::{Clock, SystemClock},
    demo, lifecycle,
    store::Delivery,
};

#[derive(Debug, clap::Args)]
pub(super) struct DemoArgs {
    /// Dossier de la démonstration ; il est créé.
    #[arg(long, value_name = "DOSSIER", default_value = "releve-demo")]
    dir: PathBuf,
    /// Fait le travail, affiche le tableau et s'arrête.
    #[arg(long)]
    once: bool,
    /// Port des pages web (elles viendront ; le port est déjà accepté).
    #[arg(long)]
    port: Option<u16>,
}

impl DemoArgs {
    pub(super) async fn run(self) -> anyhow::Result<ExitCode> {
        let clock = Arc::new(SystemClock);
        let folder = demo::set_up(&self.dir, clock.now())?;
        let policy = super::load(&folder)?;
        println!("Démonstration dans {}", self.dir.display());
        println!("  boîtes         {}", self.dir.join("boites").display());
        println!("  courrier parti {}", self.dir.join("envoyes").display());
        println!("  configuration  {}", folder.display());
        if self.port.is_some() {
            println!("  pages web      pas encore dans cette version");
        }
        println!();
        let app = App::open(policy, clock).await?;
        app.once(|mailbox, tally| {
            println!(
                "  {mailbox:<15} demandes {:>3}, suites {:>2}, automatiques {:>2}, déjà reçus {:>2}, accusés {:>3}",
                tally.cases, tally.follow_ups, tally.ignored, tally.duplicates, tally.acknowledged
            );
        })
        .await?;
        println!();
        print_deliveries(&app.store().deliveries().await?, app.policy().calendar.zone());
        let figures = app.store().outbox_figures().await?;
        println!("\n{} accusés de réception partis dans {}", figures.sent, self.dir.join("envoyes").display());
        if self.once {
            app.close().await?;
            return Ok(ExitCode::SUCCESS);
        }
        let program = std::env::args().next().unwrap_or_else(|| "releve".into());
        println!("\nLe démon continue : déposez un message dans une boîte et regardez ce qu'il devient, par exemple");
        println!("  cp message.eml {}", self.dir.join("boites/prefecture/new/").display());
        println!("  {program} --config {} cases list", folder.display());
        println!("Ctrl-C pour arrêter. Pour recommencer à neuf, supprimez {}.", self.dir.display());
        lifecycle::attend(&folder, app).await?;
        Ok(ExitCode::SUCCESS)
    }
}

fn print_deliveries(deliveries: &[Delivery], zone: &TimeZone) {
    let rows = deliveries
        .iter()
        .map(|delivery| {
            let outcome = match (&delivery.reference, delivery.disposition) {
                (Some(reference), Some(Disposition::Case)) if delivery.first => format!("demande {reference}"),
                (Some(reference), Some(Disposition::Quarantined)) => format!("à lire, {reference}"),
                (Some(reference), Some(Disposition::Ignored)) => format!("automatique, {reference}"),
                (Some(reference), Some(Disposition::FollowUp)) => format!("suite de {reference}"),
                (Some(reference), _) => format!("déjà reçu, {reference}"),
                (None, Some(disposition)) => disposition.french().to_owned(),
                (None, None) => "mis de côté".to_owned(),
            };
            let due = delivery.due_at.filter(|_| delivery.first && delivery.disposition != Some(Disposition::Ignored));
            let due = due.map(|due| due.to_zoned(zone.clone()).strftime("%d/%m/%Y").to_string()).unwrap_or_default();
            let acknowledged = delivery.acknowledged && delivery.first;
            let acknowledged = if acknowledged { "oui".to_owned() } else { format!("non : {}", delivery.reason) };
            vec![
                delivery.mailbox.clone(),
                delivery.sender.clone(),
                delivery.subject.clone(),
                outcome,
                due,
                acknowledged,
            ]
        })
        .collect::<Vec<_>>();
    let headings = ["boîte", "expéditeur", "objet", "devenir", "échéance", "accusé de réception"];
    table::print(&headings, &[14, 30, 36, 24, 10], &rows);
}
