//! Any sequence of deliveries: one case or tie for every distinct message, and at most one acknowledgement.

use std::collections::BTreeSet;

use proptest::prelude::*;

use crate::desk::testing::{Letter, Office};

/// What may come in. The same value twice is the same message twice, but for what is empty.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Came {
    Question { sender: u8, number: u8 },
    Answer { sender: u8, to: u8 },
    Machine { number: u8 },
    Noise { number: u8 },
    Empty,
}

fn came() -> impl Strategy<Value = Came> {
    prop_oneof![
        4 => (0..3_u8, 0..4_u8).prop_map(|(sender, number)| Came::Question { sender, number }),
        2 => (0..3_u8, 0..4_u8).prop_map(|(sender, to)| Came::Answer { sender, to }),
        1 => (0..3_u8).prop_map(|number| Came::Machine { number }),
        1 => (0..3_u8).prop_map(|number| Came::Noise { number }),
        1 => Just(Came::Empty),
    ]
}

impl Came {
    fn octets(&self) -> Vec<u8> {
        let by = |sender: &u8, letter: Letter| letter.from(&format!("p{sender}@usagers.example.fr")).octets();
        match self {
            Self::Question { sender, number } => by(sender, Letter::new(&format!("q{sender}-{number}"))),
            Self::Answer { sender, to } => {
                let question = format!("q{sender}-{to}@usagers.example.fr");
                by(sender, Letter::new(&format!("a{sender}-{to}")).answering(&[&question]))
            }
            Self::Machine { number } => {
                Letter::new(&format!("m{number}")).header("Auto-Submitted: auto-generated").octets()
            }
            Self::Noise { number } => vec![0, 255, *number],
            Self::Empty => Vec::new(),
        }
    }
}

/// Each delivery with its mailbox, and whether the mailboxes are gone over after it.
fn deliveries() -> impl Strategy<Value = Vec<(Came, bool, bool)>> {
    prop::collection::vec((came(), any::<bool>(), any::<bool>()), 1..25)
}

async fn hold(came: Vec<(Came, bool, bool)>) {
    let office = Office::with("max_per_sender_per_hour = 3").await;
    for (came, other, then) in &came {
        let mailbox = if *other { "etrangers" } else { "contact" };
        let delivery = office.delivery(mailbox, &came.octets());
        office.fixture.keep(&crate::store::NewReceipt { whole: *came != Came::Empty, ..delivery }).await.unwrap();
        if *then {
            office.try_receive("etrangers").await.unwrap();
            office.receive().await;
        }
    }
    for mailbox in ["contact", "etrangers"] {
        office.try_receive(mailbox).await.unwrap();
    }

    let empty = came.iter().filter(|(came, ..)| *came == Came::Empty).count();
    let distinct = came.iter().map(|(came, ..)| came).filter(|came| **came != Came::Empty).collect::<BTreeSet<_>>();
    let machines = distinct.iter().filter(|came| matches!(came, Came::Machine { .. })).count();
    let number = async |statement: &str| office.fixture.number(statement).await as usize;
    assert_eq!(number("SELECT COUNT(*) FROM message").await, distinct.len() + empty, "one row a message");
    assert_eq!(number("SELECT COUNT(*) FROM receipt WHERE state = 'handled'").await, came.len(), "all handled");
    assert_eq!(number("SELECT COUNT(*) FROM message WHERE case_id IS NULL").await, machines, "all others have a case");
    assert_eq!(
        number("SELECT COUNT(*) FROM message WHERE disposition IN ('case', 'quarantined')").await,
        number("SELECT COUNT(*) FROM cases").await,
        "each case was opened by one message"
    );
    assert_eq!(
        number("SELECT COUNT(*) FROM outbox").await,
        number("SELECT COUNT(*) FROM message WHERE acknowledged = 1 AND disposition = 'case'").await,
        "one acknowledgement for each message that was acknowledged"
    );
    assert_eq!(number("SELECT COUNT(DISTINCT answers) FROM outbox").await, number("SELECT COUNT(*) FROM outbox").await);
    assert_eq!(number("SELECT COUNT(*) FROM message WHERE acknowledged = 1 AND disposition <> 'case'").await, 0);
    // Three senders, three an hour; the clock stands still.
    assert!(number("SELECT COUNT(*) FROM outbox").await <= 9);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, ..ProptestConfig::default() })]

    #[test]
    fn any_mail_at_all_is_handled_once(came in deliveries()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(hold(came));
    }
}
