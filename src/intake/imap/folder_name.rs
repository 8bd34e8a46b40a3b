//! Folder names on the wire: modified UTF-7 (RFC 3501 §5.1.3), both ways. « Traités » travels as `Trait&AOk-s`.

/// The 64 digits: those of base64, with a comma in place of the slash.
const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,";

/// `name` as it travels.
pub(in crate::intake) fn encode(name: &str) -> String {
    let mut wire = String::with_capacity(name.len());
    let mut rest = name;
    while let Some(first) = rest.chars().next() {
        let plain = |c: char| matches!(c, ' '..='~');
        let length = rest.find(|c| plain(c) != plain(first)).unwrap_or(rest.len());
        let (run, after) = rest.split_at(length);
        if plain(first) {
            wire.push_str(&run.replace('&', "&-"));
        } else {
            wire.push('&');
            push_base64(&mut wire, run);
            wire.push('-');
        }
        rest = after;
    }
    wire
}

fn push_base64(wire: &mut String, run: &str) {
    let (mut bits, mut count) = (0u32, 0);
    for unit in run.encode_utf16() {
        bits = bits << 16 | u32::from(unit);
        count += 16;
        while count >= 6 {
            count -= 6;
            wire.push(digit(bits >> count));
        }
        bits &= (1 << count) - 1;
    }
    if count > 0 {
        wire.push(digit(bits << (6 - count)));
    }
}

fn digit(bits: u32) -> char {
    char::from(DIGITS[(bits & 63) as usize])
}

/// The name that travels as `wire`; a name that breaks the rules is left as it is.
pub(super) fn decode(wire: &str) -> String {
    try_decode(wire).unwrap_or_else(|| wire.to_owned())
}

fn try_decode(wire: &str) -> Option<String> {
    let mut name = String::with_capacity(wire.len());
    let mut rest = wire;
    while let Some(shift) = rest.find('&') {
        name.push_str(&rest[..shift]);
        let (run, after) = rest[shift + 1..].split_once('-')?;
        if run.is_empty() {
            name.push('&')
        } else {
            name.push_str(&from_base64(run)?)
        }
        rest = after;
    }
    name.push_str(rest);
    Some(name)
}

fn from_base64(run: &str) -> Option<String> {
    let (mut units, mut bits, mut count) = (Vec::new(), 0u32, 0);
    for octet in run.bytes() {
        let value = DIGITS.iter().position(|digit| *digit == octet)?;
        bits = bits << 6 | value as u32;
        count += 6;
        if count >= 16 {
            count -= 16;
            units.push((bits >> count) as u16);
            bits &= (1 << count) - 1;
        }
    }
    (bits == 0 && count < 6).then(|| String::from_utf16(&units).ok())?
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_travel_as_servers_write_them() {
        for (name, wire) in [
            ("INBOX", "INBOX"),
            ("Traités", "Trait&AOk-s"),
            ("Boîte/À traiter", "Bo&AO4-te/&AMA- traiter"),
            ("Courrier & co", "Courrier &- co"),
            ("~peter/mail/台北/日本語", "~peter/mail/&U,BTFw-/&ZeVnLIqe-"),
            ("📮", "&2D3c7g-"),
        ] {
            assert_eq!(encode(name), wire);
            assert_eq!(decode(wire), name);
        }
    }

    #[test]
    fn a_name_that_breaks_the_rules_is_shown_as_it_is() {
        for wire in ["Trait&AOk", "&A-", "&!!!-", "&2D0-", "Traités"] {
            assert_eq!(decode(wire), wire);
        }
    }

    proptest! {
        #[test]
        fn every_name_comes_back(name in ".*") {
            let wire = encode(&name);
            prop_assert!(wire.bytes().all(|octet| (b' '..=b'~').contains(&octet)));
            prop_assert_eq!(decode(&wire), name);
        }

        #[test]
        fn no_name_of_a_server_is_too_strange(wire in ".*") {
            decode(&wire);
        }
    }
}
