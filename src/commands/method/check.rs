//! `coach method lint` and `coach method diff`: what is wrong in a file, and what parts two versions.

use std::path::PathBuf;

use clap::Args;
use serde::Serialize;

use super::super::context::{Context, Leaf, Takes, is_method_id};
use super::super::failure::Failure;
use crate::domain::discretion::{About, Concerns};
use crate::domain::method::{Difference, Finding, Method, MethodError};
use crate::domain::record::Record;
use crate::platform::files;
use crate::platform::output::Format;
use crate::platform::table::{Cell, Column, Tone, or_nothing};

/// Something that is wrong in a file.
#[derive(Serialize)]
struct Slip {
    file: String,
    line: usize,
    column: usize,
    text: String,
}

impl Slip {
    fn new(file: String, finding: &Finding) -> Self {
        Self { file, line: finding.line, column: finding.column, text: finding.text.clone() }
    }
}

impl Concerns for Slip {
    fn about(&self) -> About {
        About::Nobody
    }
}

impl Record for Slip {
    const KEYS: &'static [&'static str] = &["file", "line", "column", "text"];
}

/// Arguments of `method lint`.
#[derive(Args, Debug)]
pub(crate) struct Lint {
    /// A file, or the id of a method of your own
    // Not named after its value: `--file` is another.
    #[arg(value_name = "FILE|ID")]
    path: PathBuf,
}

/// So many slips are told to a person at once.
const TOLD: usize = 100;

impl Leaf for Lint {
    const NAME: &'static str = "method lint";
    const TAKES: Takes = Takes::READ.timeless().without_journal();

    fn run(self, context: &mut Context) -> Result<(), Failure> {
        let path = self.meant(context);
        let file = path.display().to_string();
        let bytes = files::read_any(&path).map_err(|error| {
            Failure::outside(format!("{file} cannot be read: {error}"))
                .hint("your own methods, by their ids: coach method list")
        })?;
        let text = String::from_utf8(bytes)
            .map_err(|_| Failure::usage(format!("{file} is no text in UTF-8")))?;
        let read = Method::parse(&text).and_then(|method| match context.id_of_file(&path) {
            Some(id) if id != method.id => Err(MethodError::other_id(&text, &id)),
            _ => Ok(method),
        });
        let slips: Vec<Slip> = match &read {
            Ok(_) => Vec::new(),
            Err(error) => error.findings.iter().map(|each| Slip::new(file.clone(), each)).collect(),
        };
        let said = match &read {
            Ok(method) => sound(method),
            Err(_) => told(&slips),
        };
        match context.out.format {
            Format::Table => context.text(&About::Nobody, &said)?,
            _ => context.rows::<Slip>(&[], &slips, "")?,
        }
        if read.is_ok() {
            return Ok(());
        }
        Err(Failure::finding())
    }
}

impl Lint {
    /// The file that is meant: the one of that name, or that of an own method.
    fn meant(self, context: &Context) -> PathBuf {
        match self.path.to_str() {
            Some(id) if is_method_id(id) && !self.path.exists() => {
                let own = context.own_method_file(id);
                if own.exists() { own } else { self.path }
            }
            _ => self.path,
        }
    }
}

/// The slips of a file, each on its line.
fn told(slips: &[Slip]) -> String {
    let mut said: String = slips
        .iter()
        .take(TOLD)
        .map(|slip| format!("{}:{}:{}: {}\n", slip.file, slip.line, slip.column, slip.text))
        .collect();
    if let Some(more) = slips.len().checked_sub(TOLD).filter(|more| *more > 0) {
        said.push_str(&format!("and {more} more\n"));
    }
    said
}

/// What is said of a file in which nothing is wrong.
fn sound(method: &Method) -> String {
    let parts = [
        ("phases", method.phases.len()),
        ("stages", method.stages.len()),
        ("worksheets", method.worksheets.len()),
        ("reviews", method.reviews.len()),
        ("papers", method.papers.len()),
    ];
    let parts: Vec<String> = parts.iter().map(|(what, n)| format!("{what} {n}")).collect();
    format!("{} is sound ({})\n", method.id, parts.join(", "))
}

/// Arguments of `method diff`.
#[derive(Args, Debug)]
pub(crate) struct Diff {
    engagement: Option<String>,
}

/// A difference in the method of an engagement.
#[derive(Serialize)]
struct Row {
    #[serde(flatten)]
    difference: Difference,
    #[serde(skip)]
    whose: About,
}

impl Concerns for Row {
    fn about(&self) -> About {
        self.whose.clone()
    }
}

impl Record for Row {
    const KEYS: &'static [&'static str] = &["path", "from", "to"];
}

const DIFFERENCES: &[Column<Row>] = &[
    Column::new("part", |row| Cell::from(&row.difference.path).tone(Tone::Strong)),
    Column::prose("in the engagement", |row| or_nothing(row.difference.from.as_ref())),
    Column::prose("now", |row| or_nothing(row.difference.to.as_ref())),
];

impl Leaf for Diff {
    const NAME: &'static str = "method diff";
    const TAKES: Takes = Takes::READ.timeless().engagement();

    fn run(self, context: &mut Context) -> Result<(), Failure> {
        let name = context.engagement_required(self.engagement.as_deref())?;
        let how = context.matching();
        let (engagement, kept) = context.read(|r| {
            let engagement = r.find_engagement(&name, how)?;
            let kept = r.method_of(engagement.id)?;
            Ok((engagement, kept))
        })?;
        let now = context.method_named(&engagement.method)?.method;
        let whose = About::Engagement(engagement.id);
        let rows: Vec<Row> = kept
            .differences(&now)
            .into_iter()
            .map(|difference| Row { difference, whose: whose.clone() })
            .collect();
        if rows.is_empty() && context.out.format == Format::Table {
            return context.text(&whose, "no difference\n");
        }
        context.rows(DIFFERENCES, &rows, "no difference")?;
        if !rows.is_empty() {
            let slug = &engagement.slug;
            context.out.status(&format!(
                "to run {slug} by it as it is now: coach engagement edit {slug} --method {} --reason TEXT",
                engagement.method
            ));
        }
        Ok(())
    }
}
