//! Which messages there are, and their octets.

use std::time::Duration;

use tokio::time::Instant;

use super::*;

#[tokio::test(start_paused = true)]
async fn only_what_was_asked_for_is_taken_and_only_once() {
    let mut session = session(
        "C: % UID SEARCH ALL
         S: * SEARCH 9 4
         S: * SEARCH 5
         S: % OK
         C: % UID FETCH 4:5,9 (UID RFC822.SIZE INTERNALDATE)
         S: * 1 FETCH (UID 4 RFC822.SIZE 10 INTERNALDATE \" 1-Oct-2026 09:03:00 +0200\")
         S: * 2 FETCH (FLAGS (\\Seen) UID 5)
         S: * 7 FETCH (UID 77 RFC822.SIZE 10)
         S: * 2 FETCH (UID 5 RFC822.SIZE 20)
         S: * 2 FETCH (UID 5 RFC822.SIZE 30)
         S: % OK
         C: % UID FETCH 4:5 (UID INTERNALDATE BODY.PEEK[])
         S: * 2 FETCH (FLAGS (\\Seen) UID 5)
         S: * 8 FETCH (UID 88 BODY[] {3}
         S: abc)
         S: * 1 FETCH (UID 4 BODY[] {5}
         S: first INTERNALDATE \" 1-Oct-2026 09:03:00 +0200\")
         S: * 12 EXISTS
         S: * 2 FETCH (UID 5 BODY[] \"second\")
         S: * 2 FETCH (UID 5 BODY[] \"again\")
         S: % OK",
    )
    .await;
    assert_eq!(session.uids().await.unwrap().into_iter().collect::<Vec<_>>(), [4, 5, 9]);
    let received = Some("2026-10-01T07:03:00Z".parse().unwrap());
    assert_eq!(
        session.sizes(&[9, 4, 5]).await.unwrap(),
        [Listed { uid: 4, size: 10, received }, Listed { uid: 5, size: 20, received: None }]
    );
    let mut came = Vec::new();
    session.fetch(&[4, 5], |one| came.push(one)).await.unwrap();
    assert_eq!(
        came,
        [
            Fetched { uid: 4, received, bytes: b"first".to_vec() },
            Fetched { uid: 5, received: None, bytes: b"second".to_vec() }
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn a_great_many_messages_are_listed_line_by_line() {
    let mut session = session(
        "C: % SELECT \"INBOX\"
         S: * 5001 EXISTS
         S: % OK
         C: % UID FETCH 1:* (UID)
         S: * 1 FETCH (UID 4)
         S: * 2 FETCH (UID 9)
         S: % OK",
    )
    .await;
    session.select("INBOX").await.unwrap();
    assert_eq!(session.uids().await.unwrap().into_iter().collect::<Vec<_>>(), [4, 9]);
}

#[tokio::test(start_paused = true)]
async fn an_empty_message_is_told_apart_from_a_missing_one() {
    let mut session = session(
        "C: % UID FETCH 1:4 (UID INTERNALDATE BODY.PEEK[])
         S: * 1 FETCH (UID 1 BODY[] NIL)
         S: * 2 FETCH (UID 2 BODY[] \"\")
         S: * 3 FETCH (UID 3 BODY[] {0}
         S: )
         S: % OK
         C: % UID FETCH 9 (UID INTERNALDATE BODY.PEEK[HEADER])
         S: % OK",
    )
    .await;
    let (came, end) = fetched(&mut session, &[1, 2, 3, 4]).await;
    assert!(end.is_ok());
    assert_eq!(came, [(1, "".into()), (2, "".into()), (3, "".into())]);
    assert_eq!(session.headers(9).await.unwrap(), None);
}

#[tokio::test(start_paused = true)]
async fn what_came_whole_survives_whatever_ends_the_fetch() {
    let first = "C: % UID FETCH 1:2 (UID INTERNALDATE BODY.PEEK[])\nS: * 1 FETCH (UID 1 BODY[] {3}\nS: one)\n";
    for (then, expected) in [
        ("S| * 2 FETCH (UID 2 BODY[] {1000}\\r\\nhalf\nX", "ConnectionLost"),
        ("X", "ConnectionLost"),
        ("S: * BYE shutting down\nX", "ConnectionLost"),
        ("S: % NO [SERVERBUG] internal error", "ServerRefused"),
        ("S: % BAD", "ServerRefused"),
        ("S: * 2 FETCH half of it", "Garbled"),
        ("S| * 2 FETCH (UID 2 BODY[] {1000}\\r\\nhalf\n...", "TimedOut"),
    ] {
        let mut session = session(&format!("{first}{then}")).await;
        let task = tokio::spawn(async move { fetched(&mut session, &[1, 2]).await });
        let (came, end) = task.await.unwrap();
        assert_eq!(came, [(1, "one".into())], "{then}");
        let error = format!("{:?}", end.unwrap_err());
        assert!(error.starts_with(expected), "{then}: {error}");
        assert!(!error.contains("half"));
    }
}

#[tokio::test(start_paused = true)]
async fn a_server_that_trickles_is_not_waited_for_without_end() {
    let (imap, scripted, _secret) = account(ImapAuth::Login, &format!("{HELLO}...")).await;
    let patience = Timeouts { silence: Duration::from_secs(3600), ..Timeouts::default() };
    let mut session = open(&imap, &patience).await.unwrap();
    let before = Instant::now();
    assert!(matches!(session.uids().await, Err(ImapError::TimedOut(_))));
    assert_eq!(before.elapsed(), patience.command);
    drop(scripted);
}
