//! From a figure to its cases: what is listed is what was counted.

use askama::Template;

use super::{
    super::{
        page::{self, Chrome},
        visit::{Answer, Failure, Visit, html},
    },
    Looked,
};
use crate::{
    indicators::{CaseFact, Dimension, Done, Indicator, Month, Part, PromiseFact, outcome, working_days},
    web::routes::READERS,
};

/// Lines of a page.
const LINES: usize = 100;

struct Line {
    reference: String,
    /// Where the case is; empty: the reader may not see it, or it is not kept any more.
    address: String,
    service: String,
    channel: &'static str,
    kind: &'static str,
    received: String,
    due: String,
    answered: String,
    replied: String,
    outcome: String,
}

#[derive(Template)]
#[template(path = "evidence.html")]
struct EvidencePage {
    chrome: Chrome,
    name: String,
    period: String,
    what: &'static str,
    definition: &'static str,
    population: &'static str,
    exclusions: &'static str,
    number: usize,
    apart: usize,
    lines: Vec<Line>,
    first: usize,
    before: Option<String>,
    after: Option<String>,
    parts: Vec<(String, &'static str, bool)>,
}

/// What of a figure is listed.
fn wanted(word: &str, part: Part) -> bool {
    match (word, part) {
        ("ecartees", Part::Apart(_)) => true,
        (_, Part::Apart(_)) | ("ecartees", _) => false,
        ("num", Part::Rate(hit)) => hit,
        ("echecs", Part::Rate(hit)) => !hit,
        ("echecs", _) => false,
        _ => true,
    }
}

pub(in crate::web) async fn show(visit: Visit) -> Answer {
    let looked = Looked::at(&visit)?;
    let (site, asked) = (&visit.site, &visit.asked);
    let indicator: Indicator = asked.get("figure").parse().map_err(|_| Failure::NotFound)?;
    let month = |name: &str| asked.get(name).parse::<Month>().map_err(|_| Failure::NotFound);
    let (from, to) = (month("du")?, month("au")?);
    if from.to(to).count() > 60 {
        return Err(Failure::Refused("plus de cinq ans : choisissez une période plus courte".into()));
    }
    let word = match asked.get("part") {
        known @ ("num" | "echecs" | "ecartees") => known,
        _ => "den",
    };
    // Of a volume, what is of one word.
    let of = Dimension::ALL.iter().find(|one| one.word() == asked.get("par")).copied();
    let value = asked.get("valeur");
    let mut behind = site.desk().behind((from, to), &looked.seen).await?;
    behind.retain(|one| of.is_none_or(|of| of.of(&one.fact) == value));
    let added = behind.iter().flat_map(|one| one.added(indicator).into_iter().map(|added| (&one.fact, added)));
    let (mut all, mut apart) = (Vec::new(), 0);
    for (fact, added) in added {
        apart += usize::from(matches!(added.part, Part::Apart(_)));
        if wanted(word, added.part) {
            all.push((fact, added));
        }
    }
    // Delays in their order: so the one in the middle, and the ninth of ten, can be pointed at.
    let delay = |part: Part| if let Part::Delay(done) = part { done.working_days } else { 0 };
    all.sort_by_key(|(fact, added)| (delay(added.part), fact.reference.clone()));
    let number = all.len();
    let page_number = asked.get("page").parse::<usize>().unwrap_or(1).clamp(1, number.div_ceil(LINES).max(1));
    let skip = (page_number - 1) * LINES;
    let mut lines = Vec::new();
    for (fact, added) in all.into_iter().skip(skip).take(LINES) {
        lines.push(line(&visit, fact, added.promise, added.part).await?);
    }
    let turned = |page: usize| {
        let mut fields = asked.clone();
        fields.set("page", &page.to_string());
        format!("/indicateurs/preuve?{}", fields.encoded())
    };
    let rate = matches!(crate::indicators::Figure::empty(indicator), crate::indicators::Figure::Rate { .. });
    let choices: &[(&str, &str)] = match rate {
        true => &[("den", "toutes"), ("num", "au numérateur"), ("echecs", "les échecs"), ("ecartees", "écartées")],
        false => &[("den", "toutes")],
    };
    let parts = choices.iter().map(|(part, name)| {
        let mut fields = asked.clone();
        fields.set("part", part);
        fields.set("page", "");
        (format!("/indicateurs/preuve?{}", fields.encoded()), *name, *part == word)
    });
    let mut period = from.span(to);
    if let Some(of) = of {
        let names = crate::desk::names(page::config(site));
        let name = names.get(&(of, value.to_owned())).cloned().unwrap_or_else(|| of.word_in_french(value));
        period = format!("{period}, {} : {name}", of.french());
    }
    html(&EvidencePage {
        chrome: Chrome::of(&visit, format!("Preuve : {}", indicator.french()), "/indicateurs"),
        name: indicator.french(),
        period,
        what: choices.iter().find(|(part, _)| *part == word).map_or("", |(_, name)| name),
        definition: indicator.definition(),
        population: indicator.population(),
        exclusions: indicator.exclusions(),
        number,
        apart,
        lines,
        first: skip + 1,
        before: (page_number > 1).then(|| turned(page_number - 1)),
        after: (skip + LINES < number).then(|| turned(page_number + 1)),
        parts: parts.collect(),
    })
}

async fn line(visit: &Visit, fact: &CaseFact, promise: Option<&PromiseFact>, part: Part) -> Result<Line, Failure> {
    let site = &visit.site;
    let known = site.desk().store().service_of(&fact.reference).await?;
    let theirs =
        known.zip(visit.person.as_ref()).is_some_and(|((_, service), person)| person.may_for(READERS, &service));
    let done = |done: Option<Done>| match done {
        Some(done) => {
            format!("{} ({})", page::short_day(done.on), working_days(done.working_days))
        }
        None => "aucune".to_owned(),
    };
    let outcome = match (part, promise.and_then(|promise| promise.ended)) {
        (Part::Apart(ending), Some((on, _))) => format!("{}, le {}", ending.french(), page::short_day(on)),
        (Part::Apart(ending), None) => ending.french().to_owned(),
        (part, _) => outcome(part).to_owned(),
    };
    Ok(Line {
        address: if theirs { format!("/demandes/{}", fact.reference) } else { String::new() },
        reference: fact.reference.clone(),
        service: page::service_name(site, &fact.service),
        channel: fact.channel.french(),
        kind: fact.kind.french(),
        received: page::short_day(promise.map_or(fact.received_on, |promise| promise.starts_on)),
        due: promise.map_or_else(String::new, |promise| page::short_day(promise.due_on)),
        answered: promise.map_or_else(String::new, |promise| done(promise.answered)),
        replied: promise.map_or_else(String::new, |promise| done(promise.replied)),
        outcome,
    })
}
