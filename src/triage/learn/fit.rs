//! The weights that fit some samples best: for each axis a multinomial logistic regression on top of what the rules say,
//! its weights held near zero.

use std::collections::HashMap;

use super::{Sample, descent};
use crate::triage::{
    axis::{Axis, COLUMNS, Scores},
    features::Group,
    model::shares,
};

/// A feature in fewer messages than this teaches nothing.
const SEEN_IN: u32 = 2;

/// How strongly weights are held near zero: as much as the square of a weight of 1 costs, in messages gone wrong.
const HOLD: f64 = 0.02;

/// Steps of the descent at most.
const STEPS: usize = 60;

/// The features that some samples have in common.
struct Vocabulary {
    /// The number of each, by hash.
    numbers: HashMap<u32, u32>,
    /// By number, in the order of the hashes.
    hashes: Vec<u32>,
    /// By number: where it comes from.
    groups: Vec<Group>,
    /// By number: rare features may weigh more, since common ones (« de », « la ») say little. 1 is about one in fifty.
    rarity: Vec<f32>,
}

impl Vocabulary {
    fn of(samples: &[&Sample]) -> Self {
        let mut seen: HashMap<u32, (u32, Group)> = HashMap::new();
        for (hash, group) in samples.iter().flat_map(|sample| &sample.features) {
            seen.entry(*hash).or_insert((0, *group)).0 += 1;
        }
        seen.retain(|_, (count, _)| *count >= SEEN_IN);
        // In the order of the hashes: the same from run to run.
        let mut hashes: Vec<u32> = seen.keys().copied().collect();
        hashes.sort_unstable();
        let rarity = |hash: &u32| (samples.len() as f32 / seen[hash].0 as f32).ln().sqrt() / 2.0;
        Self {
            groups: hashes.iter().map(|hash| seen[hash].1).collect(),
            rarity: hashes.iter().map(rarity).collect(),
            numbers: hashes.iter().copied().zip(0..).collect(),
            hashes,
        }
    }

    /// The known features of a sample, and what each counts.
    fn row(&self, sample: &Sample) -> Vec<(u32, f32)> {
        let known: Vec<(u32, Group)> = sample
            .features
            .iter()
            .filter_map(|(hash, group)| self.numbers.get(hash).map(|number| (*number, *group)))
            .collect();
        let mut counts = [0; Group::COUNT];
        known.iter().for_each(|(_, group)| counts[*group as usize] += 1);
        let shares = shares(&counts);
        known.into_iter().map(|(number, group)| (number, shares[group as usize])).collect()
    }

    /// How much each feature may say on an axis. What a message is about is told by rare words wherever they stand; what
    /// its sender wants, by common ones side by side, and at both ends.
    fn emphasis(&self, axis: Axis) -> Vec<f32> {
        let emphasis = self.groups.iter().zip(&self.rarity).map(|(group, rarity)| match (axis, group) {
            (Axis::Topic, Group::Text | Group::Ends) => 0.5 * rarity * rarity,
            (Axis::Topic, _) => rarity * rarity,
            _ => *rarity,
        });
        emphasis.collect()
    }
}

/// The bias of each column, and the weights of each feature that is in samples enough, in the order of the hashes.
pub(super) fn fit(samples: &[&Sample]) -> (Scores, Vec<(u32, Scores)>) {
    let vocabulary = Vocabulary::of(samples);
    let rows: Vec<Vec<(u32, f32)>> = samples.iter().map(|sample| vocabulary.row(sample)).collect();
    let mut bias = [0.0; COLUMNS];
    let mut weights: Vec<(u32, Scores)> = vocabulary.hashes.iter().map(|hash| (*hash, [0.0; COLUMNS])).collect();
    for (number, axis) in Axis::ALL.iter().enumerate() {
        let emphasis = vocabulary.emphasis(*axis);
        let asked: Vec<Asked<'_>> = samples
            .iter()
            .zip(&rows)
            .filter_map(|(sample, row)| {
                Some(Asked { row, said: &sample.said[axis.columns()], truth: sample.truth[number]? })
            })
            .collect();
        let words = axis.words().len();
        let found = regress(&asked, &emphasis, words);
        let (by_feature, by_word) = found.split_at(weights.len() * words);
        bias[axis.columns()].copy_from_slice(by_word);
        for (((_, to), from), emphasis) in weights.iter_mut().zip(by_feature.chunks(words)).zip(&emphasis) {
            to[axis.columns()].iter_mut().zip(from).for_each(|(to, from)| *to = from * emphasis);
        }
    }
    (bias, weights)
}

/// One message of which one axis is asked.
struct Asked<'s> {
    row: &'s [(u32, f32)],
    said: &'s [f32],
    truth: usize,
}

/// The weights by feature and word, each to be multiplied by the emphasis of its feature, then a bias by word.
fn regress(asked: &[Asked<'_>], emphasis: &[f32], words: usize) -> Vec<f32> {
    let size = emphasis.len() * words;
    let count = asked.len().max(1) as f64;
    let hold = HOLD / count;
    descent::minimize(size + words, STEPS, |at, slope| {
        slope.fill(0.0);
        let (weights, bias) = at.split_at(size);
        let mut loss = 0.0;
        let mut odds = vec![0.0_f32; words];
        for message in asked {
            odds.iter_mut().zip(bias).zip(message.said).for_each(|((odds, bias), said)| *odds = bias + said);
            for (feature, share) in message.row {
                let from = &weights[*feature as usize * words..][..words];
                let share = share * emphasis[*feature as usize];
                odds.iter_mut().zip(from).for_each(|(odds, weight)| *odds += share * weight);
            }
            loss -= f64::from(softmax(&mut odds, message.truth));
            // What is left of the odds is the slope by each word.
            odds[message.truth] -= 1.0;
            odds.iter_mut().for_each(|odds| *odds /= count as f32);
            for (feature, share) in message.row {
                let to = &mut slope[*feature as usize * words..][..words];
                let share = share * emphasis[*feature as usize];
                to.iter_mut().zip(&odds).for_each(|(to, odds)| *to += share * odds);
            }
            slope[size..].iter_mut().zip(&odds).for_each(|(to, odds)| *to += odds);
        }
        let mut squares = 0.0;
        for (slope, weight) in slope[..size].iter_mut().zip(weights) {
            squares += f64::from(*weight) * f64::from(*weight);
            *slope += (hold * f64::from(*weight)) as f32;
        }
        loss / count + 0.5 * hold * squares
    })
}

/// Turns log-odds into probabilities, and returns the logarithm of the one of `truth`.
fn softmax(odds: &mut [f32], truth: usize) -> f32 {
    let most = odds.iter().copied().fold(f32::MIN, f32::max);
    let log = odds[truth] - most;
    odds.iter_mut().for_each(|odds| *odds = (*odds - most).exp());
    let sum: f32 = odds.iter().sum();
    odds.iter_mut().for_each(|odds| *odds /= sum);
    log - sum.ln()
}
