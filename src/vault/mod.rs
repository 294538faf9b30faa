//! Floor 2: keeping a journal safe. Which key opens it, where keys lie, what brings one back.
//!
//! Knows keys, files and how a journal is made and opened; knows nothing of terminals or clap.

mod keys;
mod open;

pub(crate) use keys::{KeyError, KeyRing, recovery_line};
pub(crate) use open::{Made, VaultError, create, glance, is_journal, key_path, open, recover};
