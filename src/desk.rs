//! The desk: the only place that changes a case, whoever asked for it. Each step is events, outgoing mail and clock in one
//! transaction. It speaks neither IMAP nor SMTP nor HTML.
//!
//! - [`Desk::receive`]: what the intake kept becomes a case, the continuation of one, or a message set apart;
//! - [`Desk::delivered`]: what became of an outgoing mail;
//! - [`Desk::take`]: a step that the correspondent is told of; [`Desk::suggest`]: with which model answer;
//! - [`Desk::assign`], [`Desk::merge`], [`Desk::answered_outside`] …: what else people do to a case;
//! - [`Desk::filed`]: what was laid into a folder of the mailbox;
//! - [`Desk::watch`]: what time makes due.

mod absences;
mod acknowledge;
mod act;
mod clocks;
mod deliver;
mod entry;
mod figures;
mod filing;
mod follow;
mod letter;
mod listening;
mod models;
mod outputs;
mod reading;
mod receive;
mod recover;
mod returned;
mod route;
mod sent;
mod suggest;
#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;
mod thread;
mod tracking;
mod watch;

pub use act::{ActError, Correction, Entered, SentOn, Step, Stepped};
pub use deliver::Outcome;
pub use filing::Filed;
pub use letter::{Letter, Wording};
pub use outputs::{Format, OutputError, names};
pub use receive::Tally;
pub use route::Route;
pub use tracking::{BATCH, TakeOver, TakenOver};
pub use watch::{Foreseen, Watched};

use std::sync::Arc;

use jiff::Timestamp;
use tokio::sync::{Notify, OnceCell};

use thread::IdKey;

use crate::{
    calendar::Calendar,
    case::Disposition,
    clock::Clock,
    config::Config,
    mail::Message,
    replies::{Acknowledgements, Glossary, Habits, Library},
    store::Store,
    triage::{Author, Classification, Classifier, Judgement, Surroundings, judge},
};

/// What the desk goes by: the operator's configuration, rules and templates, read and found sound together.
#[derive(Debug)]
pub struct Policy {
    /// The configuration.
    pub config: Config,
    /// The working days of the prefecture.
    pub calendar: Calendar,
    /// What says what a message is.
    pub classifier: Arc<Classifier>,
    /// The texts of acknowledgements.
    pub acknowledgements: Acknowledgements,
    /// The model answers.
    pub library: Arc<Library>,
    /// What people chose for the questions that ship; what agents choose here is added to it.
    pub habits: Arc<Habits>,
    /// What acronyms stand for here.
    pub glossary: Glossary,
    /// Every address of ours, lower case.
    pub own_addresses: Vec<String>,
}

/// What a message is as far as it tells itself, before its history is known.
#[derive(Debug, Clone)]
pub struct Assessment {
    /// Who wrote it, and whether it may be acknowledged.
    pub judgement: Judgement,
    /// What its author wants; of a machine, nothing.
    pub classification: Classification,
}

impl Assessment {
    /// What would become of the message if nothing else were known.
    pub fn disposition(&self) -> Disposition {
        match self.judgement.author {
            Author::Person => Disposition::Case,
            Author::Machine => Disposition::Ignored,
        }
    }
}

impl Policy {
    /// Assesses a message that came into one of our mailboxes.
    pub fn assess(&self, message: &Message, mailbox: &str) -> Assessment {
        assess(message, Some(mailbox), &self.surroundings(), &self.classifier)
    }

    /// The reference of the case whose acknowledgement this message answers, as far as our own Message-IDs tell.
    pub fn own_reference<'m>(&self, message: &'m Message) -> Option<&'m str> {
        let own = |id: &&String| {
            id.split_once('@').is_some_and(|(_, domain)| domain.eq_ignore_ascii_case(&self.config.outgoing.domain))
        };
        message.in_reply_to.iter().chain(&message.references).filter(own).find_map(|id| thread::reference_in(id))
    }

    /// What is known around a message.
    pub fn surroundings(&self) -> Surroundings<'_> {
        Surroundings {
            own_addresses: &self.own_addresses,
            mailbox_addresses: Some(&self.own_addresses),
            internal_domains: &self.config.prefecture.internal_domains,
            form_senders: &self.config.acknowledgement.form_senders,
        }
    }
}

/// Assesses a message with what is known around it, and the mailbox that received it.
pub fn assess(
    message: &Message,
    mailbox: Option<&str>,
    surroundings: &Surroundings<'_>,
    classifier: &Classifier,
) -> Assessment {
    let judgement = judge(message, surroundings);
    let classification = match judgement.author {
        Author::Person => classifier.classify(message, mailbox),
        Author::Machine => Classification::of_machine(),
    };
    Assessment { judgement, classification }
}

/// The desk.
#[derive(Clone)]
pub struct Desk {
    store: Store,
    policy: Arc<Policy>,
    clock: Arc<dyn Clock>,
    /// Rung when there is something to send.
    outgoing: Arc<Notify>,
    /// Rung when there is something to lay into a folder of a mailbox.
    to_file: Arc<Notify>,
    /// The key of our Message-IDs, once it was needed.
    id_key: Arc<OnceCell<IdKey>>,
}

impl Desk {
    /// A desk that goes by `policy`.
    pub fn new(store: Store, policy: Arc<Policy>, clock: Arc<dyn Clock>) -> Self {
        let bell = || Arc::new(Notify::new());
        Self { store, policy, clock, outgoing: bell(), to_file: bell(), id_key: Arc::default() }
    }

    /// What it goes by.
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// The database.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// What time it is.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Waits until something has been put into the outbox.
    pub async fn something_to_send(&self) {
        self.outgoing.notified().await;
    }
}
