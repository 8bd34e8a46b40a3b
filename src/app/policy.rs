//! Reads everything that an operator writes: the configuration folder, and in it `rules/` and `templates/`. The program
//! ships its own rules and templates; a file of the same name in the folder takes the place of the shipped one, any other
//! is added.

use std::{
    collections::{BTreeMap, HashMap},
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use include_dir::{Dir, include_dir};

use crate::{
    case::{Kind, LetterKind, Scope, Topic},
    config::{self, Config, Mailbox, Problem, Problems},
    desk::Policy,
    replies::{AcknowledgementFacts, Acknowledgements, Glossary, Habits, Library, Question, Surroundings},
    triage::{
        Classifier,
        examples::Example,
        model::Model,
        rules::{Names, Rules},
    },
};

static RULES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/rules");
static CORPUS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/corpus");
static TEMPLATES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/templates");

/// What was learned from the corpus that ships.
static MODEL: &[u8] = include_bytes!("../../model/shipped.model");

/// Where a prefecture keeps the model that it learned itself, in its folder, unless the configuration says otherwise.
pub const LEARNED: &str = "learned.model";

/// Reads and checks the folder. Everything wrong is returned in one go.
pub fn load(folder: &Path) -> Result<Policy, Vec<Problem>> {
    load_with(folder, None)
}

/// The same as if this file of the folder had this content.
pub(super) fn load_with(folder: &Path, instead: Option<(&Path, &str)>) -> Result<Policy, Vec<Problem>> {
    let mut problems = Problems::default();
    let config = config::load(folder, &mut problems);
    let services = config.as_ref().map(|config| config.services.iter().map(|service| service.id.as_str()));
    let services: Option<Vec<&str>> = services.map(Iterator::collect);
    let mailboxes = config.as_ref().map_or(&[][..], |config| &config.mailboxes);
    // A shipped template for a mailbox that this prefecture does not have is no fault of hers.
    let serves = |path: &Path| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let mailbox = name.split('.').next().unwrap_or_default();
        let acknowledges = path.parent().and_then(Path::file_name).is_some_and(|folder| folder == "acknowledgement");
        !acknowledges || mailbox == "default" || mailboxes.iter().any(|known| known.id == mailbox)
    };
    let mut templates = with_own(&TEMPLATES, &folder.join("templates"), "hbs", serves, &mut problems);
    if let Some((path, content)) = instead {
        let (within, own) = (path.strip_prefix("templates").unwrap_or(path), folder.join(path));
        templates.retain(|(known, _)| known != within && *known != own);
        templates.push((own, content.to_owned()));
    }
    let facts = config.as_ref().map_or(&[][..], |config| &config.facts);
    let around = Surroundings {
        services: services.as_deref(),
        facts: facts.iter().map(|fact| fact.id.as_str()).collect(),
        attachments: attachments(&folder.join("templates/attachments"), &mut problems),
    };
    let library = Library::compile(&templates, around, &mut problems);
    let answers: Vec<&str> = answers(&library).collect();
    let names = Names { services: services.as_deref(), answers: Some(&answers) };
    let mut rules = with_own(&RULES, &folder.join("rules"), "toml", |_| true, &mut problems);
    // What ships comes first, so that of two rules of one name the operator's is told to be the second.
    rules.sort_by_key(|(path, _)| path.components().count() > 1);
    let rules = Rules::compile(&rules, names, &mut problems);
    let own = config.as_ref().and_then(|config| config.learned_model.clone()).unwrap_or_else(|| folder.join(LEARNED));
    let classifier = Arc::new(Classifier { rules, model: model(&own, &mut problems) });
    if let Some(config) = config {
        let acknowledgements = Acknowledgements::compile(&templates, &config.mailboxes, &mut problems);
        for mailbox in &config.mailboxes {
            check_acknowledgement(&config, mailbox, &acknowledgements, &mut problems);
        }
        if problems.is_empty() {
            let (calendar, own_addresses) = (config.calendar(), config.own_addresses());
            let (library, glossary) = (Arc::new(library), Glossary::with(&config.acronyms));
            let habits = Arc::new(shipped_habits());
            return Ok(Policy {
                config,
                calendar,
                classifier,
                acknowledgements,
                library,
                habits,
                glossary,
                own_addresses,
            });
        }
    }
    Err(problems.sorted())
}

/// The rules and the model that ship, for whoever has no configuration.
pub fn shipped_classifier() -> Arc<Classifier> {
    let mut problems = Problems::default();
    let files: Vec<_> = shipped(&RULES, |_| true).into_iter().collect();
    let rules = Rules::compile(&files, Names::default(), &mut problems);
    let model = shipped_model(&mut problems);
    debug_assert!(problems.is_empty(), "what ships is sound: {problems:?}");
    Arc::new(Classifier { rules, model })
}

/// The model answers that ship, for whoever has no configuration.
pub fn shipped_library() -> Library {
    let mut problems = Problems::default();
    let files: Vec<_> = shipped(&TEMPLATES, |_| true).into_iter().collect();
    let library = Library::compile(&files, Surroundings::default(), &mut problems);
    debug_assert!(problems.is_empty(), "what ships is sound: {problems:?}");
    library
}

