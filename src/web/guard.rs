//! The one way that every request takes: whose session it is, what the table says, whether that person may, for the service
//! of the case that it names; whether the form is ours; the page; what is recorded; and the headers.

use std::{collections::HashMap, sync::LazyLock, time::Duration};

use axum::{
    body::to_bytes,
    extract::{RawPathParams, Request, rejection::RawPathParamsRejection},
    http::{HeaderMap, HeaderName, HeaderValue, Method, header},
    response::Response,
};

use super::{
    Site, page,
    routes::{Route, Who},
    visit::{About, Failure, Fields, Visit, to},
};
use crate::accounts::{Person, Token};

/// Octets of a form: the longest letter, and what stands around it.
const FORM: usize = 1 << 20;

/// How long a form may take to arrive.
const SENDING: Duration = Duration::from_secs(20);

/// What browsers are told besides the page.
const HEADERS: [(HeaderName, &str); 6] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "same-origin"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::CACHE_CONTROL, "no-store"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=()"),
];

/// Nothing but our own files; no script or style within a page.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; \
                      form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// The name of the cookie. With the prefix, browsers take it from an encrypted connection to this very host alone.
pub(super) fn cookie_name(site: &Site) -> &'static str {
    if site.desk().policy().config.web.is_encrypted() { "__Host-releve" } else { "releve" }
}

/// The line that gives a browser its session, or takes it away.
pub(super) fn cookie(site: &Site, session: Option<&Token>) -> String {
    let secure = if site.desk().policy().config.web.is_encrypted() { "; Secure" } else { "" };
    let (value, age) = match session {
        Some(token) => (token.text(), ""),
        None => ("", "; Max-Age=0"),
    };
    format!("{}={value}; Path=/; HttpOnly; SameSite=Lax{secure}{age}", cookie_name(site))
}

/// Answers a request to one address of the table.
pub(super) async fn attend(
    route: &'static Route,
    site: Site,
    path: Result<RawPathParams, RawPathParamsRejection>,
    request: Request,
) -> Response {
    let path = path.map(|path| path.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect());
    match path {
        Ok(path) => respond(route, site, path, request).await,
        // No text in UTF-8: nothing is at such an address.
        Err(_) => nowhere(site, request).await,
    }
}

async fn respond(route: &'static Route, site: Site, path: HashMap<String, String>, request: Request) -> Response {
    let session = session(&site, request.headers());
    let person = match &session {
        None => Ok(None),
        Some(token) => site.accounts().person(token).await,
    };
    let (person, broken) = match person {
        Ok(person) => (person, None),
        Err(error) => (None, Some(Failure::from(error))),
    };
    let session = session.filter(|_| person.is_some());
    let asked = Fields::read(request.uri().query().unwrap_or_default().as_bytes());
    let there = request.uri().path_and_query().map_or("/", |there| there.as_str()).to_owned();
    let quick = request.headers().contains_key("x-releve");
    let mut visit = Visit { site, person, session, path, asked, form: Fields::default(), about: About::default() };
    let answer = match broken {
        Some(failure) => Err(failure),
        None => answered(route, &mut visit, request, &there).await,
    };
    let mut response = match answer {
        Ok(response) => response,
        Err(failure) => page::failure(&visit, &failure, quick),
    };
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(HeaderValue::from_static(POLICY));
    if visit.site.desk().policy().config.web.is_encrypted() {
        let year = HeaderValue::from_static("max-age=31536000");
        headers.insert(header::STRICT_TRANSPORT_SECURITY, year);
    }
    response
}

