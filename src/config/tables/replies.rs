//! `[[agent]]`, `[[fact]]` and `[[acronym]]`: who signs, and what is true here and nowhere else.

use crate::config::{
    Acronym, Agent, Fact,
    section::Section,
    shape::{day, email, id, text},
};

/// `[[agent]]`
pub(in crate::config) fn agent(from: &mut Section<'_>) -> Option<Agent> {
    let address = from.required("email", email());
    let first_name = from.required("first_name", text());
    let last_name = from.required("last_name", text());
    let capacity = from.required("capacity", text());
    let phone = from.or("phone", text(), String::new());
    let anonymous = from.optional("anonymous", text());
    Some(Agent {
        email: address?,
        first_name: first_name?,
        last_name: last_name?,
        capacity: capacity?,
        phone: phone?,
        anonymous: anonymous?,
    })
}

/// `[[fact]]`
pub(in crate::config) fn fact(from: &mut Section<'_>) -> Option<Fact> {
    let id = from.required("id", id());
    let value = from.required("value", text());
    let valid_until = from.optional("valid_until", day());
    Some(Fact { id: id?, value: value?, valid_until: valid_until? })
}

/// `[[acronym]]`
pub(in crate::config) fn acronym(from: &mut Section<'_>) -> Option<Acronym> {
    let short = from.required("short", text());
    let long = from.or("long", text(), String::new());
    Some(Acronym { short: short?, long: long? })
}
