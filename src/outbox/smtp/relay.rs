//! One connection to a relay, and the conversation on it.

use std::{
    cell::Cell,
    io,
    net::SocketAddr,
    pin::Pin,
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
    config::{self, Server, Tls},
    net::{self, NetError, Stream},
};

/// A connection on which messages can be sent.
pub(super) struct Relay(AsyncSmtpConnection);

impl Relay {
    /// Connects, encrypts and logs in, as the configuration says.
    pub(super) async fn open(config: &config::Smtp, patience: &Patience) -> Result<Self, Failure> {
        let server = &config.server;
        let limit = patience.connect;
        let at = |stage| move |error: Error| Failure::new(stage, &error, &[]);
        let no_way = |error: NetError| Failure::impossible(Stage::Opening, error.to_string());

        let tcp = net::dial(server, limit).await.map_err(no_way)?;
        let line: Box<dyn Stream> = match server.tls {
            Tls::Implicit => Box::new(
                timeout(limit, net::encrypt(server, tcp))
                    .await
                    .map_err(|_| Failure::silence(Stage::Opening))?
                    .map_err(no_way)?,
            ),
            Tls::StartTls | Tls::None => Box::new(tcp),
        };
        let hello = ClientId::default();
        let opening = AsyncSmtpConnection::connect_with_transport(Box::new(Line(line)), &hello);
        let mut connection = within(limit, Stage::Opening, opening).await?.map_err(at(Stage::Opening))?;

        if server.tls == Tls::StartTls {
            if !connection.can_starttls() {
                let why = format!(
                    "le relais {} n'offre pas STARTTLS ; vérifiez le port, ou choisissez TLS d'emblée",
                    net::name(server)
                );
                return Err(Failure::impossible(Stage::StartTls, why));
            }
            let parameters = tls_parameters(server).map_err(no_way)?;
            within(limit, Stage::StartTls, connection.starttls(parameters, &hello)).await?.map_err(
                |error| match error.status() {
                    Some(_) => Failure::new(Stage::StartTls, &error, &[]),
                    None => no_way(net::tls_failure(server, &error)),
                },
            )?;
        }
        if let Some((user, secret)) = &config.login {
            let secret = secret.read().map_err(|error| Failure::impossible(Stage::Login, error.to_string()))?;
            let credentials = Credentials::new(user.clone(), secret.expose_secret().to_owned());
            let proof = [Mechanism::Plain, Mechanism::Login];
            if connection.server_info().get_auth_mechanism(&proof).is_none() {
                let why = format!(
                    "le relais {} n'offre ni AUTH PLAIN ni AUTH LOGIN ; vérifiez le port et le chiffrement",
                    net::name(server)
                );
                return Err(Failure::impossible(Stage::Login, why));
            }
            within(limit, Stage::Login, connection.auth(&proof, &credentials))
                .await?
                .map_err(|error| Failure::new(Stage::Login, &error, &[(user, "[identifiant]")]))?;
        }
        Ok(Self(connection))
    }

    /// Hands one message over; the relay's answer comes back.
    pub(super) async fn mail(&mut self, letter: &Letter<'_>, patience: &Patience) -> Result<String, Failure> {
        let Self(connection) = self;
        let hidden = [(letter.to.as_ref(), "le destinataire")];
        let at = |stage| move |error: Error| Failure::new(stage, &error, &hidden);
        let sender = Mail::new(letter.from.clone(), parameters(connection, letter)?);
        within(patience.command, Stage::Sender, connection.command(sender)).await?.map_err(at(Stage::Sender))?;
        let to = Rcpt::new(letter.to.clone(), Vec::new());
        within(patience.command, Stage::Recipient, connection.command(to)).await?.map_err(at(Stage::Recipient))?;
        within(patience.command, Stage::Data, connection.command(Data)).await?.map_err(at(Stage::Data))?;

        // The connection asks for the next piece when the one before has been written: as long as it has not asked in
        // vain, the relay cannot have seen the end.
        const PIECE: usize = 64 * 1024;
        let stage = Cell::new(Stage::Text);
        let mut pieces = letter.body.chunks(PIECE);
        let pieces = std::iter::from_fn(|| {
            pieces.next().or_else(|| {
                stage.set(Stage::End);
                None
            })
        });
        let answer = timeout(patience.message, connection.message_iter(pieces)).await;
        let answer = answer.map_err(|_| Failure::silence(stage.get()))?.map_err(|error| at(stage.get())(error))?;
        Ok(shown(&answer, &hidden))
    }

    /// Forgets whatever was begun; an error says that the connection is no more.
    pub(super) async fn reset(&mut self, patience: &Patience) -> Result<(), Failure> {
        let answer = within(patience.command, Stage::Idle, self.0.command(Rset)).await?;
        answer.map(|_| ()).map_err(|error| Failure::new(Stage::Idle, &error, &[]))
    }

    /// Asks whether the relay is there.
    pub(super) async fn noop(&mut self, patience: &Patience) -> Result<(), Failure> {
        let answer = within(patience.command, Stage::Idle, self.0.command(Noop)).await?;
        answer.map(|_| ()).map_err(|error| Failure::new(Stage::Idle, &error, &[]))
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

async fn within<T>(limit: Duration, stage: Stage, work: impl Future<Output = T>) -> Result<T, Failure> {
    timeout(limit, work).await.map_err(|_| Failure::silence(stage))
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
