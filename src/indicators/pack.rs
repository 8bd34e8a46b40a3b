//! The pack for the auditor of the label: a ZIP with the figures, their definitions, the list of the cases without names, and a
//! sample of cases with what was written to them.

use std::io::{Cursor, Write};

use zip::{CompressionMethod, DateTime, ZipWriter, write::SimpleFileOptions};

use crate::sheets::{SheetError, Workbook, csv, ods, xlsx};

/// A case of the sample.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sampled {
    /// `2026-000123`
    pub reference: String,
    /// What it was, when it came, when it was due and answered: name, value.
    pub dates: Vec<(String, String)>,
    /// What was written: when and what it is, and the text, the correspondent's name and address left out.
    pub letters: Vec<(String, String)>,
    /// What happened to it: when, what.
    pub history: Vec<String>,
}

/// Why a pack could not be made.
#[derive(Debug, thiserror::Error)]
pub enum PackError {
    /// A sheet.
    #[error(transparent)]
    Sheet(#[from] SheetError),
    /// The archive.
    #[error("l'archive ne peut pas être faite : {0}")]
    Archive(String),
}

/// The pack, deterministic: the same matter gives the same octets.
pub fn pack(title: &str, json: &str, workbook: &Workbook, sample: &[Sampled]) -> Result<Vec<u8>, PackError> {
    let archive = |error: &dyn std::fmt::Display| PackError::Archive(error.to_string());
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(DateTime::default())
        .unix_permissions(0o644);
    let mut add = |name: &str, bytes: &[u8]| {
        zip.start_file(name, options).map_err(|error| archive(&error))?;
        zip.write_all(bytes).map_err(|error| archive(&error))
    };
    add("LISEZ-MOI.txt", readme(title, sample.len()).as_bytes())?;
    add("chiffres.json", json.as_bytes())?;
    for (name, sheet) in SHEETS.iter().zip(&workbook.sheets) {
        add(&format!("{name}.csv"), &csv(sheet))?;
    }
    add("indicateurs.xlsx", &xlsx(workbook)?)?;
    add("indicateurs.ods", &ods(workbook)?)?;
    for case in sample {
        add(&format!("echantillon/{}.txt", case.reference), told(case).as_bytes())?;
    }
    let done = zip.finish().map_err(|error| archive(&error))?;
    Ok(done.into_inner())
}

/// The files of the sheets of the workbook, in their order.
const SHEETS: [&str; 7] = [
    "tableau-mensuel",
    "volumes",
    "engagements",
    "autres-faits",
    "satisfaction-et-mystere",
    "publications",
    "definitions",
];

fn readme(title: &str, sample: usize) -> String {
    format!(
        "{title}\r\n\r\n\
         chiffres.json           les indicateurs, mois par mois, tels qu'ils ont été publiés ou tels qu'ils sont connus\r\n\
         tableau-mensuel.csv     le tableau du label : numérateurs, dénominateurs, taux, délais\r\n\
         volumes.csv             les demandes reçues, par canal, nature, périmètre, thème, service et boîte\r\n\
         engagements.csv         les demandes derrière les taux, une ligne par engagement, sans nom ni adresse\r\n\
         autres-faits.csv        les demandes et les actes derrière les autres indicateurs, sans nom ni adresse\r\n\
         satisfaction-et-mystere.csv  les avis des usagers et les courriels mystères\r\n\
         publications.csv        les mois publiés, et pourquoi certains ont été corrigés\r\n\
         definitions.csv         chaque indicateur : définition, population, exclusions\r\n\
         indicateurs.xlsx, .ods  les mêmes feuilles\r\n\
         echantillon/            {sample} demandes tirées au sort, avec ce qui a été écrit à l'usager et les dates\r\n\r\n\
         Le tirage dépend des références et de la période seules : refait, il donne les mêmes demandes. Les demandes du\r\n\
         périmètre du label sont tirées les premières.\r\n\
         Dans l'échantillon, le nom et l'adresse du correspondant sont remplacés par [usager] ; le reste du texte est\r\n\
         celui qui est parti, et peut contenir d'autres données personnelles : à ne remettre qu'à l'auditeur.\r\n"
    )
}

fn told(case: &Sampled) -> String {
    let mut text = format!("Demande {}\r\n\r\n", case.reference);
    for (name, value) in &case.dates {
        text.push_str(&format!("{name} : {value}\r\n"));
    }
    if case.letters.is_empty() {
        text.push_str("\r\nAucun message de releve n'a été écrit à l'usager.\r\n");
    }
    for (what, letter) in &case.letters {
        let line = "-".repeat(72);
        text.push_str(&format!(
            "\r\n{line}\r\n{what}\r\n{line}\r\n{}\r\n",
            letter.replace("\r\n", "\n").replace('\n', "\r\n")
        ));
    }
    text.push_str("\r\nHistorique\r\n");
    for line in &case.history {
        text.push_str(&format!("  {line}\r\n"));
    }
    text
}
