//! Frozen papers in the journal: their text as it was, and what it was made of.

use rusqlite::{OptionalExtension, params};

use super::cell::{Cells, fields};
use super::change::Table;
use super::{Reader, StoreError, Writer};
use crate::domain::id::{EngagementId, PartId};
use crate::domain::paper::Frozen;

const FROZEN: &str = "SELECT id, version, text, facts, frozen_on FROM paper
     WHERE engagement_id = ? AND kind = ? AND removed_at IS NULL";

fn frozen(row: &rusqlite::Row<'_>) -> rusqlite::Result<Frozen> {
    Ok(Frozen {
        id: row.parsed("id")?,
        version: row.get("version")?,
        text: row.get("text")?,
        facts: row.json("facts")?,
        frozen_on: row.parsed("frozen_on")?,
    })
}

impl Reader<'_> {
    /// The frozen versions of a paper, oldest first.
    pub(crate) fn list_frozen(
        &self,
        engagement: EngagementId,
        paper: &str,
    ) -> Result<Vec<Frozen>, StoreError> {
        let sql = format!("{FROZEN} ORDER BY version, id");
        let mut statement = self.conn.prepare_cached(&sql)?;
        let rows = statement.query_map(params![engagement.to_string(), paper], frozen)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// A frozen version of a paper; without a number the newest one.
    pub(crate) fn frozen_paper(
        &self,
        engagement: EngagementId,
        paper: &str,
        version: Option<u32>,
    ) -> Result<Option<Frozen>, StoreError> {
        let sql =
            format!("{FROZEN} AND coalesce(version = ?, TRUE) ORDER BY version DESC, id LIMIT 1");
        let mut statement = self.conn.prepare_cached(&sql)?;
        Ok(statement
            .query_row(params![engagement.to_string(), paper, version], frozen)
            .optional()?)
    }
}

impl Writer<'_> {
    /// Keeps a paper as it is today.
    pub(crate) fn insert_paper(
        &mut self,
        engagement: EngagementId,
        paper: &str,
        version: u32,
        text: &str,
        facts: &str,
    ) -> Result<(), StoreError> {
        let id = PartId::new(self.new_id());
        let today = self.today();
        self.insert(
            Table::Paper,
            id,
            fields! {
                "engagement_id" => engagement,
                "kind" => paper,
                "version" => version,
                "text" => text,
                "facts" => facts,
                "frozen_on" => today,
            },
        )
    }
}
