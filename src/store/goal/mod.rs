//! Goals in the journal, with their criteria, ratings and key results.

use rusqlite::OptionalExtension;

use super::cell::{Cells, Mapped, fields, given};
use super::change::{Table, standing};
use super::condition::Conditions;
use super::refs::{missing, ref_of};
use super::{Reader, StoreError, Writer};
use crate::domain::goal::{Criterion, Goal, GoalOwner, GoalStatus, NumberedCriterion};
use crate::domain::id::{EngagementId, GoalId, Handle, Noun, PartId, Ref};
use crate::domain::refusal::Refusal;
use crate::domain::text::Line;
use crate::domain::time::Day;
use crate::domain::word::{Setting, Visibility};

mod course;
mod key_result;
pub(crate) use key_result::{KeyResultEdit, NewKeyResult};

/// A goal to add.
#[derive(Clone, Debug)]
pub(crate) struct NewGoal {
    pub(crate) title: Line,
    pub(crate) owner: GoalOwner,
    pub(crate) focus: Option<Line>,
    pub(crate) success: Vec<Line>,
    pub(crate) visibility: Visibility,
}

/// What an edit may set; an absent field stays. New success criteria replace the old ones.
#[derive(Clone, Debug, Default)]
pub(crate) struct GoalEdit {
    pub(crate) title: Option<Line>,
    pub(crate) owner: Option<GoalOwner>,
    pub(crate) focus: Option<Setting<Line>>,
    pub(crate) success: Option<Vec<Line>>,
    pub(crate) visibility: Option<Visibility>,
    pub(crate) status: Option<GoalStatus>,
}

/// Which goals to list; an absent part does not narrow.
#[derive(Clone, Debug, Default)]
pub(crate) struct GoalFilter {
    pub(crate) engagement: Option<EngagementId>,
    pub(crate) status: Option<GoalStatus>,
    pub(crate) focus: Option<String>,
    pub(crate) removed: bool,
}

