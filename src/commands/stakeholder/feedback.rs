//! `coach stakeholder feedback`: what stakeholders say and score, in rounds.

use clap::Args;

use super::super::args::{Words, handle, restore_verb, setting, verbs, when, word};
use super::super::context::{Context, Leaf, Spoken, Takes, nothing};
use super::super::failure::Failure;
use super::super::stage::{nothing_said, said};
use super::summary;
use crate::domain::id::Handle;
use crate::domain::stakeholder::{Feedback, HIGHEST, Round, RoundState};
use crate::domain::text::{Line, Prose};
use crate::domain::time::When;
use crate::domain::word::{Setting, words};
use crate::platform::output::Card;
use crate::platform::table::{Column, or_nothing};
use crate::store::stakeholder::{FeedbackEdit, FeedbackFilter, NewFeedback};

verbs! {
    FeedbackCommand {
        /// Write down what somebody said or scored
        Add(Add),
        /// List feedback, with names: for your eyes alone
        List(List),
        /// Show one piece of feedback
        Show(Show),
        /// Correct a piece of feedback; ‘none’ clears a value
        Edit(Edit),
        /// Open or close a round
        Round(SetRound),
        /// Sum a round up, by groups of three or more, without names
        Summary(summary::Summarise),
        /// Remove a piece of feedback
        Remove(Remove),
        /// Bring a removed piece of feedback back
        Restore(Restore),
    }
}

fn feedback_card(feedback: &Feedback) -> Card {
    Card::new(format!("{}  {}  {}", feedback.reference, feedback.round, feedback.name))
        .fact("engagement", &feedback.engagement)
        .fact("who", format!("{}, {}", feedback.stakeholder, feedback.relation))
        .fact("goal", or_nothing(feedback.goal))
        .fact("score", or_nothing(feedback.score.map(|it| format!("{it} of {HIGHEST}"))))
        .fact("behaviour", or_nothing(feedback.behaviour.as_ref()))
        .fact("situation", or_nothing(feedback.situation.as_ref()))
        .fact("effect", or_nothing(feedback.effect.as_ref()))
        .fact("said", or_nothing(feedback.text.as_ref()))
        .fact("on", feedback.on.spoken())
        .fact("seen by", "you alone")
        .fact("removed", if feedback.removed { "yes" } else { "" })
}

const FEEDBACK: &[Column<Feedback>] = &[
    Column::neutral("ref", |f| f.reference.into()),
    Column::engagement(|f| (&f.engagement).into()),
    Column::new("who", |f| (&f.name).into()),
    Column::new("relation", |f| f.relation.into()),
    Column::neutral("round", |f| f.round.into()),
    Column::neutral("goal", |f| or_nothing(f.goal)),
    Column::right("score", |f| or_nothing(f.score)),
    Column::prose("said", |f| {
        let texts = [&f.behaviour, &f.situation, &f.effect, &f.text];
        let texts: Vec<&str> = texts.into_iter().flatten().map(String::as_str).collect();
        texts.join(" · ").into()
    }),
];

/// Reads a score.
fn score(text: &str) -> Result<u8, String> {
    match text.parse() {
        Ok(score @ 0..=HIGHEST) => Ok(score),
        _ => Err(format!("‘{text}’ is not a score from 0 to {HIGHEST}")),
    }
}

/// Arguments of `stakeholder feedback add`.
#[derive(Args, Debug)]
pub(crate) struct Add {
    #[arg(value_name = "REF", value_parser = handle)]
    stakeholder: Handle,
    #[arg(long, value_parser = word::<Round>())]
    round: Round,
    /// The goal it is about
    #[arg(long, value_name = "REF", value_parser = handle)]
    goal: Option<Handle>,
    /// Where they see the leader on this goal, 0 to 10
    #[arg(long, value_name = "0..10", value_parser = score, requires = "goal", allow_negative_numbers = true)]
    score: Option<u8>,
    /// What the leader does. ‘-’ reads it from stdin
    #[arg(long, value_name = "TEXT")]
    behaviour: Option<Words>,
    /// When they do it. ‘-’ reads it from stdin
    #[arg(long, value_name = "TEXT")]
    situation: Option<Words>,
    /// What comes of it. ‘-’ reads it from stdin
    #[arg(long, value_name = "TEXT")]
    effect: Option<Words>,
    /// The day; today unless you say another
    #[arg(long, value_name = "DATE", value_parser = when)]
    on: Option<When>,
    /// What they said. ‘-’ reads it from stdin, so that it stays out of the shell's history
    #[arg(value_name = "TEXT")]
    text: Vec<String>,
}

