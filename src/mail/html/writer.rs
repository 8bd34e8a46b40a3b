//! The lines of a page as they are written: blanks folded, breaks counted, quotations marked.

use mail_parser::decoders::{charsets::map::charset_decoder, html::add_html_token};

/// Quotation marks shown at most; deeper quotations look like this.
const QUOTES: usize = 8;
/// Line ends in a row.
const BREAKS: u8 = 3;
/// The longest entity.
const ENTITY: usize = 32;

pub(super) struct Writer {
    out: String,
    /// Line ends to write before the next word.
    breaks: u8,
    space: bool,
    quotes: usize,
    preformatted: u32,
    /// List marker to write before the next word.
    marker: String,
}

impl Writer {
    pub(super) fn with_capacity(octets: usize) -> Self {
        Self {
            out: String::with_capacity(octets),
            breaks: 0,
            space: false,
            quotes: 0,
            preformatted: 0,
            marker: String::new(),
        }
    }

    /// A block begins or ends: at least `breaks` line ends stand here.
    pub(super) fn block(&mut self, breaks: u8) {
        self.breaks = self.breaks.max(breaks);
        self.marker.clear();
    }

    /// `<br>`.
    pub(super) fn line_break(&mut self) {
        self.breaks = (self.breaks + 1).min(BREAKS);
    }

    /// A rule across the page, as plain-text mail draws it.
    pub(super) fn rule(&mut self) {
        self.block(1);
        "________________________________".chars().for_each(|c| self.character(c));
        self.block(1);
    }

    pub(super) fn space(&mut self) {
        self.space = true;
    }

    pub(super) fn marker(&mut self, marker: &str) {
        marker.clone_into(&mut self.marker);
    }

    pub(super) fn quote(&mut self) {
        self.block(2);
        self.quotes += 1;
    }

    pub(super) fn unquote(&mut self) {
        self.block(2);
        self.quotes = self.quotes.saturating_sub(1);
    }

    pub(super) fn preformatted(&mut self, begins: bool) {
        self.block(1);
        self.preformatted = if begins { self.preformatted + 1 } else { self.preformatted.saturating_sub(1) };
    }

    /// Text between tags, entities included.
    pub(super) fn text(&mut self, text: &str) {
        let mut rest = text;
        while let Some(at) = rest.find('&') {
            rest[..at].chars().for_each(|c| self.character(c));
            rest = &rest[at..];
            let (entity, length) = entity(rest);
            entity.chars().for_each(|c| self.character(c));
            rest = &rest[length..];
        }
        rest.chars().for_each(|c| self.character(c));
    }

    fn character(&mut self, c: char) {
        match c {
            '\n' if self.preformatted > 0 => self.line_break(),
            ' ' | '\t' if self.preformatted > 0 && self.breaks == 0 => self.out.push(c),
            ' ' | '\t' | '\n' | '\r' | '\u{c}' => self.space = true,
            // Zero-width filler behind the preview line of newsletters.
            '\u{200b}' | '\u{feff}' | '\u{34f}' => {}
            c => {
                self.begin_word();
                self.out.push(if c == '\u{a0}' { ' ' } else { c });
            }
        }
    }

    fn begin_word(&mut self) {
        let first = self.out.is_empty();
        if self.breaks > 0 || first {
            self.out.truncate(self.out.trim_end_matches(' ').len());
            let breaks = if first { 0 } else { self.breaks };
            self.out.extend(std::iter::repeat_n('\n', breaks.into()));
            self.out.extend(std::iter::repeat_n("> ", self.quotes.min(QUOTES)));
            self.out.push_str(&std::mem::take(&mut self.marker));
        } else if self.space && !self.out.ends_with(' ') {
            self.out.push(' ');
        }
        (self.breaks, self.space) = (0, false);
    }

    pub(super) fn finish(mut self) -> String {
        self.out.truncate(self.out.trim_end().len());
        self.out
    }
}

/// The text of the entity that `text` begins with and its length; a stray `&` stands for itself.
fn entity(text: &str) -> (String, usize) {
    let name = text.bytes().skip(1).take(ENTITY).take_while(|o| o.is_ascii_alphanumeric() || *o == b'#').count();
    if name == 0 || text.as_bytes().get(1 + name) != Some(&b';') {
        return ("&".to_owned(), 1);
    }
    let length = name + 2;
    let decoded = match numeric(&text[1..=name]) {
        Some(decoded) => decoded,
        None => {
            let mut out = String::new();
            add_html_token(&mut out, &text.as_bytes()[..length], false);
            out
        }
    };
    (decoded, length)
}

/// `#8364` or `#x20AC`; 128 to 159 mean windows-1252, as in every browser.
fn numeric(entity: &str) -> Option<String> {
    let digits = entity.strip_prefix('#')?;
    let code = match digits.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16),
        None => digits.parse(),
    };
    match code {
        Ok(code @ 128..=159) => charset_decoder(b"windows-1252").map(|decode| decode(&[code as u8])),
        Ok(code) => Some(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER).to_string()),
        Err(_) => None,
    }
}
