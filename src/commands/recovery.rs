//! The recovery line of a journal: shown at the terminal, or written into a new file that its owner
//! alone can read.

use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use super::context::Context;
use super::failure::Failure;
use crate::platform::files;
use crate::platform::output::{Output, OutputError};
use crate::platform::prompt::{self, Stop};
use crate::store::RawKey;
use crate::vault::{KeyError, Made, recovery_line};

/// A file that is there, empty, and waits for its line.
pub(super) struct RecoveryFile {
    path: PathBuf,
    file: File,
}

impl RecoveryFile {
    /// Makes the file; never one that is there already.
    pub(super) fn claim(path: &Path) -> Result<Self, Failure> {
        let file = files::private_file(path).map_err(|error| match error.kind() {
            ErrorKind::AlreadyExists => {
                let path = path.display();
                Failure::outside(format!("{path} is there already; nothing was changed"))
                    .hint("name another file for the recovery line")
            }
            _ => OutputError::file(path, error).into(),
        })?;
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

/// Tells what a new journal's key means, and shows its recovery line to somebody at the terminal,
/// unless it was written into a file.
pub(super) fn tell(
    out: &Output,
    interactive: bool,
    made: &Made,
    written: bool,
) -> Result<(), Failure> {
    let Some((key, file)) = &made.key else {
        out.warning("this journal has no key: anybody who has the file can read it");
        return Ok(());
    };
    if !written && interactive {
        out.warning("without its key nobody can read the journal, not even you");
        out.warning("copy this recovery line to a safe place away from this machine:");
        out.secret(&recovery_line(key)?)?;
    } else if !written {
        out.status("Write the recovery line down and keep it elsewhere: coach key show-recovery --recovery-to FILE");
    }
    out.status(&format!(
        "The key in {} protects the journal when its file leaves this machine; it does not protect \
         it from somebody who has your whole home directory.",
        file.display()
    ));
    Ok(())
}

/// The recovery line that the person types, or that is piped in.
pub(super) fn ask(context: &mut Context) -> Result<Zeroizing<String>, Failure> {
    let line = if context.interactive {
        Zeroizing::new(context.prompt.line("Recovery line", "", &|_| Ok(()))?)
    } else {
        let bytes = Zeroizing::new(prompt::piped(4096).or_else(too_long)?);
        Zeroizing::new(String::from_utf8_lossy(&bytes).into_owned())
    };
    if line.trim().is_empty() {
        let name = context.name();
        return Err(Failure::usage("there is no recovery line")
            .hint(format!("type it at the prompt, or pipe it: coach {name} … < FILE")));
    }
    Ok(line)
}

/// What is too long for a recovery line is none.
fn too_long(stop: Stop) -> Result<Vec<u8>, Failure> {
    match stop {
        Stop::TooMuch { .. } => Err(KeyError::Damaged { path: None }.into()),
        other => Err(other.into()),
    }
}
