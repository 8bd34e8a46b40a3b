//! Fifty thousand random cases over three years with every odd state that the database can hold, against
//! `tests/indicators/recompute.py`, which was written from the definitions alone.

use std::{fmt::Write as _, fs, path::Path, process::Command};

use serde_json::{Value, json};

use crate::{
    case::{Channel, Ending, Kind, Scope, State, Topic},
    desk::testing::Office,
    indicators::Seen,
    store::testing::at,
};

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/indicators/recompute.py");
const CASES: u64 = 50_000;
const TODAY: &str = "2026-12-20T11:00:00Z";

/// Chance that is the same each time (xorshift).
struct Chance(u64);

impl Chance {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % bound
    }

    fn one_in(&mut self, times: u64) -> bool {
        self.below(times) == 0
    }

    fn of<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.below(all.len() as u64) as usize]
    }

    /// An instant of the three years and somewhat beyond, more often than by chance at the edges of days and months.
    fn instant(&mut self) -> i64 {
        let start = at("2023-12-01T00:00:00Z").as_millisecond();
        let hours = self.below(24 * 31 * 40) as i64;
        let within = match self.below(4) {
            0 => self.of(&[0, 1, -1, 999, 3_599_999]),
            _ => self.below(3_600_000) as i64,
        };
        // Where one hour in eight is the last of a day in Paris, or the first.
        let hours = if self.one_in(8) { hours / 24 * 24 + self.of(&[21, 22, 23]) } else { hours };
        start + hours * 3_600_000 + within
    }

    /// A while after it: often the same day, seldom very long.
    fn after(&mut self, instant: i64) -> i64 {
        let days = match self.below(10) {
            0..=2 => 0,
            3..=7 => self.below(12),
            8 => self.below(60),
            _ => self.below(400),
        };
        instant + days as i64 * 86_400_000 + self.below(86_400_000) as i64
    }
}

/// Rows of each table, as SQL and as JSON.
#[derive(Default)]
struct Rows {
    json: Vec<Value>,
    sql: std::collections::BTreeMap<&'static str, Vec<String>>,
    last: [u64; 2],
}

impl Rows {
    fn add(&mut self, insert: &'static str, values: String, json: Value) {
        self.json.push(json);
        self.sql.entry(insert).or_default().push(values);
    }
}

const CASE: &str =
    "INSERT INTO cases (id, reference, mailbox, channel, service, kind, scope, topic, confidence, evidence, state,
    correspondent, correspondent_name, subject, received_at, opened_at, due_at, delay)";
const CLOCK: &str =
    "INSERT INTO clock (id, case_id, purpose, rule, source, in_force, starts_at, due_at, days, begun_at, met_at,
    ended_at, ended_how)";
const EVENT: &str = "INSERT INTO event (case_id, at, actor, kind, detail)";
const REPLY: &str =
    "INSERT INTO reply (case_id, at, actor, purpose, message_id, recipient, model, version, edited, place, subject,
    text, signed_by, anonymous)";
const PROPOSAL: &str =
    "INSERT INTO proposal (case_id, kind, scope, topic, service, route, flags, answers, certainty, model)";
const CORRECTION: &str = "INSERT INTO correction (case_id, at, actor, axis, before, after)";

fn random(chance: &mut Chance) -> Rows {
    let mut rows = Rows::default();
    for id in 1..=CASES {
        let received = chance.instant();
        let (channel, kind) = (chance.of(Channel::ALL).word(), chance.of(Kind::ALL).word());
        // Most cases are of the scope that counts.
        let scope = if chance.one_in(3) { chance.of(Scope::ALL) } else { Scope::General }.word();
        let (topic, state) = (chance.of(Topic::ALL).word(), chance.of(State::ALL).word());
        let service = chance.of(&["accueil", "sejour", "circulation"]);
        let mailbox = chance.of(&["contact", "étrangers", ""]);
        let reference = format!("2026-{id:06}");
        rows.add(
            CASE,
            format!(
                "({id}, '{reference}', '{mailbox}', '{channel}', '{service}', '{kind}', '{scope}', '{topic}', 0.5, '[]', \
                 '{state}', 'x@example.org', 'X', 'x', {received}, {received}, {received}, 'x')"
            ),
            json!({ "t": "case", "id": id, "reference": reference, "mailbox": mailbox, "channel": channel, "service": service,
                    "kind": kind, "scope": scope, "topic": topic, "state": state, "received_at": received }),
        );
        let mut starts = received;
        for _ in 0..chance.of(&[0, 1, 1, 1, 1, 1, 2, 2, 3]) {
            clock(chance, &mut rows, id, "answer", starts);
            for purpose in ["announced", "pieces"] {
                if chance.one_in(6) {
                    let told = if chance.one_in(10) { starts - 5_000 } else { chance.after(starts) };
                    clock(chance, &mut rows, id, purpose, told);
                }
            }
            // Sometimes the next promise begins at the same instant, or even before.
            starts = if chance.one_in(12) { starts - chance.of(&[0, 1, 86_400_000]) } else { chance.after(starts) };
        }
        for purpose in ["receipt", "acknowledgement", "silence"] {
            if chance.one_in(2) {
                clock(chance, &mut rows, id, purpose, received);
            }
        }
        for _ in 0..chance.of(&[0, 0, 0, 1, 1, 2, 4]) {
            let (when, event) = (
                chance.after(received),
                chance.of(&["held", "pieces_asked", "transferred", "reopened", "noted", "answered"]),
            );
            rows.add(
                EVENT,
                format!("({id}, {when}, 'releve', '{event}', '')"),
                json!({ "t": "event", "case": id, "at": when, "kind": event }),
            );
        }
        for number in 0..chance.of(&[0, 1, 1, 2]) {
            let (when, purpose) = (chance.after(received), chance.of(&["answer", "answer", "holding", "pieces"]));
            let model = chance.of(&["", "accueil-horaires"]);
            rows.add(
                REPLY,
                format!("({id}, {when}, 'x', '{purpose}', '{id}.{number}', 'x', '{model}', 1, 0, 0, 'x', 'x', '', 0)"),
                json!({ "t": "reply", "case": id, "at": when, "purpose": purpose, "model": model }),
            );
        }
        if !chance.one_in(3) {
            let same = !chance.one_in(3);
            let kind = if same { kind } else { chance.of(Kind::ALL).word() };
            let topic = if same { topic } else { chance.of(Topic::ALL).word() };
            rows.add(
                PROPOSAL,
                format!("({id}, '{kind}', '{scope}', '{topic}', '{service}', '', '', '[]', '[]', '')"),
                json!({ "t": "proposal", "case": id, "kind": kind, "scope": scope, "topic": topic }),
            );
        }
        for _ in 0..chance.of(&[0, 0, 1, 3]) {
            rows.add(
                CORRECTION,
                format!("({id}, {received}, 'x', 'kind', 'none', '{kind}')"),
                json!({ "t": "correction", "case": id }),
            );
        }
    }
    rows
}