impl Add {
    /// The words, asked for where nothing else was given.
    fn words(&self, context: &mut Context) -> Result<Option<Prose>, Failure> {
        let told = self.score.is_some()
            || [&self.behaviour, &self.situation, &self.effect].iter().any(|it| it.is_some());
        if self.text.is_empty() && told {
            return Ok(None);
        }
        match said(context, &self.text)? {
            Some(text) => Ok(Some(text)),
            None if context.interactive => {
                let check =
                    |text: &str| text.parse::<Prose>().map(drop).map_err(|error| error.to_string());
                let typed = context.prompt.line("What did they say", "", &check)?;
                context.heard(&typed);
                Ok(Some(typed.parse()?))
            }
            None => Err(nothing_said()),
        }
    }
}

impl Leaf for Add {
    const NAME: &'static str = "stakeholder feedback add";
    const TAKES: Takes = Takes::WRITE;

    fn spoken(&self) -> Spoken {
        match &self.text[..] {
            [] => Spoken::Nothing,
            [dash] if dash == "-" => Spoken::Heard,
            _ => Spoken::Typed,
        }
    }

    fn run(self, context: &mut Context) -> Result<(), Failure> {
        let on = context.day_seen(self.on.as_ref())?;
        // Who it was is known before the words are typed.
        context.read(|r| Ok(r.get_stakeholder(&self.stakeholder)?))?;
        let text = self.words(context)?;
        let behaviour = context.words(self.behaviour)?;
        let situation = context.words(self.situation)?;
        let effect = context.words(self.effect)?;
        let feedback = context.write(|w| {
            let stakeholder = w.get_stakeholder(&self.stakeholder)?;
            let goal = match &self.goal {
                Some(goal) => Some(w.goal_within(goal, stakeholder.engagement_id)?.id),
                None => None,
            };
            let (round, score) = (self.round, self.score);
            let new = NewFeedback { round, goal, score, behaviour, situation, effect, text, on };
            let reference = w.insert_feedback(&stakeholder, new)?;
            w.summarise(format!("wrote {reference} of {} down", stakeholder.reference));
            Ok(w.get_feedback(&Handle::Ref(reference))?)
        })?;
        context.record(&feedback, feedback_card)
    }
}

/// Arguments of `stakeholder feedback list`.
#[derive(Args, Debug)]
pub(crate) struct List {
    engagement: Option<String>,
    #[arg(long, value_parser = word::<Round>())]
    round: Option<Round>,
    /// List the removed ones instead
    #[arg(long)]
    removed: bool,
}

impl Leaf for List {
    const NAME: &'static str = "stakeholder feedback list";
    const TAKES: Takes = Takes::READ.engagement();

    fn run(self, context: &mut Context) -> Result<(), Failure> {
        let narrowing = context.narrowing(self.engagement.as_deref())?;
        let all = context.read(|r| {
            Ok(r.list_feedback(&FeedbackFilter {
                engagement: narrowing.find(r)?,
                stakeholder: None,
                round: self.round,
                removed: self.removed,
            })?)
        })?;
        let usual =
            "no feedback; write some down: coach stakeholder feedback add REF --round baseline -";
        context.rows(FEEDBACK, &all, nothing(self.removed || self.round.is_some(), usual))
    }
}

/// Arguments of `stakeholder feedback show`.
#[derive(Args, Debug)]
pub(crate) struct Show {
    #[arg(value_name = "REF", value_parser = handle)]
    feedback: Handle,
}

impl Leaf for Show {
    const NAME: &'static str = "stakeholder feedback show";
    const TAKES: Takes = Takes::READ;

    fn run(self, context: &mut Context) -> Result<(), Failure> {
        let feedback = context.read(|r| Ok(r.get_feedback(&self.feedback)?))?;
        context.record(&feedback, feedback_card)
    }
}

