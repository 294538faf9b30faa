//! What is hidden from somebody who looks on, and whom a step of the log touched.

use std::collections::BTreeSet;

use rusqlite::{OptionalExtension, params};

use super::cell::Cells;
use super::change::Table;
use super::engagement::Match;
use super::{Journal, Reader, StoreError};
use crate::domain::discretion::{About, Veil, WITHHELD};
use crate::domain::id::{EngagementId, Handle, OrganisationId};
use crate::domain::session::is_current;

/// What a command line names by itself.
#[derive(Clone, Debug, Default)]
pub(crate) struct Shown {
    /// By slug, former slug, reference or id.
    pub(crate) engagements: Vec<String>,
    /// By ref or id, in a place of its own: a ref that a flag gives names nothing.
    pub(crate) records: Vec<Handle>,
    /// People and organisations, by name.
    pub(crate) names: Vec<String>,
}

impl Journal {
    /// The veil of [`Reader::veil`]. It is looked for before every answer, so the pages that were
    /// read stay at hand; whether they are sound is found by the command's own read.
    pub(crate) fn veil(
        &self,
        asked: bool,
        shown: &Shown,
        how: Match,
    ) -> Result<Option<Veil>, StoreError> {
        let transaction = self.conn.unchecked_transaction()?;
        Reader { conn: &transaction, clock: self.clock }.veil(asked, shown, how)
    }
}

