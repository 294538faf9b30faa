//! `coach method`: the ways of running an engagement that there are, and those of one's own.

use clap::Args;
use serde::Serialize;

use super::args::verbs;
use super::context::{Context, Leaf, OwnMethod, Takes};
use super::failure::Failure;
use crate::domain::discretion::{About, Concerns};
use crate::domain::method::Method;
use crate::domain::record::Record;
use crate::platform::output::Format;
use crate::platform::table::{Cell, Column, Tone};
use crate::store::StoreError;

mod check;
mod draft;
mod page;

verbs! {
    MethodCommand {
        /// List the methods that there are, yours too
        List(List),
        /// Show a method, or the one that an engagement keeps
        Show(Show),
        /// Check a method's file: every slip with its line
        Lint(check::Lint),
        /// Compare an engagement's method with the one of that id now
        Diff(check::Diff),
        /// Begin a method of your own: a small one that explains itself
        New(draft::New),
    }
}

/// A method as it is listed.
#[derive(Serialize)]
struct Row {
    id: String,
    title: String,
    about: String,
    phases: Vec<String>,
    /// `shipped` or `own`.
    from: &'static str,
    /// The file of an own one.
    path: Option<String>,
    /// How many engagements run or ran by it.
    engagements: usize,
    /// How many slips keep an own one from being used.
    findings: usize,
    /// Why the file of an own one is not read at all.
    unread: Option<String>,
}

impl Concerns for Row {
    fn about(&self) -> About {
        About::Nobody
    }
}

impl Record for Row {
    const KEYS: &'static [&'static str] =
        &["id", "title", "about", "phases", "from", "path", "engagements", "findings", "unread"];
}

impl Row {
    fn of(method: &Method, from: &'static str) -> Self {
        Self {
            id: method.id.clone(),
            title: method.spoken().to_owned(),
            about: method.about.clone(),
            phases: method.phases.iter().map(|phase| phase.id.clone()).collect(),
            from,
            path: None,
            engagements: 0,
            findings: 0,
            unread: None,
        }
    }

    /// The file of a method that is none.
    fn bad(id: String) -> Self {
        Self {
            title: id.clone(),
            id,
            about: String::new(),
            phases: Vec::new(),
            from: "own",
            path: None,
            engagements: 0,
            findings: 0,
            unread: None,
        }
    }
}

const METHODS: &[Column<Row>] = &[
    Column::neutral("id", |m| Cell::from(&m.id).tone(Tone::Strong)),
    Column::prose("what it is", |m| match (&m.unread, m.findings) {
        (Some(why), _) => Cell::from(why).tone(Tone::Bad),
        (None, 0) => (&m.about).into(),
        (None, 1) => Cell::from(format!("1 slip: coach method lint {}", m.id)).tone(Tone::Bad),
        (None, more) => {
            Cell::from(format!("{more} slips: coach method lint {}", m.id)).tone(Tone::Bad)
        }
    }),
    Column::neutral_right("phases", |m| m.phases.len().into()),
    Column::neutral("from", |m| m.from.into()),
    Column::neutral_right("engagements", |m| m.engagements.into()),
];

/// Arguments of `method list`.
#[derive(Args, Debug)]
pub(crate) struct List {}

impl Leaf for List {
    const NAME: &'static str = "method list";
    const TAKES: Takes = Takes::READ.timeless().impersonal();

