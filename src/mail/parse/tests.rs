use proptest::prelude::*;

use super::{Limits, Message, ReturnPath, Unreadable};

fn parse(raw: &[u8]) -> Message {
    super::parse(raw, &Limits::default()).unwrap()
}

fn refusal(raw: &[u8]) -> Unreadable {
    super::parse(raw, &Limits::default()).unwrap_err()
}

macro_rules! fixture {
    ($name:literal) => {
        parse(include_bytes!(concat!("../../../tests/fixtures/mail/", $name, ".eml")))
    };
}

#[test]
fn windows_1252_under_another_name() {
    let message = fixture!("latin1-is-windows-1252");
    assert_eq!(message.subject, "Timbre fiscal à 25 €");
    assert_eq!(message.text, "Bonjour,\nle timbre à 25 € est-il valable ? Ma sœur l’a acheté.");
    assert_eq!(message.message_id.as_deref(), Some("m1@example.fr"));
    assert_eq!(message.date.map(|date| date.to_string()).as_deref(), Some("2021-05-04T08:02:03Z"));
}

#[test]
fn utf_8_under_another_name() {
    let message = fixture!("utf8-called-latin1");
    assert_eq!(
        (message.subject.as_str(), message.text.as_str()),
        ("Re: réclamation", "J'ai déjà été reçue à l'accueil.")
    );
}

#[test]
fn headers_that_nobody_encoded() {
    let message = fixture!("raw-8bit-headers");
    assert_eq!(message.subject, "Réclamation");
    assert_eq!(message.from.map(|from| from.email).as_deref(), Some("renee@example.com"));
    assert_eq!(message.to[0].name, "Préfecture");
    assert_eq!(message.text, "Déjà trois mois.");
    assert_eq!((message.message_id, message.date), (None, None));
}

#[test]
fn markup_alone_is_read() {
    let message = fixture!("html-only");
    assert_eq!(message.text, "Bonjour,\n\nLundi 9 h\nMardi fermé ?\n\nMerci\nJeanne & Léo\n\nmon dossier");
    assert!(message.attachments.is_empty());
}

#[test]
fn a_stub_gives_way_to_its_markup() {
    assert_eq!(fixture!("stub-beside-html").text, "Mon récépissé expire vendredi.");
}

#[test]
fn parts_in_parts() {
    let message = fixture!("nested-with-attachments");
    assert_eq!(message.text, "Voici les pièces.\n\nUn mot encore après les pièces.");
    let listed: Vec<_> =
        message.attachments.iter().map(|part| (part.name.as_str(), part.content_type.as_str(), part.size)).collect();
    assert_eq!(
        listed,
        [
            ("logo.png", "image/png", 8),
            ("justificatif de domicileé.pdf", "application/pdf", 9),
            ("winmail.dat", "application/ms-tnef", 4),
            ("Convocation reçue.eml", "message/rfc822", 115),
        ]
    );
    assert_eq!(message.attachments[1].digest, "e5c62df5dab5c87b6a015ef3d43597074d1eec433b15f51aec63b8582d0e4ab4");
    assert_eq!(message.reported_ids, ["original@example.org"]);
    assert_eq!(
        message.part_types[..4],
        ["multipart/mixed", "multipart/related", "multipart/alternative", "text/plain"]
    );
}

#[test]
fn a_signature_is_a_file_and_a_calendar_a_type() {
    let signed = fixture!("signed");
    assert_eq!((signed.text.as_str(), signed.attachments[0].name.as_str()), ("Message signé.", "smime.p7s"));
    let calendar = fixture!("calendar");
    assert!(calendar.part_types.contains(&"text/calendar".to_owned()));
    assert_eq!(calendar.text, "Reunion");
}

#[test]
fn an_attached_message_speaks_when_nothing_else_does() {
    let message = fixture!("forward-as-attachment");
    assert_eq!(message.text, "Où en est ma carte grise ?");
    assert_eq!(message.attachments[0].name, "Carte grise.eml");
}

#[test]
fn reports_tie_to_what_was_sent() {
    let message = fixture!("bounce-report");
    assert_eq!(message.return_path, ReturnPath::Null);
    assert_eq!((message.content_type.as_str(), message.report_type.as_str()), ("multipart/report", "delivery-status"));
    let ids = [1, 2, 3].map(|n| format!("ack.{n}@prefecture.example.org"));
    assert_eq!(message.reported_ids, ids);
    assert_eq!(fixture!("bounce-pasted").reported_ids, ["ack.4@prefecture.example.org"]);
}

