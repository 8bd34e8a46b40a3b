//! What waits is claimed, sent, and what became of it is handed to the desk.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::Transport;
use crate::{desk::Desk, store::StoreError};

/// Mails claimed at a time: few, so that a daemon that dies holds little back.
const CLAIM: i64 = 20;

/// How long to wait at most before looking again: another daemon may have put something in.
const LONGEST: Duration = Duration::from_secs(5);

/// Sends until `stop`.
pub async fn run(desk: Desk, mut transport: Transport, owner: String, stop: CancellationToken) {
    while !stop.is_cancelled() {
        if let Err(error) = desk.leave_due().await {
            tracing::error!(%error, "what was sent from the pages waits: the outbox cannot be written");
        }
        match send_due_until(&desk, &mut transport, &owner, &stop).await {
            Ok(0) => transport.close().await,
            Ok(_) => continue,
            Err(error) => tracing::error!(%error, "the outbox cannot be read"),
        }
        tokio::select! {
            () = stop.cancelled() => {}
            () = desk.something_to_send() => {}
            () = tokio::time::sleep(until_next_departure(&desk).await) => {}
        }
    }
}

/// How long nothing is to be done: until a letter that was sent from a page can no longer be taken back.
async fn until_next_departure(desk: &Desk) -> Duration {
    let next = desk.store().next_departure().await.ok().flatten();
    let left = next.and_then(|next| Duration::try_from(next.duration_since(desk.now())).ok());
    // One that is past and still there could not be written: not at once again.
    left.filter(|left| !left.is_zero()).map_or(LONGEST, |left| left.min(LONGEST))
}

/// Claims what is due and sends it. Returns how many were tried.
pub async fn send_due(desk: &Desk, transport: &mut Transport, owner: &str) -> Result<usize, StoreError> {
    send_due_until(desk, transport, owner, &CancellationToken::new()).await
}

async fn send_due_until(
    desk: &Desk,
    transport: &mut Transport,
    owner: &str,
    stop: &CancellationToken,
) -> Result<usize, StoreError> {
    let mails = desk.claim(owner, CLAIM).await?;
    for mail in &mails {
        // What is claimed and not sent is given back with the leases of this daemon.
        if stop.is_cancelled() {
            break;
        }
        let from = Some(mail.envelope_from.as_str()).filter(|address| !address.is_empty());
        let outcome = transport.send(from, &mail.recipient, &mail.bytes, &mail.message_id).await;
        tracing::debug!(mail.message_id, mail.attempts, ?outcome, "an attempt to send");
        desk.delivered(mail, &outcome).await?;
    }
    Ok(mails.len())
}
