//! The course of a goal, out of the change log.

use rusqlite::types::Value;

use crate::domain::goal::{
    Course, Goal, KeyResult, Logged, Measurement, Number, Part, Seen, course_of, origin,
};
use crate::domain::id::{GoalId, Handle, Ref, ReviewId};
use crate::domain::time::Day;
use crate::domain::word::Visibility;
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

/// In which step a number was given, as it stands.
const GIVEN_IN: &str = "coalesce((SELECT max(c.step) FROM change c CROSS JOIN step s ON s.seq = c.step
       WHERE c.record = a.id AND c.field IN ('value', 'score') AND s.kind = 'do' AND s.state = 'done'), 0)";

/// What of a goal may be told to the coachee: the numbers given since it was shared.
#[derive(Clone, Debug, Default)]
pub(crate) struct Since {
    /// Oldest first.
    pub(crate) ratings: Vec<(Day, u8)>,
    /// The reviews whose score is one of them.
    pub(crate) reviews: Vec<ReviewId>,
}

impl Reader<'_> {
    /// How a goal was first set, and what was amended since.
    pub(crate) fn goal_course(&self, mut goal: Goal, seen: Seen) -> Result<Course, StoreError> {
        let log = self.goal_log(&goal)?;
        let mut measured = self.list_key_results(Some(goal.id), false)?;
        if seen == Seen::ByCoachee {
            let origin = origin(&log, seen);
            goal.ratings = self.given_since(goal.id, origin)?.ratings;
            goal.rating = goal.ratings.last().map(|(_, value)| *value);
            for key_result in &mut measured {
                self.measured_since(key_result, origin)?;
            }
        }
        Ok(course_of(goal, measured, &log, seen))
    }

    /// What was said of a goal in numbers since it was last shared with the coachee; nothing of a private
    /// one.
    pub(crate) fn since_shared(&self, goal: Ref) -> Result<Since, StoreError> {
        let goal = self.get_goal(&Handle::Ref(goal))?;
        if goal.visibility != Visibility::Shared {
            return Ok(Since::default());
        }
        let origin = origin(&self.goal_log(&goal)?, Seen::ByCoachee);
        self.given_since(goal.id, origin)
    }

    /// The ratings of a goal that were given in a step or after it.
    fn given_since(&self, goal: GoalId, step: i64) -> Result<Since, StoreError> {
        let mut rated: Vec<(Day, String, u8, Option<ReviewId>)> = self
            .conn
            .prepare_cached(&format!(
                "SELECT a.rated_on, a.id, a.value, NULL AS review FROM rating a
                 WHERE a.goal_id = ?1 AND a.removed_at IS NULL AND {GIVEN_IN} >= ?2
                 UNION ALL
                 SELECT r.held_on, a.id, a.score, r.id FROM review_score a JOIN review r ON r.id = a.review_id
                 WHERE a.goal_id = ?1 AND a.removed_at IS NULL AND r.removed_at IS NULL AND {GIVEN_IN} >= ?2"
            ))?
            .query_map((goal.to_string(), step), |row| {
                Ok((row.parsed("rated_on")?, row.get(1)?, row.get(2)?, row.parsed_or_none("review")?))
            })?
            .collect::<Result<_, _>>()?;
        rated.sort_by(|one, other| (one.0, &one.1).cmp(&(other.0, &other.1)));
        Ok(Since {
            ratings: rated.iter().map(|(on, _, value, _)| (*on, *value)).collect(),
            reviews: rated.into_iter().filter_map(|(.., review)| review).collect(),
        })
    }

    /// Leaves a key result the measurements that were given in a step or after it.
    fn measured_since(&self, found: &mut KeyResult, step: i64) -> Result<(), StoreError> {
        found.measurements = self
            .conn
            .prepare_cached(&format!(
                "SELECT a.measured_on, a.value FROM measurement a
                 WHERE a.key_result_id = ? AND a.removed_at IS NULL AND {GIVEN_IN} >= ?
                 ORDER BY a.measured_on, a.id"
            ))?
            .query_map((found.id.to_string(), step), |row| {
                Ok(Measurement { on: row.parsed("measured_on")?, value: Number::new(row.get(1)?) })
            })?
            .collect::<Result<_, _>>()?;
        found.current = found.measurements.last().map_or(found.baseline, |last| last.value);
        Ok(())
    }

    /// The log of a goal and its parts, in order.
    fn goal_log(&self, goal: &Goal) -> Result<Vec<Logged>, StoreError> {
        let mut log = Vec::new();
        self.add_logged(&goal.id.to_string(), &Part::Goal, &mut log)?;
        for id in self.parts_of(goal, "SELECT id, NULL FROM criterion WHERE goal_id = ?")? {
            self.add_logged(&id.0, &Part::Criterion(id.0.clone()), &mut log)?;
        }
        let key_results =
            concat!("SELECT k.id, ", ref_of!("k.id"), " FROM key_result k WHERE k.goal_id = ?");
        for (id, reference) in self.parts_of(goal, key_results)? {
            if let Some(reference) = reference {
                self.add_logged(&id, &Part::KeyResult(reference), &mut log)?;
            }
        }
        log.sort_by_key(|(n, line)| (line.step, *n));
        Ok(log.into_iter().map(|(_, line)| line).collect())
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
