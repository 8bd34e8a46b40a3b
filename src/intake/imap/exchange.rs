//! One command, and its answer read to the end.
//!
//! The crate's own loops take a line that was cut for the end of a `FETCH`, pass over its `NO`, and wait without limit;
//! what the server says besides goes into a channel that overflows in silence. Here every answer is looked at, the end
//! is the tagged `OK` and nothing else, and there is a limit on it all.

use std::{io, time::Duration};

use async_imap::{
    Session,
    error::Error,
    imap_proto::{MailboxDatum, RequestId, Response, Status},
};
use tokio::{io::AsyncWriteExt, time::timeout};

use super::{ImapError, Timeouts};
use crate::net::{self, Stream, Watched};

/// What the octets go through.
pub(super) type Wire = Watched<Box<dyn Stream>>;

/// An authenticated connection, on which one command runs at a time.
#[derive(Debug)]
pub(super) struct Exchange {
    inner: Session<Wire>,
    pub(super) timeouts: Timeouts,
    /// Whether the server has announced messages (`EXISTS`) since this was last set to false.
    pub(super) stirred: bool,
    /// How many messages the folder had when the server last said so.
    pub(super) exists: u32,
}

impl Exchange {
    pub(super) fn new(inner: Session<Wire>, timeouts: Timeouts) -> Self {
        Self { inner, timeouts, stirred: false, exists: 0 }
    }

    /// Runs `command` and hands every answer to `on`, the tagged one last.
    pub(super) async fn run(
        &mut self,
        during: &'static str,
        command: &str,
        on: impl FnMut(&Response<'_>),
    ) -> Result<(), ImapError> {
        let limit = self.timeouts.command;
        within(limit, during, async {
            let tag = self.send(during, command).await?;
            self.until_done(during, &tag, on).await
        })
        .await
    }

    /// As [`run`](Self::run), with the time that messages take.
    pub(super) async fn transfer(
        &mut self,
        during: &'static str,
        command: &str,
        on: impl FnMut(&Response<'_>),
    ) -> Result<(), ImapError> {
        let limit = self.timeouts.transfer;
        within(limit, during, async {
            let tag = self.send(during, command).await?;
            self.until_done(during, &tag, on).await
        })
        .await
    }

    /// Runs `command`, which ends in the announcement of a literal, and sends `octets` when they are asked for.
    pub(super) async fn upload(&mut self, during: &'static str, command: &str, octets: &[u8]) -> Result<(), ImapError> {
        let limit = self.timeouts.transfer;
        within(limit, during, async {
            let tag = self.send(during, command).await?;
            self.until_invited(during, &tag).await?;
            let wire = self.inner.as_mut();
            let written: io::Result<()> = async {
                wire.write_all(octets).await?;
                wire.write_all(b"\r\n").await?;
                wire.flush().await
            }
            .await;
            written.map_err(|cause| ImapError::stream(&cause, during))?;
            self.until_done(during, &tag, |_| ()).await
        })
        .await
    }

    /// Sends a command; its tag comes back.
    pub(super) async fn send(&mut self, during: &'static str, command: &str) -> Result<RequestId, ImapError> {
        self.inner.run_command(command).await.map_err(|cause| failure(cause, during))
    }

    /// Sends a line that is not a command of its own.
    pub(super) async fn send_untagged(&mut self, during: &'static str, line: &str) -> Result<(), ImapError> {
        self.inner.run_command_untagged(line).await.map_err(|cause| failure(cause, during))
    }

    /// Reads one answer and gives what `look` makes of it. Giving up while it is awaited loses nothing.
    pub(super) async fn next<T>(
        &mut self,
        during: &'static str,
        look: impl FnOnce(&Response<'_>) -> T,
    ) -> Result<T, ImapError> {
        let answer = match self.inner.read_response().await {
            Ok(Some(answer)) => answer,
            Ok(None) => return Err(ImapError::ConnectionLost(during)),
            Err(cause) => return Err(ImapError::stream(&cause, during)),
        };
        if let Response::MailboxData(MailboxDatum::Exists(count)) = answer.parsed() {
            self.stirred = true;
            self.exists = *count;
        }
        Ok(look(answer.parsed()))
    }

    /// Reads until the server asks for more (`+`).
    pub(super) async fn until_invited(&mut self, during: &'static str, tag: &RequestId) -> Result<(), ImapError> {
        loop {
            let invited = self.next(during, |answer| match answer {
                Response::Continue(_) => Some(Ok(())),
                other => verdict(during, tag, other).map(|end| end.and(Err(ImapError::Garbled(during)))),
            });
            if let Some(end) = invited.await? {
                return end;
            }
        }
    }

    /// Reads to the end of the command.
    pub(super) async fn until_done(
        &mut self,
        during: &'static str,
        tag: &RequestId,
        mut on: impl FnMut(&Response<'_>),
    ) -> Result<(), ImapError> {
        loop {
            let seen = self.next(during, |answer| {
                on(answer);
                verdict(during, tag, answer)
            });
            if let Some(end) = seen.await? {
                return end;
            }
        }
    }

    /// How long the server may stay silent; `None`: as long as it likes.
    pub(super) fn bear_silence(&mut self, limit: Option<Duration>) {
        self.inner.as_mut().set_limit(limit);
    }
}

/// How the command of this `tag` ended, if this is its end.
fn verdict(during: &'static str, tag: &RequestId, answer: &Response<'_>) -> Option<Result<(), ImapError>> {
    let Response::Done { tag: ended, status, outcome } = answer else { return None };
    (ended == tag).then(|| match status {
        Status::Ok => Ok(()),
        _ => {
            let text = net::fit_to_show(outcome.information.as_deref().unwrap_or("sans explication"), &[]);
            Err(ImapError::ServerRefused { during, text })
        }
    })
}

/// `work`, or [`ImapError::TimedOut`].
pub(super) async fn within<T>(
    limit: Duration,
    during: &'static str,
    work: impl Future<Output = Result<T, ImapError>>,
) -> Result<T, ImapError> {
    timeout(limit, work).await.unwrap_or(Err(ImapError::TimedOut(during)))
}

/// An error of the crate, without the text that it carries: it may hold what was read.
pub(super) fn failure(cause: Error, during: &'static str) -> ImapError {
    match cause {
        Error::Io(cause) => ImapError::stream(&cause, during),
        Error::ConnectionLost => ImapError::ConnectionLost(during),
        _ => ImapError::Garbled(during),
    }
}
