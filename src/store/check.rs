//! The journal looked through: does it hold together, and does its log tell how it came to be?

use std::collections::BTreeMap;

use rusqlite::Connection;
use rusqlite::types::Value;
use serde::Serialize;

use super::change::{Table, index_fits};
use super::copy::findings;
use super::{Journal, StoreError, schema, search};
use crate::domain::id::Noun;

/// What was found; every list is empty where all is well. The texts name tables, fields and ids, and
/// nothing of what is stored.
#[derive(Clone, Debug, Default)]
pub(crate) struct Examined {
    /// Pages, structure, foreign keys. Where anything is wrong with them, the rest was not looked at.
    pub(crate) file: Vec<String>,
    /// Tables and indexes that are not what this program makes.
    pub(crate) schema: Vec<String>,
    /// Whether the index is what the records say; absent where that cannot be compared, since the
    /// journal may not be written.
    pub(crate) index_fits: Option<bool>,
    /// Records that are not what the log says they became.
    pub(crate) log: Vec<String>,
    /// Records without a ref, and refs without a record.
    pub(crate) refs: Vec<String>,
}

/// Sizes of a journal, without a word of it.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Size {
    pub(crate) schema: u32,
    pub(crate) pages: i64,
    pub(crate) free_pages: i64,
    /// Rows by table.
    pub(crate) rows: BTreeMap<&'static str, i64>,
}

/// Which tables hold records that have a ref.
const NAMED: &[(Table, Noun)] = &[
    (Table::Person, Noun::Person),
    (Table::Organisation, Noun::Organisation),
    (Table::Goal, Noun::Goal),
    (Table::KeyResult, Noun::KeyResult),
    (Table::Session, Noun::Session),
    (Table::Note, Noun::Note),
    (Table::Action, Noun::Action),
    (Table::Habit, Noun::Habit),
    (Table::Agreement, Noun::Agreement),
    (Table::Stakeholder, Noun::Stakeholder),
    (Table::Feedback, Noun::Feedback),
    (Table::Worksheet, Noun::Worksheet),
    (Table::Review, Noun::Review),
];

/// Columns that a later schema gave to records which were there, and with what: of those the log does
/// not tell.
fn later(table: &str, field: &str) -> Value {
    match (table, field) {
        ("engagement", "own") => Value::Integer(0),
        ("engagement", "lang") => Value::Text("en".to_owned()),
        _ => Value::Null,
    }
}

/// At most so many findings of one kind are told.
const MOST: usize = 20;

impl Journal {
    /// Reads the whole journal and checks it.
    pub(crate) fn examine(&self) -> Result<Examined, StoreError> {
        let conn = &self.conn;
        let file = match findings(conn, self.sealed) {
            Err(StoreError::Damaged { .. }) => {
                vec!["a part of it was altered or is missing".to_owned()]
            }
            found => found?,
        };
        if !file.is_empty() {
            // What is damaged cannot be trusted to tell about the rest.
            return Ok(Examined { file, ..Examined::default() });
        }
        let (schema, log, refs) =
            (strange_objects(conn)?, untold_changes(conn)?, stray_refs(conn)?);
        // The index is compared by a statement that counts as a write, which keeps others waiting: it
        // stands alone, and is rolled back.
        let held = conn.unchecked_transaction()?;
        let index_fits = match index_fits(conn) {
            Err(StoreError::ReadOnly | StoreError::Busy) => None,
            fits => Some(fits?),
        };
        held.rollback()?;
        Ok(Examined { file, schema, index_fits, log, refs })
    }

    /// How large it is.
    pub(crate) fn size(&self) -> Result<Size, StoreError> {
        let number = |pragma: &str| self.conn.pragma_query_value(None, pragma, |row| row.get(0));
        let mut rows = BTreeMap::new();
        // Of a table that is not ours the very name may tell something.
        let ours =
            Table::ALL.iter().map(|(_, name)| *name).chain(["ref", "step", "change", "walk"]);
        for name in ours {
            let sql = format!("SELECT count(*) FROM {name}");
            let count = self.conn.query_row(&sql, [], |row| row.get(0))?;
            rows.insert(name, count);
        }
        Ok(Size {
            schema: schema::version(),
            pages: number("page_count")?,
            free_pages: number("freelist_count")?,
            rows,
        })
    }
}

