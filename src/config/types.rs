//! What a configuration says, once it has been read and found sound.

use std::{net::SocketAddr, path::PathBuf};

use jiff::{
    Timestamp,
    civil::{Date, Time},
};
use secrecy::SecretString;

use super::{
    figures::Figures,
    replies::{Acronym, Agent, Fact},
};
use crate::{
    calendar::{Delay, Hours, Territory},
    case::{Channel, Flag, Kind, Role, Scope, Topic},
};

/// The whole configuration.
#[derive(Debug, Clone)]
pub struct Config {
    /// `[prefecture]`
    pub prefecture: Prefecture,
    /// `[[service]]`
    pub services: Vec<Service>,
    /// `[[mailbox]]`
    pub mailboxes: Vec<Mailbox>,
    /// `[[deadline]]`, the most specific first.
    pub deadlines: Deadlines,
    /// `[acknowledgement]`
    pub acknowledgement: Acknowledgement,
    /// `[outgoing]`
    pub outgoing: Outgoing,
    /// `[database]`
    pub database: Database,
    /// `[limits]`
    pub limits: Limits,
    /// `[watch]` and `[[warning]]`
    pub watch: Watch,
    /// `[web]`
    pub web: Web,
    /// `[figures]` and `[[target]]`
    pub figures: Figures,
    /// `[[agent]]`: who signs.
    pub agents: Vec<Agent>,
    /// `[[fact]]`: what model answers may say here.
    pub facts: Vec<Fact>,
    /// `[[acronym]]`: added to those that everybody knows how to expand, or in their place.
    pub acronyms: Vec<Acronym>,
    /// `[classification] model`: where the prefecture keeps the model that it learned itself; `None`: in its folder.
    pub learned_model: Option<PathBuf>,
}

/// `[prefecture]`: who we are.
#[derive(Debug, Clone)]
pub struct Prefecture {
    /// « Préfecture de la Charente ».
    pub name: String,
    /// Its département: holidays and time zone.
    pub territory: Territory,
    /// Postal address, on one line.
    pub address: String,
    /// Telephone.
    pub phone: String,
    /// Web site, or empty.
    pub website: String,
    /// Page on the processing of personal data, or empty (RGPD art. 13).
    pub privacy_page: String,
    /// Days on which the whole prefecture is closed besides the public holidays.
    pub closures: Vec<Date>,
    /// Domains of colleagues, never acknowledged (CRPA L112-2). Default: `gouv.fr`.
    pub internal_domains: Vec<String>,
    /// E-mail addresses of the general secretary and of whoever stands in.
    pub general_secretary: Vec<String>,
    /// E-mail addresses of the quality officers.
    pub quality_officers: Vec<String>,
}

/// `[[service]]`
#[derive(Debug, Clone)]
pub struct Service {
    /// Short key used in the configuration and in figures: `accueil`.
    pub id: String,
    /// Name shown to people: « Bureau de la relation à l'usager ».
    pub name: String,
    /// Functional e-mail address shown to people.
    pub email: String,
    /// Telephone; that of the prefecture by default.
    pub phone: String,
    /// Postal address; that of the prefecture by default.
    pub address: String,
    /// E-mail addresses of its agents: to whom a case may be given.
    pub agents: Vec<String>,
    /// E-mail addresses of its managers.
    pub managers: Vec<String>,
    /// E-mail addresses of the directors above it.
    pub directors: Vec<String>,
    /// The topics that it answers, whatever the mailbox.
    pub topics: Vec<Topic>,
    /// The scopes that it answers.
    pub scopes: Vec<Scope>,
    /// It answers what carries one of these signs.
    pub flags: Vec<Flag>,
}

/// `[[mailbox]]`: one functional mailbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mailbox {
    /// Short key: `etrangers`.
    pub id: String,
    /// Its address, lower case.
    pub address: String,
    /// Other addresses that lead to it, lower case.
    pub aliases: Vec<String>,
    /// Key of its service.
    pub service: String,
    /// Where it is read.
    pub source: Source,
    /// What becomes of a message on the server once it is kept.
    pub afterwards: Afterwards,
    /// What to do with messages older than the activation.
    pub backfill: Backfill,
    /// Messages received before this instant are never acknowledged; by default the instant of the first start.
    pub active_since: Option<Timestamp>,
    /// Seconds between two passes; with IDLE, the longest wait.
    pub poll_seconds: u32,
    /// For so many days after its end, a new message of the correspondent reopens a case; later it opens another one.
    pub reopen_days: u16,
    /// The folder of what was sent: replies that agents write in their mail client are found there, and what we send is
    /// laid there. `None`: neither.
    pub sent: Option<String>,
    /// The folder of drafts: the best model answer is laid there for each case. `None`: none is.
    pub drafts: Option<String>,
    /// What its messages are.
    pub holds: Holds,
}

