//! Messages written to a folder, one `.eml` each: for the demonstration, and for trying a configuration out.
//!
//! The octets are those that a relay would have been given, unaltered; so the envelope is not kept. A message written
//! twice is one file: its name is made of its Message-ID.

use std::{
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
};

use sha2::{Digest, Sha256};
use tokio::task::spawn_blocking;

use crate::desk::Outcome;

/// A folder that messages are written to.
#[derive(Debug, Clone)]
pub struct Folder {
    path: PathBuf,
}

impl Folder {
    /// The folder at `path`; it is created with the first message.
    pub fn new(path: PathBuf) -> Self {
        Self { path }
    }

    /// Writes one message: whole or not at all.
    pub async fn send(&self, bytes: &[u8], message_id: &str) -> Outcome {
        let (folder, name, bytes) = (self.path.clone(), file_name(message_id), bytes.to_vec());
        let written = spawn_blocking(move || write(&folder, &name, &bytes).map(|()| name)).await;
        match written.map_err(io::Error::other).flatten() {
            Ok(name) => Outcome::Sent { answer: format!("écrit dans {name}") },
            Err(cause) => Outcome::Retry { why: self.trouble(&cause) },
        }
    }

    /// Whether messages can be written.
    pub async fn check(&self) -> Result<String, String> {
        let folder = self.path.clone();
        let tried = spawn_blocking(move || {
            fs::create_dir_all(&folder)?;
            draft(&folder, "essai").and_then(|(path, _)| fs::remove_file(path))
        });
        match tried.await.map_err(io::Error::other).flatten() {
            Ok(()) => Ok(format!("les messages sont écrits dans le dossier {} et ne partent pas", self.path.display())),
            Err(cause) => Err(self.trouble(&cause)),
        }
    }

    fn trouble(&self, cause: &io::Error) -> String {
        let why = match cause.kind() {
            io::ErrorKind::PermissionDenied => "les droits manquent".into(),
            io::ErrorKind::StorageFull => "le disque est plein".into(),
            other => format!("erreur du système de fichiers ({other})"),
        };
        format!("le dossier {} ne peut pas recevoir de message : {why}", self.path.display())
    }
}

fn write(folder: &Path, name: &str, bytes: &[u8]) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    let (path, mut file) = draft(folder, name)?;
    let whole = file.write_all(bytes).and_then(|()| file.sync_all());
    match whole.and_then(|()| fs::rename(&path, folder.join(name))) {
        // The name is only there for good once the folder is on the disk.
        Ok(()) => File::open(folder)?.sync_all(),
        Err(cause) => {
            let _ = fs::remove_file(path);
            Err(cause)
        }
    }
}

/// A file beside the messages that nobody takes for one of them; several daemons may write at the same time.
fn draft(folder: &Path, name: &str) -> io::Result<(PathBuf, File)> {
    let path = folder.join(format!(".{name}.{}", std::process::id()));
    Ok((path.clone(), File::create(path)?))
}

/// A name made of the Message-ID that is safe wherever it lands, and as distinct as the id.
fn file_name(message_id: &str) -> String {
    const LONGEST: usize = 120;
    let id = message_id.trim_start_matches('<').trim_end_matches('>');
    let safe = |c: char| c.is_ascii_alphanumeric() || matches!(c, '@' | '.' | '-' | '_' | '+' | '=');
    if !id.is_empty() && id.len() <= LONGEST && id.chars().all(safe) && !id.starts_with('.') {
        return format!("{id}.eml");
    }
    let readable: String = id.chars().map(|c| if safe(c) { c } else { '_' }).take(60).collect();
    let digest = Sha256::digest(id.as_bytes());
    let mark = crate::mail::hexadecimal(&digest[..8]);
    format!("{}-{mark}.eml", readable.trim_start_matches('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_safe_and_distinct() {
        assert_eq!(file_name("<a1.b-2@prefecture.example.fr>"), "a1.b-2@prefecture.example.fr.eml");
        for id in ["../../etc/passwd", "a/b", "a\\b", "", "..", ".x@y", "é@y", "a\0b", &"x".repeat(500)] {
            let name = file_name(id);
            assert!(!name.contains(['/', '\\', '\0']) && !name.starts_with('.') && name.len() < 130, "{name}");
        }
        assert_ne!(file_name("a/b"), file_name("a\\b"));
    }

    #[tokio::test]
    async fn a_message_written_twice_is_one_file_with_the_same_octets() {
        let home = tempfile::tempdir().unwrap();
        let folder = Folder::new(home.path().join("partis"));
        assert!(folder.check().await.unwrap().contains("partis"));
        let bytes = b"Subject: accus\xe9\r\n\r\n.\r\nFrom bytes\r\n";
        for _ in 0..2 {
            let outcome = folder.send(bytes, "<1@example.fr>").await;
            assert_eq!(outcome, Outcome::Sent { answer: "écrit dans 1@example.fr.eml".into() });
        }
        let files: Vec<_> = fs::read_dir(home.path().join("partis")).unwrap().map(|file| file.unwrap()).collect();
        assert_eq!(files.len(), 1);
        assert_eq!(fs::read(files[0].path()).unwrap(), bytes);
    }

    #[tokio::test]
    async fn a_folder_that_cannot_be_is_tried_again_later() {
        let home = tempfile::tempdir().unwrap();
        fs::write(home.path().join("file"), "").unwrap();
        let folder = Folder::new(home.path().join("file/partis"));
        assert!(matches!(folder.send(b"x", "<1@example.fr>").await, Outcome::Retry { .. }));
        assert!(folder.check().await.is_err());
    }
}
