//! Passes over a Maildir that a mail server and mail clients change in between.

use std::{collections::HashMap, ffi::OsStr, fs, os::unix::ffi::OsStrExt, path::PathBuf};

use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

use crate::{
    config::{self, Afterwards, Mailbox},
    desk::{
        Tally,
        testing::{Letter, Office},
    },
    intake::{IntakeError, Pass, Source},
};

/// An office whose mailbox `contact` is a Maildir in a temporary folder.
struct Post {
    office: Office,
    mailbox: Mailbox,
    home: TempDir,
    withheld: HashMap<String, u8>,
}

impl Post {
    async fn open(afterwards: Afterwards) -> Self {
        let limits = "max_per_sender_per_hour = 1000\nmax_per_sender_per_day = 1000";
        let (office, home) = (Office::with(limits).await, tempfile::tempdir().unwrap());
        for name in ["tmp", "new", "cur"] {
            fs::create_dir(home.path().join(name)).unwrap();
        }
        let source = config::Source::Maildir(home.path().to_owned());
        let mailbox = Mailbox { source, afterwards, ..office.mailbox("contact").clone() };
        Self { office, mailbox, home, withheld: HashMap::new() }
    }

    fn path(&self, name: impl AsRef<OsStr>) -> PathBuf {
        self.home.path().join(name.as_ref())
    }

    /// A message in `new`; what its mtime says does not matter here.
    fn deliver(&self, name: impl AsRef<OsStr>, letter: &Letter) {
        fs::write(self.path("new").join(name.as_ref()), letter.octets()).unwrap();
    }

    /// One pass by `source`, or by a new one.
    async fn pass_by(&mut self, source: &mut Source) -> Result<Tally, IntakeError> {
        let mut pass = Pass {
            mailbox: &self.mailbox,
            desk: &self.office.desk,
            activated_at: self.office.activated_at,
            owner: "one",
            withheld: &mut self.withheld,
            wanted: std::collections::HashSet::default(),
            stop: &CancellationToken::new(),
        };
        pass.run(source).await
    }

    async fn pass(&mut self) -> Tally {
        let mut source = Source::open(&self.mailbox).await.unwrap();
        self.pass_by(&mut source).await.unwrap()
    }
}

#[tokio::test]
async fn a_message_that_is_read_in_a_mail_client_between_two_passes_is_taken_once() {
    let mut post = Post::open(Afterwards::Nothing).await;
    post.deliver("1.M1.mx", &Letter::new("1"));
    assert_eq!(post.pass().await.cases, 1);
    for (from, to) in [
        ("new/1.M1.mx", "cur/1.M1.mx:2,S"),
        ("cur/1.M1.mx:2,S", "cur/1.M1.mx:2,RS"),
        ("cur/1.M1.mx:2,RS", "cur/1.M1.mx"),
    ] {
        fs::rename(post.path(from), post.path(to)).unwrap();
        assert_eq!(post.pass().await, Tally::default(), "{to}");
    }
    assert_eq!(post.office.fixture.count("receipt").await, 1);
}

#[tokio::test]
async fn what_somebody_read_before_the_first_pass_is_taken_all_the_same() {
    let mut post = Post::open(Afterwards::Nothing).await;
    fs::write(post.path("cur/1.M1.mx:2,S"), Letter::new("1").octets()).unwrap();
    assert_eq!(post.pass().await.cases, 1);
}

#[tokio::test]
async fn a_message_is_moved_once_it_is_kept_and_what_cannot_be_read_too() {
    let mut post = Post::open(Afterwards::Move("Traités".into())).await;
    post.deliver("1.M1.mx", &Letter::new("1"));
    fs::write(post.path("new/2.M1.mx"), b"\x00 nothing").unwrap();
    let tally = post.pass().await;
    assert_eq!((tally.cases, tally.quarantined), (2, 1));
    let moved = post.path(".Trait&AOk-s/new");
    assert!(moved.join("1.M1.mx").exists() && moved.join("2.M1.mx").exists());
    assert_eq!(post.office.fixture.number("SELECT COUNT(*) FROM receipt WHERE told = 1").await, 2);
    assert_eq!(post.pass().await, Tally::default());
}

