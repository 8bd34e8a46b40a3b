//! What the sender wrote this time: the text without quoted history and signature.
//!
//! Never a word of the sender lost; when in doubt, keep. So a line is only folded away for a reason that can be named:
//! it is marked `>`, it stands under a line in which a mail program says who wrote what follows, or it is a signature
//! that announces itself. Answers between quoted lines and below them are kept. A forward under which nothing or little
//! was written is kept whole, and so is a text of which nothing would be left. Nothing is ever added or changed: every
//! line of the result is a line of the text. Each line is looked at a bounded number of times.

mod attribution;
mod closing;
mod header_block;

use std::sync::LazyLock;

use regex::Regex;

/// Words of one's own under which a forwarded text is the message.
const FORWARD_WORDS: usize = 12;

/// Lines of a history without marks that say only whose it is.
const UNMARKED: usize = 4;

/// "Mes réponses dans le texte", "see my answers below".
#[expect(clippy::unwrap_used, reason = "the pattern is a constant, compiled by every test")]
static ANSWERS_INSIDE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?i)(?:r[ée]ponses?|r[ée]ponds|commentaires?|answers?|comments?|repl(?:y|ies)).{0,40}(?:ci-dessous|plus bas|dans le (?:texte|corps|message)|en (?:rouge|bleu|gras|vert)|below|inline|in red|in blue)",
    )
    .unwrap()
});

/// The new text of `text`; `subject` tells a forward from an answer.
pub(super) fn of(text: &str, subject: &str) -> String {
    let mut letter = Letter::new(text);
    let forwarded = letter.fold_history(is_forward(subject));
    let own = letter.words(|fate| fate == Fate::Own);
    if own == 0 || forwarded && own < FORWARD_WORDS {
        return text.trim_matches('\n').to_owned();
    }
    if letter.answers_inside() {
        letter.unfold(Fate::History);
    }
    closing::fold(&mut letter);
    if letter.words(|fate| fate == Fate::Own) == 0 {
        letter.unfold(Fate::Closing);
    }
    letter.kept()
}

fn is_forward(subject: &str) -> bool {
    let subject = subject.trim_start_matches(|c: char| c.is_whitespace() || c == '[');
    let Some((prefix, _)) = subject.split_once(':') else { return false };
    ["tr", "fw", "fwd", "wg", "rv", "enc", "i", "doorst"].iter().any(|known| known.eq_ignore_ascii_case(prefix.trim()))
}

/// What becomes of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    Own,
    History,
    Closing,
}

struct Line<'a> {
    raw: &'a str,
    fate: Fate,
}

impl Line<'_> {
    fn is_blank(&self) -> bool {
        self.raw.trim().is_empty()
    }

    fn is_quoted(&self) -> bool {
        self.raw.trim_start().starts_with('>')
    }
}

/// The lines of a text and their fates.
struct Letter<'a> {
    lines: Vec<Line<'a>>,
    /// Whether some history was found, so that a program quotes here.
    quotes: bool,
}

impl<'a> Letter<'a> {
    fn new(text: &'a str) -> Self {
        Self { lines: text.lines().map(|raw| Line { raw, fate: Fate::Own }).collect(), quotes: false }
    }

    /// Folds history away; says whether some of it is a forwarded message.
    fn fold_history(&mut self, subject_says_forward: bool) -> bool {
        let mut forwarded = false;
        let mut at = 0;
        while at < self.lines.len() {
            if self.lines[at].is_blank() {
                at += 1;
            } else if self.lines[at].is_quoted() && !self.closes_bracket(at) {
                at = self.fold_quotation(at, &mut forwarded);
            } else if let Some(history) = self.history_at(at) {
                forwarded |= history.forwarded || subject_says_forward && !history.attributed;
                let end = history.start + history.length;
                let end = if self.next_is_quoted(end) { end } else { self.lines.len() };
                self.mark(history.start, end, Fate::History);
                at = end;
            } else {
                at += 1;
            }
        }
        forwarded
    }

    /// A run of `>` lines from `at`: history, unless somebody uses the mark as a bullet. Gives the line after it.
    fn fold_quotation(&mut self, at: usize, forwarded: &mut bool) -> usize {
        let mut end = at;
        let mut beyond = at;
        while let Some(line) = self.lines.get(beyond).filter(|line| line.is_quoted() || line.is_blank()) {
            beyond += 1;
            if line.is_quoted() {
                end = beyond;
            }
        }
        if !self.quotes && self.is_list(at, end) {
            return end;
        }
        let marks_forward = |line: &Line<'_>| attribution::is_forward(unquoted(line.raw));
        *forwarded |= self.lines[at..end.min(at + 3)].iter().any(marks_forward);
        self.mark(at, end, Fate::History);
        end
    }

