//! Changes: what one command did to the journal, as values a person can read and undo.

use serde::{Serialize, Serializer};

use super::discretion::About;
use super::time::Moment;

/// One field of one record before and after a step; absent before means it was made, absent
/// after means it was taken away or emptied.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Change {
    /// The ref or slug of the record, or of the record it is part of; absent for what has neither.
    #[serde(rename = "ref")]
    pub(crate) reference: Option<String>,
    pub(crate) field: String,
    pub(crate) old: Value,
    pub(crate) new: Value,
}

/// One step: what one command wrote.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Step {
    /// Counts up on this device.
    pub(crate) step: i64,
    pub(crate) at: Moment,
    /// The command's words without its values: `action done`.
    pub(crate) command: String,
    /// What it did, in one line.
    pub(crate) summary: String,
    /// Whether it stands undone now.
    pub(crate) undone: bool,
    pub(crate) changes: Vec<Change>,
    /// Why, where an edit said so.
    #[serde(skip)]
    pub(crate) reason: Option<String>,
    /// Whom it touched; not known unless it was looked up.
    #[serde(skip)]
    pub(crate) about: About,
}

/// A stored value of any type.
#[derive(Clone, PartialEq, Debug)]
pub(crate) enum Value {
    Null,
    Integer(i64),
    Real(f64),
    Text(String),
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_none(),
            Self::Integer(value) => serializer.serialize_i64(*value),
            Self::Real(value) => serializer.serialize_f64(*value),
            Self::Text(value) => serializer.serialize_str(value),
        }
    }
}

impl std::fmt::Display for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Null => f.write_str("–"),
            Self::Integer(value) => value.fmt(f),
            Self::Real(value) => value.fmt(f),
            Self::Text(value) => f.write_str(value),
        }
    }
}
