//! `releve demo`

use std::{path::PathBuf, process::ExitCode, sync::Arc, time::Duration};

use anyhow::Context;
use jiff::tz::TimeZone;

use super::table;
use crate::{
    accounts::Accounts,
    app::App,
    case::Disposition,
    clock::{Clock, SystemClock},
    demo, lifecycle,
    store::{Delivery, Store},
};

#[derive(Debug, clap::Args)]
pub(super) struct DemoArgs {
    /// Dossier de la démonstration ; il est créé.
    #[arg(long, value_name = "DOSSIER", default_value = "releve-demo")]
    dir: PathBuf,
    /// Fait le travail, affiche le tableau et s'arrête.
    #[arg(long)]
    once: bool,
    /// Port des pages web, sur cette machine. Par défaut, le premier libre à partir de 8080.
    #[arg(long)]
    port: Option<u16>,
}

impl DemoArgs {
    pub(super) async fn run(self) -> anyhow::Result<ExitCode> {
        let clock = Arc::new(SystemClock);
        let folder = demo::set_up(&self.dir, clock.now())?;
        if !self.once {
            let port = self.port.unwrap_or_else(free_port);
            std::net::TcpListener::bind(("127.0.0.1", port))
                .with_context(|| format!("le port {port} est pris : donnez-en un autre avec --port"))?;
            demo::serve_on(&folder, port)?;
        }
        let policy = super::load(&folder)?;
        println!("Démonstration dans {}", self.dir.display());
        println!("  boîtes         {}", self.dir.join("boites").display());
        println!("  courrier parti {}", self.dir.join("envoyes").display());
        println!("  configuration  {}", folder.display());
        println!();
        let app = App::open(&folder, policy, clock.clone()).await?;
        app.once(|mailbox, tally| {
            println!(
                "  {mailbox:<15} demandes {:>3}, suites {:>2}, automatiques {:>2}, déjà reçus {:>2}, accusés {:>3}",
                tally.cases, tally.follow_ups, tally.ignored, tally.duplicates, tally.acknowledged
            );
        })
        .await?;
        println!();
        let zone = app.policy().calendar.zone().clone();
        let deliveries = app.store().deliveries().await?;
        table::print(&HEADINGS, &WIDTHS, &rows(&deliveries, &zone));
        let figures = app.store().outbox_figures().await?;
        println!("\n{} accusés de réception partis dans {}", figures.sent, self.dir.join("envoyes").display());
        if self.once {
            app.close().await?;
            return Ok(ExitCode::SUCCESS);
        }
        let password = demo::accounts(&self.dir, &Accounts::new(app.store().clone(), clock)).await?;
        println!("\nLes pages : {}", app.policy().config.web.base());
        println!("  mot de passe de tous les comptes de la démonstration : {password}");
        for (email, what) in demo::ACCOUNTS.iter().map(|account| (account.email, account.what)) {
            println!("  {email:<48} {what}");
        }
        let program = std::env::args().next().unwrap_or_else(|| "releve".into());
        println!("\nLe démon continue : déposez un message dans une boîte et regardez ce qu'il devient, par exemple");
        println!("  cp message.eml {}", self.dir.join("boites/prefecture/new/").display());
        println!("  {program} --config {} cases list", folder.display());
        println!("Ce que les responsables et les agents liraient le prochain matin ouvré :");
        println!("  {program} --config {} digest --dry-run --now {}", folder.display(), next_morning(&app));
        println!(
            "Les chiffres de deux ans, repris de la feuille de suivi tenue jusqu'ici (page « Indicateurs » du référent qualité) :"
        );
        let sheet = self.dir.join(demo::SHEET);
        println!(
            "  {program} --config {} import {} --close-before {}",
            folder.display(),
            sheet.display(),
            this_month(&app)
        );
        println!("Ctrl-C pour arrêter. Pour recommencer à neuf, supprimez {}.", self.dir.display());
        let known = deliveries.iter().map(|delivery| delivery.id).max().unwrap_or_default();
        let show = show_new(app.store().clone(), known, zone);
        tokio::select! {
            ended = lifecycle::attend(&folder, app, lifecycle::Signals::listen()?) => ended?,
            ended = show => ended?,
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// The first port from 8080 that nobody listens on; 8080 when all are taken, so that it is told.
fn free_port() -> u16 {
    let free = |port: &u16| std::net::TcpListener::bind(("127.0.0.1", *port)).is_ok();
    (8080..8100).find(free).unwrap_or(8080)
}

/// The next instant at which a digest may leave, in the zone of the prefecture.
fn next_morning(app: &App) -> String {
    let policy = app.policy();
    let (calendar, hours) = (&policy.calendar, policy.config.watch.hours);
    let tomorrow = calendar.next_working_day(calendar.date(app.desk().now()));
    let at = calendar.instant(tomorrow, hours.from);
    at.display_with_offset(calendar.zone().to_offset(at)).to_string()
}

/// The first day of this month: what has waited since before is not answered any more.
fn this_month(app: &App) -> jiff::civil::Date {
    app.policy().calendar.date(app.desk().now()).first_of_month()
}

/// Prints a line for each message as it is handled, for as long as the demonstration runs.
async fn show_new(store: Store, mut known: i64, zone: TimeZone) -> anyhow::Result<()> {
    loop {
        tokio::time::sleep(Duration::from_secs(1)).await;
        let deliveries =
            store.deliveries().await?.into_iter().filter(|delivery| delivery.id > known).collect::<Vec<_>>();
        // A message that is kept and not yet handled has nothing to tell: it is shown a second later.
        if deliveries.iter().any(|delivery| delivery.disposition.is_none() && delivery.reason.is_empty()) {
            continue;
        }
        known = deliveries.iter().map(|delivery| delivery.id).max().unwrap_or(known);
        for row in rows(&deliveries, &zone) {
            println!("{}", table::line(&WIDTHS, &row));
        }
    }
}

const HEADINGS: [&str; 6] = ["boîte", "expéditeur", "objet", "devenir", "échéance", "accusé de réception"];
const WIDTHS: [usize; 5] = [14, 30, 36, 24, 10];

/// What became of each delivery, in cells.
fn rows(deliveries: &[Delivery], zone: &TimeZone) -> Vec<Vec<String>> {
    // What releve lays among what was sent itself is nobody's news.
    let copy =
        |delivery: &&Delivery| delivery.mailbox.contains('/') && delivery.disposition == Some(Disposition::Ignored);
    deliveries
        .iter()
        .filter(|delivery| !copy(delivery))
        .map(|delivery| {
            let outcome = match (&delivery.reference, delivery.disposition) {
                (Some(reference), Some(Disposition::Case)) if delivery.first => format!("demande {reference}"),
                (Some(reference), Some(Disposition::Quarantined)) => format!("à lire, {reference}"),
                (Some(reference), Some(Disposition::Ignored)) => format!("automatique, {reference}"),
                (Some(reference), Some(Disposition::FollowUp)) => format!("suite de {reference}"),
                (Some(reference), Some(Disposition::Reply)) => format!("réponse à {reference}"),
                (Some(reference), _) => format!("déjà reçu, {reference}"),
                (None, Some(disposition)) => disposition.french().to_owned(),
                (None, None) if delivery.reason.is_empty() => "en cours".to_owned(),
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
        .collect()
}
