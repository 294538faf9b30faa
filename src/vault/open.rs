//! Making, opening and recovering a journal with its key.

use std::fs;
use std::path::{Path, PathBuf};

use super::keys::{KeyError, KeyRing, parse_line};
use crate::platform::files;
use crate::store::{self, Clock, Header, Journal, RawKey, Salt, StoreError};

/// Why a journal could not be made or opened.
#[derive(Debug)]
pub(crate) enum VaultError {
    Store(StoreError),
    Key(KeyError),
    /// There is a file where the journal should be made.
    Exists {
        path: PathBuf,
    },
    /// The journal's file or directory cannot be made.
    File {
        path: PathBuf,
        error: std::io::Error,
    },
    /// The system gave no random bytes.
    NoRandomness,
    /// The journal has no key, so there is nothing to recover or show.
    Plain,
}

impl From<StoreError> for VaultError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<KeyError> for VaultError {
    fn from(error: KeyError) -> Self {
        Self::Key(error)
    }
}

/// A journal that was made.
#[derive(Debug)]
pub(crate) struct Made {
    pub(crate) journal: Journal,
    /// The key and its file; absent for a plain journal.
    pub(crate) key: Option<(RawKey, PathBuf)>,
}

/// A journal that was opened.
#[derive(Debug)]
pub(crate) struct Opened {
    pub(crate) journal: Journal,
    /// The key and the file it came from; absent for a plain journal.
    pub(crate) key: Option<(RawKey, PathBuf)>,
}

/// Makes a journal at `path`, with a new key unless it is to be plain. Whatever was begun is taken
/// back when it fails.
pub(crate) fn create(
    path: &Path,
    ring: &KeyRing,
    plain: bool,
    clock: Clock,
) -> Result<Made, VaultError> {
    let file = |error: std::io::Error| match error.kind() {
        std::io::ErrorKind::AlreadyExists => VaultError::Exists { path: path.to_owned() },
        _ => VaultError::File { path: path.to_owned(), error },
    };
    if let Some(dir) = path.parent().filter(|dir| !dir.as_os_str().is_empty()) {
        files::private_dir(dir).map_err(file)?;
    }
    files::private_file(path).map_err(file)?;
    let made = fill(path, ring, plain, clock);
    if made.is_err() {
        // The empty file is ours, made a moment ago.
        let _ = fs::remove_file(path);
    }
    made
}

fn fill(path: &Path, ring: &KeyRing, plain: bool, clock: Clock) -> Result<Made, VaultError> {
    if plain {
        return Ok(Made { journal: Journal::create(path, None, clock)?, key: None });
    }
    let (mut key, mut salt) = (RawKey([0; 32]), Salt([0; 16]));
    getrandom::fill(&mut key.0).map_err(|_| VaultError::NoRandomness)?;
    getrandom::fill(&mut salt.0).map_err(|_| VaultError::NoRandomness)?;
    // The key is on the disk before there is anything that only it can open.
    let kept = ring.keep(salt, &key)?;
    match Journal::create(path, Some((&key, salt)), clock) {
        Ok(journal) => Ok(Made { journal, key: Some((key, kept)) }),
        Err(error) => {
            let _ = fs::remove_file(&kept);
            Err(error.into())
        }
    }
}

/// Opens the journal at `path` with the named key file, or with the key file of its salt, or with
/// any other key in the directory that fits.
pub(crate) fn open(
    path: &Path,
    ring: &KeyRing,
    clock: Clock,
    rehearse: bool,
) -> Result<Opened, VaultError> {
    let journal = |key: Option<&RawKey>| Journal::open(path, key, clock, rehearse);
    open_by(path, ring, journal, |key| Journal::opens(path, key))
}

/// Opens the journal at `path` for a glance, which can write nothing.
pub(crate) fn glance(path: &Path, ring: &KeyRing, clock: Clock) -> Result<Opened, VaultError> {
    let journal = |key: Option<&RawKey>| Journal::glance(path, key, clock);
    open_by(path, ring, journal, |key| Ok(Journal::glance(path, Some(key), clock).is_ok()))
}

fn open_by(
    path: &Path,
    ring: &KeyRing,
    journal: impl Fn(Option<&RawKey>) -> Result<Journal, StoreError>,
    opens: impl Fn(&RawKey) -> Result<bool, StoreError>,
) -> Result<Opened, VaultError> {
    let salt = match store::header(path)? {
        Header::Plain => return Ok(Opened { journal: journal(None)?, key: None }),
        Header::Sealed(salt) => salt,
    };
    let with = |key: RawKey, from: PathBuf| -> Result<Opened, VaultError> {
        let journal = journal(Some(&key))?;
        Ok(Opened { journal, key: Some((key, from)) })
    };
    if let Some(named) = &ring.named {
        return match with(KeyRing::read(named)?, named.clone()) {
            Err(VaultError::Store(StoreError::NotAJournal { .. })) => Err(KeyError::Wrong.into()),
            other => other,
        };
    }
    let own = ring.path(salt);
    if own.exists() {
        return with(KeyRing::read(&own)?, own);
    }
    for other in ring.others(salt) {
        if let Ok(key) = KeyRing::read(&other)
            && opens(&key)?
        {
            return with(key, other);
        }
    }
    Err(KeyError::None { journal: path.to_owned(), dir: ring.dir.clone() }.into())
}

/// The file where a journal's key is looked for first; nothing for a plain one.
pub(crate) fn key_path(path: &Path, ring: &KeyRing) -> Result<Option<PathBuf>, VaultError> {
    Ok(match store::header(path)? {
        Header::Plain => None,
        Header::Sealed(salt) => Some(ring.named.clone().unwrap_or_else(|| ring.path(salt))),
    })
}

/// Whether a file is a journal that a key of the directory belongs to, or a SQLite file of any kind.
pub(crate) fn is_journal(path: &Path, ring: &KeyRing) -> bool {
    match store::header(path) {
        Ok(Header::Plain) => true,
        Ok(Header::Sealed(salt)) => ring.path(salt).exists(),
        Err(_) => false,
    }
}

/// Puts the key of a recovery line back into its file, after it was proved to open the journal.
pub(crate) fn recover(path: &Path, ring: &KeyRing, line: &str) -> Result<PathBuf, VaultError> {
    let Header::Sealed(salt) = store::header(path)? else { return Err(VaultError::Plain) };
    let key = parse_line(line)?;
    if !Journal::opens(path, &key)? {
        return Err(KeyError::Wrong.into());
    }
    Ok(ring.keep(salt, &key)?)
}
