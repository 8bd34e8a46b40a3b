//! Header values as people read them: RFC 2047 encoded words, raw 8-bit octets and folding undone.

use super::{charset, plain, transfer};

/// Octets within which an encoded word must end.
const WORD_OCTETS: usize = 4_096;

/// The value of an unstructured field on one line.
pub(super) fn unstructured(raw: &[u8]) -> String {
    let text = charset::decode(raw, None);
    plain::one_line(&decode(&text))
}

/// Decodes the encoded words of `text`. Neighbours of one charset are joined before they are decoded, because many
/// senders cut a character in two.
pub(super) fn decode(text: &str) -> String {
    if !text.contains("=?") {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut pending: Option<(String, Vec<u8>)> = None;
    let mut rest = text;
    while let Some(at) = rest.find("=?") {
        let (between, tail) = rest.split_at(at);
        match Word::first(tail) {
            Some(word) => {
                let joins = between.trim().is_empty();
                match &mut pending {
                    Some((charset, octets)) if joins && charset.eq_ignore_ascii_case(word.charset) => {
                        octets.extend(word.octets);
                    }
                    _ => {
                        let follows_word = pending.is_some();
                        flush(&mut pending, &mut out);
                        if !(joins && follows_word) {
                            out.push_str(between);
                        }
                        pending = Some((word.charset.to_owned(), word.octets));
                    }
                }
                rest = &tail[word.length..];
            }
            None => {
                flush(&mut pending, &mut out);
                out.push_str(between);
                out.push_str("=?");
                rest = &tail[2..];
            }
        }
    }
    flush(&mut pending, &mut out);
    out.push_str(rest);
    out
}

fn flush(pending: &mut Option<(String, Vec<u8>)>, out: &mut String) {
    if let Some((label, octets)) = pending.take() {
        out.push_str(&charset::decode(&octets, Some(&label)));
    }
}

struct Word<'a> {
    charset: &'a str,
    octets: Vec<u8>,
    /// From `=?` to `?=`, both included.
    length: usize,
}

impl<'a> Word<'a> {
    /// The encoded word that `text` begins with.
    fn first(text: &'a str) -> Option<Self> {
        let window = text.get(..WORD_OCTETS).unwrap_or_else(|| {
            let end = (0..=WORD_OCTETS.min(text.len())).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0);
            &text[..end]
        });
        let inner = window.strip_prefix("=?")?;
        let (charset, after) = inner.split_once('?')?;
        if charset.is_empty() || charset.len() > 60 || charset.contains(char::is_whitespace) {
            return None;
        }
        let (encoding, after) = after.split_once('?')?;
        // In the Q encoding a text may begin with `=`, so `?=` right after the encoding may be the start of the text.
        let end = after.find("?=")?;
        let octets = match encoding {
            "B" | "b" => transfer::base64(&after.as_bytes()[..end]),
            "Q" | "q" => transfer::quoted_printable(&after.as_bytes()[..end], transfer::Escapes::Word),
            _ => return None,
        };
        Some(Self { charset, octets, length: 2 + charset.len() + 1 + encoding.len() + 1 + end + 2 })
    }
}

#[cfg(test)]
mod tests {
    use super::unstructured;

    #[test]
    fn encoded_words_raw_octets_and_folds() {
        let cases: [(&[u8], &str); 11] = [
            (b" =?utf-8?Q?Demande_de_titre_de_s=C3=A9jour?=\r\n", "Demande de titre de séjour"),
            (b" =?UTF-8?B?w6k=?=\r\n =?utf-8?B?w6A=?= fin", "éà fin"),
            (b" =?utf-8?B?w6nD?= =?utf-8?B?oA==?=", "éà"),
            (b" =?iso-8859-1?Q?r=E9c=E9piss=E9?= =?utf-8?Q?_=E2=82=AC?=", "récépissé €"),
            (b" R\xe9clamation", "Réclamation"),
            (b" R\xc3\xa9clamation", "Réclamation"),
            (b" un\r\n\tdeux  trois\r\n", "un deux  trois"),
            (b" =?utf-8?Q?espace libre?=", "espace libre"),
            (b" =?x?= =?utf-8?X?a?=", "=?x?= =?utf-8?X?a?="),
            (b" a=?utf-8?q?b?=c", "abc"),
            (b" nul\0 et \x1bsonnette\x07", "nul et sonnette"),
        ];
        for (raw, text) in cases {
            assert_eq!(unstructured(raw), text, "{}", String::from_utf8_lossy(raw));
        }
    }
}
