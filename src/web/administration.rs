//! « Administration »: the machine room. Mailboxes, what was set apart, mail that has not left, accounts, the record of what
//! was done, rules and model. No case can be read here.

use askama::Template;
use jiff::SignedDuration;

use super::{
    Site,
    page::{self, Chrome},
    visit::{Answer, Failure, Visit, html},
};
use crate::{
    accounts::in_words,
    case::{Access, Deed},
    config::Source,
    store::{Account, Grant},
    triage::axis::Axis,
};

/// Days for which what was set apart is shown.
const DAYS: i64 = 30;

/// Lines of a list.
const LINES: i64 = 200;

struct Tab {
    address: &'static str,
    name: &'static str,
    here: bool,
}

fn tabs(here: &str) -> Vec<Tab> {
    let all = [
        ("/administration", "Boîtes"),
        ("/administration/a-part", "Messages à part"),
        ("/administration/courriels", "Courriels sortants"),
        ("/administration/comptes", "Comptes"),
        ("/administration/journal", "Journal"),
        ("/administration/classement", "Classement"),
    ];
    all.into_iter().map(|(address, name)| Tab { address, name, here: address == here }).collect()
}

struct MailboxLine {
    id: String,
    address: String,
    source: String,
    last: String,
    lag: String,
    failures: i64,
    error: String,
    on_server: i64,
    kept: i64,
    missing: i64,
    waiting: i64,
    set_aside: i64,
    cases: i64,
    well: bool,
}

#[derive(Template)]
#[template(path = "mailboxes.html")]
struct MailboxesPage {
    chrome: Chrome,
    tabs: Vec<Tab>,
    lines: Vec<MailboxLine>,
}

pub(super) async fn mailboxes(visit: Visit) -> Answer {
    let (site, store) = (&visit.site, visit.site.desk().store());
    let states = store.mailbox_states().await?;
    let now = site.desk().now();
    let mut lines = Vec::new();
    for mailbox in &page::config(site).mailboxes {
        let figures = store.receipt_figures(&mailbox.id).await?;
        let state = states.iter().find(|state| state.id == mailbox.id);
        let last = state.and_then(|state| state.last_pass_at);
        let late =
            last.is_none_or(|last| now.duration_since(last).as_secs() > 3 * i64::from(mailbox.poll_seconds) + 60);
        let get = |of: fn(&crate::store::MailboxState) -> i64| state.map(of).unwrap_or_default();
        let (failures, missing) = (get(|state| state.failures), get(|state| state.missing));
        lines.push(MailboxLine {
            id: mailbox.id.clone(),
            address: mailbox.address.clone(),
            source: match &mailbox.source {
                Source::Imap(imap) => format!("IMAP, {}", imap.server.host),
                Source::Maildir(_) => "Maildir".to_owned(),
            },
            last: last.map_or_else(|| "jamais".to_owned(), |at| page::moment(site, at)),
            lag: last.map(|at| ago(now.duration_since(at))).unwrap_or_default(),
            failures,
            error: state.map(|state| state.last_error.clone()).unwrap_or_default(),
            on_server: get(|state| state.on_server),
            kept: get(|state| state.kept),
            missing,
            waiting: figures.waiting,
            set_aside: figures.set_aside,
            cases: figures.cases,
            well: failures == 0 && missing == 0 && !late,
        });
    }
    let here = "/administration";
    html(&MailboxesPage { chrome: Chrome::of(&visit, "Boîtes", here), tabs: tabs(here), lines })
}

/// « il y a 3 minutes ».
fn ago(since: SignedDuration) -> String {
    let seconds = since.as_secs().max(0);
    match seconds {
        0..60 => format!("il y a {seconds} s"),
        60..3600 => format!("il y a {} min", seconds / 60),
        3600..172_800 => format!("il y a {} h", seconds / 3600),
        _ => format!("il y a {} jours", seconds / 86_400),
    }
}

