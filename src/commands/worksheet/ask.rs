//! Filling a worksheet question by question: each answer is stored as it is given.

use super::drawn::asked;
use super::fill::{Filled, checked, fill, tell_version};
use super::show;
use crate::commands::context::Context;
use crate::commands::failure::Failure;
use crate::domain::id::Handle;
use crate::domain::method::{FieldDef, FieldKind, Shape};
use crate::domain::refusal::Refusal;
use crate::domain::word::Setting;
use crate::domain::worksheet::Worksheet;
use crate::platform::prompt::Stop;
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
        let number = one_row(context, &handle, &mut at, row.is_some())
            .map_err(|failure| left(context, worksheet, at, failure))?;
        let more = worksheet.def.shape == Shape::Rows && row.is_none() && number.is_some();
        if !more || !another(context, worksheet)? {
            break;
        }
        at = At::New;
    }
    let worksheet = context.read(|r| Ok(r.get_worksheet(&handle)?))?;
    show::answer(context, &worksheet)
}

/// The failure of questions that were left: says what stands in the row that was begun, and how to go
/// on.
fn left(context: &Context, worksheet: &Worksheet, at: At, failure: Failure) -> Failure {
    let At::Row(number) = at else { return failure };
    if !failure.is_stop() {
        return failure;
    }
    let reference = worksheet.reference;
    let (what, row) = match worksheet.def.shape {
        Shape::Form => (reference.to_string(), String::new()),
        Shape::Rows => (
            format!("{} {number} of {reference}", worksheet.row_word()),
            format!(" --row {number}"),
        ),
    };
    context.out.status(&format!(
        "{what} keeps what you answered; to go on: coach worksheet fill {reference}{row}"
    ));
    Stop::Interrupted.into()
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
    at: &mut At,
    named: bool,
) -> Result<Option<u32>, Failure> {
    let mut answered = None;
    let mut worksheet = context.read(|r| Ok(r.get_worksheet(handle)?))?;
    if let At::Row(number) = *at
        && worksheet.row(number).is_none()
    {
        // The store knows best why it is not there.
        context.write(|w| Ok(w.fill_worksheet(&worksheet, *at, &[])?))?;
    }
    let def = worksheet.def.clone();
    for field in &def.fields {
        question(context, &worksheet, *at, field);
        loop {
            let flags = match *at {
                At::Row(number) if !named && def.shape == Shape::Rows => {
                    vec!["--row".to_owned(), number.to_string()]
                }
                _ => Vec::new(),
            };
            let set = ["--set".to_owned(), format!("{}=-", field.id)];
            context.asks(flags.into_iter().chain(set).collect());
            let typed = context.prompt.words(&field.title.to_lowercase(), "")?;
            let filled: Filled = match typed.trim() {
                "" => break,
                "none" => (field.clone(), Setting::Clear),
                text => match checked(context, field, chosen(field, text)) {
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
            (worksheet, number) = context.write(|w| fill(w, handle, *at, &[filled]))?;
            context.heard_out();
            tell_version(context, &before, &worksheet);
            (*at, answered) = (At::Row(number), Some(number));
            break;
        }
    }
    Ok(answered)
}

/// The choice that was meant by its number or its beginning; anything else as it was typed.
fn chosen<'t>(field: &'t FieldDef, typed: &'t str) -> &'t str {
    let low = typed.to_lowercase();
    let is = |choice: &&String| choice.to_lowercase() == low;
    if field.kind != FieldKind::Choice || field.choices.iter().any(|choice| is(&choice)) {
        return typed;
    }
    let numbered = typed.parse::<usize>().ok().and_then(|at| field.choices.get(at.checked_sub(1)?));
    let mut begun = field.choices.iter().filter(|choice| choice.to_lowercase().starts_with(&low));
    let only = begun.next().filter(|_| begun.next().is_none());
    numbered.or(only).map_or(typed, String::as_str)
}

/// Shows what is asked for, what can be said, and what stands there by now.
fn question(context: &Context, worksheet: &Worksheet, at: At, field: &FieldDef) {
    let mut field = field.clone();
    field.choices = (1..).zip(&field.choices).map(|(at, one)| format!("{at} {one}")).collect();
    context.out.aside(&format!("  {}", asked(&field)), Tone::Plain);
    let row = match at {
        At::Row(number) => worksheet.row(number),
        At::New => None,
    };
    if let Some(value) = row.and_then(|row| row.values.get(&field.id)) {
        context.out.aside(&format!("  by now: {value}"), Tone::Dim);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_choice_is_meant_by_its_number_or_its_beginning() {
        let field: FieldDef = toml::from_str(
            "id = 'kind'\ntitle = 'Kind'\nkind = 'choice'\nchoices = ['value', 'strength', 'state', '1']",
        )
        .expect("a field");
        for (typed, meant) in [
            ("2", "strength"),
            ("V", "value"),
            ("1", "1"),
            ("st", "st"),
            ("9", "9"),
            ("0", "0"),
            ("stR", "strength"),
        ] {
            assert_eq!(chosen(&field, typed), meant);
        }
    }
}
