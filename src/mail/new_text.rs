//! What the sender wrote this time.

/// The new text of `text`.
pub(super) fn of(text: &str) -> String {
    text.to_owned()
}
