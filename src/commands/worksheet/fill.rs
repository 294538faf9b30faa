//! `coach worksheet fill`: fields are set on the command line, asked for one by one, or written in
//! the editor.

use std::str::FromStr;

use clap::Args;

use super::{ask, form, show};
use crate::commands::args::handle;
use crate::commands::context::{Context, Leaf, Spoken, Takes};
use crate::commands::failure::{Failure, like};
use crate::domain::id::Handle;
use crate::domain::method::{FieldDef, Shape, WorksheetDef};
use crate::domain::word::Setting;
use crate::domain::worksheet::{Value, ValueError, Worksheet, read};
use crate::store::Writer;
use crate::store::worksheet::At;

/// A field and what shall stand in it.
pub(super) type Filled = (FieldDef, Setting<Value>);

/// One `--set`, not yet against a definition.
#[derive(Clone, Debug)]
pub(super) struct Assignment {
    field: String,
    text: String,
}

impl FromStr for Assignment {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (field, text) = text
            .split_once('=')
            .ok_or_else(|| format!("‘{text}’ is no FIELD=TEXT, such as value=\"Say it early\""))?;
        Ok(Self { field: field.trim().to_owned(), text: text.to_owned() })
    }
}

/// Arguments of `worksheet fill`.
#[derive(Args, Debug)]
pub(crate) struct Fill {
    #[arg(value_name = "REF", value_parser = handle)]
    worksheet: Handle,
    /// Fill this row; without it one is added
    #[arg(long, value_name = "N")]
    row: Option<u32>,
    /// Add a row, as happens without --row
    #[arg(long, conflicts_with = "row")]
    add: bool,
    /// Fill this field; nothing or ‘none’ empties it, ‘-’ takes what is piped in (can be repeated)
    #[arg(long, value_name = "FIELD=TEXT")]
    set: Vec<Assignment>,
    /// Write it in your editor
    #[arg(long, conflicts_with = "set")]
    edit: bool,
    /// Take what the editor would show from stdin, by ‘-’
    #[arg(long, value_name = "-", conflicts_with_all = ["set", "edit"])]
    from: Option<String>,
}

impl Leaf for Fill {
    const NAME: &'static str = "worksheet fill";
    const TAKES: Takes = Takes::WRITE;

    fn spoken(&self) -> Spoken {
        match self.set.iter().any(|set| set.text == "-") || self.set.is_empty() {
            true => Spoken::Heard,
            false => Spoken::Typed,
        }
    }

    fn run(self, context: &mut Context) -> Result<(), Failure> {
        if self.from.as_deref().is_some_and(|from| from != "-") {
            return Err(Failure::usage("--from takes ‘-’: what is piped in"));
        }
        let words: Vec<String> = self.set.iter().map(|set| set.text.clone()).collect();
        context.typed(&words);
        context.addressed(true);
        let worksheet = context.read(|r| Ok(r.get_worksheet(&self.worksheet)?))?;
        let at = place(&worksheet, self.row, self.add)?;
        if self.from.is_some() {
            return form::from_stdin(context, &worksheet);
        }
        if self.set.is_empty() {
            if !context.interactive || context.globals.dry_run {
                return Err(Failure::usage("say what to fill in; nothing was written")
                    .hint(format!("such as --set {}=TEXT", first(&worksheet.def)))
                    .hint("on a terminal, without a flag, you are asked field by field"));
            }
            return match self.edit {
                true => form::in_editor(context, &worksheet, self.row),
                false => ask::fields(context, &worksheet, self.row),
            };
        }
        let values = values(context, &worksheet, &self.set)?;
        if at == At::New
            && values.iter().all(|(_, value)| *value == Setting::Clear)
            && worksheet.def.shape == Shape::Rows
        {
            return Err(Failure::usage("a row of nothing is none; nothing was written")
                .hint("to empty fields of a row, name it: --row N"));
        }
        let (after, number) = context.write(|w| fill(w, &self.worksheet, at, &values))?;
        tell(context, &worksheet, &after);
        show::answer_row(context, &after, number)
    }
}

/// The field that is named first.
fn first(def: &WorksheetDef) -> &str {
    def.fields.first().map_or("field", |field| &field.id)
}

