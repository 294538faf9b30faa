//! `coach due`: open commitments of all engagements, the most urgent first.

use clap::Args;

use super::commitment::{due_cell, who};
use super::context::{Context, Leaf, Takes};
use super::failure::Failure;
use crate::domain::action::{Action, ActionStatus};
use crate::domain::time::Span;
use crate::platform::output::Format;
use crate::platform::table::{Cell, Column, Tone, or_nothing};
use crate::store::action::ActionFilter;

/// Arguments of `due`.
#[derive(Args, Debug)]
pub(crate) struct Due {
    /// Only what is due within so many days, such as 7d or 2w; what is overdue is there too
    #[arg(long, value_name = "SPAN")]
    within: Option<Span>,
    /// Exit with 1 when something is overdue, or due within --within
    #[arg(long)]
    exit_code: bool,
}

pub(super) const DUE: &[Column<Action>] = &[
    Column::neutral("due", due_cell),
    Column::neutral("", |a| Cell::from(if a.overdue { "overdue" } else { "" }).tone(Tone::Bad)),
    Column::neutral("ref", |a| a.reference.into()),
    Column::engagement(|a| (&a.engagement).into()),
    Column::prose("what", |a| (&a.what).into()),
    Column::new("who", |a| or_nothing(who(a))),
    Column::neutral_right("carried", |a| or_nothing((a.carried > 0).then_some(a.carried))),
];

impl Leaf for Due {
    const NAME: &'static str = "due";
    const TAKES: Takes = Takes::READ.engagement();

    fn run(self, context: &mut Context) -> Result<(), Failure> {
        let narrowing = context.narrowing(None)?;
        let today = context.today();
        let until = match self.within {
            Some(span) => Some(
                today
                    .plus_days(span.get())
                    .ok_or_else(|| Failure::usage("--within reaches too far"))?,
            ),
            None => None,
        };
        let brief = context.out.format == Format::Table;
        let open = context.read(|r| {
            Ok(r.list_actions(&ActionFilter {
                engagement: narrowing.find(r)?,
                status: Some(ActionStatus::Open),
                due_until: until,
                brief,
                ..ActionFilter::default()
            })?)
        })?;
        let urgent = match until {
            Some(_) => !open.is_empty(),
            None => open.iter().any(|action| action.overdue),
        };
        context.rows(DUE, &open, "nothing is due")?;
        if self.exit_code && urgent { Err(Failure::finding()) } else { Ok(()) }
    }
}