struct ApartLine {
    action: String,
    mailbox: String,
    received: String,
    sender: String,
    subject: String,
    reason: String,
    reference: String,
    wanted: bool,
    can_come: bool,
}

#[derive(Template)]
#[template(path = "apart.html")]
struct ApartPage {
    chrome: Chrome,
    tabs: Vec<Tab>,
    lines: Vec<ApartLine>,
    days: i64,
}

pub(super) async fn apart(visit: Visit) -> Answer {
    let site = &visit.site;
    let now = site.desk().now();
    let since = now.saturating_sub(SignedDuration::from_hours(24 * DAYS)).unwrap_or(now);
    // What was set aside because it is old is received long before.
    let since = if visit.asked.has("tout") { jiff::Timestamp::MIN } else { since };
    let apart = site.desk().store().apart(since, LINES).await?;
    let lines = apart.into_iter().map(|one| ApartLine {
        action: match one.message {
            Some(message) => format!("/administration/messages/{message}/importer"),
            None => format!("/administration/depots/{}/importer", one.receipt),
        },
        can_come: !one.wanted && !one.mailbox.contains('/') && one.reference.is_empty(),
        mailbox: one.mailbox,
        received: page::moment(site, one.received_at),
        sender: page::clear(&one.sender),
        subject: if one.message.is_some() {
            page::subject(&one.subject)
        } else {
            format!("non lu, {} octets", one.octets)
        },
        reason: one.reason,
        reference: one.reference,
        wanted: one.wanted,
    });
    let here = "/administration/a-part";
    html(&ApartPage {
        lines: lines.collect(),
        days: DAYS,
        tabs: tabs(here),
        chrome: Chrome::of(&visit, "Messages à part", "/administration"),
    })
}

pub(super) async fn import(visit: Visit) -> Answer {
    visit.site.desk().import_message(visit.number("id")?, visit.by()).await?;
    page::done("/administration/a-part", "importe")
}

pub(super) async fn want(visit: Visit) -> Answer {
    visit.site.desk().want_delivery(visit.number("id")?).await?;
    page::done("/administration/a-part", "importe")
}

struct MailLine {
    id: i64,
    purpose: &'static str,
    reference: String,
    failed: bool,
    attempts: i64,
    answer: String,
    written: String,
    next: String,
}

#[derive(Template)]
#[template(path = "outgoing.html")]
struct OutgoingPage {
    chrome: Chrome,
    tabs: Vec<Tab>,
    waiting: i64,
    sent: i64,
    failed: i64,
    lines: Vec<MailLine>,
}

pub(super) async fn outgoing(visit: Visit) -> Answer {
    let (site, store) = (&visit.site, visit.site.desk().store());
    let figures = store.outbox_figures().await?;
    let lines = store.unsent(LINES).await?;
    let lines = lines.into_iter().map(|mail| MailLine {
        id: mail.id,
        purpose: match mail.purpose.as_str() {
            "acknowledgement" => "accusé de réception",
            "reply" => "message à l'usager",
            "handover" => "transmission à une autre administration",
            _ => "rappel ou récapitulatif",
        },
        reference: mail.reference,
        failed: mail.failed,
        attempts: mail.attempts,
        answer: mail.last_answer,
        written: page::moment(site, mail.created_at),
        next: page::moment(site, mail.next_at),
    });
    let here = "/administration/courriels";
    html(&OutgoingPage {
        lines: lines.collect(),
        waiting: figures.waiting,
        sent: figures.sent,
        failed: figures.failed,
        tabs: tabs(here),
        chrome: Chrome::of(&visit, "Courriels sortants", "/administration"),
    })
}

pub(super) async fn retry(visit: Visit) -> Answer {
    visit.site.desk().retry(visit.number("id")?, visit.by()).await?;
    page::done("/administration/courriels", "relance")
}

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

