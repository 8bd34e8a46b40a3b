//! How readable a French text is: Kandel & Moles, `207 − 1,015 × words/sentences − 73,6 × syllables/words` (domain.md §6).
//! 90 and more is very easy, 60 to 70 standard, under 30 very difficult. It is shown, and decides nothing.

/// One sentence of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sentence<'a> {
    /// The line on which it begins, from 1.
    pub line: usize,
    /// Its words: neither addresses nor signs.
    pub words: Vec<&'a str>,
}

/// The sentences of a text. The end of a line ends one: lists and paragraphs are written line by line.
pub fn sentences(text: &str) -> Vec<Sentence<'_>> {
    let mut found = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let mut words = Vec::new();
        for token in line.split_whitespace() {
            let word = token.trim_matches(|c: char| !c.is_alphanumeric());
            // Neither a web or mail address nor a lone sign is a word to be read.
            if !word.is_empty() && !word.contains("://") && !word.contains('@') && !word.starts_with("www.") {
                words.push(word);
            }
            let ends = token.trim_end_matches(['»', '"', ')', '”']).ends_with(['.', '!', '?', '…']);
            // « M. », « art. », « n° 3. »: an initial or a number does not end a sentence.
            let abbreviated =
                token.ends_with('.') && (word.chars().count() == 1 || matches!(word, "art" | "Mme" | "tél"));
            if ends && !abbreviated && !words.is_empty() {
                found.push(Sentence { line: index + 1, words: std::mem::take(&mut words) });
            }
        }
        if !words.is_empty() {
            found.push(Sentence { line: index + 1, words });
        }
    }
    found
}

/// The score of a French text, to the nearest whole number; `None` without any word.
pub fn kandel_moles(text: &str) -> Option<i32> {
    let sentences = sentences(text);
    let words: usize = sentences.iter().map(|sentence| sentence.words.len()).sum();
    if words == 0 {
        return None;
    }
    let syllables: usize = sentences.iter().flat_map(|sentence| &sentence.words).map(|word| syllables(word)).sum();
    let (words, sentences, syllables) = (words as f64, sentences.len() as f64, syllables as f64);
    Some((207.0 - 1.015 * words / sentences - 73.6 * syllables / words).round() as i32)
}

/// How many syllables a French word has: groups of vowels, without the mute « e », « es », « ent » at the end.
pub fn syllables(word: &str) -> usize {
    let letters: Vec<char> = word.to_lowercase().chars().collect();
    let vowel = |c: char| "aeiouyàâäéèêëîïôöùûüÿœæ".contains(c);
    let mut count = 0;
    for (index, letter) in letters.iter().enumerate() {
        let begins = vowel(*letter) && (index == 0 || !vowel(letters[index - 1]));
        // « é » parts from the vowels beside it, and so does a trema: « créer », « réel », « naïf »; the end of « arrivées »
        // is mute.
        let beside = |letters: &[char]| letters.last().is_some_and(|before| vowel(*before));
        let ends = matches!(letters[index..], ['e'] | ['e', 's']);
        let apart = vowel(*letter)
            && beside(&letters[..index])
            && ("éèëïüö".contains(*letter) || letters[index - 1] == 'é')
            && !ends;
        if begins || apart {
            count += 1;
        }
    }
    let ends = |suffix: &str| word.to_lowercase().ends_with(suffix);
    let before = |length: usize| letters.len().checked_sub(length + 1).map(|at| letters[at]);
    let mute = (ends("e") && before(1).is_some_and(|c| !vowel(c)))
        || (ends("es") && before(2).is_some_and(|c| !vowel(c)))
        || (ends("ent") && letters.len() > 5 && before(3).is_some_and(|c| !vowel(c) && c != 'm'));
    if mute && count > 1 { count - 1 } else { count.max(1) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn syllables_as_they_are_spoken() {
        for (word, spoken) in [
            ("chat", 1),
            ("demande", 2),
            ("préfecture", 3),
            ("répondent", 2),
            ("document", 3),
            ("créer", 2),
            ("réel", 2),
            ("arrivées", 3),
            ("e", 1),
            ("administration", 5),
            ("titres", 1),
            ("école", 2),
            ("naïf", 2),
            ("le", 1),
            ("12", 1),
        ] {
            assert_eq!(syllables(word), spoken, "{word}");
        }
    }

    #[test]
    fn the_score_is_that_of_the_formula() {
        // 2 sentences, 6 words, 10 syllables: 207 - 1.015 x 3 - 73.6 x 10 / 6.
        let text = "Vous demandez un titre. Répondez-nous vite.";
        assert_eq!(sentences(text).iter().map(|sentence| sentence.words.len()).collect::<Vec<_>>(), [4, 2]);
        let spoken: usize =
            sentences(text).iter().flat_map(|sentence| &sentence.words).map(|word| syllables(word)).sum();
        let expected = (207.0 - 1.015 * 3.0 - 73.6 * spoken as f64 / 6.0).round() as i32;
        assert_eq!(kandel_moles(text), Some(expected));
        assert_eq!(kandel_moles("https://example.fr — !"), None);
    }

    #[test]
    fn addresses_and_initials_do_not_make_sentences() {
        let text = "Écrivez à M. le préfet, https://a.example.fr/b.c et a@example.fr.\n- un point\n- un autre";
        let found = sentences(text);
        assert_eq!(found.iter().map(|one| (one.line, one.words.len())).collect::<Vec<_>>(), [(1, 6), (2, 2), (3, 2)]);
    }
}
