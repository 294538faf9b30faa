//! Backups: verified copies of a journal, where they lie, and how long they stay.
//!
//! A copy is written under another name, read through, and only then takes its own. What was found
//! of each is kept beside them in `index.json`, which holds counts and no words.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::open::{fresh_key, fresh_salt};
use super::rotation::{Kept, outworn};
use super::seal::{self, Recipient};
use super::{Vault, VaultError};
use crate::domain::time::{Day, Moment, Zone};
use crate::platform::files;
use crate::store::{self, Clock, Header, RawKey, Salt, Source, StoreError};

/// What a file of this kind ends with.
const END: &str = ".coach";
/// What the index is called.
const INDEX: &str = "index.json";

/// Why a copy was made.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Why {
    /// Day by day, or because somebody said so; old ones go.
    Usual,
    /// Before the journal was brought to a newer schema; it stays.
    BeforeUpgrade,
    /// Before another copy took its place; it stays.
    BeforeRestore,
    /// Before something in it was mended; it stays.
    BeforeFix,
    /// A file that could not be opened and that a copy took the place of; it stays.
    Unreadable,
}

impl Why {
    const ALL: [(Self, &'static str); 5] = [
        (Self::Usual, ""),
        (Self::BeforeUpgrade, "-before-upgrade"),
        (Self::BeforeRestore, "-before-restore"),
        (Self::BeforeFix, "-before-fix"),
        (Self::Unreadable, "-unreadable"),
    ];

    fn mark(self) -> &'static str {
        Self::ALL[self as usize].1
    }
}

/// A copy of a journal.
#[derive(Clone, Debug)]
pub(crate) struct Backup {
    pub(crate) path: PathBuf,
    pub(crate) made_at: Moment,
    /// How many records stand in it; absent where it was never looked through.
    pub(crate) records: Option<u64>,
    /// Whether it was sound when it was last read through.
    pub(crate) verified: bool,
    why: Why,
}

impl Vault {
    /// The copies of the journal at `path`, the newest first; those of every journal where there is
    /// none at `path`, or it can no longer be recognised.
    pub(crate) fn copies(&self, path: &Path, clock: Clock) -> Result<Vec<Backup>, VaultError> {
        match self.shelf(path, clock) {
            Ok(shelf) => Ok(shelf.list()),
            Err(VaultError::Store(StoreError::Missing { .. } | StoreError::Cut { .. })) => {
                let shelves = fs::read_dir(&self.backups).into_iter().flatten().flatten();
                let zone = clock.now.zone();
                let mut all: Vec<Backup> =
                    shelves.flat_map(|entry| Shelf { dir: entry.path(), zone }.list()).collect();
                all.sort_by_key(|each| std::cmp::Reverse(each.made_at));
                Ok(all)
            }
            Err(error) => Err(error),
        }
    }

    /// The file of a copy: as it was given, or of this name among the copies of the journal.
    pub(crate) fn copy_named(&self, given: &Path, journal: &Path, clock: Clock) -> PathBuf {
        let is_name = given.components().count() == 1 && given.symlink_metadata().is_err();
        let mut copies = self.copies(journal, clock).unwrap_or_default().into_iter();
        let named = |copy: &Backup| copy.path.file_name() == Some(given.as_os_str());
        match copies.find(named).filter(|_| is_name) {
            Some(copy) => copy.path,
            None => given.to_owned(),
        }
    }

    /// A copy that may lie anywhere.
    pub(crate) fn copy_at(&self, path: &Path, clock: Clock) -> Result<Backup, VaultError> {
        let meta = fs::metadata(path).map_err(|_| VaultError::NoCopy { path: path.to_owned() })?;
        let zone = clock.now.zone();
        let shelf = Shelf { dir: path.parent().unwrap_or(path).to_owned(), zone };
        let (made_at, why) = shelf.read_name(&file_name(path)).unwrap_or_else(|| {
            let at = meta.modified().map_or(clock.now, |at| Moment::new(at.into(), zone));
            (at, Why::Usual)
        });
        Ok(Backup { path: path.to_owned(), made_at, records: None, verified: false, why })
    }

