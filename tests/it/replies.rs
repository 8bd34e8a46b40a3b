//! Answers on real servers: from releve into the citizen's mailbox, from a mail client through the folder of what was sent,
//! and back when they do not arrive. The clock stands still where the hour of the day would decide.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use releve::app::{self, App};
use releve::clock::FixedClock;
use releve::desk::{Step, Wording};
use tokio_util::sync::CancellationToken;
use toml::{Table, Value};

use crate::support::daemon::{Account, Prefecture};
use crate::support::imap_client::Mailbox;
use crate::support::mail::{Mail, Received, first_mail, inbox};
use crate::support::servers::{Servers, address};
use crate::support::{wait_at_most, wait_until};

/// « Envoyés », « Brouillons » as IMAP spells them.
const SENT: &str = "Envoy&AOk-s";
const DRAFTS: &str = "Brouillons";

/// A working morning.
const MORNING: &str = "2026-03-10T08:15:00Z";

/// A prefecture whose mailbox has a folder of what was sent and one of drafts, and where this agent may sign.
async fn prefecture(office: &str, agent: &str) -> Prefecture {
    let account = Account::on(&Servers::of_this_run().dovecot, "sejour", office);
    let account = account.set("sent", "Envoyés").set("drafts", DRAFTS);
    let mut mailbox = Mailbox::open(Servers::of_this_run().dovecot.imap, office).await;
    for folder in [SENT, DRAFTS] {
        mailbox.create(folder).await;
    }
    let mut prefecture = Prefecture::with([account]).await;
    prefecture.service("agents", Value::Array(vec![agent.into()]));
    let mut signs = Table::new();
    for (key, value) in
        [("email", agent), ("first_name", "Inès"), ("last_name", "Haddad"), ("capacity", "Instructrice")]
    {
        signs.insert(key.into(), value.into());
    }
    prefecture.list("agent", vec![Value::Table(signs)]);
    // What ships expires one day.
    let lasting = include_str!("../../templates/answer/permis-echange-etranger.fr.hbs");
    let (before, rest) = lasting.split_once("valid_until = ").expect("a last day");
    let rest = rest.split_once('\n').expect("more lines").1;
    let lasting = format!("{before}valid_until = 2199-12-31\n{rest}");
    prefecture.write("templates/answer/permis-echange-etranger.fr.hbs", &lasting);
    prefecture
}

/// A question for which a model fits that is whole without any agent.
fn about_a_licence(citizen: &str, office: &str) -> Mail {
    let text = "Bonjour,\r\n\r\nComment echanger mon permis de conduire etranger contre un permis francais ?";
    Mail::question(citizen, office).subject("Echange de permis etranger").text(text)
}

/// Waits until so many messages are in a folder, and gives them.
async fn folder(mailbox: &mut Mailbox, name: &str, count: usize) -> Vec<Received> {
    let what = format!("{count} messages in {name}");
    wait_until(&what, async || {
        let found = mailbox.messages(name).await;
        assert!(found.len() <= count, "{} messages in {name}, {count} at most were expected", found.len());
        (found.len() == count).then_some(found)
    })
    .await
    .iter()
    .map(|bytes| Received::read(bytes))
    .collect()
}

fn kinds(case: &serde_json::Value) -> Vec<&str> {
    case["events"].as_array().into_iter().flatten().filter_map(|event| event["kind"].as_str()).collect()
}

