//! « Administration »: the machine room. Mailboxes, what was set apart, mail that has not left, accounts, the record of what
//! was done, rules and model. No case can be read here.

mod accounts;
mod record;

pub(super) use accounts::{accounts, add_account, change_account};
pub(super) use record::{classification, journal};

use askama::Template;
use jiff::SignedDuration;

use super::{
    page::{self, Chrome},
    visit::{Answer, Visit, html},
};
use crate::config::Source;

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
