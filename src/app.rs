//! The parts, assembled once: for the daemon, the demonstration and the tests alike.

mod heartbeat;
mod pages;
mod policy;

#[cfg(test)]
mod tests;

pub use policy::{LEARNED, corpus, load, shipped_classifier, shipped_habits, shipped_library};

use std::{
    fs::File,
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
};

use anyhow::Context;
use tokio::{sync::Notify, task::JoinSet};
use tokio_util::{sync::CancellationToken, task::AbortOnDropHandle};

use crate::{
    clock::Clock,
    config::Database,
    desk::{Desk, Policy, Tally},
    intake::{Worker, sent_folder},
    outbox::{self, Transport},
    store::{Backend, Store},
    watch,
    web::{self, Site},
};

/// A daemon, assembled and not yet at work.
pub struct App {
    store: Store,
    policy: Arc<Policy>,
    clock: Arc<dyn Clock>,
    /// The configuration folder.
    folder: PathBuf,
    /// Rung when a page has changed a file of the folder.
    changed: Arc<Notify>,
    /// Whose turn it is to write into the folder.
    turn: Arc<Mutex<()>>,
    /// Where the pages are served. It outlives a reload: whoever comes meanwhile waits and is not turned away.
    listener: web::Listening,
    /// The name of this daemon: unlike that of any other, and of itself after a restart.
    owner: String,
    heartbeat: AbortOnDropHandle<()>,
    /// Held as long as the daemon lives: a SQLite file has one daemon.
    _alone: Option<File>,
}

/// Opens the database of a configuration.
pub async fn open_store(database: &Database) -> anyhow::Result<Store> {
    let password = database.secret.as_ref().map(|secret| secret.read()).transpose()?;
    Ok(Store::open(&database.url, password.as_ref()).await?)
}

impl App {
    /// Opens the database and takes its place beside it.
    pub async fn open(folder: &Path, policy: Policy, clock: Arc<dyn Clock>) -> anyhow::Result<Self> {
        let alone = match policy.config.database.url.strip_prefix("sqlite:") {
            Some(path) => Some(lock(Path::new(path))?),
            None => None,
        };
        let store = open_store(&policy.config.database).await?;
        if store.backend() == Backend::Sqlite {
            // The lock says that we are alone: nothing has to wait for a daemon that was killed to be found dead.
            let mut work = store.begin().await?;
            work.forget_daemons().await?;
            work.commit().await?;
        }
        let mut token = [0; 8];
        getrandom::fill(&mut token).context("le système ne donne pas de nombre aléatoire")?;
        let owner = crate::mail::hexadecimal(&token);
        let heartbeat = heartbeat::start(store.clone(), clock.clone(), owner.clone()).await?;
        Ok(Self {
            store,
            policy: Arc::new(policy),
            clock,
            folder: folder.to_owned(),
            changed: Arc::new(Notify::new()),
            turn: Arc::default(),
            listener: web::Listening::default(),
            owner,
            heartbeat,
            _alone: alone,
        })
    }

    /// The desk.
    pub fn desk(&self) -> Desk {
        Desk::new(self.store.clone(), self.policy.clone(), self.clock.clone())
    }

    /// What it goes by.
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// The database.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// From now on goes by another policy. The database stays the one that is open.
    pub fn go_by(&mut self, policy: Policy) {
        if policy.config.database.url != self.policy.config.database.url {
            tracing::warn!("another database takes a restart: the one that is open stays in use");
        }
        self.policy = Arc::new(policy);
    }

    /// The workers of the mailboxes.
    pub fn workers(&self, desk: &Desk) -> Vec<Worker> {
        // The mailbox before what was sent from it: questions before their answers.
        let mailboxes = self.policy.config.mailboxes.iter();
        let folders = mailboxes.flat_map(|mailbox| [Some(mailbox.clone()), sent_folder(mailbox)]).flatten();
        folders.map(|mailbox| Worker { mailbox, desk: desk.clone(), owner: self.owner.clone() }).collect()
    }

    /// Starts every task. They end when `stop` is cancelled, and never before.
    pub fn start(&self, stop: &CancellationToken) -> anyhow::Result<JoinSet<()>> {
        let desk = self.desk();
        let mut tasks = JoinSet::new();
        let transport = Transport::new(&self.policy.config.outgoing.transport);
        tasks.spawn(outbox::run(desk.clone(), transport, self.owner.clone(), stop.clone()));
        tasks.spawn(outbox::run_filing(desk.clone(), self.owner.clone(), stop.clone()));
        for worker in self.workers(&desk) {
            tasks.spawn(worker.run(stop.clone()));
        }
        tasks.spawn(web::serve(self.site(&desk), self.listener.clone(), stop.clone()));
        tasks.spawn(watch::run(desk, self.owner.clone(), stop.clone()));
        Ok(tasks)
    }

    /// The pages.
    pub fn site(&self, desk: &Desk) -> Site {
        let shell = pages::Folder { path: self.folder.clone(), changed: self.changed.clone(), turn: self.turn.clone() };
        Site::new(desk.clone(), self.clock.clone(), pages::theme(&self.folder), Box::new(shell))
    }

    /// Waits until a page has changed a file of the folder.
    pub fn changed(&self) -> Arc<Notify> {
        self.changed.clone()
    }

    /// Goes over every mailbox once and sends what is due. `progress` is told after each mailbox.
    pub async fn once(&self, mut progress: impl FnMut(&str, &Tally)) -> anyhow::Result<()> {
        let desk = self.desk();
        let stop = CancellationToken::new();
        for worker in self.workers(&desk) {
            let tally = worker.pass(&stop).await?;
            progress(&worker.mailbox.id, &tally);
        }
        let mut transport = Transport::new(&self.policy.config.outgoing.transport);
        while outbox::send_due(&desk, &mut transport, &self.owner).await? > 0 {}
        while outbox::file_due(&desk, &self.owner).await? > 0 {}
        Ok(())
    }

    /// Gives back what is held and closes the database.
    pub async fn close(self) -> anyhow::Result<()> {
        drop(self.heartbeat);
        let mut work = self.store.begin().await?;
        work.leave(&self.owner).await?;
        work.commit().await?;
        self.store.close().await;
        Ok(())
    }
}

/// Takes the lock beside a SQLite file.
fn lock(database: &Path) -> anyhow::Result<File> {
    let mut name = database.as_os_str().to_owned();
    name.push(".lock");
    let file = File::create(&name).with_context(|| {
        let folder = database.parent().unwrap_or(Path::new(".")).display();
        format!("la base de données ne peut pas être créée dans {folder} : vérifiez que le dossier existe et que releve peut y écrire")
    })?;
    file.try_lock().map_err(|_| {
        anyhow::anyhow!(
            "un autre démon travaille déjà avec {} ; arrêtez-le, ou passez à PostgreSQL pour en avoir plusieurs",
            database.display()
        )
    })?;
    Ok(file)
}
