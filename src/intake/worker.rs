//! The worker of one mailbox: opens it, goes over it, waits for news, and backs off when something fails.

use std::{collections::HashMap, time::Duration};

use jiff::{SignedDuration, Timestamp};
use tokio_util::sync::CancellationToken;

use super::{IntakeError, Pass, Source};
use crate::{
    config::Mailbox,
    desk::Desk,
    store::{StoreError, Work},
};

/// How long to wait after each failure in a row; the last one repeats.
const BACK_OFF: [Duration; 4] =
    [Duration::from_secs(5), Duration::from_secs(15), Duration::from_secs(60), Duration::from_secs(300)];

/// How long to wait while another daemon reads the mailbox: when it dies, somebody has to notice.
const STANDBY: Duration = Duration::from_secs(5);

/// The server's clock and ours may differ, and INTERNALDATE knows whole seconds only.
const SLACK: SignedDuration = SignedDuration::from_secs(60);

/// Takes the lease of a mailbox, or finds that we have it. False: another daemon reads it.
pub(super) async fn hold(work: &mut Work, mailbox: &Mailbox, owner: &str, now: Timestamp) -> Result<bool, StoreError> {
    work.take_lease(&format!("mailbox/{}", mailbox.id), owner, now).await
}

/// The worker of one mailbox.
pub struct Worker {
    /// The mailbox.
    pub mailbox: Mailbox,
    /// The desk.
    pub desk: Desk,
    /// The name of this daemon, unlike that of any other.
    pub owner: String,
}

impl Worker {
    /// Reads the mailbox until `stop`. Never ends by itself: whatever fails is noted, and tried again.
    pub async fn run(self, stop: CancellationToken) {
        let mut failures: usize = 0;
        let mut withheld = HashMap::new();
        while !stop.is_cancelled() {
            let pause = match self.attend(&stop, &mut failures, &mut withheld).await {
                Ok(()) => continue,
                Err(IntakeError::LeaseLost) => STANDBY,
                Err(error) => {
                    let step = if error.wants_a_person() { failures.max(2) } else { failures };
                    failures += 1;
                    tracing::error!(mailbox.id = %self.mailbox.id, %error, failures, "a mailbox cannot be read");
                    self.note_failure(&error).await;
                    BACK_OFF[step.min(BACK_OFF.len() - 1)]
                }
            };
            tokio::select! {
                () = stop.cancelled() => {}
                () = tokio::time::sleep(pause) => {}
            }
        }
    }

    /// One connection: passes and waits until something fails or `stop`.
    async fn attend(
        &self,
        stop: &CancellationToken,
        failures: &mut usize,
        withheld: &mut HashMap<String, u8>,
    ) -> Result<(), IntakeError> {
        let activated_at = self.begin().await?;
        let mut source = tokio::select! {
            () = stop.cancelled() => return Ok(()),
            opened = Source::open(&self.mailbox) => opened?,
        };
        while !stop.is_cancelled() {
            self.begin().await?;
            let mut pass = Pass {
                mailbox: &self.mailbox,
                desk: &self.desk,
                activated_at,
                owner: &self.owner,
                withheld,
                wanted: std::collections::HashSet::default(),
                stop,
            };
            let tally = pass.run(&mut source).await?;
            if *failures > 0 {
                tracing::info!(mailbox.id = %self.mailbox.id, "the mailbox can be read again");
                *failures = 0;
            }
            if tally.handled() > 0 {
                let so_far = self.desk.store().receipt_figures(&self.mailbox.id).await?;
                tracing::info!(
                    mailbox.id = %self.mailbox.id, tally.cases, tally.follow_ups, tally.ignored, tally.duplicates,
                    tally.quarantined, tally.acknowledged, so_far.kept, so_far.cases, so_far.set_aside, "messages handled"
                );
            }
            source.wait(Duration::from_secs(u64::from(self.mailbox.poll_seconds)), stop).await?;
        }
        source.close().await;
        Ok(())
    }

    /// One pass, for whoever does not want to wait. Returns what became of the messages.
    pub async fn pass(&self, stop: &CancellationToken) -> Result<crate::desk::Tally, IntakeError> {
        let activated_at = self.begin().await?;
        let mut source = Source::open(&self.mailbox).await?;
        let mut withheld = HashMap::new();
        let mut pass = Pass {
            mailbox: &self.mailbox,
            desk: &self.desk,
            activated_at,
            owner: &self.owner,
            withheld: &mut withheld,
            wanted: std::collections::HashSet::default(),
            stop,
        };
        let tally = pass.run(&mut source).await?;
        source.close().await;
        Ok(tally)
    }

    /// Takes the lease, and returns the instant from which messages are acknowledged.
    async fn begin(&self) -> Result<Timestamp, IntakeError> {
        let now = self.desk.now();
        let mut work = self.desk.store().begin().await?;
        if !hold(&mut work, &self.mailbox, &self.owner, now).await? {
            return Err(IntakeError::LeaseLost);
        }
        let first_start = work.activate(&self.mailbox.id, now).await?;
        work.commit().await?;
        let with_slack =
            first_start.saturating_sub(SLACK).expect("a duration of seconds is a span that jiff can take away");
        Ok(self.mailbox.active_since.unwrap_or(with_slack))
    }

    async fn note_failure(&self, error: &IntakeError) {
        let noted = async {
            let mut work = self.desk.store().begin().await?;
            work.pass_failed(&self.mailbox.id, &error.to_string()).await?;
            work.commit().await
        };
        // The database itself may be what failed; the log has it.
        if let Err(error) = noted.await {
            tracing::error!(mailbox.id = %self.mailbox.id, %error, "the failure could not be written down");
        }
    }
}
