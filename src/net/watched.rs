//! A stream that does not wait for ever: a read or a write that makes no progress for too long fails.
//!
//! The limit is on silence, not on the whole: a large message over a slow line takes its time and passes, a dead line
//! does not. It puts no bound on a server that trickles; the caller bounds the whole command.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::{Sleep, sleep},
};

/// `S` with a limit on silence, for each direction.
#[derive(Debug)]
pub struct Watched<S> {
    inner: S,
    limit: Option<Duration>,
    reading: Wait,
    writing: Wait,
}

/// The timer of a wait under way.
type Wait = Option<Pin<Box<Sleep>>>;

impl<S> Watched<S> {
    /// Watches `inner`.
    pub fn new(inner: S, limit: Duration) -> Self {
        Self { inner, limit: Some(limit), reading: None, writing: None }
    }

    /// Changes the limit; `None` waits as long as it takes. What was waited for until now is forgotten.
    pub fn set_limit(&mut self, limit: Option<Duration>) {
        self.limit = limit;
        self.reading = None;
        self.writing = None;
    }

    /// The stream itself.
    pub fn into_inner(self) -> S {
        self.inner
    }
}

/// Passes `progress` on, unless there has been none for longer than `limit`.
fn patient<T>(
    progress: Poll<io::Result<T>>,
    wait: &mut Wait,
    limit: Option<Duration>,
    cx: &mut Context<'_>,
) -> Poll<io::Result<T>> {
    if progress.is_ready() {
        *wait = None;
        return progress;
    }
    if let Some(limit) = limit {
        ready!(wait.get_or_insert_with(|| Box::pin(sleep(limit))).as_mut().poll(cx));
        return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
    }
    Poll::Pending
}

impl<S: AsyncRead + Unpin> AsyncRead for Watched<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = &mut *self;
        patient(Pin::new(&mut this.inner).poll_read(cx, buffer), &mut this.reading, this.limit, cx)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Watched<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, octets: &[u8]) -> Poll<io::Result<usize>> {
        let this = &mut *self;
        patient(Pin::new(&mut this.inner).poll_write(cx, octets), &mut this.writing, this.limit, cx)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = &mut *self;
        patient(Pin::new(&mut this.inner).poll_flush(cx), &mut this.writing, this.limit, cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = &mut *self;
        patient(Pin::new(&mut this.inner).poll_shutdown(cx), &mut this.writing, this.limit, cx)
    }
}

#[cfg(test)]
mod tests {
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt, duplex},
        time::{Instant, advance},
    };

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn silence_is_an_error_and_progress_is_not() {
        let (near, mut far) = duplex(64);
        let mut near = Watched::new(near, Duration::from_secs(60));
        for _ in 0..3 {
            advance(Duration::from_secs(50)).await;
            far.write_all(b"x").await.unwrap();
            assert_eq!(near.read_u8().await.unwrap(), b'x');
        }
        let before = Instant::now();
        assert_eq!(near.read_u8().await.unwrap_err().kind(), io::ErrorKind::TimedOut);
        assert_eq!(before.elapsed().as_secs(), 60);
    }

    #[tokio::test(start_paused = true)]
    async fn a_reader_at_the_other_end_that_stops_reading_is_silence_too() {
        let (near, _far) = duplex(4);
        let mut near = Watched::new(near, Duration::from_secs(60));
        assert_eq!(near.write_all(b"more than fits").await.unwrap_err().kind(), io::ErrorKind::TimedOut);
    }
}
