//! What a page costs where a hundred thousand cases are kept, ten thousand of them running: from the request to the last
//! octet, login included, without the network.
//!
//! `cargo bench --bench pages`. Figures of one machine and one hour: compare ratios.

#![expect(clippy::unwrap_used, reason = "a benchmark has no callers, and stops where it fails")]

use std::{path::Path, sync::Arc, time::Duration};

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{Request, StatusCode},
};
use criterion::{Criterion, criterion_group, criterion_main};
use jiff::{SignedDuration, Timestamp};
use releve::{
    accounts::Accounts,
    app,
    case::{Channel, Disposition, Kind, Scope, State, Topic},
    clock::FixedClock,
    desk::Desk,
    store::{NewCase, NewMessage, Store},
    web::{Shell, Site, Theme, router},
};
use tempfile::TempDir;
use tokio::runtime::Runtime;
use tower::ServiceExt;

const CASES: i64 = 100_000;

/// Every so many-th case runs.
const RUNNING: i64 = 10;

struct NoDisk;

impl Shell for NoDisk {
    fn install_template(&self, _: &Path, _: &str, _: u32) -> Result<(), String> {
        Ok(())
    }
}

struct Pages {
    runtime: Runtime,
    router: Router,
    agent: String,
    quality: String,
    _folder: TempDir,
}

const SUBJECTS: [&str; 10] = [
    "Renouvellement de mon titre de séjour",
    "Carte grise d'un véhicule d'occasion",
    "Permis de conduire perdu",
    "Rendez-vous impossible à prendre",
    "Déclaration d'une association",
    "Naturalisation : où en est mon dossier",
    "Horaires du guichet",
    "Réclamation sur l'accueil",
    "Récépissé expiré",
    "Passeport de mon fils",
];

async fn fill(store: &Store, now: Timestamp) {
    let mut work = store.begin().await.unwrap();
    work.keep_octets("d", b"octets").await.unwrap();
    for number in 0..CASES {
        let received_at = now - SignedDuration::from_mins((CASES - number) * 10);
        let runs = number % RUNNING == 0;
        let due_at = if runs { now + SignedDuration::from_mins(number % 20_000 - 3_000) } else { received_at };
        let subject = SUBJECTS[number as usize % SUBJECTS.len()];
        let id = work
            .add_case(&NewCase {
                reference: format!("2026-{:06}", number + 1),
                mailbox: "accueil".into(),
                channel: Channel::Email,
                service: if number % 3 == 0 { "accueil" } else { "etrangers" }.into(),
                kind: Kind::Information,
                scope: Scope::General,
                topic: Topic::ALL[number as usize % Topic::ALL.len()],
                confidence: 0.9,
                evidence: "[]".into(),
                correspondent: format!("usager{number}@usagers.example.fr"),
                correspondent_name: format!("Usager Numéro {number}"),
                subject: subject.into(),
                received_at,
                opened_at: received_at,
                due_at,
                delay: "5 jours ouvrés".into(),
                to_confirm: number % 7 == 0,
            })
            .await
            .unwrap();
        work.add_message(&NewMessage {
            content_key: number.to_string(),
            digest: "d".into(),
            mailbox: "accueil".into(),
            channel: Channel::Email,
            message_id: format!("{number}@usagers.example.fr"),
            sender: format!("usager{number}@usagers.example.fr"),
            sender_name: format!("Usager Numéro {number}"),
            subject: subject.into(),
            received_at,
            language: "fr".into(),
            text: String::new(),
            new_text: format!(
                "Bonjour, {subject} : que dois-je faire ? Mon dossier porte le numéro {number}. Merci d'avance."
            ),
            attachments: "[]".into(),
            disposition: Disposition::Case,
            acknowledged: true,
            reason: String::new(),
            case_id: Some(id),
        })
        .await
        .unwrap();
        if !runs {
            let mut case = work.case_of(id).await.unwrap();
            case.state = State::Answered;
            work.change_case(&case).await.unwrap();
        }
    }
    work.commit().await.unwrap();
}

impl Pages {
    fn open() -> Self {
        let folder = tempfile::tempdir_in(Path::new(env!("CARGO_TARGET_TMPDIR"))).unwrap();
        let runtime = Runtime::new().unwrap();
        let now: Timestamp = "2026-03-02T09:00:00Z".parse().unwrap();
        let clock = Arc::new(FixedClock::new(now));
        let url = format!("sqlite:{}", folder.path().join("releve.db").display());
        let policy = app::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("config")).unwrap();
        let (site, agent, quality) = runtime.block_on(async {
            let store = Store::open(&url, None).await.unwrap();
            fill(&store, now).await;
            let accounts = Accounts::new(store.clone(), clock.clone());
            let mut tokens = Vec::new();
            for (email, grant) in
                [("noe@prefecture.example.fr", "agent:accueil"), ("marc@prefecture.example.fr", "quality_officer")]
            {
                let token = accounts.add(email, email, &[grant.parse().unwrap()], "bench").await.unwrap();
                accounts.accept(&token, "une phrase facile 47").await.unwrap();
                tokens.push(accounts.log_in(email, "une phrase facile 47", 10).await.unwrap().text().to_owned());
            }
            let desk = Desk::new(store, Arc::new(policy), clock.clone());
            (Site::new(desk, clock, Theme::default(), Box::new(NoDisk)), tokens.remove(0), tokens.remove(0))
        });
        Self { runtime, router: router(site), agent, quality, _folder: folder }
    }

    fn get(&self, token: &str, path: &str) -> usize {
        self.runtime.block_on(async {
            let request = Request::builder().uri(path).header("cookie", format!("releve={token}"));
            let response = self.router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
            assert_eq!(response.status(), StatusCode::OK, "{path}");
            to_bytes(response.into_body(), usize::MAX).await.unwrap().len()
        })
    }
}

fn pages(criterion: &mut Criterion) {
    let pages = Pages::open();
    let mut group = criterion.benchmark_group("a page, 100 000 cases on SQLite");
    group.sample_size(30).measurement_time(Duration::from_secs(5));
    for (name, token, path) in [
        ("the queue of an agent", &pages.agent, "/demandes"),
        ("the queue of everybody", &pages.quality, "/demandes"),
        ("its last page", &pages.quality, "/demandes?page=200"),
        ("one agent's, filtered", &pages.agent, "/demandes?theme=permis&a_confirmer=1"),
        ("a rare word", &pages.quality, "/demandes?mots=77777"),
        ("a common word", &pages.quality, "/demandes?mots=recepisse"),
        ("a word in all", &pages.quality, "/demandes?mots=bonjour"),
        ("what has ended", &pages.quality, "/demandes?etat=answered"),
        ("a case", &pages.agent, "/demandes/2026-000001"),
    ] {
        println!("{name}: {} octets", pages.get(token, path));
        group.bench_function(name, |bench| bench.iter(|| pages.get(token, path)));
    }
    group.finish();
}

criterion_group!(benches, pages);
criterion_main!(benches);
