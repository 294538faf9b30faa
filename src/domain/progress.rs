//! How an engagement moves: its goals as they were first set and as they stand, and what became of what
//! was promised. Numbers alone; what they are drawn as is for others to say.

use serde::Serialize;

use super::audience::CoacheeReview;
use super::discretion::{About, Concerns};
use super::goal::{
    Amendment, Course, Criterion, FirstSet, GoalOwner, GoalStatus, KeyResult, Number,
};
use super::id::{EngagementId, Ref};
use super::review::Review;
use super::time::Day;

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
