//! The views that each audience may read: the one place where audiences meet the store.
//!
//! A renderer for an audience gets its view and nothing else. Every query here asks for what the
//! audience may see; nothing private is read and then left out.

use super::action::ActionFilter;
use super::session::NoteFilter;
use super::{Reader, StoreError};
use crate::domain::audience::{CoacheeAction, CoacheeNote, CoacheeSession, Reachable, Recap};
use crate::domain::id::{Handle, Ref};
use crate::domain::session::Session;
use crate::domain::word::Visibility;

/// What a coachee may read of the store.
#[derive(Debug)]
pub(crate) struct CoacheeView<'r> {
    reader: &'r Reader<'r>,
}

impl Reader<'_> {
    /// The coachee's view.
    pub(crate) fn for_coachee(&self) -> CoacheeView<'_> {
        CoacheeView { reader: self }
    }
}

impl CoacheeView<'_> {
    /// What the coachee may see of one session: shared notes, actions that are not private, the
    /// shared summary and when they meet again.
    pub(crate) fn recap(&self, session: &Session) -> Result<Recap, StoreError> {
        let reader = self.reader;
        let engagement = reader.get_engagement(session.engagement_id)?;
        let name = engagement.reference;
        let notes = reader.list_notes(&NoteFilter {
            session: Some(session.id),
            visibility: Some(Visibility::Shared),
            ..NoteFilter::default()
        })?;
        let actions = reader.list_actions(&ActionFilter {
            of_session: Some(session.id),
            visibility: Some(Visibility::Shared),
            ..ActionFilter::default()
        })?;
        let notes = notes
            .into_iter()
            .map(|note| {
                Ok(CoacheeNote {
                    reference: note.reference,
                    id: note.id,
                    engagement: name.clone(),
                    session: note.session,
                    stage: note.stage,
                    kind: note.kind,
                    visibility: note.visibility,
                    goal: self.visible_goal(note.goal)?,
                    text: note.text,
                    at: note.at,
                })
            })
            .collect::<Result<_, StoreError>>()?;
        let actions = actions
            .into_iter()
            .map(|action| {
                let goal = self.visible_goal(action.goal)?;
                Ok(CoacheeAction::of(action, name.clone(), goal))
            })
            .collect::<Result<_, StoreError>>()?;
        let next = reader.session_after(session)?;
        let method = reader.method_of(session.engagement_id)?;
        Ok(Recap {
            session: coachee_session(session.clone(), &name),
            notes,
            actions,
            next: next.map(|next| coachee_session(next, &name)),
            engagement_id: engagement.id,
            coachee_names: engagement.coachee_names,
            stages: method.stages.into_iter().map(|stage| (stage.id, stage.title)).collect(),
        })
    }

    /// The coachees of a session's engagement, each with the ref under which it can be edited.
    pub(crate) fn reachable(&self, session: &Session) -> Result<Vec<(Ref, Reachable)>, StoreError> {
        let coachees = self.reader.coachees(session.engagement_id)?;
        let reach = |(_, reference, name)| {
            let person = self.reader.get_person(&Handle::Ref(reference))?;
            Ok((reference, Reachable { name, email: person.email }))
        };
        coachees.into_iter().map(reach).collect()
    }

    fn visible_goal(&self, goal: Option<Ref>) -> Result<Option<Ref>, StoreError> {
        let Some(reference) = goal else { return Ok(None) };
        let goal = self.reader.get_goal(&Handle::Ref(reference))?;
        Ok((goal.visibility == Visibility::Shared && !goal.removed).then_some(reference))
    }
}

fn coachee_session(session: Session, engagement: &str) -> CoacheeSession {
    CoacheeSession {
        reference: session.reference,
        id: session.id,
        engagement: engagement.to_owned(),
        number: session.number,
        kind: session.kind,
        status: session.status,
        start: session.start,
        minutes: session.minutes,
        format: session.format,
        pay: None,
        with: session.with,
        summary: session.summary,
        timed: session.timed,
    }
}
