//! A desk for tests: a prefecture of two mailboxes, its own database, a clock that stands still, and people who write.

use std::{
    path::{Path, PathBuf},
    sync::{
        Arc, LazyLock,
        atomic::{AtomicU32, Ordering},
    },
};

use jiff::{SignedDuration, Timestamp};

use super::{Desk, Outcome, Policy, Tally, Watched};
use crate::{
    app,
    clock::{Clock, FixedClock},
    config::{self, Config, Mailbox, Problems},
    mail::{self, Message},
    replies::{Acknowledgements, Glossary, Habits, Library},
    store::{
        CaseDetail, NewReceipt, Outgoing, StoreError,
        testing::{Fixture, at, receipt},
    },
    triage::Classifier,
};

/// The configuration. Its `[acknowledgement]` stands last, so that a test may add to it.
const CONFIG: &str = r#"
[prefecture]
name = "Préfecture de la Charente-Atlantique"
department = "17"
address = "38 rue des Sternes, 17000 Port-Atlantique"
phone = "05 36 49 00 00"
general_secretary = ["sg@prefecture.example.fr"]
quality_officers = ["qualite@prefecture.example.fr"]
[[service]]
id = "accueil"
name = "Bureau de la relation à l'usager"
email = "accueil@prefecture.example.fr"
phone = "05 36 49 00 10"
agents = ["noe@prefecture.example.fr", "lea@prefecture.example.fr"]
managers = ["helene@prefecture.example.fr"]
directors = ["denis@prefecture.example.fr"]
[[service]]
id = "sejour"
name = "Bureau du séjour"
email = "sejour@prefecture.example.fr"
agents = ["ines@prefecture.example.fr"]
managers = ["karim@prefecture.example.fr"]
directors = ["denis@prefecture.example.fr"]
[[agent]]
email = "noe@prefecture.example.fr"
first_name = "Noé"
last_name = "Perrin"
capacity = "Chargé d'accueil"
[[agent]]
email = "ines@prefecture.example.fr"
first_name = "Inès"
last_name = "Haddad"
capacity = "Instructrice"
phone = "05 36 49 00 12"
anonymous = "agent n° 4217"
[[mailbox]]
id = "contact"
address = "contact@prefecture.example.fr"
service = "accueil"
maildir = "contact"
[[mailbox]]
id = "etrangers"
address = "etrangers@prefecture.example.fr"
service = "sejour"
maildir = "etrangers"
[outgoing]
folder = "sortie"
[database]
url = "sqlite:releve.db"
[acknowledgement]
"#;

const FRENCH: &str = include_str!("../../templates/acknowledgement/default.fr.hbs");
const ENGLISH: &str = include_str!("../../templates/acknowledgement/default.en.hbs");

/// The instant at which every test begins: Monday 2 March 2026, 10 h in Paris.
pub(crate) const TEN: &str = "2026-03-02T09:00:00Z";

/// A desk with all that it needs.
pub(crate) struct Office {
    pub(crate) fixture: Fixture,
    pub(crate) desk: Desk,
    pub(crate) clock: Arc<FixedClock>,
    /// Messages received before are not acknowledged.
    pub(crate) activated_at: Timestamp,
    keys: AtomicU32,
}

/// A policy whose configuration names nobody under these keys.
pub(crate) fn without_people(keys: &[&str]) -> Policy {
    let named = |line: &&str| keys.iter().any(|key| line.starts_with(&format!("{key} = ")));
    let text = CONFIG.lines().filter(|line| !named(line)).collect::<Vec<_>>().join("\n");
    policy(read(text), &[("default.fr.hbs", FRENCH)])
}

/// A policy whose only text was to be read again after this day.
pub(crate) fn outdated(valid_until: &str) -> Policy {
    let text = FRENCH.replacen("+++\n", &format!("+++\nvalid_until = {valid_until}\n"), 1);
    policy(config("", "17"), &[("default.fr.hbs", &text)])
}

/// A policy whose mailbox `contact` has a folder of what was sent and one of drafts.
pub(crate) fn with_folders() -> Policy {
    let text =
        CONFIG.replace("maildir = \"contact\"", "maildir = \"contact\"\nsent = \"Envoyés\"\ndrafts = \"Brouillons\"");
    policy(read(text), &[("default.fr.hbs", FRENCH)])
}

