//! Copies that are sealed for somebody's age key (age-encryption.org/v1), to be kept elsewhere.
//!
//! Inside is one line, then the bytes of a copy: the line is the key of that copy alone, in the form of
//! a recovery line, or [`NO_KEY`] for a plain one. The journal's own key is not in it. The standard
//! tool opens it too: `age -d -i IDENTITY FILE`.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Write};
use std::path::Path;
use std::str::FromStr;

use age::x25519;
use zeroize::Zeroizing;

use super::VaultError;
use super::keys::{KeyError, parse_line, recovery_line};
use crate::platform::files;
use crate::store::RawKey;

/// The first line where the copy has no key.
const NO_KEY: &str = "plain";
/// The first line is never longer.
const MOST_LINE: u64 = 200;

/// Somebody for whom a copy is sealed: a public age key, `age1…`.
#[derive(Clone, Debug)]
pub(crate) struct Recipient(x25519::Recipient);

impl FromStr for Recipient {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        x25519::Recipient::from_str(text)
            .map(Self)
            .map_err(|_| "it is no age key: one begins with age1, and age-keygen makes it")
    }
}

/// How a sealed copy begins.
const BEGINS: &[u8] = b"age-encryption.org/v1";

/// Whether a file is a sealed copy.
pub(super) fn is_sealed(path: &Path) -> bool {
    let mut begin = [0; BEGINS.len()];
    let read = File::open(path).and_then(|mut file| io::Read::read_exact(&mut file, &mut begin));
    read.is_ok() && begin == BEGINS
}

/// Seals the copy at `from` into the private file `to`, with the key that opens it.
pub(super) fn seal(
    from: &Path,
    to: &Path,
    key: Option<&RawKey>,
    Recipient(recipient): &Recipient,
) -> Result<(), VaultError> {
    let line = match key {
        Some(key) => recovery_line(key)?,
        None => Zeroizing::new(NO_KEY.to_owned()),
    };
    let write = || -> io::Result<()> {
        let sealer =
            age::Encryptor::with_recipients(std::iter::once(recipient as &dyn age::Recipient))
                .map_err(io::Error::other)?;
        let target = files::private_file(to)?;
        let mut writer = sealer.wrap_output(&target)?;
        writer.write_all(line.as_bytes())?;
        writer.write_all(b"\n")?;
        io::copy(&mut File::open(from)?, &mut writer)?;
        writer.finish()?;
        target.sync_all()
    };
    write().map_err(|error| VaultError::Backup { path: to.to_owned(), error })
}

/// Opens a sealed copy into the private file `to` and gives the key that is in it; none for a plain
/// one.
pub(super) fn open(file: &Path, identity: &Path, to: &Path) -> Result<Option<RawKey>, VaultError> {
    let bytes = files::read_secret(identity)
        .map_err(|error| KeyError::File { path: identity.to_owned(), error })?
        .map_err(|how| KeyError::Exposed { path: identity.to_owned(), how })?;
    let bytes = Zeroizing::new(bytes);
    let identities: Vec<x25519::Identity> = std::str::from_utf8(&bytes)
        .unwrap_or_default()
        .lines()
        .filter_map(|line| x25519::Identity::from_str(line.trim()).ok())
        .collect();
    if identities.is_empty() {
        return Err(VaultError::NoIdentity { path: identity.to_owned() });
    }
    let bad = |detail: String| VaultError::BadCopy { path: file.to_owned(), detail };
    let source = File::open(file).map_err(|error| bad(error.to_string()))?;
    let opened = age::Decryptor::new_buffered(BufReader::new(source))
        .and_then(|opener| {
            opener.decrypt(identities.iter().map(|identity| identity as &dyn age::Identity))
        })
        .map_err(|error| match error {
            age::DecryptError::NoMatchingKeys => {
                bad("it was sealed for another age key".to_owned())
            }
            other => bad(other.to_string()),
        })?;
    let mut reader = BufReader::new(opened);
    let mut line = Zeroizing::new(String::new());
    io::Read::take(&mut reader, MOST_LINE)
        .read_line(&mut line)
        .map_err(|error| bad(error.to_string()))?;
    let key = match line.trim_end() {
        NO_KEY => None,
        line => {
            Some(parse_line(line).map_err(|_| bad("it holds no copy of a journal".to_owned()))?)
        }
    };
    let mut target =
        files::private_file(to).map_err(|error| VaultError::File { path: to.to_owned(), error })?;
    io::copy(&mut reader, &mut target)
        .and_then(|_| target.sync_all())
        .map_err(|error| bad(error.to_string()))?;
    Ok(key)
}
