//! How an engagement is found by what a person types, and which names are free.

use rusqlite::{OptionalExtension, params};

use crate::domain::engagement::{Engagement, next_reference};
use crate::domain::id::{EngagementId, Slug};
use crate::domain::refusal::Refusal;
use crate::domain::time::Day;
use crate::store::cell::Cells;
use crate::store::{Reader, StoreError};

/// How a typed name may match a slug.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Match {
    /// A unique beginning is enough: a person is watching.
    Prefix,
    /// The whole name only: a script, or something that destroys.
    Whole,
}

impl Reader<'_> {
    /// The engagement of the one who keeps the journal, removed or not, if it has one.
    pub(crate) fn own_engagement(&self) -> Result<Option<Engagement>, StoreError> {
        let sql = "SELECT id FROM engagement WHERE own = 1 ORDER BY id LIMIT 1";
        let id = self.conn.prepare_cached(sql)?.query_row([], |row| row.parsed("id")).optional()?;
        id.map(|id| self.get_engagement(id)).transpose()
    }

    /// The removed engagement of this slug.
    pub(crate) fn find_removed_engagement(
        &self,
        slug: &str,
    ) -> Result<Option<Engagement>, StoreError> {
        let id = self
            .conn
            .prepare_cached("SELECT id FROM engagement WHERE slug = ? AND removed_at IS NOT NULL")?
            .query_row([slug], |row| row.parsed("id"))
            .optional()?;
        id.map(|id| self.get_engagement(id)).transpose()
    }

    /// The engagement that `given` names: by slug, a former slug, its reference or its id, and with
    /// [`Match::Prefix`] by a unique beginning of the slug. Removed ones are not found.
    ///
    /// # Errors
    /// Not found, with slugs like it; ambiguous, with the candidates.
    pub(crate) fn find_engagement(
        &self,
        given: &str,
        how: Match,
    ) -> Result<Engagement, StoreError> {
        self.get_engagement(self.find_engagement_id(given, how)?)
    }

    /// The id of the engagement that `given` names, as [`Reader::find_engagement`].
    pub(crate) fn find_engagement_id(
        &self,
        given: &str,
        how: Match,
    ) -> Result<EngagementId, StoreError> {
        let exact: Option<String> = self
            .conn
            .prepare_cached(
                "SELECT id FROM engagement WHERE slug = ?1 AND removed_at IS NULL
                 UNION ALL SELECT id FROM engagement WHERE reference = ?1 AND removed_at IS NULL
                 UNION ALL SELECT id FROM engagement WHERE id = lower(?1) AND removed_at IS NULL
                 UNION ALL SELECT e.id FROM slug_alias a JOIN engagement e ON e.id = a.engagement_id
                   WHERE a.slug = ?1 AND a.removed_at IS NULL AND e.removed_at IS NULL
                 LIMIT 1",
            )?
            .query_row([given], |row| row.get(0))
            .optional()?;
        if let Some(id) = exact.and_then(|id| id.parse().ok()) {
            return Ok(id);
        }
        let begun = if given.is_empty() { Vec::new() } else { self.slugs(given)? };
        match (&begun[..], how) {
            ([(_, id)], Match::Prefix) => Ok(*id),
            ([] | [_], _) => Err(StoreError::NotFound {
                what: "engagement",
                given: given.to_owned(),
                near: match begun.first() {
                    Some((slug, _)) => vec![slug.clone()],
                    None => self.slugs("")?.into_iter().map(|(slug, _)| slug).collect(),
                },
            }),
            (several, _) => Err(StoreError::Ambiguous {
                what: "engagement",
                given: given.to_owned(),
                candidates: several.iter().map(|(slug, _)| slug.clone()).collect(),
            }),
        }
    }

    /// The slugs that begin so.
    fn slugs(&self, begin: &str) -> Result<Vec<(String, EngagementId)>, StoreError> {
        let mut statement = self.conn.prepare_cached(
            "SELECT slug, id FROM engagement WHERE slug >= ?1 AND slug < ?1 || char(1114111)
               AND removed_at IS NULL ORDER BY own, slug",
        )?;
        let rows = statement.query_map([begin], |row| Ok((row.get(0)?, row.parsed("id")?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Refuses a slug that another engagement has or had.
    pub(super) fn slug_is_free(
        &self,
        slug: &Slug,
        besides: Option<EngagementId>,
    ) -> Result<(), StoreError> {
        let besides = besides.map(|id| id.to_string());
        let taken: bool = self
            .conn
            .prepare_cached(
                "SELECT EXISTS (SELECT 1 FROM engagement WHERE slug = ?1 AND id IS NOT ?2)
                     OR EXISTS (SELECT 1 FROM slug_alias WHERE slug = ?1 AND engagement_id IS NOT ?2)",
            )?
            .query_row(params![slug.as_str(), besides], |row| row.get(0))?;
        if taken { Err(Refusal::SlugTaken { slug: slug.clone() }.into()) } else { Ok(()) }
    }

    /// Refuses a reference that another engagement has.
    pub(super) fn reference_is_free(
        &self,
        reference: &str,
        besides: EngagementId,
    ) -> Result<(), StoreError> {
        let taken: bool = self
            .conn
            .prepare_cached(
                "SELECT EXISTS (SELECT 1 FROM engagement WHERE reference = ? AND id <> ?)",
            )?
            .query_row([reference, &besides.to_string()], |row| row.get(0))?;
        if taken {
            Err(Refusal::ReferenceTaken { reference: reference.to_owned() }.into())
        } else {
            Ok(())
        }
    }

    /// The next neutral reference of a year.
    pub(super) fn fresh_reference(&self, start: Day) -> Result<String, StoreError> {
        let year = chrono::Datelike::year(&start.date());
        let mut statement =
            self.conn.prepare_cached("SELECT reference FROM engagement WHERE reference GLOB ?")?;
        let rows = statement.query_map([format!("E-{year}-*")], |row| row.get::<_, String>(0))?;
        let mut last = 0;
        for reference in rows {
            // A longer number was set by hand for a reason of its own.
            let reference = reference?;
            let number = reference.rsplit('-').next().filter(|tail| tail.len() <= 4);
            last = last.max(number.and_then(|tail| tail.parse().ok()).unwrap_or(0));
        }
        Ok(next_reference(year, last))
    }
}
