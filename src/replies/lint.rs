//! What is wrong with a text before a citizen reads it: acronyms, long sentences, a site without its page, no greeting, no
//! leave-taking (domain.md §1.5, §6). Each remark says where, why, and a way out.

use std::{collections::BTreeSet, sync::LazyLock};

use jiff::{ToSpan, civil::Date};
use regex::Regex;

use super::{
    glossary::Glossary,
    letter::greeting,
    library::Library,
    model::Model,
    readability::{kandel_moles, sentences},
};
use crate::{calendar::in_words, triage::fold::fold};

/// Words of the longest sentence that nobody has to read twice.
const LONGEST: usize = 35;

/// Days before its last one from which a model is said to expire.
const SOON: i32 = 30;

/// What should be changed in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remark {
    /// The line, from 1; 0: the whole text.
    pub line: usize,
    /// Why, and what to do, in French.
    pub text: String,
}

/// A text with what is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// In the order of the lines.
    pub remarks: Vec<Remark>,
    /// Kandel & Moles; `None`: there are no words, or they are not French.
    pub readability: Option<i32>,
}

/// Reads a text as it stands above its signature.
pub fn read(text: &str, language: &str, glossary: &Glossary) -> Reading {
    let text = &text.replace("\r\n", "\n");
    let mut remarks = ends(text, language);
    if language == "fr" {
        remarks.extend(acronyms(text, glossary));
        remarks.extend(bare_sites(text));
    }
    for sentence in sentences(text).iter().filter(|sentence| sentence.words.len() > LONGEST) {
        let count = sentence.words.len();
        let words = sentence.words[..5].join(" ");
        let text = format!("phrase de {count} mots (« {words}… ») : coupez-la, {LONGEST} mots au plus");
        remarks.push(Remark { line: sentence.line, text });
    }
    remarks.sort_by_key(|remark| remark.line);
    Reading { remarks, readability: kandel_moles(text).filter(|_| language == "fr") }
}

/// Reads the text of a model as it is written, its variables taken for words. Lines are those of its file.
pub fn read_model(model: &Model, glossary: &Glossary, today: Date) -> Reading {
    let (source, offset) = model.source();
    let mut reading = read(&plain(source, &model.language), &model.language, glossary);
    for remark in reading.remarks.iter_mut().filter(|remark| remark.line > 0) {
        remark.line += offset;
    }
    let until = model.valid_until();
    let about = |text: String| Remark { line: 0, text };
    match until {
        Some(until) if until < today => reading.remarks.push(about(format!(
            "n'est plus valable depuis le {} : elle ne peut plus partir ; relisez-la, puis repoussez « valid_until »",
            in_words(until, "fr")
        ))),
        Some(until) if until < today.saturating_add(SOON.days()) => reading.remarks.push(about(format!(
            "n'est plus valable après le {} : relisez-la, puis repoussez « valid_until »",
            in_words(until, "fr")
        ))),
        _ => {}
    }
    reading
}

/// The facts of the configuration that no model asks for.
pub fn unused_facts<'f>(library: &Library, facts: impl IntoIterator<Item = &'f str>) -> Vec<Remark> {
    let unused = library.unused_facts(facts).into_iter();
    let text = |fact| {
        format!(
            "le fait « {fact} » n'est demandé par aucune réponse type : écrivez {{{{fact.{fact}}}}} quelque part, ou retirez-le"
        )
    };
    unused.map(|fact| Remark { line: 0, text: text(fact) }).collect()
}

