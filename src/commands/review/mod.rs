//! `coach review`: a look back at the goals as they were first set.

use clap::Args;

use super::args::{Words, handle, restore_verb, setting, verbs, when, word};
use super::context::{Context, Leaf, Takes, nothing};
use super::failure::Failure;
use crate::domain::audience::Reading;
use crate::domain::id::{EngagementId, Handle};
use crate::domain::refusal::Refusal;
use crate::domain::review::Review;
use crate::domain::session::Session;
use crate::domain::text::Line;
use crate::domain::time::When;
use crate::domain::word::{Setting, Word};
use crate::platform::output::{Card, Format};
use crate::platform::table::{Column, or_nothing};
use crate::store::review::ReviewEdit;
use crate::store::{Reader, Writer};

mod hold;
mod page;

use page::written;

verbs! {
    ReviewCommand {
        /// Hold the review half way
        Mid(hold::Mid),
        /// Hold the closing review
        Closing(hold::Closing),
        /// Hold the review some weeks after the end
        FollowUp(hold::FollowUp),
        /// List reviews
        List(List),
        /// Show a review beside the goals as they were first set
        Show(Show),
        /// Change a review; ‘none’ clears a value
        Edit(Edit),
        /// Remove a review; its scores leave the goals' ratings with it
        Remove(Remove),
        /// Bring a removed review back
        Restore(Restore),
    }
}

/// A goal and where it stands, as `G1=6`.
#[derive(Clone, Debug)]
pub(crate) struct Scored {
    goal: Handle,
    score: u8,
}

impl std::str::FromStr for Scored {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("‘{text}’ is no score such as G1=6, from 0 to 10");
        let (goal, score) = text.split_once('=').ok_or_else(wrong)?;
        let score = score.trim().parse().ok().filter(|score| *score <= 10).ok_or_else(wrong)?;
        Ok(Self { goal: handle(goal.trim())?, score })
    }
}

/// Sets scores; each goal must belong to the engagement, and is scored once.
fn set_scores(w: &mut Writer<'_>, review: &Review, scores: &[Scored]) -> Result<(), Failure> {
    let mut seen = Vec::new();
    for Scored { goal, score } in scores {
        let goal = w.goal_within(goal, review.engagement_id)?;
        if seen.contains(&goal.reference) {
            return Err(Failure::usage(format!(
                "{} is scored twice; nothing was written",
                goal.reference
            )));
        }
        seen.push(goal.reference);
        w.set_score(review, &goal, *score)?;
    }
    Ok(())
}

/// The session that a review was held in: one of its engagement that began.
fn session_of(
    r: &Reader<'_>,
    session: &Handle,
    engagement: EngagementId,
) -> Result<Session, Failure> {
    let session = r.get_session(session)?;
    let (reference, status) = (session.reference, session.status.word());
    if session.removed {
        return Err(Refusal::Removed { name: reference.to_string() }.into());
    }
    if session.engagement_id != engagement {
        return Err(Refusal::OtherEngagement { reference, engagement: session.engagement }.into());
    }
    if !session.status.began() {
        return Err(Refusal::NotUnderWay { reference, status }.into());
    }
    Ok(session)
}

fn review_card(review: &Review) -> Card {
    let answers: Vec<String> = review
        .answers
        .iter()
        .map(|answer| format!("{}\n  {}", answer.prompt, answer.text.replace('\n', "\n  ")))
        .collect();
    Card::new(format!("{}  {} review, {}", review.reference, review.kind, review.on.spoken()))
        .fact("engagement", &review.engagement)
        .fact("session", or_nothing(review.session))
        .fact("scores", scores(review))
        .fact("text", or_nothing(review.text.as_ref()))
        .fact("answers", answers.join("\n"))
        .fact("removed", if review.removed { "yes" } else { "" })
}

/// `G1 6 (first 3), G2 4`.
fn scores(review: &Review) -> String {
    let told = review.scores.iter().map(|score| match score.first {
        Some(first) if first != score.score => {
            format!("{} {} (first {first})", score.goal, score.score)
        }
        _ => format!("{} {}", score.goal, score.score),
    });
    told.collect::<Vec<_>>().join(", ")
}

const REVIEWS: &[Column<Review>] = &[
    Column::neutral("ref", |v| v.reference.into()),
    Column::engagement(|v| (&v.engagement).into()),
    Column::neutral("kind", |v| v.kind.into()),
    Column::neutral("on", |v| v.on.into()),
    Column::neutral("session", |v| or_nothing(v.session)),
    Column::new("scores", |v| scores(v).into()),
    Column::prose("text", |v| {
        or_nothing(v.text.as_ref().or(v.answers.first().map(|answer| &answer.text)))
    }),
];

/// Arguments of `review list`.
#[derive(Args, Debug)]
pub(crate) struct List {
    engagement: Option<String>,
    /// List the removed ones instead
    #[arg(long)]
    removed: bool,
}

