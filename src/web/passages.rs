//! A text with the passages marked that made it what it is taken for.

use serde::Deserialize;

/// One reason, as it was written down when the case was opened.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Reason {
    pub(super) detail: String,
    #[serde(default)]
    place: String,
    #[serde(default)]
    start: usize,
    #[serde(default)]
    end: usize,
}

/// A piece of a text.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Piece {
    pub(super) text: String,
    /// The number of the reason, from 1; 0: it is not marked.
    pub(super) reason: usize,
}

/// Reads the reasons of a case.
pub(super) fn reasons(evidence: &str) -> Vec<Reason> {
    serde_json::from_str(evidence).unwrap_or_default()
}

/// Cuts a text at the passages that stand in `place`. Where two overlap, the weightier (the earlier in the list) stands.
pub(super) fn marked(text: &str, place: &str, reasons: &[Reason]) -> Vec<Piece> {
    let mut passages: Vec<(usize, usize, usize)> = Vec::new();
    for (index, reason) in reasons.iter().enumerate().filter(|(_, reason)| reason.place == place) {
        let (start, end) = (reason.start, reason.end);
        // What does not fit the text is of another version of it.
        let fits = start < end && text.is_char_boundary(start) && text.is_char_boundary(end);
        if fits && passages.iter().all(|(from, until, _)| end <= *from || *until <= start) {
            passages.push((start, end, index + 1));
        }
    }
    passages.sort_unstable();
    let mut pieces = Vec::new();
    let mut at = 0;
    let mut add = |text: &str, reason| {
        if !text.is_empty() {
            pieces.push(Piece { text: super::page::clear(text), reason });
        }
    };
    for (start, end, reason) in passages {
        add(&text[at..start], 0);
        add(&text[start..end], reason);
        at = end;
    }
    add(&text[at..], 0);
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reason(place: &str, start: usize, end: usize) -> Reason {
        Reason { detail: "d".into(), place: place.into(), start, end }
    }

    fn pieces(text: &str, reasons: &[Reason]) -> Vec<(String, usize)> {
        marked(text, "text", reasons).into_iter().map(|piece| (piece.text, piece.reason)).collect()
    }

    #[test]
    fn passages_are_marked_and_nothing_is_lost() {
        let reasons = [reason("subject", 0, 3), reason("text", 4, 7), reason("text", 0, 3)];
        let expected = [("été".into(), 0), ("à".into(), 0)];
        assert_eq!(pieces("un deux", &[reason("text", 3, 7)]), [("un ".into(), 0), ("deux".into(), 1)]);
        assert_eq!(pieces("abc def", &reasons), [("abc".into(), 3), (" ".into(), 0), ("def".into(), 2)]);
        // Within a letter, beyond the end, the wrong way round: left alone.
        assert_eq!(pieces("été", &[reason("text", 1, 3), reason("text", 0, 90), reason("text", 3, 1)]), expected[..1]);
    }

    #[test]
    fn of_two_that_overlap_the_weightier_stands() {
        let found = pieces("abcdef", &[reason("text", 2, 5), reason("text", 0, 3)]);
        assert_eq!(found, [("ab".into(), 0), ("cde".into(), 1), ("f".into(), 0)]);
    }
}
