//! A worksheet as a text for the editor, and back: rows under their numbers, each field by its name.

use super::fill::{Filled, named, tell};
use super::show;
use crate::commands::context::{Context, Meant};
use crate::commands::failure::Failure;
use crate::domain::id::Handle;
use crate::domain::method::Shape;
use crate::domain::refusal::Refusal;
use crate::domain::time::Day;
use crate::domain::word::Setting;
use crate::domain::worksheet::{Row, Worksheet, read};
use crate::store::worksheet::At;
use crate::vault::Drafted;

/// What stands over the rows that are to be added.
const NEW: &str = "new";

/// Lets the person fill a worksheet in their editor, one row of it or all.
pub(super) fn in_editor(
    context: &mut Context,
    worksheet: &Worksheet,
    row: Option<u32>,
) -> Result<(), Failure> {
    let reference = worksheet.reference.to_string();
    if worksheet.removed {
        return Err(Refusal::Removed { name: reference }.into());
    }
    let text = written(worksheet, row)?;
    let args = ["worksheet", "fill", &reference, "--from", "-"].map(str::to_owned).to_vec();
    let spoken = format!("{} · {}", worksheet.engagement, worksheet.spoken());
    let meant = Meant {
        command: "worksheet fill".to_owned(),
        args,
        place: Some(Drafted::new(worksheet.engagement_id, None, spoken)),
        upon: Some(text.clone()),
    };
    let Some(edited) = context.edit(&text, meant)? else { return Ok(()) };
    let stored = store(context, worksheet, edited.text.as_str(), &text);
    let after = edited.settle(stored, &context.out)?;
    tell(context, worksheet, &after);
    show::answer(context, &after)
}

/// Fills a worksheet from such a text on stdin: from what an editor left, or else from a text that was
/// made of what stands there now.
pub(super) fn from_stdin(context: &mut Context, worksheet: &Worksheet) -> Result<(), Failure> {
    let text = context.piped_prose()??;
    let upon = match context.given_upon() {
        Some(upon) => upon.to_owned(),
        None => written(worksheet, None)?,
    };
    let after = store(context, worksheet, text.as_str(), &upon)?;
    tell(context, worksheet, &after);
    show::answer(context, &after)
}

/// Stores all that such a text says otherwise than the one that it was made of, or nothing: what was
/// changed meanwhile is not written over.
fn store(
    context: &mut Context,
    worksheet: &Worksheet,
    text: &str,
    upon: &str,
) -> Result<Worksheet, Failure> {
    let rows = changes(worksheet, text, upon, context.today())?;
    let handle = Handle::Ref(worksheet.reference);
    context.write(|w| {
        for (at, changes) in &rows {
            let now = w.get_worksheet(&handle)?;
            let row = match at {
                At::Row(number) => now.row(*number),
                At::New => now.rows.first().filter(|_| now.def.shape == Shape::Form),
            };
            let stands = |field: &str| row.and_then(|row| row.values.get(field));
            let stands = |field: &str| stands(field).map(ToString::to_string).unwrap_or_default();
            if changes.iter().any(|change| change.is_overtaken(&stands(&change.filled.0.id))) {
                return Err(Refusal::FilledMeanwhile { reference: now.reference }.into());
            }
            let values: Vec<Filled> = changes.iter().map(|change| change.filled.clone()).collect();
            w.fill_worksheet(&now, *at, &values)?;
        }
        w.summarise(format!("filled {}", worksheet.reference));
        Ok(w.get_worksheet(&handle)?)
    })
}

/// A worksheet as such a text; of rows, an empty one to be added stands at the end.
fn written(worksheet: &Worksheet, row: Option<u32>) -> Result<String, Failure> {
    let def = &worksheet.def;
    let mut text = format!("# {}  {}\n", worksheet.reference, worksheet.title);
    text.push_str("# A line after the first one of a field is set in by two spaces.\n");
    text.push_str("# A field that you empty is emptied; one that you delete stays as it is.\n");
    if def.shape == Shape::Form {
        text.push('\n');
        add(&mut text, worksheet, worksheet.rows.first());
        return Ok(text);
    }
    if row.is_none() {
        text.push_str(&format!("# More of them: copy what stands under [{NEW}].\n"));
    }
    if let Some(number) = row.filter(|number| worksheet.row(*number).is_none()) {
        return Err(Failure::not_found(format!("there is no row ‘{number}’; nothing was written")));
    }
    for each in worksheet.rows.iter().filter(|each| row.is_none_or(|row| each.number == row)) {
        text.push_str(&format!("\n[{}]\n", each.number));
        add(&mut text, worksheet, Some(each));
    }
    if row.is_none() {
        text.push_str(&format!("\n[{NEW}]\n"));
        add(&mut text, worksheet, None);
    }
    Ok(text)
}

