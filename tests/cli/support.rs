//! Runs the program as a stranger would: nothing in its environment, a folder of its own.

use std::{
    fs,
    io::Write,
    path::Path,
    process::{Command, Output, Stdio},
    sync::OnceLock,
};

use tempfile::TempDir;

/// What a command said.
#[derive(Debug)]
pub(super) struct Said {
    pub(super) code: Option<i32>,
    pub(super) out: String,
    pub(super) err: String,
}

impl Said {
    pub(super) fn lines(&self) -> Vec<&str> {
        self.out.lines().collect()
    }

    /// The lines of stdout, each a JSON value.
    pub(super) fn json(&self) -> Vec<serde_json::Value> {
        self.out
            .lines()
            .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}")))
            .collect()
    }
}

impl From<Output> for Said {
    fn from(output: Output) -> Self {
        let text = |octets: Vec<u8>| String::from_utf8(octets).expect("UTF-8");
        Self { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
    }
}

/// The program, to be run in `folder`.
pub(super) fn releve(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_releve"));
    command.current_dir(folder).env_remove("RELEVE_CONFIG").env_remove("RELEVE_LOG").env("NO_COLOR", "1");
    command
}

/// Runs the program in `folder`.
pub(super) fn run(folder: &Path, arguments: &[&str]) -> Said {
    releve(folder).args(arguments).stdin(Stdio::null()).output().expect("the program starts").into()
}

/// Runs the program with something on its stdin.
pub(super) fn run_with(folder: &Path, arguments: &[&str], input: &[u8]) -> Said {
    let mut child = releve(folder)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    child.stdin.take().expect("piped").write_all(input).expect("it reads");
    child.wait_with_output().expect("it ends").into()
}

/// A folder with these files.
pub(super) fn folder(files: &[(&str, &[u8])]) -> TempDir {
    let home = tempfile::tempdir().expect("a temporary folder");
    for (name, octets) in files {
        let path = home.path().join(name);
        fs::create_dir_all(path.parent().expect("below the folder")).expect("a folder");
        fs::write(path, octets).expect("a file");
    }
    home
}

/// A demonstration, and what it said when it was run twice.
pub(super) struct Demo {
    pub(super) home: TempDir,
    pub(super) first: Said,
    pub(super) second: Said,
}

/// One demonstration, in the folder `d`, for every test: they only look at what it left.
pub(super) fn demo() -> &'static Demo {
    static DEMO: OnceLock<Demo> = OnceLock::new();
    DEMO.get_or_init(|| {
        let home = folder(&[]);
        let once = || run(home.path(), &["demo", "--once", "--dir", "d"]);
        Demo { first: once(), second: once(), home }
    })
}

/// The configuration of a prefecture of one mailbox.
pub(super) const CONFIG: &[u8] = r#"[prefecture]
name = "Préfecture"
department = "972"
address = "1 rue de l'Exemple, 97200 Ville"
phone = "05 36 49 00 00"
[[service]]
id = "accueil"
name = "Accueil"
email = "accueil@prefecture.example.fr"
[[mailbox]]
id = "contact"
address = "contact@prefecture.example.fr"
service = "accueil"
maildir = "boite"
[outgoing]
folder = "sortie"
[database]
url = "sqlite:releve.db"
"#
.as_bytes();
