//! Making, opening and recovering a journal with its key.

use std::fs;
use std::path::{Path, PathBuf};

use super::Vault;
use super::backup::{Shelf, Why};
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
    /// A copy cannot be made, or its directory cannot be used.
    Backup {
        path: PathBuf,
        error: std::io::Error,
    },
    /// A copy is damaged, or it is none.
    BadCopy {
        path: PathBuf,
        detail: String,
    },
    /// There is no file to take a copy from.
    NoCopy {
        path: PathBuf,
    },
    /// A copy was sealed for an age key, whose secret half is needed.
    Sealed {
        path: PathBuf,
    },
    /// A link to nothing is where a journal should be.
    Dangling {
        path: PathBuf,
    },
    /// A copy was taken while something was written into it.
    InUse {
        path: PathBuf,
    },
    /// The file holds no secret half of an age key.
    NoIdentity {
        path: PathBuf,
    },
    /// A draft cannot be written or taken away.
    Draft {
        path: PathBuf,
        error: std::io::Error,
    },
    /// The file holds no draft that the journal's key opens.
    BadDraft {
        path: PathBuf,
    },
    /// Another journal is where a copy shall go.
    OtherJournal {
        path: PathBuf,
    },
}

impl VaultError {
    /// What an error means that was met while a copy was read.
    pub(super) fn of_copy(path: &Path, error: StoreError) -> Self {
        let detail = match error {
            StoreError::Missing { path } => return Self::NoCopy { path },
            StoreError::Damaged { detail } => detail,
            StoreError::NotAJournal { .. } => {
                "it is damaged at its start, or it is no journal".to_owned()
            }
            StoreError::Cut { .. } => "it was cut off".to_owned(),
            other => return other.into(),
        };
        Self::BadCopy { path: path.to_owned(), detail }
    }
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

/// Makes a journal at `path`, with a new key unless it is to be plain; `begin` writes what it shall
/// hold from the start. Whatever was begun is taken back when it fails.
pub(crate) fn create(
    path: &Path,
    ring: &KeyRing,
    plain: bool,
    clock: Clock,
    begin: impl FnOnce(&mut Journal) -> Result<(), StoreError>,
) -> Result<Made, VaultError> {
    let file = |error: std::io::Error| match error.kind() {
        std::io::ErrorKind::AlreadyExists => VaultError::Exists { path: path.to_owned() },
        _ => VaultError::File { path: path.to_owned(), error },
    };
    if let Some(dir) = path.parent().filter(|dir| !dir.as_os_str().is_empty()) {
        files::private_dir(dir).map_err(file)?;
    }
    // What an interrupted write left beside a file that is gone would be played into this one.
    let rollback = files::rollback_of(path);
    if rollback.exists() {
        return Err(VaultError::Exists { path: rollback });
    }
    files::private_file(path).map_err(file)?;
    let made = fill(path, ring, plain, clock, begin);
    if made.is_err() {
        // The empty file is ours, made a moment ago.
        let _ = fs::remove_file(path);
    }
    made
}

/// A new key from the system's generator.
pub(super) fn fresh_key() -> Result<RawKey, VaultError> {
    let mut key = RawKey([0; 32]);
    getrandom::fill(&mut key.0).map_err(|_| VaultError::NoRandomness)?;
    Ok(key)
}

/// A new salt from the system's generator.
pub(super) fn fresh_salt() -> Result<Salt, VaultError> {
    let mut salt = Salt([0; 16]);
    getrandom::fill(&mut salt.0).map_err(|_| VaultError::NoRandomness)?;
    Ok(salt)
}

fn fill(
    path: &Path,
    ring: &KeyRing,
    plain: bool,
    clock: Clock,
    begin: impl FnOnce(&mut Journal) -> Result<(), StoreError>,
) -> Result<Made, VaultError> {
    let begun = |key| {
        let mut journal = Journal::create(path, key, clock)?;
        begin(&mut journal)?;
        Ok::<_, StoreError>(journal)
    };
    if plain {
        return Ok(Made { journal: begun(None)?, key: None });
    }
    let (key, salt) = (fresh_key()?, fresh_salt()?);
    // The key is on the disk before there is anything that only it can open.
    let kept = ring.keep(salt, &key)?;
    match begun(Some((&key, salt))) {
        Ok(journal) => Ok(Made { journal, key: Some((key, kept)) }),
        Err(error) => {
            let _ = fs::remove_file(&kept);
            Err(error.into())
        }
    }
}

impl Vault {
    /// Opens the journal at `path` with its key. One of an earlier schema is copied, and then
    /// brought to this one.
    pub(crate) fn open(
        &self,
        path: &Path,
        clock: Clock,
        rehearse: bool,
    ) -> Result<Opened, VaultError> {
        let key = match store::header(path)? {
            Header::Plain => None,
            Header::Sealed(salt) => Some(self.ring.key_needed(path, salt)?),
        };
        let raw = key.as_ref().map(|(key, _)| key);
        let journal = Journal::open(path, raw, clock, rehearse, |source| {
            let shelf = Shelf::of(&self.backups, path, clock.now.zone())?;
            shelf.make(source, raw, clock.now, Why::BeforeUpgrade).map(drop)
        });
        match journal {
            Err(VaultError::Store(StoreError::NotAJournal { .. })) if self.ring.named.is_some() => {
                Err(KeyError::Wrong.into())
            }
            other => Ok(Opened { journal: other?, key }),
        }
    }

    /// Where the copies of the journal at `path` lie.
    pub(crate) fn shelf(&self, path: &Path, clock: Clock) -> Result<Shelf, VaultError> {
        Shelf::of(&self.backups, path, clock.now.zone())
    }
}

/// Opens the journal at `path` for a glance, which can write nothing.
pub(crate) fn glance(path: &Path, ring: &KeyRing, clock: Clock) -> Result<Journal, VaultError> {
    let key = match store::header(path)? {
        Header::Plain => None,
        Header::Sealed(salt) => ring
            .key_by(salt, |key| Ok(Journal::glance(path, Some(key), clock).is_ok()))?
            .map(|(key, _)| key),
    };
    Ok(Journal::glance(path, key.as_ref(), clock)?)
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

/// Whether one file is a copy of the other: encrypted with one salt, or plain with one first step.
pub(crate) fn are_copies(one: &Path, other: &Path) -> bool {
    match (store::header(one), store::header(other)) {
        (Ok(Header::Sealed(one)), Ok(Header::Sealed(other))) => one == other,
        (Ok(Header::Plain), Ok(Header::Plain)) => {
            let first_step = |path| store::plain_lineage(path).ok().flatten();
            first_step(one).is_some_and(|step| first_step(other) == Some(step))
        }
        _ => false,
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
