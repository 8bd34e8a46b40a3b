//! The schema from nothing and from every older version, with rows in it; a transaction that is dropped.

use crate::{
    case::EventKind,
    store::{
        CaseFilter, MailboxState,
        migrations::STEPS,
        testing::{Fixture, at, new_case, new_message, outgoing, receipt},
    },
};

/// One row in every table of the first step, as a daemon of that version left them.
const MAIL: &str = "INSERT INTO raw_message (digest, octets, bytes) VALUES ('d', 1, 'x');
    INSERT INTO mailbox (id, activated_at) VALUES ('contact', 1772438400000);
    INSERT INTO message (content_key, digest, mailbox, channel, message_id, sender, sender_name, subject, received_at,
                         language, text, new_text, attachments, disposition, acknowledged, reason)
    VALUES ('k', 'd', 'contact', 'email', '1@example.fr', 'a@example.fr', 'A', 'Objet', 1, 'fr', 't', 't', '[]', 'ignored',
            0, '');
    INSERT INTO receipt (mailbox, server_key, digest, whole, octets, received_at, kept_at, state, attempts)
    VALUES ('contact', '7/1', 'd', 1, 1, 1772438400000, 1772438400000, 'kept', 0);";

#[tokio::test]
async fn an_empty_database_gets_the_whole_schema_and_opening_it_again_changes_nothing() {
    let fixture = Fixture::open().await;
    assert_eq!(fixture.count("_sqlx_migrations").await, STEPS.len() as i64);
    let again = fixture.reopen().await;
    assert_eq!(again.case_count().await.unwrap(), 0);
    assert_eq!(fixture.count("_sqlx_migrations").await, STEPS.len() as i64);
    again.close().await;
}

#[tokio::test]
async fn every_older_version_is_brought_up_to_date_with_its_rows() {
    for (last, ..) in STEPS {
        let fixture = Fixture::open_at(Some(*last)).await;
        assert_eq!(fixture.count("_sqlx_migrations").await, *last);
        // SQLite keeps octets and text apart; PostgreSQL reads the one as the other.
        let octets = if fixture.store.backend() == crate::store::Backend::Sqlite { "x'78'" } else { "'x'" };
        for statement in MAIL.replace("'x'", octets).split_inclusive(';') {
            fixture.run(statement).await;
        }
        let store = fixture.reopen().await;
        let kept = store.kept("contact", 0, 10, 1000).await.unwrap();
        assert_eq!((kept.len(), kept[0].server_key.as_str(), kept[0].bytes.as_slice()), (1, "7/1", &b"x"[..]));
        let states = store.mailbox_states().await.unwrap();
        assert_eq!(states[0].activated_at, at("2026-03-02T08:00:00Z"));

        let mut work = store.begin().await.unwrap();
        let known = work.known_messages(&["k"]).await.unwrap().remove("k").unwrap();
        let case = work.add_case(&new_case("2026-000001")).await.unwrap();
        work.enqueue(&outgoing(case, known.id, "a@example.fr"), at("2026-03-02T08:00:00Z")).await.unwrap();
        work.handled(kept[0].id, known.id, "");
        work.commit().await.unwrap();
        assert_eq!(store.outbox_figures().await.unwrap().waiting, 1, "from the step {last}");
        store.close().await;
    }
}

#[tokio::test]
async fn a_dropped_transaction_leaves_nothing() {
    let fixture = Fixture::open().await;
    let now = at("2026-03-02T08:00:00Z");
    let mut work = fixture.store.begin().await.unwrap();
    work.keep(&[receipt("contact", "1/1", b"octets")], now).await.unwrap()[0].unwrap();
    let case = work.add_case(&new_case("2026-000001")).await.unwrap();
    let message = work.add_message(&new_message("key", b"octets")).await.unwrap();
    work.enqueue(&outgoing(case, message, "a@example.fr"), now).await.unwrap();
    work.add_event(case, now, "releve", EventKind::Opened, "");
    work.next_number(2026).await.unwrap();
    work.activate("contact", now).await.unwrap();
    work.alive("one", now).await.unwrap();
    assert!(work.take_lease("mailbox/contact", "one", now).await.unwrap());
    drop(work);

    for table in [
        "raw_message",
        "receipt",
        "message",
        "cases",
        "event",
        "outbox",
        "reference_counter",
        "mailbox",
        "daemon",
        "lease",
    ] {
        assert_eq!(fixture.count(table).await, 0, "{table}");
    }
    // The writer is free again.
    assert_eq!(fixture.keep(&receipt("contact", "1/1", b"octets")).await.map(|row| row > 0), Some(true));
    assert!(fixture.store.cases(&CaseFilter { limit: 10, ..CaseFilter::default() }).await.unwrap().is_empty());
}

