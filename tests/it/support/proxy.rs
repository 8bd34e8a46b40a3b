//! A line of the test's own between releve and a mail server: it can be cut, and it can be held.

use std::sync::Arc;

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;

/// A port of its own that leads to another one.
pub struct Proxy {
    pub port: u16,
    task: JoinHandle<()>,
}

/// A command that was held back.
pub struct Held {
    arrived: Arc<Semaphore>,
    released: Arc<Semaphore>,
}

impl Held {
    /// Waits until the command has come; the server has not heard of it.
    pub async fn arrived(&self) {
        let arrived = tokio::time::timeout(std::time::Duration::from_secs(30), self.arrived.acquire()).await;
        arrived.expect("the command comes").expect("nobody closes it").forget();
    }

    /// Lets it through, and all that follow.
    pub fn let_go(&self) {
        self.released.close();
    }
}

impl Proxy {
    /// Cuts the first connections, each after as many octets from the server as `after` says; those that follow last.
    pub async fn that_cuts(server: u16, after: impl IntoIterator<Item = u64, IntoIter: Send + 'static>) -> Self {
        let mut limits = after.into_iter();
        Self::to(server, move |client, server| {
            let limit = limits.next().unwrap_or(u64::MAX);
            let ((mut from_client, mut to_client), (from_server, mut to_server)) = (client, server);
            tokio::spawn(async move {
                let up = tokio::io::copy(&mut from_client, &mut to_server);
                let mut limited = from_server.take(limit);
                let down = tokio::io::copy(&mut limited, &mut to_client);
                // Whichever ends first takes the other with it: the halves are dropped and the line is cut.
                tokio::select! { _ = up => {}, _ = down => {} }
            });
        })
        .await
    }

    /// Holds the lines of the client that contain `word` back until [`Held::let_go`]; nothing may be encrypted.
    pub async fn that_holds(server: u16, word: &'static str) -> (Self, Held) {
        let held = Held { arrived: Arc::new(Semaphore::new(0)), released: Arc::new(Semaphore::new(0)) };
        let (arrived, released) = (held.arrived.clone(), held.released.clone());
        let proxy = Self::to(server, move |client, server| {
            let ((from_client, mut to_client), (mut from_server, mut to_server)) = (client, server);
            let (arrived, released) = (arrived.clone(), released.clone());
            tokio::spawn(async move {
                let up = async {
                    let mut lines = BufReader::new(from_client);
                    let mut line = Vec::new();
                    while lines.read_until(b'\n', &mut line).await.is_ok_and(|read| read > 0) {
                        if String::from_utf8_lossy(&line).contains(word) {
                            arrived.add_permits(1);
                            // Once it is closed nobody waits any more.
                            let _ = released.acquire().await;
                        }
                        if to_server.write_all(&line).await.is_err() {
                            break;
                        }
                        line.clear();
                    }
                };
                let down = tokio::io::copy(&mut from_server, &mut to_client);
                tokio::select! { () = up => {}, _ = down => {} }
            });
        })
        .await;
        (proxy, held)
    }

    async fn to(server: u16, mut connect: impl FnMut(Ends, Ends) + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let port = listener.local_addr().expect("it listens").port();
        let task = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                // A server that is down is a connection that ends at once.
                if let Ok(server) = TcpStream::connect(("127.0.0.1", server)).await {
                    connect(client.into_split(), server.into_split());
                }
            }
        });
        Self { port, task }
    }
}

type Ends = (OwnedReadHalf, OwnedWriteHalf);

impl Drop for Proxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}
