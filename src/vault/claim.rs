//! Taking a draft, so that no two processes store it: it is renamed while one has it.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use super::{Draft, Vault, VaultError};
use crate::platform::files;

/// How often a draft is looked for while another process has it, and how long in between: five
/// seconds in all.
const TRIES: u32 = 100;
const PAUSE: Duration = Duration::from_millis(50);

/// A draft that is being stored; it waits again unless it is done with.
#[derive(Debug)]
pub(crate) struct Claimed {
    claimed: PathBuf,
    path: PathBuf,
}

/// What came of taking a draft.
#[derive(Debug)]
pub(crate) enum Claim {
    /// It is this process's.
    Ours(Claimed),
    /// Another process has stored it, or thrown it away.
    Gone,
    /// Another process has it and does not come to an end.
    Elsewhere,
}

impl Claimed {
    /// It was stored: the draft goes.
    pub(crate) fn done(self) -> Result<(), VaultError> {
        fs::remove_file(&self.claimed)
            .map_err(|error| VaultError::Draft { path: self.path.clone(), error })
    }
}

impl Drop for Claimed {
    fn drop(&mut self) {
        // Where it was stored there is nothing to give back.
        let _ = fs::rename(&self.claimed, &self.path);
    }
}

impl Vault {
    /// Takes a draft for this process alone, so that no two store it. While another process has it,
    /// it is waited for, as for the journal.
    pub(crate) fn claim_draft(&self, draft: &Draft) -> Result<Claim, VaultError> {
        let claimed = files::beside(&draft.path);
        for _ in 0..TRIES {
            match fs::rename(&draft.path, &claimed) {
                Ok(()) => return Ok(Claim::Ours(Claimed { claimed, path: draft.path.clone() })),
                Err(error) if error.kind() != ErrorKind::NotFound => {
                    return Err(VaultError::Draft { path: draft.path.clone(), error });
                }
                // Given back between the two looks, it is there at the next one.
                Err(_) if !is_claimed(&draft.path) && !draft.path.exists() => {
                    return Ok(Claim::Gone);
                }
                Err(_) => thread::sleep(PAUSE),
            }
        }
        Ok(Claim::Elsewhere)
    }
}

/// Whether a process that runs has taken the draft at `path`.
fn is_claimed(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let entries = path.parent().and_then(|dir| fs::read_dir(dir).ok()).into_iter().flatten();
    entries.flatten().any(|entry| {
        let other = entry.file_name().to_string_lossy().into_owned();
        let taken = other.strip_prefix(&*name).is_some_and(|rest| rest.ends_with(".new"));
        taken && files::left_beside(&other).is_none()
    })
}
