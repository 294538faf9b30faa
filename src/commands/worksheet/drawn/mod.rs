//! How a worksheet is drawn: a form as its fields, rows as a table where they fit one and one below
//! the other where they do not, numbers as bars on their range, and how far they have come.

use unicode_width::UnicodeWidthStr;

use crate::domain::audience::CoacheeWorksheet;
use crate::domain::method::{FieldDef, FieldKind, Shape, WorksheetDef};
use crate::domain::word::{Range, Visibility};
use crate::domain::worksheet::{Progress, Row, Value, Worksheet, numbers, points, signed};
use crate::platform::output::Card;
use crate::platform::table::{Style, Tone, fit, paint, safe, wrap};

mod grid;
mod table;

pub(super) use grid::grid;
use table::Table;

/// How to draw.
#[derive(Clone, Copy, Debug)]
pub(super) struct Look {
    color: bool,
    width: usize,
    /// The terminal shows letters and signs alone.
    ascii: bool,
}

impl Look {
    pub(super) fn of(style: Style, ascii: bool) -> Self {
        Self { color: style.color, width: style.width.unwrap_or(UNFITTED), ascii }
    }
}

/// Where nothing is to be fitted, in a pipe, lines are still meant to be read.
const UNFITTED: usize = 100;

/// A column of words is not wrapped below so many columns: then the rows stand one below the other.
const LEAST_WORDS: usize = 16;

/// Between two columns.
const GAP: usize = 2;

/// The most cells of a bar.
const CELLS: u32 = 10;

/// What is drawn, whoever looks at it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Content<'a> {
    title: &'a str,
    head: &'a Head,
    def: &'a WorksheetDef,
    rows: &'a [Row],
    progress: &'a [Progress],
}

