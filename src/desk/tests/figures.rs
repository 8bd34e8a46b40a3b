//! The figures of the label: against a recomputation in another language, as they are published, and the files in which they
//! leave; the tracking sheet that is taken over.

mod independent;
mod outputs;
mod published;
mod tracking;
