//! The life of the daemon: it starts its tasks, and signals change or end them.
//!
//! SIGHUP reads the folder again; if it is sound, the tasks finish what they have in hand and start anew by it, if it is
//! not, everything goes on as before. So does a page that has changed a model answer. SIGTERM and SIGINT finish what is in hand; a second one does not wait.

use std::{path::Path, sync::Arc, time::Duration};

use anyhow::Context;
use tokio::{
    signal::unix::{Signal, SignalKind, signal},
    task::JoinSet,
};
use tokio_util::sync::CancellationToken;

use crate::{app, app::App, clock::Clock, desk::Policy};

/// How long the tasks may take to finish what they have in hand: a server that has fallen silent must hold up neither the
/// end nor, at a reload, the other mailboxes. What is broken off is as after a crash: nothing is lost.
const PATIENCE: Duration = Duration::from_secs(30);

/// Runs the daemon until it is told to end. The signals are listened to before anything else is done: one that comes
/// while the daemon starts is heard.
pub async fn run(folder: &Path, policy: Policy, clock: Arc<dyn Clock>, signals: Signals) -> anyhow::Result<()> {
    let app = App::open(folder, policy, clock).await?;
    attend(folder, app, signals).await
}

/// Runs a daemon that has been assembled already.
pub async fn attend(folder: &Path, mut app: App, mut signals: Signals) -> anyhow::Result<()> {
    loop {
        let stop = CancellationToken::new();
        let mut tasks = app.start(&stop)?;
        tell_systemd(&[sd_notify::NotifyState::Ready]);
        tracing::info!(mailboxes = app.policy().config.mailboxes.len(), "releve is at work");
        let changed = app.changed();
        let next = loop {
            tokio::select! {
                () = changed.notified() => if let Some(policy) = reload(folder) { break Some(policy) },
                wish = signals.next() => match wish {
                    Wish::Reload => if let Some(policy) = reload(folder) { break Some(policy) },
                    Wish::End => break None,
                },
                ended = tasks.join_next() => {
                    // Tasks never end by themselves: this one panicked. Better a restart than a mailbox that nobody reads.
                    stop.cancel();
                    anyhow::bail!("une tâche du démon s'est arrêtée : {ended:?}");
                }
            }
        };
        stop.cancel();
        let reloading = next.is_some();
        tell_systemd(&[if reloading { sd_notify::NotifyState::Reloading } else { sd_notify::NotifyState::Stopping }]);
        tracing::info!(reloading, "finishing what is in hand");
        match (next, finish(&mut tasks, &mut signals, reloading).await?) {
            (None, _) | (_, Some(Wish::End)) => return app.close().await,
            (Some(policy), None) => app.go_by(policy),
            (Some(policy), Some(Wish::Reload)) => app.go_by(reload(folder).unwrap_or(policy)),
        }
    }
}

/// Reads the folder again; one that is not sound is told, and nothing changes.
fn reload(folder: &Path) -> Option<Policy> {
    app::load(folder)
        .inspect_err(|problems| {
            for problem in problems {
                tracing::error!(%problem, "the new configuration is not sound; the old one stays in force");
            }
        })
        .ok()
}

/// Waits for the tasks, and returns what was wished for meanwhile. While ending, a second signal ends it at once.
async fn finish(tasks: &mut JoinSet<()>, signals: &mut Signals, reloading: bool) -> anyhow::Result<Option<Wish>> {
    let mut wished = if reloading { None } else { Some(Wish::End) };
    let patience = tokio::time::sleep(PATIENCE);
    tokio::pin!(patience);
    loop {
        tokio::select! {
            ended = tasks.join_next() => match ended {
                Some(ended) => ended.context("une tâche du démon a échoué en s'arrêtant")?,
                None => return Ok(wished),
            },
            wish = signals.next() => {
                if wish == Wish::End && wished == Some(Wish::End) {
                    tracing::warn!("a second signal: ending at once; what was in hand is taken up at the next start");
                    tasks.abort_all();
                    std::process::exit(1);
                }
                if wished != Some(Wish::End) {
                    wished = Some(wish);
                }
            }
            () = &mut patience => {
                tracing::warn!(tasks = tasks.len(), "some work does not come to its end and is broken off; it is taken up again");
                tasks.shutdown().await;
                return Ok(wished);
            }
        }
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Wish {
    Reload,
    End,
}

/// The signals that the daemon obeys.
pub struct Signals {
    hangup: Signal,
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    /// From now on signals are kept for the daemon, and end nothing by themselves.
    pub fn listen() -> anyhow::Result<Self> {
        let listen = |kind| signal(kind).context("les signaux du système ne peuvent pas être reçus");
        Ok(Self {
            hangup: listen(SignalKind::hangup())?,
            terminate: listen(SignalKind::terminate())?,
            interrupt: listen(SignalKind::interrupt())?,
        })
    }

    async fn next(&mut self) -> Wish {
        tokio::select! {
            _ = self.hangup.recv() => Wish::Reload,
            _ = self.terminate.recv() => Wish::End,
            _ = self.interrupt.recv() => Wish::End,
        }
    }
}

/// Without systemd this does nothing.
fn tell_systemd(states: &[sd_notify::NotifyState<'_>]) {
    if let Err(error) = sd_notify::notify(states) {
        tracing::warn!(%error, "systemd could not be told");
    }
}