/// What agents would begin with for the questions of `corpus/answers.tsv`: a prefecture goes on from there.
pub fn shipped_habits() -> Habits {
    let labels = CORPUS.get_file("answers.tsv").and_then(|file| file.contents_utf8()).unwrap_or_default();
    let lines = labels.lines().filter_map(|line| line.split_once('\t'));
    let labels: HashMap<&str, &str> = lines.filter_map(|(id, names)| Some((id, names.split(' ').next()?))).collect();
    let mut habits = Habits::default();
    for (_, content) in shipped(&CORPUS, |path| path.extension().is_some_and(|extension| extension == "jsonl")) {
        // Only the lines that are labelled are read.
        let id = |line: &str| line.split('"').nth(3).map(str::to_owned).unwrap_or_default();
        for line in content.lines() {
            let Some(answer) = labels.get(id(line).as_str()).filter(|answer| !answer.is_empty()) else { continue };
            let Ok(example) = Example::read_all(line).map(|mut read| read.remove(0)) else { continue };
            let (Ok(kind), Ok(topic)) = (Kind::from_corpus(&example.kind), example.topic.parse::<Topic>()) else {
                continue;
            };
            let scope = example.scope.parse().unwrap_or(Scope::General);
            let asked = Question::settled(kind, scope, topic, "", &example.subject, &example.body);
            habits.learn(answer, &asked.traits());
        }
    }
    habits
}

/// The names of the models that answer a question.
fn answers(library: &Library) -> impl Iterator<Item = &str> {
    library.all().filter(|model| model.kind == LetterKind::Answer).map(|model| model.name.as_str())
}

/// The largest file that goes with a letter.
const ATTACHMENT: u64 = 5 << 20;

/// The files that may go with a letter.
fn attachments(folder: &Path, problems: &mut Problems) -> BTreeMap<String, Arc<[u8]>> {
    let mut found = BTreeMap::new();
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return found,
        Err(cause) => {
            problems.add(folder, 0, format!("ce dossier ne peut pas être lu : {cause}"));
            return found;
        }
    };
    for path in entries.filter_map(|entry| Some(entry.ok()?.path())).filter(|path| path.is_file()) {
        let Some(name) = path.file_name().and_then(|name| name.to_str()).map(str::to_owned) else { continue };
        match fs::metadata(&path).map(|about| about.len()) {
            Ok(size) if size > ATTACHMENT => {
                problems.add(
                    &path,
                    0,
                    format!("ce fichier pèse plus de {} Mo : il n'arriverait pas partout", ATTACHMENT >> 20),
                );
            }
            _ => match fs::read(&path) {
                Ok(bytes) => drop(found.insert(name, bytes.into())),
                Err(cause) => problems.add(&path, 0, format!("ce fichier ne peut pas être lu : {cause}")),
            },
        }
    }
    found
}

/// The labelled messages that ship: those to learn from, or those kept apart to measure on.
pub fn corpus(apart: bool) -> anyhow::Result<Vec<Example>> {
    let files = shipped(&CORPUS, |path| {
        path.extension().is_some_and(|extension| extension == "jsonl") && path.starts_with("apart") == apart
    });
    let mut examples = Vec::new();
    for (path, content) in files {
        let read = Example::read_all(&content).map_err(|error| anyhow::anyhow!("{} : {error}", path.display()))?;
        examples.extend(read);
    }
    Ok(examples)
}

/// The model of the prefecture, or the one that ships.
fn model(path: &Path, problems: &mut Problems) -> Model {
    // A pipe would be waited for, and a device never end.
    if path.exists() && !path.is_file() {
        problems.add(path, 0, "ce n'est pas un fichier ordinaire ; retirez-le, ou mettez un fichier à sa place");
        return Model::default();
    }
    match fs::read(path) {
        Ok(bytes) => Model::from_bytes(&bytes).unwrap_or_else(|error| {
            let way_out = "retirez ce fichier pour revenir au modèle livré";
            problems.add(path, 0, format!("{error} ; {way_out}"));
            Model::default()
        }),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => shipped_model(problems),
        Err(error) => {
            problems.add(path, 0, format!("ce fichier ne peut pas être lu : {error}"));
            Model::default()
        }
    }
}

fn shipped_model(problems: &mut Problems) -> Model {
    Model::from_bytes(MODEL).unwrap_or_else(|error| {
        problems.add("shipped.model", 0, error.to_string());
        Model::default()
    })
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
        let entries = match fs::read_dir(&current) {
            Ok(entries) => entries,
            // No such folder: the shipped files serve.
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => continue,
            Err(cause) => {
                problems.add(&current, 0, format!("ce dossier ne peut pas être lu : {cause}"));
                continue;
            }
        };
        for entry in entries {
            let (path, kind) = match entry.and_then(|entry| Ok((entry.path(), entry.file_type()?))) {
                Ok(found) => found,
                Err(cause) => {
                    problems.add(&current, 0, format!("ce dossier ne peut pas être lu en entier : {cause}"));
                    continue;
                }
            };
            if kind.is_dir() {
                // Links to folders are not followed: they may lead round in a circle.
                folders.push(path);
            } else if path.extension().is_some_and(|found| found == extension) && !path.is_file() {
                problems.add(
                    &path,
                    0,
                    "ce n'est pas un fichier ordinaire ; retirez-le, ou mettez un fichier à sa place",
                );
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
