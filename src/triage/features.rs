//! What the model looks at: words, two and three words side by side, and pieces of words; each a 32-bit hash.
//!
//! A hash and not the word, so that a model file keeps nothing that a citizen wrote. Pieces of words stand for their
//! family and survive misspelling. Each group is weighed as a whole, so that neither a long text nor a long subject
//! counts for more by its length.

use std::ops::Range;

use super::view::{Place, View};

/// Where a feature comes from. The features of a group share out one weight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Group {
    /// Words of the text.
    Text,
    /// Pieces of its words.
    Pieces,
    /// Words of the subject.
    Subject,
    /// Who wrote, to which mailbox, in which language, with what attached.
    Around,
    /// The first and the last words of the text once more: the point of a long letter stands there.
    Ends,
}

impl Group {
    /// How many there are.
    pub const COUNT: usize = 5;
}

/// A word of a folded place.
#[derive(Debug, Clone)]
pub struct Token {
    /// Where it stands.
    pub place: Place,
    /// In bytes of the folded place.
    pub passage: Range<u32>,
}

/// How many words are the beginning of a text, and how many its end.
const FIRST: usize = 12;
const LAST: usize = 24;

/// What tells these words from the same elsewhere.
const FIRST_SALT: u32 = 1;
const LAST_SALT: u32 = 2;

/// One feature.
#[derive(Debug, Clone, Copy)]
pub struct Feature {
    /// What it is.
    pub hash: u32,
    /// Where it comes from.
    pub group: Group,
    /// The tokens that carry it: the first, and how many.
    pub tokens: (u32, u32),
}

/// The features of a message, in the order of the text, one as often as it occurs, and the words that carry them.
#[derive(Debug, Default)]
pub struct Features {
    /// The features.
    pub list: Vec<Feature>,
    /// The words.
    pub tokens: Vec<Token>,
}

impl Features {
    /// Takes a message apart.
    pub fn of(view: &View) -> Self {
        let mut features = Self::default();
        features.words(view.at(Place::Text), Place::Text, Group::Text);
        features.words(view.at(Place::Subject), Place::Subject, Group::Subject);
        for place in [Place::Sender, Place::Mailbox, Place::Attachments] {
            features.words(view.at(place), place, Group::Around);
        }
        features.add(hash(b'l', view.language.as_bytes()), Group::Around, (0, 0));
        features.ends();
        features
    }

    fn add(&mut self, hash: u32, group: Group, tokens: (u32, u32)) {
        self.list.push(Feature { hash, group, tokens });
    }

    fn words(&mut self, text: &str, place: Place, group: Group) {
        let salt = place as u8;
        let first = self.tokens.len();
        let (mut before, mut last) = (0, 0);
        for passage in tokens(text.as_bytes()) {
            let index = self.tokens.len() as u32;
            let word = &text.as_bytes()[passage.clone()];
            let whole = word_hash(salt, word);
            self.add(whole, group, (index, 1));
            if self.tokens.len() > first {
                self.add(mix(last, whole), group, (index - 1, 2));
            }
            if self.tokens.len() > first + 1 {
                self.add(mix(mix(before, last), whole), group, (index - 2, 3));
            }
            if matches!(place, Place::Text | Place::Subject) {
                self.pieces(word, index);
            }
            (before, last) = (last, whole);
            self.tokens.push(Token { place, passage: passage.start as u32..passage.end as u32 });
        }
    }

    /// The first and the last words of the text.
    fn ends(&mut self) {
        let words: Vec<Feature> =
            self.list.iter().filter(|feature| feature.group == Group::Text && feature.tokens.1 == 1).copied().collect();
        let first = words.iter().take(FIRST).map(|word| (FIRST_SALT, word));
        let last = words.iter().rev().take(LAST).map(|word| (LAST_SALT, word));
        for (salt, word) in first.chain(last) {
            self.add(mix(salt, word.hash), Group::Ends, word.tokens);
        }
    }

    /// The pieces of four letters of a word between its bounds, of the text and the subject alike.
    fn pieces(&mut self, word: &[u8], index: u32) {
        if word.len() < 4 || word[0].is_ascii_digit() {
            return;
        }
        let mut bounded = [b'_'; 42];
        let length = word.len().min(40);
        bounded[1..=length].copy_from_slice(&word[..length]);
        for piece in bounded[..length + 2].windows(4) {
            self.add(hash(b'p', piece), Group::Pieces, (index, 1));
        }
    }
}

/// The words of a folded text: letters and digits side by side, and question and exclamation marks.
fn tokens(text: &[u8]) -> impl Iterator<Item = Range<usize>> + '_ {
    let mut at = 0;
    std::iter::from_fn(move || {
        while at < text.len() && class(text[at]) == Class::Gap {
            at += 1;
        }
        let start = at;
        let kind = class(*text.get(start)?);
        while at < text.len() && class(text[at]) == kind {
            at += 1;
        }
        Some(start..at)
    })
}

#[derive(PartialEq, Eq, Clone, Copy)]
enum Class {
    Gap,
    Word,
    Mark,
}

fn class(byte: u8) -> Class {
    match byte {
        b'?' | b'!' => Class::Mark,
        // Of another script than ours, every byte belongs to a word.
        _ if byte.is_ascii_alphanumeric() || !byte.is_ascii() => Class::Word,
        _ => Class::Gap,
    }
}

/// Numbers are told apart by their length alone: no model learns a number by heart.
fn word_hash(salt: u8, word: &[u8]) -> u32 {
    if word.iter().any(u8::is_ascii_digit) {
        let mut shape = [0; 8];
        for (place, byte) in shape.iter_mut().zip(word) {
            *place = if byte.is_ascii_digit() { b'0' } else { *byte };
        }
        return hash(salt, &shape[..word.len().min(8)]);
    }
    // « !!! » is « !! ».
    let marks = matches!(word[0], b'?' | b'!');
    hash(salt, if marks { &word[..word.len().min(2)] } else { word })
}

/// FNV-1a, finished so that short inputs differ in every bit.
fn hash(salt: u8, bytes: &[u8]) -> u32 {
    let mut state = (0x811c_9dc5 ^ u32::from(salt)).wrapping_mul(0x0100_0193);
    for byte in bytes {
        state = (state ^ u32::from(*byte)).wrapping_mul(0x0100_0193);
    }
    finish(state)
}

/// The hash of two words side by side.
fn mix(first: u32, second: u32) -> u32 {
    finish(first.rotate_left(9).wrapping_mul(0x9e37_79b1) ^ second)
}

fn finish(mut state: u32) -> u32 {
    state ^= state >> 16;
    state = state.wrapping_mul(0x85eb_ca6b);
    state ^= state >> 13;
    state = state.wrapping_mul(0xc2b2_ae35);
    state ^ state >> 16
}