/// The fields of a row.
fn add(text: &mut String, worksheet: &Worksheet, row: Option<&Row>) {
    for field in &worksheet.def.fields {
        let value = row.and_then(|row| row.values.get(&field.id));
        let value = value.map(ToString::to_string).unwrap_or_default();
        let line = format!("{}: {}", field.id, value.replace('\n', "\n  "));
        text.push_str(line.trim_end());
        text.push('\n');
    }
}

/// A field in such a text: the line on which it begins, its name and its text.
type Written = (usize, String, String);

/// A field that such a text says otherwise than the one that it was made of.
struct Change {
    filled: Filled,
    /// Absent where that one did not name the field.
    was: Option<String>,
    is: String,
}

impl Change {
    /// Whether the field says neither what it said nor what it shall say.
    fn is_overtaken(&self, stands: &str) -> bool {
        self.was.as_deref().is_some_and(|was| was != stands.trim() && self.is != stands.trim())
    }
}

/// What such a text changes in each row; a row to be added in which nothing stands is left out.
fn changes(
    worksheet: &Worksheet,
    text: &str,
    upon: &str,
    today: Day,
) -> Result<Vec<(At, Vec<Change>)>, Failure> {
    let rows = parted(worksheet, text)?;
    let before = parted(worksheet, upon)?;
    let mut all = Vec::new();
    for (at, fields) in rows {
        let before = before.iter().find(|(other, _)| *other == at).map(|(_, fields)| fields);
        let mut changes: Vec<Change> = Vec::new();
        for (line, id, value) in fields {
            let was = before.and_then(|fields| fields.iter().find(|(_, other, _)| *other == id));
            let was = was.map(|(_, _, value)| value.trim().to_owned());
            let is = value.trim().to_owned();
            if was.as_ref() == Some(&is) {
                continue;
            }
            let field = named(&worksheet.def, &id)?.clone();
            let value = match is.as_str() {
                "" => Setting::Clear,
                text => Setting::To(
                    read(&field, text, today)
                        .map_err(|error| Failure::from(error).in_line(line))?,
                ),
            };
            changes.push(Change { filled: (field, value), was, is });
        }
        if !changes.is_empty() {
            all.push((at, changes));
        }
    }
    Ok(all)
}

/// Such a text, parted into its rows and fields.
fn parted(worksheet: &Worksheet, text: &str) -> Result<Vec<(At, Vec<Written>)>, Failure> {
    let def = &worksheet.def;
    let mut rows: Vec<(At, Vec<Written>)> = Vec::new();
    if def.shape == Shape::Form {
        rows.push((At::New, Vec::new()));
    }
    for (line, words) in (1..).zip(text.lines()) {
        let slip = |failure: Failure| failure.in_line(line);
        if words.starts_with('#') {
            continue;
        }
        if let Some(head) =
            words.trim_end().strip_prefix('[').and_then(|head| head.strip_suffix(']'))
            && def.shape == Shape::Rows
        {
            let at = match (head, head.parse()) {
                (NEW, _) => At::New,
                (_, Ok(number)) if worksheet.row(number).is_some() => At::Row(number),
                _ => return Err(slip(Failure::usage(format!("there is no row ‘{head}’")))),
            };
            if at != At::New && rows.iter().any(|(other, _)| *other == at) {
                return Err(slip(Failure::usage(format!("row {head} stands there twice"))));
            }
            rows.push((at, Vec::new()));
            continue;
        }
        let begins = words.split_once(':').filter(|(id, _)| is_name(id));
        let Some((_, fields)) = rows.last_mut() else {
            if words.trim().is_empty() {
                continue;
            }
            return Err(slip(Failure::usage("this line stands under no row, such as [1]")));
        };
        match (begins, fields.last_mut()) {
            (Some((id, rest)), _) => {
                named(def, id).map_err(slip)?;
                if fields.iter().any(|(_, other, _)| other == id) {
                    return Err(slip(Failure::usage(format!("{id} stands there twice"))));
                }
                fields.push((line, id.to_owned(), rest.to_owned()));
            }
            (None, Some((_, _, value))) => {
                value.push('\n');
                value.push_str(words.strip_prefix("  ").unwrap_or(words));
            }
            (None, None) if words.trim().is_empty() => {}
            (None, None) => return Err(slip(Failure::usage("this line belongs to no field"))),
        }
    }
    Ok(rows)
}

/// Whether a word before a colon can be the name of a field.
fn is_name(text: &str) -> bool {
    let letters = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "_-".contains(c);
    !text.is_empty() && text.chars().all(letters)
}
