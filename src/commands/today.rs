//! `coach today`, and `coach` alone: sessions, what is overdue, who has stalled.

use clap::Args;
use serde::Serialize;

use super::commitment::who;
use super::context::{Context, Leaf, Takes};
use super::failure::Failure;
use crate::domain::action::Action;
use crate::domain::discretion::{About, Concerns};
use crate::domain::prep::Today as Page;
use crate::domain::session::{Session, SessionStatus};
use crate::domain::time::{Day, Moment, Zone};
use crate::platform::output::{Format, Page as Sheet};
use crate::platform::table::Tone;

/// Arguments of `today`.
#[derive(Args, Debug)]
pub(crate) struct Today {}

impl Leaf for Today {
    const NAME: &'static str = "today";
    const TAKES: Takes =
        Takes::READ.formats(&[Format::Table, Format::Text, Format::Json, Format::Jsonl]);

    fn run(self, context: &mut Context) -> Result<(), Failure> {
        let drawn_for_people = matches!(context.out.format, Format::Table | Format::Text);
        let page = context.read(|r| Ok(r.today_page(drawn_for_people)?))?;
        let copies = context.vault().copies(&context.journal_path(), context.clock)?;
        let last_backup = copies.iter().find(|each| each.verified).map(|each| each.made_at);
        let page = Told { page, last_backup };
        match context.out.format {
            Format::Table | Format::Text => {
                let mut sheet = drawn(&page.page, context.clock.now.zone());
                sheet.head("");
                sheet.quiet(&backup_age(last_backup, context.clock.now.day()));
                match context.vault().count_drafts(&context.journal_path()) {
                    0 => {}
                    1 => sheet.quiet("1 draft waits: coach drafts"),
                    drafts => sheet.quiet(&format!("{drafts} drafts wait: coach drafts")),
                }
                Ok(context.out.page(&sheet)?)
            }
            _ => context.record(&page, |_| Default::default()),
        }
    }
}

/// The page of the day, and when the last copy was made that was found sound.
#[derive(Serialize)]
struct Told {
    #[serde(flatten)]
    page: Page,
    last_backup: Option<Moment>,
}

/// Its page says of each line whom it is about.
impl Concerns for Told {}

fn backup_age(last: Option<Moment>, today: Day) -> String {
    let Some(last) = last else { return "no backup yet".to_owned() };
    match today.days_since(last.day()) {
        0 => format!("last backup today, {}", last.clock()),
        1 => format!("last backup yesterday, {}", last.clock()),
        ..0 => format!("last backup {}", last.day().spoken()),
        days if days <= 7 => format!("last backup {days} days ago"),
        days => format!("last backup {days} days ago: coach backup now"),
    }
}

