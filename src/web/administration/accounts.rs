//! Accounts and what they may do.

use askama::Template;

use super::{Tab, tabs};
use crate::{
    accounts::in_words,
    case::Access,
    store::{Account, Grant},
    web::{
        Site,
        page::{self, Chrome},
        visit::{Answer, Failure, Visit, html},
    },
};

/// One right that can be ticked.
struct Right {
    value: String,
    name: String,
    chosen: bool,
}

/// The rights for one service, or for all.
struct Rights {
    service: String,
    rights: Vec<Right>,
}

struct AccountLine {
    id: i64,
    email: String,
    name: String,
    grants: String,
    created: String,
    closed: bool,
    invited: bool,
    rights: Vec<Rights>,
}

#[derive(Template)]
#[template(path = "accounts.html")]
struct AccountsPage {
    chrome: Chrome,
    tabs: Vec<Tab>,
    lines: Vec<AccountLine>,
    rights: Vec<Rights>,
    /// An invitation that was just made: shown once, here.
    invitation: String,
    invited: String,
}

fn rights(site: &Site, grants: &[Grant]) -> Vec<Rights> {
    let right = |access: Access, service: &str| {
        let grant = Grant { access, service: service.to_owned() };
        let value = if service.is_empty() { access.word().to_owned() } else { format!("{}:{service}", access.word()) };
        Right { value, name: access.french().to_owned(), chosen: grants.contains(&grant) }
    };
    let of = |id: &str, name: String, all: &[Access]| Rights {
        service: name,
        rights: all.iter().map(|access| right(*access, id)).collect(),
    };
    let services = page::config(site).services.iter();
    let each = services.map(|service| {
        of(&service.id, service.name.clone(), &[Access::Agent, Access::Manager, Access::QualityOfficer])
    });
    let mut rights: Vec<_> = each.collect();
    rights.push(of("", "Tous les services".into(), Access::ALL));
    rights
}

fn account_line(site: &Site, account: Account) -> AccountLine {
    AccountLine {
        id: account.id,
        grants: in_words(&account.grants),
        rights: rights(site, &account.grants),
        created: page::moment(site, account.created_at),
        closed: account.disabled_at.is_some(),
        invited: account.password.is_empty(),
        email: account.email,
        name: account.name,
    }
}

async fn accounts_page(visit: &Visit, invitation: String, invited: String) -> Answer {
    let site = &visit.site;
    let accounts = site.desk().store().accounts().await?;
    let here = "/administration/comptes";
    html(&AccountsPage {
        lines: accounts.into_iter().map(|account| account_line(site, account)).collect(),
        rights: rights(site, &[]),
        invitation,
        invited,
        tabs: tabs(here),
        chrome: Chrome::of(visit, "Comptes", "/administration"),
    })
}

pub(in crate::web) async fn accounts(visit: Visit) -> Answer {
    accounts_page(&visit, String::new(), String::new()).await
}

fn grants(visit: &Visit) -> Result<Vec<Grant>, Failure> {
    let known = |grant: &Grant| grant.service.is_empty() || page::config(&visit.site).service(&grant.service).is_some();
    let read = |text: &str| text.parse::<Grant>().ok().filter(known);
    let grants: Option<Vec<Grant>> = visit.form.all("droit").map(read).collect();
    grants.filter(|grants| !grants.is_empty()).ok_or_else(|| Failure::Refused("cochez au moins un droit".into()))
}

/// The address at which an invitation is used.
fn invitation_address(visit: &Visit, token: &str) -> String {
    format!("{}/invitation/{token}", page::config(&visit.site).web.base())
}

pub(in crate::web) async fn add_account(visit: Visit) -> Answer {
    let (email, name) = (visit.form.get("courriel").to_owned(), visit.form.get("nom").to_owned());
    let token = visit.site.accounts().add(&email, &name, &grants(&visit)?, visit.by()).await?;
    accounts_page(&visit, invitation_address(&visit, token.text()), email).await
}

pub(in crate::web) async fn change_account(visit: Visit) -> Answer {
    let (accounts, id) = (visit.site.accounts(), visit.number("id")?);
    let known = visit.site.desk().store().accounts().await?;
    let email = known.into_iter().find(|account| account.id == id).ok_or(Failure::NotFound)?.email;
    let own = email == visit.by();
    match visit.part("what") {
        "invitation" => {
            let token = accounts.invite(&email, visit.by()).await?;
            return accounts_page(&visit, invitation_address(&visit, token.text()), email).await;
        }
        "droits" => {
            let grants = grants(&visit)?;
            let stays = grants.iter().any(|grant| grant.access == Access::Administrator);
            if own && !stays {
                return Err(Failure::Refused(
                    "vous vous retireriez l'administration : demandez-le à un autre administrateur".into(),
                ));
            }
            accounts.grant(&email, &grants, visit.by()).await?;
        }
        "fermer" if own => {
            return Err(Failure::Refused(
                "vous fermeriez votre propre compte : demandez-le à un autre administrateur".into(),
            ));
        }
        "fermer" => accounts.disable(&email, visit.by()).await?,
        "rouvrir" => accounts.enable(&email, visit.by()).await?,
        "sessions" => drop(accounts.end_sessions(&email, visit.by()).await?),
        _ => return Err(Failure::NotFound),
    }
    page::done("/administration/comptes", "compte")
}