/// The configuration with more lines in its `[acknowledgement]`, and for another département.
pub(crate) fn config(acknowledgement: &str, department: &str) -> Config {
    read(CONFIG.replace("department = \"17\"", &format!("department = \"{department}\"")) + acknowledgement)
}

/// The configuration in this text.
pub(crate) fn read(text: String) -> Config {
    let mut problems = Problems::default();
    let file = PathBuf::from("/etc/releve/releve.toml");
    config::parse(Path::new("/etc/releve"), &[(file, text)], &mut problems).expect("a sound configuration")
}

/// Read once for all tests.
static CLASSIFIER: LazyLock<Arc<Classifier>> = LazyLock::new(app::shipped_classifier);
static HABITS: LazyLock<Arc<Habits>> = LazyLock::new(|| Arc::new(app::shipped_habits()));
static LIBRARY: LazyLock<Arc<Library>> = LazyLock::new(|| Arc::new(app::shipped_library()));

/// The policy of a configuration with these templates: name of the file and text.
pub(crate) fn policy(config: Config, templates: &[(&str, &str)]) -> Policy {
    let mut problems = Problems::default();
    let files = templates
        .iter()
        .map(|(name, text)| (Path::new("templates/acknowledgement").join(name), (*text).to_owned()))
        .collect::<Vec<_>>();
    let acknowledgements = Acknowledgements::compile(&files, &config.mailboxes, &mut problems);
    assert!(problems.is_empty(), "{problems:?}");
    let (calendar, own_addresses) = (config.calendar(), config.own_addresses());
    let (library, glossary) = (LIBRARY.clone(), Glossary::with(&config.acronyms));
    Policy {
        config,
        calendar,
        classifier: CLASSIFIER.clone(),
        acknowledgements,
        library,
        habits: HABITS.clone(),
        glossary,
        own_addresses,
    }
}

impl Office {
    pub(crate) async fn open() -> Self {
        Self::with("").await
    }

    /// An office with more lines in its `[acknowledgement]`.
    pub(crate) async fn with(acknowledgement: &str) -> Self {
        let shipped = [("default.fr.hbs", FRENCH), ("default.en.hbs", ENGLISH)];
        Self::by(policy(config(acknowledgement, "17"), &shipped)).await
    }

    /// The office of another département.
    pub(crate) async fn of(department: &str) -> Self {
        Self::by(policy(config("", department), &[("default.fr.hbs", FRENCH)])).await
    }

    pub(crate) async fn by(policy: Policy) -> Self {
        let clock = Arc::new(FixedClock::new(at(TEN)));
        let fixture = Fixture::open().await;
        let desk = Desk::new(fixture.store.clone(), Arc::new(policy), clock.clone());
        Self { fixture, desk, clock, activated_at: at("2026-01-01T00:00:00Z"), keys: AtomicU32::new(1) }
    }

    pub(crate) fn mailbox(&self, id: &str) -> &Mailbox {
        self.desk.policy.config.mailbox(id).expect("a mailbox of CONFIG")
    }

    /// A delivery of now, under a key of its own.
    pub(crate) fn delivery(&self, mailbox: &str, octets: &[u8]) -> NewReceipt {
        let key = format!("7/{}", self.keys.fetch_add(1, Ordering::Relaxed));
        NewReceipt { received_at: self.clock.now(), ..receipt(mailbox, &key, octets) }
    }

    /// Puts a message into a mailbox; nothing is made of it yet.
    pub(crate) async fn deliver(&self, mailbox: &str, octets: impl AsRef<[u8]>) -> i64 {
        self.fixture.keep(&self.delivery(mailbox, octets.as_ref())).await.expect("a key of its own")
    }

    /// Puts a message into a mailbox that was received at another instant.
    pub(crate) async fn deliver_of(&self, received: &str, letter: &Letter) {
        let delivery = NewReceipt { received_at: at(received), ..self.delivery("contact", &letter.octets()) };
        self.fixture.keep(&delivery).await.expect("a key of its own");
    }

