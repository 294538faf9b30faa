//! The write door's inside: the only code that changes rows, and the log of what it changed.
//!
//! Nouns write by three verbs: [`Writer::insert`], [`Writer::update`] and [`Writer::remove`], which
//! leaves a tombstone. Each writes the row and the log in one transaction, so no change can be
//! forgotten. Undo and redo run the inverse through the same door as steps of their own; the log
//! only grows. Rows that an undo takes back are the only ones that leave a table.

use std::fmt::Display;
use std::ops::Deref;

use rusqlite::types::Value;
use rusqlite::{OptionalExtension, params, params_from_iter};
use uuid::{ContextV7, Timestamp, Uuid};

use super::cell::{Cell, fields};
use super::{Reader, StoreError};
use crate::domain::refusal::Refusal;
use crate::domain::time::Moment;

mod index;
mod table;
mod undo;

pub(super) use index::index_fits;
pub(super) use table::Table;
pub(crate) use undo::Turned;

/// The writing side of one transaction. It reads, inserts, updates and removes; it cannot commit.
#[derive(Debug)]
pub(crate) struct Writer<'c> {
    reader: Reader<'c>,
    ids: ContextV7,
    /// The millisecond of this step's ids.
    id_millis: u64,
    kind: Kind,
    target: Option<i64>,
    seq: i64,
    changes: i64,
    command: String,
    summary: String,
    reason: Option<String>,
    touched: index::Touched,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Kind {
    Do,
    Undo,
    Redo,
}

impl Kind {
    fn stored(self) -> &'static str {
        match self {
            Self::Do => "do",
            Self::Undo => "undo",
            Self::Redo => "redo",
        }
    }
}

impl<'c> Deref for Writer<'c> {
    type Target = Reader<'c>;

    fn deref(&self) -> &Reader<'c> {
        &self.reader
    }
}

