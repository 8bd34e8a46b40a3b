//! The managers' digest on its way: from the clock through the relay into the manager's own mailbox, once, whoever keeps
//! watch. The clock stands still, so that it is a working morning.

use std::sync::Arc;

use jiff::Timestamp;
use releve::app::{self, App};
use releve::case::{Channel, Kind, Scope, Topic};
use releve::clock::FixedClock;
use releve::desk::Entered;
use tokio_util::sync::CancellationToken;
use toml::Value;

use crate::support::daemon::{Account, Prefecture, on_postgres};
use crate::support::mail::{first_mail, inbox};
use crate::support::servers::{Servers, address};
use crate::support::wait_until;

/// Tuesday 10 March 2026, a quarter past nine in Paris.
const MORNING: &str = "2026-03-10T08:15:00Z";

fn instant(text: &str) -> Timestamp {
    text.parse().expect("an instant")
}

/// A daemon in this process, whose clock stands still.
async fn daemon(prefecture: &Prefecture) -> App {
    let policy = app::load(&prefecture.path("")).expect("a sound configuration");
    App::open(std::path::Path::new("."), policy, Arc::new(FixedClock::new(instant(MORNING)))).await.expect("it opens")
}

async fn enter(app: &App) -> String {
    let entered = Entered {
        channel: Channel::Letter,
        received_at: instant("2026-02-20T10:00:00Z"),
        service: "etrangers".into(),
        name: "Jeanne Martin".into(),
        address: String::new(),
        subject: "Récépissé".into(),
        text: String::new(),
        kind: Kind::Information,
        scope: Scope::General,
        topic: Topic::Residence,
        agent: String::new(),
        key: String::new(),
    };
    app.desk().enter_by_hand(&entered, "test").await.expect("it is entered").reference
}

#[tokio::test]
async fn a_manager_finds_one_digest_in_the_mailbox_and_another_daemon_sends_no_second() {
    let servers = Servers::of_this_run();
    let (office, manager) = (address("sejour", "prefecture"), address("karim", "prefecture"));
    let mut prefecture = Prefecture::with([Account::on(&servers.dovecot, "sejour", &office)]).await;
    prefecture.service("managers", Value::Array(vec![manager.clone().into()]));
    prefecture.set("watch", "sender", office.as_str());
    prefecture.set("watch", "enabled", true);
    let first = daemon(&prefecture).await;
    let reference = enter(&first).await;
    let stop = CancellationToken::new();
    let tasks = first.start(&stop).unwrap();

    let digest = first_mail(&manager).await;
    assert_eq!(digest.subject(), "1 demande en retard – mardi 10 mars 2026");
    assert_eq!(digest.field("Auto-Submitted"), "auto-generated");
    assert_eq!(digest.field("Return-Path"), "<>");
    assert!(digest.field("From").contains(&office), "{}", digest.field("From"));
    let parts = digest.parts();
    assert_eq!(parts.iter().map(|(kind, _)| kind.as_str()).collect::<Vec<_>>(), ["text/plain", "text/html"]);
    for (kind, text) in &parts {
        let text = text.replace("&#x27;", "'").replace("&#39;", "'");
        for part in [&*reference, "Récépissé", "en retard de 2 jours ouvrés", "échéance le vendredi 6 mars 2026"]
        {
            assert!(text.contains(part), "{kind} does not say « {part} »:\n{text}");
        }
        assert!(!text.contains("Jeanne"), "{text}");
    }

    // A second one beside it, where the database allows that; then one that comes after it.
    if on_postgres() {
        let beside = daemon(&prefecture).await;
        beside.desk().watch_anew().await.unwrap();
        beside.desk().watch("beside").await.unwrap();
        beside.close().await.unwrap();
    }
    stop.cancel();
    tasks.join_all().await;
    first.close().await.unwrap();
    let after = daemon(&prefecture).await;
    after.desk().watch_anew().await.unwrap();
    after.desk().watch("after").await.unwrap();
    after.close().await.unwrap();
    let left = async || prefecture.database.count("outbox", "state <> 'sent'").await;
    wait_until("all has left", async || (left().await == 0).then_some(())).await;
    assert_eq!(prefecture.database.count("notice", "kind = 'digest'").await, 1);
    assert_eq!(inbox(&manager).await.len(), 1);
}
