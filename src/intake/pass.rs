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
    imap::ImapError,
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

/// How often the server may list a message and not hand it over before it is taken as it is: empty.
const PATIENCE: u8 = 3;

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
    /// Messages that the server listed and did not hand over, and how often.
    pub withheld: &'a mut HashMap<String, u8>,
    /// Stops between two batches.
    pub stop: &'a CancellationToken,
}

impl Pass<'_> {
    /// Goes over the mailbox once.
    pub async fn run(&mut self, source: &mut Source) -> Result<Tally, IntakeError> {
        let mut tally = self.desk.recover(self.mailbox, self.activated_at).await?;
        let listing = source.list().await?;
        let mut known = self.desk.store().known_keys(&self.mailbox.id).await?;
        let new = listing.keys.iter().filter(|key| !known.contains(*key)).cloned().collect::<Vec<_>>();
        let mut kept = 0;
        for keys in new.chunks(BATCH) {
            if self.stop.is_cancelled() {
                return Ok(tally);
            }
            for batch in batches(source.describe(keys).await?) {
                let outcome = self.keep(source, &batch).await;
                // What came whole before a failure is kept; it is handled before the failure is reported.
                tally += self.desk.receive(self.mailbox, self.activated_at).await?;
                known.extend(outcome?);
            }
            kept += keys.len();
            if new.len() > 2 * BATCH {
                tracing::info!(mailbox.id = %self.mailbox.id, kept, new = new.len(), "reading a mailbox");
            }
        }
        self.tell(source).await?;
        self.reconcile(&listing, &known).await?;
        Ok(tally)
    }

    /// Fetches a batch and makes it durable. Returns the keys that are now known.
    async fn keep(&mut self, source: &mut Source, batch: &[Listed]) -> Result<HashSet<String>, IntakeError> {
        let limit = self.desk.policy().config.limits.message_bytes;
        let too_old = |one: &Listed| {
            self.mailbox.backfill == Backfill::None && one.received.is_some_and(|received| received < self.activated_at)
        };
        let (old, wanted): (Vec<_>, Vec<_>) = batch.iter().partition(|one| too_old(one));
        let (whole, oversize): (Vec<_>, Vec<_>) = wanted.into_iter().partition(|one| one.octets <= limit);

        let mut arrived = HashMap::new();
        let mut failure = None;
        for keys in self.portions(&whole) {
            let fetched = source.fetch(&keys, |key, bytes| drop(arrived.insert(key, bytes))).await;
            if let Err(error) = fetched {
                // A server that answers nonsense may do so for one message only: next time one by one.
                if matches!(error, IntakeError::Imap(ImapError::Garbled(_))) {
                    for key in keys.iter().filter(|key| !arrived.contains_key(*key)) {
                        *self.withheld.entry(key.clone()).or_default() += 1;
                    }
                }
                failure = Some(error);
                break;
            }
            for key in keys.iter().filter(|key| arrived.get(*key).is_none_or(Vec::is_empty)) {
                *self.withheld.entry(key.clone()).or_default() += 1;
            }
        }
        let mut receipts = Vec::with_capacity(batch.len());
        for one in whole {
            let bytes = arrived.remove(&one.key).unwrap_or_default();
            if !bytes.is_empty() {
                receipts.push((self.receipt(one, bytes, true), None));
            } else if self.withheld.get(&one.key).is_some_and(|times| *times >= PATIENCE) {
                receipts.push((self.receipt(one, Vec::new(), false), None));
            }
        }
        if failure.is_none() {
            for one in oversize {
                let head = source.head(&one.key, limit).await?;
                receipts.extend(head.map(|head| (self.receipt(one, head, false), None)));
            }
        }
        let reason = "reçu avant la mise en service de la boîte (backfill = \"none\")";
        receipts.extend(old.into_iter().map(|one| (self.receipt(one, Vec::new(), false), Some(reason))));

        self.commit(&receipts).await?;
        for (receipt, _) in &receipts {
            self.withheld.remove(&receipt.server_key);
        }
        failure.map_or_else(|| Ok(receipts.into_iter().map(|(receipt, _)| receipt.server_key).collect()), Err)
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
        let digest = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
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
    async fn commit(&self, receipts: &[(NewReceipt, Option<&str>)]) -> Result<(), IntakeError> {
        if receipts.is_empty() {
            return Ok(());
        }
        let now = self.desk.now();
        let mut work = self.desk.store().begin().await?;
        if !super::worker::hold(&mut work, self.mailbox, self.owner, now).await? {
            return Err(IntakeError::LeaseLost);
        }
        for (receipt, set_aside) in receipts {
            let row = work.keep(receipt, now).await?;
            if let (Some(row), Some(reason)) = (row, set_aside) {
                work.set_aside(row, reason).await?;
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
    async fn reconcile(&self, listing: &Listing, known: &HashSet<String>) -> Result<(), IntakeError> {
        let figures = PassFigures {
            uid_validity: listing.uid_validity,
            last_uid: listing.last_uid,
            on_server: listing.keys.len(),
            kept: listing.keys.iter().filter(|key| known.contains(*key)).count(),
        };
        let mut work = self.desk.store().begin().await?;
        work.pass_done(&self.mailbox.id, figures, self.desk.now()).await?;
        work.commit().await?;
        let gap = figures.on_server - figures.kept;
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
