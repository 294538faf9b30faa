//! `coach today`, and `coach` alone: sessions, what is overdue, who has stalled.

use clap::Args;

use super::context::{Context, Leaf, Takes};
use super::failure::Failure;
use crate::domain::action::{Action, ActionOwner};
use crate::domain::prep::Today as Page;
use crate::domain::session::{Session, SessionStatus};
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
        let page = context.read(|r| Ok(r.today_page()?))?;
        match context.out.format {
            Format::Table | Format::Text => Ok(context.out.page(&drawn(&page))?),
            _ => context.record(&page, |_| Default::default()),
        }
    }
}

fn drawn(page: &Page) -> Sheet {
    let mut sheet = Sheet::new(page.on.spoken());
    sheet.head("Sessions");
    if page.sessions.is_empty() {
        sheet.quiet("none in the next seven days");
    }
    for session in &page.sessions {
        let tone = if session.status == SessionStatus::Open { Tone::Good } else { Tone::Plain };
        sheet.item(&session_words(session), &session.reference.to_string(), tone);
    }
    if !page.due.is_empty() {
        sheet.head("Overdue and due today");
    }
    for action in &page.due {
        let tone = if action.overdue { Tone::Bad } else { Tone::Plain };
        sheet.item(&action.what, &action_facts(action), tone);
    }
    if !page.stalled.is_empty() {
        sheet.head("Standing still, with nothing planned");
    }
    for each in &page.stalled {
        let since = match each.last {
            Some(_) => format!("last session {} days ago", each.days),
            None => format!("begun {} days ago, no session yet", each.days),
        };
        sheet.item(each.engagement.as_str(), &since, Tone::Plain);
    }
    sheet
}

fn session_words(session: &Session) -> String {
    let state = if session.status == SessionStatus::Open { "open since " } else { "" };
    format!("{state}{}  {}  {}", session.start_spoken(), session.engagement, session.kind)
}

fn action_facts(action: &Action) -> String {
    let who = match (action.owner, &action.person_name) {
        (ActionOwner::Coach, _) => "you".to_owned(),
        (ActionOwner::Coachee, Some(name)) => name.clone(),
        (ActionOwner::Coachee, None) => action.engagement.to_string(),
    };
    let due = action.due.map_or_else(String::new, |due| format!(", {}", due.spoken()));
    format!("{}, {who}{due}", action.reference)
}