/// What is said of the worksheet as a whole.
#[derive(Clone, Debug)]
pub(super) struct Head(Vec<(&'static str, String)>, String);

impl Head {
    pub(super) fn of(worksheet: &Worksheet) -> Self {
        let seen_by = match (worksheet.own, worksheet.visibility) {
            (true, _) => "",
            (_, Visibility::Shared) => "you and the coachee",
            (_, Visibility::Private) => "you alone",
        };
        let version = match worksheet.frozen_on {
            Some(on) => format!("{}, frozen on {}", worksheet.version, on.spoken()),
            None => worksheet.version.to_string(),
        };
        let facts = vec![
            ("engagement", worksheet.engagement.to_string()),
            ("worksheet", worksheet.definition.clone()),
            ("version", version),
            ("seen by", seen_by.to_owned()),
            ("removed", if worksheet.removed { "yes".to_owned() } else { String::new() }),
        ];
        Self(facts, worksheet.reference.to_string())
    }

    pub(super) fn of_coachee(worksheet: &CoacheeWorksheet) -> Self {
        let facts = vec![("engagement", worksheet.engagement.clone())];
        Self(facts, worksheet.reference.to_string())
    }
}

impl<'a> Content<'a> {
    pub(super) fn of(worksheet: &'a Worksheet, head: &'a Head) -> Self {
        let (def, rows) = (&worksheet.def, &worksheet.rows);
        Self { title: &worksheet.title, head, def, rows, progress: &worksheet.progress }
    }

    pub(super) fn of_coachee(worksheet: &'a CoacheeWorksheet, head: &'a Head) -> Self {
        let (def, rows) = (&worksheet.def, &worksheet.rows);
        Self { title: &worksheet.title, head, def, rows, progress: &worksheet.progress }
    }
}

/// Draws a worksheet; where it is hidden, what is said in its place.
pub(super) fn sheet(content: Content<'_>, hidden: Option<&str>, look: Look) -> String {
    let mut text = head(content, hidden, look);
    if hidden.is_some() {
        return text;
    }
    match (content.def.shape, content.rows) {
        (_, []) => blank(&mut text, content.def, look),
        (Shape::Form, rows) => {
            text.push('\n');
            fields(&mut text, content, rows.first(), look);
        }
        (Shape::Rows, rows) => match Table::lay(content.def, rows, look) {
            Some(table) => {
                text.push('\n');
                table.draw(&mut text, look);
                chart(&mut text, content, look);
            }
            None => {
                for row in rows {
                    text.push('\n');
                    text.push_str(&paint(&row.number.to_string(), Tone::Strong, look.color));
                    text.push('\n');
                    fields(&mut text, content, Some(row), look);
                }
            }
        },
    }
    uses(&mut text, content, look);
    means(&mut text, content, look);
    text
}

/// Draws some rows of a worksheet, one below the other.
pub(super) fn row(content: Content<'_>, rows: &[Row], hidden: Option<&str>, look: Look) -> String {
    let mut text = head(content, hidden, look);
    for row in rows.iter().filter(|_| hidden.is_none()) {
        text.push('\n');
        if content.def.shape == Shape::Rows {
            text.push_str(&format!(
                "{}\n",
                paint(&row.number.to_string(), Tone::Strong, look.color)
            ));
        }
        fields(&mut text, content, Some(row), look);
    }
    text
}

fn head(content: Content<'_>, hidden: Option<&str>, look: Look) -> String {
    let Head(facts, reference) = content.head;
    let mut card = Card::new(format!("{reference}  {}", content.title));
    for (label, value) in facts {
        card = card.fact(label, value);
    }
    card.draw(hidden, look.color)
}

/// The fields of one row, one below the other.
fn fields(text: &mut String, content: Content<'_>, row: Option<&Row>, look: Look) {
    let label =
        content.def.fields.iter().map(|field| safe(&field.title).width()).max().unwrap_or(0);
    // Long labels leave the words their room.
    let label = label.min(look.width / 3);
    let room = look.width.saturating_sub(label + 2 * GAP).max(LEAST_WORDS);
    for field in &content.def.fields {
        let lines = match row.and_then(|row| Some((row, row.values.get(&field.id)?))) {
            Some((row, Value::Number(number))) => {
                vec![format!("{}{}", measured(field, *number, look), come(content, row, field))]
            }
            Some((_, value)) => lines(&shown(value), room),
            None => vec!["–".to_owned()],
        };
        let labels = wrap(&safe(&field.title), Some(label));
        for at in 0..lines.len().max(labels.len()) {
            let part = |lines: &[String]| lines.get(at).cloned().unwrap_or_default();
            let name = part(&labels);
            let gap = " ".repeat(label.saturating_sub(name.width()) + GAP);
            let line = format!("  {}{gap}{}", dim(&name, look), part(&lines));
            text.push_str(line.trim_end());
            text.push('\n');
        }
    }
}

/// What can be filled in: each field by its name, with what is asked for it.
fn blank(text: &mut String, def: &WorksheetDef, look: Look) {
    let head = match (def.shape, def.row.as_str()) {
        (Shape::Form, _) => "Nothing stands in it yet. It has".to_owned(),
        (Shape::Rows, "") => "No row stands in it yet. Each has".to_owned(),
        (Shape::Rows, row) => format!("No {row} stands in it yet. Each has"),
    };
    text.push_str(&format!("\n{}\n", paint(&safe(&head), Tone::Strong, look.color)));
    let label = def.fields.iter().map(|field| field.id.width()).max().unwrap_or(0);
    let room = look.width.saturating_sub(label + 2 * GAP).max(LEAST_WORDS);
    for field in &def.fields {
        for (at, line) in lines(&asked(field), room).iter().enumerate() {
            let name = if at == 0 { safe(&field.id) } else { String::new() };
            let gap = " ".repeat(label.saturating_sub(name.width()) + GAP);
            text.push_str(&format!("  {name}{gap}{}\n", dim(line, look)));
        }
    }
}

/// What is asked for a field, and what can be said.
pub(super) fn asked(field: &FieldDef) -> String {
    let asked = if field.prompt.is_empty() { &field.title } else { &field.prompt };
    let takes = match (field.kind, field.range) {
        (FieldKind::Text, _) => String::new(),
        // Many a question says so itself.
        (FieldKind::Number, Some(Range { high, .. })) if asked.contains(&high.to_string()) => {
            String::new()
        }
        (FieldKind::Number, Some(Range { low, high })) => format!(" ({low} to {high})"),
        (FieldKind::Number, None) => " (a number)".to_owned(),
        (FieldKind::Choice, _) => format!(" ({})", field.choices.join(", ")),
        (FieldKind::YesNo, _) => " (yes or no)".to_owned(),
        (FieldKind::Day, _) => " (a day, such as fri or in 2 weeks)".to_owned(),
    };
    format!("{asked}{takes}")
}

/// A value as a person reads it.
fn shown(value: &Value) -> String {
    match value {
        Value::Day(day) => day.spoken(),
        Value::Text(text) => text.clone(),
        Value::Number(number) => number.to_string(),
    }
}

/// Text parted into lines that fit.
fn lines(text: &str, room: usize) -> Vec<String> {
    safe(text).lines().flat_map(|line| wrap(line, Some(room))).collect()
}

/// A number as a bar on its range, and in digits.
fn measured(field: &FieldDef, number: f64, look: Look) -> String {
    match field.range {
        Some(range) => format!("{} {number}", bar(range, number, look.ascii)),
        None => number.to_string(),
    }
}

/// A bar: the more of it is filled, the higher the number stands on its range.
fn bar(range: Range, number: f64, ascii: bool) -> String {
    let base = range.low.saturating_sub(1);
    let steps = range.high - base;
    let cells = steps.clamp(1, CELLS);
    let part = (number - f64::from(base)) / f64::from(steps.max(1));
    // Between nought and the cells there are.
    let filled = (part * f64::from(cells)).round().clamp(0.0, f64::from(cells)) as usize;
    let (full, empty) = if ascii { ("#", ".") } else { ("▆", "▁") };
    format!("{}{}", full.repeat(filled), empty.repeat(cells as usize - filled))
}

/// How a number stands to the first point in time of its row, and how much of the way it has covered.
fn come(content: Content<'_>, row: &Row, field: &FieldDef) -> String {
    let mut points = points(content.def).filter(|other| other.range == field.range);
    let Some(first) = points.next().filter(|first| first.id != field.id) else {
        return String::new();
    };
    if !points.any(|point| point.id == field.id) {
        return String::new();
    }
    let at = |field: &FieldDef| row.values.number(&field.id);
    let change = at(first).zip(at(field)).map(|(from, to)| signed(to - from));
    let way = content
        .progress
        .iter()
        .find(|progress| progress.field == field.id)
        .and_then(|progress| progress.rows.iter().find(|share| share.row == row.number))
        .map(|share| format!("{} % of the way", share.percent));
    let told: Vec<String> = change.into_iter().chain(way).collect();
    if told.is_empty() { String::new() } else { format!("  {}", told.join(", ")) }
}

/// Under a table of rows with several numbers: those of each row below each other, as bars.
fn chart(text: &mut String, content: Content<'_>, look: Look) {
    let numbers: Vec<&FieldDef> = numbers(content.def).collect();
    if numbers.len() < 2 || numbers.iter().all(|field| field.range.is_none()) {
        return;
    }
    let label = numbers.iter().map(|field| safe(&field.title).width()).max().unwrap_or(0);
    for row in content.rows {
        let words = row.name().map(|words| safe(&shown(words)).replace('\n', " "));
        let name = format!("{}  {}", row.number, words.unwrap_or_default());
        let name = fit(name.trim_end(), Some(look.width));
        text.push_str(&format!("\n{}\n", paint(&name, Tone::Strong, look.color)));
        for field in &numbers {
            let Some(number) = row.values.number(&field.id) else { continue };
            let title = safe(&field.title);
            let gap = " ".repeat(label.saturating_sub(title.width()) + GAP);
            let (bar, come) = (measured(field, number, look), come(content, row, field));
            text.push_str(&format!("   {}{gap}{bar}{come}\n", dim(&title, look)));
        }
    }
}

/// What was logged as a use, under the rows: how often, and the last ones.
fn uses(text: &mut String, content: Content<'_>, look: Look) {
    let used = if content.def.used.is_empty() { "used" } else { &content.def.used };
    for row in content.rows.iter().filter(|row| !row.uses.is_empty()) {
        let times = match row.uses.len() {
            1 => "once".to_owned(),
            times => format!("{times} times"),
        };
        text.push_str(&format!("\n{}\n", dim(&format!("{}  {used} {times}", row.number), look)));
        for each in row.uses.iter().rev().take(LAST_USES) {
            let words = each.text.as_deref().unwrap_or_default();
            let day = each.on.to_string();
            let lines =
                lines(words, look.width.saturating_sub(day.len() + 3 + GAP).max(LEAST_WORDS));
            let lines = if lines.is_empty() { vec![String::new()] } else { lines };
            for (at, line) in lines.iter().enumerate() {
                let before = if at == 0 { day.clone() } else { " ".repeat(day.len()) };
                text.push_str(format!("   {before}  {line}").trim_end());
                text.push('\n');
            }
        }
    }
}

/// So many uses of a row are shown, the last ones.
const LAST_USES: usize = 5;

/// How far all rows have come together.
fn means(text: &mut String, content: Content<'_>, look: Look) {
    let title = |id: &str| {
        let field = content.def.fields.iter().find(|field| field.id == id);
        field.map_or_else(|| id.to_owned(), |field| safe(&field.title).to_lowercase())
    };
    let told: Vec<String> = content
        .progress
        .iter()
        .map(|each| format!("{} {} %", title(&each.field), each.mean))
        .collect();
    if !told.is_empty() {
        let line = format!("Of the way from baseline to target: {}", told.join(", "));
        text.push_str(&format!("\n{}\n", paint(&line, Tone::Strong, look.color)));
    }
}

fn dim(text: &str, look: Look) -> String {
    paint(text, Tone::Dim, look.color)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_is_filled_as_far_as_its_number_stands() {
        let bar = |low, high, number| bar(Range { low, high }, number, true);
        assert_eq!(bar(0, 10, 4.0), "####......");
        assert_eq!(bar(1, 5, 1.0), "#....");
        assert_eq!(bar(1, 5, 5.0), "#####");
        assert_eq!(bar(0, 100, 45.0), "#####.....");
        assert_eq!(bar(0, 10, 12.0), "##########");
        assert_eq!(bar(0, 0, 0.0), ".");
    }

    fn rows() -> (WorksheetDef, Vec<Row>) {
        let def: WorksheetDef = toml::from_str(
            "id = 'gap-map'\ntitle = 'Gaps'\nshape = 'rows'
             [[field]]\nid = 'gap'\ntitle = 'Gap'
             [[field]]\nid = 'self'\ntitle = 'How I see myself'
             [[field]]\nid = 'others'\ntitle = 'How others see me'
             [[field]]\nid = 'kind'\ntitle = 'Kind'\nkind = 'choice'\nchoices = ['one', 'other']
             [[field]]\nid = 'known'\ntitle = 'Known to you'\nkind = 'yes-no'
             [[field]]\nid = 'wide'\ntitle = 'How wide'\nkind = 'number'\nrange = [0, 10]",
        )
        .expect("a definition");
        let words = "東京の夜 and many more words of one long line, and a second one\nafter it";
        let texts = [
            ("gap", words),
            ("self", words),
            ("others", words),
            ("kind", "one"),
            ("known", "no"),
            ("wide", "4"),
        ];
        let texts = texts.map(|(id, text)| (id.to_owned(), text.to_owned()));
        let id = "01940000-0000-7000-8000-000000000001".parse().expect("an id");
        let row = Row::new(id, 1, &def, texts.into_iter().collect(), Vec::new());
        (def, vec![row])
    }

    #[test]
    fn a_sheet_fits_the_terminal_and_loses_no_word() {
        let (def, rows) = rows();
        let head = Head(vec![("engagement", "acme-cfo".to_owned())], "W1".to_owned());
        let content = Content { title: "Gaps", head: &head, def: &def, rows: &rows, progress: &[] };
        for width in [40, 60, 80, 120] {
            let look = Look { color: false, width, ascii: true };
            let drawn = sheet(content, None, look);
            let wide = drawn.lines().find(|line| line.width() > width);
            assert_eq!(wide, None, "{width}: {drawn}");
            assert!(drawn.contains("東京の夜") && drawn.contains("second"), "{width}: {drawn}");
            assert!(drawn.contains("####...... 4") || drawn.contains("   4"), "{width}: {drawn}");
            assert_eq!(sheet(content, Some("E-2026-01"), look), "E-2026-01  …\n");
            let drawn = grid(content, look);
            let wide = drawn.lines().find(|line| line.width() > width.max(60));
            assert_eq!(wide, None, "{width}: {drawn}");
            assert!(drawn.contains("東京の夜") && drawn.contains("second"), "{width}: {drawn}");
        }
    }
}
