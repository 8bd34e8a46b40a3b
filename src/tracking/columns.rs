//! Which column of a sheet is what: by the name that people gave it.

use std::{collections::BTreeMap, str::FromStr};

use super::{Around, values};
use crate::{
    sheets::{Row, Table},
    triage::fold::fold,
};

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Column {
    /// When it came.
    ReceivedAt,
    /// How it came.
    Channel,
    /// The service in charge.
    Service,
    /// What the sender wanted.
    Kind,
    /// Who might answer.
    Scope,
    /// Subject matter.
    Topic,
    /// Name or address of the sender.
    Sender,
    /// Address of the sender.
    Address,
    /// Subject.
    Subject,
    /// When it was answered.
    AnsweredAt,
}

/// A column that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Matched {
    /// What it holds.
    pub column: Column,
    /// Its name in the sheet.
    pub name: String,
    /// Its place, from 0.
    pub place: usize,
}

/// Which column is what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mapping {
    /// Name of the sheet.
    pub sheet: String,
    /// The line with the names of the columns, from 1.
    pub header_line: usize,
    /// The columns that are read.
    pub columns: Vec<Matched>,
    /// The names of those that are not.
    pub ignored: Vec<String>,
}

/// The names under which people keep a column, folded, the surest first; the first is the key on the command line.
const NAMES: &[(Column, &[&str])] = &[
    (
        Column::ReceivedAt,
        &[
            "received_at",
            "date de reception",
            "date reception",
            "recu le",
            "recue le",
            "reception",
            "date d'arrivee",
            "arrivee",
            "arrive le",
            "date arrivee",
            "date de la demande",
            "date demande",
            "date",
        ],
    ),
    (
        Column::Channel,
        &[
            "channel",
            "canal",
            "mode de contact",
            "mode de saisine",
            "mode",
            "moyen",
            "support",
            "type de support",
            "voie",
            "vecteur",
        ],
    ),
    (Column::Service, &["service", "bureau", "service traitant", "service destinataire", "direction"]),
    (Column::Kind, &["kind", "nature", "nature de la demande", "type de demande", "type", "categorie"]),
    (Column::Scope, &["scope", "perimetre"]),
    (Column::Topic, &["topic", "theme", "thematique", "domaine", "matiere"]),
    (
        Column::Sender,
        &[
            "sender",
            "expediteur",
            "usager",
            "demandeur",
            "emetteur",
            "nom",
            "nom de l'usager",
            "nom prenom",
            "nom et prenom",
            "correspondant",
        ],
    ),
    (
        Column::Address,
        &[
            "address",
            "adresse electronique",
            "adresse courriel",
            "adresse mail",
            "adresse e-mail",
            "courriel",
            "mail",
            "email",
            "e-mail",
            "adresse",
        ],
    ),
    (Column::Subject, &["subject", "objet", "sujet", "objet de la demande", "intitule", "libelle"]),
    (
        Column::AnsweredAt,
        &[
            "answered_at",
            "date de reponse",
            "date reponse",
            "repondu le",
            "repondue le",
            "reponse le",
            "date d'envoi de la reponse",
            "date de la reponse",
            "traite le",
            "reponse",
        ],
    ),
];

impl Column {
    /// All of them.
    pub fn all() -> impl Iterator<Item = Self> {
        NAMES.iter().map(|(column, _)| *column)
    }

    /// Its key on the command line.
    pub fn key(self) -> &'static str {
        NAMES.iter().find(|(column, _)| *column == self).map_or("", |(_, names)| names[0])
    }

    /// What it holds, in words.
    pub const fn french(self) -> &'static str {
        match self {
            Self::ReceivedAt => "date de réception",
            Self::Channel => "canal",
            Self::Service => "service",
            Self::Kind => "nature",
            Self::Scope => "périmètre",
            Self::Topic => "thème",
            Self::Sender => "expéditeur",
            Self::Address => "adresse électronique",
            Self::Subject => "objet",
            Self::AnsweredAt => "date de réponse",
        }
    }

    /// What is taken where it is not there.
    pub const fn otherwise(self) -> &'static str {
        match self {
            Self::ReceivedAt => "obligatoire",
            Self::Channel => "--channel, sinon ligne refusée",
            Self::Service => "--service, sinon le seul service, sinon ligne refusée",
            Self::Kind => "demande d'information",
            Self::Scope => "général",
            Self::Topic => "autre sujet",
            Self::Sender | Self::Address => "inconnu",
            Self::Subject => "(sans objet)",
            Self::AnsweredAt => "sans réponse",
        }
    }
}

impl FromStr for Column {
    type Err = String;

    fn from_str(key: &str) -> Result<Self, String> {
        Self::all().find(|column| column.key() == key).ok_or_else(|| {
            let known = Self::all().map(Self::key).collect::<Vec<_>>().join(", ");
            format!("« {key} » n'est pas une colonne ; possibles : {known}")
        })
    }
}

impl Mapping {
    /// Where a column is.
    pub fn place(&self, column: Column) -> Option<usize> {
        self.columns.iter().find(|one| one.column == column).map(|one| one.place)
    }
}

