//! Machines that answer each other stop at once, and mail that cannot be delivered ends with a reason.

use std::time::Duration;

use sqlx::Row;

use crate::support::daemon::{Account, Prefecture};
use crate::support::mail::{Mail, first_mail, inbox};
use crate::support::servers::{Servers, address};
use crate::support::{wait_at_most, wait_until};

#[tokio::test]
async fn two_prefectures_that_meet_exchange_one_message_each_way_at_most() {
    meeting("null").await;
}

#[tokio::test]
async fn two_prefectures_that_want_their_bounces_back_exchange_one_message_each_way_at_most() {
    meeting("mailbox").await;
}

/// Somebody who writes in the name of the other prefecture's mailbox starts it.
async fn meeting(envelope: &str) {
    let servers = Servers::of_this_run();
    let (ours, theirs) = (address("contact", "prefecture"), address("contact", "autre-prefecture"));
    let mut here = Prefecture::with([Account::on(&servers.dovecot, "contact", &ours)]).await;
    let mut there = Prefecture::with([Account::on(&servers.dovecot, "contact", &theirs)]).await;
    here.set("acknowledgement", "envelope", envelope);
    there.set("acknowledgement", "envelope", envelope);
    let (daemon_here, daemon_there) = (here.start().await, there.start().await);
    here.knows("contact").await;
    there.knows("contact").await;

    Mail::question(&theirs, &ours).send().await;
    let answer = first_mail(&theirs).await;
    there.deliveries_done("contact", 1).await;

    // Whoever goes over its mailbox once more has seen all that the other could have sent in return.
    for _ in 0..2 {
        here.gone_over("contact").await;
        there.gone_over("contact").await;
    }
    assert_eq!((inbox(&ours).await.len(), inbox(&theirs).await.len()), (1, 1));
    assert_eq!(here.cases().await.len(), 1);
    assert_eq!(there.cases().await.len(), 0, "an acknowledgement is no matter of its own");
    let reasons = there.database.rows("SELECT reason FROM message WHERE disposition = 'ignored'").await;
    assert_eq!(reasons.len(), 1);
    assert!(!reasons[0].get::<String, _>("reason").is_empty());
    assert_eq!(answer.field("Return-Path"), if envelope == "null" { "<>".to_owned() } else { format!("<{ours}>") });
    daemon_here.stop().await;
    daemon_there.stop().await;
}

#[tokio::test]
async fn a_mailbox_that_the_relay_refuses_is_given_up_with_the_reason_on_the_case() {
    let servers = Servers::of_this_run();
    let office = address("sejour", "prefecture");
    let prefecture = Prefecture::with([Account::on(&servers.dovecot, "sejour", &office)]).await;
    let daemon = prefecture.start().await;
    prefecture.knows("sejour").await;

    // Nobody can be reached there, but anybody may write in that name.
    Mail::question("refuse@usagers.example.fr", &office).deliver(servers.dovecot.lmtp).await;
    prefecture.cases_opened(1).await;
    let reference = prefecture.cases().await[0]["reference"].as_str().unwrap().to_owned();
    let reason = wait_until("the mail is given up", async || {
        let shown = prefecture.case(&reference).await;
        let failed = shown["events"].as_array()?.iter().find(|event| event["kind"] == "failed")?;
        Some(failed["detail"].as_str()?.to_owned())
    })
    .await;
    assert!(reason.contains("RCPT TO") && reason.contains("550 5.1.1"), "{reason}");
    assert!(!reason.contains("refuse@"), "{reason}");
    let doctor = prefecture.doctor().await;
    assert_eq!(doctor.of("file d'envoi").1, "0 partis, 0 en attente, 1 abandonnés");
    assert!(!daemon.stop().await.contains("refuse@"));
}

#[tokio::test]
async fn an_acknowledgement_that_comes_back_is_told_on_its_case() {
    let servers = Servers::of_this_run();
    let office = address("sejour", "prefecture");
    let mut prefecture = Prefecture::with([Account::on(&servers.dovecot, "sejour", &office)]).await;
    prefecture.set("acknowledgement", "envelope", "mailbox");
    let _daemon = prefecture.start().await;
    prefecture.knows("sejour").await;

    // The relay takes mail for this name, and Dovecot does not know what to do with the slash.
    let nowhere = address("nulle/part", "usagers");
    Mail::question(&nowhere, &office).deliver(servers.dovecot.lmtp).await;
    prefecture.deliveries_done("sejour", 2).await;

    let reference = prefecture.cases().await[0]["reference"].as_str().unwrap().to_owned();
    let shown = prefecture.case(&reference).await;
    let events: Vec<_> =
        shown["events"].as_array().unwrap().iter().filter_map(|event| event["kind"].as_str()).collect();
    assert_eq!(events, ["opened", "acknowledged", "sent", "bounced"]);
    assert_eq!(prefecture.cases().await.len(), 1);
    assert_eq!(prefecture.database.count("outbox", "1 = 1").await, 1, "a bounce is not answered");
}

#[tokio::test]
async fn a_mailbox_that_is_full_for_now_is_tried_again() {
    let servers = Servers::of_this_run();
    let office = address("sejour", "prefecture");
    let prefecture = Prefecture::with([Account::on(&servers.dovecot, "sejour", &office)]).await;
    let _daemon = prefecture.start().await;
    prefecture.knows("sejour").await;

    Mail::question("plus-tard@usagers.example.fr", &office).deliver(servers.dovecot.lmtp).await;
    let after_the_first_pause = Duration::from_secs(60);
    wait_at_most(after_the_first_pause, "it is tried a second time", async || {
        let tried = prefecture.database.count("outbox", "state = 'waiting' AND attempts >= 2").await;
        (tried == 1).then_some(())
    })
    .await;
    let answers = prefecture.database.rows("SELECT last_answer FROM outbox").await;
    let answer: String = answers[0].get("last_answer");
    assert!(answer.contains("450 4.2.1") && !answer.contains("plus-tard@"), "{answer}");
    let doctor = prefecture.doctor().await;
    assert_eq!(doctor.of("file d'envoi"), (true, "0 partis, 1 en attente, 0 abandonnés"));
}
