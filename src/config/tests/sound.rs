//! What a sound configuration becomes, what it is when little is said, and that no text at all makes the reader fall.

use std::path::PathBuf;

use jiff::civil::{Date, date};
use proptest::prelude::*;

use super::{IMAP, LEAST, least_but, read};
use crate::{
    calendar::{Delay, Unit},
    case::{Channel, Kind},
    config::{Afterwards, Backfill, Config, DEFAULT, Envelope, ImapAuth, Secret, Source, Tls, Transport},
};

const TODAY: Date = date(2026, 3, 2);

fn sound(text: &str) -> Config {
    read(&[("releve.toml", text)]).unwrap_or_else(|told| panic!("{}", told.join("\n")))
}

#[test]
fn the_least_gets_every_default() {
    let config = sound(LEAST);
    assert_eq!(config.prefecture.internal_domains, ["gouv.fr"]);
    assert_eq!((config.prefecture.website.as_str(), config.prefecture.privacy_page.as_str()), ("", ""));
    assert!(config.prefecture.closures.is_empty());
    let service = config.service("accueil").unwrap();
    assert_eq!((service.phone.as_str(), service.managers.len()), ("05 36 49 00 00", 0));
    assert_eq!(service.address, "2 place de l'Exemple, 16000 Ville");
    let mailbox = config.mailbox("contact").unwrap();
    assert_eq!(mailbox.source, Source::Maildir(PathBuf::from("/etc/releve/boites/contact")));
    assert_eq!((&mailbox.afterwards, mailbox.backfill), (&Afterwards::Nothing, Backfill::Keep));
    assert_eq!((mailbox.active_since, mailbox.poll_seconds), (None, 60));
    let limits = &config.acknowledgement;
    assert_eq!((limits.enabled, limits.max_per_sender_per_hour, limits.max_per_sender_per_day), (true, 5, 20));
    assert_eq!((limits.envelope, limits.form_senders.len()), (Envelope::Null, 0));
    assert_eq!(config.outgoing.domain, "example.fr");
    assert_eq!(config.outgoing.transport, Transport::Folder(PathBuf::from("/etc/releve/sortie")));
    assert_eq!(config.database.url, "sqlite:/etc/releve/releve.db");
    assert_eq!((config.limits.message_bytes, config.limits.parse_seconds), (26_214_400, 10));
    assert_eq!(config.deadlines.rule(Channel::Letter, None, TODAY).delay, Delay { days: 10, unit: Unit::Working });
}

#[test]
fn an_account_gets_every_default() {
    let config = sound(&least_but("maildir = \"boites/contact\"", IMAP));
    let Source::Imap(imap) = &config.mailboxes[0].source else { panic!("not IMAP") };
    assert_eq!((imap.server.host.as_str(), imap.server.port, imap.server.tls), ("imap.example.fr", 993, Tls::Implicit));
    assert_eq!((imap.auth, imap.folder.as_str()), (ImapAuth::Login, "INBOX"));
    assert_eq!(imap.secret, Secret::File(PathBuf::from("/etc/releve/p")));
}

#[test]
fn the_port_follows_the_encryption() {
    let imap = |tls: &str| {
        let imap = IMAP.replace("imap.example.fr", "127.0.0.2").replace("user", &format!("tls = \"{tls}\", user"));
        match sound(&least_but("maildir = \"boites/contact\"", &imap)).mailboxes.remove(0).source {
            Source::Imap(imap) => imap.server.port,
            Source::Maildir(_) => 0,
        }
    };
    let smtp = |tls: &str| {
        let smtp = format!("smtp = {{ host = \"::1\", tls = \"{tls}\" }}");
        match sound(&least_but("folder = \"sortie\"", &smtp)).outgoing.transport {
            Transport::Smtp(smtp) => smtp.server.port,
            Transport::Folder(_) => 0,
        }
    };
    assert_eq!(["implicit", "starttls", "none"].map(imap), [993, 143, 143]);
    assert_eq!(["implicit", "starttls", "none"].map(smtp), [465, 587, 25]);
}

