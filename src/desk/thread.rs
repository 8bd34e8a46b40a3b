//! What ties a message to a case that is there: the ids that it answers or reports, and a reference in its subject.
//!
//! Our own Message-IDs are keyed: `2026-000123.TAG.TOKEN@domain`, where the token is an HMAC (RFC 2104) of reference and tag
//! under a key that only the database knows. Whoever names one has had a letter of ours; nobody can make one up, and one is
//! known even where the row of its mail is gone.

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

use crate::mail::{Message, hexadecimal};

/// Ids that are looked up for one message.
const LOOKED_UP: usize = 20;

/// The name of the key among the secrets of the database.
pub(super) const SECRET: &str = "message-ids";

/// The ids that a person's message answers, the nearest first.
pub(super) fn answered(message: &Message) -> Vec<&str> {
    thread(message).take(LOOKED_UP).collect()
}

/// The ids that a machine reports about, then those that it answers.
pub(super) fn reported(message: &Message) -> Vec<&str> {
    message.reported_ids.iter().map(String::as_str).chain(thread(message)).take(LOOKED_UP).collect()
}

/// The ids that a message answers, the nearest first.
fn thread(message: &Message) -> impl Iterator<Item = &str> {
    message.in_reply_to.iter().chain(message.references.iter().rev()).map(String::as_str)
}

/// The key of our Message-IDs.
#[derive(Debug, Clone)]
pub(super) struct IdKey(pub(super) Vec<u8>);

impl IdKey {
    /// Our id for one letter of a case: the same for the same `letter`, so that an attempt that is repeated can be told
    /// from a second letter.
    pub(super) fn id(&self, reference: &str, letter: &str, domain: &str) -> String {
        let tag = hexadecimal(&Sha256::digest(letter.as_bytes())[..6]);
        let token = hexadecimal(&self.mac(reference, &tag)[..10]);
        format!("{reference}.{tag}.{token}@{domain}")
    }

    /// The reference in an id, if we made it.
    pub(super) fn reference<'i>(&self, id: &'i str) -> Option<&'i str> {
        let (local, _) = id.split_once('@')?;
        let [reference, tag, token] = local.split('.').collect::<Vec<_>>()[..] else { return None };
        let ours = hexadecimal(&self.mac(reference, tag)[..10]);
        // Every octet is compared, whatever the first one says: how long it takes tells nothing.
        let differs =
            ours.bytes().zip(token.bytes()).fold(ours.len() ^ token.len(), |all, (a, b)| all | usize::from(a ^ b));
        (differs == 0).then_some(reference)
    }

    fn mac(&self, reference: &str, tag: &str) -> Vec<u8> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).expect("HMAC takes a key of any length");
        mac.update(format!("{reference}.{tag}").as_bytes());
        mac.finalize().into_bytes().to_vec()
    }
}

/// The first reference of a case in a text: `2026-000123`.
pub(super) fn reference_in(text: &str) -> Option<&str> {
    let bytes = text.as_bytes();
    let digits =
        |range: std::ops::Range<usize>| bytes.get(range).is_some_and(|part| part.iter().all(u8::is_ascii_digit));
    (0..bytes.len()).find_map(|start| {
        let end = start + 11;
        let alone = (start == 0 || !bytes[start - 1].is_ascii_alphanumeric())
            && bytes.get(end).is_none_or(|next| !next.is_ascii_alphanumeric());
        let found = alone && digits(start..start + 4) && bytes.get(start + 4) == Some(&b'-') && digits(start + 5..end);
        found.then(|| &text[start..end])
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_of_ours_is_known_and_none_can_be_made_up() {
        let (key, other) = (IdKey(vec![7; 32]), IdKey(vec![8; 32]));
        let id = key.id("2026-000123", "reply 1", "prefecture.example.fr");
        assert_eq!(key.reference(&id), Some("2026-000123"));
        assert_eq!(id, key.id("2026-000123", "reply 1", "prefecture.example.fr"), "the same at each attempt");
        assert_ne!(id, key.id("2026-000123", "reply 2", "prefecture.example.fr"));
        assert_eq!(other.reference(&id), None);
        for forged in [id.replace("000123", "000124"), id.replace('@', "0@"), "2026-000123.a.b@x".into(), String::new()]
        {
            assert_eq!(key.reference(&forged), None, "{forged}");
        }
    }

    #[test]
    fn a_reference_stands_alone() {
        assert_eq!(reference_in("Re: Accusé – 2026-000123"), Some("2026-000123"));
        assert_eq!(reference_in("[2026-000123] suite"), Some("2026-000123"));
        assert_eq!(reference_in("dossier 12026-000123"), None);
        assert_eq!(reference_in("2026-0001234"), None);
        assert_eq!(reference_in("né le 2026-00012"), None);
        assert_eq!(reference_in(""), None);
    }
}
