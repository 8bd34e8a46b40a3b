//! Killed thirty times while mail comes in and leaves: nothing is lost, and nobody gets two different answers.

use std::collections::BTreeSet;
use std::hash::{BuildHasher, RandomState};
use std::time::Duration;

use crate::support::daemon::{Account, Daemon, Prefecture, on_postgres};
use crate::support::mail::{Mail, ids, inbox};
use crate::support::servers::{Servers, address};
use crate::support::{wait_at_most, wait_until};

const KILLS: usize = 30;
const CITIZENS: usize = 300;

#[tokio::test]
async fn killed_at_thirty_random_moments_it_acknowledges_each_of_three_hundred_citizens_once() {
    let servers = Servers::of_this_run();
    let offices = ["sejour", "contact", "permis"].map(|id| (id, address(id, "prefecture")));
    let accounts = offices.each_ref().map(|(id, at)| Account::on(&servers.dovecot, id, at).set("afterwards", "flag"));
    let prefecture = Prefecture::with(accounts).await;
    let daemon = prefecture.start().await;
    for (id, _) in &offices {
        prefecture.knows(id).await;
    }
    daemon.stop().await;
    let citizens: Vec<_> = (0..CITIZENS).map(|_| address("jeanne", "usagers")).collect();
    let mails: Vec<_> = citizens.iter().enumerate().map(|(n, who)| Mail::question(who, &offices[n % 3].1)).collect();

    let mut random = Random::seeded();
    let (mut in_the_middle, mut all_the_same) = (0, 0);
    for mails in mails.chunks(CITIZENS / KILLS) {
        let comes_in = async {
            for mail in mails {
                mail.send().await;
            }
        };
        let moment = Moment::at_random(&mut random);
        // Some of the mail is there before the daemon is, the rest comes while it works.
        let already_there = random.below(2) == 0;
        if already_there {
            comes_in.await;
            let mut daemon = prefecture.launch();
            moment.wait(&prefecture, &daemon).await;
            daemon.kill();
        } else {
            let mut daemon = prefecture.launch();
            tokio::join!(comes_in, async {
                moment.wait(&prefecture, &daemon).await;
                daemon.kill();
            });
        }
        if half_done(&prefecture).await {
            in_the_middle += 1
        } else {
            all_the_same += 1
        }
        if on_postgres() {
            // Twenty seconds pass: what the dead daemon held is free. At the last kill they pass by themselves.
            prefecture.database.change("UPDATE daemon SET alive_until = 0").await;
        }
    }
    println!("killed {in_the_middle} times in the middle of something, {all_the_same} times between two things");

    let daemon = prefecture.start().await;
    wait_at_most(Duration::from_secs(120), "all acknowledgements have left", async || {
        let open = prefecture.database.count("cases", "1 = 1").await;
        assert!(open <= 300, "a message has two cases");
        let blamed = prefecture.database.count("message", "disposition = 'quarantined'").await;
        let given_up = prefecture.database.count("message", "reason LIKE '%traité automatiquement%'").await;
        assert_eq!((blamed, given_up), (0, 0), "a message is blamed for what befell the daemon");
        (open == 300 && sent(&prefecture).await == 300).then_some(())
    })
    .await;
    daemon.stop().await;

    let cases = prefecture.cases().await;
    let authors: BTreeSet<_> = cases.iter().filter_map(|case| case["from"].as_str()).collect();
    assert_eq!((cases.len(), authors.len()), (CITIZENS, CITIZENS));
    assert!(cases.iter().all(|case| !case["acknowledged"].is_null()), "each is acknowledged");
    assert_eq!(prefecture.database.count("receipt", "told = 0 OR state <> 'handled'").await, 0);
    let mut twice = 0;
    for case in &cases {
        let citizen = case["from"].as_str().unwrap();
        let what = format!("{citizen} has an acknowledgement");
        let received = wait_until(&what, async || Some(inbox(citizen).await).filter(|mails| !mails.is_empty())).await;
        assert_eq!(ids(&received).len(), 1, "{citizen} has two different acknowledgements");
        assert!(received.iter().all(|mail| mail.reference() == case["reference"]), "{citizen}");
        twice += received.len() - 1;
    }
    println!("{twice} acknowledgements came twice, with the same Message-ID");
    assert!(in_the_middle >= KILLS / 5, "hardly a kill came in the middle of anything: this test proves nothing");
}

async fn sent(prefecture: &Prefecture) -> i64 {
    prefecture.database.count("outbox", "state = 'sent'").await
}

/// When to kill.
enum Moment {
    /// So long after the start.
    After(Duration),
    /// As soon as this many rows more than before fulfil a condition, and a little later.
    When { table: &'static str, condition: &'static str, more: i64, then: Duration },
}

impl Moment {
    fn at_random(random: &mut Random) -> Self {
        let (table, condition) = match random.below(5) {
            0 => return Self::After(Duration::from_millis(random.below(1200))),
            1 => ("receipt", "state = 'kept'"),
            2 => ("receipt", "state = 'handled' AND told = 0"),
            3 => ("outbox", "state = 'waiting'"),
            _ => ("outbox", "state = 'sent'"),
        };
        let more = 1 + i64::try_from(random.below(6)).expect("a number below six");
        Self::When { table, condition, more, then: Duration::from_micros(random.below(10_000)) }
    }

    /// Waits for the moment, or until it cannot be expected any more: four seconds after the daemon is at work, which on a busy
    /// machine is later than four seconds after its launch.
    async fn wait(&self, prefecture: &Prefecture, daemon: &Daemon) {
        match *self {
            Self::After(time) => tokio::time::sleep(time).await,
            Self::When { table, condition, more, then } => {
                let mut eye = prefecture.database.eye().await;
                let goal = eye.count(table, condition).await + more;
                let comes = async { while eye.count(table, condition).await < goal {} };
                let too_late = async {
                    daemon.logs("releve is at work").await;
                    tokio::time::sleep(Duration::from_secs(4)).await;
                };
                tokio::select! {
                    () = comes => tokio::time::sleep(then).await,
                    () = too_late => {}
                }
            }
        }
    }
}

/// Whether something has been begun and not been brought to its end.
async fn half_done(prefecture: &Prefecture) -> bool {
    prefecture.database.count("outbox", "state = 'waiting'").await > 0
        || prefecture.database.count("receipt", "state = 'kept' OR told = 0").await > 0
}

/// Random numbers that can be had again: `RELEVE_TEST_SEED` takes the seed that a failed test printed.
struct Random(u64);

impl Random {
    fn seeded() -> Self {
        let given = std::env::var("RELEVE_TEST_SEED").ok().and_then(|seed| seed.parse().ok());
        let seed = given.unwrap_or_else(|| RandomState::new().hash_one(0));
        println!("RELEVE_TEST_SEED={seed}");
        Self(seed)
    }

    /// A number below `end` (SplitMix64).
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % end
    }
}
