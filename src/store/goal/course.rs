//! The course of a goal, out of the change log.

use rusqlite::types::Value;

use crate::domain::goal::{Course, Goal, Logged, Part, Seen, course_of};
use crate::domain::id::Ref;
use crate::store::cell::Cells;
use crate::store::refs::ref_of;
use crate::store::{Reader, StoreError};

/// What was logged of one record, without what was undone. What a record was made with is of the day of
/// its making.
const LOGGED: &str = "SELECT c.step, c.n, c.op = 'create' AS made, c.field, c.old, c.new, s.reason,
       local_day(coalesce((SELECT m.new FROM change m WHERE m.record = c.record AND m.step = c.step
         AND m.op = 'create' AND c.op = 'create' AND m.field = 'created_at'), s.at), s.zone) AS done_on
     FROM change c CROSS JOIN step s ON s.seq = c.step
     WHERE c.record = ? AND s.kind = 'do' AND s.state = 'done'";

impl Reader<'_> {
    /// How a goal was first set, and what was amended since.
    pub(crate) fn goal_course(&self, goal: Goal, seen: Seen) -> Result<Course, StoreError> {
        let mut log = Vec::new();
        self.add_logged(&goal.id.to_string(), &Part::Goal, &mut log)?;
        for id in self.parts_of(&goal, "SELECT id, NULL FROM criterion WHERE goal_id = ?")? {
            self.add_logged(&id.0, &Part::Criterion(id.0.clone()), &mut log)?;
        }
        let key_results =
            concat!("SELECT k.id, ", ref_of!("k.id"), " FROM key_result k WHERE k.goal_id = ?");
        for (id, reference) in self.parts_of(&goal, key_results)? {
            if let Some(reference) = reference {
                self.add_logged(&id, &Part::KeyResult(reference), &mut log)?;
            }
        }
        log.sort_by_key(|(n, line)| (line.step, *n));
        let log: Vec<Logged> = log.into_iter().map(|(_, line)| line).collect();
        let measured = self.list_key_results(Some(goal.id), false)?;
        Ok(course_of(goal, measured, &log, seen))
    }

    /// The parts of a goal, removed ones too: their ids, and the refs of those that have one.
    fn parts_of(&self, goal: &Goal, sql: &str) -> Result<Vec<(String, Option<Ref>)>, StoreError> {
        let mut statement = self.conn.prepare_cached(sql)?;
        let rows = statement.query_map([goal.id.to_string()], |row| {
            let reference: Option<String> = row.get(1)?;
            Ok((row.get(0)?, reference.and_then(|text| text.parse().ok())))
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    fn add_logged(
        &self,
        record: &str,
        part: &Part,
        log: &mut Vec<(i64, Logged)>,
    ) -> Result<(), StoreError> {
        let mut statement = self.conn.prepare_cached(LOGGED)?;
        let rows = statement.query_map([record], |row| {
            let line = Logged {
                step: row.get("step")?,
                on: row.parsed("done_on")?,
                part: part.clone(),
                made: row.get("made")?,
                field: row.get("field")?,
                old: row.get::<_, Value>("old")?.into(),
                new: row.get::<_, Value>("new")?.into(),
                reason: row.get("reason")?,
            };
            Ok((row.get("n")?, line))
        })?;
        for line in rows {
            log.push(line?);
        }
        Ok(())
    }
}
