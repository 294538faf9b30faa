//! The file into which a recovery line is written: new, and readable by its owner alone.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

use super::failure::Failure;
use crate::platform::files;
use crate::platform::output::OutputError;
use crate::store::RawKey;
use crate::vault::recovery_line;

/// A file that is there, empty, and waits for its line.
pub(super) struct RecoveryFile {
    path: PathBuf,
    file: File,
}

impl RecoveryFile {
    /// Makes the file; never one that is there already.
    pub(super) fn claim(path: &Path) -> Result<Self, Failure> {
        let file = files::private_file(path).map_err(|error| OutputError::file(path, error))?;
        Ok(Self { path: path.to_owned(), file })
    }

    /// Takes the empty file back.
    pub(super) fn forget(self) {
        // It is ours and empty; that it cannot be removed harms nobody.
        let _ = fs::remove_file(self.path);
    }

    /// Writes the line to the disk.
    pub(super) fn fill(mut self, key: &RawKey) -> Result<(), Failure> {
        let line = recovery_line(key)?;
        let written = self
            .file
            .write_all(line.as_bytes())
            .and_then(|()| self.file.write_all(b"\n"))
            .and_then(|()| self.file.sync_all());
        Ok(written.map_err(|error| OutputError::File(self.path, error))?)
    }
}
