//! What people write in the cells of a tracking sheet.

use jiff::{
    Timestamp, Zoned,
    civil::{Date, Time},
};

use super::instant;
use crate::{
    calendar::{Calendar, MONTHS},
    case::{Channel, Kind, Scope, Topic},
    mail::is_sendable,
    sheets::Value,
    triage::fold::fold,
};

/// A moment, and how it was written.
pub(super) struct Moment {
    pub(super) instant: Timestamp,
    /// Whether only the day is known: then it is its noon.
    pub(super) whole_day: bool,
    pub(super) words: String,
}

/// Whether nothing is written there.
pub(super) fn is_blank(value: &Value) -> bool {
    matches!(value, Value::Empty) || matches!(value, Value::Text(text) if text.trim().is_empty())
}

/// A cell as one line of text.
pub(super) fn text(value: &Value) -> String {
    match value {
        Value::Empty => String::new(),
        Value::Text(text) => text.split_whitespace().collect::<Vec<_>>().join(" "),
        Value::Number(number) => number.to_string(),
        Value::Date(date) => date.strftime("%d/%m/%Y").to_string(),
        Value::Moment(moment) => moment.strftime("%d/%m/%Y %H:%M").to_string(),
    }
}

/// A cell as a moment; `None`: it is empty.
pub(super) fn moment(value: &Value, calendar: &Calendar) -> Result<Option<Moment>, String> {
    let words = text(value);
    let read = match value {
        _ if words.is_empty() => return Ok(None),
        Value::Date(date) => Some((*date, None)),
        Value::Moment(moment) => Some((moment.date(), timed(moment.time()))),
        Value::Text(_) => {
            match words.parse::<Timestamp>().or_else(|_| words.parse::<Zoned>().map(|zoned| zoned.timestamp())) {
                Ok(instant) => return Ok(Some(Moment { instant, whole_day: false, words })),
                Err(_) => written(&words),
            }
        }
        Value::Number(_) => {
            return Err(format!("« {words} » est un nombre : donnez à la colonne le format « date » dans le tableur"));
        }
        Value::Empty => None,
    };
    match read {
        Some((day, time)) => {
            Ok(Some(Moment { instant: instant(calendar, day, time), whole_day: time.is_none(), words }))
        }
        None => Err(format!("« {words} » n'est pas une date : écrivez-la 03/02/2022, 03/02/2022 14:30 ou 2022-02-03")),
    }
}

/// Spreadsheets write midnight where only a day was typed.
fn timed(time: Time) -> Option<Time> {
    Some(time).filter(|time| *time != Time::midnight())
}

/// `2022-02-03T14:30:00+01:00`, `2022-02-03 14:30`, `3/2/22`, `03.02.2022 14h30`, « jeudi 3 février 2022 ».
fn written(words: &str) -> Option<(Date, Option<Time>)> {
    let folded = fold(words);
    // The two that stand between a day and a time of day.
    let spaced = folded.replace(" a ", " ");
    let spaced = match spaced.as_bytes().get(9..11) {
        Some([digit, b't']) if digit.is_ascii_digit() => spaced.replacen('t', " ", 1),
        _ => spaced,
    };
    let mut parts = spaced.split_whitespace().filter(|part| part.parse::<Weekday>().is_err()).peekable();
    let first = parts.next()?;
    let day = match first.split(['/', '-', '.']).collect::<Vec<_>>()[..] {
        [year, month, day] if year.len() == 4 => date(year, month, day)?,
        [day, month, year] => date(year, month, day)?,
        [day] => {
            let month = MONTHS.iter().position(|name| parts.peek().is_some_and(|part| *part == fold(name)))? + 1;
            parts.next();
            date(parts.next()?, &month.to_string(), day.trim_end_matches("er"))?
        }
        _ => return None,
    };
    let rest = parts.collect::<Vec<_>>().join("");
    let time = if rest.is_empty() { None } else { Some(time(&rest)?) };
    Some((day, time.and_then(timed)))
}

/// A word that adds nothing to a date.
struct Weekday;

impl std::str::FromStr for Weekday {
    type Err = ();

    fn from_str(word: &str) -> Result<Self, ()> {
        let days = ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche", "le"];
        days.contains(&word.trim_end_matches(',')).then_some(Self).ok_or(())
    }
}

fn date(year: &str, month: &str, day: &str) -> Option<Date> {
    let number = |text: &str| text.parse::<i16>().ok().filter(|_| text.bytes().all(|byte| byte.is_ascii_digit()));
    let year = match (year.len(), number(year)?) {
        (2, year) => 2000 + year,
        (4, year) => year,
        _ => return None,
    };
    Date::new(year, i8::try_from(number(month)?).ok()?, i8::try_from(number(day)?).ok()?).ok()
}

