//! The figures as files and papers.

use axum::{
    http::{HeaderValue, header},
    response::IntoResponse,
};

use super::{
    super::visit::{Answer, Failure, Visit},
    Looked, decides,
};
use crate::desk::{Format, OutputError};

/// Cases in the sample of the pack for the auditor, if the address asks for no other number.
const SAMPLE: usize = 20;

impl From<OutputError> for Failure {
    fn from(error: OutputError) -> Self {
        match error {
            OutputError::Store(error) => error.into(),
            other => Self::Broken(other.to_string()),
        }
    }
}

/// What stands behind the dot of a file, and its media type.
const fn kind(format: Format) -> (&'static str, &'static str) {
    match format {
        Format::Csv => ("csv", "text/csv; charset=utf-8"),
        Format::Xlsx => ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        Format::Ods => ("ods", "application/vnd.oasis.opendocument.spreadsheet"),
        Format::Html | Format::Poster => ("html", "text/html; charset=utf-8"),
        Format::Audit(_) => ("zip", "application/zip"),
    }
}

async fn made(visit: &Visit, format: Format, name: &str, shown: bool) -> Answer {
    let looked = Looked::at(visit)?;
    let style = format!("/assets/papiers.css?{}", env!("CARGO_PKG_VERSION"));
    let bytes = visit.site.desk().output(format, looked.period(), &looked.seen, Some(&style)).await?;
    let how = if shown { "inline" } else { "attachment" };
    let name = format!("{how}; filename=\"{name}-{}-{}.{}\"", looked.from, looked.to, kind(format).0);
    let disposition = HeaderValue::from_str(&name).map_err(|_| Failure::NotFound)?;
    let kind = HeaderValue::from_static(kind(format).1);
    Ok(([(header::CONTENT_TYPE, kind), (header::CONTENT_DISPOSITION, disposition)], bytes).into_response())
}

pub(in crate::web) async fn sheet(visit: Visit) -> Answer {
    let format = match visit.part("format") {
        "csv" => Format::Csv,
        "xlsx" => Format::Xlsx,
        "ods" => Format::Ods,
        _ => return Err(Failure::NotFound),
    };
    made(&visit, format, "indicateurs", false).await
}

pub(in crate::web) async fn paper(visit: Visit) -> Answer {
    match visit.part("paper") {
        "affiche" => made(&visit, Format::Poster, "affiche", true).await,
        "bilan" => made(&visit, Format::Html, "bilan", true).await,
        _ => Err(Failure::NotFound),
    }
}

/// It holds what was written to people: only for whoever answers for the quality of the whole prefecture.
pub(in crate::web) async fn audit(visit: Visit) -> Answer {
    if !decides(&visit) {
        return Err(Failure::Forbidden);
    }
    let sample = visit.asked.get("echantillon").parse().unwrap_or(SAMPLE).min(500);
    made(&visit, Format::Audit(sample), "dossier-de-preuves", false).await
}
