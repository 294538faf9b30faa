//! `coach worksheet show`.

use clap::Args;

use super::drawn::{Content, Head, Look, grid, row, sheet};
use crate::commands::args::{handle, word};
use crate::commands::context::{Context, Leaf, Takes};
use crate::commands::failure::Failure;
use crate::domain::audience::Reading;
use crate::domain::id::Handle;
use crate::domain::worksheet::{Row, Worksheet, grid_fields};
use crate::platform::table::Style;

/// Arguments of `worksheet show`.
#[derive(Args, Debug)]
pub(crate) struct Show {
    #[arg(value_name = "REF", value_parser = handle)]
    worksheet: Handle,
    /// Show this version instead of what stands in it now
    #[arg(long, value_name = "N")]
    version: Option<u32>,
    /// Lay the rows out by their choice and their yes or no
    #[arg(long)]
    grid: bool,
    /// For whom: the coach, or the coachee, who reads shared worksheets only
    #[arg(long, value_parser = word::<Reading>(), default_value = "coach")]
    audience: Reading,
}

impl Leaf for Show {
    const NAME: &'static str = "worksheet show";
    const TAKES: Takes = Takes::READ;

    fn run(self, context: &mut Context) -> Result<(), Failure> {
        let (handle, version, audience) = (&self.worksheet, self.version, self.audience);
        let worksheet = context.read(|r| {
            let worksheet = r.get_worksheet(handle)?;
            Ok(match version {
                Some(version) => r.worksheet_version(&worksheet, version)?,
                None => worksheet,
            })
        })?;
        if self.grid && grid_fields(&worksheet.def).is_none() {
            return Err(Failure::usage(format!("{} has no grid", worksheet.spoken())).hint(
                "a grid has rows with one choice and one yes or no, such as kind and known",
            ));
        }
        let ascii = ascii(context);
        let draw = |content: Content<'_>, hidden: Option<&str>, style: Style| match hidden {
            None if self.grid => grid(content, Look::of(style, ascii)),
            hidden => sheet(content, hidden, Look::of(style, ascii)),
        };
        match audience {
            Reading::Coach => context.drawn(&worksheet, |hidden, style| {
                draw(Content::of(&worksheet, &Head::of(&worksheet)), hidden, style)
            }),
            Reading::Coachee => {
                let seen = context.read(|r| Ok(r.for_coachee().worksheet(worksheet)?))?;
                context.drawn(&seen, |hidden, style| {
                    draw(Content::of_coachee(&seen, &Head::of_coachee(&seen)), hidden, style)
                })
            }
        }
    }
}

/// Whether the terminal shows letters and signs alone.
fn ascii(context: &Context) -> bool {
    context.around.stdout_is_terminal && context.around.dumb
}

/// Answers with a worksheet.
pub(super) fn answer(context: &Context, worksheet: &Worksheet) -> Result<(), Failure> {
    let (head, ascii) = (Head::of(worksheet), ascii(context));
    context.drawn(worksheet, |hidden, style| {
        sheet(Content::of(worksheet, &head), hidden, Look::of(style, ascii))
    })
}

/// Answers with a worksheet of which one row was filled: people see that row alone.
pub(super) fn answer_row(
    context: &Context,
    worksheet: &Worksheet,
    number: u32,
) -> Result<(), Failure> {
    let (head, ascii) = (Head::of(worksheet), ascii(context));
    let rows: &[Row] = worksheet.row(number).map_or(&[], std::slice::from_ref);
    context.drawn(worksheet, |hidden, style| {
        row(Content::of(worksheet, &head), rows, hidden, Look::of(style, ascii))
    })
}
