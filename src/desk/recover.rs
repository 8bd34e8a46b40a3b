//! What a stop or a fault left unhandled is taken one by one, and each attempt is counted before it is made: a message
//! that brings the program down is found out, and after [`ATTEMPTS`] becomes a case to be read by hand.

use jiff::Timestamp;
use tokio_util::task::AbortOnDropHandle;

use super::{
    Desk, Tally,
    reading::{self, Arrival},
};
use crate::{config::Mailbox, store::StoreError};

/// How often handling one message may fail. A daemon that is killed again and again for other reasons must not reach it.
const ATTEMPTS: i64 = 10;

impl Desk {
    /// Handles what is left over, one transaction a message. A message that fails keeps its place, and never stops those
    /// behind it. A database that cannot write is an error here and not the fault of any message.
    ///
    /// Reading is where a message could bring the program down. So the attempt is durable before it is read, and taken back
    /// once it has been; after that it counts only if entering it fails. A daemon that is killed for another reason leaves
    /// hardly a trace on the message in hand, and the least tried come first: none is blamed again before the others have
    /// been handled.
    pub async fn recover(&self, mailbox: &Mailbox, activated_at: Timestamp) -> Result<Tally, StoreError> {
        let mut tally = Tally::default();
        for row in self.store.least_tried(&mailbox.id).await? {
            let next = self.store.kept(&mailbox.id, row - 1, 1, u64::MAX).await?.pop();
            // Another daemon may have handled it meanwhile.
            let Some(receipt) = next.filter(|next| next.id == row) else { continue };
            let arrivals = if receipt.attempts >= ATTEMPTS {
                let reason = "ce message n'a pas pu être traité automatiquement : il est à lire à la main";
                vec![Arrival::unread(receipt, reason)]
            } else {
                self.count(row, 1).await?;
                let arrivals = reading::read(vec![receipt], self.parse_limit()).await;
                self.count(row, -1).await?;
                arrivals
            };
            let (desk, inbox) = (self.clone(), mailbox.clone());
            let entering = tokio::spawn(async move { desk.enter(&inbox, activated_at, &arrivals).await });
            let failure = match AbortOnDropHandle::new(entering).await {
                Ok(Ok(entered)) => {
                    tally += entered;
                    continue;
                }
                Ok(Err(error)) => error.to_string(),
                Err(_) => "panic".to_owned(),
            };
            tracing::error!(mailbox.id = %mailbox.id, receipt = row, failure, "a message could not be handled");
            self.count(row, 1).await?;
        }
        Ok(tally)
    }

    /// Counts an attempt, or takes it back.
    async fn count(&self, receipt: i64, attempts: i64) -> Result<(), StoreError> {
        let mut work = self.store.begin().await?;
        work.count_attempts(receipt, attempts).await?;
        work.commit().await
    }
}
