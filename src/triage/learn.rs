//! Learning: from labelled messages to a model, deterministic, on this machine, with figures that were measured on
//! messages of authors that the measured model had not seen.

mod calibration;
mod descent;
mod fit;

use std::{
    collections::BTreeMap,
    sync::atomic::{AtomicUsize, Ordering},
};

use sha2::{Digest, Sha256};

use super::{
    axis::{Axis, COLUMNS, Scores, best, probability},
    confusion::Confusion,
    features::{Feature, Features, Group},
    model::{Card, Figures, Model},
    rules::{Rules, sum},
    view::View,
};
use crate::mail::hexadecimal;
pub use calibration::Calibration;

/// Parts of the cross-validation by authors, at most.
const PARTS: usize = 8;

/// Parts of the cross-validation by turns.
const TURNS: usize = 4;

/// The share of wrong words that may be kept above the threshold of an axis. Of the kind, on which the deadline depends,
/// what is kept is to be right 96 times in 100 among strangers; who may answer and what it is about only propose a service.
const fn tolerated(axis: Axis) -> f64 {
    match axis {
        Axis::Kind => 0.04,
        Axis::Scope | Axis::Topic | Axis::Flag(_) => 0.1,
    }
}

/// What is true of a message, axis by axis in the order of [`Axis::ALL`]: the word, or `None` where it is not asked.
pub type Truth = [Option<usize>; Axis::ALL.len()];

/// One labelled message, taken apart.
#[derive(Debug, Clone)]
pub struct Sample {
    /// Messages of one group (an author) are never on both sides of a cross-validation.
    group: String,
    truth: Truth,
    /// What the rules say.
    said: Scores,
    /// Its features, each once, in the order of their hashes.
    features: Vec<(u32, Group)>,
}

impl Sample {
    /// Takes a message apart.
    pub fn new(group: &str, view: &View, rules: &Rules, truth: Truth) -> Self {
        let mut features: Vec<(u32, Group)> =
            Features::of(view).list.iter().map(|feature| (feature.hash, feature.group)).collect();
        features.sort_by_key(|(hash, _)| *hash);
        features.dedup_by_key(|(hash, _)| *hash);
        // 0 stands for no feature in a model.
        features.retain(|(hash, _)| *hash != 0);
        Self { group: group.to_owned(), truth, said: sum(&rules.look(view)), features }
    }

    /// What rules and model say together.
    fn judged_by(&self, model: &Model) -> Scores {
        let features = self.features.iter().map(|(hash, group)| Feature { hash: *hash, group: *group, tokens: (0, 0) });
        let scores = model.scores(&model.known(features));
        std::array::from_fn(|column| self.said[column] + scores[column])
    }
}

/// How far the learning has come: steps done, and steps in all.
pub type Progress<'p> = &'p (dyn Fn(usize, usize) + Sync);

/// Learns from samples: a model for each part of the cross-validations, and one of the whole. `None` without samples.
///
/// Two cross-validations, because whoever writes tomorrow is neither a stranger to every author of the corpus nor one of
/// them: by authors for the figures, which are those of strangers; both together to tell how far scores are to be believed.
pub fn learn(samples: &[Sample], progress: Progress<'_>) -> Option<Model> {
    let (strangers, acquaintances) = (by_group(samples), by_turns(samples));
    let steps = strangers.len() + acquaintances.len() + 1;
    let done = AtomicUsize::new(0);
    let step = || progress(done.fetch_add(1, Ordering::Relaxed) + 1, steps);
    let strange = cross_validate(samples, &strangers, &step);
    let familiar = cross_validate(samples, &acquaintances, &step);
    let (bias, weights) = fit::fit(&samples.iter().collect::<Vec<_>>());
    step();
    let mut card = Card { version: version(samples), ..Card::default() };
    for sample in samples {
        *card.saw.entry(sample.group.clone()).or_default() += 1;
    }
    for (number, axis) in Axis::ALL.iter().enumerate() {
        let judged = |unseen: &[Scores]| -> Vec<(usize, Scores)> {
            let judged = samples.iter().zip(unseen);
            judged.filter_map(|(sample, scores)| Some((sample.truth[number]?, *scores))).collect()
        };
        let (strange, familiar) = (judged(&strange), judged(&familiar));
        let said = pairs(*axis, &strange).into_iter().chain(pairs(*axis, &familiar)).collect::<Vec<_>>();
        let calibration = Calibration::learn(&said, tolerated(*axis));
        let figures = measure(*axis, &calibration, &strange);
        card.calibration.insert(axis.key().to_owned(), calibration);
        card.figures.insert(axis.key().to_owned(), figures);
    }
    (!samples.is_empty()).then(|| Model::new(card, bias, &weights))
}

