//! Drafts: words that a capture could not store, kept until somebody stores or discards them.
//!
//! Each is a file of its own in a private directory, encrypted with the journal's key.

use std::fs;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use uuid::{NoContext, Timestamp, Uuid};

use super::backup::name_by_place;
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

/// Words that were not stored, with all that is needed to store them: as they lie in a file.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Capture {
    #[serde(flatten, with = "stamp")]
    pub(crate) at: Moment,
    /// The command's words, such as `deep-dive`.
    pub(crate) command: String,
    /// The command line without the program's name.
    pub(crate) args: Vec<String>,
    /// Where the words were meant to go; absent where that could not be read either.
    pub(crate) place: Option<Drafted>,
    /// What was piped in, typed at a prompt or written in an editor.
    pub(crate) heard: Option<String>,
    /// The words that stand on the command line.
    #[serde(default)]
    pub(crate) typed: Option<String>,
    /// Whether the command line says for whom they are.
    #[serde(default)]
    pub(crate) addressed: bool,
    /// The state of the record that the words are to replace, such as a note's revision; they are
    /// refused where it has another by then. Absent where they replace nothing.
    #[serde(default)]
    pub(crate) upon: Option<String>,
    /// Whether it is a line that was typed by half: nobody confirmed it.
    #[serde(default)]
    pub(crate) unfinished: bool,
}

/// A moment as it lies in a file: the instant and its zone.
mod stamp {
    use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

    use crate::domain::time::Moment;

    #[derive(Serialize, Deserialize)]
    struct Stamp {
        at: String,
        zone: String,
    }

    pub(super) fn serialize<S: Serializer>(at: &Moment, to: S) -> Result<S::Ok, S::Error> {
        Stamp { at: at.stored(), zone: at.zone().to_string() }.serialize(to)
    }

    pub(super) fn deserialize<'d, D: Deserializer<'d>>(from: D) -> Result<Moment, D::Error> {
        let Stamp { at, zone } = Stamp::deserialize(from)?;
        let zone = zone.parse().map_err(|_| D::Error::custom("no zone"))?;
        Moment::from_stored(&at, zone).ok_or_else(|| D::Error::custom("no moment"))
    }
}

/// A capture that waits, under the name by which people speak of it.
#[derive(Clone, Debug)]
pub(crate) struct Draft {
    pub(crate) id: Uuid,
    pub(crate) capture: Capture,
    /// Its file.
    pub(super) path: PathBuf,
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

/// The id of a draft that is made at this moment.
pub(crate) fn draft_id(now: Moment) -> Uuid {
    let (seconds, millis) = (now.utc().timestamp(), now.utc().timestamp_subsec_millis());
    let seconds = u64::try_from(seconds).unwrap_or_default();
    Uuid::new_v7(Timestamp::from_unix(NoContext, seconds, millis * 1_000_000))
}

/// The short name of the draft with this id, on this device.
pub(crate) fn draft_name(id: Uuid) -> String {
    let all = id.simple().to_string();
    all[all.len() - SHORT..].to_owned()
}

impl Draft {
    /// The short name of a draft on this device.
    pub(crate) fn name(&self) -> String {
        draft_name(self.id)
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
        let files = self.draft_files(journal)?;
        let read = files.iter().map(|path| (path, read(path, key.as_ref())));
        // One that another process took meanwhile is not damaged.
        Ok(read
            .filter(|(path, read)| read.is_ok() || path.exists())
            .map(|(_, read)| read)
            .collect())
    }

    /// The newest line that was typed by half in this session, or between two of an engagement.
    pub(crate) fn unfinished_draft(
        &self,
        journal: &Path,
        engagement: EngagementId,
        session: Option<SessionId>,
    ) -> Result<Option<Draft>, VaultError> {
        let session = session.map(Handle::from);
        let is_its = |draft: &Draft| {
            let place = draft.capture.place.as_ref();
            draft.capture.unfinished
                && place.and_then(Drafted::engagement) == Some(engagement)
                && place.and_then(Drafted::session) == session
        };
        Ok(self.drafts(journal)?.into_iter().rev().flatten().find(is_its))
    }

    /// Keeps a capture as the draft of this id, in the place of what it held before.
    pub(crate) fn keep_draft(
        &self,
        journal: &Path,
        id: Uuid,
        capture: &Capture,
    ) -> Result<(), VaultError> {
        let dir = self.drafts.join(name_by_place(journal)?);
        files::private_dir(&dir).map_err(|error| VaultError::Draft { path: dir.clone(), error })?;
        self.write_capture(journal, &dir.join(format!("{}.{END}", id.hyphenated())), capture)
    }

