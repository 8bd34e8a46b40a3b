//! Answering from the command line: what fits, what would leave, what leaves, and what is refused. The models are the test's
//! own, for those that ship expire one day.

use serde_json::Value;

use super::support::{Said, folder, run, run_with};

const CONFIG: &str = r#"[prefecture]
name = "Préfecture"
department = "16"
address = "1 rue de l'Exemple, 16000 Ville"
phone = "05 36 49 00 00"
[[service]]
id = "accueil"
name = "Accueil"
email = "accueil@prefecture.example.fr"
agents = ["noe@prefecture.example.fr"]
[[service]]
id = "sejour"
name = "Séjour"
email = "sejour@prefecture.example.fr"
[[agent]]
email = "noe@prefecture.example.fr"
first_name = "Noé"
last_name = "Perrin"
capacity = "Chargé d'accueil"
[[fact]]
id = "opening_hours"
value = "du lundi au vendredi de 9 heures à 12 heures"
[[fact]]
id = "inutile"
value = "rien"
[[mailbox]]
id = "contact"
address = "contact@prefecture.example.fr"
service = "accueil"
maildir = "boite"
[outgoing]
folder = "sortie"
[database]
url = "sqlite:releve.db"
"#;

const MODEL: &str = r#"+++
title = "Quand venir"
subject = "Nos horaires – {{case.reference}}"
topics = ["accueil"]
kinds = ["information"]
keywords = ["horaires", "guichet", "ouvert"]
owner = "référent qualité"
version = 3
approved_by = "Marc Tessier"
approved_on = 2026-01-05
valid_until = 2199-12-31
[blanks]
jour = "le prochain jour d'ouverture"
+++
{{greeting}}

