//! What the pages need of the configuration folder: the prefecture's own look, and a model answer that was changed.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use tokio::sync::Notify;

use crate::web::{Shell, Theme};

/// The largest file of a theme.
const LARGEST: u64 = 1 << 20;

/// Reads `theme/` of the folder; what is not there, or too large, is as if the prefecture had none.
pub(super) fn theme(folder: &Path) -> Theme {
    let read = |name: &str| {
        let path = folder.join("theme").join(name);
        let about = fs::metadata(&path).ok()?;
        if !about.is_file() || about.len() > LARGEST {
            tracing::warn!(path = %path.display(), "this file of the theme is not read: no ordinary file, or larger than 1 MiB");
            return None;
        }
        fs::read(path).ok()
    };
    let logo = [("logo.svg", "image/svg+xml"), ("logo.png", "image/png")];
    let logo = logo.into_iter().find_map(|(name, kind)| Some((kind, read(name)?)));
    Theme { css: read("theme.css"), logo }
}

/// The configuration folder as the pages may change it.
pub(super) struct Folder {
    pub(super) path: PathBuf,
    /// Rung when it is to be read again.
    pub(super) changed: Arc<Notify>,
}

impl Shell for Folder {
    fn install_template(&self, path: &Path, content: &str) -> Result<(), String> {
        let file = self.path.join("templates").join(path);
        let told = |cause: std::io::Error| {
            format!(
                "{} ne peut pas être écrit ({cause}) : donnez à releve le droit d'écrire dans ce dossier, ou placez-y le fichier vous-même",
                file.display()
            )
        };
        // Compiled with everything else before it is written: what is wrong leaves the old file in force.
        let relative = Path::new("templates").join(path);
        super::policy::load_with(&self.path, Some((&relative, content))).map_err(|problems| {
            let listed = problems.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ; ");
            format!("ce texte a une faute, et rien n'est changé : {listed}")
        })?;
        let folder = file.parent().unwrap_or(&self.path);
        fs::create_dir_all(folder).map_err(told)?;
        let beside = folder.join(format!(".{}.new", file.file_name().unwrap_or_default().to_string_lossy()));
        fs::write(&beside, content).and_then(|()| fs::rename(&beside, &file)).map_err(told)?;
        self.changed.notify_one();
        Ok(())
    }
}
