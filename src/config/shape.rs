//! What a key may hold: how it is read, and how people are told what was expected. One function a shape; the sentence
//! about a missing key and the one about a wrong value both come from here.

use std::{
    borrow::Cow,
    path::{Path, PathBuf},
};

use jiff::{
    Timestamp,
    civil::{Date, Time},
};
use toml::de::DeValue;

use super::{
    document::Needed,
    section::{Section, Value, any_of, nearest},
};
use crate::calendar::Territory;

/// What a key may hold.
pub(super) struct Shape<F> {
    /// In French, to follow « attendu : ».
    pub expected: Cow<'static, str>,
    read: F,
}

impl<F> Shape<F> {
    /// Reads a value, or tells what is wrong with it.
    pub fn read<T>(&self, value: Value<'_>) -> Option<T>
    where
        F: Fn(Value<'_>, &str) -> Option<T>,
    {
        (self.read)(value, &self.expected)
    }
}

/// A shape that reads with more than the bare value, and tells by itself.
pub(super) fn shape<T, F: Fn(Value<'_>, &str) -> Option<T>>(
    expected: impl Into<Cow<'static, str>>,
    read: F,
) -> Shape<F> {
    Shape { expected: expected.into(), read }
}

/// A shape that depends on the value alone.
fn leaf<T>(
    expected: impl Into<Cow<'static, str>>,
    read: impl Fn(&DeValue<'_>) -> Option<T>,
) -> Shape<impl Fn(Value<'_>, &str) -> Option<T>> {
    shape(expected, move |value, expected| read(value.get()).or_else(|| value.refuse(expected)))
}

/// A shape that is written as a text.
fn written<T>(
    expected: impl Into<Cow<'static, str>>,
    read: impl Fn(&str) -> Option<T>,
) -> Shape<impl Fn(Value<'_>, &str) -> Option<T>> {
    leaf(expected, move |value| value.as_str().and_then(&read))
}

/// Text that may stand in a mail header or a sentence: on one line, not blank.
pub(super) fn text() -> Shape<impl Fn(Value<'_>, &str) -> Option<String>> {
    written("un texte entre guillemets, sur une ligne, non vide", |text| {
        let fits = !text.trim().is_empty() && !text.contains(char::is_control);
        fits.then(|| text.trim().to_owned())
    })
}

/// A key by which other tables refer to this one.
pub(super) fn id() -> Shape<impl Fn(Value<'_>, &str) -> Option<String>> {
    written("une clé courte en minuscules sans accent, chiffres, « - » ou « _ », par exemple \"accueil\"", |text| {
        let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_".contains(&byte);
        ((1..=40).contains(&text.len()) && text.bytes().all(fits)).then(|| text.to_owned())
    })
}

/// An e-mail address, put in lower case.
pub(super) fn email() -> Shape<impl Fn(Value<'_>, &str) -> Option<String>> {
    written("une adresse électronique, par exemple \"accueil@example.fr\"", |text| {
        let sendable = text.parse::<lettre::Address>().is_ok() && crate::mail::is_sendable(text);
        sendable.then(|| text.to_lowercase())
    })
}

/// A list of people, each once: who is named twice would be told twice.
pub(super) fn people() -> Shape<impl Fn(Value<'_>, &str) -> Option<Vec<String>>> {
    let of = list(email());
    shape("une liste d'adresses entre crochets, chacune une seule fois", move |value, expected| {
        let people = of.read(value)?;
        let distinct: std::collections::BTreeSet<_> = people.iter().collect();
        if distinct.len() < people.len() { value.refuse(expected) } else { Some(people) }
    })
}

/// A domain, put in lower case.
pub(super) fn domain() -> Shape<impl Fn(Value<'_>, &str) -> Option<String>> {
    written("un nom de domaine, par exemple \"gouv.fr\"", |text| {
        let label = |label: &str| {
            let fits = |c: char| c.is_alphanumeric() || c == '-';
            !label.is_empty() && label.chars().all(fits) && !label.starts_with('-') && !label.ends_with('-')
        };
        text.split('.').all(label).then(|| text.to_lowercase())
    })
}

/// A colour as style sheets write it.
pub(super) fn colour() -> Shape<impl Fn(Value<'_>, &str) -> Option<String>> {
    written("une couleur, par exemple \"#18753c\"", |text| {
        let digits = text.strip_prefix('#')?;
        (digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_hexdigit())).then(|| text.to_lowercase())
    })
}

/// The name or address of a machine.
pub(super) fn host() -> Shape<impl Fn(Value<'_>, &str) -> Option<String>> {
    written("un nom de machine, par exemple \"imap.example.fr\"", |text| {
        let fits = |c: char| c.is_alphanumeric() || ".-_".contains(c);
        let name = !text.is_empty() && text.chars().all(fits);
        (name || text.parse::<std::net::Ipv6Addr>().is_ok()).then(|| text.to_lowercase())
    })
}

/// The address of a web page.
pub(super) fn page() -> Shape<impl Fn(Value<'_>, &str) -> Option<String>> {
    written("une adresse web, par exemple \"https://www.example.fr\"", |text| {
        let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"))?;
        let fits =
            !rest.is_empty() && !rest.contains(|c: char| c.is_whitespace() || c.is_control() || "\"<>".contains(c));
        fits.then(|| text.to_owned())
    })
}

/// An address and a port to listen on.
pub(super) fn socket() -> Shape<impl Fn(Value<'_>, &str) -> Option<std::net::SocketAddr>> {
    written("une adresse et un port, par exemple \"127.0.0.1:8080\"", |text| text.parse().ok())
}

/// A département or overseas territory.
pub(super) fn department() -> Shape<impl Fn(Value<'_>, &str) -> Option<Territory>> {
    written("le code d'un département ou d'une collectivité, par exemple \"16\", \"2A\" ou \"974\"", |text| {
        text.parse().ok()
    })
}

/// A path, relative ones starting from the configuration folder.
pub(super) fn path() -> Shape<impl Fn(Value<'_>, &str) -> Option<PathBuf>> {
    shape("un chemin entre guillemets", |value, expected| match value.get().as_str() {
        Some(text) if !text.trim().is_empty() && !text.contains('\0') => Some(value.file.reading.folder.join(text)),
        _ => value.refuse(expected),
    })
}

/// The path of a file that must be readable.
pub(super) fn file() -> Shape<impl Fn(Value<'_>, &str) -> Option<PathBuf>> {
    shape("le chemin d'un fichier, entre guillemets", |value, _| {
        let path = path().read(value)?;
        value.file.reading.needed.borrow_mut().push(Needed {
            file: value.file.path.to_owned(),
            line: value.line(),
            key: value.key.to_owned(),
            path: path.clone(),
        });
        Some(path)
    })
}

/// The name of a systemd credential.
pub(super) fn credential() -> Shape<impl Fn(Value<'_>, &str) -> Option<String>> {
    written("le nom d'un « credential » de systemd (LoadCredential=), sans « / »", |text| {
        let plain = Path::new(text).file_name().is_some_and(|name| name == text) && !text.contains(char::is_control);
        plain.then(|| text.to_owned())
    })
}

/// Yes or no.
pub(super) fn flag() -> Shape<impl Fn(Value<'_>, &str) -> Option<bool>> {
    leaf("true ou false, sans guillemets", |value| value.as_bool())
}

/// A whole number within bounds.
pub(super) fn whole<T: TryFrom<i64>>(low: i64, high: i64) -> Shape<impl Fn(Value<'_>, &str) -> Option<T>> {
    leaf(format!("un nombre entier de {low} à {high}"), move |value| {
        integer(value).filter(|number| (low..=high).contains(number)).and_then(|number| number.try_into().ok())
    })
}

/// A number of octets: `26214400` or `"25 MiB"`.
pub(super) fn size() -> Shape<impl Fn(Value<'_>, &str) -> Option<u64>> {
    const UNITS: [(&str, i64); 12] = [
        ("kib", 1 << 10),
        ("kio", 1 << 10),
        ("mib", 1 << 20),
        ("mio", 1 << 20),
        ("gib", 1 << 30),
        ("gio", 1 << 30),
        ("kb", 1_000),
        ("ko", 1_000),
        ("mb", 1_000_000),
        ("mo", 1_000_000),
        ("gb", 1_000_000_000),
        ("go", 1_000_000_000),
    ];
    let read = |text: &str| {
        let text = text.to_lowercase();
        let (unit, factor) = UNITS.iter().find(|(unit, _)| text.ends_with(unit))?;
        text.strip_suffix(unit)?.trim().parse::<i64>().ok()?.checked_mul(*factor)
    };
    leaf("une taille de 64 KiB à 1 GiB, par exemple \"25 MiB\" ou 26214400", move |value| {
        let octets = value.as_str().map_or_else(|| integer(value), read)?;
        (1 << 16..=1 << 30).contains(&octets).then(|| octets.try_into().ok())?
    })
}

/// A day.
pub(super) fn day() -> Shape<impl Fn(Value<'_>, &str) -> Option<Date>> {
    leaf("une date, par exemple 2026-05-15", |value| match value {
        DeValue::Datetime(date) if date.time.is_none() => date.to_string().parse().ok(),
        DeValue::String(text) if text.len() == "2026-05-15".len() => text.parse().ok(),
        _ => None,
    })
}

/// A time of day.
pub(super) fn time() -> Shape<impl Fn(Value<'_>, &str) -> Option<Time>> {
    leaf("une heure, par exemple \"08:00\"", |value| match value {
        DeValue::Datetime(time) if time.date.is_none() && time.offset.is_none() => time.to_string().parse().ok(),
        DeValue::String(text) => text.parse().ok(),
        _ => None,
    })
}

/// An instant: a date, a time and an offset.
pub(super) fn instant() -> Shape<impl Fn(Value<'_>, &str) -> Option<Timestamp>> {
    leaf("un instant avec son décalage horaire, par exemple 2026-03-02T08:00:00+01:00", |value| match value {
        DeValue::Datetime(instant) => instant.to_string().parse().ok(),
        DeValue::String(text) => text.parse().ok(),
        _ => None,
    })
}

/// One word of a closed vocabulary.
pub(super) fn word<T: Copy>(words: Vec<(impl AsRef<str>, T)>) -> Shape<impl Fn(Value<'_>, &str) -> Option<T>> {
    let quoted = words.iter().map(|(word, _)| format!("\"{}\"", word.as_ref()));
    let expected = any_of(&quoted.collect::<Vec<_>>());
    shape(expected, move |value, expected| {
        let found = value.get().as_str().unwrap_or_default();
        let known: Vec<_> = words.iter().map(|(word, _)| word.as_ref()).collect();
        match words.iter().find(|(word, _)| word.as_ref() == found) {
            Some((_, meaning)) => Some(*meaning),
            None => match nearest(found, &known) {
                Some(word) => value.refuse(&format!("{expected} ; vouliez-vous dire \"{word}\" ?")),
                None => value.refuse(expected),
            },
        }
    })
}

/// A list, each of whose elements has a shape.
pub(super) fn list<T>(
    of: Shape<impl Fn(Value<'_>, &str) -> Option<T>>,
) -> Shape<impl Fn(Value<'_>, &str) -> Option<Vec<T>>> {
    shape(format!("une liste entre crochets, chaque élément étant {}", of.expected), move |value, expected| {
        let Some(elements) = value.get().as_array() else { return value.refuse(expected) };
        // Each element is read before the first wrong one makes a wrong list: all are told.
        let read: Vec<_> = elements.iter().map(|element| of.read(value.element(element))).collect();
        read.into_iter().collect()
    })
}

/// A table within a table.
pub(super) fn table<T>(
    expected: &'static str,
    reader: impl Fn(&mut Section<'_>) -> Option<T>,
) -> Shape<impl Fn(Value<'_>, &str) -> Option<T>> {
    shape(expected, move |value, expected| value.table(expected, &reader))
}

fn integer(value: &DeValue<'_>) -> Option<i64> {
    let number = value.as_integer()?;
    i64::from_str_radix(number.as_str(), number.radix()).ok()
}