Vous pouvez venir {{blank.jour}}.{{#if fact.opening_hours}} Nous ouvrons {{fact.opening_hours}}.{{/if}} Voyez l'ANTS.

Cordialement,
"#;

/// A prefecture with one question, entered by hand, of somebody who has an address.
struct Office(tempfile::TempDir, String);

impl Office {
    fn open() -> Self {
        let home = folder(&[
            ("config/releve.toml", CONFIG.as_bytes()),
            ("config/boite/new/.keep", b""),
            ("config/templates/answer/quand-venir.fr.hbs", MODEL.as_bytes()),
        ]);
        let mut office = Self(home, String::new());
        let added = office.run(&[
            "cases",
            "add",
            "--json",
            "--channel",
            "form",
            "--service",
            "accueil",
            "--name",
            "Jeanne Martin",
            "--address",
            "jeanne@usagers.example.fr",
            "--subject",
            "Horaires du guichet",
            "--text",
            "À quelle heure ouvrez-vous ?",
            "--topic",
            "accueil",
        ]);
        assert_eq!(added.code, Some(0), "{}", added.err);
        office.1 = added.json()[0]["reference"].as_str().expect("a reference").to_owned();
        office
    }

    fn run(&self, arguments: &[&str]) -> Said {
        run(self.0.path(), arguments)
    }

    fn answer(&self, more: &[&str]) -> Said {
        self.run(&[&["cases", "answer", &self.1, "--by", "noe@prefecture.example.fr"], more].concat())
    }

    fn shown(&self) -> Value {
        self.run(&["cases", "show", &self.1, "--json"]).json().remove(0)
    }
}

#[test]
fn what_fits_is_said_with_why() {
    let office = Office::open();
    let said = office.run(&["cases", "suggest", &office.1, "--json"]);
    let offered = said.json();
    assert_eq!(offered.len(), 3, "{}", said.out);
    let own = offered.iter().find(|one| one["template"] == "quand-venir").expect("the model of this prefecture");
    assert!(own["score"].as_f64().unwrap() > 0.0 && !own["why"].as_array().unwrap().is_empty(), "{own}");
}

#[test]
fn a_letter_is_shown_before_it_leaves_with_what_a_citizen_would_stumble_over() {
    let office = Office::open();
    let model = ["--model", "quand-venir", "--fill", "jour=demain"];
    let said = office.answer(&[&model[..], &["--dry-run", "--json"]].concat());
    let letter = &said.json()[0];
    assert_eq!(
        (&letter["to"], &letter["from"]),
        (&"jeanne@usagers.example.fr".into(), &"contact@prefecture.example.fr".into())
    );
    let text = letter["text"].as_str().unwrap();
    assert!(text.starts_with("Bonjour Jeanne Martin,\n\nVous pouvez venir demain. Nous ouvrons du lundi"), "{text}");
    assert!(text.contains("Noé Perrin\nChargé d'accueil\nAccueil\nPréfecture\n1 rue de l'Exemple"), "{text}");
    assert!(
        letter["remarks"][0]["text"].as_str().unwrap().contains("ANTS") && letter["readability"].is_i64(),
        "{letter}"
    );
    assert_eq!(office.shown()["state"], "open");

    let held = office.answer(&model);
    assert!(held.code == Some(1) && held.err.contains("--as-it-is") && held.err.contains("ANTS"), "{}", held.err);
    let left = office.answer(&[&model[..], &["--as-it-is"]].concat());
    assert_eq!(left.code, Some(0), "{}", left.err);
    assert!(left.out.contains("à jeanne@usagers.example.fr"), "{}", left.out);
    let reply = &office.shown()["replies"][0];
    assert_eq!((&reply["model"], &reply["version"], &reply["text"]), (&"quand-venir".into(), &3.into(), &text.into()));
    let again = office.answer(&model);
    assert!(again.code == Some(1) && again.err.contains("rouvrez-la d'abord"), "{}", again.err);
}

#[test]
fn what_cannot_leave_is_one_sentence_that_says_what_to_do() {
    let office = Office::open();
    for (more, told) in [
        (&["--model", "quand-venir"][..], "--fill jour=…"),
        (&["--model", "quand-venir", "--fill", "jour= "], "--fill jour=…"),
        (&["--model", "nulle-part"], "releve answers les montre"),
        (&[], "choisissez une réponse type, ou donnez le texte (ligne de commande : --model, --text)"),
        (
            &["--model", "quand-venir", "--fill", "jour=demain", "--to", "paul@usagers.example.fr"],
            "relisez-la avant d'envoyer",
        ),
        (&["--text", "nulle-part.txt"], "nulle-part.txt ne peut pas être lu"),
    ] {
        let said = office.answer(more);
        assert_eq!((said.code, said.out.as_str()), (Some(1), ""), "{more:?}");
        assert!(said.err.contains(told) && said.err.lines().count() == 1, "{more:?}: {}", said.err);
    }
    let unsigned = office.run(&["cases", "answer", &office.1, "--model", "quand-venir", "--fill", "jour=demain"]);
    assert!(unsigned.code == Some(1) && unsigned.err.contains("[[agent]]"), "{}", unsigned.err);
    assert_eq!(office.shown()["events"].as_array().unwrap().len(), 1, "nothing was done");
}

#[test]
fn a_text_of_one_s_own_comes_from_a_file_or_from_stdin() {
    let office = Office::open();
    let arguments = ["cases", "answer", &office.1, "--by", "noe@prefecture.example.fr", "--text", "-"];
    let said =
        run_with(office.0.path(), &arguments, "Bonjour,\r\n\r\nDemain à 9 heures.\r\n\r\nCordialement,\r\n".as_bytes());
    assert_eq!(said.code, Some(0), "{}", said.err);
    let reply = &office.shown()["replies"][0];
    assert!(
        reply["text"].as_str().unwrap().starts_with("Bonjour,\n\nDemain à 9 heures.\n\nCordialement,\n\nNoé"),
        "{reply}"
    );
    assert_eq!(
        (&reply["model"], reply["subject"].as_str().unwrap().contains("Horaires du guichet")),
        (&"".into(), true)
    );
}

#[test]
fn the_library_is_listed_shown_and_its_faults_are_told() {
    let office = Office::open();
    let listed = office.run(&["answers", "horaires", "--json"]).json();
    assert!(listed.iter().any(|model| model["name"] == "quand-venir" && model["approved_by"] == "Marc Tessier"));
    let shown = office.run(&["answers", "--show", "quand-venir"]);
    assert!(shown.out.contains("à compléter   jour : le prochain jour d'ouverture"), "{}", shown.out);
    assert_eq!(office.run(&["answers", "--show", "nulle-part"]).code, Some(1));
    let facts = office.run(&["answers", "--facts", "--json"]).json();
    assert!(facts.iter().any(|fact| fact["id"] == "opening_hours" && !fact["answers"].as_array().unwrap().is_empty()));

    let check = office.run(&["check"]);
    assert_eq!(check.code, Some(0), "{}", check.out);
    for told in ["le sigle « ANTS » n'est pas développé", "le fait « inutile » n'est demandé par aucune réponse type"]
    {
        assert!(check.out.contains(told), "{told}: {}", check.out);
    }
}

#[test]
fn a_model_that_is_not_sound_is_refused_with_its_place() {
    let broken = |from: &str, to: &str| {
        let model = MODEL.replace(from, to);
        let home = folder(&[
            ("config/releve.toml", CONFIG.as_bytes()),
            ("config/boite/new/.keep", b""),
            ("config/templates/answer/quand-venir.fr.hbs", model.as_bytes()),
        ]);
        let said = run(home.path(), &["check"]);
        assert_eq!(said.code, Some(1), "{from} → {to}");
        said.out
    };
    for (from, to, told) in [
        ("[\"accueil\"]", "[\"cantine\"]", "« cantine » n'est pas une valeur connue"),
        ("version = 3\n", "", "en-tête illisible"),
        ("version = 3", "version = 0", "« version » commence à 1"),
        ("valid_until = 2199-12-31\n", "", "il manque « valid_until »"),
        ("{{blank.jour}}", "demain", "écrivez {{blank.jour}}, ou retirez-le"),
        ("{{blank.jour}}", "{{blank.jours}}", "Vouliez-vous dire « blank.jour »"),
        ("fact.opening_hours", "fact.horaires", "variable inconnue « fact.horaires »"),
        ("owner = \"référent qualité\"", "owner = \" \"", "« owner » est vide"),
        ("keywords =", "attachments = [\"plan.pdf\"]\nkeywords =", "« plan.pdf » n'est pas dans templates/attachments"),
        ("keywords =", "services = [\"voirie\"]\nkeywords =", "aucun service ne s'appelle « voirie »"),
    ] {
        let out = broken(from, to);
        assert!(out.contains(told) && out.contains("quand-venir.fr.hbs"), "{told}: {out}");
    }
}
