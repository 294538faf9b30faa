//! The stages of a session, and notes: one short line and Enter per thought.
//!
//! A capture knows where its words go before it takes them, names that place on stderr, and stores
//! them in one step. Without an engagement named it writes only into the one session that is open
//! and current, so that nobody's words end up with somebody else.

use clap::Args;

use super::args::{handle, word};
use super::context::{Context, Leaf, Spoken, Takes};
use super::failure::Failure;
use crate::domain::id::Handle;
use crate::domain::method::{CHALLENGE, DEEP_DIVE};
use crate::domain::session::{Note, NoteKind};
use crate::domain::text::Prose;
use crate::domain::word::Visibility;
use crate::platform::output::Card;
use crate::platform::table::fit;
use crate::store::session::NewNote;

mod check_in;
mod place;
mod planning;
mod walk;

pub(crate) use check_in::CheckIn;
pub(super) use place::{nothing_said, said};
pub(crate) use planning::ActionPlanning;

use place::{Between, Target};
use walk::Usual;
pub(crate) use walk::{Left, through};

/// What every capture takes: where its words go, and the words.
#[derive(Args, Debug)]
pub(crate) struct Capture {
    /// Write into this session, which is open or was held
    #[arg(long, value_name = "REF", value_parser = handle)]
    session: Option<Handle>,
    /// The words, without quotes; ‘-’ reads them from stdin
    #[arg(value_name = "TEXT")]
    text: Vec<String>,
}

impl Capture {
    /// From where the words come.
    fn spoken(&self) -> Spoken {
        match &self.text[..] {
            [] => Spoken::Heard,
            [dash] if dash == "-" => Spoken::Heard,
            _ => Spoken::Typed,
        }
    }
}

/// How much of a note is said back, in columns.
const SAID_BACK: usize = 200;

pub(super) fn note_card(note: &Note) -> Card {
    let mut title = format!("{}  {}", note.reference, note.kind);
    if note.visibility == Visibility::Shared {
        title.push_str("  shared");
    }
    if let Some(goal) = note.goal {
        title.push_str(&format!("  {goal}"));
    }
    // Said back, so that a word the shell took away is missed at once.
    let mut lines = note.text.lines();
    let mut said = fit(lines.next().unwrap_or_default(), Some(SAID_BACK));
    if lines.next().is_some() {
        said.push_str(" …");
    }
    Card::new(format!("{title}  {said}"))
}

/// Refuses a goal that the engagement does not have, before its words are typed.
fn check_goal(context: &mut Context, target: &Target, said: &NoteSaid) -> Result<(), Failure> {
    match &said.goal {
        Some(goal) => context.read(|r| Ok(r.goal_within(goal, target.place.engagement)?)).map(drop),
        None => Ok(()),
    }
}

/// Stores a note at its place and answers with it.
fn note_down(
    context: &mut Context,
    target: &Target,
    stage: Option<&str>,
    said: NoteSaid,
    text: Prose,
) -> Result<(), Failure> {
    let engagement = target.place.engagement;
    let note = context.write(|w| {
        target.check(w)?;
        let goal = said.goal.map(|goal| w.goal_within(&goal, engagement)).transpose()?;
        let reference = w.insert_note(
            &target.place,
            NewNote {
                stage: stage.map(str::to_owned),
                kind: said.kind,
                visibility: if said.shared { Visibility::Shared } else { Visibility::Private },
                goal: goal.map(|goal| goal.id),
                text,
            },
        )?;
        w.summarise(format!("noted {reference} in {}", target.spoken(None)));
        Ok(w.get_note(&Handle::Ref(reference))?)
    })?;
    context.out.status(&target.spoken(note.stage.as_deref()));
    context.record(&note, note_card)
}

/// What is said of a note beside its words.
#[derive(Clone, Debug)]
pub(crate) struct NoteSaid {
    kind: NoteKind,
    goal: Option<Handle>,
    shared: bool,
}

impl Default for NoteSaid {
    fn default() -> Self {
        Self { kind: NoteKind::Thought, goal: None, shared: false }
    }
}

/// A capture in a stage, with one flag for each kind of thought that belongs there.
macro_rules! stage_command {
    ($(#[$meta:meta])* $name:ident, $leaf:literal, $stage:expr, $($flag:ident => $kind:ident, $help:literal;)+) => {
        $(#[$meta])*
        #[derive(Args, Debug)]
        pub(crate) struct $name {
            #[command(flatten)]
            capture: Capture,
            $(
                #[doc = $help]
                #[arg(long, group = "kind_of_thought")]
                $flag: bool,
            )+
            /// The goal it is about
            #[arg(long, value_name = "REF", value_parser = handle)]
            goal: Option<Handle>,
            /// The coachee may read it
            #[arg(long)]
            shared: bool,
        }

        impl Leaf for $name {
            const NAME: &'static str = $leaf;
            const TAKES: Takes = Takes::WRITE.engagement();

            fn spoken(&self) -> Spoken {
                self.capture.spoken()
            }

            fn run(self, context: &mut Context) -> Result<(), Failure> {
                let kind = match () {
                    $(() if self.$flag => NoteKind::$kind,)+
                    () => NoteKind::Thought,
                };
                let target = place::find(context, self.capture.session.as_ref(), Between::Refused)?;
                let said = NoteSaid { kind, goal: self.goal, shared: self.shared };
                check_goal(context, &target, &said)?;
                match place::said(context, &self.capture.text)? {
                    Some(text) => note_down(context, &target, Some($stage), said, text),
                    None => {
                        walk::alone(context, target, $stage, Usual { note: said, commitment: None })
                    }
                }
            }
        }
    };
}

stage_command! {
    /// Arguments of `deep-dive`.
    DeepDive, "deep-dive", DEEP_DIVE,
    question => Question, "It is a question";
    perspective => Perspective, "It is another way to see it";
    insight => Insight, "It is an insight";
}

stage_command! {
    /// Arguments of `challenge`.
    Challenge, "challenge", CHALLENGE,
    assumption => Assumption, "It is something taken for granted";
    blind_spot => BlindSpot, "It is something not seen";
    reframe => Reframe, "It is a new frame for it";
    support => Support, "It is support";
}

/// Arguments of `note`.
#[derive(Args, Debug)]
pub(crate) struct NoteDown {
    #[command(flatten)]
    capture: Capture,
    /// The stage it belongs to
    #[arg(long)]
    stage: Option<String>,
    #[arg(long, value_parser = word::<NoteKind>(), default_value = "thought")]
    kind: NoteKind,
    /// The goal it is about
    #[arg(long, value_name = "REF", value_parser = handle)]
    goal: Option<Handle>,
    /// The coachee may read it
    #[arg(long)]
    shared: bool,
}

impl Leaf for NoteDown {
    const NAME: &'static str = "note";
    const TAKES: Takes = Takes::WRITE.engagement();

    fn spoken(&self) -> Spoken {
        self.capture.spoken()
    }

    fn run(self, context: &mut Context) -> Result<(), Failure> {
        let target = place::find(context, self.capture.session.as_ref(), Between::Allowed)?;
        if let Some(stage) = &self.stage {
            context.check_stage(target.place.engagement, stage, target.place.session.is_some())?;
        }
        let said = NoteSaid { kind: self.kind, goal: self.goal, shared: self.shared };
        check_goal(context, &target, &said)?;
        let text = place::words(context, &self.capture.text, &target, self.stage.as_deref())?;
        note_down(context, &target, self.stage.as_deref(), said, text)
    }
}
