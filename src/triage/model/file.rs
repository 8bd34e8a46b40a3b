//! A model as a file: a line of JSON that says what it is and how good, then the weights.
//!
//! After the line, in little endian: the bias and the scale of each column as 32-bit floats, then for each feature, in the
//! order of the hashes, its hash and a signed byte a column.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{Model, Row};
use crate::{
    mail::hexadecimal,
    triage::{
        axis::{Axis, COLUMNS, Scores},
        learn::Calibration,
    },
};

/// Of the way in which features are made and weights are written. Another one cannot be read.
const FORMAT: u32 = 1;

/// Bytes of one feature.
const FEATURE: usize = 4 + COLUMNS;

/// How good a model was on messages that it had not seen, for one axis.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Figures {
    /// Share of right words.
    pub accuracy: f64,
    /// Mean over the words of their F1.
    pub macro_f1: f64,
    /// Share of messages in which it was sure enough.
    pub kept: f64,
    /// Share of right words among these.
    pub kept_right: f64,
}

/// What a model was made of, and how good it is.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Card {
    /// Made of the data it saw: the same data, the same version.
    pub version: String,
    /// How many messages it saw, by author; `corrections` are the agents'.
    pub saw: BTreeMap<String, usize>,
    /// By axis: how far its scores are to be believed.
    pub calibration: BTreeMap<String, Calibration>,
    /// By axis: cross-validated, authors apart.
    pub figures: BTreeMap<String, Figures>,
}

impl Card {
    /// Whether every question has a calibration that can be one.
    fn is_sound(&self) -> bool {
        let sound = |axis: &Axis| self.calibration.get(axis.key()).is_some_and(Calibration::is_sound);
        Axis::ALL.iter().all(sound)
    }

    /// How far the scores of an axis are to be believed.
    pub fn calibration(&self, axis: Axis) -> Calibration {
        self.calibration.get(axis.key()).copied().unwrap_or_default()
    }
}

/// The first line of the file.
#[derive(Debug, Serialize, Deserialize)]
struct Head {
    format: u32,
    /// The words of every axis: a model that answers with other words is of no use.
    words: BTreeMap<String, Vec<String>>,
    features: usize,
    /// SHA-256 of what follows the line, hexadecimal.
    sha256: String,
    #[serde(flatten)]
    card: Card,
}

/// Why a model cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ModelError {
    /// Something else. What it says instead is not told: it may be a citizen's.
    #[error("ce n'est pas un modèle de releve")]
    Other,
    /// Of another version of this program.
    #[error("ce modèle est d'une autre version de releve ; apprenez-en un nouveau avec « releve train »")]
    Foreign,
    /// Its bytes are not those that were written.
    #[error("ce modèle est abîmé : il manque des octets, ou certains ont changé")]
    Damaged,
}

impl Model {
    /// Writes it down.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut body = Vec::with_capacity(self.weights.len() * FEATURE + 8 * COLUMNS);
        for number in self.bias.iter().chain(&self.scale) {
            body.extend(number.to_le_bytes());
        }
        let mut features: Vec<(u32, u32)> =
            self.slots.iter().copied().zip(self.rows.iter().copied()).filter(|(hash, _)| *hash != 0).collect();
        features.sort_unstable();
        for (hash, row) in features {
            body.extend(hash.to_le_bytes());
            body.extend(self.weights[row as usize].map(|weight| weight.to_le_bytes()[0]));
        }
        let head = Head {
            format: FORMAT,
            words: words(),
            features: self.weights.len(),
            sha256: hexadecimal(&Sha256::digest(&body)),
            card: self.card.clone(),
        };
        // A card holds nothing that JSON cannot.
        let mut bytes = serde_json::to_vec(&head).unwrap_or_default();
        bytes.push(b'\n');
        bytes.extend(body);
        bytes
    }

    /// Reads one.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, ModelError> {
        let end = bytes.iter().position(|byte| *byte == b'\n').ok_or(ModelError::Other)?;
        let (line, body) = (&bytes[..end], &bytes[end + 1..]);
        let head: Head = serde_json::from_slice(line).map_err(|_| ModelError::Other)?;
        if head.format != FORMAT || head.words != words() {
            return Err(ModelError::Foreign);
        }
        let numbers = 8 * COLUMNS;
        let size = head.features.checked_mul(FEATURE).and_then(|features| features.checked_add(numbers));
        if size != Some(body.len()) || hexadecimal(&Sha256::digest(body)) != head.sha256 || !head.card.is_sound() {
            return Err(ModelError::Damaged);
        }
        let mut floats = body[..numbers].chunks_exact(4).map(|bytes| f32::from_bits(number(bytes)));
        let mut scores = || -> Scores { std::array::from_fn(|_| floats.next().unwrap_or_default()) };
        let (bias, scale) = (scores(), scores());
        if !bias.iter().chain(&scale).all(|number| number.is_finite()) {
            return Err(ModelError::Damaged);
        }
        let features = body[numbers..].chunks_exact(FEATURE).map(|bytes| {
            let row: Row = std::array::from_fn(|column| i8::from_le_bytes([bytes[4 + column]]));
            (number(bytes), row)
        });
        Ok(Self::assemble(head.card, bias, scale, features))
    }
}

/// The first four bytes as a number.
fn number(bytes: &[u8]) -> u32 {
    bytes.iter().take(4).rev().fold(0, |number, byte| number << 8 | u32::from(*byte))
}

fn words() -> BTreeMap<String, Vec<String>> {
    let words = |axis: &Axis| axis.words().iter().map(|word| (*word).to_owned()).collect();
    // A flag may have the key of nothing else.
    Axis::ALL.iter().map(|axis| (axis.key().to_owned(), words(axis))).collect()
}
