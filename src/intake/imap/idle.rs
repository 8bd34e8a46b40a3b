//! Waiting for news: IDLE (RFC 2177), or mere patience where the server has none.

use std::time::Duration;

use async_imap::imap_proto::{Response, Status};
use tokio::time::{Instant, sleep_until};
use tokio_util::sync::CancellationToken;

use super::{ImapError, ImapSession, exchange::within};

/// Why the wait ended. Whatever it was, look again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IdleOutcome {
    /// The server announced messages.
    Changed,
    /// Nothing came in time; a server may forget to tell.
    Elapsed,
    /// We were asked to stop.
    Stopped,
}

/// Beyond this a line that died in silence would stay unnoticed for too long, and a router may forget the connection.
const LONGEST: Duration = Duration::from_secs(5 * 60);

impl ImapSession {
    /// Waits until the server announces messages, at most `max_wait` (and five minutes), or until `stop`.
    ///
    /// Flags that colleagues change and messages they delete do not end the wait. Messages announced since
    /// [`uids`](Self::uids) was last asked end it at once.
    pub async fn idle(&mut self, max_wait: Duration, stop: &CancellationToken) -> Result<IdleOutcome, ImapError> {
        const DURING: &str = "attente";
        let deadline = Instant::now() + max_wait.min(LONGEST);
        if self.exchange.stirred {
            return Ok(IdleOutcome::Changed);
        }
        if !self.can.idle {
            return Ok(tokio::select! {
                () = stop.cancelled() => IdleOutcome::Stopped,
                () = sleep_until(deadline) => IdleOutcome::Elapsed,
            });
        }
        let tag = within(self.exchange.timeouts.command, DURING, async {
            let tag = self.exchange.send(DURING, "IDLE").await?;
            self.exchange.until_invited(DURING, &tag).await?;
            Ok(tag)
        })
        .await?;

        self.exchange.bear_silence(None);
        let outcome = tokio::select! {
            biased;
            () = stop.cancelled() => IdleOutcome::Stopped,
            heard = self.heard_of_messages(DURING) => heard?,
            () = sleep_until(deadline) => IdleOutcome::Elapsed,
        };
        self.exchange.bear_silence(Some(self.exchange.timeouts.silence));

        within(self.exchange.timeouts.farewell, DURING, async {
            self.exchange.send_untagged(DURING, "DONE").await?;
            self.exchange.until_done(DURING, &tag, |_| ()).await
        })
        .await?;
        Ok(outcome)
    }

    async fn heard_of_messages(&mut self, during: &'static str) -> Result<IdleOutcome, ImapError> {
        while !self.exchange.stirred {
            let ended = self.exchange.next(during, |answer| {
                // Either is the server's own end of IDLE: there is no DONE to send, and no way to go on.
                matches!(answer, Response::Done { .. } | Response::Data { status: Status::Bye, .. })
            });
            if ended.await? {
                return Err(ImapError::ConnectionLost(during));
            }
        }
        Ok(IdleOutcome::Changed)
    }
}
