//! « Courrier, guichet, téléphone »: what came by another way than a mailbox, entered in a few seconds. The day on which it
//! arrived stands apart from the day on which it is entered.

use askama::Template;
use axum::http::StatusCode;

use super::{
    acts,
    page::{self, Choice, Chrome, choices},
    routes::WORKERS,
    visit::{Answer, Failure, Visit, html_as, to},
};
use crate::{
    case::{Channel, Deed, Kind, Scope, Topic},
    desk::{ActError, Entered},
};

#[derive(Template)]
#[template(path = "entry.html")]
struct EntryPage {
    chrome: Chrome,
    channels: Vec<Choice>,
    services: Vec<Choice>,
    kinds: Vec<Choice>,
    topics: Vec<Choice>,
    scopes: Vec<Choice>,
    arrived: String,
    today: String,
    name: String,
    address: String,
    subject: String,
    text: String,
    to_me: bool,
    error: String,
    entered: String,
    /// Another one in each form: what is sent twice is entered once.
    key: String,
}

pub(super) async fn show(visit: Visit) -> Answer {
    form(&visit, String::new())
}

fn form(visit: &Visit, error: String) -> Answer {
    let site = &visit.site;
    let person = visit.person.as_ref().ok_or(Failure::Forbidden)?;
    let form = &visit.form;
    let today = page::calendar(site).date(site.desk().now()).to_string();
    let or = |name: &str, usual: &str| match form.get(name) {
        "" => usual.to_owned(),
        said => said.to_owned(),
    };
    let among = person.services(WORKERS);
    let channel = or("canal", visit.asked.get("canal"));
    let channel = if channel.is_empty() { Channel::Letter.word().to_owned() } else { channel };
    let (kind, topic, scope) = (or("nature", "information"), or("theme", "autre"), or("perimetre", "general"));
    let asked_for = page::config(site).services.iter().find(|service| service.staff().any(|one| one == person.email));
    let own = asked_for.map_or("", |service| service.id.as_str());
    // What a mailbox receives is not entered by hand; but some of it comes by no mailbox.
    let (paper, other): (Vec<_>, Vec<_>) = choices!(Channel, channel)
        .into_iter()
        .partition(|choice| ["letter", "counter", "phone"].contains(&choice.value.as_str()));
    let channels = paper.into_iter().chain(other).collect();
    let page = EntryPage {
        chrome: Chrome::of(visit, "Courrier, guichet, téléphone", "/courrier"),
        channels,
        services: page::services(site, among.as_deref(), &or("service", own)),
        kinds: choices!(Kind, kind).into_iter().filter(|kind| kind.value != "none").collect(),
        topics: choices!(Topic, topic),
        scopes: choices!(Scope, scope).into_iter().filter(|scope| scope.value != "none").collect(),
        arrived: or("arrivee", &today),
        today,
        name: form.get("nom").to_owned(),
        address: form.get("adresse").to_owned(),
        subject: form.get("objet").to_owned(),
        text: form.get("texte").to_owned(),
        to_me: form.get("a_moi") == "1",
        entered: visit.asked.get("reference").chars().filter(|c| c.is_ascii_digit() || *c == '-').collect(),
        key: match form.get("cle") {
            "" => fresh_key(),
            known => known.to_owned(),
        },
        error: if error.is_empty() { error } else { page::sentence(&error) },
    };
    let status = if page.error.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    html_as(status, &page)
}

fn fresh_key() -> String {
    let mut chance = [0; 16];
    // Without chance nothing protects from a second click, as without a script.
    let known = getrandom::fill(&mut chance).is_ok();
    if known { crate::mail::hexadecimal(&chance) } else { String::new() }
}

pub(super) async fn enter(visit: Visit) -> Answer {
    let fields = &visit.form;
    let person = visit.person.as_ref().ok_or(Failure::Forbidden)?;
    let service = fields.get("service").to_owned();
    if !person.may_for(WORKERS, &service) {
        return form(&visit, "choisissez l'un de vos services".into());
    }
    let arrived = match acts::day(fields.get("arrivee")) {
        Ok(day) => day,
        Err(Failure::Refused(text)) => return form(&visit, text),
        Err(other) => return Err(other),
    };
    let received_at = acts::instant(&visit, arrived);
    let Some(channel) = fields.word::<Channel>("canal") else {
        return form(&visit, "dites comment cela est arrivé : courrier, guichet ou téléphone".into());
    };
    let entered = Entered {
        channel,
        received_at,
        service,
        name: fields.get("nom").to_owned(),
        address: fields.get("adresse").to_owned(),
        subject: fields.get("objet").to_owned(),
        text: fields.get("texte").to_owned(),
        kind: fields.word::<Kind>("nature").unwrap_or(Kind::Information),
        scope: fields.word::<Scope>("perimetre").unwrap_or(Scope::General),
        topic: fields.word::<Topic>("theme").unwrap_or(Topic::Other),
        key: fields.get("cle").to_owned(),
        agent: if fields.get("a_moi") == "1" { visit.by().to_owned() } else { String::new() },
    };
    let case = match visit.site.desk().enter_by_hand(&entered, visit.by()).await {
        Ok(case) => case,
        Err(ActError::Store(error)) => return Err(error.into()),
        Err(refused) => return form(&visit, refused.to_string()),
    };
    visit.site.accounts().record(visit.by(), Deed::CaseEntered, &case.reference, channel.french()).await?;
    if fields.has("encore") {
        return to(&format!("/courrier?fait=enregistree&reference={}&canal={}", case.reference, channel.word()));
    }
    page::done(&format!("/demandes/{}", case.reference), "enregistree")
}
