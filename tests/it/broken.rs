//! Mailboxes that cannot be read: each says what is wrong with it and how to mend it, and the others go on. Nothing of
//! anybody is in the log.

use std::time::Duration;

use tokio::net::TcpListener;

use crate::support::daemon::{Account, Daemon, Diagnosis, Prefecture};
use crate::support::mail::{Mail, first_mail};
use crate::support::servers::{PASSWORD, Servers, address};
use crate::support::wait_at_most;

const WRONG_PASSWORD: &str = "wrong-4712";

#[tokio::test]
async fn a_wrong_password_is_told_plainly_and_mended_with_the_right_one() {
    let (sound, faulty) = two_accounts();
    let faulty = faulty.imap("password_file", "secrets/sejour");
    let prefecture = a_prefecture_with(&sound, &faulty).await;
    prefecture.write("secrets/sejour", WRONG_PASSWORD);
    let daemon = prefecture.start().await;
    daemon.logs("le serveur refuse l'identifiant ou le mot de passe : vérifiez `user`, `auth` et le secret").await;
    let citizen = the_other_goes_on(&sound).await;
    finds_the_faulty_one(&prefecture.doctor().await, "vérifiez `user`, `auth` et le secret");

    let late = Mail::question(&address("karim", "usagers"), &faulty.address);
    late.send().await;
    prefecture.write("secrets/sejour", PASSWORD);
    daemon.signal("HUP");
    first_mail(&late.from).await;

    let doctor = prefecture.doctor().await;
    assert_eq!((doctor.of("boîte sejour").0, doctor.code), (true, Some(0)), "{}", doctor.text());
    nothing_of_anybody(&daemon, &doctor, &[&citizen, &late.from]);
    daemon.stop().await;
}

#[tokio::test]
async fn a_certificate_of_an_unknown_authority_is_refused_and_told_plainly() {
    let servers = Servers::of_this_run();
    let (sound, faulty) = two_accounts();
    let distrustful = faulty.clone().imap("ca_file", servers.wrong_ca.display().to_string());
    let mut prefecture = a_prefecture_with(&sound, &distrustful).await;
    let daemon = prefecture.start().await;
    daemon.logs("son certificat est signé par une autorité que ce système ne connaît pas").await;
    let citizen = the_other_goes_on(&sound).await;
    finds_the_faulty_one(&prefecture.doctor().await, "donnez le certificat de cette autorité dans `ca_file`");

    let late = Mail::question(&address("karim", "usagers"), &faulty.address);
    late.send().await;
    prefecture.reads([sound, faulty]);
    daemon.signal("HUP");
    first_mail(&late.from).await;

    nothing_of_anybody(&daemon, &prefecture.doctor().await, &[&citizen, &late.from]);
    daemon.stop().await;
}

#[tokio::test]
async fn a_folder_that_does_not_exist_is_told_with_those_that_do() {
    let (sound, faulty) = two_accounts();
    let prefecture = a_prefecture_with(&sound, &faulty.imap("folder", "Boîte/À traiter")).await;
    let daemon = prefecture.start().await;
    let told = "le dossier « Boîte/À traiter » n'existe pas ; dossiers du compte : Drafts, INBOX, Sent, Traités";
    daemon.logs(told).await;
    let citizen = the_other_goes_on(&sound).await;
    let doctor = prefecture.doctor().await;
    finds_the_faulty_one(&doctor, told);
    nothing_of_anybody(&daemon, &doctor, &[&citizen]);
    daemon.stop().await;
}

#[tokio::test]
async fn a_host_that_does_not_answer_holds_up_neither_the_others_nor_the_end() {
    let mute = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = u32::from(mute.local_addr().unwrap().port());
    let (sound, faulty) = two_accounts();
    let prefecture = a_prefecture_with(&sound, &faulty.imap("port", port)).await;
    let mut daemon = prefecture.start().await;
    let citizen = the_other_goes_on(&sound).await;

    let (doctor, ()) = tokio::join!(prefecture.doctor(), async {
        let with_the_time_limit = Duration::from_secs(60);
        wait_at_most(with_the_time_limit, "the silence is told", async || {
            daemon.log().contains("le serveur n'a plus répondu (chiffrement)").then_some(())
        })
        .await;
    });
    finds_the_faulty_one(&doctor, "le serveur n'a plus répondu (chiffrement)");
    nothing_of_anybody(&daemon, &doctor, &[&citizen]);

    // It tries again after a pause; then it is told to end while it waits for an answer.
    while tokio::time::timeout(Duration::ZERO, mute.accept()).await.is_ok() {}
    let waiting = tokio::time::timeout(Duration::from_secs(90), mute.accept()).await;
    assert!(waiting.is_ok(), "it tries again");
    daemon.signal("TERM");
    let soon = Duration::from_secs(10);
    assert!(wait_at_most(soon, "it ends without the answer", async || daemon.ended()).await.success());
}

/// A mailbox that can be read and one that will not, each with an address of its own.
fn two_accounts() -> (Account, Account) {
    let dovecot = Servers::of_this_run().dovecot;
    let account = |id| Account::on(&dovecot, id, &address(id, "prefecture"));
    (account("contact"), account("sejour"))
}

async fn a_prefecture_with(sound: &Account, faulty: &Account) -> Prefecture {
    let prefecture = Prefecture::with([faulty.clone(), sound.clone()]).await;
    prefecture.write("secrets/sejour", "");
    prefecture
}

/// Somebody writes to the mailbox that can be read, and is acknowledged; their address comes back.
async fn the_other_goes_on(sound: &Account) -> String {
    let citizen = address("jeanne", "usagers");
    Mail::question(&citizen, &sound.address).send().await;
    first_mail(&citizen).await;
    citizen
}

fn finds_the_faulty_one(doctor: &Diagnosis, remedy: &str) {
    assert_eq!(doctor.code, Some(1), "{}", doctor.text());
    let (ok, text) = doctor.of("boîte sejour");
    assert!(!ok && text.contains(remedy), "{text}");
    assert!(doctor.of("boîte contact").0, "{}", doctor.text());
}

fn nothing_of_anybody(daemon: &Daemon, doctor: &Diagnosis, people: &[&str]) {
    let said = daemon.log() + &doctor.text();
    for private in
        [people, &[PASSWORD, WRONG_PASSWORD, "Renouvellement", "Quelles pieces", "Martin", "@usagers"]].concat()
    {
        assert!(!said.contains(private), "« {private} » is in the log or in what the doctor says:\n{said}");
    }
}
