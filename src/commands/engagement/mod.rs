//! `coach engagement`: one coaching relationship, from its first day to its last.

use clap::Args;

use super::args::{verbs, when, word};
use super::context::{Context, Leaf, Takes};
use super::failure::Failure;
use crate::domain::action::ActionStatus;
use crate::domain::engagement::{Engagement, EngagementStatus};
use crate::domain::method::{Limit, Plan};
use crate::domain::prep::EngagementNow;
use crate::domain::refusal::Refusal;
use crate::domain::session::SessionStatus;
use crate::domain::time::{Day, When};
use crate::domain::word::{Lang, Setting, Word};
use crate::platform::output::Card;
use crate::platform::table::{Cell, Column, Tone, or_nothing};
use crate::store::Writer;
use crate::store::action::ActionFilter;
use crate::store::engagement::{EngagementEdit, Match};
use crate::store::session::SessionFilter;

mod arc;
mod edit;
mod new;

verbs! {
    EngagementCommand {
        /// Begin an engagement; on a terminal without flags it asks step by step
        New(new::New),
        /// List engagements, the running ones first
        List(List),
        /// Show an engagement
        Show(Show),
        /// Change an engagement; ‘none’ clears a value
        Edit(edit::Edit),
        /// Make a proposed or finished engagement active
        Activate(Activate),
        /// Begin the phase-down: fewer sessions, more alone
        PhaseDown(arc::PhaseDown),
        /// Complete an engagement
        Complete(arc::Complete),
        /// Cancel an engagement
        Cancel(Cancel),
        /// Plan more sessions or a later end
        Extend(Extend),
        /// Remove an engagement with all its records
        Remove(Remove),
        /// Bring a removed engagement back with its records
        Restore(Restore),
    }
}

/// "3 of 8", or "3" where no number is planned.
fn held_of_planned(engagement: &Engagement) -> String {
    match engagement.sessions_planned {
        Some(planned) => format!("{} of {planned}", engagement.sessions_held),
        None => engagement.sessions_held.to_string(),
    }
}

fn status_cell(status: EngagementStatus) -> Cell {
    let tone = if status.is_running() { Tone::Plain } else { Tone::Dim };
    Cell::from(status).tone(tone)
}

fn engagement_card(engagement: &Engagement) -> Card {
    let span = match engagement.end {
        Some(end) => format!("{} to {}", engagement.start.spoken(), end.spoken()),
        None => format!("from {}", engagement.start.spoken()),
    };
    Card::new(format!("{}  {}", engagement.slug, engagement.coachee_names.join(", ")))
        .fact("status", status_cell(engagement.status))
        .fact("reference", &engagement.reference)
        .fact("sponsors", engagement.sponsor_names.join(", "))
        .fact("org", or_nothing(engagement.org_name.as_ref()))
        .fact("payer", or_nothing(engagement.payer_name.as_ref()))
        .fact("method", &engagement.method)
        .fact("when", span)
        .fact("sessions", format!("{} held", held_of_planned(engagement)))
        .fact("cadence", or_nothing(engagement.cadence_days.map(|days| format!("{days} days"))))
        .fact("length", or_nothing(engagement.minutes.map(|minutes| format!("{minutes} min"))))
        .fact("format", engagement.format)
        .fact("rate", or_nothing(engagement.rate))
        .fact("zone", engagement.zone)
        .fact(
            "language",
            or_nothing(Some(&engagement.lang).filter(|lang| **lang != Lang::default())),
        )
        .fact("follow-up", or_nothing(engagement.follow_up_on.map(Day::spoken)))
        .fact("buy-in", engagement.buy_ins.join(", "))
        .fact("mandated", if engagement.mandated { "yes" } else { "" })
        .fact("removed", if engagement.removed { "yes" } else { "" })
}

/// The card of an engagement with where it stands.
fn now_card(now: &EngagementNow) -> Card {
    let needs: Vec<String> = now.stand.needs.iter().map(ToString::to_string).collect();
    engagement_card(&now.engagement)
        .fact("phase", or_nothing(now.stand.spoken.as_ref()))
        .fact("needs", needs.join("\n"))
}

const ENGAGEMENTS: &[Column<Engagement>] = &[
    Column::engagement(|e| Cell::from(&e.slug).tone(Tone::Strong)),
    Column::prose("coachee", |e| e.coachee_names.join(", ").into()),
    Column::prose("org", |e| or_nothing(e.org_name.as_ref())),
    Column::neutral("status", |e| status_cell(e.status)),
    Column::neutral("sessions", |e| held_of_planned(e).into()),
    Column::neutral("start", |e| e.start.into()),
    Column::neutral("end", |e| or_nothing(e.end)),
];

/// Arguments of `engagement list`.
#[derive(Args, Debug)]
pub(crate) struct List {
    #[arg(long, value_parser = word::<EngagementStatus>())]
    status: Option<EngagementStatus>,
    /// List the removed ones instead
    #[arg(long)]
    removed: bool,
}