const GOAL: &str = concat!(
    "SELECT g.*, coalesce(g.removed_at, e.removed_at) AS gone_at, e.slug AS engagement, e.own AS own, ",
    ref_of!("g.id"),
    " AS ref,
       (SELECT group_concat(",
    ref_of!("k.id"),
    ", char(31) ORDER BY k.id) FROM key_result k
         WHERE k.goal_id = g.id AND k.removed_at IS NULL) AS key_results"
);

const FROM_GOALS: &str = "FROM goal g CROSS JOIN engagement e ON e.id = g.engagement_id";
const FROM_ENGAGEMENTS: &str = "FROM engagement e CROSS JOIN goal g ON g.engagement_id = e.id";

fn goal(row: &Mapped<'_, '_>) -> rusqlite::Result<Goal> {
    Ok(Goal {
        reference: row.parsed("ref")?,
        id: row.parsed("id")?,
        engagement: row.parsed("engagement")?,
        title: row.get("title")?,
        owner: row.word("owner")?,
        focus: row.get("focus")?,
        status: row.word("status")?,
        criteria: Vec::new(),
        rating: None,
        key_results: row.listed("key_results")?,
        visibility: row.word("visibility")?,
        engagement_id: row.parsed("engagement_id")?,
        own: row.get("own")?,
        ratings: Vec::new(),
        removed: row.is_gone()?,
    })
}

impl Reader<'_> {
    /// Goals by engagement, one's own last; of each the active ones first, then in the order of their making.
    pub(crate) fn list_goals(&self, filter: &GoalFilter) -> Result<Vec<Goal>, StoreError> {
        let conditions = Conditions::standing("g.removed_at", filter.removed)
            .and_standing("e.removed_at")
            .and("g.engagement_id = ?", filter.engagement)
            .and_many("g.status = ?", filter.status)
            .and_many("g.focus = ? COLLATE NOCASE", filter.focus.clone());
        let from = if filter.removed { FROM_GOALS } else { FROM_ENGAGEMENTS };
        let select = format!("{GOAL} {from}");
        let mut goals =
            self.rows(&select, conditions, "e.slug, g.status <> 'active', g.id", goal)?;
        goals.sort_by_key(|goal| goal.own);
        goals.into_iter().map(|goal| self.filled_goal(goal)).collect()
    }

    /// The goal of this ref or id, removed or not.
    pub(crate) fn get_goal(&self, handle: &Handle) -> Result<Goal, StoreError> {
        let id = self.record_id(Noun::Goal, handle)?;
        let sql = format!("{GOAL} {FROM_GOALS} WHERE g.id = ?");
        let found = self
            .conn
            .prepare_cached(&sql)?
            .query_row([id.to_string()], Mapped::alone(goal))
            .optional()?;
        self.filled_goal(found.ok_or_else(|| missing(Noun::Goal, handle))?)
    }

    /// The goal of this ref, which must belong to `engagement` and stand.
    pub(crate) fn goal_within(
        &self,
        handle: &Handle,
        engagement: EngagementId,
    ) -> Result<Goal, StoreError> {
        let goal = self.get_goal(handle)?;
        standing(goal.removed, &goal.reference)?;
        if goal.engagement_id != engagement {
            return Err(Refusal::OtherEngagement {
                reference: goal.reference,
                engagement: goal.engagement,
            }
            .into());
        }
        Ok(goal)
    }

    /// How many active goals an engagement has.
    pub(crate) fn count_active_goals(&self, engagement: EngagementId) -> Result<u32, StoreError> {
        Ok(self
            .conn
            .prepare_cached(
                "SELECT count(*) FROM goal WHERE engagement_id = ? AND status = 'active' AND removed_at IS NULL",
            )?
            .query_row([engagement.to_string()], |row| row.get(0))?)
    }

    /// The criteria of a goal, numbered from 1.
    pub(crate) fn list_criteria(&self, goal: &Goal) -> Vec<NumberedCriterion> {
        (1..)
            .zip(&goal.criteria)
            .map(|(number, Criterion { text, evidence })| NumberedCriterion {
                goal: goal.reference,
                number,
                text: text.clone(),
                evidence: evidence.clone(),
                engagement_id: goal.engagement_id,
            })
            .collect()
    }

    fn filled_goal(&self, mut goal: Goal) -> Result<Goal, StoreError> {
        let id = goal.id.to_string();
        goal.criteria = self
            .conn
            .prepare_cached(
                "SELECT text, evidence FROM criterion WHERE goal_id = ? AND removed_at IS NULL ORDER BY id",
            )?
            .query_map([&id], |row| Ok(Criterion { text: row.get(0)?, evidence: row.get(1)? }))?
            .collect::<Result<_, _>>()?;
        // The score of a review is a rating of its day.
        let mut rated: Vec<(Day, String, u8)> = self
            .conn
            .prepare_cached(
                "SELECT rated_on, id, value FROM rating WHERE goal_id = ?1 AND removed_at IS NULL
                 UNION ALL
                 SELECT r.held_on, s.id, s.score FROM review_score s JOIN review r ON r.id = s.review_id
                 WHERE s.goal_id = ?1 AND s.removed_at IS NULL AND r.removed_at IS NULL",
            )?
            .query_map([&id], |row| Ok((row.parsed("rated_on")?, row.get(1)?, row.get(2)?)))?
            .collect::<Result<_, _>>()?;
        rated.sort();
        goal.ratings = rated.into_iter().map(|(on, _, value)| (on, value)).collect();
        goal.rating = goal.ratings.last().map(|(_, value)| *value);
        Ok(goal)
    }
}

