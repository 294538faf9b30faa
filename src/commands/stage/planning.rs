//! `coach action-planning`: an insight becomes a commitment with a day.

use clap::Args;

use super::super::commitment::Commitment;
use super::super::context::{Context, Leaf, Spoken, Takes};
use super::super::failure::Failure;
use super::place::Between;
use super::walk::{self, Usual};
use super::{Capture, place};
use crate::domain::action::Action;
use crate::domain::method::ACTION_PLANNING;
use crate::domain::word::Visibility;
use crate::platform::output::Card;

/// Arguments of `action-planning`.
#[derive(Args, Debug)]
pub(crate) struct ActionPlanning {
    #[command(flatten)]
    capture: Capture,
    #[command(flatten)]
    said: Commitment,
}

fn planned_card(action: &Action) -> Card {
    let due = action.due.map_or_else(String::new, |due| format!("  due {}", due.spoken()));
    let seen = if action.visibility == Visibility::Private { "  private" } else { "" };
    Card::new(format!("{}  {}{due}{seen}", action.reference, action.what))
}

impl Leaf for ActionPlanning {
    const NAME: &'static str = "action-planning";
    const TAKES: Takes = Takes::WRITE.engagement();

    fn spoken(&self) -> Spoken {
        self.capture.spoken()
    }

    fn run(self, context: &mut Context) -> Result<(), Failure> {
        let target = place::find(context, self.capture.session.as_ref(), Between::Own)?;
        // In a walk each line says for whom it is.
        let walks = self.capture.text.is_empty() && context.interactive;
        context.read(|r| match walks {
            true => self.said.check_goal(r, target.place.engagement),
            false => self.said.check(r, target.place.engagement),
        })?;
        let Some(what) = place::said(context, &self.capture.text)? else {
            let usual = Usual { commitment: Some(self.said), ..Usual::default() };
            return walk::alone(context, target, ACTION_PLANNING, usual);
        };
        let what = what.into_line()?;
        let due = self.said.due(context)?;
        let action = context.write(|w| {
            target.check(w)?;
            let action = self.said.write(w, &target.place, what, due)?;
            w.summarise(format!("planned {} in {}", action.reference, target.spoken(None)));
            Ok(action)
        })?;
        context.out.status(&target.spoken(Some(ACTION_PLANNING)));
        context.record(&action, planned_card)
    }
}