/// What the messages of a folder are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holds {
    /// What people wrote to us.
    Received,
    /// What we wrote to them.
    Sent,
}

/// Where a mailbox is read.
#[derive(Debug, Clone)]
pub enum Source {
    /// `imap = { … }`
    Imap(Imap),
    /// `maildir = "PATH"`
    Maildir(PathBuf),
}

impl PartialEq for Source {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Imap(a), Self::Imap(b)) => a == b,
            (Self::Maildir(a), Self::Maildir(b)) => a == b,
            _ => false,
        }
    }
}

impl Eq for Source {}

/// How to reach a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server {
    /// Host name or address.
    pub host: String,
    /// TCP port.
    pub port: u16,
    /// Encryption.
    pub tls: Tls,
    /// Certificates (PEM) to trust besides those of the system.
    pub ca_file: Option<PathBuf>,
}

/// Encryption of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tls {
    /// From the first octet.
    Implicit,
    /// After STARTTLS, which is then required.
    StartTls,
    /// None: allowed to a loopback address only.
    None,
}

/// An IMAP account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imap {
    /// The server.
    pub server: Server,
    /// User name.
    pub user: String,
    /// How to prove it.
    pub auth: ImapAuth,
    /// Where the secret is.
    pub secret: Secret,
    /// The folder to read, as people write it (`INBOX`, `Boîte/À traiter`).
    pub folder: String,
}

/// IMAP authentication.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImapAuth {
    /// `AUTHENTICATE PLAIN` (RFC 4616).
    Plain,
    /// `LOGIN`.
    Login,
    /// `AUTHENTICATE XOAUTH2`: the secret is a bearer token, read anew at each connection.
    XOAuth2,
}

/// Where a secret is found; it is read when it is needed and never kept in the configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Secret {
    /// A file whose first line is the secret.
    File(PathBuf),
    /// A systemd credential: a file of this name in `$CREDENTIALS_DIRECTORY`.
    Credential(String),
}

/// A secret that could not be read.
#[derive(Debug, thiserror::Error)]
#[error("le secret {path} ne peut pas être lu : {cause}")]
pub struct SecretError {
    path: String,
    cause: std::io::Error,
}

impl Secret {
    /// Reads the secret.
    pub fn read(&self) -> Result<SecretString, SecretError> {
        let path = match self {
            Self::File(path) => path.clone(),
            Self::Credential(name) => match std::env::var_os("CREDENTIALS_DIRECTORY") {
                Some(folder) => PathBuf::from(folder).join(name),
                None => {
                    let cause = "systemd n'a pas donné de « credential » à cette commande (LoadCredential=)";
                    return Err(SecretError { path: name.clone(), cause: std::io::Error::other(cause) });
                }
            },
        };
        let text =
            std::fs::read_to_string(&path).map_err(|cause| SecretError { path: path.display().to_string(), cause })?;
        Ok(SecretString::from(text.lines().next().unwrap_or_default().to_owned()))
    }
}

/// What becomes of a message on the server once it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Afterwards {
    /// Nothing: the mailbox stays as it is.
    Nothing,
    /// The keyword `$Releve` is set (IMAP only).
    Flag,
    /// It is moved to this folder.
    Move(String),
}

/// What to do with messages received before the activation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Backfill {
    /// They are set aside, with the reason.
    None,
    /// They become cases, without acknowledgement.
    Keep,
}

/// `[[deadline]]`: delays by channel and kind (domain.md §1.2).
#[derive(Debug, Clone)]
pub struct Deadlines(pub Vec<DeadlineRule>);

/// One line of the table of delays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeadlineRule {
    /// The channel it is for.
    pub channel: Channel,
    /// The kind it is for; `None`: every kind without a line of its own.
    pub kind: Option<Kind>,
    /// The delay.
    pub delay: Delay,
    /// Where it is promised: « Qual-e-Pref », a charter, an order of the prefect.
    pub source: String,
    /// The day it came into force: what was received before goes by the line before. `None`: always.
    pub since: Option<Date>,
}

