//! `coach action-planning`: an insight becomes a commitment with a day.

use clap::Args;

use super::super::args::when;
use super::super::commitment::Commitment;
use super::super::context::{Context, Leaf, Spoken, Takes};
use super::super::failure::Failure;
use super::place::Between;
use super::{Capture, place};
use crate::domain::action::Action;
use crate::domain::method::ACTION_PLANNING;
use crate::domain::time::{Day, When};
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

/// Asks for the due day of what was just typed; Enter alone is none.
fn ask_due(context: &mut Context) -> Result<Option<Day>, Failure> {
    let check = |text: &str| match text.trim() {
        "" => Ok(()),
        day => when(day).map(drop),
    };
    let typed = context.prompt.line("Due, such as fri (Enter for none)", "", &check)?;
    match typed.trim() {
        "" => Ok(None),
        day => {
            context.answered_as("--due", day);
            context.due_day(Some(&When::parse(day)?))
        }
    }
}

impl Leaf for ActionPlanning {
    const NAME: &'static str = "action-planning";
    const TAKES: Takes = Takes::WRITE.engagement();

    fn spoken(&self) -> Spoken {
        self.capture.spoken()
    }

    fn run(self, context: &mut Context) -> Result<(), Failure> {
        let target = place::find(context, self.capture.session.as_ref(), Between::Own)?;
        let mut due = self.said.due(context)?;
        context.read(|r| self.said.check(r, target.place.engagement))?;
        let what = place::words(context, &self.capture.text, &target, Some(ACTION_PLANNING))?
            .into_line()?;
        if due.is_none() && context.interactive && self.capture.text.is_empty() {
            // The commitment was confirmed by its Enter: to leave this question leaves out the day.
            due = match ask_due(context) {
                Err(failure) if failure.is_stop() => {
                    context.out.status("kept without a day");
                    None
                }
                due => due?,
            };
        }
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
