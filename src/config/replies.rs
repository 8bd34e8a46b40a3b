//! Who signs, and what is true here and nowhere else.

use jiff::civil::Date;

/// `[[agent]]`: what the law wants on what an agent writes (CRPA L111-2): first name, name, capacity, and the address of
/// the service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agent {
    /// Address in lower case: as in `[[service]] agents`.
    pub email: String,
    /// First name.
    pub first_name: String,
    /// Name.
    pub last_name: String,
    /// « Gestionnaire de dossiers », « Cheffe de bureau ».
    pub capacity: String,
    /// Telephone; empty: that of the service.
    pub phone: String,
    /// What stands in the place of the name where public safety requires that it be withheld: « agent n° 4217 ».
    pub anonymous: Option<String>,
}

/// `[[fact]]`: something that is true of this prefecture, and that model answers may say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// As it is named in a model: `{{fact.rendez_vous_page}}`.
    pub id: String,
    /// On one line.
    pub value: String,
    /// The last day on which it may be taken for right.
    pub valid_until: Option<Date>,
}

/// `[[acronym]]`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Acronym {
    /// « DMI ».
    pub short: String,
    /// « Direction des migrations et de l'intégration »; empty: everybody here understands it.
    pub long: String,
}
