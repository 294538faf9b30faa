//! Drafts: words that a capture could not store, kept until somebody stores or discards them.
//!
//! Each is a file of its own in a private directory, encrypted with the journal's key.

use std::fs;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use uuid::{NoContext, Timestamp, Uuid};

use super::backup::name_by_place;
use super::keys::KeyError;
use super::{Vault, VaultError};
use crate::domain::id::{EngagementId, Handle, SessionId};
use crate::domain::time::Moment;
use crate::platform::files;
use crate::store::{self, Header, RawKey};

/// What a file of this kind ends with.
const END: &str = "draft";

/// What a file ends with while its words are written: a claimed draft is never taken for a half one.
pub(super) const WRITING: &str = "writing";

/// The short name of a draft has so many letters.
const SHORT: usize = 6;

/// A capture that was refused, with all that is needed to do it again.
#[derive(Clone, Debug)]
pub(crate) struct Draft {
    pub(crate) id: Uuid,
    pub(crate) at: Moment,
    /// The command's words, such as `deep-dive`.
    pub(crate) command: String,
    /// The command line without the program's name.
    pub(crate) args: Vec<String>,
    /// Where the words were meant to go; absent where that could not be read either.
    pub(crate) place: Option<Drafted>,
    /// What was piped in or typed at a prompt.
    pub(crate) heard: Option<String>,
    /// The words that stand on the command line.
    pub(crate) typed: Option<String>,
    /// Whether the command line says for whom they are.
    pub(crate) addressed: bool,
    /// Its file; empty until it is kept.
    pub(crate) path: PathBuf,
}

/// A draft that is being stored; it waits again unless it is done with.
#[derive(Debug)]
pub(crate) struct Claimed {
    claimed: PathBuf,
    path: PathBuf,
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

/// Where the words of a draft were meant to go.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Drafted {
    engagement_id: String,
    session_id: Option<String>,
    /// How the place is spoken of: `acme-cfo · session 3`.
    pub(crate) spoken: String,
}

impl Drafted {
    /// A place.
    pub(crate) fn new(
        engagement: EngagementId,
        session: Option<SessionId>,
        spoken: String,
    ) -> Self {
        let session_id = session.map(|id| id.to_string());
        Self { engagement_id: engagement.to_string(), session_id, spoken }
    }

    /// The engagement.
    pub(crate) fn engagement(&self) -> Option<EngagementId> {
        self.engagement_id.parse().ok()
    }

    /// The session, by its id; absent between two.
    pub(crate) fn session(&self) -> Option<Handle> {
        self.session_id.as_ref()?.parse().ok()
    }
}

/// A draft as it lies in its file.
#[derive(Serialize, Deserialize)]
struct Stored {
    at: String,
    zone: String,
    command: String,
    args: Vec<String>,
    place: Option<Drafted>,
    heard: Option<String>,
    #[serde(default)]
    typed: Option<String>,
    #[serde(default)]
    addressed: bool,
}

impl Draft {
    /// The id of a draft that is made at this moment.
    pub(crate) fn new_id(now: Moment) -> Uuid {
        let (seconds, millis) = (now.utc().timestamp(), now.utc().timestamp_subsec_millis());
        let seconds = u64::try_from(seconds).unwrap_or_default();
        Uuid::new_v7(Timestamp::from_unix(NoContext, seconds, millis * 1_000_000))
    }

    /// The short name of a draft on this device.
    pub(crate) fn name(&self) -> String {
        let all = self.id.simple().to_string();
        all[all.len() - SHORT..].to_owned()
    }
}

impl Vault {
    /// How many drafts wait. Nothing is opened.
    pub(crate) fn count_drafts(&self, journal: &Path) -> usize {
        self.draft_files(journal).map_or(0, |files| files.len())
    }

    /// Every draft of the journal at `journal`, the oldest first, or what is wrong with it.
    pub(crate) fn drafts(
        &self,
        journal: &Path,
    ) -> Result<Vec<Result<Draft, VaultError>>, VaultError> {
        let key = self.key(journal)?;
        Ok(self.draft_files(journal)?.iter().map(|path| read(path, key.as_ref())).collect())
    }

    /// Takes a draft for this process alone, so that no two store it.
    pub(crate) fn claim_draft(&self, draft: &Draft) -> Result<Claimed, VaultError> {
        let claimed = files::beside(&draft.path);
        match fs::rename(&draft.path, &claimed) {
            Ok(()) => Ok(Claimed { claimed, path: draft.path.clone() }),
            Err(error) => Err(VaultError::Draft { path: draft.path.clone(), error }),
        }
    }

