//! What can go wrong with the journal, as facts.

use std::fmt;
use std::path::{Path, PathBuf};

use rusqlite::ErrorCode;

use crate::domain::refusal::Refusal;

/// Why the store could not do what was asked; nothing was written.
#[derive(Debug)]
pub(crate) enum StoreError {
    /// No record of that name; `near` are names like it.
    NotFound { what: &'static str, given: String, near: Vec<String> },
    /// Several records could be meant.
    Ambiguous { what: &'static str, given: String, candidates: Vec<String> },
    /// A rule said no.
    Refused(Refusal),
    /// There is no file.
    Missing { path: PathBuf },
    /// The file is too short to be a journal.
    Cut { path: PathBuf },
    /// The file cannot be opened or read.
    Unreadable { path: PathBuf, error: std::io::Error },
    /// The file is no journal, or the key is not its key.
    NotAJournal { path: PathBuf },
    /// A newer program wrote it.
    TooNew { found: u32, known: u32 },
    /// Another process holds the file.
    Busy,
    /// The disk, or the limit on the file's size, is full.
    Full,
    /// The file or its directory may not be written.
    ReadOnly,
    /// A page or a stored value is not what was written.
    Damaged { detail: String },
    /// The system failed to read or write.
    Io { detail: String },
    /// A statement of ours is wrong: a bug.
    Sql(rusqlite::Error),
}

impl StoreError {
    /// Reads an error met while opening `path`, where "not a database" means a wrong key or a
    /// foreign file.
    pub(super) fn opening(path: &Path, error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::NotADatabase) => Self::NotAJournal { path: path.to_owned() },
            Some(ErrorCode::CannotOpen) => match std::fs::File::open(path) {
                Err(io) if io.kind() == std::io::ErrorKind::NotFound => {
                    Self::Missing { path: path.to_owned() }
                }
                Err(error) => Self::Unreadable { path: path.to_owned(), error },
                Ok(_) => Self::from(error),
            },
            _ => Self::from(error),
        }
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        let detail = || error.to_string();
        // Every statement of ours is prepared in the tests: where one does not fit the tables, it is
        // the tables that are not what was written.
        if let rusqlite::Error::SqlInputError { msg, .. }
        | rusqlite::Error::InvalidColumnName(msg) = &error
        {
            return Self::Damaged {
                detail: format!("its tables are not what was written ({msg})"),
            };
        }
        if let rusqlite::Error::FromSqlConversionFailure(..)
        | rusqlite::Error::InvalidColumnType(..)
        | rusqlite::Error::IntegralValueOutOfRange(..) = error
        {
            return Self::Damaged { detail: detail() };
        }
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy,
            Some(ErrorCode::DiskFull) => Self::Full,
            // The rollback journal cannot be made beside the file: the directory is read-only.
            Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied | ErrorCode::CannotOpen) => {
                Self::ReadOnly
            }
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
                Self::Damaged { detail: detail() }
            }
            Some(ErrorCode::SystemIoFailure | ErrorCode::FileLockingProtocolFailed) => {
                Self::Io { detail: detail() }
            }
            _ => Self::Sql(error),
        }
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sql(error) => error.fmt(f),
            Self::Damaged { detail } | Self::Io { detail } => f.write_str(detail),
            other => write!(f, "{other:?}"),
        }
    }
}

impl std::error::Error for StoreError {}
