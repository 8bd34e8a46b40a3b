//! The language of a text: the script first, then the small words that no sentence does without.
//!
//! A prefecture is written to in French; another language must be proved. So a text is French until the small words of
//! another language clearly outnumber the French ones, and short texts stay French. `whatlang` is asked only about
//! long texts in which no list finds anything.

mod lists;

use std::collections::HashMap;
use std::sync::LazyLock;

/// What is answered when nothing is known.
const DEFAULT: &str = "fr";
/// Words of the text that are looked at.
const WORDS: usize = 300;
/// Small words that another language must show, and how many times as many as French shows.
const PROOF: f32 = 2.5;
const ADVANTAGE: f32 = 1.5;
/// Share of small words among all words below which a text is in none of the languages listed.
const SHARE: f32 = 0.12;

/// Every small word with the languages that use it.
static SMALL_WORDS: LazyLock<HashMap<&'static str, Vec<usize>>> = LazyLock::new(|| {
    let mut words: HashMap<&str, Vec<usize>> = HashMap::new();
    for (index, (_, list)) in lists::SMALL_WORDS.iter().enumerate() {
        for word in list.split_whitespace() {
            let languages = words.entry(word).or_default();
            if !languages.contains(&index) {
                languages.push(index);
            }
        }
    }
    words
});

/// The language of `text` as ISO 639-1; `fr` when it cannot be told.
pub(super) fn of(text: &str) -> &'static str {
    let letters = Letters::count(text);
    match letters.other_script() {
        Some(language) => language,
        None if letters.latin == 0 => DEFAULT,
        None => latin(text),
    }
}

fn latin(text: &str) -> &'static str {
    let mut scores = [0.0_f32; lists::SMALL_WORDS.len()];
    let mut count = 0_u16;
    let mut lower = String::new();
    for word in text.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty()).take(WORDS) {
        count += 1;
        lower.clear();
        lower.push_str(word);
        lower.make_ascii_lowercase();
        if !lower.is_ascii() {
            lower = lower.to_lowercase();
        }
        if let Some(languages) = SMALL_WORDS.get(lower.as_str()) {
            // A word that several languages share proves little for each.
            let weight = 1.0 / languages.len() as f32;
            languages.iter().for_each(|&index| scores[index] += weight);
        }
        if let Some(index) = lists::telling_letter(&lower) {
            scores[index] += 0.5;
        }
    }
    let french = scores[0];
    let best = (1..scores.len()).max_by(|&a, &b| scores[a].total_cmp(&scores[b])).unwrap_or(0);
    let share = |score: f32| score / f32::from(count.max(1));
    if scores[best] >= PROOF && scores[best] >= ADVANTAGE * french && share(scores[best]) >= SHARE {
        return lists::SMALL_WORDS[best].0;
    }
    if count >= 20 && scores.iter().all(|&score| share(score) < SHARE) { guessed(text) } else { DEFAULT }
}

/// What `whatlang` makes of a long text in which no list found anything.
fn guessed(text: &str) -> &'static str {
    match whatlang::detect(text) {
        Some(info) if info.is_reliable() && info.confidence() > 0.9 => lists::iso_639_1(info.lang()).unwrap_or(DEFAULT),
        _ => DEFAULT,
    }
}

/// Letters by script, and those that tell two languages of one script apart.
#[derive(Default)]
struct Letters {
    latin: u32,
    scripts: [u32; lists::SCRIPTS.len()],
    persian: u32,
    urdu: u32,
    ukrainian: u32,
    russian: u32,
    kana: u32,
}

impl Letters {
    fn count(text: &str) -> Self {
        let mut letters = Self::default();
        for c in text.chars().filter(|c| c.is_alphabetic()).take(2_000) {
            if c < '\u{370}' || ('\u{1e00}'..'\u{1f00}').contains(&c) {
                letters.latin += 1;
                continue;
            }
            if let Some(index) = lists::SCRIPTS.iter().position(|(range, _)| range.contains(&c)) {
                letters.scripts[index] += 1;
            }
            match c {
                'پ' | 'چ' | 'ژ' | 'گ' | 'ک' | 'ی' => letters.persian += 1,
                'ٹ' | 'ڈ' | 'ڑ' | 'ے' | 'ں' | 'ہ' => letters.urdu += 1,
                'і' | 'ї' | 'є' | 'ґ' | 'І' | 'Ї' | 'Є' => letters.ukrainian += 1,
                'ы' | 'э' | 'ё' | 'ъ' | 'Ы' | 'Э' | 'Ё' => letters.russian += 1,
                '\u{3040}'..='\u{30ff}' => letters.kana += 1,
                _ => {}
            }
        }
        letters
    }

    /// The language, when most letters are not Latin.
    fn other_script(&self) -> Option<&'static str> {
        let (index, &most) = self.scripts.iter().enumerate().max_by_key(|(_, count)| **count)?;
        if most <= self.latin {
            return None;
        }
        Some(match lists::SCRIPTS[index].1 {
            "ar" if self.urdu * 30 > most => "ur",
            "ar" if self.persian * 30 > most => "fa",
            "ru" if self.ukrainian > self.russian => "uk",
            "zh" if self.kana * 10 > most => "ja",
            language => language,
        })
    }
}

#[cfg(test)]
mod tests;