/// A text with a hole for each expression, and its lines where they were.
fn plain(source: &str, language: &str) -> String {
    static TAG: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\{\{([#/]?)[^}]*\}\}").expect("a pattern"));
    let filled = source.replace("{{greeting}}", &greeting("", language));
    TAG.replace_all(&filled, |tag: &regex::Captures<'_>| if tag[1].is_empty() { "exemple" } else { "" }).into_owned()
}

/// Both are asked for by the label (E2.1): a greeting, and a leave-taking.
fn ends(text: &str, language: &str) -> Vec<Remark> {
    let lines: Vec<_> = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()).collect();
    let (greetings, farewells): (&[&str], &[&str]) = match language {
        "fr" => (
            GREETINGS,
            &[
                "cordialement",
                "bien cordialement",
                "respectueusement",
                "bien a vous",
                "je vous prie",
                "veuillez agreer",
                "avec mes",
                "avec nos",
            ],
        ),
        "en" => {
            (&["hello", "dear", "good morning"], &["kind regards", "yours", "sincerely", "best regards", "regards"])
        }
        _ => return Vec::new(),
    };
    let mut remarks = Vec::new();
    if !lines.first().is_some_and(|(_, line)| begins(line, greetings)) {
        let line = lines.first().map_or(1, |(index, _)| index + 1);
        let text =
            "pas de formule d'appel : commencez par « Bonjour » et le nom de la personne, ou « Madame, Monsieur, »";
        remarks.push(Remark { line, text: text.into() });
    }
    if !lines.last().is_some_and(|(_, line)| begins(line, farewells)) {
        let line = lines.last().map_or(1, |(index, _)| index + 1);
        remarks.push(Remark { line, text: "pas de formule de politesse : terminez par « Cordialement, »".into() });
    }
    remarks
}

const GREETINGS: &[&str] = &["bonjour", "madame", "monsieur", "mesdames", "messieurs", "maitre"];

fn begins(line: &str, with: &[&str]) -> bool {
    with.iter().any(|word| fold(line.trim()).starts_with(word))
}

/// The acronyms that are not said in full where they first stand.
fn acronyms(text: &str, glossary: &Glossary) -> Vec<Remark> {
    static WORD: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"[\p{L}\p{N}]+(?:[.\-+][\p{L}\p{N}]+)*\.?\+?").expect("a pattern"));
    let mut seen = BTreeSet::new();
    let mut remarks = Vec::new();
    let mut before = 0;
    for (index, line) in text.lines().enumerate() {
        // The name of a person may be written in capitals.
        let greets = begins(line, GREETINGS);
        for word in WORD.find_iter(line).filter(|word| !greets && !in_address(line, word.start())) {
            let short = word.as_str().trim_end_matches('.');
            let capitals = short.chars().filter(|c| c.is_uppercase()).count();
            let letters = short.chars().filter(|c| c.is_alphabetic()).count();
            let long = glossary.expansion(short);
            // « Caf » is one only where the glossary says so; « II » and a name in capitals are none.
            let looks =
                capitals >= 2 && capitals + 1 >= letters && letters <= 6 && !short.chars().all(|c| "IVXLC".contains(c));
            let mixed = capitals == 1
                && letters >= 3
                && short.starts_with(char::is_uppercase)
                && ["Caf", "Carsat", "Urssaf"].contains(&short);
            if !(looks || mixed) || long == Some("") || !seen.insert(fold(short)) {
                continue;
            }
            let at = before + word.start();
            let expanded = match long {
                Some(long) => said(text, at, long),
                None => text[..at].ends_with('(') || text[at + word.len()..].trim_start().starts_with('('),
            };
            if !expanded {
                let text = match long {
                    Some(long) => format!(
                        "le sigle « {short} » n'est pas développé : écrivez « {long} ({short}) » la première fois"
                    ),
                    None => format!(
                        "le sigle « {short} » n'est pas développé : dites-le en toutes lettres, ou ajoutez-le à [[acronym]] si chacun le comprend"
                    ),
                };
                remarks.push(Remark { line: index + 1, text });
            }
        }
        before += line.len() + 1;
    }
    remarks
}

/// Whether the words of an expansion stand shortly before or after this place.
fn said(text: &str, at: usize, long: &str) -> bool {
    const NEAR: usize = 160;
    let from = text.floor_char_boundary(at.saturating_sub(NEAR));
    let to = text.ceil_char_boundary((at + NEAR).min(text.len()));
    let near = fold(&text[from..to]);
    fold(long).split(|c: char| !c.is_alphanumeric()).filter(|word| word.len() > 3).all(|word| {
        // « titres » and « titre », « national » and « nationale »: the end of a word does not count.
        near.contains(&word.chars().take(5).collect::<String>())
    })
}

fn in_address(line: &str, at: usize) -> bool {
    let start =
        line[..at].char_indices().rev().find(|(_, c)| c.is_whitespace()).map_or(0, |(blank, c)| blank + c.len_utf8());
    let word = line[start..].split_whitespace().next().unwrap_or_default();
    word.contains("://") || word.contains('@') || word.starts_with("www.")
}

/// « Voir le site internet » without the page.
fn bare_sites(text: &str) -> Vec<Remark> {
    static OURS: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"\b(site internet|site web|notre site)\b").expect("a pattern"));
    static THAT: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\bsur (le|ce|son) site\b").expect("a pattern"));
    // « Ce site » is one whose address stands somewhere; « notre site » says nothing unless its page follows.
    let given = |block: &str| block.contains("https://") || block.contains("exemple");
    let (mut remarks, mut line) = (Vec::new(), 1);
    for block in text.split("\n\n") {
        let folded = fold(block);
        let bare = OURS.find(&folded).filter(|_| !given(block));
        if let Some(found) = bare.or_else(|| THAT.find(&folded).filter(|_| !text.contains("https://"))) {
            let within = folded[..found.start()].matches('\n').count();
            let text = "renvoie à un site sans donner la page : écrivez son adresse exacte, https://…";
            remarks.push(Remark { line: line + within, text: text.into() });
        }
        line += block.matches('\n').count() + 2;
    }
    remarks
}