#[test]
fn a_message_cut_in_the_middle_keeps_what_came() {
    let message = fixture!("cut-in-the-middle");
    assert_eq!(message.text, "le debut");
    assert_eq!((message.attachments[0].name.as_str(), message.attachments[0].size), ("a.pdf", 6));
}

#[test]
fn flowed_lines_and_bare_carriage_returns() {
    assert_eq!(fixture!("flowed").text, "Je voudrais savoir quels papiers apporter.\n\n-- \nJeanne");
    assert_eq!(fixture!("bare-carriage-returns").text, "Bonjour\nmerci");
}

#[test]
fn addresses_that_no_rfc_allows() {
    let message = fixture!("strange-addresses");
    let from = message.from.clone().unwrap();
    assert_eq!((from.name.as_str(), from.email.as_str()), ("Nom, Prenom", "nom..prenom.@free.example.fr"));
    let to: Vec<_> = message.to.iter().map(|address| address.email.as_str()).collect();
    assert_eq!(to, ["a@example.org", "b@example.org", "c@example.org"]);
    assert!(message.cc.is_empty());
    assert_eq!(message.headers("received").collect::<Vec<_>>(), ["from second", "from first"]);
    assert_eq!(message.references, ["a@x", "b@x", "c@x"]);
    assert_eq!((message.in_reply_to, message.return_path), (vec!["c@x".to_owned()], ReturnPath::Absent));
}

#[test]
fn what_cannot_be_read_says_why_without_content() {
    assert!(refusal(b"").0.contains("vide"));
    assert!(refusal(b" \r\n\n").0.contains("vide"));
    assert!(refusal(b"secret\nMartin").0.contains("en-tête"));
    assert!(refusal(&[0x89, b'P', b'N', b'G', 0, 1, 2, 3, b'\n', b'a', b':', 200]).0.contains("en-tête"));
    let all = [refusal(b"secret\nMartin"), refusal(nested_messages(60).as_bytes())];
    assert!(all.iter().all(|refusal| !refusal.0.contains("secret")));
}

#[test]
fn a_header_alone_is_readable() {
    assert_eq!(parse(b"Subject: bonjour").subject, "bonjour");
    assert_eq!(parse(b"\r\nFrom nobody Mon\r\nSubject: a\r\n\r\n").text, "");
}

fn nested_messages(levels: usize) -> String {
    format!("{}\nfin", "Subject: secret\nContent-Type: message/rfc822\n\n".repeat(levels))
}

fn nested_multiparts(levels: usize) -> String {
    let mut raw = "From: a@example.org\n".to_owned();
    for level in 0..levels {
        raw.push_str(&format!("Content-Type: multipart/mixed; boundary=b{level}x\n\n--b{level}x\n"));
    }
    raw
}

#[test]
fn ten_thousand_levels_are_too_many_and_thirty_are_not() {
    for raw in [nested_messages(10_000), nested_multiparts(10_000)] {
        assert!(refusal(raw.as_bytes()).0.contains("imbriquées"));
    }
    assert!(super::parse(nested_messages(30).as_bytes(), &Limits::default()).is_ok());
    assert!(super::parse(nested_multiparts(30).as_bytes(), &Limits::default()).is_ok());
    let generous = Limits { depth: usize::MAX, ..Limits::default() };
    assert!(super::parse(nested_multiparts(10_000).as_bytes(), &generous).is_err());
}

/// Shapes on which parsers have gone quadratic; with a quadratic one this test would take minutes.
#[test]
fn hostile_shapes_cost_their_length() {
    let parts = "--b\nContent-Type: multipart/mixed; boundary=nowhere\n\nx\n".repeat(5_000);
    let shapes = [
        format!("Content-Type: multipart/mixed; boundary=b\n\n{parts}"),
        format!("Subject: {}\n\nx", "=?utf-8?q?".repeat(50_000)),
        format!("{}\n\nx", "X-A: b\n".repeat(50_000)),
        format!("Content-Type: a{}\n\nx", "; a*1=\"".repeat(50_000)),
        format!("References: {}\n\nx", "<".repeat(300_000)),
        format!("From: {}\n\nx", "\"\\".repeat(200_000)),
        format!("From: a@b\nContent-Type: text/html\n\n{}", "<div>".repeat(100_000)),
        format!("From: a@b\n\n{}", "Message-ID:\n".repeat(50_000)),
        format!("From: a@b\nContent-Type: text/plain; format=flowed\n\n{}", ">".repeat(500_000)),
    ];
    for shape in &shapes {
        let message = parse(shape.as_bytes());
        assert!(message.headers.len() <= 500 && message.references.len() <= 100);
        assert!(message.headers.iter().all(|header| header.value.len() <= 8 * 1024));
    }
}

