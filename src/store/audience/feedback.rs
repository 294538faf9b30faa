//! What a round of feedback comes to, for coach and coachee: groups of at least three people, no name.

use std::collections::BTreeSet;

use super::CoacheeView;
use crate::domain::goal::Goal;
use crate::domain::id::{EngagementId, PersonId, Ref};
use crate::domain::refusal::Refusal;
use crate::domain::stakeholder::{
    Answer, Asked, Feedback, FewAnswers, GoalAsked, Names, Relation, Round, SMALLEST, Summary,
    summed_up,
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
        let given = given(self, engagement)?;
        summarised(self, engagement, slug, round, given, |_| true)
    }
}

impl CoacheeView<'_> {
    /// What a round of feedback comes to, in groups of at least three people, about goals that are not
    /// private. What was said or scored of any other goal is not even counted.
    ///
    /// # Errors
    /// Refused while the round is open: two summaries with an answer between them would tell whose it
    /// is.
    pub(crate) fn feedback_summary(
        &self,
        engagement: EngagementId,
        round: Option<Round>,
    ) -> Result<Summary, StoreError> {
        let reader = self.reader;
        let of = reader.get_engagement(engagement)?;
        let goals = GoalFilter { engagement: Some(engagement), ..GoalFilter::default() };
        let visible = |goal: &Goal| goal.visibility == Visibility::Shared;
        let told: BTreeSet<Ref> = reader
            .list_goals(&goals)?
            .iter()
            .filter(|it| visible(it))
            .map(|it| it.reference)
            .collect();
        let mut given = given(reader, engagement)?;
        given.retain(|feedback| feedback.goal.is_none_or(|goal| told.contains(&goal)));
        let mut closed = BTreeSet::new();
        for each in Round::ALL {
            if reader.feedback_round(engagement, *each)?.closed_on.is_some() {
                closed.insert(*each);
            }
        }
        let last = given.iter().map(|feedback| feedback.round);
        let asked = round.or_else(|| {
            last.clone().filter(|round| closed.contains(round)).max().or_else(|| last.max())
        });
        if let Some(open) = asked.filter(|round| !closed.contains(round)) {
            return Err(Refusal::RoundOpen { engagement: of.slug, round: open.word() }.into());
        }
        given.retain(|feedback| closed.contains(&feedback.round));
        summarised(reader, engagement, of.reference, asked, given, visible)
    }
}

/// All that was said and scored in an engagement.
fn given(reader: &Reader<'_>, engagement: EngagementId) -> Result<Vec<Feedback>, StoreError> {
    reader.list_feedback(&FeedbackFilter {
        engagement: Some(engagement),
        ..FeedbackFilter::default()
    })
}

/// What a round comes to; without one, the last in which somebody answered.
fn summarised(
    reader: &Reader<'_>,
    engagement: EngagementId,
    name: String,
    round: Option<Round>,
    given: Vec<Feedback>,
    visible: impl Fn(&Goal) -> bool,
) -> Result<Summary, StoreError> {
    let last = given.iter().map(|feedback| feedback.round).max();
    let round = round.or(last).unwrap_or(Round::Baseline);
    let goals =
        reader.list_goals(&GoalFilter { engagement: Some(engagement), ..GoalFilter::default() })?;
    let goals: Vec<GoalAsked> = goals
        .into_iter()
        .filter(visible)
        .map(|goal| GoalAsked { reference: goal.reference, title: goal.title })
        .collect();
    let coachees: BTreeSet<PersonId> =
        reader.coachees(engagement)?.into_iter().map(|(id, ..)| id).collect();
    let answers: Vec<Answer> = given
        .into_iter()
        // Who leads no more answers for nobody.
        .filter(|it| it.relation != Relation::Itself || coachees.contains(&it.person_id))
        .map(|feedback| Answer {
            person: feedback.person_id,
            // Who came to be led later was somebody else's peer once, and is none of the others now.
            relation: match coachees.contains(&feedback.person_id) {
                true => Relation::Itself,
                false => feedback.relation,
            },
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
    let near = reader.names_near(engagement)?;
    let names = Names::of(people.iter().map(String::as_str)).near(near.iter().map(String::as_str));
    let alone = coachees.len() == 1;
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
