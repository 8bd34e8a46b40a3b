//! `[watch]`, `[[warning]]` and `[web]`: what the prefecture's own people are told, when, and with links to where.

use std::collections::BTreeSet;

use crate::{
    calendar::Hours,
    case::Role,
    config::{
        WarningStep, Watch, Web,
        section::Section,
        shape::{email, flag, list, page, socket, time, whole, word},
    },
};

/// `[watch]`; `first_mailbox` is the sender where none is named, `warnings` the steps of its `[[warning]]` tables.
pub(in crate::config) fn watch(
    from: &mut Section<'_>,
    first_mailbox: Option<&str>,
    warnings: Vec<WarningStep>,
) -> Option<Watch> {
    let enabled = from.or("enabled", flag(), true);
    let opens = from.or("from", time(), Watch::STANDARD_HOURS.from);
    let closes = from.or("until", time(), Watch::STANDARD_HOURS.until);
    let sender = from.or("sender", email(), first_mailbox.unwrap_or_default().to_lowercase());
    let tell_nothing_late = from.or("tell_nothing_late", flag(), false);
    let weekly = from.or("weekly", flag(), true);
    if let (Some(opens), Some(closes)) = (opens, closes)
        && opens >= closes
    {
        from.tell("until", format!("« until » ({closes:.0}) doit venir après « from » ({opens:.0})"));
        return None;
    }
    let mut warnings = if warnings.is_empty() { Watch::standard_warnings() } else { warnings };
    warnings.sort_by_key(|step| step.days);
    Some(Watch {
        enabled: enabled?,
        hours: Hours { from: opens?, until: closes? },
        sender: sender?,
        tell_nothing_late: tell_nothing_late?,
        weekly: weekly?,
        warnings,
    })
}

/// `[[warning]]`
pub(in crate::config) fn warning(from: &mut Section<'_>) -> Option<WarningStep> {
    let days = from.required("days", whole(-60, 250));
    let roles = word(Role::ALL.iter().map(|role| (role.word(), *role)).collect());
    let to: Option<Vec<Role>> = from.required("to", list(roles));
    let distinct = to.iter().flatten().collect::<BTreeSet<_>>().len();
    match to.as_ref().map(Vec::len) {
        Some(0) => {
            from.tell("to", "« to » est vide : nommez une fonction au moins, ou retirez cette table [[warning]]")
        }
        Some(named) if named > distinct => from.tell("to", "« to » nomme deux fois la même fonction"),
        _ => {}
    }
    Some(WarningStep { days: days?, to: to? })
}

/// `[web]`
pub(in crate::config) fn web(from: &mut Section<'_>) -> Option<Web> {
    let listen = from.optional("listen", socket());
    let address = from.or("address", page(), String::new());
    let undo_seconds = from.or("undo_seconds", whole(0, 600), Web::STANDARD_UNDO);
    let session_hours = from.or("session_hours", whole(1, 24 * 14), Web::STANDARD_SESSION);
    let web = Web {
        listen: listen?,
        address: address?.trim_end_matches('/').to_owned(),
        undo_seconds: undo_seconds?,
        session_hours: session_hours?,
    };
    if web.listen.is_some_and(|listen| !listen.ip().is_loopback()) && !web.is_encrypted() {
        from.tell(
            "listen",
            "« listen » est une adresse que d'autres machines atteignent, et les mots de passe y passeraient en clair ; \
             attendu : une adresse de cette machine (127.0.0.1) derrière un serveur qui chiffre, ou « address » en https",
        );
        return None;
    }
    if web.address.matches('/').count() > 2 {
        from.tell(
            "address",
            "« address » a un chemin ; attendu : le nom du serveur seul, par exemple \"https://releve.example.fr\"",
        );
        return None;
    }
    Some(web)
}
