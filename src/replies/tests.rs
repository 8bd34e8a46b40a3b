//! What an operator may get wrong in a template and what is said of it; every acknowledgement that ships, as a citizen
//! reads it.

mod models;

use std::path::{Path, PathBuf};

use super::{AcknowledgementFacts, Acknowledgements};
use crate::{
    calendar::{Delay, Unit},
    config::{self, Config, Problem, Problems},
};

const CONFIG: &str = r#"
[prefecture]
name = "Préfecture de la Charente-Atlantique"
department = "17"
address = "38 rue des Sternes, 17000 Port-Atlantique"
phone = "05 36 49 00 00"
website = "https://www.charente-atlantique.example.fr"
privacy_page = "https://www.charente-atlantique.example.fr/donnees"
[[service]]
id = "relation"
name = "Bureau de la relation à l'usager"
email = "relation@prefecture.example.fr"
[[mailbox]]
id = "contact"
address = "contact@prefecture.example.fr"
service = "relation"
maildir = "contact"
[[mailbox]]
id = "etrangers"
address = "etrangers@prefecture.example.fr"
service = "relation"
maildir = "etrangers"
[[mailbox]]
id = "qualite"
address = "qualite@prefecture.example.fr"
service = "relation"
maildir = "qualite"
[[mailbox]]
id = "titres"
address = "titres@prefecture.example.fr"
service = "relation"
maildir = "titres"
[outgoing]
folder = "sortie"
[database]
url = "sqlite:releve.db"
"#;

const SHIPPED: [(&str, &str); 5] = [
    ("default.fr.hbs", include_str!("../../templates/acknowledgement/default.fr.hbs")),
    ("default.en.hbs", include_str!("../../templates/acknowledgement/default.en.hbs")),
    ("etrangers.fr.hbs", include_str!("../../templates/acknowledgement/etrangers.fr.hbs")),
    ("qualite.fr.hbs", include_str!("../../templates/acknowledgement/qualite.fr.hbs")),
    ("titres.fr.hbs", include_str!("../../templates/acknowledgement/titres.fr.hbs")),
];

fn config(text: &str) -> Config {
    let mut problems = Problems::default();
    let files = [(PathBuf::from("/etc/releve/releve.toml"), text.to_owned())];
    config::parse(Path::new("/etc/releve"), &files, &mut problems).expect("a sound configuration")
}

fn compile(config: &Config, templates: &[(&str, &str)]) -> (Acknowledgements, Vec<Problem>) {
    let files = templates
        .iter()
        .map(|(name, text)| (Path::new("templates/acknowledgement").join(name), (*text).to_owned()))
        .collect::<Vec<_>>();
    let mut problems = Problems::default();
    let compiled = Acknowledgements::compile(&files, &config.mailboxes, &mut problems);
    (compiled, problems.sorted())
}

