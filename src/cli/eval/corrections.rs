//! How good the classification is on what agents corrected or confirmed, and how often they accept what is proposed.

use std::{collections::BTreeMap, path::Path, process::ExitCode};

use jiff::Timestamp;
use serde_json::json;

use crate::{
    app,
    mail::{self, Limits},
    store::Outcome,
};

/// What was proposed in one week, and how much of it stood.
#[derive(Debug, Default, Clone, Copy)]
struct Week {
    cases: usize,
    kind: usize,
    scope: usize,
    topic: usize,
}

impl Week {
    fn count(&mut self, outcome: &Outcome) {
        self.cases += 1;
        self.kind += usize::from(outcome.kind.0 == outcome.kind.1);
        self.scope += usize::from(outcome.scope.0 == outcome.scope.1);
        self.topic += usize::from(outcome.topic.0 == outcome.topic.1);
    }

    fn rate(&self, accepted: usize) -> f64 {
        accepted as f64 / self.cases.max(1) as f64
    }
}

pub(super) async fn run(folder: &Path, as_json: bool) -> anyhow::Result<ExitCode> {
    let policy = crate::cli::load(folder)?;
    let store = app::open_store(&policy.config.database).await?;
    let (taught, outcomes) = (store.taught().await?, store.outcomes(Timestamp::UNIX_EPOCH).await?);
    store.close().await;

    let (mut read, mut right) = (0, [0_usize; 3]);
    for case in &taught {
        // What could not be read then cannot be read now, and was judged by a person alone.
        let Ok(message) = mail::parse(&case.bytes, &Limits::default()) else { continue };
        let said = policy.classifier.classify(&message, Some(&case.mailbox));
        read += 1;
        right[0] += usize::from(said.kind == case.kind);
        right[1] += usize::from(said.scope == case.scope);
        right[2] += usize::from(said.topic == case.topic);
    }
    let zone = policy.calendar.zone();
    let mut weeks: BTreeMap<String, Week> = BTreeMap::new();
    for outcome in &outcomes {
        let week = outcome.received_at.to_zoned(zone.clone()).date().iso_week_date();
        weeks.entry(format!("{}-W{:02}", week.year(), week.week())).or_default().count(outcome);
    }

    let share = |right: usize| right as f64 / read.max(1) as f64;
    if as_json {
        let weeks = weeks.iter().map(|(name, week)| {
            json!({
                "week": name, "cases": week.cases, "kind": week.rate(week.kind), "scope": week.rate(week.scope),
                "topic": week.rate(week.topic),
            })
        });
        println!(
            "{}",
            json!({
                "n": read, "kind": share(right[0]), "scope": share(right[1]), "topic": share(right[2]),
                "model": policy.classifier.model.card.version, "weeks": weeks.collect::<Vec<_>>(),
            })
        );
        return Ok(ExitCode::SUCCESS);
    }
    if read == 0 {
        println!("Aucune demande n'a été corrigée ni confirmée : « releve cases reclassify » le fait.");
    } else {
        println!(
            "demandes corrigées ou confirmées : {read} ; le classement d'aujourd'hui y est juste pour : nature {:.0} %, périmètre {:.0} %, thème {:.0} %",
            share(right[0]) * 100.0,
            share(right[1]) * 100.0,
            share(right[2]) * 100.0
        );
    }
    for (name, week) in weeks {
        println!(
            "{name} : {} demande{} ; propositions acceptées : nature {:.0} %, périmètre {:.0} %, thème {:.0} %",
            week.cases,
            if week.cases > 1 { "s" } else { "" },
            week.rate(week.kind) * 100.0,
            week.rate(week.scope) * 100.0,
            week.rate(week.topic) * 100.0
        );
    }
    Ok(ExitCode::SUCCESS)
}
