//! Intake: bytes in, position kept.

pub mod imap;
pub mod maildir;