/// `[acknowledgement]`
#[derive(Debug, Clone)]
pub struct Acknowledgement {
    /// Whether acknowledgements leave at all.
    pub enabled: bool,
    /// At most so many to one sender within an hour.
    pub max_per_sender_per_hour: u32,
    /// At most so many to one sender within 24 hours.
    pub max_per_sender_per_day: u32,
    /// Envelope sender.
    pub envelope: Envelope,
    /// Gateways of contact forms, whose `Reply-To` is the correspondent, lower case.
    pub form_senders: Vec<String>,
}

/// Envelope sender of acknowledgements.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Envelope {
    /// `MAIL FROM:<>` (RFC 3834 §3.3): nothing can come back.
    Null,
    /// The address of the mailbox: a bounce comes back and is tied to the case.
    Mailbox,
}

/// `[outgoing]`: how mail leaves.
#[derive(Debug, Clone)]
pub struct Outgoing {
    /// The way out.
    pub transport: Transport,
    /// Domain of our own Message-IDs.
    pub domain: String,
}

/// The way out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Transport {
    /// `smtp = { … }`
    Smtp(Smtp),
    /// `folder = "PATH"`: each message is written there as `.eml`.
    Folder(PathBuf),
}

/// An SMTP relay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Smtp {
    /// The relay.
    pub server: Server,
    /// User and secret, when the relay wants them.
    pub login: Option<(String, Secret)>,
}

/// `[database]`
#[derive(Debug, Clone)]
pub struct Database {
    /// `sqlite:PATH` or `postgres://USER@HOST/NAME`.
    pub url: String,
    /// The password of a PostgreSQL role, when there is one.
    pub secret: Option<Secret>,
}

/// `[limits]`: bounds on one message.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Octets beyond which only the headers of a message are fetched.
    pub message_bytes: u64,
    /// Seconds that reading one message may take.
    pub parse_seconds: u32,
}

/// `[watch]`: what the prefecture's own people are told, and when.
#[derive(Debug, Clone)]
pub struct Watch {
    /// Whether warnings and digests leave at all.
    pub enabled: bool,
    /// The hours of a working day in which people are written to.
    pub hours: Hours,
    /// Address from which they are written to; that of the first mailbox by default.
    pub sender: String,
    /// Whether a manager for whom there is nothing to say gets a short mail that says so.
    pub tell_nothing_late: bool,
    /// Whether direction and quality officer get a summary on the first working morning of a week.
    pub weekly: bool,
    /// The steps of the escalation, by their days.
    pub warnings: Vec<WarningStep>,
}

/// `[[warning]]`: one step of the escalation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WarningStep {
    /// Working days from the deadline: -2 is two before, 0 the day itself, 5 five after.
    pub days: i16,
    /// Who is told.
    pub to: Vec<Role>,
}

/// `[web]`
#[derive(Debug, Clone)]
pub struct Web {
    /// Where the pages are served; `None`: they are not.
    pub listen: Option<SocketAddr>,
    /// Where people find them, without a slash at the end; empty: nowhere, and mails name no page.
    pub address: String,
    /// For so many seconds a letter that was sent can be taken back.
    pub undo_seconds: u16,
    /// After so many hours somebody has to log in again.
    pub session_hours: u16,
}

impl Web {
    /// How long a letter can be taken back, unless the configuration says otherwise.
    pub const STANDARD_UNDO: u16 = 20;

    /// A day of work.
    pub const STANDARD_SESSION: u16 = 10;

    /// Whether browsers reach the pages through an encrypted connection.
    pub fn is_encrypted(&self) -> bool {
        self.address.starts_with("https://")
    }

    /// Where somebody on this machine finds the pages, or where people do.
    pub fn base(&self) -> String {
        match (self.address.as_str(), self.listen) {
            ("", Some(listen)) => format!("http://{listen}"),
            (address, _) => address.to_owned(),
        }
    }
}

impl Watch {
    /// The escalation of a prefecture that says nothing: the agent two days before and the day before, the manager on
    /// the day, the director two days after, the general secretary five days after.
    pub fn standard_warnings() -> Vec<WarningStep> {
        let step = |days, role| WarningStep { days, to: vec![role] };
        vec![
            step(-2, Role::Agent),
            step(-1, Role::Agent),
            step(0, Role::Manager),
            step(2, Role::Director),
            step(5, Role::GeneralSecretary),
        ]
    }

    /// From eight in the morning to six in the evening.
    pub const STANDARD_HOURS: Hours = Hours { from: Time::constant(8, 0, 0, 0), until: Time::constant(18, 0, 0, 0) };
}
