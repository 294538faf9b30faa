//! What surrounds a journal, looked through: who may read its files, where they lie, what was left
//! behind, how old the last copy is.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

use super::backup::{name_by_place, name_of};
use super::draft::WRITING;
use super::{Vault, VaultError};
use crate::platform::files;
use crate::store::Clock;

/// A fact about the surroundings that somebody should know.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Finding {
    /// Others than its owner may read or enter it.
    Exposed { path: PathBuf, mode: u32 },
    /// Somebody else owns it.
    Foreign { path: PathBuf },
    /// A program that copies files between machines watches the place.
    Synced { path: PathBuf, by: &'static str },
    /// The place is on another machine, where locks cannot be trusted.
    Network { path: PathBuf, kind: &'static str },
    /// A half file of a run that was cut short.
    Leftover { path: PathBuf },
    /// No copy that was found sound.
    NoBackup,
    /// The last copy that was found sound is so many days old.
    OldBackup { days: i64 },
    /// So many drafts wait.
    Drafts { count: usize },
}

/// After so many days a copy is old.
const OLD_DAYS: i64 = 7;

/// Folders by whose name a synchronising program is known.
const SYNCED: &[(&str, &str)] = &[
    ("dropbox", "Dropbox"),
    ("onedrive", "OneDrive"),
    ("google drive", "Google Drive"),
    ("googledrive", "Google Drive"),
    ("mobile documents", "iCloud"),
    ("icloud drive", "iCloud"),
    ("nextcloud", "Nextcloud"),
    ("owncloud", "ownCloud"),
    ("seafile", "Seafile"),
    ("pcloud", "pCloud"),
    ("megasync", "MEGA"),
    ("syncthing", "Syncthing"),
];

/// Files by which a synchronised folder is known.
const MARKS: &[(&str, &str)] =
    &[(".stfolder", "Syncthing"), (".dropbox", "Dropbox"), (".sync", "Resilio Sync")];

/// File systems on other machines, by the number that Linux gives (linux/magic.h).
#[cfg(target_os = "linux")]
const NETWORKS: &[(rustix::fs::FsWord, &str)] = &[
    (0x6969, "NFS"),
    (0x517b, "SMB"),
    (0xff53_4d42, "CIFS"),
    (0xfe53_4d42, "SMB"),
    (0x5346_414f, "AFS"),
    (0x7375_7245, "Coda"),
    (0x0102_1997, "9P"),
    (0x00c3_6400, "Ceph"),
];

impl Vault {
    /// Looks at everything around the journal at `path`.
    pub(crate) fn look_around(
        &self,
        path: &Path,
        clock: Clock,
    ) -> Result<Vec<Finding>, VaultError> {
        let mut found = Vec::new();
        let journal_dir = path.parent().filter(|dir| !dir.as_os_str().is_empty());
        // A file that cannot be recognised has no shelf, and the rest is looked at nevertheless.
        let name = name_of(path).ok();
        let shelf = name.as_ref().map(|name| self.backups.join(name));
        let drafts = name_by_place(path).ok().map(|name| self.drafts.join(name));
        let own_dirs = [
            self.backups.parent(),
            self.ring.dir.parent(),
            Some(&self.ring.dir),
            Some(&self.backups),
            shelf.as_deref(),
            Some(&self.drafts),
            drafts.as_deref(),
        ];
        for dir in own_dirs.into_iter().flatten() {
            found.extend(guard(dir));
        }
        for dir in [Some(self.ring.dir.as_path()), shelf.as_deref(), drafts.as_deref()] {
            let files = dir.into_iter().flat_map(listed);
            found.extend(files.filter_map(|file| guard(&file)));
        }
        found.extend(guard(path));
        found.extend(place(path));
        let own = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let of_journal = |name: &str| name == own;
        found.extend(journal_dir.into_iter().flat_map(|dir| leftovers(dir, of_journal)));
        let of_shelf = |name: &str| name.ends_with(".coach") || name == "index.json";
        found.extend(shelf.iter().flat_map(|dir| leftovers(dir, of_shelf)));
        // A draft that was claimed holds words: it waits again by itself.
        let of_drafts = |name: &str| name.ends_with(WRITING);
        found.extend(drafts.iter().flat_map(|dir| leftovers(dir, of_drafts)));
        let copies = self.copies(path, clock).unwrap_or_default();
        match copies.iter().find(|copy| copy.verified) {
            None => found.push(Finding::NoBackup),
            Some(last) => {
                let days = clock.now.day().days_since(last.made_at.day());
                if days > OLD_DAYS {
                    found.push(Finding::OldBackup { days });
                }
            }
        }
        match self.count_drafts(path) {
            0 => {}
            count => found.push(Finding::Drafts { count }),
        }
        Ok(found)
    }
}

impl Finding {
    /// Sets right what can be set right safely, and tells whether it did.
    pub(crate) fn fix(&self) -> std::io::Result<bool> {
        match self {
            Self::Exposed { path, .. } => {
                let mode = if path.is_dir() { 0o700 } else { 0o600 };
                fs::set_permissions(path, fs::Permissions::from_mode(mode))?;
                Ok(true)
            }
            Self::Leftover { path } => {
                fs::remove_file(path)?;
                Ok(true)
            }
            _ => Ok(false),
        }
    }
}

fn listed(dir: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(dir).into_iter().flatten().flatten();
    // What a link names may be anybody's: its rights are not ours to change.
    let own = entries.filter(|entry| entry.file_type().is_ok_and(|kind| !kind.is_symlink()));
    let mut all: Vec<PathBuf> = own.map(|entry| entry.path()).collect();
    all.sort();
    all
}

/// What is wrong with who may read a file or enter a directory.
fn guard(path: &Path) -> Option<Finding> {
    let meta = fs::metadata(path).ok()?;
    let path = path.to_owned();
    if meta.uid() != rustix::process::geteuid().as_raw() {
        return Some(Finding::Foreign { path });
    }
    (meta.mode() & 0o077 != 0).then_some(Finding::Exposed { path, mode: meta.mode() & 0o777 })
}

/// What is wrong with where the journal lies.
fn place(path: &Path) -> Vec<Finding> {
    let whole = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let mut found = Vec::new();
    let by_name = whole.components().find_map(|part| {
        let name = part.as_os_str().to_string_lossy().to_lowercase();
        SYNCED.iter().find(|(begin, _)| name.starts_with(begin)).map(|(_, by)| *by)
    });
    let by_mark = || {
        whole.ancestors().skip(1).find_map(|dir| {
            MARKS.iter().find(|(mark, _)| dir.join(mark).exists()).map(|(_, by)| *by)
        })
    };
    if let Some(by) = by_name.or_else(by_mark) {
        found.push(Finding::Synced { path: path.to_owned(), by });
    }
    if let Some(kind) = network(&whole) {
        found.push(Finding::Network { path: path.to_owned(), kind });
    }
    found
}

#[cfg(target_os = "linux")]
fn network(path: &Path) -> Option<&'static str> {
    let kind = rustix::fs::statfs(path).ok()?.f_type & 0xffff_ffff;
    NETWORKS.iter().find(|(number, _)| *number == kind).map(|(_, name)| *name)
}

#[cfg(not(target_os = "linux"))]
fn network(_path: &Path) -> Option<&'static str> {
    None
}

/// Half files that a run of ours left when it was cut short: they bear the name of a process that
/// is gone, and `ours` knows the name before it.
fn leftovers(dir: &Path, ours: impl Fn(&str) -> bool) -> Vec<Finding> {
    listed(dir)
        .into_iter()
        .filter(|path| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            files::left_beside(&name).is_some_and(&ours)
        })
        .map(|path| Finding::Leftover { path })
        .collect()
}