/// Arguments of `stakeholder feedback edit`.
#[derive(Args, Debug)]
pub(crate) struct Edit {
    #[arg(value_name = "REF", value_parser = handle)]
    feedback: Handle,
    #[arg(long, value_name = "0..10", value_parser = setting(score))]
    score: Option<Setting<u8>>,
    #[arg(long, value_name = "TEXT")]
    behaviour: Option<Setting<Words>>,
    #[arg(long, value_name = "TEXT")]
    situation: Option<Setting<Words>>,
    #[arg(long, value_name = "TEXT")]
    effect: Option<Setting<Words>>,
    /// Other words. ‘-’ reads them from stdin
    #[arg(long, value_name = "TEXT")]
    text: Option<Setting<Words>>,
    #[arg(long, value_name = "DATE", value_parser = when)]
    on: Option<When>,
    /// Why, for the history
    #[arg(long, value_name = "TEXT")]
    reason: Option<Line>,
}

impl Leaf for Edit {
    const NAME: &'static str = "stakeholder feedback edit";
    const TAKES: Takes = Takes::WRITE;

    fn run(self, context: &mut Context) -> Result<(), Failure> {
        let on = context.day_if("on", self.on.as_ref())?;
        let edit = FeedbackEdit {
            score: self.score,
            behaviour: context.words_setting(self.behaviour)?,
            situation: context.words_setting(self.situation)?,
            effect: context.words_setting(self.effect)?,
            text: context.words_setting(self.text)?,
            on,
        };
        let feedback = context.write(|w| {
            let feedback = w.get_feedback(&self.feedback)?;
            w.update_feedback(&feedback, edit)?;
            w.explain(self.reason.as_ref());
            w.summarise(format!("changed {}", feedback.reference));
            Ok(w.get_feedback(&self.feedback)?)
        })?;
        context.record(&feedback, feedback_card)
    }
}

words! {
    /// What becomes of a round.
    Turn { Open = "open", Close = "close" }
}

/// Arguments of `stakeholder feedback round`.
#[derive(Args, Debug)]
pub(crate) struct SetRound {
    engagement: String,
    #[arg(value_name = "open|close", value_parser = word::<Turn>(), hide_possible_values = true)]
    turn: Turn,
    #[arg(value_parser = word::<Round>())]
    round: Round,
}

fn round_card(state: &RoundState) -> Card {
    Card::new(format!("{}  {} round", state.engagement, state.round))
        .fact("opened", or_nothing(state.opened_on.map(|on| on.spoken())))
        .fact("closed", or_nothing(state.closed_on.map(|on| on.spoken())))
}

impl Leaf for SetRound {
    const NAME: &'static str = "stakeholder feedback round";
    const TAKES: Takes = Takes::WRITE;

    fn run(self, context: &mut Context) -> Result<(), Failure> {
        let how = context.matching();
        let (state, unheard) = context.write(|w| {
            let engagement = w.find_engagement(&self.engagement, how)?;
            w.set_feedback_round(engagement.id, self.round, self.turn == Turn::Open)?;
            let done = if self.turn == Turn::Open { "opened" } else { "closed" };
            w.summarise(format!("{done} the {} round of {}", self.round, engagement.slug));
            let given = w.list_feedback(&FeedbackFilter {
                engagement: Some(engagement.id),
                round: Some(self.round),
                ..FeedbackFilter::default()
            })?;
            Ok((w.feedback_round(engagement.id, self.round)?, given.is_empty()))
        })?;
        if unheard && self.turn == Turn::Close {
            context.out.warning(&format!("nobody has answered in the {} round", self.round));
        }
        context.record(&state, round_card)
    }
}

/// Arguments of `stakeholder feedback remove`.
#[derive(Args, Debug)]
pub(crate) struct Remove {
    #[arg(value_name = "REF", value_parser = handle)]
    feedback: Handle,
}

impl Leaf for Remove {
    const NAME: &'static str = "stakeholder feedback remove";
    const TAKES: Takes = Takes::WRITE;

    fn run(self, context: &mut Context) -> Result<(), Failure> {
        let feedback = context.write(|w| {
            let feedback = w.get_feedback(&self.feedback)?;
            w.remove_feedback(&feedback)?;
            w.summarise(format!("removed {}", feedback.reference));
            Ok(w.get_feedback(&self.feedback)?)
        })?;
        context.record(&feedback, feedback_card)
    }
}

restore_verb!(
    Restore,
    "stakeholder feedback restore",
    get_feedback,
    restore_feedback,
    feedback_card
);
