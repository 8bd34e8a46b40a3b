//! Digests as they are read.
