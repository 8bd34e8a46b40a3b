//! Months that are published, and why they are no longer the same.

use askama::Template;

use super::{
    super::{
        page::{self, Chrome},
        routes::MANAGERS,
        visit::{Answer, Failure, Visit, html},
    },
    decides,
};
use crate::indicators::{Month, Seen, changed};

/// Months that are shown.
const MONTHS: i32 = 12;

struct Published {
    month: String,
    name: String,
    editions: Vec<(i64, String, String, String)>,
    /// Between the editions: figure, one, other.
    corrected: Vec<(String, String, String)>,
    /// Against today.
    otherwise: Vec<(String, String, String)>,
    /// Whether the causes were asked for.
    shown: bool,
    causes: Vec<(String, String)>,
    more: usize,
}

#[derive(Template)]
#[template(path = "publications.html")]
struct PublicationsPage {
    chrome: Chrome,
    months: Vec<Published>,
    to_publish: Vec<(String, String)>,
    decides: bool,
}

/// Cases that are named as causes; the command line names all.
const CAUSES: usize = 50;

pub(in crate::web) async fn show(visit: Visit) -> Answer {
    let (site, desk) = (&visit.site, visit.site.desk());
    let person = visit.person.as_ref().ok_or(Failure::Forbidden)?;
    let seen = Seen { visible: person.services(MANAGERS), service: None };
    let this_month = Month::of(page::calendar(site).date(desk.now()));
    let report = desk.report((this_month.later(-MONTHS), this_month.later(-1)), &seen).await?;
    let wanted = visit.asked.get("mois").parse::<Month>().ok();
    let mut months = Vec::new();
    for month in report.months.iter().rev().filter(|month| !month.editions.is_empty()) {
        let mut causes = Vec::new();
        if month.is_otherwise_today() && wanted == Some(month.month) {
            let found = desk.differences(month.month).await?;
            // Of another service's case only that service may know.
            let theirs = found.into_iter().filter(|one| one.services.iter().any(|service| seen.has(service)));
            causes.extend(theirs.map(|one| (one.reference, one.what.join(" ; "))));
        }
        let corrected = month.editions.windows(2).flat_map(|pair| changed(&pair[0].tally, &pair[1].tally));
        months.push(Published {
            month: month.month.to_string(),
            name: month.month.french(),
            editions: month
                .editions
                .iter()
                .map(|one| (one.number, page::moment(site, one.at), page::person_name(site, &one.by), one.why.clone()))
                .collect(),
            corrected: corrected.collect(),
            otherwise: if month.is_otherwise_today() { changed(&month.tally, &month.today) } else { Vec::new() },
            shown: wanted == Some(month.month),
            more: causes.len().saturating_sub(CAUSES),
            causes: causes.into_iter().take(CAUSES).collect(),
        });
    }
    let to_publish = desk.unpublished(MONTHS).await?;
    html(&PublicationsPage {
        chrome: Chrome::of(&visit, "Mois publiés", "/indicateurs"),
        months,
        to_publish: to_publish.into_iter().map(|month| (month.to_string(), month.french())).collect(),
        decides: decides(&visit),
    })
}

pub(in crate::web) async fn publish(visit: Visit) -> Answer {
    // What is published is everybody's.
    if !decides(&visit) {
        return Err(Failure::Forbidden);
    }
    let month = visit.form.get("mois").parse::<Month>();
    let month = month.map_err(|error| Failure::Refused(error.to_string()))?;
    visit.site.desk().publish(month, visit.form.get("pourquoi"), visit.by()).await?;
    page::done("/indicateurs/publications", "publie")
}
