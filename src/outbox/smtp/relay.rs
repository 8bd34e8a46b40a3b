//! One connection to a relay, and the conversation on it.

use std::{
    io, iter,
    net::SocketAddr,
    pin::Pin,
    sync::atomic::{AtomicBool, Ordering},
    task::{Context, Poll},
    time::Duration,
};

use lettre::transport::smtp::{
    Error,
    authentication::{Credentials, Mechanism},
    client::{AsyncSmtpConnection, AsyncTokioStream, Certificate, TlsParameters},
    commands::{Data, Mail, Noop, Rcpt, Rset},
    extension::{ClientId, Extension, MailBodyParameter, MailParameter},
    response::Response,
};
use secrecy::ExposeSecret;
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::timeout,
};

use super::{
    Patience,
    failure::{Failure, Stage},
    letter::Letter,
};
use crate::{
    config::{self, Secret, Server, Tls},
    net::{self, NetError, Stream},
};

/// A connection on which messages can be sent.
pub(super) struct Relay(AsyncSmtpConnection);

impl Relay {
    /// Connects, encrypts and logs in, as the configuration says.
    pub(super) async fn open(config: &config::Smtp, patience: &Patience) -> Result<Self, Failure> {
        let (server, limit, hello) = (&config.server, patience.connect, ClientId::default());
        let tcp = net::dial(server, limit).await.map_err(no_way)?;
        let line: Box<dyn Stream> = match server.tls {
            Tls::Implicit => Box::new(within(limit, Stage::Opening, net::encrypt(server, tcp)).await?.map_err(no_way)?),
            Tls::StartTls | Tls::None => Box::new(tcp),
        };
        let greeting = AsyncSmtpConnection::connect_with_transport(Box::new(Line(line)), &hello);
        let mut relay = Self(asked(limit, Stage::Opening, &[], greeting).await?);
        if server.tls == Tls::StartTls {
            relay.start_tls(server, limit, &hello).await?;
        }
        if let Some((user, secret)) = &config.login {
            relay.log_in(server, limit, user, secret).await?;
        }
        Ok(relay)
    }

    async fn start_tls(&mut self, server: &Server, limit: Duration, hello: &ClientId) -> Result<(), Failure> {
        if !self.0.can_starttls() {
            let server = net::name(server);
            let why = format!("le relais {server} n'offre pas STARTTLS ; vérifiez le port, ou choisissez TLS d'emblée");
            return Err(Failure::impossible(Stage::StartTls, why));
        }
        let parameters = tls_parameters(server).map_err(no_way)?;
        let negotiated = within(limit, Stage::StartTls, self.0.starttls(parameters, hello)).await?;
        negotiated.map_err(|error| match error.status() {
            Some(_) => Failure::new(Stage::StartTls, &error, &[]),
            None => no_way(net::tls_failure(server, &error)),
        })
    }

    async fn log_in(&mut self, server: &Server, limit: Duration, user: &str, secret: &Secret) -> Result<(), Failure> {
        const WAYS: [Mechanism; 2] = [Mechanism::Plain, Mechanism::Login];
        if self.0.server_info().get_auth_mechanism(&WAYS).is_none() {
            let server = net::name(server);
            let why =
                format!("le relais {server} n'offre ni AUTH PLAIN ni AUTH LOGIN ; vérifiez le port et le chiffrement");
            return Err(Failure::impossible(Stage::Login, why));
        }
        let secret = secret.read().map_err(|error| Failure::impossible(Stage::Login, error.to_string()))?;
        let credentials = Credentials::new(user.to_owned(), secret.expose_secret().to_owned());
        let hidden = [(secret.expose_secret(), "[secret]"), (user, "[identifiant]")];
        asked(limit, Stage::Login, &hidden, self.0.auth(&WAYS, &credentials)).await.map(drop)
    }

    /// Hands one message over; the relay's answer comes back.
    pub(super) async fn mail(&mut self, letter: &Letter<'_>, patience: &Patience) -> Result<String, Failure> {
        let Self(connection) = self;
        let (hidden, limit) = ([(letter.to.as_ref(), "le destinataire")], patience.command);
        let sender = Mail::new(letter.from.clone(), parameters(connection, letter)?);
        asked(limit, Stage::Sender, &hidden, connection.command(sender)).await?;
        let recipient = Rcpt::new(letter.to.clone(), Vec::new());
        asked(limit, Stage::Recipient, &hidden, connection.command(recipient)).await?;
        asked(limit, Stage::Data, &hidden, connection.command(Data)).await?;

        // The connection asks for the next piece when the one before has been written: as long as it has not asked in
        // vain, the relay cannot have seen the end.
        const PIECE: usize = 64 * 1024;
        let all_written = AtomicBool::new(false);
        let mut pieces = letter.body.chunks(PIECE);
        let pieces = iter::from_fn(|| {
            let piece = pieces.next();
            all_written.store(piece.is_none(), Ordering::Relaxed);
            piece
        });
        let answer = timeout(patience.message, connection.message_iter(pieces)).await;
        let stage = if all_written.load(Ordering::Relaxed) { Stage::End } else { Stage::Text };
        let answer = answer.map_err(|_| Failure::silence(stage))?;
        let answer = answer.map_err(|error| Failure::new(stage, &error, &hidden))?;
        Ok(shown(&answer, &hidden))
    }

