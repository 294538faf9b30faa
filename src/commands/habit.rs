//! `coach habit`: what one wants to do in a rhythm, ticked day by day.

use clap::Args;

use super::args::{handle, restore_verb, verbs, when};
use super::context::{Context, Leaf, Takes, nothing};
use super::failure::Failure;
use super::own;
use crate::domain::habit::{Every, Habit};
use crate::domain::id::Handle;
use crate::domain::text::Line;
use crate::domain::time::{Day, When};
use crate::platform::output::Card;
use crate::platform::table::{Cell, Column, Tone};
use crate::store::habit::HabitEdit;

verbs! {
    HabitCommand {
        /// Begin a habit
        Add(Add),
        /// Tick a habit: it was kept today, or on another day
        Tick(Tick),
        /// List habits with their streaks
        List(List),
        /// Show a habit with the days on which it was kept
        Show(Show),
        /// Change a habit
        Edit(Edit),
        /// Remove a habit
        Remove(Remove),
        /// Bring a removed habit back
        Restore(Restore),
    }
}

/// So many of the days on which a habit was kept are shown, the last ones.
const DAYS: usize = 7;

fn habit_card(habit: &Habit) -> Card {
    let before = habit.kept_on.len().saturating_sub(DAYS);
    let mut kept: Vec<String> = habit.kept_on.iter().skip(before).map(|day| day.spoken()).collect();
    if before > 0 {
        kept.insert(0, format!("{before} times before"));
    }
    Card::new(format!("{}  {}", habit.reference, habit.text))
        .fact("engagement", &habit.engagement)
        .fact("every", habit.every.to_string())
        .fact("since", habit.began.spoken())
        .fact("streak", habit.streak_spoken())
        .fact("kept", kept.join("\n"))
        .fact("this time", due_cell(habit))
        .fact("removed", if habit.removed { "yes" } else { "" })
}

/// By which day it waits, or that it was kept.
fn due_cell(habit: &Habit) -> Cell {
    match habit.due {
        _ if habit.removed => "".into(),
        Some(due) => format!("by {}", due.spoken()).into(),
        None => Cell::from("kept").tone(Tone::Good),
    }
}

const HABITS: &[Column<Habit>] = &[
    Column::neutral("ref", |h| h.reference.into()),
    Column::engagement(|h| (&h.engagement).into()),
    Column::prose("habit", |h| (&h.text).into()),
    Column::neutral("every", |h| h.every.to_string().into()),
    Column::neutral_right("streak", |h| h.streak.into()),
    Column::neutral_right("longest", |h| h.longest.into()),
    Column::neutral("this time", due_cell),
];

/// Arguments of `habit add`.
#[derive(Args, Debug)]
pub(crate) struct Add {
    /// What you want to keep doing; words need no quotes
    #[arg(required = true)]
    text: Vec<String>,
    /// How often: daily, weekly, 3d, 2w
    #[arg(long, value_name = "RHYTHM", default_value = "weekly")]
    every: Every,
}

impl Leaf for Add {
    const NAME: &'static str = "habit add";
    const TAKES: Takes = Takes::WRITE.engagement();

    fn run(self, context: &mut Context) -> Result<(), Failure> {
        let text: Line = self.text.join(" ").parse()?;
        let engagement = own::engagement(context)?;
        let habit = context.write(|w| {
            let reference = w.insert_habit(engagement.id, text, self.every)?;
            let habit = w.get_habit(&Handle::Ref(reference))?;
            w.summarise(format!("began {reference} {}", habit.text));
            Ok(habit)
        })?;
        context.record(&habit, habit_card)?;
        context.out.status(&format!("next: coach habit tick {}", habit.reference));
        Ok(())
    }
}

/// Arguments of `habit tick`.
#[derive(Args, Debug)]
pub(crate) struct Tick {
    #[arg(value_name = "REF", value_parser = handle)]
    habit: Handle,
    /// The day on which it was kept; today unless you say another
    #[arg(long, value_name = "DATE", value_parser = when)]
    on: Option<When>,
    /// Take the tick of that day back
    #[arg(long)]
    remove: bool,
}

impl Tick {
    fn card(habit: &Habit) -> Card {
        Card::new(format!("{}  {}  {}", habit.reference, habit.text, habit.streak_spoken()))
    }