fn strings(message: &Message) -> Vec<&str> {
    let mut all = vec![message.subject.as_str(), &message.text, &message.new_text, &message.content_type];
    all.extend([&message.report_type, &message.language].map(String::as_str));
    all.extend(message.headers.iter().flat_map(|header| [header.name.as_str(), &header.value]));
    all.extend(message.message_id.as_deref());
    let lists = [&message.in_reply_to, &message.references, &message.part_types, &message.reported_ids];
    all.extend(lists.into_iter().flatten().map(String::as_str));
    let addresses = [&message.reply_to, &message.to, &message.cc].into_iter().flatten();
    let addresses = addresses.chain(&message.from).chain(&message.sender);
    all.extend(addresses.flat_map(|address| [address.name.as_str(), &address.email]));
    all.extend(message.attachments.iter().flat_map(|part| [part.name.as_str(), &part.content_type]));
    if let ReturnPath::Address(address) = &message.return_path {
        all.push(address);
    }
    all
}

#[test]
fn no_string_holds_a_nul() {
    let raw = b"From: a\0b <a\0@x\0.fr>\nSubject: \0=?utf-8?q?=00=07?=\nMessage-ID: <\0a\0@b>\nReturn-Path: <\0r@x>\n\
        Content-Type: multipart/mixed\0; boundary=b\n\n--b\nContent-Type: a/b\0; name=\"x\0.pdf\"\n\n--b\n\n\0t\0\x1b\n--b--\n";
    let message = parse(raw);
    assert!(strings(&message).iter().all(|text| !text.contains(['\0', '\x1b', '\x07'])), "{message:?}");
}

proptest! {
    #[test]
    fn any_bytes_at_all(raw in prop::collection::vec(any::<u8>(), 0..2_000)) {
        let _ = super::parse(&raw, &Limits::default());
    }

    #[test]
    fn anything_that_looks_like_mail(lines in prop::collection::vec(prop::sample::select(LINES.to_vec()), 0..60)) {
        let raw = lines.concat();
        if let Ok(message) = super::parse(raw.as_bytes(), &Limits::default()) {
            for text in strings(&message) {
                prop_assert!(!text.contains(|c: char| c.is_control() && c != '\n' && c != '\t'), "{text:?}");
            }
            for line in message.new_text.lines() {
                prop_assert!(message.text.contains(line));
            }
        }
    }
}

const LINES: [&str; 26] = [
    "From: a@b\n",
    "From: =?utf-8?q?=00?= <a@b\r\n",
    "Subject: =?iso-8859-1?b?6Q==?= \u{e9}\0\n",
    "Content-Type: multipart/mixed; boundary=b\n",
    "Content-Type: multipart/alternative; boundary=\"c\"\n",
    "Content-Type: message/rfc822\n",
    "Content-Type: text/html; charset=utf-16\n",
    "Content-Type: text/plain; charset=utf-7; format=flowed\n",
    "Content-Type: message/delivery-status\n",
    "Content-Disposition: attachment; filename*0*=utf-8''%00\n",
    "Content-Transfer-Encoding: base64\n",
    "Content-Transfer-Encoding: quoted-printable\n",
    "Message-ID: <a@b>\n",
    "Return-Path: <>\n",
    "\n",
    "\r\n",
    "--b\n",
    "--b--\r\n",
    "--c\n",
    "--c--\n",
    "<p>texte &#0; <b>gras</p>\n",
    "> cit\u{e9} =C3=A9 \u{1b}[0m\n",
    "Le 3 mai 2021, a@b a \u{e9}crit :\n",
    "-- \n",
    "\0\u{7}\u{85} texte \n",
    "w6kgw6kA\n",
];

#[test]
fn a_root_that_says_nothing_does_not_hide_what_was_written_before_it() {
    let mail = b"From: a@example.fr\nContent-Type: multipart/related; boundary=b; start=\"<page@example.fr>\"\n\n\
        --b\nContent-Type: text/html\n\n<p>Bonjour, ma carte est perdue.</p>\n\
        --b\nContent-Type: text/html\nContent-ID: <page@example.fr>\n\n<script>a()</script>\n--b--\n";
    let read = parse(mail);
    assert!(read.new_text.contains("ma carte est perdue"), "{:?}", read.new_text);
}