impl<'c> Writer<'c> {
    /// Begins a step named by its command.
    pub(super) fn begin(reader: Reader<'c>, command: &str) -> Result<Self, StoreError> {
        let last: Option<(i64, String)> = reader
            .conn
            .prepare_cached("SELECT seq, id FROM step ORDER BY seq DESC LIMIT 1")?
            .query_row([], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        let (seq, last_id) = last.map_or((0, None), |(seq, id)| (seq, Uuid::try_parse(&id).ok()));
        let now = u64::try_from(reader.clock.now.utc().timestamp_millis()).unwrap_or(0);
        let last_millis = last_id.and_then(|id| id.get_timestamp()).map_or(0, |stamp| {
            let (seconds, nanos) = stamp.to_unix();
            seconds * 1_000 + u64::from(nanos / 1_000_000)
        });
        Ok(Self {
            reader,
            ids: ContextV7::new(),
            id_millis: now.max(last_millis + 1),
            kind: Kind::Do,
            target: None,
            seq: seq + 1,
            changes: 0,
            command: command.to_owned(),
            summary: String::new(),
            reason: None,
            touched: index::Touched::new(),
        })
    }

    /// Says what the step did, in one line for `history` and `undo`.
    pub(crate) fn summarise(&mut self, summary: impl Into<String>) {
        self.summary = summary.into();
    }

    /// The number of this step, if it is written.
    pub(crate) fn step(&self) -> i64 {
        self.seq
    }

    /// Goes on at another moment: how the sample practice writes its past.
    pub(crate) fn move_to(&mut self, now: Moment) {
        self.reader.clock.now = now;
    }

    /// Keeps why an edit was made.
    pub(crate) fn explain(&mut self, reason: Option<&impl ToString>) {
        self.reason = reason.map(ToString::to_string);
    }

    /// A fresh UUIDv7 that sorts after every one this journal has given before, even where the
    /// clock stands still or goes back.
    pub(super) fn new_id(&self) -> Uuid {
        // The remainder is below 1,000, so its nanoseconds fit.
        let nanos = (self.id_millis % 1_000) as u32 * 1_000_000;
        Uuid::new_v7(Timestamp::from_unix(&self.ids, self.id_millis / 1_000, nanos))
    }

    /// Makes a row. `created_at` is added.
    pub(super) fn insert(
        &mut self,
        table: Table,
        id: impl Display,
        mut row: Vec<(&'static str, Value)>,
    ) -> Result<(), StoreError> {
        row.push(("created_at", self.now().cell()));
        let row: Vec<(String, Value)> =
            row.into_iter().map(|(field, value)| (field.to_owned(), value)).collect();
        self.insert_row(table, &id.to_string(), row)
    }

    /// Changes fields of a row; those that stay the same are not logged. Tells whether any changed.
    pub(super) fn update(
        &mut self,
        table: Table,
        id: impl Display,
        row: Vec<(&'static str, Value)>,
    ) -> Result<bool, StoreError> {
        let before = self.changes;
        let id = id.to_string();
        for (field, value) in row {
            self.set_field(table, &id, field, value)?;
        }
        Ok(self.changes > before)
    }

    /// Leaves a tombstone: the row stays, and no list shows it.
    pub(super) fn remove(&mut self, table: Table, id: impl Display) -> Result<(), StoreError> {
        let now = self.now();
        self.update(table, id, fields! { "removed_at" => now }).map(drop)
    }

    /// Takes a tombstone away.
    ///
    /// # Errors
    /// Refused where the record itself was not removed: `name` is how it is spoken of.
    pub(super) fn restore(
        &mut self,
        table: Table,
        id: impl Display,
        name: &dyn Display,
    ) -> Result<(), StoreError> {
        match self.update(table, id, fields! { "removed_at" => None::<Moment> })? {
            true => Ok(()),
            false => Err(Refusal::NotRemoved { name: name.to_string() }.into()),
        }
    }

    /// Writes the step, if anything changed, and tells whether.
    pub(super) fn finish(mut self) -> Result<bool, StoreError> {
        if self.changes == 0 {
            return Ok(false);
        }
        self.index()?;
        self.close()?;
        Ok(true)
    }

    /// Writes the step although nothing changed: a mark that `undo` does not step over.
    pub(super) fn mark(self) -> Result<(), StoreError> {
        self.close()
    }

    /// Writes the step. A new one ends what could be done again.
    fn close(self) -> Result<(), StoreError> {
        let conn = self.reader.conn;
        if self.kind == Kind::Do {
            conn.prepare_cached(
                "UPDATE step SET state = 'gone' WHERE kind = 'do' AND state = 'undone'",
            )?
            .execute([])?;
        }
        let now = self.now();
        conn.prepare_cached(
            "INSERT INTO step (seq, id, at, zone, command, summary, reason, kind, state, target)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'done', ?)",
        )?
        .execute(params![
            self.seq,
            self.new_id().hyphenated().to_string(),
            now.stored(),
            now.zone().to_string(),
            self.command,
            self.summary,
            self.reason,
            self.kind.stored(),
            self.target
        ])?;
        Ok(())
    }

    fn insert_row(
        &mut self,
        table: Table,
        id: &str,
        row: Vec<(String, Value)>,
    ) -> Result<(), StoreError> {
        let whole =
            table.whole().and_then(|(column, _)| row.iter().find(|(name, _)| name == column));
        self.touch(table, id, None, whole.map(|(_, value)| value))?;
        let columns: String = row.iter().map(|(field, _)| format!(", {field}")).collect();
        let marks = ", ?".repeat(row.len());
        let sql = format!("INSERT INTO {} (id{columns}) VALUES (?{marks})", table.name());
        let values = row.iter().map(|(_, value)| value.clone());
        self.reader
            .conn
            .prepare_cached(&sql)?
            .execute(params_from_iter(std::iter::once(Value::Text(id.to_owned())).chain(values)))?;
        for (field, value) in row {
            if value != Value::Null {
                self.log(table, id, "create", &field, Value::Null, value)?;
            }
        }
        Ok(())
    }

    fn set_field(
        &mut self,
        table: Table,
        id: &str,
        field: &str,
        value: Value,
    ) -> Result<(), StoreError> {
        let sql = format!("SELECT {field} FROM {} WHERE id = ?", table.name());
        let old: Value =
            self.reader.conn.prepare_cached(&sql)?.query_row([id], |row| row.get(0))?;
        if old == value {
            return Ok(());
        }
        self.touch(table, id, Some(field), None)?;
        let sql = format!("UPDATE {} SET {field} = ? WHERE id = ?", table.name());
        self.reader.conn.prepare_cached(&sql)?.execute(params![value, id])?;
        self.log(table, id, "update", field, old, value)
    }

    fn delete_row(&mut self, table: Table, id: &str) -> Result<(), StoreError> {
        let sql = format!("SELECT * FROM {} WHERE id = ?", table.name());
        let row: Vec<(String, Value)> = {
            let mut statement = self.reader.conn.prepare_cached(&sql)?;
            let names: Vec<String> = statement.column_names().map(str::to_owned).collect();
            statement.query_row([id], |row| {
                names.into_iter().enumerate().map(|(at, name)| Ok((name, row.get(at)?))).collect()
            })?
        };
        self.touch(table, id, None, None)?;
        let sql = format!("DELETE FROM {} WHERE id = ?", table.name());
        self.reader.conn.prepare_cached(&sql)?.execute([id])?;
        for (field, value) in row {
            if field != "id" && value != Value::Null {
                self.log(table, id, "delete", &field, value, Value::Null)?;
            }
        }
        Ok(())
    }

    fn log(
        &mut self,
        table: Table,
        id: &str,
        op: &str,
        field: &str,
        old: Value,
        new: Value,
    ) -> Result<(), StoreError> {
        self.changes += 1;
        self.reader
            .conn
            .prepare_cached(
                "INSERT INTO change (step, n, tbl, record, op, field, old, new) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            )?
            .execute(params![self.seq, self.changes, table as i64, id, op, field, old, new])?;
        Ok(())
    }
}

/// Refuses a change to a record that was removed.
pub(super) fn standing(removed: bool, name: &dyn std::fmt::Display) -> Result<(), StoreError> {
    if removed { Err(Refusal::Removed { name: name.to_string() }.into()) } else { Ok(()) }
}
