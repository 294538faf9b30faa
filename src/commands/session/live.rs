//! The session as it happens: planned, begun, ended.

use clap::Args;

use super::super::args::{Words, handle, when, word};
use super::super::context::{Context, Leaf, Takes};
use super::super::course::{self, Begun, Ending, may_hold};
use super::super::failure::Failure;
use super::{session_card, warn_of_twin};
use crate::domain::id::Handle;
use crate::domain::refusal::Refusal;
use crate::domain::session::{Pay, SessionKind, SessionStatus, is_current};
use crate::domain::time::{Minutes, When};
use crate::domain::word::Format;
use crate::store::person::Name;
use crate::store::session::{NewSession, Start};

/// Arguments of `session schedule`.
#[derive(Args, Debug)]
pub(crate) struct Schedule {
    engagement: String,
    /// When it starts, such as next friday 14:30
    #[arg(required = true, value_name = "WHEN")]
    start: Vec<String>,
    /// How long it is planned to be
    #[arg(long, allow_negative_numbers = true)]
    minutes: Option<Minutes>,
    #[arg(long, value_parser = word::<SessionKind>(), default_value = "coaching")]
    kind: SessionKind,
    /// As the engagement's unless you say another
    #[arg(long, value_parser = word::<Format>())]
    format: Option<Format>,
    #[arg(long, value_parser = word::<Pay>(), default_value = "paid")]
    pay: Pay,
    /// Who else will be there (can be repeated)
    #[arg(long, value_name = "NAME")]
    with: Vec<Name>,
}

impl Leaf for Schedule {
    const NAME: &'static str = "session schedule";
    const TAKES: Takes = Takes::WRITE;

    fn run(self, context: &mut Context) -> Result<(), Failure> {
        let how = context.matching();
        let engagement = context.read(|r| Ok(r.find_engagement(&self.engagement, how)?))?;
        let (moment, timed) = context.moment("start", &typed(&self.start)?, engagement.zone)?;
        let now = context.clock.now.in_zone(engagement.zone);
        let past = if timed { moment.utc() < now.utc() } else { moment.day() < now.day() };
        if past {
            return Err(Failure::usage("that is past; nothing was written").hint(format!(
                "write a past session down: coach session add {} WHEN",
                engagement.slug
            )));
        }
        let (session, named) = context.write(|w| {
            let engagement = w.get_engagement(engagement.id)?;
            may_hold(&engagement, self.kind, "planned further")?;
            let named =
                self.with.iter().map(|name| w.person_for(name)).collect::<Result<Vec<_>, _>>()?;
            let session = course::schedule(
                w,
                engagement.id,
                NewSession {
                    kind: self.kind,
                    status: SessionStatus::Planned,
                    start: Start { moment, timed },
                    minutes: self.minutes,
                    format: self.format.unwrap_or(engagement.format),
                    pay: self.pay,
                    with: named.iter().map(|person| person.id).collect(),
                },
            )?;
            Ok((session, named))
        })?;
        context.tell_made(&named);
        warn_of_twin(context, &session)?;
        context.record(&session, session_card)
    }
}

/// Reads the words of a day or moment.
pub(super) fn typed(words: &[String]) -> Result<When, Failure> {
    Ok(When::parse(&words.join(" "))?)
}

/// Arguments of `session start`.
#[derive(Args, Debug)]
pub(crate) struct StartNow {
    engagement: Option<String>,
    /// As planned, else coaching
    #[arg(long, value_parser = word::<SessionKind>())]
    kind: Option<SessionKind>,
    /// When it began, such as "today 09:45"; now unless you say another
    #[arg(long, value_name = "WHEN", value_parser = when)]
    at: Option<When>,
}

impl Leaf for StartNow {
    const NAME: &'static str = "session start";
    const TAKES: Takes = Takes::WRITE.engagement().strict();

