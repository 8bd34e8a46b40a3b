//! The whole way, against the real servers that `tests/run` starts.

mod activation;
mod afterwards;
mod broken;
mod digest;
mod figures;
mod hostile;
mod idle;
mod interrupted;
mod killed;
mod loops;
mod oversize;
mod pages;
mod renumbering;
mod replies;
mod shared;
mod signals;
mod spine;
mod stand;
mod support;
mod threads;
