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

use std::{net::TcpListener, path::Path, sync::Arc};

use anyhow::Context;
use tokio_util::sync::CancellationToken;

pub use routes::router;

use crate::{accounts::Accounts, clock::Clock, desk::Desk};

/// What the pages look like here, beyond what ships: files of `theme/` in the configuration folder.
#[derive(Debug, Clone, Default)]
pub struct Theme {
    /// `theme.css`, read after ours.
    pub css: Option<Vec<u8>>,
    /// `logo.svg` or `logo.png`, with its media type.
    pub logo: Option<(&'static str, Vec<u8>)>,
}

/// What only the shell can do for a page: write a file of the configuration folder.
pub trait Shell: Send + Sync {
    /// Puts a file of `templates/` into its place, unless something would be wrong with it; from then on it is in force.
    /// Returns what is wrong, or why it could not be written, in French.
    fn install_template(&self, path: &Path, content: &str) -> Result<(), String>;
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

/// Listens; one plain sentence when the port is taken.
pub fn listen(address: std::net::SocketAddr) -> anyhow::Result<TcpListener> {
    let listener = TcpListener::bind(address).with_context(|| {
        format!("les pages ne peuvent pas être servies sur {address} : un autre programme y répond peut-être ; changez [web] listen")
    })?;
    listener.set_nonblocking(true).context("les pages ne peuvent pas être servies")?;
    Ok(listener)
}

/// Serves the pages until `stop`; what is being answered then is answered.
pub async fn serve(site: Site, listener: TcpListener, stop: CancellationToken) {
    let listener = match tokio::net::TcpListener::from_std(listener) {
        Ok(listener) => listener,
        Err(error) => {
            tracing::error!(%error, "the pages cannot be served");
            return stop.cancelled().await;
        }
    };
    let served = axum::serve(listener, routes::router(site)).with_graceful_shutdown(stop.clone().cancelled_owned());
    if let Err(error) = served.await {
        tracing::error!(%error, "the pages are no longer served");
        stop.cancelled().await;
    }
}
