//! `coach report practice`: every client's engagement in one line, and what they come to.

use clap::Args;

use crate::commands::args::when;
use crate::commands::context::{Context, Leaf, Takes};
use crate::commands::failure::Failure;
use crate::domain::discretion::About;
use crate::domain::progress::{Practised, Totals};
use crate::domain::time::When;
use crate::platform::output::{Card, Format};
use crate::platform::table::{Cell, Column, Tone, or_nothing};
use crate::store::progress::Period;

/// Arguments of `report practice`.
#[derive(Args, Debug)]
#[command(
    after_help = "Sessions and commitments are those of the period; what is overdue, when the next \
    session is and who has stalled is told as of today. A rhythm is kept where no time between two \
    sessions is longer than agreed."
)]
pub(crate) struct PracticeReport {
    /// From this day on
    #[arg(long, value_name = "DATE", value_parser = when)]
    since: Option<When>,
    /// Up to this day
    #[arg(long, value_name = "DATE", value_parser = when)]
    until: Option<When>,
}

const ROWS: &[Column<Practised>] = &[
    Column::engagement(|p| (&p.engagement).into()),
    Column::neutral("status", |p| p.status.into()),
    Column::neutral("held", |p| match p.sessions_planned {
        Some(planned) => format!("{} of {planned}", p.sessions_held).into(),
        None => p.sessions_held.into(),
    }),
    Column::neutral_right("hours", |p| hours(p.minutes).into()),
    Column::neutral("every", |p| match (p.mean_days_between, p.cadence_days) {
        (Some(days), Some(agreed)) => format!("{days} d ({agreed})").into(),
        (Some(days), None) => format!("{days} d").into(),
        _ => Cell::default(),
    }),
    Column::neutral("closed", |p| match p.closure_rate {
        Some(rate) => format!("{} of {}, {rate} %", p.closed, p.actions).into(),
        None => Cell::default(),
    }),
    Column::neutral_right("overdue", |p| {
        let tone = if p.overdue > 0 { Tone::Bad } else { Tone::Dim };
        Cell::from(p.overdue).tone(tone)
    }),
    Column::neutral("last", |p| or_nothing(p.days_since_last.map(|days| format!("{days} d ago")))),
    Column::neutral("next", |p| or_nothing(p.next)),
    Column::neutral("", |p| {
        if p.stalled { Cell::from("stalled").tone(Tone::Bad) } else { Cell::default() }
    }),
];

/// Minutes as hours: `12 h 30`.
fn hours(minutes: u32) -> String {
    format!("{} h {:02}", minutes / 60, minutes % 60)
}

fn totals(totals: &Totals) -> Vec<String> {
    let rate = totals.closure_rate.map_or_else(String::new, |rate| format!(", {rate} %"));
    vec![
        format!("engagements   {}, {} of them stalled", totals.engagements, totals.stalled),
        format!("sessions      {} held, {}", totals.sessions_held, hours(totals.minutes)),
        format!(
            "commitments   {} closed of {}{rate}, {} overdue",
            totals.closed, totals.actions, totals.overdue
        ),
    ]
}

impl Leaf for PracticeReport {
    const NAME: &'static str = "report practice";
    const TAKES: Takes = Takes::READ;

    fn run(self, context: &mut Context) -> Result<(), Failure> {
        let since = context.day_if("since", self.since.as_ref())?;
        let until = context.day_if("until", self.until.as_ref())?;
        if since.zip(until).is_some_and(|(since, until)| until < since) {
            return Err(Failure::usage("the period ends before it begins")
                .hint("exchange --since and --until"));
        }
        let practice = context
            .read(|r| Ok(r.practice(r.list_engagements(None, false)?, Period { since, until })?))?;
        match context.out.format {
            Format::Json | Format::Jsonl => context.record(&practice, |_| Card::default()),
            _ => {
                let nothing =
                    "no clients yet; begin with one: coach engagement new SLUG --coachee NAME";
                context.rows(ROWS, &practice.engagements, nothing)?;
                if context.out.file.is_some() || practice.engagements.is_empty() {
                    return Ok(());
                }
                context.lines_below(&About::Nobody, "in all", &totals(&practice.totals))
            }
        }
    }
}
