//! Key results in the journal, with their measurements.

use rusqlite::OptionalExtension;

use crate::domain::goal::{Goal, KeyResult, Measurement, Number};
use crate::domain::id::{GoalId, Handle, KeyResultId, Noun, PartId, Ref};
use crate::domain::text::Line;
use crate::domain::time::Day;
use crate::store::cell::{Cells, Mapped, fields, given};
use crate::store::change::{Table, standing};
use crate::store::condition::Conditions;
use crate::store::refs::{missing, ref_of};
use crate::store::{Reader, StoreError, Writer};

/// A key result to add.
#[derive(Clone, Debug)]
pub(crate) struct NewKeyResult {
    pub(crate) title: Line,
    pub(crate) unit: Line,
    pub(crate) baseline: Number,
    pub(crate) target: Number,
}

/// What an edit may set; an absent field stays.
#[derive(Clone, Debug, Default)]
pub(crate) struct KeyResultEdit {
    pub(crate) title: Option<Line>,
    pub(crate) unit: Option<Line>,
    pub(crate) baseline: Option<Number>,
    pub(crate) target: Option<Number>,
}

const KEY_RESULT: &str = concat!(
    "SELECT k.*, g.engagement_id, coalesce(k.removed_at, g.removed_at, e.removed_at) AS gone_at, ",
    ref_of!("k.id"),
    " AS ref, ",
    ref_of!("k.goal_id"),
    " AS goal
     FROM key_result k CROSS JOIN goal g ON g.id = k.goal_id CROSS JOIN engagement e ON e.id = g.engagement_id"
);

fn key_result(row: &Mapped<'_, '_>) -> rusqlite::Result<KeyResult> {
    let baseline = Number::new(row.get("baseline")?);
    Ok(KeyResult {
        reference: row.parsed("ref")?,
        id: row.parsed("id")?,
        goal: row.parsed("goal")?,
        title: row.get("title")?,
        unit: row.get("unit")?,
        baseline,
        target: Number::new(row.get("target")?),
        current: baseline,
        measurements: Vec::new(),
        engagement_id: row.parsed("engagement_id")?,
        removed: row.is_gone()?,
    })
}

impl Reader<'_> {
    /// Key results, of one goal or of all, in the order of their making.
    pub(crate) fn list_key_results(
        &self,
        goal: Option<GoalId>,
        removed: bool,
    ) -> Result<Vec<KeyResult>, StoreError> {
        let conditions = Conditions::standing("k.removed_at", removed)
            .and_standing("g.removed_at")
            .and_standing("e.removed_at")
            .and("k.goal_id = ?", goal);
        let found = self.rows(KEY_RESULT, conditions, "k.goal_id, k.id", key_result)?;
        found.into_iter().map(|kr| self.filled_key_result(kr)).collect()
    }

    /// The key result of this ref or id, removed or not.
    pub(crate) fn get_key_result(&self, handle: &Handle) -> Result<KeyResult, StoreError> {
        let id = self.record_id(Noun::KeyResult, handle)?;
        let sql = format!("{KEY_RESULT} WHERE k.id = ?");
        let found = self
            .conn
            .prepare_cached(&sql)?
            .query_row([id.to_string()], Mapped::alone(key_result))
            .optional()?;
        self.filled_key_result(found.ok_or_else(|| missing(Noun::KeyResult, handle))?)
    }

    fn filled_key_result(&self, mut found: KeyResult) -> Result<KeyResult, StoreError> {
        found.measurements = self
            .conn
            .prepare_cached(
                "SELECT measured_on, value FROM measurement
                 WHERE key_result_id = ? AND removed_at IS NULL ORDER BY measured_on, id",
            )?
            .query_map([found.id.to_string()], |row| {
                Ok(Measurement { on: row.parsed("measured_on")?, value: Number::new(row.get(1)?) })
            })?
            .collect::<Result<_, _>>()?;
        found.current = found.measurements.last().map_or(found.baseline, |last| last.value);
        Ok(found)
    }
}

impl Writer<'_> {
    /// Adds a key result to a goal.
    pub(crate) fn insert_key_result(
        &mut self,
        goal: &Goal,
        new: NewKeyResult,
    ) -> Result<Ref, StoreError> {
        standing(goal.removed, &goal.reference)?;
        let id = KeyResultId::new(self.new_id());
        self.insert(
            Table::KeyResult,
            id,
            fields! {
                "goal_id" => goal.id,
                "title" => new.title,
                "unit" => new.unit,
                "baseline" => new.baseline,
                "target" => new.target,
            },
        )?;
        self.name(Noun::KeyResult, id)
    }

    /// Changes a key result.
    pub(crate) fn update_key_result(
        &mut self,
        kr: &KeyResult,
        edit: KeyResultEdit,
    ) -> Result<(), StoreError> {
        standing(kr.removed, &kr.reference)?;
        let row = given! {
            "title" => edit.title,
            "unit" => edit.unit,
            "baseline" => edit.baseline,
            "target" => edit.target,
        };
        self.update(Table::KeyResult, kr.id, row).map(drop)
    }

    /// Adds a measurement.
    pub(crate) fn insert_measurement(
        &mut self,
        kr: &KeyResult,
        value: Number,
        on: Day,
    ) -> Result<(), StoreError> {
        standing(kr.removed, &kr.reference)?;
        let id = PartId::new(self.new_id());
        self.insert(
            Table::Measurement,
            id,
            fields! { "key_result_id" => kr.id, "value" => value, "measured_on" => on },
        )
    }

    /// Removes a key result.
    pub(crate) fn remove_key_result(&mut self, kr: &KeyResult) -> Result<(), StoreError> {
        standing(kr.removed, &kr.reference)?;
        self.remove(Table::KeyResult, kr.id)
    }

    /// Brings a key result back that was removed.
    pub(crate) fn restore_key_result(&mut self, key_result: &KeyResult) -> Result<(), StoreError> {
        self.restore(Table::KeyResult, key_result.id, &key_result.reference)
    }
}