#[tokio::test]
async fn what_no_version_writes_is_said_and_not_guessed() {
    let fixture = Fixture::open().await;
    fixture.queue(0, at("2026-03-02T08:00:00Z")).await;
    fixture.run("UPDATE cases SET kind = 'plainte'").await;
    let error = fixture.store.case("2026-000001").await.unwrap_err();
    assert_eq!(error.to_string(), "la base de données contient une valeur inattendue : kind = « plainte »");
}

#[tokio::test]
async fn a_mailbox_is_activated_once_and_keeps_the_reconciliation_of_its_last_pass() {
    let fixture = Fixture::open().await;
    let (first, later) = (at("2026-03-02T08:00:00.123Z"), at("2026-03-03T08:00:00Z"));
    let mut work = fixture.store.begin().await.unwrap();
    assert_eq!(work.activate("contact", first).await.unwrap(), first);
    assert_eq!(work.activate("contact", later).await.unwrap(), first, "a later start changes nothing");
    work.activate("autre", later).await.unwrap();
    work.pass_failed("contact", "premier").await.unwrap();
    work.pass_failed("contact", "second").await.unwrap();
    work.commit().await.unwrap();
    let figures = |state: &MailboxState| (state.on_server, state.kept, state.missing, state.failures);
    let states = fixture.store.mailbox_states().await.unwrap();
    assert_eq!(states.iter().map(|state| state.id.as_str()).collect::<Vec<_>>(), ["autre", "contact"]);
    assert_eq!((figures(&states[1]), states[1].last_error.as_str()), ((0, 0, 0, 2), "second"));
    assert_eq!(states[1].last_pass_at, None);

    let mut work = fixture.store.begin().await.unwrap();
    let pass = crate::store::PassFigures { uid_validity: u32::MAX, last_uid: 41, on_server: 12, kept: 10 };
    work.pass_done("contact", pass, later).await.unwrap();
    work.commit().await.unwrap();
    let state = fixture.store.mailbox_states().await.unwrap().remove(1);
    assert_eq!((figures(&state), state.last_error.as_str()), ((12, 10, 2, 0), ""));
    assert_eq!((state.uid_validity, state.last_uid, state.last_pass_at), (4_294_967_295, 41, Some(later)));
}

/// A case, its history and mails in every state, as a daemon of the third step left them.
const CASES: &str = "INSERT INTO cases (reference, mailbox, channel, service, kind, scope, topic, confidence, evidence, state,
                       correspondent, correspondent_name, subject, received_at, opened_at, due_at, delay)
    VALUES ('2026-000001', 'contact', 'email', 'accueil', 'complaint', 'general', 'autre', 0.5, '[]', 'open',
            'a@example.fr', 'A', 'Objet', 1772438400000, 1772438400000, 1773097199000, '5 jours ouvrés');
    INSERT INTO outbox (purpose, case_id, answers, message_id, envelope_from, recipient, bytes, state, attempts, uncertain,
                        next_at, last_answer, created_at, done_at, claimed_by)
    VALUES ('acknowledgement', 1, 1, 'm@example.fr', '', 'a@example.fr', 'x', 'waiting', 2, 1, 5, '450', 4, NULL, 'one');";

#[tokio::test]
async fn what_runs_keeps_its_deadline_and_its_mail_when_clocks_and_notices_come() {
    let fixture = Fixture::open_at(Some(3)).await;
    let octets = if fixture.store.backend() == crate::store::Backend::Sqlite { "x'78'" } else { "'x'" };
    for statement in [MAIL, CASES].concat().replace("'x'", octets).split_inclusive(';') {
        fixture.run(statement).await;
    }
    let store = fixture.reopen().await;
    let case = store.case("2026-000001").await.unwrap().unwrap();
    let [clock] = &case.clocks[..] else { panic!("one clock, not {:?}", case.clocks) };
    assert_eq!((clock.due_at, clock.rule.as_str(), clock.drives), (at("2026-03-09T22:59:59Z"), "5 jours ouvrés", true));
    assert_eq!(store.next_wake().await.unwrap(), Some(at("2026-03-02T08:00:00Z")), "the watch looks at it");

    let mut work = store.begin().await.unwrap();
    let mails = work.claim("two", at("2026-03-02T08:00:00Z"), 10).await.unwrap();
    work.commit().await.unwrap();
    assert_eq!(mails.len(), 1);
    let mail = &mails[0];
    assert_eq!(
        (mail.case_id, mail.message_id.as_str(), mail.bytes.as_slice()),
        (Some(case.summary.id), "m@example.fr", &b"x"[..])
    );
    assert_eq!(mail.attempts, 3, "those before are not forgotten");
    store.close().await;
}
