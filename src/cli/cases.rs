//! `releve cases …`: what the pages will do, for scripts. One file for reading, one for acting,
//! one for what the correspondent is told of, one for how a case looks.

mod act;
mod read;
mod send;
mod view;

pub(super) use view::day;

use std::{path::Path, process::ExitCode, sync::Arc};

use crate::{
    app,
    clock::SystemClock,
    desk::{Desk, Policy},
    store::Store,
};

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
    Send(send::SendCommand),
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
            CasesCommand::Send(command) => {
                let desk = desk(&store, policy);
                command
                    .run(&desk)
                    .await
                    .map(|acted| acted.into_iter().for_each(|acted| acted.show(&desk.policy().calendar)))
            }
            CasesCommand::Act(command) => {
                let desk = desk(&store, policy);
                command.run(&desk).await.map(|acted| acted.show(&desk.policy().calendar))
            }
        };
        store.close().await;
        outcome.map(|()| ExitCode::SUCCESS)
    }
}

fn desk(store: &Store, policy: Policy) -> Desk {
    Desk::new(store.clone(), Arc::new(policy), Arc::new(SystemClock))
}