/// Hands the facts of a message of Monday 2 March 2026 to `use_facts`.
fn with_facts<T>(
    config: &Config,
    mailbox: &str,
    complaint: bool,
    use_facts: impl FnOnce(&AcknowledgementFacts<'_>) -> T,
) -> T {
    let delay = Delay { days: 5, unit: Unit::Working };
    let deadline = config.calendar().deadline("2026-03-02T08:05:00Z".parse().unwrap(), delay);
    use_facts(&AcknowledgementFacts {
        prefecture: &config.prefecture,
        service: &config.services[0],
        mailbox: config.mailbox(mailbox).unwrap(),
        reference: "2026-000123",
        received: &deadline.received,
        due: &deadline.due,
        delay: &delay,
        complaint,
        silence: jiff::civil::date(2026, 5, 2),
    })
}

/// What is said of a template of this text under the name `name`, without the folder.
fn told(name: &str, text: &str) -> Vec<String> {
    // The French default is there unless it is the one that is tried.
    let mut templates = vec![(name, text)];
    templates.extend((name != "default.fr.hbs").then_some(SHIPPED[0]));
    let problems = compile(&config(CONFIG), &templates).1;
    problems.iter().map(|problem| problem.to_string().replace("templates/acknowledgement/", "")).collect()
}

/// What the law and our word want in every acknowledgement.
const WANTED: &str = "{{received.date}} {{deadline.date}} {{case.reference}} {{service.name}} {{service.email}} \
                      {{service.phone}}\n";

/// The same of a text behind a sound front matter: its first line is the fourth.
fn told_of(text: &str) -> Vec<String> {
    told("default.fr.hbs", &format!("+++\nsubject = \"Reçu\"\n+++\n{text}{WANTED}"))
}

#[test]
fn what_does_not_exist_is_told_with_its_line_and_what_was_meant() {
    let unknown = "default.fr.hbs:5 : variable inconnue « complant ». Vouliez-vous dire « complaint » ?";
    assert_eq!(told_of("Bonjour\n{{#if complant}}oui{{/if}}\n"), [unknown]);
    assert_eq!(told_of("Bonjour\n{{#unless complant}}non{{/unless}}\n"), [unknown]);
    let twice = told_of("{{service.nom}}\n\n{{case.ref}} {{case.reference}} {{prefecture}}\n");
    assert_eq!(twice.len(), 3, "{twice:?}");
    assert!(twice[0].starts_with("default.fr.hbs:4 : variable inconnue « service.nom »"), "{twice:?}");
    assert!(twice[1].starts_with("default.fr.hbs:6 : variable inconnue « case.ref »"), "{twice:?}");
    let far = told_of("{{zzzzzz}}").remove(0);
    assert!(
        far.starts_with("default.fr.hbs:4 : variable inconnue « zzzzzz » ; variables possibles : case.reference"),
        "{far}"
    );
}

#[test]
fn a_text_that_is_not_finished_is_refused() {
    let open = "default.fr.hbs:5 : ce commentaire n'est pas fermé : il manque --}}";
    let told = told_of("Bonjour\n{{!-- à revoir\n");
    assert!(told.iter().any(|fault| fault == open), "{told:?}");
    let mark = "default.fr.hbs:4 : ce passage attend d'être complété : un usager ne doit pas le lire";
    assert_eq!(told_of("Bonjour XXX\n"), [mark]);
}

#[test]
fn whatever_is_more_than_a_gap_or_a_condition_is_refused() {
    let block = "default.fr.hbs:4 : « {{#each}} » n'est pas permis ici ; seuls {{#if nom}} et {{#unless nom}} le sont";
    assert_eq!(told_of("{{#each case}}{{/each}}"), [block]);
    for helper in ["{{uppercase case.reference}}", "{{lookup case \"reference\"}}", "{{log case.reference}}"] {
        let faults = told_of(helper);
        assert_eq!(faults.len(), 1, "{helper}");
        assert!(faults[0].starts_with("default.fr.hbs:4 : cette expression n'est pas permise"), "{faults:?}");
    }
    let partial = "default.fr.hbs:5 : les fragments et décorateurs ({{> …}}, {{* …}}) ne sont pas permis";
    assert_eq!(told_of("\n{{> pied}}\n"), [partial]);
    assert_eq!(told_of("\n{{#> pied}}x{{/pied}}\n"), [partial]);
    assert_eq!(told_of("Bonjour {{! pour les agents }}\n"), [""; 0], "a comment is no fault");
}

#[test]
fn braces_that_do_not_match_are_told_with_their_line() {
    for text in ["Bonjour\n{{#if complaint}}oui\n", "Bonjour\n{{case.reference\n", "Bonjour\n{{/if}}\n"] {
        let faults = told_of(text);
        assert_eq!(faults.len(), 1, "{faults:?}");
        assert!(faults[0].contains(" : expression mal formée vers la colonne "), "{faults:?}");
        assert!(faults[0].ends_with(" : vérifiez les {{ et }}, et les {{/if}}"), "{faults:?}");
    }
}

#[test]
fn a_front_matter_that_is_missing_or_wrong_is_told() {
    let missing = "default.fr.hbs:1 : l'en-tête manque : le fichier commence par une ligne +++, puis subject = \"…\", puis \
                   une ligne +++";
    for text in ["Bonjour\n", "", "+++\nsubject = \"Reçu\"\nBonjour\n", "subject = \"Reçu\"\n+++\nBonjour"] {
        assert_eq!(told("default.fr.hbs", text), [missing], "{text}");
    }
    let no_subject = told("default.fr.hbs", "+++\nannounce = \"x\"\n+++\nBonjour\n");
    assert_eq!(no_subject.len(), 1);
    assert!(no_subject[0].contains("en-tête illisible : missing field `subject`"), "{no_subject:?}");
    let unknown = told("default.fr.hbs", "+++\nsubject = \"x\"\nsujet = \"x\"\n+++\nBonjour\n");
    assert!(unknown[0].starts_with("default.fr.hbs:3 : en-tête illisible : unknown field `sujet`"), "{unknown:?}");
}

#[test]
fn a_fault_of_the_subject_is_told_on_the_line_of_the_subject() {
    let text = "+++\n# Une explication.\n# Une autre.\nsubject = \"Reçu {{case.referense}}\"\n+++\nBonjour\n";
    let wanted = "default.fr.hbs:4 : variable inconnue « case.referense ». Vouliez-vous dire « case.reference » ?";
    assert_eq!(told("default.fr.hbs", text), [wanted]);
}

#[test]
fn each_element_that_the_law_wants_is_missed() {
    for name in ["received.date", "deadline.date", "case.reference", "service.name", "service.phone"] {
        let text = WANTED.replace(&format!("{{{{{name}}}}}"), "");
        let faults = told("default.fr.hbs", &format!("+++\nsubject = \"Reçu\"\n+++\n{text}"));
        assert_eq!(faults.len(), 1, "{faults:?}");
        assert!(faults[0].contains(&format!("écrivez {{{{{name}}}}}")), "{faults:?}");
    }
}

#[test]
fn a_windows_editor_does_no_harm() {
    let text = format!("\u{feff}+++\r\nsubject = \"Reçu\"\r\n+++\r\nBonjour\r\n{WANTED}");
    assert_eq!(told("default.fr.hbs", &text), [""; 0]);
}

#[test]
fn a_name_that_serves_nobody_is_told() {
    let text = &format!("+++\nsubject = \"Reçu\"\n+++\nBonjour\n{WANTED}");
    assert_eq!(
        told("sejour.fr.hbs", text),
        [
            "sejour.fr.hbs : aucune boîte ne s'appelle « sejour » ; boîtes déclarées : contact, etrangers, qualite, titres"
        ]
    );
    for name in ["default.hbs", "default.fr.txt.hbs"] {
        let wanted = format!("{name} : le nom d'un modèle est « boîte.langue.hbs », par exemple « default.fr.hbs »");
        assert_eq!(told(name, text), [wanted]);
    }
    let (_, problems) = compile(&config(CONFIG), &[("default.en.hbs", text)]);
    let absent = "templates/acknowledgement/default.fr.hbs : ce modèle manque : il sert les boîtes qui n'en ont pas";
    assert_eq!(problems.iter().map(Problem::to_string).collect::<Vec<_>>(), [absent]);
}

#[test]
fn a_value_that_may_be_empty_belongs_into_a_condition() {
    let config = config(&CONFIG.replace("website = \"https://www.charente-atlantique.example.fr\"\n", ""));
    let bare = &format!("+++\nsubject = \"Reçu\"\n+++\nBonjour\n\nSite : {{{{prefecture.website}}}}\n{WANTED}");
    let guarded = bare.replace("Site :", "{{#if prefecture.website}}Site :").replace("site}}\n", "site}}{{/if}}\n");
    let check = |text: &str| {
        let (compiled, problems) = compile(&config, &[("default.fr.hbs", text)]);
        assert_eq!(problems, []);
        let mut problems = Problems::default();
        with_facts(&config, "contact", false, |facts| compiled.check(facts, &mut problems));
        let rendered = with_facts(&config, "contact", false, |facts| compiled.render(facts, "fr"));
        (problems.sorted().iter().map(Problem::to_string).collect::<Vec<_>>(), rendered)
    };
    let (problems, rendered) = check(bare);
    assert_eq!(
        problems,
        [
            "templates/acknowledgement/default.fr.hbs:6 : la variable « prefecture.website » est vide pour la boîte « contact » ; \
          renseignez-la ou placez ce passage dans un {{#if prefecture.website}}"
        ]
    );
    let hole = rendered.unwrap_err();
    assert_eq!((hole.line, hole.variable.as_str()), (6, "prefecture.website"));
    let (problems, rendered) = check(&guarded);
    let text = rendered.unwrap().text;
    assert!(problems.is_empty() && text.starts_with("Bonjour\n\n") && !text.contains("Site"), "{text}");
}

#[test]
fn the_template_of_a_mailbox_serves_it_and_no_other() {
    let config = config(CONFIG);
    let own = &format!("+++\nsubject = \"À nous\"\n+++\nNotre texte <b> & {{{{case.reference}}}}\n\n{WANTED}");
    let (compiled, problems) = compile(&config, &[SHIPPED[0], ("titres.fr.hbs", own)]);
    assert_eq!(problems, []);
    let subject = |mailbox| with_facts(&config, mailbox, false, |facts| compiled.render(facts, "fr")).unwrap().subject;
    assert_eq!((subject("titres"), subject("contact").starts_with("Nous avons")), ("À nous".into(), true));
    let rendered = with_facts(&config, "titres", false, |facts| compiled.render(facts, "pt")).unwrap();
    assert!(rendered.text.starts_with("Notre texte <b> & 2026-000123\n\n"), "{}", rendered.text);
    assert!(rendered.html.contains("<p>Notre texte &lt;b&gt; &amp; 2026-000123</p>"), "{}", rendered.html);
}

/// To be read, not only compared: `snapshots/` beside this file is what citizens get.
#[test]
fn every_acknowledgement_that_ships_is_what_was_reviewed() {
    let config = config(CONFIG);
    let (compiled, problems) = compile(&config, &SHIPPED);
    assert_eq!(problems, []);
    for mailbox in ["contact", "etrangers", "qualite", "titres"] {
        for (language, complaint) in [("fr", false), ("fr", true), ("en", false), ("en", true)] {
            let rendered = with_facts(&config, mailbox, complaint, |facts| compiled.render(facts, language)).unwrap();
            let name = format!("{mailbox}-{language}{}", if complaint { "-reclamation" } else { "" });
            let read = format!("{}\n\n{}\n\n=====\n\n{}", rendered.subject, rendered.text, rendered.html);
            insta::assert_snapshot!(name, read);
        }
    }
}
