//! What the method has on the screen as a stage begins: goals, insights, habits, worksheets, needs.

use super::Guide;
use crate::commands::failure::Failure;
use crate::domain::goal::GoalStatus;
use crate::domain::method::Shows;
use crate::domain::session::NoteKind;
use crate::domain::worksheet::Worksheet;
use crate::platform::table::Tone;
use crate::store::goal::GoalFilter;
use crate::store::session::NoteFilter;

/// So many lines of each there is room for.
const LINES: usize = 3;

impl Guide<'_> {
    /// Shows what the stage that begins has on the screen, a few short lines of each.
    pub(super) fn show_beside(&mut self) -> Result<(), Failure> {
        let Some(stage) = self.method.stage(&self.walk.stage) else { return Ok(()) };
        for shows in stage.shows.clone() {
            let (head, lines) = match shows {
                Shows::Goals => ("Goals", self.goal_lines()?),
                Shows::Insights => ("Last insights", self.insight_lines()?),
                Shows::Habits => ("Habits", self.habit_lines()?),
                Shows::Worksheets => ("Worksheets", self.worksheet_lines()?),
                Shows::Needs => ("Still needed", self.need_lines()?),
            };
            if lines.is_empty() {
                continue;
            }
            let out = &self.context.out;
            out.aside(&format!("  {head}"), Tone::Dim);
            for line in lines.iter().take(LINES) {
                out.aside(&format!("    {line}"), Tone::Dim);
            }
            if lines.len() > LINES {
                out.aside(&format!("    and {} more", lines.len() - LINES), Tone::Dim);
            }
        }
        Ok(())
    }

    fn goal_lines(&mut self) -> Result<Vec<String>, Failure> {
        let filter = GoalFilter {
            engagement: Some(self.engagement.id),
            status: Some(GoalStatus::Active),
            ..GoalFilter::default()
        };
        let goals = self.context.read(|r| Ok(r.list_goals(&filter)?))?;
        let line = |goal: &crate::domain::goal::Goal| match goal.rating {
            Some(rating) => format!("{} {}, at {rating}", goal.reference, goal.title),
            None => format!("{} {}", goal.reference, goal.title),
        };
        Ok(goals.iter().map(line).collect())
    }

    fn insight_lines(&mut self) -> Result<Vec<String>, Failure> {
        let filter = NoteFilter {
            engagement: Some(self.engagement.id),
            kind: Some(NoteKind::Insight),
            newest: Some(LINES as u32),
            ..NoteFilter::default()
        };
        let notes = self.context.read(|r| Ok(r.list_notes(&filter)?))?;
        Ok(notes.into_iter().map(|note| note.text).collect())
    }

    fn habit_lines(&mut self) -> Result<Vec<String>, Failure> {
        let id = self.engagement.id;
        let habits = self.context.read(|r| Ok(r.list_habits(Some(id), false)?))?;
        Ok(habits
            .iter()
            .map(|habit| format!("{}, {}", habit.text, habit.streak_spoken()))
            .collect())
    }

    /// Those in which something is written down.
    fn worksheet_lines(&mut self) -> Result<Vec<String>, Failure> {
        let id = self.engagement.id;
        let mut sheets = self.context.read(|r| Ok(r.list_worksheets(Some(id), false)?))?;
        sheets.retain(Worksheet::is_filled);
        let defs = &self.method.worksheets;
        sheets.sort_by_key(|sheet| defs.iter().position(|def| def.id == sheet.definition));
        let line = |sheet: &Worksheet| {
            let frozen = if sheet.frozen_on.is_some() { ", frozen" } else { "" };
            format!("{} {}{frozen}", sheet.reference, sheet.title)
        };
        Ok(sheets.iter().map(line).collect())
    }

    fn need_lines(&mut self) -> Result<Vec<String>, Failure> {
        let stand = self.context.read(|r| Ok(r.stand_of(&self.engagement)?))?;
        Ok(stand.needs.into_iter().map(|need| need.missing).collect())
    }
}
