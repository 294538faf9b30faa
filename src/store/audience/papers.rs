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

    /// Reviews, without the scores of private goals.
    pub(crate) fn reviews(
        &self,
        engagement: &Engagement,
    ) -> Result<Vec<CoacheeReview>, StoreError> {
        let reviews = self.reader.list_reviews(Some(engagement.id), false)?;
        Ok(reviews
            .into_iter()
            .map(|review| CoacheeReview {
                reference: review.reference,
                id: review.id,
                engagement: engagement.reference.clone(),
                kind: review.kind,
                session: review.session,
                on: review.on,
                text: review.text,
                scores: review
                    .scores
                    .into_iter()
                    .filter(|score| score.visibility == Visibility::Shared)
                    .collect(),
                answers: review.answers,
            })
            .collect())
    }

    /// Worksheets that coach and coachee share.
    pub(crate) fn sheets(&self, engagement: &Engagement) -> Result<Vec<Sheet>, StoreError> {
        self.reader.sheets_of(engagement.id, Some(Visibility::Shared))
    }
}
