//! What waits to be laid into a folder of a mailbox, or taken out of it, is claimed, done, and what became of it handed to
//! the desk.

use std::{collections::BTreeMap, time::Duration};

use tokio_util::sync::CancellationToken;

use crate::{
    desk::{Desk, Filed},
    intake,
    store::{Filing, StoreError},
};

/// Claimed at a time.
const CLAIM: i64 = 50;

/// How long to wait at most before looking again: commands and other daemons may have put something in.
const LONGEST: Duration = Duration::from_secs(5);

/// Files until `stop`.
pub async fn run_filing(desk: Desk, owner: String, stop: CancellationToken) {
    while !stop.is_cancelled() {
        match file_due(&desk, &owner).await {
            Ok(0) => {}
            Ok(_) => continue,
            Err(error) => tracing::error!(%error, "what is to be filed cannot be read"),
        }
        tokio::select! {
            () = stop.cancelled() => {}
            () = desk.something_to_file() => {}
            () = tokio::time::sleep(LONGEST) => {}
        }
    }
}

/// Claims what is due and files it, a connection a mailbox. Returns how many were tried.
pub async fn file_due(desk: &Desk, owner: &str) -> Result<usize, StoreError> {
    let claimed = desk.claim_filings(owner, CLAIM).await?;
    let count = claimed.len();
    let mut by_mailbox = BTreeMap::<String, Vec<Filing>>::new();
    for filing in claimed {
        by_mailbox.entry(filing.new.mailbox.clone()).or_default().push(filing);
    }
    for (mailbox, filings) in by_mailbox {
        let outcomes = match desk.policy().config.mailbox(&mailbox) {
            Some(mailbox) => intake::file(mailbox, &filings).await,
            None => vec![Filed::Done("la boîte n'est plus dans la configuration".into()); filings.len()],
        };
        for (filing, outcome) in filings.iter().zip(&outcomes) {
            if let Filed::Retry(why) = outcome {
                tracing::warn!(mailbox.id = %mailbox, folder = %filing.new.folder, why, "could not be filed; tried again later");
            }
            desk.filed(filing, outcome).await?;
        }
    }
    Ok(count)
}
