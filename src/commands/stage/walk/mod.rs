//! The walk through the stages of a session: a question, a line and Enter, the next question.
//!
//! Each answer is a step of its own and on the disk before the next question stands there. Where
//! the walk stands is kept with it, so that it goes on at the same question after whatever ended it.

use super::NoteSaid;
use super::place::{self, Target};
use crate::commands::commitment::Commitment;
use crate::commands::context::Context;
use crate::commands::failure::Failure;
use crate::domain::action::{Action, ActionStatus};
use crate::domain::engagement::Engagement;
use crate::domain::id::{Handle, Ref, SessionId};
use crate::domain::method::{CHECK_IN, Method};
use crate::domain::session::{Note, Session, SessionStatus};
use crate::domain::walk::{Asking, END, Walk};
use crate::platform::output::Format;
use crate::platform::signal::Held;
use crate::store::StoreError;
use crate::vault::Draft;

mod answer;
mod closing;
mod kept;
mod line;
mod planning;
mod screen;
mod shows;

use planning::Proposal;

/// How a walk was left.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Left {
    /// Every question of the stage was asked.
    Through,
    /// The session was ended.
    Ended,
    /// It goes on another time.
    Paused,
}

/// What every answer of a stage that is walked alone says of itself.
#[derive(Clone, Debug, Default)]
pub(crate) struct Usual {
    pub(crate) note: NoteSaid,
    /// Absent where another stage than action planning was named.
    pub(crate) commitment: Option<Commitment>,
}

/// Walks through one stage alone, with the person at the terminal.
pub(super) fn alone(
    context: &mut Context,
    target: Target,
    stage: &'static str,
    usual: Usual,
) -> Result<(), Failure> {
    if !context.interactive {
        return Err(place::nothing_said());
    }
    if context.out.format != Format::Table {
        return Err(Failure::usage(
            "a walk is for people, and --output asks for a form for programs",
        )
        .hint("give the words after the command, or pipe them with ‘-’"));
    }
    Guide::at(context, target, Some(stage), usual)?.go().map(drop)
}

/// Walks through an open session, from where its walk stands.
pub(crate) fn through(context: &mut Context, session: Session) -> Result<Left, Failure> {
    Guide::at(context, Target::of(session, false), None, Usual::default())?.go()
}

/// What is asked.
enum Question {
    /// How an action went.
    Outcome(Action),
    /// By which day an action is due.
    Due(Action),
    /// A question of the method; without words where the stage has none.
    Open(Option<String>),
    /// When the next session is.
    Next(Proposal),
    /// At the end: which of these insights the coachee may read.
    Share(Vec<Note>),
    /// At the end: what both agreed; what stands there already, if something does.
    Summary(Option<String>),
    /// At the end of a session that was forgotten: how long it was.
    Minutes,
}

/// Goes through the questions with the person at the terminal.
pub(crate) struct Guide<'c> {
    context: &'c mut Context,
    target: Target,
    engagement: Engagement,
    /// The open session; absent where words go into one that was held, or between two.
    session: Option<Session>,
    method: Method,
    usual: Usual,
    /// The one stage that is walked.
    alone: Option<&'static str>,
    walk: Walk,
    /// The steps of this walk, and where it stood before each.
    steps: Vec<(i64, Walk)>,
    /// In which stage what was asked last: it is not said again before the next line.
    said: Option<(String, String)>,
    /// What stands on the line already.
    begun: String,
    /// The line that was broken off last time.
    unfinished: Option<Draft>,
    /// Whether the session was ended here.
    ended: bool,
    /// Ctrl-C is put off while an answer is stored. A dumb terminal has no other time for it.
    _held: Option<Held>,
}

