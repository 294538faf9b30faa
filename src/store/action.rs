//! Actions in the journal, with their outcomes and how often they were carried over.

use rusqlite::OptionalExtension;

use super::cell::{Cells, Mapped, fields, given, unreadable};
use super::change::{Table, standing};
use super::condition::Conditions;
use super::refs::{missing, ref_of};
use super::{Place, Reader, StoreError, Writer};
use crate::domain::action::{
    Action, ActionKind, ActionOwner, ActionStatus, Outcome, OutcomeKind, is_overdue,
};
use crate::domain::id::{
    ActionId, EngagementId, GoalId, Handle, Noun, PartId, PersonId, Ref, SessionId,
};
use crate::domain::refusal::Refusal;
use crate::domain::text::{Line, Prose};
use crate::domain::time::{Day, Moment};
use crate::domain::word::{Setting, Visibility, Word};

/// A commitment to write down.
#[derive(Clone, Debug)]
pub(crate) struct NewAction {
    pub(crate) what: Line,
    pub(crate) owner: ActionOwner,
    /// The coachee it is for; absent for the coach's own.
    pub(crate) person: Option<PersonId>,
    pub(crate) due: Option<Day>,
    pub(crate) kind: ActionKind,
    pub(crate) goal: Option<GoalId>,
    pub(crate) visibility: Visibility,
}

/// What an edit may set; an absent field stays.
#[derive(Clone, Debug, Default)]
pub(crate) struct ActionEdit {
    pub(crate) what: Option<Line>,
    pub(crate) owner: Option<ActionOwner>,
    pub(crate) person: Option<Setting<PersonId>>,
    pub(crate) due: Option<Setting<Day>>,
    pub(crate) kind: Option<ActionKind>,
    pub(crate) goal: Option<Setting<GoalId>>,
    pub(crate) visibility: Option<Visibility>,
}

/// Which actions to list; an absent part does not narrow.
#[derive(Clone, Debug, Default)]
pub(crate) struct ActionFilter {
    pub(crate) engagement: Option<EngagementId>,
    pub(crate) status: Option<ActionStatus>,
    pub(crate) owner: Option<ActionOwner>,
    pub(crate) goal: Option<GoalId>,
    pub(crate) visibility: Option<Visibility>,
    /// Made in this session, or with an outcome told in it.
    pub(crate) of_session: Option<SessionId>,
    /// Due on this day or before; hides what has no due day.
    pub(crate) due_until: Option<Day>,
    pub(crate) removed: bool,
    /// Leaves out goal, session and outcomes, for a table that has no room for them: they cost as
    /// much as all the rest.
    pub(crate) brief: bool,
}

// A session counts as carrying an action when it began after the one the action was made in and
// the action was still open at its end; the session in which it was closed does not count.
macro_rules! actions {
    ($goal:expr, $session:expr, $outcomes:expr) => {
        concat!(
            "SELECT a.*, coalesce(a.removed_at, e.removed_at) AS gone_at, e.slug AS engagement, e.own AS own, ",
            ref_of!("a.id"), " AS ref, ", $goal, " AS goal, ", $session, " AS session, ",
            $outcomes, " AS outcomes, p.name AS person_name,
       (SELECT count(*) FROM session s
         WHERE s.engagement_id = a.engagement_id AND +s.status = 'held' AND s.removed_at IS NULL
           AND s.start_at > coalesce(made.start_at, a.made_at) AND s.id IS NOT a.session_id
           AND (a.closed_at IS NULL OR (
             strftime('%Y-%m-%dT%H:%M:%fZ', s.start_at, coalesce(s.minutes, 0) || ' minutes') <= a.closed_at
             AND NOT EXISTS (SELECT 1 FROM outcome c WHERE c.action_id = a.id AND c.session_id = s.id
               AND c.outcome IN ('done', 'dropped') AND c.removed_at IS NULL)))) AS carried
     FROM action a CROSS JOIN engagement e ON e.id = a.engagement_id
       LEFT JOIN session made ON made.id = a.session_id LEFT JOIN person p ON p.id = a.person_id"
        )
    };
}

