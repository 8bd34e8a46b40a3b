//! A Maildir: one file a message, under `new/` and `cur/`.
//!
//! A message is known by its key, the file name without the flags that follow the colon: the mail server and the agents'
//! mail clients rename files at any time, the key stays. Functions block; call them from a thread that may.
//!
//! Nothing but regular files is read, and no link is followed out of the Maildir. Nothing that came is ever deleted or
//! altered; what we laid into a subfolder ourselves may be taken out again.

use std::{
    collections::BTreeMap,
    ffi::OsStr,
    fs::{self, File},
    io::{self, BufRead, BufReader, Read},
    path::{Path, PathBuf},
};

use jiff::Timestamp;

/// A message that is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The file name without its flags: stays the same as long as the message exists.
    pub key: String,
    /// Where it was seen.
    pub path: PathBuf,
    /// Its size in octets.
    pub size: u64,
    /// When it was delivered: the modification time of the file.
    pub received: Timestamp,
}

/// Why a Maildir, or a message of it, cannot be read or moved.
#[derive(Debug, thiserror::Error)]
pub enum MaildirError {
    /// There is no Maildir there.
    #[error(
        "{0} n'est pas un Maildir : il y manque les dossiers `new` et `cur` ; vérifiez `maildir`, `sent` et `drafts`"
    )]
    NotAMaildir(PathBuf),
    /// `new` or `cur` leads elsewhere.
    #[error("{0} mène hors du Maildir : il n'est pas lu")]
    LeadsElsewhere(PathBuf),
    /// The message is gone: somebody moved or deleted it.
    #[error("le message n'est plus dans le Maildir")]
    Gone,
    /// The folder to move to has no usable name.
    #[error("« {0} » ne peut pas être le nom d'un dossier de Maildir")]
    BadFolder(String),
    /// The file system refuses.
    #[error("le Maildir ne peut pas être {action} ({cause}) : vérifiez les droits et le disque")]
    System {
        /// « lu », « modifié ».
        action: &'static str,
        /// What the system says.
        cause: io::ErrorKind,
    },
}

/// The messages of the Maildir at `root`, the first delivered first.
pub fn list(root: &Path) -> Result<Vec<Entry>, MaildirError> {
    let mut found = BTreeMap::new();
    // A message goes from new to cur, never back: in this order none slips through between the two.
    for name in SUBFOLDERS {
        let folder = root.join(name);
        within(root, &folder)?;
        for file in fs::read_dir(&folder).map_err(unreadable)? {
            if let Some(entry) = entry(&file.map_err(unreadable)?) {
                found.insert(entry.key.clone(), entry);
            }
        }
    }
    let mut entries: Vec<Entry> = found.into_values().collect();
    entries.sort_by(|a, b| (a.received, &a.key).cmp(&(b.received, &b.key)));
    Ok(entries)
}

/// The octets of a message, `limit` at most: the size of the entry tells whether that is all of it.
pub fn read(entry: &Entry, limit: u64) -> Result<Vec<u8>, MaildirError> {
    let mut bytes = Vec::new();
    open(entry)?.take(limit).read_to_end(&mut bytes).map_err(unreadable)?;
    Ok(bytes)
}

/// The head of a message that is too large to read, with the empty line that ends it, `limit` octets at most.
pub fn headers(entry: &Entry, limit: u64) -> Result<Vec<u8>, MaildirError> {
    let mut file = BufReader::new(open(entry)?.take(limit));
    let mut head = Vec::new();
    loop {
        let start = head.len();
        let read = file.read_until(b'\n', &mut head).map_err(unreadable)?;
        if read == 0 || matches!(&head[start..], b"\n" | b"\r\n") {
            return Ok(head);
        }
    }
}

/// Moves a message to the Maildir++ subfolder `folder` (`Traités/2026` is `.Trait&AOk-s.2026`), which is created when it
/// is missing. Read or unread, it stays so.
pub fn set_aside(root: &Path, entry: &Entry, folder: &str) -> Result<(), MaildirError> {
    let target = self::folder(root, folder)?;
    make(root, &target)?;

    let source = locate(entry)?;
    let (Some(kind), Some(name)) = (source.parent().and_then(Path::file_name), source.file_name()) else {
        return Err(MaildirError::Gone);
    };
    let place = target.join(kind).join(name);
    match fs::rename(&source, place) {
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => Err(MaildirError::Gone),
        other => other.map_err(unwritable),
    }
}

