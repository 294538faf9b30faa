//! `coach prep`: one page before the call, about one client and nobody else.

use clap::Args;

use super::commitment;
use super::context::{Context, Leaf, Takes};
use super::failure::Failure;
use crate::domain::discretion::Concerns;
use crate::domain::engagement::EngagementStatus;
use crate::domain::id::{EngagementId, Handle};
use crate::domain::prep::{Prep as Page, Progress};
use crate::domain::time::{Day, Zone};
use crate::platform::output::{Format, Page as Sheet};
use crate::platform::table::Tone;
use crate::store::Reader;

/// Arguments of `prep`.
#[derive(Args, Debug)]
pub(crate) struct Prep {
    /// Without it, the engagement of the open session, else of the one planned next, else your own
    engagement: Option<String>,
    /// Show all insights and key results
    #[arg(long)]
    full: bool,
}

/// How many insights the page has room for.
pub(super) const INSIGHTS: u32 = 3;

/// How many open needs the page has room for.
const NEEDS: usize = 4;

/// How many days that worksheets name the page has room for.
const EVENTS: usize = 4;

/// How many commitments the page has room for.
const COMMITMENTS: usize = 6;

impl Leaf for Prep {
    const NAME: &'static str = "prep";
    const TAKES: Takes = Takes::READ.engagement().formats(&[
        Format::Table,
        Format::Text,
        Format::Json,
        Format::Jsonl,
    ]);

    fn run(self, context: &mut Context) -> Result<(), Failure> {
        let (named, how) =
            (context.engagement_named(self.engagement.as_deref())?, context.matching());
        let insights = if self.full { u32::MAX } else { INSIGHTS };
        let page = context.read(|r| {
            let engagement = match &named {
                Some(name) => r.find_engagement(name, how)?,
                None => r.get_engagement(coming(r)?)?,
            };
            Ok(r.prep(engagement, insights)?)
        })?;
        match context.out.format {
            Format::Table | Format::Text => Ok(context.out.page(&drawn(
                &page,
                self.full,
                context.today(),
                context.clock.now.zone(),
            ))?),
            _ => context.record(&page, |_| Default::default()),
        }
    }
}

/// The engagement of the session that is open, else of the one planned next, else one's own.
fn coming(r: &Reader<'_>) -> Result<EngagementId, Failure> {
    let open = r.open_sessions()?;
    match &open[..] {
        [only] => Ok(r.get_session(&Handle::Ref(only.reference))?.engagement_id),
        [] => match (r.next_planned(None)?, r.own_engagement()?) {
            (Some(planned), _) => Ok(planned.engagement_id),
            (None, Some(own)) if !own.removed => Ok(own.id),
            _ => Err(Failure::usage("no session is open or planned; say whose page it shall be")
                .hint("coach prep ENGAGEMENT")),
        },
        several => {
            let names: Vec<String> =
                several.iter().map(|each| each.engagement.to_string()).collect();
            Err(Failure::usage("several sessions are open; say whose page it shall be")
                .hint(format!("coach prep {}", names.join(" or "))))
        }
    }
}

/// The essence of the page as a session opens: what its walk does not ask about anyway.
pub(super) fn essence(page: &Page, own: Zone) -> Sheet {
    let mut sheet = begun(page, own);
    add_insights(&mut sheet, page);
    if !page.goals.is_empty() {
        add_goals(&mut sheet, page, false);
    }
    sheet
}

/// Who, which session, and the last one.
fn begun(page: &Page, own: Zone) -> Sheet {
    let engagement = &page.engagement;
    let title = match engagement.own {
        true => format!("{}  where you stand", engagement.slug),
        false => format!("{}  {}", engagement.slug, engagement.coachee_names.join(", ")),
    };
    let mut sheet = Sheet::new(page.about(), title);
    // Who works alone has no session to come; a session in their engagement is one with a coach.
    if !engagement.own || page.session.is_some() {
        sheet.line(session_line(page, own));
    }
    if let (Some(last), Some(days)) = (&page.last, page.days_since_last) {
        let minutes = last.minutes.map_or_else(String::new, |minutes| format!(", {minutes} min"));
        sheet.line(format!(
            "Last: {} on {}, {}{minutes}",
            last.spoken(),
            last.start.day().spoken(),
            ago(days)
        ));
        if let Some(summary) = &last.summary {
            sheet.quiet(summary);
        }
    }
    if let Some(phase) = &page.stand.spoken {
        sheet.line(format!("Phase: {phase}"));
    }
    if let Some(on) = engagement.follow_up_on {
        sheet.line(format!("Follow-up: from {}", on.spoken()));
    }
    for low in engagement.low_buy_ins() {
        sheet.line(format!("Buy-in is low: {low} of 10"));
    }
    sheet
}

/// What the method says is not there yet.
fn add_needs(sheet: &mut Sheet, page: &Page, full: bool) {
    let needs = &page.stand.needs;
    if needs.is_empty() {
        return;
    }
    sheet.head("Still needed");
    let shown = if full { needs.len() } else { NEEDS };
    for need in needs.iter().take(shown) {
        sheet.item(&need.missing, &need.remedy, Tone::Plain);
    }
    match needs.len().saturating_sub(shown) {
        0 => {}
        more => {
            sheet
                .quiet(&format!("and {more} more: coach engagement show {}", page.engagement.slug));
        }
    }
}

