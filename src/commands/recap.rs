//! `coach recap`: what the coachee may see of a session, ready to send.
//!
//! It is composed from the coachee's view of the store and from nothing else.

use std::fmt::Write;

use clap::Args;

use super::args::handle;
use super::context::{Context, Leaf, Takes};
use super::failure::Failure;
use crate::domain::action::{ActionOwner, ActionStatus};
use crate::domain::audience::{
    CoacheeAction, CoacheeNote, CoacheeSession, Reachable, Recap as View,
};
use crate::domain::discretion::Concerns;
use crate::domain::id::{Handle, Ref};
use crate::domain::refusal::Refusal;
use crate::domain::session::Session;
use crate::domain::word::Word;
use crate::export::mail::{can_carry, draft};
use crate::platform::output::{Card, Format};
use crate::store::Reader;
use crate::store::engagement::Match;

/// Arguments of `recap`.
#[derive(Args, Debug)]
pub(crate) struct Recap {
    /// The session; without it, the last one of -e, or the only one that ended today
    #[arg(value_name = "SESSION", value_parser = session)]
    session: Option<Handle>,
    /// As a draft that a mail program opens; nothing is sent
    #[arg(long)]
    eml: bool,
}

/// Reads a session's ref.
fn session(text: &str) -> Result<Handle, String> {
    handle(text).map_err(|_| {
        format!("‘{text}’ is no session such as S12; for an engagement’s last one say -e {text}")
    })
}

impl Leaf for Recap {
    const NAME: &'static str = "recap";
    const TAKES: Takes = Takes::READ.engagement().formats(&[
        Format::Table,
        Format::Text,
        Format::Markdown,
        Format::Json,
        Format::Jsonl,
    ]);

    fn run(self, context: &mut Context) -> Result<(), Failure> {
        if self.eml && !matches!(context.out.format, Format::Table | Format::Text) {
            return Err(Failure::usage(
                "--eml is a form of its own, and --output asks for another",
            )
            .hint("leave one of them out"));
        }
        // A recap leaves the house: the whole name, so that nobody is sent another's.
        let named = context.engagement_named(None)?;
        let (recap, to) = context.read(|r| {
            let engagement =
                named.as_ref().map(|name| r.find_engagement(name, Match::Whole)).transpose()?;
            let session = match (&self.session, &engagement) {
                (Some(handle), _) => r.get_session(handle)?,
                (None, Some(engagement)) => match r.open_session(engagement.id)? {
                    Some(open) => open,
                    None => r.last_held_session(engagement.id)?.ok_or_else(|| {
                        Failure::not_found(format!("{} has no session yet", engagement.slug))
                    })?,
                },
                (None, None) => only_one_today(r)?,
            };
            if engagement.is_some_and(|engagement| engagement.id != session.engagement_id) {
                let (reference, engagement) = (session.reference, session.engagement);
                return Err(Refusal::OtherEngagement { reference, engagement }.into());
            }
            if session.removed {
                return Err(Refusal::Removed { name: session.reference.to_string() }.into());
            }
            if !session.status.began() {
                let (reference, status) = (session.reference, session.status.word());
                return Err(Refusal::SessionIs { reference, status, wanted: "recapped" }.into());
            }
            let view = r.for_coachee();
            let to = if self.eml { view.reachable(&session)? } else { Vec::new() };
            Ok((view.recap(&session)?, to))
        })?;
        let leaves = !matches!(context.out.format, Format::Json | Format::Jsonl);
        if leaves && context.out.hides(&recap.about()).is_some() {
            let reference = recap.session.reference;
            return Err(Failure::refused("this recap is about another engagement")
                .hint(format!("say which session: coach recap {reference}")));
        }
        if self.eml {
            return mailed(context, &recap, to);
        }
        match context.out.format {
            Format::Table | Format::Text => {
                Ok(context.out.text(&recap.about(), &composed(&recap, false))?)
            }
            Format::Markdown => Ok(context.out.text(&recap.about(), &composed(&recap, true))?),
            _ => context.record(&recap, |_| Card::default()),
        }
    }
}

/// Answers with a mail draft to the coachees, and says who has no address yet.
fn mailed(context: &Context, recap: &View, to: Vec<(Ref, Reachable)>) -> Result<(), Failure> {
    for (reference, person) in to.iter().filter(|(_, person)| !can_carry(person)) {
        context.out.status(&format!(
            "{} has no address that a mail can carry; coach person edit {reference} --email ADDRESS",
            person.name
        ));
    }
    let people: Vec<Reachable> = to.into_iter().map(|(_, person)| person).collect();
    // The subject stands in every list of mails: what was talked about is not in it.
    let day = recap.session.start.day().spoken();
    let subject = match recap.session.number {
        Some(number) => format!("Session {number}, {day}"),
        None => format!("Session of {day}"),
    };
    let text = for_mail(&composed(recap, false));
    Ok(context.out.exact(&draft(&people, &subject, &text, context.clock.now))?)
}