/// What each sample is taken for by a model that has seen neither it nor its group. The parts share the cores.
fn cross_validate(samples: &[Sample], parts: &[Vec<usize>], step: &(dyn Fn() + Sync)) -> Vec<Scores> {
    let workers = std::thread::available_parallelism().map_or(1, usize::from).clamp(1, parts.len().max(1));
    let mut unseen = vec![[0.0; COLUMNS]; samples.len()];
    let judged: Vec<(usize, Scores)> = std::thread::scope(|scope| {
        let handles: Vec<_> = (0..workers)
            .map(|worker| {
                scope.spawn(move || {
                    let mut judged = Vec::new();
                    for part in parts.iter().skip(worker).step_by(workers) {
                        let others = samples.iter().enumerate().filter(|(index, _)| part.binary_search(index).is_err());
                        let (bias, weights) = fit::fit(&others.map(|(_, sample)| sample).collect::<Vec<_>>());
                        let model = Model::new(Card::default(), bias, &weights);
                        judged.extend(part.iter().map(|index| (*index, samples[*index].judged_by(&model))));
                        step();
                    }
                    judged
                })
            })
            .collect();
        handles
            .into_iter()
            .flat_map(|handle| handle.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
            .collect()
    });
    judged.into_iter().for_each(|(index, scores)| unseen[index] = scores);
    unseen
}

/// Shares the groups out into parts of about one size: the largest group first, into the smallest part.
fn by_group(samples: &[Sample]) -> Vec<Vec<usize>> {
    let mut groups: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (index, sample) in samples.iter().enumerate() {
        groups.entry(&sample.group).or_default().push(index);
    }
    let mut groups: Vec<Vec<usize>> = groups.into_values().collect();
    groups.sort_by_key(|group| std::cmp::Reverse(group.len()));
    let mut parts: Vec<Vec<usize>> = vec![Vec::new(); PARTS.min(groups.len())];
    for group in groups {
        if let Some(smallest) = parts.iter_mut().min_by_key(|part| part.len()) {
            smallest.extend(group);
        }
    }
    parts.iter_mut().for_each(|part| part.sort_unstable());
    parts
}

/// Deals the messages out in turn, so that every part has some of each group.
fn by_turns(samples: &[Sample]) -> Vec<Vec<usize>> {
    let count = TURNS.min(samples.len());
    (0..count).map(|part| (part..samples.len()).step_by(count).collect()).collect()
}

/// What was said, how likely by the scores, and whether it was right.
fn pairs(axis: Axis, judged: &[(usize, Scores)]) -> Vec<(f64, bool)> {
    let pair = |(truth, scores): &(usize, Scores)| {
        let said = best(scores, axis.columns());
        (probability(scores, axis.columns(), said), said == *truth)
    };
    judged.iter().map(pair).collect()
}

/// How good the scores of an axis are.
fn measure(axis: Axis, calibration: &Calibration, judged: &[(usize, Scores)]) -> Figures {
    let mut confusion = Confusion::new(axis.words());
    judged.iter().for_each(|(truth, scores)| confusion.count(*truth, best(scores, axis.columns())));
    let sure = pairs(axis, judged).into_iter().filter(|(said, _)| calibration.is_sure(calibration.confidence(*said)));
    let (kept, right) = sure.fold((0, 0), |(kept, right), (_, is)| (kept + 1, right + usize::from(is)));
    Figures {
        accuracy: confusion.accuracy(),
        macro_f1: confusion.macro_f1(),
        kept: f64::from(kept) / judged.len().max(1) as f64,
        kept_right: right as f64 / f64::from(kept.max(1)),
    }
}

/// The same samples under the same rules give the same version, and others another.
fn version(samples: &[Sample]) -> String {
    let mut digest = Sha256::new();
    for sample in samples {
        digest.update(format!("{}{:?}", sample.group, sample.truth));
        sample.said.iter().for_each(|score| digest.update(score.to_le_bytes()));
        sample.features.iter().for_each(|(hash, _)| digest.update(hash.to_le_bytes()));
    }
    hexadecimal(&digest.finalize()[..6])
}

#[cfg(test)]
mod tests;
