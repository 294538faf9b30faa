//! `coach goal kr`: key results, from a baseline to a target, measured over time.

use clap::Args;

use super::super::args::{handle, restore_verb, verbs, when};
use super::super::context::{Context, Leaf, Takes};
use super::super::failure::Failure;
use crate::domain::discretion::Concerns;
use crate::domain::goal::{KeyResult, Number};
use crate::domain::id::Handle;
use crate::domain::text::Line;
use crate::domain::time::When;
use crate::platform::output::Card;
use crate::platform::table::{Column, or_nothing};
use crate::report::chart::{Canvas, measurements};
use crate::store::goal::{KeyResultEdit, NewKeyResult};

verbs! {
    KrCommand {
        /// Add a key result to a goal
        Add(Add),
        /// Write down a measurement
        Set(Set),
        /// List key results, of one goal or of all
        List(List),
        /// Show a key result with its measurements, drawn over time
        Show(Show),
        /// Change a key result
        Edit(Edit),
        /// Remove a key result
        Remove(Remove),
        /// Bring a removed key result back
        Restore(Restore),
    }
}

/// By how much the chart is set in, and how wide it is where there is no terminal.
const SET_IN: usize = 2;
const IN_A_PIPE: usize = 60;

fn progress(kr: &KeyResult) -> Option<String> {
    kr.progress().map(|percent| format!("{percent} %"))
}

fn kr_card(kr: &KeyResult) -> Card {
    let measured: Vec<String> = kr
        .measurements
        .iter()
        .map(|each| format!("{}  {}", each.on.spoken(), each.value))
        .collect();
    Card::new(format!("{}  {}", kr.reference, kr.title))
        .fact("goal", kr.goal)
        .fact("unit", &kr.unit)
        .fact("from", kr.baseline)
        .fact("to", kr.target)
        .fact("now", kr.current)
        .fact("progress", or_nothing(progress(kr)))
        .fact("measured", measured.join("\n"))
        .fact("removed", if kr.removed { "yes" } else { "" })
}

const KEY_RESULTS: &[Column<KeyResult>] = &[
    Column::neutral("ref", |k| k.reference.into()),
    Column::neutral("goal", |k| k.goal.into()),
    Column::prose("key result", |k| (&k.title).into()),
    Column::right("from", |k| k.baseline.into()),
    Column::right("now", |k| k.current.into()),
    Column::right("to", |k| k.target.into()),
    Column::new("unit", |k| (&k.unit).into()),
    Column::right("progress", |k| or_nothing(progress(k))),
];

/// Arguments of `goal kr add`.
#[derive(Args, Debug)]
pub(crate) struct Add {
    #[arg(value_name = "REF", value_parser = handle)]
    goal: Handle,
    /// What is measured; words need no quotes
    #[arg(required = true)]
    title: Vec<String>,
    /// In what it is measured: days, per cent, points …
    #[arg(long, value_name = "UNIT")]
    unit: Line,
    /// Where it stands at the start
    #[arg(long, value_name = "NUMBER", allow_negative_numbers = true)]
    from: Number,
    /// Where it shall stand
    #[arg(long, value_name = "NUMBER", allow_negative_numbers = true)]
    to: Number,
}

impl Leaf for Add {
    const NAME: &'static str = "goal kr add";
    const TAKES: Takes = Takes::WRITE;

    fn run(self, context: &mut Context) -> Result<(), Failure> {
        let title: Line = self.title.join(" ").parse()?;
        let kr = context.write(|w| {
            let goal = w.get_goal(&self.goal)?;
            let new = NewKeyResult { title, unit: self.unit, baseline: self.from, target: self.to };
            let reference = w.insert_key_result(&goal, new)?;
            w.summarise(format!("added {reference} to {}", goal.reference));
            Ok(w.get_key_result(&Handle::Ref(reference))?)
        })?;
        context.record(&kr, kr_card)
    }
}

/// Arguments of `goal kr set`.
#[derive(Args, Debug)]
pub(crate) struct Set {
    #[arg(value_name = "REF", value_parser = handle)]
    kr: Handle,
    /// The measured number
    #[arg(value_name = "NUMBER", allow_negative_numbers = true)]
    value: Number,
    /// The day it was measured; today unless you say another
    #[arg(long, value_name = "DATE", value_parser = when)]
    on: Option<When>,
}

impl Leaf for Set {
    const NAME: &'static str = "goal kr set";
    const TAKES: Takes = Takes::WRITE;