#[tokio::test]
async fn an_answer_reaches_the_citizen_its_copy_is_among_what_was_sent_and_the_draft_goes() {
    let servers = Servers::of_this_run();
    let (citizen, office) = (address("jeanne", "usagers"), address("sejour", "prefecture"));
    let agent = address("ines", "prefecture");
    let prefecture = prefecture(&office, &agent).await;
    let daemon = prefecture.start().await;
    prefecture.knows("sejour").await;
    about_a_licence(&citizen, &office).id("q1@usagers.example.fr").send().await;
    let reference = first_mail(&citizen).await.reference();

    let mut mailbox = Mailbox::open(servers.dovecot.imap, &office).await;
    let drafts = folder(&mut mailbox, DRAFTS, 1).await;
    assert_eq!(drafts[0].field("In-Reply-To"), "<q1@usagers.example.fr>");
    assert!(drafts[0].field("To").contains(&citizen) && drafts[0].text().contains(&reference), "{}", drafts[0].text());
    assert!(mailbox.flags(DRAFTS).await[0].iter().any(|flag| flag.contains("Draft")));
    let copies = folder(&mut mailbox, SENT, 1).await;
    assert_eq!(copies[0].field("Auto-Submitted"), "auto-replied", "the acknowledgement");

    let answered = prefecture
        .ask(&["cases", "answer", &reference, "--model", "permis-echange-etranger", "--by", &agent, "--to", &citizen])
        .await;
    assert!(answered.status.success(), "{}", answered.stderr);
    let received = wait_until("the answer has come", async || inbox(&citizen).await.into_iter().nth(1)).await;
    assert_eq!(received.field("In-Reply-To"), "<q1@usagers.example.fr>");
    assert_eq!(received.field("Return-Path"), format!("<{office}>"));
    for line in ["Inès Haddad", "Instructrice", "Bureau du séjour et de l'intégration", "05 36 49 00 20", &reference]
    {
        assert!(received.text().contains(line), "{line}: {}", received.text());
    }
    let copies = folder(&mut mailbox, SENT, 2).await;
    assert!(copies.iter().any(|copy| copy.id() == received.id()));
    folder(&mut mailbox, DRAFTS, 0).await;

    // Our own copies are no replies, and a second answer is refused.
    prefecture.gone_over("sejour/sent").await;
    let shown = prefecture.case(&reference).await;
    assert_eq!(
        (shown["state"].as_str(), kinds(&shown).iter().filter(|kind| **kind == "answered").count()),
        (Some("answered"), 1)
    );
    assert_eq!(shown["replies"][0]["version"], 1);
    let again = prefecture.ask(&["cases", "answer", &reference, "--model", "permis-suivi", "--by", &agent]).await;
    assert!(!again.status.success() && again.stderr.contains("rouvrez-la"), "{}", again.stderr);
    daemon.stop().await;
    assert_eq!(inbox(&citizen).await.len(), 2);
}

#[tokio::test]
async fn a_reply_put_among_what_was_sent_by_another_client_closes_the_case_with_its_date() {
    let servers = Servers::of_this_run();
    let (citizen, office) = (address("jeanne", "usagers"), address("sejour", "prefecture"));
    let prefecture = prefecture(&office, &address("ines", "prefecture")).await;
    let mut mailbox = Mailbox::open(servers.dovecot.imap, &office).await;
    let question = Mail::question(&citizen, &office).id("q1@usagers.example.fr").bytes();
    mailbox.append_as_of("INBOX", " 2-Mar-2026 09:00:00 +0100", &question).await;
    let daemon = prefecture.start().await;
    prefecture.cases_opened(1).await;
    prefecture.knows("sejour/sent").await;
    let reference = prefecture.cases().await[0]["reference"].as_str().unwrap().to_owned();

    let reply = Mail::question(&office, &citizen).id("r1@prefecture.example.fr").answers("q1@usagers.example.fr");
    let reply = String::from_utf8(reply.bytes()).unwrap();
    // Thunderbird writes the date of the agent's machine.
    let reply = reply.replace("Mon, 2 Mar 2026 09:00:00 +0100", "Wed, 4 Mar 2026 11:20:00 +0100");
    mailbox.append(SENT, reply.as_bytes()).await;

    let shown = wait_until("the case is answered", async || {
        let shown = prefecture.case(&reference).await;
        (shown["state"] == "answered").then_some(shown)
    })
    .await;
    let answered: Timestamp = shown["answered"].as_str().unwrap().parse().unwrap();
    assert_eq!(answered, "2026-03-04T10:20:00Z".parse().unwrap());
    let promise = shown["clocks"].as_array().unwrap().iter().find(|clock| clock["purpose"] == "answer").unwrap();
    let met: Timestamp = promise["met"].as_str().unwrap().parse().unwrap();
    assert_eq!(met, answered);
    assert_eq!(prefecture.cases().await.len(), 1, "what we send is no matter of its own");
    daemon.stop().await;
}

