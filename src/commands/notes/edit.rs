//! `coach notes edit`: a note's words and what is known of it, by flags or in the person's editor.

use clap::Args;

use super::super::args::{handle, setting, visibility, word};
use super::super::context::{Context, Leaf, Meant, Takes};
use super::super::failure::Failure;
use super::{change, note_card, write};
use crate::domain::id::Handle;
use crate::domain::refusal::Refusal;
use crate::domain::session::NoteKind;
use crate::domain::text::Line;
use crate::domain::word::Setting;
use crate::store::session::NoteEdit;
use crate::vault::Drafted;

/// Arguments of `notes edit`.
#[derive(Args, Debug)]
pub(crate) struct Edit {
    #[arg(value_name = "REF", value_parser = handle)]
    note: Handle,
    /// The new words; ‘-’ reads them from stdin
    #[arg(long)]
    text: Option<String>,
    #[arg(long, value_parser = word::<NoteKind>())]
    kind: Option<NoteKind>,
    #[arg(long, value_name = "REF", value_parser = setting(handle))]
    goal: Option<Setting<Handle>>,
    #[arg(long, value_parser = setting(|text| Ok::<_, String>(text.to_owned())))]
    stage: Option<Setting<String>>,
    /// For your eyes alone
    #[arg(long, conflicts_with = "shared")]
    private: bool,
    /// For the coachee's eyes too
    #[arg(long)]
    shared: bool,
    /// Why, for the history
    #[arg(long, value_name = "TEXT")]
    reason: Option<Line>,
}

impl Leaf for Edit {
    const NAME: &'static str = "notes edit";
    const TAKES: Takes = Takes::WRITE;

    fn run(self, context: &mut Context) -> Result<(), Failure> {
        if self.says_nothing() {
            return self.in_editor(context);
        }
        let text = match self.text.as_deref() {
            Some("-") => Some(context.piped_prose()??),
            Some(text) => Some(text.parse()?),
            None => None,
        };
        let goal = match &self.goal {
            Some(Setting::To(goal)) => Some(Setting::To(context.read(|r| {
                let note = r.get_note(&self.note)?;
                Ok(r.goal_within(goal, note.engagement_id)?.id)
            })?)),
            Some(Setting::Clear) => Some(Setting::Clear),
            None => None,
        };
        if let Some(Setting::To(stage)) = &self.stage {
            let note = context.read(|r| Ok(r.get_note(&self.note)?))?;
            context.check_stage(note.engagement_id, stage, note.session.is_some())?;
        }
        let visibility = visibility(self.private, self.shared);
        let edit = NoteEdit {
            text,
            kind: self.kind,
            visibility,
            goal,
            stage: self.stage,
            upon: context.given_upon().and_then(|upon| upon.parse().ok()),
            ..NoteEdit::default()
        };
        change(context, &self.note, edit, self.reason, "changed")
    }
}

impl Edit {
    /// Whether no flag changes anything.
    fn says_nothing(&self) -> bool {
        self.text.is_none()
            && self.kind.is_none()
            && self.goal.is_none()
            && self.stage.is_none()
            && !self.private
            && !self.shared
    }

    /// Lets the person change the words in their editor.
    fn in_editor(self, context: &mut Context) -> Result<(), Failure> {
        if !context.interactive || context.globals.dry_run {
            return Err(Failure::usage("say what to change; nothing was written")
                .hint("such as --text -; on a terminal, without a flag, your editor opens"));
        }
        let note = context.read(|r| Ok(r.get_note(&self.note)?))?;
        if note.removed {
            return Err(Refusal::Removed { name: note.reference.to_string() }.into());
        }
        let reference = note.reference.to_string();
        let mut args = ["notes", "edit", &reference, "--text", "-"].map(str::to_owned).to_vec();
        args.extend(self.reason.iter().map(|why| format!("--reason={why}")));
        let session = match &note.session {
            Some(session) => Some(context.read(|r| Ok(r.get_session(&Handle::Ref(*session))?.id))?),
            None => None,
        };
        let spoken = format!("{} · {reference}", note.engagement);
        let meant = Meant {
            command: Self::NAME.to_owned(),
            args,
            place: Some(Drafted::new(note.engagement_id, session, spoken)),
            upon: Some(note.revision.to_string()),
        };
        let Some(edited) = context.edit(&note.text, meant)? else { return Ok(()) };
        let edit = NoteEdit {
            text: Some(edited.text.clone()),
            upon: Some(note.revision),
            ..NoteEdit::default()
        };
        let written = write(context, &self.note, edit, self.reason, "changed");
        let note = edited.settle(written, &context.out)?;
        context.record(&note, note_card)
    }
}
