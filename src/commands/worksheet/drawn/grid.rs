//! Rows laid out along their choice and their yes or no.

use unicode_width::UnicodeWidthStr;

use super::{Content, GAP, LEAST_WORDS, Look, head, lines, shown};
use crate::domain::method::FieldDef;
use crate::domain::worksheet::{Row, grid_fields};
use crate::platform::table::{Tone, paint, safe};

/// Draws rows along their choice and their yes or no: what they are known by, in its place.
pub(in crate::commands::worksheet) fn grid(content: Content<'_>, look: Look) -> String {
    let mut text = head(content, None, look);
    let Some((choice, known)) = grid_fields(content.def) else { return text };
    let label = choice.choices.iter().map(|each| safe(each).width()).max().unwrap_or(0);
    let room = (look.width.saturating_sub(label + 2 * GAP + 2) / 2).max(LEAST_WORDS);
    let said = |row: &Row, field: &FieldDef| row.values.get(&field.id).map(ToString::to_string);
    let entry = |row: &Row| {
        let words = row.words(content.def).map(shown).unwrap_or_default();
        let mut entry = lines(&format!("{} {}", row.number, words.replace('\n', " ")), room);
        entry.iter_mut().skip(1).for_each(|line| line.insert_str(0, "  "));
        entry
    };
    let mut line = |name: &str, one: &str, other: &str, tone: Tone| {
        let gap = |text: &str, width: usize| " ".repeat(width.saturating_sub(text.width()) + GAP);
        let line = format!("  {name}{}{one}{}{other}", gap(name, label), gap(one, room));
        text.push_str(&paint(line.trim_end(), tone, look.color));
        text.push('\n');
    };
    let title = safe(&known.title);
    line("", "", "", Tone::Plain);
    line("", &format!("{title}: yes"), &format!("{title}: no"), Tone::Strong);
    for each in &choice.choices {
        let of = |answer: &str| -> Vec<String> {
            let is = |row: &&Row| {
                said(row, choice).as_ref() == Some(each)
                    && said(row, known).as_deref() == Some(answer)
            };
            content.rows.iter().filter(is).flat_map(entry).collect()
        };
        let (yes, no) = (of("yes"), of("no"));
        line("", "", "", Tone::Plain);
        for at in 0..yes.len().max(no.len()).max(1) {
            let part = |lines: &[String]| lines.get(at).cloned().unwrap_or_default();
            let name = if at == 0 { safe(each) } else { String::new() };
            line(&name, &part(&yes), &part(&no), Tone::Plain);
        }
    }
    let unplaced = |row: &&Row| said(row, choice).is_none() || said(row, known).is_none();
    let without: Vec<String> = content.rows.iter().filter(unplaced).flat_map(entry).collect();
    if !without.is_empty() {
        line("", "", "", Tone::Plain);
        let why =
            format!("without {} or {}", safe(&choice.title), safe(&known.title)).to_lowercase();
        line("", &why, "", Tone::Dim);
        without.iter().for_each(|each| line("", each, "", Tone::Plain));
    }
    text
}
