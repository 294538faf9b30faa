//! The flags by which a commitment is described, in a session's flow and outside it.

use clap::Args;

use super::args::{handle, visibility, when, word};
use super::context::Context;
use super::failure::Failure;
use crate::domain::action::{Action, ActionKind, ActionOwner};
use crate::domain::id::{EngagementId, Handle, PersonId, Ref};
use crate::domain::prep;
use crate::domain::refusal::Refusal;
use crate::domain::text::Line;
use crate::domain::time::{Day, When};
use crate::platform::table::{Cell, Tone, or_nothing};
use crate::store::action::NewAction;
use crate::store::person::Name;
use crate::store::{Place, Reader, Writer};

/// What is said of a commitment beside its words.
#[derive(Args, Clone, Debug)]
pub(crate) struct Commitment {
    /// By which day
    #[arg(long, value_name = "WHEN", value_parser = when)]
    due: Option<When>,
    /// The goal it serves
    #[arg(long, value_name = "REF", value_parser = handle)]
    goal: Option<Handle>,
    #[arg(long, value_parser = word::<ActionKind>(), default_value = "other")]
    kind: ActionKind,
    #[arg(long, value_parser = word::<ActionOwner>(), default_value = "coachee")]
    owner: ActionOwner,
    /// Which of several coachees it is for
    #[arg(long = "for", value_name = "NAME")]
    person: Option<Name>,
    /// For your eyes alone
    #[arg(long, conflicts_with = "shared")]
    private: bool,
    /// For the coachee's eyes too, where it is your own
    #[arg(long)]
    shared: bool,
}

impl Default for Commitment {
    /// As on a command line that says nothing of it.
    fn default() -> Self {
        Self {
            due: None,
            goal: None,
            kind: ActionKind::Other,
            owner: ActionOwner::Coachee,
            person: None,
            private: false,
            shared: false,
        }
    }
}

impl Commitment {
    /// Whether it says for whom it is.
    pub(super) fn names_somebody(&self) -> bool {
        self.person.is_some() || self.owner == ActionOwner::Coach
    }

    /// For this coachee.
    pub(super) fn of(self, person: Ref) -> Self {
        Self { person: Some(Name::Handle(Handle::Ref(person))), ..self }
    }

    /// For the coachee's eyes too, where `shared` says so.
    pub(super) fn or_shared(self, shared: bool) -> Self {
        Self { shared: self.shared || shared && !self.private, ..self }
    }

    /// The due day that was typed, said back.
    pub(super) fn due(&self, context: &Context) -> Result<Option<Day>, Failure> {
        context.due_day(self.due.as_ref())
    }

    /// Refuses a goal that the engagement does not have.
    pub(super) fn check_goal(
        &self,
        r: &Reader<'_>,
        engagement: EngagementId,
    ) -> Result<(), Failure> {
        match &self.goal {
            Some(goal) => Ok(r.goal_within(goal, engagement).map(drop)?),
            None => Ok(()),
        }
    }

    /// Refuses a goal or a person that the engagement does not have.
    pub(super) fn check(&self, r: &Reader<'_>, engagement: EngagementId) -> Result<(), Failure> {
        self.check_goal(r, engagement)?;
        coachee_for(r, engagement, self.owner, self.person.as_ref()).map(drop)
    }

    /// Writes the commitment down at a place.
    pub(super) fn write(
        self,
        w: &mut Writer<'_>,
        place: &Place,
        what: Line,
        due: Option<Day>,
    ) -> Result<Action, Failure> {
        let goal = self.goal.map(|goal| w.goal_within(&goal, place.engagement)).transpose()?;
        let person = coachee_for(w, place.engagement, self.owner, self.person.as_ref())?;
        let usual = self.owner.usual_visibility();
        let new = NewAction {
            what,
            owner: self.owner,
            person,
            due,
            kind: self.kind,
            goal: goal.map(|goal| goal.id),
            visibility: visibility(self.private, self.shared).unwrap_or(usual),
        };
        let reference = w.insert_action(place, new)?;
        Ok(w.get_action(&Handle::Ref(reference))?)
    }
}

/// Whose commitment it is: `you`, or a name; absent where the coachee it is for is not known.
pub(super) fn who(action: &Action) -> Option<&str> {
    match (action.owner, action.own) {
        (ActionOwner::Coachee, true) | (ActionOwner::Coach, false) => Some("you"),
        (ActionOwner::Coach, true) => Some("your coach"),
        (ActionOwner::Coachee, false) => action.person_name.as_deref(),
    }
}

/// What is told of an open commitment beside its words: when it is due, how old it is.
pub(super) fn facts(commitment: &prep::Commitment) -> String {
    let action = &commitment.action;
    let mut facts = vec![action.reference.to_string()];
    match (action.owner, action.own) {
        (ActionOwner::Coach, false) => facts.push("yours".to_owned()),
        (ActionOwner::Coach, true) => facts.push("your coach's".to_owned()),
        (ActionOwner::Coachee, _) => {}
    }
    facts.extend(action.due.map(|due| match action.overdue {
        true => format!("overdue since {}", due.spoken()),
        false => format!("due {}", due.spoken()),
    }));
    facts.push(match commitment.age_days {
        0 => "new today".to_owned(),
        1 => "1 day old".to_owned(),
        days => format!("{days} days old"),
    });
    if action.carried > 0 {
        facts.push(format!("carried {}", action.carried));
    }
    facts.join(", ")
}

/// The due day of an action, loud where it is overdue.
pub(super) fn due_cell(action: &Action) -> Cell {
    let cell = or_nothing(action.due.map(Day::spoken));
    if action.overdue { cell.tone(Tone::Bad) } else { cell }
}

/// The coachee an action is for: the one who was named, or the only one there is. Nobody for the
/// coach's own.
pub(crate) fn coachee_for(
    reader: &Reader<'_>,
    engagement: EngagementId,
    owner: ActionOwner,
    named: Option<&Name>,
) -> Result<Option<PersonId>, Failure> {
    let coachees = reader.coachees(engagement)?;
    match (named, owner, &coachees[..]) {
        (Some(name), ..) => {
            let person = reader.find_person(name)?;
            if !coachees.iter().any(|(id, ..)| *id == person.id) {
                let engagement = reader.get_engagement(engagement)?.slug;
                return Err(Refusal::NoCoachee { reference: person.reference, engagement }.into());
            }
            Ok(Some(person.id))
        }
        (None, ActionOwner::Coach, _) | (None, _, []) => Ok(None),
        (None, _, [(only, ..)]) => Ok(Some(*only)),
        (None, _, several) => {
            let names: Vec<String> =
                several.iter().map(|(_, reference, name)| format!("{reference} {name}")).collect();
            Err(Failure::usage("say whose commitment it is; nothing was written")
                .hint(format!("--for one of {}", names.join(", "))))
        }
    }
}
