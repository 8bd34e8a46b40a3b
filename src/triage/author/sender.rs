//! Rules on who sent a message and to whom: names of daemons and of addresses that nobody reads, our own addresses,
//! colleagues, form gateways.

use std::sync::LazyLock;

use regex::bytes::{Regex, RegexBuilder};

use super::{Rule, Says::*, Surroundings, view::View};
use crate::{
    mail::{Address, Message, ReturnPath},
    triage::fold::{fold, fold_pattern},
};

pub(super) const RULES: &[Rule] = &[
    Rule {
        name: "daemon",
        says: Answers,
        text: "L'expéditeur est un automate de messagerie.",
        holds: |view| {
            senders(view.message).any(|address| DAEMON.is_match(local(address).as_bytes()))
                || senders(view.message).any(|address| DAEMON_NAME.is_match(fold(&address.name).as_bytes()))
                || matches!(&view.message.return_path, ReturnPath::Address(path) if DAEMON.is_match(fold(path).as_bytes()))
        },
    },
    Rule {
        name: "no-reply",
        says: Software,
        text: "L'adresse de l'expéditeur n'est lue par personne.",
        holds: |view| no_reply(view) && person_behind(view).is_none(),
    },
    Rule {
        name: "system-account",
        says: Software,
        text: "L'expéditeur est un compte technique.",
        holds: |view| senders(view.message).any(|address| SYSTEM.is_match(local(address).as_bytes())),
    },
    Rule {
        name: "undeclared-form",
        says: Unanswered,
        text: "Le message paraît venir d'un formulaire qui n'est pas déclaré : à déclarer dans la configuration, ou à traiter par un agent.",
        holds: |view| !view.by_form() && no_reply(view) && person_behind(view).is_some(),
    },
    Rule {
        name: "own-address",
        says: Unanswered,
        text: "Le message vient d'une de nos propres adresses.",
        holds: |view| {
            !view.by_form()
                && view.message.from.as_ref().is_some_and(|from| is_one_of(from, view.surroundings.own_addresses))
        },
    },
    Rule {
        // CRPA L112-2: an administration does not acknowledge the mail of its own agents.
        name: "internal",
        says: Unanswered,
        text: "L'expéditeur est un service de l'État : pas d'accusé de réception entre services (CRPA L112-2).",
        holds: |view| {
            let Some((_, domain)) = view.message.from.as_ref().and_then(|from| from.email.rsplit_once('@')) else {
                return false;
            };
            !view.by_form() && view.surroundings.internal_domains.iter().any(|internal| is_under(domain, internal))
        },
    },
    Rule {
        // RFC 3834 §2, RFC 5230 §4.5: only who wrote to us by name is answered.
        name: "not-addressed",
        says: Unanswered,
        text: "La boîte ne figure ni parmi les destinataires ni en copie.",
        holds: |view| view.surroundings.mailbox_addresses.is_some_and(|ours| !addressed(view, ours)),
    },
    Rule {
        name: "no-sender",
        says: Unanswered,
        text: "Aucune adresse d'expéditeur utilisable : il n'y a personne à qui répondre.",
        holds: |view| correspondent(view.message, view.surroundings).is_none(),
    },
];

/// Whether a declared form gateway sent the message.
pub(super) fn is_form(message: &Message, surroundings: &Surroundings<'_>) -> bool {
    message.from.as_ref().is_some_and(|from| is_one_of(from, surroundings.form_senders))
}

/// See [`super::correspondent`].
pub(super) fn correspondent<'m>(message: &'m Message, surroundings: &Surroundings<'_>) -> Option<&'m Address> {
    let behind = if is_form(message, surroundings) { message.reply_to.first() } else { message.from.as_ref() };
    behind.filter(|address| is_usable(address))
}

/// The local parts of mail systems themselves (RFC 2142, RFC 5321 §4.5.1) and of answering machines.
static DAEMON: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^(?:(?:e?mail(?:er|s)?|double)[-._]?(?:daemons?|demon)|post[-._]?master|mdaemon|mail[-._]?(?:delivery|system|administrator)(?:[-._]?sub)?(?:[-._]?system)?|microsoftexchange[0-9a-f]{16,}|auto[-._]?(?:reply|reponse|response|responder|answer|mailer|confirm)|repondeur|reponse[-._]?auto(?:matique)?|majordomo|listserv|mailman|sympa|ezmlm|antivirus|virus[-._]?(?:alert|scanner|warning)s?)(?:[-._+=][^@]*)?(?:@|$)",
    )
});

/// The names under which mail systems write, whatever their address.
static DAEMON_NAME: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r#"^['"]?(?:(?:internet )?mail(?:er)? ?delivery ?(?:sub-?|service|notification)?(?:system)?|e?mail(?:er)?[- ]daemon|postmaster|mail administrator|microsoft outlook|microsoft exchange|system administrator|systemadministrator|administrateur systeme|mail system|mail delivery status notification|mail router|delivery subsystem)\b"#,
    )
});

