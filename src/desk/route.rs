//! Which service should answer: what a rule says, then who answers such signs, such scopes, such topics, then the service
//! of the mailbox. The case stays with the mailbox's service; another one is proposed to the agent as a transfer.

use crate::{
    config::{Config, Mailbox, Service},
    triage::{Classification, axis::Axis},
};

/// The service that should answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    /// Its key.
    pub service: String,
    /// Why, in words.
    pub why: String,
}

impl Route {
    /// The service for a message of this sort that came into this mailbox. What is not sure moves nothing.
    pub fn of(classification: &Classification, mailbox: &Mailbox, config: &Config) -> Self {
        Self::named(classification, config).or_else(|| Self::answering(classification, mailbox, config)).unwrap_or_else(
            || Self {
                service: mailbox.service.clone(),
                why: format!("la boîte « {} » est celle de ce service", mailbox.id),
            },
        )
    }

    /// What a rule says.
    fn named(classification: &Classification, config: &Config) -> Option<Self> {
        let service = config.service(classification.service.as_ref()?)?;
        Some(Self { service: service.id.clone(), why: "une règle le désigne".into() })
    }

    /// Who says in the configuration that it answers such messages: the mailbox's own service before the others.
    fn answering(classification: &Classification, mailbox: &Mailbox, config: &Config) -> Option<Self> {
        let own = config.services.iter().filter(|service| service.id == mailbox.service);
        let services: Vec<&Service> =
            own.chain(config.services.iter().filter(|service| service.id != mailbox.service)).collect();
        let sure = |axis| classification.certainty(axis).is_some_and(|certainty| certainty.sure);
        let find = |answers: &dyn Fn(&Service) -> bool| services.iter().copied().find(|service| answers(service));
        for flag in &classification.flags {
            if let Some(service) = find(&|service| service.flags.contains(flag)) {
                let why = format!("ce service répond aux messages qui portent le signe « {} »", flag.french());
                return Some(Self { service: service.id.clone(), why });
            }
        }
        if sure(Axis::Scope)
            && let Some(service) = find(&|service| service.scopes.contains(&classification.scope))
        {
            let why = format!("ce service répond au périmètre « {} »", classification.scope.french());
            return Some(Self { service: service.id.clone(), why });
        }
        if sure(Axis::Topic)
            && let Some(service) = find(&|service| service.topics.contains(&classification.topic))
        {
            let why = format!("ce service répond au thème « {} »", classification.topic.french());
            return Some(Self { service: service.id.clone(), why });
        }
        None
    }
}
