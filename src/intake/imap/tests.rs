//! The session against a server that misbehaves by script. No test waits: time stands still and jumps.

use std::time::Duration;

use tempfile::NamedTempFile;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::*;
use crate::{
    config::{Imap, ImapAuth, Secret},
    net::scripted::{Scripted, script},
};

const HELLO: &str = "
    S: * OK ready
    C: % LOGIN \"boite\" \"secret\"
    S: % OK in
    C: % CAPABILITY
    S: * CAPABILITY IMAP4rev1 IDLE MOVE UIDPLUS
    S: % OK done
";

/// An account on a server that plays `text`, and the secret's file.
async fn account(auth: ImapAuth, text: &str) -> (Imap, Scripted, NamedTempFile) {
    let scripted = Scripted::start(vec![script(text)]).await;
    let secret = NamedTempFile::new().unwrap();
    std::fs::write(secret.path(), "secret\n").unwrap();
    let imap = Imap {
        server: scripted.server(),
        user: "boite".into(),
        auth,
        secret: Secret::File(secret.path().to_owned()),
        folder: "INBOX".into(),
    };
    (imap, scripted, secret)
}

async fn opening(auth: ImapAuth, text: &str) -> Result<ImapSession, ImapError> {
    let (imap, _scripted, _secret) = account(auth, text).await;
    open(&imap, &Timeouts::default()).await
}

/// A session on which the server goes on with `text`.
async fn session(text: &str) -> ImapSession {
    opening(ImapAuth::Login, &format!("{HELLO}{text}")).await.unwrap()
}

/// What came whole of these UIDs, and how it ended.
async fn fetched(session: &mut ImapSession, uids: &[u32]) -> (Vec<(u32, String)>, Result<(), ImapError>) {
    let mut came = Vec::new();
    let end = session.fetch(uids, |one| came.push((one.uid, String::from_utf8(one.bytes).unwrap()))).await;
    (came, end)
}