/// Addresses that nobody reads, in the languages of the mail we get.
static NO_REPLY: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?:^|[-._+0-9])(?:(?:no|not?|do[-._]?no?t?|dont|never)[-._]?(?:reply|replay|respond|response|respuesta|answer|return|mail)|ne[-._]?pas[-._]?(?:y[-._]?)?rep(?:on|n)dre|pas[-._]?(?:de[-._]?)?(?:reponse|repondre)|sans[-._]?reponse|non?[-._]?(?:responder|contestar|contesta|responda|rispondere|responder)|nao[-._]?resp(?:onda|onder)|nicht[-._]?antworten|keine[-._]?antwort|niet[-._]?(?:be)?antwoorden|nie[-._]?odpowiadaj|ej[-._]?svar|svar[-._]?ej|ikke[-._]?svar|unattended|unmonitored)(?:$|[-._+=0-9@])|^(?:(?:mail[-._]?)?bounces?|notifications?|notif|notify|notifier|alerts?|alertes?|newsletters?|infolettre|news[-._]?letter|mailing[-._]?list|robot|automate|automatic|automatique|mailbot)(?:$|[-._+=0-9@])|[-._](?:notifications?|newsletters?|notif|robot|automate)(?:$|[+=0-9@])",
    )
});

/// A display name that asks not to be answered.
static NO_REPLY_NAME: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"\b(?:no[-_ ]?reply|do[-_ ]?not[-_ ]?reply|ne[-_ ]pas[-_ ]repondre|merci de ne pas repondre)\b")
});

/// Accounts of machines and web servers.
static SYSTEM: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^(?:root|daemon|nobody|www-?data|www-?run|apache|httpd|nginx|wordpress|cron|crond|cron-?daemon|nagios|icinga|zabbix|centreon|logwatch|fail2ban|jenkins|gitlab|jira|sharepoint|uucp|mmdf)(?:[-._+=][^@]*)?(?:@|$)",
    )
});

fn pattern(source: &str) -> Regex {
    RegexBuilder::new(&fold_pattern(source))
        .unicode(false)
        .case_insensitive(true)
        .build()
        .expect("a pattern of ours is sound")
}

/// Who a message says it is from.
fn senders(message: &Message) -> impl Iterator<Item = &Address> {
    message.from.iter().chain(&message.sender)
}

/// The folded address up to its `@`, or the whole when it has none: `MAILER-DAEMON` alone is a sender too.
fn local(address: &Address) -> String {
    fold(address.email.rsplit_once('@').map_or(address.email.as_str(), |(local, _)| local))
}

fn no_reply(view: &View<'_>) -> bool {
    view.message.from.iter().any(nobody_reads)
}

fn nobody_reads(address: &Address) -> bool {
    NO_REPLY.is_match(local(address).as_bytes()) || NO_REPLY_NAME.is_match(fold(&address.name).as_bytes())
}

/// The ordinary address to which the answer of a no-reply sender would go: that of the person who filled in a form.
fn person_behind<'m>(view: &View<'m>) -> Option<&'m Address> {
    let from = view.message.from.as_ref()?;
    view.message.reply_to.iter().find(|reply| {
        is_usable(reply)
            && !reply.email.eq_ignore_ascii_case(&from.email)
            && !nobody_reads(reply)
            && !DAEMON.is_match(local(reply).as_bytes())
            && !SYSTEM.is_match(local(reply).as_bytes())
            && !is_one_of(reply, view.surroundings.own_addresses)
    })
}

/// Whether the mailbox stands in `To`, `Cc` or their `Resent-` forms.
fn addressed(view: &View<'_>, ours: &[String]) -> bool {
    view.message.to.iter().chain(&view.message.cc).any(|address| is_one_of(address, ours))
        || view.any_whole(&["Resent-To", "Resent-Cc"], |value| ours.iter().any(|own| value.contains(own.as_str())))
}

/// Whether the address is one of these; a subaddress (`pref+reponse@`, RFC 5233) counts.
fn is_one_of(address: &Address, known: &[String]) -> bool {
    let email = address.email.to_lowercase();
    let bare = match email.rsplit_once('@') {
        Some((local, domain)) => format!("{}@{domain}", local.split('+').next().unwrap_or(local)),
        None => email.clone(),
    };
    known.iter().any(|one| *one == email || *one == bare)
}

fn is_under(domain: &str, parent: &str) -> bool {
    let parent = parent.trim_start_matches(['@', '.']);
    let (domain, parent) = (domain.to_lowercase(), parent.to_lowercase());
    domain == parent || domain.strip_suffix(&parent).is_some_and(|rest| rest.ends_with('.'))
}

fn is_usable(address: &Address) -> bool {
    address.email.rsplit_once('@').is_some_and(|(local, domain)| {
        !local.is_empty() && !domain.is_empty() && !address.email.contains(char::is_whitespace)
    })
}
