//! Content-Transfer-Encoding undone, lifted over every fault: what is not base64 in base64 is skipped, what is not an
//! escape in quoted-printable stands for itself.

use std::borrow::Cow;

/// Decodes `body` as `encoding` says; `7bit`, `8bit`, `binary` and unknown names leave it as it is.
pub(super) fn decode<'a>(body: &'a [u8], encoding: &str) -> Cow<'a, [u8]> {
    if encoding.eq_ignore_ascii_case("base64") {
        Cow::Owned(base64(body))
    } else if encoding.eq_ignore_ascii_case("quoted-printable") {
        Cow::Owned(quoted_printable(body, Escapes::Body))
    } else {
        Cow::Borrowed(body)
    }
}

/// Base64; padding may stand in the middle (encoders that pad each line).
pub(super) fn base64(body: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(body.len() / 4 * 3 + 3);
    let (mut bits, mut held) = (0u32, 0u32);
    let mut rest = body;
    while let Some((&octet, after)) = rest.split_first() {
        // Four that are sound, from a sound place: nearly all of an attachment.
        if held == 0
            && let Some((&[a, b, c, d], after)) = rest.split_first_chunk()
            && let (a, b) = (VALUES[usize::from(a)], VALUES[usize::from(b)])
            && let (c, d) = (VALUES[usize::from(c)], VALUES[usize::from(d)])
            && (a | b | c | d) < 64
        {
            out.extend_from_slice(&[a << 2 | b >> 4, b << 4 | c >> 2, c << 6 | d]);
            rest = after;
            continue;
        }
        rest = after;
        let value = match VALUES[usize::from(octet)] {
            PADDING => {
                (bits, held) = (0, 0);
                continue;
            }
            NOTHING => continue,
            value => value,
        };
        bits = (bits << 6) | u32::from(value);
        held += 6;
        if held >= 8 {
            held -= 8;
            out.push((bits >> held) as u8);
            bits &= (1 << held) - 1;
        }
    }
    out
}

/// Not of base64: skipped.
const NOTHING: u8 = 0xff;
/// `=`
const PADDING: u8 = 0xfe;

/// What each octet stands for in base64, in both of its alphabets.
static VALUES: [u8; 256] = {
    let mut values = [NOTHING; 256];
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut value = 0;
    while value < 64 {
        values[alphabet[value] as usize] = value as u8;
        value += 1;
    }
    values[b'-' as usize] = 62;
    values[b'_' as usize] = 63;
    values[b'=' as usize] = PADDING;
    values
};

/// Where quoted-printable is met: in a body, or in an encoded word of a header where `_` is a space.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Escapes {
    Body,
    Word,
}

/// Quoted-printable.
pub(super) fn quoted_printable(body: &[u8], escapes: Escapes) -> Vec<u8> {
    let mut out = Vec::with_capacity(body.len());
    let mut rest = body;
    while let Some((&octet, after)) = rest.split_first() {
        rest = after;
        match octet {
            b'_' if escapes == Escapes::Word => out.push(b' '),
            b'=' => match (after, after.first().and_then(hex), after.get(1).and_then(hex)) {
                (_, Some(high), Some(low)) => {
                    out.push(high << 4 | low);
                    rest = &after[2..];
                }
                _ => match soft_break(after) {
                    Some(length) => rest = &after[length..],
                    None => out.push(b'='),
                },
            },
            _ => out.push(octet),
        }
    }
    out
}

/// Length of what follows the `=` of a soft line break: blanks and the end of the line.
fn soft_break(after: &[u8]) -> Option<usize> {
    let blanks = after.iter().take(80).take_while(|octet| matches!(octet, b' ' | b'\t')).count();
    match after.get(blanks..)? {
        [b'\r', b'\n', ..] => Some(blanks + 2),
        [b'\n' | b'\r', ..] => Some(blanks + 1),
        [] => Some(blanks),
        _ => None,
    }
}

fn hex(octet: &u8) -> Option<u8> {
    char::from(*octet).to_digit(16).map(|digit| digit as u8)
}

/// `%E9` escapes of RFC 2231.
pub(super) fn percent(text: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&octet, after)) = rest.split_first() {
        rest = after;
        match (octet, after.first().and_then(hex), after.get(1).and_then(hex)) {
            (b'%', Some(high), Some(low)) => {
                out.push(high << 4 | low);
                rest = &after[2..];
            }
            _ => out.push(octet),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{Escapes, base64, decode, percent, quoted_printable};

    #[test]
    fn faults_cost_only_themselves() {
        assert_eq!(base64(b"Qm9u\r\nam91cg==\r\nIA==IQ"), b"Bonjour !");
        assert_eq!(base64(b"Qm9*uam91cg"), b"Bonjour");
        assert_eq!(quoted_printable(b"a=E9=e9 = =\r\nb=3 =zz c=  \nd=", Escapes::Body), b"a\xe9\xe9 = b=3 =zz cd");
        assert_eq!(quoted_printable(b"a_b", Escapes::Word), b"a b");
        assert_eq!(percent("%C3%A9t%C3%A9%2"), "été%2".as_bytes());
    }

    #[test]
    fn an_unknown_encoding_changes_nothing() {
        assert_eq!(decode(b"=41", "8bit").as_ref(), b"=41");
        assert_eq!(decode(b"=41", "Quoted-Printable").as_ref(), b"A");
    }
}