/// `14:30`, `14:30:05`, `14h30`, `14h`.
fn time(text: &str) -> Option<Time> {
    let mut parts =
        text.split([':', 'h']).filter(|part| !part.is_empty()).map(|part| part.split('.').next()?.parse::<i8>().ok());
    let hour = parts.next()??;
    let mut next = || parts.next().unwrap_or(Some(0));
    let (minute, second) = (next()?, next()?);
    Time::new(hour, minute, second, 0).ok()
}

/// How it came, in the words that sheets have for it.
pub(super) fn channel(word: &str) -> Option<Channel> {
    let folded = fold(word);
    Some(match folded.trim() {
        "email" | "e-mail" | "mail" | "mel" | "courriel" | "courrier electronique" | "messagerie" | "bal" => {
            Channel::Email
        }
        "form"
        | "formulaire"
        | "formulaire de contact"
        | "site"
        | "site internet"
        | "internet"
        | "web"
        | "teleservice" => Channel::Form,
        "letter" | "courrier" | "lettre" | "papier" | "courrier postal" | "poste" | "lr" | "lrar" | "ra" => {
            Channel::Letter
        }
        "counter" | "guichet" | "accueil" | "hall" | "fiche" | "fiche hall" | "fiche d'accueil" | "fiches hall"
        | "fiche accueil" | "fiche navette" | "physique" | "sur place" | "visite" | "registre" => Channel::Counter,
        "phone" | "telephone" | "tel" | "tel." | "appel" | "appel telephonique" => Channel::Phone,
        other => Channel::ALL.iter().copied().find(|channel| fold(channel.french()) == other)?,
    })
}

/// What the sender wanted.
pub(super) fn kind(word: &str) -> Option<Kind> {
    let folded = fold(word);
    Some(match folded.trim() {
        "information"
        | "demande d'information"
        | "demande d'informations"
        | "demande d'information generale"
        | "info"
        | "renseignement"
        | "demande de renseignement"
        | "demande de renseignements"
        | "question"
        | "demande" => Kind::Information,
        "complaint" | "reclamation" | "reclamations" | "plainte" | "mecontentement" => Kind::Complaint,
        "suggestion" | "suggestions" | "proposition" => Kind::Suggestion,
        "none" | "sans suite" | "remerciement" | "remerciements" | "spam" => Kind::None,
        _ => return None,
    })
}

/// Who might answer.
pub(super) fn scope(word: &str) -> Option<Scope> {
    let folded = fold(word);
    let known = |scope: &&Scope| **scope != Scope::None && (scope.word() == folded || fold(scope.french()) == folded);
    Scope::ALL.iter().find(known).copied().or(match folded.trim() {
        "dans le perimetre" | "dans" | "qual-e-pref" | "oui" => Some(Scope::General),
        "dossier" => Some(Scope::CaseFile),
        "elu" | "intervention" => Some(Scope::ElectedOfficial),
        _ => None,
    })
}

/// Subject matter.
pub(super) fn topic(word: &str) -> Option<Topic> {
    let folded = fold(word);
    let known = |topic: &&Topic| topic.word() == folded || fold(topic.french()) == folded;
    Topic::ALL.iter().find(known).copied().or(match folded.trim() {
        "etrangers" | "titre de sejour" | "titres de sejour" | "droit au sejour" | "asile" | "visa" => {
            Some(Topic::Residence)
        }
        "carte grise" | "cartes grises" | "siv" | "immatriculations" => Some(Topic::Vehicle),
        "permis" | "permis de conduire" | "permis a points" => Some(Topic::Licence),
        "cni" | "passeport" | "passeports" | "cni / passeport" | "cni/passeport" | "carte d'identite" => {
            Some(Topic::Identity)
        }
        "rdv" | "prise de rendez-vous" => Some(Topic::Appointment),
        "horaires" | "accueil physique" | "accueil du public" => Some(Topic::Reception),
        "site" | "internet" => Some(Topic::Website),
        "divers" | "autres" => Some(Topic::Other),
        _ => None,
    })
}

/// Name and address of the sender, of a column that may hold either and one that holds the address.
pub(super) fn person(sender: &str, address: &str) -> (String, String) {
    let in_words = |text: &str| {
        let mut parts = text.split(['<', '>', ' ', ';', ',', '(', ')', ':']).map(str::trim);
        parts.find(|part| is_sendable(part)).map(str::to_owned)
    };
    let named = in_words(sender);
    let found = in_words(address).or_else(|| named.clone());
    let named = named.as_deref();
    let name = named.map_or_else(|| sender.to_owned(), |named| sender.replace(named, ""));
    let name = name.trim_matches(|letter: char| letter.is_whitespace() || "<>;,()\"".contains(letter)).to_owned();
    (name, found.unwrap_or_default().to_lowercase())
}
