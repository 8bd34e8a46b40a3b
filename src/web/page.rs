//! What every page has around it, and how moments, people and what strangers wrote are shown.

use askama::Template;
use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use jiff::{Timestamp, civil::Date};

use super::{
    Site,
    routes::{MANAGERS, READERS, WORKERS},
    visit::{Failure, Visit, html_as, to},
};
use crate::{
    calendar::{Calendar, in_words},
    case::Access,
    config::Config,
};

/// Around every page: its name, who reads it, where they can go.
pub(super) struct Chrome {
    pub(super) title: String,
    pub(super) prefecture: String,
    /// Empty: nobody has come in.
    pub(super) person: String,
    pub(super) places: Vec<Place>,
    /// What the forms bear.
    pub(super) token: String,
    /// What was just done, in words; or empty.
    pub(super) done: &'static str,
    /// The address of the prefecture's own style sheet; empty: it has none.
    pub(super) theme: String,
    /// The address of its logo; empty: it has none.
    pub(super) logo: String,
    /// Changes with our files, so that no browser keeps old ones.
    pub(super) version: &'static str,
}

/// Somewhere to go.
pub(super) struct Place {
    pub(super) address: &'static str,
    pub(super) name: &'static str,
    pub(super) here: bool,
}

/// Where to go, and who may.
const PLACES: [(&str, &str, &[Access]); 6] = [
    ("/demandes", "File d'attente", READERS),
    ("/courrier", "Courrier, guichet, téléphone", WORKERS),
    ("/reponses", "Réponses types", READERS),
    ("/tableau-de-bord", "Tableau de bord", MANAGERS),
    ("/indicateurs", "Indicateurs", MANAGERS),
    ("/administration", "Administration", &[Access::Administrator]),
];

/// What was done, by the word that stands in the address of the page after it: nothing that a stranger writes into a link can
/// be said in our name.
const DONE: [(&str, &str); 22] = [
    ("confirme", "Le classement est confirmé : le modèle l'apprendra."),
    ("corrige", "Le classement est corrigé : le modèle l'apprendra."),
    ("note", "La note est enregistrée."),
    ("confie", "La demande est confiée, ou reprise : la file le montre."),
    ("close", "La demande est close."),
    ("rouverte", "La demande est rouverte."),
    ("reunie", "La demande est réunie à l'autre : c'est là qu'il y sera répondu."),
    ("separee", "Les demandes sont séparées."),
    ("detachee", "Le message détaché est devenu cette demande."),
    ("repondue", "La réponse donnée par un autre moyen est notée."),
    ("brouillon", "Le brouillon est gardé."),
    ("efface", "Le brouillon est effacé."),
    ("repris", "Le message n'est pas parti : le voici, à modifier ou à envoyer plus tard."),
    ("enregistree", "La demande est enregistrée."),
    ("propose", "Le changement est proposé ; un référent qualité en décide."),
    ("decide", "La décision est enregistrée."),
    ("absence", "Les absences sont à jour."),
    ("relance", "Le courriel est relancé."),
    ("importe", "Le message sera importé à la prochaine relève, ou l'est déjà."),
    ("compte", "Le compte est à jour."),
    ("publie", "Le mois est publié : ses chiffres sont gardés."),
    ("ecoute", "C'est enregistré, à côté des indicateurs."),
];

impl Chrome {
    pub(super) fn of(visit: &Visit, title: impl Into<String>, here: &str) -> Self {
        let person = visit.person.as_ref();
        let places = PLACES.iter().filter(|(.., who)| person.is_some_and(|person| person.may(who)));
        let done = DONE.iter().find(|(word, _)| *word == visit.asked.get("fait"));
        Self {
            title: title.into(),
            prefecture: config(&visit.site).prefecture.name.clone(),
            person: person.map(|person| person.name.clone()).unwrap_or_default(),
            places: places.map(|(address, name, _)| Place { address, name, here: *address == here }).collect(),
            token: visit.form_token(),
            done: done.map_or("", |(_, text)| text),
            theme: visit.site.0.theme.address("theme.css"),
            logo: ["logo.svg", "logo.png"]
                .iter()
                .map(|name| visit.site.0.theme.address(name))
                .find(|found| !found.is_empty())
                .unwrap_or_default(),
            version: env!("CARGO_PKG_VERSION"),
        }
    }
}

