//! Filling a worksheet question by question: each answer is stored as it is given.

use super::drawn::asked;
use super::fill::{Filled, checked, fill, tell_version};
use super::show;
use crate::commands::context::Context;
use crate::commands::failure::Failure;
use crate::domain::id::Handle;
use crate::domain::method::{FieldDef, Shape};
use crate::domain::refusal::Refusal;
use crate::domain::word::Setting;
use crate::domain::worksheet::Worksheet;
use crate::platform::table::Tone;
use crate::store::worksheet::At;

/// Asks for every field of a row, and then for the next row. Nothing that was answered is lost.
pub(super) fn fields(
    context: &mut Context,
    worksheet: &Worksheet,
    row: Option<u32>,
) -> Result<(), Failure> {
    let reference = worksheet.reference;
    if worksheet.removed {
        return Err(Refusal::Removed { name: reference.to_string() }.into());
    }
    let handle = Handle::Ref(reference);
    context.out.aside(&format!("{reference}  {}", worksheet.title), Tone::Strong);
    if !worksheet.def.about.is_empty() {
        context.out.aside(&worksheet.def.about, Tone::Dim);
    }
    context.out.aside("Enter alone leaves a field as it is; none empties it.", Tone::Dim);
    let mut at = match (worksheet.def.shape, worksheet.rows.first()) {
        (Shape::Form, Some(only)) => At::Row(only.number),
        _ => row.map_or(At::New, At::Row),
    };
    loop {
        let number = one_row(context, &handle, at, row.is_some())?;
        let more = worksheet.def.shape == Shape::Rows && row.is_none() && number.is_some();
        if !more || !another(context, worksheet)? {
            break;
        }
        at = At::New;
    }
    let worksheet = context.read(|r| Ok(r.get_worksheet(&handle)?))?;
    show::answer(context, &worksheet)
}

/// Whether one more row is to be filled.
fn another(context: &mut Context, worksheet: &Worksheet) -> Result<bool, Failure> {
    let row = worksheet.row_word();
    context.out.aside(&format!("Another {row}? y begins it, Enter alone ends"), Tone::Plain);
    let answer = context.prompt.words("another", "")?;
    Ok(["y", "yes"].contains(&answer.trim().to_lowercase().as_str()))
}

/// Asks for the fields of one row, and tells its number; nothing where no field was answered.
fn one_row(
    context: &mut Context,
    handle: &Handle,
    mut at: At,
    named: bool,
) -> Result<Option<u32>, Failure> {
    let mut answered = None;
    let mut worksheet = context.read(|r| Ok(r.get_worksheet(handle)?))?;
    if let At::Row(number) = at
        && worksheet.row(number).is_none()
    {
        // The store knows best why it is not there.
        context.write(|w| Ok(w.fill_worksheet(&worksheet, at, &[])?))?;
    }
    let def = worksheet.def.clone();
    for field in &def.fields {
        question(context, &worksheet, at, field);
        loop {
            let flags = match at {
                At::Row(number) if !named && def.shape == Shape::Rows => {
                    vec!["--row".to_owned(), number.to_string()]
                }
                _ => Vec::new(),
            };
            let set = ["--set".to_owned(), format!("{}=-", field.id)];
            context.asks(flags.into_iter().chain(set).collect());
            let typed = context.prompt.words(&field.id, "")?;
            let filled: Filled = match typed.trim() {
                "" => break,
                "none" => (field.clone(), Setting::Clear),
                text => match checked(context, field, text) {
                    Ok(value) => (field.clone(), Setting::To(value)),
                    Err(error) => {
                        Failure::from(error).warn_in_full(&context.out);
                        continue;
                    }
                },
            };
            context.heard(&typed);
            context.tick()?;
            let number;
            let before = worksheet;
            (worksheet, number) = context.write(|w| fill(w, handle, at, &[filled]))?;
            context.heard_out();
            tell_version(context, &before, &worksheet);
            (at, answered) = (At::Row(number), Some(number));
            break;
        }
    }
    Ok(answered)
}

/// Shows what is asked for, what can be said, and what stands there by now.
fn question(context: &Context, worksheet: &Worksheet, at: At, field: &FieldDef) {
    context.out.aside(&format!("  {}", asked(field)), Tone::Plain);
    let row = match at {
        At::Row(number) => worksheet.row(number),
        At::New => None,
    };
    if let Some(value) = row.and_then(|row| row.values.get(&field.id)) {
        context.out.aside(&format!("  by now: {value}"), Tone::Dim);
    }
}
