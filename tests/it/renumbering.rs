//! A server that gives its messages new numbers (a new UIDVALIDITY) brings no message twice and loses none.

use sqlx::Row;

use crate::support::daemon::{Account, Prefecture};
use crate::support::imap_client::Mailbox;
use crate::support::mail::{Mail, first_mail, inbox};
use crate::support::servers::{Servers, address};
use crate::support::wait_until;

#[tokio::test]
async fn a_mailbox_renumbered_while_nobody_looks_gives_no_second_case() {
    let servers = Servers::of_this_run();
    let citizens: Vec<_> = (0..3).map(|_| address("jeanne", "usagers")).collect();
    let office = address("sejour", "prefecture");
    let account = Account::on(&servers.dovecot, "sejour", &office).set("afterwards", "flag");
    let prefecture = Prefecture::with([account]).await;
    let daemon = prefecture.start().await;
    prefecture.knows("sejour").await;
    for citizen in &citizens {
        Mail::question(citizen, &office).send().await;
        first_mail(citizen).await;
    }
    daemon.stop().await;

    servers.dovecot.reset_uids(&office);
    let daemon = prefecture.start().await;
    prefecture.deliveries_done("sejour", 6).await;

    let newcomer = address("karim", "usagers");
    Mail::question(&newcomer, &office).send().await;
    first_mail(&newcomer).await;
    assert_eq!(prefecture.cases().await.len(), 4);
    assert_eq!(prefecture.database.count("outbox", "1 = 1").await, 4);
    for citizen in &citizens {
        assert_eq!(inbox(citizen).await.len(), 1, "nobody is acknowledged twice");
    }
    daemon.stop().await;
}

#[tokio::test]
async fn a_mailbox_renumbered_under_our_eyes_is_read_on() {
    let servers = Servers::of_this_run();
    let office = address("sejour", "prefecture");
    let prefecture = Prefecture::with([Account::on(&servers.dovecot, "sejour", &office)]).await;
    let _daemon = prefecture.start().await;
    prefecture.knows("sejour").await;
    let citizens: Vec<_> = (0..3).map(|_| address("jeanne", "usagers")).collect();
    for citizen in &citizens[..2] {
        Mail::question(citizen, &office).send().await;
    }
    prefecture.cases_opened(2).await;

    servers.dovecot.reset_uids(&office);
    Mail::question(&citizens[2], &office).send().await;

    first_mail(&citizens[2]).await;
    let validity = Mailbox::open(servers.dovecot.imap, &office).await.uid_validity("INBOX").await;
    wait_until("the new numbers are known", async || {
        let known = prefecture.database.rows("SELECT uid_validity FROM mailbox").await;
        (known[0].get::<i64, _>("uid_validity") == i64::from(validity)).then_some(())
    })
    .await;
    assert_eq!(prefecture.cases().await.len(), 3);
    for citizen in &citizens {
        assert_eq!(inbox(citizen).await.len(), 1, "each is acknowledged once");
    }
}
