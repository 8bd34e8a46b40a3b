//! Our style sheet and script, and what the prefecture adds to them.

use axum::{
    http::{HeaderName, header},
    response::{IntoResponse, Response},
};

use super::visit::{Answer, Failure, Visit};

static STYLE: &str = include_str!("assets/style.css");
static SCRIPT: &str = include_str!("assets/releve.js");

fn file(kind: &'static str, content: impl IntoResponse) -> Response {
    // Their address bears the version: a browser may keep them for a day.
    ([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "public, max-age=86400")], content).into_response()
}

pub(super) async fn style(_: Visit) -> Answer {
    Ok(file("text/css; charset=utf-8", STYLE))
}

/// The style of what is printed.
pub(super) async fn papers(_: Visit) -> Answer {
    Ok(file("text/css; charset=utf-8", crate::indicators::STYLE))
}

pub(super) async fn script(_: Visit) -> Answer {
    Ok(file("text/javascript; charset=utf-8", SCRIPT))
}

pub(super) async fn theme(visit: Visit) -> Answer {
    let (kind, bytes) = visit.site.0.theme.0.get(visit.part("name")).cloned().ok_or(Failure::NotFound)?;
    // A drawing that is opened by itself must not run anything.
    let alone = (HeaderName::from_static("content-security-policy"), "default-src 'none'; sandbox");
    Ok(([alone], file(kind, bytes)).into_response())
}
