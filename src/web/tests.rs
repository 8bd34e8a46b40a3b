//! The pages without a browser: who may open what, what a form must bear, what headers say, what is recorded.

mod access;
mod figures;
mod forms;
mod walk;

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{Method, Request, Response, StatusCode, header},
};
use tower::ServiceExt;

use super::{Shell, Site, Theme, routes};
use crate::{
    accounts::{Accounts, Token},
    desk::testing::{Letter, Office},
    store::Grant,
};

const PASSWORD: &str = "une phrase facile 47";

/// Nothing is written to a disk.
struct NoDisk;

impl Shell for NoDisk {
    fn install_template(&self, _: &std::path::Path, _: &str, _: u32) -> Result<(), String> {
        Ok(())
    }
}

/// An office whose pages are open, with Jeanne's case 2026-000001 of the service `accueil`.
struct Pages {
    office: Office,
    router: Router,
    accounts: Accounts,
}

/// What came back.
struct Said {
    status: StatusCode,
    response: Response<()>,
    body: String,
}

impl Said {
    fn header(&self, name: &str) -> &str {
        self.response.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    fn leads_to(&self) -> &str {
        self.header("location")
    }
}

impl Pages {
    async fn open() -> Self {
        let office = Office::open().await;
        office.write(&Letter::new("1")).await;
        office.post().await;
        let site = Site::new(office.desk.clone(), office.clock.clone(), Theme::default(), Box::new(NoDisk));
        let accounts = Accounts::new(office.fixture.store.clone(), office.clock.clone());
        Self { router: routes::router(site), office, accounts }
    }

    /// Somebody of these rights comes in.
    async fn who(&self, email: &str, grants: &[&str]) -> Token {
        let grants: Vec<Grant> = grants.iter().map(|grant| grant.parse().unwrap()).collect();
        let token = self.accounts.add(email, email, &grants, "test").await.unwrap();
        self.accounts.accept(&token, PASSWORD).await.unwrap();
        self.accounts.log_in(email, PASSWORD, 10).await.unwrap()
    }

    async fn agent(&self) -> Token {
        self.who("noe@prefecture.example.fr", &["agent:accueil"]).await
    }

    async fn ask(&self, request: Request<Body>) -> Said {
        let (parts, body) = self.router.clone().oneshot(request).await.unwrap().into_parts();
        let body = to_bytes(body, usize::MAX).await.unwrap();
        let body = String::from_utf8_lossy(&body).into_owned();
        Said { status: parts.status, response: Response::from_parts(parts, ()), body }
    }

    async fn get(&self, who: Option<&Token>, path: &str) -> Said {
        self.ask(request(Method::GET, path, who, &[]).body(Body::empty()).unwrap()).await
    }

    /// Sends a form as our own pages do.
    async fn post(&self, who: Option<&Token>, path: &str, fields: &[(&str, &str)]) -> Said {
        let token = who.map(|who| who.derived("form")).unwrap_or_default();
        let mut body = form_urlencoded::Serializer::new(String::new());
        body.append_pair("jeton", &token).extend_pairs(fields);
        let sent = request(Method::POST, path, who, &[("sec-fetch-site", "same-origin")]);
        self.ask(sent.body(Body::from(body.finish())).unwrap()).await
    }

    async fn recorded(&self) -> Vec<(String, &'static str, String)> {
        let rows = self.office.fixture.store.audit("", "", i64::MAX, 100).await.unwrap();
        rows.into_iter().rev().map(|(_, row)| (row.actor, row.deed.word(), row.about)).collect()
    }
}

fn request(method: Method, path: &str, who: Option<&Token>, more: &[(&str, &str)]) -> axum::http::request::Builder {
    let mut request = Request::builder().method(method).uri(path).header(header::HOST, "releve.example.fr");
    if let Some(who) = who {
        request = request.header(header::COOKIE, format!("autre=1; releve={}", who.text()));
    }
    more.iter().fold(request, |request, (name, value)| request.header(*name, *value))
}