    fn run(self, context: &mut Context) -> Result<(), Failure> {
        let on = context.day_seen(self.on.as_ref())?;
        let kr = context.write(|w| {
            let kr = w.get_key_result(&self.kr)?;
            w.insert_measurement(&kr, self.value, on)?;
            w.summarise(format!("measured {} at {} {}", kr.reference, self.value, kr.unit));
            Ok(w.get_key_result(&self.kr)?)
        })?;
        context.record(&kr, kr_card)
    }
}

/// Arguments of `goal kr list`.
#[derive(Args, Debug)]
pub(crate) struct List {
    /// The goal whose key results are meant
    #[arg(value_name = "REF", value_parser = handle)]
    goal: Option<Handle>,
    /// List the removed ones instead
    #[arg(long)]
    removed: bool,
}

impl Leaf for List {
    const NAME: &'static str = "goal kr list";
    const TAKES: Takes = Takes::READ;

    fn run(self, context: &mut Context) -> Result<(), Failure> {
        let all = context.read(|r| {
            let goal = self.goal.as_ref().map(|goal| r.get_goal(goal)).transpose()?;
            Ok(r.list_key_results(goal.map(|goal| goal.id), self.removed)?)
        })?;
        context.rows(
            KEY_RESULTS,
            &all,
            "no key results; add one: coach goal kr add G1 TITLE --unit UNIT --from 12 --to 4",
        )
    }
}

/// Arguments of `goal kr show`.
#[derive(Args, Debug)]
pub(crate) struct Show {
    #[arg(value_name = "REF", value_parser = handle)]
    kr: Handle,
}

impl Leaf for Show {
    const NAME: &'static str = "goal kr show";
    const TAKES: Takes = Takes::READ;

    fn run(self, context: &mut Context) -> Result<(), Failure> {
        let kr = context.read(|r| Ok(r.get_key_result(&self.kr)?))?;
        context.record(&kr, kr_card)?;
        let room = context.out.plain_style(SET_IN).width.unwrap_or(IN_A_PIPE);
        let canvas = Canvas { columns: room, ascii: context.around.dumb };
        context.lines_below(&kr.about(), "over time", &measurements(&kr, canvas))
    }
}

/// Arguments of `goal kr edit`.
#[derive(Args, Debug)]
pub(crate) struct Edit {
    #[arg(value_name = "REF", value_parser = handle)]
    kr: Handle,
    #[arg(long, value_name = "TEXT")]
    title: Option<Line>,
    #[arg(long)]
    unit: Option<Line>,
    #[arg(long, value_name = "NUMBER", allow_negative_numbers = true)]
    from: Option<Number>,
    #[arg(long, value_name = "NUMBER", allow_negative_numbers = true)]
    to: Option<Number>,
    /// Why, for the history
    #[arg(long, value_name = "TEXT")]
    reason: Option<Line>,
}

impl Leaf for Edit {
    const NAME: &'static str = "goal kr edit";
    const TAKES: Takes = Takes::WRITE;

    fn run(self, context: &mut Context) -> Result<(), Failure> {
        let kr = context.write(|w| {
            let kr = w.get_key_result(&self.kr)?;
            let edit = KeyResultEdit {
                title: self.title,
                unit: self.unit,
                baseline: self.from,
                target: self.to,
            };
            w.update_key_result(&kr, edit)?;
            w.explain(self.reason.as_ref());
            w.summarise(format!("changed {}", kr.reference));
            Ok(w.get_key_result(&self.kr)?)
        })?;
        context.record(&kr, kr_card)
    }
}

/// Arguments of `goal kr remove`.
#[derive(Args, Debug)]
pub(crate) struct Remove {
    #[arg(value_name = "REF", value_parser = handle)]
    kr: Handle,
}

impl Leaf for Remove {
    const NAME: &'static str = "goal kr remove";
    const TAKES: Takes = Takes::WRITE;

    fn run(self, context: &mut Context) -> Result<(), Failure> {
        let kr = context.write(|w| {
            let kr = w.get_key_result(&self.kr)?;
            w.remove_key_result(&kr)?;
            w.summarise(format!("removed {}", kr.reference));
            Ok(w.get_key_result(&self.kr)?)
        })?;
        context.record(&kr, kr_card)
    }
}

restore_verb!(Restore, "goal kr restore", get_key_result, restore_key_result, kr_card);
