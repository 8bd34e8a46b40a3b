//! Reads the octets of a delivery, guarded: a message that panics the parser or takes too long costs only itself.

use std::{borrow::Cow, time::Duration};

use crate::{
    mail::{self, Message, Unreadable},
    store::KeptReceipt,
};

/// A delivery with what could be read in it.
pub(super) struct Arrival {
    pub receipt: KeptReceipt,
    pub reading: Result<Reading, Unreadable>,
}

/// A message that could be read.
pub(super) struct Reading {
    pub message: Message,
    /// The same for every delivery of this message.
    pub content_key: String,
}

/// Reads the deliveries, each under a time limit, in their order.
pub(super) async fn read(receipts: Vec<KeptReceipt>, limit: Duration) -> Vec<Arrival> {
    // Every reading starts at once on the blocking pool, and the limit runs from there; the batch bounds their number.
    let readings = receipts
        .into_iter()
        .map(|mut receipt| {
            let bytes = std::mem::take(&mut receipt.bytes);
            let received = receipt.received_at;
            let task = tokio::task::spawn_blocking(move || {
                let message = mail::parse(&bytes, &mail::Limits::default())?;
                let content_key = mail::content_key(&message, received);
                Ok(Reading { message, content_key })
            });
            (receipt, task)
        })
        .collect::<Vec<_>>();
    let mut arrivals = Vec::with_capacity(readings.len());
    for (receipt, task) in readings {
        let reading = match tokio::time::timeout(limit, task).await {
            Ok(Ok(reading)) => reading,
            Ok(Err(_)) => Err(Unreadable("la lecture du message a échoué : il est à lire à la main".into())),
            // The thread cannot be stopped; it ends by itself, its result is not waited for.
            Err(_) => Err(Unreadable(format!("la lecture du message dépasse {} secondes", limit.as_secs()))),
        };
        arrivals.push(Arrival { receipt, reading });
    }
    arrivals
}

impl Arrival {
    /// What makes it the same message as another. Octets that say nothing of their own do not make two messages one.
    pub(super) fn content_key(&self, mailbox: &str) -> Cow<'_, str> {
        let receipt = &self.receipt;
        match &self.reading {
            Ok(reading) => Cow::Borrowed(&reading.content_key),
            Err(_) if receipt.octets == 0 => format!("empty:{mailbox}/{}", receipt.server_key).into(),
            Err(_) if !receipt.whole => format!("head:{mailbox}/{}", receipt.server_key).into(),
            Err(_) => format!("raw:{}", receipt.digest).into(),
        }
    }

    /// A delivery that is not to be read again, for this reason.
    pub(super) fn unread(receipt: KeptReceipt, reason: &str) -> Self {
        Self { receipt, reading: Err(Unreadable(reason.to_owned())) }
    }
}
