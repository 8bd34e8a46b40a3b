//! Folders, flags, messages moved and added.

use super::*;

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
    assert_eq!(
        folder,
        Folder {
            name: "Boîte/À traiter".into(),
            uid_validity: 7,
            uid_next: Some(12),
            exists: 3,
            keywords_allowed: false
        }
    );
    let folder = session.select("INBOX").await.unwrap();
    assert_eq!(
        folder,
        Folder { name: "INBOX".into(), uid_validity: 0, uid_next: None, exists: 0, keywords_allowed: false }
    );
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
    // As the daemon does, in a task of its own.
    let task = tokio::spawn(async move {
        let mut session = open(&imap, &Timeouts::default()).await.unwrap();
        session.flag(&[7, 1, 2, 3]).await.unwrap();
        assert_eq!(session.move_to(&[7, 1, 2, 3], "Traités").await.unwrap(), Moved::Gone);
        assert_eq!(session.move_to(&[8], "Traités").await.unwrap(), Moved::Gone);
        session.logout().await;
    });
    task.await.unwrap();
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
