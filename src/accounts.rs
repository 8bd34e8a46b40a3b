//! Who may open the pages, and the record of what they did there. Tokens are random, and only their digest is kept;
//! passwords are argon2id. No HTTP here: `web` hands over what a browser said.

mod password;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};
use tokio::sync::Semaphore;

use crate::{
    case::{Access, Deed},
    clock::Clock,
    mail::hexadecimal,
    store::{Account, AuditRow, Grant, Store, StoreError, Work},
};

/// An invitation can be used for so long.
const INVITATION: SignedDuration = SignedDuration::from_hours(7 * 24);

/// So many logins may fail for one address within [`FAILURES_WITHIN`].
const FAILURES: i64 = 5;

/// See [`FAILURES`].
const FAILURES_WITHIN: SignedDuration = SignedDuration::from_mins(15);

/// Passwords that are compared at the same time: each takes 19 MiB and a processor.
const AT_ONCE: usize = 2;

/// Passwords that wait to be compared: a second or two for the last of them.
const WAITING: usize = 30;

/// Why nothing was done. Every text is a sentence in French that says what to do.
#[derive(Debug, thiserror::Error)]
pub enum AccountError {
    /// The address and the password do not go together, or the account may not come in. Which of them is not said.
    #[error(
        "l'adresse ou le mot de passe n'est pas le bon ; après {FAILURES} essais il faut attendre un quart d'heure"
    )]
    WrongPassword,
    /// Too many logins failed.
    #[error(
        "trop d'essais pour cette adresse : attendez un quart d'heure, ou demandez une nouvelle invitation à votre administrateur"
    )]
    TooManyFailures,
    /// The invitation was used, replaced, or is too old.
    #[error("cette invitation a déjà servi, ou a plus de sept jours : demandez-en une autre à votre administrateur")]
    NoInvitation,
    /// Something in what was asked for is wrong.
    #[error("{0}")]
    Refused(String),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Somebody who has come in.
#[derive(Debug, Clone)]
pub struct Person {
    /// The row of the account.
    pub account: i64,
    /// Address in lower case: the name under which acts are written down.
    pub email: String,
    /// First name and name.
    pub name: String,
    grants: Vec<Grant>,
}

impl From<Account> for Person {
    fn from(account: Account) -> Self {
        Self { account: account.id, email: account.email, name: account.name, grants: account.grants }
    }
}

impl Person {
    /// Whether they may do one of these for some service.
    pub fn may(&self, one_of: &[Access]) -> bool {
        self.grants.iter().any(|grant| one_of.contains(&grant.access))
    }

    /// Whether they may do one of these for this service.
    pub fn may_for(&self, one_of: &[Access], service: &str) -> bool {
        let serves = |grant: &Grant| grant.service.is_empty() || grant.service == service;
        self.grants.iter().any(|grant| one_of.contains(&grant.access) && serves(grant))
    }

    /// The services for which they may do one of these; `None`: every one.
    pub fn services(&self, one_of: &[Access]) -> Option<Vec<String>> {
        let grants = self.grants.iter().filter(|grant| one_of.contains(&grant.access));
        let mut services: Vec<_> = grants.map(|grant| grant.service.clone()).collect();
        services.sort_unstable();
        services.dedup();
        (!services.iter().any(String::is_empty)).then_some(services)
    }
}

/// A token in somebody's hands: 32 random octets in hexadecimal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token(String);

impl Token {
    fn fresh() -> Result<Self, AccountError> {
        let mut octets = [0; 32];
        getrandom::fill(&mut octets).map_err(|_| StoreError::NoChance)?;
        Ok(Self(hexadecimal(&octets)))
    }

    /// What somebody handed over.
    pub fn handed(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// As it stands in a cookie or an address.
    pub fn text(&self) -> &str {
        &self.0
    }

    /// What is kept of it.
    fn digest(&self) -> String {
        digest(&self.0)
    }

    /// A token for one purpose that only the holder of this one can know: forms bear it, so that another site cannot make
    /// a browser send them.
    pub fn derived(&self, purpose: &str) -> String {
        digest(&format!("{purpose} {}", self.0))
    }
}

fn digest(text: &str) -> String {
    hexadecimal(&Sha256::digest(text.as_bytes()))
}

/// The accounts.
#[derive(Clone)]
pub struct Accounts {
    store: Store,
    clock: Arc<dyn Clock>,
    comparing: Arc<Semaphore>,
    waiting: Arc<Semaphore>,
}

impl Accounts {
    /// The accounts of this database.
    pub fn new(store: Store, clock: Arc<dyn Clock>) -> Self {
        let places = |count| Arc::new(Semaphore::new(count));
        Self { store, clock, comparing: places(AT_ONCE), waiting: places(WAITING) }
    }

