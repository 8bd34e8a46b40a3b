//! One test for each kind of fault, with its line and its sentence: what the tests share.

use std::path::{Path, PathBuf};

use super::{Config, Problems, parse};

/// The least that is sound. The lines of the tests below count in it.
const LEAST: &str = r#"[prefecture]
name = "Préfecture"
department = "16"
address = "2 place de l'Exemple, 16000 Ville"
phone = "05 36 49 00 00"
[[service]]
id = "accueil"
name = "Accueil"
email = "accueil@example.fr"
[[mailbox]]
id = "contact"
address = "contact@example.fr"
service = "accueil"
maildir = "boites/contact"
[outgoing]
folder = "sortie"
[database]
url = "sqlite:releve.db"
"#;

/// A sound `imap = …` for the places that want one.
const IMAP: &str = r#"imap = { host = "imap.example.fr", user = "u", password_file = "p" }"#;

/// Reads files by name, as those of `/etc/releve`.
fn read(files: &[(&str, &str)]) -> Result<Config, Vec<String>> {
    let folder = Path::new("/etc/releve");
    let files: Vec<(PathBuf, String)> =
        files.iter().map(|(name, text)| (folder.join(name), (*text).to_owned())).collect();
    let mut problems = Problems::default();
    let config = parse(folder, &files, &mut problems);
    let told = |problem: super::Problem| problem.to_string().replace("/etc/releve/releve.toml:", "");
    config.ok_or_else(|| problems.sorted().into_iter().map(told).collect())
}

/// [`LEAST`] with one passage replaced.
fn least_but(from: &str, to: &str) -> String {
    assert_eq!(LEAST.matches(from).count(), 1, "« {from} » stands once in LEAST");
    LEAST.replace(from, to)
}

/// What is told of [`LEAST`] with one passage replaced.
fn faults_of(from: &str, to: &str) -> Vec<String> {
    read(&[("releve.toml", &least_but(from, to))]).err().unwrap_or_default()
}

/// Each test: what of [`LEAST`] is replaced, by what, and all that is told then.
macro_rules! faults {
    ($($name:ident: $from:expr => $to:expr, [$($told:expr),+ $(,)?];)+) => {
        $(#[test] fn $name() { assert_eq!(faults_of(&$from.to_string(), &$to.to_string()), [$($told),+]); })+
    };
}

const EMAIL: &str = "attendu : une adresse électronique, par exemple \"accueil@example.fr\"";
const TEXT: &str = "attendu : un texte entre guillemets, sur une ligne, non vide";

// After the macro, which they use.
mod disk;
mod figures;
mod sound;
mod tables;
mod values;
mod watch;
