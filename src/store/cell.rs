//! Between our values and SQLite's: how each type is written into a cell and read out of one.

use std::cell::RefCell;
use std::str::FromStr;

use rusqlite::Row;
use rusqlite::types::{FromSql, FromSqlError, Type, Value, ValueRef};
use serde::de::DeserializeOwned;

use crate::domain::action::{ActionKind, ActionOwner, ActionStatus, OutcomeKind};
use crate::domain::agreement::{DisclosureKind, Party};
use crate::domain::change;
use crate::domain::engagement::{EngagementStatus, Part};
use crate::domain::goal::{GoalOwner, GoalStatus, Number};
use crate::domain::id::{
    ActionId, AgreementId, EngagementId, FeedbackId, GoalId, HabitId, KeyResultId, NoteId,
    OrganisationId, PartId, PersonId, ReviewId, SessionId, Slug, StakeholderId, WorksheetId,
};
use crate::domain::money::Per;
use crate::domain::person::Email;
use crate::domain::search::HitKind;
use crate::domain::session::{NoteKind, Pay, SessionKind, SessionStatus};
use crate::domain::stakeholder::{Effect, Relation, Round};
use crate::domain::text::{Line, Prose};
use crate::domain::time::{Day, Minutes, Moment, Zone};
use crate::domain::word::{Format, Lang, ReviewKind, Setting, Visibility, Word};

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
    Lang,
    PersonId,
    OrganisationId,
    EngagementId,
    GoalId,
    KeyResultId,
    SessionId,
    NoteId,
    ActionId,
    HabitId,
    AgreementId,
    StakeholderId,
    FeedbackId,
    WorksheetId,
    ReviewId,
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
    HitKind,
    Party,
    DisclosureKind,
    ReviewKind,
    Relation,
    Effect,
    Round
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
    /// What a column holds.
    fn cell(&self, column: &'static str) -> rusqlite::Result<ValueRef<'_>>;

    /// A text that parses as `T`.
    fn parsed<T: FromStr>(&self, column: &'static str) -> rusqlite::Result<T> {
        let text = self.cell(column)?.as_str()?;
        text.parse().map_err(|_| unreadable(column, text))
    }

    /// The same, absent for NULL.
    fn parsed_or_none<T: FromStr>(&self, column: &'static str) -> rusqlite::Result<Option<T>> {
        match self.cell(column)?.as_str_or_null()? {
            Some(text) => text.parse().map(Some).map_err(|_| unreadable(column, text)),
            None => Ok(None),
        }
    }

    /// A word.
    fn word<T: Word>(&self, column: &'static str) -> rusqlite::Result<T> {
        let text = self.cell(column)?.as_str()?;
        T::from_word(text).ok_or_else(|| unreadable(column, text))
    }

    /// A word, absent for NULL.
    fn word_or_none<T: Word>(&self, column: &'static str) -> rusqlite::Result<Option<T>> {
        match self.cell(column)?.as_str_or_null()? {
            Some(text) => T::from_word(text).map(Some).ok_or_else(|| unreadable(column, text)),
            None => Ok(None),
        }
    }

    /// An instant, read in the zone of another column.
    fn moment(&self, column: &'static str, zone: &'static str) -> rusqlite::Result<Moment> {
        let text = self.cell(column)?.as_str()?;
        Moment::from_stored(text, self.parsed(zone)?).ok_or_else(|| unreadable(column, text))
    }

    /// Whether the record, or the one it belongs to, was removed: `gone_at` holds a moment.
    fn is_gone(&self) -> rusqlite::Result<bool> {
        Ok(self.cell("gone_at")?.as_str_or_null()?.is_some())
    }

    /// Several texts in one cell, parted by the unit separator; none for NULL.
    fn listed<T: FromStr>(&self, column: &'static str) -> rusqlite::Result<Vec<T>> {
        let text = self.cell(column)?.as_str_or_null()?.unwrap_or_default();
        text.split('\u{1f}')
            .filter(|part| !part.is_empty())
            .map(|part| part.parse().map_err(|_| unreadable(column, part)))
            .collect()
    }

    /// What a sub-select gathered as JSON.
    fn json<T: DeserializeOwned>(&self, column: &'static str) -> rusqlite::Result<T> {
        let text = self.cell(column)?.as_str()?;
        serde_json::from_str(text).map_err(|_| unreadable(column, text))
    }
}

/// The error for a text that is not what its column holds.
pub(super) fn unreadable(column: &str, text: &str) -> rusqlite::Error {
    // The stored text may be confidential: only where it stands is said.
    let error =
        FromSqlError::Other(format!("{column} holds {} unreadable bytes", text.len()).into());
    rusqlite::Error::FromSqlConversionFailure(0, Type::Text, Box::new(error))
}

impl Cells for Row<'_> {
    fn cell(&self, column: &'static str) -> rusqlite::Result<ValueRef<'_>> {
        self.get_ref(column)
    }
}

/// Where the columns of a statement's rows stand, in the order in which they are asked for: a name is
/// looked up for the first row alone.
#[derive(Debug, Default)]
pub(super) struct Places {
    known: RefCell<Vec<(&'static str, usize)>>,
    next: std::cell::Cell<usize>,
}

/// A row whose columns stand where those of the row before stood.
#[derive(Debug)]
pub(super) struct Mapped<'a, 'stmt> {
    row: &'a Row<'stmt>,
    places: &'a Places,
}

impl<'a, 'stmt> Mapped<'a, 'stmt> {
    /// The next row of a statement.
    pub(super) fn next(row: &'a Row<'stmt>, places: &'a Places) -> Self {
        places.next.set(0);
        Self { row, places }
    }

    /// A mapper of named rows for one row alone.
    pub(super) fn alone<T>(
        mapper: impl Fn(&Mapped<'_, '_>) -> rusqlite::Result<T>,
    ) -> impl Fn(&Row<'_>) -> rusqlite::Result<T> {
        move |row| mapper(&Mapped::next(row, &Places::default()))
    }

    /// What a column holds, as SQLite's types are read.
    pub(super) fn get<T: FromSql>(&self, column: &'static str) -> rusqlite::Result<T> {
        self.row.get(self.place(column)?)
    }

    fn place(&self, column: &'static str) -> rusqlite::Result<usize> {
        let next = self.places.next.get();
        self.places.next.set(next + 1);
        let mut known = self.places.known.borrow_mut();
        match known.get(next) {
            Some((name, at)) if std::ptr::eq(*name, column) => Ok(*at),
            _ => {
                let at = self.row.as_ref().column_index(column)?;
                known.truncate(next);
                known.push((column, at));
                Ok(at)
            }
        }
    }
}

impl Cells for Mapped<'_, '_> {
    fn cell(&self, column: &'static str) -> rusqlite::Result<ValueRef<'_>> {
        self.row.get_ref(self.place(column)?)
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
