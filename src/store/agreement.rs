//! Agreements in the journal: versions, signatures, and the rare cases that were told.

use rusqlite::{OptionalExtension, params};

use super::cell::{Cells, Mapped, fields, given, unreadable};
use super::change::{Table, standing};
use super::condition::Conditions;
use super::refs::{missing, ref_of};
use super::{Reader, StoreError, Writer};
use crate::domain::agreement::{Agreement, Disclosure, DisclosureKind, Party, Signature, Terms};
use crate::domain::id::{AgreementId, EngagementId, Handle, Noun, PartId, PersonId, Ref};
use crate::domain::refusal::Refusal;
use crate::domain::text::{Line, Prose};
use crate::domain::time::Day;
use crate::domain::word::Word;

/// Who signs, for which party, and when.
#[derive(Clone, Debug)]
pub(crate) struct NewSignature {
    pub(crate) party: Party,
    /// Absent for the coach.
    pub(crate) person: Option<PersonId>,
    pub(crate) name: String,
    pub(crate) on: Day,
}

/// What was told, or to whom a coachee was sent.
#[derive(Clone, Debug)]
pub(crate) struct NewDisclosure {
    pub(crate) kind: DisclosureKind,
    pub(crate) to: Line,
    pub(crate) reason: Prose,
    pub(crate) on: Day,
}

/// A person of an engagement who has not signed the version in hand.
macro_rules! awaited {
    ($part:literal) => {
        concat!(
            "SELECT person.name, p.id FROM participant p JOIN person ON person.id = p.person_id
             WHERE p.engagement_id = d.engagement_id AND p.part = '",
            $part,
            "' AND p.removed_at IS NULL
               AND NOT EXISTS (SELECT 1 FROM signature s WHERE s.agreement_id = d.id
                 AND s.person_id = p.person_id AND s.party = p.part AND s.removed_at IS NULL)"
        )
    };
}

const AGREEMENT: &str = concat!(
    "SELECT d.*, coalesce(d.removed_at, e.removed_at) AS gone_at, e.slug AS engagement, ", ref_of!("d.id"), " AS ref,
       (SELECT json_group_array(json_array(s.party, ", ref_of!("s.person_id"), ", s.name, s.signed_on) ORDER BY s.id)
          FROM signature s WHERE s.agreement_id = d.id AND s.removed_at IS NULL) AS signatures,
       (SELECT json_group_array(json_array(c.kind, c.recipient, c.reason, c.told_on) ORDER BY c.told_on, c.id)
          FROM disclosure c WHERE c.engagement_id = d.engagement_id AND c.removed_at IS NULL) AS disclosures,
       (SELECT group_concat(name, char(31) ORDER BY id) FROM (", awaited!("coachee"), ")) AS coachees_awaited,
       (SELECT group_concat(name, char(31) ORDER BY id) FROM (", awaited!("sponsor"), ")) AS sponsors_awaited
     FROM agreement d CROSS JOIN engagement e ON e.id = d.engagement_id"
);

fn agreement(row: &Mapped<'_, '_>) -> rusqlite::Result<Agreement> {
    let terms: Terms = row.json("terms")?;
    let signatures = signatures(row)?;
    let mut awaits: Vec<String> = row.listed("coachees_awaited")?;
    let mut awaited_as = vec![Party::Coachee; awaits.len()];
    awaits.extend(row.listed::<String>("sponsors_awaited")?);
    awaited_as.resize(awaits.len(), Party::Sponsor);
    if !signatures.iter().any(|signature| signature.party == Party::Coach) {
        awaits.push(Party::Coach.word().to_owned());
        awaited_as.push(Party::Coach);
    }
    Ok(Agreement {
        reference: row.parsed("ref")?,
        id: row.parsed("id")?,
        engagement: row.parsed("engagement")?,
        version: row.get("version")?,
        made_on: row.parsed("made_on")?,
        missing: terms.missing.clone(),
        terms,
        signatures,
        awaits,
        awaited_as,
        disclosures: disclosures(row)?,
        text: row.get("text")?,
        engagement_id: row.parsed("engagement_id")?,
        removed: row.is_gone()?,
    })
}

fn signatures(row: &Mapped<'_, '_>) -> rusqlite::Result<Vec<Signature>> {
    type Told = (String, Option<String>, String, String);
    let told: Vec<Told> = row.json("signatures")?;
    let signature = |(party, person, name, on): Told| {
        Some(Signature {
            party: Party::from_word(&party)?,
            person: person.map(|person| person.parse()).transpose().ok()?,
            name,
            on: on.parse().ok()?,
        })
    };
    let all = told.into_iter();
    all.map(|each| signature(each).ok_or_else(|| unreadable("signatures", ""))).collect()
}

