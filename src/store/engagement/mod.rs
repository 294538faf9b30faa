//! Engagements in the journal: the frame, the people in it, and how a slug finds one.

use rusqlite::{OptionalExtension, params};
use uuid::Uuid;

use super::cell::{Cells, Mapped, fields, given};
use super::change::{Table, standing};
use super::condition::Conditions;
use super::refs::ref_of;
use super::{Reader, StoreError, Writer};
use crate::domain::engagement::{Engagement, EngagementStatus, Part};
use crate::domain::id::{EngagementId, OrganisationId, PartId, PersonId, Ref, Slug};
use crate::domain::method::Written;
use crate::domain::money::{Money, Rate};
use crate::domain::refusal::Refusal;
use crate::domain::time::{Day, Zone};
use crate::domain::word::{Format, Lang, Range, Setting};

mod find;
pub(crate) use find::Match;

/// What an engagement is begun with.
#[derive(Clone, Debug)]
pub(crate) struct NewEngagement {
    pub(crate) slug: Slug,
    pub(crate) coachees: Vec<PersonId>,
    pub(crate) sponsors: Vec<PersonId>,
    pub(crate) organisation: Option<OrganisationId>,
    pub(crate) payer: Option<Payer>,
    pub(crate) method: Written,
    pub(crate) status: EngagementStatus,
    pub(crate) start: Day,
    pub(crate) end: Option<Day>,
    pub(crate) sessions: Option<u32>,
    pub(crate) cadence: Option<Range>,
    pub(crate) minutes: Option<Range>,
    pub(crate) format: Format,
    pub(crate) rate: Option<Rate>,
    pub(crate) zone: Zone,
    pub(crate) lang: Lang,
    /// Whether the one who keeps the journal is its coachee.
    pub(crate) own: bool,
}

/// What an edit may set; an absent field stays.
#[derive(Clone, Debug, Default)]
pub(crate) struct EngagementEdit {
    pub(crate) slug: Option<Slug>,
    pub(crate) reference: Option<String>,
    pub(crate) organisation: Option<Setting<OrganisationId>>,
    pub(crate) payer: Option<Setting<Payer>>,
    pub(crate) method: Option<Written>,
    pub(crate) status: Option<EngagementStatus>,
    pub(crate) start: Option<Day>,
    pub(crate) end: Option<Setting<Day>>,
    pub(crate) sessions: Option<Setting<u32>>,
    pub(crate) cadence: Option<Setting<Range>>,
    pub(crate) minutes: Option<Setting<Range>>,
    pub(crate) format: Option<Format>,
    pub(crate) rate: Option<Setting<Rate>>,
    pub(crate) zone: Option<Zone>,
    pub(crate) lang: Option<Lang>,
    pub(crate) follow_up: Option<Setting<Day>>,
    pub(crate) mandated: Option<bool>,
}

impl EngagementEdit {
    /// Whether it sets something that a method limits.
    pub(crate) fn touches_frame(&self) -> bool {
        self.method.is_some()
            || self.start.is_some()
            || self.end.is_some()
            || self.sessions.is_some()
            || self.cadence.is_some()
            || self.minutes.is_some()
    }
}

/// Who pays: a company, or a person for themselves.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Payer {
    Organisation(OrganisationId),
    Person(PersonId),
}

/// Several texts of a sub-select in one cell, in the order of their making.
macro_rules! people {
    ($what:literal, $part:literal) => {
        concat!(
            "(SELECT group_concat(",
            $what,
            ", char(31) ORDER BY p.id) FROM participant p
               JOIN person ON person.id = p.person_id
              WHERE p.engagement_id = e.id AND p.part = '",
            $part,
            "' AND p.removed_at IS NULL)"
        )
    };
}

const ENGAGEMENT: &str = concat!(
    "SELECT e.*, e.removed_at AS gone_at,
       ", people!("(SELECT prefix || number FROM ref WHERE record = p.person_id)", "coachee"), " AS coachees,
       ", people!("person.name", "coachee"), " AS coachee_names,
       ", people!("(SELECT prefix || number FROM ref WHERE record = p.person_id)", "sponsor"), " AS sponsors,
       ", people!("person.name", "sponsor"), " AS sponsor_names,
       coalesce(", ref_of!("e.payer_organisation_id"), ", ", ref_of!("e.payer_person_id"), ") AS payer,
       coalesce((SELECT name FROM organisation WHERE id = e.payer_organisation_id),
                (SELECT name FROM person WHERE id = e.payer_person_id)) AS payer_name,
       ", ref_of!("e.organisation_id"), " AS org,
       (SELECT name FROM organisation WHERE id = e.organisation_id) AS org_name,
       (SELECT group_concat(person.name || ' ' || p.buy_in, char(31) ORDER BY p.id) FROM participant p
          JOIN person ON person.id = p.person_id
         WHERE p.engagement_id = e.id AND p.buy_in IS NOT NULL AND p.removed_at IS NULL) AS buy_ins,
       (SELECT count(*) FROM session s WHERE s.engagement_id = e.id AND +s.status = 'held' AND s.removed_at IS NULL
           AND s.kind IN ('coaching', 'mid-review', 'closing')) AS sessions_held
     FROM engagement e"
);

