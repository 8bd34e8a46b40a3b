//! The least client that speaks SMTP and LMTP: whoever sends mail to a prefecture.

use std::fmt;

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufStream};
use tokio::net::TcpStream;

/// What a server answers to one command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    pub code: u16,
    pub text: String,
}

impl fmt::Display for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.code, self.text)
    }
}

/// Hands a message to the SMTP server on `port`; `Err` is the first reply that says no. An empty `from` is the null
/// sender of bounces. Lines may end in LF or CRLF.
pub async fn send(port: u16, from: &str, to: &str, message: &[u8]) -> Result<(), Reply> {
    converse(port, "EHLO", from, to, message).await
}

/// Puts a message straight into a mailbox of the Dovecot whose LMTP is on `port`.
pub async fn deliver(port: u16, from: &str, to: &str, message: &[u8]) -> Result<(), Reply> {
    converse(port, "LHLO", from, to, message).await
}

async fn converse(port: u16, hello: &str, from: &str, to: &str, message: &[u8]) -> Result<(), Reply> {
    let stream = TcpStream::connect(("127.0.0.1", port)).await.expect("the mail server listens");
    let mut connection = Connection(BufStream::new(stream));
    connection.positive_reply().await?;
    connection.command(&format!("{hello} client.example.fr")).await?;
    connection.command(&format!("MAIL FROM:<{from}>")).await?;
    connection.command(&format!("RCPT TO:<{to}>")).await?;
    connection.command("DATA").await?;
    connection.write(&dot_stuffed(message)).await;
    connection.positive_reply().await?;
    connection.command("QUIT").await
}

struct Connection(BufStream<TcpStream>);

impl Connection {
    async fn command(&mut self, line: &str) -> Result<(), Reply> {
        self.write(format!("{line}\r\n").as_bytes()).await;
        self.positive_reply().await
    }

    async fn write(&mut self, bytes: &[u8]) {
        self.0.write_all(bytes).await.expect("the mail server listens");
        self.0.flush().await.expect("the mail server listens");
    }

    /// `250-first`, `250-second`, `250 last`: the last line counts.
    async fn positive_reply(&mut self) -> Result<(), Reply> {
        loop {
            let mut line = String::new();
            self.0.read_line(&mut line).await.expect("the mail server answers");
            let (code, text) = line.split_at_checked(4).unwrap_or_else(|| panic!("no SMTP reply: {line:?}"));
            let (code, goes_on) = (&code[..3], code.ends_with('-'));
            if goes_on {
                continue;
            }
            let code = code.parse().unwrap_or_else(|_| panic!("no SMTP reply: {line:?}"));
            return if code < 400 { Ok(()) } else { Err(Reply { code, text: text.trim_end().to_owned() }) };
        }
    }
}

/// The message as it goes over the wire: CRLF, a dot before each dot that begins a line, a dot alone at the end.
fn dot_stuffed(message: &[u8]) -> Vec<u8> {
    let mut wire = Vec::with_capacity(message.len() + 64);
    for line in message.strip_suffix(b"\n").unwrap_or(message).split(|&byte| byte == b'\n') {
        if line.starts_with(b".") {
            wire.push(b'.');
        }
        wire.extend_from_slice(line.strip_suffix(b"\r").unwrap_or(line));
        wire.extend_from_slice(b"\r\n");
    }
    wire.extend_from_slice(b".\r\n");
    wire
}
