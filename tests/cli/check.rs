//! `releve check`

use std::fs;

use super::support::{CONFIG, folder, run};

#[test]
fn a_sound_configuration_is_said_to_be_so() {
    let home = folder(&[("config/releve.toml", CONFIG)]);
    fs::create_dir_all(home.path().join("config/boite/new")).unwrap();
    let said = run(home.path(), &["check"]);
    assert_eq!((said.code, said.err.as_str()), (Some(0), ""), "{}", said.out);
    assert!(said.out.starts_with("config : tout est en ordre (boîtes : 1, services : 1, règles : "), "{}", said.out);
    let said = run(home.path(), &["check", "--json"]);
    assert_eq!((said.code, said.out.as_str(), said.err.as_str()), (Some(0), "", ""));
}

#[test]
fn everything_wrong_is_told_at_once_with_file_and_line() {
    let config = String::from_utf8(CONFIG.to_vec()).unwrap();
    let config = config
        .replace("phone =", "fone =")
        .replace("service = \"accueil\"", "service = \"acueil\"")
        .replace("department = \"972\"", "department = \"999\"");
    let template = "+++\nsubject = \"Reçu {{case.referense}}\"\n+++\nBonjour {{service.nom}}\n";
    let rule = "[[rule]]\nkind = \"plainte\"\n";
    let home = folder(&[
        ("config/releve.toml", config.as_bytes()),
        ("config/templates/acknowledgement/default.fr.hbs", template.as_bytes()),
        ("config/templates/acknowledgement/inconnue.fr.hbs", template.as_bytes()),
        ("config/rules/miennes.toml", rule.as_bytes()),
    ]);
    let said = run(home.path(), &["check"]);
    assert_eq!(said.code, Some(1));
    for beginning in
        ["config/releve.toml:3 : ", "config/releve.toml:5 : ", "config/releve.toml:13 : ", "config/rules/miennes.toml:"]
    {
        assert!(said.lines().iter().any(|line| line.starts_with(beginning)), "{beginning} in\n{}", said.out);
    }
    let faults = said.lines().len();
    assert_eq!(said.err, format!("releve : {faults} fautes ; corrigez, puis relancez « releve check ».\n"));

    let json = run(home.path(), &["check", "--json"]);
    assert_eq!((json.code, json.err.as_str(), json.json().len()), (Some(1), "", faults));
    let fault = json.json().into_iter().find(|fault| fault["line"] == 13).unwrap();
    assert_eq!(fault["file"], "config/releve.toml");
    assert!(fault["text"].as_str().unwrap().contains("accueil"), "{fault}");
}

#[test]
fn a_template_with_a_misspelt_name_is_told_with_what_was_meant() {
    let template = "+++\nsubject = \"Reçu {{case.referense}}\"\n+++\nBonjour\n\n{{service.nmae}}\n";
    let home = folder(&[
        ("config/releve.toml", CONFIG),
        ("config/boite/new/.keep", b""),
        ("config/templates/acknowledgement/default.fr.hbs", template.as_bytes()),
    ]);
    let said = run(home.path(), &["check"]);
    let file = "config/templates/acknowledgement/default.fr.hbs";
    assert_eq!(
        said.lines(),
        [
            format!("{file}:2 : variable inconnue « case.referense ». Vouliez-vous dire « case.reference » ?"),
            format!("{file}:6 : variable inconnue « service.nmae ». Vouliez-vous dire « service.name » ?"),
        ]
    );
}

#[test]
fn the_default_put_into_an_empty_folder_passes() {
    let home = folder(&[]);
    let default = run(home.path(), &["check", "--default"]);
    assert_eq!((default.code, default.err.as_str()), (Some(0), ""));
    fs::create_dir(home.path().join("ici")).unwrap();
    fs::write(home.path().join("ici/releve.toml"), &default.out).unwrap();
    let said = run(home.path(), &["--config", "ici", "check"]);
    assert_eq!(said.code, Some(0), "{}{}", said.out, said.err);
}

#[test]
fn a_folder_that_is_not_there_is_one_fault() {
    let home = folder(&[]);
    let said = run(home.path(), &["--config", "nulle-part", "check"]);
    assert_eq!((said.code, said.lines().len()), (Some(1), 1), "{}", said.out);
    assert!(said.out.contains("nulle-part"), "{}", said.out);
}

#[test]
fn a_command_that_needs_a_configuration_says_what_is_wrong_with_it() {
    let home = folder(&[("config/releve.toml", b"[prefecture]\nname = 3\n")]);
    let said = run(home.path(), &["cases", "list"]);
    assert_eq!((said.code, said.out.as_str()), (Some(1), ""));
    assert!(said.err.starts_with("releve : la configuration n'est pas utilisable :\n  config"), "{}", said.err);
}
