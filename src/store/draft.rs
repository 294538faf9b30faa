//! A draft: one text in a small file of its own, encrypted with the journal's key. It is no part of
//! the journal and not in its log.

use std::path::Path;

use rusqlite::params;

use super::{RawKey, StoreError, connect};

/// Writes a text into the empty file at `path`.
pub(crate) fn write_draft(path: &Path, key: Option<&RawKey>, text: &str) -> Result<(), StoreError> {
    let conn = connect(path, key, None)?;
    conn.execute_batch("CREATE TABLE draft (text TEXT NOT NULL) STRICT")?;
    conn.execute("INSERT INTO draft (text) VALUES (?)", params![text])?;
    Ok(())
}

/// The text in the file at `path`.
pub(crate) fn read_draft(path: &Path, key: Option<&RawKey>) -> Result<String, StoreError> {
    let conn = connect(path, key, None)?;
    Ok(conn.query_row("SELECT text FROM draft", [], |row| row.get(0))?)
}
