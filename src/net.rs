//! The way to a server: the address, the connection, the encryption, and a sentence in French when one of them fails.
//!
//! Both edges of the program stand on it: [`crate::intake`] (IMAP) and [`crate::outbox`] (SMTP). It knows nothing of
//! either protocol, never retries, and logs nothing.

mod tls;
mod watched;

#[cfg(test)]
pub(crate) mod scripted;

use std::{io, time::Duration};

use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpStream, lookup_host},
    time::timeout,
};

pub use self::{
    tls::{encrypt, extra_roots, tls_failure},
    watched::Watched,
};
use crate::config::{Server, Tls};

/// Octets both ways: a socket, or TLS over one.
pub trait Stream: AsyncRead + AsyncWrite + std::fmt::Debug + Send + Sync + Unpin {}

impl<T: AsyncRead + AsyncWrite + std::fmt::Debug + Send + Sync + Unpin> Stream for T {}

/// Why no conversation with a server can begin.
#[derive(Debug, thiserror::Error)]
pub enum NetError {
    /// No connection: wait and try again.
    #[error("le serveur {server} est injoignable : {why}")]
    Unreachable {
        /// `host:port`
        server: String,
        /// What to look at.
        why: String,
    },
    /// No trust: only a person can mend it.
    #[error("la liaison chiffrée avec {server} n'est pas sûre : {why}")]
    TlsNotTrusted {
        /// `host:port`
        server: String,
        /// What to do about it.
        why: String,
    },
    /// The configuration asks for something that is refused or missing.
    #[error("{0}")]
    Settings(String),
}

/// How a server is called in messages.
pub fn name(server: &Server) -> String {
    format!("{}:{}", server.host, server.port)
}

/// Opens a TCP connection within `limit`, trying every address of the host in turn.
///
/// Without encryption only this very machine may be at the other end: the address that was really reached is looked
/// at, whatever its name promised.
pub async fn dial(server: &Server, limit: Duration) -> Result<TcpStream, NetError> {
    let unreachable = |why: String| NetError::Unreachable { server: name(server), why };
    let stream = match timeout(limit, connect(server)).await {
        Ok(Ok(stream)) => stream,
        Ok(Err(cause)) => return Err(unreachable(io_failure(&cause))),
        Err(_) => return Err(unreachable(silence(limit))),
    };
    let peer = stream.peer_addr().map_err(|cause| unreachable(io_failure(&cause)))?;
    if server.tls == Tls::None && !peer.ip().to_canonical().is_loopback() {
        return Err(NetError::Settings(format!(
            "la connexion à {} ne serait pas chiffrée : c'est permis vers cette machine seulement ; choisissez TLS ou STARTTLS",
            name(server)
        )));
    }
    // Commands go out in several small writes: without this each would wait for the acknowledgement of the one before.
    stream.set_nodelay(true).map_err(|cause| unreachable(io_failure(&cause)))?;
    Ok(stream)
}

async fn connect(server: &Server) -> io::Result<TcpStream> {
    let mut last = io::Error::from(io::ErrorKind::NotFound);
    let addresses = lookup_host((server.host.as_str(), server.port)).await;
    for address in addresses.map_err(|_| io::Error::from(io::ErrorKind::NotFound))? {
        match TcpStream::connect(address).await {
            Ok(stream) => return Ok(stream),
            Err(cause) => last = cause,
        }
    }
    Err(last)
}

/// What an error of the network means to the person who has to mend it.
pub fn io_failure(cause: &io::Error) -> String {
    use io::ErrorKind as Kind;
    match cause.kind() {
        Kind::NotFound => "ce nom de machine est inconnu (DNS) : vérifiez `host`".into(),
        Kind::ConnectionRefused => "la connexion est refusée : vérifiez le port et que le service est en marche".into(),
        Kind::HostUnreachable | Kind::NetworkUnreachable => {
            "aucune route n'y mène : vérifiez le réseau et le pare-feu".into()
        }
        Kind::TimedOut => "il ne répond pas : vérifiez l'adresse, le port et le pare-feu".into(),
        Kind::ConnectionReset | Kind::ConnectionAborted | Kind::BrokenPipe | Kind::UnexpectedEof => {
            "la connexion a été coupée".into()
        }
        other => format!("erreur du réseau ({other})"),
    }
}

/// The sentence for a time limit that ran out.
pub fn silence(limit: Duration) -> String {
    format!("pas de réponse en {} secondes : vérifiez l'adresse, le port et le pare-feu", limit.as_secs())
}

/// A server's own words, fit for a log: on one line, at most 200 characters, without any address. `stand_ins` are words
/// that must not be shown, each with what is said in its place.
pub fn fit_to_show(text: &str, stand_ins: &[(&str, &str)]) -> String {
    const LONGEST: usize = 200;
    let mut shown = String::new();
    for word in text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty()) {
        if !shown.is_empty() {
            shown.push(' ');
        }
        let holds = |known: &str| !known.is_empty() && word.to_lowercase().contains(&known.to_lowercase());
        shown.push_str(match stand_ins.iter().find(|(known, _)| holds(known)) {
            Some((_, stand_in)) => stand_in,
            None if word.contains('@') => "[adresse]",
            None => word,
        });
    }
    match shown.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &shown[..end]),
        None => shown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn server(tls: Tls, port: u16) -> Server {
        Server { host: "127.0.0.1".into(), port, tls, ca_file: None }
    }

    #[tokio::test]
    async fn a_closed_port_says_what_to_look_at() {
        let free = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = free.local_addr().unwrap().port();
        drop(free);
        let error = dial(&server(Tls::None, port), Duration::from_secs(30)).await.unwrap_err();
        assert_eq!(
            error.to_string(),
            format!(
                "le serveur 127.0.0.1:{port} est injoignable : la connexion est refusée : vérifiez le port et que le service est en marche"
            )
        );
    }

    #[test]
    fn what_a_server_says_is_shown_without_addresses() {
        let text = "<Jeanne.Martin@example.fr>: Recipient address rejected,\r\n see postmaster@example.fr\u{1b}[31m";
        assert_eq!(
            fit_to_show(text, &[("jeanne.martin@example.fr", "le destinataire")]),
            "le destinataire Recipient address rejected, see [adresse] [31m"
        );
        assert_eq!(fit_to_show(&"é".repeat(300), &[]).chars().count(), 201);
    }
}
