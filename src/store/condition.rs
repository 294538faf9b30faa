//! Conditions of a list: only those that were asked for, so that each has its index.

use rusqlite::types::Value;
use rusqlite::{Row, params_from_iter};

use super::cell::Cell;
use super::{Reader, StoreError};

/// Conditions that must all hold, and their values in order.
#[derive(Clone, Debug)]
pub(super) struct Conditions {
    text: String,
    values: Vec<Value>,
}

impl Conditions {
    /// Rows that were not removed; with `removed`, those that were. `column` is their tombstone.
    pub(super) fn standing(column: &str, removed: bool) -> Self {
        let not = if removed { "NOT " } else { "" };
        Self { text: format!("WHERE {column} IS {not}NULL"), values: Vec::new() }
    }

    /// Rows for which `sql` holds, its `?` being `value`.
    pub(super) fn holding(sql: &str, value: impl Cell) -> Self {
        Self { text: format!("WHERE {sql}"), values: vec![value.cell()] }
    }

    /// The values, in the order of their marks.
    pub(super) fn into_values(self) -> impl Iterator<Item = Value> {
        self.values.into_iter()
    }

    /// Rows whose whole still stands.
    pub(super) fn and_standing(mut self, column: &str) -> Self {
        self.text.push_str(&format!(" AND {column} IS NULL"));
        self
    }

    /// Rows for which `sql` holds, each `?` in it being `value`; all rows when it is absent.
    pub(super) fn and(mut self, sql: &str, value: Option<impl Cell>) -> Self {
        if let Some(value) = value.map(Cell::cell) {
            self.text.push_str(&format!(" AND {sql}"));
            self.values.extend(std::iter::repeat_n(value, sql.matches('?').count()));
        }
        self
    }
}

impl std::fmt::Display for Conditions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text)
    }
}

impl Reader<'_> {
    /// The rows of a select for which the conditions hold, in order.
    pub(super) fn rows<T>(
        &self,
        select: &str,
        conditions: Conditions,
        order: &str,
        row: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>, StoreError> {
        let sql = format!("{select} {conditions} ORDER BY {order}");
        let mut statement = self.conn.prepare_cached(&sql)?;
        let rows = statement.query_map(params_from_iter(conditions.values), row)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_asked_for_is_a_condition() {
        let all = Conditions::standing("n.removed_at", false)
            .and("n.kind = ?", None::<String>)
            .and("(a = ? OR b = ?)", Some("x"));
        assert_eq!(all.to_string(), "WHERE n.removed_at IS NULL AND (a = ? OR b = ?)");
        assert_eq!(all.values.len(), 2);
    }
}
