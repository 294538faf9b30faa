//! How rows are drawn: a table on a terminal, aligned plain text in a pipe. Text that was stored
//! is made safe here before anybody sees it.

use comfy_table::{
    Attribute, CellAlignment, Color, ColumnConstraint, ContentArrangement, Table, presets,
};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::domain::discretion::WITHHELD;

/// How loud a cell is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) enum Tone {
    #[default]
    Plain,
    Strong,
    Dim,
    Good,
    Bad,
}

/// One cell, as a person reads it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Cell {
    pub(crate) text: String,
    pub(crate) tone: Tone,
}

impl Cell {
    /// The same text in another tone.
    pub(crate) fn tone(self, tone: Tone) -> Self {
        Self { tone, ..self }
    }
}

impl<T: std::fmt::Display> From<T> for Cell {
    fn from(value: T) -> Self {
        Self { text: value.to_string(), tone: Tone::Plain }
    }
}

/// A value that may be absent, as a cell: nothing is an empty cell.
pub(crate) fn or_nothing<T: std::fmt::Display>(value: Option<T>) -> Cell {
    value.map_or_else(Cell::default, Cell::from)
}

/// A column of a listing.
#[derive(Clone, Copy)]
pub(crate) struct Column<R> {
    pub(crate) head: &'static str,
    /// Numbers stand at the right.
    pub(crate) right: bool,
    /// Its words may be wrapped where the terminal is narrow.
    pub(crate) gives_way: bool,
    /// What it says of a row that is hidden.
    hidden: Hidden,
    pub(crate) cell: fn(&R) -> Cell,
}

/// What a column says of a row that is hidden.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Hidden {
    /// Nothing, unless it says otherwise.
    Withheld,
    /// The neutral reference.
    Reference,
    /// What it always says: it is neutral.
    Shown,
}

impl<R> Column<R> {
    /// A column of words.
    pub(crate) const fn new(head: &'static str, cell: fn(&R) -> Cell) -> Self {
        Self { head, right: false, gives_way: false, hidden: Hidden::Withheld, cell }
    }

    /// A column of prose, which is wrapped where the terminal is narrow.
    pub(crate) const fn prose(head: &'static str, cell: fn(&R) -> Cell) -> Self {
        Self { head, right: false, gives_way: true, hidden: Hidden::Withheld, cell }
    }

    /// A column of numbers.
    pub(crate) const fn right(head: &'static str, cell: fn(&R) -> Cell) -> Self {
        Self { head, right: true, gives_way: false, hidden: Hidden::Withheld, cell }
    }

    /// A column of words that anybody may read: refs, days, words of the program's own.
    pub(crate) const fn neutral(head: &'static str, cell: fn(&R) -> Cell) -> Self {
        Self { hidden: Hidden::Shown, ..Self::new(head, cell) }
    }

    /// A column of numbers that anybody may read.
    pub(crate) const fn neutral_right(head: &'static str, cell: fn(&R) -> Cell) -> Self {
        Self { hidden: Hidden::Shown, ..Self::right(head, cell) }
    }

    /// The column of the engagement: where a row is hidden, its neutral reference.
    pub(crate) const fn engagement(cell: fn(&R) -> Cell) -> Self {
        Self { hidden: Hidden::Reference, ..Self::new("engagement", cell) }
    }

    fn told(&self, row: &R, instead: Option<&str>) -> Cell {
        match (instead, self.hidden) {
            (None, _) | (_, Hidden::Shown) => (self.cell)(row),
            (Some(reference), Hidden::Reference) => reference.into(),
            (Some(_), Hidden::Withheld) => WITHHELD.into(),
        }
    }
}

impl<R> std::fmt::Debug for Column<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.head)
    }
}

/// How to draw.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Style {
    pub(crate) color: bool,
    /// The terminal's width; absent where nothing is to be fitted: a pipe, a screen reader.
    pub(crate) width: Option<usize>,
}

/// Draws rows under their heads; `hidden` gives what is said in place of a row that is hidden.
pub(crate) fn draw<R>(
    columns: &[Column<R>],
    rows: &[R],
    hidden: impl Fn(&R) -> Option<String>,
    style: Style,
) -> String {
    let cells: Vec<Vec<Cell>> = rows
        .iter()
        .map(|row| {
            let instead = hidden(row);
            let told = |column: &Column<R>| one_line(column.told(row, instead.as_deref()));
            columns.iter().map(told).collect()
        })
        .collect();
    let drawn = match style.width {
        Some(width) => fitted(columns, cells, width, style.color),
        None => aligned(columns, &cells, style.color),
    };
    if drawn.contains(MARKED.0) { show_marks(&drawn, style.color) } else { drawn }
}

/// Characters without width that stand around marked words while a table is laid out.
const MARKED: (char, char) = ('\u{2063}', '\u{2064}');