fn clock(chance: &mut Chance, rows: &mut Rows, case: u64, purpose: &str, starts: i64) {
    rows.last[0] += 1;
    let id = rows.last[0];
    let due = chance.after(starts);
    let mut met = None;
    let mut ended = None;
    let mut how = "";
    match chance.below(20) {
        0..=10 => {
            let when =
                if chance.one_in(5) { due + chance.of(&[0, 1, -1, 1000, 86_400_000]) } else { chance.after(starts) };
            (met, ended, how) = (Some(when), Some(when), Ending::Met.word());
        }
        11..=16 => {
            let when =
                if chance.one_in(5) { due + chance.of(&[0, 1, -1, 1000, 86_400_000]) } else { chance.after(starts) };
            let not_met = [Ending::Closed, Ending::HandedOver, Ending::Pieces, Ending::Merged, Ending::Replaced];
            (ended, how) = (Some(when), chance.of(&not_met).word());
        }
        _ => {}
    }
    let null = |value: Option<i64>| value.map_or_else(|| "NULL".to_owned(), |value| value.to_string());
    rows.add(
        CLOCK,
        format!(
            "({id}, {case}, '{purpose}', 'x', 'x', '', {starts}, {due}, '[]', {starts}, {}, {}, '{how}')",
            null(met),
            null(ended)
        ),
        json!({ "t": "clock", "id": id, "case": case, "purpose": purpose, "starts_at": starts, "due_at": due, "met_at": met,
                "ended_at": ended, "ended_how": how }),
    );
}

/// What Python makes of the dump.
fn recomputed(folder: &Path, service: Option<&str>) -> Value {
    let python = std::env::var("RELEVE_TEST_PYTHON").expect("RELEVE_TEST_PYTHON: run this test with tests/run");
    let mut command = Command::new(&python);
    command.args(["-I", SCRIPT]).arg(folder.join("dump.jsonl"));
    command.args(["--today", "2026-12-20", "--from", "2024-01", "--to", "2026-12"]);
    if let Some(service) = service {
        command.args(["--service", service]);
    }
    let output = command.output().unwrap_or_else(|error| panic!("{python}: {error}; tests/run makes it"));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

#[tokio::test]
async fn every_figure_of_fifty_thousand_cases_is_that_of_an_independent_program() {
    if std::env::var("RELEVE_TEST_PYTHON").is_err() {
        panic!("this test compares with Python: tests/run brings it (RELEVE_TEST_PYTHON)");
    }
    let office = Office::of("16").await;
    office.clock.set(at(TODAY));
    let rows = random(&mut Chance(0x5eed_2026));
    let identity = match office.fixture.store.backend() {
        crate::store::Backend::Postgres => " OVERRIDING SYSTEM VALUE",
        crate::store::Backend::Sqlite => "",
    };
    // Cases first: the others refer to them.
    for insert in [CASE, CLOCK, EVENT, REPLY, PROPOSAL, CORRECTION] {
        for values in rows.sql[insert].chunks(1000) {
            let mut statement = format!("{insert}{identity} VALUES ");
            write!(statement, "{}", values.join(", ")).unwrap();
            office.fixture.run(&statement).await;
        }
    }
    let folder = tempfile::tempdir().unwrap();
    let dump: Vec<String> = rows.json.iter().map(Value::to_string).collect();
    fs::write(folder.path().join("dump.jsonl"), dump.join("\n")).unwrap();

    let period = ("2024-01".parse().unwrap(), "2026-12".parse().unwrap());
    for service in [None, Some("sejour")] {
        let seen = Seen { visible: None, service: service.map(str::to_owned) };
        // Through the same reader of numbers as what Python wrote: equal to the last digit is equal as text.
        let found = office.desk.report(period, &seen).await.unwrap().json().to_string();
        let found: Value = serde_json::from_str(&found).unwrap();
        let expected = recomputed(folder.path(), service);
        assert_eq!(expected["months"].as_array().map(Vec::len), Some(36));
        for (found, expected) in found["months"].as_array().unwrap().iter().zip(expected["months"].as_array().unwrap())
        {
            for (key, expected) in expected["indicators"].as_object().unwrap() {
                assert_eq!(&found["indicators"][key], expected, "{service:?} {} {key}", found["month"]);
            }
        }
        assert_eq!(found, expected);
    }
}
