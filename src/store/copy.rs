//! Whole copies of a journal: made, looked through, and put in a journal's place.

use std::path::Path;

use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, OptionalExtension, params};

use super::change::Table;
use super::{Clock, Journal, RawKey, Salt, StoreError, connect, key_pragma, schema};
use crate::domain::time::{Moment, Zone};

/// A journal as its file stands, of this program's schema or an earlier one.
#[derive(Debug)]
pub(crate) struct Source<'c>(pub(super) &'c Connection);

/// What a sound journal or copy holds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Contents {
    /// How many records stand, by kind, in the order of the tables.
    pub(crate) counts: Vec<(&'static str, u64)>,
    /// The number of its last step; 0 where nothing was written yet.
    pub(crate) steps: i64,
    /// When the last step was.
    pub(crate) last: Option<Moment>,
    /// The ids of the first and the last step. Every copy of a journal has its first step.
    first_id: Option<String>,
    last_id: Option<String>,
}

impl Contents {
    /// How many records stand, of all kinds.
    pub(crate) fn records(&self) -> u64 {
        self.counts.iter().map(|(_, count)| count).sum()
    }

    /// Whether both are states of one journal, as their first steps tell; never of one in which
    /// nothing was written yet.
    pub(crate) fn is_of_one_journal_with(&self, other: &Self) -> bool {
        self.first_id.is_some() && self.first_id == other.first_id
    }
}

impl Source<'_> {
    /// Writes a copy of one state into the empty file at `path`, with the same key and salt.
    pub(crate) fn copy_into(&self, path: &Path) -> Result<(), StoreError> {
        // SQLite takes names in UTF-8 alone; under another name the copy would lie unguarded.
        let Some(name) = path.to_str() else {
            return Err(StoreError::Unreadable {
                path: path.to_owned(),
                error: std::io::Error::other("its name is not UTF-8"),
            });
        };
        self.0.execute("VACUUM INTO ?", [name])?;
        Ok(())
    }

    /// What it holds.
    pub(crate) fn contents(&self) -> Result<Contents, StoreError> {
        let mut counts = Vec::new();
        // A snapshot of a method is no record: nobody made it as such.
        let is_record = |table: Table| table.whole().is_none() && table != Table::MethodSnapshot;
        for (table, name) in Table::ALL.iter().filter(|(table, _)| is_record(*table)) {
            let there: bool = self.0.query_row(
                "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = ?",
                [name],
                |row| row.get(0),
            )?;
            if there {
                let sql = format!("SELECT count(*) FROM {name} WHERE removed_at IS NULL");
                let count: u32 = self.0.query_row(&sql, [], |row| row.get(0))?;
                counts.push((table.plural(), count.into()));
            }
        }
        let last = self
            .0
            .query_row("SELECT seq, id, at, zone FROM step ORDER BY seq DESC LIMIT 1", [], |row| {
                let (at, zone): (String, String) = (row.get(2)?, row.get(3)?);
                let at = zone.parse().ok().and_then(|zone: Zone| Moment::from_stored(&at, zone));
                Ok((row.get(0)?, row.get(1)?, at))
            })
            .optional()?;
        let (steps, last_id, last) =
            last.map_or((0, None, None), |(seq, id, at)| (seq, Some(id), at));
        let first_id = first_step(self.0)?;
        Ok(Contents { counts, steps, last, first_id, last_id })
    }

    /// Whether anything was ever written.
    pub(crate) fn is_blank(&self) -> Result<bool, StoreError> {
        Ok(!self.0.query_row("SELECT EXISTS (SELECT 1 FROM step)", [], |row| row.get(0))?)
    }
}

/// Reads every page of the journal or copy at `path`, checks its structure and what its records
/// say of each other, and tells what it holds. Nothing is changed, an earlier schema neither.
///
/// # Errors
/// [`StoreError::Damaged`] with the first thing found; [`StoreError::NotAJournal`] where it is
/// damaged at its start or the key is another's; [`StoreError::TooNew`].
pub(crate) fn verify(path: &Path, key: Option<&RawKey>) -> Result<Contents, StoreError> {
    let look = || -> Result<Contents, StoreError> {
        let conn = connect(path, key, None)?;
        schema::recognise(&conn, path)?;
        match findings(&conn, key.is_some())?.into_iter().next() {
            Some(detail) => Err(StoreError::Damaged { detail }),
            None => Source(&conn).contents(),
        }
    };
    look().map_err(|error| match error {
        StoreError::Damaged { .. } => {
            StoreError::Damaged { detail: "a part of it was altered or is missing".to_owned() }
        }
        other => other,
    })
}

