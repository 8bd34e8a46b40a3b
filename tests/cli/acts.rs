//! `releve cases add` and what people do to a case afterwards; who is away; what would be told.

use serde_json::Value;

use super::support::{Said, folder, run};

const CONFIG: &str = r#"[prefecture]
name = "Préfecture"
department = "16"
address = "1 rue de l'Exemple, 16000 Ville"
phone = "05 36 49 00 00"
general_secretary = ["sg@prefecture.example.fr"]
[[service]]
id = "accueil"
name = "Accueil"
email = "accueil@prefecture.example.fr"
agents = ["noe@prefecture.example.fr", "lea@prefecture.example.fr"]
managers = ["helene@prefecture.example.fr"]
[[service]]
id = "sejour"
name = "Séjour"
email = "sejour@prefecture.example.fr"
managers = ["karim@prefecture.example.fr"]
[[mailbox]]
id = "contact"
address = "contact@prefecture.example.fr"
service = "accueil"
maildir = "boite"
[outgoing]
folder = "sortie"
[database]
url = "sqlite:releve.db"
[web]
address = "https://releve.example.fr/"
"#;

/// A prefecture with one letter, arrived on Monday 2 March 2026.
struct Office(tempfile::TempDir);

impl Office {
    fn open() -> Self {
        let office = Self(folder(&[("config/releve.toml", CONFIG.as_bytes()), ("config/boite/new/.keep", b"")]));
        let added =
            office.does("add --channel letter --received 2026-03-02 --service accueil --name Girard --subject Carte");
        let year = &added["reference"].as_str().expect("a reference")[..4];
        assert_eq!(added["reference"], format!("{year}-000001"));
        office
    }

    fn run(&self, arguments: &[&str]) -> Said {
        run(self.0.path(), arguments)
    }

    /// `releve cases …`, its words apart by spaces; returns the case.
    fn does(&self, words: &str) -> Value {
        let said = self.try_to(words);
        assert_eq!((said.code, said.err.as_str()), (Some(0), ""), "{words}");
        said.json().remove(0)
    }

    fn try_to(&self, words: &str) -> Said {
        let arguments: Vec<_> =
            ["cases"].into_iter().chain(words.split(' ')).chain(["--by", "noe", "--json"]).collect();
        self.run(&arguments)
    }

    /// The same with the reference of the letter after the first word.
    fn letter(&self, words: &str) -> Value {
        self.does(&self.of_letter(words))
    }

    fn of_letter(&self, words: &str) -> String {
        let reference =
            self.run(&["cases", "list", "--json"]).json()[0]["reference"].as_str().expect("a reference").to_owned();
        let (verb, rest) = words.split_once(' ').unwrap_or((words, ""));
        format!("{verb} {reference} {rest}").trim_end().to_owned()
    }
}

#[test]
fn a_letter_has_its_day_of_arrival_and_its_clocks_explain_themselves() {
    let office = Office::open();
    let show = format!("cases {} --json", office.of_letter("show"));
    let shown = office.run(&show.split(' ').collect::<Vec<_>>()).json().remove(0);
    assert_eq!((&shown["channel"], &shown["state"], &shown["mailbox"]), (&"letter".into(), &"open".into(), &"".into()));
    assert_eq!(shown["due"], "2026-03-16T23:59:59+01:00");
    let clock = &shown["clocks"][0];
    assert_eq!((&clock["purpose"], &clock["rule"]), (&"answer".into(), &"10 jours ouvrés".into()));
    assert_eq!((&clock["source"], &clock["in_force"]), (&"Qual-e-Pref".into(), &"2019-02-04".into()));
    let days = clock["explain"].as_array().unwrap();
    assert_eq!(days.len(), 15);
    assert_eq!(days[0]["text"], "lundi 2 mars 2026 : jour de réception");
    assert_eq!(days[5]["text"], "samedi 7 mars 2026 : samedi");
    assert_eq!(days[14]["text"], "lundi 16 mars 2026 : jour 10");
    assert_eq!(shown["events"][0]["actor"], "noe");

    let show = format!("cases {}", office.of_letter("show"));
    let people = office.run(&show.split(' ').collect::<Vec<_>>());
    for line in
        ["Échéances", "    règle       10 jours ouvrés (Qual-e-Pref, en vigueur depuis le lundi 4 février 2019)"]
    {
        assert!(people.lines().contains(&line), "{line}\n{}", people.out);
    }
}

