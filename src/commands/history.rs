//! `coach history`, `undo` and `redo`: what was changed, and taking it back.

use clap::Args;
use serde::Serialize;

use super::context::{Context, Leaf, Takes};
use super::failure::Failure;
use crate::domain::change::{Step, Value};
use crate::domain::record::Record;
use crate::platform::output::{Card, Format};
use crate::platform::table::{Cell, Column, Tone, or_nothing};
use crate::store::Turned;

/// Arguments of `history`.
#[derive(Args, Debug)]
pub(crate) struct History {
    /// Only what touched this record: a ref such as A41, or an engagement
    #[arg(value_name = "REF")]
    record: Option<String>,
}

const STEPS: &[Column<Step>] = &[
    Column::right("step", |s| s.step.into()),
    Column::new("at", |s| s.at.spoken().into()),
    Column::new("command", |s| (&s.command).into()),
    Column::prose("what", |s| {
        let tone = if s.undone { Tone::Dim } else { Tone::Plain };
        Cell::from(&s.summary).tone(tone)
    }),
    Column::new("", |s| Cell::from(if s.undone { "undone" } else { "" }).tone(Tone::Dim)),
    Column::prose("why", |s| or_nothing(s.reason.as_ref())),
];

/// One changed field, as a person reads it.
#[derive(Serialize)]
struct Line {
    step: i64,
    at: String,
    command: String,
    field: String,
    old: Value,
    new: Value,
    why: Option<String>,
}

impl Record for Line {
    const KEYS: &'static [&'static str] = &["step", "at", "command", "field", "old", "new", "why"];
}

const LINES: &[Column<Line>] = &[
    Column::right("step", |l| l.step.into()),
    Column::new("at", |l| (&l.at).into()),
    Column::new("command", |l| (&l.command).into()),
    Column::new("field", |l| (&l.field).into()),
    Column::prose("before", |l| Cell::from(&l.old).tone(Tone::Dim)),
    Column::prose("after", |l| (&l.new).into()),
    Column::prose("why", |l| or_nothing(l.why.as_ref())),
];

impl Leaf for History {
    const NAME: &'static str = "history";
    const TAKES: Takes = Takes::READ;

    fn run(self, context: &mut Context) -> Result<(), Failure> {
        let how = context.matching();
        let steps = context.read(|r| {
            let record =
                self.record.as_deref().map(|record| r.record_named(record, how)).transpose()?;
            Ok(r.list_steps(record.as_deref())?)
        })?;
        if self.record.is_none() || context.out.format != Format::Table {
            return context.rows(STEPS, &steps, "nothing was written yet");
        }
        let lines: Vec<Line> = steps
            .into_iter()
            .flat_map(|step| {
                let Step { step, at, command, changes, reason, .. } = step;
                changes.into_iter().map(move |change| Line {
                    step,
                    at: at.spoken(),
                    command: command.clone(),
                    field: change.field,
                    old: change.old,
                    new: change.new,
                    why: reason.clone(),
                })
            })
            .collect();
        context.rows(LINES, &lines, "nothing was written yet")
    }
}

/// Steps that were undone or done again.
#[derive(Serialize)]
struct Turn {
    steps: Vec<Turned>,
}

fn tell(context: &mut Context, word: &'static str, steps: Vec<Turned>) -> Result<(), Failure> {
    context.committed();
    context.rehearsed();
    context.record(&Turn { steps }, |turn| {
        let lines: Vec<String> = turn
            .steps
            .iter()
            .map(|step| format!("{word} step {} ({}): {}", step.step, step.command, step.summary))
            .collect();
        Card::new(lines.join("\n"))
    })
}

/// Arguments of `undo`.
#[derive(Args, Debug)]
pub(crate) struct Undo {
    /// How many steps
    #[arg(value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    count: u32,
}

impl Leaf for Undo {
    const NAME: &'static str = "undo";
    const TAKES: Takes = Takes::WRITE;

    fn run(self, context: &mut Context) -> Result<(), Failure> {
        let steps = context.journal()?.undo(self.count)?;
        tell(context, "undid", steps)
    }
}

/// Arguments of `redo`.
#[derive(Args, Debug)]
pub(crate) struct Redo {
    /// How many steps
    #[arg(value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    count: u32,
}

impl Leaf for Redo {
    const NAME: &'static str = "redo";
    const TAKES: Takes = Takes::WRITE;

    fn run(self, context: &mut Context) -> Result<(), Failure> {
        let steps = context.journal()?.redo(self.count)?;
        tell(context, "redid", steps)
    }
}