    /// Forgets whatever was begun; an error says that the connection is no more.
    pub(super) async fn reset(&mut self, patience: &Patience) -> Result<(), Failure> {
        asked(patience.command, Stage::Idle, &[], self.0.command(Rset)).await.map(drop)
    }

    /// Asks whether the relay is there.
    pub(super) async fn noop(&mut self, patience: &Patience) -> Result<(), Failure> {
        asked(patience.command, Stage::Idle, &[], self.0.command(Noop)).await.map(drop)
    }

    /// Says goodbye. Whatever comes of it, the connection is closed.
    pub(super) async fn quit(mut self, patience: &Patience) {
        let _ = timeout(patience.farewell, self.0.quit()).await;
    }

    /// What was found, in French.
    pub(super) fn describe(&self, config: &config::Smtp) -> String {
        let encryption = match config.server.tls {
            Tls::Implicit => "TLS",
            Tls::StartTls => "STARTTLS",
            Tls::None => "sans chiffrement, sur cette machine",
        };
        let login = if config.login.is_some() { "authentification acceptée" } else { "sans authentification" };
        let greeting = net::fit_to_show(self.0.server_info().name(), &[]);
        format!("le relais {} répond ({greeting}), {encryption}, {login}", net::name(&config.server))
    }
}

/// What the relay must know beforehand (RFC 6152, RFC 6531).
fn parameters(connection: &AsyncSmtpConnection, letter: &Letter<'_>) -> Result<Vec<MailParameter>, Failure> {
    let offers = |extension| connection.server_info().supports_feature(extension);
    let mut parameters = Vec::new();
    if letter.is_international() {
        if !offers(Extension::SmtpUtfEight) {
            return Err(Failure::unfit(Stage::Sender, "le relais n'accepte pas les adresses accentuées (SMTPUTF8)"));
        }
        parameters.push(MailParameter::SmtpUtfEight);
    }
    if !letter.body.is_ascii() {
        if !offers(Extension::EightBitMime) {
            return Err(Failure::unfit(Stage::Sender, "le relais n'accepte pas les messages sur 8 bits (8BITMIME)"));
        }
        parameters.push(MailParameter::Body(MailBodyParameter::EightBitMime));
    }
    Ok(parameters)
}

fn shown(answer: &Response, hidden: &[(&str, &str)]) -> String {
    let text: Vec<&str> = answer.message().collect();
    net::fit_to_show(&format!("{} {}", answer.code(), text.join(" ")), hidden)
}

fn tls_parameters(server: &Server) -> Result<TlsParameters, NetError> {
    let unusable =
        |error: Error| NetError::Settings(format!("TLS ne peut pas être préparé pour {} : {error}", net::name(server)));
    let mut builder = TlsParameters::builder(server.host.clone());
    for root in net::extra_roots(server)? {
        builder = builder.add_root_certificate(Certificate::from_der(root.to_vec()).map_err(unusable)?);
    }
    builder.build().map_err(unusable)
}

fn no_way(error: NetError) -> Failure {
    Failure::impossible(Stage::Opening, error.to_string())
}

async fn within<T>(limit: Duration, stage: Stage, work: impl Future<Output = T>) -> Result<T, Failure> {
    timeout(limit, work).await.map_err(|_| Failure::silence(stage))
}

/// The answer to a question that can be refused, in time.
async fn asked<T>(
    limit: Duration,
    stage: Stage,
    hidden: &[(&str, &str)],
    question: impl Future<Output = Result<T, Error>>,
) -> Result<T, Failure> {
    within(limit, stage, question).await?.map_err(|error| Failure::new(stage, &error, hidden))
}

/// A stream of ours in the form that `lettre` takes.
#[derive(Debug)]
struct Line(Box<dyn Stream>);

impl AsyncTokioStream for Line {
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        Err(io::ErrorKind::Unsupported.into())
    }
}

impl AsyncRead for Line {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_read(cx, buffer)
    }
}

impl AsyncWrite for Line {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, octets: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(cx, octets)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(cx)
    }
}
