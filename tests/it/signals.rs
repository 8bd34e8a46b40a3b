//! SIGTERM and SIGHUP: the end and the new configuration cost no mail.

use std::time::Duration;

use crate::support::daemon::{Account, Prefecture};
use crate::support::imap_client::Mailbox;
use crate::support::mail::{Mail, first_mail, inbox};
use crate::support::proxy::{Held, Proxy};
use crate::support::servers::{Servers, address};
use crate::support::{wait_at_most, wait_until};

const TEMPLATE: &str = "templates/acknowledgement/default.fr.hbs";

#[tokio::test]
async fn told_to_end_it_leaves_nothing_half_done_and_forgets_nothing() {
    let servers = Servers::of_this_run();
    let office = address("sejour", "prefecture");
    let account = Account::on(&servers.dovecot, "sejour", &office).set("active_since", "2024-01-01T00:00:00+01:00");
    let prefecture = Prefecture::with([account]).await;
    let citizens: Vec<_> = (0..60).map(|_| address("jeanne", "usagers")).collect();
    let mut mailbox = Mailbox::open(servers.dovecot.imap, &office).await;
    for citizen in &citizens {
        mailbox.append("INBOX", &Mail::question(citizen, &office).bytes()).await;
    }
    let sent = async || prefecture.database.count("outbox", "state = 'sent'").await;

    let daemon = prefecture.start().await;
    wait_until("some have left", async || (sent().await > 0).then_some(())).await;
    daemon.stop().await;
    let before = sent().await;
    assert!(before < 60, "the end came in the middle of the work");
    assert_eq!(prefecture.database.count("receipt", "state = 'kept'").await, 0);
    assert_eq!(prefecture.database.count("daemon", "1 = 1").await, 0, "what it held is free at once");

    let daemon = prefecture.start().await;
    wait_until("all have left", async || (sent().await == 60).then_some(())).await;
    daemon.stop().await;
    for citizen in &citizens {
        assert_eq!(inbox(citizen).await.len(), 1);
    }
}

#[tokio::test]
async fn a_second_signal_does_not_wait_for_what_is_in_hand() {
    let (prefecture, _line, held) = reading_from_a_mute_server().await;
    let mut daemon = prefecture.start().await;
    held.arrived().await;

    daemon.signal("TERM");
    daemon.logs("finishing what is in hand reloading=false").await;
    assert!(daemon.ended().is_none(), "the first signal waits for what is in hand");
    daemon.signal("TERM");
    let status = wait_at_most(Duration::from_secs(5), "it ends at once", async || daemon.ended()).await;
    assert_eq!(status.code(), Some(1));

    held.let_go();
    let _daemon = prefecture.start().await;
    prefecture.cases_opened(1).await;
}

#[tokio::test]
async fn told_to_end_while_it_takes_a_new_configuration_it_ends() {
    let (prefecture, _line, held) = reading_from_a_mute_server().await;
    let mut daemon = prefecture.start().await;
    held.arrived().await;

    daemon.signal("HUP");
    daemon.logs("finishing what is in hand reloading=true").await;
    daemon.signal("TERM");
    held.let_go();
    let status = wait_at_most(Duration::from_secs(10), "it ends", async || daemon.ended()).await;
    assert!(status.success());
    assert_eq!(prefecture.database.count("cases", "1 = 1").await, 1, "what was in hand is done");
}

#[tokio::test]
async fn a_server_that_falls_silent_holds_up_the_end_for_half_a_minute_at_most() {
    let (prefecture, _line, held) = reading_from_a_mute_server().await;
    let mut daemon = prefecture.start().await;
    held.arrived().await;

    daemon.signal("TERM");
    let status = wait_at_most(Duration::from_secs(45), "it ends", async || daemon.ended()).await;
    assert!(status.success(), "{}", daemon.log());
    assert!(daemon.log().contains("some work does not come to its end and is broken off"), "{}", daemon.log());
}

#[tokio::test]
async fn a_faulty_configuration_changes_nothing_and_a_sound_one_costs_no_mail() {
    let servers = Servers::of_this_run();
    let office = address("sejour", "prefecture");
    let prefecture = Prefecture::with([Account::on(&servers.dovecot, "sejour", &office)]).await;
    let daemon = prefecture.start().await;
    prefecture.knows("sejour").await;
    let writes = async || {
        let citizen = address("jeanne", "usagers");
        Mail::question(&citizen, &office).send().await;
        first_mail(&citizen).await
    };

    prefecture.write(TEMPLATE, "+++\nsubject = \"Bien reçu\"\n+++\nBonjour {{prefecture.nom}},\n");
    daemon.signal("HUP");
    daemon.logs("the new configuration is not sound; the old one stays in force").await;
    let told = daemon.log();
    let line = told.lines().find(|line| line.contains("is not sound")).unwrap();
    assert!(line.contains(&format!("{TEMPLATE}:4")) && line.contains("prefecture.nom"), "{line}");
    assert!(writes().await.text().starts_with("Bonjour,\n\nNous avons bien reçu votre message"));

    let new = "+++\nsubject = \"Bien reçu – {{case.reference}}\"\n+++\nBonjour, voici le nouveau modèle. \
               Réponse le {{deadline.date}}, reçu le {{received.date}}. {{service.name}} {{service.phone}} \
               {{service.address}} {{service.email}}\n";
    prefecture.write(TEMPLATE, new);
    let citizens: Vec<_> = (0..20).map(|_| address("jeanne", "usagers")).collect();
    for (number, citizen) in citizens.iter().enumerate() {
        Mail::question(citizen, &office).send().await;
        if number == 10 {
            daemon.signal("HUP");
        }
    }
    daemon.logs("finishing what is in hand reloading=true").await;
    for citizen in &citizens {
        first_mail(citizen).await;
    }
    assert!(writes().await.text().starts_with("Bonjour, voici le nouveau modèle."));
    assert_eq!(prefecture.cases().await.len(), 22);
    daemon.stop().await;
    for citizen in &citizens {
        assert_eq!(inbox(citizen).await.len(), 1);
    }
}

/// A prefecture with one letter in its mailbox, whose server does not hand it over until it is let go.
async fn reading_from_a_mute_server() -> (Prefecture, Proxy, Held) {
    let servers = Servers::of_this_run();
    let office = address("sejour", "prefecture");
    let question = Mail::question(&address("jeanne", "usagers"), &office).bytes();
    Mailbox::open(servers.dovecot.imap, &office).await.append("INBOX", &question).await;
    let (line, held) = Proxy::that_holds(servers.dovecot.imap, "BODY.PEEK[]").await;
    let account = Account::on(&servers.dovecot, "sejour", &office).imap("port", u32::from(line.port));
    let account = account.imap("host", "127.0.0.1").imap("tls", "none");
    (Prefecture::with([account]).await, line, held)
}
