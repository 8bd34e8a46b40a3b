//! The words of a case as values: what is received, what it is, what happened to it. No I/O.

mod words;

pub use words::{Channel, Disposition, EventKind, Kind, Scope, State, Unknown};
