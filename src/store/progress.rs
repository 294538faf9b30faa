//! The views behind reviews and reports: what an engagement's goals, sessions and commitments come to.

use std::collections::BTreeSet;

use super::action::ActionFilter;
use super::cell::Cells;
use super::goal::GoalFilter;
use super::session::SessionFilter;
use super::{Reader, StoreError};
use crate::domain::action::{Action, ActionOwner};
use crate::domain::engagement::Engagement;
use crate::domain::goal::Seen;
use crate::domain::id::EngagementId;
use crate::domain::progress::{
    Agreed, Cadence, Expectation, FollowThrough, GoalNow, Practice, Practised, Progress,
    ReviewPage, Sheet, SheetRow, return_on, since,
};
use crate::domain::review::Review;
use crate::domain::session::SessionStatus;
use crate::domain::time::Day;
use crate::domain::word::Visibility;
use crate::domain::worksheet::Row;

/// The worksheets that hold what was hoped for, and their fields at the four points in time.
const EXPECTATIONS: [&str; 2] = ["expectations", "outcomes"];
const POINTS: [&str; 4] = ["baseline", "target", "mid", "close"];

/// The days of a report; an absent end is open.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Period {
    pub(crate) since: Option<Day>,
    pub(crate) until: Option<Day>,
}

impl Period {
    fn holds(self, day: Day) -> bool {
        self.since.is_none_or(|since| day >= since) && self.until.is_none_or(|until| day <= until)
    }
}

