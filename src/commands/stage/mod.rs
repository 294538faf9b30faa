//! The stages of a session, and notes: one short line and Enter per thought.
//!
//! A capture knows where its words go before it takes them, names that place on stderr, and stores
//! them in one step. Without an engagement named it writes only into the one session that is open
//! and current, so that nobody's words end up with somebody else.

use clap::Args;

use super::args::{handle, word};
use super::context::{Context, Leaf, Takes};
use super::failure::Failure;
use crate::domain::id::Handle;
use crate::domain::method::{CHALLENGE, DEEP_DIVE};
use crate::domain::session::{Note, NoteKind};
use crate::domain::text::Prose;
use crate::domain::word::Visibility;
use crate::platform::output::Card;
use crate::store::session::NewNote;

mod check_in;
mod place;
mod planning;

pub(crate) use check_in::CheckIn;
pub(crate) use planning::ActionPlanning;

use place::Target;

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

fn note_card(note: &Note) -> Card {
    let mut title = format!("{}  {}", note.reference, note.kind);
    if note.visibility == Visibility::Shared {
        title.push_str("  shared");
    }
    if let Some(goal) = note.goal {
        title.push_str(&format!("  {goal}"));
    }
    Card::new(title)
}

/// Stores a note at its place and answers with it.
fn note_down(
    context: &mut Context,
    target: &Target,
    stage: Option<String>,
    kind: NoteKind,
    goal: Option<&Handle>,
    shared: bool,
    text: Prose,
) -> Result<(), Failure> {
    let note = context.write(|w| {
        let goal = goal.map(|goal| w.goal_within(goal, target.place.engagement)).transpose()?;
        let visibility = if shared { Visibility::Shared } else { Visibility::Private };
        let new = NewNote { stage, kind, visibility, goal: goal.map(|goal| goal.id), text };
        let reference = w.insert_note(&target.place, new)?;
        w.summarise(format!("noted {reference} in {}", target.spoken(None)));
        Ok(w.get_note(&Handle::Ref(reference))?)
    })?;
    context.out.status(&target.spoken(note.stage.as_deref()));
    context.record(&note, note_card)
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

            fn run(self, context: &mut Context) -> Result<(), Failure> {
                let kind = match () {
                    $(() if self.$flag => NoteKind::$kind,)+
                    () => NoteKind::Thought,
                };
                let target = place::stage(context, self.capture.session.as_ref())?;
                let text = place::words(context, &self.capture.text, &target, Some($stage))?;
                note_down(context, &target, Some($stage.to_owned()), kind, self.goal.as_ref(), self.shared, text)
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

    fn run(self, context: &mut Context) -> Result<(), Failure> {
        let target = place::anywhere(context, self.capture.session.as_ref())?;
        if let Some(stage) = &self.stage {
            let engagement = target.place.engagement;
            let method = context.read(|r| Ok(r.method_of(engagement)?))?;
            if method.stage(stage).is_none() {
                let all: Vec<&str> = method.stages.iter().map(|stage| stage.id.as_str()).collect();
                return Err(Failure::usage(format!(
                    "the method has no stage ‘{stage}’; nothing was written"
                ))
                .hint(format!("it has {}", all.join(", "))));
            }
            if target.place.session.is_none() {
                return Err(Failure::usage(
                    "a note between sessions has no stage; nothing was written",
                )
                .hint("leave --stage out, or name the session: --session S12"));
            }
        }
        let text = place::words(context, &self.capture.text, &target, self.stage.as_deref())?;
        note_down(context, &target, self.stage, self.kind, self.goal.as_ref(), self.shared, text)
    }
}
