//! The figures that three prefectures published come out again: from tracking sheets built to them, through `releve import` and
//! `releve report` (domain.md §1.4).

use jiff::{ToSpan, civil::Date};
use serde_json::Value;

use super::support::{CONFIG, Said, folder, run};

/// Working days of 2013, 2020 and 2022 that are no holidays; each test stays clear of those.
fn workday(start: Date, working_days: i64) -> Date {
    let mut day = start;
    let mut left = working_days;
    while left > 0 {
        day += 1.day();
        left -= i64::from(day.weekday().to_monday_one_offset() < 6);
    }
    day
}

/// A sheet of lines: day of reception, channel, kind, working days to the answer (`None`: never answered).
struct Sheet(String);

impl Sheet {
    fn new() -> Self {
        Self("received_at,channel,service,kind,topic,sender,subject,answered_at\n".into())
    }

    fn add(&mut self, received: Date, channel: &str, kind: &str, delay: Option<i64>) {
        let answered = delay.map_or_else(String::new, |days| workday(received, days).to_string());
        let number = self.0.lines().count();
        self.0 += &format!(
            "{received},{channel},accueil,{kind},autre,usager{number}@example.org,Question {number},{answered}\n"
        );
    }

    /// What `releve report` says of these months, after the sheet was taken over: as JSON, and the bilan as it is printed.
    fn reported(&self, deadlines: &str, months: [&str; 2]) -> (Value, String) {
        let config = String::from_utf8_lossy(CONFIG).replace("\"972\"", "\"48\"") + deadlines;
        let home = folder(&[("config/releve.toml", config.as_bytes()), ("suivi.csv", self.0.as_bytes())]);
        let lines = self.0.lines().count() - 1;
        let taken = run(home.path(), &["import", "suivi.csv", "--json", "--close-before", "2026-01-01"]);
        assert_eq!(taken.json()[0]["imported"], lines, "{taken:?}");
        let said: Said = run(home.path(), &["report", "--json", "--from", months[0], "--to", months[1]]);
        assert_eq!((said.code, said.err.as_str()), (Some(0), ""));
        let printed = ["report", "--from", months[0], "--to", months[1], "--format", "html", "--output", "bilan.html"];
        assert_eq!(run(home.path(), &printed).code, Some(0));
        let printed = std::fs::read_to_string(home.path().join("bilan.html")).expect("a page");
        (said.json().remove(0), printed.replace('\u{a0}', " "))
    }
}

/// To so many decimals, as it was printed.
fn rounded(value: &Value, decimals: i32) -> f64 {
    let factor = 10_f64.powi(decimals);
    (value.as_f64().expect("a number") * factor).round() / factor
}

#[test]
fn lozere_2013() {
    let deadlines = "[[deadline]]\nchannel = \"letter\"\ndays = 15\nunit = \"working\"\n";
    let mut sheet = Sheet::new();
    let start = jiff::civil::date(2013, 1, 7);
    let week = |number: i64| start + (7 * (number % 8)).days();
    // 56 e-mails, 52 of them within 5 working days; 54 answered, 103 days together.
    let delays = (0..52)
        .map(|number| match number {
            0..=4 => 3,
            5..=44 => 1,
            _ => 2,
        })
        .chain([12, 22]);
    for (number, delay) in delays.enumerate() {
        sheet.add(week(number as i64), "email", "information", Some(delay));
    }
    sheet.add(week(3), "form", "information", None);
    sheet.add(week(4), "email", "information", None);
    // 59 letters, 43 within 15 working days.
    for number in 0..59 {
        let delay = match number {
            0..=42 => Some(number % 16),
            43..=52 => Some(17),
            _ => None,
        };
        sheet.add(week(number), "letter", "information", delay);
    }
    for delay in [3, 5, 5] {
        sheet.add(week(2), "email", "reclamation", Some(delay));
    }
    let (report, printed) = sheet.reported(deadlines, ["2013-01", "2013-12"]);
    let totals = &report["totals"];
    assert_eq!((&totals["email_on_time"]["num"], &totals["email_on_time"]["den"]), (&52.into(), &56.into()));
    assert_eq!(rounded(&totals["email_on_time"]["rate"], 4), 0.9286);
    assert_eq!(rounded(&totals["email_delay"]["working_days"]["mean"], 2), 1.91);
    assert_eq!((&totals["letter_on_time"]["num"], &totals["letter_on_time"]["den"]), (&43.into(), &59.into()));
    assert_eq!(rounded(&totals["letter_on_time"]["rate"], 4), 0.7288);
    assert_eq!(rounded(&totals["complaint_delay"]["working_days"]["mean"], 2), 4.33);
    for words in ["92,86 %", "52 sur 56", "1,91 jour ouvré en moyenne", "72,88 %", "4,33 jours ouvrés en moyenne"] {
        assert!(printed.contains(words), "{words}");
    }
    assert_eq!(report["months"].as_array().map(Vec::len), Some(12));
    assert_eq!(report["months"][11]["indicators"]["email_on_time"]["rate"], Value::Null, "without object");
}

#[test]
fn cher_2020() {
    let mut sheet = Sheet::new();
    for (channel, number) in [("courriel", 24), ("courrier", 15), ("fiche hall", 3)] {
        for place in 0..number {
            let kind = if place % 2 == 0 { "réclamation" } else { "suggestion" };
            sheet.add(jiff::civil::date(2020, 2, 3) + (place * 7).days(), channel, kind, Some(2));
        }
    }
    let (report, printed) = sheet.reported("", ["2020-01", "2020-12"]);
    let received = &report["totals"]["received"];
    assert_eq!(received["num"], 42);
    let share = |channel: &str| {
        let number = received["by"]["channel"][channel].as_u64().unwrap();
        (number, (number * 100 + 21) / 42)
    };
    assert_eq!([share("email"), share("letter"), share("counter")], [(24, 57), (15, 36), (3, 7)]);
    for row in ["courriel</th><td>24</td><td>57,14 %", "courrier</th><td>15</td><td>35,71 %", "3</td><td>7,14 %"] {
        assert!(printed.contains(row), "{row}");
    }
}

