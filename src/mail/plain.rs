//! What may stand in a string of ours: no NUL, no control character, one kind of line end.

/// `text` on one line: folds become one space, control characters go.
pub(super) fn one_line(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.split(['\n', '\r', '\u{2028}', '\u{2029}']) {
        let line = line.trim_matches([' ', '\t']);
        if !line.is_empty() && !out.is_empty() {
            out.push(' ');
        }
        out.extend(line.chars().filter_map(|c| match c {
            '\t' => Some(' '),
            c => kept(c),
        }));
    }
    out.truncate(out.trim_end().len());
    out
}

/// `text` with `\n` for every line end and without control characters, at most `limit` characters.
pub(super) fn lines(text: &str, limit: usize) -> String {
    let mut out = String::with_capacity(text.len().min(limit.saturating_mul(4)));
    let mut characters = text.chars().peekable();
    let mut room = limit;
    while room > 0
        && let Some(c) = characters.next()
    {
        let c = match c {
            '\r' if characters.peek() == Some(&'\n') => continue,
            '\r' | '\u{85}' | '\u{2028}' | '\u{2029}' | '\u{b}' | '\u{c}' => '\n',
            c => c,
        };
        if let '\n' | '\t' = c {
            out.push(c);
            room -= 1;
        } else if let Some(c) = kept(c) {
            out.push(c);
            room -= 1;
        }
    }
    out
}

/// At most `limit` octets of `text`, cut between characters.
pub(super) fn truncate(text: &mut String, limit: usize) {
    if text.len() > limit {
        let end = (0..=limit).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0);
        text.truncate(end);
    }
}

fn kept(c: char) -> Option<char> {
    (!c.is_control() && c != '\u{feff}').then_some(c)
}

#[cfg(test)]
mod tests {
    use super::{lines, one_line, truncate};

    #[test]
    fn control_characters_go_and_lines_stay() {
        assert_eq!(lines("a\r\nb\rc\n\0d\u{85}\te\u{1b}[0m\u{feff}", 100), "a\nb\nc\nd\n\te[0m");
        assert_eq!(lines("abcdef", 3), "abc");
        assert_eq!(one_line(" a\r\n\t b\0\tc \n"), "a b c");
    }

    #[test]
    fn a_cut_never_splits_a_character() {
        let mut text = "aé€".to_owned();
        truncate(&mut text, 4);
        assert_eq!(text, "aé");
    }
}
