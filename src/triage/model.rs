//! The learned model: for each feature that it knows, a weight for each word of each axis. Linear, so that what it says
//! can be told in words: the passages whose features weighed most.

mod file;

use super::{
    axis::{COLUMNS, Scores},
    features::{Feature, Group},
};
pub use file::{Card, Figures, ModelError};

/// How much each group of features counts, all its features in a message together.
const COUNTS: [f32; Group::COUNT] = [2.0, 1.0, 0.7, 0.5, 1.0];

/// As if every group had so many features more that say nothing: a text of four words decides less than one of forty.
const FEW: f32 = 10.0;

/// The weights of a feature, each a fraction of the largest of its axis.
type Row = [i8; COLUMNS];

/// A trained model, or one that knows nothing.
#[derive(Debug, Clone)]
pub struct Model {
    /// What it was made of, and how good it is.
    pub card: Card,
    bias: Scores,
    /// What a weight of 1 in a row stands for, by column.
    scale: Scores,
    /// The features: open addressing, a power of two; 0 is free.
    slots: Vec<u32>,
    /// The row of each slot.
    rows: Vec<u32>,
    weights: Vec<Row>,
}

impl Default for Model {
    fn default() -> Self {
        Self::assemble(Card::default(), [0.0; COLUMNS], [0.0; COLUMNS], std::iter::empty())
    }
}

/// A feature of a message that the model knows.
#[derive(Debug, Clone, Copy)]
pub struct Known {
    row: u32,
    /// How much it counts in this message.
    share: f32,
    /// The words that carry it: the first, and how many.
    pub words: (u32, u32),
}

impl Model {
    /// Makes a model of weights by feature, no feature twice and none of hash 0.
    pub fn new(card: Card, bias: Scores, weights: &[(u32, Scores)]) -> Self {
        let mut scale = [0.0_f32; COLUMNS];
        for (column, scale) in scale.iter_mut().enumerate() {
            let largest = weights.iter().map(|(_, scores)| scores[column].abs()).fold(0.0, f32::max);
            *scale = largest / f32::from(i8::MAX);
        }
        let rounded = weights.iter().map(|(hash, scores)| {
            let round = |column: usize| (scores[column] / scale[column].max(f32::MIN_POSITIVE)).round() as i8;
            (*hash, std::array::from_fn(round))
        });
        Self::assemble(card, bias, scale, rounded)
    }

    fn assemble(card: Card, bias: Scores, scale: Scores, list: impl ExactSizeIterator<Item = (u32, Row)>) -> Self {
        let size = (list.len() * 2).next_power_of_two().max(2);
        let (mut slots, mut rows) = (vec![0; size], vec![0; size]);
        let mut weights = Vec::with_capacity(list.len());
        for (hash, row) in list {
            let mut slot = hash as usize & (size - 1);
            while slots[slot] != 0 {
                slot = (slot + 1) & (size - 1);
            }
            (slots[slot], rows[slot]) = (hash, weights.len() as u32);
            weights.push(row);
        }
        Self { card, bias, scale, slots, rows, weights }
    }

    /// The features that the model knows, each once, with its share.
    pub fn known(&self, features: impl IntoIterator<Item = Feature>) -> Vec<Known> {
        let mut seen = vec![0_u64; self.weights.len().div_ceil(64)];
        let mut counts = [0_u32; Group::COUNT];
        let mut found: Vec<(Group, Known)> = Vec::new();
        for feature in features {
            let Some(row) = self.row(feature.hash) else { continue };
            let (word, bit) = (row as usize / 64, 1 << (row % 64));
            if seen[word] & bit == 0 {
                seen[word] |= bit;
                counts[feature.group as usize] += 1;
                found.push((feature.group, Known { row, share: 0.0, words: feature.tokens }));
            }
        }
        let shares = shares(&counts);
        found.into_iter().map(|(group, known)| Known { share: shares[group as usize], ..known }).collect()
    }

    /// What the model says of a message by its known features, in log-odds.
    pub fn scores(&self, known: &[Known]) -> Scores {
        let mut scores = [0.0; COLUMNS];
        for feature in known {
            let row = &self.weights[feature.row as usize];
            for (score, weight) in scores.iter_mut().zip(row) {
                *score += feature.share * f32::from(*weight);
            }
        }
        std::array::from_fn(|column| self.bias[column] + self.scale[column] * scores[column])
    }

    /// How much one feature speaks for a column against another.
    pub fn speaks(&self, feature: &Known, column: usize, against: usize) -> f32 {
        let row = &self.weights[feature.row as usize];
        let weight = |column: usize| self.scale[column] * f32::from(row[column]);
        feature.share * (weight(column) - weight(against))
    }

    /// How many features it knows.
    pub fn size(&self) -> usize {
        self.weights.len()
    }

    fn row(&self, hash: u32) -> Option<u32> {
        let mask = self.slots.len() - 1;
        let mut slot = hash as usize & mask;
        loop {
            match self.slots[slot] {
                0 => return None,
                found if found == hash => return Some(self.rows[slot]),
                _ => slot = (slot + 1) & mask,
            }
        }
    }
}

/// What each feature of a group counts when there are so many: the square root keeps a long text from drowning.
pub(super) fn shares(counts: &[u32; Group::COUNT]) -> [f32; Group::COUNT] {
    std::array::from_fn(|group| COUNTS[group] / (counts[group] as f32 + FEW).sqrt())
}

#[cfg(test)]
mod tests;