    fn run(self, context: &mut Context) -> Result<(), Failure> {
        let name = context.engagement_required(self.engagement.as_deref())?;
        let how = context.matching();
        let engagement = context.read(|r| Ok(r.find_engagement(&name, how)?))?;
        let now = context.clock.now.in_zone(engagement.zone);
        let moment = match &self.at {
            Some(at) => {
                let (moment, timed) = context.moment("start", at, engagement.zone)?;
                if !timed {
                    return Err(Failure::usage("--at needs the time too; nothing was written")
                        .hint("such as --at \"today 09:45\""));
                }
                moment
            }
            None => now,
        };
        if moment.utc() > now.utc() {
            return Err(Failure::usage("that is still to come; nothing was written")
                .hint(format!("plan it: coach session schedule {} WHEN", engagement.slug)));
        }
        let Begun { session, of } = course::begin(context, &engagement, moment, self.kind)?;
        context.record(&session, session_card)?;
        context.out.status(&format!("{of}; next: coach check-in"));
        Ok(())
    }
}

/// Arguments of `session end`.
#[derive(Args, Debug)]
pub(crate) struct End {
    engagement: Option<String>,
    /// How long it was; counted from its start unless you say
    #[arg(long, allow_negative_numbers = true)]
    minutes: Option<Minutes>,
    /// What both agreed; the coachee may read it. ‘-’ reads it from stdin
    #[arg(long, value_name = "TEXT")]
    summary: Option<Words>,
    /// A summary for your eyes alone. ‘-’ reads it from stdin
    #[arg(long, value_name = "TEXT")]
    private_summary: Option<Words>,
    /// Let the coachee read this note of the session (can be repeated)
    #[arg(long, value_name = "REF", value_parser = handle)]
    share: Vec<Handle>,
}

impl Leaf for End {
    const NAME: &'static str = "session end";
    const TAKES: Takes = Takes::WRITE.engagement().strict();

    fn run(self, context: &mut Context) -> Result<(), Failure> {
        let named = context.engagement_named(self.engagement.as_deref())?;
        let how = context.matching();
        let session = context.read(|r| match &named {
            Some(name) => {
                let engagement = r.find_engagement(name, how)?;
                let open = r.open_session(engagement.id)?;
                match (open, r.last_held_session(engagement.id)?) {
                    (Some(open), _) => Ok(open),
                    (None, Some(last)) => {
                        Err(Failure::from(Refusal::NoSessionToEnd { open: Vec::new() }).hint(
                            format!(
                                "to add to the last one: coach session edit {} --summary TEXT",
                                last.reference
                            ),
                        ))
                    }
                    (None, None) => {
                        Err(Refusal::NoSessionOpen { engagement: engagement.slug }.into())
                    }
                }
            }
            None => match &r.open_sessions()?[..] {
                [only] => Ok(r.get_session(&Handle::Ref(only.reference))?),
                open => Err(Refusal::NoSessionToEnd { open: open.to_vec() }.into()),
            },
        })?;
        let now = context.clock.now;
        let minutes = match self.minutes {
            Some(minutes) => minutes,
            None if is_current(session.start, session.minutes, now) => {
                course::minutes_until(&session, now)?
            }
            None => {
                let check = |text: &str| {
                    text.parse::<Minutes>().map(drop).map_err(|error| error.to_string())
                };
                let began = format!("It began {}. How many minutes was it", session.start.spoken());
                let answer = context.prompt.line(&began, "", &check).map_err(|stop| {
                    Failure::from(stop)
                        .only_hint(format!("coach session end {} --minutes N", session.engagement))
                })?;
                answer.parse().map_err(|_| Failure::usage("that is no number of minutes"))?
            }
        };
        let summary = context.words(self.summary)?;
        let private_summary = context.words(self.private_summary)?;
        let said = Ending { minutes, summary, private_summary, share: self.share };
        let session = course::end(context, session.reference, said)?;
        context.record(&session, session_card)?;
        context.out.status(&format!("next: coach recap {}", session.reference));
        Ok(())
    }
}

/// A planned session by its ref.
#[derive(Args, Debug)]
pub(super) struct ByRef {
    #[arg(value_name = "REF", value_parser = handle)]
    pub(super) session: Handle,
}
