//! The whole way, against the real servers that `tests/run` starts.

mod stand;
mod support;
