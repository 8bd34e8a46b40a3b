//! Outbox: rendered messages leave.

mod folder;
mod smtp;
mod transport;

pub use self::{
    folder::Folder,
    smtp::{Patience, Smtp},
    transport::{Outcome, Transport},
};