    /// Says what is strange about a tick: that it was there before, or counts for nothing.
    fn tell(&self, context: &Context, habit: &Habit, on: Day, new: bool) {
        if !new {
            context.out.status(&format!("it was ticked on {} already", on.spoken()));
        } else if !self.remove && habit.is_before(on) {
            let first = habit.first_day().spoken();
            context.out.warning(&format!(
                "its first period begins on {first}: a day before counts for no streak"
            ));
        }
    }
}

impl Leaf for Tick {
    const NAME: &'static str = "habit tick";
    const TAKES: Takes = Takes::WRITE;

    fn run(self, context: &mut Context) -> Result<(), Failure> {
        let on = context.day_if("on", self.on.as_ref())?.unwrap_or(context.today());
        let (habit, new) = context.write(|w| {
            let habit = w.get_habit(&self.habit)?;
            let new = match self.remove {
                true => w.remove_tick(&habit, on).map(|()| true)?,
                false => w.insert_tick(&habit, on)?,
            };
            let what = if self.remove { "took back the tick of" } else { "ticked" };
            w.summarise(format!("{what} {} on {on}", habit.reference));
            Ok((w.get_habit(&self.habit)?, new))
        })?;
        self.tell(context, &habit, on, new);
        context.record(&habit, Self::card)
    }
}

/// Arguments of `habit list`.
#[derive(Args, Debug)]
pub(crate) struct List {
    engagement: Option<String>,
    /// List the removed ones instead
    #[arg(long)]
    removed: bool,
}

impl Leaf for List {
    const NAME: &'static str = "habit list";
    const TAKES: Takes = Takes::READ.engagement();

    fn run(self, context: &mut Context) -> Result<(), Failure> {
        let narrowing = context.narrowing(self.engagement.as_deref())?;
        let habits = context.read(|r| Ok(r.list_habits(narrowing.find(r)?, self.removed)?))?;
        let usual = "no habits; begin one: coach habit add TEXT --every 7d";
        context.rows(HABITS, &habits, nothing(self.removed, usual))
    }
}

/// Arguments of `habit show`.
#[derive(Args, Debug)]
pub(crate) struct Show {
    #[arg(value_name = "REF", value_parser = handle)]
    habit: Handle,
}

impl Leaf for Show {
    const NAME: &'static str = "habit show";
    const TAKES: Takes = Takes::READ;

    fn run(self, context: &mut Context) -> Result<(), Failure> {
        let habit = context.read(|r| Ok(r.get_habit(&self.habit)?))?;
        context.record(&habit, habit_card)
    }
}

/// Arguments of `habit edit`.
#[derive(Args, Debug)]
pub(crate) struct Edit {
    #[arg(value_name = "REF", value_parser = handle)]
    habit: Handle,
    #[arg(long)]
    text: Option<Line>,
    /// Another rhythm; the days on which it was kept stay
    #[arg(long, value_name = "RHYTHM")]
    every: Option<Every>,
    /// Why, for the history
    #[arg(long, value_name = "TEXT")]
    reason: Option<Line>,
}

impl Leaf for Edit {
    const NAME: &'static str = "habit edit";
    const TAKES: Takes = Takes::WRITE;

    fn run(self, context: &mut Context) -> Result<(), Failure> {
        let habit = context.write(|w| {
            let habit = w.get_habit(&self.habit)?;
            w.update_habit(&habit, HabitEdit { text: self.text, every: self.every })?;
            w.explain(self.reason.as_ref());
            w.summarise(format!("changed {}", habit.reference));
            Ok(w.get_habit(&self.habit)?)
        })?;
        context.record(&habit, habit_card)
    }
}

/// Arguments of `habit remove`.
#[derive(Args, Debug)]
pub(crate) struct Remove {
    #[arg(value_name = "REF", value_parser = handle)]
    habit: Handle,
}

impl Leaf for Remove {
    const NAME: &'static str = "habit remove";
    const TAKES: Takes = Takes::WRITE;

    fn run(self, context: &mut Context) -> Result<(), Failure> {
        let habit = context.write(|w| {
            let habit = w.get_habit(&self.habit)?;
            w.remove_habit(&habit)?;
            w.summarise(format!("removed {} {}", habit.reference, habit.text));
            Ok(w.get_habit(&self.habit)?)
        })?;
        context.record(&habit, habit_card)
    }
}

restore_verb!(Restore, "habit restore", get_habit, restore_habit, habit_card);