#[test]
fn seine_maritime_february_and_march_2022() {
    let mut sheet = Sheet::new();
    for number in 0..200 {
        // A day a case from Monday 24 January on; what is received in the last week is due in April.
        let received = workday(jiff::civil::date(2022, 1, 24), number % 45);
        let delay = match number % 20 {
            0 => Some(8),
            1..=9 => Some(1),
            10..=18 => Some(2),
            _ => Some(0),
        };
        sheet.add(received, "mail", "demande d'information", delay);
    }
    for _ in 0..34 {
        sheet.add(jiff::civil::date(2022, 2, 7), "guichet", "suggestion", Some(1));
    }
    let (report, printed) = sheet.reported("", ["2022-02", "2022-03"]);
    assert_eq!(report["months"].as_array().map(Vec::len), Some(2));
    for month in report["months"].as_array().unwrap() {
        let indicators = &month["indicators"];
        assert!(indicators["email_on_time"]["rate"].as_f64().unwrap() > 0.90, "{}", indicators["email_on_time"]);
        assert!(indicators["email_on_time"]["rate"].as_f64().unwrap() < 1.0);
        assert!(indicators["email_delay"]["working_days"]["mean"].as_f64().unwrap() < 2.0);
    }
    assert_eq!(
        (&report["months"][0]["month"], &report["totals"]["suggestion_on_time"]["rate"]),
        (&"2022-02".into(), &1.0.into())
    );
    assert!(report["totals"]["suggestion_delay"]["working_days"]["mean"].as_f64().unwrap() <= 1.0);
    assert!(printed.contains("100,00 %"));
}

#[test]
fn a_sheet_is_tried_before_it_is_taken_over() {
    let sheet = "Arrivée le;Moyen;Objet\n03/02/2022;mail;a\nhier;mail;b\n03/02/2022;pigeon;c\n";
    let home = folder(&[("config/releve.toml", CONFIG), ("suivi.csv", sheet.as_bytes())]);
    let unnamed = run(home.path(), &["import", "suivi.csv", "--dry-run"]);
    assert_eq!(unnamed.code, Some(1));
    assert!(unnamed.err.contains("--column received_at="), "{}", unnamed.err);
    let slip = run(home.path(), &["import", "suivi.csv", "--dry-run", "--column", "received_at=Arivée le"]);
    assert!(slip.err.contains("aucune colonne ne s'appelle « Arivée le »"), "{}", slip.err);
    let named = ["import", "suivi.csv", "--column", "received_at=Arrivée le", "--dry-run"];
    let tried = run(home.path(), &named);
    assert_eq!(tried.code, Some(1), "lines were refused");
    for words in [
        "colonne « Arrivée le »",
        "ligne 3 refusée : « hier »",
        "ligne 4 refusée : le canal « pigeon »",
        "Rien n'est enregistré",
    ] {
        assert!(tried.out.contains(words), "{words}: {}", tried.out);
    }
    assert!(tried.err.contains("essai ████████████████████ 1 lignes sur 1"), "{}", tried.err);
    let count = || run(home.path(), &["cases", "list", "--json"]).json().len();
    assert_eq!(count(), 0);
    for _ in 0..2 {
        run(home.path(), &named[..4]);
        assert_eq!(count(), 1);
    }
    let missing = run(home.path(), &["import", "rien.csv"]);
    assert!(missing.code == Some(1) && missing.err.contains("rien.csv"), "{missing:?}");
    let not_a_sheet = run(home.path(), &["import", "config/releve.db"]);
    assert_eq!(not_a_sheet.code, Some(1), "{not_a_sheet:?}");
}

#[test]
fn a_report_wants_months_in_order_and_a_service_that_is_there() {
    let home = folder(&[("config/releve.toml", CONFIG)]);
    let said = |arguments: &[&str]| run(home.path(), &[&["report"], arguments].concat());
    assert_eq!(said(&["--from", "2026-13"]).code, Some(2));
    assert!(said(&["--from", "2026-03", "--to", "2026-01"]).err.contains("vient après --to"));
    assert!(said(&["--service", "rien"]).err.contains("services déclarés : accueil"));
    assert_eq!(said(&["--format", "csv"]).code, Some(2), "a file needs a name");
    let report = said(&["--json", "--from", "2022-02", "--to", "2022-02"]).json().remove(0);
    assert_eq!(report["totals"]["email_on_time"], serde_json::json!({ "num": 0, "den": 0, "rate": null }));
    let definitions = said(&["--definitions", "--json"]).json();
    assert_eq!(definitions.len(), report["totals"].as_object().map(serde_json::Map::len).unwrap());
    for (format, begins) in [
        ("csv", &b"\xef\xbb\xbf"[..]),
        ("xlsx", b"PK"),
        ("ods", b"PK"),
        ("html", b"<!DOCTYPE"),
        ("poster", b"<!DOCTYPE"),
        ("audit", b"PK"),
    ] {
        let written = said(&["--quarter", "2022-T1", "--format", format, "--output", "f"]);
        assert_eq!(written.code, Some(0), "{written:?}");
        assert!(std::fs::read(home.path().join("f")).unwrap().starts_with(begins), "{format}");
    }
    let refused = said(&["--publish", "2022-02", "--by", "qualite@prefecture.example.fr"]);
    assert!(refused.code == Some(1) && refused.err.contains("rien n'est connu"), "{}", refused.err);
}
