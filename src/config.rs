//! The configuration folder as typed, validated values. Every fault is found in one go, each with its file, line, key,
//! what was found and what is allowed ([`Problems`]). Only [`load`] and [`Secret::read`] touch the disk.
//!
//! A text becomes a [`Config`] in four steps, one file each: `document` (TOML, and its faults in French), `gather` (the
//! tables of all the files together), `tables` (each table read key by key through `section` and `shape`), `checks`
//! (what no table can know alone). No step stops at the first fault.

mod checks;
mod deadlines;
mod document;
mod figures;
mod gather;
mod lookup;
mod problems;
mod read;
mod replies;
mod section;
mod shape;
mod syntax;
mod tables;
mod types;

#[cfg(test)]
mod tests;

pub use figures::Figures;
pub use problems::{Problem, Problems};
pub use read::{load, parse};
pub use replies::{Acronym, Agent, Fact};
pub use types::*;

/// The commented configuration of an invented prefecture, to start from: `releve check --default` prints it.
pub const DEFAULT: &str = include_str!("../config/releve.toml");
