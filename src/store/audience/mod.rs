//! The views that each audience may read: the one place where audiences meet the store.
//!
//! A renderer for an audience gets its view and nothing else. Every query here asks for what the
//! audience may see; nothing private is read and then left out.

use crate::domain::agreement::{Agreement, Drawn, GoalAgreed, Paper, PartyTo, Terms};
use crate::domain::audience::{
    CoacheeAction, CoacheeNote, CoacheeSession, CoacheeWorksheet, Reachable, Recap,
};
use crate::domain::engagement::Engagement;
use crate::domain::goal::{Goal, GoalOwner, GoalStatus};
use crate::domain::id::{EngagementId, Handle, Ref};
use crate::domain::refusal::Refusal;
use crate::domain::session::Session;
use crate::domain::word::{Visibility, Word};
use crate::domain::worksheet::Worksheet;
use crate::store::action::ActionFilter;
use crate::store::goal::GoalFilter;
use crate::store::session::NoteFilter;
use crate::store::{Reader, StoreError};

mod feedback;
mod goals;
mod papers;

/// What a coachee may read of the store.
#[derive(Debug)]
pub(crate) struct CoacheeView<'r> {
    reader: &'r Reader<'r>,
}

/// What the parties of an agreement read of the store: coach, coachees and sponsors alike.
#[derive(Debug)]
pub(crate) struct PartiesView<'r> {
    reader: &'r Reader<'r>,
}

impl Reader<'_> {
    /// The view of those who sign an agreement.
    pub(crate) fn for_parties(&self) -> PartiesView<'_> {
        PartiesView { reader: self }
    }

    /// The coachee's view.
    pub(crate) fn for_coachee(&self) -> CoacheeView<'_> {
        CoacheeView { reader: self }
    }
}

impl PartiesView<'_> {
    /// What stands in a version of an agreement: who, the frame, the terms, and the goals that are
    /// not private; of the coachee's own ones none where a sponsor reads it, unless the terms say so. What it cannot say is told in its terms.
    pub(crate) fn agreement(
        &self,
        engagement: EngagementId,
        version: u32,
        terms: Terms,
        coach: Option<String>,
    ) -> Result<Paper, StoreError> {
        let reader = self.reader;
        let engagement = reader.get_engagement(engagement)?;
        let party = |reference: &Ref| {
            let person = reader.get_person(&Handle::Ref(*reference))?;
            Ok(PartyTo {
                name: person.name,
                role: person.role,
                org: person.org_name,
                email: person.email,
            })
        };
        let parties = |refs: &[Ref]| refs.iter().map(party).collect::<Result<Vec<_>, StoreError>>();
        let goals = reader.list_goals(&GoalFilter {
            engagement: Some(engagement.id),
            status: Some(GoalStatus::Active),
            ..GoalFilter::default()
        })?;
        let shared: Vec<Goal> =
            goals.into_iter().filter(|goal| may_name(goal, &terms, &engagement)).collect();
        let drawn = Drawn {
            coachees: listed(&engagement.coachees),
            sponsors: listed(&engagement.sponsors),
            goals: shared.iter().map(|goal| goal.reference.to_string()).collect(),
        };
        let goals = shared.into_iter().map(|goal| GoalAgreed {
            title: goal.title,
            owner: goal.owner.word().to_owned(),
            success: goal.criteria.into_iter().map(|criterion| criterion.text).collect(),
        });
        let mut paper = Paper {
            version,
            made_on: reader.today(),
            coach,
            coachees: parties(&engagement.coachees)?,
            sponsors: parties(&engagement.sponsors)?,
            reference: engagement.reference,
            organisation: engagement.org_name,
            payer: engagement.payer_name,
            goals: goals.collect(),
            start: engagement.start,
            end: engagement.end,
            sessions: engagement.sessions_planned,
            minutes: engagement.minutes.map(|range| range.to_string()),
            cadence_days: engagement.cadence_days.map(|range| range.to_string()),
            format: engagement.format,
            fee: engagement.rate.map(|rate| rate.to_string()),
            terms,
        };
        paper.terms.missing = paper.gaps();
        paper.terms.drawn = Some(drawn);
        Ok(paper)
    }

    /// Whether the text of a version names other parties than there are now, or a goal that it may not
    /// name any more.
    pub(crate) fn is_outdated(&self, agreement: &Agreement) -> Result<bool, StoreError> {
        let Some(drawn) = &agreement.terms.drawn else { return Ok(true) };
        let engagement = self.reader.get_engagement(agreement.engagement_id)?;
        let filter = GoalFilter { engagement: Some(engagement.id), ..GoalFilter::default() };
        let goals = self.reader.list_goals(&filter)?;
        let allowed = goals.iter().filter(|goal| may_name(goal, &agreement.terms, &engagement));
        let allowed: Vec<String> = allowed.map(|goal| goal.reference.to_string()).collect();
        Ok(drawn.coachees != listed(&engagement.coachees)
            || drawn.sponsors != listed(&engagement.sponsors)
            || drawn.goals.iter().any(|goal| !allowed.contains(goal)))
    }
}

/// Whether an agreement may name a goal. A sponsor signs the paper too, and reads none of the coachee's
/// own goals unless the terms say so.
fn may_name(goal: &Goal, terms: &Terms, engagement: &Engagement) -> bool {
    let own_too = terms.own_goals || engagement.sponsors.is_empty();
    goal.visibility == Visibility::Shared && (own_too || goal.owner != GoalOwner::Coachee)
}

fn listed(refs: &[Ref]) -> Vec<String> {
    refs.iter().map(ToString::to_string).collect()
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

    /// A worksheet that coach and coachee share; in one's own engagement every one.
    ///
    /// # Errors
    /// Refused for one that is for the coach alone.
    pub(crate) fn worksheet(&self, worksheet: Worksheet) -> Result<CoacheeWorksheet, StoreError> {
        if worksheet.visibility != Visibility::Shared && !worksheet.own {
            return Err(Refusal::ForCoachAlone { reference: worksheet.reference }.into());
        }
        let engagement = self.reader.get_engagement(worksheet.engagement_id)?.reference;
        Ok(CoacheeWorksheet {
            reference: worksheet.reference,
            id: worksheet.id,
            engagement,
            worksheet: worksheet.definition,
            title: worksheet.title,
            version: worksheet.version,
            frozen_on: worksheet.frozen_on,
            visibility: worksheet.visibility,
            rows: worksheet.rows,
            progress: worksheet.progress,
            def: worksheet.def,
            engagement_id: worksheet.engagement_id,
        })
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
