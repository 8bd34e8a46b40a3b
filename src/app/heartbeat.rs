//! Says again and again that this daemon is alive: as long as it does, what it holds is its own.

use std::{sync::Arc, time::Duration};

use jiff::{SignedDuration, Timestamp};
use tokio_util::task::AbortOnDropHandle;

use crate::{
    clock::Clock,
    store::{Store, StoreError},
};

/// How often.
const EVERY: Duration = Duration::from_secs(5);

/// How long one word holds: several may be lost before the others take over.
const HOLDS: SignedDuration = SignedDuration::from_secs(20);

/// Beats for as long as the daemon lives; the first time before anything can be held.
pub(super) async fn start(
    store: Store,
    clock: Arc<dyn Clock>,
    name: String,
) -> Result<AbortOnDropHandle<()>, StoreError> {
    beat(&store, clock.now(), &name).await?;
    Ok(AbortOnDropHandle::new(tokio::spawn(async move {
        loop {
            tokio::time::sleep(EVERY).await;
            if let Err(error) = beat(&store, clock.now(), &name).await {
                tracing::error!(%error, "the database does not hear that this daemon is alive");
            }
        }
    })))
}

async fn beat(store: &Store, now: Timestamp, name: &str) -> Result<(), StoreError> {
    let until = now.saturating_add(HOLDS).expect("a duration of seconds is a span that jiff can add");
    let mut work = store.begin().await?;
    work.alive(name, until).await?;
    work.commit().await
}