async fn answered(
    route: &'static Route,
    visit: &mut Visit,
    request: Request,
    there: &str,
) -> Result<Response, Failure> {
    let (posts, comes_from_us) = (request.method() == Method::POST, is_from_our_pages(request.headers()));
    if posts {
        let body = tokio::time::timeout(SENDING, to_bytes(request.into_body(), FORM)).await;
        let slow =
            |_| Failure::Refused("le formulaire n'est pas arrivé en entier : rien n'a été fait, recommencez".into());
        let long = |_| Failure::Refused("ce texte est trop long pour une lettre : un mégaoctet au plus".into());
        let body = body.map_err(slow)?.map_err(long)?;
        visit.form = Fields::read(&body);
    }
    if visit.person.is_none() && route.who != Who::Anybody {
        // What was typed while the session ended comes back to be copied.
        return if posts { Err(Failure::LoggedOut) } else { to(&format!("/connexion{}", page::and_then(there))) };
    }
    if visit.path.values().any(|part| part.contains('\0')) {
        return Err(Failure::NotFound);
    }
    if let Some(reference) = visit.path.get("reference").cloned() {
        // Whether there is no such case or it is not for them is not told.
        let found = visit.site.desk().store().service_of(&reference).await?;
        let (case, service) = found.ok_or(Failure::NotFound)?;
        visit.about = About { case, reference, service };
    }
    if !may(route, visit) {
        return Err(if visit.about.case == 0 { Failure::Forbidden } else { Failure::NotFound });
    }
    let bears = visit.session.is_none() || visit.form.get("jeton") == visit.form_token();
    if posts && !(comes_from_us && bears) {
        return Err(Failure::NotOurForm);
    }
    let (actor, about) = (visit.by().to_owned(), about(visit));
    let accounts = visit.site.accounts().clone();
    let visiting = visit.clone();
    // On a task of its own: a fault of ours in one page ends that page, and whoever hangs up has what was done recorded all the
    // same.
    let task = tokio::spawn(async move {
        let response = (route.page)(visiting).await?;
        let worth_recording = response.status().is_success() || response.status().is_redirection();
        if let Some(deed) = route.records.filter(|_| worth_recording) {
            accounts.record(&actor, deed, &about, route.detail).await?;
        }
        Ok(response)
    });
    task.await.map_err(|error| Failure::Broken(error.to_string()))?
}

/// Whether this person may, for the service of the case that the address names.
fn may(route: &Route, visit: &Visit) -> bool {
    let Who::May(one_of) = route.who else { return true };
    let allowed = |person: &Person| match visit.about.case {
        0 => person.may(one_of),
        _ => person.may_for(one_of, &visit.about.service),
    };
    visit.person.as_ref().is_some_and(allowed)
}

/// What a request is about, for the record: never what a citizen wrote.
fn about(visit: &Visit) -> String {
    let parts = ["reference", "name", "id"];
    parts.iter().find_map(|part| visit.path.get(*part)).cloned().unwrap_or_default()
}

/// The session that a browser hands over.
fn session(site: &Site, headers: &HeaderMap) -> Option<Token> {
    let name = cookie_name(site);
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    let mut cookies = lines.flat_map(|line| line.split(';')).filter_map(|cookie| cookie.trim().split_once('='));
    cookies.find(|(known, _)| *known == name).map(|(_, value)| Token::handed(value))
}

/// Whether a browser says that the form stood on one of our own pages. Browsers say it, and cannot be made to say it wrongly;
/// what is no browser says nothing, and has the token of the session or no session at all.
fn is_from_our_pages(headers: &HeaderMap) -> bool {
    let said = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    match (said("sec-fetch-site"), said("origin"), said("host")) {
        (Some(site), ..) => matches!(site, "same-origin" | "none"),
        (None, Some(origin), Some(host)) => origin.split_once("://").is_some_and(|(_, from)| from == host),
        (None, Some(_), None) => false,
        (None, None, _) => true,
    }
}

/// The answer where no address of the table fits, or not in this way.
pub(super) async fn nowhere(site: Site, request: Request) -> Response {
    static NOWHERE: LazyLock<Route> = LazyLock::new(Route::nowhere);
    let path = HashMap::new();
    respond(&NOWHERE, site, path, request).await
}
