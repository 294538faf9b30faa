//! Private rooms: directories in which a text lies in the clear while an editor has it.
//!
//! A room is `PROCESS.NAME` and holds the text and, beside it, what the text is for, which whoever
//! makes the room seals. It is locked as long as its process runs; one that is not is left over.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use super::config::Surroundings;
use super::files;

/// The places where rooms of one kind may be: the first is preferred.
#[derive(Clone, Debug)]
pub(crate) struct Rooms(Vec<PathBuf>);

/// A room, locked by this process until it is dropped.
#[derive(Debug)]
pub(crate) struct Room {
    dir: PathBuf,
    _lock: File,
}

impl Rooms {
    /// The rooms of this kind: in the directory of the login if it is private, else in that of the
    /// state.
    pub(crate) fn of(around: &Surroundings, kind: &str) -> Self {
        let runtime = around.runtime_dir.clone().filter(|dir| {
            let login = dir.parent().is_some_and(files::is_own_dir);
            login && (!dir.exists() || files::is_own_dir(dir))
        });
        let places = runtime.into_iter().chain([around.state_dir.join("editing")]);
        Self(places.map(|place| place.join(kind)).collect())
    }

    /// Makes a room.
    pub(crate) fn make(&self, name: &str) -> Result<Room, (PathBuf, io::Error)> {
        let mut failed = None;
        for place in &self.0 {
            let dir = place.join(format!("{}.{name}", std::process::id()));
            match Self::make_at(place, &dir) {
                Ok(room) => return Ok(room),
                Err(error) => failed = Some((dir, error)),
            }
        }
        Err(failed.unwrap_or_else(|| (PathBuf::new(), io::ErrorKind::NotFound.into())))
    }

    fn make_at(place: &Path, dir: &Path) -> io::Result<Room> {
        place.parent().map_or(Ok(()), files::own_dir)?;
        files::own_dir(place)?;
        // Nobody takes the room for one that is left while it has no lock of its own yet.
        let _gate = files::lock(place)?;
        files::own_dir(dir)?;
        Ok(Room { dir: dir.to_owned(), _lock: files::lock(dir)? })
    }

    /// The rooms whose process runs no longer.
    pub(crate) fn left(&self) -> Vec<Room> {
        self.all().into_iter().filter_map(|(dir, process, _)| take(&dir, process)).collect()
    }

    /// Whether the process that made the room of this name still runs.
    pub(crate) fn is_taken(&self, name: &str) -> bool {
        self.all()
            .into_iter()
            .any(|(dir, process, its)| its == name && take(&dir, process).is_none())
    }

    fn all(&self) -> Vec<(PathBuf, i32, String)> {
        let mut found = Vec::new();
        for place in &self.0 {
            // Without the place there is no room.
            let Ok(entries) = fs::read_dir(place) else { continue };
            found.extend(entries.flatten().filter_map(|entry| {
                let name = entry.file_name().into_string().ok()?;
                let (process, name) = name.split_once('.')?;
                Some((entry.path(), process.parse().ok()?, name.to_owned()))
            }));
        }
        found
    }
}

fn take(dir: &Path, process: i32) -> Option<Room> {
    let _gate = files::lock(dir.parent()?).ok()?;
    let lock = files::lock_if_free(dir, process).ok()??;
    Some(Room { dir: dir.to_owned(), _lock: lock })
}

impl Room {
    /// The text.
    pub(crate) fn text(&self) -> PathBuf {
        self.dir.join("note.md")
    }

    /// What the text is for.
    pub(crate) fn purpose(&self) -> PathBuf {
        self.dir.join("purpose")
    }

    /// Its name.
    pub(crate) fn name(&self) -> String {
        let name = self.dir.file_name().unwrap_or_default().to_string_lossy();
        name.split_once('.').map(|(_, name)| name.to_owned()).unwrap_or_default()
    }

    /// Takes away the room and all that lies in it.
    pub(crate) fn clear(self) -> Result<(), (PathBuf, io::Error)> {
        fs::remove_dir_all(&self.dir).map_err(|error| (self.dir, error))
    }
}
