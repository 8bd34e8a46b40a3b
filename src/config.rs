//! The configuration folder as typed, validated values. Every fault is found in one go, each with its file, line, key,
//! what was found and what is allowed ([`Problems`]). Only [`load`] touches the disk.

mod deadlines;
mod problems;
mod read;
mod types;

pub use problems::{Problem, Problems};
pub use read::load;
pub use types::*;