    /// Reads a copy through with the key at hand, remembers what came of it, and tells how many
    /// records stand in it.
    pub(crate) fn verify(&self, copy: &Backup, clock: Clock) -> Result<u64, VaultError> {
        let path = &copy.path;
        let dir = path.parent().unwrap_or(path).to_owned();
        let shelf = Shelf { zone: clock.now.zone(), dir };
        if seal::is_sealed(path) {
            return Err(VaultError::Sealed { path: path.clone() });
        }
        let key = match store::header(path).map_err(|error| VaultError::of_copy(path, error)) {
            Ok(Header::Plain) => Ok(None),
            Ok(Header::Sealed(salt)) => match self.ring.key_of(path, salt)? {
                Some((key, _)) => Ok(Some(key)),
                None => Err(VaultError::BadCopy {
                    path: path.clone(),
                    detail: "no key here opens it, or it is damaged at its start".to_owned(),
                }),
            },
            Err(error) => Err(error),
        };
        let found = key.and_then(|key| shelf.look_through(path, key.as_ref()));
        if dir_is_shelf(&self.backups, &shelf.dir) {
            let records = found.as_ref().ok().copied().or(copy.records);
            let entry = records.map(|records| Entry { records, verified: found.is_ok() });
            shelf.note(path, entry)?;
        }
        found
    }
}

/// Whether a directory is one of the shelves under `root`.
fn dir_is_shelf(root: &Path, dir: &Path) -> bool {
    let parent = dir.canonicalize().ok();
    root.canonicalize().is_ok_and(|root| parent.is_some_and(|dir| dir.parent() == Some(&root)))
}

/// Where the copies of one journal lie.
#[derive(Clone, Debug)]
pub(crate) struct Shelf {
    dir: PathBuf,
    zone: Zone,
}

/// A file that goes again unless it got its own name.
struct Passing(PathBuf);

impl Drop for Passing {
    fn drop(&mut self) {
        // Where it was renamed there is nothing to remove.
        let _ = fs::remove_file(&self.0);
    }
}

/// What the index knows of one copy.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Entry {
    records: u64,
    verified: bool,
}

type Index = BTreeMap<String, Entry>;

/// Under which name the copies of a journal lie: the beginning of its salt; for a plain one, which has
/// none, a name made from its first step, so that it may move.
pub(super) fn name_of(path: &Path) -> Result<String, VaultError> {
    Ok(match store::header(path)? {
        Header::Sealed(salt) => name_by(salt),
        Header::Plain => match store::plain_lineage(path).ok().flatten() {
            Some(first_step) => plain_name(first_step.as_bytes()),
            None => name_by_place(path)?,
        },
    })
}

/// Under which name the drafts of a journal lie: it is told without the journal, which is busy when
/// one is made. For a plain one it is made from where it lies.
pub(super) fn name_by_place(path: &Path) -> Result<String, VaultError> {
    Ok(match store::header(path)? {
        Header::Sealed(salt) => name_by(salt),
        Header::Plain => {
            let whole = path.canonicalize().unwrap_or_else(|_| path.to_owned());
            plain_name(whole.as_os_str().as_encoded_bytes())
        }
    })
}

