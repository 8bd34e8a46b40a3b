//! Reads the folder: [`parse`] is the whole meaning, on texts; [`load`] adds the disk.

use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
};

use super::{
    Config, Deadlines, Problems, checks,
    document::{Document, Needed, Reading},
    gather::Gathered,
    section::Section,
    tables,
};

/// Reads and validates every `*.toml` of the folder, in the order of their names; relative paths start from the folder.
///
/// `None` when something is wrong, which is then among the problems.
pub fn load(folder: &Path, problems: &mut Problems) -> Option<Config> {
    let mut found = Problems::default();
    let files = texts(folder, &mut found);
    let (config, needed) = match &files {
        Some(files) => interpret(folder, files, &mut found),
        None => (None, Vec::new()),
    };
    for needed in needed {
        if let Err(cause) = readable(&needed.path) {
            let path = needed.path.display();
            let text = format!("le fichier de « {} », {path}, {}", needed.key, in_french(&cause));
            found.add(needed.file, needed.line, text);
        }
    }
    let sound = found.is_empty();
    problems.append(found);
    config.filter(|_| sound)
}

/// Validates texts as if they were the files of the folder. The disk is not looked at: whether the files named in them
/// exist is left to [`load`].
pub fn parse(folder: &Path, files: &[(PathBuf, String)], problems: &mut Problems) -> Option<Config> {
    let mut found = Problems::default();
    let (config, _) = interpret(folder, files, &mut found);
    let sound = found.is_empty();
    problems.append(found);
    config.filter(|_| sound)
}

fn interpret(folder: &Path, files: &[(PathBuf, String)], problems: &mut Problems) -> (Option<Config>, Vec<Needed>) {
    let reading = Reading::new(folder);
    let whole = Document::folder(&reading);
    let documents: Vec<_> = files.iter().map(|(path, text)| Document::parse(path, text, &reading)).collect();
    let config = config(Gathered::new(&whole, &documents));
    drop((whole, documents));
    problems.append(reading.problems.into_inner());
    (config, reading.needed.into_inner())
}

fn config(mut tables: Gathered<'_>) -> Option<Config> {
    let prefecture = tables.required("prefecture").and_then(|mut table| table.read(tables::prefecture));
    let mut services = tables.many("service", true);
    let mut mailboxes = tables.many("mailbox", true);
    let mut deadlines = tables.many("deadline", false);
    let mut warnings = tables.many("warning", false);
    let mut agents = tables.many("agent", false);
    let mut facts = tables.many("fact", false);
    let mut acronyms = tables.many("acronym", false);
    checks::across(&services, &mailboxes, &deadlines);
    checks::of_replies(&agents, &facts, &acronyms);

    let first = mailboxes.first().and_then(|mailbox| mailbox.raw(&["address"]));
    let outgoing = tables.required("outgoing").and_then(|mut table| table.read(|from| tables::outgoing(from, first)));
    let database = tables.required("database").and_then(|mut table| table.read(tables::database));
    let acknowledgement = tables.or_empty("acknowledgement").read(tables::acknowledgement);
    let limits = tables.or_empty("limits").read(tables::limits);
    let web = tables.or_empty("web").read(tables::web);
    let learned_model = tables.or_empty("classification").read(tables::classification);
    let steps = read_all(&mut warnings, tables::warning).unwrap_or_default();
    checks::distinct_steps(&warnings, &steps);
    let mut targets = tables.many("target", false);
    checks::distinct_targets(&targets);
    let targets = read_all(&mut targets, tables::target);
    let figures = tables.or_empty("figures").read(|from| tables::figures(from, targets.unwrap_or_default()));
    let watch = tables.or_empty("watch").read(|from| tables::watch(from, first, steps));
    let services = read_all(&mut services, |from| tables::service(from, prefecture.as_ref()));
    let mailboxes = read_all(&mut mailboxes, tables::mailbox);
    let mut deadlines = read_all(&mut deadlines, tables::deadline)?;
    deadlines.sort_by_key(|rule| rule.kind.is_none());
    Some(Config {
        prefecture: prefecture?,
        services: services?,
        mailboxes: mailboxes?,
        deadlines: Deadlines(deadlines),
        acknowledgement: acknowledgement?,
        outgoing: outgoing?,
        database: database?,
        limits: limits?,
        watch: watch?,
        web: web?,
        figures: figures?,
        agents: read_all(&mut agents, tables::agent)?,
        facts: read_all(&mut facts, tables::fact)?,
        acronyms: read_all(&mut acronyms, tables::acronym)?,
        learned_model: learned_model?,
    })
}

/// Reads each table before the first wrong one makes the whole wrong: all are told.
fn read_all<'a, T>(tables: &mut [Section<'a>], reader: impl Fn(&mut Section<'a>) -> Option<T>) -> Option<Vec<T>> {
    let read: Vec<_> = tables.iter_mut().map(|table| table.read(&reader)).collect();
    read.into_iter().collect()
}

/// The texts of the folder's files by name, or `None` and a way to begin when there is nothing to read.
fn texts(folder: &Path, problems: &mut Problems) -> Option<Vec<(PathBuf, String)>> {
    let begin = format!("pour commencer : releve check --default > {}", folder.join("releve.toml").display());
    let mut paths: Vec<_> = match fs::read_dir(folder) {
        Ok(entries) => entries.filter_map(|entry| Some(entry.ok()?.path())).filter(|path| is_ours(path)).collect(),
        Err(cause) => {
            let missing = cause.kind() == io::ErrorKind::NotFound;
            let first = if missing { format!("créez-le ; {begin}") } else { begin };
            let text = format!("ce dossier de configuration {} ; {first}", in_french(&cause));
            problems.add(folder, 0, text);
            return None;
        }
    };
    if paths.is_empty() {
        problems.add(folder, 0, format!("ce dossier de configuration ne contient aucun fichier .toml ; {begin}"));
        return None;
    }
    paths.sort();
    let read: Vec<_> = paths.into_iter().map(|path| text(&path, problems).map(|text| (path, text))).collect();
    read.into_iter().collect()
}

/// Editors leave hidden copies beside a file being written: those are not ours.
fn is_ours(path: &Path) -> bool {
    let hidden = path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"."));
    path.extension().is_some_and(|extension| extension == "toml") && !hidden && !path.is_dir()
}

/// The text of a file; one that is not in UTF-8 is told, then read as well as it can be.
fn text(path: &Path, problems: &mut Problems) -> Option<String> {
    let bytes =
        fs::read(path).map_err(|cause| problems.add(path, 0, format!("ce fichier {}", in_french(&cause)))).ok()?;
    if let Err(error) = std::str::from_utf8(&bytes) {
        let line = bytes.iter().take(error.valid_up_to()).filter(|byte| **byte == b'\n').count() + 1;
        problems.add(path, line, "un caractère n'est pas en UTF-8 ; enregistrez ce fichier en UTF-8");
    }
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

fn readable(path: &Path) -> io::Result<()> {
    if path.is_dir() {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    File::open(path).map(drop)
}

/// What the system said, to follow the name of a file.
fn in_french(cause: &io::Error) -> String {
    match cause.kind() {
        io::ErrorKind::NotFound => "n'existe pas".to_owned(),
        io::ErrorKind::PermissionDenied => "ne peut pas être lu par ce compte".to_owned(),
        io::ErrorKind::IsADirectory => "est un dossier".to_owned(),
        io::ErrorKind::NotADirectory => "n'est pas un dossier".to_owned(),
        _ => format!("ne peut pas être lu ({cause})"),
    }
}
