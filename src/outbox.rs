//! The outbox: rendered messages leave, by a relay or into a folder. Nothing else may send, and nothing here composes.

mod folder;
mod smtp;
mod transport;
mod worker;

pub use self::{
    folder::Folder,
    smtp::{Patience, Smtp},
    transport::Transport,
    worker::{run, send_due},
};
