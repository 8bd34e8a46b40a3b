//! The outbox: rendered messages leave, by a relay or into a folder; copies and drafts are laid into the folders of the
//! mailbox. Nothing else may send, and nothing here composes.

mod filing;
mod folder;
mod smtp;
mod transport;
mod worker;

pub use self::{
    filing::{file_due, run_filing},
    folder::Folder,
    smtp::{Patience, Smtp},
    transport::Transport,
    worker::{run, send_due},
};