impl Reader<'_> {
    /// An engagement's goals as they were first set and as they stand, as the coach sees them.
    pub(crate) fn goals_now(&self, engagement: EngagementId) -> Result<Vec<GoalNow>, StoreError> {
        let filter = GoalFilter { engagement: Some(engagement), ..GoalFilter::default() };
        let goals = self.list_goals(&filter)?.into_iter();
        goals.map(|goal| Ok(self.goal_course(goal, Seen::ByCoach)?.into())).collect()
    }

    /// A review with the goals it looks back on.
    pub(crate) fn review_page(&self, review: Review) -> Result<ReviewPage<Review>, StoreError> {
        let engagement_id = review.engagement_id;
        Ok(ReviewPage { goals: self.goals_now(engagement_id)?, review, engagement_id })
    }

    /// How an engagement moves, as the coach sees it.
    pub(crate) fn progress(&self, engagement: &Engagement) -> Result<Progress, StoreError> {
        let id = engagement.id;
        let today = self.today();
        let (theirs, own): (Vec<Action>, Vec<Action>) = self
            .actions_of(id, None)?
            .into_iter()
            .partition(|action| action.owner == ActionOwner::Coachee);
        let expectations = self.expectations(id, None)?;
        let held = self.days_held(id)?;
        Ok(Progress {
            engagement: engagement.slug.to_string(),
            on: today,
            sessions: self.cadence_of(engagement, Period::default())?,
            goals: self.goals_now(id)?,
            actions: FollowThrough::of(&theirs, &held, today),
            coach_actions: Some(FollowThrough::of(&own, &held, today)),
            habits: self.list_habits(Some(id), false)?.into_iter().map(Into::into).collect(),
            return_on_expectations: return_on(&expectations),
            expectations,
            engagement_id: id,
        })
    }

    /// What these engagements came to in a period. One's own is no client's.
    pub(crate) fn practice(
        &self,
        engagements: Vec<Engagement>,
        period: Period,
    ) -> Result<Practice, StoreError> {
        let stalled: BTreeSet<EngagementId> =
            self.stalled()?.into_iter().map(|stalled| stalled.engagement_id).collect();
        let clients = engagements.into_iter().filter(|one| !one.own);
        let rows = clients.map(|engagement| {
            let sessions = self.cadence_of(&engagement, period)?;
            let mut actions = self.actions_of(engagement.id, None)?;
            actions.retain(|action| {
                action.owner == ActionOwner::Coachee && period.holds(action.made_on)
            });
            let held = self.days_held(engagement.id)?;
            let told = FollowThrough::of(&actions, &held, self.today());
            Ok(Practised {
                stalled: stalled.contains(&engagement.id),
                engagement: engagement.slug,
                status: engagement.status,
                sessions_held: sessions.held,
                sessions_planned: sessions.planned,
                minutes: sessions.minutes,
                mean_days_between: sessions.mean_days_between,
                cadence_days: sessions.cadence_days,
                actions: told.made,
                closed: told.closed,
                closure_rate: told.closure_rate,
                overdue: told.overdue,
                days_since_last: sessions.days_since_last,
                next: sessions.next,
                engagement_id: engagement.id,
            })
        });
        Ok(Practice::of(rows.collect::<Result<_, StoreError>>()?))
    }

    /// On which days sessions of an engagement were held.
    pub(super) fn days_held(&self, engagement: EngagementId) -> Result<Vec<Day>, StoreError> {
        let held = self.list_sessions(&SessionFilter {
            engagement: Some(engagement),
            status: Some(SessionStatus::Held),
            ..SessionFilter::default()
        })?;
        Ok(held.iter().map(|session| session.start.day()).collect())
    }

    /// When the sessions of an engagement in a period were, and when the next one is. How long the
    /// last one is ago does not depend on the period.
    pub(super) fn cadence_of(
        &self,
        engagement: &Engagement,
        period: Period,
    ) -> Result<Cadence, StoreError> {
        let mut held = self.list_sessions(&SessionFilter {
            engagement: Some(engagement.id),
            status: Some(SessionStatus::Held),
            ..SessionFilter::default()
        })?;
        let last = held.last().map(|session| session.start.day());
        held.retain(|session| period.holds(session.start.day()));
        let next = self.next_planned(Some(engagement))?;
        Ok(Cadence {
            planned: engagement.sessions_planned,
            last,
            days_since_last: last.and_then(|last| since(last, self.today())),
            next: next.map(|next| next.start.day()),
            ..Cadence::of(&held, engagement.cadence_days, &self.agreed(engagement)?, self.today())
        })
    }

    /// How long the time between two sessions of an engagement might be, and from when on; oldest first.
    fn agreed(&self, engagement: &Engagement) -> Result<Vec<Agreed>, StoreError> {
        let mut statement = self.conn.prepare_cached(
            "SELECT local_day(s.at, s.zone) AS agreed_on, c.new AS high
             FROM change c CROSS JOIN step s ON s.seq = c.step
             WHERE c.record = ? AND c.field = 'cadence_high_days' AND s.kind = 'do' AND s.state = 'done'
             ORDER BY c.step, c.n",
        )?;
        let rows = statement.query_map([engagement.id.to_string()], |row| {
            Ok(Agreed { from: row.parsed("agreed_on")?, high: row.get("high")? })
        })?;
        let mut agreed: Vec<Agreed> = rows.collect::<Result<_, _>>()?;
        if agreed.is_empty() {
            let high = engagement.cadence_days.map(|days| days.high);
            agreed.push(Agreed { from: engagement.start, high });
        }
        Ok(agreed)
    }

    /// The commitments of an engagement, without what was said of them.
    pub(super) fn actions_of(
        &self,
        engagement: EngagementId,
        visibility: Option<Visibility>,
    ) -> Result<Vec<Action>, StoreError> {
        self.list_actions(&ActionFilter {
            engagement: Some(engagement),
            visibility,
            brief: true,
            ..ActionFilter::default()
        })
    }

    /// What was hoped for, and what is usually moved, as rated at four points in time; of worksheets of
    /// one visibility, or of all.
    pub(super) fn expectations(
        &self,
        engagement: EngagementId,
        visibility: Option<Visibility>,
    ) -> Result<Vec<Expectation>, StoreError> {
        let mut found = Vec::new();
        for sheet in self.sheets_of(engagement, visibility)? {
            if !EXPECTATIONS.contains(&sheet.definition.id.as_str()) {
                continue;
            }
            for row in &sheet.rows {
                let words =
                    sheet.definition.fields.first().and_then(|field| row.cells.get(&field.id));
                let item = words.cloned().unwrap_or_else(|| row.number.to_string());
                let number = |field: &str| row.cells.get(field)?.parse().ok();
                found.push(Expectation::of(&sheet.definition.id, item, POINTS.map(number)));
            }
        }
        Ok(found)
    }

    /// The worksheets of an engagement with the rows in which something stands: of one visibility, or
    /// all.
    pub(super) fn sheets_of(
        &self,
        engagement: EngagementId,
        visibility: Option<Visibility>,
    ) -> Result<Vec<Sheet>, StoreError> {
        let method = self.method_of(engagement)?;
        let mut all = self.list_worksheets(Some(engagement), false)?;
        all.retain(|one| visibility.is_none_or(|visibility| one.visibility == visibility));
        let sheets = method.worksheets.into_iter().filter_map(|definition| {
            let at = all.iter().position(|one| one.definition == definition.id)?;
            let rows = all.swap_remove(at).rows.into_iter().filter(Row::is_filled).map(|row| {
                let said = row.values.filled();
                let cells = said.map(|(field, value)| (field.to_owned(), value.to_string()));
                SheetRow { number: row.number, on: row.on, cells: cells.collect() }
            });
            let rows: Vec<SheetRow> = rows.collect();
            (!rows.is_empty()).then_some(Sheet { definition, rows })
        });
        Ok(sheets.collect())
    }
}