impl Writer<'_> {
    /// Adds a goal with its success criteria.
    pub(crate) fn insert_goal(
        &mut self,
        engagement: EngagementId,
        new: NewGoal,
    ) -> Result<Ref, StoreError> {
        let id = GoalId::new(self.new_id());
        self.insert(
            Table::Goal,
            id,
            fields! {
                "engagement_id" => engagement,
                "title" => new.title,
                "owner" => new.owner,
                "focus" => new.focus,
                "visibility" => new.visibility,
                "status" => GoalStatus::Active,
            },
        )?;
        for text in new.success {
            self.insert_criterion_of(id, text, None)?;
        }
        self.name(Noun::Goal, id)
    }

    /// Changes a goal.
    pub(crate) fn update_goal(&mut self, goal: &Goal, edit: GoalEdit) -> Result<(), StoreError> {
        standing(goal.removed, &goal.reference)?;
        if let Some(success) = edit.success {
            for criterion in self.criterion_ids(goal.id)? {
                self.remove(Table::Criterion, criterion)?;
            }
            for text in success {
                self.insert_criterion_of(goal.id, text, None)?;
            }
        }
        let row = given! {
            "title" => edit.title,
            "owner" => edit.owner,
            "focus" => edit.focus,
            "visibility" => edit.visibility,
            "status" => edit.status,
        };
        self.update(Table::Goal, goal.id, row).map(drop)
    }

    /// Removes a goal; its criteria and key results go out of sight with it.
    pub(crate) fn remove_goal(&mut self, goal: &Goal) -> Result<(), StoreError> {
        standing(goal.removed, &goal.reference)?;
        self.remove(Table::Goal, goal.id)
    }

    /// Brings a goal back that was removed.
    pub(crate) fn restore_goal(&mut self, goal: &Goal) -> Result<(), StoreError> {
        self.restore(Table::Goal, goal.id, &goal.reference)
    }

    /// Adds a rating, 0 to 10.
    pub(crate) fn insert_rating(
        &mut self,
        goal: &Goal,
        value: u8,
        on: Day,
    ) -> Result<(), StoreError> {
        standing(goal.removed, &goal.reference)?;
        let id = PartId::new(self.new_id());
        self.insert(
            Table::Rating,
            id,
            fields! { "goal_id" => goal.id, "value" => u32::from(value), "rated_on" => on },
        )
    }

    /// Adds a criterion of success.
    pub(crate) fn insert_criterion(
        &mut self,
        goal: &Goal,
        text: Line,
        evidence: Option<Line>,
    ) -> Result<(), StoreError> {
        standing(goal.removed, &goal.reference)?;
        self.insert_criterion_of(goal.id, text, evidence)
    }

    fn insert_criterion_of(
        &mut self,
        goal: GoalId,
        text: Line,
        evidence: Option<Line>,
    ) -> Result<(), StoreError> {
        let id = PartId::new(self.new_id());
        self.insert(
            Table::Criterion,
            id,
            fields! { "goal_id" => goal, "text" => text, "evidence" => evidence },
        )
    }

    /// Changes the criterion of this number.
    pub(crate) fn update_criterion(
        &mut self,
        goal: &Goal,
        number: u32,
        text: Option<Line>,
        evidence: Option<Setting<Line>>,
    ) -> Result<(), StoreError> {
        let id = self.criterion_id(goal, number)?;
        self.update(Table::Criterion, id, given! { "text" => text, "evidence" => evidence })
            .map(drop)
    }

    /// Removes the criterion of this number; later ones move up.
    pub(crate) fn remove_criterion(&mut self, goal: &Goal, number: u32) -> Result<(), StoreError> {
        let id = self.criterion_id(goal, number)?;
        self.remove(Table::Criterion, id)
    }

    fn criterion_id(&self, goal: &Goal, number: u32) -> Result<PartId, StoreError> {
        standing(goal.removed, &goal.reference)?;
        let ids = self.criterion_ids(goal.id)?;
        usize::try_from(number)
            .ok()
            .and_then(|number| ids.get(number.checked_sub(1)?))
            .copied()
            .ok_or_else(|| StoreError::NotFound {
                what: "criterion",
                given: number.to_string(),
                near: (1..=ids.len()).map(|number| number.to_string()).collect(),
            })
    }

    fn criterion_ids(&self, goal: GoalId) -> Result<Vec<PartId>, StoreError> {
        let mut statement = self.conn.prepare_cached(
            "SELECT id FROM criterion WHERE goal_id = ? AND removed_at IS NULL ORDER BY id",
        )?;
        let rows = statement.query_map([goal.to_string()], |row| row.parsed("id"))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}
