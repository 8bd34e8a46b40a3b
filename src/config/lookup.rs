//! The questions that the other rooms ask of a configuration.

use std::collections::BTreeSet;

use super::{Agent, Config, Mailbox, Service};
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

    /// The agent of this address, lower case.
    pub fn agent(&self, address: &str) -> Option<&Agent> {
        self.agents.iter().find(|agent| agent.email == address)
    }

    /// The mailbox from which a case is written about: the one that it came into; for what came by another way, the first
    /// one of the service.
    pub fn writes_from(&self, mailbox: &str, service: &str) -> Option<&Mailbox> {
        let own = self.mailbox(mailbox);
        own.or_else(|| self.mailboxes.iter().find(|known| known.service == service)).or(self.mailboxes.first())
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

    /// Everybody of our own whom the configuration names, in lower case: agents, managers, direction, quality officers.
    pub fn people(&self) -> BTreeSet<&str> {
        let of_services = self.services.iter().flat_map(|service| service.staff().chain(texts(&service.directors)));
        let above = texts(&self.prefecture.general_secretary).chain(texts(&self.prefecture.quality_officers));
        of_services.chain(above).collect()
    }

    /// The calendar by which this prefecture counts its days.
    pub fn calendar(&self) -> Calendar {
        Calendar::new(self.prefecture.territory, self.prefecture.closures.iter().copied())
    }

    /// Whether a case may be given to this person: an agent or a manager of the service. Lower case.
    pub fn serves(&self, service: &str, person: &str) -> bool {
        self.service(service).is_some_and(|service| service.staff().any(|known| known == person))
    }
}

impl Mailbox {
    /// The key of the mailbox whose folder this is.
    pub fn own_id(&self) -> &str {
        self.id.split('/').next().unwrap_or(&self.id)
    }
}

impl Service {
    /// Its agents and managers.
    pub fn staff(&self) -> impl Iterator<Item = &str> {
        texts(&self.agents).chain(texts(&self.managers))
    }
}

fn texts(list: &[String]) -> impl Iterator<Item = &str> {
    list.iter().map(String::as_str)
}
