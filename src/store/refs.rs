//! Refs: the short names of records on this device.
//!
//! A ref is given when a record is made and stays in its table for good, so it is never used
//! again, even when the record's making is undone. This table is local and not in the change log.

use rusqlite::{OptionalExtension, params};
use uuid::Uuid;

use super::{Reader, StoreError, Writer};
use crate::domain::id::{Handle, Noun, Ref};

impl Writer<'_> {
    /// Gives a new record its ref.
    pub(super) fn name(
        &mut self,
        noun: Noun,
        record: impl std::fmt::Display,
    ) -> Result<Ref, StoreError> {
        let prefix = noun.prefix().to_string();
        let number: u32 = self
            .conn
            .prepare_cached("SELECT coalesce(max(number), 0) + 1 FROM ref WHERE prefix = ?")?
            .query_row([&prefix], |row| row.get(0))?;
        self.conn
            .prepare_cached("INSERT INTO ref (prefix, number, record) VALUES (?, ?, ?)")?
            .execute(params![prefix, number, record.to_string()])?;
        Ok(Ref { noun, number })
    }
}

impl Reader<'_> {
    /// The id of the record that `handle` names, which must be a `noun`.
    pub(super) fn record_id(&self, noun: Noun, handle: &Handle) -> Result<Uuid, StoreError> {
        let prefix = noun.prefix().to_string();
        let found: Option<String> = match handle {
            Handle::Ref(reference) if reference.noun == noun => self
                .conn
                .prepare_cached("SELECT record FROM ref WHERE prefix = ? AND number = ?")?
                .query_row(params![prefix, reference.number], |row| row.get(0))
                .optional()?,
            Handle::Ref(_) => None,
            Handle::Id(id) => self
                .conn
                .prepare_cached("SELECT record FROM ref WHERE prefix = ? AND record = ?")?
                .query_row(params![prefix, id.hyphenated().to_string()], |row| row.get(0))
                .optional()?,
        };
        match found.and_then(|id| id.parse().ok()) {
            Some(id) => Ok(id),
            None => Err(self.missing_among(noun, handle)?),
        }
    }
}

impl Reader<'_> {
    /// The error for a ref that names nothing, with the refs nearest to it.
    fn missing_among(&self, noun: Noun, handle: &Handle) -> Result<StoreError, StoreError> {
        let number = match handle {
            Handle::Ref(reference) => i64::from(reference.number),
            Handle::Id(_) => return Ok(missing(noun, handle)),
        };
        let near = self
            .conn
            .prepare_cached(
                "SELECT name FROM (
                   SELECT * FROM (SELECT prefix || number AS name, number FROM ref
                     WHERE prefix = ?1 AND number < ?2 ORDER BY number DESC LIMIT 3)
                   UNION ALL SELECT * FROM (SELECT prefix || number, number FROM ref
                     WHERE prefix = ?1 AND number > ?2 ORDER BY number LIMIT 3))
                 ORDER BY abs(number - ?2), number LIMIT 3",
            )?
            .query_map(params![noun.prefix().to_string(), number], |row| row.get(0))?
            .collect::<Result<_, _>>()?;
        Ok(StoreError::NotFound { what: noun.spoken(), given: handle.to_string(), near })
    }
}

/// The error for a handle that names nothing.
pub(super) fn missing(noun: Noun, handle: &Handle) -> StoreError {
    StoreError::NotFound { what: noun.spoken(), given: handle.to_string(), near: Vec::new() }
}

/// The SQL for the ref of a record whose id is in `column`.
macro_rules! ref_of {
    ($column:literal) => {
        concat!("(SELECT prefix || number FROM ref WHERE record = ", $column, ")")
    };
}
pub(super) use ref_of;
