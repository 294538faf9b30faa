//! `coach report progress`: how one engagement moves.

use clap::Args;

use crate::commands::args::word;
use crate::commands::context::{Context, Leaf, Takes};
use crate::commands::failure::Failure;
use crate::domain::audience::Reading;
use crate::domain::discretion::Concerns;
use crate::domain::goal::Number;
use crate::domain::progress::{FollowThrough, GoalNow, Progress};
use crate::platform::output::{Card, Format, Page};
use crate::platform::table::Tone;
use crate::store::engagement::Match;

/// Arguments of `report progress`.
#[derive(Args, Debug)]
#[command(
    after_help = "The commitments counted are the coachee's. Closed are those done or dropped; on time \
    those done by their due day, or marked as done on the day of the first session held after it. A \
    rhythm is kept where the time between two sessions was no longer than what was agreed when it \
    ended. Beside are sessions that do not count against those planned. To the coachee neither private goals and commitments nor what the \
    coach promised are told, and the engagement is named by its reference."
)]
pub(crate) struct ProgressReport {
    engagement: Option<String>,
    /// For whom it is
    #[arg(long, value_name = "WHO", value_parser = word::<Reading>(), default_value = "coach")]
    audience: Reading,
}

impl Leaf for ProgressReport {
    const NAME: &'static str = "report progress";
    const TAKES: Takes = Takes::READ.engagement().formats(&[
        Format::Table,
        Format::Text,
        Format::Json,
        Format::Jsonl,
    ]);

    fn run(self, context: &mut Context) -> Result<(), Failure> {
        let name = context.engagement_required(self.engagement.as_deref())?;
        // What may leave the house is named in whole.
        let how = match self.audience {
            Reading::Coach => context.matching(),
            Reading::Coachee => Match::Whole,
        };
        let progress = context.read(|r| {
            let engagement = r.find_engagement(&name, how)?;
            Ok(match self.audience {
                Reading::Coach => r.progress(&engagement)?,
                Reading::Coachee => r.for_coachee().progress(&engagement)?,
            })
        })?;
        match context.out.format {
            Format::Table | Format::Text => context.page(&drawn(&progress)),
            _ => context.record(&progress, |_| Card::default()),
        }
    }
}

fn drawn(progress: &Progress) -> Page {
    let title = format!("{}  progress on {}", progress.engagement, progress.on.spoken());
    let mut page = Page::new(progress.about(), title);
    add_sessions(&mut page, progress);
    page.head("Goals");
    if progress.goals.is_empty() {
        page.quiet("none");
    }
    for goal in &progress.goals {
        add_goal(&mut page, goal);
    }
    page.head("Commitments");
    add_follow_through(&mut page, &progress.actions);
    if let Some(own) = progress.coach_actions.as_ref().filter(|own| own.made > 0) {
        page.head("Commitments of the coach");
        add_follow_through(&mut page, own);
    }
    if !progress.habits.is_empty() {
        page.head("Habits");
    }
    for habit in &progress.habits {
        let facts = format!("{}, {}", habit.reference, habit.spoken);
        page.item(&habit.text, &facts, Tone::Plain);
    }
    add_expectations(&mut page, progress);
    page
}

fn add_sessions(page: &mut Page, progress: &Progress) {
    let sessions = &progress.sessions;
    page.head("Sessions");
    let planned = sessions.planned.map_or_else(String::new, |planned| format!(" of {planned}"));
    let hours = format!("{} h {:02}", sessions.minutes / 60, sessions.minutes % 60);
    let (beside, hours) = match sessions.beside {
        0 => (String::new(), hours),
        beside => (format!(", and {beside} beside"), format!("{hours} in all")),
    };
    page.item(&format!("{}{planned} held{beside}", sessions.held), &hours, Tone::Plain);
    if let Some(days) = sessions.mean_days_between {
        let agreed = match sessions.cadence_days {
            Some(agreed) => {
                format!("agreed {agreed}, kept {} of {} times", sessions.kept, sessions.between)
            }
            None => String::new(),
        };
        page.item(&format!("every {days} days"), &agreed, Tone::Plain);
    }
    if let Some(last) = sessions.last {
        let ago =
            sessions.days_since_last.map_or_else(String::new, |days| format!("{days} days ago"));
        page.item(&format!("last {}", last.spoken()), &ago, Tone::Plain);
    }
    if let Some(next) = sessions.next {
        page.item(&format!("next {}", next.spoken()), "", Tone::Plain);
    }
}

fn add_goal(page: &mut Page, goal: &GoalNow) {
    let trend: Vec<String> = goal.ratings.iter().map(|rated| rated.value.to_string()).collect();
    let trend = if trend.is_empty() { "not rated".to_owned() } else { trend.join(" → ") };
    page.item(&goal.title, &format!("{}, {}, {trend}", goal.reference, goal.status), Tone::Plain);
    for kr in &goal.key_results {
        let progress = kr.progress.map_or_else(String::new, |percent| format!(", {percent} %"));
        let facts = format!(
            "{}, {} → {} → {} {}{progress}",
            kr.reference, kr.baseline, kr.current, kr.target, kr.unit
        );
        page.item(&format!("  {}", kr.title), &facts, Tone::Dim);
    }
}

fn add_follow_through(page: &mut Page, told: &FollowThrough) {
    if told.made == 0 {
        page.quiet("none");
        return;
    }
    let percent = |rate: Option<u32>| rate.map_or_else(String::new, |rate| format!("{rate} %"));
    let closed = format!("{} of {} closed", told.closed, told.made);
    page.item(&closed, &percent(told.closure_rate), Tone::Plain);
    page.item(&format!("{} done, {} dropped", told.done, told.dropped), "", Tone::Plain);
    if told.on_time_rate.is_some() {
        page.item(&format!("{} on time", told.on_time), &percent(told.on_time_rate), Tone::Plain);
    }
    let mut open = format!("{} open, {} overdue", told.open, told.overdue);
    if told.carried_over > 0 {
        open.push_str(&format!(", {} carried over", told.carried_over));
    }
    let age = match (told.median_age_days, told.oldest_days) {
        (Some(median), Some(oldest)) => format!("{median} days old (median), the oldest {oldest}"),
        _ => String::new(),
    };
    let tone = if told.overdue > 0 { Tone::Bad } else { Tone::Plain };
    page.item(&open, &age, tone);
    for kind in &told.by_kind {
        let facts = format!("{} of {}", kind.closed, kind.made);
        page.item(&format!("  {}", kind.kind), &facts, Tone::Dim);
    }
}

fn add_expectations(page: &mut Page, progress: &Progress) {
    if progress.expectations.is_empty() {
        return;
    }
    page.head("Expectations and outcomes");
    let at = |number: Option<Number>| number.map_or("–".to_owned(), |number| number.to_string());
    for each in &progress.expectations {
        let reached = each.reached.map_or_else(String::new, |percent| format!(", {percent} %"));
        let facts = format!(
            "from {} to {}: half way {}, at the close {}{reached}",
            at(each.baseline),
            at(each.target),
            at(each.mid),
            at(each.close)
        );
        page.item(&each.item, &facts, Tone::Plain);
    }
    if let Some(percent) = progress.return_on_expectations {
        page.item("Return on expectations", &format!("{percent} %"), Tone::Strong);
    }
}
