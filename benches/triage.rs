//! What it costs to say what a message is, and which model answers fit it.
//!
//! `cargo bench --bench triage`. Figures of one machine and one hour: compare ratios.

#![expect(clippy::unwrap_used, reason = "a benchmark has no callers, and stops where it fails")]

use std::{hint::black_box, path::Path};

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use releve::{
    app,
    config::Problems,
    mail::{self, Limits, Message},
    replies::{Library, Question, Surroundings},
    triage::{
        features::Features,
        rules::{Names, Rules},
        view::View,
    },
};

/// A message of 2 kB, as people write.
fn message() -> Message {
    let paragraphs = [
        "Madame, Monsieur,\n\nJe vous écris au sujet de ma demande de renouvellement de titre de séjour, déposée en ligne le 3 mars dernier. ",
        "J'ai reçu une attestation de prolongation qui est arrivée à échéance le 12 juin et je n'ai pas pu en obtenir une autre. ",
        "Mon employeur m'a demandé un document à jour, sans lequel il devra suspendre mon contrat de travail à la fin du mois. ",
        "J'ai appelé le standard à plusieurs reprises ; on m'a répondu que le dossier était complet et qu'il fallait attendre. ",
        "Le 20 juin je me suis présenté au guichet, où l'agent, très aimable, m'a expliqué qu'il ne pouvait pas consulter le dossier. ",
        "J'ai écrit le 24 juin sur la messagerie de mon espace personnel, et le 2 juillet par ce même courriel, sans réponse à ce jour. ",
        "Il me semble qu'il faudrait prévenir les personnes avant la fin de leur attestation, cela éviterait bien des inquiétudes. ",
    ];
    let text = paragraphs.iter().cycle().scan(0, |length, paragraph| {
        *length += paragraph.len();
        (*length < 2_000).then_some(*paragraph)
    });
    let raw = format!(
        "From: Amina Diallo <amina@usagers.example.fr>\r\nSubject: Renouvellement\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{}\r\nCordialement,\r\n",
        text.collect::<String>()
    );
    mail::parse(raw.as_bytes(), &Limits::default()).unwrap()
}

fn classifying(criterion: &mut Criterion) {
    let (classifier, message) = (app::shipped_classifier(), message());
    let view = View::of(&message, None);
    criterion.bench_function("classify 2 kB: rules, model, decision, evidence", |bench| {
        bench.iter(|| classifier.classify(black_box(&message), Some("etrangers")));
    });
    let mut group = criterion.benchmark_group("of which");
    group.bench_function("view", |bench| bench.iter(|| View::of(black_box(&message), None)));
    group.bench_function("rules", |bench| bench.iter(|| classifier.rules.look(black_box(&view)).len()));
    group.bench_function("model", |bench| {
        bench.iter(|| {
            let features = Features::of(black_box(&view));
            classifier.model.scores(&classifier.model.known(features.list))
        });
    });
    group.finish();
}

/// Rules that differ in their words: every one with a place and a choice of words, as people write them.
fn rules(count: usize) -> Rules {
    let rule = |number: usize| {
        format!(
            "[[rule]]\nname = \"r{number}\"\nkind = \"information\"\npatterns = ['\\b(demande|dossier|titre) (de |du |n°)?mot{number}\\b', '\\bmot{number} (urgent|perdu|volé)']\nreason = \"r\"\n"
        )
    };
    let content: String = (0..count).map(rule).collect();
    let mut problems = Problems::default();
    let rules = Rules::compile(&[("r.toml".into(), content)], Names::default(), &mut problems);
    assert!(problems.is_empty());
    rules
}

fn growing(criterion: &mut Criterion) {
    let view = View::of(&message(), None);
    let mut group = criterion.benchmark_group("rules over 2 kB");
    for count in [10, 100, 1_000] {
        let rules = rules(count);
        group.bench_with_input(BenchmarkId::from_parameter(count), &rules, |bench, rules| {
            bench.iter(|| rules.look(black_box(&view)).len());
        });
    }
    group.finish();
}

/// Ten times, and a hundred times, what ships: each copy is a model of its own.
fn suggesting(criterion: &mut Criterion) {
    let (classifier, message, habits) = (app::shipped_classifier(), message(), app::shipped_habits());
    let said = classifier.classify(&message, Some("etrangers"));
    let asked = Question::of(&said, &message.subject, &message.new_text, "");
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/templates/answer");
    let shipped: Vec<(String, String)> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.to_string_lossy().ends_with(".fr.hbs"))
        .map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), std::fs::read_to_string(path).unwrap()))
        .collect();
    let mut group = criterion.benchmark_group("suggest among models");
    for count in [shipped.len(), 1_000] {
        let named = shipped.iter().cycle().take(count).enumerate();
        let files: Vec<_> = named
            .map(|(place, (name, text))| {
                let name = if place < shipped.len() { name.clone() } else { format!("copie-{place}-{name}") };
                (Path::new("templates/answer").join(name), text.clone())
            })
            .collect();
        let mut problems = Problems::default();
        let library = Library::compile(&files, Surroundings::default(), &mut problems);
        assert!(problems.is_empty(), "{problems:?}");
        group.bench_function(BenchmarkId::from_parameter(count), |bench| {
            bench.iter(|| library.suggest(black_box(&asked), &[&habits], jiff::civil::Date::MIN));
        });
    }
    group.finish();
}

criterion_group!(benches, classifying, growing, suggesting);
criterion_main!(benches);
