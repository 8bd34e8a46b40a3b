//! The stand itself: do the servers do what the tests of releve count on?

use std::path::Path;
use std::sync::Arc;

use lettre::message::header::ContentType;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

use crate::support::imap_client::Mailbox;
use crate::support::servers::{OwnDovecot, PASSWORD, Servers, address};
use crate::support::{smtp_client, wait_until};

const QUESTION: &[u8] = b"From: Jeanne Martin <jeanne@usagers.example.fr>\r\n\
    Subject: Titre de sejour\r\n\
    \r\n\
    Bonjour,\r\n\
    .. deux points au debut de la ligne\r\n";

#[tokio::test]
async fn the_stand_delivers() {
    let servers = Servers::of_this_run();
    let citizen = address("jeanne", "usagers");
    smtp_client::send(servers.smtp, "etrangers@prefecture.example.fr", &citizen, QUESTION).await.unwrap();

    let mut mailbox = Mailbox::open(servers.dovecot.imap, &citizen).await;
    let message = wait_until("the mail has arrived", async || mailbox.messages("INBOX").await.pop()).await;
    assert!(message.ends_with(QUESTION), "{}", String::from_utf8_lossy(&message));
}

#[tokio::test]
async fn the_relay_refuses_for_good_for_now_and_whatever_would_leave_the_machine() {
    let servers = Servers::of_this_run();
    for (recipient, code) in [
        ("refuse@usagers.example.fr", 550),
        ("plus-tard@usagers.example.fr", 450),
        ("jeanne@ailleurs.example.org", 554),
    ] {
        let refusal = smtp_client::send(servers.smtp, "", recipient, QUESTION).await.unwrap_err();
        assert_eq!(refusal.code, code, "{recipient}: {refusal}");
    }
}

#[tokio::test]
async fn the_certificate_holds_for_both_names_and_under_one_authority() {
    let servers = Servers::of_this_run();
    let greet = async |name: &'static str, ca: &Path| {
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_file(ca).unwrap()).unwrap();
        let tls = ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
        let stream = TcpStream::connect(("127.0.0.1", servers.dovecot.imaps)).await.unwrap();
        TlsConnector::from(Arc::new(tls)).connect(ServerName::try_from(name).unwrap(), stream).await
    };
    greet("localhost", &servers.ca).await.unwrap();
    greet("127.0.0.1", &servers.ca).await.unwrap();
    greet("imap.example.fr", &servers.ca).await.expect_err("another name");
    greet("localhost", &servers.wrong_ca).await.expect_err("an authority that signed nothing");
}

#[tokio::test]
async fn submission_wants_trust_and_a_password() {
    let servers = Servers::of_this_run();
    let citizen = address("jeanne", "usagers");
    let agent = "etrangers@prefecture.example.fr";
    let mail = Message::builder().from(agent.parse().unwrap()).to(citizen.parse().unwrap());
    let mail = mail.subject("Votre demande").header(ContentType::TEXT_PLAIN).body("Bonjour".to_owned()).unwrap();

    let submit = async |ca, password: &str| {
        let ca = Certificate::from_pem(&std::fs::read(ca).unwrap()).unwrap();
        let tls = TlsParameters::builder("localhost".to_owned()).add_root_certificate(ca).build().unwrap();
        let relay = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous("localhost").port(servers.submission);
        let relay = relay.tls(Tls::Required(tls)).credentials(Credentials::new(agent.to_owned(), password.to_owned()));
        relay.build().send(mail.clone()).await
    };
    submit(&servers.wrong_ca, PASSWORD).await.expect_err("an authority nobody knows");
    submit(&servers.ca, "wrong").await.expect_err("a wrong password");
    submit(&servers.ca, PASSWORD).await.unwrap();
}

#[tokio::test]
async fn a_mailbox_that_lost_its_uids_keeps_its_mail() {
    let servers = Servers::of_this_run();
    let user = address("permis", "prefecture");
    smtp_client::deliver(servers.dovecot.lmtp, "", &user, QUESTION).await.unwrap();
    let before = Mailbox::open(servers.dovecot.imap, &user).await.uid_validity("INBOX").await;

    servers.dovecot.reset_uids(&user);

    let mut mailbox = Mailbox::open(servers.dovecot.imap, &user).await;
    assert_ne!(mailbox.uid_validity("INBOX").await, before);
    assert_eq!(mailbox.messages("INBOX").await.len(), 1);
}

#[tokio::test]
async fn a_dovecot_of_ones_own_comes_back_with_its_mail() {
    let own = OwnDovecot::start();
    let user = address("permis", "prefecture");
    let mut mailbox = Mailbox::open(own.imap, &user).await;
    for folder in ["INBOX", "Sent", "Drafts", "Trait&AOk-s"] {
        mailbox.append(folder, QUESTION).await;
    }

    own.stop();
    assert!(TcpStream::connect(("127.0.0.1", own.imap)).await.is_err());
    own.start_again();

    let mut mailbox = Mailbox::open(own.imap, &user).await;
    for folder in ["INBOX", "Sent", "Drafts", "Trait&AOk-s"] {
        assert_eq!(mailbox.messages(folder).await, [QUESTION], "{folder}");
    }
}
