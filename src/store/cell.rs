//! Between our values and SQLite's: how each type is written into a cell and read out of one.

use std::str::FromStr;

use rusqlite::Row;
use rusqlite::types::{FromSqlError, Type, Value};
use serde::de::DeserializeOwned;

use crate::domain::action::{ActionKind, ActionOwner, ActionStatus, OutcomeKind};
use crate::domain::change;
use crate::domain::engagement::{EngagementStatus, Part};
use crate::domain::goal::{GoalOwner, GoalStatus, Number};
use crate::domain::id::{
    ActionId, EngagementId, GoalId, KeyResultId, NoteId, OrganisationId, PartId, PersonId,
    SessionId, Slug,
};
use crate::domain::money::Per;
use crate::domain::person::Email;
use crate::domain::search::HitKind;
use crate::domain::session::{NoteKind, Pay, SessionKind, SessionStatus};
use crate::domain::text::{Line, Prose};
use crate::domain::time::{Day, Minutes, Moment, Zone};
use crate::domain::word::{Format, Setting, Visibility, Word};

/// A value that has a stored form.
pub(super) trait Cell {
    /// The stored form.
    fn cell(self) -> Value;
}

impl Cell for Value {
    fn cell(self) -> Value {
        self
    }
}

macro_rules! text_cells {
    ($($type:ty),+) => { $(
        impl Cell for $type {
            fn cell(self) -> Value {
                Value::Text(self.to_string())
            }
        }
    )+ };
}

text_cells!(
    String,
    &str,
    Line,
    Prose,
    Slug,
    Day,
    Zone,
    PersonId,
    OrganisationId,
    EngagementId,
    GoalId,
    KeyResultId,
    SessionId,
    NoteId,
    ActionId,
    PartId
);

impl Cell for Moment {
    fn cell(self) -> Value {
        Value::Text(self.stored())
    }
}

impl Cell for i64 {
    fn cell(self) -> Value {
        Value::Integer(self)
    }
}

impl Cell for u32 {
    fn cell(self) -> Value {
        Value::Integer(self.into())
    }
}

impl Cell for bool {
    fn cell(self) -> Value {
        Value::Integer(self.into())
    }
}

impl Cell for Number {
    fn cell(self) -> Value {
        Value::Real(self.value())
    }
}

impl Cell for Minutes {
    fn cell(self) -> Value {
        self.get().cell()
    }
}

impl Cell for Email {
    fn cell(self) -> Value {
        Value::Text(self.as_str().to_owned())
    }
}

impl<T: Cell> Cell for Option<T> {
    fn cell(self) -> Value {
        self.map_or(Value::Null, Cell::cell)
    }
}

impl<T: Cell> Cell for Setting<T> {
    fn cell(self) -> Value {
        self.value().cell()
    }
}

macro_rules! word_cells {
    ($($type:ty),+) => { $(
        impl Cell for $type {
            fn cell(self) -> Value {
                Value::Text(self.word().to_owned())
            }
        }
    )+ };
}

word_cells!(
    Visibility,
    Format,
    Per,
    Part,
    EngagementStatus,
    GoalOwner,
    GoalStatus,
    SessionKind,
    SessionStatus,
    Pay,
    NoteKind,
    ActionOwner,
    ActionKind,
    ActionStatus,
    OutcomeKind,
    HitKind
);

/// Fields of a row to write: `fields! { "name" => name, "due_on" => due }`.
macro_rules! fields {
    ($($field:literal => $value:expr),* $(,)?) => {
        vec![$(($field, $crate::store::cell::Cell::cell($value))),*]
    };
}
pub(super) use fields;

/// Fields of an edit: those that were not given are left out.
macro_rules! given {
    ($($field:literal => $value:expr),* $(,)?) => {
        [$($value.map(|value| ($field, $crate::store::cell::Cell::cell(value)))),*]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
    };
}
pub(super) use given;