impl Leaf for List {
    const NAME: &'static str = "engagement list";
    const TAKES: Takes = Takes::READ;

    fn run(self, context: &mut Context) -> Result<(), Failure> {
        let all = context.read(|r| Ok(r.list_engagements(self.status, self.removed)?))?;
        let nothing = "no engagements yet; begin one: coach engagement new SLUG --coachee NAME";
        context.rows(ENGAGEMENTS, &all, if self.removed { "none was removed" } else { nothing })
    }
}

/// Arguments of `engagement show`.
#[derive(Args, Debug)]
pub(crate) struct Show {
    engagement: Option<String>,
}

impl Leaf for Show {
    const NAME: &'static str = "engagement show";
    const TAKES: Takes = Takes::READ.engagement();

    fn run(self, context: &mut Context) -> Result<(), Failure> {
        let name = context.engagement_required(self.engagement.as_deref())?;
        let how = context.matching();
        let now = context.read(|r| {
            let engagement = r.find_engagement(&name, how)?;
            Ok(EngagementNow { stand: r.stand_of(&engagement)?, engagement })
        })?;
        context.record(&now, now_card)
    }
}

/// Moves an engagement to another status by its own verb; `also` is what changes with it. What its
/// method still asks for then is told.
fn become_status(
    context: &mut Context,
    typed: Option<&str>,
    next: EngagementStatus,
    also: impl FnOnce(&Writer<'_>, &Engagement) -> Result<EngagementEdit, Failure>,
) -> Result<(), Failure> {
    let name = context.engagement_required(typed)?;
    let how = context.matching();
    let strictness = context.strictness();
    let (engagement, limits) = context.write(|w| {
        let engagement = w.find_engagement(&name, how)?;
        if !engagement.status.may_become(next) {
            let status = engagement.status.word();
            if engagement.status == next {
                return Err(Failure::refused(format!("{} is {status} already", engagement.slug))
                    .hint(format!("coach engagement show {}", engagement.slug)));
            }
            return Err(Refusal::EngagementIs {
                engagement: engagement.slug,
                status,
                wanted: if next == EngagementStatus::PhaseDown {
                    "in phase-down"
                } else {
                    next.word()
                },
            }
            .into());
        }
        if !next.is_running() {
            w.none_is_open(engagement.id)?;
        }
        let also = also(w, &engagement)?;
        w.update_engagement(&engagement, EngagementEdit { status: Some(next), ..also })?;
        let did = match next {
            EngagementStatus::Proposed => "proposed",
            EngagementStatus::Active => "activated",
            EngagementStatus::PhaseDown => "began the phase-down of",
            EngagementStatus::Completed => "completed",
            EngagementStatus::Cancelled => "cancelled",
        };
        w.summarise(format!("{did} {}", engagement.slug));
        let after = w.get_engagement(engagement.id)?;
        let limits: Vec<Limit> = still_open(w, &engagement, &after)?.into_iter().collect();
        strictness.heed(&limits)?;
        Ok((after, limits))
    })?;
    context.warn(&limits);
    if !next.is_running() {
        warn_of_rest(context, &engagement)?;
    }
    context.record(&engagement, engagement_card)
}

/// What the method still asks for as an engagement goes to another status.
fn still_open(
    w: &Writer<'_>,
    before: &Engagement,
    after: &Engagement,
) -> Result<Option<Limit>, Failure> {
    Ok(match after.status {
        EngagementStatus::PhaseDown => w.gate_of(after)?,
        // What is completed is not overdue any more: it is looked at as it was.
        EngagementStatus::Completed => w.rest_of(before)?,
        _ => None,
    })
}

/// Warns of what goes on although the engagement does not.
fn warn_of_rest(context: &mut Context, engagement: &Engagement) -> Result<(), Failure> {
    let (planned, open) = context.read(|r| {
        let planned = r.list_sessions(&SessionFilter {
            engagement: Some(engagement.id),
            status: Some(SessionStatus::Planned),
            ..SessionFilter::default()
        })?;
        let open = r.list_actions(&ActionFilter {
            engagement: Some(engagement.id),
            status: Some(ActionStatus::Open),
            ..ActionFilter::default()
        })?;
        Ok((planned, open.len()))
    })?;
    if let [first, ..] = &planned[..] {
        let (reference, count) = (first.reference, planned.len());
        context.out.warning(&format!(
            "planned sessions remain ({count}): coach session cancel {reference}"
        ));
    }
    if open > 0 {
        let slug = &engagement.slug;
        context.out.warning(&format!("open commitments remain ({open}): coach action list {slug}"));
    }
    Ok(())
}

/// What of an engagement's frame lies outside its method.
fn frame_limits(w: &Writer<'_>, engagement: &Engagement) -> Result<Vec<Limit>, Failure> {
    if engagement.end.is_some_and(|end| end < engagement.start) {
        return Err(Failure::usage("the end is before the start; nothing was written"));
    }
    let plan = Plan {
        sessions: engagement.sessions_planned,
        minutes: engagement.minutes,
        cadence_days: engagement.cadence_days,
        start: engagement.start,
        end: engagement.end,
    };
    Ok(w.method_of(engagement.id)?.frame.limits_left(&plan))
}

macro_rules! status_verbs {
    ($($verb:ident, $name:literal, $next:ident;)+) => { $(
        /// Arguments of the verb.
        #[derive(Args, Debug)]
        pub(crate) struct $verb {
            engagement: Option<String>,
        }

        impl Leaf for $verb {
            const NAME: &'static str = $name;
            const TAKES: Takes = Takes::WRITE.engagement();

            fn run(self, context: &mut Context) -> Result<(), Failure> {
                become_status(context, self.engagement.as_deref(), EngagementStatus::$next, |_, _| {
                    Ok(EngagementEdit::default())
                })
            }
        }
    )+ };
}

status_verbs! {
    Activate, "engagement activate", Active;
    Cancel, "engagement cancel", Cancelled;
}

/// Arguments of `engagement extend`.
#[derive(Args, Debug)]
pub(crate) struct Extend {
    engagement: Option<String>,
    /// How many sessions are planned in all
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1000))]
    sessions: Option<u32>,
    /// The new last day
    #[arg(long, value_name = "DATE", value_parser = when)]
    end: Option<When>,
}

