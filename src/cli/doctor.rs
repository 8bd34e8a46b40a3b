//! `releve doctor`: tries everything that the daemon needs, and says of each thing what is wrong and how to mend it.

use std::{path::Path, process::ExitCode, time::Duration};

use serde_json::json;

use crate::{
    app,
    clock::{Clock, SystemClock},
    config::{Config, Mailbox},
    intake::{Source, sent_folder},
    outbox::Transport,
    store::{Backend, MailboxState, Store},
};

/// How long one try may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// Free space below which messages may soon not fit.
const FREE: u64 = 1 << 30;

#[derive(Debug, clap::Args)]
pub(super) struct DoctorArgs {
    /// Une ligne JSON par essai : what, ok, text.
    #[arg(long)]
    json: bool,
}

/// What one try told.
type Finding = Result<String, String>;

impl DoctorArgs {
    pub(super) async fn run(self, folder: &Path) -> anyhow::Result<ExitCode> {
        let policy = super::load(folder)?;
        let config = &policy.config;
        let mut sound = true;
        let mut tell = |what: &str, finding: Finding| {
            sound &= finding.is_ok();
            let (ok, text) = match &finding {
                Ok(text) => (true, text),
                Err(text) => (false, text),
            };
            if self.json {
                println!("{}", json!({"what": what, "ok": ok, "text": text}));
            } else {
                println!("{} {what} : {text}", if ok { "bien " } else { "FAUTE" });
            }
        };

        tell("configuration", Ok(format!("{} est en ordre", folder.display())));
        let store = match tokio::time::timeout(PATIENCE, app::open_store(&config.database)).await {
            Ok(Ok(store)) => Ok(store),
            Ok(Err(error)) => Err(format!("{error:#}")),
            Err(_) => Err("pas de réponse : vérifiez que le serveur est en marche et son adresse".to_owned()),
        };
        let states = match &store {
            Ok(store) => store.mailbox_states().await.unwrap_or_default(),
            Err(_) => Vec::new(),
        };
        tell("base de données", database(&store).await);
        for mailbox in &config.mailboxes {
            let state = states.iter().find(|state| state.id == mailbox.id);
            let what = format!("boîte {}", mailbox.id);
            tell(&what, attend(mailbox, state).await);
            if let (Ok(store), Some(state)) = (&store, state) {
                tell(&what, reconcile(store, state).await);
            }
            if let Some(sent) = sent_folder(mailbox) {
                let state = states.iter().find(|state| state.id == sent.id);
                tell(&format!("boîte {}, messages envoyés", mailbox.id), attend(&sent, state).await);
            }
        }
        let transport = Transport::new(&config.outgoing.transport);
        let relay = tokio::time::timeout(PATIENCE, transport.check()).await;
        tell("courrier sortant", relay.unwrap_or_else(|_| Err("le relais ne répond pas".into())));
        if let Ok(store) = &store {
            tell("file d'envoi", outgoing(store).await);
            tell("copies et brouillons", filings(store).await);
            tell("veille", watch(config, store).await);
        }
        tell("horloge", clock(&states));
        if let Some(path) = config.database.url.strip_prefix("sqlite:") {
            tell("disque", disk(Path::new(path)));
        }
        Ok(if sound { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}

async fn database(store: &Result<Store, String>) -> Finding {
    let store = store.as_ref().map_err(Clone::clone)?;
    let cases = store.case_count().await.map_err(|error| error.to_string())?;
    let name = match store.backend() {
        Backend::Sqlite => "SQLite",
        Backend::Postgres => "PostgreSQL",
    };
    Ok(format!("{name} répond, demandes : {cases}"))
}

/// Opens the mailbox now, and recalls how the daemon last fared with it.
async fn attend(mailbox: &Mailbox, state: Option<&MailboxState>) -> Finding {
    let opened = tokio::time::timeout(PATIENCE, async {
        let mut source = Source::open(mailbox).await?;
        let listing = source.list().await?;
        source.close().await;
        Ok::<_, crate::intake::IntakeError>(listing.keys.len())
    });
    let count = match opened.await {
        Ok(Ok(count)) => count,
        Ok(Err(error)) => return Err(error.to_string()),
        Err(_) => return Err("pas de réponse : vérifiez l'adresse, le port et le pare-feu".into()),
    };
    match state {
        None => Ok(format!("ouverte, messages : {count} ; pas encore relevée par le démon")),
        Some(state) if state.failures > 0 => Err(format!(
            "s'ouvre maintenant (messages : {count}), mais le démon a échoué {} fois depuis son dernier passage : {}",
            state.failures, state.last_error
        )),
        Some(_) => Ok(format!("ouverte, messages : {count}")),
    }
}

/// What the last pass saw on the server against what is kept, and what became of it.
async fn reconcile(store: &Store, state: &MailboxState) -> Finding {
    let figures = store.receipt_figures(&state.id).await.map_err(|error| error.to_string())?;
    let text = format!(
        "au dernier passage, {} sur le serveur dont {} gardés ; depuis la mise en service, gardés : {}, rattachés à une \
         demande : {}, mis de côté : {}, en attente : {}",
        state.on_server, state.kept, figures.kept, figures.cases, figures.set_aside, figures.waiting
    );
    match state.missing {
        0 => Ok(text),
        missing => Err(format!("{text} ; il en manque {missing} : ils seront redemandés, voyez le journal du démon")),
    }
}

async fn outgoing(store: &Store) -> Finding {
    let figures = store.outbox_figures().await.map_err(|error| error.to_string())?;
    let text = format!("partis : {}, en attente : {}, abandonnés : {}", figures.sent, figures.waiting, figures.failed);
    // R112-11-2 of the CRPA: a receipt within one working day; a day that waits is an alarm in any case.
    let late = figures.oldest_waiting.is_some_and(|oldest| SystemClock.now().duration_since(oldest).as_hours() >= 24);
    if late {
        Err(format!("{text} ; le plus ancien attend depuis plus d'un jour, voyez « courrier sortant »"))
    } else {
        Ok(text)
    }
}

/// What could not be laid into a folder of a mailbox so far.
async fn filings(store: &Store) -> Finding {
    match store.filings_waiting().await.map_err(|error| error.to_string())? {
        (0, _) => Ok("rien n'attend".into()),
        (waiting, why) => Err(format!("en attente : {waiting} ; {why}")),
    }
}

/// Whether everybody who must be told of a deadline can be told.
async fn watch(config: &Config, store: &Store) -> Finding {
    if !config.watch.enabled {
        return Ok("désactivée ([watch] enabled = false) : ni rappel ni récapitulatif".into());
    }
    let to_nobody = store.warnings_to_nobody().await.map_err(|error| error.to_string())?;
    let orphans = config.services.iter().filter(|service| service.managers.is_empty());
    let orphans = orphans.map(|service| format!("« {} »", service.id)).collect::<Vec<_>>().join(", ");
    if !orphans.is_empty() {
        return Err(format!(
            "personne n'est déclaré pour répondre de {orphans} : ajoutez « managers » à ce service ; rappels sans \
             destinataire à ce jour : {to_nobody}"
        ));
    }
    let week_ago = SystemClock.now().saturating_sub(jiff::SignedDuration::from_hours(7 * 24)).unwrap_or_default();
    let failed = store.notices_failed(week_ago).await.map_err(|error| error.to_string())?;
    if failed > 0 {
        return Err(format!(
            "rappels et récapitulatifs que le relais a refusés depuis une semaine : {failed} ; le journal du démon dit \
             pourquoi, vérifiez les adresses des [[service]]"
        ));
    }
    if to_nobody > 0 {
        return Err(format!("rappels sans destinataire : {to_nobody} ; déclarez directeurs et secrétariat général"));
    }
    Ok(format!("chaque service a un responsable, étapes : {}", config.watch.warnings.len()))
}

/// The clock of this machine against what is known to have happened.
fn clock(states: &[MailboxState]) -> Finding {
    let now = SystemClock.now();
    match states.iter().filter_map(|state| state.last_pass_at).max() {
        Some(last) if last > now => {
            Err(format!("{now} est avant le dernier passage ({last}) : mettez l'horloge à l'heure (NTP)"))
        }
        _ => Ok(format!("{now}")),
    }
}

fn disk(database: &Path) -> Finding {
    let folder = database.parent().unwrap_or(Path::new("."));
    let free =
        free_octets(folder).ok_or_else(|| format!("l'espace libre de {} ne peut pas être lu", folder.display()))?;
    let text = format!("{} Gio libres dans {}", free >> 30, folder.display());
    if free < FREE {
        Err(format!("{text} : libérez de la place, sinon les messages ne pourront plus être gardés"))
    } else {
        Ok(text)
    }
}

/// Free space, as `df` tells it: the standard library has no call for it, and one number is not worth a dependency.
fn free_octets(folder: &Path) -> Option<u64> {
    let output = std::process::Command::new("df").arg("-Pk").arg(folder).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    let blocks = text.lines().nth(1)?.split_whitespace().nth(3)?.parse::<u64>().ok()?;
    Some(blocks * 1024)
}