/// Where the Maildir++ subfolder `folder` of a Maildir is, or would be.
pub fn folder(root: &Path, folder: &str) -> Result<PathBuf, MaildirError> {
    Ok(root.join(subfolder(folder)?))
}

/// Makes a subfolder of a Maildir, where it is missing.
fn make(root: &Path, target: &Path) -> Result<(), MaildirError> {
    fs::create_dir_all(target).map_err(unwritable)?;
    within(root, target)?;
    for part in ["tmp", "new", "cur"] {
        fs::create_dir_all(target.join(part)).map_err(unwritable)?;
    }
    File::options().create(true).append(true).open(target.join("maildirfolder")).map_err(unwritable)?;
    Ok(())
}

/// Lays a message into a subfolder under this name, with these flags, unless one of the name is there. Whether it was laid.
/// The subfolder must be there.
pub fn lay(folder: &Path, name: &str, flags: &str, bytes: &[u8]) -> Result<bool, MaildirError> {
    if !folder.join("cur").is_dir() {
        return Err(MaildirError::NotAMaildir(folder.to_owned()));
    }
    if find(folder, name)?.is_some() {
        return Ok(false);
    }
    let half = folder.join("tmp").join(name);
    fs::write(&half, bytes).map_err(unwritable)?;
    fs::rename(&half, folder.join("cur").join(format!("{name}:2,{flags}"))).map_err(unwritable)?;
    Ok(true)
}

/// What became of a message that was to be taken out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TakenOut {
    /// It is gone now.
    Taken,
    /// It was gone.
    Gone,
    /// It is not what was laid there, and stays.
    Changed,
}

/// Takes the message of this name out of a folder, if it is what was laid there.
pub fn take_out(folder: &Path, name: &str, same: impl Fn(&[u8]) -> bool) -> Result<TakenOut, MaildirError> {
    let Some(path) = find(folder, name)? else { return Ok(TakenOut::Gone) };
    let bytes = fs::read(&path).map_err(unreadable)?;
    if !same(&bytes) {
        return Ok(TakenOut::Changed);
    }
    match fs::remove_file(&path) {
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => Ok(TakenOut::Gone),
        other => other.map(|()| TakenOut::Taken).map_err(unwritable),
    }
}

/// Where a message of this name is, whatever its flags.
fn find(folder: &Path, name: &str) -> Result<Option<PathBuf>, MaildirError> {
    for part in SUBFOLDERS {
        let entries = match fs::read_dir(folder.join(part)) {
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => continue,
            other => other.map_err(unreadable)?,
        };
        for entry in entries {
            let entry = entry.map_err(unreadable)?;
            if key(&entry.file_name()) == name {
                return Ok(Some(entry.path()));
            }
        }
    }
    Ok(None)
}

const SUBFOLDERS: [&str; 2] = ["new", "cur"];

fn entry(file: &fs::DirEntry) -> Option<Entry> {
    let name = file.file_name();
    if name.as_encoded_bytes().starts_with(b".") {
        return None;
    }
    // Not the target of a link. A file that vanished since is no message either.
    let about = fs::symlink_metadata(file.path()).ok().filter(fs::Metadata::is_file)?;
    // A time that nobody can mean is no reason to pass a message over; whoever keeps it brings it back to the present.
    let received = about.modified().ok().and_then(|at| Timestamp::try_from(at).ok()).unwrap_or(Timestamp::MAX);
    Some(Entry { key: key(&name), path: file.path(), size: about.len(), received })
}

/// The name without its flags. An octet that is not UTF-8 becomes `/` and its number, which no other name can hold.
fn key(name: &OsStr) -> String {
    let octets = name.as_encoded_bytes().split(|octet| *octet == b':').next().unwrap_or_default();
    let mut key = String::with_capacity(octets.len());
    for chunk in octets.utf8_chunks() {
        key.push_str(chunk.valid());
        key.extend(chunk.invalid().iter().map(|octet| format!("/{octet:02X}")));
    }
    key
}

