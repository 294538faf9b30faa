//! Goals and reviews as the coachee may read them.

use super::CoacheeView;
use crate::domain::action::ActionOwner;
use crate::domain::audience::CoacheeReview;
use crate::domain::engagement::Engagement;
use crate::domain::goal::Seen;
use crate::domain::id::EngagementId;
use crate::domain::progress::{FollowThrough, GoalNow, Progress, ReviewPage, return_on};
use crate::domain::review::Review;
use crate::domain::word::Visibility;
use crate::store::StoreError;
use crate::store::goal::GoalFilter;
use crate::store::progress::Period;

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

    /// How an engagement moves: without private goals and commitments, private worksheets, and what the
    /// coach promised.
    pub(crate) fn progress(&self, engagement: &Engagement) -> Result<Progress, StoreError> {
        let (reader, id) = (self.reader, engagement.id);
        let mut actions = reader.actions_of(id, Some(Visibility::Shared))?;
        actions.retain(|action| action.owner == ActionOwner::Coachee);
        let expectations = reader.expectations(id, Some(Visibility::Shared))?;
        Ok(Progress {
            engagement: engagement.reference.clone(),
            on: reader.today(),
            sessions: reader.cadence_of(engagement, Period::default())?,
            goals: self.goals_now(id)?,
            actions: FollowThrough::of(&actions, &reader.days_held(id)?, reader.today()),
            coach_actions: None,
            // What somebody keeps up is theirs alone: it is in nothing that leaves.
            habits: Vec::new(),
            return_on_expectations: return_on(&expectations),
            expectations,
            engagement_id: id,
        })
    }

    /// A review with the goals it looks back on.
    pub(crate) fn review_page(
        &self,
        review: Review,
    ) -> Result<ReviewPage<CoacheeReview>, StoreError> {
        let engagement = self.reader.get_engagement(review.engagement_id)?;
        let review = self.review(review, engagement.reference)?;
        let goals = self.goals_now(engagement.id)?;
        Ok(ReviewPage { review, goals, engagement_id: engagement.id })
    }

    /// A review without the scores of goals that are private, or were when they were scored; the first
    /// rating of the others is the first since they were shared.
    pub(super) fn review(
        &self,
        review: Review,
        engagement: String,
    ) -> Result<CoacheeReview, StoreError> {
        let mut scores = Vec::new();
        for mut score in review.scores {
            let since = self.reader.since_shared(score.goal)?;
            if since.reviews.contains(&review.id) {
                score.first = since.ratings.first().map(|(_, value)| *value);
                scores.push(score);
            }
        }
        Ok(CoacheeReview {
            reference: review.reference,
            id: review.id,
            engagement,
            kind: review.kind,
            session: review.session,
            on: review.on,
            text: review.text,
            scores,
            answers: review.answers,
        })
    }
}
