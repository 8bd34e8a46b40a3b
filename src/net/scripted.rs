//! A server for tests that follows a script: what it says, what it waits for, when it cuts the line.
//!
//! It listens on a loopback port and takes one connection for each script, in order. A line that is not the expected one
//! ends the test with both of them.

use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

use crate::config::{Server, Tls};

/// One step of a script.
#[derive(Debug, Clone)]
pub(crate) enum Step {
    /// Sends these octets. `%` stands for the tag of the last line that was heard.
    Say(String),
    /// Reads a line, which must be this one after its tag, if it has any (`%` in front).
    Hear(String),
    /// Says nothing and holds the line.
    Silence,
    /// Cuts the line.
    Cut,
}

/// `C: …` is what the client must send, `S: …` what the server says (with CRLF); `S| …` says it without CRLF.
///
/// `...` holds the line in silence, `X` cuts it. A final `*` stands for any end of a line. In IMAP scripts the lines of
/// the client begin with `%`, its tag, and so do the tagged answers.
pub(crate) fn script(text: &str) -> Vec<Step> {
    let step = |line: &str| match line.split_once(' ') {
        Some(("C:", line)) => Step::Hear(line.to_owned()),
        Some(("S:", line)) => Step::Say(format!("{line}\r\n")),
        Some(("S|", line)) => Step::Say(line.replace("\\r\\n", "\r\n")),
        None if line == "C:" => Step::Hear(String::new()),
        None if line == "..." => Step::Silence,
        None if line == "X" => Step::Cut,
        _ => panic!("not a step: {line}"),
    };
    text.lines().map(str::trim).filter(|line| !line.is_empty()).map(step).collect()
}

/// A server that is listening.
pub(crate) struct Scripted {
    port: u16,
    task: JoinHandle<()>,
}

impl Scripted {
    /// Listens, and plays one script for each connection.
    pub(crate) async fn start(scripts: Vec<Vec<Step>>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let task = tokio::spawn(async move {
            for script in scripts {
                let (stream, _) = listener.accept().await.unwrap();
                play(script, stream).await;
            }
        });
        Self { port, task }
    }

    /// Where it listens.
    pub(crate) fn server(&self) -> Server {
        Server { host: "127.0.0.1".into(), port: self.port, tls: Tls::None, ca_file: None }
    }

    /// Waits until every script has been played to its end.
    pub(crate) async fn finished(self) {
        self.task.await.unwrap();
    }
}

async fn play(script: Vec<Step>, stream: TcpStream) {
    stream.set_nodelay(true).unwrap();
    let mut stream = BufReader::new(stream);
    let mut tag = String::new();
    for step in script {
        match step {
            Step::Say(text) => stream.write_all(text.replace('%', &tag).as_bytes()).await.unwrap(),
            Step::Hear(expected) => {
                let line = hear(&mut stream).await;
                let heard = match (expected.strip_prefix("% "), line.split_once(' ')) {
                    (Some(_), Some((tagged, rest))) => {
                        tag = tagged.to_owned();
                        format!("% {rest}")
                    }
                    _ => line,
                };
                match expected.strip_suffix('*') {
                    Some(beginning) => assert!(heard.starts_with(beginning), "{heard}"),
                    None => assert_eq!(heard, expected),
                }
            }
            Step::Silence => std::future::pending().await,
            Step::Cut => return,
        }
    }
    // Whoever hangs up first, the test decides.
    let mut rest = String::new();
    while stream.read_line(&mut rest).await.is_ok_and(|read| read > 0) {}
}

async fn hear(stream: &mut BufReader<TcpStream>) -> String {
    let mut line = String::new();
    stream.read_line(&mut line).await.unwrap();
    line.trim_end_matches("\r\n").to_owned()
}
