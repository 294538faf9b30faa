//! The full-text index, kept by the write door: what a step touched is indexed again at its end.
//!
//! The index has no text of its own, so what it held of a record has to be told to take it out: the
//! words of each record are read before the step first touches it.

use std::collections::BTreeMap;

use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};

use super::{Table, Writer};
use crate::store::{Journal, Reader, StoreError};

/// The records that a step touched, each with the words the index has of it.
pub(super) type Touched = BTreeMap<String, Option<String>>;

const WORDS: &str =
    "SELECT c.row, c.words FROM ref r JOIN search_content c ON c.row = r.row WHERE r.record = ?";

/// Removing or restoring a whole hides or shows its records.
const OF_ENGAGEMENT: &str = "
    SELECT id FROM note WHERE engagement_id = ?1
    UNION ALL SELECT id FROM action WHERE engagement_id = ?1
    UNION ALL SELECT id FROM goal WHERE engagement_id = ?1
    UNION ALL SELECT k.id FROM key_result k JOIN goal g ON g.id = k.goal_id WHERE g.engagement_id = ?1
    UNION ALL SELECT id FROM session WHERE engagement_id = ?1
    UNION ALL SELECT id FROM stakeholder WHERE engagement_id = ?1
    UNION ALL SELECT f.id FROM feedback f JOIN stakeholder h ON h.id = f.stakeholder_id WHERE h.engagement_id = ?1
    UNION ALL SELECT id FROM worksheet WHERE engagement_id = ?1
    UNION ALL SELECT id FROM review WHERE engagement_id = ?1";
const OF_GOAL: &str = "SELECT id FROM key_result WHERE goal_id = ?1";
const OF_STAKEHOLDER: &str = "SELECT id FROM feedback WHERE stakeholder_id = ?1";

impl Writer<'_> {
    /// Keeps in mind that a row is about to change: its record, or those it holds, are indexed
    /// again. `whole` is the record a part belongs to, where it is known.
    pub(super) fn touch(
        &mut self,
        table: Table,
        id: &str,
        field: Option<&str>,
        whole: Option<&Value>,
    ) -> Result<(), StoreError> {
        let hides = field == Some("removed_at");
        match table {
            Table::Note
            | Table::Action
            | Table::KeyResult
            | Table::Session
            | Table::Feedback
            | Table::Worksheet
            | Table::Review => self.keep(id),
            Table::Stakeholder => {
                self.keep(id)?;
                if hides { self.keep_all(OF_STAKEHOLDER, id) } else { Ok(()) }
            }
            Table::Goal => {
                self.keep(id)?;
                if hides { self.keep_all(OF_GOAL, id) } else { Ok(()) }
            }
            Table::Engagement if hides => self.keep_all(OF_ENGAGEMENT, id),
            Table::Criterion
            | Table::NoteRevision
            | Table::Outcome
            | Table::WorksheetRow
            | Table::WorksheetCell
            | Table::ReviewAnswer => {
                let Some((column, _)) = table.whole() else { return Ok(()) };
                let owner = match whole {
                    Some(Value::Text(owner)) => Some(owner.clone()),
                    _ => {
                        let sql = format!("SELECT {column} FROM {} WHERE id = ?", table.name());
                        let mut statement = self.reader.conn.prepare_cached(&sql)?;
                        statement.query_row([id], |row| row.get(0)).optional()?
                    }
                };
                owner.map_or(Ok(()), |owner| self.keep(&owner))
            }
            _ => Ok(()),
        }
    }

    fn keep_all(&mut self, sql: &str, whole: &str) -> Result<(), StoreError> {
        let records: Vec<String> = {
            let mut statement = self.reader.conn.prepare_cached(sql)?;
            statement.query_map([whole], |row| row.get(0))?.collect::<Result<_, _>>()?
        };
        records.iter().try_for_each(|record| self.keep(record))
    }

    fn keep(&mut self, record: &str) -> Result<(), StoreError> {
        if !self.touched.contains_key(record) {
            let words = words(&self.reader, record)?.map(|(_, words)| words);
            self.touched.insert(record.to_owned(), words);
        }
        Ok(())
    }

    /// Brings the index to what the records that were touched now say.
    pub(super) fn index(&mut self) -> Result<(), StoreError> {
        for (record, before) in std::mem::take(&mut self.touched) {
            let after = words(&self.reader, &record)?;
            if before.as_ref() == after.as_ref().map(|(_, words)| words) {
                continue;
            }
            let conn = self.reader.conn;
            if let Some(before) = before {
                conn.prepare_cached(
                    "INSERT INTO search (search, rowid, words)
                     SELECT 'delete', row, ? FROM ref WHERE record = ?",
                )?
                .execute(params![before, record])?;
            }
            if let Some((row, words)) = after {
                conn.prepare_cached("INSERT INTO search (rowid, words) VALUES (?, ?)")?
                    .execute(params![row, words])?;
            }
        }
        Ok(())
    }
}

/// Whether the index holds just what the live records say. It is compared under a write that is
/// never kept.
pub(in crate::store) fn index_fits(conn: &Connection) -> Result<bool, StoreError> {
    let check = "INSERT INTO search (search, rank) VALUES ('integrity-check', 1)";
    match conn.execute(check, []) {
        Ok(_) => Ok(true),
        Err(error) => match StoreError::from(error) {
            StoreError::Damaged { .. } => Ok(false),
            other => Err(other),
        },
    }
}

impl Journal {
    /// Makes the index anew from what the live records say.
    pub(crate) fn mend_index(&mut self) -> Result<(), StoreError> {
        let transaction = self.conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
        transaction.execute("INSERT INTO search (search) VALUES ('rebuild')", [])?;
        transaction.commit()?;
        Ok(())
    }
}

/// The row of a record in the index and its words; none where it is not to be found.
fn words(reader: &Reader<'_>, record: &str) -> Result<Option<(i64, String)>, StoreError> {
    let mut statement = reader.conn.prepare_cached(WORDS)?;
    Ok(statement.query_row([record], |row| Ok((row.get(0)?, row.get(1)?))).optional()?)
}