pub(super) fn config(site: &Site) -> &Config {
    &site.desk().policy().config
}

pub(super) fn calendar(site: &Site) -> &Calendar {
    &site.desk().policy().calendar
}

/// « ?puis=… »: where to go on after coming in. Only a way within our own pages.
pub(super) fn and_then(there: &str) -> String {
    if there == "/" {
        return String::new();
    }
    format!("?{}", form_urlencoded::Serializer::new(String::new()).append_pair("puis", there).finish())
}

/// The way that was asked for, if it leads to one of our own pages.
pub(super) fn own_way(asked: &str) -> &str {
    let own = asked.starts_with('/')
        && !asked.starts_with("//")
        && !asked.contains('\\')
        && !asked.contains(char::is_control);
    if own { asked } else { "/" }
}

/// « 26/11/2026 à 9 h 53 », where the prefecture is.
pub(super) fn moment(site: &Site, at: Timestamp) -> String {
    let at = at.to_zoned(calendar(site).zone().clone());
    format!("{} à {} h {:02}", short_day(at.date()), at.hour(), at.minute())
}

/// « 26/11/2026 ».
pub(super) fn short_day(date: Date) -> String {
    date.strftime("%d/%m/%Y").to_string()
}

/// « jeudi 26 novembre 2026 ».
pub(super) fn day(site: &Site, at: Timestamp) -> String {
    in_words(calendar(site).date(at), "fr")
}

/// The name of a service, or its key where it is no longer described.
pub(super) fn service_name(site: &Site, id: &str) -> String {
    config(site).service(id).map_or_else(|| id.to_owned(), |service| service.name.clone())
}

/// Somebody of ours by name, where they are described; else the address.
pub(super) fn person_name(site: &Site, address: &str) -> String {
    let agent = config(site).agent(address).filter(|agent| agent.anonymous.is_none());
    agent.map_or_else(|| address.to_owned(), |agent| format!("{} {}", agent.first_name, agent.last_name))
}

/// What a stranger wrote, without the characters that turn the direction of what stands beside it: « facture\u{202e}fdp.exe »
/// is read as it is spelt.
pub(super) fn clear(text: &str) -> String {
    let turns = |c: char| {
        matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
            || (c.is_control() && !matches!(c, '\n' | '\t'))
    };
    text.replace(turns, "")
}

/// The correspondent as agents know them.
pub(super) fn correspondent(name: &str, address: &str) -> String {
    match (clear(name).trim(), clear(address).trim()) {
        ("", "") => "correspondant inconnu".to_owned(),
        ("", address) => address.to_owned(),
        (name, _) => name.to_owned(),
    }
}

/// What a subject says, or that there is none.
pub(super) fn subject(text: &str) -> String {
    let text = clear(text);
    if text.trim().is_empty() { "(sans objet)".to_owned() } else { text }
}

/// How urgent a running case is: told by a word, a shape and a colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Urgency {
    Late,
    Today,
    Tomorrow,
    Week,
    Later,
}

impl Urgency {
    pub(super) const ALL: [Self; 5] = [Self::Late, Self::Today, Self::Tomorrow, Self::Week, Self::Later];

    /// The ends of each: now, the end of today, of the next working day, of the week.
    pub(super) fn ends(calendar: &Calendar, now: Timestamp) -> [Timestamp; 4] {
        let today = calendar.date(now);
        let end = |date: Date| calendar.instant(date.tomorrow().unwrap_or(date), jiff::civil::Time::midnight());
        let days_left = 7 - i64::from(today.weekday().to_monday_one_offset());
        let sunday = today.saturating_add(jiff::Span::new().days(days_left));
        let (today, tomorrow) = (end(today), end(calendar.next_working_day(today)));
        [now, today, tomorrow, end(sunday).max(tomorrow)]
    }

