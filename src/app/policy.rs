//! Reads everything that an operator writes: the configuration folder, and in it `rules/` and `templates/`. The program
//! ships its own rules and templates; a file of the same name in the folder takes the place of the shipped one, any other
//! is added.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use include_dir::{Dir, include_dir};

use crate::{
    config::{self, Config, Mailbox, Problem, Problems},
    desk::Policy,
    replies::{AcknowledgementFacts, Acknowledgements},
    triage::Rules,
};

static RULES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/rules");
static TEMPLATES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/templates");

/// Reads and checks the folder. Everything wrong is returned in one go.
pub fn load(folder: &Path) -> Result<Policy, Vec<Problem>> {
    let mut problems = Problems::default();
    let config = config::load(folder, &mut problems);
    let rules =
        Rules::compile(&with_own(&RULES, &folder.join("rules"), "toml", |_| true, &mut problems), &mut problems);
    let mailboxes = config.as_ref().map_or(&[][..], |config| &config.mailboxes);
    // A shipped template for a mailbox that this prefecture does not have is no fault of hers.
    let serves = |path: &Path| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let mailbox = name.split('.').next().unwrap_or_default();
        mailbox == "default" || mailboxes.iter().any(|known| known.id == mailbox)
    };
    let templates = with_own(&TEMPLATES, &folder.join("templates"), "hbs", serves, &mut problems);
    if let Some(config) = config {
        let acknowledgements = Acknowledgements::compile(&templates, &config.mailboxes, &mut problems);
        for mailbox in &config.mailboxes {
            check_acknowledgement(&config, mailbox, &acknowledgements, &mut problems);
        }
        if problems.is_empty() {
            let (calendar, own_addresses) = (config.calendar(), config.own_addresses());
            return Ok(Policy { config, calendar, rules, acknowledgements, own_addresses });
        }
    }
    Err(problems.sorted())
}

/// The rules that ship, for whoever has no configuration.
pub fn shipped_rules() -> Rules {
    let mut problems = Problems::default();
    let rules = Rules::compile(&shipped(&RULES, |_| true).into_iter().collect::<Vec<_>>(), &mut problems);
    debug_assert!(problems.is_empty(), "the shipped rules are sound: {problems:?}");
    rules
}

/// Whether every value that the templates of a mailbox need is there.
fn check_acknowledgement(config: &Config, mailbox: &Mailbox, texts: &Acknowledgements, problems: &mut Problems) {
    let Some(service) = config.service(&mailbox.service) else { return };
    // Any instant will do: only what the operator wrote can be missing.
    let rule = config.deadlines.rule(crate::case::Channel::Email, None, jiff::civil::Date::MAX);
    let deadline = config.calendar().deadline(jiff::Timestamp::UNIX_EPOCH, rule.delay);
    for complaint in [false, true] {
        let facts = AcknowledgementFacts {
            prefecture: &config.prefecture,
            service,
            mailbox,
            reference: "2026-000001",
            received: &deadline.received,
            due: &deadline.due,
            delay: &rule.delay,
            complaint,
            silence: deadline.due.date(),
        };
        texts.check(&facts, problems);
    }
}

fn shipped(dir: &'static Dir<'_>, wanted: impl Fn(&Path) -> bool) -> BTreeMap<PathBuf, String> {
    let mut files = BTreeMap::new();
    let mut dirs = vec![dir];
    while let Some(dir) = dirs.pop() {
        dirs.extend(dir.dirs());
        for file in dir.files().filter(|file| wanted(file.path())) {
            files.extend(file.contents_utf8().map(|text| (file.path().to_owned(), text.to_owned())));
        }
    }
    files
}

/// The shipped files, with those of the folder in their place or beside them.
fn with_own(
    dir: &'static Dir<'_>,
    folder: &Path,
    extension: &str,
    wanted: impl Fn(&Path) -> bool,
    problems: &mut Problems,
) -> Vec<(PathBuf, String)> {
    let mut files = shipped(dir, wanted);
    let mut folders = vec![folder.to_owned()];
    while let Some(current) = folders.pop() {
        // No such folder: the shipped files serve.
        let Ok(entries) = fs::read_dir(&current) else { continue };
        for path in entries.flatten().map(|entry| entry.path()) {
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|found| found == extension) {
                match fs::read_to_string(&path) {
                    Ok(text) => {
                        files.remove(path.strip_prefix(folder).unwrap_or(&path));
                        files.insert(path, text);
                    }
                    Err(cause) => problems.add(&path, 0, format!("ce fichier ne peut pas être lu : {cause}")),
                }
            }
        }
    }
    files.into_iter().collect()
}
