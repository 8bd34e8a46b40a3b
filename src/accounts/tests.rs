//! Coming in: by invitation, with a password, for a while, and not after too many tries.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::{AccountError, Accounts, Person, Token, password};
use crate::{
    case::{Access, Deed},
    clock::{Clock, FixedClock},
    store::{
        Grant,
        testing::{Fixture, at},
    },
};

const NOE: &str = "noe@prefecture.example.fr";
const PASSWORD: &str = "une phrase facile 47";

struct Desk {
    fixture: Fixture,
    accounts: Accounts,
    clock: Arc<FixedClock>,
}

fn grant(text: &str) -> Grant {
    text.parse().unwrap()
}

impl Desk {
    async fn open() -> Self {
        let fixture = Fixture::open().await;
        let clock = Arc::new(FixedClock::new(at("2026-03-02T09:00:00Z")));
        let accounts = Accounts::new(fixture.store.clone(), clock.clone());
        Self { fixture, accounts, clock }
    }

    /// One in which Noé has come in once.
    async fn with_noe() -> Self {
        let desk = Self::open().await;
        let token =
            desk.accounts.add("Noe@prefecture.example.fr", "Noé Perrin", &[grant("agent:accueil")], "test").await;
        desk.accounts.accept(&token.unwrap(), PASSWORD).await.unwrap();
        desk
    }

    fn later(&self, by: SignedDuration) -> Timestamp {
        let now = self.clock.now().saturating_add(by).unwrap();
        self.clock.set(now);
        now
    }

    async fn deeds(&self) -> Vec<Deed> {
        let rows = self.fixture.store.audit("", "", i64::MAX, 100).await.unwrap();
        rows.into_iter().rev().map(|(_, row)| row.deed).collect()
    }
}

#[tokio::test]
async fn an_invitation_is_used_once_and_a_later_one_takes_its_place() {
    let desk = Desk::open().await;
    let first = desk.accounts.add(NOE, "Noé Perrin", &[grant("agent:accueil")], "test").await.unwrap();
    assert!(matches!(desk.accounts.log_in(NOE, "", 10).await, Err(AccountError::WrongPassword)), "no password is none");
    let second = desk.accounts.invite(NOE, "test").await.unwrap();
    assert!(matches!(desk.accounts.invited(&first).await, Err(AccountError::NoInvitation)));
    assert_eq!(desk.accounts.invited(&second).await.unwrap().name, "Noé Perrin");
    desk.accounts.accept(&second, PASSWORD).await.unwrap();
    for token in [&first, &second] {
        assert!(matches!(desk.accounts.accept(token, "un tout autre secret").await, Err(AccountError::NoInvitation)));
    }
    let third = desk.accounts.invite(NOE, "test").await.unwrap();
    desk.later(SignedDuration::from_hours(7 * 24));
    assert!(matches!(desk.accounts.accept(&third, PASSWORD).await, Err(AccountError::NoInvitation)), "too old");
    assert!(desk.accounts.log_in(NOE, PASSWORD, 10).await.is_ok());
}

#[tokio::test]
async fn a_session_ends_by_itself_by_its_owner_and_with_the_account() {
    let desk = Desk::with_noe().await;
    let log_in = async || desk.accounts.log_in(NOE, PASSWORD, 10).await.unwrap();
    let person = async |token: &Token| desk.accounts.person(token).await.unwrap().map(|person| person.email);
    let token = log_in().await;
    assert_eq!(person(&token).await.as_deref(), Some(NOE));
    assert_eq!(person(&Token::handed("else")).await, None);
    desk.later(SignedDuration::from_hours(10));
    assert_eq!(person(&token).await, None, "ten hours are over");

    let token = log_in().await;
    let noe = desk.accounts.person(&token).await.unwrap().unwrap();
    desk.accounts.log_out(&token, &noe).await.unwrap();
    assert_eq!(person(&token).await, None);

    let (one, other) = (log_in().await, log_in().await);
    assert_eq!(desk.accounts.end_sessions(NOE, "test").await.unwrap(), 2);
    assert_eq!((person(&one).await, person(&other).await), (None, None));

    let token = log_in().await;
    desk.accounts.disable(NOE, "test").await.unwrap();
    assert_eq!(person(&token).await, None);
    assert!(matches!(desk.accounts.log_in(NOE, PASSWORD, 10).await, Err(AccountError::WrongPassword)));
    desk.accounts.enable(NOE, "test").await.unwrap();
    let token = log_in().await;

    // Whoever lost a password and got another one is alone in having it.
    let invitation = desk.accounts.invite(NOE, "test").await.unwrap();
    desk.accounts.accept(&invitation, "un tout autre secret").await.unwrap();
    assert_eq!(person(&token).await, None);
}

