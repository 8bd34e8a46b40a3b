//! `releve train`: learns from the corpus that ships and from what agents corrected, here, and keeps the better model.

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context, bail};

use crate::{
    app,
    case::Scope,
    desk::Policy,
    mail::{self, Limits},
    store::Taught,
    triage::{
        axis::Axis,
        confusion::Confusion,
        examples::Example,
        learn::{self, Sample, Truth},
        model::{Model, ModelError},
        rules::Rules,
        view::View,
    },
};

#[derive(Debug, clap::Args)]
pub(super) struct TrainArgs {
    /// Où écrire le modèle (par défaut celui que dit la configuration, sinon learned.model dans son dossier).
    #[arg(long, value_name = "FICHIER")]
    output: Option<PathBuf>,
    /// Dossier d'exemples étiquetés (*.jsonl, format : corpus/README.md), au lieu de ceux qui sont livrés.
    #[arg(long, value_name = "DOSSIER")]
    corpus: Option<PathBuf>,
    /// Dit ce que vaut le nouveau modèle, et n'écrit rien.
    #[arg(long)]
    dry_run: bool,
    /// Remplace même un meilleur modèle.
    #[arg(long)]
    force: bool,
}

/// The group of what agents taught, in the cross-validation and in the card.
const CORRECTIONS: &str = "corrections";

/// By how much a new model may fall below the old one, in the mean of the three F1: less is chance.
const CHANCE: f64 = 0.005;

impl TrainArgs {
    pub(super) async fn run(self, folder: Option<&Path>) -> anyhow::Result<ExitCode> {
        let policy = super::if_configured(folder)?;
        let output = match (&self.output, &policy) {
            (Some(path), _) => path.clone(),
            (None, Some(policy)) => {
                let own = policy.config.learned_model.clone();
                own.unwrap_or_else(|| super::folder_or_default(folder).join(app::LEARNED))
            }
            (None, None) if self.dry_run => PathBuf::new(),
            (None, None) => bail!("il n'y a pas de configuration : indiquez --config, ou --output FICHIER"),
        };
        if !self.dry_run {
            may_write(&output)?;
        }
        let taught = match &policy {
            Some(policy) => corrections(policy).await?,
            None => Vec::new(),
        };
        let old = policy.map_or_else(app::shipped_classifier, |policy| policy.classifier);
        let examples = match &self.corpus {
            Some(folder) => read(folder)?,
            None => app::corpus(false)?,
        };
        let samples = samples(&old.rules, &examples, &taught)?;
        eprintln!("{} exemples, dont {} corrections des agents", samples.len(), taught.len());
        let learned = learn::learn(&samples, &|done, of| {
            // Somebody watches, or nobody does.
            let _ = write!(std::io::stderr(), "\rapprentissage : {done} étapes sur {of}");
        });
        eprintln!();
        let Some(model) = learned else { bail!("il n'y a aucun exemple dont apprendre") };
        print(&model);

        let apart = app::corpus(true)?;
        let (before, after) = (score(&old.rules, &old.model, &apart)?, score(&old.rules, &model, &apart)?);
        println!(
            "sur {} exemples mis à part, que ni l'un ni l'autre n'a vus : F1 moyen {before:.3} pour le modèle en service, {after:.3} pour le nouveau",
            apart.len()
        );
        if after < before - CHANCE && !self.force {
            println!("Le nouveau modèle est moins bon : il n'est pas gardé (--force pour le garder tout de même).");
            return Ok(ExitCode::FAILURE);
        }
        if self.dry_run {
            println!("Rien n'est écrit (--dry-run).");
            return Ok(ExitCode::SUCCESS);
        }
        super::whole_file(&output, &model.to_bytes())?;
        println!("Modèle {} écrit dans {}.", model.card.version, output.display());
        println!("Un démon en service le prend au prochain rechargement (systemctl reload releve).");
        Ok(ExitCode::SUCCESS)
    }
}

/// What agents corrected or confirmed.
async fn corrections(policy: &Policy) -> anyhow::Result<Vec<Taught>> {
    let store = app::open_store(&policy.config.database).await?;
    let taught = store.taught().await?;
    store.close().await;
    Ok(taught)
}

