//! One request as a page sees it, and what a page may answer.

use std::collections::HashMap;

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};

use super::Site;
use crate::{
    accounts::{AccountError, Person, Token},
    desk::ActError,
    store::StoreError,
};

/// What a form or an address says, in order; a name may stand several times.
#[derive(Debug, Clone, Default)]
pub(super) struct Fields(Vec<(String, String)>);

impl Fields {
    pub(super) fn read(encoded: &[u8]) -> Self {
        // No database takes a NUL in a text, and nobody types one.
        let clean = |text: std::borrow::Cow<'_, str>| text.replace('\0', "");
        Self(form_urlencoded::parse(encoded).map(|(name, value)| (clean(name), clean(value))).collect())
    }

    /// The value of a name, without blanks around it; empty where it is not said.
    pub(super) fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value.trim())
    }

    pub(super) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(known, _)| known == name)
    }

    pub(super) fn set(&mut self, name: &str, value: &str) {
        self.0.retain(|(known, _)| known != name);
        self.0.push((name.to_owned(), value.to_owned()));
    }

    /// A word of a closed vocabulary; `None` where nothing, or nothing of it, is said.
    pub(super) fn word<T: std::str::FromStr>(&self, name: &str) -> Option<T> {
        self.get(name).parse().ok()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// As an address says it.
    pub(super) fn encoded(&self) -> String {
        form_urlencoded::Serializer::new(String::new()).extend_pairs(self.iter()).finish()
    }

    /// As it is kept.
    pub(super) fn json(&self) -> String {
        serde_json::to_string(&self.0).unwrap_or_default()
    }

    pub(super) fn from_json(json: &str) -> Self {
        Self(serde_json::from_str(json).unwrap_or_default())
    }
}

/// The case that a request is about.
#[derive(Debug, Clone, Default)]
pub(super) struct About {
    pub(super) case: i64,
    pub(super) reference: String,
    pub(super) service: String,
}

/// One request that was let through.
#[derive(Clone)]
pub(super) struct Visit {
    pub(super) site: Site,
    /// Who asks; on pages for anybody, perhaps nobody (no account, no rights).
    pub(super) person: Option<Person>,
    pub(super) session: Option<Token>,
    /// The parts of the address that its pattern names.
    pub(super) path: HashMap<String, String>,
    /// What the address asks after `?`.
    pub(super) asked: Fields,
    /// What a form says.
    pub(super) form: Fields,
    /// The case that the address names.
    pub(super) about: About,
}

impl Visit {
    /// Under which name acts are written down.
    pub(super) fn by(&self) -> &str {
        self.person.as_ref().map_or("", |person| person.email.as_str())
    }

    pub(super) fn part(&self, name: &str) -> &str {
        self.path.get(name).map_or("", String::as_str)
    }

    /// A number in the address.
    pub(super) fn number(&self, name: &str) -> Result<i64, Failure> {
        self.part(name).parse().map_err(|_| Failure::NotFound)
    }

    /// The token that forms of this session bear.
    pub(super) fn form_token(&self) -> String {
        self.session.as_ref().map(|session| session.derived("form")).unwrap_or_default()
    }
}

/// Why a page could not be given.
#[derive(Debug)]
pub(super) enum Failure {
    /// Nothing is there, or nothing that this person may see.
    NotFound,
    /// This person may not.
    Forbidden,
    /// Whoever sent the form has no session any more.
    LoggedOut,
    /// The form was not ours, or too old.
    NotOurForm,
    /// It cannot be done, for this reason in French.
    Refused(String),
    /// The database, or a fault of ours.
    Broken(String),
}

impl From<ActError> for Failure {
    fn from(error: ActError) -> Self {
        match error {
            ActError::Unknown(_) => Self::NotFound,
            ActError::Store(error) => Self::Broken(error.to_string()),
            other => Self::Refused(other.to_string()),
        }
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::Broken(error.to_string())
    }
}

impl From<AccountError> for Failure {
    fn from(error: AccountError) -> Self {
        match error {
            AccountError::Store(error) => Self::Broken(error.to_string()),
            other => Self::Refused(other.to_string()),
        }
    }
}

impl From<askama::Error> for Failure {
    fn from(error: askama::Error) -> Self {
        Self::Broken(error.to_string())
    }
}

/// What a page answers.
pub(super) type Answer = Result<Response, Failure>;

/// A page of ours.
pub(super) fn html(template: &impl askama::Template) -> Answer {
    html_as(StatusCode::OK, template)
}

pub(super) fn html_as(status: StatusCode, template: &impl askama::Template) -> Answer {
    let body = template.render()?;
    Ok((status, [(header::CONTENT_TYPE, "text/html; charset=utf-8")], body).into_response())
}

/// On to another page, which is asked for anew: reloading it does nothing twice.
pub(super) fn to(address: &str) -> Answer {
    let address = HeaderValue::from_str(address).map_err(|_| Failure::NotFound)?;
    Ok((StatusCode::SEE_OTHER, [(header::LOCATION, address)]).into_response())
}