/// Text in which these ranges, in order, are marked once it is drawn.
pub(crate) fn marked(text: &str, ranges: &[std::ops::Range<usize>]) -> String {
    // Text that holds one of the two itself would be cut at wrong places.
    if text.contains([MARKED.0, MARKED.1]) {
        return text.replace([MARKED.0, MARKED.1], "");
    }
    let mut all = text.to_owned();
    for range in ranges.iter().rev() {
        all.insert(range.end, MARKED.1);
        all.insert(range.start, MARKED.0);
    }
    all
}

/// Turns marks into bold, which ends with its line, or leaves them out where there is no colour.
fn show_marks(drawn: &str, color: bool) -> String {
    let mut text = String::with_capacity(drawn.len());
    let mut open = false;
    for letter in drawn.chars() {
        let ends = open && matches!(letter, '\n' | '\u{2064}');
        if color && ends {
            text.push_str("\u{1b}[0m");
        }
        open &= !ends;
        if letter == MARKED.0 {
            open = true;
            text.push_str(if color { "\u{1b}[1m" } else { "" });
        } else if letter != MARKED.1 {
            text.push(letter);
        }
    }
    text
}

fn one_line(cell: Cell) -> Cell {
    let text = safe(&cell.text);
    Cell { text: if text.contains('\n') { text.replace('\n', " ") } else { text }, tone: cell.tone }
}

/// A table for a terminal. Where it is too narrow, prose is wrapped; where that is not enough, the
/// last columns are left out, and a line below says which.
fn fitted<R>(columns: &[Column<R>], rows: Vec<Vec<Cell>>, width: usize, color: bool) -> String {
    let widths = widths(columns, &rows);
    let need = |count: usize| -> usize {
        let columns = columns.iter().zip(&widths).take(count);
        let least = columns.map(|(column, width)| match column.gives_way {
            true => (*width).min(LEAST_PROSE) + GAP,
            false => width + GAP,
        });
        least.sum::<usize>().saturating_sub(GAP)
    };
    let last_prose = columns.iter().rposition(|column| column.gives_way).map_or(2, |at| at + 1);
    let shown = (last_prose..=columns.len()).rev().find(|count| need(*count) <= width);
    let shown = shown.unwrap_or(last_prose.min(columns.len()));
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Dynamic);
    table.set_width(u16::try_from(width).unwrap_or(u16::MAX));
    if color {
        table.enforce_styling()
    } else {
        table.force_no_tty()
    };
    table.set_header(
        columns
            .iter()
            .take(shown)
            .map(|column| comfy_table::Cell::new(column.head).add_attribute(Attribute::Dim)),
    );
    for row in rows {
        table.add_row(row.into_iter().take(shown).map(|Cell { text, tone }| {
            let cell = comfy_table::Cell::new(text);
            match tone {
                Tone::Plain => cell,
                Tone::Strong => cell.add_attribute(Attribute::Bold),
                Tone::Dim => cell.add_attribute(Attribute::Dim),
                Tone::Good => cell.fg(Color::Green),
                Tone::Bad => cell.fg(Color::Red),
            }
        }));
    }
    for (at, (column, drawn)) in columns.iter().zip(table.column_iter_mut()).enumerate() {
        // In colour the end of a line is no white space that could be cut off.
        drawn.set_padding((0, if at + 1 == shown { 0 } else { GAP as u16 }));
        if column.right {
            drawn.set_cell_alignment(CellAlignment::Right);
        }
        if !column.gives_way && need(shown) <= width {
            drawn.set_constraint(ColumnConstraint::ContentWidth);
        }
    }
    let mut text: String = table.lines().map(|line| format!("{}\n", line.trim_end())).collect();
    let left_out: Vec<&str> = columns
        .iter()
        .skip(shown)
        .map(|column| column.head)
        .filter(|head| !head.is_empty())
        .collect();
    if !left_out.is_empty() {
        let line = fit(&format!("(no room for {})", left_out.join(", ")), Some(width));
        text.push_str(&format!("{}\n", paint(&line, Tone::Dim, color)));
    }
    text
}

/// Between two columns.
const GAP: usize = 2;

/// Prose is not wrapped below so many columns unless nothing else helps.
const LEAST_PROSE: usize = 18;

/// How wide the widest cell of each column is, its head included.
fn widths<R>(columns: &[Column<R>], rows: &[Vec<Cell>]) -> Vec<usize> {
    columns
        .iter()
        .enumerate()
        .map(|(at, column)| {
            let cells = rows.iter().filter_map(|row| row.get(at)).map(|cell| width_of(&cell.text));
            cells.chain([column.head.width()]).max().unwrap_or(0)
        })
        .collect()
}

