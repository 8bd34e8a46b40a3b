//! A message that is too large to fetch is a case all the same.

use sqlx::Row;

use crate::support::daemon::{Account, Prefecture};
use crate::support::mail::{Mail, first_mail, inbox};
use crate::support::servers::{Servers, address};

#[tokio::test]
async fn a_message_beyond_the_limit_becomes_a_case_from_its_headers() {
    let servers = Servers::of_this_run();
    let (citizen, office) = (address("jeanne", "usagers"), address("sejour", "prefecture"));
    let mut prefecture = Prefecture::with([Account::on(&servers.dovecot, "sejour", &office)]).await;
    prefecture.set("limits", "message_bytes", 65_536);
    let daemon = prefecture.start().await;
    prefecture.knows("sejour").await;

    let scans = "Une ligne de mes pieces jointes.\r\n".repeat(10_000);
    Mail::question(&citizen, &office).subject("Mes pieces, tres lourdes").text(&scans).send().await;
    let answer = first_mail(&citizen).await;

    let shown = prefecture.case(&answer.reference()).await;
    assert_eq!((&shown["subject"], &shown["from"]), (&"Mes pieces, tres lourdes".into(), &citizen.clone().into()));
    assert_eq!(shown["messages"][0]["new_text"], "");
    let opened = shown["events"][0]["detail"].as_str().unwrap();
    assert!(opened.contains("message trop volumineux, seuls ses en-têtes ont été lus"), "{opened}");
    let kept = prefecture.database.rows("SELECT bytes FROM raw_message").await;
    assert_eq!(kept.len(), 1);
    let head: Vec<u8> = kept[0].get("bytes");
    assert!(head.ends_with(b"\r\n\r\n") && head.len() < 4096, "{}", String::from_utf8_lossy(&head));
    assert_eq!(prefecture.database.count("receipt", "whole = 0 AND octets > 300000").await, 1);
    daemon.stop().await;

    // Seen under another number, it is the same message.
    servers.dovecot.reset_uids(&office);
    let daemon = prefecture.start().await;
    prefecture.deliveries_done("sejour", 2).await;
    assert_eq!(prefecture.cases().await.len(), 1);
    daemon.stop().await;
    assert_eq!(inbox(&citizen).await.len(), 1);
}
