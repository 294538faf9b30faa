//! The views behind the page before a call, the page of the day and the week looked back on.

use super::action::ActionFilter;
use super::cell::Cells;
use super::goal::GoalFilter;
use super::refs::ref_of;
use super::session::{NoteFilter, SessionFilter};
use super::{Reader, StoreError};
use crate::domain::action::{Action, ActionStatus};
use crate::domain::engagement::Engagement;
use crate::domain::goal::GoalStatus;
use crate::domain::id::EngagementId;
use crate::domain::prep::{
    Commitment, DueFollowUp, Prep, Progress, Stalled, Stand, Today, Week, is_stalled,
};
use crate::domain::session::{NoteKind, Session, SessionKind, SessionStatus};
use crate::domain::time::Day;

/// How many days ahead the page of the day looks.
const DAYS_AHEAD: i64 = 7;

/// How many days back one's own page looks for what was noted.
const DAYS_BACK: i64 = 28;

/// How many days back and ahead the page before a call looks for what worksheets say of them.
const DAYS_OF_EVENTS: (i64, i64) = (7, 21);

// Clients' running engagements with no session open or to come, and when each last moved.
const STALLED: &str = concat!(
    "SELECT e.id, e.slug, e.cadence_high_days, coalesce(last.start_on, e.start_on) AS moved_on, ",
    ref_of!("last.id"),
    " AS last
     FROM engagement e LEFT JOIN session last ON last.id = (
       SELECT s.id FROM session s WHERE s.engagement_id = e.id AND +s.status = 'held' AND s.removed_at IS NULL
       ORDER BY s.start_at DESC LIMIT 1)
     WHERE e.removed_at IS NULL AND e.own = 0 AND (e.status IN ('completed', 'cancelled')) = 0
       AND NOT EXISTS (SELECT 1 FROM session s WHERE s.engagement_id = e.id AND s.removed_at IS NULL
         AND (+s.status = 'open' OR +s.status = 'planned' AND s.start_on >= ?))
     ORDER BY e.start_on, e.id"
);

// Completed engagements whose follow-up is due until a day, and neither planned, held nor written down.
const FOLLOW_UPS: &str = "SELECT e.id, e.slug, e.follow_up_on FROM engagement e
     WHERE e.follow_up_on <= ? AND e.removed_at IS NULL AND +e.status = 'completed'
       AND NOT EXISTS (SELECT 1 FROM session s WHERE s.engagement_id = e.id AND s.removed_at IS NULL
         AND s.kind = 'follow-up' AND (+s.status = 'open' OR +s.status = 'planned' OR +s.status = 'held'))
       AND NOT EXISTS (SELECT 1 FROM review r WHERE r.engagement_id = e.id AND r.removed_at IS NULL
         AND r.kind = 'follow-up')
     ORDER BY e.follow_up_on, e.id";