#[tokio::test(start_paused = true)]
async fn the_three_ways_to_log_in() {
    for (auth, login) in [
        (ImapAuth::Login, "C: % LOGIN \"boite\" \"secret\""),
        (ImapAuth::Plain, "C: % AUTHENTICATE PLAIN\nS: + \nC: AGJvaXRlAHNlY3JldA=="),
        (ImapAuth::XOAuth2, "C: % AUTHENTICATE XOAUTH2\nS: + \nC: dXNlcj1ib2l0ZQFhdXRoPUJlYXJlciBzZWNyZXQBAQ=="),
    ] {
        let text = format!(
            "S: * OK ready\n{login}\nS: % OK in\nC: % CAPABILITY\nS: * CAPABILITY IMAP4rev1\nS: % OK done\nC: % LOGOUT\nS: * BYE\nS: % OK"
        );
        let (imap, scripted, _secret) = account(auth, &text).await;
        open(&imap, &Timeouts::default()).await.unwrap().logout().await;
        scripted.finished().await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_refused_login_tells_nothing_of_the_credentials() {
    let error = opening(
        ImapAuth::XOAuth2,
        "S: * OK ready
         C: % AUTHENTICATE XOAUTH2
         S: +
         C: dXNlcj1ib2l0ZQFhdXRoPUJlYXJlciBzZWNyZXQBAQ==
         S: + eyJzdGF0dXMiOiI0MDAifQ==
         C:
         S: % NO [AUTHENTICATIONFAILED] boite/secret is wrong",
    )
    .await
    .unwrap_err();
    assert!(matches!(error, ImapError::LoginRefused(_)));
    assert_eq!(
        error.to_string(),
        "le serveur refuse l'identifiant ou le mot de passe : vérifiez `user`, `auth` et le secret ([AUTHENTICATIONFAILED] [secret] is wrong)"
    );
}

#[tokio::test(start_paused = true)]
async fn a_server_that_cannot_tell_now_does_not_condemn_the_password() {
    let text = "S: * OK\nC: % LOGIN \"boite\" \"secret\"\nS: % NO [UNAVAILABLE] Temporary authentication failure";
    assert!(matches!(opening(ImapAuth::Login, text).await, Err(ImapError::ServerRefused { .. })));
}

#[tokio::test(start_paused = true)]
async fn strange_greetings() {
    let error = opening(ImapAuth::Login, "S: * BYE too many connections").await.unwrap_err();
    assert_eq!(error.to_string(), "le serveur a refusé (accueil) : too many connections");
    assert!(matches!(opening(ImapAuth::Login, "S: * PREAUTH hi").await, Err(ImapError::ServerRefused { .. })));
    assert!(matches!(opening(ImapAuth::Login, "S: 220 mail ESMTP").await, Err(ImapError::Garbled(_))));
    assert!(matches!(opening(ImapAuth::Login, "X").await, Err(ImapError::ConnectionLost(_))));
    let before = Instant::now();
    assert!(matches!(opening(ImapAuth::Login, "...").await, Err(ImapError::TimedOut(_))));
    assert_eq!(before.elapsed().as_secs(), 30);
}

#[tokio::test(start_paused = true)]
async fn starttls_is_never_done_without() {
    let (mut imap, _scripted, _secret) = account(ImapAuth::Login, "S: * OK\nC: % STARTTLS\nS: % BAD what?").await;
    imap.server.tls = crate::config::Tls::StartTls;
    let error = open(&imap, &Timeouts::default()).await.unwrap_err();
    assert!(matches!(error, ImapError::TlsNotTrusted { .. }), "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_folder_is_selected_by_the_name_people_write() {
    let mut session = session(
        "C: % LIST \"\" \"\"
         S: * LIST (\\Noselect) \".\" \"\"
         S: % OK
         C: % SELECT \"Bo&AO4-te.&AMA- traiter\"
         S: * FLAGS (\\Seen)
         S: * OK [PERMANENTFLAGS (\\Seen)] limited
         S: * 3 EXISTS
         S: * OK [UIDVALIDITY 7] ok
         S: * OK [UIDNEXT 12] ok
         S: % OK [READ-WRITE] done
         C: % SELECT \"INBOX\"
         S: * 0 EXISTS
         S: % OK [READ-ONLY] done",
    )
    .await;
    let folder = session.select("Boîte/À traiter").await.unwrap();
    assert_eq!(folder, Folder { uid_validity: 7, uid_next: Some(12), exists: 3, keywords_allowed: false });
    let folder = session.select("INBOX").await.unwrap();
    assert_eq!(folder, Folder { uid_validity: 0, uid_next: None, exists: 0, keywords_allowed: false });
}

#[tokio::test(start_paused = true)]
async fn a_missing_folder_comes_with_those_that_exist() {
    let mut session = session(
        "C: % SELECT \"Traites\"
         S: % NO Mailbox doesn't exist
         C: % LIST \"\" \"*\"
         S: * LIST (\\HasNoChildren) \".\" INBOX
         S: * LIST (\\Noselect) \".\" \"Archives\"
         S: * LIST () \".\" \"Archives.Trait&AOk-s\"
         S: % OK",
    )
    .await;
    let error = session.select("Traites").await.unwrap_err();
    assert_eq!(error.to_string(), "le dossier « Traites » n'existe pas ; dossiers du compte : Archives/Traités, INBOX");
}

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
        let (came, end) = fetched(&mut session, &[1, 2]).await;
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

#[tokio::test(start_paused = true)]
async fn messages_are_flagged_and_moved_to_a_folder_that_may_be_new() {
    let (imap, scripted, _secret) = account(
        ImapAuth::Login,
        &format!(
            "{HELLO}
            C: % UID STORE 1:3,7 +FLAGS.SILENT ($Releve)
            S: % OK
            C: % LIST \"\" \"*\"
            S: * LIST () \"/\" INBOX
            S: % OK
            C: % CREATE \"Trait&AOk-s\"
            S: % OK
            C: % SUBSCRIBE \"Trait&AOk-s\"
            S: % NO not here
            C: % UID MOVE 1:3,7 \"Trait&AOk-s\"
            S: * OK [COPYUID 1 1:3,7 1:4] Moved
            S: * 1 EXPUNGE
            S: % OK
            C: % UID MOVE 8 \"Trait&AOk-s\"
            S: % OK
            C: % LOGOUT
            S: % OK"
        ),
    )
    .await;
    let mut session = open(&imap, &Timeouts::default()).await.unwrap();
    session.flag(&[7, 1, 2, 3]).await.unwrap();
    assert_eq!(session.move_to(&[7, 1, 2, 3], "Traités").await.unwrap(), Moved::Gone);
    assert_eq!(session.move_to(&[8], "Traités").await.unwrap(), Moved::Gone);
    session.logout().await;
    scripted.finished().await;
}

#[tokio::test(start_paused = true)]
async fn without_move_nothing_of_others_is_expunged() {
    for (capabilities, expunge, moved) in [
        ("IMAP4rev1 UIDPLUS", "C: % UID EXPUNGE 5\nS: * 1 EXPUNGE\nS: % OK", Moved::Gone),
        ("IMAP4rev1", "", Moved::LeftMarked),
    ] {
        let text = format!(
            "{}
            C: % LIST \"\" \"*\"
            S: * LIST () \"/\" \"Fait\"
            S: % OK
            C: % UID COPY 5 \"Fait\"
            S: % OK
            C: % UID STORE 5 +FLAGS.SILENT (\\Deleted)
            S: % OK
            {expunge}
            C: % LOGOUT
            S: % OK",
            HELLO.replace("IMAP4rev1 IDLE MOVE UIDPLUS", capabilities)
        );
        let (imap, scripted, _secret) = account(ImapAuth::Login, &text).await;
        let mut session = open(&imap, &Timeouts::default()).await.unwrap();
        assert_eq!(session.move_to(&[5], "Fait").await.unwrap(), moved);
        session.logout().await;
        scripted.finished().await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_message_is_added_when_the_server_asks_for_it() {
    let mut session = session(
        "C: % LIST \"\" \"*\"
         S: * LIST () \"/\" \"Sent\"
         S: % OK
         C: % APPEND \"Sent\" (\\Seen) {6}
         S: + go on
         C: A: b
         C:
         S: % OK [APPENDUID 1 2]
         C: % APPEND \"Sent\" () {1}
         S: % NO [OVERQUOTA] full",
    )
    .await;
    session.append("Sent", b"A: b\r\n", &["\\Seen"]).await.unwrap();
    assert!(matches!(session.append("Sent", b"x", &[]).await, Err(ImapError::ServerRefused { .. })));
}

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
    stop.cancel();
    assert_eq!(session.idle(day, &stop).await.unwrap(), IdleOutcome::Stopped);
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
