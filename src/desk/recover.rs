//! What a stop or a fault left unhandled is taken one by one, and each attempt is counted before it is made: a message
//! that brings the program down is found out, and after [`ATTEMPTS`] becomes a case to be read by hand.

use jiff::Timestamp;

use super::{
    Desk, Tally,
    reading::{self, Arrival},
};
use crate::{config::Mailbox, store::StoreError};

/// How often handling one message may fail.
const ATTEMPTS: i64 = 3;

impl Desk {
    /// Handles what is left over, one transaction a message. A message that fails keeps its place, and never stops those
    /// behind it. The attempt is durable before it is made, so a database that cannot write is an error here and not the
    /// fault of any message.
    ///
    /// The least tried come first: a daemon that is killed again and again, whatever the cause, has another message in hand
    /// each time, and none is blamed for it until all the others have been handled.
    pub async fn recover(&self, mailbox: &Mailbox, activated_at: Timestamp) -> Result<Tally, StoreError> {
        let mut tally = Tally::default();
        for row in self.store.least_tried(&mailbox.id).await? {
            let next = self.store.kept(&mailbox.id, row - 1, 1, u64::MAX).await?.pop();
            // Another daemon may have handled it meanwhile.
            let Some(mut receipt) = next.filter(|next| next.id == row) else { continue };
            receipt.attempts += 1;
            let mut work = self.store.begin().await?;
            work.count_attempt(receipt.id).await?;
            work.commit().await?;
            let arrivals = if receipt.attempts > ATTEMPTS {
                let reason = "ce message n'a pas pu être traité automatiquement : il est à lire à la main";
                vec![Arrival::unread(receipt, reason)]
            } else {
                reading::read(vec![receipt], self.parse_limit()).await
            };
            match self.enter(mailbox, activated_at, &arrivals).await {
                Ok(entered) => tally += entered,
                Err(error) => {
                    tracing::error!(mailbox.id = %mailbox.id, receipt = row, %error, "a message could not be handled");
                }
            }
        }
        Ok(tally)
    }
}