    pub(super) fn of(due: Timestamp, ends: [Timestamp; 4]) -> Self {
        ends.iter().position(|end| due < *end).map_or(Self::Later, |place| Self::ALL[place])
    }

    pub(super) const fn word(self) -> &'static str {
        ["En retard", "Aujourd'hui", "Prochain jour ouvré", "Cette semaine", "Plus tard"][self as usize]
    }

    /// The name of its colour and of its shape in the style sheet.
    pub(super) const fn class(self) -> &'static str {
        ["late", "today", "tomorrow", "week", "later"][self as usize]
    }

    pub(super) const fn shape(self) -> &'static str {
        ["▲", "●", "◆", "■", "○"][self as usize]
    }
}

#[derive(Template)]
#[template(path = "failure.html")]
struct FailurePage {
    chrome: Chrome,
    text: String,
    /// What had been typed: nothing of it is lost.
    typed: Vec<(String, String)>,
    back: String,
}

/// The page that says why something could not be had, with what had been typed. `quick`: a script asked, and shows the
/// sentence alone.
pub(super) fn failure(visit: &Visit, failure: &Failure, quick: bool) -> Response {
    let (status, title, text) = match failure {
        Failure::NotFound => (
            StatusCode::NOT_FOUND,
            "Page introuvable",
            "Il n'y a rien à cette adresse, ou rien que vos droits permettent de voir.".to_owned(),
        ),
        Failure::Forbidden => (
            StatusCode::FORBIDDEN,
            "Accès refusé",
            "Vos droits ne permettent pas d'ouvrir cette page ; votre administrateur peut les changer.".to_owned(),
        ),
        Failure::LoggedOut => (
            StatusCode::UNAUTHORIZED,
            "Session terminée",
            "Votre session est terminée : rien n'a été fait. Copiez ce que vous aviez écrit, connectez-vous de nouveau, puis recommencez.".to_owned(),
        ),
        Failure::NotOurForm => (
            StatusCode::FORBIDDEN,
            "Formulaire périmé",
            "Ce formulaire n'est plus valable : votre session a changé depuis. Rien n'a été fait. Rechargez la page, puis recommencez.".to_owned(),
        ),
        Failure::Refused(text) => (StatusCode::UNPROCESSABLE_ENTITY, "Rien n'a été fait", sentence(text)),
        Failure::Broken(cause) => {
            tracing::error!(cause, "a page could not be made");
            let text = "Une erreur nous empêche d'afficher cette page. Réessayez ; si elle revient, prévenez votre administrateur : la cause est dans le journal du serveur.";
            (StatusCode::INTERNAL_SERVER_ERROR, "Erreur", text.to_owned())
        }
    };
    if quick {
        return (status, text).into_response();
    }
    let back = match visit.part("reference") {
        "" => "/".to_owned(),
        reference => format!("/demandes/{reference}"),
    };
    // What is ours in a form, and what nobody may read over a shoulder.
    const SILENT: [&str; 11] =
        ["jeton", "action", "vu", "a", "lu", "garde", "cle", "mot_de_passe", "modele", "retour", "puis"];
    let said = |(name, value): &(&str, &str)| {
        !SILENT.contains(name) && !name.starts_with("vu_") && *name != "droit" && !value.trim().is_empty()
    };
    let typed = visit.form.iter().filter(said).map(|(name, value)| (label(name), value.to_owned())).collect();
    let page = FailurePage { chrome: Chrome::of(visit, title, ""), text, typed, back };
    html_as(status, &page).unwrap_or_else(|_| (status, title).into_response())
}

/// What the desk says, without what it says to whoever types commands.
pub(super) fn without_commands(text: &str) -> String {
    let mut text = text.to_owned();
    while let Some(at) = text.find(" (ligne de commande :") {
        let end = text[at..].find(')').map_or(text.len(), |end| at + end + 1);
        text.replace_range(at..end, "");
    }
    text
}

