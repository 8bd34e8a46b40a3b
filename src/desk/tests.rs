//! What becomes of messages, from the octets in the mailbox to the acknowledgement in the outbox, on both databases.

mod again;
mod any;
mod limits;
mod opening;
mod outbox;
mod threads;
mod unreadable;
mod years;
