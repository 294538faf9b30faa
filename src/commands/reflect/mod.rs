//! `coach reflect`: a thought about oneself, or the week looked back on.
//!
//! What is typed or piped is one note. At a terminal a few questions are asked, and each answer is
//! stored as it is given.

use clap::Args;
use serde::Serialize;

use super::context::{Context, Leaf, Meant, Spoken, Takes};
use super::failure::Failure;
use super::own;
use super::stage::{note_card, nothing_said, said};
use crate::domain::discretion::{About, Concerns};
use crate::domain::engagement::Engagement;
use crate::domain::id::Handle;
use crate::domain::prep::Week;
use crate::domain::refusal::Refusal;
use crate::domain::session::{Note, NoteKind};
use crate::domain::text::Prose;
use crate::domain::word::Visibility;
use crate::platform::output::Format;
use crate::platform::prompt::Stop;
use crate::platform::table::Tone;
use crate::store::Place;
use crate::store::session::NewNote;
use crate::vault::Drafted;

mod week;

/// What is asked at a terminal.
const QUESTIONS: &[&str] =
    &["What stays with you of today?", "What would you do differently, were it to come again?"];

/// What is asked there about the week.
const WEEKLY: &[&str] = &[
    "What went as you meant it to, and what was your part in it?",
    "What did you put off, and what was it good for?",
    "What is the one thing that next week must not lose?",
];

/// Arguments of `reflect`.
#[derive(Args, Debug)]
#[command(
    after_help = "Without words, at a terminal, it asks; Enter alone leaves a question out. \
    Words on the command line stay in the shell's history: ‘-’ reads them from stdin."
)]
pub(crate) struct Reflect {
    /// Show the week first: what you did, what is open, which habits you kept
    #[arg(long)]
    week: bool,
    /// The words, without quotes; ‘-’ reads them from stdin
    #[arg(value_name = "TEXT")]
    text: Vec<String>,
}

/// A reflection on a week, with that week.
#[derive(Serialize)]
struct OnWeek {
    #[serde(flatten)]
    note: Note,
    week: Week,
}

impl Concerns for OnWeek {
    fn about(&self) -> About {
        self.note.about()
    }
}

impl Leaf for Reflect {
    const NAME: &'static str = "reflect";
    const TAKES: Takes = Takes::WRITE.engagement();

    fn spoken(&self) -> Spoken {
        match &self.text[..] {
            [] => Spoken::Heard,
            [dash] if dash == "-" => Spoken::Heard,
            _ => Spoken::Typed,
        }
    }

    fn run(self, context: &mut Context) -> Result<(), Failure> {
        // Without -e it is always one's own engagement that is meant.
        context.addressed(true);
        let engagement = own::engagement(context)?;
        context.placed(Drafted::new(engagement.id, None, spoken(&engagement)));
        let words = said(context, &self.text)?;
        if words.is_none() && !context.interactive {
            return Err(nothing_said());
        }
        let week = match self.week {
            true => Some(context.read(|r| Ok(r.week(engagement.id)?))?),
            false => None,
        };
        match words {
            Some(text) => {
                // Stored before anything is shown: a reader who goes away loses no word.
                let note = store(context, &engagement, text)?;
                show(context, &engagement, week.as_ref())?;
                answer(context, &engagement, note, week)
            }
            None => ask(context, &engagement, week),
        }
    }
}

/// How the place of a reflection is spoken of.
fn spoken(engagement: &Engagement) -> String {
    match engagement.own {
        true => engagement.slug.to_string(),
        false => format!("{} · between sessions", engagement.slug),
    }
}

/// Shows the week to people; in other forms it is a part of the answer.
fn show(context: &Context, engagement: &Engagement, week: Option<&Week>) -> Result<(), Failure> {
    match week {
        Some(week) if context.out.format == Format::Table => {
            context.page(&week::drawn(week, engagement.slug.as_str()))
        }
        _ => Ok(()),
    }
}

/// Asks the questions, and stores each answer as it is given.
fn ask(context: &mut Context, engagement: &Engagement, week: Option<Week>) -> Result<(), Failure> {
    show(context, engagement, week.as_ref())?;
    let questions = if week.is_some() { WEEKLY } else { QUESTIONS };
    // Another form than a table answers with one record.
    let several = context.out.format == Format::Table;
    let mut kept = false;
    context.out.aside("Enter alone leaves a question out; /e writes in the editor.", Tone::Dim);
    for question in questions {
        context.out.aside(question, Tone::Plain);
        let typed = match context.prompt.words(Reflect::NAME, "") {
            // What was said is stored: to leave the rest is no failure.
            Err(Stop::Cancelled) if kept => break,
            typed => typed?,
        };
        let note = match typed.trim() {
            "" => continue,
            "/e" => match written(context, engagement)? {
                Some(note) => note,
                None => continue,
            },
            words => {
                context.heard(words);
                let note = store(context, engagement, words.parse()?)?;
                context.heard_out();
                note
            }
        };
        kept = true;
        if !several {
            return answer(context, engagement, note, week);
        }
        answer(context, engagement, note, None)?;
    }
    if !kept {
        context.out.status("nothing was said, and nothing was written");
    }
    Ok(())
}

/// Stores what is written in the editor; nothing where nothing was. What an editor that failed had
/// saved is a draft.
fn written(context: &mut Context, engagement: &Engagement) -> Result<Option<Note>, Failure> {
    let place = Some(Drafted::new(engagement.id, None, spoken(engagement)));
    let args = [Reflect::NAME, "-"].map(str::to_owned).to_vec();
    let meant = Meant { command: Reflect::NAME.to_owned(), args, place, upon: None };
    let edited = match context.edit("", meant) {
        Ok(Some(edited)) => edited,
        Ok(None) => return Ok(None),
        Err(failure) => {
            failure.warn_in_full(&context.out);
            return Ok(None);
        }
    };
    let stored = store(context, engagement, edited.text.clone());
    edited.settle(stored, &context.out.clone()).map(Some)
}

/// Stores a reflection as a step of its own.
fn store(context: &mut Context, engagement: &Engagement, text: Prose) -> Result<Note, Failure> {
    let place = Place { engagement: engagement.id, session: None, zone: engagement.zone };
    context.write(|w| {
        if !w.place_stands(&place)? {
            return Err(Refusal::Removed { name: engagement.slug.to_string() }.into());
        }
        let new = NewNote {
            stage: None,
            kind: NoteKind::Reflection,
            visibility: Visibility::Private,
            goal: None,
            text,
        };
        let reference = w.insert_note(&place, new)?;
        w.summarise(format!("noted {reference} in {}", spoken(engagement)));
        Ok(w.get_note(&Handle::Ref(reference))?)
    })
}

/// Answers with a reflection, and the week it was about.
fn answer(
    context: &Context,
    engagement: &Engagement,
    note: Note,
    week: Option<Week>,
) -> Result<(), Failure> {
    context.out.status(&spoken(engagement));
    match week {
        Some(week) => context.record(&OnWeek { note, week }, |both| note_card(&both.note)),
        None => context.record(&note, note_card),
    }
}
