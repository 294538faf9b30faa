//! `coach goal`: what an engagement is for, and how it moves.

use clap::Args;
use serde::Serialize;

use super::args::{handle, restore_verb, verbs, visibility, when, word};
use super::context::{Context, Leaf, Takes, nothing};
use super::failure::Failure;
use crate::domain::discretion::{About, Concerns};
use crate::domain::goal::{Amendment, Goal, GoalOwner, GoalStatus, Seen};
use crate::domain::id::{EngagementId, Handle};
use crate::domain::method::Limit;
use crate::domain::refusal::Refusal;
use crate::domain::text::Line;
use crate::domain::time::When;
use crate::domain::word::{Setting, Visibility, Word};
use crate::platform::output::Card;
use crate::platform::table::{Cell, Column, Tone, or_nothing};
use crate::store::Writer;
use crate::store::goal::{GoalEdit, GoalFilter, NewGoal};

mod criterion;
mod kr;

verbs! {
    GoalCommand {
        /// Add a goal
        Add(Add),
        /// List goals
        List(List),
        /// Show a goal with its criteria, ratings and key results, and what was amended
        Show(Show),
        /// Change a goal; ‘none’ clears a value
        Edit(Edit),
        /// Rate where the goal stands, 0 to 10
        Rate(Rate),
        /// Mark a goal as achieved
        Achieve(Achieve),
        /// Drop a goal
        Drop(DropGoal),
        /// Remove a goal
        Remove(Remove),
        /// Bring a removed goal back
        Restore(Restore),
        ;
        /// Manage the criteria of success
        Criterion(criterion::CriterionCommand),
        /// Manage key results and their measurements
        Kr(kr::KrCommand),
    }
}

fn private_mark(visibility: Visibility) -> &'static str {
    match visibility {
        Visibility::Private => "private",
        Visibility::Shared => "",
    }
}

fn ratings(goal: &Goal) -> String {
    let shown: Vec<String> =
        goal.ratings.iter().map(|(on, value)| format!("{value} ({on})")).collect();
    shown.join(" → ")
}

fn goal_card(goal: &Goal) -> Card {
    let criteria: Vec<String> = (1..)
        .zip(&goal.criteria)
        .map(|(number, criterion): (u32, _)| match &criterion.evidence {
            Some(evidence) => format!("{number}. {} (evidence: {evidence})", criterion.text),
            None => format!("{number}. {}", criterion.text),
        })
        .collect();
    let key_results: Vec<String> = goal.key_results.iter().map(ToString::to_string).collect();
    Card::new(format!("{}  {}", goal.reference, goal.title))
        .fact("engagement", &goal.engagement)
        .fact("owner", owner_cell(goal))
        .fact("status", goal.status)
        .fact("focus", or_nothing(goal.focus.as_ref()))
        .fact("seen by", if goal.visibility == Visibility::Private { "you alone" } else { "" })
        .fact("success", criteria.join("\n"))
        .fact("rating", ratings(goal))
        .fact("key results", key_results.join(", "))
        .fact("removed", if goal.removed { "yes" } else { "" })
}

/// Whose it is; in one's own engagement ‘you’ in place of the coachee.
fn owner_cell(goal: &Goal) -> Cell {
    match (goal.owner, goal.own) {
        (GoalOwner::Coachee, true) => "you".into(),
        (owner, _) => owner.into(),
    }
}

const GOALS: &[Column<Goal>] = &[
    Column::neutral("ref", |g| g.reference.into()),
    Column::engagement(|g| (&g.engagement).into()),
    Column::prose("goal", |g| (&g.title).into()),
    Column::neutral("owner", owner_cell),
    Column::new("focus", |g| or_nothing(g.focus.as_ref())),
    Column::right("rating", |g| or_nothing(g.rating)),
    Column::neutral("status", |g| {
        let tone = if g.status == GoalStatus::Active { Tone::Plain } else { Tone::Dim };
        Cell::from(g.status).tone(tone)
    }),
    Column::new("", |g| Cell::from(private_mark(g.visibility)).tone(Tone::Dim)),
];

/// Arguments of `goal add`.
#[derive(Args, Debug)]
pub(crate) struct Add {
    engagement: String,
    /// The goal in one line; words need no quotes
    #[arg(required = true)]
    title: Vec<String>,
    #[arg(long, value_parser = word::<GoalOwner>(), default_value = "coachee")]
    owner: GoalOwner,
    /// The area it belongs to
    #[arg(long, value_name = "AREA")]
    focus: Option<Line>,
    /// How success will be known (can be repeated)
    #[arg(long, value_name = "TEXT")]
    success: Vec<Line>,
    /// For your eyes alone
    #[arg(long)]
    private: bool,
}

impl Leaf for Add {
    const NAME: &'static str = "goal add";
    const TAKES: Takes = Takes::WRITE.strict();