/// Compares the schema with the one that this program would make.
fn strange_objects(conn: &Connection) -> Result<Vec<String>, StoreError> {
    let read = |conn: &Connection| -> Result<Vec<(String, Option<String>)>, StoreError> {
        let mut statement = conn.prepare("SELECT name, sql FROM sqlite_schema ORDER BY name")?;
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    };
    let mut ours = Connection::open_in_memory()?;
    search::prepare(&ours)?;
    schema::migrate(&mut ours)?;
    let (ours, there) = (read(&ours)?, read(conn)?);
    let mut strange: Vec<String> = ours
        .iter()
        .filter(|object| !there.contains(object))
        .map(|(name, _)| format!("{name} is missing or altered"))
        .collect();
    strange.extend(
        there
            .iter()
            .filter(|(name, _)| !ours.iter().any(|(other, _)| other == name))
            .map(|(name, _)| format!("{name} is not ours")),
    );
    Ok(strange)
}

/// The fields of a record as the log says they are; `None` once it was deleted.
type Logged = Option<Vec<(String, Value)>>;

/// Plays the log of each record and compares the end with what is stored.
fn untold_changes(conn: &Connection) -> Result<Vec<String>, StoreError> {
    let mut found = Vec::new();
    let mut statement =
        conn.prepare("SELECT tbl, record, op, field, new FROM change ORDER BY record, step, n")?;
    let mut rows = statement.query([])?;
    let mut current: Option<(i64, String, Logged)> = None;
    while let Some(row) = rows.next()? {
        let (table, record): (i64, String) = (row.get(0)?, row.get(1)?);
        let (op, field, new): (String, String, Value) = (row.get(2)?, row.get(3)?, row.get(4)?);
        if current.as_ref().is_none_or(|(_, id, _)| *id != record) {
            if let Some(done) = current.take() {
                found.extend(difference(conn, done)?);
            }
            current = Some((table, record, None));
        }
        let Some((_, _, logged)) = &mut current else { continue };
        if op == "delete" {
            *logged = None;
            continue;
        }
        let fields = logged.get_or_insert_default();
        match fields.iter_mut().find(|(name, _)| *name == field) {
            Some((_, value)) => *value = new,
            None => fields.push((field, new)),
        }
        if found.len() >= MOST {
            return Ok(found);
        }
    }
    if let Some(done) = current {
        found.extend(difference(conn, done)?);
    }
    for (_, name) in Table::ALL {
        let sql = format!(
            "SELECT id FROM {name} WHERE NOT EXISTS (SELECT 1 FROM change WHERE record = {name}.id) LIMIT 5"
        );
        let mut statement = conn.prepare(&sql)?;
        let ids = statement.query_map([], |row| row.get::<_, String>(0))?;
        for id in ids {
            found.push(format!("{name} {} was never written by a step", id?));
        }
    }
    Ok(found)
}

fn difference(
    conn: &Connection,
    (table, id, logged): (i64, String, Logged),
) -> Result<Option<String>, StoreError> {
    let name = Table::from_code(table)?.name();
    let mut statement = conn.prepare_cached(&format!("SELECT * FROM {name} WHERE id = ?"))?;
    let columns: Vec<String> = statement.column_names().map(str::to_owned).collect();
    let mut rows = statement.query([&id])?;
    let Some(row) = rows.next()? else {
        return Ok(logged.map(|_| format!("{name} {id} is in the log, and not in the journal")));
    };
    let Some(logged) = logged else {
        return Ok(Some(format!("{name} {id} was taken back by the log, and is still there")));
    };
    for (at, column) in columns.iter().enumerate().filter(|(_, column)| *column != "id") {
        let stored: Value = row.get(at)?;
        let told = logged.iter().find(|(field, _)| field == column).map(|(_, value)| value);
        if told.cloned().unwrap_or_else(|| later(name, column)) != stored {
            return Ok(Some(format!("{name} {id}: {column} is not what the log says")));
        }
    }
    Ok(None)
}

/// Records that have no ref, and refs of records that never were.
fn stray_refs(conn: &Connection) -> Result<Vec<String>, StoreError> {
    let mut found = Vec::new();
    for (table, noun) in NAMED {
        let (name, prefix) = (table.name(), noun.prefix());
        let unnamed = format!(
            "SELECT '{name} ' || id || ' has no ref' FROM {name} WHERE NOT EXISTS
               (SELECT 1 FROM ref WHERE record = {name}.id AND prefix = '{prefix}') LIMIT {MOST}"
        );
        let nobodys = format!(
            "SELECT prefix || number || ' names no record' FROM ref WHERE prefix = '{prefix}'
               AND NOT EXISTS (SELECT 1 FROM {name} WHERE id = record)
               AND NOT EXISTS (SELECT 1 FROM change WHERE change.record = ref.record) LIMIT {MOST}"
        );
        for sql in [unnamed, nobodys] {
            let mut statement = conn.prepare(&sql)?;
            let rows = statement.query_map([], |row| row.get(0))?;
            found.extend(rows.collect::<Result<Vec<String>, _>>()?);
        }
    }
    Ok(found)
}
