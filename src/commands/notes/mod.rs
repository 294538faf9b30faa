//! `coach notes`: what was captured, to find, correct, share and move.

use clap::Args;

use super::args::{handle, restore_verb, setting, verbs, visibility, when, word};
use super::context::{Context, Leaf, Takes, nothing};
use super::failure::Failure;
use crate::domain::id::Handle;
use crate::domain::refusal::Refusal;
use crate::domain::session::{Note, NoteKind};
use crate::domain::text::Line;
use crate::domain::time::When;
use crate::domain::word::{Setting, Visibility, Word};
use crate::platform::output::Card;
use crate::platform::table::{Cell, Column, Tone, or_nothing};
use crate::store::session::{NoteEdit, NoteFilter};

mod edit;

verbs! {
    NotesCommand {
        /// List notes in the order in which they were written
        List(List),
        /// Show a note
        Show(Show),
        /// Change a note; what it said before is kept
        Edit(edit::Edit),
        /// Let the coachee read a note
        Share(Share),
        /// Keep a note to yourself again
        Unshare(Unshare),
        /// Move a note to another session or stage
        Move(Move),
        /// Remove a note
        Remove(Remove),
        /// Bring a removed note back
        Restore(Restore),
    }
}

fn where_cell(note: &Note) -> String {
    match (note.session, note.session_number) {
        (Some(_), Some(number)) => format!("session {number}"),
        (Some(session), None) => session.to_string(),
        (None, _) => "between".to_owned(),
    }
}

fn note_card(note: &Note) -> Card {
    Card::new(format!("{}  {}", note.reference, note.kind))
        .fact("engagement", &note.engagement)
        .fact("where", where_cell(note))
        .fact("stage", or_nothing(note.stage.as_ref()))
        .fact("goal", or_nothing(note.goal))
        .fact(
            "seen by",
            if note.visibility == Visibility::Shared { "you and the coachee" } else { "you alone" },
        )
        .fact("written", note.at.spoken())
        .fact(
            "revisions",
            or_nothing(
                (note.earlier_revisions > 0)
                    .then(|| format!("{} before this one", note.earlier_revisions)),
            ),
        )
        .fact("text", &note.text)
        .fact("removed", if note.removed { "yes" } else { "" })
}

const NOTES: &[Column<Note>] = &[
    Column::neutral("ref", |n| n.reference.into()),
    Column::engagement(|n| (&n.engagement).into()),
    Column::neutral("where", |n| where_cell(n).into()),
    Column::new("stage", |n| or_nothing(n.stage.as_ref())),
    Column::neutral("kind", |n| n.kind.into()),
    Column::prose("text", |n| (&n.text).into()),
    Column::new("", |n| {
        let mark = if n.visibility == Visibility::Shared { "shared" } else { "" };
        Cell::from(mark).tone(Tone::Good)
    }),
];

/// Arguments of `notes list`.
#[derive(Args, Debug)]
pub(crate) struct List {
    engagement: Option<String>,
    /// Those of this session
    #[arg(long, value_name = "REF", value_parser = handle)]
    session: Option<Handle>,
    /// Those of this stage
    #[arg(long)]
    stage: Option<String>,
    #[arg(long, value_parser = word::<NoteKind>())]
    kind: Option<NoteKind>,
    /// Those about this goal
    #[arg(long, value_name = "REF", value_parser = handle)]
    goal: Option<Handle>,
    /// The private ones only
    #[arg(long, conflicts_with = "shared")]
    private: bool,
    /// The shared ones only
    #[arg(long)]
    shared: bool,
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
    const NAME: &'static str = "notes list";
    const TAKES: Takes = Takes::READ.engagement();

    fn run(self, context: &mut Context) -> Result<(), Failure> {
        let narrowing = context.narrowing(self.engagement.as_deref())?;
        let since = context.day_if("since", self.since.as_ref())?;
        let until = context.day_if("until", self.until.as_ref())?;
        let narrowed = self.session.is_some()
            || self.stage.is_some()
            || self.kind.is_some()
            || self.goal.is_some()
            || self.private
            || self.shared
            || since.is_some()
            || until.is_some()
            || self.removed;
        let notes = context.read(|r| {
            let session =
                self.session.as_ref().map(|session| r.get_session(session)).transpose()?;
            let goal = self.goal.as_ref().map(|goal| r.get_goal(goal)).transpose()?;
            Ok(r.list_notes(&NoteFilter {
                engagement: narrowing.find(r)?,
                session: session.map(|session| session.id),
                stage: self.stage,
                kind: self.kind,
                visibility: visibility(self.private, self.shared),
                goal: goal.map(|goal| goal.id),
                since,
                until,
                removed: self.removed,
                newest: None,
            })?)
        })?;
        let usual = "no notes; write one: coach note -e ENGAGEMENT";
        context.rows(NOTES, &notes, nothing(narrowed, usual))
    }
}

/// Arguments of `notes show`.
#[derive(Args, Debug)]
pub(crate) struct Show {
    #[arg(value_name = "REF", value_parser = handle)]
    note: Handle,
}

impl Leaf for Show {
    const NAME: &'static str = "notes show";
    const TAKES: Takes = Takes::READ;

    fn run(self, context: &mut Context) -> Result<(), Failure> {
        let note = context.read(|r| Ok(r.get_note(&self.note)?))?;
        context.record(&note, note_card)
    }
}

