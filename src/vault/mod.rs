//! Floor 2: keeping a journal safe. Which key opens it, where keys lie, what brings one back, and the
//! copies from which a journal comes back.
//!
//! Knows keys, files and how a journal is made and opened; knows nothing of terminals or clap.

use std::path::PathBuf;

mod backup;
mod checkup;
mod claim;
mod draft;
mod keys;
mod open;
mod restore;
mod rotation;
mod seal;

pub(crate) use backup::{Backup, Why};
pub(crate) use checkup::Finding;
pub(crate) use claim::Claim;
pub(crate) use draft::{Capture, Draft, Drafted, draft_id, draft_name};
pub(crate) use keys::{KeyError, KeyRing, recovery_line};
pub(crate) use open::{
    Made, Opened, VaultError, are_copies, create, glance, is_journal, key_path, recover,
};
pub(crate) use restore::{OpensBy, Plan};
pub(crate) use seal::Recipient;

/// Where a person's keys and copies lie.
#[derive(Clone, Debug)]
pub(crate) struct Vault {
    pub(crate) ring: KeyRing,
    /// The directory under which each journal has its shelf of copies.
    pub(crate) backups: PathBuf,
    /// The directory under which each journal has its drafts.
    pub(crate) drafts: PathBuf,
}