    pub(crate) async fn try_receive(&self, mailbox: &str) -> Result<Tally, StoreError> {
        self.desk.receive(self.mailbox(mailbox), self.activated_at).await
    }

    /// A message of ours is found in what was sent from `contact`.
    pub(crate) async fn sent_from_client(&self, letter: &Letter) -> Tally {
        let sent = crate::intake::sent_folder(self.mailbox("contact")).expect("a folder of what was sent");
        self.deliver(&sent.id, letter.octets()).await;
        self.desk.receive(&sent, self.activated_at).await.unwrap()
    }

    /// What is to be done in the folders of the mailboxes: folder, doing, Message-ID.
    pub(crate) async fn filings(&self) -> Vec<(&'static str, &'static str, String)> {
        let mut work = self.fixture.store.begin().await.unwrap();
        work.alive("one", self.clock.now() + SignedDuration::from_mins(5)).await.unwrap();
        work.commit().await.unwrap();
        let claimed = self.desk.claim_filings("one", 100).await.unwrap();
        for filing in &claimed {
            self.desk.filed(filing, &super::Filed::Done("fait".into())).await.unwrap();
        }
        claimed.into_iter().map(|one| (one.new.folder.word(), one.new.doing.word(), one.new.message_id)).collect()
    }

    /// Handles what the mailbox `contact` holds.
    pub(crate) async fn receive(&self) -> Tally {
        self.try_receive("contact").await.unwrap()
    }

    /// A message comes into `contact` and is handled.
    pub(crate) async fn write(&self, letter: &Letter) -> Tally {
        self.deliver("contact", letter.octets()).await;
        self.receive().await
    }

    pub(crate) async fn case(&self, reference: &str) -> CaseDetail {
        self.fixture.store.case(reference).await.unwrap().unwrap_or_else(|| panic!("no case {reference}"))
    }

    /// What happened to a case: the words of its events.
    pub(crate) async fn history(&self, reference: &str) -> Vec<&'static str> {
        self.case(reference).await.events.iter().map(|event| event.kind.word()).collect()
    }

    /// Everything that is due to leave, claimed by a daemon that lives five minutes more.
    pub(crate) async fn leaving(&self) -> Vec<Outgoing> {
        self.leaving_by("one").await
    }

    /// The same for another daemon.
    pub(crate) async fn leaving_by(&self, daemon: &str) -> Vec<Outgoing> {
        let mut work = self.fixture.store.begin().await.unwrap();
        work.alive(daemon, self.clock.now() + SignedDuration::from_mins(5)).await.unwrap();
        work.commit().await.unwrap();
        self.desk.claim(daemon, 1000).await.unwrap()
    }

    /// The watch looks, as the daemon `one`.
    pub(crate) async fn watch(&self) -> Watched {
        self.desk.watch("one").await.unwrap()
    }

    /// The clock is set, and the watch looks; what it writes to our own people leaves. Returns recipient and subject of
    /// each mail, in the order of the recipients.
    pub(crate) async fn watch_at(&self, instant: &str) -> Vec<(String, String)> {
        let told = self.told_at(instant).await;
        told.into_iter().map(|(recipient, message)| (recipient, message.subject)).collect()
    }

    /// The same with the mails themselves.
    pub(crate) async fn told_at(&self, instant: &str) -> Vec<(String, Message)> {
        self.clock.set(at(instant));
        self.watch().await;
        self.post().await
    }

    /// Everything that is due to leave is taken by the relay. Returns what goes to our own people.
    pub(crate) async fn post(&self) -> Vec<(String, Message)> {
        let mut told = Vec::new();
        for mail in self.leaving().await {
            if mail.case_id.is_none() {
                let message = mail::parse(&mail.bytes, &mail::Limits::default()).unwrap();
                told.push((mail.recipient.replace("@prefecture.example.fr", ""), message));
            }
            self.desk.delivered(&mail, &Outcome::Sent { answer: "250 ok".into() }).await.unwrap();
        }
        told.sort_by(|(one, _), (other, _)| one.cmp(other));
        told
    }

    /// The only mail that is due to leave, and what is read in it.
    pub(crate) async fn letter(&self) -> (Outgoing, Message) {
        let mut mails = self.leaving().await;
        assert_eq!(mails.len(), 1, "one mail leaves");
        let mail = mails.remove(0);
        let message = mail::parse(&mail.bytes, &mail::Limits::default()).unwrap();
        (mail, message)
    }
}