/// The labelled messages of the files of a folder, by their names.
fn read(folder: &Path) -> anyhow::Result<Vec<Example>> {
    let told = || format!("{} ne peut pas être lu", folder.display());
    let entries = fs::read_dir(folder).with_context(told)?.collect::<Result<Vec<_>, _>>().with_context(told)?;
    let mut files: Vec<PathBuf> = entries.into_iter().map(|entry| entry.path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "jsonl"));
    files.sort();
    let mut examples = Vec::new();
    for path in files {
        let content = fs::read_to_string(&path).with_context(|| format!("{} ne peut pas être lu", path.display()))?;
        examples.extend(Example::read_all(&content).with_context(|| path.display().to_string())?);
    }
    Ok(examples)
}

fn samples(rules: &Rules, examples: &[Example], taught: &[Taught]) -> anyhow::Result<Vec<Sample>> {
    let mut samples = Vec::new();
    for example in examples {
        let message = example.message().with_context(|| format!("le message {}", example.id))?;
        let view = View::of(&message, example.mailbox.as_deref());
        samples.push(Sample::new(example.author(), &view, rules, example.truth()));
    }
    for case in taught {
        // What no parser understands teaches nothing.
        let Ok(message) = mail::parse(&case.bytes, &Limits::default()) else { continue };
        let view = View::of(&message, Some(&case.mailbox));
        samples.push(Sample::new(CORRECTIONS, &view, rules, truth(case)));
    }
    Ok(samples)
}

/// What an agent said of a case. Of its flags nobody said anything.
fn truth(case: &Taught) -> Truth {
    let scope = match case.scope {
        Scope::None => None,
        scope => Axis::Scope.find(scope.word()),
    };
    std::array::from_fn(|number| match Axis::ALL[number] {
        Axis::Kind => Axis::Kind.find(case.kind.corpus()),
        Axis::Scope => scope,
        Axis::Topic => Axis::Topic.find(case.topic.word()),
        Axis::Flag(_) => None,
    })
}

/// The mean of the macro-F1 of kind, scope and topic on labelled messages.
fn score(rules: &Rules, model: &Model, examples: &[Example]) -> anyhow::Result<f64> {
    let mut axes = [Axis::Kind, Axis::Scope, Axis::Topic].map(|axis| (axis, Confusion::new(axis.words())));
    for example in examples {
        let message = example.message().with_context(|| format!("le message {}", example.id))?;
        let truth = example.truth();
        let said = crate::triage::answers(rules, model, &View::of(&message, example.mailbox.as_deref()));
        for (number, (_, confusion)) in axes.iter_mut().enumerate() {
            if let Some(truth) = truth[number] {
                confusion.count(truth, said[number]);
            }
        }
    }
    Ok(axes.iter().map(|(_, confusion)| confusion.macro_f1()).sum::<f64>() / axes.len() as f64)
}

fn print(model: &Model) {
    println!("modèle {} : {} traits ; validation croisée, auteurs séparés :", model.card.version, model.size());
    for axis in Axis::ALL {
        let (Some(figures), calibration) = (model.card.figures.get(axis.key()), model.card.calibration(*axis)) else {
            continue;
        };
        println!(
            "  {:<18} {:.1} % justes, F1 moyen {:.3} ; au-dessus de {:.2} : {:.1} % gardés, {:.1} % justes",
            axis.key(),
            figures.accuracy * 100.0,
            figures.macro_f1,
            calibration.threshold,
            figures.kept * 100.0,
            figures.kept_right * 100.0
        );
    }
}

/// Whether the model may be written there: a folder that is there, and nothing in the way but a model.
fn may_write(path: &Path) -> anyhow::Result<()> {
    let told = || format!("{} ne peut pas être écrit", path.display());
    match fs::symlink_metadata(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
            anyhow::ensure!(
                folder.is_dir(),
                "{} : ce dossier n'existe pas ; créez-le, ou donnez un autre endroit avec --output",
                folder.display()
            );
        }
        Err(error) => return Err(error).with_context(told),
        Ok(found) if !found.is_file() => {
            bail!("{} n'est pas un fichier ordinaire ; donnez un autre nom avec --output", path.display())
        }
        Ok(_) => {
            let is_model = match Model::from_bytes(&fs::read(path).with_context(told)?) {
                Ok(_) | Err(ModelError::Damaged | ModelError::Foreign) => true,
                Err(ModelError::Other) => false,
            };
            anyhow::ensure!(
                is_model,
                "{} est autre chose qu'un modèle, et n'est pas remplacé ; donnez un autre nom avec --output",
                path.display()
            );
        }
    }
    Ok(())
}
