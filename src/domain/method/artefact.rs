//! What a method has people write down: worksheets, reviews and papers, as definitions.

use serde::{Deserialize, Serialize};

use super::Requirement;
use crate::domain::word::{Range, ReviewKind, Visibility, words};

words! {
    /// Whether a worksheet is filled once, or row by row.
    Shape { Form = "form", Rows = "rows" }
}

words! {
    /// What a field holds. A day is that of its row: a worksheet has one such field at most.
    FieldKind { Text = "text", Number = "number", Choice = "choice", YesNo = "yes-no", Day = "day" }
}

/// A structured artefact.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct WorksheetDef {
    pub(crate) id: String,
    pub(crate) title: String,
    /// What it is for, in one line.
    #[serde(default)]
    pub(crate) about: String,
    #[serde(default = "form")]
    pub(crate) shape: Shape,
    /// What one row is called: `gap`, `rule`; of the shape `rows` alone.
    #[serde(default)]
    pub(crate) row: String,
    /// The coach's alone, unless it says shared.
    #[serde(default = "private")]
    pub(crate) visibility: Visibility,
    /// What one says of a row that was put to use, such as `applied`; empty where no uses are logged.
    #[serde(default)]
    pub(crate) used: String,
    #[serde(default)]
    pub(crate) requires: Vec<Requirement>,
    #[serde(rename = "field")]
    pub(crate) fields: Vec<FieldDef>,
}

/// One field of a worksheet.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FieldDef {
    /// Its name in `--set` and in JSON: `self_view`.
    pub(crate) id: String,
    pub(crate) title: String,
    /// What is asked for it; its title where it is empty.
    #[serde(default)]
    pub(crate) prompt: String,
    #[serde(default = "text")]
    pub(crate) kind: FieldKind,
    /// What a number may be; it is drawn on this scale.
    pub(crate) range: Option<Range>,
    /// What can be chosen.
    #[serde(default)]
    pub(crate) choices: Vec<String>,
}

/// A look back that belongs to the method.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReviewDef {
    pub(crate) id: ReviewKind,
    pub(crate) title: String,
    /// What is asked, in our own words.
    pub(crate) prompts: Vec<String>,
    #[serde(default)]
    pub(crate) requires: Vec<Requirement>,
}

/// A paper that is rendered from the records.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PaperDef {
    pub(crate) id: String,
    pub(crate) title: String,
    #[serde(default)]
    pub(crate) about: String,
    /// The worksheets that it quotes, by id; private ones never are.
    #[serde(default)]
    pub(crate) worksheets: Vec<String>,
    /// The number against which a frozen version is assessed again, as `worksheet.field`; it measures
    /// what is still to be closed.
    pub(crate) reassess: Option<String>,
    /// What that number shall come to; 0 unless it says so.
    pub(crate) reassess_to: Option<u32>,
    /// For whom the method proposes it beside the coachee; a consent alone releases it.
    #[serde(default)]
    pub(crate) propose_to: Vec<Proposed>,
    #[serde(default)]
    pub(crate) requires: Vec<Requirement>,
}

words! {
    /// For whom a method may propose a paper.
    Proposed { Sponsor = "sponsor" }
}

fn form() -> Shape {
    Shape::Form
}

fn private() -> Visibility {
    Visibility::Private
}

fn text() -> FieldKind {
    FieldKind::Text
}
