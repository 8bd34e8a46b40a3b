//! The intake: bytes in, position kept. One [`Worker`] a mailbox; a mailbox that fails backs off and never stops the
//! others. What a message means is not known here: the octets are kept, and the desk is told that there is something.

mod error;
mod filing;
pub mod imap;
pub mod maildir;
mod pass;
mod source;
mod worker;

#[cfg(test)]
mod tests;

pub use error::IntakeError;
pub use filing::{file, sent_folder};
pub use pass::Pass;
pub use source::Source;
pub use worker::Worker;
