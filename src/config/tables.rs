//! One reader a table. Each asks for all its keys before it gives up on the first wrong one (`?`), so that everything
//! wrong in it is told.

mod figures;
mod outgoing;
mod replies;
mod server;
mod watch;

pub(super) use figures::{figures, target};
pub(super) use outgoing::{database, outgoing};
pub(super) use replies::{acronym, agent, fact};
pub(super) use watch::{warning, watch, web};

use std::path::PathBuf;

use super::{
    Acknowledgement, Afterwards, Backfill, DeadlineRule, Envelope, Holds, Imap, ImapAuth, Limits, Mailbox, Prefecture,
    Secret, Service, Source, Tls,
    deadlines::STANDARD_SOURCE,
    section::{Section, Value},
    shape::{
        Shape, credential, day, department, domain, email, file, flag, id, instant, list, page, path, people, shape,
        size, table, text, whole, word,
    },
};
use crate::{
    calendar::{Delay, Unit},
    case::{Channel, Flag, Kind, Scope, Topic},
};

/// `[prefecture]`
pub(super) fn prefecture(from: &mut Section<'_>) -> Option<Prefecture> {
    let name = from.required("name", text());
    let territory = from.required("department", department());
    let address = from.required("address", text());
    let phone = from.required("phone", text());
    let website = from.or("website", page(), String::new());
    let privacy_page = from.or("privacy_page", page(), String::new());
    let closures = from.or("closures", list(day()), Vec::new());
    let internal_domains = from.or("internal_domains", list(domain()), vec!["gouv.fr".to_owned()]);
    let general_secretary = from.or("general_secretary", people(), Vec::new());
    let quality_officers = from.or("quality_officers", people(), Vec::new());
    Some(Prefecture {
        name: name?,
        territory: territory?,
        address: address?,
        phone: phone?,
        website: website?,
        privacy_page: privacy_page?,
        closures: closures?,
        internal_domains: internal_domains?,
        general_secretary: general_secretary?,
        quality_officers: quality_officers?,
    })
}

/// `[[service]]`; what it does not say is as for the whole prefecture, when that is known.
pub(super) fn service(from: &mut Section<'_>, prefecture: Option<&Prefecture>) -> Option<Service> {
    let (phone, address) = prefecture.map(|all| (all.phone.clone(), all.address.clone())).unwrap_or_default();
    let id = from.required("id", id());
    let name = from.required("name", text());
    let email_address = from.required("email", email());
    let phone = from.or("phone", text(), phone);
    let address = from.or("address", text(), address);
    let agents = from.or("agents", people(), Vec::new());
    let managers = from.or("managers", people(), Vec::new());
    let directors = from.or("directors", people(), Vec::new());
    let topics = from.or("topics", list(topic()), Vec::new());
    let scopes = from.or("scopes", list(scope()), Vec::new());
    let flags = from.or("flags", list(sign()), Vec::new());
    Some(Service {
        id: id?,
        name: name?,
        email: email_address?,
        phone: phone?,
        address: address?,
        agents: agents?,
        managers: managers?,
        directors: directors?,
        topics: topics?,
        scopes: scopes?,
        flags: flags?,
    })
}

/// `[classification]`
pub(super) fn classification(from: &mut Section<'_>) -> Option<Option<PathBuf>> {
    from.optional("model", path())
}

fn topic() -> Shape<impl Fn(Value<'_>, &str) -> Option<Topic>> {
    word(Topic::ALL.iter().map(|topic| (topic.word(), *topic)).collect())
}

fn scope() -> Shape<impl Fn(Value<'_>, &str) -> Option<Scope>> {
    word(Scope::ALL.iter().filter(|scope| **scope != Scope::None).map(|scope| (scope.word(), *scope)).collect())
}

fn sign() -> Shape<impl Fn(Value<'_>, &str) -> Option<Flag>> {
    word(Flag::ALL.iter().map(|flag| (flag.word(), *flag)).collect())
}

/// `[[mailbox]]`
pub(super) fn mailbox(from: &mut Section<'_>) -> Option<Mailbox> {
    let id = from.required("id", id());
    let address = from.required("address", email());
    let aliases = from.or("aliases", list(email()), Vec::new());
    let service = from.required("service", text());
    let maildir = from.optional("maildir", path());
    let imap = from.optional("imap", table("une table { host = …, user = …, password_file = … }", imap));
    let afterwards = from.or("afterwards", afterwards(), Afterwards::Nothing);
    let backfill = word(vec![("none", Backfill::None), ("keep", Backfill::Keep)]);
    let backfill = from.or("backfill", backfill, Backfill::Keep);
    let active_since = from.optional("active_since", instant());
    let poll_seconds = from.or("poll_seconds", whole(5, 3600), 60);
    let reopen_days = from.or("reopen_days", whole(0, 3650), 30);
    let sent = from.optional("sent", text());
    let drafts = from.optional("drafts", text());
    let source = from.one_of([
        ("maildir", maildir.map(|path| path.map(Source::Maildir))),
        ("imap", imap.map(|imap| imap.map(Source::Imap))),
    ]);
    match (&source, &afterwards) {
        (Some(Source::Maildir(_)), Some(Afterwards::Flag)) => from.tell(
            "afterwards",
            "« afterwards » vaut \"flag\", qu'un Maildir ne sait pas garder ; attendu : \"nothing\" ou { move = \"Traités\" }",
        ),
        (Some(Source::Imap(imap)), Some(Afterwards::Move(folder))) if folder.eq_ignore_ascii_case(&imap.folder) => from.tell(
            "afterwards",
            format!("« move » renvoie les messages dans le dossier relevé, « {folder} » ; choisissez-en un autre"),
        ),
        _ => {}
    }
    let read = match &source {
        Some(Source::Imap(imap)) => Some(imap.folder.clone()),
        _ => None,
    };
    let moved = match &afterwards {
        Some(Afterwards::Move(folder)) => Some(folder.clone()),
        _ => None,
    };
    let (sent_to, drafts_to) = (sent.clone().flatten(), drafts.clone().flatten());
    for (key, folder, others) in
        [("sent", &sent_to, [&read, &moved, &None]), ("drafts", &drafts_to, [&read, &moved, &sent_to])]
    {
        let taken = |folder: &String| {
            others.iter().any(|other| other.as_ref().is_some_and(|other| other.eq_ignore_ascii_case(folder)))
        };
        if folder.as_ref().is_some_and(taken) {
            from.tell(key, format!("« {key} » est un dossier qui sert déjà à autre chose ; nommez-en un autre"));
        }
    }
    Some(Mailbox {
        id: id?,
        address: address?,
        aliases: aliases?,
        service: service?,
        source: source?,
        afterwards: afterwards?,
        backfill: backfill?,
        active_since: active_since?,
        poll_seconds: poll_seconds?,
        reopen_days: reopen_days?,
        sent: sent?,
        drafts: drafts?,
        holds: Holds::Received,
    })
}

