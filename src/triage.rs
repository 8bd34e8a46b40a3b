//! What a message is: who is a machine ([`judge`]), and what a person wants ([`Classifier::classify`]). No I/O.
//!
//! A message is looked at once ([`view`]), by the rules of the quality officer ([`rules`]) and by the learned model
//! ([`features`], [`model`]). Both speak in log-odds for the words of each question ([`axis`]); [`decide`] adds them up.
//! [`learn`] makes a model of labelled messages ([`examples`]).

mod author;
pub mod axis;
pub mod confusion;
mod decide;
pub mod examples;
pub mod features;
pub mod fold;
pub mod learn;
pub mod model;
pub mod rules;
pub mod view;

pub use author::{Author, Judgement, Reason, Surroundings, channel, correspondent, judge};
pub use decide::{Certainty, Classification, Classifier, Evidence, answers};
