//! What only the disk can tell.

use std::{fs, path::Path};

use tempfile::TempDir;

use super::LEAST;
use crate::config::{Config, DEFAULT, Problems, load};

/// Loads a folder of these files; in what is told the folder is called `DIR`.
fn loaded(files: &[(&str, &[u8])]) -> Result<Config, Vec<String>> {
    let folder = TempDir::new().unwrap();
    for (name, bytes) in files {
        fs::write(folder.path().join(name), bytes).unwrap();
    }
    told(folder.path(), folder.path())
}

fn told(folder: &Path, called: &Path) -> Result<Config, Vec<String>> {
    let mut problems = Problems::default();
    let config = load(folder, &mut problems);
    assert_eq!(config.is_some(), problems.is_empty(), "a configuration or its problems");
    let told = |problem: crate::config::Problem| problem.to_string().replace(&called.display().to_string(), "DIR");
    config.ok_or_else(|| problems.sorted().into_iter().map(told).collect())
}

#[test]
fn a_folder_that_does_not_exist() {
    let folder = TempDir::new().unwrap();
    assert_eq!(
        told(&folder.path().join("x"), folder.path()).unwrap_err(),
        [
            "DIR/x : ce dossier de configuration n'existe pas ; créez-le ; pour commencer : releve check --default > DIR/x/releve.toml"
        ]
    );
}

#[test]
fn a_folder_without_files() {
    let files: [(&str, &[u8]); 2] = [("notes.txt", b"["), (".releve.toml", b"[")];
    assert_eq!(
        loaded(&files).unwrap_err(),
        ["DIR : ce dossier de configuration ne contient aucun fichier .toml ; pour commencer : \
          releve check --default > DIR/releve.toml"]
    );
}

#[test]
fn the_default_alone_in_its_folder_is_sound() {
    assert_eq!(loaded(&[("releve.toml", DEFAULT.as_bytes())]).unwrap().mailboxes.len(), 3);
}

#[test]
fn files_are_read_in_the_order_of_their_names() {
    // Written in neither order, and too many for the disk to list them so by chance.
    let names: Vec<String> = (0..20).map(|number| format!("{:02}.toml", number * 7 % 20)).collect();
    let service =
        |name: &String| format!("[[service]]\nid = \"s{}\"\nname = \"S\"\nemail = \"s@example.fr\"\n", &name[..2]);
    let texts: Vec<String> = names.iter().map(service).collect();
    let mut files: Vec<(&str, &[u8])> = vec![("releve.toml", LEAST.as_bytes())];
    files.extend(names.iter().zip(&texts).map(|(name, text)| (name.as_str(), text.as_bytes())));
    let ids: Vec<_> = loaded(&files).unwrap().services.into_iter().map(|service| service.id).collect();
    let expected: Vec<_> = (0..20).map(|number| format!("s{number:02}")).chain(["accueil".to_owned()]).collect();
    assert_eq!(ids, expected);
}

#[test]
fn a_file_in_another_encoding() {
    let latin1: Vec<u8> = LEAST.chars().map(|c| u8::try_from(c).unwrap()).collect();
    assert_eq!(
        loaded(&[("releve.toml", &latin1)]).unwrap_err(),
        ["DIR/releve.toml:2 : un caractère n'est pas en UTF-8 ; enregistrez ce fichier en UTF-8"]
    );
}

#[test]
fn secrets_and_certificates_that_cannot_be_read() {
    let imap = "imap = { host = \"h\", user = \"u\", ca_file = \"ca.pem\",\n password_file = \"releve.toml\" }";
    let smtp = "smtp = { host = \"h\", user = \"u\",\n password_file = \".\" }";
    let text = LEAST.replace("maildir = \"boites/contact\"", imap).replace("folder = \"sortie\"", smtp);
    assert_eq!(
        loaded(&[("releve.toml", text.as_bytes())]).unwrap_err(),
        [
            "DIR/releve.toml:14 : le fichier de « ca_file », DIR/ca.pem, n'existe pas",
            "DIR/releve.toml:18 : le fichier de « password_file », DIR/., est un dossier",
        ]
    );
}

#[test]
fn relative_paths_start_from_a_folder_whatever_its_name() {
    let parent = TempDir::new().unwrap();
    let folder = parent.path().join("100%?");
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join("releve.toml"), LEAST).unwrap();
    let config = told(&folder, parent.path()).unwrap();
    assert_eq!(config.database.url, format!("sqlite:{}/100%?/releve.db", parent.path().display()));
}