impl Leaf for Extend {
    const NAME: &'static str = "engagement extend";
    const TAKES: Takes = Takes::WRITE.engagement().strict();

    fn run(self, context: &mut Context) -> Result<(), Failure> {
        if self.sessions.is_none() && self.end.is_none() {
            return Err(Failure::usage("say how far: --sessions N in all, --end DATE, or both"));
        }
        let name = context.engagement_required(self.engagement.as_deref())?;
        let (how, end) = (context.matching(), context.day_if("end", self.end.as_ref())?);
        let strictness = context.strictness();
        let (engagement, limits) = context.write(|w| {
            let engagement = w.find_engagement(&name, how)?;
            if let (Some(more), Some(planned)) = (self.sessions, engagement.sessions_planned)
                && more <= planned
            {
                return Err(Failure::usage(format!(
                    "{planned} sessions are planned already; nothing was written"
                ))
                .hint(format!(
                    "say how many there shall be in all, such as --sessions {}",
                    planned + 4
                )));
            }
            if let (Some(later), Some(planned)) = (end, engagement.end)
                && later <= planned
            {
                return Err(Failure::usage(format!(
                    "the planned end is {} already; nothing was written",
                    planned.spoken()
                ))
                .hint("say a later day, or use coach engagement edit --end"));
            }
            let edit = EngagementEdit {
                sessions: self.sessions.map(Setting::To),
                end: end.map(Setting::To),
                ..EngagementEdit::default()
            };
            w.update_engagement(&engagement, edit)?;
            w.summarise(format!("extended {}", engagement.slug));
            let after = w.get_engagement(engagement.id)?;
            let limits = frame_limits(w, &after)?;
            strictness.heed(&limits)?;
            Ok((after, limits))
        })?;
        context.warn(&limits);
        context.record(&engagement, engagement_card)
    }
}

/// Arguments of `engagement remove`.
#[derive(Args, Debug)]
pub(crate) struct Remove {
    /// The whole slug
    engagement: String,
}

impl Leaf for Remove {
    const NAME: &'static str = "engagement remove";
    const TAKES: Takes = Takes::WRITE;

    fn run(self, context: &mut Context) -> Result<(), Failure> {
        let engagement = context.write(|w| {
            let engagement = w.find_engagement(&self.engagement, Match::Whole)?;
            w.none_is_open(engagement.id)?;
            w.remove_engagement(&engagement)?;
            w.summarise(format!("removed {}", engagement.slug));
            Ok(w.get_engagement(engagement.id)?)
        })?;
        context.record(&engagement, engagement_card)
    }
}

/// Arguments of `engagement restore`.
#[derive(Args, Debug)]
pub(crate) struct Restore {
    /// The whole slug
    engagement: String,
}

impl Leaf for Restore {
    const NAME: &'static str = "engagement restore";
    const TAKES: Takes = Takes::WRITE;

    fn run(self, context: &mut Context) -> Result<(), Failure> {
        let engagement = context.write(|w| {
            let engagement = match w.find_removed_engagement(&self.engagement)? {
                Some(removed) => removed,
                None => w.find_engagement(&self.engagement, Match::Whole)?,
            };
            w.restore_engagement(&engagement)?;
            w.summarise(format!("restored {}", engagement.slug));
            Ok(w.get_engagement(engagement.id)?)
        })?;
        context.record(&engagement, engagement_card)
    }
}