#[test]
fn what_is_given_is_kept() {
    let text = least_but("phone =", "closures = [2026-05-15, \"2026-12-24\"]\nphone =")
        .replace(
            "service = \"accueil\"",
            "service = \"accueil\"\naliases = [\"PREF@example.fr\"]\nactive_since = 2026-03-02T08:00:00+01:00\n\
             afterwards = { move = \"Traités\" }",
        )
        .replace("sqlite:releve.db", "postgres://releve@base/releve")
        + "[limits]\nmessage_bytes = \"2 Mo\"\n\
           [[deadline]]\nchannel = \"email\"\ndays = 7\nunit = \"calendar\"\n\
           [[deadline]]\nchannel = \"email\"\nkind = \"reclamation\"\ndays = 3\nunit = \"working\"\n";
    let config = sound(&text);
    assert_eq!(config.prefecture.closures, [date(2026, 5, 15), date(2026, 12, 24)]);
    assert_eq!(config.mailboxes[0].active_since, Some("2026-03-02T07:00:00Z".parse().unwrap()));
    assert_eq!(config.mailboxes[0].afterwards, Afterwards::Move("Traités".to_owned()));
    assert_eq!(config.own_addresses(), ["accueil@example.fr", "contact@example.fr", "pref@example.fr"]);
    assert_eq!(config.database.url, "postgres://releve@base/releve");
    assert_eq!(config.limits.message_bytes, 2_000_000);
    assert_eq!(config.deadlines.0[0].kind, Some(Kind::Complaint), "the most specific first");
    assert_eq!(config.deadlines.rule(Channel::Email, None, TODAY).delay, Delay { days: 7, unit: Unit::Calendar });
    assert!(!config.calendar().is_working(date(2026, 5, 15)));
    assert!(config.calendar().is_working(date(2026, 5, 18)));
}

#[test]
fn repeated_tables_may_be_spread_over_files() {
    let more = "[[mailbox]]\nid = \"b\"\naddress = \"b@example.fr\"\nservice = \"b\"\nmaildir = \"/b\"\n\
                [[service]]\nid = \"b\"\nname = \"B\"\nemail = \"b@example.fr\"\n";
    let config = read(&[("a.toml", LEAST), ("b.toml", more)]).unwrap();
    let ids: Vec<_> = config.mailboxes.iter().map(|mailbox| mailbox.id.as_str()).collect();
    assert_eq!(ids, ["contact", "b"]);
    assert_eq!(config.service("b").unwrap().name, "B");
    assert!(config.service("c").is_none() && config.mailbox("c").is_none());
}

#[test]
fn the_default_is_sound() {
    let config = sound(DEFAULT);
    assert_eq!((config.services.len(), config.mailboxes.len()), (2, 3));
}

/// The settings that the default shows without applying them.
fn uncommented() -> String {
    let setting = |line: &str| match line.strip_prefix('#') {
        Some(setting) if !setting.is_empty() => setting.to_owned(),
        _ => line.to_owned(),
    };
    let lines = DEFAULT.lines().filter(|line| !line.starts_with("# "));
    let lines = lines.filter(|line| *line != "maildir = \"boites/accueil\"" && *line != "folder = \"sortie\"");
    let lines = lines.filter(|line| *line != "#password_file = \"secrets/base\"");
    lines.map(setting).collect::<Vec<_>>().join("\n").replace("channel = \"email\"\nkind", "channel = \"form\"\nkind")
}

#[test]
fn the_default_shows_settings_that_work() {
    let config = sound(&uncommented());
    let Source::Imap(imap) = &config.mailboxes[0].source else { panic!("not IMAP") };
    assert_eq!(imap.secret, Secret::File(PathBuf::from("/etc/releve/secrets/accueil")));
    assert!(matches!(config.outgoing.transport, Transport::Smtp(_)));
    assert_eq!(config.deadlines.0.len(), 3);
}

#[test]
fn the_default_values_that_are_shown_are_the_true_ones() {
    let (shown, applied) = (sound(&uncommented()), sound(DEFAULT));
    assert_eq!(format!("{:?}", shown.acknowledgement), format!("{:?}", applied.acknowledgement));
    assert_eq!(format!("{:?}", shown.limits), format!("{:?}", applied.limits));
    assert_eq!(shown.prefecture.internal_domains, applied.prefecture.internal_domains);
    assert_eq!(shown.outgoing.domain, applied.outgoing.domain);
    let (shown, applied) = (&shown.mailboxes[0], &applied.mailboxes[0]);
    assert_eq!((&shown.afterwards, shown.backfill), (&applied.afterwards, applied.backfill));
    assert_eq!(shown.poll_seconds, applied.poll_seconds);
}

proptest! {
    #[test]
    fn any_text_at_all_is_read_without_falling(text in any::<String>()) {
        let _ = read(&[("releve.toml", &text)]);
    }

    /// A sound text with a piece cut out and another put in is near enough to TOML to reach every reader.
    #[test]
    fn a_mangled_configuration_is_refused_or_read(
        whole in prop::sample::select(vec![DEFAULT.to_owned(), uncommented()]),
        at in any::<prop::sample::Index>(),
        cut in 0..40_usize,
        put in "[\\[\\]{}=\"'#., \n\\\\a-z0-9é-]{0,8}",
    ) {
        let chars: Vec<char> = whole.chars().collect();
        let at = at.index(chars.len());
        let text: String =
            chars[..at].iter().copied().chain(put.chars()).chain(chars[at..].iter().copied().skip(cut)).collect();
        if let Err(told) = read(&[("releve.toml", &text)]) {
            prop_assert!(!told.is_empty(), "refused without a word");
        }
    }
}