    /// Writes a capture into a file, encrypted with the journal's key.
    pub(crate) fn write_capture(
        &self,
        journal: &Path,
        path: &Path,
        capture: &Capture,
    ) -> Result<(), VaultError> {
        let key = self.key(journal)?;
        let failed = |error| VaultError::Draft { path: path.to_owned(), error };
        let text = serde_json::to_string(capture).map_err(|error| failed(error.into()))?;
        let fresh = files::beside(&path.with_extension(WRITING));
        files::private_file(&fresh).map_err(failed)?;
        let written = store::write_draft(&fresh, key.as_ref(), &text)
            .map_err(VaultError::from)
            .and_then(|()| files::settle(&fresh, path).map_err(failed));
        if written.is_err() {
            // The first error is the one to tell.
            let _ = fs::remove_file(&fresh);
        }
        written
    }

    /// The capture in a file that was written with the journal's key.
    pub(crate) fn read_capture(&self, journal: &Path, path: &Path) -> Result<Capture, VaultError> {
        read_capture(path, self.key(journal)?.as_ref())
    }

    /// Under which name the drafts of the journal at `journal` lie; it tells nothing of anybody.
    pub(crate) fn drafts_name(&self, journal: &Path) -> Result<String, VaultError> {
        name_by_place(journal)
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
            Header::Sealed(salt) => Ok(Some(self.ring.key_needed(journal, salt)?.0)),
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
    let capture = read_capture(path, key)?;
    let id = path.file_stem().and_then(|stem| Uuid::parse_str(stem.to_str()?).ok());
    let id = id.ok_or_else(|| VaultError::BadDraft { path: path.to_owned() })?;
    Ok(Draft { id, capture, path: path.to_owned() })
}

fn read_capture(path: &Path, key: Option<&RawKey>) -> Result<Capture, VaultError> {
    let damaged = || VaultError::BadDraft { path: path.to_owned() };
    let text = store::read_draft(path, key).map_err(|_| damaged())?;
    serde_json::from_str(&text).map_err(|_| damaged())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::Zone;
    use crate::store::{Clock, Journal};
    use crate::vault::KeyRing;

    #[test]
    fn the_newest_line_that_was_typed_by_half_in_a_session_is_found() {
        let home = tempfile::tempdir().expect("a directory");
        let (dir, journal) = (home.path().join("keys"), home.path().join("journal.coach"));
        let vault = Vault {
            ring: KeyRing { dir, named: None },
            backups: home.path().join("backups"),
            drafts: home.path().join("drafts"),
        };
        let zone: Zone = "Europe/Berlin".parse().expect("a zone");
        let moment = |text| Moment::from_stored(text, zone).expect("a moment");
        let now = moment("2026-11-21T09:00:00.000Z");
        files::private_file(&journal).expect("a file");
        drop(Journal::create(&journal, None, Clock { now, today: now.day() }).expect("a journal"));
        let [engagement, own, other] = [1, 2, 3].map(Uuid::from_u128);
        let keep = |at, session, unfinished, words: &str| {
            let place = Drafted::new(
                EngagementId::new(engagement),
                Some(SessionId::new(session)),
                "acme-cfo · session 1".to_owned(),
            );
            let capture = Capture {
                at: moment(at),
                command: "note".to_owned(),
                args: vec!["note".to_owned(), "-".to_owned()],
                place: Some(place),
                heard: Some(words.to_owned()),
                typed: None,
                addressed: true,
                upon: None,
                unfinished,
            };
            vault.keep_draft(&journal, draft_id(moment(at)), &capture).expect("kept");
        };
        let found = || {
            let (of, session) = (EngagementId::new(engagement), SessionId::new(own));
            let found = vault.unfinished_draft(&journal, of, Some(session)).expect("drafts");
            let between = vault.unfinished_draft(&journal, of, None).expect("drafts");
            assert!(between.is_none(), "none was typed between two sessions");
            found.map(|draft| (draft.name(), draft.capture.heard.unwrap_or_default()))
        };
        keep("2026-11-21T09:00:04.000Z", own, false, "whole");
        keep("2026-11-21T09:00:05.000Z", other, true, "of another session");
        assert_eq!(found(), None);
        keep("2026-11-21T09:00:01.000Z", own, true, "older");
        keep("2026-11-21T09:00:02.000Z", own, true, "newer");
        let (name, words) = found().expect("one");
        assert_eq!(words, "newer");
        assert!(vault.drop_draft(&journal, &name).expect("dropped"));
        assert_eq!(found().map(|(_, words)| words).as_deref(), Some("older"));
    }
}
