//! Octets and a charset label to text, believing the octets before the label.
//!
//! French mail lies about its charset in few ways: windows-1252 called iso-8859-1, UTF-8 called iso-8859-1, the
//! reverse, or nothing said at all. UTF-8 gives itself away, so it is looked for first. The tables are those of
//! `mail-parser`. Nothing here fails: an octet that means nothing becomes U+FFFD.

use std::borrow::Cow;

use mail_parser::decoders::charsets::{DecoderFnc, map::charset_decoder};

/// The longest label that any table knows.
const LABEL_OCTETS: usize = 40;

/// Decodes `bytes`, which the sender called `label`.
pub(super) fn decode<'a>(bytes: &'a [u8], label: Option<&str>) -> Cow<'a, str> {
    let bytes = match bytes {
        [0xEF, 0xBB, 0xBF, rest @ ..] => rest,
        [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] => return with("utf-16", bytes),
        _ => bytes,
    };
    match label.map(kind) {
        None | Some(Kind::Utf8) => utf8_or_western(bytes),
        Some(Kind::SevenBit(decoder)) if bytes.is_ascii() => Cow::Owned(decoder(bytes)),
        Some(Kind::Wide(decoder)) => Cow::Owned(decoder(bytes)),
        Some(Kind::MultiByte(decoder)) if !bytes.is_ascii() => Cow::Owned(decoder(bytes)),
        Some(Kind::SingleByte(decoder)) => match std::str::from_utf8(bytes) {
            Ok(text) => Cow::Borrowed(text),
            Err(_) => Cow::Owned(decoder(bytes)),
        },
        Some(Kind::MultiByte(_) | Kind::SevenBit(_)) => utf8_or_western(bytes),
    }
}

enum Kind {
    /// UTF-8, ASCII, or a label that no table knows.
    Utf8,
    /// One octet, one character: text that happens to be valid UTF-8 is UTF-8.
    SingleByte(DecoderFnc),
    /// ASCII and pairs of octets that may look like UTF-8 by chance.
    MultiByte(DecoderFnc),
    /// ASCII octets stand for other characters, and no other octet is used: those that come are UTF-8 or windows-1252.
    SevenBit(DecoderFnc),
    /// UTF-16 and its kin.
    Wide(DecoderFnc),
}

fn kind(label: &str) -> Kind {
    let label = label.trim_matches(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | ';' | '<' | '>'));
    let label = label.split('*').next().unwrap_or_default();
    if label.is_empty() || label.len() > LABEL_OCTETS {
        return Kind::Utf8;
    }
    let label = label.to_ascii_lowercase();
    let Some(decoder) = charset_decoder(label.as_bytes()) else { return Kind::Utf8 };
    let starts = |names: &[&str]| names.iter().any(|name| label.starts_with(name));
    if label.contains("utf-8") || label.contains("utf8") {
        Kind::Utf8
    } else if starts(&["utf-7", "utf7", "unicode-1-1-utf-7", "iso-2022", "csiso2022", "hz-"]) {
        Kind::SevenBit(decoder)
    } else if starts(&["utf", "unicode", "ucs", "csunicode", "iso-10646"]) {
        Kind::Wide(decoder)
    } else if starts(&[
        "gb",
        "big5",
        "cn-",
        "euc",
        "shift",
        "sjis",
        "ms_kanji",
        "windows-31j",
        "ks",
        "korean",
        "chinese",
    ]) || starts(&[
        "cseuc",
        "csgb",
        "csbig5",
        "csks",
        "csshift",
        "x-sjis",
        "x-gbk",
        "x-euc",
        "windows-949",
        "cp936",
    ]) {
        Kind::MultiByte(decoder)
    } else {
        Kind::SingleByte(decoder)
    }
}

fn with<'a>(label: &str, bytes: &[u8]) -> Cow<'a, str> {
    match charset_decoder(label.as_bytes()) {
        Some(decoder) => Cow::Owned(decoder(bytes)),
        None => Cow::Owned(String::from_utf8_lossy(bytes).into_owned()),
    }
}

/// UTF-8 where it is valid, windows-1252 octet by octet where it is not: a text may hold both (a quoted history in
/// one charset under an answer in the other).
fn utf8_or_western(bytes: &[u8]) -> Cow<'_, str> {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Cow::Borrowed(text);
    }
    let mut text = String::with_capacity(bytes.len() + bytes.len() / 8);
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        text.push_str(&with("windows-1252", chunk.invalid()));
    }
    Cow::Owned(text)
}

#[cfg(test)]
mod tests {
    use super::decode;

    #[test]
    fn the_octets_are_believed_before_the_label() {
        let cases: [(&[u8], Option<&str>, &str); 18] = [
            ("猫 à".as_bytes(), Some("iso-2022-jp"), "猫 à"),
            (b"\x00d\x00\xe9", Some("utf-16be"), "dé"),
            (b"caf\xe9 \x80 \x9cuvre l\x92an", Some("iso-8859-1"), "café € œuvre l’an"),
            (b"caf\xe9 \x80", Some("us-ascii"), "café €"),
            ("déjà".as_bytes(), Some("iso-8859-1"), "déjà"),
            ("déjà".as_bytes(), Some("windows-1252"), "déjà"),
            (b"d\xe9j\xe0", Some("utf-8"), "déjà"),
            (b"d\xe9j\xe0", None, "déjà"),
            (b"d\xe9j\xe0", Some("x-unknown"), "déjà"),
            (b"d\xe9j\xe0 \xc3\xa9t\xc3\xa9", Some("utf-8"), "déjà été"),
            (b"\xa4", Some("iso-8859-15"), "€"),
            (b"\xf0\xd2\xc9\xd7\xc5\xd4", Some("koi8-r"), "Привет"),
            (b"\xcf\xf0\xe8\xe2\xe5\xf2", Some("Windows-1251"), "Привет"),
            (b"\xe3\xd1\xcd\xc8\xc7", Some("windows-1256"), "مرحبا"),
            (b"\xc4\xe3\xba\xc3", Some("gb2312"), "你好"),
            (b"d+AOk-j+AOA-", Some("utf-7"), "déjà"),
            (b"\xff\xfed\x00\xe9\x00", None, "dé"),
            (b"d\xe9j\xe0", Some("\"iso-8859-1\""), "déjà"),
        ];
        for (bytes, label, text) in cases {
            assert_eq!(decode(bytes, label), text, "{label:?}");
        }
    }

    #[test]
    fn a_byte_order_mark_is_not_text() {
        assert_eq!(decode(b"\xef\xbb\xbfoui", Some("utf-8")), "oui");
    }
}