fn engagement(row: &Mapped<'_, '_>) -> rusqlite::Result<Engagement> {
    let range = |low: &'static str, high: &'static str| -> rusqlite::Result<Option<Range>> {
        let (low, high): (Option<u32>, Option<u32>) = (row.get(low)?, row.get(high)?);
        Ok(low.zip(high).and_then(|(low, high)| Range::new(low, high)))
    };
    let minor: Option<i64> = row.get("rate_minor")?;
    let currency: Option<String> = row.get("rate_currency")?;
    let rate = minor
        .zip(currency)
        .and_then(|(minor, code)| Money::from_stored(minor, &code))
        .zip(row.word_or_none("rate_per")?)
        .map(|(money, per)| Rate { money, per });
    Ok(Engagement {
        slug: row.parsed("slug")?,
        id: row.parsed("id")?,
        reference: row.get("reference")?,
        coachees: row.listed("coachees")?,
        sponsors: row.listed("sponsors")?,
        payer: row.parsed_or_none("payer")?,
        org: row.parsed_or_none("org")?,
        method: row.get("method")?,
        status: row.word("status")?,
        start: row.parsed("start_on")?,
        end: row.parsed_or_none("end_on")?,
        sessions_planned: row.get("sessions_planned")?,
        sessions_held: row.get("sessions_held")?,
        cadence_days: range("cadence_low_days", "cadence_high_days")?,
        minutes: range("low_minutes", "high_minutes")?,
        format: row.word("format")?,
        rate,
        own: row.get("own")?,
        zone: row.parsed("zone")?,
        lang: row.parsed("lang")?,
        follow_up_on: row.parsed_or_none("follow_up_on")?,
        coachee_names: row.listed("coachee_names")?,
        sponsor_names: row.listed("sponsor_names")?,
        payer_name: row.get("payer_name")?,
        org_name: row.get("org_name")?,
        mandated: row.get("mandated")?,
        buy_ins: row.listed("buy_ins")?,
        removed: row.is_gone()?,
    })
}

