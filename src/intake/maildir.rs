//! Maildir.