fn disclosures(row: &Mapped<'_, '_>) -> rusqlite::Result<Vec<Disclosure>> {
    type Told = (String, String, String, String);
    let told: Vec<Told> = row.json("disclosures")?;
    let disclosure = |(kind, to, reason, on): Told| {
        let kind = DisclosureKind::from_word(&kind)?;
        Some(Disclosure { kind, to, reason, on: on.parse().ok()? })
    };
    let all = told.into_iter();
    all.map(|each| disclosure(each).ok_or_else(|| unreadable("disclosures", ""))).collect()
}

impl Reader<'_> {
    /// Agreements by engagement, and within one by version.
    pub(crate) fn list_agreements(
        &self,
        engagement: Option<EngagementId>,
        removed: bool,
    ) -> Result<Vec<Agreement>, StoreError> {
        let conditions = Conditions::standing("d.removed_at", removed)
            .and_standing("e.removed_at")
            .and("d.engagement_id = ?", engagement);
        self.rows(AGREEMENT, conditions, "d.engagement_id, d.version, d.id", agreement)
    }

    /// The agreement of this ref or id, removed or not.
    pub(crate) fn get_agreement(&self, handle: &Handle) -> Result<Agreement, StoreError> {
        let id = self.record_id(Noun::Agreement, handle)?;
        let sql = format!("{AGREEMENT} WHERE d.id = ?");
        self.conn
            .prepare_cached(&sql)?
            .query_row([id.to_string()], Mapped::alone(agreement))
            .optional()?
            .ok_or_else(|| missing(Noun::Agreement, handle))
    }

    /// A version of an engagement's agreement, or its latest one; nothing where it has none.
    pub(crate) fn agreement_of(
        &self,
        engagement: EngagementId,
        version: Option<u32>,
    ) -> Result<Option<Agreement>, StoreError> {
        let sql = format!(
            "{AGREEMENT} WHERE d.engagement_id = ?1 AND (?2 IS NULL OR d.version = ?2)
               AND d.removed_at IS NULL ORDER BY d.version DESC, d.id DESC LIMIT 1"
        );
        Ok(self
            .conn
            .prepare_cached(&sql)?
            .query_row(params![engagement.to_string(), version], Mapped::alone(agreement))
            .optional()?)
    }

    /// The rare cases of an engagement, in their order.
    pub(crate) fn disclosures_of(
        &self,
        engagement: EngagementId,
    ) -> Result<Vec<Disclosure>, StoreError> {
        let mut statement = self.conn.prepare_cached(
            "SELECT kind, recipient, reason, told_on FROM disclosure
             WHERE engagement_id = ? AND removed_at IS NULL ORDER BY told_on, id",
        )?;
        let rows = statement.query_map([engagement.to_string()], |row| {
            Ok(Disclosure {
                kind: row.word("kind")?,
                to: row.get("recipient")?,
                reason: row.get("reason")?,
                on: row.parsed("told_on")?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The number of the version after the last one there ever was.
    pub(crate) fn next_agreement_version(
        &self,
        engagement: EngagementId,
    ) -> Result<u32, StoreError> {
        Ok(self
            .conn
            .prepare_cached(
                "SELECT coalesce(max(version), 0) + 1 FROM agreement WHERE engagement_id = ?",
            )?
            .query_row([engagement.to_string()], |row| row.get(0))?)
    }

    /// The names of the coachees who had signed no version of their agreement by that day.
    pub(crate) fn coachees_unsigned(
        &self,
        engagement: EngagementId,
        by: Day,
    ) -> Result<Vec<String>, StoreError> {
        let mut statement = self.conn.prepare_cached(
            "SELECT person.name FROM participant p JOIN person ON person.id = p.person_id
             WHERE p.engagement_id = ?1 AND p.part = 'coachee' AND p.removed_at IS NULL
               AND NOT EXISTS (SELECT 1 FROM agreement d JOIN signature s ON s.agreement_id = d.id
                 WHERE d.engagement_id = ?1 AND d.removed_at IS NULL AND s.removed_at IS NULL
                   AND s.person_id = p.person_id AND s.party = 'coachee' AND s.signed_on <= ?2)
             ORDER BY p.id",
        )?;
        let rows =
            statement.query_map([engagement.to_string(), by.to_string()], |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

impl Writer<'_> {
    /// Makes a version of an agreement.
    pub(crate) fn insert_agreement(
        &mut self,
        engagement: EngagementId,
        version: u32,
        made_on: Day,
        terms: &Terms,
        text: String,
    ) -> Result<Ref, StoreError> {
        let id = AgreementId::new(self.new_id());
        self.insert(
            Table::Agreement,
            id,
            fields! {
                "engagement_id" => engagement,
                "version" => version,
                "terms" => stored(terms)?,
                "text" => text,
                "made_on" => made_on,
            },
        )?;
        self.name(Noun::Agreement, id)
    }

    /// Draws a version anew, today, that nobody has signed.
    ///
    /// # Errors
    /// Refused once somebody signed it.
    pub(crate) fn update_agreement(
        &mut self,
        agreement: &Agreement,
        terms: &Terms,
        text: String,
    ) -> Result<(), StoreError> {
        standing(agreement.removed, &agreement.reference)?;
        unsigned(agreement)?;
        let made_on = Some(self.today());
        let row = given! {
            "terms" => Some(stored(terms)?),
            "text" => Some(text),
            "made_on" => made_on,
        };
        self.update(Table::Agreement, agreement.id, row).map(drop)
    }

    /// Signs a version for one party. `undo` does not take it back.
    ///
    /// # Errors
    /// Refused for a day to come, and where the same person signed this version before.
    pub(crate) fn insert_signature(
        &mut self,
        agreement: &Agreement,
        new: NewSignature,
    ) -> Result<(), StoreError> {
        standing(agreement.removed, &agreement.reference)?;
        if new.on > self.today() {
            return Err(Refusal::SignedToCome { name: new.name, on: new.on }.into());
        }
        let before: Option<Day> = self
            .conn
            .prepare_cached(
                "SELECT signed_on FROM signature WHERE agreement_id = ? AND party = ?
                   AND person_id IS ? AND removed_at IS NULL",
            )?
            .query_row(
                params![
                    agreement.id.to_string(),
                    new.party.word(),
                    new.person.map(|person| person.to_string())
                ],
                |row| row.parsed("signed_on"),
            )
            .optional()?;
        if let Some(on) = before {
            let reference = agreement.reference;
            return Err(Refusal::SignedAlready { reference, name: new.name, on }.into());
        }
        let id = PartId::new(self.new_id());
        self.insert(
            Table::Signature,
            id,
            fields! {
                "agreement_id" => agreement.id,
                "party" => new.party,
                "person_id" => new.person,
                "name" => new.name,
                "signed_on" => new.on,
            },
        )
    }

    /// Writes a rare case down.
    pub(crate) fn insert_disclosure(
        &mut self,
        engagement: EngagementId,
        new: NewDisclosure,
    ) -> Result<(), StoreError> {
        let id = PartId::new(self.new_id());
        self.insert(
            Table::Disclosure,
            id,
            fields! {
                "engagement_id" => engagement,
                "kind" => new.kind,
                "recipient" => new.to,
                "reason" => new.reason,
                "told_on" => new.on,
            },
        )
    }

    /// Removes a version that nobody has signed.
    pub(crate) fn remove_agreement(&mut self, agreement: &Agreement) -> Result<(), StoreError> {
        standing(agreement.removed, &agreement.reference)?;
        unsigned(agreement)?;
        self.remove(Table::Agreement, agreement.id)
    }

    /// Brings a version back that was removed.
    pub(crate) fn restore_agreement(&mut self, agreement: &Agreement) -> Result<(), StoreError> {
        self.restore(Table::Agreement, agreement.id, &agreement.reference)
    }
}

/// Refuses a change to what somebody signed.
fn unsigned(agreement: &Agreement) -> Result<(), StoreError> {
    match agreement.is_signed() {
        true => Err(Refusal::Signed {
            reference: agreement.reference,
            engagement: agreement.engagement.clone(),
        }
        .into()),
        false => Ok(()),
    }
}

fn stored(terms: &Terms) -> Result<String, StoreError> {
    let mut whole = serde_json::to_value(terms)
        .map_err(|error| StoreError::Damaged { detail: format!("terms: {error}") })?;
    whole["missing"] = terms.missing.clone().into();
    whole["drawn"] = serde_json::to_value(&terms.drawn)
        .map_err(|error| StoreError::Damaged { detail: format!("terms: {error}") })?;
    Ok(whole.to_string())
}
