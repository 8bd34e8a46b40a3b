//! Text in the one form in which patterns look at it: no accents, no capitals, plain quotes and spaces.
//!
//! Folding once and matching bytes is what makes some hundreds of patterns cheap: case-insensitive Unicode sets cost a
//! hundred times more. Folding loses what a person wrote, so the result is for matching only, never for showing.

use std::ops::Range;

use unicode_normalization::char::{decompose_compatible, is_combining_mark};

/// Folds a text: NFKD without its marks, lower case, ligatures opened, typographic quotes, dashes and spaces made plain,
/// invisible characters dropped, blanks side by side made one.
pub fn fold(text: &str) -> String {
    Folded::of(text).text
}

/// A folded text that knows where each of its bytes came from.
#[derive(Debug, Default)]
pub struct Folded {
    /// The folded text.
    pub text: String,
    /// Of each byte of the folded text, the byte of the original at which its character starts.
    origins: Vec<u32>,
    /// The length of the original.
    end: u32,
}

impl Folded {
    /// Folds a text of less than 4 GiB.
    pub fn of(text: &str) -> Self {
        let mut folded = String::with_capacity(text.len());
        let mut origins = Vec::with_capacity(text.len());
        // The last character written, so that of blanks side by side one is kept.
        let mut last = '\n';
        for (origin, character) in text.char_indices() {
            each_plain(character, |plain| {
                let plain = if plain == '\t' { ' ' } else { plain };
                if plain == ' ' && matches!(last, ' ' | '\n') {
                    return;
                }
                last = plain;
                if plain.is_ascii() {
                    folded.push(plain.to_ascii_lowercase());
                } else {
                    folded.extend(plain.to_lowercase());
                }
            });
            origins.resize(folded.len(), origin as u32);
        }
        Self { text: folded, origins, end: text.len() as u32 }
    }

    /// Where a passage of the folded text stands in the original, in bytes.
    pub fn origin(&self, passage: Range<usize>) -> Range<usize> {
        let at = |byte: usize| self.origins.get(byte).copied().unwrap_or(self.end);
        let start = at(passage.start);
        // Up to the start of the next character of the original: one may have become several.
        let last = at(passage.end.saturating_sub(1).max(passage.start));
        let end = self.origins[passage.end.min(self.origins.len())..].iter().copied().find(|origin| *origin > last);
        start as usize..end.unwrap_or(self.end) as usize
    }
}

/// Folds a pattern: as [`fold`], but what follows a `\` stays, for `\S` is not `\s`, and a blank also stands for the end of a
/// line, for mail is wrapped.
pub fn fold_pattern(pattern: &str) -> String {
    let mut folded = String::with_capacity(pattern.len());
    let mut escaped = false;
    for character in pattern.chars() {
        each_plain(character, |plain| match plain {
            plain if escaped => folded.push(plain),
            ' ' => folded.push_str("[ \n]"),
            plain => folded.extend(plain.to_lowercase()),
        });
        escaped = character == '\\' && !escaped;
    }
    folded
}

/// The first `limit` bytes of a text at most, never cutting a character.
pub fn head(text: &str, limit: usize) -> &str {
    &text[..text.floor_char_boundary(limit)]
}

/// Gives the plain characters that stand for one.
fn each_plain(character: char, mut emit: impl FnMut(char)) {
    if character.is_ascii() {
        return emit(character);
    }
    let letters = match character {
        'œ' => "oe",
        'Œ' => "OE",
        'æ' => "ae",
        'Æ' => "AE",
        'ß' => "ss",
        'ø' => "o",
        'Ø' => "O",
        'ł' => "l",
        'Ł' => "L",
        'đ' => "d",
        'Đ' => "D",
        'ı' => "i",
        '‘' | '’' | 'ʼ' | '´' => "'",
        '“' | '”' | '„' | '«' | '»' => "\"",
        '‐' | '‑' | '–' | '—' | '−' => "-",
        '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{ad}' => "",
        other => {
            return decompose_compatible(other, |part| {
                if !is_combining_mark(part) {
                    emit(part)
                }
            });
        }
    };
    letters.chars().for_each(emit);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accents_capitals_and_typography_go() {
        assert_eq!(fold("Préfecture de l’Œuvre — « ÉTÉ »\u{a0}!"), "prefecture de l'oeuvre - \" ete \" !");
    }

    #[test]
    fn a_passage_is_found_again_in_the_original() {
        let text = "Préfecture :  « Œuvre » — à\u{a0}l’été…";
        let folded = Folded::of(text);
        for (found, original) in [("prefecture", "Préfecture"), ("oeuvre", "Œuvre"), ("l'ete", "l’été"), ("...", "…")]
        {
            let start = folded.text.find(found).unwrap();
            assert_eq!(&text[folded.origin(start..start + found.len())], original);
        }
        assert_eq!(folded.origin(0..folded.text.len()), 0..text.len());
    }

    #[test]
    fn blanks_side_by_side_are_one_and_match_the_end_of_a_line() {
        assert_eq!(fold("a \t b\n  c"), "a b\nc");
        assert_eq!(fold_pattern("a b ?"), "a[ \n]b[ \n]?");
    }

    #[test]
    fn a_pattern_keeps_what_is_escaped() {
        assert_eq!(fold_pattern(r"\SÉ\s\\S"), r"\Se\s\\s");
    }

    #[test]
    fn full_width_and_invisible_characters_do_not_hide_a_word() {
        assert_eq!(fold("ＳＰＡＭ\u{200b}s"), "spams");
    }

    #[test]
    fn other_scripts_fold_alike_in_text_and_pattern() {
        assert_eq!(fold("自動返信ガ"), fold_pattern("自動返信ガ"));
        assert_eq!(fold("Не доставлено: Йод"), "не доставлено: иод");
    }

    #[test]
    fn a_head_never_cuts_a_character() {
        assert_eq!(head("aé", 2), "a");
        assert_eq!(head("aé", 9), "aé");
    }
}
