//! One pass over a mailbox: list, compare with what is known, keep what is new, hand it to the desk, tell the server,
//! reconcile.
//!
//! The whole list is compared each time. `\Seen` is what somebody did in a mail client, and a last UID alone would miss
//! what a server renumbers or brings back (features.md §3, 4–5); with the list, a changed UIDVALIDITY, a UIDNEXT that runs
//! backwards and a line that drops in the middle of a FETCH are no cases of their own.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;
use sha2::{Digest, Sha256};
use tokio_util::sync::CancellationToken;

use super::{
    IntakeError, Source,
    source::{Listed, Listing},
};
use crate::{
    config::{Backfill, Mailbox},
    desk::{Desk, Tally},
    store::{NewReceipt, PassFigures},
};

/// Messages asked about, fetched and kept at a time.
const BATCH: usize = 100;

/// Octets fetched at a time.
const BATCH_OCTETS: u64 = 16 << 20;

/// How often the server may fail to hand over a message before only its head is asked for; after twice as often it is
/// taken as it is, empty. One message must not hold back those behind it.
const PATIENCE: u8 = 3;

/// How much of a message is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Want {
    Whole,
    Head,
    Nothing,
}

/// Everything that a pass needs to know.
pub struct Pass<'a> {
    /// The mailbox.
    pub mailbox: &'a Mailbox,
    /// The desk.
    pub desk: &'a Desk,
    /// Messages received before are not acknowledged.
    pub activated_at: Timestamp,
    /// Who holds the lease of the mailbox, and its name.
    pub owner: &'a str,
    /// Messages that the server listed and failed to hand over, and how often.
    pub withheld: &'a mut HashMap<String, u8>,
    /// The keys of what had been set aside and somebody wants after all; a pass reads them as it begins.
    pub wanted: HashSet<String>,
    /// Stops between two batches.
    pub stop: &'a CancellationToken,
}