fn drawn(page: &Page, full: bool, today: Day, own: Zone) -> Sheet {
    let engagement = &page.engagement;
    let mut sheet = begun(page, own);
    sheet.head(worded(page, "Open commitments", "Your open commitments"));
    let shown = if full { page.actions.len() } else { COMMITMENTS };
    for commitment in page.actions.iter().take(shown) {
        let tone = if commitment.action.overdue { Tone::Bad } else { Tone::Plain };
        sheet.item(&commitment.action.what, &commitment::facts(commitment), tone);
        let told = commitment.action.outcomes.last();
        if let Some((told, reflection)) =
            told.and_then(|told| Some((told, told.reflection.as_ref()?)))
        {
            sheet.quiet(&format!("  {}: {reflection}", told.outcome));
        }
    }
    match page.actions.len().saturating_sub(shown) {
        0 if page.actions.is_empty() => sheet.quiet("none"),
        0 => {}
        more => sheet.quiet(&format!("and {more} more: coach action list {}", engagement.slug)),
    }
    add_insights(&mut sheet, page);
    if !page.between.is_empty() {
        sheet.head(worded(page, "Noted since", "What you wrote lately"));
        let shown = if full { page.between.len() } else { INSIGHTS as usize };
        for note in page.between.iter().take(shown) {
            sheet.item(&note.text, &note.at.day().to_string(), Tone::Plain);
        }
        match page.between.len().saturating_sub(shown) {
            0 => {}
            more => sheet.quiet(&format!("and {more} more: coach notes list {}", engagement.slug)),
        }
    }
    add_events(&mut sheet, page, full);
    add_habits(&mut sheet, page);
    add_goals(&mut sheet, page, full);
    add_needs(&mut sheet, page, full);
    if let Some(session) = page.session.as_ref().filter(|session| session.start.day() < today) {
        sheet.head("");
        sheet.quiet(&format!("{} is open since {}", session.spoken(), session.start.spoken()));
    }
    sheet
}

/// The words for a client's page, or for the owner's own.
fn worded(page: &Page, of_client: &'static str, of_own: &'static str) -> &'static str {
    if page.engagement.own { of_own } else { of_client }
}

fn add_insights(sheet: &mut Sheet, page: &Page) {
    if page.insights.is_empty() {
        return;
    }
    sheet.head(worded(page, "Last insights", "Your last insights"));
    for note in &page.insights {
        sheet.item(&note.text, &note.at.day().to_string(), Tone::Plain);
    }
}

/// What worksheets say of the days around: what was prepared, and what is to be looked back on.
fn add_events(sheet: &mut Sheet, page: &Page, full: bool) {
    if !page.events.is_empty() {
        sheet.head("From the worksheets, around these days");
    }
    let shown = if full { page.events.len() } else { EVENTS };
    for event in page.events.iter().take(shown) {
        let facts = format!("{}, {} row {}", event.on.spoken(), event.worksheet, event.row);
        sheet.item(event.text.as_deref().unwrap_or("…"), &facts, Tone::Plain);
    }
    match page.events.len().saturating_sub(shown) {
        0 => {}
        more => {
            sheet.quiet(&format!("and {more} more: coach prep {} --full", page.engagement.slug))
        }
    }
}

fn add_habits(sheet: &mut Sheet, page: &Page) {
    if !page.habits.is_empty() {
        sheet.head(worded(page, "Habits", "Your habits"));
    }
    for habit in &page.habits {
        let due = habit.due.map_or("kept".to_owned(), |due| format!("by {}", due.spoken()));
        let facts = format!("{}, {due}, {}", habit.reference, habit.streak_spoken());
        sheet.item(&habit.text, &facts, Tone::Plain);
    }
}

fn add_goals(sheet: &mut Sheet, page: &Page, full: bool) {
    sheet.head(worded(page, "Goals", "Your goals"));
    if page.goals.is_empty() {
        sheet.quiet("none");
    }
    for progress in &page.goals {
        sheet.item(&progress.goal.title, &trend(progress), Tone::Plain);
        for kr in progress.measured.iter().filter(|_| full) {
            let facts = format!("{} → {} → {} {}", kr.baseline, kr.current, kr.target, kr.unit);
            sheet.item(&format!("  {}", kr.title), &facts, Tone::Dim);
        }
    }
}

fn session_line(page: &Page, own: Zone) -> String {
    let status = page.engagement.status;
    if page.session.is_none() && !status.is_running() {
        let (held, planned) = (page.engagement.sessions_held, page.engagement.sessions_planned);
        let of = planned.map_or_else(String::new, |planned| format!(" of {planned}"));
        let over = if status == EngagementStatus::Cancelled { "Cancelled" } else { "Completed" };
        return format!("{over}: {held}{of} sessions held");
    }
    let of = match (page.number, page.engagement.sessions_planned) {
        (Some(number), Some(planned)) => format!("Session {number} of {planned}"),
        (Some(number), None) => format!("Session {number}"),
        (None, _) => "Beside the counted sessions".to_owned(),
    };
    match &page.session {
        Some(session) => {
            let minutes =
                session.minutes.map_or_else(String::new, |minutes| format!(", {minutes} min"));
            format!(
                "{of}: {}, {}{minutes}, {}",
                session.kind,
                session.start_spoken_in(own),
                session.format
            )
        }
        None => format!("{of}: not planned"),
    }
}

fn ago(days: i64) -> String {
    match days {
        0 => "today".to_owned(),
        1 => "yesterday".to_owned(),
        days => format!("{days} days ago"),
    }
}

fn trend(progress: &Progress) -> String {
    let ratings: Vec<String> =
        progress.trend.iter().rev().take(5).rev().map(ToString::to_string).collect();
    let ratings = if ratings.is_empty() { "not rated".to_owned() } else { ratings.join(" → ") };
    let measured: Vec<String> = progress
        .measured
        .iter()
        .filter_map(|kr| kr.progress().map(|percent| format!("{} {percent} %", kr.reference)))
        .collect();
    [vec![progress.goal.reference.to_string(), ratings], measured].concat().join(", ")
}
