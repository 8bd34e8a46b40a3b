//! The questions that the other rooms ask of a configuration.

use std::collections::BTreeSet;

use super::{Config, Mailbox, Service};
use crate::calendar::Calendar;

impl Config {
    /// The service of this key.
    pub fn service(&self, id: &str) -> Option<&Service> {
        self.services.iter().find(|service| service.id == id)
    }

    /// The mailbox of this key.
    pub fn mailbox(&self, id: &str) -> Option<&Mailbox> {
        self.mailboxes.iter().find(|mailbox| mailbox.id == id)
    }

    /// Every address that is ours, in lower case: mailboxes, their aliases, services. Nothing that comes from one of
    /// them is ever acknowledged.
    pub fn own_addresses(&self) -> Vec<String> {
        let mailboxes =
            self.mailboxes.iter().flat_map(|mailbox| [&mailbox.address].into_iter().chain(&mailbox.aliases));
        let services = self.services.iter().map(|service| &service.email);
        let all: BTreeSet<_> = mailboxes.chain(services).map(|address| address.to_lowercase()).collect();
        all.into_iter().collect()
    }

    /// The calendar by which this prefecture counts its days.
    pub fn calendar(&self) -> Calendar {
        Calendar::new(self.prefecture.territory, self.prefecture.closures.iter().copied())
    }
}
