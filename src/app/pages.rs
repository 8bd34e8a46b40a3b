//! What the pages need of the configuration folder: the prefecture's own look, and a model answer that was changed.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
};

use tokio::sync::Notify;

use crate::{
    config::Problem,
    web::{Shell, Theme},
};

/// The largest file of a theme.
const LARGEST: u64 = 1 << 20;

/// Files of a theme.
const FILES: usize = 100;

/// What a theme may hold.
const KINDS: [(&str, &str); 5] = [
    ("css", "text/css; charset=utf-8"),
    ("woff2", "font/woff2"),
    ("svg", "image/svg+xml"),
    ("png", "image/png"),
    ("webp", "image/webp"),
];

/// Reads `theme/` of the folder. What cannot be read, is too large or of another kind is told and left out: the pages are
/// served without it.
pub(super) fn theme(folder: &Path) -> Theme {
    let mut theme = Theme::default();
    let Ok(entries) = fs::read_dir(folder.join("theme")) else { return theme };
    for path in entries.filter_map(|entry| Some(entry.ok()?.path())).take(FILES) {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
        let kind = KINDS.iter().find(|(known, _)| *known == extension).map(|(_, kind)| *kind);
        let fits = fs::metadata(&path).is_ok_and(|about| about.is_file() && about.len() <= LARGEST);
        match (kind, fs::read(&path)) {
            (Some(kind), Ok(bytes)) if fits => drop(theme.0.insert(name.to_owned(), (kind, bytes))),
            _ => tracing::warn!(
                name,
                "this file of the theme is left out: css, woff2, svg, png or webp of 1 MiB at most"
            ),
        }
    }
    theme
}

/// The configuration folder as the pages may change it.
pub(super) struct Folder {
    pub(super) path: PathBuf,
    /// Rung when it is to be read again.
    pub(super) changed: Arc<Notify>,
    /// Whose turn it is to write.
    pub(super) turn: Arc<Mutex<()>>,
}

impl Shell for Folder {
    fn install_template(&self, path: &Path, content: &str, instead_of: u32) -> Result<(), String> {
        // One after the other: of two changes to one version the second would undo the first.
        let _turn = self.turn.lock().map_err(|_| "une erreur nous empêche d'écrire ce fichier".to_owned())?;
        let file = self.path.join("templates").join(path);
        let told = |cause: std::io::Error| {
            format!(
                "{} ne peut pas être écrit ({cause}) : donnez à releve le droit d'écrire dans ce dossier, ou placez-y le fichier vous-même",
                file.display()
            )
        };
        let wrong = |problems: Vec<Problem>| {
            let listed = problems.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ; ");
            format!("rien n'est changé, car la configuration aurait une faute : {listed}")
        };
        // What the disk holds now, which the daemon may not have read yet.
        let today = super::policy::load_with(&self.path, None).map_err(wrong)?;
        let known = today.library.versions().find(|model| model.file().ends_with(path));
        if known.is_none_or(|model| model.version() != instead_of) {
            return Err(
                "la réponse type a changé depuis cette proposition : refusez-la, et proposez le changement de nouveau"
                    .into(),
            );
        }
        // Compiled with everything else before it is written: what is wrong leaves the old file in force.
        let relative = Path::new("templates").join(path);
        super::policy::load_with(&self.path, Some((&relative, content))).map_err(wrong)?;
        let folder = file.parent().unwrap_or(&self.path);
        fs::create_dir_all(folder).map_err(told)?;
        let beside = folder.join(format!(".{}.new", file.file_name().unwrap_or_default().to_string_lossy()));
        fs::write(&beside, content).and_then(|()| fs::rename(&beside, &file)).map_err(told)?;
        self.changed.notify_one();
        Ok(())
    }
}
