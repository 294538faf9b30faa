//! The end of a session: what the coachee may read, what both agreed, and the session is held.

use super::Guide;
use crate::commands::course;
use crate::commands::failure::Failure;
use crate::domain::id::{Handle, Ref};
use crate::domain::refusal::Refusal;
use crate::domain::session::{Note, Session, SessionStatus, is_current};
use crate::domain::text::Prose;
use crate::domain::time::Minutes;
use crate::domain::word::{Setting, Visibility, Word};
use crate::store::session::{NoteEdit, SessionEdit};

impl Guide<'_> {
    /// Shares the insights whose refs were typed, as one step.
    pub(super) fn share(&mut self, notes: &[Note], text: &str) -> Result<(), Failure> {
        let wrong = |part: &str| {
            Failure::usage(format!("‘{part}’ is none of these; nothing was written"))
                .hint("such as N3 N5, or all, or Enter alone for none")
        };
        let chosen: Vec<Note> = match text.trim() {
            "all" => notes.to_vec(),
            "none" | "no" => Vec::new(),
            some => some
                .split([' ', ','])
                .filter(|part| !part.is_empty())
                .map(|part| {
                    let named = part.parse::<Ref>().map_err(|_| wrong(part))?;
                    let found = notes.iter().find(|note| note.reference == named);
                    found.cloned().ok_or_else(|| wrong(part))
                })
                .collect::<Result<_, _>>()?,
        };
        if chosen.is_empty() {
            return self.on();
        }
        let refs: Vec<String> = chosen.iter().map(|note| note.reference.to_string()).collect();
        let refs = refs.join(", ");
        let next = self.after();
        self.write("notes share", |w| {
            for note in &chosen {
                let (shown, note) = (note, w.get_note(&Handle::Ref(note.reference))?);
                // What was shown is shared, and nothing that took its place.
                if note.session != shown.session {
                    return Err(Failure::refused(format!(
                        "{} was moved meanwhile",
                        note.reference
                    )));
                }
                let (visibility, upon) = (Some(Visibility::Shared), Some(shown.revision));
                w.update_note(&note, NoteEdit { visibility, upon, ..NoteEdit::default() })?;
            }
            w.summarise(format!("shared {refs}"));
            Ok(((), next))
        })?;
        self.context.out.status(&format!("  {refs} shared"));
        Ok(())
    }

    /// Stores what both agreed, in the place of what stood there when it was asked.
    pub(super) fn agree(&mut self, standing: Option<&str>, summary: Prose) -> Result<(), Failure> {
        let Some(handle) = self.session.as_ref().map(|session| Handle::Ref(session.reference))
        else {
            return self.on();
        };
        let next = self.after();
        self.write("session edit", |w| {
            let session = w.get_session(&handle)?;
            if session.status != SessionStatus::Open {
                let (reference, status) = (session.reference, session.status.word());
                return Err(Refusal::SessionIs { reference, status, wanted: "summed up" }.into());
            }
            if session.summary.as_deref() != standing {
                return Err(Failure::refused("another summary was written meanwhile")
                    .hint(format!("see it: coach session show {}", session.reference)));
            }
            let summary = Some(Setting::To(summary));
            w.update_session(&session, SessionEdit { summary, ..SessionEdit::default() })?;
            w.summarise(format!("summed up {} of {}", session.spoken(), session.engagement));
            Ok(((), next))
        })
    }

    /// Ends the session, if it is still current: then its length is known. Tells whether it ended.
    pub(super) fn end_if_current(&mut self) -> Result<bool, Failure> {
        let now = self.context.clock.now;
        match self.standing()? {
            Some(session) if is_current(session.start, session.minutes, now) => {
                let minutes = course::minutes_until(&session, now)?;
                self.end(&session, minutes).map(|()| true)
            }
            Some(_) => Ok(false),
            None => Ok(true),
        }
    }

    /// Ends the session after so many minutes.
    pub(super) fn end_after(&mut self, text: &str) -> Result<(), Failure> {
        let minutes = text.parse::<Minutes>().map_err(|error| Failure::usage(error.to_string()))?;
        match self.session.clone() {
            Some(session) => self.end(&session, minutes),
            None => Ok(()),
        }
    }

    fn end(&mut self, session: &Session, minutes: Minutes) -> Result<(), Failure> {
        let said =
            course::Ending { minutes, summary: None, private_summary: None, share: Vec::new() };
        course::end(self.context, session.reference, said)?;
        self.ended = true;
        Ok(())
    }
}
