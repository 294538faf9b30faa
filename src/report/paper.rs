//! What a paper's template may read, and nothing beside it. All of it is what the coachee may read:
//! a paper is for coach and coachee, and for a sponsor with the coachee's consent.

use serde::Serialize;

use crate::domain::audience::{CoacheeAction, CoacheeReview};
use crate::domain::method::{FieldKind, Shape, WorksheetDef};
use crate::domain::progress::{GoalNow, Progress, Sheet};
use crate::domain::time::Day;

/// Everything that a template of a paper may read.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Facts {
    pub(crate) paper: About,
    pub(crate) engagement: Frame,
    pub(crate) goals: Vec<GoalNow>,
    /// Commitments of both that are not private.
    pub(crate) actions: Vec<CoacheeAction>,
    pub(crate) reviews: Vec<CoacheeReview>,
    /// Those that the method lets the paper quote, none of them private.
    pub(crate) worksheets: Vec<Quoted>,
    pub(crate) progress: Progress,
}

/// The paper itself.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct About {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) about: String,
    /// `draft`, or `version 2`.
    pub(crate) mark: String,
    pub(crate) on: Day,
}

/// The engagement as a paper names it.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Frame {
    pub(crate) reference: String,
    pub(crate) coachees: Vec<String>,
    pub(crate) org: Option<String>,
    pub(crate) method: String,
    pub(crate) start: Day,
    pub(crate) end: Option<Day>,
    pub(crate) sessions_held: u32,
    pub(crate) sessions_planned: Option<u32>,
}

/// A worksheet that is quoted.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Quoted {
    pub(crate) id: String,
    pub(crate) title: String,
    /// Whether it is filled row by row.
    pub(crate) is_list: bool,
    pub(crate) rows: Vec<Row>,
}

/// A row of it: what its first field says, and the others.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Row {
    pub(crate) number: u32,
    pub(crate) title: String,
    pub(crate) on: Option<Day>,
    pub(crate) cells: Vec<Said>,
}

/// What a field says.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Said {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) text: String,
}

impl From<Sheet> for Quoted {
    fn from(sheet: Sheet) -> Self {
        let WorksheetDef { id, title, fields, shape, .. } = sheet.definition;
        let is_list = shape == Shape::Rows;
        let rows = sheet.rows.into_iter().map(|row| {
            // The day of a row of a list stands beside its title.
            let told = fields.iter().filter(|field| !is_list || field.kind != FieldKind::Day);
            let said = told.filter_map(|field| {
                let text = row.cells.get(&field.id)?.clone();
                Some(Said { id: field.id.clone(), title: field.title.clone(), text })
            });
            let mut cells: Vec<Said> = said.collect();
            let title = match (is_list, cells.is_empty()) {
                (true, false) => cells.remove(0).text,
                (true, true) => row.number.to_string(),
                (false, _) => String::new(),
            };
            Row { number: row.number, title, on: row.on, cells }
        });
        Self { id, title, is_list, rows: rows.collect() }
    }
}

/// A text with no more than one empty line between two others: what a template leaves out leaves none.
pub(crate) fn tidy(text: &str) -> String {
    let mut tidied = String::with_capacity(text.len());
    let mut empty = false;
    for line in text.lines() {
        if !(line.is_empty() && empty) {
            tidied.push_str(line);
            tidied.push('\n');
        }
        empty = line.is_empty();
    }
    tidied
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_out_leaves_one_empty_line() {
        assert_eq!(tidy("a\n\n\n\nb\n>\n>\nc\n"), "a\n\nb\n>\n>\nc\n");
    }
}
