//! Connection, greeting, login.

use tokio::time::Instant;

use super::*;

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
