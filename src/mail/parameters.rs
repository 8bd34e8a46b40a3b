//! `Content-Type` and `Content-Disposition`: a value and its parameters (RFC 2045, 2231), and what mailers make of them.

use std::collections::BTreeMap;

use super::{charset, encoded_word, plain, transfer};

/// Octets of a field that are looked at.
const FIELD_OCTETS: usize = 16_384;

/// `text/plain; charset=utf-8`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Parameters {
    /// The value before the first semicolon, in lower case.
    pub(super) value: String,
    parameters: BTreeMap<String, String>,
}

impl Parameters {
    /// Reads the raw value of a field.
    pub(super) fn read(raw: &[u8]) -> Self {
        let raw = &raw[..raw.len().min(FIELD_OCTETS)];
        let text = plain::one_line(&charset::decode(raw, None));
        let mut pieces = split_unquoted(&text).into_iter();
        let value = pieces.next().map(|piece| piece.trim().to_ascii_lowercase()).unwrap_or_default();
        let mut plain_values = BTreeMap::new();
        let mut segments: BTreeMap<String, BTreeMap<u32, (bool, String)>> = BTreeMap::new();
        for piece in pieces {
            let Some((name, value)) = piece.split_once('=') else { continue };
            let (name, value) = (name.trim().to_ascii_lowercase(), unquote(value.trim()));
            let (name, encoded) = match name.strip_suffix('*') {
                Some(name) => (name, true),
                None => (name.as_str(), false),
            };
            let (base, number) = match name.split_once('*') {
                Some((base, number)) => (base, number.parse().unwrap_or(0)),
                None if encoded => (name, 0),
                None => {
                    plain_values.entry(name.to_owned()).or_insert_with(|| encoded_word::decode(&value));
                    continue;
                }
            };
            segments.entry(base.to_owned()).or_default().entry(number).or_insert((encoded, value));
        }
        // The extended form says more than the plain one beside it.
        plain_values.extend(segments.into_iter().map(|(name, segments)| (name, joined(&segments))));
        Self { value, parameters: plain_values }
    }

    /// The parameter called `name` (lower case).
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.parameters.get(name).map(String::as_str)
    }
}

/// RFC 2231 continuations put together and decoded: `utf-8''` stands before the first.
fn joined(segments: &BTreeMap<u32, (bool, String)>) -> String {
    let mut label = None;
    let mut octets = Vec::new();
    for (index, (encoded, value)) in segments.values().enumerate() {
        let mut value = value.as_str();
        if index == 0 && *encoded {
            let mut marked = value.splitn(3, '\'');
            if let (Some(charset), Some(_), Some(rest)) = (marked.next(), marked.next(), marked.next()) {
                (label, value) = (Some(charset), rest);
            }
        }
        if *encoded { octets.extend(transfer::percent(value)) } else { octets.extend(value.as_bytes()) }
    }
    encoded_word::decode(&charset::decode(&octets, label))
}

/// Splits at semicolons outside quotes; a quote that is never closed is a character like another.
fn split_unquoted(text: &str) -> Vec<&str> {
    let last_quote = text.rfind('"');
    let (mut pieces, mut start, mut quoted, mut escaped) = (Vec::new(), 0, false, false);
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted && last_quote != Some(at),
            ';' if !quoted => {
                pieces.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    pieces.push(&text[start..]);
    pieces
}

/// Quotes taken off; a backslash before anything but a quote or a backslash is a Windows path.
fn unquote(value: &str) -> String {
    let Some(inner) = value.strip_prefix('"') else { return value.to_owned() };
    let inner = inner.strip_suffix('"').unwrap_or(inner);
    inner.replace("\\\"", "\"").replace("\\\\", "\\")
}

#[cfg(test)]
mod tests {
    use super::Parameters;

    fn file_name(raw: &str) -> String {
        Parameters::read(raw.as_bytes()).get("filename").unwrap_or_default().to_owned()
    }

    #[test]
    fn names_in_every_dress() {
        assert_eq!(file_name(" attachment; filename=\"pi\u{e8}ce 1.pdf\""), "pièce 1.pdf");
        assert_eq!(file_name(" attachment; filename*=utf-8''pi%C3%A8ce%201.pdf"), "pièce 1.pdf");
        assert_eq!(file_name("a; filename*0*=iso-8859-1'fr'pi%E8; filename*1=\"ce.pdf\""), "pièce.pdf");
        assert_eq!(file_name("a; filename*1*=%A8ce.pdf; filename*0*=utf-8''pi%C3"), "pièce.pdf");
        assert_eq!(file_name("a; filename=\"=?utf-8?Q?pi=C3=A8ce.pdf?=\""), "pièce.pdf");
        assert_eq!(file_name("a; filename=x.pdf; filename*=utf-8''%C3%A9.pdf"), "é.pdf");
        assert_eq!(file_name("a;\r\n filename=\"un; deux \\\"trois\\\".pdf\""), "un; deux \"trois\".pdf");
        assert_eq!(file_name("a; filename=\"ouvert.pdf"), "ouvert.pdf");
    }

    #[test]
    fn the_value_in_lower_case() {
        let read = Parameters::read(b" Text/HTML ; Charset=\"UTF-8\";;=; boundary=A");
        assert_eq!(read.value, "text/html");
        assert_eq!((read.get("charset"), read.get("boundary")), (Some("UTF-8"), Some("A")));
    }
}
