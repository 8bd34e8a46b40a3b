//! Message-IDs out of whatever stands around them: `In-Reply-To` and `References` with garbage between the ids, the
//! headers of originals that a report brings back, and the header lines that odd mail servers paste into their text.

use super::plain;

/// Ids kept of one field or of one report.
const IDS: usize = 100;
/// Octets of one id.
const ID_OCTETS: usize = 998;
/// Octets of a field that are looked at.
const FIELD_OCTETS: usize = 128 * 1024;

/// The ids of an `In-Reply-To`, `References` or `Message-ID` value, without brackets.
pub(super) fn list(raw: &[u8]) -> Vec<String> {
    let raw = &raw[..raw.len().min(FIELD_OCTETS)];
    let text = String::from_utf8_lossy(raw);
    let mut ids = Vec::new();
    let mut rest = text.as_ref();
    // In brackets first: what stands between is garbage or a phrase ("Your message of Monday").
    while let Some(open) = rest.find('<') {
        let inner = &rest[open + 1..];
        let end = inner.find(['<', '>']).unwrap_or(inner.len());
        push(&mut ids, &inner[..end]);
        rest = inner[end..].strip_prefix('>').unwrap_or(&inner[end..]);
    }
    if ids.is_empty() {
        for word in text.split(|c: char| c.is_whitespace() || matches!(c, ',' | ';')) {
            if word.contains('@') {
                push(&mut ids, word);
            }
        }
    }
    // The newest stand last: they tie a message to its thread.
    if ids.len() > IDS {
        ids.drain(..ids.len() - IDS);
    }
    ids
}

/// The id of a `Message-ID` field, however it is written.
pub(super) fn one(raw: &[u8]) -> Option<String> {
    list(raw).into_iter().next().or_else(|| {
        let mut ids = Vec::new();
        push(&mut ids, &String::from_utf8_lossy(&raw[..raw.len().min(ID_OCTETS)]));
        ids.pop()
    })
}

fn push(ids: &mut Vec<String>, written: &str) {
    let id: String = plain::one_line(written).chars().filter(|c| !c.is_whitespace()).collect();
    if !id.is_empty() && id.len() <= ID_OCTETS && ids.last() != Some(&id) {
        ids.push(id);
    }
}

/// Whether a field called `name` carries the Message-ID of an original: `Message-ID`, `Original-Message-ID`,
/// `X-Releve-Message-ID` and the like.
pub(super) fn names_an_original(name: &str) -> bool {
    const SUFFIX: &str = "message-id";
    name.len()
        .checked_sub(SUFFIX.len())
        .and_then(|at| name.get(at..))
        .is_some_and(|end| end.eq_ignore_ascii_case(SUFFIX))
}

/// The ids of originals, collected without repeating one.
#[derive(Debug, Default)]
pub(super) struct Reported(pub(super) Vec<String>);

impl Reported {
    /// Adds the ids of one field value.
    pub(super) fn add(&mut self, raw: &[u8]) {
        let Some(id) = one(raw) else { return };
        if self.0.len() < IDS && !self.0.contains(&id) {
            self.0.push(id);
        }
    }

    /// Adds the ids of header lines that stand in the text itself, quoted or not, folded or not.
    pub(super) fn add_from_text(&mut self, text: &str) {
        let mut lines = text.lines().peekable();
        while let Some(line) = lines.next() {
            let line = line.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '>' | '|' | '*'));
            let Some((name, value)) = line.split_once(':') else { continue };
            if name.len() > 40 || name.contains(' ') || !names_an_original(name.trim_end_matches('*')) {
                continue;
            }
            let value = value.trim_matches(|c: char| c.is_whitespace() || c == '*');
            let value = if value.is_empty() { lines.peek().copied().unwrap_or_default().trim() } else { value };
            if value.contains('@') && !value.trim_matches(['<', '>']).contains(' ') {
                self.add(value.as_bytes());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Reported, list, one};

    #[test]
    fn ids_out_of_garbage() {
        let cases: [(&str, &[&str]); 8] = [
            (" <a@x>\r\n <b@x>", &["a@x", "b@x"]),
            (" <a@x><b@x>", &["a@x", "b@x"]),
            (" a@x, b@x", &["a@x", "b@x"]),
            (" Your message of Monday <a@x> (from you)", &["a@x"]),
            (" <a@x> <b@", &["a@x", "b@"]),
            (" <a@\r\n x>", &["a@x"]),
            (" rien", &[]),
            (" <>", &[]),
        ];
        for (raw, ids) in cases {
            assert_eq!(list(raw.as_bytes()), ids, "{raw}");
        }
        assert_eq!(one(b" sans-crochets-ni-arobase\r\n").as_deref(), Some("sans-crochets-ni-arobase"));
        assert_eq!(one(b" \r\n"), None);
    }

    #[test]
    fn of_many_the_last_hundred() {
        let raw: String = (0..500).map(|n| format!("<{n}@x> ")).collect();
        let ids = list(raw.as_bytes());
        assert_eq!((ids.len(), ids[0].as_str()), (100, "400@x"));
    }

    #[test]
    fn pasted_headers() {
        let mut reported = Reported::default();
        reported.add_from_text(
            "Hi.\n--- Below this line is a copy of the message.\n\nMessage-ID: <a@x>\n> Message-Id:\n>\t<b@x>\n\
             Le Message-ID: n'est pas <c@x>\nX-Original-Message-ID: d@x\n",
        );
        assert_eq!(reported.0, ["a@x", "b@x", "d@x"]);
    }
}
