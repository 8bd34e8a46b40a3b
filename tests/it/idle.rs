//! New mail is noticed when the server announces it, not when the next look is due.

use std::time::Duration;

use crate::support::daemon::{Account, Prefecture};
use crate::support::mail::{Mail, first_mail};
use crate::support::servers::{Servers, address};
use crate::support::wait_at_most;

#[tokio::test]
async fn a_mail_is_handled_at_once_though_the_next_look_is_an_hour_away() {
    let servers = Servers::of_this_run();
    let (first, second) = (address("jeanne", "usagers"), address("karim", "usagers"));
    let office = address("sejour", "prefecture");
    let account = Account::on(&servers.dovecot, "sejour", &office).set("poll_seconds", 3600);
    let prefecture = Prefecture::with([account]).await;
    let daemon = prefecture.start().await;
    prefecture.knows("sejour").await;

    for (citizen, cases) in [(first, 1), (second, 2)] {
        Mail::question(&citizen, &office).send().await;
        let soon = Duration::from_secs(10);
        wait_at_most(soon, "the mail is noticed", async || {
            (prefecture.database.count("cases", "1 = 1").await == cases).then_some(())
        })
        .await;
        first_mail(&citizen).await;
    }
    daemon.stop().await;
}
