//! `coach session`: plan a session, begin it, end it, write a past one down.

use clap::Args;

use super::args::{handle, verbs, when, word};
use super::context::{Context, Leaf, Takes, nothing};
use super::failure::Failure;
use crate::domain::id::Handle;
use crate::domain::session::{Session, SessionKind, SessionStatus};
use crate::domain::time::When;
use crate::platform::output::Card;
use crate::platform::table::{Cell, Column, Tone, or_nothing};
use crate::store::session::SessionFilter;

mod guided;
mod live;
mod past;

verbs! {
    SessionCommand {
        /// Plan a session
        Schedule(live::Schedule),
        /// Walk through a session: check-in, deep-dive, challenge, action-planning, end
        Run(guided::Run),
        /// Go on with a session where its walk was left
        Resume(guided::Resume),
        /// Begin a session: the one planned for that day, if there is one
        Start(live::StartNow),
        /// End the open session, with its summary
        End(live::End),
        /// Write down a session that is past
        Add(past::Add),
        /// List sessions
        List(List),
        /// Show a session
        Show(Show),
        /// Change a session; ‘none’ clears a value
        Edit(past::Edit),
        /// Cancel a planned session
        Cancel(past::Cancel),
        /// Mark a session to which the coachee did not come
        NoShow(past::NoShow),
        /// Remove a session and the notes in it
        Remove(past::Remove),
        /// Bring a removed session back, with its notes
        Restore(past::Restore),
    }
}

fn session_card(session: &Session) -> Card {
    let number = session.number.map_or_else(String::new, |number| format!("  session {number}"));
    Card::new(format!("{}  {}{number}", session.reference, session.engagement))
        .fact("status", session.status)
        .fact("kind", session.kind)
        .fact("start", session.start_spoken())
        .fact("zone", session.start.zone())
        .fact("length", or_nothing(session.minutes.map(|minutes| format!("{minutes} min"))))
        .fact("format", session.format)
        .fact("pay", session.pay)
        .fact("with", session.with_names.join(", "))
        .fact("summary", or_nothing(session.summary.as_ref()))
        .fact("private", or_nothing(session.private_summary.as_ref()))
        .fact("removed", if session.removed { "yes" } else { "" })
}

fn status_cell(session: &Session) -> Cell {
    let tone = match session.status {
        SessionStatus::Open => Tone::Good,
        SessionStatus::Planned | SessionStatus::Held => Tone::Plain,
        SessionStatus::Cancelled | SessionStatus::LateCancelled | SessionStatus::NoShow => {
            Tone::Dim
        }
    };
    Cell::from(session.status).tone(tone)
}

const SESSIONS: &[Column<Session>] = &[
    Column::neutral("ref", |s| s.reference.into()),
    Column::engagement(|s| (&s.engagement).into()),
    Column::neutral_right("n", |s| or_nothing(s.number)),
    Column::neutral("kind", |s| s.kind.into()),
    Column::neutral("start", |s| s.start_spoken().into()),
    Column::neutral_right("min", |s| or_nothing(s.minutes)),
    Column::neutral("status", status_cell),
    Column::neutral("format", |s| s.format.into()),
    Column::new("pay", |s| s.pay.into()),
];

/// Arguments of `session list`.
#[derive(Args, Debug)]
pub(crate) struct List {
    engagement: Option<String>,
    #[arg(long, value_parser = word::<SessionStatus>())]
    status: Option<SessionStatus>,
    #[arg(long, value_parser = word::<SessionKind>())]
    kind: Option<SessionKind>,
    /// From this day on
    #[arg(long, value_name = "DATE", value_parser = when)]
    since: Option<When>,
    /// Up to this day
    #[arg(long, value_name = "DATE", value_parser = when)]
    until: Option<When>,
    /// List the removed ones instead
    #[arg(long)]
    removed: bool,
}

impl Leaf for List {
    const NAME: &'static str = "session list";
    const TAKES: Takes = Takes::READ.engagement();

    fn run(self, context: &mut Context) -> Result<(), Failure> {
        let narrowing = context.narrowing(self.engagement.as_deref())?;
        let filter = SessionFilter {
            status: self.status,
            kind: self.kind,
            since: context.day_if("since", self.since.as_ref())?,
            until: context.day_if("until", self.until.as_ref())?,
            removed: self.removed,
            ..SessionFilter::default()
        };
        let narrowed = filter.status.is_some()
            || filter.kind.is_some()
            || filter.since.is_some()
            || filter.until.is_some()
            || filter.removed;
        let sessions = context.read(|r| {
            let engagement = narrowing.find(r)?;
            Ok(r.list_sessions(&SessionFilter { engagement, ..filter })?)
        })?;
        let usual = "no sessions; plan one: coach session schedule ENGAGEMENT WHEN";
        context.rows(SESSIONS, &sessions, nothing(narrowed, usual))
    }
}

/// Arguments of `session show`.
#[derive(Args, Debug)]
pub(crate) struct Show {
    #[arg(value_name = "REF", value_parser = handle)]
    session: Handle,
}

impl Leaf for Show {
    const NAME: &'static str = "session show";
    const TAKES: Takes = Takes::READ;

    fn run(self, context: &mut Context) -> Result<(), Failure> {
        let session = context.read(|r| Ok(r.get_session(&self.session)?))?;
        context.record(&session, session_card)
    }
}

/// Warns where another session of the engagement begins at the same moment.
fn warn_of_twin(context: &mut Context, session: &Session) -> Result<(), Failure> {
    let twin = context.read(|r| Ok(r.session_at(session)?))?;
    if let Some(twin) = twin {
        context.out.warning(&format!(
            "{} of {} begins at the same time; coach undo takes this one back",
            twin.reference, twin.engagement
        ));
    }
    Ok(())
}
