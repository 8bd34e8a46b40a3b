//! The header of a message or a part, split into fields: names as written, values still raw.
//!
//! Real headers are broken in the middle (a stray line of a gateway, an mbox separator, no blank line before the
//! body); what can be told apart is told apart, and nothing of the body is taken for header without need.

/// Fields kept of one header; the rest is passed over.
const FIELDS: usize = 500;

/// Lines in which the header must go on below a line that is no field.
const STRAY_LINES: usize = 6;

/// One field, raw.
#[derive(Debug, Clone, Copy)]
pub(super) struct Field<'a> {
    pub(super) name: &'a str,
    pub(super) value: &'a [u8],
}

/// A header and what follows it.
#[derive(Debug)]
pub(super) struct Split<'a> {
    pub(super) fields: Vec<Field<'a>>,
    pub(super) body: &'a [u8],
}

impl<'a> Split<'a> {
    /// Splits `bytes` at the blank line that ends the header.
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        let mut fields: Vec<Field<'a>> = Vec::new();
        let mut rest = bytes;
        loop {
            let (line, after) = take_line(rest);
            if rest.is_empty() || trim_end(line).is_empty() {
                return Self { fields, body: after };
            }
            let Some((name, colon)) = field_name(line) else {
                if !goes_on(after) {
                    return Self { fields, body: rest };
                }
                rest = after;
                continue;
            };
            let (field, after) = rest.split_at(with_continuations(rest, line.len()));
            if fields.len() < FIELDS {
                fields.push(Field { name, value: &field[colon + 1..] });
            }
            rest = after;
        }
    }

    /// The raw value of the topmost field called `name`.
    pub(super) fn get(&self, name: &str) -> Option<&'a [u8]> {
        self.fields.iter().find(|field| field.name.eq_ignore_ascii_case(name)).map(|field| field.value)
    }
}

/// Whether the header goes on below a stray line: a field that mail has stands in the next few lines.
fn goes_on(bytes: &[u8]) -> bool {
    let mut rest = bytes;
    for _ in 0..STRAY_LINES {
        let (line, after) = take_line(rest);
        if trim_end(line).is_empty() {
            return false;
        }
        if field_name(line).is_some_and(|(name, _)| is_known(name)) {
            return true;
        }
        rest = after;
    }
    false
}

/// The first line of `bytes`, its end included, and the rest.
pub(super) fn take_line(bytes: &[u8]) -> (&[u8], &[u8]) {
    let end = bytes.iter().position(|&octet| octet == b'\n').map_or(bytes.len(), |at| at + 1);
    bytes.split_at(end)
}

/// `line` without blanks and line end behind it.
pub(super) fn trim_end(line: &[u8]) -> &[u8] {
    let end = line.iter().rposition(|octet| !octet.is_ascii_whitespace()).map_or(0, |at| at + 1);
    &line[..end]
}

/// The octets of a field whose first line has `length`, folded lines included.
fn with_continuations(bytes: &[u8], mut length: usize) -> usize {
    while let Some(b' ' | b'\t') = bytes.get(length) {
        let line = take_line(&bytes[length..]).0;
        if trim_end(line).is_empty() {
            break;
        }
        length += line.len();
    }
    length
}

/// The name of the field that `line` begins, and where its colon stands.
fn field_name(line: &[u8]) -> Option<(&str, usize)> {
    let colon = line.iter().take(128).position(|&octet| octet == b':')?;
    let name = trim_end(&line[..colon]);
    let well_formed = name.first().is_some_and(u8::is_ascii_alphabetic)
        && name.iter().all(|octet| octet.is_ascii_graphic() && !matches!(octet, b'<' | b'>' | b'"' | b'@' | b'/'));
    if well_formed { std::str::from_utf8(name).ok().map(|name| (name, colon)) } else { None }
}

/// Whether a field called `name` is one that mail has. Noise makes fields too, but not these.
pub(super) fn is_known(name: &str) -> bool {
    const KNOWN: [&str; 16] = [
        "From",
        "To",
        "Cc",
        "Bcc",
        "Subject",
        "Date",
        "Sender",
        "Reply-To",
        "Return-Path",
        "Received",
        "Message-ID",
        "In-Reply-To",
        "References",
        "Delivered-To",
        "MIME-Version",
        "DKIM-Signature",
    ];
    let starts = |prefix: &str| name.get(..prefix.len()).is_some_and(|head| head.eq_ignore_ascii_case(prefix));
    KNOWN.iter().any(|known| known.eq_ignore_ascii_case(name))
        || ["Content-", "List-", "X-", "Resent-", "ARC-"].into_iter().any(starts)
}

#[cfg(test)]
mod tests {
    use super::Split;

    fn names(raw: &str) -> (Vec<&str>, &str) {
        let split = Split::new(raw.as_bytes());
        let body = std::str::from_utf8(split.body).unwrap();
        (split.fields.iter().map(|field| field.name).collect(), body)
    }

    #[test]
    fn a_header_ends_at_the_blank_line() {
        assert_eq!(names("A: 1\r\n folded\r\nB : 2\r\n\r\nC: 3\r\n"), (vec!["A", "B"], "C: 3\r\n"));
        assert_eq!(names("A: 1\nB: 2"), (vec!["A", "B"], ""));
        assert_eq!(names("A: 1\n \nB: 2"), (vec!["A"], "B: 2"));
    }

    #[test]
    fn stray_lines_and_a_missing_blank_line() {
        assert_eq!(names("From x@y Mon Jan 1\nX-A: 1\nstray\n folded\nTo: 2\n\nbody"), (vec!["X-A", "To"], "body"));
        assert_eq!(names("A: 1\nBonjour,\nmerci"), (vec!["A"], "Bonjour,\nmerci"));
        assert_eq!(names("\nbody"), (vec![], "body"));
    }

    #[test]
    fn the_topmost_wins() {
        let split = Split::new(b"Received: one\nReceived: two\n\n");
        assert_eq!(split.get("received"), Some(&b" one\n"[..]));
    }
}