fn open(entry: &Entry) -> Result<File, MaildirError> {
    let path = locate(entry)?;
    File::open(path).map_err(|cause| match cause.kind() {
        io::ErrorKind::NotFound => MaildirError::Gone,
        _ => unreadable(cause),
    })
}

/// Where the message is now: where it was seen or, renamed meanwhile, where its key is found.
fn locate(entry: &Entry) -> Result<PathBuf, MaildirError> {
    let is_file = |path: &Path| fs::symlink_metadata(path).is_ok_and(|about| about.is_file());
    if is_file(&entry.path) {
        return Ok(entry.path.clone());
    }
    let root = entry.path.parent().and_then(Path::parent).ok_or(MaildirError::Gone)?;
    for name in SUBFOLDERS {
        for file in fs::read_dir(root.join(name)).map_err(unreadable)? {
            let file = file.map_err(unreadable)?;
            if key(&file.file_name()) == entry.key && is_file(&file.path()) {
                return Ok(file.path());
            }
        }
    }
    Err(MaildirError::Gone)
}

/// The Maildir++ name of a subfolder: levels parted by dots, in the modified UTF-7 that mail servers expect.
fn subfolder(folder: &str) -> Result<String, MaildirError> {
    let unusable = |level: &str| level.is_empty() || level.contains('.') || level.contains('\0');
    if folder.split('/').any(unusable) {
        return Err(MaildirError::BadFolder(folder.to_owned()));
    }
    Ok(format!(".{}", super::imap::wire_name(&folder.replace('/', "."))))
}

fn within(root: &Path, folder: &Path) -> Result<(), MaildirError> {
    let absent = |_| MaildirError::NotAMaildir(root.to_owned());
    let (home, real) = (root.canonicalize().map_err(absent)?, folder.canonicalize().map_err(absent)?);
    if real.starts_with(home) { Ok(()) } else { Err(MaildirError::LeadsElsewhere(folder.to_owned())) }
}

fn unreadable(cause: io::Error) -> MaildirError {
    MaildirError::System { action: "lu", cause: cause.kind() }
}

fn unwritable(cause: io::Error) -> MaildirError {
    MaildirError::System { action: "modifié", cause: cause.kind() }
}

#[cfg(test)]
mod tests {
    use std::os::unix::{ffi::OsStrExt, fs::symlink};

    use tempfile::TempDir;

    use super::*;

    fn maildir() -> TempDir {
        let home = tempfile::tempdir().unwrap();
        for name in ["tmp", "new", "cur"] {
            fs::create_dir(home.path().join(name)).unwrap();
        }
        home
    }

    fn deliver(home: &TempDir, path: &str, text: &str, at: &str) {
        let at: Timestamp = at.parse().unwrap();
        let path = home.path().join(path);
        fs::write(&path, text).unwrap();
        File::options().append(true).open(path).unwrap().set_modified(at.into()).unwrap();
    }

    fn keys(entries: &[Entry]) -> Vec<&str> {
        entries.iter().map(|entry| entry.key.as_str()).collect()
    }

    #[test]
    fn messages_are_listed_in_the_order_of_delivery() {
        let home = maildir();
        deliver(&home, "cur/2.M1.mx,S=3:2,S", "two", "2026-03-02T08:00:00Z");
        deliver(&home, "new/1.M1.mx", "first", "2026-03-01T08:00:00Z");
        let entries = list(home.path()).unwrap();
        assert_eq!(keys(&entries), ["1.M1.mx", "2.M1.mx,S=3"]);
        assert_eq!((entries[0].size, entries[0].received), (5, "2026-03-01T08:00:00Z".parse().unwrap()));
        assert_eq!(read(&entries[0], 1000).unwrap(), b"first");
        assert_eq!(read(&entries[0], 2).unwrap(), b"fi");
    }

    #[test]
    fn what_is_no_message_is_passed_over() {
        let home = maildir();
        let elsewhere = tempfile::NamedTempFile::new().unwrap();
        deliver(&home, "tmp/half", "half", "2026-03-01T08:00:00Z");
        deliver(&home, "new/.hidden", "x", "2026-03-01T08:00:00Z");
        fs::create_dir(home.path().join("cur/folder")).unwrap();
        symlink(elsewhere.path(), home.path().join("new/link")).unwrap();
        assert_eq!(list(home.path()).unwrap(), []);
    }

