//! Départements and overseas territories: which holidays they keep and which time zone they live in (domain.md §3.4).

/// A département or overseas territory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Territory {}

/// No territory has this code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("département inconnu : « {0} »")]
pub struct UnknownTerritory(pub String);