impl Pass<'_> {
    /// Goes over the mailbox once.
    pub async fn run(&mut self, source: &mut Source) -> Result<Tally, IntakeError> {
        let mut tally = self.desk.recover(self.mailbox, self.activated_at).await?;
        let listing = source.list().await?;
        let mut known = self.desk.store().known_keys(&self.mailbox.id).await?;
        self.wanted = self.desk.store().wanted_keys(&self.mailbox.id).await?;
        let new = listing.keys.iter().filter(|key| !known.contains(*key)).cloned().collect::<Vec<_>>();
        let mut gone = 0;
        let mut seen = 0;
        for keys in new.chunks(BATCH) {
            if self.stop.is_cancelled() {
                return Ok(tally);
            }
            let described = source.describe(keys).await?;
            gone += keys.len() - described.len();
            for batch in batches(described) {
                let outcome = self.keep(source, &batch).await;
                // What came whole before a failure is kept; it is handled before the failure is reported.
                tally += self.desk.receive(self.mailbox, self.activated_at).await?;
                known.extend(outcome?);
            }
            seen += keys.len();
            if new.len() > 2 * BATCH {
                tracing::info!(mailbox.id = %self.mailbox.id, seen, new = new.len(), "reading a mailbox");
            }
        }
        self.tell(source).await?;
        self.reconcile(&listing, gone, &known).await?;
        Ok(tally)
    }

    /// Fetches a batch and makes it durable. Returns the keys that are now known.
    async fn keep(&mut self, source: &mut Source, batch: &[Listed]) -> Result<HashSet<String>, IntakeError> {
        let mut receipts = Vec::with_capacity(batch.len());
        let fetched = self.fetch(source, batch, &mut receipts).await;
        self.commit(&receipts).await?;
        for receipt in &receipts {
            self.withheld.remove(&receipt.server_key);
        }
        fetched?;
        Ok(receipts.into_iter().map(|receipt| receipt.server_key).collect())
    }

    /// Asks for the messages of a batch, for as much of each as is wanted. What came before an error is among the receipts.
    async fn fetch(
        &mut self,
        source: &mut Source,
        batch: &[Listed],
        receipts: &mut Vec<NewReceipt>,
    ) -> Result<(), IntakeError> {
        let wanted = |pass: &Self, want| batch.iter().filter(move |one| pass.want(one) == want).collect::<Vec<_>>();
        receipts.extend(wanted(self, Want::Nothing).into_iter().map(|one| self.receipt(one, Vec::new(), false)));
        for keys in self.portions(&wanted(self, Want::Whole)) {
            let mut arrived = HashMap::new();
            let outcome = source.fetch(&keys, |key, bytes| drop(arrived.insert(key, bytes))).await;
            arrived.retain(|_, bytes: &mut Vec<u8>| !bytes.is_empty());
            // After a failure the first that is missing is suspected; without one, each that came empty is.
            let missing = keys.iter().filter(|key| !arrived.contains_key(*key));
            for key in missing.take(if outcome.is_err() { 1 } else { usize::MAX }) {
                *self.withheld.entry(key.clone()).or_default() += 1;
            }
            for one in batch {
                receipts.extend(arrived.remove(&one.key).map(|bytes| self.receipt(one, bytes, true)));
            }
            outcome?;
        }
        for one in wanted(self, Want::Head) {
            let head = source.head(&one.key, self.desk.policy().config.limits.message_bytes).await;
            if !matches!(&head, Ok(Some(head)) if !head.is_empty()) {
                *self.withheld.entry(one.key.clone()).or_default() += 1;
            }
            receipts.extend(head?.filter(|head| !head.is_empty()).map(|head| self.receipt(one, head, false)));
        }
        Ok(())
    }

    /// How much of a message is to be asked for.
    fn want(&self, one: &Listed) -> Want {
        let failures = self.withheld.get(&one.key).copied().unwrap_or_default();
        if self.is_set_aside(&one.key, one.received) || failures >= 2 * PATIENCE {
            Want::Nothing
        } else if one.octets > self.desk.policy().config.limits.message_bytes || failures >= PATIENCE {
            Want::Head
        } else {
            Want::Whole
        }
    }

    /// Whether a message of before the activation is not taken over.
    fn is_set_aside(&self, key: &str, received: Option<Timestamp>) -> bool {
        !self.wanted.contains(key)
            && self.mailbox.backfill == Backfill::None
            && received.is_some_and(|received| received < self.activated_at)
    }

    /// The keys to fetch in one command; what was withheld before is asked for alone.
    fn portions(&self, listed: &[&Listed]) -> Vec<Vec<String>> {
        let keys = listed.iter().map(|one| one.key.clone());
        let (alone, together): (Vec<_>, Vec<_>) = keys.partition(|key| self.withheld.contains_key(key));
        let mut portions = alone.into_iter().map(|key| vec![key]).collect::<Vec<_>>();
        portions.insert(0, together);
        portions.retain(|keys| !keys.is_empty());
        portions
    }

    fn receipt(&self, listed: &Listed, bytes: Vec<u8>, whole: bool) -> NewReceipt {
        let digest = crate::mail::hexadecimal(&Sha256::digest(&bytes));
        NewReceipt {
            mailbox: self.mailbox.id.clone(),
            server_key: listed.key.clone(),
            digest,
            bytes,
            whole,
            octets: listed.octets,
            // A clock of the server that runs ahead must not give a longer deadline.
            received_at: listed.received.map_or(self.desk.now(), |received| received.min(self.desk.now())),
        }
    }

    /// Makes deliveries durable, as long as the mailbox is ours to read.
    async fn commit(&self, receipts: &[NewReceipt]) -> Result<(), IntakeError> {
        if receipts.is_empty() {
            return Ok(());
        }
        let now = self.desk.now();
        let mut work = self.desk.store().begin().await?;
        if !super::worker::hold(&mut work, self.mailbox, self.owner, now).await? {
            return Err(IntakeError::LeaseLost);
        }
        for (receipt, row) in receipts.iter().zip(work.keep(receipts, now).await?) {
            if let Some(row) = row.filter(|_| self.is_set_aside(&receipt.server_key, Some(receipt.received_at))) {
                work.set_aside(row, "reçu avant la mise en service de la boîte (backfill = \"none\")").await?;
            }
        }
        work.commit().await?;
        Ok(())
    }

    /// Tells the server what is kept and done with. The mailbox hears of it after the commit, never before.
    async fn tell(&self, source: &mut Source) -> Result<(), IntakeError> {
        if self.mailbox.afterwards == crate::config::Afterwards::Nothing {
            return Ok(());
        }
        let untold = self.desk.store().untold(&self.mailbox.id).await?;
        for chunk in untold.chunks(BATCH) {
            let (rows, keys): (Vec<_>, Vec<_>) = chunk.iter().cloned().unzip();
            source.tell(&keys, &self.mailbox.afterwards).await?;
            let mut work = self.desk.store().begin().await?;
            work.told(&rows).await?;
            work.commit().await?;
        }
        Ok(())
    }

    /// Counts what is on the server against what is kept. A gap is an error: something was listed and is not here.
    /// `gone`: messages that somebody took away since they were listed.
    async fn reconcile(&self, listing: &Listing, gone: usize, known: &HashSet<String>) -> Result<(), IntakeError> {
        let figures = PassFigures {
            uid_validity: listing.uid_validity,
            last_uid: listing.last_uid,
            on_server: listing.keys.len() - gone,
            kept: listing.keys.iter().filter(|key| known.contains(*key)).count(),
        };
        let mut work = self.desk.store().begin().await?;
        work.pass_done(&self.mailbox.id, figures, self.desk.now()).await?;
        work.commit().await?;
        let gap = figures.on_server.saturating_sub(figures.kept);
        if gap > 0 {
            tracing::error!(
                mailbox.id = %self.mailbox.id, figures.on_server, figures.kept, gap,
                "messages that the server lists could not be had; they will be asked for again"
            );
        }
        Ok(())
    }
}

/// Cuts a list where a batch grows too large.
fn batches(listed: Vec<Listed>) -> Vec<Vec<Listed>> {
    let mut batches: Vec<Vec<Listed>> = Vec::new();
    let mut octets = 0;
    for one in listed {
        octets += one.octets;
        match batches.last_mut() {
            Some(batch) if octets <= BATCH_OCTETS => batch.push(one),
            _ => {
                octets = one.octets;
                batches.push(vec![one]);
            }
        }
    }
    batches
}
