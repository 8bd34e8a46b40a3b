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
    case::{Channel, Ending, Kind, Purpose, Scope, Topic},
    clock::FixedClock,
    desk::Desk,
    indicators::Seen,
    store::{NewCase, NewClock, Store},
};
use tokio::runtime::Runtime;

const A_YEAR: i64 = 200_000;

/// As long as what explains a deadline is.
const DAYS: &str = r#"[["2026-03-02",null,"jour de réception"],["2026-03-03",1,null],["2026-03-04",2,null],["2026-03-05",3,null],["2026-03-06",4,null],["2026-03-07",null,"samedi"],["2026-03-08",null,"dimanche"],["2026-03-09",5,null]]"#;

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
                channel: Channel::ALL[number as usize % 3],
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
    group.finish();
}

criterion_group!(benches, figures);
criterion_main!(benches);