    fn run(self, context: &mut Context) -> Result<(), Failure> {
        let title: Line = self.title.join(" ").parse()?;
        let (how, strictness) = (context.matching(), context.strictness());
        let (goal, limits, areas) = context.write(|w| {
            let engagement = w.find_engagement(&self.engagement, how)?;
            let limits = goals_left(w, engagement.id)?;
            strictness.heed(&limits)?;
            let areas = w.method_of(engagement.id)?.frame.focus;
            let visibility = if self.private { Visibility::Private } else { Visibility::Shared };
            let reference = w.insert_goal(
                engagement.id,
                NewGoal {
                    title,
                    owner: self.owner,
                    focus: self.focus,
                    success: self.success,
                    visibility,
                },
            )?;
            let goal = w.get_goal(&Handle::Ref(reference))?;
            w.summarise(format!("added {reference} {}", goal.title));
            Ok((goal, limits, areas))
        })?;
        context.warn(&limits);
        if let Some(focus) = &goal.focus
            && !areas.is_empty()
            && !areas.iter().any(|area| area.eq_ignore_ascii_case(focus))
        {
            context.out.status(&format!("areas of the method: {}", areas.join(", ")));
        }
        context.record(&goal, goal_card)
    }
}

/// Arguments of `goal list`.
#[derive(Args, Debug)]
pub(crate) struct List {
    engagement: Option<String>,
    #[arg(long, value_parser = word::<GoalStatus>())]
    status: Option<GoalStatus>,
    /// Goals of this area only
    #[arg(long, value_name = "AREA")]
    focus: Option<String>,
    /// List the removed ones instead
    #[arg(long)]
    removed: bool,
}

impl Leaf for List {
    const NAME: &'static str = "goal list";
    const TAKES: Takes = Takes::READ.engagement();

    fn run(self, context: &mut Context) -> Result<(), Failure> {
        let narrowing = context.narrowing(self.engagement.as_deref())?;
        let narrowed = self.status.is_some() || self.focus.is_some() || self.removed;
        let goals = context.read(|r| {
            Ok(r.list_goals(&GoalFilter {
                engagement: narrowing.find(r)?,
                status: self.status,
                focus: self.focus,
                removed: self.removed,
            })?)
        })?;
        let usual = "no goals; add one: coach goal add ENGAGEMENT TITLE";
        context.rows(GOALS, &goals, nothing(narrowed, usual))
    }
}

/// Arguments of `goal show`.
#[derive(Args, Debug)]
pub(crate) struct Show {
    #[arg(value_name = "REF", value_parser = handle)]
    goal: Handle,
}

impl Leaf for Show {
    const NAME: &'static str = "goal show";
    const TAKES: Takes = Takes::READ;

    fn run(self, context: &mut Context) -> Result<(), Failure> {
        let shown = context.read(|r| {
            let goal = r.get_goal(&self.goal)?;
            let amendments = r.goal_course(goal.clone(), Seen::ByCoach)?.amendments;
            Ok(Shown { goal, amendments })
        })?;
        context.record(&shown, |shown| {
            let amended: Vec<String> = shown.amendments.iter().map(Amendment::spoken).collect();
            goal_card(&shown.goal).fact("amended", amended.join("\n"))
        })
    }
}

/// A goal, with what was changed of it since it was set.
#[derive(Serialize)]
struct Shown {
    #[serde(flatten)]
    goal: Goal,
    amendments: Vec<Amendment>,
}

impl Concerns for Shown {
    fn about(&self) -> About {
        self.goal.about()
    }
}

/// Arguments of `goal edit`.
#[derive(Args, Debug)]
pub(crate) struct Edit {
    #[arg(value_name = "REF", value_parser = handle)]
    goal: Handle,
    #[arg(long, value_name = "TEXT")]
    title: Option<Line>,
    #[arg(long, value_parser = word::<GoalOwner>())]
    owner: Option<GoalOwner>,
    #[arg(long, value_name = "AREA")]
    focus: Option<Setting<Line>>,
    /// New criteria in place of the old ones (can be repeated)
    #[arg(long, value_name = "TEXT")]
    success: Vec<Line>,
    #[arg(long, value_parser = word::<GoalStatus>())]
    status: Option<GoalStatus>,
    /// For your eyes alone
    #[arg(long, conflicts_with = "shared")]
    private: bool,
    /// For the coachee's eyes too
    #[arg(long)]
    shared: bool,
    /// Why, for the history
    #[arg(long, value_name = "TEXT")]
    reason: Option<Line>,
}

impl Leaf for Edit {
    const NAME: &'static str = "goal edit";
    const TAKES: Takes = Takes::WRITE.strict();

