//! Why a month is no longer as it was published: case by case, what is known of it now that was not, or was otherwise.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::{
    count::{Part, contributions},
    definition::Indicator,
    fact::{CaseFact, Done, PromiseFact},
    month::Month,
};

/// A case that adds something else to a month than when it was published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// `2026-000123`
    pub reference: String,
    /// Keys of the services that had it: when the month was published, and today.
    pub services: Vec<String>,
    /// What changed, in words.
    pub what: Vec<String>,
    /// The figures to which it adds something else.
    pub figures: Vec<Indicator>,
}

/// What `then` added to the month on the day on which it was published, against what `now` adds today.
pub fn differences(
    month: Month,
    (then, on): (&[CaseFact], Date),
    (now, today): (&[CaseFact], Date),
) -> Vec<Difference> {
    let by_reference = |facts: &'_ [CaseFact]| -> BTreeMap<String, CaseFact> {
        facts.iter().map(|fact| (fact.reference.clone(), fact.clone())).collect()
    };
    let (then, now) = (by_reference(then), by_reference(now));
    let mut references: Vec<_> = then.keys().chain(now.keys()).collect();
    references.sort();
    references.dedup();
    let differing = |reference: &String| {
        let (before, after) = (then.get(reference), now.get(reference));
        let (added, adds) = (before.map(|fact| added(fact, month, on)), after.map(|fact| added(fact, month, today)));
        let (added, adds) = (added.unwrap_or_default(), adds.unwrap_or_default());
        let moved = before.zip(after).is_some_and(|(before, after)| before.service != after.service);
        if added == adds && (!moved || added.is_empty()) {
            return None;
        }
        let mut figures: Vec<_> =
            added.keys().chain(adds.keys()).filter(|one| moved || added.get(one) != adds.get(one)).copied().collect();
        figures.sort();
        figures.dedup();
        let services = before.into_iter().chain(after).map(|fact| fact.service.clone()).collect();
        Some(Difference { reference: reference.clone(), services, what: changes(before, after), figures })
    };
    references.into_iter().filter_map(differing).collect()
}

/// What a case adds to each figure of a month.
fn added(fact: &CaseFact, month: Month, today: Date) -> BTreeMap<Indicator, Vec<(Part, [&str; 5])>> {
    let mut all: BTreeMap<Indicator, Vec<(Part, [&str; 5])>> = BTreeMap::new();
    contributions(fact, today, &mut |counted| {
        if counted.month == month && !matches!(counted.part, Part::Apart(_)) {
            // Volumes are broken down by what the case is.
            let words = match counted.indicator {
                Indicator::Received => {
                    [fact.channel.word(), fact.kind.word(), fact.scope.word(), fact.topic.word(), &fact.mailbox]
                }
                _ => [""; 5],
            };
            all.entry(counted.indicator).or_default().push((counted.part, words));
        }
    });
    all
}

fn changes(before: Option<&CaseFact>, after: Option<&CaseFact>) -> Vec<String> {
    let (before, after) = match (before, after) {
        (Some(before), Some(after)) => (before, after),
        (None, _) => return vec!["enregistrée, ou entrée dans ce mois, après la publication".into()],
        (_, None) => return vec!["n'est plus dans ce mois, ou a été effacée (durée de conservation)".into()],
    };
    let day = |date: Date| date.strftime("%d/%m/%Y").to_string();
    let maybe = |done: Option<Done>| done.map_or_else(|| "aucune".to_owned(), |done| day(done.on));
    let mut told = Vec::new();
    let mut tell = |what: &str, before: String, after: String| {
        if before != after {
            told.push(format!("{what} : {before} → {after}"));
        }
    };
    tell("nature", before.kind.french().into(), after.kind.french().into());
    tell("périmètre", before.scope.french().into(), after.scope.french().into());
    tell("thème", before.topic.french().into(), after.topic.french().into());
    tell("canal", before.channel.french().into(), after.channel.french().into());
    tell("service", before.service.clone(), after.service.clone());
    tell("boîte", before.mailbox.clone(), after.mailbox.clone());
    tell("réception", day(before.received_on), day(after.received_on));
    let merged = |fact: &CaseFact| if fact.merged { "oui".to_owned() } else { "non".to_owned() };
    tell("réunie à une autre", merged(before), merged(after));
    for number in 0..before.promises.len().max(after.promises.len()) {
        match (before.promises.get(number), after.promises.get(number)) {
            (Some(_), None) => told.push("un engagement ne compte plus".into()),
            (None, Some(new)) => told.push(format!("un engagement de plus, au {}", day(new.due_on))),
            (None, None) => {}
            (Some(old), Some(new)) => {
                let end = |one: &PromiseFact| match one.ended {
                    Some((on, how)) => format!("{} le {}", how.french(), day(on)),
                    None => "aucune".into(),
                };
                for (what, before, after) in [
                    ("échéance", day(old.due_on), day(new.due_on)),
                    ("réponse", maybe(old.answered), maybe(new.answered)),
                    ("première réaction", maybe(old.replied), maybe(new.replied)),
                    ("autre fin", end(old), end(new)),
                ] {
                    if before != after {
                        told.push(format!("{what} : {before} → {after}"));
                    }
                }
            }
        }
    }
    let receipt = |fact: &CaseFact| match fact.receipts.last().and_then(|owed| owed.met_on) {
        Some(on) => day(on),
        None => "aucun".to_owned(),
    };
    if before.receipts != after.receipts {
        told.push(format!("accusé de réception ou réponse : {} → {}", receipt(before), receipt(after)));
    }
    if before.accepted != after.accepted {
        told.push("classement confirmé ou corrigé depuis".into());
    }
    if told.is_empty() {
        told.push("un acte a été noté depuis".into());
    }
    told
}