/// Reads typed cells out of a row by column name.
pub(super) trait Cells {
    /// A text that parses as `T`.
    fn parsed<T: FromStr>(&self, column: &str) -> rusqlite::Result<T>;
    /// The same, absent for NULL.
    fn parsed_or_none<T: FromStr>(&self, column: &str) -> rusqlite::Result<Option<T>>;
    /// A word.
    fn word<T: Word>(&self, column: &str) -> rusqlite::Result<T>;
    /// A word, absent for NULL.
    fn word_or_none<T: Word>(&self, column: &str) -> rusqlite::Result<Option<T>>;
    /// An instant, read in the zone of another column.
    fn moment(&self, column: &str, zone: &str) -> rusqlite::Result<Moment>;
    /// Whether the record, or the one it belongs to, was removed: `gone_at` holds a moment.
    fn is_gone(&self) -> rusqlite::Result<bool>;
    /// Several texts in one cell, parted by the unit separator; none for NULL.
    fn listed<T: FromStr>(&self, column: &str) -> rusqlite::Result<Vec<T>>;
    /// What a sub-select gathered as JSON.
    fn json<T: DeserializeOwned>(&self, column: &str) -> rusqlite::Result<T>;
}

/// The error for a text that is not what its column holds.
pub(super) fn unreadable(column: &str, text: &str) -> rusqlite::Error {
    // The stored text may be confidential: only where it stands is said.
    let error =
        FromSqlError::Other(format!("{column} holds {} unreadable bytes", text.len()).into());
    rusqlite::Error::FromSqlConversionFailure(0, Type::Text, Box::new(error))
}

impl Cells for Row<'_> {
    fn parsed<T: FromStr>(&self, column: &str) -> rusqlite::Result<T> {
        let text = self.get_ref(column)?.as_str()?;
        text.parse().map_err(|_| unreadable(column, text))
    }

    fn parsed_or_none<T: FromStr>(&self, column: &str) -> rusqlite::Result<Option<T>> {
        match self.get_ref(column)?.as_str_or_null()? {
            Some(text) => text.parse().map(Some).map_err(|_| unreadable(column, text)),
            None => Ok(None),
        }
    }

    fn word<T: Word>(&self, column: &str) -> rusqlite::Result<T> {
        let text = self.get_ref(column)?.as_str()?;
        T::from_word(text).ok_or_else(|| unreadable(column, text))
    }

    fn word_or_none<T: Word>(&self, column: &str) -> rusqlite::Result<Option<T>> {
        match self.get_ref(column)?.as_str_or_null()? {
            Some(text) => T::from_word(text).map(Some).ok_or_else(|| unreadable(column, text)),
            None => Ok(None),
        }
    }

    fn moment(&self, column: &str, zone: &str) -> rusqlite::Result<Moment> {
        let text = self.get_ref(column)?.as_str()?;
        Moment::from_stored(text, self.parsed(zone)?).ok_or_else(|| unreadable(column, text))
    }

    fn is_gone(&self) -> rusqlite::Result<bool> {
        Ok(self.get_ref("gone_at")?.as_str_or_null()?.is_some())
    }

    fn listed<T: FromStr>(&self, column: &str) -> rusqlite::Result<Vec<T>> {
        let text = self.get_ref(column)?.as_str_or_null()?.unwrap_or_default();
        text.split('\u{1f}')
            .filter(|part| !part.is_empty())
            .map(|part| part.parse().map_err(|_| unreadable(column, part)))
            .collect()
    }

    fn json<T: DeserializeOwned>(&self, column: &str) -> rusqlite::Result<T> {
        let text = self.get_ref(column)?.as_str()?;
        serde_json::from_str(text).map_err(|_| unreadable(column, text))
    }
}

impl From<Value> for change::Value {
    fn from(value: Value) -> Self {
        match value {
            Value::Null | Value::Blob(_) => Self::Null,
            Value::Integer(value) => Self::Integer(value),
            Value::Real(value) => Self::Real(value),
            Value::Text(value) => Self::Text(value),
        }
    }
}
