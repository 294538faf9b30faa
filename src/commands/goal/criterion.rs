//! `coach goal criterion`: how success of a goal will be known, and what shows it.

use clap::Args;

use super::super::args::{handle, verbs};
use super::super::context::{Context, Leaf, Takes};
use super::super::failure::Failure;
use super::goal_card;
use crate::domain::goal::NumberedCriterion;
use crate::domain::id::Handle;
use crate::domain::text::Line;
use crate::domain::word::Setting;
use crate::platform::table::{Column, or_nothing};

verbs! {
    CriterionCommand {
        /// Add a criterion
        Add(Add),
        /// List the criteria of a goal
        List(List),
        /// Change a criterion, by its number
        Edit(Edit),
        /// Remove a criterion, by its number
        Remove(Remove),
    }
}

const CRITERIA: &[Column<NumberedCriterion>] = &[
    Column::neutral_right("n", |c| c.number.into()),
    Column::prose("success is", |c| (&c.text).into()),
    Column::prose("evidence", |c| or_nothing(c.evidence.as_ref())),
];

/// Arguments of `goal criterion add`.
#[derive(Args, Debug)]
pub(crate) struct Add {
    #[arg(value_name = "REF", value_parser = handle)]
    goal: Handle,
    /// How success will be known; words need no quotes
    #[arg(required = true)]
    text: Vec<String>,
    /// What shows that it is met
    #[arg(long, value_name = "TEXT")]
    evidence: Option<Line>,
}

impl Leaf for Add {
    const NAME: &'static str = "goal criterion add";
    const TAKES: Takes = Takes::WRITE;

    fn run(self, context: &mut Context) -> Result<(), Failure> {
        let text: Line = self.text.join(" ").parse()?;
        let goal = context.write(|w| {
            let goal = w.get_goal(&self.goal)?;
            w.insert_criterion(&goal, text, self.evidence)?;
            w.summarise(format!("added a criterion to {}", goal.reference));
            Ok(w.get_goal(&self.goal)?)
        })?;
        context.record(&goal, goal_card)
    }
}

/// Arguments of `goal criterion list`.
#[derive(Args, Debug)]
pub(crate) struct List {
    #[arg(value_name = "REF", value_parser = handle)]
    goal: Handle,
}

impl Leaf for List {
    const NAME: &'static str = "goal criterion list";
    const TAKES: Takes = Takes::READ;

    fn run(self, context: &mut Context) -> Result<(), Failure> {
        let criteria = context.read(|r| {
            let goal = r.get_goal(&self.goal)?;
            Ok(r.list_criteria(&goal))
        })?;
        context.rows(CRITERIA, &criteria, "no criteria; add one: coach goal criterion add G1 TEXT")
    }
}

/// Arguments of `goal criterion edit`.
#[derive(Args, Debug)]
pub(crate) struct Edit {
    #[arg(value_name = "REF", value_parser = handle)]
    goal: Handle,
    /// The criterion's number, as listed
    number: u32,
    #[arg(long)]
    text: Option<Line>,
    #[arg(long, value_name = "TEXT")]
    evidence: Option<Setting<Line>>,
    /// Why, for the history
    #[arg(long, value_name = "TEXT")]
    reason: Option<Line>,
}

impl Leaf for Edit {
    const NAME: &'static str = "goal criterion edit";
    const TAKES: Takes = Takes::WRITE;

    fn run(self, context: &mut Context) -> Result<(), Failure> {
        let goal = context.write(|w| {
            let goal = w.get_goal(&self.goal)?;
            w.update_criterion(&goal, self.number, self.text, self.evidence)?;
            w.explain(self.reason.as_ref());
            w.summarise(format!("changed criterion {} of {}", self.number, goal.reference));
            Ok(w.get_goal(&self.goal)?)
        })?;
        context.record(&goal, goal_card)
    }
}

/// Arguments of `goal criterion remove`.
#[derive(Args, Debug)]
pub(crate) struct Remove {
    #[arg(value_name = "REF", value_parser = handle)]
    goal: Handle,
    /// The criterion's number, as listed
    number: u32,
}

impl Leaf for Remove {
    const NAME: &'static str = "goal criterion remove";
    const TAKES: Takes = Takes::WRITE;

    fn run(self, context: &mut Context) -> Result<(), Failure> {
        let goal = context.write(|w| {
            let goal = w.get_goal(&self.goal)?;
            w.remove_criterion(&goal, self.number)?;
            w.summarise(format!("removed criterion {} of {}", self.number, goal.reference));
            Ok(w.get_goal(&self.goal)?)
        })?;
        context.record(&goal, goal_card)
    }
}
