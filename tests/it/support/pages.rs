//! A prefecture whose pages are open, with an account of each kind.

use toml::{Table, Value};

use super::browser::{Browser, Setup};
use super::daemon::{Account, Daemon, Prefecture};
use super::imap_client::Mailbox;
use super::mail::{Mail, first_mail};
use super::servers::{Servers, address};

/// The password of every account.
pub const PASSWORD: &str = "une phrase facile 47";

/// A prefecture with pages.
pub struct Pages {
    pub prefecture: Prefecture,
    pub base: String,
    pub office: String,
    pub agent: String,
    pub manager: String,
    pub quality: String,
    pub administrator: String,
    /// It serves as long as this is held.
    _daemon: Daemon,
}

fn table(pairs: &[(&str, &str)]) -> Value {
    let mut table = Table::new();
    for (key, value) in pairs {
        table.insert((*key).to_owned(), (*value).into());
    }
    Value::Table(table)
}

impl Pages {
    /// Opens them. `undo_seconds`: for how long a letter can be taken back.
    pub async fn open(undo_seconds: i64) -> Self {
        Self::with(undo_seconds, |_| ()).await
    }

    /// Opens them with more in the configuration.
    pub async fn with(undo_seconds: i64, more: impl FnOnce(&mut Prefecture)) -> Self {
        let office = address("sejour", "prefecture");
        let (agent, manager) = (address("ines", "prefecture"), address("karim", "prefecture"));
        let (quality, administrator) = (address("marc", "prefecture"), address("ada", "prefecture"));
        let account = Account::on(&Servers::of_this_run().dovecot, "sejour", &office).set("sent", "Sent");
        let mut prefecture = Prefecture::with([account]).await;
        prefecture.service("agents", Value::Array(vec![agent.clone().into()]));
        prefecture.service("managers", Value::Array(vec![manager.clone().into()]));
        prefecture.set("prefecture", "quality_officers", Value::Array(vec![quality.clone().into()]));
        prefecture.list(
            "agent",
            vec![table(&[
                ("email", &agent),
                ("first_name", "Inès"),
                ("last_name", "Haddad"),
                ("capacity", "Instructrice"),
            ])],
        );
        // A port that nobody had a moment ago.
        let port =
            std::net::TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a port").port();
        let base = format!("http://127.0.0.1:{port}");
        prefecture.set("web", "listen", format!("127.0.0.1:{port}"));
        prefecture.set("web", "address", base.as_str());
        prefecture.set("web", "undo_seconds", undo_seconds);
        more(&mut prefecture);
        let daemon = prefecture.start().await;
        prefecture.knows("sejour").await;
        Self { prefecture, base, office, agent, manager, quality, administrator, _daemon: daemon }
    }

    /// Sends a question and waits for its case. Returns its reference.
    pub async fn asked(&self, citizen: &str, mail: Mail) -> String {
        mail.send().await;
        first_mail(citizen).await.reference()
    }

    /// Puts the octets of a mail into the mailbox and waits for its case: `number` is how many there are then.
    pub async fn delivered(&self, octets: &[u8]) {
        let mut mailbox = Mailbox::open(Servers::of_this_run().dovecot.imap, &self.office).await;
        mailbox.append("INBOX", octets).await;
    }

    /// Makes an account and chooses its password with the invitation, as its owner does.
    pub async fn invited(&self, browser: &Browser, email: &str, more: &[&str]) {
        let mut arguments = vec!["user", "add", email];
        arguments.extend(more);
        let answer = self.prefecture.ask(&arguments).await;
        assert!(answer.status.success(), "{}", answer.stderr);
        let link = answer.stdout.split_whitespace().find(|word| word.contains("/invitation/")).expect("an invitation");
        browser.go(link).await;
        browser.fill("#un", PASSWORD).await;
        browser.fill("#deux", PASSWORD).await;
        browser.choose("Enregistrer").await;
        browser.says("Votre mot de passe est enregistré").await;
    }

    /// A browser in which this person has come in.
    pub async fn come_in(&self, email: &str, more: &[&str], setup: Setup) -> Browser {
        let browser = Browser::open(&self.base, setup).await;
        self.invited(&browser, email, more).await;
        log_in(&browser, email).await;
        browser
    }
}

/// Fills in the login.
pub async fn log_in(browser: &Browser, email: &str) {
    browser.fill("#courriel", email).await;
    browser.fill("#mot_de_passe", PASSWORD).await;
    browser.choose("Se connecter").await;
    browser.says("Se déconnecter").await;
}
