//! `coach worksheet freeze` and `diff`: what stood in a worksheet, kept and compared.

use clap::Args;

use super::show;
use crate::commands::args::handle;
use crate::commands::context::{Context, Leaf, Takes};
use crate::commands::failure::Failure;
use crate::domain::id::Handle;
use crate::domain::refusal::Refusal;
use crate::domain::worksheet::{Difference, Value, differences};
use crate::platform::table::{Cell, Column, or_nothing};

/// Arguments of `worksheet freeze`.
#[derive(Args, Debug)]
pub(crate) struct Freeze {
    #[arg(value_name = "REF", value_parser = handle)]
    worksheet: Handle,
}

impl Leaf for Freeze {
    const NAME: &'static str = "worksheet freeze";
    const TAKES: Takes = Takes::WRITE;

    fn run(self, context: &mut Context) -> Result<(), Failure> {
        let worksheet = context.write(|w| {
            let worksheet = w.get_worksheet(&self.worksheet)?;
            w.freeze_worksheet(&worksheet)?;
            let version = worksheet.version;
            w.summarise(format!("froze {} version {version}", worksheet.reference));
            Ok(w.get_worksheet(&self.worksheet)?)
        })?;
        show::answer(context, &worksheet)?;
        context.out.status(&format!(
            "version {} stays as it is; the next change begins version {}",
            worksheet.version,
            worksheet.version + 1
        ));
        Ok(())
    }
}

fn value_cell(value: &Option<Value>) -> Cell {
    or_nothing(value.as_ref())
}

const DIFFERENCES: &[Column<Difference>] = &[
    Column::neutral_right("row", |d| d.row.into()),
    Column::new("field", |d| (&d.field).into()),
    Column::prose("from", |d| value_cell(&d.from)),
    Column::prose("to", |d| value_cell(&d.to)),
    Column::right("change", |d| or_nothing(d.change())),
];

/// Arguments of `worksheet diff`.
#[derive(Args, Debug)]
pub(crate) struct Diff {
    #[arg(value_name = "REF", value_parser = handle)]
    worksheet: Handle,
    /// The earlier version; the one that was frozen last unless you say another
    #[arg(long, value_name = "N")]
    from: Option<u32>,
    /// The later version; what stands in it now unless you say another
    #[arg(long, value_name = "N")]
    to: Option<u32>,
}

impl Leaf for Diff {
    const NAME: &'static str = "worksheet diff";
    const TAKES: Takes = Takes::READ;

    fn run(self, context: &mut Context) -> Result<(), Failure> {
        let (worksheet, from, to) = context.read(|r| {
            let worksheet = r.get_worksheet(&self.worksheet)?;
            let newest = r.frozen_versions(&worksheet)?.first().map(|(version, _)| *version);
            let (reference, from) = (worksheet.reference, self.from.or(newest));
            let from = from.ok_or(Refusal::NothingFrozen { reference })?;
            let from = r.worksheet_version(&worksheet, from)?;
            let to = match self.to {
                Some(to) => r.worksheet_version(&worksheet, to)?,
                None => worksheet.clone(),
            };
            Ok((worksheet, from, to))
        })?;
        let all = differences(worksheet.engagement_id, &from.rows, &to.rows);
        let now = if self.to.is_some() { "" } else { " as it stands now" };
        context.out.status(&format!(
            "{}: version {} against version {}{now}",
            worksheet.reference, from.version, to.version
        ));
        context.rows(DIFFERENCES, &all, "nothing differs")
    }
}