impl<'c> Guide<'c> {
    /// Begins to walk: where the walk through an open session stands, else at its beginning. `alone`
    /// names the one stage that is walked.
    pub(crate) fn at(
        context: &'c mut Context,
        target: Target,
        alone: Option<&'static str>,
        usual: Usual,
    ) -> Result<Self, Failure> {
        if context.globals.dry_run {
            return Err(Failure::usage("a walk cannot be tried without storing its answers")
                .hint("give the words after the command, or leave --dry-run out"));
        }
        let place = target.place.clone();
        let (method, engagement, session, walk) = context.read(|r| {
            let session = place.session.map(|id| r.get_session(&id.into())).transpose()?;
            let session = session.filter(|session| session.status == SessionStatus::Open);
            let walk = session.as_ref().map(|session| r.walk_of(session.id)).transpose()?;
            let engagement = r.get_engagement(place.engagement)?;
            Ok((r.method_of(place.engagement)?, engagement, session, walk.flatten()))
        })?;
        let known = |walk: &Walk| walk.stage == END || method.stage(&walk.stage).is_some();
        let walk = walk.filter(known).unwrap_or_else(|| Walk::begin(&method));
        let walk = match alone {
            Some(stage) => Walk::begin(&method).at(stage),
            None => walk,
        };
        let held = (!context.around.dumb).then(|| context.interrupt.hold());
        let mut guide = Self {
            context,
            target,
            engagement,
            session,
            method,
            usual,
            alone,
            walk,
            steps: Vec::new(),
            said: None,
            begun: String::new(),
            unfinished: None,
            ended: false,
            _held: held,
        };
        guide.find_unfinished()?;
        Ok(guide)
    }

    /// Goes from question to question: to the end of the stage that is walked alone, else to the end
    /// of the session.
    pub(crate) fn go(mut self) -> Result<Left, Failure> {
        self.welcome();
        loop {
            let Some(question) = self.question()? else {
                return Ok(if self.ended { Left::Ended } else { Left::Through });
            };
            if let Some(left) = self.turn(&question)? {
                return Ok(left);
            }
        }
    }

    /// What is asked where the walk stands; nothing where it is through.
    fn question(&mut self) -> Result<Option<Question>, Failure> {
        loop {
            if self.ended || self.alone.is_some_and(|stage| stage != self.walk.stage) {
                return Ok(None);
            }
            let found = match self.walk.asking {
                Asking::Question(0) if self.walk.stage == CHECK_IN => {
                    match self.pending()? {
                        Some(action) => Some(Question::Outcome(action)),
                        // Between sessions there is no more to a check-in than its commitments.
                        None if self.target.place.session.is_none() => return Ok(self.no_more()),
                        None => Some(self.open_question(0)),
                    }
                }
                Asking::Question(number) => Some(self.open_question(number)),
                Asking::Due(action, _) => self.still_open(action)?.map(Question::Due),
                Asking::Next => self.proposal()?.map(Question::Next),
                Asking::Share => self.insights()?.map(Question::Share),
                Asking::Summary => {
                    Some(Question::Summary(self.standing()?.and_then(|s| s.summary)))
                }
                Asking::Minutes => match self.end_if_current()? {
                    true => return Ok(None),
                    false => Some(Question::Minutes),
                },
            };
            match found {
                Some(question) => return Ok(Some(question)),
                None => self.on()?,
            }
        }
    }

    /// What is said where no commitment is left to be told.
    fn no_more(&self) -> Option<Question> {
        let said =
            if self.steps.is_empty() { "no commitment waits to be told" } else { "that was all" };
        self.context.out.status(&format!("{said}; what you make of it: coach reflect"));
        None
    }

    /// The action of this ref, unless it is gone or closed by now.
    fn still_open(&mut self, action: Ref) -> Result<Option<Action>, Failure> {
        let found = self.context.read(|r| match r.get_action(&Handle::Ref(action)) {
            Err(StoreError::NotFound { .. }) => Ok(None),
            found => Ok(Some(found?)),
        })?;
        Ok(found.filter(|action| !action.removed && action.status == ActionStatus::Open))
    }

    /// The session as it stands by now; absent where none is walked through.
    fn standing(&mut self) -> Result<Option<Session>, Failure> {
        let Some(id) = self.session.as_ref().map(|session| session.id) else { return Ok(None) };
        let session = self.context.read(|r| Ok(r.get_session(&id.into())?))?;
        self.session = Some(session.clone());
        Ok(Some(session))
    }

    /// The session whose walk stands where this one does; a stage that is walked alone moves none.
    fn kept_for(&self) -> Option<SessionId> {
        self.session.as_ref().filter(|_| self.alone.is_none()).map(|session| session.id)
    }

    fn open_question(&self, number: usize) -> Question {
        let stage = self.method.stage(&self.walk.stage);
        Question::Open(stage.and_then(|stage| stage.prompts.get(number)).cloned())
    }
}
