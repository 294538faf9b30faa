//! The schema: numbered migrations, forward only, and the guard against a newer file.
//!
//! Knows which version of the journal this program writes. A file that a newer program wrote is
//! refused and never touched.

use std::path::Path;

use rusqlite::Connection;

use super::StoreError;

/// Marks the file as ours in its header: `coac` in ASCII.
pub(crate) const APPLICATION_ID: i32 = 0x636F_6163;

/// The migrations in order; the version of a journal is how many of them it has seen.
const MIGRATIONS: &[&str] = &[
    include_str!("migrations/0001_journal.sql"),
    include_str!("migrations/0002_lists.sql"),
    include_str!("migrations/0003_search.sql"),
    include_str!("migrations/0004_guided.sql"),
    include_str!("migrations/0005_engagement.sql"),
];

/// The version that this program writes.
pub(crate) fn version() -> u32 {
    MIGRATIONS.len() as u32
}

/// Brings a journal of any earlier version to this one, in one transaction. A file that is new
/// and empty counts as version 0.
pub(crate) fn migrate(conn: &mut Connection) -> Result<(), StoreError> {
    if seen(conn)? == version() {
        return Ok(());
    }
    let transaction = conn.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    // Another process may have brought it here while this one waited.
    let found = seen(&transaction)?;
    for migration in &MIGRATIONS[found as usize..] {
        transaction.execute_batch(migration)?;
    }
    transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
    transaction.pragma_update(None, "user_version", version())?;
    transaction.commit()?;
    Ok(())
}

/// Refuses a file that is no journal of ours, or a newer program's.
pub(crate) fn recognise(conn: &Connection, path: &Path) -> Result<(), StoreError> {
    let id: i32 = conn.pragma_query_value(None, "application_id", |row| row.get(0))?;
    if id != APPLICATION_ID {
        return Err(StoreError::NotAJournal { path: path.to_owned() });
    }
    seen(conn).map(drop)
}

/// Whether a journal is of an earlier schema.
pub(crate) fn is_behind(conn: &Connection) -> Result<bool, StoreError> {
    Ok(seen(conn)? < version())
}

/// Whether a journal is of exactly this program's version.
pub(crate) fn is_ours(conn: &Connection) -> Result<bool, StoreError> {
    Ok(seen(conn)? == version())
}

/// How many migrations a journal has seen; never more than this program knows.
fn seen(conn: &Connection) -> Result<u32, StoreError> {
    let found = conn.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if found > version() { Err(StoreError::TooNew { found, known: version() }) } else { Ok(found) }
}