fn aligned<R>(columns: &[Column<R>], rows: &[Vec<Cell>], color: bool) -> String {
    let heads: Vec<Cell> = columns.iter().map(|column| Cell::from(column.head)).collect();
    let widths = widths(columns, rows);
    let mut text = String::new();
    for row in std::iter::once(&heads).chain(rows) {
        let mut line = String::new();
        for ((cell, column), width) in row.iter().zip(columns).zip(&widths) {
            let gap = width - width_of(&cell.text);
            let (before, behind) = if column.right { (gap, 0) } else { (0, gap) };
            line.extend(std::iter::repeat_n(' ', before));
            if color && cell.tone != Tone::Plain {
                line.push_str(&paint(&cell.text, cell.tone, color));
            } else {
                line.push_str(&cell.text);
            }
            line.extend(std::iter::repeat_n(' ', behind + GAP));
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

/// How many columns a text takes; most is ASCII, where that is its length.
fn width_of(text: &str) -> usize {
    match text.bytes().all(|byte| (b' '..=b'~').contains(&byte)) {
        true => text.len(),
        false => text.width(),
    }
}

/// A line cut to `width` columns, with `…` where something was left out; whole without a width.
pub(crate) fn fit(text: &str, width: Option<usize>) -> String {
    let Some(width) = width.filter(|width| text.width() > *width) else { return text.to_owned() };
    let mut cut = String::new();
    let mut used = 1;
    for letter in text.chars() {
        used += letter.width().unwrap_or(0);
        if used > width {
            break;
        }
        cut.push(letter);
    }
    format!("{}…", cut.trim_end())
}

/// A line broken between words so that it fits `width` columns; whole without a width.
pub(crate) fn wrap(line: &str, width: Option<usize>) -> Vec<String> {
    let Some(width) = width else { return vec![line.to_owned()] };
    let mut lines = vec![String::new()];
    for word in line.split(' ') {
        let last = lines
            .last_mut()
            .filter(|last| last.is_empty() || last.width() + 1 + word.width() <= width);
        match last {
            Some(last) if last.is_empty() => last.push_str(word),
            Some(last) => {
                last.push(' ');
                last.push_str(word);
            }
            None => lines.push(word.to_owned()),
        }
    }
    lines
}

/// Text in a tone, with the terminal's codes around it where colour is on.
pub(crate) fn paint(text: &str, tone: Tone, color: bool) -> String {
    let code = match tone {
        Tone::Plain => return text.to_owned(),
        Tone::Strong => "1",
        Tone::Dim => "2",
        Tone::Good => "32",
        Tone::Bad => "31",
    };
    if color && !text.is_empty() {
        format!("\u{1b}[{code}m{text}\u{1b}[0m")
    } else {
        text.to_owned()
    }
}

/// Stored text without anything that a terminal would obey: control characters and marks that
/// reverse the reading direction become `�`, a tab becomes a space, lines stay.
pub(crate) fn safe(text: &str) -> String {
    // Nearly all text is safe, and told to be so at a glance.
    if text.bytes().all(|byte| (b' '..=b'~').contains(&byte)) {
        return text.to_owned();
    }
    text.replace("\r\n", "\n")
        .chars()
        .map(|letter| match letter {
            '\n' => '\n',
            '\t' => ' ',
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => '\u{fffd}',
            letter if letter.is_control() => '\u{fffd}',
            letter => letter,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLUMNS: &[Column<(&str, u32)>] =
        &[Column::prose("what", |row| row.0.into()), Column::right("n", |row| row.1.into())];

    #[test]
    fn columns_stand_straight_under_wide_and_combining_letters() {
        let rows = [("東京", 1), ("e\u{301}t\u{e9}", 22), ("plain", 333)];
        let text = draw(COLUMNS, &rows, |_| None, Style { color: false, width: None });
        assert_eq!(text, "what     n\n東京     1\ne\u{301}t\u{e9}     22\nplain  333\n");
    }

    #[test]
    fn a_terminal_never_obeys_stored_text() {
        assert_eq!(
            safe("a\u{1b}[2Jb\u{9b}c\u{202e}d\r\u{7f}"),
            "a\u{fffd}[2Jb\u{fffd}c\u{fffd}d\u{fffd}\u{fffd}"
        );
        let text = draw(
            COLUMNS,
            &[("\u{1b}]0;x\u{7}", 1)],
            |_| None,
            Style { color: false, width: Some(40) },
        );
        assert!(!text.contains('\u{1b}') && !text.contains('\u{7}'), "{text:?}");
    }

    #[test]
    fn a_line_is_cut_by_columns_and_says_so() {
        assert_eq!(fit("東京の夜", Some(5)), "東京…");
        assert_eq!(fit("a long line", Some(7)), "a long…");
        assert_eq!(fit("short", Some(5)), "short");
        assert_eq!(fit("whole in a pipe", None), "whole in a pipe");
    }

    #[test]
    fn a_line_is_wrapped_between_words() {
        assert_eq!(wrap("one two three", Some(8)), ["one two", "three"]);
        assert_eq!(wrap("unbreakable", Some(4)), ["unbreakable"]);
        assert_eq!(wrap("", Some(8)), [""]);
        assert_eq!(wrap("one two three", None), ["one two three"]);
    }

    #[test]
    fn a_narrow_terminal_wraps_and_loses_nothing() {
        let text = draw(
            COLUMNS,
            &[("one two three four five", 1)],
            |_| None,
            Style { color: false, width: Some(14) },
        );
        for word in ["one", "two", "three", "four", "five"] {
            assert!(text.contains(word), "{text}");
        }
        assert!(text.lines().all(|line| line.width() <= 14), "{text}");
    }
}
