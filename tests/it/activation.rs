//! The first start of a mailbox: what was there before is never acknowledged.

use jiff::Timestamp;
use sqlx::Row;

use crate::support::daemon::{Account, Prefecture};
use crate::support::imap_client::Mailbox;
use crate::support::mail::{Mail, first_mail, inbox};
use crate::support::servers::{Servers, address};

/// Long before any first start.
const LONG_AGO: &str = " 4-Mar-2024 09:00:00 +0100";

#[tokio::test]
async fn older_messages_become_cases_that_are_not_acknowledged() {
    let servers = Servers::of_this_run();
    let office = address("sejour", "prefecture");
    let citizens = older_mail_for(&office).await;
    let prefecture = Prefecture::with([Account::on(&servers.dovecot, "sejour", &office)]).await;
    let daemon = prefecture.start().await;
    prefecture.cases_opened(3).await;

    let newcomer = address("karim", "usagers");
    Mail::question(&newcomer, &office).send().await;
    let answer = first_mail(&newcomer).await;

    let cases = prefecture.cases().await;
    assert_eq!(cases.len(), 4);
    let acknowledged: Vec<_> = cases.iter().filter(|case| !case["acknowledged"].is_null()).collect();
    assert_eq!(acknowledged.len(), 1);
    assert_eq!(acknowledged[0]["reference"], answer.reference());
    let older = cases.iter().find(|case| case["from"] == citizens[0]).unwrap();
    assert!(older["received"].as_str().unwrap().starts_with("2024-03-04T09:00:00"), "{older}");
    let shown = prefecture.case(older["reference"].as_str().unwrap()).await;
    assert_eq!(shown["messages"][0]["reason"], "reçu avant la mise en service de la boîte");
    prefecture.gone_over("sejour").await;
    let doctor = prefecture.doctor().await;
    assert_eq!(doctor.of("boîte sejour"), (true, "ouverte, 4 messages ; au dernier passage 4 gardés sur 4"));
    assert_eq!(doctor.code, Some(0));
    daemon.stop().await;
    for citizen in &citizens {
        assert_eq!(inbox(citizen).await.len(), 0);
    }
}

#[tokio::test]
async fn older_messages_are_set_aside_if_the_prefecture_wants_none() {
    let servers = Servers::of_this_run();
    let office = address("sejour", "prefecture");
    let citizens = older_mail_for(&office).await;
    let account = Account::on(&servers.dovecot, "sejour", &office).set("backfill", "none");
    let prefecture = Prefecture::with([account]).await;
    let daemon = prefecture.start().await;
    prefecture.deliveries_done("sejour", 3).await;
    assert_eq!(prefecture.database.count("receipt", "state = 'set_aside' AND reason <> ''").await, 3);

    let newcomer = address("karim", "usagers");
    Mail::question(&newcomer, &office).send().await;
    first_mail(&newcomer).await;

    assert_eq!(prefecture.cases().await.len(), 1);
    prefecture.gone_over("sejour").await;
    let doctor = prefecture.doctor().await;
    assert_eq!(doctor.of("boîte sejour"), (true, "ouverte, 4 messages ; au dernier passage 4 gardés sur 4"));
    daemon.stop().await;
    for citizen in &citizens {
        assert_eq!(inbox(citizen).await.len(), 0);
    }
}

#[tokio::test]
async fn what_comes_in_the_second_of_the_first_start_is_acknowledged() {
    let servers = Servers::of_this_run();
    let (citizen, office) = (address("jeanne", "usagers"), address("sejour", "prefecture"));
    let prefecture = Prefecture::with([Account::on(&servers.dovecot, "sejour", &office)]).await;
    let _daemon = prefecture.start().await;
    prefecture.knows("sejour").await;

    let rows = prefecture.database.rows("SELECT activated_at FROM mailbox").await;
    let activated = Timestamp::from_millisecond(rows[0].get("activated_at")).unwrap();
    let received = activated.strftime("%d-%b-%Y %H:%M:%S +0000").to_string();
    let mut mailbox = Mailbox::open(servers.dovecot.imap, &office).await;
    mailbox.append_as_of("INBOX", &received, &Mail::question(&citizen, &office).bytes()).await;

    first_mail(&citizen).await;
}

/// Three messages that have been in the mailbox for long; their authors come back.
async fn older_mail_for(office: &str) -> Vec<String> {
    let mut mailbox = Mailbox::open(Servers::of_this_run().dovecot.imap, office).await;
    let citizens: Vec<_> = (0..3).map(|_| address("jeanne", "usagers")).collect();
    for citizen in &citizens {
        mailbox.append_as_of("INBOX", LONG_AGO, &Mail::question(citizen, office).bytes()).await;
    }
    citizens
}