const ACTION: &str = actions!(
    ref_of!("a.goal_id"),
    ref_of!("a.session_id"),
    concat!(
        "(SELECT json_group_array(json_array(",
        ref_of!("o.session_id"),
        ", o.outcome, o.told_on, o.reflection)
             ORDER BY o.told_on, o.id)
          FROM outcome o WHERE o.action_id = a.id AND o.removed_at IS NULL)"
    )
);

/// Without what [`ActionFilter::brief`] leaves out.
const BRIEF: &str = actions!("NULL", "NULL", "'[]'");

fn action(row: &Mapped<'_, '_>, today: Day) -> rusqlite::Result<Action> {
    let (status, due) = (row.word("status")?, row.parsed_or_none("due_on")?);
    Ok(Action {
        reference: row.parsed("ref")?,
        id: row.parsed("id")?,
        engagement: row.parsed("engagement")?,
        goal: row.parsed_or_none("goal")?,
        session: row.parsed_or_none("session")?,
        what: row.get("what")?,
        owner: row.word("owner")?,
        due,
        status,
        kind: row.word("kind")?,
        carried: row.get("carried")?,
        overdue: is_overdue(status, due, today),
        outcomes: outcomes(row)?,
        closed_on: row.parsed_or_none("closed_on")?,
        visibility: row.word("visibility")?,
        made_on: row.parsed("made_on")?,
        engagement_id: row.parsed("engagement_id")?,
        own: row.get("own")?,
        person_name: row.get("person_name")?,
        removed: row.is_gone()?,
    })
}

/// The outcomes of an action: its sessions' refs, what came of it, when, and what was said of it.
fn outcomes(row: &Mapped<'_, '_>) -> rusqlite::Result<Vec<Outcome>> {
    type Told = (Option<String>, String, String, Option<String>);
    let told: Vec<Told> = row.json("outcomes")?;
    let outcome = |(session, outcome, on, reflection): Told| {
        Some(Outcome {
            session: session.map(|session| session.parse()).transpose().ok()?,
            outcome: OutcomeKind::from_word(&outcome)?,
            on: on.parse().ok()?,
            reflection,
        })
    };
    told.into_iter().map(|each| outcome(each).ok_or_else(|| unreadable("outcomes", ""))).collect()
}

impl Reader<'_> {
    /// Actions: open ones first, by due day, those without one after them.
    pub(crate) fn list_actions(&self, filter: &ActionFilter) -> Result<Vec<Action>, StoreError> {
        let conditions = Conditions::standing("a.removed_at", filter.removed)
            .and_standing("e.removed_at")
            .and("a.engagement_id = ?", filter.engagement)
            .and("a.goal_id = ?", filter.goal)
            .and(
                "a.id IN (SELECT id FROM action WHERE session_id = ?
                   UNION ALL SELECT action_id FROM outcome WHERE session_id = ? AND removed_at IS NULL)",
                filter.of_session,
            )
            .and_many("a.status = ?", filter.status)
            .and_many("a.owner = ?", filter.owner)
            .and_many("a.visibility = ?", filter.visibility)
            .and_many("coalesce(a.due_on, '~') <= ?", filter.due_until);
        // As the index that serves it says it: an expression counts as indexed only to the letter.
        let order = match filter.status {
            Some(_) => "coalesce(a.due_on, '~'), a.made_at, a.id",
            None => "a.status <> 'open', coalesce(a.due_on, '~'), a.made_at, a.id",
        };
        let today = self.today();
        let select = if filter.brief { BRIEF } else { ACTION };
        self.rows(select, conditions, order, |row| action(row, today))
    }

    /// The action of this ref or id, removed or not.
    pub(crate) fn get_action(&self, handle: &Handle) -> Result<Action, StoreError> {
        let id = self.record_id(Noun::Action, handle)?;
        let sql = format!("{ACTION} WHERE a.id = ?");
        let today = self.today();
        self.conn
            .prepare_cached(&sql)?
            .query_row([id.to_string()], Mapped::alone(|row| action(row, today)))
            .optional()?
            .ok_or_else(|| missing(Noun::Action, handle))
    }
}

