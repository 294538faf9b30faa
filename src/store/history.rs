//! The change log, read for people: what each command did.

use std::collections::BTreeSet;

use rusqlite::{OptionalExtension, Row, params, params_from_iter};

use super::cell::Cells;
use super::change::Table;
use super::engagement::Match;
use super::refs::ref_of;
use super::{Reader, StoreError};
use crate::domain::change::{Change, Step, Value};
use crate::domain::discretion::About;
use crate::domain::id::Handle;

/// The SQL for the ref, or the slug, of the record whose id an expression gives.
macro_rules! name_of {
    ($id:literal) => {
        concat!(
            "coalesce(",
            ref_of!($id),
            ", (SELECT slug FROM engagement WHERE id = ",
            $id,
            "),
               (SELECT substr(hash, 1, 12) FROM method_snapshot WHERE id = ",
            $id,
            "))"
        )
    };
}

const STEP: &str = "SELECT seq, at, zone, command, summary, reason, state FROM step";

fn step(row: &Row<'_>) -> rusqlite::Result<Step> {
    Ok(Step {
        step: row.get("seq")?,
        at: row.moment("at", "zone")?,
        command: row.get("command")?,
        summary: row.get("summary")?,
        undone: row.get::<_, String>("state")? != "done",
        changes: Vec::new(),
        reason: row.get("reason")?,
        about: About::Unsaid,
    })
}

impl Reader<'_> {
    /// Every step, newest first, with what it changed; with `record`, the steps that touched that
    /// record or a part of it, and their changes to it alone.
    pub(crate) fn list_steps(&self, record: Option<&str>) -> Result<Vec<Step>, StoreError> {
        let records = record.map(|record| self.with_parts(record)).transpose()?;
        let touched = records.as_ref().map_or_else(String::new, |records| {
            let marks = vec!["?"; records.len()].join(", ");
            format!("WHERE seq IN (SELECT step FROM change WHERE record IN ({marks}))")
        });
        let mut steps = self
            .conn
            .prepare(&format!("{STEP} {touched} ORDER BY seq DESC"))?
            .query_map(params_from_iter(records.iter().flatten()), step)?
            .collect::<Result<Vec<Step>, _>>()?;
        for step in &mut steps {
            step.changes = self.changes_of(step.step, records.as_ref())?;
        }
        Ok(steps)
    }

    /// A record's id and those of its parts: an action's outcomes, a note's revisions.
    fn with_parts(&self, record: &str) -> Result<BTreeSet<String>, StoreError> {
        let mut all = BTreeSet::from([record.to_owned()]);
        for (table, name) in Table::ALL {
            let Some((whole, _)) = table.whole() else { continue };
            let sql = format!("SELECT id FROM {name} WHERE {whole} = ?");
            let mut statement = self.conn.prepare_cached(&sql)?;
            let parts = statement.query_map([record], |row| row.get::<_, String>(0))?;
            for part in parts {
                all.insert(part?);
            }
        }
        Ok(all)
    }

    /// The command of the journal's first step.
    pub(crate) fn first_command(&self) -> Result<Option<String>, StoreError> {
        let sql = "SELECT command FROM step ORDER BY seq LIMIT 1";
        Ok(self.conn.prepare_cached(sql)?.query_row([], |row| row.get(0)).optional()?)
    }

    /// The id of the record that a ref, an id or an engagement's slug names, for its history.
    /// Removed ones are found too.
    pub(crate) fn record_named(&self, given: &str, how: Match) -> Result<String, StoreError> {
        match given.parse() {
            Ok(Handle::Ref(reference)) => self
                .record_id(reference.noun, &Handle::Ref(reference))
                .map(|id| id.hyphenated().to_string()),
            Ok(Handle::Id(id)) => Ok(id.hyphenated().to_string()),
            Err(_) => {
                let removed = self.find_removed_engagement(given)?;
                match removed {
                    Some(removed) => Ok(removed.id.to_string()),
                    None => Ok(self.find_engagement(given, how)?.id.to_string()),
                }
            }
        }
    }

    fn changes_of(
        &self,
        step: i64,
        records: Option<&BTreeSet<String>>,
    ) -> Result<Vec<Change>, StoreError> {
        // A value that is the id of a record with a name reads better as that name. When a row was
        // made is the step's own moment, which revision stands is told by the revisions, and a method's
        // text is a page of its own: that another was taken is told by its hash.
        let sql = concat!(
            "SELECT tbl, record, field, coalesce(",
            name_of!("change.old"),
            ", old) AS old, coalesce(",
            name_of!("change.new"),
            ", new) AS new, ",
            name_of!("change.record"),
            " AS ref
             FROM change
             WHERE step = ? AND tbl <> ? AND field NOT IN ('created_at', 'revision_id', 'method_text')
               AND NOT (field = 'method_snapshot_id' AND old IS NULL) ORDER BY n"
        );
        let mut statement = self.conn.prepare_cached(sql)?;
        let mut rows = statement.query([step, Table::MethodSnapshot as i64])?;
        let mut changes = Vec::new();
        while let Some(row) = rows.next()? {
            let record: String = row.get("record")?;
            if records.is_some_and(|records| !records.contains(&record)) {
                continue;
            }
            let table = Table::from_code(row.get("tbl")?)?;
            let reference: Option<String> = row.get("ref")?;
            let field: String = row.get("field")?;
            if let Table::WorksheetRow | Table::WorksheetCell | Table::WorksheetUse = table {
                // What stands in a worksheet reads by row and field: the rest only says where it is.
                changes.extend(self.change_of_row(table, &record, &field, row)?);
                continue;
            }
            if table == Table::WorksheetVersion && ["content", "worksheet_id"].contains(&&*field) {
                continue;
            }
            // A part has no ref of its own: it is shown under the record it belongs to.
            let (reference, field) = match (reference, table.whole()) {
                (None, Some((owner, name))) => {
                    (self.owner_of(table, owner, &record)?, format!("{name}.{field}"))
                }
                (found, _) => (found, field),
            };
            changes.push(Change {
                reference,
                field,
                old: row.get::<_, rusqlite::types::Value>("old")?.into(),
                new: row.get::<_, rusqlite::types::Value>("new")?.into(),
            });
        }
        Ok(changes)
    }

    /// A change to a row of a worksheet, to what stands in it or to its uses, under the row's number;
    /// nothing for what says only where it stands.
    fn change_of_row(
        &self,
        table: Table,
        record: &str,
        field: &str,
        row: &Row<'_>,
    ) -> Result<Option<Change>, StoreError> {
        if ["worksheet_id", "row_id", "field", "number"].contains(&field) {
            return Ok(None);
        }
        let value = |column: &str| -> Result<Value, StoreError> {
            Ok(row.get::<_, rusqlite::types::Value>(column)?.into())
        };
        let (mut old, mut new) = (value("old")?, value("new")?);
        let name = match (table, field) {
            (Table::WorksheetCell, "removed_at") => {
                // What is emptied keeps its words beneath.
                let sql = "SELECT text FROM worksheet_cell WHERE id = ?";
                let mut statement = self.conn.prepare_cached(sql)?;
                let words = statement.query_row([record], |row| row.get(0)).optional()?;
                let words = words.map_or(Value::Null, Value::Text);
                (old, new) = if new == Value::Null { (new, words) } else { (words, Value::Null) };
                self.logged(record, "field")?
            }
            (Table::WorksheetCell, _) => self.logged(record, "field")?,
            (Table::WorksheetUse, "text") => Some("use".to_owned()),
            _ => Some(field.to_owned()),
        };
        let of = match table {
            Table::WorksheetRow => Some(record.to_owned()),
            _ => self.logged(record, "row_id")?,
        };
        let number = of.map(|of| self.logged(&of, "number")).transpose()?.flatten();
        let (number, name) = (number.unwrap_or_default(), name.unwrap_or_default());
        let reference = self.owner_of(table, "worksheet_id", record)?;
        Ok(Some(Change { reference, field: format!("row {number}.{name}"), old, new }))
    }

    /// What a field of a record was made with, from the log: the record may be gone.
    fn logged(&self, record: &str, field: &str) -> Result<Option<String>, StoreError> {
        let sql = "SELECT cast(new AS TEXT) FROM change
             WHERE record = ? AND field = ? AND new IS NOT NULL LIMIT 1";
        let mut statement = self.conn.prepare_cached(sql)?;
        Ok(statement.query_row([record, field], |row| row.get(0)).optional()?)
    }

    /// The ref or slug of the record that a part belongs to, from the log: the part may be gone.
    fn owner_of(
        &self,
        table: Table,
        field: &str,
        part: &str,
    ) -> Result<Option<String>, StoreError> {
        let sql = concat!(
            "SELECT ",
            name_of!("c.new"),
            " FROM change c WHERE c.record = ?1 AND c.tbl = ?2 AND c.field = ?3 AND c.new IS NOT NULL LIMIT 1"
        );
        let mut statement = self.conn.prepare_cached(sql)?;
        let mut rows = statement.query(params![part, table as i64, field])?;
        Ok(match rows.next()? {
            Some(row) => row.get(0)?,
            None => None,
        })
    }
}