    /// Creates an account and its invitation.
    pub async fn add(&self, email: &str, name: &str, grants: &[Grant], by: &str) -> Result<Token, AccountError> {
        let email = email.trim().to_lowercase();
        let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
        if !crate::mail::is_sendable(&email) {
            return Err(AccountError::Refused(format!("« {email} » n'est pas une adresse électronique")));
        }
        if grants.is_empty() {
            return Err(AccountError::Refused(
                "ce compte n'aurait aucun droit : donnez-en un (ligne de commande : --role agent:accueil)".into(),
            ));
        }
        let name = if name.is_empty() { email.clone() } else { name };
        let mut work = self.store.begin().await?;
        let now = self.clock.now();
        let Some(account) = work.add_account(&email, &name, now).await? else {
            return Err(AccountError::Refused(format!(
                "« {email} » a déjà un compte : donnez-lui une nouvelle invitation (ligne de commande : releve user invite {email})"
            )));
        };
        work.set_grants(account, grants).await?;
        self.note(&mut work, by, Deed::AccountAdded, &email, &in_words(grants)).await?;
        let token = self.invitation(&mut work, account, now).await?;
        work.commit().await?;
        Ok(token)
    }

    async fn invitation(&self, work: &mut Work, account: i64, now: Timestamp) -> Result<Token, AccountError> {
        let token = Token::fresh()?;
        let expires = now.saturating_add(INVITATION).unwrap_or(now);
        work.invite(&token.digest(), account, expires, now).await?;
        Ok(token)
    }

    /// A new invitation: with it another password is chosen. The older ones hold no more.
    pub async fn invite(&self, email: &str, by: &str) -> Result<Token, AccountError> {
        let account = self.account(email).await?;
        let mut work = self.store.begin().await?;
        let token = self.invitation(&mut work, account.id, self.clock.now()).await?;
        self.note(&mut work, by, Deed::Invited, &account.email, "").await?;
        work.commit().await?;
        Ok(token)
    }

    /// What an account may do from now on, and nothing else.
    pub async fn grant(&self, email: &str, grants: &[Grant], by: &str) -> Result<(), AccountError> {
        if grants.is_empty() {
            return Err(AccountError::Refused("donnez un droit au moins, ou fermez le compte".into()));
        }
        let account = self.account(email).await?;
        let mut work = self.store.begin().await?;
        work.set_grants(account.id, grants).await?;
        let change = format!("{} → {}", in_words(&account.grants), in_words(grants));
        self.note(&mut work, by, Deed::AccessChanged, &account.email, &change).await?;
        Ok(work.commit().await?)
    }

    /// Closes an account: its sessions end at once, and no letter of it leaves any more. What it did stays.
    pub async fn disable(&self, email: &str, by: &str) -> Result<(), AccountError> {
        let account = self.account(email).await?;
        let now = self.clock.now();
        let mut work = self.store.begin().await?;
        work.set_disabled(account.id, Some(now)).await?;
        work.end_sessions(account.id, now).await?;
        work.stay_all(&account.email, "le compte a été fermé entre-temps").await?;
        self.note(&mut work, by, Deed::Disabled, &account.email, "").await?;
        Ok(work.commit().await?)
    }

    /// Opens it again.
    pub async fn enable(&self, email: &str, by: &str) -> Result<(), AccountError> {
        let account = self.account(email).await?;
        let mut work = self.store.begin().await?;
        work.set_disabled(account.id, None).await?;
        self.note(&mut work, by, Deed::Enabled, &account.email, "").await?;
        Ok(work.commit().await?)
    }

    /// Ends the sessions of an account. Returns how many ran.
    pub async fn end_sessions(&self, email: &str, by: &str) -> Result<u64, AccountError> {
        let account = self.account(email).await?;
        let mut work = self.store.begin().await?;
        let ended = work.end_sessions(account.id, self.clock.now()).await?;
        self.note(&mut work, by, Deed::SessionsEnded, &account.email, &format!("{ended} en cours")).await?;
        work.commit().await?;
        Ok(ended)
    }

    async fn account(&self, email: &str) -> Result<Account, AccountError> {
        let email = email.trim().to_lowercase();
        let found = self.store.account(&email).await?;
        found.ok_or_else(|| {
            AccountError::Refused(format!("« {email} » n'a pas de compte (ligne de commande : releve user list)"))
        })
    }

    /// Whom an invitation is for, as long as it can be used.
    pub async fn invited(&self, token: &Token) -> Result<Person, AccountError> {
        let found = self.store.account_of_invitation(&token.digest(), self.clock.now()).await?;
        found.map(Person::from).ok_or(AccountError::NoInvitation)
    }

    /// Chooses a password with an invitation, which is used up. Sessions that ran under the former password end.
    pub async fn accept(&self, token: &Token, password: &str) -> Result<(), AccountError> {
        let person = self.invited(token).await?;
        password::fit(password, &person.email).map_err(AccountError::Refused)?;
        let phc = self.hashed(password).await?;
        let now = self.clock.now();
        let mut work = self.store.begin().await?;
        if work.use_invitation(&token.digest(), now).await? != Some(person.account) {
            return Err(AccountError::NoInvitation);
        }
        work.set_password(person.account, &phc).await?;
        work.end_sessions(person.account, now).await?;
        work.forget_login_failures(&digest(&person.email)).await?;
        self.note(&mut work, &person.email, Deed::PasswordChosen, &person.email, "").await?;
        Ok(work.commit().await?)
    }