    #[test]
    fn a_name_that_is_no_text_is_a_message_like_another() {
        let home = maildir();
        for octets in [&b"1.\xe9:2,S"[..], b"1.\xe8:2,S", b"1.\xff"] {
            fs::write(home.path().join("new").join(OsStr::from_bytes(octets)), octets).unwrap();
        }
        let entries = list(home.path()).unwrap();
        let mut keys = keys(&entries);
        keys.sort_unstable();
        assert_eq!(keys, ["1./E8", "1./E9", "1./FF"]);
        for entry in &entries {
            let name = entry.path.file_name().unwrap();
            assert_eq!(read(entry, 1000).unwrap(), name.as_bytes());
            fs::rename(&entry.path, home.path().join("cur").join(name)).unwrap();
            assert_eq!(read(entry, 1000).unwrap(), name.as_bytes(), "found again");
        }
    }

    #[test]
    fn a_time_that_nobody_can_mean_does_not_hide_a_message() {
        let home = maildir();
        deliver(&home, "new/1", "first", "2026-03-01T08:00:00Z");
        let far = std::time::UNIX_EPOCH + std::time::Duration::from_secs(1 << 39);
        File::options().append(true).open(home.path().join("new/1")).unwrap().set_modified(far).unwrap();
        assert_eq!(keys(&list(home.path()).unwrap()), ["1"]);
    }

    #[test]
    fn a_folder_that_leads_out_is_not_read() {
        let (home, elsewhere) = (maildir(), maildir());
        fs::remove_dir(home.path().join("cur")).unwrap();
        symlink(elsewhere.path().join("cur"), home.path().join("cur")).unwrap();
        assert!(matches!(list(home.path()), Err(MaildirError::LeadsElsewhere(_))));
        let error = list(&elsewhere.path().join("tmp")).unwrap_err();
        assert!(error.to_string().contains("n'est pas un Maildir"), "{error}");
    }

    #[test]
    fn a_message_is_found_again_under_its_new_name() {
        let home = maildir();
        deliver(&home, "new/1.M1.mx", "first", "2026-03-01T08:00:00Z");
        let entry = list(home.path()).unwrap().remove(0);
        fs::rename(home.path().join("new/1.M1.mx"), home.path().join("cur/1.M1.mx:2,S")).unwrap();
        assert_eq!(read(&entry, 1000).unwrap(), b"first");
        fs::remove_file(home.path().join("cur/1.M1.mx:2,S")).unwrap();
        assert!(matches!(read(&entry, 1000), Err(MaildirError::Gone)));
    }

    #[test]
    fn the_head_ends_with_its_empty_line() {
        let home = maildir();
        deliver(&home, "new/1", "A: b\r\nC: d\r\n\r\nbody\r\n\r\n", "2026-03-01T08:00:00Z");
        deliver(&home, "new/2", "A: b\nno body", "2026-03-01T09:00:00Z");
        let entries = list(home.path()).unwrap();
        assert_eq!(headers(&entries[0], 1000).unwrap(), b"A: b\r\nC: d\r\n\r\n");
        assert_eq!(headers(&entries[0], 3).unwrap(), b"A: ");
        assert_eq!(headers(&entries[1], 1000).unwrap(), b"A: b\nno body");
    }

    #[test]
    fn a_message_set_aside_is_in_a_folder_that_mail_servers_know() {
        let home = maildir();
        deliver(&home, "cur/1.M1.mx:2,S", "first", "2026-03-01T08:00:00Z");
        let entry = list(home.path()).unwrap().remove(0);
        set_aside(home.path(), &entry, "Traités/2026").unwrap();
        let folder = home.path().join(".Trait&AOk-s.2026");
        assert_eq!(fs::read(folder.join("cur/1.M1.mx:2,S")).unwrap(), b"first");
        assert!(folder.join("maildirfolder").exists() && folder.join("tmp").exists());
        assert_eq!(list(home.path()).unwrap(), []);
        assert!(matches!(set_aside(home.path(), &entry, "Traités/2026"), Err(MaildirError::Gone)));
        for bad in ["", "a//b", "..", "../x", "a.b"] {
            assert!(matches!(set_aside(home.path(), &entry, bad), Err(MaildirError::BadFolder(_))), "{bad}");
        }
    }
}
