//! What a round of feedback comes to, for coach and coachee: groups of at least three people, no name.

use super::CoacheeView;
use crate::domain::goal::Goal;
use crate::domain::id::EngagementId;
use crate::domain::refusal::Refusal;
use crate::domain::stakeholder::{
    Answer, Asked, FewAnswers, GoalAsked, Names, Round, SMALLEST, Summary, summed_up,
};
use crate::domain::word::{Visibility, Word};
use crate::store::goal::GoalFilter;
use crate::store::stakeholder::FeedbackFilter;
use crate::store::{Reader, StoreError};

/// What the coach reads of a round of feedback beside the coachee: the slug, and private goals too.
/// Nobody's name is in it either.
impl Reader<'_> {
    /// What a round comes to, in groups of at least three people.
    pub(crate) fn feedback_summary(
        &self,
        engagement: EngagementId,
        round: Option<Round>,
    ) -> Result<Summary, StoreError> {
        let slug = self.get_engagement(engagement)?.slug.to_string();
        summarised(self, engagement, slug, round, |_| true)
    }
}

impl CoacheeView<'_> {
    /// What a round of feedback comes to, in groups of at least three people, about goals that are not
    /// private.
    pub(crate) fn feedback_summary(
        &self,
        engagement: EngagementId,
        round: Option<Round>,
    ) -> Result<Summary, StoreError> {
        let name = self.reader.get_engagement(engagement)?.reference;
        let visible = |goal: &Goal| goal.visibility == Visibility::Shared;
        summarised(self.reader, engagement, name, round, visible)
    }
}

/// What a round comes to; without one, the last in which somebody answered.
fn summarised(
    reader: &Reader<'_>,
    engagement: EngagementId,
    name: String,
    round: Option<Round>,
    visible: impl Fn(&Goal) -> bool,
) -> Result<Summary, StoreError> {
    let given = reader.list_feedback(&FeedbackFilter {
        engagement: Some(engagement),
        ..FeedbackFilter::default()
    })?;
    let last = given.iter().map(|feedback| feedback.round).max();
    let round = round.or(last).unwrap_or(Round::Baseline);
    let goals =
        reader.list_goals(&GoalFilter { engagement: Some(engagement), ..GoalFilter::default() })?;
    let goals: Vec<GoalAsked> = goals
        .into_iter()
        .filter(visible)
        .map(|goal| GoalAsked { reference: goal.reference, title: goal.title })
        .collect();
    let answers: Vec<Answer> = given
        .into_iter()
        .map(|feedback| Answer {
            person: feedback.person_id,
            relation: feedback.relation,
            round: feedback.round,
            goal: feedback.goal,
            score: feedback.score,
            behaviour: feedback.behaviour,
            situation: feedback.situation,
            effect: feedback.effect,
            text: feedback.text,
        })
        .collect();
    let people = reader.all_names()?;
    let names = Names::of(people.iter().map(String::as_str));
    let alone = reader.coachees(engagement)?.len() == 1;
    let asked = Asked {
        engagement: name,
        engagement_id: engagement,
        round,
        alone,
        goals: &goals,
        names: &names,
    };
    summed_up(&asked, &answers).map_err(|FewAnswers { people }| {
        let engagement = reader.get_engagement(engagement).map(|engagement| engagement.slug);
        match engagement {
            Ok(engagement) => {
                let (round, least) = (round.word(), SMALLEST);
                Refusal::TooFewAnswers { engagement, round, people, least }.into()
            }
            Err(error) => error,
        }
    })
}
