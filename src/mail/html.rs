//! HTML to the text that a person would read aloud, in one pass over the markup.
//!
//! No tree is built: tree builders are quadratic in nesting, and mail is written by machines that close nothing. Blocks
//! become lines, cells become words apart, quotations get their `> `, what is hidden is left out. Links keep their
//! words, images vanish. What merely looks like a tag (`<jeanne@example.fr>`) is text.

pub(super) mod tag;
mod writer;

use tag::{Markup, Tag};
use writer::Writer;

/// The text of `html`. When everything in it is hidden, the hidden text.
pub(super) fn to_text(html: &str) -> String {
    let text = render(html, true);
    if text.contains(char::is_alphanumeric) { text } else { render(html, false) }
}

fn render(html: &str, hide: bool) -> String {
    let mut page = Page { writer: Writer::with_capacity(html.len() / 2), lists: Vec::new(), hide, hidden: None };
    for markup in tag::markup(html) {
        match markup {
            Markup::Text(text) if page.hidden.is_none() => page.writer.text(text),
            Markup::Open(tag) => page.open(&tag),
            Markup::Close(name) => page.close(name),
            Markup::Text(_) => {}
        }
    }
    page.writer.finish()
}

/// Lists deeper than this are not numbered.
const LISTS: usize = 64;

struct Page<'a> {
    writer: Writer,
    /// Open lists: the number of the last item, or none for bullets.
    lists: Vec<Option<u32>>,
    hide: bool,
    /// The hidden element that is open, and how many of its name are open in it.
    hidden: Option<(&'a str, u32)>,
}

impl<'a> Page<'a> {
    fn open(&mut self, tag: &Tag<'a>) {
        if let Some((name, depth)) = &mut self.hidden {
            if name.eq_ignore_ascii_case(tag.name) && !tag.is_void() {
                *depth += 1;
            }
            return;
        }
        if self.hide && tag.is_hidden() && !tag.is_void() {
            self.hidden = Some((tag.name, 1));
            return;
        }
        match Block::of(tag.name) {
            Block::Inline => {}
            Block::Break => self.writer.line_break(),
            Block::Rule => self.writer.rule(),
            Block::Cell => self.writer.space(),
            Block::Line => self.writer.block(1),
            Block::Paragraph => self.writer.block(2),
            Block::Quote => self.writer.quote(),
            Block::Preformatted => self.writer.preformatted(true),
            Block::List { numbered } => {
                self.writer.block(if self.lists.is_empty() { 2 } else { 1 });
                if self.lists.len() < LISTS {
                    self.lists.push(numbered.then_some(0));
                }
            }
            Block::Item => {
                self.writer.block(1);
                match self.lists.last_mut() {
                    Some(Some(number)) => {
                        *number += 1;
                        self.writer.marker(&format!("{number}. "));
                    }
                    _ => self.writer.marker("- "),
                }
            }
        }
    }

    fn close(&mut self, name: &'a str) {
        if let Some((hidden, depth)) = &mut self.hidden {
            let block = !matches!(Block::of(name), Block::Inline);
            if hidden.eq_ignore_ascii_case(name) {
                *depth -= 1;
            }
            // A hidden inline element that is never closed ends with the block around it.
            let ends =
                *depth == 0 || name.eq_ignore_ascii_case("body") || block && matches!(Block::of(hidden), Block::Inline);
            if !ends {
                return;
            }
            self.hidden = None;
        }
        match Block::of(name) {
            Block::Inline | Block::Break | Block::Rule | Block::Cell => {}
            Block::Line | Block::Item => self.writer.block(1),
            Block::Paragraph => self.writer.block(2),
            Block::Quote => self.writer.unquote(),
            Block::Preformatted => self.writer.preformatted(false),
            Block::List { .. } => {
                self.lists.pop();
                self.writer.block(if self.lists.is_empty() { 2 } else { 1 });
            }
        }
    }
}

/// What an element does to the flow of lines.
enum Block {
    Inline,
    Break,
    Rule,
    Cell,
    Line,
    Paragraph,
    Quote,
    Preformatted,
    List { numbered: bool },
    Item,
}

impl Block {
    fn of(name: &str) -> Self {
        let mut lower = [0_u8; 10];
        let Some(lower) = lower.get_mut(..name.len()) else { return Self::of_long(name) };
        lower.copy_from_slice(name.as_bytes());
        lower.make_ascii_lowercase();
        match &*lower {
            b"br" => Self::Break,
            b"hr" => Self::Rule,
            b"td" | b"th" => Self::Cell,
            b"div" | b"tr" | b"dt" | b"dd" | b"section" | b"article" | b"header" | b"footer" | b"main" | b"body"
            | b"center" | b"address" | b"caption" | b"form" | b"fieldset" | b"option" | b"title" => Self::Line,
            b"p" | b"h1" | b"h2" | b"h3" | b"h4" | b"h5" | b"h6" | b"table" | b"dl" | b"figure" => Self::Paragraph,
            b"blockquote" => Self::Quote,
            b"pre" | b"listing" => Self::Preformatted,
            b"ul" | b"menu" | b"dir" => Self::List { numbered: false },
            b"ol" => Self::List { numbered: true },
            b"li" => Self::Item,
            _ => Self::Inline,
        }
    }

    fn of_long(name: &str) -> Self {
        if name.eq_ignore_ascii_case("figcaption") { Self::Line } else { Self::Inline }
    }
}

#[cfg(test)]
mod tests;