/// What a field is called on its page.
fn label(name: &str) -> String {
    let known = [
        ("texte", "Texte"),
        ("objet", "Objet"),
        ("note", "Note"),
        ("pourquoi", "Pourquoi"),
        ("pieces", "Pièces"),
        ("comment", "Comment"),
        ("jusqu_au", "Date"),
        ("administration", "Administration"),
        ("courriel", "Adresse électronique"),
        ("nom", "Nom"),
        ("adresse", "Adresse électronique"),
    ];
    let found = known.iter().find(|(word, _)| *word == name).map(|(_, label)| (*label).to_owned());
    found.unwrap_or_else(|| name.trim_start_matches("champ.").replace('_', " "))
}

/// A refusal of the desk as a sentence of its own.
pub(super) fn sentence(text: &str) -> String {
    let text = without_commands(text);
    let mut letters = text.chars();
    let first = letters.next().map(|first| first.to_uppercase().collect::<String>()).unwrap_or_default();
    let rest = letters.as_str();
    let end = if rest.ends_with(['.', '!', '?', '…']) { "" } else { "." };
    format!("{first}{rest}{end}")
}

#[cfg(test)]
#[test]
fn a_refusal_is_a_sentence_without_commands() {
    let said = "rouvrez-la d'abord (ligne de commande : releve cases reopen), ou non (ligne de commande : rien)";
    assert_eq!(sentence(said), "Rouvrez-la d'abord, ou non.");
    assert_eq!((sentence("déjà dit !"), sentence("")), ("Déjà dit !".into(), ".".into()));
}

/// On to a page that says what was done.
pub(super) fn done(address: &str, word: &str) -> super::visit::Answer {
    debug_assert!(DONE.iter().any(|(known, _)| *known == word), "{word} says nothing");
    let mark = if address.contains('?') { '&' } else { '?' };
    to(&format!("{address}{mark}fait={word}"))
}

/// One choice of a list.
pub(super) struct Choice {
    pub(super) value: String,
    pub(super) name: String,
    pub(super) chosen: bool,
}

/// The choices of a closed vocabulary; `chosen` is the word that stands there now.
macro_rules! choices {
    ($vocabulary:ty, $chosen:expr) => {
        <$vocabulary>::ALL
            .iter()
            .map(|word| $crate::web::page::Choice {
                value: word.word().to_owned(),
                name: word.french().to_owned(),
                chosen: word.word() == $chosen,
            })
            .collect::<Vec<_>>()
    };
}

pub(super) use choices;

/// The choices among services.
pub(super) fn services(site: &Site, among: Option<&[String]>, chosen: &str) -> Vec<Choice> {
    let services = config(site).services.iter();
    let seen = services.filter(|service| among.is_none_or(|among| among.contains(&service.id)));
    seen.map(|service| Choice { value: service.id.clone(), name: service.name.clone(), chosen: service.id == chosen })
        .collect()
}

/// The choices among the people of a service.
pub(super) fn staff(site: &Site, service: &str, chosen: &str) -> Vec<Choice> {
    let staff = config(site).service(service).map(|service| service.staff().collect::<Vec<_>>()).unwrap_or_default();
    let mut staff: Vec<_> = staff
        .into_iter()
        .map(|address| Choice {
            value: address.to_owned(),
            name: person_name(site, address),
            chosen: address == chosen,
        })
        .collect();
    by_name(&mut staff);
    staff
}

/// The choices among the people of the services for which the reader may do one of these.
pub(super) fn colleagues(visit: &Visit, one_of: &[Access], chosen: &str) -> Vec<Choice> {
    let Some(person) = &visit.person else { return Vec::new() };
    let services = config(&visit.site).services.iter().filter(|service| person.may_for(one_of, &service.id));
    let mut all: Vec<_> = services.flat_map(|service| staff(&visit.site, &service.id, chosen)).collect();
    by_name(&mut all);
    all
}

/// Each person once.
fn by_name(people: &mut Vec<Choice>) {
    people.sort_by(|one, other| (&one.name, &one.value).cmp(&(&other.name, &other.value)));
    people.dedup_by(|one, other| one.value == other.value);
}
