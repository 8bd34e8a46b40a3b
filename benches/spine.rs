//! What one message costs on its way: read, judged, told from others, written down with its case and its acknowledgement.
//!
//! `cargo bench` (or `cargo bench -- desk` for one of them). Figures of one machine and one hour: compare ratios.

#![expect(clippy::unwrap_used, reason = "a benchmark has no callers, and stops where it fails")]

use std::{
    fs,
    hint::black_box,
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use jiff::Timestamp;
use releve::{
    app,
    calendar::{Delay, Unit},
    clock::FixedClock,
    desk::{Desk, Policy},
    mail::{self, Limits, OutgoingMail, Sort},
    replies::AcknowledgementFacts,
    store::{NewReceipt, Store},
};
use sha2::{Digest, Sha256};
use tempfile::TempDir;
use tokio::runtime::Runtime;

const SENTENCE: &str =
    "J'ai déposé mon dossier le 3 mars et je n'ai reçu aucune nouvelle depuis, pouvez-vous m'aider ? ";

fn head(number: u64, kind: &str) -> String {
    format!(
        "Return-Path: <u{number}@usagers.example.fr>\r\nReceived: from a.example.com by b.example.com; Mon, 2 Mar 2026 \
         10:00:00 +0100\r\nFrom: Jeanne Martin <u{number}@usagers.example.fr>\r\nTo: contact@prefecture.example.fr\r\n\
         Subject: =?utf-8?Q?Titre_de_s=C3=A9jour?= {number}\r\nMessage-ID: <{number}@usagers.example.fr>\r\nDate: Mon, 2 \
         Mar 2026 09:59:00 +0100\r\nMIME-Version: 1.0\r\nContent-Type: {kind}\r\n"
    )
}

fn plain(number: u64) -> Vec<u8> {
    let body = (0..18).map(|_| format!("{SENTENCE}\r\n")).collect::<String>();
    format!("{}Content-Transfer-Encoding: 8bit\r\n\r\n{body}", head(number, "text/plain; charset=utf-8")).into_bytes()
}

fn html(number: u64) -> Vec<u8> {
    let paragraphs = format!("<p class=\"MsoNormal\"><span lang=\"FR\">{SENTENCE}</span></p>\r\n").repeat(200);
    let page = format!("<html><head><style>p {{ margin: 0 }}</style></head><body>{paragraphs}</body></html>");
    format!("{}\r\n{page}", head(number, "text/html; charset=utf-8")).into_bytes()
}

fn attachment(number: u64) -> Vec<u8> {
    let line = "JVBERi0xLjQKJcfsj6IKNSAwIG9iago8PC9MZW5ndGggNiAwIFIvRmlsdGVyIC9GbGF0ZURlY29k\r\n";
    format!(
        "{}\r\n--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{SENTENCE}\r\n--b\r\nContent-Type: application/pdf; \
         name=\"p.pdf\"\r\nContent-Transfer-Encoding: base64\r\n\r\n{}--b--\r\n",
        head(number, "multipart/mixed; boundary=b"),
        line.repeat((1 << 20) / line.len())
    )
    .into_bytes()
}

fn samples() -> [(&'static str, Vec<u8>); 3] {
    [("2 kB, text", plain(1)), ("30 kB, HTML", html(1)), ("1 MB, attachment", attachment(1))]
}

/// A prefecture of one mailbox.
fn policy() -> Policy {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("contact")).unwrap();
    let text = "[prefecture]\nname = \"Préfecture\"\ndepartment = \"17\"\naddress = \"38 rue des Sternes, 17000 Ville\"\n\
        phone = \"05 36 49 00 00\"\n[[service]]\nid = \"accueil\"\nname = \"Accueil\"\nemail = \"accueil@prefecture.example.fr\"\n\
        [[mailbox]]\nid = \"contact\"\naddress = \"contact@prefecture.example.fr\"\nservice = \"accueil\"\nmaildir = \"contact\"\n\
        [outgoing]\nfolder = \"sortie\"\n[database]\nurl = \"sqlite:releve.db\"\n";
    fs::write(folder.path().join("releve.toml"), text).unwrap();
    app::load(folder.path()).unwrap()
}

fn reading(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("parse");
    for (name, octets) in samples() {
        group.throughput(Throughput::Bytes(octets.len() as u64));
        group.bench_with_input(BenchmarkId::from_parameter(name), &octets, |bench, octets| {
            bench.iter(|| mail::parse(black_box(octets), &Limits::default()).unwrap());
        });
    }
    group.finish();

    let policy = policy();
    let mut group = criterion.benchmark_group("judge and classify");
    for (name, octets) in samples() {
        let message = mail::parse(&octets, &Limits::default()).unwrap();
        group.bench_with_input(BenchmarkId::from_parameter(name), &message, |bench, message| {
            bench.iter(|| policy.assess(black_box(message), "contact"));
        });
    }
    group.finish();

    let mut group = criterion.benchmark_group("content key");
    for (name, octets) in samples() {
        let message = mail::parse(&octets, &Limits::default()).unwrap();
        group.bench_with_input(BenchmarkId::from_parameter(name), &message, |bench, message| {
            bench.iter(|| mail::content_key(black_box(message), Timestamp::UNIX_EPOCH));
        });
    }
    group.finish();
}

fn acknowledging(criterion: &mut Criterion) {
    let policy = policy();
    let mailbox = &policy.config.mailboxes[0];
    let delay = Delay { days: 5, unit: Unit::Working };
    let deadline = policy.calendar.deadline("2026-03-02T09:00:00Z".parse().unwrap(), delay);
    criterion.bench_function("deadline", |bench| {
        bench.iter(|| policy.calendar.deadline(black_box(deadline.received.timestamp()), delay));
    });
    let mut group = criterion.benchmark_group("acknowledgement, rendered and composed");
    for language in ["fr", "en"] {
        group.bench_function(language, |bench| {
            bench.iter(|| {
                let facts = AcknowledgementFacts {
                    prefecture: &policy.config.prefecture,
                    service: &policy.config.services[0],
                    mailbox,
                    reference: "2026-000001",
                    received: &deadline.received,
                    due: &deadline.due,
                    delay: &delay,
                    complaint: true,
                    silence: deadline.due.date(),
                };
                let rendered = policy.acknowledgements.render(&facts, language).unwrap();
                mail::compose(&OutgoingMail {
                    from: (&policy.config.prefecture.name, &mailbox.address),
                    to: ("Jeanne Martin", "jeanne@usagers.example.fr"),
                    subject: &rendered.subject,
                    text: &rendered.text,
                    html: &rendered.html,
                    message_id: "2026-000001.0123456789@prefecture.example.fr",
                    in_reply_to: Some("1@usagers.example.fr"),
                    references: &[],
                    date: deadline.received.timestamp(),
                    reference: Some("2026-000001"),
                    sort: Sort::Replied,
                    enclosed: &[],
                })
                .unwrap()
            });
        });
    }
    group.finish();
}

/// A desk on a SQLite file, and messages that it has never seen.
struct Office {
    runtime: Runtime,
    desk: Desk,
    activated_at: Timestamp,
    number: u64,
    _folder: TempDir,
}

const BATCH: u64 = 100;

impl Office {
    fn open() -> Self {
        // A real disk: what is durable is what is measured.
        let folder = tempfile::tempdir_in(Path::new(env!("CARGO_TARGET_TMPDIR"))).unwrap();
        let runtime = Runtime::new().unwrap();
        let url = format!("sqlite:{}", folder.path().join("releve.db").display());
        let store = runtime.block_on(Store::open(&url, None)).unwrap();
        let clock = Arc::new(FixedClock::new("2026-03-02T09:00:00Z".parse().unwrap()));
        let desk = Desk::new(store, Arc::new(policy()), clock);
        let activated_at = "2026-01-01T00:00:00Z".parse().unwrap();
        Self { runtime, desk, activated_at, number: 0, _folder: folder }
    }

    fn deliveries(&mut self) -> Vec<NewReceipt> {
        let first = self.number;
        self.number += BATCH;
        (first..self.number)
            .map(|number| {
                let bytes = plain(number);
                NewReceipt {
                    mailbox: "contact".into(),
                    server_key: format!("7/{number}"),
                    digest: Sha256::digest(&bytes).iter().map(|octet| format!("{octet:02x}")).collect(),
                    octets: bytes.len() as u64,
                    bytes,
                    whole: true,
                    received_at: self.desk.now(),
                }
            })
            .collect()
    }

    fn keep(&self, deliveries: &[NewReceipt]) {
        self.runtime.block_on(async {
            let mut work = self.desk.store().begin().await.unwrap();
            work.keep(deliveries, self.desk.now()).await.unwrap();
            work.commit().await.unwrap();
        });
    }

    fn receive(&self) {
        let mailbox = &self.desk.policy().config.mailboxes[0];
        let tally = self.runtime.block_on(self.desk.receive(mailbox, self.activated_at)).unwrap();
        assert_eq!(tally.acknowledged as u64, BATCH);
    }
}

fn writing(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("100 messages of 2 kB on SQLite, durable");
    group.throughput(Throughput::Elements(BATCH)).sample_size(20).measurement_time(Duration::from_secs(10));
    for (name, keeping, receiving) in [("kept", true, false), ("received", false, true), ("both", true, true)] {
        let mut office = Office::open();
        group.bench_function(name, |bench| {
            bench.iter_custom(|times| {
                let mut spent = Duration::ZERO;
                for _ in 0..times {
                    let deliveries = office.deliveries();
                    let begin = Instant::now();
                    office.keep(&deliveries);
                    let kept = begin.elapsed();
                    office.receive();
                    let whole = begin.elapsed();
                    spent += if keeping { kept } else { Duration::ZERO };
                    spent += if receiving { whole - kept } else { Duration::ZERO };
                }
                spent
            });
        });
    }
    group.finish();
}

criterion_group!(benches, reading, acknowledging, writing);
criterion_main!(benches);
