//! The views behind reviews and reports: what an engagement's goals, sessions and commitments come to.

use super::goal::GoalFilter;
use super::{Reader, StoreError};
use crate::domain::goal::Seen;
use crate::domain::id::EngagementId;
use crate::domain::progress::{GoalNow, ReviewPage};
use crate::domain::review::Review;

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
}