/// The line of the names is looked for among so many first ones: titles and explanations stand above it.
const LOOKED_AT: usize = 30;

/// The table with the tracking sheet, and its columns.
pub(super) fn find<'t>(
    tables: &'t [Table],
    sheet: Option<&str>,
    around: &Around<'_>,
) -> Result<(&'t Table, Mapping, Vec<String>), String> {
    let names = || tables.iter().map(|table| format!("« {} »", table.name)).collect::<Vec<_>>().join(", ");
    let wanted: Vec<_> = tables.iter().filter(|table| sheet.is_none_or(|name| table.name == name)).collect();
    if let (Some(name), true) = (sheet, wanted.is_empty()) {
        return Err(format!("aucune feuille ne s'appelle « {name} » ; feuilles : {}", names()));
    }
    let mut found = wanted.iter().filter_map(|table| Some((*table, header(table, around.named)?)));
    if let Some((table, mapping)) = found.next() {
        for (column, name) in around.named {
            if mapping.place(*column).is_none() {
                let line = mapping.header_line;
                let key = column.key();
                return Err(format!(
                    "aucune colonne ne s'appelle « {name} » à la ligne {line} de « {} » (--column {key}=…)",
                    table.name
                ));
            }
        }
        let others = found.map(|(table, _)| table.name.clone()).collect();
        return Ok((table, mapping, others));
    }
    for (column, name) in around.named {
        let stands = |row: &Row| row.cells.iter().any(|cell| plain(&values::text(cell)) == plain(name));
        if !wanted.iter().any(|table| table.rows.iter().take(LOOKED_AT).any(stands)) {
            return Err(format!("aucune colonne ne s'appelle « {name} » (--column {}=…)", column.key()));
        }
    }
    let first = wanted.iter().flat_map(|table| table.rows.iter()).find(|row| row.cells.len() > 1);
    let found = first.map(|row| row.cells.iter().map(values::text).filter(|name| !name.is_empty()).collect::<Vec<_>>());
    let found = found.filter(|found| !found.is_empty()).map_or_else(String::new, |found| {
        let shown = found.iter().take(12).map(|name| format!("« {name} »")).collect::<Vec<_>>().join(", ");
        format!(" ; première ligne trouvée : {shown}")
    });
    Err(format!(
        "aucune ligne ne nomme les colonnes : il faut au moins la date de réception et une autre (par exemple received_at, channel, service, kind, topic, sender, subject, answered_at), ou dites leurs noms : --column received_at=\"Arrivée le\"{found}"
    ))
}

/// The line of a table that names the most columns, the reception among them.
fn header(table: &Table, named: &BTreeMap<Column, String>) -> Option<Mapping> {
    let mut best: Option<Mapping> = None;
    for row in table.rows.iter().take(LOOKED_AT) {
        let columns = columns(row, named);
        // A title that happens to be the name of a column is no line of names.
        let enough = columns.len() >= 2 && columns.iter().any(|one| one.column == Column::ReceivedAt);
        if !enough || best.as_ref().is_some_and(|best| best.columns.len() >= columns.len()) {
            continue;
        }
        let read = |place: &usize| columns.iter().any(|one| one.place == *place);
        let rest = (0..row.cells.len()).filter(|place| !read(place)).map(|place| values::text(&row.cells[place]));
        let ignored = rest.filter(|name| !name.is_empty()).collect();
        best = Some(Mapping { sheet: table.name.clone(), header_line: row.line, columns, ignored });
    }
    best
}

/// The columns that a line names. Each name is one column at most, and the surest name wins.
fn columns(row: &Row, named: &BTreeMap<Column, String>) -> Vec<Matched> {
    let cells: Vec<(usize, String, String)> = row
        .cells
        .iter()
        .enumerate()
        .map(|(place, cell)| (place, values::text(cell)))
        .filter(|(_, name)| !name.is_empty())
        .map(|(place, name)| (place, plain(&name), name))
        .collect();
    let mut found: Vec<Matched> = Vec::new();
    for (column, wanted) in named {
        if let Some((place, _, name)) = cells.iter().find(|(_, folded, _)| *folded == plain(wanted)) {
            found.push(Matched { column: *column, name: name.clone(), place: *place });
        }
    }
    // All surest names first, so that « Date » is not taken for the reception where « Date de réception » stands elsewhere.
    let most = NAMES.iter().map(|(_, names)| names.len()).max().unwrap_or_default();
    for rank in 0..most {
        for (column, names) in NAMES {
            let Some(name) = names.get(rank) else { continue };
            if named.contains_key(column) || found.iter().any(|one| one.column == *column) {
                continue;
            }
            let free = |place: usize| found.iter().all(|one| one.place != place);
            if let Some((place, _, shown)) = cells.iter().find(|(place, folded, _)| folded == name && free(*place)) {
                found.push(Matched { column: *column, name: shown.clone(), place: *place });
            }
        }
    }
    found.sort_by_key(|one| one.column);
    found
}

/// A name as it is compared: without case, accents, brackets behind it, and blanks around.
fn plain(name: &str) -> String {
    let folded = fold(name);
    let words = folded.split(['(', '[', ':', '*', '\n']).next().unwrap_or_default();
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}
