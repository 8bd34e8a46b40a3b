//! `releve user …`: who may open the pages.

use std::{path::Path, process::ExitCode, sync::Arc};

use serde_json::json;

use super::table;
use crate::{
    accounts::{Accounts, in_words},
    app,
    case::Access,
    clock::SystemClock,
    config::Config,
    store::{Account, Grant},
};

#[derive(Debug, clap::Args)]
pub(super) struct UserArgs {
    #[command(subcommand)]
    command: UserCommand,
}

#[derive(Debug, clap::Subcommand)]
enum UserCommand {
    /// Crée un compte et affiche son invitation, qui ne sert qu'une fois, pendant sept jours.
    Add {
        /// Adresse électronique, la même que dans la configuration.
        address: String,
        /// Prénom et nom ; par défaut, ceux que la configuration donne à cet agent.
        #[arg(long, default_value = "", value_name = "NOM")]
        name: String,
        #[command(flatten)]
        roles: Granted,
        #[command(flatten)]
        common: Common,
    },
    /// Les comptes, et ce que chacun peut faire.
    List {
        /// Une ligne JSON par compte : address, name, roles, disabled, password.
        #[arg(long)]
        json: bool,
    },
    /// Une nouvelle invitation, pour un mot de passe oublié ; les précédentes ne valent plus.
    Invite {
        /// L'adresse du compte.
        address: String,
        #[command(flatten)]
        common: Common,
    },
    /// Remplace les droits d'un compte.
    Roles {
        /// L'adresse du compte.
        address: String,
        #[command(flatten)]
        roles: Granted,
        #[command(flatten)]
        common: Common,
    },
    /// Ferme un compte ; ses sessions se terminent aussitôt. Ce qu'il a fait reste.
    Disable {
        /// L'adresse du compte.
        address: String,
        #[command(flatten)]
        common: Common,
    },
    /// Rouvre un compte fermé.
    Enable {
        /// L'adresse du compte.
        address: String,
        #[command(flatten)]
        common: Common,
    },
    /// Met fin aux sessions d'un compte.
    Logout {
        /// L'adresse du compte.
        address: String,
        #[command(flatten)]
        common: Common,
    },
}

#[derive(Debug, clap::Args)]
struct Granted {
    /// Un droit, autant de fois qu'il le faut : agent, manager, quality_officer ou administrator, suivi de « :service » s'il ne
    /// vaut que pour un service. Par défaut, à la création, ce que la configuration dit de cette adresse.
    #[arg(long = "role", value_name = "DROIT[:SERVICE]")]
    roles: Vec<Grant>,
}

#[derive(Debug, clap::Args)]
struct Common {
    /// Qui agit, pour le journal.
    #[arg(long, env = "RELEVE_AGENT", default_value = "ligne de commande", value_name = "NOM")]
    by: String,
}

/// What the configuration says that somebody does.
fn declared(config: &Config, address: &str) -> Vec<Grant> {
    let named = |list: &[String]| list.iter().any(|known| known == address);
    let grant = |access, service: &str| Grant { access, service: service.to_owned() };
    let mut grants = Vec::new();
    for service in &config.services {
        if named(&service.agents) {
            grants.push(grant(Access::Agent, &service.id));
        }
        if named(&service.managers) || named(&service.directors) {
            grants.push(grant(Access::Manager, &service.id));
        }
    }
    if named(&config.prefecture.general_secretary) {
        grants.push(grant(Access::Manager, ""));
    }
    if named(&config.prefecture.quality_officers) {
        grants.push(grant(Access::QualityOfficer, ""));
    }
    grants
}

fn known(config: &Config, grants: &[Grant]) -> anyhow::Result<()> {
    for grant in grants.iter().filter(|grant| !grant.service.is_empty()) {
        if config.service(&grant.service).is_none() {
            let services = config.services.iter().map(|service| service.id.as_str()).collect::<Vec<_>>().join(", ");
            anyhow::bail!("aucun service ne s'appelle « {} » ; services déclarés : {services}", grant.service);
        }
    }
    Ok(())
}

impl UserArgs {
    pub(super) async fn run(self, folder: &Path) -> anyhow::Result<ExitCode> {
        let policy = super::load(folder)?;
        let store = app::open_store(&policy.config.database).await?;
        let accounts = Accounts::new(store.clone(), Arc::new(SystemClock));
        let outcome = self.command.run(&accounts, &policy.config, &store).await;
        store.close().await;
        outcome.map(|()| ExitCode::SUCCESS)
    }
}

impl UserCommand {
    async fn run(self, accounts: &Accounts, config: &Config, store: &crate::store::Store) -> anyhow::Result<()> {
        match self {
            Self::Add { address, name, roles, common } => {
                let address = address.trim().to_lowercase();
                let grants = if roles.roles.is_empty() { declared(config, &address) } else { roles.roles };
                known(config, &grants)?;
                let agent = config.agent(&address).map(|agent| format!("{} {}", agent.first_name, agent.last_name));
                let name = if name.is_empty() { agent.unwrap_or_default() } else { name };
                let token = accounts.add(&address, &name, &grants, &common.by).await?;
                println!("Compte créé : {address}, {}.", in_words(&grants));
                invitation(config, token.text());
            }
            Self::List { json } => list(&store.accounts().await?, json),
            Self::Invite { address, common } => {
                let token = accounts.invite(&address, &common.by).await?;
                invitation(config, token.text());
            }
            Self::Roles { address, roles, common } => {
                known(config, &roles.roles)?;
                accounts.grant(&address, &roles.roles, &common.by).await?;
                println!("{address} : {}.", in_words(&roles.roles));
            }
            Self::Disable { address, common } => {
                accounts.disable(&address, &common.by).await?;
                println!("Compte fermé : {address}. Pour le rouvrir : releve user enable {address}");
            }
            Self::Enable { address, common } => {
                accounts.enable(&address, &common.by).await?;
                println!("Compte rouvert : {address}.");
            }
            Self::Logout { address, common } => {
                let ended = accounts.end_sessions(&address, &common.by).await?;
                println!("Sessions terminées : {ended}.");
            }
        }
        Ok(())
    }
}

fn invitation(config: &Config, token: &str) {
    match config.web.base().as_str() {
        "" => println!(
            "Les pages ne sont pas servies : donnez [web] listen dans la configuration. L'invitation sera alors à l'adresse /invitation/{token}"
        ),
        base => println!("Invitation à lui remettre : {base}/invitation/{token}"),
    }
}

fn list(accounts: &[Account], as_json: bool) {
    if as_json {
        for account in accounts {
            let role = |grant: &Grant| match grant.service.as_str() {
                "" => grant.access.word().to_owned(),
                service => format!("{}:{service}", grant.access.word()),
            };
            let line = json!({
                "address": account.email,
                "name": account.name,
                "roles": account.grants.iter().map(role).collect::<Vec<_>>(),
                "disabled": account.disabled_at.map(|at| at.to_string()),
                "password": !account.password.is_empty(),
            });
            println!("{line}");
        }
        return;
    }
    if accounts.is_empty() {
        println!("Aucun compte : releve user add ADRESSE en crée un.");
        return;
    }
    let rows = accounts.iter().map(|account| {
        let state = match (account.disabled_at, account.password.is_empty()) {
            (Some(_), _) => "fermé",
            (None, true) => "mot de passe à choisir",
            (None, false) => "ouvert",
        };
        vec![account.email.clone(), account.name.clone(), state.to_owned(), in_words(&account.grants)]
    });
    table::print(&["adresse", "nom", "état", "droits"], &[40, 24, 22], &rows.collect::<Vec<_>>());
}
