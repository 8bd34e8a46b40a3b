//! The demonstration prefecture: its folder, its configuration and its mail. What it shows is real: the daemon that reads
//! these mailboxes is the one that a prefecture runs.

mod messages;

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::Context;
use jiff::Timestamp;

/// The configuration of the demonstration; its paths start from its folder.
const CONFIG: &str = include_str!("../demo/releve.toml");

/// Sets the demonstration up in `dir`, as of `now`, and returns its configuration folder. A demonstration that is there
/// already is left as it is.
pub fn set_up(dir: &Path, now: Timestamp) -> anyhow::Result<PathBuf> {
    let folder = dir.join("config");
    let done = folder.join("releve.toml");
    if done.is_file() {
        return Ok(folder);
    }
    let create =
        |path: &Path| fs::create_dir_all(path).with_context(|| format!("{} ne peut pas être créé", path.display()));
    create(&folder)?;
    create(&dir.join("envoyes"))?;
    messages::deliver(&dir.join("boites"), now)?;
    // As mail servers name them: « Envoyés », « Brouillons ».
    for folder in [".Envoy&AOk-s", ".Brouillons"] {
        for part in ["tmp", "new", "cur"] {
            create(&dir.join("boites/etrangers").join(folder).join(part))?;
        }
    }
    // Last, so that a set-up that was cut is made anew.
    fs::write(&done, CONFIG).with_context(|| format!("{} ne peut pas être écrit", done.display()))?;
    Ok(folder)
}
