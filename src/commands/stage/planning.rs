//! `coach action-planning`: an insight becomes a commitment with a day.

use clap::Args;

use super::super::args::{handle, when, word};
use super::super::context::{Context, Leaf, Takes};
use super::super::failure::Failure;
use super::{Capture, place};
use crate::domain::action::{Action, ActionKind, ActionOwner};
use crate::domain::id::Handle;
use crate::domain::method::ACTION_PLANNING;
use crate::domain::time::When;
use crate::platform::output::Card;
use crate::store::action::NewAction;
use crate::store::person::Name;

/// Arguments of `action-planning`.
#[derive(Args, Debug)]
pub(crate) struct ActionPlanning {
    #[command(flatten)]
    capture: Capture,
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

fn planned_card(action: &Action) -> Card {
    let due = action.due.map_or_else(String::new, |due| format!("  due {}", due.spoken()));
    Card::new(format!("{}  {}{due}", action.reference, action.what))
}

impl Leaf for ActionPlanning {
    const NAME: &'static str = "action-planning";
    const TAKES: Takes = Takes::WRITE.engagement();

    fn run(self, context: &mut Context) -> Result<(), Failure> {
        let target = place::stage(context, self.capture.session.as_ref())?;
        let what = place::words(context, &self.capture.text, &target, Some(ACTION_PLANNING))?
            .into_line()?;
        let due = context.due_day(self.due.as_ref())?;
        let visibility = super::super::args::visibility(self.private, self.shared);
        let action = context.write(|w| {
            let goal = self
                .goal
                .as_ref()
                .map(|goal| w.goal_within(goal, target.place.engagement))
                .transpose()?;
            let person = super::super::args::coachee_for(
                w,
                target.place.engagement,
                self.owner,
                self.person.as_ref(),
            )?;
            let new = NewAction {
                what,
                owner: self.owner,
                person,
                due,
                kind: self.kind,
                goal: goal.map(|goal| goal.id),
                visibility: visibility.unwrap_or(self.owner.usual_visibility()),
            };
            let reference = w.insert_action(&target.place, new)?;
            w.summarise(format!("planned {reference} in {}", target.spoken(None)));
            Ok(w.get_action(&Handle::Ref(reference))?)
        })?;
        context.out.status(&target.spoken(Some(ACTION_PLANNING)));
        context.record(&action, planned_card)
    }
}