#[tokio::test]
async fn after_five_failures_the_right_password_has_to_wait() {
    let desk = Desk::with_noe().await;
    for _ in 0..5 {
        assert!(matches!(desk.accounts.log_in(NOE, "faux", 10).await, Err(AccountError::WrongPassword)));
    }
    for typed in [NOE, "NOE@prefecture.example.fr "] {
        assert!(matches!(desk.accounts.log_in(typed, PASSWORD, 10).await, Err(AccountError::TooManyFailures)));
    }
    // Nobody else has to wait for it, and an address that has no account is no other case.
    for _ in 0..5 {
        let unknown = desk.accounts.log_in("personne@prefecture.example.fr", "faux", 10).await;
        assert!(matches!(unknown, Err(AccountError::WrongPassword)));
    }
    let unknown = desk.accounts.log_in("personne@prefecture.example.fr", "faux", 10).await;
    assert!(matches!(unknown, Err(AccountError::TooManyFailures)));
    desk.later(SignedDuration::from_mins(16));
    assert!(desk.accounts.log_in(NOE, PASSWORD, 10).await.is_ok());
}

#[tokio::test]
async fn what_was_done_is_recorded_and_what_was_typed_is_not() {
    let desk = Desk::with_noe().await;
    desk.accounts.log_in("secret-dans-le-mauvais-champ", "faux", 10).await.unwrap_err();
    desk.accounts.log_in(NOE, PASSWORD, 10).await.unwrap();
    desk.accounts.grant(NOE, &[grant("manager")], "test").await.unwrap();
    use Deed::{AccessChanged, AccountAdded, LoggedIn, LoginRefused, PasswordChosen};
    assert_eq!(desk.deeds().await, [AccountAdded, PasswordChosen, LoginRefused, LoggedIn, AccessChanged]);
    let whole: i64 =
        desk.fixture.number("SELECT COUNT(*) FROM audit WHERE actor LIKE '%secret%' OR about LIKE '%secret%'").await;
    assert_eq!(whole, 0);
    let kept = desk.fixture.text("SELECT password FROM account").await;
    assert!(kept.starts_with("$argon2id$v=19$m=19456,t=2,p=1$") && !kept.contains(PASSWORD), "{kept}");
    let row = &desk.fixture.store.audit("", NOE, i64::MAX, 1).await.unwrap()[0].1;
    assert_eq!(row.detail, "agent (accueil) → responsable");
}

#[tokio::test]
async fn what_cannot_be_an_account_is_refused() {
    let desk = Desk::with_noe().await;
    let add = async |email: &str, grants: &[Grant]| {
        desk.accounts.add(email, "", grants, "test").await.unwrap_err().to_string()
    };
    assert!(add("personne", &[grant("agent")]).await.contains("n'est pas une adresse"));
    assert!(add("lea@prefecture.example.fr", &[]).await.contains("--role"));
    assert!(add(" NOE@prefecture.example.fr", &[grant("agent")]).await.contains("a déjà un compte"));
    assert!(
        desk.accounts
            .invite("lea@prefecture.example.fr", "test")
            .await
            .unwrap_err()
            .to_string()
            .contains("n'a pas de compte")
    );
    assert!("administrator:accueil".parse::<Grant>().unwrap_err().contains("sans service"));
    assert!("chef:accueil".parse::<Grant>().unwrap_err().contains("quality_officer"));
}

#[test]
fn a_password_is_long_varied_and_not_the_address() {
    assert_eq!(password::fit(PASSWORD, NOE), Ok(()));
    for (bad, why) in [
        ("court", "12"),
        ("aaaaaaaaaaaaaaaa", "répète"),
        ("le mot de noe perrin", "adresse"),
        (&"abcdefgh".repeat(200), "trop long"),
    ] {
        assert!(password::fit(bad, NOE).is_err_and(|text| text.contains(why)), "{bad}");
    }
}

#[test]
fn nobodys_password_is_compared_and_never_right() {
    let phc = password::hashed(PASSWORD).unwrap();
    assert!(password::is_right(PASSWORD, Some(&phc)));
    assert!(!password::is_right("une phrase facile 48", Some(&phc)));
    assert!(!password::is_right(PASSWORD, None) && !password::is_right(PASSWORD, Some("")));
    let nobody = argon2::password_hash::phc::PasswordHash::new(password::NOBODYS);
    assert!(nobody.is_ok(), "{nobody:?}");
}

#[test]
fn a_right_is_for_its_service_alone_unless_it_is_for_all() {
    let person = |grants: &[&str]| Person {
        account: 1,
        email: NOE.into(),
        name: String::new(),
        grants: grants.iter().map(|text| grant(text)).collect(),
    };
    let one = person(&["agent:accueil", "manager:sejour"]);
    assert!(one.may(&[Access::Agent]) && one.may_for(&[Access::Agent], "accueil"));
    assert!(
        !one.may_for(&[Access::Agent], "sejour")
            && !one.may_for(&[Access::Agent], "")
            && !one.may(&[Access::Administrator])
    );
    assert_eq!(one.services(&[Access::Agent, Access::Manager]), Some(vec!["accueil".into(), "sejour".into()]));
    let all = person(&["agent"]);
    assert!(all.may_for(&[Access::Agent], "sejour"));
    assert_eq!((all.services(&[Access::Agent]), all.services(&[Access::Manager])), (None, Some(Vec::new())));
}