impl Reader<'_> {
    /// What matters before a session of an engagement, with its `insights` newest insights.
    pub(crate) fn prep(&self, engagement: Engagement, insights: u32) -> Result<Prep, StoreError> {
        let id = engagement.id;
        let session = match self.open_session(id)? {
            Some(open) => Some(open),
            None => self.next_planned(Some(&engagement))?,
        };
        let last = self.last_held_session(id)?;
        let counts = session.as_ref().is_none_or(|next| SessionKind::COUNTED.contains(&next.kind));
        let actions = self.list_actions(&ActionFilter {
            engagement: Some(id),
            status: Some(ActionStatus::Open),
            ..ActionFilter::default()
        })?;
        let notes = self.list_notes(&NoteFilter {
            engagement: Some(id),
            kind: Some(NoteKind::Insight),
            newest: Some(insights),
            ..NoteFilter::default()
        })?;
        let mut between = self.list_notes(&NoteFilter {
            engagement: Some(id),
            since: match engagement.own {
                true => self.today().plus_days(-DAYS_BACK),
                false => Some(last.as_ref().map_or(engagement.start, |last| last.start.day())),
            },
            ..NoteFilter::default()
        })?;
        between.retain(|note| note.session.is_none() && note.kind != NoteKind::Insight);
        between.reverse();
        let goals = self.list_goals(&GoalFilter {
            engagement: Some(id),
            status: Some(GoalStatus::Active),
            ..GoalFilter::default()
        })?;
        let goals = goals.into_iter().map(|goal| {
            let measured = self.list_key_results(Some(goal.id), false)?;
            Ok(Progress {
                trend: goal.ratings.iter().map(|(_, value)| *value).collect(),
                goal,
                measured,
            })
        });
        let stand = self.stand_of(&engagement)?;
        Ok(Prep {
            stand,
            number: counts.then_some(engagement.sessions_held + 1),
            days_since_last: last.as_ref().map(|last| self.today().days_since(last.start.day())),
            actions: actions.into_iter().map(|action| self.aged(action)).collect(),
            insights: notes,
            between,
            goals: goals.collect::<Result<_, StoreError>>()?,
            habits: self.list_habits(Some(id), false)?,
            events: self.events_of(id, DAYS_OF_EVENTS)?,
            engagement,
            session,
            last,
        })
    }

    /// Where an engagement stands in its method.
    pub(crate) fn stand_of(&self, engagement: &Engagement) -> Result<Stand, StoreError> {
        let method = self.method_of(engagement.id)?;
        Ok(self.standing_of(engagement, &method)?.into())
    }

    fn aged(&self, action: Action) -> Commitment {
        Commitment { age_days: self.today().days_since(action.made_on), action }
    }

    /// The week of an engagement in which today is, up to today.
    pub(crate) fn week(&self, engagement: EngagementId) -> Result<Week, StoreError> {
        let from = self.today().monday();
        let all = self.list_actions(&ActionFilter {
            engagement: Some(engagement),
            ..ActionFilter::default()
        })?;
        let in_week = |day: Day| (from..=self.today()).contains(&day);
        let is_done = |action: &&Action| {
            action.status == ActionStatus::Done && action.closed_on.is_some_and(in_week)
        };
        Ok(Week {
            from,
            to: from.plus_days(6).unwrap_or(from),
            promised: all.iter().filter(|action| in_week(action.made_on)).cloned().collect(),
            done: all.iter().filter(is_done).cloned().collect(),
            open: all
                .into_iter()
                .filter(|action| action.status == ActionStatus::Open)
                .map(|action| self.aged(action))
                .collect(),
            habits: self.list_habits(Some(engagement), false)?,
            reflections: self.list_notes(&NoteFilter {
                engagement: Some(engagement),
                kind: Some(NoteKind::Reflection),
                since: Some(from),
                until: Some(self.today()),
                ..NoteFilter::default()
            })?,
            engagement_id: engagement,
        })
    }

    /// The session planned next, of one engagement or of all.
    pub(crate) fn next_planned(
        &self,
        of: Option<&Engagement>,
    ) -> Result<Option<Session>, StoreError> {
        let planned = self.list_sessions(&SessionFilter {
            engagement: of.map(|engagement| engagement.id),
            status: Some(SessionStatus::Planned),
            since: Some(self.today()),
            first: true,
            ..SessionFilter::default()
        })?;
        Ok(planned.into_iter().next())
    }

    /// What matters today, over all engagements. `brief` is as in [`ActionFilter::brief`].
    pub(crate) fn today_page(&self, brief: bool) -> Result<Today, StoreError> {
        let today = self.today();
        let open = SessionFilter { status: Some(SessionStatus::Open), ..SessionFilter::default() };
        let planned = SessionFilter {
            status: Some(SessionStatus::Planned),
            since: Some(today),
            until: today.plus_days(DAYS_AHEAD),
            ..SessionFilter::default()
        };
        let mut sessions = self.list_sessions(&open)?;
        sessions.extend(self.list_sessions(&planned)?);
        let mut unclosed = self.list_sessions(&SessionFilter {
            status: Some(SessionStatus::Planned),
            until: today.plus_days(-1),
            ..SessionFilter::default()
        })?;
        unclosed.reverse();
        let due = self.list_actions(&ActionFilter {
            status: Some(ActionStatus::Open),
            due_until: Some(today),
            brief,
            ..ActionFilter::default()
        })?;
        let mut habits = self.list_habits(None, false)?;
        habits.retain(|habit| habit.due.is_some());
        let (stalled, events) = (self.stalled()?, self.events(DAYS_AHEAD)?);
        let follow_ups = self.follow_ups()?;
        Ok(Today { on: today, sessions, unclosed, due, stalled, habits, events, follow_ups })
    }

    /// Follow-ups that wait, and those of the next seven days.
    fn follow_ups(&self) -> Result<Vec<DueFollowUp>, StoreError> {
        let mut statement = self.conn.prepare_cached(FOLLOW_UPS)?;
        let until = self.today().plus_days(DAYS_AHEAD).unwrap_or(self.today());
        let rows = statement.query_map([until.to_string()], |row| {
            Ok(DueFollowUp {
                engagement: row.parsed("slug")?,
                on: row.parsed("follow_up_on")?,
                engagement_id: row.parsed("id")?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Clients' running engagements that stand still, the longest first.
    pub(crate) fn stalled(&self) -> Result<Vec<Stalled>, StoreError> {
        let mut statement = self.conn.prepare_cached(STALLED)?;
        let rows = statement.query_map([self.today().to_string()], |row| {
            let moved: Day = row.parsed("moved_on")?;
            let stalled = Stalled {
                engagement: row.parsed("slug")?,
                engagement_id: row.parsed("id")?,
                days: self.today().days_since(moved),
                last: row.parsed_or_none("last")?,
            };
            Ok((row.get("cadence_high_days")?, stalled))
        })?;
        let found: Vec<(Option<u32>, Stalled)> = rows.collect::<Result<_, _>>()?;
        let mut stalled: Vec<Stalled> = found
            .into_iter()
            .filter(|(cadence, each)| is_stalled(*cadence, each.days))
            .map(|(_, each)| each)
            .collect();
        stalled.sort_by_key(|each| -each.days);
        Ok(stalled)
    }
}
