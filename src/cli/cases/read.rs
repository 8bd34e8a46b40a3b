//! `releve cases list|show`

use super::view;
use crate::{
    calendar::Calendar,
    case::State,
    clock::{Clock, SystemClock},
    config::Config,
    store::{CaseFilter, Store},
};

#[derive(Debug, clap::Args)]
pub(super) struct ListArgs {
    /// Une boîte.
    #[arg(long)]
    mailbox: Option<String>,
    /// Un service.
    #[arg(long)]
    service: Option<String>,
    /// L'adresse d'un agent.
    #[arg(long)]
    agent: Option<String>,
    /// Un état : open, held, answered, transferred ou closed.
    #[arg(long)]
    state: Option<State>,
    /// Au plus tant de lignes.
    #[arg(long, default_value_t = 50)]
    limit: i64,
    /// Une ligne JSON par demande.
    #[arg(long)]
    json: bool,
}

impl ListArgs {
    pub(super) async fn run(self, store: &Store, config: &Config, calendar: &Calendar) -> anyhow::Result<()> {
        self.check(config)?;
        let Self { mailbox, service, state, limit, .. } = self;
        let agent = self.agent.map(|agent| agent.to_lowercase());
        let cases = store.cases(&CaseFilter { mailbox, service, agent, state, due_before: None, limit }).await?;
        if self.json {
            for case in &cases {
                println!("{}", view::summary(case, calendar.zone()));
            }
        } else {
            view::list(&cases, calendar.zone());
            let shown = i64::try_from(cases.len()).unwrap_or(i64::MAX);
            if shown == limit {
                println!("Au plus {limit} demandes sont affichées ; pour en voir plus : --limit.");
            }
        }
        Ok(())
    }

    /// A name that nobody has must not look like nothing to do.
    fn check(&self, config: &Config) -> anyhow::Result<()> {
        let known = |what: &str, named: &Option<String>, known: Vec<&str>| match named {
            Some(name) if !known.contains(&name.as_str()) => {
                anyhow::bail!("{what} « {name} » n'est pas dans la configuration ; connus : {}", known.join(", "))
            }
            _ => Ok(()),
        };
        let services = config.services.iter().map(|service| service.id.as_str());
        let mailboxes = config.mailboxes.iter().map(|mailbox| mailbox.id.as_str());
        known("le service", &self.service, services.collect())?;
        known("la boîte", &self.mailbox, mailboxes.collect())
    }
}

#[derive(Debug, clap::Args)]
pub(super) struct ShowArgs {
    /// La référence : 2026-000123.
    reference: String,
    /// En JSON.
    #[arg(long)]
    json: bool,
}

impl ShowArgs {
    pub(super) async fn run(self, store: &Store, calendar: &Calendar) -> anyhow::Result<()> {
        let Some(case) = store.case(&self.reference).await? else {
            anyhow::bail!(
                "aucune demande ne porte la référence « {} » ; « releve cases list » les montre",
                self.reference
            );
        };
        if self.json {
            println!("{}", view::detail(&case, calendar.zone()));
        } else {
            view::show(&case, calendar, SystemClock.now());
        }
        Ok(())
    }
}
