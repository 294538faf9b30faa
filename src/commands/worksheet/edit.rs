//! `coach worksheet edit`, `remove` and `restore`.

use clap::Args;

use super::fill::{Assignment, fill, place, tell_version, values};
use super::show;
use crate::commands::args::handle;
use crate::commands::context::{Context, Leaf, Takes};
use crate::commands::failure::Failure;
use crate::domain::id::Handle;
use crate::domain::method::Shape;
use crate::domain::text::Line;
use crate::store::worksheet::At;

/// Arguments of `worksheet edit`.
#[derive(Args, Debug)]
pub(crate) struct Edit {
    #[arg(value_name = "REF", value_parser = handle)]
    worksheet: Handle,
    /// Which row; a form has only one
    #[arg(long, value_name = "N")]
    row: Option<u32>,
    /// What shall stand in this field; nothing or ‘none’ empties it, ‘-’ takes what is piped in (can be repeated)
    #[arg(long, value_name = "FIELD=TEXT", required = true)]
    set: Vec<Assignment>,
    /// Why, for the history
    #[arg(long, value_name = "TEXT")]
    reason: Option<Line>,
}

impl Leaf for Edit {
    const NAME: &'static str = "worksheet edit";
    const TAKES: Takes = Takes::WRITE;

    fn run(self, context: &mut Context) -> Result<(), Failure> {
        let worksheet = context.read(|r| Ok(r.get_worksheet(&self.worksheet)?))?;
        let at = place(&worksheet, self.row, false)?;
        if at == At::New && worksheet.def.shape == Shape::Rows {
            return Err(Failure::usage("say which row to change: --row N; nothing was written")
                .hint(format!("to add one: coach worksheet fill {}", worksheet.reference)));
        }
        let values = values(context, &worksheet, &self.set)?;
        let (after, number) = context.write(|w| {
            let filled = fill(w, &self.worksheet, at, &values)?;
            w.explain(self.reason.as_ref());
            Ok(filled)
        })?;
        tell_version(context, &worksheet, &after);
        show::answer_row(context, &after, number)
    }
}

/// Arguments of `worksheet remove`.
#[derive(Args, Debug)]
pub(crate) struct Remove {
    #[arg(value_name = "REF", value_parser = handle)]
    worksheet: Handle,
    /// This row alone
    #[arg(long, value_name = "N")]
    row: Option<u32>,
}

impl Leaf for Remove {
    const NAME: &'static str = "worksheet remove";
    const TAKES: Takes = Takes::WRITE;

    fn run(self, context: &mut Context) -> Result<(), Failure> {
        let (before, after) = context.write(|w| {
            let worksheet = w.get_worksheet(&self.worksheet)?;
            place(&worksheet, self.row, false)?;
            match self.row {
                Some(row) => {
                    w.remove_worksheet_row(&worksheet, row)?;
                    w.summarise(format!("removed row {row} of {}", worksheet.reference));
                }
                None => {
                    w.remove_worksheet(&worksheet)?;
                    w.summarise(format!("removed {}", worksheet.spoken()));
                }
            }
            let after = w.get_worksheet(&self.worksheet)?;
            Ok((worksheet, after))
        })?;
        tell_version(context, &before, &after);
        show::answer(context, &after)
    }
}

/// Arguments of `worksheet restore`.
#[derive(Args, Debug)]
pub(crate) struct Restore {
    #[arg(value_name = "REF", value_parser = handle)]
    worksheet: Handle,
    /// This row alone
    #[arg(long, value_name = "N")]
    row: Option<u32>,
}

impl Leaf for Restore {
    const NAME: &'static str = "worksheet restore";
    const TAKES: Takes = Takes::WRITE;

    fn run(self, context: &mut Context) -> Result<(), Failure> {
        let (before, after) = context.write(|w| {
            let worksheet = w.get_worksheet(&self.worksheet)?;
            place(&worksheet, self.row, false)?;
            match self.row {
                Some(row) => {
                    w.restore_worksheet_row(&worksheet, row)?;
                    w.summarise(format!("restored row {row} of {}", worksheet.reference));
                }
                None => {
                    w.restore_worksheet(&worksheet)?;
                    w.summarise(format!("restored {}", worksheet.spoken()));
                }
            }
            let after = w.get_worksheet(&self.worksheet)?;
            Ok((worksheet, after))
        })?;
        tell_version(context, &before, &after);
        show::answer(context, &after)
    }
}
