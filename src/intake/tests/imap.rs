//! Passes over a mailbox on a server that misbehaves by script: nothing is lost, nothing comes twice.

use std::collections::HashMap;

use tempfile::NamedTempFile;
use tokio_util::sync::CancellationToken;

use crate::{
    config::{self, Imap, ImapAuth, Mailbox, Secret},
    desk::{Tally, testing::Office},
    intake::{IntakeError, Pass, Source, imap::ImapError},
    net::scripted::{Scripted, script},
    store::testing::at,
};

/// A connection up to the folder: `%V` is its UIDVALIDITY, `%L` the UIDs that it lists.
const OPENED: &str = "
    S: * OK ready
    C: % LOGIN \"boite\" \"secret\"
    S: % OK in
    C: % CAPABILITY
    S: * CAPABILITY IMAP4rev1
    S: % OK done
    C: % SELECT \"INBOX\"
    S: * 5 EXISTS
    %V
    S: % OK
    C: % UID SEARCH ALL
    S: * SEARCH %L
    S: % OK
";

fn opened(validity: u32, uids: &str) -> String {
    let told = format!("S: * OK [UIDVALIDITY {validity}] ok");
    OPENED.replace("%V", if validity == 0 { "" } else { &told }).replace("%L", uids)
}

/// The sizes of these messages, and when they came.
fn described(set: &str, uids: &[u32]) -> String {
    let date = "\"02-Mar-2026 09:30:00 +0100\"";
    let lines = uids.iter().map(|uid| format!("S: * {uid} FETCH (UID {uid} RFC822.SIZE 100 INTERNALDATE {date})\n"));
    format!("C: % UID FETCH {set} (UID RFC822.SIZE INTERNALDATE)\n{}S: % OK\n", lines.collect::<String>())
}

fn head(uid: u32) -> String {
    format!(
        "From: p{uid}@usagers.example.fr\\r\\nTo: contact@prefecture.example.fr\\r\\nSubject: Question {uid}\\r\\n\
         Message-ID: <{uid}@usagers.example.fr>\\r\\n\\r\\n"
    )
}

/// One message in an answer.
fn literal(uid: u32, section: &str, text: &str) -> String {
    let octets = text.replace("\\r\\n", "\r\n").len();
    format!("S| * {uid} FETCH (UID {uid} {section} {{{octets}}}\\r\\n{text})\\r\\n\n")
}

fn whole(uid: u32) -> String {
    literal(uid, "BODY[]", &format!("{}Bonjour {uid}\\r\\n", head(uid)))
}

fn fetched(set: &str, answer: &str) -> String {
    format!("C: % UID FETCH {set} (UID INTERNALDATE BODY.PEEK[])\n{answer}S: % OK\n")
}

/// A mailbox on a server that plays one script a pass.
struct Post {
    office: Office,
    mailbox: Mailbox,
    withheld: HashMap<String, u8>,
    scripted: Scripted,
    _secret: NamedTempFile,
}

impl Post {
    async fn open(scripts: &[String]) -> Self {
        let scripted = Scripted::start(scripts.iter().map(|text| script(text)).collect()).await;
        let secret = NamedTempFile::new().unwrap();
        std::fs::write(secret.path(), "secret\n").unwrap();
        let imap = Imap {
            server: scripted.server(),
            user: "boite".into(),
            auth: ImapAuth::Login,
            secret: Secret::File(secret.path().to_owned()),
            folder: "INBOX".into(),
        };
        let office = Office::open().await;
        let mailbox = Mailbox { source: config::Source::Imap(imap), ..office.mailbox("contact").clone() };
        Self { office, mailbox, withheld: HashMap::new(), scripted, _secret: secret }
    }

    /// One pass on a connection of its own.
    async fn try_pass(&mut self) -> Result<Tally, IntakeError> {
        let mut source = Source::open(&self.mailbox).await?;
        let mut pass = Pass {
            mailbox: &self.mailbox,
            desk: &self.office.desk,
            activated_at: self.office.activated_at,
            owner: "one",
            withheld: &mut self.withheld,
            wanted: std::collections::HashSet::default(),
            stop: &CancellationToken::new(),
        };
        pass.run(&mut source).await
    }

    async fn pass(&mut self) -> Tally {
        self.try_pass().await.unwrap()
    }

    async fn cases(&self) -> i64 {
        self.office.fixture.store.case_count().await.unwrap()
    }
}

#[tokio::test]
async fn numbers_that_run_backwards_or_begin_anew_bring_nothing_twice() {
    let first = opened(7, "1 2") + &described("1:2", &[1, 2]) + &fetched("1:2", &(whole(1) + &whole(2)));
    let rewound = opened(7, "1");
    let grown = opened(7, "1 2");
    let renumbered = opened(8, "4 5")
        + &described("4:5", &[4, 5])
        + &fetched(
            "4:5",
            &(whole(1).replace("* 1 FETCH (UID 1 ", "* 4 FETCH (UID 4 ")
                + &whole(2).replace("* 2 FETCH (UID 2 ", "* 5 FETCH (UID 5 ")),
        );
    let mut post = Post::open(&[first, rewound, grown, renumbered]).await;
    assert_eq!(post.pass().await.acknowledged, 2);
    assert_eq!(post.pass().await, Tally::default(), "a message less");
    assert_eq!(post.pass().await, Tally::default(), "and back again");
    let again = post.pass().await;
    assert_eq!((again.duplicates, again.cases, again.acknowledged), (2, 0, 0), "another UIDVALIDITY");
    post.scripted.finished().await;
}

