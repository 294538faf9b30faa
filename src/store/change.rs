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
use super::{Journal, Reader, StoreError};
use crate::domain::refusal::Refusal;
use crate::domain::time::Moment;

/// A table whose rows are logged. Its place in [`Table::ALL`] is stored: append only.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Table {
    Organisation,
    Person,
    Engagement,
    SlugAlias,
    Participant,
    Goal,
    Criterion,
    Rating,
    KeyResult,
    Measurement,
    Session,
    Attendee,
    Note,
    NoteRevision,
    Action,
    Outcome,
}

impl Table {
    pub(super) const ALL: &'static [(Self, &'static str)] = &[
        (Self::Organisation, "organisation"),
        (Self::Person, "person"),
        (Self::Engagement, "engagement"),
        (Self::SlugAlias, "slug_alias"),
        (Self::Participant, "participant"),
        (Self::Goal, "goal"),
        (Self::Criterion, "criterion"),
        (Self::Rating, "rating"),
        (Self::KeyResult, "key_result"),
        (Self::Measurement, "measurement"),
        (Self::Session, "session"),
        (Self::Attendee, "attendee"),
        (Self::Note, "note"),
        (Self::NoteRevision, "note_revision"),
        (Self::Action, "action"),
        (Self::Outcome, "outcome"),
    ];

    fn name(self) -> &'static str {
        Self::ALL[self as usize].1
    }

    /// For a table of parts: the column that names the whole, and what the part is called.
    pub(super) fn whole(self) -> Option<(&'static str, &'static str)> {
        match self {
            Self::SlugAlias => Some(("engagement_id", "former_slug")),
            Self::Participant => Some(("engagement_id", "participant")),
            Self::Criterion => Some(("goal_id", "criterion")),
            Self::Rating => Some(("goal_id", "rating")),
            Self::Measurement => Some(("key_result_id", "measurement")),
            Self::Attendee => Some(("session_id", "attendee")),
            Self::NoteRevision => Some(("note_id", "revision")),
            Self::Outcome => Some(("action_id", "outcome")),
            _ => None,
        }
    }

    /// The table stored under `code`.
    pub(super) fn from_code(code: i64) -> Result<Self, StoreError> {
        usize::try_from(code)
            .ok()
            .and_then(|at| Self::ALL.get(at))
            .map(|(table, _)| *table)
            .ok_or_else(|| StoreError::Damaged { detail: format!("the log names table {code}") })
    }
}

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
        })
    }

    /// Says what the step did, in one line for `history` and `undo`.
    pub(crate) fn summarise(&mut self, summary: impl Into<String>) {
        self.summary = summary.into();
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

    /// Writes the step, if anything changed, and tells whether. A new step ends what could be done
    /// again.
    pub(super) fn finish(self) -> Result<bool, StoreError> {
        if self.changes == 0 {
            return Ok(false);
        }
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
        Ok(true)
    }

    fn insert_row(
        &mut self,
        table: Table,
        id: &str,
        row: Vec<(String, Value)>,
    ) -> Result<(), StoreError> {
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

    /// Runs the inverse of a step's changes, last one first.
    fn invert(&mut self, seq: i64) -> Result<(), StoreError> {
        let logged: Vec<Logged> = self
            .reader
            .conn
            .prepare_cached(
                "SELECT tbl, record, op, field, old FROM change WHERE step = ? ORDER BY n DESC",
            )?
            .query_map([seq], |row| {
                Ok(Logged {
                    table: row.get(0)?,
                    record: row.get(1)?,
                    op: row.get(2)?,
                    field: row.get(3)?,
                    old: row.get(4)?,
                })
            })?
            .collect::<Result<_, _>>()?;
        let same_row = |a: &Logged, b: &Logged| {
            a.op != "update" && (a.table, &a.record, &a.op) == (b.table, &b.record, &b.op)
        };
        for group in logged.chunk_by(same_row) {
            let Some(first) = group.first() else { continue };
            let table = Table::from_code(first.table)?;
            match first.op.as_str() {
                "create" => self.delete_row(table, &first.record)?,
                "update" => {
                    self.set_field(table, &first.record, &first.field, first.old.clone())?
                }
                _ => {
                    let row =
                        group.iter().map(|each| (each.field.clone(), each.old.clone())).collect();
                    self.insert_row(table, &first.record, row)?;
                }
            }
        }
        Ok(())
    }
}

/// A line of the log, as an undo reads it.
struct Logged {
    table: i64,
    record: String,
    op: String,
    field: String,
    old: Value,
}

/// A step that was undone or done again: its number, command and summary.
#[derive(Clone, Debug, serde::Serialize)]
pub(crate) struct Turned {
    pub(crate) step: i64,
    pub(crate) command: String,
    pub(crate) summary: String,
}

impl Journal {
    /// Undoes the last `count` steps that stand, newest first, all or none.
    pub(crate) fn undo(&mut self, count: u32) -> Result<Vec<Turned>, StoreError> {
        self.turn(count, Kind::Undo)
    }

    /// Does the last `count` undone steps again, oldest first, all or none.
    pub(crate) fn redo(&mut self, count: u32) -> Result<Vec<Turned>, StoreError> {
        self.turn(count, Kind::Redo)
    }

    fn turn(&mut self, count: u32, kind: Kind) -> Result<Vec<Turned>, StoreError> {
        let clock = self.clock;
        let transaction =
            self.conn.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
        // A redo inverts the newest step that undid its target.
        let (next, state) = match kind {
            Kind::Redo => (
                "SELECT seq, command, summary, (SELECT max(u.seq) FROM step u WHERE u.target = step.seq AND u.kind = 'undo')
                 FROM step WHERE kind = 'do' AND state = 'undone' ORDER BY seq LIMIT 1",
                "done",
            ),
            _ => (
                "SELECT seq, command, summary, coalesce((SELECT max(r.seq) FROM step r WHERE r.target = step.seq AND r.kind = 'redo'), seq)
                 FROM step WHERE kind = 'do' AND state = 'done' ORDER BY seq DESC LIMIT 1",
                "undone",
            ),
        };
        let mut turned = Vec::new();
        for there in 0..count {
            let found = transaction
                .prepare_cached(next)?
                .query_row([], |row| {
                    let turned =
                        Turned { step: row.get(0)?, command: row.get(1)?, summary: row.get(2)? };
                    Ok((turned, row.get::<_, i64>(3)?))
                })
                .optional()?;
            let Some((target, inverse_of)) = found else {
                return Err(
                    Refusal::NoSuchStep { undo: kind == Kind::Undo, asked: count, there }.into()
                );
            };
            let reader = Reader { conn: &transaction, clock };
            let mut writer = Writer::begin(reader, kind.stored())?;
            writer.kind = kind;
            writer.target = Some(target.step);
            writer.invert(inverse_of)?;
            writer.summarise(format!("step {}: {}", target.step, target.summary));
            writer.finish()?;
            transaction
                .prepare_cached("UPDATE step SET state = ? WHERE seq = ?")?
                .execute(params![state, target.step])?;
            turned.push(target);
        }
        if !self.rehearse {
            transaction.commit()?;
        }
        Ok(turned)
    }
}

/// Refuses a change to a record that was removed.
pub(super) fn standing(removed: bool, name: &dyn std::fmt::Display) -> Result<(), StoreError> {
    if removed { Err(Refusal::Removed { name: name.to_string() }.into()) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_found_by_its_place() {
        for (at, (table, _)) in Table::ALL.iter().enumerate() {
            assert_eq!(*table as usize, at);
        }
    }
}
