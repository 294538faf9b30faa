//! Key files and the recovery line: the same 256 bits, with a checksum, in one line of text.
//!
//! A key file is named by its journal's salt and is made once; nothing here overwrites or deletes
//! one. One that others may read is refused.

use std::fs;
use std::path::{Path, PathBuf};

use bech32::{Bech32, Hrp};
use zeroize::Zeroizing;

use super::VaultError;
use crate::platform::files::{self, Exposure};
use crate::store::{Journal, RawKey, Salt, StoreError};

/// The human-readable part of a recovery line, before its `1`.
const PREFIX: Hrp = Hrp::parse_unchecked("coach-key");

/// What is wrong with a key.
#[derive(Debug)]
pub(crate) enum KeyError {
    /// No key file in the directory opens the journal.
    None { journal: PathBuf, dir: PathBuf },
    /// The file or line is no key, or a slip was made in it: its checksum says so.
    Damaged { path: Option<PathBuf> },
    /// Others than its owner can get at the key file.
    Exposed { path: PathBuf, how: Exposure },
    /// The key file cannot be read or written.
    File { path: PathBuf, error: std::io::Error },
    /// The key is sound, and not this journal's.
    Wrong,
    /// There is a key file already, and it is never overwritten.
    Exists { path: PathBuf },
}

/// Where keys are looked for.
#[derive(Clone, Debug)]
pub(crate) struct KeyRing {
    /// The directory of key files.
    pub(crate) dir: PathBuf,
    /// The one key file to use, if one was named.
    pub(crate) named: Option<PathBuf>,
}

/// The line that brings a journal back: the key itself, in Bech32 (BIP 173).
pub(crate) fn recovery_line(RawKey(key): &RawKey) -> Result<Zeroizing<String>, KeyError> {
    bech32::encode::<Bech32>(PREFIX, key)
        .map(Zeroizing::new)
        .map_err(|_| KeyError::Damaged { path: None })
}

/// Reads a recovery line; white space around and inside it does not matter.
pub(super) fn parse_line(line: &str) -> Result<RawKey, KeyError> {
    let line: Zeroizing<String> = Zeroizing::new(line.split_whitespace().collect());
    let checked = bech32::primitives::decode::CheckedHrpstring::new::<Bech32>(&line)
        .map_err(|_| KeyError::Damaged { path: None })?;
    let bytes: Zeroizing<Vec<u8>> = Zeroizing::new(checked.byte_iter().collect());
    match <[u8; 32]>::try_from(bytes.as_slice()) {
        Ok(key) if checked.hrp() == PREFIX => Ok(RawKey(key)),
        _ => Err(KeyError::Damaged { path: None }),
    }
}

impl KeyRing {
    /// The file in which the key of the journal with this salt lies.
    pub(crate) fn path(&self, Salt(salt): Salt) -> PathBuf {
        let name: String = salt.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        self.dir.join(format!("{name}.key"))
    }

    /// Puts a key into its file.
    pub(super) fn keep(&self, salt: Salt, key: &RawKey) -> Result<PathBuf, KeyError> {
        let path = self.path(salt);
        let line = recovery_line(key)?;
        let content = Zeroizing::new(format!("{}\n", line.as_str()));
        files::private_dir(&self.dir)
            .and_then(|()| files::write_private(&path, content.as_bytes()))
            .map_err(|error| match error.kind() {
                std::io::ErrorKind::AlreadyExists => KeyError::Exists { path: path.clone() },
                _ => KeyError::File { path: path.clone(), error },
            })?;
        Ok(path)
    }

    /// The key in a file.
    pub(super) fn read(path: &Path) -> Result<RawKey, KeyError> {
        let bytes = files::read_secret(path)
            .map_err(|error| KeyError::File { path: path.to_owned(), error })?
            .map_err(|how| KeyError::Exposed { path: path.to_owned(), how })?;
        let bytes = Zeroizing::new(bytes);
        let damaged = || KeyError::Damaged { path: Some(path.to_owned()) };
        let text = std::str::from_utf8(&bytes).map_err(|_| damaged())?;
        parse_line(text).map_err(|_| damaged())
    }

    /// The key of the journal at `path` and the file it is in: the named one, or that of its salt,
    /// or another one that was proved to open it. Nothing where none does.
    pub(super) fn key_of(
        &self,
        path: &Path,
        salt: Salt,
    ) -> Result<Option<(RawKey, PathBuf)>, VaultError> {
        self.key_by(salt, |key| Journal::opens(path, key))
    }

    /// The same, where a journal without its key is an error.
    pub(super) fn key_needed(
        &self,
        path: &Path,
        salt: Salt,
    ) -> Result<(RawKey, PathBuf), VaultError> {
        Ok(self.key_of(path, salt)?.ok_or_else(|| self.lacks(path))?)
    }

    /// The error of a journal that no key here opens.
    pub(super) fn lacks(&self, journal: &Path) -> KeyError {
        KeyError::None { journal: journal.to_owned(), dir: self.dir.clone() }
    }

    /// The key and its file, where `opens` tells whether a key opens the journal.
    pub(super) fn key_by(
        &self,
        salt: Salt,
        opens: impl Fn(&RawKey) -> Result<bool, StoreError>,
    ) -> Result<Option<(RawKey, PathBuf)>, VaultError> {
        let own = self.path(salt);
        if let Some(sure) = self.named.as_ref().or_else(|| own.exists().then_some(&own)) {
            return Ok(Some((Self::read(sure)?, sure.clone())));
        }
        for other in self.others(salt) {
            if let Ok(key) = Self::read(&other)
                && opens(&key)?
            {
                return Ok(Some((key, other)));
            }
        }
        Ok(None)
    }

    /// The other key files, in the order of their names: for a copy whose salt is not its
    /// journal's.
    fn others(&self, salt: Salt) -> Vec<PathBuf> {
        let own = self.path(salt);
        let Ok(entries) = fs::read_dir(&self.dir) else { return Vec::new() };
        let mut paths: Vec<PathBuf> = entries
            .filter_map(|entry| entry.ok().map(|entry| entry.path()))
            .filter(|path| path.extension().is_some_and(|end| end == "key") && *path != own)
            .collect();
        paths.sort();
        paths
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_recovery_line_brings_the_key_back() {
        let key = RawKey([7; 32]);
        let line = recovery_line(&key).expect("a line");
        assert!(line.starts_with("coach-key1"), "{}", line.as_str());
        assert!(parse_line(&format!("  {}\n", line.as_str())).expect("sound") == key);
        let (first, second) = line.split_at(30);
        assert!(parse_line(&format!("{first} \n {second}")).expect("sound") == key);
    }

    #[test]
    fn any_slip_in_a_recovery_line_is_found() {
        let line = recovery_line(&RawKey([7; 32])).expect("a line");
        for at in 10..line.len() {
            let mut slip = line.as_bytes().to_vec();
            slip[at] = if slip[at] == b'q' { b'p' } else { b'q' };
            let slip = String::from_utf8(slip).expect("ascii");
            assert!(matches!(parse_line(&slip), Err(KeyError::Damaged { .. })), "{at}");
        }
        for no_key in ["", "coach-key1", "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"] {
            assert!(parse_line(no_key).is_err());
        }
    }
}
