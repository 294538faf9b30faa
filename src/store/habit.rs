//! Habits in the journal, with the days on which each was kept.

use std::collections::BTreeSet;

use rusqlite::{OptionalExtension, params};

use super::cell::{Cells, Mapped, fields, given, unreadable};
use super::change::{Table, standing};
use super::condition::Conditions;
use super::refs::{missing, ref_of};
use super::{Reader, StoreError, Writer};
use crate::domain::habit::{Every, Habit};
use crate::domain::id::{EngagementId, HabitId, Handle, Noun, PartId, Ref};
use crate::domain::refusal::Refusal;
use crate::domain::text::Line;
use crate::domain::time::Day;

/// What an edit may set; an absent field stays.
#[derive(Clone, Debug, Default)]
pub(crate) struct HabitEdit {
    pub(crate) text: Option<Line>,
    pub(crate) every: Option<Every>,
}

const HABIT: &str = concat!(
    "SELECT h.*, coalesce(h.removed_at, e.removed_at) AS gone_at, e.slug AS engagement, e.own AS own, ",
    ref_of!("h.id"),
    " AS ref FROM habit h CROSS JOIN engagement e ON e.id = h.engagement_id"
);

fn habit(row: &Mapped<'_, '_>) -> rusqlite::Result<Habit> {
    Ok(Habit {
        reference: row.parsed("ref")?,
        id: row.parsed("id")?,
        engagement: row.parsed("engagement")?,
        text: row.get("text")?,
        every: Every::new(row.get("every_days")?).ok_or_else(|| unreadable("every_days", ""))?,
        streak: 0,
        longest: 0,
        kept_on: Vec::new(),
        due: None,
        began: row.parsed("began_on")?,
        engagement_id: row.parsed("engagement_id")?,
        own: row.get("own")?,
        removed: row.is_gone()?,
    })
}

impl Reader<'_> {
    /// Habits by engagement, one's own last, then in the order of their making; as they stand today.
    pub(crate) fn list_habits(
        &self,
        engagement: Option<EngagementId>,
        removed: bool,
    ) -> Result<Vec<Habit>, StoreError> {
        let conditions = Conditions::standing("h.removed_at", removed)
            .and_standing("e.removed_at")
            .and("h.engagement_id = ?", engagement);
        let mut habits = self.rows(HABIT, conditions, "h.engagement_id, h.id", habit)?;
        habits.sort_by_key(|habit| habit.own);
        habits.into_iter().map(|habit| self.kept_habit(habit)).collect()
    }

    /// The habit of this ref or id, removed or not.
    pub(crate) fn get_habit(&self, handle: &Handle) -> Result<Habit, StoreError> {
        let id = self.record_id(Noun::Habit, handle)?;
        let sql = format!("{HABIT} WHERE h.id = ?");
        let found = self
            .conn
            .prepare_cached(&sql)?
            .query_row([id.to_string()], Mapped::alone(habit))
            .optional()?;
        self.kept_habit(found.ok_or_else(|| missing(Noun::Habit, handle))?)
    }

    fn kept_habit(&self, habit: Habit) -> Result<Habit, StoreError> {
        let days = self
            .conn
            .prepare_cached(
                "SELECT ticked_on FROM tick WHERE habit_id = ? AND removed_at IS NULL ORDER BY ticked_on, id",
            )?
            .query_map([habit.id.to_string()], |row| row.parsed("ticked_on"))?
            .collect::<Result<BTreeSet<Day>, _>>()?;
        Ok(habit.kept(days, self.today()))
    }
}

impl Writer<'_> {
    /// Begins a habit today.
    pub(crate) fn insert_habit(
        &mut self,
        engagement: EngagementId,
        text: Line,
        every: Every,
    ) -> Result<Ref, StoreError> {
        let id = HabitId::new(self.new_id());
        let today = self.today();
        self.insert(
            Table::Habit,
            id,
            fields! {
                "engagement_id" => engagement,
                "text" => text,
                "every_days" => every.days(),
                "began_on" => today,
            },
        )?;
        self.name(Noun::Habit, id)
    }

    /// Changes a habit. With another rhythm its days stay, and are parted into other periods.
    pub(crate) fn update_habit(
        &mut self,
        habit: &Habit,
        edit: HabitEdit,
    ) -> Result<(), StoreError> {
        standing(habit.removed, &habit.reference)?;
        let row = given! {
            "text" => edit.text,
            "every_days" => edit.every.map(Every::days),
        };
        self.update(Table::Habit, habit.id, row).map(drop)
    }

    /// Writes down that a habit was kept on a day; tells whether that is new.
    ///
    /// # Errors
    /// Refused for a day that is still to come.
    pub(crate) fn insert_tick(&mut self, habit: &Habit, on: Day) -> Result<bool, StoreError> {
        standing(habit.removed, &habit.reference)?;
        if on > self.today() {
            return Err(Refusal::StillToCome { reference: habit.reference, on }.into());
        }
        if habit.kept_on.contains(&on) {
            return Ok(false);
        }
        let id = PartId::new(self.new_id());
        self.insert(Table::Tick, id, fields! { "habit_id" => habit.id, "ticked_on" => on })?;
        Ok(true)
    }

    /// Takes back that a habit was kept on a day.
    ///
    /// # Errors
    /// Refused where it was not kept on that day.
    pub(crate) fn remove_tick(&mut self, habit: &Habit, on: Day) -> Result<(), StoreError> {
        standing(habit.removed, &habit.reference)?;
        let ticks: Vec<String> = self
            .conn
            .prepare_cached(
                "SELECT id FROM tick WHERE habit_id = ? AND ticked_on = ? AND removed_at IS NULL",
            )?
            .query_map(params![habit.id.to_string(), on.to_string()], |row| row.get(0))?
            .collect::<Result<_, _>>()?;
        if ticks.is_empty() {
            return Err(Refusal::NotTicked { reference: habit.reference, on }.into());
        }
        ticks.into_iter().try_for_each(|tick| self.remove(Table::Tick, tick))
    }

    /// Removes a habit.
    pub(crate) fn remove_habit(&mut self, habit: &Habit) -> Result<(), StoreError> {
        standing(habit.removed, &habit.reference)?;
        self.remove(Table::Habit, habit.id)
    }

    /// Brings a habit back that was removed.
    pub(crate) fn restore_habit(&mut self, habit: &Habit) -> Result<(), StoreError> {
        self.restore(Table::Habit, habit.id, &habit.reference)
    }
}
