//! Bringing a journal back from a copy.
//!
//! The copy is never opened in its place: its bytes go into a private file beside the journal, are
//! read through there, brought to this schema, and only then taken over. What the journal held
//! before is kept as a backup.

use std::fs;
use std::path::{Path, PathBuf};

use super::backup::{Shelf, Why};
use super::keys::{KeyError, KeyRing, parse_line};
use super::{Vault, VaultError, seal};
use crate::platform::files::{self, Watch};
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
    /// The same journal, in whatever state, and its key.
    Journal {
        journal: Box<Journal>,
        own: Option<RawKey>,
    },
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
        if !fs::metadata(file).is_ok_and(|meta| meta.is_file()) {
            return Err(VaultError::NoCopy { path: file.to_owned() });
        }
        if seal::is_sealed(file) && !matches!(by, OpensBy::Identity(_)) {
            return Err(VaultError::Sealed { path: file.to_owned() });
        }
        store::header(file).map_err(of_copy)?;
        if fs::metadata(files::rollback_of(file)).is_ok_and(|meta| meta.len() > 0) {
            return Err(VaultError::InUse { path: file.to_owned() });
        }
        if path.is_symlink() && !path.exists() {
            return Err(VaultError::Dangling { path: path.to_owned() });
        }
        let dir = path.parent().filter(|dir| !dir.as_os_str().is_empty());
        let failed =
            |error| VaultError::Backup { path: dir.unwrap_or(Path::new(".")).to_owned(), error };
        if let Some(dir) = dir {
            files::private_dir(dir).map_err(failed)?;
        }
        let staged = Staged(files::beside(path));
        let unsealed = match by {
            OpensBy::Identity(identity) => Some(seal::open(file, identity, &staged.0)?),
            _ => None,
        };
        if unsealed.is_none() {
            files::copy_private(file, &staged.0).map_err(failed)?;
        }
        let header = store::header(&staged.0).map_err(of_copy)?;
        let key = match (header, by, unsealed) {
            (Header::Plain, ..) => None,
            (Header::Sealed(salt), _, Some(Some(key))) => Some(self.found(salt, key)?),
            (Header::Sealed(salt), OpensBy::Line(line), _) => {
                let key = parse_line(line)?;
                if !Journal::opens(&staged.0, &key)? {
                    return Err(KeyError::Wrong.into());
                }
                Some(self.found(salt, key)?)
            }
            (Header::Sealed(salt), ..) => Some(self.at_hand(&staged.0, salt, file)?),
        };
        let raw = key.as_ref().map(|found| &found.key);
        let contents = store::verify(&staged.0, raw).map_err(of_copy)?;
        // The copy itself is the one to keep; this file is thrown away or becomes the journal.
        let copy = Journal::open(&staged.0, raw, clock, false, |_| Ok::<(), VaultError>(()))?;
        let target = self.target(path, header, raw, &contents, clock)?;
        let (mut standing, mut since) = (None, None);
        if let Target::Journal { journal, .. } = &target {
            let now = journal.source().contents()?;
            if journal.descends_from(&contents)? {
                since = Some((now.steps - contents.steps, journal.since(&contents, NEWEST)?));
            }
            standing = Some(now);
        }
        Ok(Plan { staged, copy, key, target, contents, standing, since })
    }

    /// A key that was proved, and whether it must still be written into its file. Another key in
    /// that file is never overwritten, and with it the journal could not be opened.
    fn found(&self, salt: Salt, key: RawKey) -> Result<Found, VaultError> {
        let path = self.ring.path(salt);
        let missing = !path.exists();
        if !missing && !KeyRing::read(&path).is_ok_and(|there| there == key) {
            return Err(KeyError::Exists { path }.into());
        }
        Ok(Found { key, salt, missing })
    }

    /// The key in the key directory that opens a copy.
    fn at_hand(&self, staged: &Path, salt: Salt, file: &Path) -> Result<Found, VaultError> {
        let Some((key, from)) = self.ring.key_of(staged, salt)? else {
            return Err(self.ring.lacks(file).into());
        };
        if self.ring.named.is_some() || from == self.ring.path(salt) {
            return Ok(Found { key, salt, missing: false });
        }
        self.found(salt, key)
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
        // Taken over, the journal keeps the key that it has.
        let stays = matches!(target, Target::Journal { .. });
        let written = match &key {
            Some(Found { key, salt, missing: true }) if !stays || self.needs(path, *salt) => {
                Some(self.ring.keep(*salt, key)?)
            }
            _ => None,
        };
        let kept = match target {
            Target::Nothing => {
                self.clear_rollback(path, clock)?;
                copy.mark("restore", said(None))?;
                settle_whole(copy, &staged.0, path, key.as_ref().map(|found| &found.key))?;
                None
            }
            Target::Unusable => {
                let kept = self.put_aside(path, clock)?;
                self.clear_rollback(path, clock)?;
                copy.mark("restore", said(Some(&kept)))?;
                settle_whole(copy, &staged.0, path, key.as_ref().map(|found| &found.key))?;
                Some(kept)
            }
            Target::Journal { journal, own } => {
                let own = own.as_ref().or(key.as_ref().map(|found| &found.key));
                Some(self.take_over(*journal, copy, path, own, clock, said)?)
            }
        };
        Ok(Restored { kept, key: written })
    }

    /// Whether the journal at `path` has this salt, so that its key goes into the file of it.
    fn needs(&self, path: &Path, salt: Salt) -> bool {
        matches!(store::header(path), Ok(Header::Sealed(there)) if there == salt)
    }

    /// What is at `path`; only a state of the same journal, or a file in which nothing is, may be
    /// replaced.
    fn target(
        &self,
        path: &Path,
        header: Header,
        key: Option<&RawKey>,
        contents: &Contents,
        clock: Clock,
    ) -> Result<Target, VaultError> {
        let other = || VaultError::OtherJournal { path: path.to_owned() };
        let standing = match store::header(path) {
            Err(StoreError::Missing { .. }) => return Ok(Target::Nothing),
            Err(StoreError::Cut { .. }) => return Ok(Target::Unusable),
            standing => standing?,
        };
        // Its own key, whichever was named for the copy.
        let own = match standing {
            Header::Plain => None,
            Header::Sealed(salt) => {
                let ring = KeyRing { named: None, ..self.ring.clone() };
                match ring.key_of(path, salt)? {
                    Some((own, _)) => Some(own),
                    None => Some(key.filter(|_| standing == header).ok_or_else(other)?.clone()),
                }
            }
        };
        let looked = store::verify(path, own.as_ref())
            .and_then(|now| Ok((now, Journal::as_it_is(path, own.as_ref(), clock)?)));
        match looked {
            Ok((now, _)) if now.steps == 0 && standing != header => Ok(Target::Unusable),
            Ok((now, journal))
                if now.is_of_one_journal_with(contents)
                    || (standing == header && header != Header::Plain)
                    || now.steps == 0 =>
            {
                Ok(Target::Journal { journal: Box::new(journal), own })
            }
            Ok(_) => Err(other()),
            Err(StoreError::NotAJournal { .. } | StoreError::Damaged { .. })
                if standing == header && header != Header::Plain =>
            {
                Ok(Target::Unusable)
            }
            Err(StoreError::NotAJournal { .. } | StoreError::Damaged { .. }) => Err(other()),
            Err(error) => Err(error.into()),
        }
    }

    /// Takes the copy over into the journal, whose state before is kept. What others write
    /// meanwhile is in that state, or it is written afterwards.
    fn take_over(
        &self,
        mut journal: Journal,
        mut copy: Journal,
        path: &Path,
        own: Option<&RawKey>,
        clock: Clock,
        said: impl FnOnce(Option<&Path>) -> String,
    ) -> Result<PathBuf, VaultError> {
        let shelf = Shelf::of(&self.backups, path, clock.now.zone())?;
        let failed = |error| VaultError::File { path: path.to_owned(), error };
        let watch = Watch::open(path).map_err(failed)?;
        let mut said = Some(said);
        let mut result = Err(StoreError::Busy.into());
        for _ in 0..ATTEMPTS {
            let before = watch.first_page().map_err(failed)?;
            let kept = shelf.make(&journal.source(), own, clock.now, Why::BeforeRestore)?.path;
            if let Some(said) = said.take() {
                copy.mark("restore", said(Some(&kept)))?;
            }
            let stands = || watch.first_page().is_ok_and(|now| now == before);
            match journal.take_over(&copy, stands) {
                Ok(true) => {
                    result = Ok(kept);
                    break;
                }
                // Somebody wrote: what was kept lacks it.
                Ok(false) => drop(shelf.discard(&kept)),
                Err(error) => {
                    drop(shelf.discard(&kept));
                    result = Err(error.into());
                    break;
                }
            }
        }
        drop(journal);
        drop(watch);
        result
    }

    /// Puts a file that cannot be opened among the copies, as it is.
    fn put_aside(&self, path: &Path, clock: Clock) -> Result<PathBuf, VaultError> {
        let shelf = match Shelf::of(&self.backups, path, clock.now.zone()) {
            Ok(shelf) => shelf,
            Err(_) => Shelf::stray(&self.backups, clock.now.zone()),
        };
        shelf.put_aside(path, clock.now)
    }

    /// What an interrupted write left beside a journal that is replaced would be played into the
    /// one that comes: it is kept with the rest.
    fn clear_rollback(&self, path: &Path, clock: Clock) -> Result<(), VaultError> {
        let rollback = files::rollback_of(path);
        if !rollback.exists() {
            return Ok(());
        }
        let shelf = Shelf::stray(&self.backups, clock.now.zone());
        shelf.put_aside(&rollback, clock.now)?;
        fs::remove_file(&rollback)
            .map_err(|error| VaultError::File { path: rollback.clone(), error })
    }
}

/// How often a journal is copied again because somebody wrote into it meanwhile.
const ATTEMPTS: usize = 8;

/// Gives the copy the journal's name, and reads it through there.
fn settle_whole(
    copy: Journal,
    staged: &Path,
    path: &Path,
    key: Option<&RawKey>,
) -> Result<(), VaultError> {
    drop(copy);
    files::settle(staged, path)
        .map_err(|error| VaultError::File { path: path.to_owned(), error })?;
    store::verify(path, key)?;
    Ok(())
}
