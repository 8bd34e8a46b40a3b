//! What came in, as octets: the original message and its attachments to download, pictures that can carry nothing else, and
//! the formatting of a mail without whatever acts or loads.

use askama::Template;
use axum::{
    http::{HeaderName, HeaderValue, header},
    response::IntoResponse,
};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::{
    page::{self, Chrome},
    visit::{Answer, Failure, Visit, html},
};
use crate::mail::{self, Limits};

/// Octets of a picture that is shown within a page.
const PICTURE: usize = 10 << 20;

async fn octets(visit: &Visit) -> Result<Vec<u8>, Failure> {
    let message = visit.number("message")?;
    let found = visit.site.desk().store().source(visit.about.case, message).await?;
    found.ok_or(Failure::NotFound)
}

/// What a name has that is encoded in a header: more than RFC 8187 asks for.
const ENCODED: AsciiSet = NON_ALPHANUMERIC.remove(b'.').remove(b'_').remove(b'-');

/// A name as a header bears it (RFC 8187): only what every system takes, and the rest encoded.
fn disposition(name: &str) -> HeaderValue {
    let plain: String =
        name.chars().map(|c| if c.is_ascii_alphanumeric() || "._-".contains(c) { c } else { '_' }).collect();
    let encoded = utf8_percent_encode(name, &ENCODED);
    HeaderValue::from_str(&format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{encoded}"))
        .unwrap_or(HeaderValue::from_static("attachment"))
}

/// Octets to be kept on the reader's machine; a browser opens none of them.
fn download(name: &str, octets: Vec<u8>) -> Answer {
    let alone =
        (HeaderName::from_static("content-security-policy"), HeaderValue::from_static("default-src 'none'; sandbox"));
    let kind = (header::CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
    Ok(([alone, kind, (header::CONTENT_DISPOSITION, disposition(name))], octets).into_response())
}

pub(super) async fn source(visit: Visit) -> Answer {
    let octets = octets(&visit).await?;
    let name = format!("{}-{}.eml", visit.about.reference, visit.number("message")?);
    download(&name, octets)
}

/// Works on a stranger's octets away from the threads that answer others.
async fn aside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Failure> {
    tokio::task::spawn_blocking(work).await.map_err(|error| Failure::Broken(error.to_string()))
}

async fn attached(visit: &Visit) -> Result<(mail::Attachment, Vec<u8>), Failure> {
    let (raw, digest) = (octets(visit).await?, visit.part("digest").to_owned());
    aside(move || mail::attachment(&raw, &digest, &Limits::default())).await?.ok_or(Failure::NotFound)
}

pub(super) async fn attachment(visit: Visit) -> Answer {
    let (about, octets) = attached(&visit).await?;
    let name = page::clear(&about.name);
    download(if name.trim().is_empty() { "piece-jointe" } else { &name }, octets)
}

/// A picture, if its octets say that it is one; whatever its name is, nothing else is shown.
pub(super) async fn image(visit: Visit) -> Answer {
    let (_, octets) = attached(&visit).await?;
    let kind = mail::image_type(&octets).filter(|_| octets.len() <= PICTURE).ok_or(Failure::NotFound)?;
    let alone =
        (HeaderName::from_static("content-security-policy"), HeaderValue::from_static("default-src 'none'; sandbox"));
    Ok(([alone, (header::CONTENT_TYPE, HeaderValue::from_static(kind))], octets).into_response())
}

#[derive(Template)]
#[template(path = "formatted.html")]
struct FormattedPage {
    chrome: Chrome,
    reference: String,
    /// Clean already.
    html: String,
    too_large: bool,
    none: bool,
    blocked: usize,
}

/// The formatting of a mail.
pub(super) async fn formatted(visit: Visit) -> Answer {
    let raw = octets(&visit).await?;
    let markup = aside(move || mail::markup(&raw, &Limits::default())).await?;
    let none = markup.is_none();
    let safe = aside(move || markup.and_then(|markup| mail::safe_html(&markup))).await?;
    let too_large = safe.is_none() && !none;
    let (html_text, blocked) = safe.map(|safe| (safe.html, safe.blocked)).unwrap_or_default();
    let title = format!("Mise en forme d'un message de la demande {}", visit.about.reference);
    let reference = visit.about.reference.clone();
    let page =
        FormattedPage { chrome: Chrome::of(&visit, title, ""), reference, html: html_text, too_large, none, blocked };
    let mut response = html(&page)?;
    // A second wall behind the first: not even our own script runs beside what a stranger wrote.
    let policy = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
    Ok(response)
}
