//! One template: what its front matter says, its subject and its text, both compiled.

use std::path::{Path, PathBuf};

use handlebars::{Handlebars, Template as Compiled, no_escape};
use jiff::civil::Date;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::walk;
use crate::config::Problems;

/// The line that opens and closes the front matter.
pub(super) const FENCE: &str = "+++";

/// What a front matter says, whatever the template is for.
pub(super) trait Head: DeserializeOwned {
    /// The subject, with its expressions.
    fn subject(&self) -> &str;

    /// The last day on which it may be taken for right: `2027-01-31`. From then on the digest asks for it to be read again.
    fn valid_until(&self) -> Option<toml::value::Datetime>;
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
pub(super) struct Template<H> {
    pub(super) file: PathBuf,
    pub(super) head: H,
    pub(super) valid_until: Option<Date>,
    /// The front matter as it is written.
    pub(super) front: String,
    /// The text as it is written, and the line of the file on which it begins, less one.
    pub(super) source: String,
    pub(super) offset: usize,
    /// The line of the subject, less one.
    before_subject: usize,
    subject: Compiled,
    text: Compiled,
    /// Holds both, ready to render.
    engine: Handlebars<'static>,
}

impl<H: Head> Template<H> {
    /// Compiles a file. `sample` gives every variable that a template with this head may use; whatever else it names is a
    /// problem.
    pub(super) fn compile(
        file: &Path,
        content: &str,
        sample: impl FnOnce(&H) -> Value,
        problems: &mut Problems,
    ) -> Option<Self> {
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
            if ["XXX", "TODO", "[à compléter", "[À COMPLÉTER"].iter().any(|mark| line.contains(mark)) {
                problems.add(file, index + 1, "ce passage attend d'être complété : un usager ne doit pas le lire");
            }
        }
        // The subject is one line; those before it are comments and other keys, and the fence.
        let before_subject = 1 + front.lines().take_while(|line| !line.trim_start().starts_with("subject")).count();
        let head: H = match toml::from_str(front) {
            Ok(head) => head,
            Err(error) => {
                // The front matter begins on the second line of the file.
                let line = error.span().map_or(1, |span| front[..span.start].matches('\n').count() + 2);
                problems.add(file, line, format!("en-tête illisible : {}", error.message()));
                return None;
            }
        };
        let valid_until = day(head.valid_until(), "valid_until", file, problems);
        let sample = sample(&head);
        let mut compile = |source: &str, offset: usize| match Compiled::compile(source) {
            Ok(compiled) => {
                let faults = walk::unknown_names(&compiled, &sample);
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
        let (subject, compiled) = (compile(head.subject(), before_subject), compile(text, offset));
        let (subject, compiled) = (subject?, compiled?);
        let mut engine = Handlebars::new();
        engine.set_strict_mode(true);
        engine.register_escape_fn(no_escape);
        engine.register_template("subject", subject.clone());
        engine.register_template("text", compiled.clone());
        let (file, source) = (file.to_owned(), text.replace("\r\n", "\n"));
        let front = front.replace("\r\n", "\n");
        Some(Self { file, head, valid_until, front, source, offset, before_subject, subject, text: compiled, engine })
    }

    /// Whether the text bears one of these names whatever the values are.
    pub(super) fn always_says(&self, names: &[&str]) -> bool {
        walk::certain_names(&self.text).iter().any(|name| names.contains(&name.as_str()))
    }

    /// Every name that the subject or the text asks for.
    pub(super) fn names(&self) -> Vec<String> {
        [&self.subject, &self.text].into_iter().flat_map(walk::names).collect()
    }

    /// The expressions that would leave a hole with these values.
    pub(super) fn holes(&self, values: &Value) -> Vec<Hole> {
        let of = |compiled: &Compiled, offset: usize| {
            walk::empty_names(compiled, values).into_iter().map(move |(line, variable)| (line + offset, variable))
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
        Ok((subject, render("text")?.replace("\r\n", "\n").trim().to_owned()))
    }

    /// The subject alone. A hole is an error.
    pub(super) fn subject(&self, values: &Value) -> Result<String, Hole> {
        let hole = |line, variable| Hole { file: self.file.clone(), line, variable };
        if let Some((line, variable)) = walk::empty_names(&self.subject, values).into_iter().next() {
            return Err(hole(line + self.before_subject, variable));
        }
        let rendered = self.engine.render("subject", values);
        let rendered = rendered.map_err(|error| hole(self.before_subject + 1, error.reason().to_string()))?;
        Ok(rendered.split_whitespace().collect::<Vec<_>>().join(" "))
    }

    /// The name of its file.
    pub(super) fn file_name(&self) -> String {
        self.file.file_name().unwrap_or_default().to_string_lossy().into_owned()
    }
}

/// A day of a front matter.
pub(super) fn day(
    written: Option<toml::value::Datetime>,
    key: &str,
    file: &Path,
    problems: &mut Problems,
) -> Option<Date> {
    let day = written?.to_string().parse().ok();
    if day.is_none() {
        problems.add(file, 1, format!("« {key} » est une date, par exemple 2027-01-31, sans guillemets ni heure"));
    }
    day
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
