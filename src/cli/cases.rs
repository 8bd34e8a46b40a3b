//! `releve cases …`: what the pages will do, for scripts. One file for reading, one for acting, one for how a case looks.

mod act;
mod read;
mod view;

pub(super) use view::day;

use std::{path::Path, process::ExitCode};

use crate::app;

#[derive(Debug, clap::Args)]
pub(super) struct CasesArgs {
    #[command(subcommand)]
    command: CasesCommand,
}

#[derive(Debug, clap::Subcommand)]
enum CasesCommand {
    /// Les demandes, la plus urgente d'abord.
    List(read::ListArgs),
    /// Une demande, avec ses messages, ses échéances et son histoire.
    Show(read::ShowArgs),
    #[command(flatten)]
    Act(act::ActCommand),
}

impl CasesArgs {
    pub(super) async fn run(self, folder: &Path) -> anyhow::Result<ExitCode> {
        let policy = super::load(folder)?;
        let store = app::open_store(&policy.config.database).await?;
        let outcome = match self.command {
            CasesCommand::List(args) => args.run(&store, &policy.config, &policy.calendar).await,
            CasesCommand::Show(args) => args.run(&store, &policy.calendar).await,
            CasesCommand::Act(command) => command.run(&store, policy).await,
        };
        store.close().await;
        outcome.map(|()| ExitCode::SUCCESS)
    }
}
