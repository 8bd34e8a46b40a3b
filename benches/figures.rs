//! What a year of two hundred thousand cases costs to report on SQLite, where the database holds the year before as well: from
//! the rows to the JSON of every month.
//!
//! `cargo bench --bench figures`. Figures of one machine and one hour: compare ratios.

#![expect(clippy::unwrap_used, reason = "a benchmark has no callers, and stops where it fails")]

use std::{path::Path, sync::Arc, time::Duration};

use criterion::{Criterion, criterion_group, criterion_main};
use jiff::{SignedDuration, Timestamp};
use releve::{
    app,
    case::{Channel, Ending, EventKind, Kind, LetterKind, Purpose, Scope, Topic},
    clock::FixedClock,
    desk::Desk,
    indicators::Seen,
    store::{NewCase, NewClock, NewCorrection, NewReply, Proposal, Store},
};
use tokio::runtime::Runtime;

const A_YEAR: i64 = 200_000;

/// As long as what explains a deadline is.
const DAYS: &str = r#"[["2026-03-02",null,"jour de réception"],["2026-03-03",1,null],["2026-03-04",2,null],["2026-03-05",3,null],["2026-03-06",4,null],["2026-03-07",null,"samedi"],["2026-03-08",null,"dimanche"],["2026-03-09",5,null]]"#;

fn proposal(number: i64) -> Proposal {
    Proposal {
        kind: Kind::ALL[number as usize % Kind::ALL.len()],
        scope: Scope::General,
        topic: Topic::ALL[number as usize % Topic::ALL.len()],
        service: "accueil".into(),
        route: String::new(),
        flags: String::new(),
        answers: "[]".into(),
        certainty: "[]".into(),
        model: "1".into(),
    }
}

fn reply(number: i64) -> NewReply {
    NewReply {
        kind: LetterKind::Answer,
        message_id: format!("{number}@prefecture.example.fr"),
        recipient: format!("usager{number}@usagers.example.fr"),
        model: if number % 4 == 0 { "accueil-horaires" } else { "" }.into(),
        version: 1,
        edited: false,
        place: 0,
        subject: "Votre question".into(),
        text: "Bonjour,\n\nLe guichet est ouvert de 9 h à 12 h.\n\nCordialement,".into(),
        signed_by: String::new(),
        anonymous: false,
        surveyed: false,
    }
}

/// One case after the other, all through two years: each with the clocks that a message by e-mail has.
async fn fill(store: &Store, start: Timestamp) {
    let mut work = store.begin().await.unwrap();
    for number in 0..2 * A_YEAR {
        let received_at = start + SignedDuration::from_secs(number * 31_536_000 / A_YEAR);
        let due_at = received_at + SignedDuration::from_hours(7 * 24);
        let met_at = (number % 10 != 0).then(|| received_at + SignedDuration::from_hours(number % 200));
        let id = work
            .add_case(&NewCase {
                reference: format!("2026-{:06}", number + 1),
                mailbox: "accueil".into(),
                channel: Channel::ALL[number as usize % Channel::ALL.len()],
                service: if number % 3 == 0 { "accueil" } else { "etrangers" }.into(),
                kind: Kind::ALL[number as usize % Kind::ALL.len()],
                scope: Scope::ALL[number as usize % 2],
                topic: Topic::ALL[number as usize % Topic::ALL.len()],
                confidence: 0.9,
                evidence: "[]".into(),
                correspondent: format!("usager{number}@usagers.example.fr"),
                correspondent_name: format!("Usager Numéro {number}"),
                subject: "Une question".into(),
                received_at,
                opened_at: received_at,
                due_at,
                delay: "5 jours ouvrés".into(),
                to_confirm: false,
            })
            .await
            .unwrap();
        work.propose(id, proposal(number));
        for kind in [EventKind::Opened, EventKind::Acknowledged, EventKind::Sent, EventKind::Answered] {
            work.add_event(id, received_at, "releve", kind, "");
        }
        if number % 20 == 0 {
            work.add_event(id, received_at, "releve", EventKind::Held, "");
        }
        if number % 3 == 0 {
            let correction = NewCorrection { axis: "kind", before: "none".into(), after: "information".into() };
            work.add_correction(id, received_at, "noe@prefecture.example.fr", &correction).await.unwrap();
        }
        if number % 2 == 0 {
            work.add_reply(id, received_at, "noe@prefecture.example.fr", &reply(number)).await.unwrap();
        }
        for purpose in [Purpose::Answer, Purpose::Receipt, Purpose::Acknowledgement] {
            work.begin_clock(NewClock {
                case_id: id,
                purpose,
                rule: "5 jours ouvrés".into(),
                source: "engagement de la préfecture".into(),
                in_force: String::new(),
                starts_at: received_at,
                due_at,
                days: DAYS.into(),
                begun_at: received_at,
                met_at,
                ended_at: met_at,
                ended_how: met_at.map(|_| Ending::Met),
                ended_why: String::new(),
                drives: false,
                wake_at: None,
            });
        }
        if number % 1000 == 999 {
            work.commit().await.unwrap();
            work = store.begin().await.unwrap();
        }
    }
    work.commit().await.unwrap();
}

fn figures(criterion: &mut Criterion) {
    let folder = tempfile::tempdir().unwrap();
    let runtime = Runtime::new().unwrap();
    let now: Timestamp = "2026-12-31T23:30:00Z".parse().unwrap();
    let policy = app::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("config")).unwrap();
    let desk = runtime.block_on(async {
        let url = format!("sqlite:{}", folder.path().join("releve.db").display());
        let store = Store::open(&url, None).await.unwrap();
        fill(&store, "2024-12-31T23:30:00Z".parse().unwrap()).await;
        Desk::new(store, Arc::new(policy), Arc::new(FixedClock::new(now)))
    });
    let mut group = criterion.benchmark_group("figures");
    group.sample_size(10).measurement_time(Duration::from_secs(20));
    let year = ("2026-01".parse().unwrap(), "2026-12".parse().unwrap());
    let report = || runtime.block_on(desk.report(year, &Seen::default())).unwrap();
    group.bench_function("a_year_of_200000_cases", |bencher| bencher.iter(|| report().json()));
    // What the page and the files do: the year before as well.
    let both = || (report(), runtime.block_on(desk.report_before(year, &Seen::default())).unwrap());
    group.bench_function("with_the_year_before", |bencher| bencher.iter(both));
    group.finish();
}

criterion_group!(benches, figures);
criterion_main!(benches);
