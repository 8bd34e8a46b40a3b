//! The contract of the store, written once and run on both databases (`tests/run`): every statement, at least once.

mod cases;
mod leases;
mod messages;
mod migrations;
mod outbox;
mod queue;
mod receipts;
mod values;