/// Changes a note and answers with it.
fn change(
    context: &mut Context,
    handle: &Handle,
    edit: NoteEdit,
    reason: Option<Line>,
    what: &str,
) -> Result<(), Failure> {
    let note = write(context, handle, edit, reason, what)?;
    context.record(&note, note_card)
}

/// Changes a note.
fn write(
    context: &mut Context,
    handle: &Handle,
    edit: NoteEdit,
    reason: Option<Line>,
    what: &str,
) -> Result<Note, Failure> {
    context.write(|w| {
        let note = w.get_note(handle)?;
        w.update_note(&note, edit)?;
        w.explain(reason.as_ref());
        w.summarise(format!("{what} {}", note.reference));
        Ok(w.get_note(handle)?)
    })
}

/// Arguments of `notes share`.
#[derive(Args, Debug)]
pub(crate) struct Share {
    #[arg(value_name = "REF", value_parser = handle)]
    note: Handle,
}

impl Leaf for Share {
    const NAME: &'static str = "notes share";
    const TAKES: Takes = Takes::WRITE;

    fn run(self, context: &mut Context) -> Result<(), Failure> {
        let edit = NoteEdit { visibility: Some(Visibility::Shared), ..NoteEdit::default() };
        change(context, &self.note, edit, None, "shared")
    }
}

/// Arguments of `notes unshare`.
#[derive(Args, Debug)]
pub(crate) struct Unshare {
    #[arg(value_name = "REF", value_parser = handle)]
    note: Handle,
}

impl Leaf for Unshare {
    const NAME: &'static str = "notes unshare";
    const TAKES: Takes = Takes::WRITE;

    fn run(self, context: &mut Context) -> Result<(), Failure> {
        let edit = NoteEdit { visibility: Some(Visibility::Private), ..NoteEdit::default() };
        change(context, &self.note, edit, None, "kept private")
    }
}

/// Arguments of `notes move`.
#[derive(Args, Debug)]
pub(crate) struct Move {
    #[arg(value_name = "REF", value_parser = handle)]
    note: Handle,
    /// Into this session, which is open or was held; ‘none’ puts it between sessions
    #[arg(long, value_name = "REF", value_parser = setting(handle))]
    session: Option<Setting<Handle>>,
    /// Into this stage; ‘none’ takes it out of its stage
    #[arg(long, value_parser = setting(|text| Ok::<_, String>(text.to_owned())))]
    stage: Option<Setting<String>>,
    /// Why, for the history
    #[arg(long, value_name = "TEXT")]
    reason: Option<Line>,
}

impl Leaf for Move {
    const NAME: &'static str = "notes move";
    const TAKES: Takes = Takes::WRITE;

    fn run(self, context: &mut Context) -> Result<(), Failure> {
        let note = context.read(|r| Ok(r.get_note(&self.note)?))?;
        if self.session.is_none() && self.stage.is_none() {
            return Err(Failure::usage("say where to: --session S12, --stage STAGE, or both"));
        }
        let mut edit = NoteEdit { stage: self.stage, ..NoteEdit::default() };
        let mut strays = None;
        let (mut engagement, mut in_session) = (note.engagement_id, note.session.is_some());
        match &self.session {
            Some(Setting::To(handle)) => {
                let session = context.read(|r| Ok(r.get_session(handle)?))?;
                if session.removed || !session.status.began() {
                    let (reference, status) = (session.reference, session.status.word());
                    return Err(Refusal::NotUnderWay { reference, status }.into());
                }
                if session.engagement_id != note.engagement_id {
                    // What one coachee might read is never shown to another by a move.
                    edit.engagement = Some(session.engagement_id);
                    edit.visibility = Some(Visibility::Private);
                    edit.goal = Some(Setting::Clear);
                    strays = Some(session.engagement.clone());
                }
                edit.session = Some(Setting::To(session.id));
                (engagement, in_session) = (session.engagement_id, true);
            }
            Some(Setting::Clear) => {
                edit.session = Some(Setting::Clear);
                edit.stage.get_or_insert(Setting::Clear);
                in_session = false;
            }
            None => {}
        }
        if let Some(Setting::To(stage)) = &edit.stage {
            context.check_stage(engagement, stage, in_session)?;
        }
        if let Some(other) = strays {
            let reference = note.reference;
            context.out.warning(&format!(
                "{reference} goes to {other}; it is private there and about no goal"
            ));
        }
        change(context, &self.note, edit, self.reason, "moved")
    }
}

/// Arguments of `notes remove`.
#[derive(Args, Debug)]
pub(crate) struct Remove {
    #[arg(value_name = "REF", value_parser = handle)]
    note: Handle,
}

impl Leaf for Remove {
    const NAME: &'static str = "notes remove";
    const TAKES: Takes = Takes::WRITE;

    fn run(self, context: &mut Context) -> Result<(), Failure> {
        let note = context.write(|w| {
            let note = w.get_note(&self.note)?;
            w.remove_note(&note)?;
            w.summarise(format!("removed {}", note.reference));
            Ok(w.get_note(&self.note)?)
        })?;
        context.record(&note, note_card)
    }
}

restore_verb!(Restore, "notes restore", get_note, restore_note, note_card);