pub(super) async fn accounts(visit: Visit) -> Answer {
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

pub(super) async fn add_account(visit: Visit) -> Answer {
    let (email, name) = (visit.form.get("courriel").to_owned(), visit.form.get("nom").to_owned());
    let token = visit.site.accounts().add(&email, &name, &grants(&visit)?, visit.by()).await?;
    accounts_page(&visit, invitation_address(&visit, token.text()), email).await
}

pub(super) async fn change_account(visit: Visit) -> Answer {
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

struct JournalLine {
    at: String,
    actor: String,
    deed: &'static str,
    about: String,
    detail: String,
}

#[derive(Template)]
#[template(path = "journal.html")]
struct JournalPage {
    chrome: Chrome,
    tabs: Vec<Tab>,
    lines: Vec<JournalLine>,
    actor: String,
    about: String,
    older: String,
}

pub(super) async fn journal(visit: Visit) -> Answer {
    let site = &visit.site;
    let (actor, about) = (visit.asked.get("qui").to_lowercase(), visit.asked.get("quoi").to_owned());
    let before = visit.asked.get("avant").parse().unwrap_or(i64::MAX);
    let rows = site.desk().store().audit(&actor, &about, before, LINES).await?;
    let older = match rows.last() {
        Some((last, _)) if rows.len() as i64 == LINES => {
            let mut fields = visit.asked.clone();
            fields.set("avant", &last.to_string());
            format!("/administration/journal?{}", fields.encoded())
        }
        _ => String::new(),
    };
    let lines = rows.iter().map(|(_, row)| JournalLine {
        at: page::moment(site, row.at),
        actor: if row.actor.is_empty() { "quelqu'un".to_owned() } else { row.actor.clone() },
        deed: Deed::french(row.deed),
        about: row.about.clone(),
        detail: row.detail.clone(),
    });
    let here = "/administration/journal";
    html(&JournalPage {
        lines: lines.collect(),
        actor,
        about,
        older,
        tabs: tabs(here),
        chrome: Chrome::of(&visit, "Journal", "/administration"),
    })
}

struct AxisLine {
    name: &'static str,
    accepted: String,
    judged: usize,
}

#[derive(Template)]
#[template(path = "classification.html")]
struct ClassificationPage {
    chrome: Chrome,
    tabs: Vec<Tab>,
    rules: usize,
    models: usize,
    version: String,
    saw: usize,
    corrections: usize,
    taught: usize,
    axes: Vec<AxisLine>,
}

pub(super) async fn classification(visit: Visit) -> Answer {
    let desk = visit.site.desk();
    let policy = desk.policy();
    let card = &policy.classifier.model.card;
    let now = desk.now();
    let since = now.saturating_sub(SignedDuration::from_hours(24 * 90)).unwrap_or(now);
    let outcomes = desk.store().outcomes(since).await?;
    let judged = outcomes.len();
    let share = |right: usize| match judged {
        0 => "sans objet".to_owned(),
        judged => format!("{:.0} %", right as f64 * 100.0 / judged as f64),
    };
    let right = |same: fn(&crate::store::Outcome) -> bool| outcomes.iter().filter(|outcome| same(outcome)).count();
    let axes = vec![
        AxisLine { name: Axis::Kind.asked(), accepted: share(right(|one| one.kind.0 == one.kind.1)), judged },
        AxisLine { name: Axis::Scope.asked(), accepted: share(right(|one| one.scope.0 == one.scope.1)), judged },
        AxisLine { name: Axis::Topic.asked(), accepted: share(right(|one| one.topic.0 == one.topic.1)), judged },
    ];
    let here = "/administration/classement";
    html(&ClassificationPage {
        rules: policy.classifier.rules.count(),
        models: policy.library.all().count(),
        version: card.version.clone(),
        saw: card.saw.values().sum(),
        corrections: card.saw.get("corrections").copied().unwrap_or_default(),
        taught: desk.store().taught_count().await? as usize,
        axes,
        tabs: tabs(here),
        chrome: Chrome::of(&visit, "Classement", "/administration"),
    })
}