impl Writer<'_> {
    /// Writes a commitment down.
    pub(crate) fn insert_action(
        &mut self,
        place: &Place,
        new: NewAction,
    ) -> Result<Ref, StoreError> {
        let id = ActionId::new(self.new_id());
        let at = self.now().in_zone(place.zone);
        self.insert(
            Table::Action,
            id,
            fields! {
                "engagement_id" => place.engagement,
                "session_id" => place.session,
                "goal_id" => new.goal,
                "person_id" => new.person,
                "what" => new.what,
                "owner" => new.owner,
                "due_on" => new.due,
                "kind" => new.kind,
                "visibility" => new.visibility,
                "status" => ActionStatus::Open,
                "made_at" => at,
                "zone" => place.zone,
                "made_on" => at.day(),
            },
        )?;
        self.name(Noun::Action, id)
    }

    /// Changes an action.
    pub(crate) fn update_action(
        &mut self,
        action: &Action,
        edit: ActionEdit,
    ) -> Result<(), StoreError> {
        standing(action.removed, &action.reference)?;
        let row = given! {
            "what" => edit.what,
            "owner" => edit.owner,
            "person_id" => edit.person,
            "due_on" => edit.due,
            "kind" => edit.kind,
            "goal_id" => edit.goal,
            "visibility" => edit.visibility,
        };
        self.update(Table::Action, action.id, row).map(drop)
    }

    /// Writes down how an open action went, as told at a moment in the place's session; `done` and
    /// `dropped` close it. A new due day may come with it.
    pub(crate) fn insert_outcome(
        &mut self,
        action: &Action,
        place: &Place,
        at: Moment,
        outcome: OutcomeKind,
        reflection: Option<Prose>,
        due: Option<Day>,
    ) -> Result<(), StoreError> {
        standing(action.removed, &action.reference)?;
        if action.status != ActionStatus::Open {
            let status = crate::domain::word::Word::word(action.status);
            return Err(Refusal::ActionIs { reference: action.reference, status }.into());
        }
        let id = PartId::new(self.new_id());
        let at = at.in_zone(place.zone);
        self.insert(
            Table::Outcome,
            id,
            fields! {
                "action_id" => action.id,
                "session_id" => place.session,
                "outcome" => outcome,
                "reflection" => reflection,
                "told_on" => at.day(),
            },
        )?;
        let mut row = given! { "due_on" => due };
        let status = outcome.status_after();
        if status != ActionStatus::Open {
            row.extend(fields! { "status" => status, "closed_at" => at, "closed_on" => at.day() });
        }
        self.update(Table::Action, action.id, row).map(drop)
    }

    /// Opens a closed action again; what was told of it stays.
    pub(crate) fn reopen_action(
        &mut self,
        action: &Action,
        due: Option<Day>,
    ) -> Result<(), StoreError> {
        standing(action.removed, &action.reference)?;
        if action.status == ActionStatus::Open {
            return Err(
                Refusal::StandsAlready { reference: action.reference, status: "open" }.into()
            );
        }
        let mut row = fields! {
            "status" => ActionStatus::Open, "closed_at" => None::<Day>, "closed_on" => None::<Day>,
        };
        row.extend(given! { "due_on" => due });
        self.update(Table::Action, action.id, row).map(drop)
    }

    /// Removes an action.
    pub(crate) fn remove_action(&mut self, action: &Action) -> Result<(), StoreError> {
        standing(action.removed, &action.reference)?;
        self.remove(Table::Action, action.id)
    }

    /// Brings an action back that was removed.
    pub(crate) fn restore_action(&mut self, action: &Action) -> Result<(), StoreError> {
        self.restore(Table::Action, action.id, &action.reference)
    }
}
