//! How an engagement moves: its goals as they were first set and as they stand, and what became of what
//! was promised. Numbers alone; what they are drawn as is for others to say.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::domain::audience::CoacheeReview;
use crate::domain::discretion::{About, Concerns};
use crate::domain::goal::{
    Amendment, Course, Criterion, FirstSet, GoalOwner, GoalStatus, KeyResult, Number,
};
use crate::domain::habit::Habit;
use crate::domain::id::{EngagementId, Ref};
use crate::domain::method::WorksheetDef;
use crate::domain::review::Review;
use crate::domain::time::Day;

mod cadence;
mod expectation;
mod follow;
mod practice;

pub(crate) use cadence::{Agreed, Cadence, since};
pub(crate) use expectation::{Expectation, return_on};
pub(crate) use follow::{FollowThrough, rate};
pub(crate) use practice::{Practice, Practised, Totals};

/// A goal as it was first set, as it stands, and what was amended in between.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct GoalNow {
    #[serde(rename = "ref")]
    pub(crate) reference: Ref,
    pub(crate) title: String,
    pub(crate) owner: GoalOwner,
    pub(crate) focus: Option<String>,
    pub(crate) status: GoalStatus,
    pub(crate) success: Vec<Criterion>,
    /// The newest rating, 0 to 10.
    pub(crate) rating: Option<u8>,
    /// Every rating, oldest first.
    pub(crate) ratings: Vec<Rated>,
    pub(crate) key_results: Vec<KeyResultNow>,
    pub(crate) first: FirstSet,
    pub(crate) amendments: Vec<Amendment>,
}

/// A rating of a goal, 0 to 10.
#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) struct Rated {
    pub(crate) on: Day,
    pub(crate) value: u8,
}

/// Where a key result stands.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct KeyResultNow {
    #[serde(rename = "ref")]
    pub(crate) reference: Ref,
    pub(crate) title: String,
    pub(crate) unit: String,
    pub(crate) baseline: Number,
    pub(crate) current: Number,
    pub(crate) target: Number,
    /// How much of the way is covered, in per cent; absent where there is no way.
    pub(crate) progress: Option<i64>,
}

impl From<KeyResult> for KeyResultNow {
    fn from(kr: KeyResult) -> Self {
        Self {
            progress: kr.progress(),
            reference: kr.reference,
            title: kr.title,
            unit: kr.unit,
            baseline: kr.baseline,
            current: kr.current,
            target: kr.target,
        }
    }
}

impl From<Course> for GoalNow {
    fn from(course: Course) -> Self {
        let goal = course.goal;
        Self {
            reference: goal.reference,
            title: goal.title,
            owner: goal.owner,
            focus: goal.focus,
            status: goal.status,
            success: goal.criteria,
            rating: goal.rating,
            ratings: goal.ratings.into_iter().map(|(on, value)| Rated { on, value }).collect(),
            key_results: course.measured.into_iter().map(KeyResultNow::from).collect(),
            first: course.first,
            amendments: course.amendments,
        }
    }
}

/// A review with the goals it looks back on.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct ReviewPage<R> {
    #[serde(flatten)]
    pub(crate) review: R,
    pub(crate) goals: Vec<GoalNow>,
    #[serde(skip)]
    pub(crate) engagement_id: EngagementId,
}

impl Concerns for ReviewPage<Review> {
    fn about(&self) -> About {
        About::Engagement(self.engagement_id)
    }
}

impl Concerns for ReviewPage<CoacheeReview> {
    fn about(&self) -> About {
        About::Engagement(self.engagement_id)
    }
}

/// A worksheet as reports and papers read it.
#[derive(Clone, Debug)]
pub(crate) struct Sheet {
    pub(crate) definition: WorksheetDef,
    pub(crate) rows: Vec<SheetRow>,
}

/// A row of a worksheet: what its fields say, by their ids.
#[derive(Clone, Debug)]
pub(crate) struct SheetRow {
    pub(crate) number: u32,
    pub(crate) on: Option<Day>,
    pub(crate) cells: BTreeMap<String, String>,
}

/// How an engagement moves, for one who may read it.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Progress {
    /// Its slug; to the coachee its reference.
    pub(crate) engagement: String,
    pub(crate) on: Day,
    pub(crate) sessions: Cadence,
    pub(crate) goals: Vec<GoalNow>,
    pub(crate) actions: FollowThrough,
    /// What the coach promised; absent for the coachee.
    pub(crate) coach_actions: Option<FollowThrough>,
    pub(crate) habits: Vec<HabitKept>,
    pub(crate) expectations: Vec<Expectation>,
    pub(crate) return_on_expectations: Option<i64>,
    #[serde(skip)]
    pub(crate) engagement_id: EngagementId,
}

impl Concerns for Progress {
    fn about(&self) -> About {
        About::Engagement(self.engagement_id)
    }
}

/// A habit, and how it is kept up.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct HabitKept {
    #[serde(rename = "ref")]
    pub(crate) reference: Ref,
    pub(crate) text: String,
    pub(crate) streak: u32,
    pub(crate) longest: u32,
    #[serde(skip)]
    pub(crate) spoken: String,
}

impl From<Habit> for HabitKept {
    fn from(habit: Habit) -> Self {
        Self {
            spoken: habit.streak_spoken(),
            reference: habit.reference,
            text: habit.text,
            streak: habit.streak,
            longest: habit.longest,
        }
    }
}

fn count<T>(all: &[T], fits: impl Fn(&T) -> bool) -> u32 {
    all.iter().filter(|one| fits(one)).count() as u32
}
