//! A practice: every client's engagement, and what they come to.

use serde::Serialize;

use super::rate;
use crate::domain::discretion::{About, Concerns};
use crate::domain::engagement::EngagementStatus;
use crate::domain::goal::Number;
use crate::domain::id::{EngagementId, Slug};
use crate::domain::time::Day;
use crate::domain::word::Range;

/// One engagement in the report on a practice.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Practised {
    pub(crate) engagement: Slug,
    pub(crate) status: EngagementStatus,
    pub(crate) sessions_held: u32,
    pub(crate) sessions_planned: Option<u32>,
    pub(crate) minutes: u32,
    pub(crate) mean_days_between: Option<Number>,
    pub(crate) cadence_days: Option<Range>,
    pub(crate) actions: u32,
    pub(crate) closed: u32,
    pub(crate) closure_rate: Option<u32>,
    pub(crate) overdue: u32,
    pub(crate) days_since_last: Option<i64>,
    pub(crate) next: Option<Day>,
    pub(crate) stalled: bool,
    #[serde(skip)]
    pub(crate) engagement_id: EngagementId,
}

/// The report on a practice.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Practice {
    pub(crate) engagements: Vec<Practised>,
    pub(crate) totals: Totals,
}

/// The sums of a practice.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub(crate) struct Totals {
    pub(crate) engagements: u32,
    pub(crate) sessions_held: u32,
    pub(crate) minutes: u32,
    pub(crate) actions: u32,
    pub(crate) closed: u32,
    pub(crate) closure_rate: Option<u32>,
    pub(crate) overdue: u32,
    pub(crate) stalled: u32,
}

impl Practice {
    /// The report of these engagements.
    pub(crate) fn of(engagements: Vec<Practised>) -> Self {
        let sum = |of: fn(&Practised) -> u32| engagements.iter().map(of).sum::<u32>();
        let (actions, closed) = (sum(|e| e.actions), sum(|e| e.closed));
        let totals = Totals {
            engagements: engagements.len() as u32,
            sessions_held: sum(|e| e.sessions_held),
            minutes: sum(|e| e.minutes),
            actions,
            closed,
            closure_rate: rate(closed, actions),
            overdue: sum(|e| e.overdue),
            stalled: sum(|e| e.stalled.into()),
        };
        Self { engagements, totals }
    }
}

impl Concerns for Practice {
    fn about(&self) -> About {
        let each = self.engagements.iter();
        About::All(each.map(|one| About::Engagement(one.engagement_id)).collect())
    }
}