fn drawn(page: &Page, own: Zone) -> Sheet {
    let mut sheet = Sheet::new(About::Nobody, page.on.spoken());
    sheet.head("Sessions");
    if page.sessions.is_empty() {
        sheet.quiet("none in the next seven days");
    }
    // What is on today is always there in full.
    let is_today = |session: &&Session| session.start.in_zone(own).day() <= page.on;
    let today = page.sessions.iter().filter(is_today).count();
    let shown = today.max(LINES);
    for session in page.sessions.iter().take(shown) {
        let tone = if session.status == SessionStatus::Open { Tone::Good } else { Tone::Plain };
        let facts = session.reference.to_string();
        sheet.item_about(
            session.about(),
            (&session_words(session, session.engagement.as_str(), own), &facts),
            (&session_words(session, "@", own), &facts),
            tone,
        );
    }
    more(&mut sheet, page.sessions.len(), shown, "coach session list --since today");
    if !page.unclosed.is_empty() {
        sheet.head("Past, and neither held nor called off");
    }
    for session in page.unclosed.iter().take(LINES) {
        sheet.item_about(
            session.about(),
            (
                &session_words(session, session.engagement.as_str(), own),
                &session.reference.to_string(),
            ),
            (&session_words(session, "@", own), &session.reference.to_string()),
            Tone::Bad,
        );
    }
    if let Some(first) = page.unclosed.first() {
        more(&mut sheet, page.unclosed.len(), LINES, "coach session list --status planned");
        let reference = first.reference;
        sheet.quiet(&format!(
            "coach session edit {reference} --status held --minutes N, or cancel, or no-show"
        ));
    }
    if !page.due.is_empty() {
        sheet.head("Overdue and due today");
    }
    for action in page.due.iter().take(LINES) {
        let tone = if action.overdue { Tone::Bad } else { Tone::Plain };
        sheet.item_about(
            action.about(),
            (&action.what, &action_facts(action, action_owner(action))),
            ("…", &action_facts(action, "@")),
            tone,
        );
    }
    more(&mut sheet, page.due.len(), LINES, "coach due");
    if !page.events.is_empty() {
        sheet.head("From the worksheets");
    }
    for event in page.events.iter().take(LINES) {
        let place = format!("{} row {}", event.worksheet, event.row);
        let facts = |who: &str| format!("{}, {who}, {place}", event.on.spoken());
        let words = event.text.as_deref().unwrap_or("…");
        let told = facts(event.engagement.as_str());
        sheet.item_about(event.about(), (words, &told), ("…", &facts("@")), Tone::Plain);
    }
    more(&mut sheet, page.events.len(), LINES, "coach worksheet list");
    if !page.habits.is_empty() {
        sheet.head("Habits that wait");
    }
    for habit in page.habits.iter().take(LINES) {
        let due = habit.due.map_or_else(String::new, |due| format!(", by {}", due.spoken()));
        let facts = format!("{}{due}, {}", habit.reference, habit.streak_spoken());
        let left = format!("{}, @{due}", habit.reference);
        sheet.item_about(habit.about(), (&habit.text, &facts), ("…", &left), Tone::Plain);
    }
    more(&mut sheet, page.habits.len(), LINES, "coach habit list");
    if !page.follow_ups.is_empty() {
        sheet.head("Follow-up");
    }
    for each in page.follow_ups.iter().take(LINES) {
        let slug = each.engagement.as_str();
        let when = if each.on <= page.on { "since" } else { "from" };
        let facts = format!(
            "{when} {}: coach session schedule {slug} WHEN --kind follow-up",
            each.on.spoken()
        );
        let left = format!("{when} {}", each.on.spoken());
        let about = About::Engagement(each.engagement_id);
        sheet.item_about(about, (slug, &facts), ("@", &left), Tone::Plain);
    }
    more(&mut sheet, page.follow_ups.len(), LINES, "coach engagement list --status completed");
    if !page.stalled.is_empty() {
        sheet.head("Standing still, with nothing planned");
    }
    for each in page.stalled.iter().take(LINES) {
        let since = match each.last {
            Some(_) => format!("last session {} days ago", each.days),
            None => format!("begun {} days ago, no session yet", each.days),
        };
        let about = About::Engagement(each.engagement_id);
        let shown = (each.engagement.as_str(), since.as_str());
        sheet.item_about(about, shown, ("@", &since), Tone::Plain);
    }
    more(&mut sheet, page.stalled.len(), LINES, "coach engagement list");
    sheet
}

/// So many lines of each kind are on the page of a large practice.
const LINES: usize = 8;

/// Says how many lines were left out, and what shows them.
fn more(sheet: &mut Sheet, all: usize, shown: usize, command: &str) {
    if all > shown {
        sheet.quiet(&format!("and {} more: {command}", all - shown));
    }
}

fn session_words(session: &Session, engagement: &str, own: Zone) -> String {
    let state = if session.status == SessionStatus::Open { "open since " } else { "" };
    format!("{state}{}  {engagement}  {}", session.start_spoken_in(own), session.kind)
}

fn action_owner(action: &Action) -> &str {
    who(action).unwrap_or(action.engagement.as_str())
}

fn action_facts(action: &Action, who: &str) -> String {
    let due = action.due.map_or_else(String::new, |due| format!(", {}", due.spoken()));
    format!("{}, {who}{due}", action.reference)
}
