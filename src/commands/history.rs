//! `coach history`, `undo` and `redo`: what was changed, and taking it back.

use clap::Args;
use serde::Serialize;

use super::context::{Context, Leaf, Takes};
use super::failure::Failure;
use crate::domain::change::{Change, Step, Value};
use crate::domain::discretion::{About, Concerns};
use crate::domain::id::{Noun, Ref};
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
    Column::neutral_right("step", |s| s.step.into()),
    Column::neutral("at", |s| s.at.spoken().into()),
    Column::neutral("command", |s| (&s.command).into()),
    Column::prose("what", |s| {
        let tone = if s.undone { Tone::Dim } else { Tone::Plain };
        Cell::from(&s.summary).tone(tone)
    }),
    Column::neutral("", |s| Cell::from(if s.undone { "undone" } else { "" }).tone(Tone::Dim)),
    Column::prose("why", |s| or_nothing(s.reason.as_ref())),
];

/// Looks up whom steps touched, where something is hidden from those who look on.
fn look_up<'s>(
    context: &mut Context,
    steps: impl Iterator<Item = (i64, &'s mut About)>,
) -> Result<(), Failure> {
    if !context.out.is_veiled() {
        return Ok(());
    }
    context.read(|r| {
        for (step, about) in steps {
            *about = r.about_step(step)?;
        }
        Ok(())
    })
}

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
    #[serde(skip)]
    about: About,
}

impl Concerns for Line {
    fn about(&self) -> About {
        self.about.clone()
    }
}

impl Record for Line {
    const KEYS: &'static [&'static str] = &["step", "at", "command", "field", "old", "new", "why"];
}

const LINES: &[Column<Line>] = &[
    Column::neutral_right("step", |l| l.step.into()),
    Column::neutral("at", |l| (&l.at).into()),
    Column::neutral("command", |l| (&l.command).into()),
    Column::new("field", |l| (&l.field).into()),
    Column::prose("before", |l| Cell::from(&l.old).tone(Tone::Dim)),
    Column::prose("after", |l| (&l.new).into()),
    Column::prose("why", |l| or_nothing(l.why.as_ref())),
];

/// Whether a change says only which record a part belongs to.
fn says_whose(change: &Change) -> bool {
    let owner = |value: &Value| match (value, &change.reference) {
        (Value::Text(value), Some(reference)) => value == reference,
        _ => false,
    };
    change.field.contains('.') && change.field.ends_with("_id") && owner(&change.new)
}

/// A field as a person reads it.
fn spoken(field: &str) -> String {
    match field {
        "method_snapshot_id" => "method text".to_owned(),
        "outcome.told_on" => "outcome.on".to_owned(),
        _ => field.strip_suffix("_id").unwrap_or(field).to_owned(),
    }
}

/// So many letters of a whole paper are told.
const BEGINNING: usize = 60;

/// A value as a line has room for it: of an agreement or a paper the beginning.
fn begun(change: &Change, value: &Value) -> Value {
    let of_agreement = change
        .reference
        .as_ref()
        .is_some_and(|it| matches!(it.parse(), Ok(Ref { noun: Noun::Agreement, .. })));
    let whole = match &*change.field {
        "paper.text" | "paper.facts" => true,
        field => of_agreement && ["text", "terms"].contains(&field),
    };
    match value {
        Value::Text(text) if whole && text.chars().count() > BEGINNING => {
            let text = text.replace('\n', " ");
            Value::Text(format!("{}…", text.chars().take(BEGINNING).collect::<String>()))
        }
        value => value.clone(),
    }
}

impl Leaf for History {
    const NAME: &'static str = "history";
    const TAKES: Takes = Takes::READ;

    fn run(self, context: &mut Context) -> Result<(), Failure> {
        let how = context.matching();
        let mut steps = context.read(|r| {
            let record =
                self.record.as_deref().map(|record| r.record_named(record, how)).transpose()?;
            Ok(r.list_steps(record.as_deref())?)
        })?;
        look_up(context, steps.iter_mut().map(|step| (step.step, &mut step.about)))?;
        if self.record.is_none() || context.out.format != Format::Table {
            return context.rows(STEPS, &steps, "nothing was written yet");
        }
        let lines: Vec<Line> = steps
            .into_iter()
            .flat_map(|step| {
                let Step { step, at, command, changes, reason, about, .. } = step;
                changes.into_iter().filter(|change| !says_whose(change)).map(move |change| Line {
                    step,
                    at: at.spoken(),
                    command: command.clone(),
                    field: spoken(&change.field),
                    old: begun(&change, &change.old),
                    new: begun(&change, &change.new),
                    why: reason.clone(),
                    about: about.clone(),
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

/// Each of its steps says for itself whom it touched.
impl Concerns for Turn {
    fn about(&self) -> About {
        About::Nobody
    }
}

fn tell(context: &mut Context, word: &'static str, mut steps: Vec<Turned>) -> Result<(), Failure> {
    context.committed();
    context.rehearsed();
    look_up(context, steps.iter_mut().map(|step| (step.step, &mut step.about)))?;
    context.record(&Turn { steps }, |turn| {
        let line = |Turned { step, command, summary, about }: &Turned| {
            let hidden = context.out.hides(about);
            format!("{word} step {step} ({command}): {}", hidden.as_ref().unwrap_or(summary))
        };
        let lines: Vec<String> = turn.steps.iter().map(line).collect();
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