fn afterwards() -> Shape<impl Fn(Value<'_>, &str) -> Option<Afterwards>> {
    shape("\"nothing\", \"flag\" ou { move = \"Traités\" }", |value, expected| match value.get().as_str() {
        Some("nothing") => Some(Afterwards::Nothing),
        Some("flag") => Some(Afterwards::Flag),
        _ => value.table(expected, |from| from.required("move", text()).map(Afterwards::Move)),
    })
}

/// `imap = { … }`
fn imap(from: &mut Section<'_>) -> Option<Imap> {
    let server = server::server(from, Tls::Implicit, |tls| if tls == Tls::Implicit { 993 } else { 143 });
    let user = from.required("user", text());
    let auth = word(vec![("login", ImapAuth::Login), ("plain", ImapAuth::Plain), ("xoauth2", ImapAuth::XOAuth2)]);
    let auth = from.or("auth", auth, ImapAuth::Login);
    let password = from.optional("password_file", file());
    let token = from.optional("token_file", file());
    let credential = from.optional("credential", credential());
    let folder = from.or("folder", text(), "INBOX".to_owned());
    let secret = from.one_of([
        ("password_file", password.map(|path| path.map(Secret::File))),
        ("token_file", token.map(|path| path.map(Secret::File))),
        ("credential", credential.map(|name| name.map(Secret::Credential))),
    ]);
    match auth {
        Some(ImapAuth::XOAuth2) if from.has("password_file") => {
            from.tell("password_file", "avec auth = \"xoauth2\", « password_file » s'écrit « token_file »");
        }
        Some(ImapAuth::Login | ImapAuth::Plain) if from.has("token_file") => {
            from.tell("token_file", "« token_file » ne va qu'avec auth = \"xoauth2\" ; sinon : « password_file »");
        }
        _ => {}
    }
    Some(Imap { server: server?, user: user?, auth: auth?, secret: secret?, folder: folder? })
}

/// `[[deadline]]`
pub(super) fn deadline(from: &mut Section<'_>) -> Option<DeadlineRule> {
    let channel =
        from.required("channel", word(Channel::ALL.iter().map(|channel| (channel.word(), *channel)).collect()));
    // A message that asks for nothing has no deadline; a complaint may be spelt as in the corpus.
    let kinds = Kind::ALL.iter().filter(|kind| **kind != Kind::None);
    let mut kinds: Vec<_> = kinds.map(|kind| (kind.word(), *kind)).collect();
    kinds.push((Kind::Complaint.corpus(), Kind::Complaint));
    let kind = from.optional("kind", word(kinds));
    let days = from.required("days", whole(1, 365));
    let unit = from.required("unit", word(vec![("working", Unit::Working), ("calendar", Unit::Calendar)]));
    let source = from.or("source", text(), STANDARD_SOURCE.to_owned());
    let since = from.optional("since", day());
    Some(DeadlineRule {
        channel: channel?,
        kind: kind?,
        delay: Delay { days: days?, unit: unit? },
        source: source?,
        since: since?,
    })
}

/// `[acknowledgement]`
pub(super) fn acknowledgement(from: &mut Section<'_>) -> Option<Acknowledgement> {
    let enabled = from.or("enabled", flag(), true);
    let max_per_sender_per_hour = from.or("max_per_sender_per_hour", whole(1, 1000), 5);
    let max_per_sender_per_day = from.or("max_per_sender_per_day", whole(1, 1000), 20);
    let envelope = word(vec![("null", Envelope::Null), ("mailbox", Envelope::Mailbox)]);
    let envelope = from.or("envelope", envelope, Envelope::Null);
    let form_senders = from.or("form_senders", list(email()), Vec::new());
    Some(Acknowledgement {
        enabled: enabled?,
        max_per_sender_per_hour: max_per_sender_per_hour?,
        max_per_sender_per_day: max_per_sender_per_day?,
        envelope: envelope?,
        form_senders: form_senders?,
    })
}

/// `[limits]`
pub(super) fn limits(from: &mut Section<'_>) -> Option<Limits> {
    let message_bytes = from.or("message_bytes", size(), 25 << 20);
    let parse_seconds = from.or("parse_seconds", whole(1, 300), 10);
    Some(Limits { message_bytes: message_bytes?, parse_seconds: parse_seconds? })
}