impl Reader<'_> {
    /// Every engagement: the running ones first, then by start, one's own last of all; `removed` lists the removed ones instead.
    pub(crate) fn list_engagements(
        &self,
        status: Option<EngagementStatus>,
        removed: bool,
    ) -> Result<Vec<Engagement>, StoreError> {
        let conditions =
            Conditions::standing("e.removed_at", removed).and_many("e.status = ?", status);
        let order = match status {
            Some(_) => "e.start_on, e.id",
            None => "e.status IN ('completed', 'cancelled'), e.start_on, e.id",
        };
        let mut all = self.rows(ENGAGEMENT, conditions, order, engagement)?;
        all.sort_by_key(|engagement| engagement.own);
        Ok(all)
    }

    /// The engagement with this id.
    pub(crate) fn get_engagement(&self, id: EngagementId) -> Result<Engagement, StoreError> {
        let sql = format!("{ENGAGEMENT} WHERE e.id = ?");
        Ok(self
            .conn
            .prepare_cached(&sql)?
            .query_row([id.to_string()], Mapped::alone(engagement))?)
    }

    /// The coachees of an engagement, in the order in which they joined.
    pub(crate) fn coachees(
        &self,
        id: EngagementId,
    ) -> Result<Vec<(PersonId, Ref, String)>, StoreError> {
        let mut statement = self.conn.prepare_cached(concat!(
            "SELECT person.id, person.name, ", ref_of!("person.id"), " AS ref
             FROM participant p JOIN person ON person.id = p.person_id
             WHERE p.engagement_id = ? AND p.part = 'coachee' AND p.removed_at IS NULL ORDER BY p.id"
        ))?;
        let rows = statement.query_map([id.to_string()], |row| {
            Ok((row.parsed("id")?, row.parsed("ref")?, row.get("name")?))
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

impl Writer<'_> {
    /// Begins an engagement and gives it its reference.
    pub(crate) fn insert_engagement(
        &mut self,
        new: NewEngagement,
    ) -> Result<EngagementId, StoreError> {
        self.slug_is_free(&new.slug, None)?;
        let reference = self.fresh_reference(new.start)?;
        let id = EngagementId::new(self.new_id());
        let (payer_organisation, payer_person) = split(new.payer);
        let snapshot = self.snapshot(&new.method)?;
        self.insert(
            Table::Engagement,
            id,
            fields! {
                "slug" => new.slug,
                "reference" => reference,
                "organisation_id" => new.organisation,
                "payer_organisation_id" => payer_organisation,
                "payer_person_id" => payer_person,
                "method" => new.method.method.id,
                "method_text" => "",
                "method_snapshot_id" => snapshot,
                "status" => new.status,
                "start_on" => new.start,
                "end_on" => new.end,
                "sessions_planned" => new.sessions,
                "cadence_low_days" => new.cadence.map(|range| range.low),
                "cadence_high_days" => new.cadence.map(|range| range.high),
                "low_minutes" => new.minutes.map(|range| range.low),
                "high_minutes" => new.minutes.map(|range| range.high),
                "format" => new.format,
                "rate_minor" => new.rate.map(|rate| rate.money.minor()),
                "rate_currency" => new.rate.map(|rate| rate.money.code()),
                "rate_per" => new.rate.map(|rate| rate.per),
                "zone" => new.zone,
                "lang" => new.lang,
                "mandated" => false,
                "own" => new.own,
            },
        )?;
        for (people, part) in [(new.coachees, Part::Coachee), (new.sponsors, Part::Sponsor)] {
            for person in people {
                self.insert_participant(id, person, part)?;
            }
        }
        Ok(id)
    }

    /// Changes the frame. A former slug goes on naming the engagement.
    pub(crate) fn update_engagement(
        &mut self,
        engagement: &Engagement,
        edit: EngagementEdit,
    ) -> Result<(), StoreError> {
        standing(engagement.removed, &engagement.slug)?;
        let id = engagement.id;
        if let Some(slug) = edit.slug.as_ref().filter(|slug| **slug != engagement.slug) {
            self.slug_is_free(slug, Some(id))?;
            let alias = PartId::new(self.new_id());
            let former = engagement.slug.clone();
            self.insert(
                Table::SlugAlias,
                alias,
                fields! { "engagement_id" => id, "slug" => former },
            )?;
        }
        if let Some(reference) = &edit.reference {
            self.reference_is_free(reference, id)?;
        }
        let mut row = given! {
            "slug" => edit.slug,
            "reference" => edit.reference,
            "organisation_id" => edit.organisation,
            "status" => edit.status,
            "start_on" => edit.start,
            "end_on" => edit.end,
            "sessions_planned" => edit.sessions,
            "format" => edit.format,
            "zone" => edit.zone,
            "lang" => edit.lang,
            "follow_up_on" => edit.follow_up,
            "mandated" => edit.mandated,
        };
        if let Some(payer) = edit.payer {
            let (organisation, person) = split(payer.value());
            row.extend(
                fields! { "payer_organisation_id" => organisation, "payer_person_id" => person },
            );
        }
        if let Some(written) = edit.method {
            let snapshot = self.snapshot(&written)?;
            row.extend(fields! {
                "method" => written.method.id,
                "method_text" => "",
                "method_snapshot_id" => snapshot,
            });
        }
        if let Some(cadence) = edit.cadence.map(Setting::value) {
            row.extend(fields! {
                "cadence_low_days" => cadence.map(|range| range.low),
                "cadence_high_days" => cadence.map(|range| range.high),
            });
        }
        if let Some(minutes) = edit.minutes.map(Setting::value) {
            row.extend(fields! {
                "low_minutes" => minutes.map(|range| range.low),
                "high_minutes" => minutes.map(|range| range.high),
            });
        }
        if let Some(rate) = edit.rate.map(Setting::value) {
            row.extend(fields! {
                "rate_minor" => rate.map(|rate| rate.money.minor()),
                "rate_currency" => rate.map(|rate| rate.money.code()),
                "rate_per" => rate.map(|rate| rate.per),
            });
        }
        self.update(Table::Engagement, id, row).map(drop)
    }

    /// Adds a person to an engagement, unless they have that part in it already.
    pub(crate) fn insert_participant(
        &mut self,
        engagement: EngagementId,
        person: PersonId,
        part: Part,
    ) -> Result<(), StoreError> {
        if self.participant(engagement, person, part)?.is_some() {
            return Ok(());
        }
        let id = PartId::new(self.new_id());
        self.insert(
            Table::Participant,
            id,
            fields! { "engagement_id" => engagement, "person_id" => person, "part" => part },
        )
    }

    /// Sets how far a coachee, or a sponsor, has bought in, 0 to 10; tells whether they are one.
    pub(crate) fn set_buy_in(
        &mut self,
        engagement: EngagementId,
        person: PersonId,
        value: u8,
    ) -> Result<bool, StoreError> {
        let coachee = self.participant(engagement, person, Part::Coachee)?;
        match coachee.or(self.participant(engagement, person, Part::Sponsor)?) {
            Some(id) => self
                .update(
                    Table::Participant,
                    id.hyphenated(),
                    fields! { "buy_in" => u32::from(value) },
                )
                .map(|_| true),
            None => Ok(false),
        }
    }

    /// Takes a person's part in an engagement away; tells whether they had it.
    pub(crate) fn remove_participant(
        &mut self,
        engagement: EngagementId,
        person: PersonId,
        part: Part,
    ) -> Result<bool, StoreError> {
        match self.participant(engagement, person, part)? {
            Some(id) => self.remove(Table::Participant, id.hyphenated()).map(|()| true),
            None => Ok(false),
        }
    }

    fn participant(
        &self,
        engagement: EngagementId,
        person: PersonId,
        part: Part,
    ) -> Result<Option<Uuid>, StoreError> {
        let found: Option<String> = self
            .conn
            .prepare_cached(
                "SELECT id FROM participant
                 WHERE engagement_id = ? AND person_id = ? AND part = ? AND removed_at IS NULL",
            )?
            .query_row(
                params![engagement.to_string(), person.to_string(), part.to_string()],
                |row| row.get(0),
            )
            .optional()?;
        Ok(found.and_then(|id| id.parse().ok()))
    }

    /// Removes an engagement; its records go out of every list with it.
    ///
    /// # Errors
    /// Refused once something of it was signed or frozen.
    pub(crate) fn remove_engagement(&mut self, engagement: &Engagement) -> Result<(), StoreError> {
        standing(engagement.removed, &engagement.slug)?;
        if let Some((what, how)) = self.kept_of(engagement.id)? {
            let (engagement, running) = (engagement.slug.clone(), engagement.status.is_running());
            return Err(Refusal::EngagementKept { engagement, what, how, running }.into());
        }
        self.remove(Table::Engagement, engagement.id)
    }

    /// The first thing of an engagement that was signed or frozen, and which of the two it was.
    fn kept_of(&self, id: EngagementId) -> Result<Option<(String, &'static str)>, StoreError> {
        let first = |sql: &str| -> Result<Option<String>, StoreError> {
            let mut statement = self.conn.prepare_cached(sql)?;
            Ok(statement.query_row([id.to_string()], |row| row.get(0)).optional()?)
        };
        let signed = first(concat!(
            "SELECT 'agreement ' || ",
            ref_of!("a.id"),
            " FROM agreement a
             WHERE a.engagement_id = ? AND a.removed_at IS NULL
               AND EXISTS (SELECT 1 FROM signature s WHERE s.agreement_id = a.id AND s.removed_at IS NULL)
             ORDER BY a.version LIMIT 1"
        ))?;
        if let Some(signed) = signed {
            return Ok(Some((signed, "signed")));
        }
        let paper = first(
            "SELECT 'paper ' || kind || ', version ' || version || ',' FROM paper
             WHERE engagement_id = ? AND removed_at IS NULL ORDER BY kind, version LIMIT 1",
        )?;
        let frozen = match paper {
            Some(paper) => Some(paper),
            None => first(concat!(
                "SELECT 'worksheet ' || ",
                ref_of!("w.id"),
                " FROM worksheet w
                 WHERE w.engagement_id = ? AND w.removed_at IS NULL
                   AND EXISTS (SELECT 1 FROM worksheet_version v WHERE v.worksheet_id = w.id AND v.removed_at IS NULL)
                 ORDER BY w.definition, w.id LIMIT 1"
            ))?,
        };
        Ok(frozen.map(|what| (what, "frozen")))
    }

    /// Brings an engagement back that was removed.
    pub(crate) fn restore_engagement(&mut self, engagement: &Engagement) -> Result<(), StoreError> {
        self.restore(Table::Engagement, engagement.id, &engagement.slug)
    }
}

fn split(payer: Option<Payer>) -> (Option<OrganisationId>, Option<PersonId>) {
    match payer {
        Some(Payer::Organisation(id)) => (Some(id), None),
        Some(Payer::Person(id)) => (None, Some(id)),
        None => (None, None),
    }
}