/// Which row is meant.
pub(super) fn place(worksheet: &Worksheet, row: Option<u32>, add: bool) -> Result<At, Failure> {
    if worksheet.def.shape == Shape::Form && (row.is_some() || add) {
        return Err(Failure::usage(format!(
            "{} is a form: it has no rows to choose from; nothing was written",
            worksheet.spoken()
        ))
        .hint("leave --row and --add out"));
    }
    Ok(row.map_or(At::New, At::Row))
}

/// Fills a row as one step.
pub(super) fn fill(
    w: &mut Writer<'_>,
    handle: &Handle,
    at: At,
    values: &[Filled],
) -> Result<(Worksheet, u32), Failure> {
    let worksheet = w.get_worksheet(handle)?;
    let number = w.fill_worksheet(&worksheet, at, values)?;
    let fields: Vec<&str> = values.iter().map(|(field, _)| field.id.as_str()).collect();
    let row = match worksheet.def.shape {
        Shape::Form => String::new(),
        Shape::Rows => format!(" row {number}"),
    };
    w.summarise(format!("filled {}{row}: {}", worksheet.reference, fields.join(", ")));
    Ok((w.get_worksheet(handle)?, number))
}

/// Says what happened beside the answer: a row that was added, a version that began.
pub(super) fn tell(context: &Context, before: &Worksheet, after: &Worksheet) {
    let reference = after.reference;
    let added = |number: &u32| before.row(*number).is_none();
    let numbers = after.rows.iter().map(|row| row.number).filter(added);
    for number in numbers.filter(|_| after.def.shape == Shape::Rows) {
        context.out.status(&format!(
            "{} {number} of {reference} added; to change it: --row {number}",
            after.row_word()
        ));
    }
    tell_version(context, before, after);
}

/// Says that a version began, if one did.
pub(super) fn tell_version(context: &Context, before: &Worksheet, after: &Worksheet) {
    if let Some(on) = before.frozen_on.filter(|_| after.version > before.version) {
        context.out.status(&format!(
            "version {} of {} begins; version {} stays as it was frozen on {}",
            after.version,
            after.reference,
            before.version,
            on.spoken()
        ));
    }
}

/// What the flags say, against the definition; all or nothing.
pub(super) fn values(
    context: &mut Context,
    worksheet: &Worksheet,
    set: &[Assignment],
) -> Result<Vec<Filled>, Failure> {
    let mut values: Vec<Filled> = Vec::new();
    for Assignment { field, text } in set {
        let field = named(&worksheet.def, field)?.clone();
        if values.iter().any(|(other, _)| other.id == field.id) {
            return Err(Failure::usage(format!("{} is set twice; nothing was written", field.id)));
        }
        let value = match text.as_str() {
            "" | "none" => Setting::Clear,
            "-" if context.stdin_is_read() => {
                return Err(Failure::usage("two fields ask for stdin; nothing was written"));
            }
            "-" => {
                let text = context.piped_prose()??;
                Setting::To(checked(context, &field, text.as_str())?)
            }
            text => Setting::To(checked(context, &field, text)?),
        };
        values.push((field, value));
    }
    Ok(values)
}

/// What was typed for a field; a day is said back with its weekday.
pub(super) fn checked(
    context: &Context,
    field: &FieldDef,
    text: &str,
) -> Result<Value, ValueError> {
    let value = read(field, text, context.today())?;
    if let Value::Day(day) = &value {
        context.out.status(&format!("{} {}", field.id, day.spoken()));
    }
    Ok(value)
}

/// The field of this name.
pub(super) fn named<'d>(def: &'d WorksheetDef, given: &str) -> Result<&'d FieldDef, Failure> {
    if let Some(field) = def.fields.iter().find(|field| field.id == given) {
        return Ok(field);
    }
    let known: Vec<String> = def.fields.iter().map(|field| field.id.clone()).collect();
    let failure = Failure::usage(format!("{} has no field ‘{given}’; nothing was written", def.id));
    let failure = match &like(given, &known)[..] {
        [] => failure,
        near => failure.hint(format!("did you mean {}?", near.join(", "))),
    };
    Err(failure.hint(format!("it has {}", known.join(", "))))
}