    /// Keeps a draft.
    pub(crate) fn keep_draft(&self, journal: &Path, draft: &Draft) -> Result<(), VaultError> {
        let key = self.key(journal)?;
        let dir = self.drafts.join(name_by_place(journal)?);
        let failed = |error| VaultError::Draft { path: dir.clone(), error };
        files::private_dir(&dir).map_err(failed)?;
        let path = dir.join(format!("{}.{END}", draft.id.hyphenated()));
        let stored = Stored {
            at: draft.at.stored(),
            zone: draft.at.zone().to_string(),
            command: draft.command.clone(),
            args: draft.args.clone(),
            place: draft.place.clone(),
            heard: draft.heard.clone(),
            typed: draft.typed.clone(),
            addressed: draft.addressed,
        };
        let text = serde_json::to_string(&stored).map_err(|error| failed(error.into()))?;
        let fresh = files::beside(&path.with_extension(WRITING));
        files::private_file(&fresh).map_err(failed)?;
        let written = store::write_draft(&fresh, key.as_ref(), &text)
            .map_err(VaultError::from)
            .and_then(|()| files::settle(&fresh, &path).map_err(failed));
        if written.is_err() {
            // The first error is the one to tell.
            let _ = fs::remove_file(&fresh);
        }
        written
    }

    /// Takes a draft away, whether or not it can be read.
    pub(crate) fn drop_draft(&self, journal: &Path, name: &str) -> Result<bool, VaultError> {
        let all = self.draft_files(journal)?;
        let Some(path) = all.into_iter().find(|path| {
            let stem = path.file_stem().unwrap_or_default().to_string_lossy();
            stem == name || stem.ends_with(name) && name.len() == SHORT
        }) else {
            return Ok(false);
        };
        fs::remove_file(&path).map_err(|error| VaultError::Draft { path, error })?;
        Ok(true)
    }

    /// The key of the journal at `journal`, which is not opened; nothing for a plain one alone.
    fn key(&self, journal: &Path) -> Result<Option<RawKey>, VaultError> {
        match store::header(journal)? {
            Header::Plain => Ok(None),
            Header::Sealed(salt) => match self.ring.key_of(journal, salt)? {
                Some((key, _)) => Ok(Some(key)),
                None => {
                    let (journal, dir) = (journal.to_owned(), self.ring.dir.clone());
                    Err(KeyError::None { journal, dir }.into())
                }
            },
        }
    }

    fn draft_files(&self, journal: &Path) -> Result<Vec<PathBuf>, VaultError> {
        let dir = self.drafts.join(name_by_place(journal)?);
        let entries = fs::read_dir(dir).into_iter().flatten().flatten();
        let mut paths: Vec<PathBuf> = entries
            .map(|entry| entry.path())
            .map(|path| {
                // What a process had claimed that is gone since waits again.
                let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
                match files::left_beside(&name).filter(|left| left.ends_with(END)) {
                    Some(left) if !name.ends_with("-journal") => {
                        let back = path.with_file_name(left);
                        if fs::rename(&path, &back).is_ok() { back } else { path }
                    }
                    _ => path,
                }
            })
            .filter(|path| path.extension().is_some_and(|end| end == END))
            .collect();
        // Their names begin with the time.
        paths.sort();
        Ok(paths)
    }
}

fn read(path: &Path, key: Option<&RawKey>) -> Result<Draft, VaultError> {
    let damaged = || VaultError::BadDraft { path: path.to_owned() };
    let text = store::read_draft(path, key).map_err(|_| damaged())?;
    let stored: Stored = serde_json::from_str(&text).map_err(|_| damaged())?;
    let id = path.file_stem().and_then(|stem| Uuid::parse_str(stem.to_str()?).ok());
    let zone = stored.zone.parse().map_err(|_| damaged())?;
    Ok(Draft {
        id: id.ok_or_else(damaged)?,
        at: Moment::from_stored(&stored.at, zone).ok_or_else(damaged)?,
        command: stored.command,
        args: stored.args,
        place: stored.place,
        heard: stored.heard,
        typed: stored.typed,
        addressed: stored.addressed,
        path: path.to_owned(),
    })
}
