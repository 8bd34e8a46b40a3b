//! What the prefecture's own people read in their mail: warnings, the managers' digest of a working morning, the weekly
//! summary. Facts in, a [`Document`] out, which is written once and read as text and as HTML, on a telephone too. No I/O,
//! no clock; who is told of what, and when, is the desk's business.
//!
//! The lines name a case by its reference and the subject that was written on it, never by its correspondent.

mod digest;
mod document;
mod weekly;

#[cfg(test)]
mod tests;

pub use digest::{Alarm, CaseLine, Changes, Digest, Standing};
pub use document::{Document, Line, Section};
pub use weekly::{ServiceWeek, Weekly};
