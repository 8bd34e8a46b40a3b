//! Two daemons and one database: on PostgreSQL they share the work, on SQLite the second one steps back.

use crate::support::daemon::{Account, Prefecture, on_postgres};
use crate::support::mail::{Mail, inbox};
use crate::support::servers::{Servers, address};
use crate::support::wait_until;

#[tokio::test]
async fn two_daemons_share_the_mailboxes_or_the_second_one_steps_back() {
    if on_postgres() { they_share_the_work().await } else { the_second_one_steps_back().await }
}

async fn they_share_the_work() {
    let servers = Servers::of_this_run();
    let offices = ["sejour", "contact"].map(|id| (id, address(id, "prefecture")));
    let accounts = offices.each_ref().map(|(id, at)| Account::on(&servers.dovecot, id, at));
    let first = Prefecture::with(accounts).await;
    let second = first.second_machine();
    let (one, two) = tokio::join!(first.start(), second.start());
    for (id, _) in &offices {
        first.knows(id).await;
    }

    let citizens: Vec<_> = (0..100).map(|_| address("jeanne", "usagers")).collect();
    for (number, citizen) in citizens.iter().enumerate() {
        Mail::question(citizen, &offices[number % 2].1).send().await;
    }
    wait_until("all acknowledgements have left", async || {
        (first.database.count("outbox", "state = 'sent'").await >= 100).then_some(())
    })
    .await;
    assert_eq!(first.cases().await.len(), 100);

    // The one that goes leaves its mailboxes to the other.
    one.stop().await;
    let late = Mail::question(&address("karim", "usagers"), &offices[0].1);
    late.send().await;
    let later = Mail::question(&address("karim", "usagers"), &offices[1].1);
    later.send().await;
    first.cases_opened(102).await;
    wait_until("these have left too", async || {
        (first.database.count("outbox", "state = 'sent'").await == 102).then_some(())
    })
    .await;
    two.stop().await;
    for citizen in citizens.iter().chain([&late.from, &later.from]) {
        assert_eq!(inbox(citizen).await.len(), 1, "each is acknowledged once");
    }
}

async fn the_second_one_steps_back() {
    let servers = Servers::of_this_run();
    let office = address("sejour", "prefecture");
    let prefecture = Prefecture::with([Account::on(&servers.dovecot, "sejour", &office)]).await;
    let daemon = prefecture.start().await;

    let second_machine = prefecture.second_machine();
    let mut second = second_machine.launch();
    assert_eq!(second.end().await.code(), Some(1));
    let said = second.log();
    assert!(said.starts_with("releve : un autre démon travaille déjà avec "), "{said}");
    assert!(said.trim_end().ends_with("arrêtez-le, ou passez à PostgreSQL pour en avoir plusieurs"), "{said}");

    daemon.stop().await;
    prefecture.start().await.stop().await;
}
