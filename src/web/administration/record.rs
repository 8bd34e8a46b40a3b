//! What was done, and how the classification is doing.

use askama::Template;
use jiff::SignedDuration;

use super::{LINES, Tab, tabs};
use crate::{
    case::Deed,
    triage::axis::Axis,
    web::{
        page::{self, Chrome},
        visit::{Answer, Visit, html},
    },
};

struct JournalLine {
    at: String,
    actor: String,
    deed: &'static str,
    about: String,
    detail: String,
}

#[derive(Template)]
#[template(path = "journal.html")]
struct JournalPage {
    chrome: Chrome,
    tabs: Vec<Tab>,
    lines: Vec<JournalLine>,
    actor: String,
    about: String,
    older: String,
}

pub(in crate::web) async fn journal(visit: Visit) -> Answer {
    let site = &visit.site;
    let (actor, about) = (visit.asked.get("qui").to_lowercase(), visit.asked.get("quoi").to_owned());
    let before = visit.asked.get("avant").parse().unwrap_or(i64::MAX);
    let rows = site.desk().store().audit(&actor, &about, before, LINES).await?;
    let older = match rows.last() {
        Some((last, _)) if rows.len() as i64 == LINES => {
            let mut fields = visit.asked.clone();
            fields.set("avant", &last.to_string());
            format!("/administration/journal?{}", fields.encoded())
        }
        _ => String::new(),
    };
    let lines = rows.iter().map(|(_, row)| JournalLine {
        at: page::moment(site, row.at),
        actor: if row.actor.is_empty() { "quelqu'un".to_owned() } else { row.actor.clone() },
        deed: Deed::french(row.deed),
        about: row.about.clone(),
        detail: row.detail.clone(),
    });
    let here = "/administration/journal";
    html(&JournalPage {
        lines: lines.collect(),
        actor,
        about,
        older,
        tabs: tabs(here),
        chrome: Chrome::of(&visit, "Journal", "/administration"),
    })
}

struct AxisLine {
    name: &'static str,
    accepted: String,
    judged: usize,
}

#[derive(Template)]
#[template(path = "classification.html")]
struct ClassificationPage {
    chrome: Chrome,
    tabs: Vec<Tab>,
    rules: usize,
    models: usize,
    version: String,
    saw: usize,
    corrections: usize,
    taught: usize,
    axes: Vec<AxisLine>,
}

pub(in crate::web) async fn classification(visit: Visit) -> Answer {
    let desk = visit.site.desk();
    let policy = desk.policy();
    let card = &policy.classifier.model.card;
    let now = desk.now();
    let since = now.saturating_sub(SignedDuration::from_hours(24 * 90)).unwrap_or(now);
    let outcomes = desk.store().outcomes(since).await?;
    let judged = outcomes.len();
    let share = |right: usize| match judged {
        0 => "sans objet".to_owned(),
        judged => format!("{:.0} %", right as f64 * 100.0 / judged as f64),
    };
    let right = |same: fn(&crate::store::Outcome) -> bool| outcomes.iter().filter(|outcome| same(outcome)).count();
    let axes = vec![
        AxisLine { name: Axis::Kind.asked(), accepted: share(right(|one| one.kind.0 == one.kind.1)), judged },
        AxisLine { name: Axis::Scope.asked(), accepted: share(right(|one| one.scope.0 == one.scope.1)), judged },
        AxisLine { name: Axis::Topic.asked(), accepted: share(right(|one| one.topic.0 == one.topic.1)), judged },
    ];
    let here = "/administration/classement";
    html(&ClassificationPage {
        rules: policy.classifier.rules.count(),
        models: policy.library.all().count(),
        version: card.version.clone(),
        saw: card.saw.values().sum(),
        corrections: card.saw.get("corrections").copied().unwrap_or_default(),
        taught: desk.store().taught_count().await? as usize,
        axes,
        tabs: tabs(here),
        chrome: Chrome::of(&visit, "Classement", "/administration"),
    })
}