#[tokio::test]
async fn a_draft_that_an_agent_has_changed_stays_where_it_is() {
    let servers = Servers::of_this_run();
    let (citizen, office) = (address("jeanne", "usagers"), address("sejour", "prefecture"));
    let agent = address("ines", "prefecture");
    let prefecture = prefecture(&office, &agent).await;
    let daemon = prefecture.start().await;
    prefecture.knows("sejour").await;
    about_a_licence(&citizen, &office).send().await;
    let reference = first_mail(&citizen).await.reference();
    let mut mailbox = Mailbox::open(servers.dovecot.imap, &office).await;
    let draft = {
        folder(&mut mailbox, DRAFTS, 1).await;
        mailbox.messages(DRAFTS).await.remove(0)
    };
    // A client replaces a draft: the new one, under the same id, and the old one deleted.
    let changed = String::from_utf8(draft).unwrap().replace("Cordialement,", "A bient=C3=B4t,");
    mailbox.replace_all(DRAFTS, changed.as_bytes()).await;

    let closed = prefecture.ask(&["cases", "close", &reference, "--reason", "withdrawn"]).await;
    assert!(closed.status.success(), "{}", closed.stderr);
    let answer = wait_until("the draft was looked at", async || {
        let done = "doing = 'remove' AND state = 'done'";
        (prefecture.database.count("filing", done).await == 1).then_some(())
    });
    answer.await;
    folder(&mut mailbox, DRAFTS, 1).await;
    daemon.stop().await;
}

#[tokio::test]
async fn an_answer_that_bounces_comes_back_to_its_agent() {
    let servers = Servers::of_this_run();
    let (office, agent) = (address("sejour", "prefecture"), address("ines", "prefecture"));
    let mut prefecture = prefecture(&office, &agent).await;
    prefecture.set("watch", "enabled", true);
    prefecture.set("watch", "weekly", false);
    prefecture.set("watch", "sender", office.as_str());
    prefecture.set("acknowledgement", "enabled", false);
    let policy = app::load(&prefecture.path("")).expect("a sound configuration");
    let clock = Arc::new(FixedClock::new(MORNING.parse().unwrap()));
    let app = App::open(std::path::Path::new("."), policy, clock).await.expect("it opens");
    let stop = CancellationToken::new();
    let tasks = app.start(&stop).unwrap();
    prefecture.knows("sejour").await;

    // The relay takes mail for this name, and Dovecot does not know what to do with the slash.
    let nowhere = address("nulle/part", "usagers");
    Mail::question(&nowhere, &office).deliver(servers.dovecot.lmtp).await;
    prefecture.cases_opened(1).await;
    let reference = prefecture.cases().await[0]["reference"].as_str().unwrap().to_owned();
    let desk = app.desk();
    desk.assign(&reference, Some(&agent), "karim").await.unwrap();
    let wording = Wording { model: Some("rendez-vous-prendre".into()), ..Wording::default() };
    desk.take(&reference, &Step::Answer(wording), &agent).await.unwrap();

    // The watch looks once a minute.
    let a_minute = Duration::from_secs(90);
    let warning = wait_at_most(a_minute, "the agent has mail", async || inbox(&agent).await.into_iter().next()).await;
    let text = warning.text();
    assert!(text.contains(&reference) && text.contains("n'est pas arrivé"), "{text}");
    assert!(!text.contains("nulle"), "no citizen's address: {text}");
    let shown = prefecture.case(&reference).await;
    assert_eq!((shown["state"].as_str(), shown["came_back"].as_bool()), (Some("open"), Some(true)));
    let kinds = kinds(&shown);
    let order =
        ["answered", "sent", "bounced", "reopened", "warned"].map(|kind| kinds.iter().position(|one| *one == kind));
    assert!(order.iter().all(Option::is_some) && order.is_sorted(), "{kinds:?}");
    stop.cancel();
    tasks.join_all().await;
    app.close().await.unwrap();
}

#[tokio::test]
async fn a_folder_that_is_not_there_is_told_and_not_made() {
    let office = address("sejour", "prefecture");
    let account = Account::on(&Servers::of_this_run().dovecot, "sejour", &office).set("sent", "Envoyes");
    let prefecture = Prefecture::with([account]).await;
    let daemon = prefecture.start().await;
    prefecture.knows("sejour").await;
    daemon.logs("Envoyes").await;
    let (sound, text) = prefecture.doctor().await.of("boîte sejour, messages envoyés");
    assert!(!sound && text.contains("Envoyes"), "{text}");
    daemon.stop().await;
}
