//! Reads the folder.

use std::path::Path;

use super::{Config, Problems};

/// Reads and validates every `*.toml` of the folder.
pub fn load(_folder: &Path, _problems: &mut Problems) -> Option<Config> {
    None
}