impl Reader<'_> {
    /// The veil over everything but the engagements that are named, or whose open session was
    /// started last, and their people. Without `asked` there is one only while a session is open.
    fn veil(&self, asked: bool, shown: &Shown, how: Match) -> Result<Option<Veil>, StoreError> {
        let in_session = self.in_session(asked)?;
        if !asked && in_session.is_none() {
            return Ok(None);
        }
        let mut engagements: BTreeSet<EngagementId> = in_session.into_iter().collect();
        let (mut people, mut organisations) = (BTreeSet::new(), BTreeSet::new());
        for given in &shown.engagements {
            match self.find_engagement(given, how) {
                Ok(found) => drop(engagements.insert(found.id)),
                Err(StoreError::NotFound { .. } | StoreError::Ambiguous { .. }) => {
                    engagements.extend(self.find_removed_engagement(given)?.map(|found| found.id));
                }
                Err(other) => return Err(other),
            }
        }
        for handle in &shown.records {
            for about in self.about_record(&self.id_of(handle)?)? {
                match about {
                    About::Engagement(id) => drop(engagements.insert(id)),
                    About::Person(id) => drop(people.insert(id)),
                    About::Organisation(id) => drop(organisations.insert(id)),
                    _ => {}
                }
            }
        }
        let mut veil = Veil::default();
        let mut shown_names = BTreeSet::new();
        let mut statement = self.conn.prepare_cached(
            "SELECT id, reference, slug FROM engagement
             UNION ALL SELECT a.engagement_id, e.reference, a.slug
               FROM slug_alias a JOIN engagement e ON e.id = a.engagement_id",
        )?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let (id, reference): (EngagementId, String) = (row.parsed("id")?, row.get(1)?);
            if engagements.contains(&id) {
                shown_names.insert(row.get(2)?);
            } else {
                veil.names.push((row.get(2)?, reference.clone()));
                veil.engagements.insert(id, reference);
            }
        }
        for id in &engagements {
            let mut statement = self.conn.prepare_cached(
                "SELECT person_id AS person FROM participant WHERE engagement_id = ?1
                 UNION SELECT payer_person_id FROM engagement WHERE id = ?1 AND payer_person_id IS NOT NULL
                 UNION SELECT a.person_id FROM attendee a JOIN session s ON s.id = a.session_id
                   WHERE s.engagement_id = ?1",
            )?;
            let mut rows = statement.query([id.to_string()])?;
            while let Some(row) = rows.next()? {
                people.insert(row.parsed("person")?);
            }
            let mut statement = self.conn.prepare_cached(
                "SELECT organisation_id AS org FROM engagement WHERE id = ?1 AND organisation_id IS NOT NULL
                 UNION SELECT payer_organisation_id FROM engagement
                   WHERE id = ?1 AND payer_organisation_id IS NOT NULL",
            )?;
            let mut rows = statement.query([id.to_string()])?;
            while let Some(row) = rows.next()? {
                organisations.insert(row.parsed("org")?);
            }
        }
        let named = |name: &str| shown.names.iter().any(|given| given == name);
        let mut statement =
            self.conn.prepare_cached("SELECT id, name, organisation_id FROM person")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let (id, name) = (row.parsed("id")?, row.get::<_, String>("name")?);
            if people.contains(&id) || named(&name) {
                organisations.extend(row.parsed_or_none::<OrganisationId>("organisation_id")?);
                shown_names.insert(name);
            } else {
                veil.people.insert(id);
                veil.names.push((name, WITHHELD.to_owned()));
            }
        }
        let mut statement = self.conn.prepare_cached("SELECT id, name FROM organisation")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let (id, name) = (row.parsed("id")?, row.get::<_, String>("name")?);
            if organisations.contains(&id) || named(&name) {
                shown_names.insert(name);
            } else {
                veil.organisations.insert(id);
                veil.names.push((name, WITHHELD.to_owned()));
            }
        }
        // Another of the same name is shown: to replace it would tell of the one that is hidden.
        veil.names.retain(|(name, _)| !shown_names.contains(name));
        // A name within another one gives way to it.
        veil.names.sort_by_key(|(name, _)| std::cmp::Reverse(name.len()));
        Ok(Some(veil))
    }

    /// The engagement whose open session was started last: it is taken to be the one whose client
    /// looks on. One that should long be over was forgotten; where discretion is asked for, it does
    /// not count.
    pub(super) fn in_session(&self, asked: bool) -> Result<Option<EngagementId>, StoreError> {
        let mut statement = self.conn.prepare_cached(
            "SELECT s.engagement_id, s.start_at, s.zone, s.minutes FROM session s
               JOIN engagement e ON e.id = s.engagement_id AND e.removed_at IS NULL
             WHERE s.status = 'open' AND s.removed_at IS NULL
             ORDER BY s.start_at DESC, s.id DESC LIMIT 1",
        )?;
        let last = statement.query_row([], |row| {
            let start = row.moment("start_at", "zone")?;
            let counts = !asked || is_current(start, row.get("minutes")?, self.now());
            Ok(counts.then_some(row.parsed("engagement_id")?))
        });
        Ok(last.optional()?.flatten())
    }

    /// The id of the record that a handle names, or may name.
    fn id_of(&self, handle: &Handle) -> Result<String, StoreError> {
        let Handle::Ref(reference) = handle else { return Ok(handle.to_string()) };
        let sql = "SELECT record FROM ref WHERE prefix = ? AND number = ?";
        let mut statement = self.conn.prepare_cached(sql)?;
        let of = params![reference.noun.prefix().to_string(), reference.number];
        let found = statement.query_row(of, |row| row.get(0)).optional()?;
        Ok(found.unwrap_or_default())
    }

    /// Whom a step touched; unsaid where the log does not tell it of every record.
    pub(crate) fn about_step(&self, step: i64) -> Result<About, StoreError> {
        let sql = "SELECT DISTINCT record FROM change WHERE step = ?";
        let mut statement = self.conn.prepare_cached(sql)?;
        let records = statement.query_map([step], |row| row.get::<_, String>(0))?;
        let mut all = Vec::new();
        for record in records {
            let about = self.about_record(&record?)?;
            if about.is_empty() {
                return Ok(About::Unsaid);
            }
            all.extend(about.into_iter().filter(|each| !all.contains(each)).collect::<Vec<_>>());
        }
        Ok(About::All(all))
    }

    /// Whom a record is and was about, by the log: what it is part of may be gone.
    fn about_record(&self, record: &str) -> Result<Vec<About>, StoreError> {
        let sql = "SELECT tbl FROM change WHERE record = ? LIMIT 1";
        let mut statement = self.conn.prepare_cached(sql)?;
        let table = statement.query_row([record], |row| row.get(0)).optional()?;
        let Some(table) = table.map(Table::from_code).transpose()? else { return Ok(Vec::new()) };
        let own = match table {
            Table::Engagement => record.parse().ok().map(About::Engagement),
            Table::Person => record.parse().ok().map(About::Person),
            Table::Organisation => record.parse().ok().map(About::Organisation),
            // A method is nobody's, whoever's engagement runs by it.
            Table::MethodSnapshot => Some(About::Nobody),
            _ => None,
        };
        if own.is_some() {
            return Ok(own.into_iter().collect());
        }
        let field = match table {
            Table::KeyResult => "goal_id",
            _ => table.whole().map_or("engagement_id", |(field, _)| field),
        };
        let sql =
            "SELECT DISTINCT new FROM change WHERE record = ? AND field = ? AND new IS NOT NULL";
        let mut statement = self.conn.prepare_cached(sql)?;
        let wholes = statement.query_map([record, field], |row| row.get::<_, String>(0))?;
        let mut all = Vec::new();
        for whole in wholes {
            all.extend(self.about_record(&whole?)?);
        }
        Ok(all)
    }
}