/// What somebody writes.
#[derive(Debug, Clone)]
pub(crate) struct Letter {
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) date: String,
    pub(crate) subject: String,
    /// Empty: none.
    pub(crate) id: String,
    pub(crate) body: String,
    /// More header lines, each with its line end.
    pub(crate) more: String,
}

impl Letter {
    /// A question of Jeanne.
    pub(crate) fn new(id: &str) -> Self {
        Self {
            from: "Jeanne Martin <jeanne@usagers.example.fr>".into(),
            to: "contact@prefecture.example.fr, etrangers@prefecture.example.fr".into(),
            date: "Mon, 2 Mar 2026 09:55:00 +0100".into(),
            subject: "Horaires du guichet".into(),
            id: format!("{id}@usagers.example.fr"),
            body: "Bonjour,\r\n\r\nÀ quelle heure le guichet est-il ouvert ?\r\n\r\nMerci d'avance\r\n".into(),
            more: String::new(),
        }
    }

    pub(crate) fn from(self, from: &str) -> Self {
        Self { from: from.into(), ..self }
    }

    /// Written by one of ours in a mail client, to this address, at this instant.
    pub(crate) fn written_by_us(self, to: &str, date: &str) -> Self {
        let from = "Noé Perrin <contact@prefecture.example.fr>".into();
        Self { from, to: to.into(), date: date.into(), body: "Bonjour,\r\n\r\nDe 9 h à 12 h.\r\n".into(), ..self }
    }

    pub(crate) fn subject(self, subject: &str) -> Self {
        Self { subject: subject.into(), ..self }
    }

    pub(crate) fn body(self, body: &str) -> Self {
        Self { body: body.into(), ..self }
    }

    pub(crate) fn header(mut self, line: &str) -> Self {
        self.more.push_str(line);
        self.more.push_str("\r\n");
        self
    }

    /// An answer to these Message-IDs, oldest first.
    pub(crate) fn answering(self, ids: &[&str]) -> Self {
        let last = ids.last().copied().unwrap_or_default();
        let references = ids.iter().map(|id| format!("<{id}>")).collect::<Vec<_>>().join(" ");
        self.header(&format!("In-Reply-To: <{last}>")).header(&format!("References: {references}"))
    }

    pub(crate) fn octets(&self) -> Vec<u8> {
        let id = if self.id.is_empty() { String::new() } else { format!("Message-ID: <{}>\r\n", self.id) };
        format!(
            "From: {}\r\nTo: {}\r\nSubject: {}\r\nDate: {}\r\n{id}{}MIME-Version: 1.0\r\n\
             Content-Type: text/plain; charset=utf-8\r\n\r\n{}",
            self.from, self.to, self.subject, self.date, self.more, self.body
        )
        .into_bytes()
    }
}

/// What a mail server writes when this mail of ours could not be delivered.
pub(crate) fn bounce(original: &Outgoing) -> Vec<u8> {
    let head = String::from_utf8_lossy(&original.bytes).split("\r\n\r\n").next().unwrap_or_default().to_owned();
    format!(
        "Return-Path: <>\r\nFrom: MAILER-DAEMON@mx.example.org (Mail Delivery System)\r\n\
         To: contact@prefecture.example.fr\r\nSubject: Undelivered Mail Returned to Sender\r\n\
         Message-ID: <bounce@mx.example.org>\r\nAuto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/report; report-type=delivery-status; boundary=\"b\"\r\n\r\n\
         --b\r\nContent-Type: text/plain\r\n\r\nUser unknown\r\n\
         --b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example.org\r\n\r\n\
         Final-Recipient: rfc822; {}\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n\
         --b\r\nContent-Type: text/rfc822-headers\r\n\r\n{head}\r\n\r\n--b--\r\n",
        original.recipient
    )
    .into_bytes()
}
