//! What becomes of messages, from the octets in the mailbox to the acknowledgement in the outbox, on both databases.

mod acts;
mod again;
mod any;
mod any_act;
mod clocks;
mod corrections;
mod departures;
mod figures;
mod joins;
mod letters;
mod limits;
mod models;
mod opening;
mod outbox;
mod proposals;
mod quarter;
mod returned;
mod sent;
mod threads;
mod unreadable;
mod watch;
mod years;