fn name_by(Salt(salt): Salt) -> String {
    salt.iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

fn plain_name(of: &[u8]) -> String {
    let id = Uuid::new_v5(&Uuid::NAMESPACE_URL, of).simple().to_string();
    format!("plain-{}", &id[..16])
}

impl Shelf {
    /// The shelf of the journal at `path`; it need not be there yet. Days are read in `zone`.
    pub(super) fn of(root: &Path, path: &Path, zone: Zone) -> Result<Self, VaultError> {
        Ok(Self { dir: root.join(name_of(path)?), zone })
    }

    /// Where a file goes of which it is not known what journal it was.
    pub(super) fn stray(root: &Path, zone: Zone) -> Self {
        Self { dir: root.join("unknown"), zone }
    }

    /// Puts a file that cannot be opened on the shelf, as it is.
    pub(super) fn put_aside(&self, file: &Path, now: Moment) -> Result<PathBuf, VaultError> {
        let (path, fresh) = self.fresh(now, Why::Unreadable)?;
        let fresh = Passing(fresh);
        files::fill_private(file, &fresh.0)
            .and_then(|()| files::settle(&fresh.0, &path))
            .map_err(|error| self.failed(error))?;
        Ok(path)
    }

    /// Takes a copy back that was just made.
    pub(super) fn discard(&self, path: &Path) -> Result<(), VaultError> {
        fs::remove_file(path).map_err(|error| self.failed(error))?;
        self.note(path, None)
    }

    /// Every copy, the newest first.
    pub(crate) fn list(&self) -> Vec<Backup> {
        let Ok(entries) = fs::read_dir(&self.dir) else { return Vec::new() };
        let index = self.index();
        let mut all: Vec<Backup> = entries
            .filter_map(|entry| {
                let entry = entry.ok()?;
                let path = entry.path();
                entry.file_type().ok()?.is_file().then_some(())?;
                let name = path.file_name()?.to_str()?;
                let (made_at, why) = self.read_name(name)?;
                let known = index.get(name);
                Some(Backup {
                    records: known.map(|entry| entry.records),
                    verified: known.is_some_and(|entry| entry.verified),
                    made_at,
                    why,
                    path,
                })
            })
            .collect();
        all.sort_by(|a, b| (b.made_at, &b.path).cmp(&(a.made_at, &a.path)));
        all
    }

    /// Whether a copy was made on this day.
    pub(crate) fn has_one_of(&self, day: Day) -> bool {
        let usual = |each: &&Backup| each.why == Why::Usual && each.verified;
        self.list().iter().filter(usual).any(|each| each.made_at.day() == day)
    }

    /// Makes a copy, reads it through, and lets old ones go.
    pub(crate) fn make(
        &self,
        of: &Source<'_>,
        key: Option<&RawKey>,
        now: Moment,
        why: Why,
    ) -> Result<Backup, VaultError> {
        let (path, fresh) = self.fresh(now, why)?;
        let made = of
            .copy_into(&fresh)
            .map_err(VaultError::from)
            .and_then(|()| self.look_through(&fresh, key))
            .and_then(|records| {
                files::settle(&fresh, &path).map_err(|error| self.failed(error))?;
                Ok(records)
            });
        if made.is_err() {
            // A half copy is of no use to anybody; the first error is the one to tell.
            let _ = fs::remove_file(&fresh);
        }
        let records = made?;
        self.note(&path, Some(Entry { records, verified: true }))?;
        // The copy is made; that an old one cannot be removed harms nobody.
        let _ = self.rotate(&path);
        Ok(Backup { path, made_at: now, records: Some(records), verified: true, why })
    }

    /// Makes a copy at `path`, over what is there, outside the shelf; for a recipient, one with a key
    /// of its own, sealed.
    pub(crate) fn make_at(
        &self,
        path: &Path,
        of: &Source<'_>,
        key: Option<&RawKey>,
        now: Moment,
        recipient: Option<&Recipient>,
    ) -> Result<Backup, VaultError> {
        let failed = |error| VaultError::Backup { path: path.to_owned(), error };
        let fresh = Passing(files::beside(path));
        files::private_file(&fresh.0).map_err(failed)?;
        of.copy_into(&fresh.0)?;
        let records = self.look_through(&fresh.0, key)?;
        match recipient {
            None => files::settle(&fresh.0, path).map_err(failed)?,
            Some(recipient) => {
                // A key and a salt of its own: it is a journal apart, whose key has its own file.
                let own = key.map(|_| fresh_key()).transpose()?;
                if let (Some(key), Some(own)) = (key, &own) {
                    store::change_key(&fresh.0, key, own, fresh_salt()?)?;
                    self.look_through(&fresh.0, Some(own))?;
                }
                let sealed = Passing(fresh.0.with_extension("sealed"));
                seal::seal(&fresh.0, &sealed.0, own.as_ref(), recipient)?;
                files::settle(&sealed.0, path).map_err(failed)?;
            }
        }
        let (path, records) = (path.to_owned(), Some(records));
        Ok(Backup { path, made_at: now, records, verified: true, why: Why::Usual })
    }

    fn look_through(&self, path: &Path, key: Option<&RawKey>) -> Result<u64, VaultError> {
        store::verify(path, key)
            .map(|contents| contents.records())
            .map_err(|error| VaultError::of_copy(path, error))
    }

    /// The name of a new copy, and an empty file beside it to write into.
    pub(super) fn fresh(&self, now: Moment, why: Why) -> Result<(PathBuf, PathBuf), VaultError> {
        files::private_dir(&self.dir).map_err(|error| self.failed(error))?;
        let stamp = now.stored().get(..19).unwrap_or_default().replace(':', "-");
        let mut again = 1;
        loop {
            let more = if again == 1 { String::new() } else { format!("-{again}") };
            let path = self.dir.join(format!("{stamp}Z{}{more}{END}", why.mark()));
            let fresh = files::beside(&path);
            match files::private_file(&fresh) {
                Ok(_) if path.symlink_metadata().is_ok() => {
                    let _ = fs::remove_file(&fresh);
                }
                Ok(_) => return Ok((path, fresh)),
                // Another process makes one in the same second.
                Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(self.failed(error)),
            }
            again += 1;
        }
    }

    /// When and why a copy of this name was made; nothing for a file that is none of ours.
    fn read_name(&self, name: &str) -> Option<(Moment, Why)> {
        let stem = name.strip_suffix(END)?;
        let (stamp, rest) = stem.split_at_checked(20)?;
        let (day, time) = stamp.strip_suffix('Z')?.split_once('T')?;
        let stored = format!("{day}T{}.000Z", time.replace('-', ":"));
        let made_at = Moment::from_stored(&stored, self.zone)?;
        let (why, mark) = *Why::ALL.iter().rev().find(|(_, mark)| rest.starts_with(mark))?;
        // Behind the mark stands a number, where several were made in one second.
        let again = rest.strip_prefix(mark)?;
        let number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        let ours = again.is_empty() || again.strip_prefix('-').is_some_and(number);
        ours.then_some((made_at, why))
    }

    /// Lets those go that are old, and never the one made just now; one that was never found sound
    /// neither stays for another nor goes.
    fn rotate(&self, fresh: &Path) -> Result<(), VaultError> {
        let usual: Vec<(Backup, Kept)> = self
            .list()
            .into_iter()
            .filter(|each| each.why == Why::Usual && each.verified)
            .filter_map(|each| {
                let kept = Kept { made_at: each.made_at, records: each.records? };
                Some((each, kept))
            })
            .collect();
        let kept: Vec<Kept> = usual.iter().map(|(_, kept)| *kept).collect();
        for at in outworn(&kept) {
            let path = &usual[at].0.path;
            if path == fresh {
                continue;
            }
            fs::remove_file(path).map_err(|error| self.failed(error))?;
            self.note(path, None)?;
        }
        Ok(())
    }

    fn index(&self) -> Index {
        fs::read(self.dir.join(INDEX))
            .ok()
            .and_then(|bytes| serde_json::from_slice(&bytes).ok())
            .unwrap_or_default()
    }

    fn note(&self, path: &Path, entry: Option<Entry>) -> Result<(), VaultError> {
        let _held = files::lock(&self.dir).map_err(|error| self.failed(error))?;
        let mut index = self.index();
        let name = file_name(path);
        match entry {
            Some(entry) => drop(index.insert(name, entry)),
            None => drop(index.remove(&name)),
        }
        let file = self.dir.join(INDEX);
        serde_json::to_vec_pretty(&index)
            .map_err(std::io::Error::from)
            .and_then(|bytes| files::put_private(&file, &bytes))
            .map_err(|error| self.failed(error))
    }

    fn failed(&self, error: std::io::Error) -> VaultError {
        VaultError::Backup { path: self.dir.clone(), error }
    }
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}