/// The text as a mail carries it: no terminal reads it, so only control characters are left out.
fn for_mail(text: &str) -> String {
    text.replace("\r\n", "\n").replace(|c: char| c.is_control() && !"\n\t".contains(c), "")
}

fn only_one_today(r: &Reader<'_>) -> Result<Session, Failure> {
    let mut held = r.sessions_ended_on(r.today())?;
    match (held.pop(), held.is_empty()) {
        (Some(only), true) => Ok(only),
        (None, _) => Err(Failure::usage("no session ended today; say which one is meant")
            .hint("coach recap S12, or coach recap -e ENGAGEMENT")),
        (Some(last), false) => {
            let all: Vec<String> = held
                .iter()
                .chain([&last])
                .map(|session| format!("{} ({})", session.reference, session.engagement))
                .collect();
            Err(Failure::usage("several sessions ended today; say which one is meant")
                .hint(format!("one of {}", all.join(", "))))
        }
    }
}

/// The recap as text: plain, or with Markdown's marks.
pub(super) fn composed(recap: &View, markdown: bool) -> String {
    let mut text = String::new();
    let head = |text: &mut String, title: &str| {
        let title = if markdown { format!("## {title}") } else { title.to_owned() };
        // Writing to a String cannot fail.
        let _ = write!(text, "\n{title}\n\n");
    };
    let session = &recap.session;
    let title = match session.number {
        Some(number) => format!("Session {number}, {}", day_and_time(session)),
        None => day_and_time(session),
    };
    let _ = writeln!(text, "{}{title}", if markdown { "# " } else { "" });
    let names = recap.coachee_names.join(", ");
    if !names.is_empty() {
        let _ = writeln!(text, "\n{}", marked(&names, markdown));
    }
    if let Some(summary) = &session.summary {
        let _ = writeln!(text, "\n{}", marked(summary, markdown));
    }
    for (id, title) in recap
        .stages
        .iter()
        .map(|(id, title)| (Some(id.as_str()), title.as_str()))
        .chain([(None, "Notes")])
    {
        let known = |stage: &str| recap.stages.iter().any(|(id, _)| id == stage);
        let notes: Vec<&CoacheeNote> = recap
            .notes
            .iter()
            .filter(|note| match id {
                Some(id) => note.stage.as_deref() == Some(id),
                None => !note.stage.as_deref().is_some_and(known),
            })
            .collect();
        if !notes.is_empty() {
            head(&mut text, title);
            for note in notes {
                let _ = writeln!(text, "{}", item(&note.text, markdown));
            }
        }
    }
    let (made, earlier): (Vec<_>, Vec<_>) =
        recap.actions.iter().partition(|action| action.session == Some(session.reference));
    for (title, actions) in
        [("How earlier commitments went", earlier), ("What we agreed to do", made)]
    {
        if !actions.is_empty() {
            head(&mut text, title);
            for action in actions {
                let _ = writeln!(
                    text,
                    "{}",
                    item(&action_line(action, session, recap.coachee_names.len()), markdown)
                );
            }
        }
    }
    if let Some(next) = &recap.next {
        head(&mut text, "Next session");
        let _ = writeln!(text, "{}", day_and_time(next));
    }
    text
}

fn day_and_time(session: &CoacheeSession) -> String {
    if session.timed {
        format!("{} ({})", session.start.spoken(), session.start.zone())
    } else {
        session.start.day().spoken()
    }
}

fn action_line(action: &CoacheeAction, session: &CoacheeSession, coachees: usize) -> String {
    let told = action.outcomes.iter().rev().find(|told| told.session == Some(session.reference));
    let who = match (action.owner, &action.person_name) {
        (ActionOwner::Coach, _) => "Your coach: ".to_owned(),
        (ActionOwner::Coachee, Some(name)) if coachees > 1 => format!("{name}: "),
        _ => String::new(),
    };
    let mut line = format!("{who}{}", action.what);
    if let Some(told) = told {
        let reflection =
            told.reflection.as_ref().map_or_else(String::new, |text| format!(" – {text}"));
        line.push_str(&format!(": {}{reflection}", told.outcome));
    }
    if let (Some(due), ActionStatus::Open) = (action.due, action.status) {
        line.push_str(&format!(" (by {})", due.spoken()));
    }
    line
}

/// A list item; further lines are set under its text.
fn item(text: &str, markdown: bool) -> String {
    format!("- {}", marked(text, markdown).replace('\n', "\n  "))
}

/// Text that Markdown shall show as it stands.
fn marked(text: &str, markdown: bool) -> String {
    if !markdown {
        return text.to_owned();
    }
    text.chars().fold(String::with_capacity(text.len()), |mut safe, letter| {
        if matches!(letter, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '#' | '|' | '!') {
            safe.push('\\');
        }
        safe.push(letter);
        safe
    })
}