#[test]
fn what_people_do_is_told_and_what_cannot_be_done_changes_nothing() {
    let office = Office::open();
    assert_eq!(office.letter("assign --to Lea@prefecture.example.fr")["agent"], "lea@prefecture.example.fr");
    let received = "2026-03-02T12:00:00+01:00";
    let moved = office.letter("transfer --service sejour");
    assert_eq!(
        (&moved["service"], &moved["agent"], &moved["received"]),
        (&"sejour".into(), &"".into(), &received.into())
    );
    let answered = office.letter("answer --outside --at 2026-03-12T16:00:00+01:00");
    assert_eq!((&answered["state"], &answered["answered"]), (&"answered".into(), &"2026-03-12T16:00:00+01:00".into()));
    for (words, told) in [
        ("hold --until 2190-01-04", "rouvrez-la d'abord"),
        ("assign --nobody", "rouvrez-la d'abord (ligne de commande : releve cases reopen)"),
        ("close --reason thanks", "rouvrez-la d'abord"),
        ("answer", "rouvrez-la d'abord"),
        ("reclassify", "rien à corriger"),
    ] {
        let said = office.try_to(&office.of_letter(words));
        assert_eq!((said.code, said.out.as_str()), (Some(1), ""), "{words}");
        assert!(said.err.contains(told), "{words}: {}", said.err);
    }
    let said = office.try_to(&office.of_letter("reclassify --topic cartes"));
    assert_eq!(said.code, Some(2));
    assert!(said.err.contains("valeurs possibles : sejour, naturalisation"), "{}", said.err);
    let corrected = office.letter("reclassify --kind reclamation --channel email");
    assert_eq!((&corrected["kind"], &corrected["due"]), (&"reclamation".into(), &"2026-03-09T23:59:59+01:00".into()));
    let reopened = office.letter("reopen");
    assert_eq!(reopened["state"], "open");
    // What a date announced does is tried where the clock stands still; here it is always past, or too far away.
    for (until, told) in [("2026-03-20", "doit être à venir"), ("2190-01-04", "est-ce la bonne année")] {
        let said = office.try_to(&office.of_letter(&format!("hold --until {until}")));
        assert!(said.code == Some(1) && said.err.contains(told), "{until}: {}", said.err);
    }
    let answered = office.letter("answer --outside --at 2026-03-12");
    assert_eq!(answered["answered"], "2026-03-12T12:00:00+01:00");
    assert_eq!(office.letter("reopen")["state"], "open");
    assert_eq!(office.letter("transfer --administration mairie --already-sent")["state"], "transferred");
    assert_eq!(office.letter("reopen")["state"], "open");
    assert_eq!(office.letter("close --reason nothing_asked")["state"], "closed");
}

#[test]
fn what_is_misspelt_is_a_mistake_of_usage() {
    let office = Office::open();
    for words in [
        "assign",
        "hold --until demain",
        "hold --until 2026-02-30",
        "transfer",
        "close --reason ennui",
        "close",
        "transfer --service sejour --administration mairie",
        "answer --outside --at hier",
    ] {
        let said = office.try_to(&office.of_letter(words));
        assert_eq!((said.code, said.out.as_str()), (Some(2), ""), "{words}: {}", said.err);
    }
    assert_eq!(office.try_to("add --channel pigeon --service accueil --subject x").code, Some(2));
    assert_eq!(office.try_to("add --channel phone --service voirie --subject x").code, Some(1));
}

#[test]
fn a_dry_run_says_what_would_leave_to_whom_and_when_nothing_would() {
    let office = Office::open();
    office.letter("assign --to noe@prefecture.example.fr");
    let away = ["--who", "noe@prefecture.example.fr", "--from", "2026-03-12", "--to", "2026-03-12", "--substitute"];
    let said = office.run(&[&["absences", "add"], &away[..], &["lea@prefecture.example.fr"]].concat());
    assert_eq!(
        (said.code, said.out.as_str()),
        (Some(0), "Absence 1 notée. Pour la retirer : releve absences remove 1\n")
    );
    let stranger = office.run(&[&["absences", "add"], &away[..], &["x@example.org"]].concat());
    assert_eq!(stranger.code, Some(1), "{}", stranger.out);

    let told = |now: &str| {
        let said = office.run(&["digest", "--dry-run", "--json", "--now", now]);
        assert_eq!((said.code, said.err.as_str()), (Some(0), ""));
        said.json()
    };
    let mails = told("2026-03-12T08:00:00+01:00");
    let warning = mails.iter().find(|mail| mail["kind"] == "warning").unwrap();
    assert_eq!((&warning["to"], &warning["warnings"][0]["step"]), (&"lea@prefecture.example.fr".into(), &"J-2".into()));
    let late = told("2026-03-17T08:00:00+01:00");
    let digest =
        late.iter().find(|mail| mail["kind"] == "digest" && mail["to"] == "helene@prefecture.example.fr").unwrap();
    assert_eq!(digest["subject"], "1 demande en retard – mardi 17 mars 2026");
    let html = digest["html"].as_str().unwrap();
    assert!(html.contains("<a href=\"https://releve.example.fr/demandes/"), "{html}");
    assert!(
        late.iter().any(|mail| mail["to"] == "karim@prefecture.example.fr" && mail["subject"].is_null()),
        "nothing to say"
    );
    assert_eq!(told("2026-03-14T10:00:00+01:00"), [] as [Value; 0], "a Saturday");
    assert_eq!(told("2026-03-17T08:00:00+01:00"), late, "nothing was written");

    let people = office.run(&["digest", "--dry-run", "--now", "2026-03-14T10:00:00+01:00"]);
    assert!(people.out.contains("--now 2026-03-16T08:00:00+01:00"), "{}", people.out);
    let without = office.run(&["digest", "--now", "2026-03-17T08:00:00+01:00"]);
    assert_eq!(without.code, Some(1));
    assert!(without.err.contains("--dry-run"), "{}", without.err);
    assert_eq!(office.run(&["absences", "remove", "1"]).code, Some(0));
    assert_eq!(office.run(&["absences", "remove", "1"]).code, Some(1));
}
