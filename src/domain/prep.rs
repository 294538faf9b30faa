//! The page before a call, the page of the day and the week looked back on: what matters now,
//! gathered from several nouns.

use serde::Serialize;

use super::action::Action;
use super::engagement::Engagement;
use super::goal::{Goal, KeyResult};
use super::habit::Habit;
use super::id::{EngagementId, Ref, Slug};
use super::method::{Need, Standing};
use super::session::{Note, Session};
use super::time::Day;

/// What a coach wants to know five minutes before a session of one engagement.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Prep {
    pub(crate) engagement: Engagement,
    /// The session that is open, else the one planned next.
    pub(crate) session: Option<Session>,
    /// Which of the planned sessions it is; absent where its kind does not count.
    pub(crate) number: Option<u32>,
    /// The session held last.
    pub(crate) last: Option<Session>,
    pub(crate) days_since_last: Option<i64>,
    /// Open ones, the most urgent first.
    pub(crate) actions: Vec<Commitment>,
    /// The newest first.
    pub(crate) insights: Vec<Note>,
    /// What was noted between sessions since the last one, the newest first; in one's own engagement
    /// in the last four weeks.
    pub(crate) between: Vec<Note>,
    pub(crate) goals: Vec<Progress>,
    pub(crate) habits: Vec<Habit>,
    #[serde(flatten)]
    pub(crate) stand: Stand,
    /// What worksheets say of the last week and the next three, by day.
    pub(crate) events: Vec<Event>,
}

/// Where an engagement stands in its method, and what is not there yet.
#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct Stand {
    /// The id of the phase it is in; absent before the start, past the end, and without phases.
    pub(crate) phase: Option<String>,
    /// The engagement's first week is 1; absent before it began.
    pub(crate) week: Option<u32>,
    /// What is overdue first.
    pub(crate) needs: Vec<Need>,
    /// The phase in words, with its week: `Discovery, week 3 of 24`; absent where there is no phase.
    #[serde(skip)]
    pub(crate) spoken: Option<String>,
}

impl From<Standing> for Stand {
    fn from(standing: Standing) -> Self {
        let week = match (standing.week, standing.weeks) {
            (Some(week), Some(weeks)) if week <= weeks => format!(", week {week} of {weeks}"),
            (Some(week), _) => format!(", week {week}"),
            (None, _) => String::new(),
        };
        let title = match (&standing.phase, standing.past_end) {
            (Some(phase), _) => Some(phase.title.as_str()),
            (None, true) => Some("past the end"),
            (None, false) => None,
        };
        Self {
            spoken: title.map(|title| format!("{title}{week}")),
            needs: standing.needs(),
            week: standing.week,
            phase: standing.phase.map(|phase| phase.id),
        }
    }
}

/// An engagement, and where it stands.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct EngagementNow {
    #[serde(flatten)]
    pub(crate) engagement: Engagement,
    #[serde(flatten)]
    pub(crate) stand: Stand,
}

/// A row of a worksheet that has its day soon, such as a meeting that was rehearsed.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Event {
    pub(crate) on: Day,
    pub(crate) worksheet: Ref,
    pub(crate) row: u32,
    /// What was written first in the row; absent where no words stand in it.
    pub(crate) text: Option<String>,
    #[serde(skip)]
    pub(crate) engagement: Slug,
    #[serde(skip)]
    pub(crate) engagement_id: EngagementId,
}

/// An open action with its age.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Commitment {
    #[serde(flatten)]
    pub(crate) action: Action,
    pub(crate) age_days: i64,
}

/// How an active goal moves.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Progress {
    #[serde(flatten)]
    pub(crate) goal: Goal,
    /// Every rating, oldest first.
    pub(crate) trend: Vec<u8>,
    pub(crate) measured: Vec<KeyResult>,
}

/// What a coach wants to know in the morning.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Today {
    pub(crate) on: Day,
    /// Open ones, then those of today and the next seven days.
    pub(crate) sessions: Vec<Session>,
    /// Planned for a day that is past, and neither held nor called off: the latest first.
    pub(crate) unclosed: Vec<Session>,
    /// Overdue, or due today.
    pub(crate) due: Vec<Action>,
    pub(crate) stalled: Vec<Stalled>,
    /// Those that are not yet kept in their current period.
    pub(crate) habits: Vec<Habit>,
    /// What worksheets say of today and the next seven days, by day.
    pub(crate) events: Vec<Event>,
    /// Completed engagements whose follow-up waits, or will within a week; the earliest first.
    pub(crate) follow_ups: Vec<DueFollowUp>,
}

/// The follow-up of a completed engagement that is neither planned nor held.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct DueFollowUp {
    pub(crate) engagement: Slug,
    pub(crate) on: Day,
    #[serde(skip)]
    pub(crate) engagement_id: EngagementId,
}

/// A week of one engagement up to today, as somebody looks back on it.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Week {
    /// A Monday.
    pub(crate) from: Day,
    /// The Sunday after it.
    pub(crate) to: Day,
    /// Promised in the week, whatever became of it since.
    pub(crate) promised: Vec<Action>,
    /// Done in the week, whenever it was promised.
    pub(crate) done: Vec<Action>,
    /// Open ones, the most urgent first.
    pub(crate) open: Vec<Commitment>,
    pub(crate) habits: Vec<Habit>,
    /// Those written in the week, in order.
    pub(crate) reflections: Vec<Note>,
    #[serde(skip)]
    pub(crate) engagement_id: EngagementId,
}

/// A client's running engagement with nothing planned, whose last session is longer ago than its cadence.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Stalled {
    pub(crate) engagement: Slug,
    /// Since the session held last, or since the start where none was held.
    pub(crate) days: i64,
    pub(crate) last: Option<Ref>,
    #[serde(skip)]
    pub(crate) engagement_id: EngagementId,
}

/// Days after which an engagement without a cadence counts as stalled.
const USUAL_CADENCE_DAYS: u32 = 21;

/// Whether an engagement that has nothing planned stands still: `days` since it last moved are more
/// than its widest cadence.
pub(crate) fn is_stalled(cadence_high: Option<u32>, days: i64) -> bool {
    days > i64::from(cadence_high.unwrap_or(USUAL_CADENCE_DAYS))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_engagement_stalls_when_its_cadence_has_passed() {
        assert!(!is_stalled(Some(21), 21));
        assert!(is_stalled(Some(21), 22));
        assert!(!is_stalled(None, 21) && is_stalled(None, 22));
    }
}