    fn run(self, context: &mut Context) -> Result<(), Failure> {
        let mut rows = Vec::new();
        for id in Method::shipped_ids() {
            rows.push(Row::of(&context.method_named(id)?.method, "shipped"));
        }
        for id in context.own_method_ids() {
            // One file that cannot be read is told in its row; it is refused where it is used.
            let row = match context.own_method(&id) {
                Ok(None) => continue,
                Ok(Some(OwnMethod { read: Ok(method), .. })) => Row::of(&method, "own"),
                Ok(Some(OwnMethod { read: Err(error), .. })) => {
                    Row { findings: error.findings.len(), ..Row::bad(id.clone()) }
                }
                Err(failure) => {
                    Row { unread: Some(failure.into_message()), ..Row::bad(id.clone()) }
                }
            };
            rows.push(Row { path: Some(file_of(context, &id)), ..row });
        }
        // Before there is a journal nothing runs by any.
        let used = match context.has_journal() {
            true => context.read(|r| Ok(r.list_engagements(None, false)?))?,
            false => Vec::new(),
        };
        for row in &mut rows {
            row.engagements = used.iter().filter(|each| each.method == row.id).count();
        }
        for (name, why) in context.idle_methods() {
            let path = Some(file_of(context, &name));
            rows.push(Row { unread: Some(why), path, ..Row::bad(name) });
        }
        context.rows(METHODS, &rows, "there are no methods")
    }
}

/// The file of an own method, as it is named to people.
fn file_of(context: &Context, id: &str) -> String {
    context.own_method_file(id).display().to_string()
}

/// A method as it is shown.
#[derive(Serialize)]
pub(super) struct Shown {
    #[serde(flatten)]
    method: Method,
    /// `shipped`, `own`, or the engagement that keeps it.
    from: String,
    #[serde(skip)]
    whose: About,
}

impl Concerns for Shown {
    fn about(&self) -> About {
        self.whose.clone()
    }
}

/// Arguments of `method show`.
#[derive(Args, Debug)]
pub(crate) struct Show {
    /// The id of a method, or an engagement: the method that it keeps
    #[arg(value_name = "ID|ENGAGEMENT")]
    method: Option<String>,
    /// Its file, as it is written
    #[arg(long)]
    source: bool,
}

impl Leaf for Show {
    const NAME: &'static str = "method show";
    const TAKES: Takes = Takes::READ.timeless().engagement().formats(&[
        Format::Table,
        Format::Text,
        Format::Json,
        Format::Jsonl,
    ]);

    fn run(self, context: &mut Context) -> Result<(), Failure> {
        let (shown, text) = named(context, self.method.as_deref())?;
        if self.source {
            return match context.out.file {
                Some(_) => Ok(context.out.exact(&text)?),
                None => context.text(&shown.whose, &text),
            };
        }
        match context.out.format {
            Format::Table | Format::Text => context.page(&page::drawn(&shown)),
            _ => context.record(&shown, |_| Default::default()),
        }
    }
}

/// The method that an id names, or an engagement keeps, and its text.
fn named(context: &mut Context, typed: Option<&str>) -> Result<(Shown, String), Failure> {
    if let Some(id) = typed.filter(|_| context.globals.engagement.is_none()) {
        let shipped = Method::shipped(id).is_some();
        if shipped || context.own_method(id)?.is_some() {
            let written = context.method_named(id)?;
            let from = if shipped { "shipped" } else { "own" }.to_owned();
            return Ok((
                Shown { method: written.method, from, whose: About::Nobody },
                written.text,
            ));
        }
    }
    if typed.is_none() && context.globals.engagement.is_none() {
        return Err(Failure::usage("say which method: its id, or an engagement")
            .hint("coach method list shows them"));
    }
    let (name, how) = (context.engagement_required(typed)?, context.matching());
    let found = context.read(|r| {
        let engagement = match r.find_engagement(&name, how) {
            Err(StoreError::NotFound { .. }) if typed.is_some() => return Ok(None),
            found => found?,
        };
        let text = r.method_text_of(engagement.id)?;
        let shown = Shown {
            method: r.method_of(engagement.id)?,
            from: engagement.slug.to_string(),
            whose: About::Engagement(engagement.id),
        };
        Ok(Some((shown, text)))
    })?;
    match found {
        Some(found) => Ok(found),
        // It is neither; a method is the likelier slip.
        None => context.method_named(&name).map(|written| {
            let from = "own".to_owned();
            (Shown { method: written.method, from, whose: About::Nobody }, written.text)
        }),
    }
}
