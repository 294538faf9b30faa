//! Goals and reviews as the coachee may read them.

use super::CoacheeView;
use crate::domain::audience::CoacheeReview;
use crate::domain::goal::Seen;
use crate::domain::id::EngagementId;
use crate::domain::progress::{GoalNow, ReviewPage};
use crate::domain::review::Review;
use crate::domain::word::Visibility;
use crate::store::StoreError;
use crate::store::goal::GoalFilter;

impl CoacheeView<'_> {
    /// The goals that are not private, each from the day on which it was shared.
    pub(crate) fn goals_now(&self, engagement: EngagementId) -> Result<Vec<GoalNow>, StoreError> {
        let filter = GoalFilter { engagement: Some(engagement), ..GoalFilter::default() };
        let goals = self.reader.list_goals(&filter)?.into_iter();
        goals
            .filter(|goal| goal.visibility == Visibility::Shared)
            .map(|goal| Ok(self.reader.goal_course(goal, Seen::ByCoachee)?.into()))
            .collect()
    }

    /// A review with the goals it looks back on.
    pub(crate) fn review_page(
        &self,
        review: Review,
    ) -> Result<ReviewPage<CoacheeReview>, StoreError> {
        let engagement = self.reader.get_engagement(review.engagement_id)?;
        let scores = review.scores.into_iter();
        let review = CoacheeReview {
            reference: review.reference,
            id: review.id,
            engagement: engagement.reference,
            kind: review.kind,
            session: review.session,
            on: review.on,
            text: review.text,
            scores: scores.filter(|score| score.visibility == Visibility::Shared).collect(),
            answers: review.answers,
        };
        let goals = self.goals_now(engagement.id)?;
        Ok(ReviewPage { review, goals, engagement_id: engagement.id })
    }
}
