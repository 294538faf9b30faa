//! The schema: numbered migrations, forward only, and the guard against a newer file.
//!
//! Knows which version of the journal this program writes. A file that a newer program wrote is
//! refused and never touched.

use rusqlite::Connection;

use super::StoreError;

/// Marks the file as ours in its header: `coac` in ASCII.
pub(crate) const APPLICATION_ID: i32 = 0x636F_6163;

/// The migrations in order; the version of a journal is how many of them it has seen.
const MIGRATIONS: &[&str] =
    &[include_str!("migrations/0001_journal.sql"), include_str!("migrations/0002_search.sql")];

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

/// How many migrations a journal has seen; never more than this program knows.
fn seen(conn: &Connection) -> Result<u32, StoreError> {
    let found = conn.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if found > version() { Err(StoreError::TooNew { found, known: version() }) } else { Ok(found) }
}
