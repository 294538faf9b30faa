//! How worksheets are filled, frozen and removed.

use rusqlite::{OptionalExtension, params};

use super::no_row;
use crate::domain::id::{EngagementId, Noun, PartId, Ref, WorksheetId};
use crate::domain::method::{FieldDef, FieldKind, Shape};
use crate::domain::refusal::Refusal;
use crate::domain::text::Line;
use crate::domain::time::Day;
use crate::domain::word::{Setting, Visibility};
use crate::domain::worksheet::{Value, Worksheet};
use crate::store::cell::fields;
use crate::store::change::{Table, standing};
use crate::store::{StoreError, Writer};

/// Which row is filled.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum At {
    /// A new one; in a form its only one.
    New,
    Row(u32),
}

impl Writer<'_> {
    /// Begins a worksheet of an engagement. It is never seen by more people than `visibility` says,
    /// whatever its method says later.
    ///
    /// # Errors
    /// Refused where the engagement has it already.
    pub(crate) fn insert_worksheet(
        &mut self,
        engagement: EngagementId,
        definition: &str,
        visibility: Visibility,
    ) -> Result<Ref, StoreError> {
        self.is_only(engagement, definition)?;
        let id = WorksheetId::new(self.new_id());
        self.insert(
            Table::Worksheet,
            id,
            fields! {
                "engagement_id" => engagement,
                "definition" => definition,
                "visibility" => visibility,
                "version" => 1_u32,
            },
        )?;
        self.name(Noun::Worksheet, id)
    }

    fn is_only(&self, engagement: EngagementId, definition: &str) -> Result<(), StoreError> {
        let Some(reference) = self.worksheet_by(engagement, definition)? else { return Ok(()) };
        let (engagement, definition) =
            (self.get_engagement(engagement)?.slug, definition.to_owned());
        Err(Refusal::WorksheetThere { reference, definition, engagement }.into())
    }

    /// Fills fields of one row, or empties them, and tells the row's number. Where the version was
    /// frozen, the next one begins.
    pub(crate) fn fill_worksheet(
        &mut self,
        worksheet: &Worksheet,
        at: At,
        values: &[(FieldDef, Setting<Value>)],
    ) -> Result<u32, StoreError> {
        standing(worksheet.removed, &worksheet.reference)?;
        let (row, number, mut changed) = match (at, worksheet.def.shape, worksheet.rows.first()) {
            (At::New, Shape::Form, Some(only)) => (only.id, only.number, false),
            // A form of nothing stays without its row.
            (At::New, Shape::Form, None)
                if values.iter().all(|(_, value)| *value == Setting::Clear) =>
            {
                return Ok(1);
            }
            (At::New, ..) => {
                let (row, number) = self.insert_worksheet_row(worksheet)?;
                (row, number, true)
            }
            (At::Row(number), ..) => match worksheet.row(number) {
                Some(row) => (row.id, number, false),
                None => {
                    self.row_numbered(worksheet, number)?;
                    let name = format!("row {number} of {}", worksheet.reference);
                    return Err(Refusal::Removed { name }.into());
                }
            },
        };
        for (field, value) in values {
            changed |= self.fill_field(worksheet, row, field, value.clone())?;
        }
        if changed {
            self.begin_version(worksheet)?;
        }
        Ok(number)
    }

    fn insert_worksheet_row(&mut self, worksheet: &Worksheet) -> Result<(PartId, u32), StoreError> {
        let number: u32 = self
            .conn
            .prepare_cached(
                "SELECT coalesce(max(number), 0) + 1 FROM worksheet_row WHERE worksheet_id = ?",
            )?
            .query_row([worksheet.id.to_string()], |row| row.get(0))?;
        let row = PartId::new(self.new_id());
        let fields = fields! { "worksheet_id" => worksheet.id, "number" => number };
        self.insert(Table::WorksheetRow, row, fields)?;
        Ok((row, number))
    }

    fn fill_field(
        &mut self,
        worksheet: &Worksheet,
        row: PartId,
        field: &FieldDef,
        value: Setting<Value>,
    ) -> Result<bool, StoreError> {
        if field.kind == FieldKind::Day {
            let day = value.value().map(|value| value.to_string());
            return self.update(Table::WorksheetRow, row, fields! { "on_day" => day });
        }
        // What was emptied keeps its place: the words that are written first stay the first ones.
        let cell: Option<String> = self
            .conn
            .prepare_cached(
                "SELECT id FROM worksheet_cell WHERE row_id = ? AND field = ? ORDER BY id LIMIT 1",
            )?
            .query_row(params![row.to_string(), field.id], |row| row.get(0))
            .optional()?;
        let none = None::<String>;
        match (value.value(), cell) {
            (Some(value), Some(cell)) => {
                let fields = fields! { "text" => value.to_string(), "removed_at" => none };
                self.update(Table::WorksheetCell, cell, fields)
            }
            (Some(value), None) => {
                let cell = PartId::new(self.new_id());
                let fields = fields! {
                    "worksheet_id" => worksheet.id,
                    "row_id" => row,
                    "field" => field.id.as_str(),
                    "text" => value.to_string(),
                };
                self.insert(Table::WorksheetCell, cell, fields).map(|()| true)
            }
            (None, Some(cell))
                if worksheet
                    .rows
                    .iter()
                    .any(|each| each.id == row && each.values.get(&field.id).is_some()) =>
            {
                self.remove(Table::WorksheetCell, cell).map(|()| true)
            }
            (None, _) => Ok(false),
        }
    }

    /// Begins the next version, where the live one was frozen.
    fn begin_version(&mut self, worksheet: &Worksheet) -> Result<(), StoreError> {
        if worksheet.frozen_on.is_none() {
            return Ok(());
        }
        let next = worksheet.version + 1;
        self.update(Table::Worksheet, worksheet.id, fields! { "version" => next }).map(drop)
    }

    /// Keeps the live content as a version that never changes.
    ///
    /// # Errors
    /// Refused where nothing stands in it, or nothing was changed since it was frozen last.
    pub(crate) fn freeze_worksheet(&mut self, worksheet: &Worksheet) -> Result<(), StoreError> {
        standing(worksheet.removed, &worksheet.reference)?;
        let reference = worksheet.reference;
        if !worksheet.is_filled() {
            return Err(Refusal::NothingToFreeze { reference }.into());
        }
        // What was changed since a freeze is a version of its own.
        if let Some((version, on)) = self.frozen_versions(worksheet)?.into_iter().next()
            && (worksheet.frozen_on.is_some()
                || self.worksheet_version(worksheet, version)?.says_same(worksheet))
        {
            return Err(Refusal::FrozenAlready { reference, version, on }.into());
        }
        let content = serde_json::to_string(&worksheet.kept())
            .map_err(|error| StoreError::Damaged { detail: error.to_string() })?;
        let (id, today) = (PartId::new(self.new_id()), self.today());
        self.insert(
            Table::WorksheetVersion,
            id,
            fields! {
                "worksheet_id" => worksheet.id,
                "version" => worksheet.version,
                "content" => content,
                "frozen_on" => today,
            },
        )
    }

    /// Logs that a row was put to use. That changes no version.
    ///
    /// # Errors
    /// Refused where the method logs no uses of this worksheet.
    pub(crate) fn insert_use(
        &mut self,
        worksheet: &Worksheet,
        row: u32,
        on: Day,
        text: Option<Line>,
    ) -> Result<(), StoreError> {
        standing(worksheet.removed, &worksheet.reference)?;
        if worksheet.def.used.is_empty() {
            return Err(Refusal::LogsNoUses { reference: worksheet.reference }.into());
        }
        let of = worksheet.row(row).ok_or_else(|| no_row(worksheet, row))?;
        let id = PartId::new(self.new_id());
        self.insert(
            Table::WorksheetUse,
            id,
            fields! {
                "worksheet_id" => worksheet.id,
                "row_id" => of.id,
                "used_on" => on,
                "text" => text,
            },
        )
    }

    /// Removes a worksheet.
    ///
    /// # Errors
    /// Refused once a version of it was frozen.
    pub(crate) fn remove_worksheet(&mut self, worksheet: &Worksheet) -> Result<(), StoreError> {
        standing(worksheet.removed, &worksheet.reference)?;
        if let Some((version, _)) = self.frozen_versions(worksheet)?.into_iter().next() {
            return Err(Refusal::WorksheetFrozen { reference: worksheet.reference, version }.into());
        }
        self.remove(Table::Worksheet, worksheet.id)
    }

    /// Removes a row; its number is not given again.
    pub(crate) fn remove_worksheet_row(
        &mut self,
        worksheet: &Worksheet,
        number: u32,
    ) -> Result<(), StoreError> {
        standing(worksheet.removed, &worksheet.reference)?;
        let row = worksheet.row(number).ok_or_else(|| no_row(worksheet, number))?.id;
        self.begin_version(worksheet)?;
        self.remove(Table::WorksheetRow, row)
    }

    /// Brings a worksheet back that was removed.
    ///
    /// # Errors
    /// Refused where another of the same definition was begun meanwhile.
    pub(crate) fn restore_worksheet(&mut self, worksheet: &Worksheet) -> Result<(), StoreError> {
        if worksheet.removed {
            self.is_only(worksheet.engagement_id, &worksheet.definition)?;
        }
        self.restore(Table::Worksheet, worksheet.id, &worksheet.reference)
    }

    /// Brings a row back that was removed.
    pub(crate) fn restore_worksheet_row(
        &mut self,
        worksheet: &Worksheet,
        number: u32,
    ) -> Result<(), StoreError> {
        standing(worksheet.removed, &worksheet.reference)?;
        let row = self.row_numbered(worksheet, number)?;
        let name = format!("row {number} of {}", worksheet.reference);
        self.restore(Table::WorksheetRow, row, &name)?;
        self.begin_version(worksheet)
    }
}
