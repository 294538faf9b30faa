//! Search in the journal: the functions that its views need, and what a query finds.

use std::collections::BTreeSet;

use rusqlite::functions::FunctionFlags;
use rusqlite::types::Value;
use rusqlite::{Connection, Row, params_from_iter};

use super::cell::{Cell, Cells};
use super::condition::Conditions;
use super::{Reader, StoreError};
use crate::domain::id::EngagementId;
use crate::domain::method::Method;
use crate::domain::search::{Hit, HitKind, Query, indexed};
use crate::domain::time::{Day, Moment, Zone};

/// What narrows a search; an absent part does not.
#[derive(Clone, Debug, Default)]
pub(crate) struct SearchFilter {
    pub(crate) engagement: Option<EngagementId>,
    pub(crate) stage: Option<String>,
    pub(crate) kind: Option<HitKind>,
    pub(crate) since: Option<Day>,
    pub(crate) until: Option<Day>,
    /// The best so many.
    pub(crate) limit: Option<u32>,
}

impl SearchFilter {
    fn narrows(&self) -> bool {
        self.engagement.is_some()
            || self.stage.is_some()
            || self.kind.is_some()
            || self.since.is_some()
            || self.until.is_some()
    }
}

/// Gives a connection the functions that the views under the index use. They look at their
/// arguments alone, so a hostile file can do nothing with them.
pub(super) fn prepare(conn: &Connection) -> Result<(), StoreError> {
    let flags = FunctionFlags::SQLITE_UTF8
        | FunctionFlags::SQLITE_DETERMINISTIC
        | FunctionFlags::SQLITE_INNOCUOUS;
    conn.create_scalar_function("search_words", 1, flags, |call| {
        Ok(call.get_raw(0).as_str_or_null()?.map(indexed))
    })?;
    conn.create_scalar_function("local_day", 2, flags, |call| {
        let (at, zone) = (call.get_raw(0).as_str_or_null()?, call.get_raw(1).as_str_or_null()?);
        let zone = zone.and_then(|zone| zone.parse::<Zone>().ok());
        let moment = at.zip(zone).and_then(|(at, zone)| Moment::from_stored(at, zone));
        Ok(moment.map(|moment| moment.day().to_string()))
    })?;
    Ok(())
}

const HIT: &str = "SELECT s.ref, s.kind, s.engagement, s.engagement_id, s.day, s.text";

fn hit(row: &Row<'_>, query: &Query) -> rusqlite::Result<Hit> {
    let text: String = row.get("text")?;
    Ok(Hit {
        reference: row.parsed("ref")?,
        kind: row.word("kind")?,
        engagement: row.parsed("engagement")?,
        on: row.parsed("day")?,
        snippet: query.snippet(&text),
        engagement_id: row.parsed("engagement_id")?,
    })
}

impl Reader<'_> {
    /// Refuses a stage that no method in use has: the engagement's, or without one any that is
    /// stored, and the usual one.
    pub(crate) fn check_known_stage(
        &self,
        stage: &str,
        engagement: Option<EngagementId>,
    ) -> Result<(), StoreError> {
        let methods = match engagement {
            Some(id) => vec![self.method_of(id)?],
            None => self.methods_to_search()?,
        };
        let stages: BTreeSet<String> =
            methods.into_iter().flat_map(|method| method.stages).map(|stage| stage.id).collect();
        match stages.contains(stage) {
            true => Ok(()),
            false => Err(StoreError::NotFound {
                what: "stage",
                given: stage.to_owned(),
                near: stages.into_iter().collect(),
            }),
        }
    }

    /// Those that engagements have, and the usual one.
    fn methods_to_search(&self) -> Result<Vec<Method>, StoreError> {
        let mut methods = self.methods_in_use()?;
        let usual = Method::shipped_ids().next().and_then(Method::shipped);
        methods.extend(usual.and_then(|text| Method::stored(text).ok()));
        Ok(methods)
    }

    /// What a query finds, the best first, the newer one first of two that are as good.
    pub(crate) fn search(
        &self,
        query: &Query,
        filter: &SearchFilter,
    ) -> Result<Vec<Hit>, StoreError> {
        // The join looks up other tables for every hit, so where nothing narrows it comes last.
        let best = "rank, rowid DESC LIMIT ?";
        let limit = filter.limit.map_or(-1, i64::from);
        let (sql, values): (String, Vec<Value>) = if filter.narrows() {
            let conditions = Conditions::holding("f.search MATCH ?", query.expression())
                .and("s.engagement_id = ?", filter.engagement)
                .and("s.stage = ?", filter.stage.clone())
                .and("s.kind = ?", filter.kind)
                .and("s.day >= ?", filter.since)
                .and("s.day <= ?", filter.until);
            let sql = format!(
                "{HIT} FROM search f CROSS JOIN searchable s ON s.row = f.rowid {conditions}
                 ORDER BY f.rank, f.rowid DESC LIMIT ?"
            );
            (sql, conditions.into_values().chain([limit.cell()]).collect())
        } else {
            let sql = format!(
                "{HIT} FROM (SELECT rowid, rank FROM search WHERE search MATCH ? ORDER BY {best}) found
                   CROSS JOIN searchable s ON s.row = found.rowid ORDER BY found.rank, found.rowid DESC"
            );
            (sql, vec![query.expression().cell(), limit.cell()])
        };
        let mut statement = self.conn.prepare_cached(&sql)?;
        let rows = statement.query_map(params_from_iter(values), |row| hit(row, query))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}
