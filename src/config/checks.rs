//! What no table can know alone: names that must be known, and things of which there must not be two. The tables are
//! compared as they were written, so that a fault elsewhere in one of them hides nothing.

use std::collections::HashMap;

use super::{
    WarningStep,
    section::{Section, nearest},
};

/// Compares the tables with each other.
pub(super) fn across(services: &[Section<'_>], mailboxes: &[Section<'_>], deadlines: &[Section<'_>]) {
    let key = |key| move |table: &Section<'_>| Vec::from_iter(table.raw(&[key]).map(|text| (key, text.to_owned())));
    distinct(services, key("id"), |id, place| format!("le service « {id} » est déjà décrit ({place})"));
    distinct(mailboxes, key("id"), |id, place| format!("la boîte « {id} » est déjà décrite ({place})"));
    distinct(mailboxes, addresses, |address, place| {
        format!("l'adresse « {address} » est déjà celle d'une boîte ({place})")
    });
    distinct(mailboxes, sources, |source, place| {
        format!("« {source} » est déjà relevé par une autre boîte ({place}) : chaque message y serait lu deux fois")
    });
    distinct(deadlines, rule, |rule, place| format!("le délai pour {rule} est déjà donné ({place})"));
    known_services(services, mailboxes);
}

/// What replies are made of, each once.
pub(super) fn of_replies(agents: &[Section<'_>], facts: &[Section<'_>], acronyms: &[Section<'_>]) {
    let key = |key| move |table: &Section<'_>| Vec::from_iter(table.raw(&[key]).map(|text| (key, text.to_lowercase())));
    distinct(agents, key("email"), |email, place| format!("l'agent « {email} » est déjà décrit ({place})"));
    distinct(facts, key("id"), |id, place| format!("le fait « {id} » est déjà donné ({place})"));
    distinct(acronyms, key("short"), |short, place| format!("le sigle « {short} » est déjà donné ({place})"));
}

/// A figure has one target.
pub(super) fn distinct_targets(targets: &[Section<'_>]) {
    let key =
        |table: &Section<'_>| Vec::from_iter(table.raw(&["indicator"]).map(|text| ("indicator", text.to_owned())));
    distinct(targets, key, |indicator, place| format!("l'objectif de « {indicator} » est déjà donné ({place})"));
}

/// Tells each thing that an earlier table already had.
fn distinct(
    tables: &[Section<'_>],
    things: impl Fn(&Section<'_>) -> Vec<(&'static str, String)>,
    sentence: impl Fn(&str, &str) -> String,
) {
    let mut seen = HashMap::<String, String>::new();
    for table in tables {
        for (key, thing) in things(table) {
            match seen.get(&thing) {
                Some(place) => table.tell(key, sentence(&thing, place)),
                None => {
                    seen.insert(thing, table.file.place(table.line(key)));
                }
            }
        }
    }
}

/// Every address that leads to a mailbox.
fn addresses(mailbox: &Section<'_>) -> Vec<(&'static str, String)> {
    let own = mailbox.raw(&["address"]).map(|address| ("address", address.to_lowercase()));
    let aliases = mailbox.raw_list("aliases").into_iter().map(|alias| ("aliases", alias.to_lowercase()));
    own.into_iter().chain(aliases).collect()
}

/// Where a mailbox is read: a Maildir, or a folder of an account.
fn sources(mailbox: &Section<'_>) -> Vec<(&'static str, String)> {
    let maildir = mailbox.raw(&["maildir"]).map(|path| {
        let path: std::path::PathBuf = mailbox.file.reading.folder.join(path).components().collect();
        ("maildir", path.display().to_string())
    });
    let imap = mailbox.raw(&["imap", "host"]).zip(mailbox.raw(&["imap", "user"])).map(|(host, user)| {
        let folder = mailbox.raw(&["imap", "folder"]).unwrap_or("INBOX");
        let folder = if folder.eq_ignore_ascii_case("INBOX") { "INBOX" } else { folder };
        ("imap", format!("{folder} de {user} sur {}", host.to_lowercase()))
    });
    maildir.into_iter().chain(imap).collect()
}

/// What a delay is for.
fn rule(deadline: &Section<'_>) -> Vec<(&'static str, String)> {
    let kind = match deadline.raw(&["kind"]) {
        Some("reclamation") => ", complaint".to_owned(),
        Some(kind) => format!(", {kind}"),
        None => String::new(),
    };
    let since = deadline.written("since").map(|since| format!(", depuis le {since}")).unwrap_or_default();
    Vec::from_iter(deadline.raw(&["channel"]).map(|channel| ("channel", format!("« {channel}{kind}{since} »"))))
}

/// Tells each step of the escalation that an earlier table already had: 2 and +2 are the same.
pub(super) fn distinct_steps(tables: &[Section<'_>], steps: &[WarningStep]) {
    for (place, (table, step)) in tables.iter().zip(steps).enumerate() {
        if let Some(first) = steps[..place].iter().position(|earlier| earlier.days == step.days) {
            let first = tables[first].file.place(tables[first].line("days"));
            let text = format!("« days = {} » est déjà donné ({first}) ; réunissez les deux dans « to »", step.days);
            table.tell("days", text);
        }
    }
}

/// Tells the mailboxes whose service nobody described.
fn known_services(services: &[Section<'_>], mailboxes: &[Section<'_>]) {
    let known: Vec<_> = services.iter().filter_map(|service| service.raw(&["id"])).collect();
    for mailbox in mailboxes {
        let Some(service) = mailbox.raw(&["service"]).filter(|service| !known.contains(service)) else { continue };
        let hint = match nearest(service, &known) {
            Some(near) => format!("Vouliez-vous dire « {near} » ?"),
            None => format!("Services décrits : {}", known.join(", ")),
        };
        if mailbox.file.reading.complete() && !known.is_empty() {
            mailbox.tell("service", format!("le service « {service} » n'est décrit nulle part. {hint}"));
        }
    }
}