impl Leaf for List {
    const NAME: &'static str = "review list";
    const TAKES: Takes = Takes::READ.engagement();

    fn run(self, context: &mut Context) -> Result<(), Failure> {
        let narrowing = context.narrowing(self.engagement.as_deref())?;
        let reviews = context.read(|r| Ok(r.list_reviews(narrowing.find(r)?, self.removed)?))?;
        let usual = "no reviews; hold one: coach review mid ENGAGEMENT";
        context.rows(REVIEWS, &reviews, nothing(self.removed, usual))
    }
}

/// Arguments of `review show`.
#[derive(Args, Debug)]
pub(crate) struct Show {
    #[arg(value_name = "REF", value_parser = handle)]
    review: Handle,
    /// For the coachee: without private goals, and without why something was amended
    #[arg(long, value_name = "WHO", value_parser = word::<Reading>(), default_value = "coach")]
    audience: Reading,
}

impl Leaf for Show {
    const NAME: &'static str = "review show";
    const TAKES: Takes =
        Takes::READ.formats(&[Format::Table, Format::Text, Format::Json, Format::Jsonl]);

    fn run(self, context: &mut Context) -> Result<(), Failure> {
        let review = context.read(|r| Ok(r.get_review(&self.review)?))?;
        match self.audience {
            Reading::Coach => {
                let page = context.read(|r| Ok(r.review_page(review)?))?;
                match context.out.format {
                    Format::Table | Format::Text => {
                        let name = page.review.engagement.as_str().to_owned();
                        written(context, &page.review, &name, &page)
                    }
                    _ => context.record(&page, |_| Card::default()),
                }
            }
            Reading::Coachee => {
                if review.removed {
                    return Err(Refusal::Removed { name: review.reference.to_string() }.into());
                }
                let page = context.read(|r| Ok(r.for_coachee().review_page(review.clone())?))?;
                match context.out.format {
                    Format::Table | Format::Text => {
                        let name = page.review.engagement.clone();
                        let shown = Review {
                            scores: page.review.scores.clone(),
                            session: page.review.session,
                            ..review
                        };
                        written(context, &shown, &name, &page)
                    }
                    _ => context.record(&page, |_| Card::default()),
                }
            }
        }
    }
}

/// Arguments of `review edit`.
#[derive(Args, Debug)]
pub(crate) struct Edit {
    #[arg(value_name = "REF", value_parser = handle)]
    review: Handle,
    /// Another score of a goal, as G1=6 (can be repeated)
    #[arg(long, value_name = "GOAL=SCORE")]
    score: Vec<Scored>,
    /// Other words; ‘-’ reads them from stdin
    #[arg(long, value_name = "TEXT")]
    text: Option<Setting<Words>>,
    #[arg(long, value_name = "DATE", value_parser = when)]
    on: Option<When>,
    /// The session it was held in
    #[arg(long, value_name = "REF", value_parser = setting(handle))]
    session: Option<Setting<Handle>>,
    /// Why, for the history
    #[arg(long, value_name = "TEXT")]
    reason: Option<Line>,
}

impl Leaf for Edit {
    const NAME: &'static str = "review edit";
    const TAKES: Takes = Takes::WRITE;

    fn run(self, context: &mut Context) -> Result<(), Failure> {
        let on = self.on.as_ref().map(|on| context.day_seen(Some(on))).transpose()?;
        let text = context.words_setting(self.text)?;
        let review = context.write(|w| {
            let review = w.get_review(&self.review)?;
            let session = match self.session {
                Some(Setting::To(session)) => {
                    Some(Setting::To(session_of(w, &session, review.engagement_id)?.id))
                }
                Some(Setting::Clear) => Some(Setting::Clear),
                None => None,
            };
            w.update_review(&review, ReviewEdit { session, on, text })?;
            set_scores(w, &review, &self.score)?;
            w.explain(self.reason.as_ref());
            w.summarise(format!("changed {}", review.reference));
            Ok(w.get_review(&self.review)?)
        })?;
        context.record(&review, review_card)
    }
}

/// Arguments of `review remove`.
#[derive(Args, Debug)]
pub(crate) struct Remove {
    #[arg(value_name = "REF", value_parser = handle)]
    review: Handle,
}

impl Leaf for Remove {
    const NAME: &'static str = "review remove";
    const TAKES: Takes = Takes::WRITE;

    fn run(self, context: &mut Context) -> Result<(), Failure> {
        let review = context.write(|w| {
            let review = w.get_review(&self.review)?;
            w.remove_review(&review)?;
            w.summarise(format!("removed the {}", review.spoken()));
            Ok(w.get_review(&self.review)?)
        })?;
        context.record(&review, review_card)
    }
}

restore_verb!(Restore, "review restore", get_review, restore_review, review_card);
