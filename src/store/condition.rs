//! Conditions of a list: only those that were asked for, so that each has its index.

use rusqlite::types::Value;
use rusqlite::{Row, params_from_iter};

use super::cell::{Cell, Mapped, Places};
use super::{Reader, StoreError};
use crate::domain::time::Day;

/// Conditions that must all hold, and their values in order.
#[derive(Clone, Debug)]
pub(super) struct Conditions {
    text: String,
    values: Vec<Value>,
    /// Whether a condition was asked for that few rows fit.
    narrow: bool,
}

impl Conditions {
    /// Rows that were not removed; with `removed`, those that were. `column` is their tombstone.
    pub(super) fn standing(column: &str, removed: bool) -> Self {
        // What was removed is little, which SQLite would not guess: its own index finds it.
        let text = match removed {
            true => format!("WHERE likelihood({column} > '', 0.0001)"),
            false => format!("WHERE {column} IS NULL"),
        };
        Self { text, values: Vec::new(), narrow: false }
    }

    /// Rows for which `sql` holds, its `?` being `value`.
    pub(super) fn holding(sql: &str, value: impl Cell) -> Self {
        Self { text: format!("WHERE {sql}"), values: vec![value.cell()], narrow: false }
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

    /// Few rows, for which `sql` holds, each `?` in it being `value`; all rows when it is absent.
    pub(super) fn and(self, sql: &str, value: Option<impl Cell>) -> Self {
        let narrow = self.narrow || value.is_some();
        Self { narrow, ..self.with("", sql, value) }
    }

    /// Perhaps many rows, for which `sql`, which begins with a column, holds. Where few were asked
    /// for before, its index is left alone: SQLite cannot know which of two narrows more.
    pub(super) fn and_many(self, sql: &str, value: Option<impl Cell>) -> Self {
        let unindexed = if self.narrow { "+" } else { "" };
        self.with(unindexed, sql, value)
    }

    /// Rows from `since` on, by their local `day`. Its instant `at`, by which they are in order, is
    /// held to what that day can be in any zone, so that the others are not read.
    pub(super) fn since(self, at: &str, day: &str, since: Option<Day>) -> Self {
        let before = since.and_then(|since| since.plus_days(-1));
        self.and_many(&format!("{day} >= ?"), since).with("", &format!("{at} >= ?"), before)
    }

    /// Rows up to `until`, as [`Conditions::since`].
    pub(super) fn until(self, at: &str, day: &str, until: Option<Day>) -> Self {
        let after = until.and_then(|until| until.plus_days(2));
        self.and_many(&format!("{day} <= ?"), until).with("", &format!("{at} < ?"), after)
    }

    fn with(mut self, before: &str, sql: &str, value: Option<impl Cell>) -> Self {
        if let Some(value) = value.map(Cell::cell) {
            self.text.push_str(&format!(" AND {before}{sql}"));
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
        mapper: impl Fn(&Mapped<'_, '_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>, StoreError> {
        let sql = format!("{select} {conditions} ORDER BY {order}");
        let mut statement = self.conn.prepare_cached(&sql)?;
        let places = Places::default();
        let row = |row: &Row<'_>| mapper(&Mapped::next(row, &places));
        let rows = statement.query_map(params_from_iter(conditions.values), row)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::{Moment, Zone};

    #[test]
    fn only_what_was_asked_for_is_a_condition() {
        let all = Conditions::standing("n.removed_at", false)
            .and("n.kind = ?", None::<String>)
            .and("(a = ? OR b = ?)", Some("x"));
        assert_eq!(all.to_string(), "WHERE n.removed_at IS NULL AND (a = ? OR b = ?)");
        assert_eq!(all.values.len(), 2);
    }

    #[test]
    fn what_fits_many_rows_yields_to_what_fits_few() {
        let all = Conditions::standing("n.removed_at", false).and_many("a = ?", Some("x"));
        let few = all.clone().and("b = ?", Some("y")).and_many("c = ?", Some("z"));
        assert_eq!(all.to_string(), "WHERE n.removed_at IS NULL AND a = ?");
        assert_eq!(few.to_string(), "WHERE n.removed_at IS NULL AND a = ? AND b = ? AND +c = ?");
    }

    #[test]
    fn every_moment_of_a_day_lies_within_the_bounds_of_that_day() {
        let day = "2026-11-21".parse().ok();
        let bounds =
            Conditions::standing("gone", false).since("at", "day", day).until("at", "day", day);
        assert_eq!(
            bounds.to_string(),
            "WHERE gone IS NULL AND day >= ? AND at >= ? AND day <= ? AND at < ?"
        );
        let [_, Value::Text(first), _, Value::Text(last)] = &bounds.values[..] else {
            panic!("{bounds:?}")
        };
        for zone in ["Pacific/Kiritimati", "Etc/GMT+12", "UTC"] {
            let zone: Zone = zone.parse().expect("a zone");
            let from = Moment::parse_rfc3339("2026-11-19T00:00:00Z", zone).expect("a moment");
            let mut of_the_day = 0;
            for minutes in (0..5 * 24 * 60).step_by(30) {
                let moment = from.plus_minutes(minutes);
                if Some(moment.day()) == day {
                    of_the_day += 1;
                    assert!((first..last).contains(&&moment.stored()), "{moment:?}");
                }
            }
            assert_eq!(of_the_day, 48);
        }
    }
}
