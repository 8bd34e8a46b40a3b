//! The whole way, against the real servers that `tests/run` starts.

mod spine;
mod stand;
mod support;
