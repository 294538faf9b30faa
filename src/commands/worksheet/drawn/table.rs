//! Rows laid out as a table: words wrapped, everything else as wide as it is.

use unicode_width::UnicodeWidthStr;

use super::{GAP, LEAST_WORDS, Look, dim, lines, measured, shown};
use crate::domain::method::{FieldDef, FieldKind, WorksheetDef};
use crate::domain::worksheet::{Row, Value, numbers};
use crate::platform::table::safe;

/// Rows laid out under the titles of their fields.
pub(super) struct Table {
    widths: Vec<usize>,
    right: Vec<bool>,
    /// The lines of each cell; the first row is that of the titles.
    rows: Vec<Vec<Vec<String>>>,
}

impl Table {
    /// Rows as a table that fits; nothing where its words would have too little room, or one of them
    /// would be broken.
    pub(super) fn lay(def: &WorksheetDef, rows: &[Row], look: Look) -> Option<Self> {
        // Several numbers are drawn below; one alone has its bar in the table, where there is room.
        let bars = numbers(def).count() == 1;
        let columns = |bars: bool| -> Vec<Vec<String>> {
            let mut columns: Vec<Vec<String>> = vec![vec![String::new()]];
            columns[0].extend(rows.iter().map(|row| row.number.to_string()));
            columns.extend(def.fields.iter().map(|field| {
                let cells =
                    rows.iter().map(|row| tabled(row.values.get(&field.id), field, bars, look));
                std::iter::once(safe(&field.title)).chain(cells).collect()
            }));
            columns
        };
        let kinds = || std::iter::once(None).chain(def.fields.iter().map(|field| Some(field.kind)));
        let gives_way: Vec<bool> = kinds().map(|kind| kind == Some(FieldKind::Text)).collect();
        let right: Vec<bool> =
            kinds().map(|kind| kind.is_none_or(|kind| kind == FieldKind::Number)).collect();
        // First with whole titles and bars, then with titles in several lines, then without bars.
        let tries = [(bars, true), (bars, false), (false, false)];
        tries.into_iter().find_map(|(bars, whole)| {
            let columns = columns(bars);
            let natural: Vec<usize> = columns
                .iter()
                .zip(&gives_way)
                .map(|(column, gives_way)| natural(column, whole || *gives_way))
                .collect();
            let widths = fair(&natural, &gives_way, look.width)?;
            let breaks = |(column, width): (&Vec<String>, &usize)| longest_word(column) > *width;
            if whole && widths != natural || columns.iter().zip(&widths).any(breaks) {
                return None;
            }
            let row = |at: usize| {
                let cells = columns.iter().zip(&widths);
                cells.map(move |(column, width)| {
                    column.get(at).map_or_else(Vec::new, |text| lines(text, *width))
                })
            };
            let rows = (0..=rows.len()).map(|at| row(at).collect()).collect();
            Some(Self { widths, right: right.clone(), rows })
        })
    }

    pub(super) fn draw(&self, text: &mut String, look: Look) {
        let tall = self.rows.iter().skip(1).any(|cells| cells.iter().any(|lines| lines.len() > 1));
        for (at, cells) in self.rows.iter().enumerate() {
            // Rows of several lines are told apart by a free line.
            if tall && at > 0 {
                text.push('\n');
            }
            for line in 0..cells.iter().map(Vec::len).max().unwrap_or(1) {
                let mut drawn = String::new();
                for ((lines, width), right) in cells.iter().zip(&self.widths).zip(&self.right) {
                    let part = lines.get(line).map_or("", String::as_str);
                    let gap = " ".repeat(width.saturating_sub(part.width()));
                    let (before, behind) =
                        if *right { (gap.as_str(), "") } else { ("", gap.as_str()) };
                    drawn.push_str(&format!("{before}{part}{behind}{}", " ".repeat(GAP)));
                }
                let drawn = drawn.trim_end();
                text.push_str(&if at == 0 { dim(drawn, look) } else { drawn.to_owned() });
                text.push('\n');
            }
        }
    }
}

/// What a table says in a cell.
fn tabled(value: Option<&Value>, field: &FieldDef, bars: bool, look: Look) -> String {
    match value {
        Some(Value::Number(number)) if bars => measured(field, *number, look),
        Some(Value::Day(day)) => day.to_string(),
        Some(value) => safe(&shown(value)),
        None => String::new(),
    }
}

/// How wide a column is where nothing of it is wrapped; of its title the widest word, unless it stays
/// whole.
fn natural(column: &[String], whole: bool) -> usize {
    let widest = |text: &String| text.lines().map(UnicodeWidthStr::width).max().unwrap_or(0);
    let word = |text: &String| text.split(' ').map(UnicodeWidthStr::width).max().unwrap_or(0);
    let head = column.first().map_or(0, |title| if whole { widest(title) } else { word(title) });
    column.iter().skip(1).map(widest).max().unwrap_or(0).max(head)
}

/// How wide the widest word of a column is: a narrower column would break it.
fn longest_word(column: &[String]) -> usize {
    let words = column.iter().flat_map(|text| text.split_whitespace());
    words.map(UnicodeWidthStr::width).max().unwrap_or(0)
}

/// How wide each column is: those that do not give way as they are, the others share what is left.
/// Nothing where too little is.
fn fair(natural: &[usize], gives_way: &[bool], width: usize) -> Option<Vec<usize>> {
    let gaps = GAP * natural.len().saturating_sub(1);
    let fixed: usize =
        natural.iter().zip(gives_way).filter(|(_, gives)| !**gives).map(|(w, _)| w).sum();
    let mut room = width.checked_sub(fixed + gaps)?;
    let mut waiting: Vec<usize> = (0..natural.len()).filter(|at| gives_way[*at]).collect();
    let mut widths = natural.to_vec();
    // The narrow ones take what they need, and leave the rest to the others.
    waiting.sort_by_key(|at| natural[*at]);
    let mut left = waiting.len();
    for at in waiting {
        let share = (room / left).min(natural[at]);
        if share < natural[at].min(LEAST_WORDS) {
            return None;
        }
        widths[at] = share;
        room -= share;
        left -= 1;
    }
    Some(widths)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_share_what_room_there_is() {
        assert_eq!(fair(&[1, 10, 40], &[false, true, true], 60), Some(vec![1, 10, 40]));
        assert_eq!(fair(&[1, 10, 80], &[false, true, true], 60), Some(vec![1, 10, 45]));
        assert_eq!(fair(&[1, 80, 80], &[false, true, true], 60), Some(vec![1, 27, 28]));
        assert_eq!(fair(&[1, 80, 80, 80, 80], &[false, true, true, true, true], 60), None);
        assert_eq!(fair(&[50, 8], &[false, true], 50), None);
    }
}