/// The id of the first step, by which every copy of a journal is known.
fn first_step(conn: &Connection) -> Result<Option<String>, StoreError> {
    let sql = "SELECT id FROM step ORDER BY seq LIMIT 1";
    Ok(conn.query_row(sql, [], |row| row.get(0)).optional()?)
}

/// The id of the first step of the plain journal at `path`; nothing where none was written.
pub(crate) fn plain_lineage(path: &Path) -> Result<Option<String>, StoreError> {
    let conn = connect(path, None, None)?;
    schema::recognise(&conn, path)?;
    first_step(&conn)
}

/// Gives the copy at `path` another key and another salt.
pub(crate) fn change_key(
    path: &Path,
    from: &RawKey,
    to: &RawKey,
    salt: Salt,
) -> Result<(), StoreError> {
    let conn = connect(path, Some(from), None)?;
    conn.execute_batch(&key_pragma("rekey", to, Some(salt)))?;
    Ok(())
}

/// What SQLite and SQLCipher find wrong with the pages, the structure and the foreign keys.
pub(super) fn findings(conn: &Connection, sealed: bool) -> Result<Vec<String>, StoreError> {
    let texts = |sql: &str| -> Result<Vec<String>, StoreError> {
        let mut statement = conn.prepare(sql)?;
        let found = statement.query_map([], |row| row.get(0))?;
        Ok(found.collect::<Result<_, _>>()?)
    };
    let mut all = if sealed { texts("PRAGMA cipher_integrity_check")? } else { Vec::new() };
    all.extend(texts("PRAGMA integrity_check(20)")?.into_iter().filter(|text| text != "ok"));
    let mut statement = conn.prepare("PRAGMA foreign_key_check")?;
    let orphans = statement.query_map([], |row| {
        let (table, parent): (String, String) = (row.get(0)?, row.get(2)?);
        Ok(format!("a row of {table} names a {parent} that is not there"))
    })?;
    all.extend(orphans.collect::<Result<Vec<_>, _>>()?);
    Ok(all)
}

impl Journal {
    /// The journal as something to copy.
    pub(crate) fn source(&self) -> Source<'_> {
        Source(&self.conn)
    }

    /// Whether a state of this journal is the one that `copy` holds, some steps ago or now.
    pub(crate) fn descends_from(&self, copy: &Contents) -> Result<bool, StoreError> {
        let id: Option<String> = self
            .conn
            .query_row("SELECT id FROM step WHERE seq = ?", [copy.steps], |row| row.get(0))
            .optional()?;
        Ok(copy.steps == 0 || id == copy.last_id)
    }

    /// What was written after `copy` was made from this journal, the newest first, at most `most`.
    pub(crate) fn since(&self, copy: &Contents, most: usize) -> Result<Vec<String>, StoreError> {
        let mut statement = self.conn.prepare(
            "SELECT command || ': ' || summary FROM step WHERE seq > ? ORDER BY seq DESC LIMIT ?",
        )?;
        let rows = statement
            .query_map(params![copy.steps, i64::try_from(most).unwrap_or(i64::MAX)], |row| {
                row.get(0)
            })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Opens a journal to look at it, and to be taken over: it stays of the schema that it has.
    pub(crate) fn as_it_is(
        path: &Path,
        key: Option<&RawKey>,
        clock: Clock,
    ) -> Result<Self, StoreError> {
        let conn = connect(path, key, None)?;
        schema::recognise(&conn, path)?;
        Ok(Self { conn, clock, rehearse: false, sealed: key.is_some() })
    }

    /// Takes over everything that `copy` holds, in one transaction of the file: who waits for the
    /// journal finds the old state or the new one. Once nobody else can write, `stands` tells
    /// whether the journal is still what was kept of it; where not, nothing is done.
    pub(crate) fn take_over(
        &mut self,
        copy: &Self,
        stands: impl FnOnce() -> bool,
    ) -> Result<bool, StoreError> {
        let backup = Backup::new(&copy.conn, &mut self.conn)?;
        // No page yet: this takes the lock alone.
        match backup.step(0)? {
            StepResult::Busy | StepResult::Locked => return Err(StoreError::Busy),
            _ if !stands() => return Ok(false),
            _ => {}
        }
        match backup.step(-1)? {
            StepResult::Done => Ok(true),
            _ => Err(StoreError::Busy),
        }
    }
}
