//! What the server is told of a message that is kept, and when.

use crate::support::daemon::{Account, Prefecture};
use crate::support::imap_client::Mailbox;
use crate::support::mail::{Mail, first_mail};
use crate::support::proxy::Proxy;
use crate::support::servers::{Servers, address};
use crate::support::wait_until;

/// The account read over a line that can be seen through.
fn in_the_clear(account: Account, port: u16) -> Account {
    account.imap("host", "127.0.0.1").imap("tls", "none").imap("port", u32::from(port))
}

#[tokio::test]
async fn a_kept_message_is_flagged_after_the_commit_and_stays_unread() {
    let servers = Servers::of_this_run();
    let (citizen, office) = (address("jeanne", "usagers"), address("sejour", "prefecture"));
    let (line, held) = Proxy::that_holds(servers.dovecot.imap, "$Releve").await;
    let account = in_the_clear(Account::on(&servers.dovecot, "sejour", &office), line.port);
    let prefecture = Prefecture::with([account.set("afterwards", "flag")]).await;
    let _daemon = prefecture.start().await;
    Mail::question(&citizen, &office).send().await;

    held.arrived().await;
    assert_eq!(prefecture.database.count("cases", "1 = 1").await, 1, "the case is there before the server is told");
    assert_eq!(prefecture.database.count("receipt", "state = 'handled'").await, 1);
    let mut mailbox = Mailbox::open(servers.dovecot.imap, &office).await;
    assert!(!mailbox.flags("INBOX").await[0].contains(&"$Releve".to_owned()));

    held.let_go();
    wait_until("the keyword is set", async || {
        mailbox.flags("INBOX").await[0].contains(&"$Releve".to_owned()).then_some(())
    })
    .await;
    assert_eq!(mailbox.unread("INBOX").await, 1);
}

#[tokio::test]
async fn kept_messages_are_moved_into_a_folder_with_an_accent_after_the_commit() {
    let servers = Servers::of_this_run();
    let (citizen, office) = (address("jeanne", "usagers"), address("sejour", "prefecture"));
    let (line, held) = Proxy::that_holds(servers.dovecot.imap, "UID MOVE").await;
    let account = in_the_clear(Account::on(&servers.dovecot, "sejour", &office), line.port);
    let into = toml::toml! { move = "Traités" };
    let prefecture = Prefecture::with([account.set("afterwards", into)]).await;
    let _daemon = prefecture.start().await;
    let question = Mail::question(&citizen, &office);
    question.send().await;

    held.arrived().await;
    assert_eq!(prefecture.database.count("cases", "1 = 1").await, 1, "the case is there before the server is told");
    let mut mailbox = Mailbox::open(servers.dovecot.imap, &office).await;
    assert_eq!(mailbox.messages("INBOX").await.len(), 1);

    held.let_go();
    wait_until("the message is filed", async || mailbox.messages("Trait&AOk-s").await.pop()).await;
    // Dovecot shows it there before it is gone here.
    wait_until("it is gone", async || mailbox.messages("INBOX").await.is_empty().then_some(())).await;
    assert_eq!(mailbox.unread("Trait&AOk-s").await, 1);
    first_mail(&citizen).await;
}

#[tokio::test]
async fn the_folder_to_move_to_is_created_whatever_its_name() {
    let servers = Servers::of_this_run();
    let (citizen, office) = (address("jeanne", "usagers"), address("sejour", "prefecture"));
    let into = toml::toml! { move = "Déjà lus & réglés" };
    let account = Account::on(&servers.dovecot, "sejour", &office).set("afterwards", into);
    let prefecture = Prefecture::with([account]).await;
    let _daemon = prefecture.start().await;
    let mut mailbox = Mailbox::open(servers.dovecot.imap, &office).await;
    for round in 1..=2 {
        Mail::question(&citizen, &office).id(&format!("{round}.{citizen}")).send().await;
        prefecture.cases_opened(round).await;
        wait_until("the message has left the INBOX", async || mailbox.messages("INBOX").await.is_empty().then_some(()))
            .await;
        assert_eq!(mailbox.messages("D&AOk-j&AOA- lus &- r&AOk-gl&AOk-s").await.len() as i64, round);
    }
    let doctor = prefecture.doctor().await;
    let (sound, text) = doctor.of("boîte sejour");
    assert!(sound, "{text}");
}
