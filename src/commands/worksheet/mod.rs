//! `coach worksheet`: what the method has people write down, filled field by field, frozen and
//! compared.

use clap::Args;

use super::args::{handle, verbs, when};
use super::context::{Context, Leaf, Takes, nothing};
use super::failure::Failure;
use crate::domain::id::Handle;
use crate::domain::method::Shape;
use crate::domain::text::Line;
use crate::domain::time::When;
use crate::domain::word::Visibility;
use crate::domain::worksheet::Worksheet;
use crate::platform::table::{Cell, Column, Tone, or_nothing};

mod ask;
mod begin;
mod drawn;
mod edit;
mod fill;
mod form;
mod freeze;
mod show;

verbs! {
    WorksheetCommand {
        /// Begin a worksheet of the engagement's method
        New(begin::New),
        /// List worksheets
        List(List),
        /// Show a worksheet with what stands in it
        Show(show::Show),
        /// Fill a worksheet: by --set, question by question, or in the editor
        Fill(fill::Fill),
        /// Change what stands in a row, and say why
        Edit(edit::Edit),
        /// Keep what stands in it now as a version that never changes
        Freeze(freeze::Freeze),
        /// Compare two versions, row by row and field by field
        Diff(freeze::Diff),
        /// Log that a row was put to use
        Use(Use),
        /// Remove a worksheet, or one of its rows
        Remove(edit::Remove),
        /// Bring a removed worksheet back, or a row of one
        Restore(edit::Restore),
    }
}

/// `frozen 2026-11-21`; nothing while it is being filled.
fn frozen_cell(worksheet: &Worksheet) -> Cell {
    or_nothing(worksheet.frozen_on.map(|on| format!("frozen {on}"))).tone(Tone::Dim)
}

fn shared_mark(worksheet: &Worksheet) -> Cell {
    let mark = if worksheet.visibility == Visibility::Shared { "shared" } else { "" };
    Cell::from(mark).tone(Tone::Good)
}

const WORKSHEETS: &[Column<Worksheet>] = &[
    Column::neutral("ref", |w| w.reference.into()),
    Column::engagement(|w| (&w.engagement).into()),
    Column::new("worksheet", |w| (&w.definition).into()),
    Column::prose("title", |w| (&w.title).into()),
    Column::neutral("filled", |w| w.extent().into()),
    Column::neutral_right("version", |w| w.version.into()),
    Column::neutral("", frozen_cell),
    Column::neutral("", shared_mark),
];

/// Arguments of `worksheet list`.
#[derive(Args, Debug)]
pub(crate) struct List {
    engagement: Option<String>,
    /// List the removed ones instead
    #[arg(long)]
    removed: bool,
}

impl Leaf for List {
    const NAME: &'static str = "worksheet list";
    const TAKES: Takes = Takes::READ.engagement();

    fn run(self, context: &mut Context) -> Result<(), Failure> {
        let narrowing = context.narrowing(self.engagement.as_deref())?;
        let worksheets =
            context.read(|r| Ok(r.list_worksheets(narrowing.find(r)?, self.removed)?))?;
        let usual = "no worksheets; begin one: coach worksheet new ENGAGEMENT WORKSHEET";
        context.rows(WORKSHEETS, &worksheets, nothing(self.removed, usual))
    }
}

/// Arguments of `worksheet use`.
#[derive(Args, Debug)]
pub(crate) struct Use {
    #[arg(value_name = "REF", value_parser = handle)]
    worksheet: Handle,
    /// The number of the row that was put to use
    #[arg(long, value_name = "N")]
    row: u32,
    /// The day on which it was; today unless you say another
    #[arg(long, value_name = "DATE", value_parser = when)]
    on: Option<When>,
    /// What happened, in one line; words need no quotes
    text: Vec<String>,
}

impl Leaf for Use {
    const NAME: &'static str = "worksheet use";
    const TAKES: Takes = Takes::WRITE;

    fn run(self, context: &mut Context) -> Result<(), Failure> {
        let text: Option<Line> = match self.text.join(" ") {
            text if text.is_empty() => None,
            text if text == "-" => Some(context.piped_prose()??.into_line()?),
            text => Some(text.parse()?),
        };
        let on = context.day_seen(self.on.as_ref())?;
        let worksheet = context.write(|w| {
            let worksheet = w.get_worksheet(&self.worksheet)?;
            w.insert_use(&worksheet, self.row, on, text)?;
            w.summarise(format!("logged a use of {} row {}", worksheet.reference, self.row));
            Ok(w.get_worksheet(&self.worksheet)?)
        })?;
        show::answer(context, &worksheet)
    }
}

/// Says how the worksheet is filled.
fn tell_how(context: &Context, worksheet: &Worksheet) {
    let reference = worksheet.reference;
    let field = worksheet.def.fields.first().map_or("field", |field| field.id.as_str());
    let how = match worksheet.def.shape {
        Shape::Form => "asks question by question".to_owned(),
        Shape::Rows => format!("asks for one {} after the other", worksheet.row_word()),
    };
    context.out.status(&format!("next: coach worksheet fill {reference}  {how}"));
    context.out.status(&format!("or: coach worksheet fill {reference} --set {field}=TEXT …"));
}
