//! Bringing a journal back from a copy.
//!
//! The copy is never opened in its place: its bytes go into a private file beside the journal, are
//! read through there, brought to this schema, and only then taken over. What the journal held
//! before is kept as a backup.

use std::fs;
use std::path::{Path, PathBuf};

use super::backup::{Shelf, Why, name_of};
use super::keys::{KeyError, parse_line};
use super::{Vault, VaultError, seal};
use crate::platform::files;
use crate::store::{self, Clock, Contents, Header, Journal, RawKey, Salt, StoreError};

/// By what a copy is opened.
#[derive(Clone, Copy)]
pub(crate) enum OpensBy<'a> {
    /// A key of the key directory, or the one that was named.
    KeyAtHand,
    /// A recovery line.
    Line(&'a str),
    /// The secret half of the age key it was sealed for, in this file.
    Identity(&'a Path),
}

/// A copy that was found sound, and what stands where it shall go.
pub(crate) struct Plan {
    staged: Staged,
    copy: Journal,
    key: Option<Found>,
    target: Target,
    /// What the copy holds.
    pub(crate) contents: Contents,
    /// What the journal holds now; absent where there is none that can be opened.
    pub(crate) standing: Option<Contents>,
    /// Where the copy is an earlier state of the journal: how many steps were written since, and the
    /// newest of them.
    pub(crate) since: Option<(i64, Vec<String>)>,
}

impl Plan {
    /// Whether there is something that the copy takes the place of.
    pub(crate) fn replaces(&self) -> bool {
        !matches!(self.target, Target::Nothing)
    }
}

/// How many of the steps that would be taken back are named.
const NEWEST: usize = 5;

/// The key of a copy.
struct Found {
    key: RawKey,
    salt: Salt,
    /// Whether its file must still be written.
    missing: bool,
}

/// What is where the copy shall go.
enum Target {
    Nothing,
    /// The same journal, in whatever state.
    Journal(Box<Journal>),
    /// A file that no key opens, or that is damaged, or another journal in which nothing is.
    Unusable,
}

/// A private file that goes when it is not needed any more.
struct Staged(PathBuf);

impl Drop for Staged {
    fn drop(&mut self) {
        // Where it was renamed it is no longer there; where not, it may lie there harmlessly.
        let _ = fs::remove_file(&self.0);
    }
}

/// What was done.
#[derive(Debug)]
pub(crate) struct Restored {
    /// Where the state before lies; absent where there was nothing.
    pub(crate) kept: Option<PathBuf>,
    /// The key file that was written, if one was.
    pub(crate) key: Option<PathBuf>,
}

impl Vault {
    /// Looks a copy through and at what it would replace. Nothing changes.
    ///
    /// # Errors
    /// [`VaultError::BadCopy`] for one that is damaged, and [`VaultError::OtherJournal`] where
    /// another journal is in the place.
    pub(crate) fn plan(
        &self,
        file: &Path,
        path: &Path,
        by: OpensBy<'_>,
        clock: Clock,
    ) -> Result<Plan, VaultError> {
        let of_copy = |error| VaultError::of_copy(file, error);
        store::header(file).map_err(of_copy)?;
        if is_hot(file) {
            return Err(VaultError::InUse { path: file.to_owned() });
        }
        let made = |error| VaultError::File { path: path.to_owned(), error };
        if let Some(dir) = path.parent().filter(|dir| !dir.as_os_str().is_empty()) {
            files::private_dir(dir).map_err(made)?;
        }
        let staged = Staged(files::beside(path));
        let unsealed = match by {
            OpensBy::Identity(identity) => Some(seal::open(file, identity, &staged.0)?),
            _ => None,
        };
        if unsealed.is_none() {
            files::copy_private(file, &staged.0).map_err(made)?;
        }
        let header = store::header(&staged.0).map_err(of_copy)?;
        let key = match (header, by, unsealed) {
            (Header::Plain, ..) => None,
            (Header::Sealed(salt), _, Some(Some(key))) => Some(self.found(salt, key)),
            (Header::Sealed(salt), OpensBy::Line(line), _) => {
                let key = parse_line(line)?;
                if !Journal::opens(&staged.0, &key)? {
                    return Err(KeyError::Wrong.into());
                }
                Some(self.found(salt, key))
            }
            (Header::Sealed(salt), ..) => Some(self.at_hand(&staged.0, salt, file)?),
        };
        let raw = key.as_ref().map(|found| &found.key);
        let contents = store::verify(&staged.0, raw).map_err(of_copy)?;
        // The copy itself is the one to keep; this file is thrown away or becomes the journal.
        let copy = Journal::open(&staged.0, raw, clock, false, |_| Ok::<(), VaultError>(()))?;
        let target = self.target(path, header, raw, clock)?;
        let (mut standing, mut since) = (None, None);
        if let Target::Journal(journal) = &target {
            let now = journal.source().contents()?;
            if journal.descends_from(&contents)? {
                since = Some((now.steps - contents.steps, journal.since(&contents, NEWEST)?));
            }
            standing = Some(now);
        }
        Ok(Plan { staged, copy, key, target, contents, standing, since })
    }

    /// A key that was proved, and whether it has its file.
    fn found(&self, salt: Salt, key: RawKey) -> Found {
        Found { key, salt, missing: !self.ring.path(salt).exists() }
    }

    /// The key in the key directory that opens a copy.
    fn at_hand(&self, staged: &Path, salt: Salt, file: &Path) -> Result<Found, VaultError> {
        let Some((key, from)) = self.ring.key_of(staged, salt)? else {
            let (journal, dir) = (file.to_owned(), self.ring.dir.clone());
            return Err(KeyError::None { journal, dir }.into());
        };
        let missing = from != self.ring.path(salt) && self.ring.named.is_none();
        Ok(Found { key, salt, missing })
    }

    /// Puts a copy in the journal's place, after what is there was kept. `said` is what the
    /// journal's history tells, given where the state before lies.
    pub(crate) fn carry_out(
        &self,
        plan: Plan,
        path: &Path,
        clock: Clock,
        said: impl FnOnce(Option<&Path>) -> String,
    ) -> Result<Restored, VaultError> {
        let Plan { staged, mut copy, key, target, .. } = plan;
        let written = match &key {
            Some(Found { key, salt, missing: true }) => Some(self.ring.keep(*salt, key)?),
            _ => None,
        };
        let raw = key.as_ref().map(|found| &found.key);
        let kept = match &target {
            Target::Nothing => None,
            Target::Journal(journal) => {
                let shelf = Shelf::of(&self.backups, path, clock.now.zone())?;
                let why = Why::BeforeRestore;
                Some(shelf.make(&journal.source(), raw, clock.now, why)?.path)
            }
            Target::Unusable => Some(self.put_aside(path, &staged.0)?),
        };
        copy.mark("restore", said(kept.as_deref()))?;
        match target {
            Target::Journal(mut journal) => journal.take_over(&copy)?,
            _ => {
                drop(copy);
                files::settle(&staged.0, path)
                    .map_err(|error| VaultError::File { path: path.to_owned(), error })?;
            }
        }
        Ok(Restored { kept, key: written })
    }

    /// What is at `path`; only the same journal may be replaced.
    fn target(
        &self,
        path: &Path,
        header: Header,
        key: Option<&RawKey>,
        clock: Clock,
    ) -> Result<Target, VaultError> {
        let standing = match store::header(path) {
            Err(StoreError::Missing { .. }) => return Ok(Target::Nothing),
            Err(StoreError::Cut { .. }) => return Ok(Target::Unusable),
            standing => standing?,
        };
        let other = || VaultError::OtherJournal { path: path.to_owned() };
        match (standing, header) {
            (Header::Plain, Header::Plain) => {}
            (Header::Sealed(there), Header::Sealed(salt)) => {
                // A file with another salt is another journal where a key at hand opens it.
                let own = match there == salt {
                    true => None,
                    false => self.ring.key_of(path, there).unwrap_or_default(),
                };
                if let Some((own, _)) = own
                    && key.is_some_and(|key| *key != own)
                {
                    return match self.open_with(path, Some(&own), clock) {
                        Ok(journal) if !journal.source().is_blank()? => Err(other()),
                        _ => Ok(Target::Unusable),
                    };
                }
            }
            _ => return Err(other()),
        }
        match self.open_with(path, key, clock) {
            Ok(journal) => Ok(Target::Journal(Box::new(journal))),
            Err(VaultError::Store(StoreError::NotAJournal { .. } | StoreError::Damaged { .. })) => {
                Ok(Target::Unusable)
            }
            Err(error) => Err(error),
        }
    }

    fn open_with(
        &self,
        path: &Path,
        key: Option<&RawKey>,
        clock: Clock,
    ) -> Result<Journal, VaultError> {
        store::verify(path, key)?;
        let shelf = Shelf::of(&self.backups, path, clock.now.zone())?;
        Journal::open(path, key, clock, false, |source| {
            shelf.make(source, key, clock.now, Why::BeforeUpgrade).map(drop)
        })
    }

    /// Puts a file that cannot be opened among the backups, as it is.
    fn put_aside(&self, path: &Path, staged: &Path) -> Result<PathBuf, VaultError> {
        let dir = self.backups.join(name_of(staged)?);
        let failed = |error| VaultError::Backup { path: dir.clone(), error };
        files::private_dir(&dir).map_err(failed)?;
        let mut again = 1;
        let aside = loop {
            let aside = dir.join(format!("unreadable-{again}.coach"));
            if !aside.exists() {
                break aside;
            }
            again += 1;
        };
        files::copy_private(path, &aside).map_err(failed)?;
        Ok(aside)
    }
}

/// Whether a copy was taken while something was written into it: its rollback journal is beside it.
fn is_hot(file: &Path) -> bool {
    let mut name = file.file_name().unwrap_or_default().to_owned();
    name.push("-journal");
    fs::metadata(file.with_file_name(name)).is_ok_and(|meta| meta.len() > 0)
}
