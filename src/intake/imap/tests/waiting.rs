//! IDLE, and its absence.

use std::time::Duration;

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::*;
use crate::intake::Source;

#[tokio::test(start_paused = true)]
async fn waiting_ends_with_news_with_time_and_when_asked() {
    let mut session = session(
        "C: % IDLE
         S: + idling
         S: * OK Still here
         S: * 3 FETCH (FLAGS (\\Seen))
         S: * 2 EXPUNGE
         S: * 4 EXISTS
         C: DONE
         S: % OK
         C: % UID SEARCH ALL
         S: * SEARCH 1
         S: % OK
         C: % IDLE
         S: + idling
         C: DONE
         S: * 5 EXISTS
         S: % OK
         C: % UID SEARCH ALL
         S: * SEARCH 1 2
         S: % OK
         C: % IDLE
         S: + idling
         C: DONE
         S: % OK",
    )
    .await;
    let stop = CancellationToken::new();
    let day = Duration::from_secs(24 * 3600);
    assert_eq!(session.idle(day, &stop).await.unwrap(), IdleOutcome::Changed);
    assert_eq!(session.idle(day, &stop).await.unwrap(), IdleOutcome::Changed, "until somebody has looked");
    session.uids().await.unwrap();
    let before = Instant::now();
    assert_eq!(session.idle(day, &stop).await.unwrap(), IdleOutcome::Elapsed);
    assert_eq!(before.elapsed().as_secs(), 300, "silence is no fault while waiting");
    assert_eq!(session.idle(day, &stop).await.unwrap(), IdleOutcome::Changed, "announced as the wait ended");
    session.uids().await.unwrap();
    let asked = stop.clone();
    let task = tokio::spawn(async move { session.idle(day, &asked).await.unwrap() });
    stop.cancel();
    assert_eq!(task.await.unwrap(), IdleOutcome::Stopped);
}

#[tokio::test(start_paused = true)]
async fn a_line_that_dies_while_waiting_is_noticed() {
    let stop = CancellationToken::new();
    let wait = Duration::from_secs(60);
    for then in ["X", "S: * BYE\n...", "S: % OK idle no more\n..."] {
        let mut session = session(&format!("C: % IDLE\nS: + idling\n{then}")).await;
        assert!(matches!(session.idle(wait, &stop).await, Err(ImapError::ConnectionLost(_))), "{then}");
    }
    let mut session = session("C: % IDLE\nS: + idling\n...").await;
    let before = Instant::now();
    assert!(matches!(session.idle(wait, &stop).await, Err(ImapError::TimedOut(_))));
    assert_eq!(before.elapsed().as_secs(), 60 + 15);
}

#[tokio::test(start_paused = true)]
async fn without_idle_time_passes_all_the_same() {
    let hello = HELLO.replace(" IDLE", "");
    let mut session = opening(ImapAuth::Login, &hello).await.unwrap();
    let before = Instant::now();
    let outcome = session.idle(Duration::from_secs(60), &CancellationToken::new()).await.unwrap();
    assert_eq!((outcome, before.elapsed().as_secs()), (IdleOutcome::Elapsed, 60));
}

#[tokio::test(start_paused = true)]
async fn whoever_hears_nothing_looks_afresh_and_sees_the_new_numbers() {
    let mut session = session(
        "C: % SELECT \"INBOX\"
         S: * OK [UIDVALIDITY 7] valid
         S: % OK
         C: % IDLE
         S: + idling
         C: DONE
         S: % OK
         C: % SELECT \"INBOX\"
         S: * OK [UIDVALIDITY 8] valid
         S: % OK
         C: % UID SEARCH ALL
         S: * SEARCH 1
         S: % OK",
    )
    .await;
    let folder = session.select("INBOX").await.unwrap();
    let mut source = Source::Imap(Box::new(session), folder);
    source.wait(Duration::from_secs(60), &CancellationToken::new()).await.unwrap();
    assert_eq!(source.list().await.unwrap().keys, ["8/1"]);
}
