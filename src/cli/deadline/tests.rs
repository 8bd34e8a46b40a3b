//! The command as it is typed, and batches as tools write them.

use clap::Parser;

use super::*;
use crate::config::{self, Problems};

/// The command on its own, as the program will embed it.
#[derive(Debug, Parser)]
struct Command {
    #[command(flatten)]
    args: DeadlineArgs,
}

fn parse(arguments: &str) -> Result<DeadlineArgs, clap::Error> {
    Command::try_parse_from(format!("deadline {arguments}").split(' ')).map(|command| command.args)
}

fn answer(arguments: &str) -> String {
    let mut out = Vec::new();
    run(parse(arguments).unwrap(), None, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// The Charente closes on the Friday after the Ascension of 2026 and gives complaints by e-mail 3 calendar days, since 2026.
fn charente() -> Office {
    let more =
        "[[deadline]]\nchannel = \"email\"\nkind = \"complaint\"\ndays = 3\nunit = \"calendar\"\nsince = 2026-01-01\n";
    let text = config::DEFAULT.replace("#closures = []", "closures = [2026-05-15]") + more;
    let mut problems = Problems::default();
    let file = Path::new("/etc/releve/releve.toml").to_owned();
    let config = config::parse(Path::new("/etc/releve"), &[(file, text)], &mut problems);
    Office::new(Some(&config.unwrap_or_else(|| panic!("{problems:?}"))))
}

fn due(office: &Office, line: &str) -> String {
    office.answer(&Question::read(line.as_bytes()).unwrap()).line().due
}

#[test]
fn one_question_in_json() {
    assert_eq!(
        answer("--json --channel email --received 2026-11-21T09:30:00Z --department 16"),
        r#"{"received":"2026-11-21T10:30:00+01:00","starts":"2026-11-23T00:00:00+01:00","due":"2026-11-27T23:59:59+01:00","working_days":5}"#
            .to_owned()
            + "\n"
    );
}

#[test]
fn one_question_explained() {
    assert_eq!(
        answer("--channel email --received 2026-05-13T22:30:00Z --department 57 --days 2"),
        "Reçu le jeudi 14 mai 2026 à 0 h 30, heure locale (Moselle)\n\
         Délai : 2 jours ouvrés (courriel)\n  \
         jeudi 14 mai 2026 : jour de réception\n  \
         vendredi 15 mai 2026 : jour 1\n  \
         samedi 16 mai 2026 : samedi\n  \
         dimanche 17 mai 2026 : dimanche\n  \
         lundi 18 mai 2026 : jour 2\n\
         À répondre au plus tard le lundi 18 mai 2026 à 23 h 59\n"
    );
}

#[test]
fn without_a_department_it_is_that_of_the_configuration_or_paris() {
    assert!(answer("--channel letter --received 2026-07-01T12:00:00Z").contains("(Paris)"));
    let question = parse("--channel letter --received 2026-07-01T12:00:00Z").unwrap().question.unwrap();
    assert_eq!(charente().answer(&question).territory.code(), "16");
}

#[test]
fn the_table_and_the_closures_of_the_configuration_count() {
    let office = charente();
    let line = |rest: &str| format!(r#"{{"channel":"email","received":"2026-05-12T10:00:00+02:00"{rest}}}"#);
    assert_eq!(due(&office, &line("")), "2026-05-21T23:59:59+02:00");
    assert_eq!(due(&office, &line(r#","department":"16""#)), "2026-05-21T23:59:59+02:00");
    assert_eq!(due(&office, &line(r#","department":"17""#)), "2026-05-20T23:59:59+02:00");
    for kind in ["reclamation", "complaint"] {
        let line = line(&format!(r#","kind":"{kind}""#));
        assert_eq!(due(&office, &line), "2026-05-15T23:59:59+02:00");
    }
    assert_eq!(due(&office, &line(r#","days":30,"unit":"calendar""#)), "2026-06-11T23:59:59+02:00");
    assert_eq!(due(&office, &line(r#","days":1,"department":"988""#)), "2026-05-13T23:59:59+11:00");
}

#[test]
fn a_wrong_line_is_answered_in_its_place_and_does_not_stop_the_batch() {
    let lines: [&[u8]; 8] = [
        br#"{"channel":"email","received":"2026-11-21T09:30:00Z","department":null,"id":1}"#,
        br#"{"channel":"pigeon","received":"2026-11-21T09:30:00Z"}"#,
        br#"{"channel":"email","received":"21/11/2026"}"#,
        br#"{"channel":"email","received":"2026-11-21T09:30:00Z","department":"99"}"#,
        br#"{"channel":"email","received":"2026-11-21T09:30:00Z","days":0}"#,
        b"\xff",
        b"",
        br#"{"channel":"letter","received":"2026-11-21T09:30:00Z"}"#,
    ];
    let mut out = Vec::new();
    let error = batch(&charente(), lines.join(&b'\n').as_slice(), &mut out).unwrap_err();
    assert_eq!(error.to_string(), "lignes fausses : 6 sur 8 ; voyez la clé « error » de leur réponse");
    let answers: Vec<serde_json::Value> =
        String::from_utf8(out).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(answers.len(), lines.len());
    assert_eq!(answers[0]["due"], "2026-11-27T23:59:59+01:00");
    assert_eq!(answers[7]["due"], "2026-12-04T23:59:59+01:00");
    for (number, says) in [(2, "pigeon"), (3, "RFC 3339"), (4, "« 99 »"), (5, "1 jour"), (6, "JSON"), (7, "JSON")] {
        let wrong = &answers[number - 1];
        assert_eq!(wrong["line"], number);
        assert!(wrong["error"].as_str().unwrap().contains(says), "{wrong}");
    }
}

#[test]
fn a_batch_without_fault_ends_well() {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), "{\"channel\":\"form\",\"received\":\"2026-11-21T09:30:00Z\"}\r\n").unwrap();
    assert_eq!(answer(&format!("--batch {}", file.path().display())).lines().count(), 1);
}

#[test]
fn a_command_line_that_asks_nothing_or_two_things_is_a_usage_error() {
    for wrong in [
        "--json",
        "--channel email",
        "--received 2026-11-21T09:30:00Z",
        "--channel pigeon --received 2026-11-21T09:30:00Z",
        "--channel email --received 2026-11-21",
        "--channel email --received 2026-11-21T09:30:00Z --days 0",
        "--batch - --channel email --received 2026-11-21T09:30:00Z",
        "--batch - --days 3",
    ] {
        assert_eq!(parse(wrong).unwrap_err().exit_code(), 2, "{wrong}");
    }
    assert!(parse("--json --batch -").unwrap().question.is_none());
}
