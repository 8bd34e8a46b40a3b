//! The mails as they are read, text and HTML, as reviewed snapshots; and what a citizen's words cannot do in them.

use jiff::civil::date;

use super::{Alarm, CaseLine, Changes, Digest, Document, ServiceWeek, Standing, Weekly};
use crate::case::Kind;

fn case(reference: &str, subject: &str, standing: Standing, due: jiff::civil::Date) -> CaseLine {
    CaseLine {
        reference: reference.into(),
        link: format!("https://releve.prefecture.example.fr/demandes/{reference}"),
        subject: subject.into(),
        kind: Kind::Information,
        service: String::new(),
        agent: String::new(),
        due,
        announced: false,
        standing,
        newly_late: false,
        level: String::new(),
        warned: Vec::new(),
    }
}

/// A Tuesday in two services: late cases of every age, today, tomorrow, a second holding reply, and everything that can
/// be wrong.
fn full() -> Digest {
    let of =
        |service: &str, agent: &str, case: CaseLine| CaseLine { service: service.into(), agent: agent.into(), ..case };
    let (front, stay) = ("Bureau de la relation à l'usager", "Bureau du séjour");
    let noe = "noe.perrin@prefecture.example.fr";
    Digest {
        prefecture: "Préfecture de la Charente-Atlantique".into(),
        day: date(2026, 3, 10),
        services: vec![front.into(), stay.into()],
        cases: vec![
            CaseLine {
                kind: Kind::Complaint,
                level: "secrétariat général prévenu : 5 jours ouvrés après l'échéance".into(),
                ..of(stay, "", case("2026-000031", "Toujours sans réponse", Standing::Late(12), date(2026, 2, 20)))
            },
            CaseLine {
                level: "direction prévenue : 2 jours ouvrés après l'échéance".into(),
                ..of(front, noe, case("2026-000058", "Horaires du guichet", Standing::Late(4), date(2026, 3, 4)))
            },
            CaseLine {
                newly_late: true,
                announced: true,
                warned: vec!["jour de l'échéance, en l'absence de karim.belaid@prefecture.example.fr".into()],
                level: "responsable du service prévenu : jour de l'échéance".into(),
                ..of(stay, noe, case("2026-000060", "Récépissé", Standing::Late(1), date(2026, 3, 9)))
            },
            CaseLine {
                warned: vec!["jour de l'échéance".into()],
                level: "responsable du service prévenu : jour de l'échéance".into(),
                ..of(front, noe, case("2026-000071", "", Standing::Today, date(2026, 3, 10)))
            },
            of(stay, "", case("2026-000072", "Changement d'adresse", Standing::Tomorrow, date(2026, 3, 11))),
            CaseLine {
                announced: true,
                warned: vec!["second message d'attente".into()],
                ..of(stay, noe, case("2026-000044", "Titre perdu", Standing::Later, date(2026, 3, 31)))
            },
        ],
        changes: Changes { since: Some(date(2026, 3, 9)), opened: 14, answered: 1 },
        unacknowledged: vec![Alarm {
            about: "2026-000070".into(),
            link: String::new(),
            text: "dû le lundi 9 mars 2026 ; l'adresse du correspondant ne permet pas d'envoyer un message".into(),
        }],
        nearly_rejected: vec![Alarm {
            about: "2026-000012".into(),
            link: String::new(),
            text: "réputée rejetée le jeudi 12 mars 2026 sans réponse (L231-4)".into(),
        }],
        unread: vec![Alarm {
            about: "etrangers".into(),
            link: String::new(),
            text:
                "non relevée depuis le lundi 9 mars 2026 à 17 h 12 : le serveur refuse l'identifiant ou le mot de passe"
                    .into(),
        }],
        outdated: vec![Alarm {
            about: "etrangers.fr.hbs".into(),
            link: String::new(),
            text: "à relire depuis le dimanche 1er mars 2026".into(),
        }],
    }
}

fn both(document: &Document) -> String {
    format!("{}\n════════════════════════════════════════\n{}", document.text(), document.html())
}

#[test]
fn the_digest_of_a_full_morning() {
    insta::assert_snapshot!("digest-full", both(&full().document()));
}

#[test]
fn warnings_alone() {
    let cases = vec![
        CaseLine {
            warned: vec!["2 jours ouvrés avant l'échéance".into()],
            agent: "noe.perrin@prefecture.example.fr".into(),
            ..case("2026-000080", "Carte grise", Standing::Later, date(2026, 3, 12))
        },
        CaseLine {
            link: String::new(),
            warned: vec!["1 jour ouvré avant l'échéance".into()],
            ..case("2026-000081", "Permis", Standing::Tomorrow, date(2026, 3, 11))
        },
    ];
    let warnings = Digest { services: Vec::new(), cases, ..full() };
    let warnings = Digest {
        unacknowledged: Vec::new(),
        nearly_rejected: Vec::new(),
        unread: Vec::new(),
        outdated: Vec::new(),
        ..warnings
    };
    insta::assert_snapshot!("warnings", both(&warnings.document()));
}

#[test]
fn nothing_is_late() {
    let quiet = Digest {
        cases: Vec::new(),
        unacknowledged: Vec::new(),
        nearly_rejected: Vec::new(),
        unread: Vec::new(),
        outdated: Vec::new(),
        ..full()
    };
    assert!(!quiet.says_something());
    insta::assert_snapshot!("digest-nothing-late", both(&quiet.document()));
}

#[test]
fn the_summary_of_a_week() {
    let weekly = Weekly {
        prefecture: "Préfecture de la Charente-Atlantique".into(),
        monday: date(2026, 3, 2),
        day: date(2026, 3, 9),
        services: vec![
            ServiceWeek {
                name: "Bureau du séjour".into(),
                opened: 41,
                answered: 28,
                in_time: 26,
                held: 3,
                late: 2,
                oldest: 12,
            },
            ServiceWeek { name: "Bureau de la relation à l'usager".into(), opened: 1, ..ServiceWeek::default() },
        ],
    };
    insta::assert_snapshot!("weekly", both(&weekly.document()));
}

#[test]
fn what_a_citizen_wrote_is_text_on_one_line_and_nothing_else() {
    let hostile =
        "<script>alert(1)</script>\r\nBcc: x@example.org \u{202e}gpj.exe \" & é".to_owned() + &"a".repeat(300);
    let digest = Digest { cases: vec![case("2026-000001", &hostile, Standing::Today, date(2026, 3, 10))], ..full() };
    let document = digest.document();
    let lines = document.sections.iter().flat_map(|section| &section.lines);
    let line = lines.into_iter().find(|line| line.lead == "2026-000001").unwrap();
    assert!(!line.title.contains(['\n', '\r', '\u{202e}']), "{}", line.title);
    assert_eq!(line.title.chars().count(), 81, "cut, with an ellipsis");
    assert!(!document.html().contains("<script>"));
    assert!(document.html().contains("&lt;script&gt;"));
    assert!(!document.title.contains("script"), "no words of a citizen in the subject");
}

#[test]
fn a_thousand_late_cases_make_a_mail_that_can_be_read() {
    let late = |number: i64| case(&format!("2026-{number:06}"), "Objet", Standing::Late(30), date(2026, 1, 26));
    let digest = Digest { cases: (1..=1000).map(late).collect(), ..full() };
    let text = digest.document().text();
    assert!(text.starts_with("1000 demandes en retard – mardi 10 mars 2026"), "{}", &text[..60]);
    assert!(text.contains("… et 800 de plus : releve cases list"));
    assert!(digest.document().html().len() < 150_000);
}