    /// Comes in for `hours`. Whether the address, the password or the account is at fault is not told, in time either.
    pub async fn log_in(&self, email: &str, password: &str, hours: u16) -> Result<Token, AccountError> {
        let email = email.trim().to_lowercase();
        let typed = digest(&email);
        let now = self.clock.now();
        let since = now.saturating_sub(FAILURES_WITHIN).unwrap_or(now);
        // Written down before it is counted, so that many tries at once count each other.
        let mut work = self.store.begin().await?;
        work.add_login_failure(&typed, now, since).await?;
        work.commit().await?;
        let mut work = self.store.begin().await?;
        if work.login_failures(&typed, since).await? > FAILURES {
            self.note(&mut work, "", Deed::LoginRefused, "", "trop d'essais pour une adresse").await?;
            work.commit().await?;
            return Err(AccountError::TooManyFailures);
        }
        drop(work);
        let account = self.store.account(&email).await?;
        let known = account.filter(|account| account.disabled_at.is_none() && !account.password.is_empty());
        let phc = known.as_ref().map(|account| account.password.clone());
        let right = self.compares(password, phc).await?;
        let mut work = self.store.begin().await?;
        let Some(account) = known.filter(|_| right) else {
            // What was typed may be a password in the wrong field: it is not kept.
            self.note(&mut work, "", Deed::LoginRefused, "", "").await?;
            work.commit().await?;
            return Err(AccountError::WrongPassword);
        };
        let token = Token::fresh()?;
        let expires = now.saturating_add(SignedDuration::from_hours(i64::from(hours))).unwrap_or(now);
        work.begin_session(&token.digest(), account.id, now, expires).await?;
        work.forget_login_failures(&typed).await?;
        self.note(&mut work, &account.email, Deed::LoggedIn, "", "").await?;
        work.commit().await?;
        Ok(token)
    }

    /// Whose session this is, as long as it runs.
    pub async fn person(&self, token: &Token) -> Result<Option<Person>, StoreError> {
        Ok(self.store.account_of_session(&token.digest(), self.clock.now()).await?.map(Person::from))
    }

    /// Leaves.
    pub async fn log_out(&self, token: &Token, person: &Person) -> Result<(), StoreError> {
        let mut work = self.store.begin().await?;
        work.end_session(&token.digest(), self.clock.now()).await?;
        self.note(&mut work, &person.email, Deed::LoggedOut, "", "").await?;
        work.commit().await
    }

    /// Records what somebody did.
    pub async fn record(&self, actor: &str, deed: Deed, about: &str, detail: &str) -> Result<(), StoreError> {
        let mut work = self.store.begin().await?;
        self.note(&mut work, actor, deed, about, detail).await?;
        work.commit().await
    }

    async fn note(
        &self,
        work: &mut Work,
        actor: &str,
        deed: Deed,
        about: &str,
        detail: &str,
    ) -> Result<(), StoreError> {
        let (actor, about, detail) = (actor.to_owned(), about.to_owned(), detail.to_owned());
        work.record(&AuditRow { at: self.clock.now(), actor, deed, about, detail }).await
    }

    async fn hashed(&self, password: &str) -> Result<String, AccountError> {
        let password = password.to_owned();
        self.computed(move || password::hashed(&password)).await?.ok_or(StoreError::NoChance.into())
    }

    /// Whether it is the password; for nobody's password, after the same time, it is not.
    async fn compares(&self, password: &str, phc: Option<String>) -> Result<bool, AccountError> {
        let password = password.to_owned();
        self.computed(move || password::is_right(&password, phc.as_deref())).await
    }

    async fn computed<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, AccountError> {
        let failed = |_| AccountError::Refused("le serveur s'arrête : essayez de nouveau dans un instant".into());
        // A crowd that tries passwords does not keep everybody else waiting.
        let crowded =
            || AccountError::Refused("trop de connexions en même temps : essayez de nouveau dans un instant".into());
        let _place = self.waiting.try_acquire().map_err(|_| crowded())?;
        let _permit = self.comparing.acquire().await.map_err(|_| failed(()))?;
        tokio::task::spawn_blocking(work).await.map_err(|_| failed(()))
    }
}

/// « agent du service accueil, administrateur ».
pub fn in_words(grants: &[Grant]) -> String {
    let word = |grant: &Grant| match grant.service.as_str() {
        "" => grant.access.french().to_owned(),
        service => format!("{} ({service})", grant.access.french()),
    };
    grants.iter().map(word).collect::<Vec<_>>().join(", ")
}

impl std::str::FromStr for Grant {
    type Err = String;

    /// `agent:accueil`, or `administrator` for every service.
    fn from_str(text: &str) -> Result<Self, String> {
        let (access, service) = text.split_once(':').unwrap_or((text, ""));
        let access: Access = access.parse().map_err(|unknown: crate::case::Unknown| unknown.to_string())?;
        if access == Access::Administrator && !service.is_empty() {
            return Err(
                "un administrateur l'est de toute l'installation : écrivez administrator, sans service".to_owned()
            );
        }
        Ok(Self { access, service: service.to_owned() })
    }
}
