//! One template: its front matter, its subject and its text, both compiled.

use std::path::{Path, PathBuf};

use handlebars::{Handlebars, Template as Compiled, no_escape};
use jiff::civil::Date;
use serde::Deserialize;
use serde_json::Value;

use super::lint;
use crate::config::Problems;

/// The line that opens and closes the front matter.
const FENCE: &str = "+++";

/// What a template says of itself.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct FrontMatter {
    subject: String,
    /// In a second language: the line above the French text that tells its readers to read on.
    #[serde(default)]
    announce: String,
    /// The last day on which it may be taken for right: `2027-01-31`. From then on the digest asks for it to be read again.
    #[serde(default)]
    valid_until: Option<toml::value::Datetime>,
}

/// A value that the text needs and that is empty: the mail must not leave.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line} : la variable « {variable} » est vide ; renseignez-la ou placez ce passage dans un {{{{#if {variable}}}}}", file = file.display())]
pub struct Hole {
    /// The template.
    pub file: PathBuf,
    /// The line of the expression.
    pub line: usize,
    /// The name of the variable.
    pub variable: String,
}

/// A template, compiled and found to use nothing that does not exist.
#[derive(Debug)]
pub(super) struct Template {
    pub(super) file: PathBuf,
    pub(super) valid_until: Option<Date>,
    /// The line of the file on which the text begins, less one.
    offset: usize,
    /// The line of the subject, less one.
    before_subject: usize,
    subject: Compiled,
    text: Compiled,
    /// Holds both, ready to render.
    engine: Handlebars<'static>,
    pub(super) announce: String,
}

impl Template {
    /// Compiles a file. `sample` holds every variable that may be used; whatever else the template names is a problem.
    pub(super) fn compile(file: &Path, content: &str, sample: &Value, problems: &mut Problems) -> Option<Self> {
        let (front, text, offset) = match split(content) {
            Ok(parts) => parts,
            Err(text) => {
                problems.add(file, 1, text);
                return None;
            }
        };
        for (index, line) in content.lines().enumerate() {
            // Handlebars takes a comment without an end for text, and swallows what follows.
            if line.contains("{{!--") && !line.contains("--}}") && !text.contains("--}}") {
                problems.add(file, index + 1, "ce commentaire n'est pas fermé : il manque --}}");
            }
            if ["XXX", "TODO", "à compléter", "À COMPLÉTER"].iter().any(|mark| line.contains(mark)) {
                problems.add(file, index + 1, "ce passage attend d'être complété : un usager ne doit pas le lire");
            }
        }
        // The subject is one line; those before it are comments, and the fence.
        let before_subject = 1 + front.lines().take_while(|line| !line.trim_start().starts_with("subject")).count();
        let front: FrontMatter = match toml::from_str(front) {
            Ok(front) => front,
            Err(error) => {
                // The front matter begins on the second line of the file.
                let line = error.span().map_or(1, |span| front[..span.start].matches('\n').count() + 2);
                problems.add(file, line, format!("en-tête illisible : {}", error.message()));
                return None;
            }
        };
        let valid_until = front.valid_until.map(|day| day.to_string().parse::<Date>());
        if let Some(Err(_)) = valid_until {
            problems.add(file, 1, "« valid_until » est une date, par exemple 2027-01-31, sans guillemets ni heure");
        }
        let valid_until = valid_until.and_then(Result::ok);
        let mut compile = |source: &str, offset: usize| match Compiled::compile(source) {
            Ok(compiled) => {
                let faults = lint::unknown_names(&compiled, sample);
                for (line, text) in &faults {
                    problems.add(file, line + offset, text.clone());
                }
                faults.is_empty().then_some(compiled)
            }
            Err(error) => {
                let (line, column) = error.pos().unwrap_or((1, 1));
                let text = format!(
                    "expression mal formée vers la colonne {column} : vérifiez les {{{{ et }}}}, et les {{{{/if}}}}"
                );
                problems.add(file, line + offset, text);
                None
            }
        };
        let (subject, text) = (compile(&front.subject, before_subject), compile(text, offset));
        let (subject, text, announce) = (subject?, text?, front.announce);
        let mut engine = Handlebars::new();
        engine.set_strict_mode(true);
        engine.register_escape_fn(no_escape);
        engine.register_template("subject", subject.clone());
        engine.register_template("text", text.clone());
        Some(Self { file: file.to_owned(), valid_until, offset, before_subject, subject, text, engine, announce })
    }

    /// Whether the text bears one of these names whatever the values are.
    pub(super) fn always_says(&self, names: &[&str]) -> bool {
        lint::certain_names(&self.text).iter().any(|name| names.contains(&name.as_str()))
    }

    /// The expressions that would leave a hole with these values.
    pub(super) fn holes(&self, values: &Value) -> Vec<Hole> {
        let of = |compiled: &Compiled, offset: usize| {
            lint::empty_names(compiled, values).into_iter().map(move |(line, variable)| (line + offset, variable))
        };
        of(&self.subject, self.before_subject)
            .chain(of(&self.text, self.offset))
            .map(|(line, variable)| Hole { file: self.file.clone(), line, variable })
            .collect()
    }

    /// The subject and the text. A hole is an error.
    pub(super) fn render(&self, values: &Value) -> Result<(String, String), Hole> {
        if let Some(hole) = self.holes(values).into_iter().next() {
            return Err(hole);
        }
        let render = |name| {
            self.engine.render(name, values).map_err(|error| Hole {
                file: self.file.clone(),
                line: error.line_no.unwrap_or_default() + self.offset,
                variable: error.reason().to_string(),
            })
        };
        // A subject is one line, whatever a value holds.
        let subject = render("subject")?.split_whitespace().collect::<Vec<_>>().join(" ");
        Ok((subject, render("text")?.trim().to_owned()))
    }
}

/// The front matter, the text, and the number of lines before the text.
fn split(content: &str) -> Result<(&str, &str, usize), String> {
    let missing = || {
        format!(
            "l'en-tête manque : le fichier commence par une ligne {FENCE}, puis subject = \"…\", puis une ligne {FENCE}"
        )
    };
    let rest = content.strip_prefix('\u{feff}').unwrap_or(content).strip_prefix(FENCE).ok_or_else(missing)?;
    let rest = rest.strip_prefix("\r\n").or_else(|| rest.strip_prefix('\n')).ok_or_else(missing)?;
    let mut end = 0;
    for (number, line) in rest.split_inclusive('\n').enumerate() {
        if line.trim_end() == FENCE {
            return Ok((&rest[..end], &rest[end + line.len()..], number + 2));
        }
        end += line.len();
    }
    Err(missing())
}
