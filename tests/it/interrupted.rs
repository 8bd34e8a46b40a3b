//! A line that is cut in the middle of a FETCH, and a server that goes away and comes back: everything is kept, once.

use std::collections::BTreeSet;
use std::time::Duration;

use crate::support::daemon::{Account, Prefecture};
use crate::support::imap_client::Mailbox;
use crate::support::mail::{Mail, first_mail, inbox};
use crate::support::proxy::Proxy;
use crate::support::servers::{Dovecot, OwnDovecot, Servers, address};
use crate::support::wait_at_most;

/// Long enough for the pauses after three failures in a row.
const AFTER_SOME_PAUSES: Duration = Duration::from_secs(90);

#[tokio::test]
async fn a_line_that_is_cut_within_a_fetch_loses_nothing_and_doubles_nothing() {
    let servers = Servers::of_this_run();
    let office = address("sejour", "prefecture");
    let citizens = forty_letters(&servers.dovecot, &office).await;
    // The first line is cut within the handshake, the others within a message.
    let line = Proxy::that_cuts(servers.dovecot.imaps, [700, 150_000]).await;
    let account = Account::on(&servers.dovecot, "sejour", &office).imap("port", u32::from(line.port));
    let prefecture = Prefecture::with([account.set("active_since", long_ago())]).await;
    let daemon = prefecture.start().await;

    daemon.logs("la connexion a été coupée (lecture des messages)").await;
    let some = prefecture.database.count("cases", "1 = 1").await;
    assert!((1..40).contains(&some), "what came whole before the cut is kept: {some}");

    each_is_one_case(&prefecture, &citizens).await;
    daemon.stop().await;
    assert_eq!(prefecture.database.count("outbox", "state = 'sent'").await, 40);
    for citizen in &citizens {
        assert_eq!(inbox(citizen).await.len(), 1, "one acknowledgement each");
    }
}

#[tokio::test]
async fn a_server_that_is_restarted_within_a_fetch_is_read_to_the_end() {
    let own = OwnDovecot::start();
    let office = address("sejour", "prefecture");
    let citizens = forty_letters(&own, &office).await;
    let (line, held) = Proxy::that_holds(own.imap, "BODY.PEEK[]").await;
    let account = Account::on(&own, "sejour", &office).imap("port", u32::from(line.port));
    let account = account.imap("tls", "none").imap("host", "127.0.0.1").set("active_since", long_ago());
    let prefecture = Prefecture::with([account]).await;
    let daemon = prefecture.start().await;

    held.arrived().await;
    own.stop();
    held.let_go();
    daemon.logs("a mailbox cannot be read").await;
    own.start_again();

    each_is_one_case(&prefecture, &citizens).await;
    let newcomer = address("karim", "usagers");
    Mail::question(&newcomer, &office).deliver(own.lmtp).await;
    first_mail(&newcomer).await;
    daemon.stop().await;
    for citizen in &citizens {
        assert_eq!(inbox(citizen).await.len(), 1, "one acknowledgement each");
    }
}

/// Forty letters of 10 KB from forty citizens; their authors come back.
async fn forty_letters(dovecot: &Dovecot, office: &str) -> Vec<String> {
    let citizens: Vec<_> = (0..40).map(|_| address("jeanne", "usagers")).collect();
    let history = "Une ligne de l'histoire de mon dossier, que je vous raconte en entier.\r\n".repeat(140);
    let mut mailbox = Mailbox::open(dovecot.imap, office).await;
    for citizen in &citizens {
        mailbox.append("INBOX", &Mail::question(citizen, office).text(&history).bytes()).await;
    }
    citizens
}

/// So that letters which are there before the daemon are acknowledged.
fn long_ago() -> toml::Value {
    "2024-01-01T00:00:00+01:00".into()
}

async fn each_is_one_case(prefecture: &Prefecture, citizens: &[String]) {
    wait_at_most(AFTER_SOME_PAUSES, "all letters are cases", async || {
        (prefecture.database.count("cases", "1 = 1").await >= 40).then_some(())
    })
    .await;
    let cases = prefecture.cases().await;
    assert_eq!(cases.len(), 40);
    let authors: BTreeSet<_> = cases.iter().filter_map(|case| case["from"].as_str()).collect();
    assert_eq!(authors, citizens.iter().map(String::as_str).collect());
    wait_at_most(AFTER_SOME_PAUSES, "all acknowledgements have left", async || {
        (prefecture.database.count("outbox", "state = 'sent'").await == 40).then_some(())
    })
    .await;
}
