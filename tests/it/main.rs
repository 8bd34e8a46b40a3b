//! The whole way, against the real servers that `tests/run` starts.

mod activation;
mod afterwards;
mod idle;
mod oversize;
mod renumbering;
mod spine;
mod stand;
mod support;
mod threads;
