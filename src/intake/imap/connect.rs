//! From an account to a session: connection, greeting, STARTTLS, login, capabilities.

use std::fmt;

use async_imap::{
    Authenticator, Client, Session,
    error::Error,
    imap_proto::{Response, Status},
};
use secrecy::{ExposeSecret, SecretString};

use super::{
    ImapError, ImapSession, Timeouts,
    exchange::{Exchange, Wire, failure, within},
};
use crate::{
    config::{Imap, ImapAuth, Server, Tls},
    net::{self, Stream, Watched},
};

/// Opens a session on `account`, with its secret read anew.
pub async fn open(account: &Imap, timeouts: &Timeouts) -> Result<ImapSession, ImapError> {
    let server = &account.server;
    let tcp = net::dial(server, timeouts.connect).await?;
    let client = match server.tls {
        Tls::None => greeted(tcp, timeouts).await?,
        Tls::Implicit => greeted(encrypted(server, tcp, timeouts).await?, timeouts).await?,
        Tls::StartTls => start_tls(server, tcp, timeouts).await?,
    };
    let inner = login(client, account, timeouts).await?;
    ImapSession::begin(Exchange::new(inner, timeouts.clone())).await
}

async fn encrypted(
    server: &Server,
    stream: impl Stream + 'static,
    timeouts: &Timeouts,
) -> Result<Box<dyn Stream>, ImapError> {
    within(timeouts.connect, "chiffrement", async {
        Ok(Box::new(net::encrypt(server, stream).await?) as Box<dyn Stream>)
    })
    .await
}

/// Wraps `stream` and hears the greeting (RFC 3501 §7.1): the crate does not.
async fn greeted(stream: impl Stream + 'static, timeouts: &Timeouts) -> Result<Client<Wire>, ImapError> {
    const DURING: &str = "accueil ; vérifiez le port et le chiffrement";
    let mut client = Client::new(Watched::new(Box::new(stream) as Box<dyn Stream>, timeouts.silence));
    let refused = |text: &str| ImapError::ServerRefused { during: "accueil", text: net::fit_to_show(text, &[]) };
    within(timeouts.connect, DURING, async {
        let greeting = match client.read_response().await {
            Ok(Some(greeting)) => greeting,
            Ok(None) => return Err(ImapError::ConnectionLost(DURING)),
            Err(cause) => return Err(ImapError::stream(&cause, DURING)),
        };
        match greeting.parsed() {
            Response::Data { status: Status::Ok, .. } => Ok(()),
            Response::Data { status: Status::PreAuth, .. } => {
                Err(refused("il nous tient pour authentifiés sans rien demander (PREAUTH) : ce n'est pas le bon port"))
            }
            Response::Data { outcome, .. } => {
                Err(refused(outcome.information.as_deref().unwrap_or("sans explication")))
            }
            _ => Err(ImapError::Garbled(DURING)),
        }
    })
    .await?;
    Ok(client)
}

/// STARTTLS (RFC 3501 §6.2.1). What the server said before it is forgotten, and there is no second greeting.
async fn start_tls(
    server: &Server,
    stream: impl Stream + 'static,
    timeouts: &Timeouts,
) -> Result<Client<Wire>, ImapError> {
    const DURING: &str = "STARTTLS";
    let mut client = greeted(stream, timeouts).await?;
    within(timeouts.connect, DURING, async {
        client.run_command_and_check_ok("STARTTLS", None).await.map_err(|cause| match cause {
            Error::No(_) | Error::Bad(_) => ImapError::TlsNotTrusted {
                server: net::name(server),
                why: "il n'offre pas STARTTLS sur ce port ; choisissez TLS d'emblée et son port (993)".into(),
            },
            other => failure(other, DURING),
        })
    })
    .await?;
    let stream = encrypted(server, client.into_inner().into_inner(), timeouts).await?;
    Ok(Client::new(Watched::new(stream, timeouts.silence)))
}

async fn login(client: Client<Wire>, account: &Imap, timeouts: &Timeouts) -> Result<Session<Wire>, ImapError> {
    const DURING: &str = "authentification";
    let secret = account.secret.read()?;
    if secret.expose_secret().is_empty() {
        return Err(ImapError::Settings("le secret du compte est vide".into()));
    }
    let user = account.user.as_str();
    let login = async {
        let session = match account.auth {
            ImapAuth::Login => client.login(user, secret.expose_secret()).await,
            ImapAuth::Plain => client.authenticate("PLAIN", Proof::plain(user, &secret)).await,
            ImapAuth::XOAuth2 => client.authenticate("XOAUTH2", Proof::bearer(user, &secret)).await,
        };
        session.map_err(|(cause, _)| match cause {
            Error::No(answer) | Error::Bad(answer) => refusal(&answer, user, &secret),
            Error::Validate(_) => {
                ImapError::Settings("l'identifiant ou le secret contient un retour à la ligne".into())
            }
            other => failure(other, DURING),
        })
    };
    within(timeouts.connect, DURING, login).await
}

/// A login that was refused, or a server that cannot tell now (RFC 5530 §3).
fn refusal(answer: &str, user: &str, secret: &SecretString) -> ImapError {
    let text = answer.split_once("info: Some(\"").map_or("sans explication", |(_, text)| text.trim_end_matches("\")"));
    let shown = net::fit_to_show(text, &[(secret.expose_secret(), "[secret]"), (user, "[identifiant]")]);
    if ["UNAVAILABLE", "INUSE", "LIMIT"].iter().any(|code| text.contains(&format!("[{code}]"))) {
        return ImapError::ServerRefused { during: "authentification", text: shown };
    }
    ImapError::LoginRefused(shown)
}

/// The answer to the first challenge of a SASL mechanism; every later one is answered with nothing, which is how a
/// refused token is brought to its end.
struct Proof(Option<SecretString>);

impl Proof {
    /// RFC 4616.
    fn plain(user: &str, secret: &SecretString) -> Self {
        Self::new(format_args!("\0{user}\0{}", secret.expose_secret()))
    }

    /// `XOAUTH2`, as Google and Microsoft document it.
    fn bearer(user: &str, token: &SecretString) -> Self {
        Self::new(format_args!("user={user}\x01auth=Bearer {}\x01\x01", token.expose_secret()))
    }

    fn new(proof: fmt::Arguments<'_>) -> Self {
        Self(Some(SecretString::from(proof.to_string())))
    }
}

impl Authenticator for Proof {
    type Response = Vec<u8>;

    fn process(&mut self, _challenge: &[u8]) -> Vec<u8> {
        self.0.take().map(|proof| proof.expose_secret().as_bytes().to_vec()).unwrap_or_default()
    }
}