#[tokio::test]
async fn a_server_that_tells_neither_validity_nor_date_is_read_all_the_same() {
    let text = opened(0, "1")
        + "C: % UID FETCH 1 (UID RFC822.SIZE INTERNALDATE)\nS: * 1 FETCH (UID 1 RFC822.SIZE 100)\nS: % OK\n"
        + &fetched("1", &whole(1));
    let mut post = Post::open(&[text, opened(0, "1")]).await;
    assert_eq!(post.pass().await.acknowledged, 1);
    let summary = post.office.case("2026-000001").await.summary;
    assert_eq!(summary.received_at, at("2026-03-02T09:00:00Z"), "when it was fetched");
    assert_eq!(post.pass().await, Tally::default());
}

#[tokio::test]
async fn the_instant_of_reception_is_the_servers_and_never_in_the_future() {
    let later = described("1", &[1]).replace("02-Mar-2026 09:30", "02-Mar-2036 09:30");
    let texts = [
        opened(7, "1") + &later + &fetched("1", &whole(1)),
        opened(7, "1 2") + &described("2", &[2]) + &fetched("2", &whole(2)),
    ];
    let mut post = Post::open(&texts).await;
    post.pass().await;
    post.pass().await;
    assert_eq!(post.office.case("2026-000001").await.summary.received_at, at("2026-03-02T09:00:00Z"));
    assert_eq!(post.office.case("2026-000002").await.summary.received_at, at("2026-03-02T08:30:00Z"));
}

#[tokio::test]
async fn a_body_that_stays_empty_becomes_a_case_and_holds_nobody_up() {
    let listed = opened(7, "1 2") + &described("1:2", &[1, 2]);
    let alone = opened(7, "1 2") + &described("1", &[1]);
    let empty = "S: * 1 FETCH (UID 1 BODY[] \"\")\n";
    let texts = [
        listed + &fetched("1:2", &(empty.to_owned() + &whole(2))),
        alone.clone() + &fetched("1", empty),
        // The third time its head will do.
        alone
            + &fetched("1", empty)
            + "C: % UID FETCH 1 (UID INTERNALDATE BODY.PEEK[HEADER])\n"
            + &literal(1, "BODY[HEADER]", &head(1))
            + "S: % OK\n",
    ];
    let mut post = Post::open(&texts).await;
    assert_eq!(post.pass().await.cases, 1, "the other one at once");
    assert_eq!(post.pass().await.cases, 0);
    assert_eq!(post.pass().await.cases, 1);
    assert_eq!(post.office.case("2026-000002").await.summary.subject, "Question 1");
    post.scripted.finished().await;
}

#[tokio::test]
async fn an_answer_that_makes_no_sense_costs_only_its_message() {
    let nonsense = "S: * 3 FETCH nonsense\n";
    let texts = [
        opened(7, "1 2 3 4 5")
            + &described("1:5", &[1, 2, 3, 4, 5])
            + "C: % UID FETCH 1:5 (UID INTERNALDATE BODY.PEEK[])\n"
            + &whole(1)
            + &whole(2)
            + nonsense,
        opened(7, "1 2 3 4 5")
            + &described("3:5", &[3, 4, 5])
            + &fetched("4:5", &(whole(4) + &whole(5)))
            + "C: % UID FETCH 3 (UID INTERNALDATE BODY.PEEK[])\n"
            + nonsense,
        opened(7, "1 2 3 4 5") + &described("3", &[3]) + &fetched("3", &whole(3)),
    ];
    let mut post = Post::open(&texts).await;
    assert!(matches!(post.try_pass().await, Err(IntakeError::Imap(ImapError::Garbled(_)))));
    assert_eq!(post.cases().await, 2, "what came before it is handled at once");
    assert!(post.try_pass().await.is_err());
    assert_eq!(post.cases().await, 4, "and those behind it with the next pass");
    assert_eq!(post.pass().await.cases, 1);
    assert_eq!(post.cases().await, 5);
    post.scripted.finished().await;
}

#[tokio::test]
async fn a_line_that_drops_in_the_middle_loses_nothing() {
    let cut = opened(7, "1 2")
        + &described("1:2", &[1, 2])
        + "C: % UID FETCH 1:2 (UID INTERNALDATE BODY.PEEK[])\n"
        + &whole(1)
        + "S| * 2 FETCH (UID 2 BODY[] {1000}\\r\\nhalf\nX";
    let rest = opened(7, "1 2") + &described("2", &[2]) + &fetched("2", &whole(2));
    let mut post = Post::open(&[cut, rest]).await;
    assert!(post.try_pass().await.is_err());
    assert_eq!(post.cases().await, 1);
    assert_eq!(post.pass().await.cases, 1);
    assert_eq!(post.office.case("2026-000002").await.messages[0].new_text, "Bonjour 2");
}
