//! What every command has in common: codes, sentences, and readers who leave early.

use std::{
    io::{BufRead, BufReader},
    process::Stdio,
};

use super::support::{demo, folder, releve, run};

#[test]
fn what_does_not_exist_is_a_mistake_of_usage() {
    let home = folder(&[]);
    for arguments in [
        &["chanter"][..],
        &["check", "--inconnu"],
        &["classify"],
        &["cases"],
        &["deadline", "--channel", "pigeon", "--received", "2026-05-12T09:00:00Z"],
        &["deadline", "--channel", "email", "--received", "hier"],
        &[],
    ] {
        let said = run(home.path(), arguments);
        assert_eq!((said.code, said.out.as_str()), (Some(2), ""), "{arguments:?}");
        assert!(!said.err.is_empty(), "{arguments:?}");
    }
}

#[test]
fn help_and_version_are_no_failures() {
    let home = folder(&[]);
    assert_eq!(run(home.path(), &["--help"]).code, Some(0));
    let version = run(home.path(), &["--version"]);
    assert_eq!((version.code, version.out), (Some(0), format!("releve {}\n", env!("CARGO_PKG_VERSION"))));
}

/// Every command that may say more than somebody wants to read.
#[test]
fn a_reader_who_leaves_is_no_failure() {
    let home = &demo().home;
    for arguments in [
        &["check", "--default"][..],
        &["--config", "d/config", "check"],
        &["--config", "d/config", "cases", "list", "--limit", "1000"],
        &["--config", "d/config", "cases", "list", "--json"],
        &["classify", "--json", "d/boites"],
        &["demo", "--once", "--dir", "d"],
    ] {
        let mut child =
            releve(home.path()).args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut first = String::new();
        // One line, and the pipe is closed.
        BufReader::with_capacity(1, child.stdout.take().unwrap()).read_line(&mut first).unwrap();
        let output = child.wait_with_output().unwrap();
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!((output.status.code(), told.as_str()), (Some(0), ""), "{arguments:?} after {first}");
    }
}
