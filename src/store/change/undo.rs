//! Undo and redo: the inverse of a step, run through the same door as a step of its own.

use rusqlite::types::Value;
use rusqlite::{OptionalExtension, params};

use super::{Kind, Table, Writer};
use crate::domain::discretion::About;
use crate::domain::refusal::Refusal;
use crate::store::{Journal, Reader, StoreError};

impl Writer<'_> {
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

/// The command that makes a journal: what the journal began with is no step to take back, or half a
/// journal would be left.
const FIRST: &str = "init";

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
    /// Whom it touched; not known unless it was looked up.
    #[serde(skip)]
    pub(crate) about: About,
}

impl Journal {
    /// Undoes the last `count` steps that stand, newest first, all or none.
    pub(crate) fn undo(&mut self, count: u32) -> Result<Vec<Turned>, StoreError> {
        self.turn(count, Kind::Undo, None)
    }

    /// Undoes the step of this number, which must be the last that stands.
    ///
    /// # Errors
    /// Refused where another was written since.
    pub(crate) fn undo_step(&mut self, step: i64) -> Result<Turned, StoreError> {
        let mut turned = self.turn(1, Kind::Undo, Some(step))?;
        turned.pop().ok_or(StoreError::from(Refusal::WrittenSince))
    }

    /// Does the last `count` undone steps again, oldest first, all or none.
    pub(crate) fn redo(&mut self, count: u32) -> Result<Vec<Turned>, StoreError> {
        self.turn(count, Kind::Redo, None)
    }

    /// Turns steps back or forward; `only` names the one that may be turned.
    fn turn(
        &mut self,
        count: u32,
        kind: Kind,
        only: Option<i64>,
    ) -> Result<Vec<Turned>, StoreError> {
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
                    let turned = Turned {
                        step: row.get(0)?,
                        command: row.get(1)?,
                        summary: row.get(2)?,
                        about: About::Unsaid,
                    };
                    Ok((turned, row.get::<_, i64>(3)?))
                })
                .optional()?;
            let is_first = |target: &Turned| target.step == 1 && target.command == FIRST;
            let found = found.filter(|(target, _)| !is_first(target));
            let Some((target, inverse_of)) = found else {
                return Err(
                    Refusal::NoSuchStep { undo: kind == Kind::Undo, asked: count, there }.into()
                );
            };
            if only.is_some_and(|only| only != target.step) {
                return Err(Refusal::WrittenSince.into());
            }
            let stays: bool = transaction
                .prepare_cached(
                    "SELECT NOT EXISTS (SELECT 1 FROM change WHERE step = ?1)
                         OR EXISTS (SELECT 1 FROM change WHERE step = ?1 AND tbl = ?2)",
                )?
                .query_row([target.step, Table::Signature as i64], |row| row.get(0))?;
            if stays {
                let Turned { command, summary, .. } = target;
                return Err(Refusal::NotUndoable { command, summary }.into());
            }
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
