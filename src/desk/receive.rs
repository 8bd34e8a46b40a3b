//! What the intake kept is handled: batch by batch, a batch one transaction.

use std::time::Duration;

use jiff::Timestamp;

use super::{
    Desk,
    entry::Entry,
    reading::{self, Arrival},
};
use crate::{
    config::{Holds, Mailbox},
    store::StoreError,
};

/// Deliveries in one transaction: enough to share the cost of making them durable, few enough to let others write.
const BATCH: i64 = 100;

/// Octets of raw messages read into memory for one batch.
const BATCH_OCTETS: u64 = 32 << 20;

/// What became of some deliveries.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Tally {
    /// New cases, those to be read by hand included.
    pub cases: usize,
    /// Of these, to be read by hand.
    pub quarantined: usize,
    /// Continuations of a case.
    pub follow_ups: usize,
    /// Written by machines.
    pub ignored: usize,
    /// Deliveries of a message that had come before.
    pub duplicates: usize,
    /// Acknowledgements written.
    pub acknowledged: usize,
    /// Written by our own people in a mail client.
    pub replies: usize,
}

impl std::ops::AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.cases += other.cases;
        self.quarantined += other.quarantined;
        self.follow_ups += other.follow_ups;
        self.ignored += other.ignored;
        self.duplicates += other.duplicates;
        self.acknowledged += other.acknowledged;
        self.replies += other.replies;
    }
}

impl Tally {
    /// Deliveries handled.
    pub fn handled(&self) -> usize {
        self.cases + self.follow_ups + self.ignored + self.duplicates + self.replies
    }
}

impl Desk {
    /// Handles every delivery of the mailbox that has been kept and not been handled. `activated_at`: nothing received
    /// before is acknowledged.
    pub async fn receive(&self, mailbox: &Mailbox, activated_at: Timestamp) -> Result<Tally, StoreError> {
        let mut tally = Tally::default();
        if mailbox.holds == Holds::Sent {
            self.tie_loose_ends(mailbox).await?;
        }
        let mut after = 0;
        loop {
            let receipts = self.store.kept(&mailbox.id, after, BATCH, BATCH_OCTETS).await?;
            let Some(last) = receipts.last() else { return Ok(tally) };
            after = last.id;
            let arrivals = reading::read(receipts, self.parse_limit()).await;
            match self.enter(mailbox, activated_at, &arrivals).await {
                Ok(entered) => tally += entered,
                Err(error) => {
                    // One of them is at fault, or the database is: one by one, the others go through.
                    tracing::warn!(mailbox.id = %mailbox.id, %error, "a batch was undone; its messages are taken one by one");
                    tally += self.recover(mailbox, activated_at).await?;
                }
            }
        }
    }

    /// Enters deliveries, all of them or none.
    pub(super) async fn enter(
        &self,
        mailbox: &Mailbox,
        activated_at: Timestamp,
        arrivals: &[Arrival],
    ) -> Result<Tally, StoreError> {
        // Before the transaction: it may have to be made, and SQLite has a single writer.
        self.id_key().await?;
        let mut work = self.store.begin().await?;
        let content_keys = arrivals.iter().map(|arrival| arrival.content_key(&mailbox.id)).collect::<Vec<_>>();
        let known = work.known_messages(&content_keys.iter().map(|key| &**key).collect::<Vec<_>>()).await?;
        let (now, tally) = (self.now(), Tally::default());
        let mut entry = Entry { desk: self, mailbox, activated_at, now, work: &mut work, known, tally };
        for (arrival, content_key) in arrivals.iter().zip(&content_keys) {
            entry.enter(arrival, content_key).await?;
        }
        let tally = entry.tally;
        work.commit().await?;
        if tally.acknowledged > 0 {
            self.outgoing.notify_one();
        }
        self.to_file.notify_one();
        Ok(tally)
    }

    pub(super) fn parse_limit(&self) -> Duration {
        Duration::from_secs(u64::from(self.policy.config.limits.parse_seconds))
    }
}
