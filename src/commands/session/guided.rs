//! The session as a coach lives it: opened, walked through, and ended, with a question at a time.

use clap::Args;

use super::super::context::{Context, Leaf, Takes};
use super::super::course::{self, Begun};
use super::super::failure::Failure;
use super::super::stage::{self, Left};
use super::super::{prep, recap};
use super::session_card;
use crate::domain::discretion::Concerns;
use crate::domain::id::{Handle, Ref};
use crate::domain::refusal::Refusal;
use crate::domain::session::{Session, SessionKind, is_current};
use crate::platform::output::Format;
use crate::platform::table::Tone;

/// The forms in which a walk can answer.
const FORMS: &[Format] = &[Format::Table, Format::Json];

/// Arguments of `session run`.
#[derive(Args, Debug)]
pub(crate) struct Run {
    engagement: Option<String>,
    /// As planned, else coaching
    #[arg(long, value_parser = super::word::<SessionKind>())]
    kind: Option<SessionKind>,
}

/// Refuses to walk where nobody is there to answer. A journal is needed first.
fn need_somebody(context: &mut Context) -> Result<(), Failure> {
    context.journal()?;
    if context.interactive {
        return Ok(());
    }
    Err(Failure::usage("a walk asks questions, and nobody is there to answer them").hint(
        "in a script: coach session start, check-in, deep-dive, challenge, plan, session end",
    ))
}

impl Leaf for Run {
    const NAME: &'static str = "session run";
    const TAKES: Takes = Takes::WRITE.engagement().strict().at_once().formats(FORMS);

    fn run(self, context: &mut Context) -> Result<(), Failure> {
        need_somebody(context)?;
        let name = context.engagement_required(self.engagement.as_deref())?;
        let how = context.matching();
        let (engagement, open) = context.read(|r| {
            let engagement = r.find_engagement(&name, how)?;
            let open = r.open_session(engagement.id)?;
            Ok((engagement, open))
        })?;
        if let Some(open) = open {
            if self.kind.is_some_and(|kind| kind != open.kind) {
                return Err(Failure::refused(format!(
                    "{} is open, and it is a {} session",
                    open.reference, open.kind
                ))
                .hint(format!(
                    "coach session edit {} --kind KIND, or leave --kind out",
                    open.reference
                )));
            }
            let (session, began) = (open.spoken(), open.start.spoken());
            context.out.status(&format!("{session} is open since {began}: going on with it"));
            return walked(context, open);
        }
        let now = context.clock.now.in_zone(engagement.zone);
        let Begun { session, .. } = course::begin(context, &engagement, now, self.kind)?;
        let page = context.read(|r| Ok(r.prep(engagement, prep::INSIGHTS)?))?;
        context.out.page_aside(&prep::essence(&page, context.clock.now.zone()));
        context.out.aside("\n", Tone::Plain);
        walked(context, session)
    }
}

/// Arguments of `session resume`.
#[derive(Args, Debug)]
pub(crate) struct Resume {
    /// Needed where several sessions are open
    engagement: Option<String>,
}

impl Leaf for Resume {
    const NAME: &'static str = "session resume";
    const TAKES: Takes = Takes::WRITE.engagement().strict().at_once().formats(FORMS);

    fn run(self, context: &mut Context) -> Result<(), Failure> {
        need_somebody(context)?;
        let named = context.engagement_named(self.engagement.as_deref())?;
        let how = context.matching();
        let session = context.read(|r| match &named {
            Some(name) => {
                let engagement = r.find_engagement(name, how)?;
                let open = r.open_session(engagement.id)?;
                open.ok_or_else(|| Refusal::NoSessionOpen { engagement: engagement.slug }.into())
            }
            None => match &r.open_sessions()?[..] {
                [only] => Ok(r.get_session(&Handle::Ref(only.reference))?),
                [] => Err(Failure::refused("no session is open")
                    .hint("begin one: coach session run ENGAGEMENT")),
                several => {
                    let which: Vec<String> = several
                        .iter()
                        .map(|open| format!("coach session resume {}", open.engagement))
                        .collect();
                    Err(Failure::refused("several sessions are open; say which is meant")
                        .hint(which.join(", or ")))
                }
            },
        })?;
        let began = session.start.spoken();
        let (engagement, spoken) = (session.engagement.clone(), session.spoken());
        context.out.status(&format!("{engagement} · {spoken}, begun {began}"));
        if !is_current(session.start, session.minutes, context.clock.now) {
            context.out.warning(&format!(
                "this session began long ago; if it is over: coach session end {engagement} --minutes N"
            ));
        }
        walked(context, session)
    }
}

/// Walks through a session, and says what was agreed if it was ended.
fn walked(context: &mut Context, session: Session) -> Result<(), Failure> {
    let reference = session.reference;
    let left = stage::through(context, session)?;
    let session = context.read(|r| Ok(r.get_session(&Handle::Ref(reference))?))?;
    if context.out.format == Format::Json {
        return context.record(&session, session_card);
    }
    let engagement = session.engagement_id;
    match left {
        Left::Ended if context.read(|r| Ok(r.get_engagement(engagement)?))?.own => {
            context.record(&session, session_card)
        }
        Left::Ended => read_aloud(context, reference),
        Left::Through | Left::Paused => Ok(()),
    }
}

/// Says what both agreed, as the coachee may read it.
fn read_aloud(context: &mut Context, session: Ref) -> Result<(), Failure> {
    let recap = context.read(|r| {
        let session = r.get_session(&Handle::Ref(session))?;
        Ok(r.for_coachee().recap(&session)?)
    })?;
    context.out.status("held; to be read aloud:");
    context.text(&recap.about(), &format!("\n{}\n", recap::composed(&recap, false)))?;
    context.out.status(&format!("next: coach recap {session}, or coach recap {session} --eml"));
    Ok(())
}
