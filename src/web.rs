//! The pages: what agents, managers, quality officers and administrators see in a browser. They are made here and work
//! without JavaScript; nothing is loaded from elsewhere. No SQL and no rules: what is decided is decided by `desk` and
//! `accounts`.
//!
//! A request takes one way ([`guard`]): the table of addresses ([`routes`]) says who may, which case it is about and what is
//! recorded; then a page (`queue`, `case`, `write` …) answers with a template of `pages/`.

mod account;
mod acts;
mod administration;
mod answers;
mod case;
mod case_view;
mod dashboard;
mod entry;
mod guard;
mod indicators;
mod page;
mod passages;
mod queue;
mod received;
mod routes;
mod static_files;
#[cfg(test)]
mod tests;
mod visit;
mod write;

use std::{
    collections::BTreeMap,
    net::{SocketAddr, TcpListener},
    path::Path,
    sync::{Arc, Mutex},
    time::Duration,
};

use anyhow::Context;
use hyper::server::conn::http1;
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
    service::TowerToHyperService,
};
use sha2::{Digest, Sha256};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

pub use routes::router;

use crate::{accounts::Accounts, clock::Clock, desk::Desk};

/// What the pages look like here, beyond what ships: the files of `theme/` in the configuration folder, by name, each with its
/// media type. `theme.css` is read after ours; `logo.svg` or `logo.png` stands in the head of each page.
#[derive(Debug, Clone, Default)]
pub struct Theme(pub BTreeMap<String, (&'static str, Vec<u8>)>);

impl Theme {
    /// The address of a file, which changes with it; empty: there is none.
    fn address(&self, name: &str) -> String {
        let digest = |bytes: &[u8]| crate::mail::hexadecimal(&Sha256::digest(bytes)[..6]);
        self.0.get(name).map_or_else(String::new, |(_, bytes)| format!("/theme/{name}?{}", digest(bytes)))
    }
}

/// What only the shell can do for a page: write a file of the configuration folder.
pub trait Shell: Send + Sync {
    /// Puts a model answer into its place in `templates/`, in the stead of this version of it, unless something would be wrong
    /// with it; from then on it is in force. Returns what is wrong, or why it could not be written, in French.
    fn install_template(&self, path: &Path, content: &str, instead_of: u32) -> Result<(), String>;
}

/// Everything that the pages need.
#[derive(Clone)]
pub struct Site(Arc<Parts>);

struct Parts {
    desk: Desk,
    accounts: Accounts,
    theme: Theme,
    shell: Box<dyn Shell>,
}

impl Site {
    /// The pages of this desk.
    pub fn new(desk: Desk, clock: Arc<dyn Clock>, theme: Theme, shell: Box<dyn Shell>) -> Self {
        let accounts = Accounts::new(desk.store().clone(), clock);
        Self(Arc::new(Parts { desk, accounts, theme, shell }))
    }

    fn desk(&self) -> &Desk {
        &self.0.desk
    }

    fn accounts(&self) -> &Accounts {
        &self.0.accounts
    }
}

/// The place where the pages are served, from one reload to the next.
pub type Listening = Arc<Mutex<Option<(SocketAddr, TcpListener)>>>;

/// How long to wait before a place that is taken is tried again.
const AGAIN: Duration = Duration::from_secs(10);

/// Takes the place, or says in one plain sentence why it cannot be had.
fn listen(address: SocketAddr, place: &Listening) -> anyhow::Result<tokio::net::TcpListener> {
    let mut place = place.lock().map_err(|_| anyhow::anyhow!("les pages ne peuvent pas être servies"))?;
    if place.as_ref().is_none_or(|(known, _)| *known != address) {
        // The old place is given up first: the new one may be the same port.
        *place = None;
        let listener = TcpListener::bind(address).with_context(|| {
            format!("les pages ne peuvent pas être servies sur {address} : libérez ce port, ou changez [web] listen")
        })?;
        listener.set_nonblocking(true)?;
        *place = Some((address, listener));
    }
    let (_, listener) = place.as_ref().context("les pages ne peuvent pas être servies")?;
    Ok(tokio::net::TcpListener::from_std(listener.try_clone()?)?)
}

/// Connections that are open at the same time; whoever comes then waits.
const CONNECTIONS: usize = 512;

/// How long somebody may take to say what they want, and may stay without wanting anything.
const IDLE: Duration = Duration::from_secs(30);

/// How long what is being answered may take once the daemon ends or reloads.
const PATIENCE: Duration = Duration::from_secs(5);

/// Serves the pages until `stop`; what is being answered then is answered. Nobody holds a connection for nothing: each costs a
/// descriptor, and those are needed for mail.
///
/// A place that is taken is tried again: the mail goes on meanwhile.
pub async fn serve(site: Site, place: Listening, stop: CancellationToken) {
    let Some(address) = page::config(&site).web.listen else {
        return stop.cancelled().await;
    };
    let listener = loop {
        match listen(address, &place) {
            Ok(listener) => break listener,
            Err(error) => tracing::error!(error = format!("{error:#}"), "the pages are not served; tried again"),
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(AGAIN) => {}
        }
    };
    tracing::info!(%address, "the pages are served");
    let pages = TowerToHyperService::new(router(site));
    let mut server = http1::Builder::new();
    server.timer(TokioTimer::new()).header_read_timeout(IDLE);
    let (open, graceful) = (Arc::new(Semaphore::new(CONNECTIONS)), GracefulShutdown::new());
    loop {
        let accepted = async {
            let place = open.clone().acquire_owned().await.ok();
            (place, listener.accept().await)
        };
        let (place, accepted) = tokio::select! {
            () = stop.cancelled() => break,
            accepted = accepted => accepted,
        };
        match accepted {
            Ok((stream, _)) => {
                let connection = graceful.watch(server.serve_connection(TokioIo::new(stream), pages.clone()));
                tokio::spawn(async move {
                    // Whoever hangs up in the middle is nobody's fault.
                    let _ = connection.await;
                    drop(place);
                });
            }
            // Too many files are open, most likely: a moment later some are closed.
            Err(error) => {
                tracing::error!(%error, "a browser could not be let in");
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
        }
    }
    let _ = tokio::time::timeout(PATIENCE, graceful.shutdown()).await;
}
