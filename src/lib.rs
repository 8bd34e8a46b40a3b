//! `releve` reads the functional mailboxes of a prefecture, acknowledges every person and no machine, counts the
//! working days to the answer, and does not let go until the message is answered.
//!
//! The rooms, from the ground up; a room uses the floors under it and never looks upwards (see `ARCHITECTURE.md`):
//!
//! | floor | rooms |
//! |---|---|
//! | 5 | [`cli`], [`app`], [`lifecycle`], [`demo`] |
//! | 4 | [`intake`], [`outbox`], [`watch`], [`web`] |
//! | 3 | [`desk`], [`accounts`] |
//! | 2 | [`store`], [`net`] |
//! | 1 | [`triage`], [`replies`], [`notices`] |
//! | 0 | [`case`], [`mail`], [`calendar`], [`config`], [`clock`] |

pub mod accounts;
pub mod app;
pub mod calendar;
pub mod case;
pub mod cli;
pub mod clock;
pub mod config;
pub mod demo;
pub mod desk;
pub mod indicators;
pub mod intake;
pub mod lifecycle;
pub mod mail;
pub mod net;
pub mod notices;
pub mod outbox;
pub mod replies;
pub mod sheets;
pub mod store;
pub mod tracking;
pub mod triage;
pub mod watch;
pub mod web;