    /// Whether the `>` lines in a row are a list: no sign of a mail program, and led to by a line of the sender.
    fn is_list(&self, at: usize, end: usize) -> bool {
        let run = &self.lines[at..end];
        if let [only] = run
            && only.raw.contains("<<")
        {
            return true;
        }
        let by_machine = |line: &Line<'_>| {
            let after = line.raw.trim().trim_start_matches('>');
            line.is_blank() || after.trim().is_empty() || after.len() + 1 < line.raw.trim().len()
        };
        let Some(before) = self.lines[..at].iter().rposition(|line| !line.is_blank()) else { return false };
        let leads = self.lines[before].fate == Fate::Own
            && (before + 1 == at || self.lines[before].raw.trim_end().ends_with([':', '?']));
        leads && !run.iter().any(by_machine) && header_block::at(run, 0).is_none()
    }

    /// The mark of history that stands at `at`, if one does.
    fn history_at(&self, at: usize) -> Option<History> {
        let line = self.lines[at].raw;
        if attribution::is_forward(line) || attribution::is_separator(line) {
            let forwarded = attribution::is_forward(line);
            let block = header_block::at(&self.lines, at + 1).unwrap_or(0);
            return Some(History { start: at, length: 1 + block, forwarded, attributed: false });
        }
        if let Some(length) = header_block::at(&self.lines, at) {
            return Some(History { start: at, length, forwarded: false, attributed: false });
        }
        let found = attribution::ending_at(&self.lines, at)?;
        if !(found.certain || self.next_is_quoted(at + 1)) {
            return None;
        }
        Some(History { start: found.start, length: at + 1 - found.start, forwarded: false, attributed: true })
    }

    /// Whether the `>` at `at` ends an address that a program broke in two: `Jeanne <jeanne@example.fr`, `> wrote:`.
    fn closes_bracket(&self, at: usize) -> bool {
        let above = at.checked_sub(1).map_or("", |above| self.lines[above].raw);
        let line = self.lines[at].raw.trim();
        above.rfind('<') > above.rfind('>')
            && line.len() < 40
            && line.ends_with(':')
            && !above.trim_start().starts_with('>')
    }

    fn next_is_quoted(&self, at: usize) -> bool {
        self.lines.get(at..).and_then(|rest| rest.iter().find(|line| !line.is_blank())).is_some_and(Line::is_quoted)
    }

    /// Whether the sender says that the answers stand in a history of which no mark tells them apart.
    fn answers_inside(&self) -> bool {
        let unmarked = |line: &&Line<'_>| line.fate == Fate::History && !line.is_quoted() && !line.is_blank();
        let own = self.lines.iter().filter(|line| line.fate == Fate::Own);
        self.lines.iter().filter(unmarked).nth(UNMARKED).is_some()
            && own.into_iter().any(|line| ANSWERS_INSIDE.is_match(line.raw))
    }

    fn mark(&mut self, start: usize, end: usize, fate: Fate) {
        self.quotes |= fate == Fate::History;
        self.lines[start..end].iter_mut().for_each(|line| line.fate = fate);
    }

    fn unfold(&mut self, fate: Fate) {
        self.lines.iter_mut().filter(|line| line.fate == fate).for_each(|line| line.fate = Fate::Own);
    }

    fn words(&self, counted: impl Fn(Fate) -> bool) -> usize {
        let lines = self.lines.iter().filter(|line| counted(line.fate));
        lines.flat_map(|line| super::body::words(line.raw)).take(FORWARD_WORDS).count()
    }

    /// The lines that stay; where something was folded away between two of them, one blank line.
    fn kept(&self) -> String {
        let mut out = String::new();
        let mut gap = false;
        for line in &self.lines {
            if line.fate != Fate::Own {
                gap = true;
                continue;
            }
            if gap && line.is_blank() {
                continue;
            }
            if gap && !out.is_empty() && !out.ends_with("\n\n") {
                out.push('\n');
            }
            gap = false;
            out.push_str(line.raw);
            out.push('\n');
        }
        out.truncate(out.trim_end().len());
        out.drain(..out.len() - out.trim_start_matches('\n').len());
        out
    }
}

/// Where history begins and how many lines say so.
struct History {
    start: usize,
    length: usize,
    forwarded: bool,
    /// A line "so and so wrote:", which only answers have.
    attributed: bool,
}

/// `line` without quotation marks.
fn unquoted(line: &str) -> &str {
    line.trim_start_matches(|c: char| c.is_whitespace() || c == '>')
}

#[cfg(test)]
mod tests;