#[tokio::test]
async fn a_message_that_is_deleted_while_it_is_being_read_stops_nothing() {
    let mut post = Post::open(Afterwards::Move("Traités".into())).await;
    post.deliver("1.M1.mx", &Letter::new("1"));
    post.deliver("2.M1.mx", &Letter::new("2"));
    // The list is older than the deletion.
    let mut source = Source::open(&post.mailbox).await.unwrap();
    let keys = source.list().await.unwrap().keys;
    fs::remove_file(post.path("new/1.M1.mx")).unwrap();
    let mut arrived = Vec::new();
    source.fetch(&keys, |key, _| arrived.push(key)).await.unwrap();
    assert_eq!(arrived, ["2.M1.mx"]);
    assert_eq!(post.pass_by(&mut source).await.unwrap().cases, 1);
    // And one that is deleted after it was kept, before it could be moved.
    let mut post = Post::open(Afterwards::Nothing).await;
    post.deliver("1.M1.mx", &Letter::new("1"));
    post.pass().await;
    fs::remove_file(post.path("new/1.M1.mx")).unwrap();
    post.mailbox.afterwards = Afterwards::Move("Traités".into());
    assert_eq!(post.pass().await, Tally::default());
    assert_eq!(post.office.fixture.store.untold("contact").await.unwrap(), [], "and it is asked for no more");
}

#[tokio::test]
async fn a_name_that_is_no_text_loses_nothing() {
    let mut post = Post::open(Afterwards::Nothing).await;
    post.deliver(OsStr::from_bytes(b"1.M1.\xe9t\xe9"), &Letter::new("1"));
    post.deliver(OsStr::from_bytes(b"1.M1.\xe8t\xe8"), &Letter::new("2"));
    assert_eq!(post.pass().await.cases, 2);
    assert_eq!(post.pass().await, Tally::default());
}

#[tokio::test]
async fn an_empty_file_is_a_case_in_the_end_and_holds_nothing_up() {
    let mut post = Post::open(Afterwards::Nothing).await;
    fs::write(post.path("new/1.M1.mx"), b"").unwrap();
    post.deliver("2.M1.mx", &Letter::new("2"));
    assert_eq!(post.pass().await.cases, 1);
    let mut later = Tally::default();
    for _ in 0..10 {
        later += post.pass().await;
    }
    assert_eq!((later.cases, later.quarantined), (1, 1));
    let states = post.office.fixture.store.receipt_figures("contact").await.unwrap();
    assert_eq!((states.kept, states.waiting), (2, 0));
}

#[tokio::test]
async fn a_mailbox_of_three_thousand_files_is_taken_whole() {
    let mut post = Post::open(Afterwards::Nothing).await;
    for number in 0..3000 {
        let letter = Letter::new(&number.to_string()).header("Auto-Submitted: auto-generated");
        post.deliver(format!("{number}.M1.mx"), &letter);
    }
    assert_eq!(post.pass().await.ignored, 3000);
    assert_eq!(post.pass().await, Tally::default());
}

#[tokio::test]
async fn a_maildir_that_is_not_there_is_an_error_and_no_empty_mailbox() {
    let mut post = Post::open(Afterwards::Nothing).await;
    post.deliver("1.M1.mx", &Letter::new("1"));
    fs::rename(post.path("cur"), post.path("ailleurs")).unwrap();
    assert!(matches!(Source::open(&post.mailbox).await, Err(IntakeError::Maildir(_))));
    fs::rename(post.path("ailleurs"), post.path("cur")).unwrap();
    assert_eq!(post.pass().await.cases, 1);
}

#[tokio::test]
async fn what_was_set_aside_comes_in_when_somebody_wants_it() {
    let mut post = Post::open(Afterwards::Nothing).await;
    post.mailbox.backfill = crate::config::Backfill::None;
    // Received before the mailbox was taken into service: only its key is kept.
    post.office.activated_at = post.office.desk.now() + jiff::SignedDuration::from_hours(24 * 365 * 100);
    post.deliver("1.M1.mx", &Letter::new("1"));
    assert_eq!(post.pass().await, Tally::default());
    let store = post.office.fixture.store.clone();
    let apart = store.apart(jiff::Timestamp::MIN, 10).await.unwrap();
    assert_eq!((apart.len(), apart[0].message, apart[0].wanted), (1, None, false));

    post.office.desk.want_delivery(apart[0].receipt).await.unwrap();
    assert!(post.office.desk.want_delivery(apart[0].receipt).await.is_err(), "once is enough");
    assert!(store.apart(jiff::Timestamp::MIN, 10).await.unwrap()[0].wanted);
    let tally = post.pass().await;
    assert_eq!((tally.cases, tally.acknowledged), (1, 0), "it comes in, and nobody is acknowledged so late");
    assert!(store.apart(jiff::Timestamp::MIN, 10).await.unwrap().is_empty());
    assert_eq!(post.pass().await, Tally::default());
    assert_eq!(post.office.fixture.count("receipt").await, 1);
}
