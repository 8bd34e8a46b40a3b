//! What the tests have in hand: the servers, and clients of our own to play the citizen and the agent.

pub mod browser;
pub mod daemon;
pub mod imap_client;
pub mod mail;
pub mod pages;
pub mod proxy;
pub mod servers;
pub mod smtp_client;

use std::time::Duration;

use tokio::time::{Instant, interval};

/// Longer than anything takes on a busy machine; only a test that fails waits so long.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// Looks until `probe` finds something and returns it: a test waits for what can be seen, never for time to pass.
///
/// # Panics
/// When there is still nothing after half a minute; `what` says what was waited for.
pub async fn wait_until<T>(what: &str, probe: impl AsyncFnMut() -> Option<T>) -> T {
    wait_at_most(PATIENCE, what, probe).await
}

/// As [`wait_until`], for what is known to take longer, or must not take so long.
pub async fn wait_at_most<T>(limit: Duration, what: &str, probe: impl AsyncFnMut() -> Option<T>) -> T {
    match look_for(limit, probe).await {
        Some(found) => found,
        None => panic!("waited {} s in vain until {what}", limit.as_secs()),
    }
}

/// Looks for so long; `None`: there is still nothing.
pub async fn look_for<T>(limit: Duration, mut probe: impl AsyncFnMut() -> Option<T>) -> Option<T> {
    let deadline = Instant::now() + limit;
    let mut pace = interval(Duration::from_millis(20));
    while Instant::now() < deadline {
        pace.tick().await;
        if let Some(found) = probe().await {
            return Some(found);
        }
    }
    None
}
