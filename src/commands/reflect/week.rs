//! The week as it is looked back on: what was done, what is open, what was kept up.

use super::super::commitment;
use crate::domain::action::Action;
use crate::domain::discretion::Concerns;
use crate::domain::habit::Habit;
use crate::domain::prep::Week;
use crate::domain::time::Day;
use crate::platform::output::Page;
use crate::platform::table::Tone;

/// The page of a week, in the words of the one whose week it was.
pub(super) fn drawn(week: &Week, engagement: &str) -> Page {
    let title = format!("{engagement}  your week, {} to {}", week.from.spoken(), week.to.spoken());
    let mut page = Page::new(week.about(), title);
    page.head("What you promised and did");
    page.quiet(&format!("{} done, {} newly promised", week.done.len(), week.promised.len()));
    for action in &week.done {
        page.item(&action.what, &done_facts(action), Tone::Good);
    }
    page.head("What is open");
    if week.open.is_empty() {
        page.quiet("nothing");
    }
    for each in &week.open {
        let tone = if each.action.overdue { Tone::Bad } else { Tone::Plain };
        page.item(&each.action.what, &commitment::facts(each), tone);
    }
    if !week.habits.is_empty() {
        page.head("What you keep up");
    }
    for habit in &week.habits {
        page.item(&habit.text, &habit_facts(habit, week), Tone::Plain);
    }
    if !week.reflections.is_empty() {
        page.head("Your reflections this week");
    }
    for note in &week.reflections {
        page.item(&note.text, &note.at.day().spoken(), Tone::Plain);
    }
    page.line("");
    page
}

fn done_facts(action: &Action) -> String {
    let on = action.closed_on.map_or_else(String::new, |on| format!(", {}", on.spoken()));
    format!("{}{on}", action.reference)
}

fn habit_facts(habit: &Habit, week: &Week) -> String {
    let in_week = |day: &&Day| (week.from..=week.to).contains(*day);
    let kept = match habit.kept_on.iter().filter(in_week).count() {
        0 => "not this week".to_owned(),
        1 => "once this week".to_owned(),
        2 => "twice this week".to_owned(),
        times => format!("{times} times this week"),
    };
    format!("{}, {kept}, {}", habit.reference, habit.streak_spoken())
}