    fn run(self, context: &mut Context) -> Result<(), Failure> {
        let strictness = context.strictness();
        let (goal, limits) = context.write(|w| {
            let goal = w.get_goal(&self.goal)?;
            let again =
                self.status == Some(GoalStatus::Active) && goal.status != GoalStatus::Active;
            let limits = if again { goals_left(w, goal.engagement_id)? } else { Vec::new() };
            strictness.heed(&limits)?;
            let edit = GoalEdit {
                title: self.title,
                owner: self.owner,
                focus: self.focus,
                success: (!self.success.is_empty()).then_some(self.success),
                visibility: visibility(self.private, self.shared),
                status: self.status,
            };
            w.update_goal(&goal, edit)?;
            w.explain(self.reason.as_ref());
            w.summarise(format!("changed {} {}", goal.reference, goal.title));
            Ok((w.get_goal(&self.goal)?, limits))
        })?;
        context.warn(&limits);
        context.record(&goal, goal_card)
    }
}

/// The limit that one more active goal leaves, if it does.
fn goals_left(w: &Writer<'_>, engagement: EngagementId) -> Result<Vec<Limit>, Failure> {
    let active = w.count_active_goals(engagement)? + 1;
    Ok(w.method_of(engagement)?.frame.goals_left(active).into_iter().collect())
}

/// Arguments of `goal rate`.
#[derive(Args, Debug)]
pub(crate) struct Rate {
    #[arg(value_name = "REF", value_parser = handle)]
    goal: Handle,
    /// 0 (not at all) to 10 (all of it)
    #[arg(value_name = "RATING", value_parser = rating, allow_negative_numbers = true)]
    value: u8,
    /// The day of the rating; today unless you say another
    #[arg(long, value_name = "DATE", value_parser = when)]
    on: Option<When>,
}

fn rating(text: &str) -> Result<u8, String> {
    match text.parse() {
        Ok(value @ 0..=10) => Ok(value),
        _ => Err(format!("‘{text}’ is not a number from 0 to 10")),
    }
}

impl Leaf for Rate {
    const NAME: &'static str = "goal rate";
    const TAKES: Takes = Takes::WRITE;

    fn run(self, context: &mut Context) -> Result<(), Failure> {
        let on = context.day_seen(self.on.as_ref())?;
        let goal = context.write(|w| {
            let goal = w.get_goal(&self.goal)?;
            w.insert_rating(&goal, self.value, on)?;
            w.summarise(format!("rated {} {} of 10", goal.reference, self.value));
            Ok(w.get_goal(&self.goal)?)
        })?;
        context.record(&goal, goal_card)
    }
}

/// Gives a goal its last status and answers with it.
fn settle(context: &mut Context, handle: &Handle, status: GoalStatus) -> Result<(), Failure> {
    let goal = context.write(|w| {
        let goal = w.get_goal(handle)?;
        if goal.status == status {
            let (reference, status) = (goal.reference, status.word());
            return Err(Refusal::StandsAlready { reference, status }.into());
        }
        w.update_goal(&goal, GoalEdit { status: Some(status), ..GoalEdit::default() })?;
        w.summarise(format!("{} is {status}", goal.reference));
        Ok(w.get_goal(handle)?)
    })?;
    context.record(&goal, goal_card)
}

/// Arguments of `goal achieve`.
#[derive(Args, Debug)]
pub(crate) struct Achieve {
    #[arg(value_name = "REF", value_parser = handle)]
    goal: Handle,
}

impl Leaf for Achieve {
    const NAME: &'static str = "goal achieve";
    const TAKES: Takes = Takes::WRITE;

    fn run(self, context: &mut Context) -> Result<(), Failure> {
        settle(context, &self.goal, GoalStatus::Achieved)
    }
}

/// Arguments of `goal drop`.
#[derive(Args, Debug)]
pub(crate) struct DropGoal {
    #[arg(value_name = "REF", value_parser = handle)]
    goal: Handle,
}

impl Leaf for DropGoal {
    const NAME: &'static str = "goal drop";
    const TAKES: Takes = Takes::WRITE;

    fn run(self, context: &mut Context) -> Result<(), Failure> {
        settle(context, &self.goal, GoalStatus::Dropped)
    }
}

/// Arguments of `goal remove`.
#[derive(Args, Debug)]
pub(crate) struct Remove {
    #[arg(value_name = "REF", value_parser = handle)]
    goal: Handle,
}

impl Leaf for Remove {
    const NAME: &'static str = "goal remove";
    const TAKES: Takes = Takes::WRITE;

    fn run(self, context: &mut Context) -> Result<(), Failure> {
        let goal = context.write(|w| {
            let goal = w.get_goal(&self.goal)?;
            w.remove_goal(&goal)?;
            w.summarise(format!("removed {} {}", goal.reference, goal.title));
            Ok(w.get_goal(&self.goal)?)
        })?;
        context.record(&goal, goal_card)
    }
}

restore_verb!(Restore, "goal restore", get_goal, restore_goal, goal_card);
