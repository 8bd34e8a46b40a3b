//! Passes over mailboxes that change under the reader's hands.

mod imap;
mod maildir;
