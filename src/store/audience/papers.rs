//! What a paper may say: what the coachee may read, and of that what its method names.

use super::CoacheeView;
use crate::domain::audience::{CoacheeAction, CoacheeReview};
use crate::domain::engagement::Engagement;
use crate::domain::progress::Sheet;
use crate::domain::word::Visibility;
use crate::store::StoreError;
use crate::store::action::ActionFilter;

impl CoacheeView<'_> {
    /// Commitments that are not private.
    pub(crate) fn actions(
        &self,
        engagement: &Engagement,
    ) -> Result<Vec<CoacheeAction>, StoreError> {
        let actions = self.reader.list_actions(&ActionFilter {
            engagement: Some(engagement.id),
            visibility: Some(Visibility::Shared),
            ..ActionFilter::default()
        })?;
        let actions = actions.into_iter().map(|action| {
            let goal = self.visible_goal(action.goal)?;
            Ok(CoacheeAction::of(action, engagement.reference.clone(), goal))
        });
        actions.collect()
    }

    /// Reviews, without the scores of what was private.
    pub(crate) fn reviews(
        &self,
        engagement: &Engagement,
    ) -> Result<Vec<CoacheeReview>, StoreError> {
        let reviews = self.reader.list_reviews(Some(engagement.id), false)?.into_iter();
        reviews.map(|review| self.review(review, engagement.reference.clone())).collect()
    }

    /// Worksheets that coach and coachee share.
    pub(crate) fn sheets(&self, engagement: &Engagement) -> Result<Vec<Sheet>, StoreError> {
        self.reader.sheets_of(engagement.id, Some(Visibility::Shared))
    }
}
