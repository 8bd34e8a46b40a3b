//! `releve eval`: how good the classification is, on labelled messages or on what agents corrected.

mod corrections;

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
};

use anyhow::Context;
use serde_json::{Value, json};

use crate::{
    app,
    case::Scope,
    config::Config,
    desk::{self, Assessment, Route},
    triage::{Classification, Classifier, Surroundings, axis::Axis, confusion::Confusion, examples::Example},
};

#[derive(Debug, clap::Args)]
pub(super) struct EvalArgs {
    /// Les chiffres en JSON.
    #[arg(long)]
    json: bool,
    /// Fichier étiqueté : un message JSON par ligne (format : corpus/README.md).
    #[arg(value_name = "FICHIER.jsonl", required_unless_present = "corrections")]
    file: Option<PathBuf>,
    /// Où écrire ce qui est dit de chaque message, une ligne JSON chacun.
    #[arg(long, value_name = "SORTIE.jsonl")]
    predictions: Option<PathBuf>,
    /// Mesure sur les demandes que les agents ont corrigées ou confirmées, et dit par semaine combien de propositions ont
    /// été acceptées.
    #[arg(long, conflicts_with_all = ["file", "predictions"])]
    corrections: bool,
}

impl EvalArgs {
    pub(super) async fn run(self, folder: Option<&Path>) -> anyhow::Result<ExitCode> {
        let Some(file) = self.file else {
            return corrections::run(&super::folder_or_default(folder), self.json).await;
        };
        let policy = super::if_configured(folder)?;
        let classifier = policy.as_ref().map_or_else(app::shipped_classifier, |policy| policy.classifier.clone());
        let judge = Judge { config: policy.map(|policy| policy.config), classifier };
        let content = fs::read_to_string(&file).with_context(|| format!("{} ne peut pas être lu", file.display()))?;
        let examples = Example::read_all(&content).with_context(|| file.display().to_string())?;
        anyhow::ensure!(!examples.is_empty(), "{} ne contient aucun message", file.display());
        let mut predictions = Vec::new();
        let mut figures = Eval::default();
        for example in &examples {
            let (assessment, service) = judge.judge(example)?;
            let classification = &assessment.classification;
            figures.count(example, classification);
            writeln!(predictions, "{}", prediction(example, classification, service.as_deref()))?;
        }
        if let Some(path) = &self.predictions {
            let same = fs::canonicalize(path).is_ok_and(|path| fs::canonicalize(&file).is_ok_and(|file| path == file));
            anyhow::ensure!(!same, "--predictions écraserait le fichier étiqueté ; donnez un autre nom");
            super::whole_file(path, &predictions)?;
        }
        if self.json {
            println!("{}", figures.json());
        } else {
            figures.print();
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// What the labelled messages are judged by: the prefecture's rules and model, or those that ship.
struct Judge {
    config: Option<Config>,
    classifier: Arc<Classifier>,
}

impl Judge {
    /// What is said of a message, and the service that should answer when the mailbox is one of ours.
    fn judge(&self, example: &Example) -> anyhow::Result<(Assessment, Option<String>)> {
        let message = example.message().with_context(|| format!("le message {}", example.id))?;
        let mailbox = example.mailbox.as_deref();
        // A labelled message has no headers and no history: only what it says itself tells a machine from a person.
        let assessment = desk::assess(&message, mailbox, &Surroundings::default(), &self.classifier);
        let service = self.config.as_ref().and_then(|config| {
            let mailbox = config.mailbox(mailbox?)?;
            Some(Route::of(&assessment.classification, mailbox, config).service)
        });
        Ok((assessment, service))
    }
}

fn prediction(example: &Example, classification: &Classification, service: Option<&str>) -> Value {
    json!({
        "id": example.id,
        "kind": classification.kind.corpus(),
        "scope": classification.scope.word(),
        "topic": classification.topic.word(),
        "service": service,
        "confidence": classification.confidence(),
        "abstained": classification.abstains(),
    })
}

/// The figures over some messages.
struct Eval {
    /// Kind, scope, topic. The scope of what asks for nothing is the word `none`.
    axes: [Confusion; 3],
    kept: usize,
    kept_right: usize,
}

impl Default for Eval {
    fn default() -> Self {
        let axes =
            [Confusion::new(Axis::Kind.words()), Confusion::new(Scope::WORDS), Confusion::new(Axis::Topic.words())];
        Self { axes, kept: 0, kept_right: 0 }
    }
}

impl Eval {
    fn count(&mut self, example: &Example, classification: &Classification) {
        let scope = |word: &str| Scope::WORDS.iter().position(|known| *known == word);
        let pairs = [
            (Axis::Kind.find(&example.kind), Axis::Kind.find(classification.kind.corpus())),
            (scope(&example.scope), scope(classification.scope.word())),
            (Axis::Topic.find(&example.topic), Axis::Topic.find(classification.topic.word())),
        ];
        for (confusion, (truth, said)) in self.axes.iter_mut().zip(pairs) {
            if let (Some(truth), Some(said)) = (truth, said) {
                confusion.count(truth, said);
            }
        }
        if !classification.abstains() {
            self.kept += 1;
            self.kept_right += usize::from(example.kind == classification.kind.corpus());
        }
    }

    fn json(&self) -> Value {
        let [kind, scope, topic] = &self.axes;
        json!({
            "n": kind.total(),
            "kind": kind.json(),
            "scope": scope.json(),
            "topic": topic.json(),
        })
    }

    fn percent(part: usize, whole: usize) -> f64 {
        100.0 * part as f64 / whole.max(1) as f64
    }

    fn print(&self) {
        println!("{} messages", self.axes[0].total());
        for (axis, confusion) in [Axis::Kind, Axis::Scope, Axis::Topic].iter().zip(&self.axes) {
            let axis = axis.asked();
            println!("\n{axis} : {:.1} % justes, F1 moyen {:.3}", confusion.accuracy() * 100.0, confusion.macro_f1());
            for (word, name) in confusion.seen() {
                println!(
                    "  {name:<22} précision {:.2}  rappel {:.2}  ({} messages)",
                    confusion.precision(word),
                    confusion.recall(word),
                    confusion.support(word)
                );
            }
        }
        println!(
            "\nsans « à confirmer » : {:.1} % des messages, dont {:.1} % justes sur la nature",
            Self::percent(self.kept, self.axes[0].total()),
            Self::percent(self.kept_right, self.kept)
        );
    }
}
