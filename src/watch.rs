//! The watch: a worker that sleeps until something is due, and lets the desk do all of it. It wakes for no other reason
//! but one: another process (a command, another daemon) may have brought the next instant forward, and what it wrote down
//! is seen by asking for that instant, one row of an index. A month whose figures are to be published is published here too.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::desk::{Desk, Watched};

/// How long to sleep at most before the next instant is asked for again.
const LONGEST: Duration = Duration::from_secs(60);

/// How long to sleep at least: an instant that is always past must not keep the database busy.
const SHORTEST: Duration = Duration::from_secs(1);

/// Keeps watch until `stop`. Never ends by itself: whatever fails is noted, and tried again.
pub async fn run(desk: Desk, owner: String, stop: CancellationToken) {
    // Steps, hours, holidays or people may be others than when the daemon last ran.
    let mut anew = true;
    while !stop.is_cancelled() {
        let looked = async {
            if anew {
                desk.watch_anew().await?;
            }
            desk.watch(&owner).await
        };
        let pause = match looked.await {
            Ok(watched) => {
                anew = false;
                pause(&desk, watched)
            }
            Err(error) => {
                tracing::error!(%error, "the watch could not be kept; it is tried again");
                LONGEST
            }
        };
        match desk.publish_due().await {
            Ok(months) => {
                months.iter().for_each(|month| tracing::info!(%month, "the figures of a month were published"))
            }
            Err(error) => tracing::error!(%error, "the figures of a month could not be published; it is tried again"),
        }
        tokio::select! {
            () = stop.cancelled() => {}
            () = tokio::time::sleep(pause) => {}
        }
    }
}

fn pause(desk: &Desk, watched: Watched) -> Duration {
    let Watched::Done { mails, to_nobody, next } = watched else { return LONGEST };
    if mails > 0 || to_nobody > 0 {
        tracing::info!(mails, "people were told what is due");
    }
    if to_nobody > 0 {
        tracing::warn!(steps = to_nobody, "nobody is declared who could be told; add managers to the services");
    }
    let until = next.duration_since(desk.now());
    Duration::try_from(until).unwrap_or_default().clamp(SHORTEST, LONGEST)
}
