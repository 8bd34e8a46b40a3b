//! What ties a message to a case that is there: the ids that it answers or reports, and a reference in its subject.

use crate::mail::Message;

/// Ids that are looked up for one message.
const LOOKED_UP: usize = 20;

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
    use super::reference_in;

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
