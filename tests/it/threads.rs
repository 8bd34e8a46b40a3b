//! One matter, one case, one acknowledgement: however often, and by whichever way, its author writes.

use crate::support::daemon::{Account, Prefecture};
use crate::support::mail::{Mail, first_mail, inbox};
use crate::support::servers::{Servers, address};
use crate::support::smtp_client;

#[tokio::test]
async fn the_same_mail_to_two_mailboxes_is_one_case_with_one_acknowledgement() {
    let servers = Servers::of_this_run();
    let citizen = address("jeanne", "usagers");
    let (office, contact) = (address("sejour", "prefecture"), address("contact", "prefecture"));
    let accounts = [("sejour", &office), ("contact", &contact)];
    let prefecture = Prefecture::with(accounts.map(|(id, at)| Account::on(&servers.dovecot, id, at))).await;
    let daemon = prefecture.start().await;
    for (id, _) in accounts {
        prefecture.knows(id).await;
    }

    let mail = Mail::question(&citizen, &format!("{office}>, <{contact}")).bytes();
    let send = async |to: &str| smtp_client::send(servers.smtp, &citizen, to, &mail).await.unwrap();
    tokio::join!(send(&office), send(&contact));

    prefecture.deliveries_done("sejour", 1).await;
    prefecture.deliveries_done("contact", 1).await;
    let answer = first_mail(&citizen).await;
    let shown = prefecture.case(&answer.reference()).await;
    let events: Vec<_> =
        shown["events"].as_array().unwrap().iter().filter_map(|event| event["kind"].as_str()).collect();
    assert!(events.contains(&"received_again"), "{events:?}");
    assert_eq!(prefecture.cases().await.len(), 1);
    assert_eq!(prefecture.database.count("raw_message", "1 = 1").await, 2, "each delivery is kept as it came");
    daemon.stop().await;
    assert_eq!(inbox(&citizen).await.len(), 1);
}

#[tokio::test]
async fn who_answers_the_acknowledgement_continues_the_case() {
    let servers = Servers::of_this_run();
    let (citizen, office) = (address("jeanne", "usagers"), address("sejour", "prefecture"));
    let prefecture = Prefecture::with([Account::on(&servers.dovecot, "sejour", &office)]).await;
    let daemon = prefecture.start().await;
    prefecture.knows("sejour").await;
    Mail::question(&citizen, &office).send().await;
    let answer = first_mail(&citizen).await;
    let (reference, due) = (answer.reference(), prefecture.cases().await[0]["due"].clone());

    let other_address = address("jeanne-au-travail", "usagers");
    Mail::question(&other_address, &office).subject("RE: votre accuse").answers(&answer.id()).send().await;
    let by_number = Mail::question(&citizen, &office).id(&format!("third.{citizen}"));
    by_number.subject(&format!("Complement au dossier {reference}")).send().await;
    prefecture.deliveries_done("sejour", 3).await;

    let shown = prefecture.case(&reference).await;
    let messages = shown["messages"].as_array().unwrap();
    let became: Vec<_> = messages.iter().filter_map(|message| message["disposition"].as_str()).collect();
    assert_eq!(became, ["case", "follow_up", "follow_up"]);
    assert_eq!(shown["due"], due, "the clock goes on as it was set");
    assert_eq!(prefecture.cases().await.len(), 1);
    daemon.stop().await;
    assert_eq!(inbox(&citizen).await.len(), 1, "one acknowledgement for one case");
    assert_eq!(inbox(&other_address).await.len(), 0);
}

#[tokio::test]
async fn a_stranger_who_quotes_a_reference_does_not_join_the_case() {
    let servers = Servers::of_this_run();
    let (citizen, stranger) = (address("jeanne", "usagers"), address("paul", "usagers"));
    let office = address("sejour", "prefecture");
    let prefecture = Prefecture::with([Account::on(&servers.dovecot, "sejour", &office)]).await;
    let daemon = prefecture.start().await;
    prefecture.knows("sejour").await;
    Mail::question(&citizen, &office).send().await;
    let reference = first_mail(&citizen).await.reference();

    Mail::question(&stranger, &office).subject(&format!("Dossier {reference}")).send().await;

    let answer = first_mail(&stranger).await;
    assert_ne!(answer.reference(), reference);
    assert_eq!(prefecture.case(&reference).await["messages"].as_array().unwrap().len(), 1);
    daemon.stop().await;
}
