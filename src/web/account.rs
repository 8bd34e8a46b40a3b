//! Coming in and leaving: login, invitation, the first page.

use askama::Template;
use axum::{
    http::{HeaderValue, StatusCode, header},
    response::Response,
};

use super::{
    guard,
    page::{self, Chrome},
    routes::READERS,
    visit::{Answer, Failure, Visit, html, html_as, to},
};
use crate::accounts::{AccountError, Token};

#[derive(Template)]
#[template(path = "login.html")]
struct LoginPage {
    chrome: Chrome,
    email: String,
    then: String,
    error: String,
    welcome: bool,
}

/// The first page that serves whoever comes in.
pub(super) async fn home(visit: Visit) -> Answer {
    let person = visit.person.as_ref().ok_or(Failure::Forbidden)?;
    if person.may(READERS) { to("/demandes") } else { to("/administration") }
}

pub(super) async fn login(visit: Visit) -> Answer {
    if visit.person.is_some() {
        return to(page::own_way(visit.asked.get("puis")));
    }
    let then = page::own_way(visit.asked.get("puis")).to_owned();
    let welcome = visit.asked.has("bienvenue");
    html(&LoginPage {
        chrome: Chrome::of(&visit, "Connexion", ""),
        email: String::new(),
        then,
        error: String::new(),
        welcome,
    })
}

pub(super) async fn log_in(visit: Visit) -> Answer {
    let (email, password) = (visit.form.get("courriel"), visit.form.all("mot_de_passe").next().unwrap_or_default());
    let hours = page::config(&visit.site).web.session_hours;
    match visit.site.accounts().log_in(email, password, hours).await {
        Ok(token) => with_session(&visit, to(page::own_way(visit.form.get("puis")))?, Some(&token)),
        Err(AccountError::Store(error)) => Err(error.into()),
        Err(refused) => {
            let then = page::own_way(visit.form.get("puis")).to_owned();
            let page = LoginPage {
                chrome: Chrome::of(&visit, "Connexion", ""),
                email: email.to_owned(),
                then,
                error: page::sentence(&refused.to_string()),
                welcome: false,
            };
            html_as(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
    }
}

pub(super) async fn log_out(visit: Visit) -> Answer {
    if let (Some(token), Some(person)) = (&visit.session, &visit.person) {
        visit.site.accounts().log_out(token, person).await?;
    }
    with_session(&visit, to("/connexion")?, None)
}

fn with_session(visit: &Visit, mut response: Response, token: Option<&Token>) -> Answer {
    let cookie = HeaderValue::from_str(&guard::cookie(&visit.site, token)).map_err(|_| Failure::NotFound)?;
    response.headers_mut().append(header::SET_COOKIE, cookie);
    Ok(response)
}

#[derive(Template)]
#[template(path = "invitation.html")]
struct InvitationPage {
    chrome: Chrome,
    name: String,
    email: String,
    error: String,
}

pub(super) async fn invitation(visit: Visit) -> Answer {
    invite(&visit, String::new()).await
}

async fn invite(visit: &Visit, error: String) -> Answer {
    let person = visit.site.accounts().invited(&Token::handed(visit.part("token"))).await?;
    let status = if error.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let chrome = Chrome::of(visit, "Choisir un mot de passe", "");
    html_as(status, &InvitationPage { chrome, name: person.name, email: person.email, error })
}

pub(super) async fn accept(visit: Visit) -> Answer {
    let typed: Vec<&str> = visit.form.all("mot_de_passe").collect();
    let [password, again] = typed[..] else {
        return invite(&visit, "Tapez le mot de passe, puis encore une fois.".into()).await;
    };
    if password != again {
        return invite(&visit, "Les deux mots de passe ne sont pas les mêmes : tapez-les de nouveau.".into()).await;
    }
    match visit.site.accounts().accept(&Token::handed(visit.part("token")), password).await {
        Ok(()) => to("/connexion?bienvenue=1"),
        Err(AccountError::Refused(text)) => invite(&visit, page::sentence(&text)).await,
        Err(other) => Err(other.into()),
    }
}

#[derive(Template)]
#[template(path = "accessibility.html")]
struct AccessibilityPage {
    chrome: Chrome,
    email: String,
}

pub(super) async fn accessibility(visit: Visit) -> Answer {
    let services = &page::config(&visit.site).services;
    let email = services.first().map(|service| service.email.clone()).unwrap_or_default();
    html(&AccessibilityPage { chrome: Chrome::of(&visit, "Accessibilité", ""), email })
}
