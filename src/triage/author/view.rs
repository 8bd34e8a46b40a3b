//! What the rules see of a message: the message itself, what surrounds it, and its wording already matched.

use super::{
    Surroundings, sender,
    signs::{self, Sign, Signs},
};
use crate::mail::Message;

/// A message prepared for the rules.
pub(super) struct View<'a> {
    pub message: &'a Message,
    pub surroundings: &'a Surroundings<'a>,
    signs: Signs,
    form: bool,
}

impl<'a> View<'a> {
    pub fn of(message: &'a Message, surroundings: &'a Surroundings<'a>) -> Self {
        Self { message, surroundings, signs: signs::read(message), form: sender::is_form(message, surroundings) }
    }

    /// Whether a declared form gateway sent the message.
    pub fn by_form(&self) -> bool {
        self.form
    }

    /// Whether the wording shows this sign.
    pub fn shows(&self, sign: Sign) -> bool {
        self.signs.contains(sign)
    }

    /// Whether a field of one of these names is there with anything in it.
    pub fn has(&self, names: &[&str]) -> bool {
        self.any(names, |value| !value.is_empty())
    }

    /// Whether a field of one of these names has a value of which `test` holds. `test` sees the value in lower case,
    /// without parameters, comments and blanks around it: `auto-replied; owner-email="x"` is `auto-replied`.
    pub fn any(&self, names: &[&str], test: impl Fn(&str) -> bool) -> bool {
        self.message
            .headers
            .iter()
            .filter(|header| names.iter().any(|name| header.name.eq_ignore_ascii_case(name)))
            .any(|header| {
                let bare = header.value.split([';', '(']).next().unwrap_or_default();
                test(bare.trim().to_ascii_lowercase().as_str())
            })
    }

    /// As [`any`](Self::any), but on the whole value in lower case.
    pub fn any_whole(&self, names: &[&str], test: impl Fn(&str) -> bool) -> bool {
        self.message
            .headers
            .iter()
            .filter(|header| names.iter().any(|name| header.name.eq_ignore_ascii_case(name)))
            .any(|header| test(header.value.trim().to_ascii_lowercase().as_str()))
    }
}
