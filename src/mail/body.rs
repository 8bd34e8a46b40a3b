//! Which of the parts of a message is its text. Markup is only rendered when it is chosen or must be compared.

use super::{Limits, html, plain};

/// Words under which a plain part may be a stub beside its HTML.
const STUB_WORDS: usize = 60;

/// Phrases of plain parts that only say that there is an HTML part.
const STUB_PHRASES: [&str; 14] = [
    "does not support html",
    "doesn't support html",
    "not support html",
    "html-enabled",
    "html enabled",
    "html compatible",
    "html capable",
    "view this email in",
    "view this message in",
    "in html format",
    "pas le html",
    "pas en charge le html",
    "au format html",
    "en html",
];

/// Text found in a part, as it was sent.
#[derive(Debug)]
pub(super) enum Piece {
    /// `text/plain`, decoded and unwrapped.
    Plain(String),
    /// Markup, decoded.
    Html(String),
}

/// The text of a part or of several, in order.
#[derive(Debug, Default)]
pub(super) struct Body(Vec<Piece>);

impl Body {
    pub(super) fn of(piece: Piece) -> Self {
        Self(vec![piece])
    }

    /// Adds what stands after.
    pub(super) fn append(&mut self, mut other: Self) {
        self.0.append(&mut other.0);
    }

    /// Of the same text in several forms, the one to read: the plain one, unless it is empty, a stub, or says much
    /// less than the other.
    pub(super) fn best_of(alternatives: Vec<Self>) -> Self {
        let (markup, plain): (Vec<_>, Vec<_>) = alternatives.into_iter().partition(Self::is_markup);
        let plain = plain.into_iter().max_by_key(|body| body.plain_words().min(STUB_WORDS));
        let markup = markup.into_iter().next_back();
        match (plain, markup) {
            (Some(plain), Some(markup)) => {
                let words = plain.plain_words();
                let is_stub = words == 0 || words < STUB_WORDS && markup.says_much_more_than(&plain, words);
                if is_stub { markup } else { plain }
            }
            (plain, markup) => plain.or(markup).unwrap_or_default(),
        }
    }

    /// Whether a person would read a word in it.
    pub(super) fn says_something(&self, limits: &Limits) -> bool {
        words(&self.render(limits)).next().is_some()
    }

    fn is_markup(&self) -> bool {
        self.0.iter().any(|piece| matches!(piece, Piece::Html(_)))
    }

    fn plain_words(&self) -> usize {
        let texts = self.0.iter().filter_map(|piece| match piece {
            Piece::Plain(text) => Some(text),
            Piece::Html(_) => None,
        });
        texts.flat_map(|text| words(text)).take(STUB_WORDS).count()
    }

    fn says_much_more_than(&self, plain: &Self, plain_words: usize) -> bool {
        let stub = plain.0.iter().any(|piece| match piece {
            Piece::Plain(text) => {
                let text = text.to_lowercase();
                STUB_PHRASES.iter().any(|phrase| text.contains(phrase))
            }
            Piece::Html(_) => false,
        });
        let text = self.render(&Limits { text: 20_000, ..Limits::default() });
        let own = words(&text).count();
        if stub { own > 0 } else { own > 20 + 3 * plain_words }
    }

    /// The text, at most `limits.text` characters.
    pub(super) fn render(&self, limits: &Limits) -> String {
        let mut out = String::new();
        for piece in &self.0 {
            let text = match piece {
                Piece::Plain(text) => plain::lines(text, limits.text),
                Piece::Html(markup) => plain::lines(&html::to_text(markup), limits.text),
            };
            let text = text.trim_matches('\n').trim_end();
            if !text.is_empty() {
                if !out.is_empty() {
                    out.push_str("\n\n");
                }
                out.push_str(text);
            }
        }
        if out.chars().nth(limits.text).is_some() { out.chars().take(limits.text).collect() } else { out }
    }
}

/// The words of `text`.
pub(super) fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split_whitespace().filter(|word| word.contains(char::is_alphanumeric))
}