#[cfg(test)]
mod tests {
    use super::*;

    fn remarks(text: &str) -> Vec<(usize, String)> {
        read(text, "fr", &Glossary::with(&[])).remarks.into_iter().map(|remark| (remark.line, remark.text)).collect()
    }

    fn only(text: &str, line: usize, says: &str) {
        let found = remarks(text);
        assert!(found.len() == 1 && found[0].0 == line && found[0].1.contains(says), "{text:?}: {found:?}");
    }

    fn letter(middle: &str) -> String {
        format!("Bonjour,\n\n{middle}\n\nCordialement,")
    }

    #[test]
    fn a_clear_letter_calls_for_no_remark() {
        for middle in [
            "Votre demande se fait auprès de l’Agence nationale des titres sécurisés (ANTS). L’ANTS vous répondra.",
            "L’ANEF (Administration numérique pour les étrangers en France) vous ouvre un compte.",
            "Consultez le site internet de la préfecture : https://www.exemple.fr/page",
            "Écrivez à CNI@exemple.fr, sous le numéro XIV.",
            "Votre RDV est confirmé.",
        ] {
            assert_eq!(remarks(&letter(middle)), [], "{middle}");
        }
    }

    #[test]
    fn what_a_citizen_would_stumble_over_is_told_with_a_way_out() {
        only(&letter("Adressez-vous à l’ANTS."), 3, "« Agence nationale des titres sécurisés (ANTS) »");
        only(&letter("Adressez-vous à la Caf."), 3, "Caisse d'allocations familiales");
        only(&letter("Voyez le BZX."), 3, "en toutes lettres");
        only(&letter("Un.\n\nConsultez notre site internet pour en savoir plus."), 5, "adresse exacte");
        only(&letter("Tout est expliqué sur le site."), 3, "adresse exacte");
        only(&letter(&vec!["mot"; 36].join(" ")), 3, "phrase de 36 mots");
        only("Nous vous répondons.\n\nCordialement,", 1, "formule d'appel");
        only("Bonjour,\n\nNous vous répondons.", 3, "formule de politesse");
        assert_eq!(remarks(&letter(&vec!["mot"; 35].join(" "))), []);
    }
}
