//! Where the walk through a session stands on this device. Local, as refs are: it is kept with the
//! answer that moves it on, in the same transaction, and is in no log, so that undo steps over
//! answers alone.

use rusqlite::{OptionalExtension, params};

use super::{Reader, StoreError, Writer};
use crate::domain::id::{Ref, SessionId};
use crate::domain::walk::Walk;

impl Reader<'_> {
    /// Where the walk through a session stands; nothing where none was begun, or where it stands at
    /// a place that is not known.
    pub(crate) fn walk_of(&self, session: SessionId) -> Result<Option<Walk>, StoreError> {
        let found: Option<(String, String, String)> = self
            .conn
            .prepare_cached("SELECT stage, asking, passed FROM walk WHERE session_id = ?")?
            .query_row([session.to_string()], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
            .optional()?;
        let Some((stage, asking, passed)) = found else { return Ok(None) };
        let passed = passed.split_whitespace().map(str::parse).collect::<Result<Vec<Ref>, _>>();
        let place = asking.parse().ok().zip(passed.ok());
        Ok(place.map(|(asking, passed)| Walk { stage, asking, passed }))
    }
}

impl Writer<'_> {
    /// Keeps where the walk through a session stands.
    pub(crate) fn keep_walk(&mut self, session: SessionId, walk: &Walk) -> Result<(), StoreError> {
        let passed: Vec<String> = walk.passed.iter().map(Ref::to_string).collect();
        self.conn
            .prepare_cached(
                "INSERT INTO walk (session_id, stage, asking, passed) VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT (session_id) DO UPDATE SET stage = ?2, asking = ?3, passed = ?4",
            )?
            .execute(params![
                session.to_string(),
                walk.stage,
                walk.asking.to_string(),
                passed.join(" ")
            ])?;
        Ok(())
    }
}
