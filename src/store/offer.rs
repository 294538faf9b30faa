//! What a shell may offer while somebody types: slugs, refs and stages, of records that stand and
//! are not closed. No name of a person or a company is among it, and no words of a note.

use rusqlite::params;

use super::{Reader, StoreError};
use crate::domain::id::{EngagementId, Noun};
use crate::domain::method::Method;
use crate::domain::session::is_current;
use crate::store::cell::Cells;
use crate::store::engagement::Match;

/// What is wanted where the cursor stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Wanted {
    Engagements,
    /// Refs of this noun.
    Records(Noun),
    /// Refs of actions that are done or dropped, for the verb that reopens one.
    ClosedActions,
    /// The stages of a session.
    Stages,
    /// The worksheets that an engagement's method has and that were not begun.
    Definitions,
}

/// One value, and what may stand beside it on a screen that nobody else sees.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Offer {
    pub(crate) value: String,
    pub(crate) title: String,
}

/// What is typed already, and who may look.
#[derive(Clone, Debug, Default)]
pub(crate) struct Glance {
    /// The engagement that is named on the line.
    pub(crate) engagement: Option<String>,
    /// Whether the command writes into the session that goes on, where none is named.
    pub(crate) in_session: bool,
    /// Whether titles are wanted beside the values.
    pub(crate) titles: bool,
    /// What the value begins with.
    pub(crate) begun: String,
    /// Whether others see the screen; not said: while a session goes on they do.
    pub(crate) discreet: Option<bool>,
}

/// More than this is no help to anybody.
const MOST: u32 = 100;

/// A query gives ref, title; `?1` is the engagement or NULL, `?2` what the number begins with,
/// `?3` how many rows at most.
macro_rules! offered {
    ($prefix:literal, $title:literal, $table:literal, $condition:literal, $order:literal) => {
        concat!(
            "SELECT r.prefix || r.number, ",
            $title,
            " FROM ",
            $table,
            " t JOIN ref r ON r.record = t.id ",
            $condition,
            " AND t.removed_at IS NULL AND r.prefix = '",
            $prefix,
            "' AND r.number LIKE ?2 || '%' ORDER BY ",
            $order,
            " LIMIT ?3"
        )
    };
}

const OPEN_ACTIONS: &str = offered!(
    "A",
    "t.what",
    "action",
    "JOIN engagement e ON e.id = t.engagement_id AND e.removed_at IS NULL
     WHERE t.status = 'open' AND (?1 IS NULL OR t.engagement_id = ?1)",
    "coalesce(t.due_on, '~'), t.made_at, t.id"
);
/// By their refs, the newest first: what is open among them is soon passed over.
const CLOSED_ACTIONS: &str = "
    SELECT r.prefix || r.number, t.what
    FROM ref r CROSS JOIN action t ON t.id = r.record
      JOIN engagement e ON e.id = t.engagement_id AND e.removed_at IS NULL
    WHERE t.status IN ('done', 'dropped') AND (?1 IS NULL OR t.engagement_id = ?1)
      AND t.removed_at IS NULL AND r.prefix = 'A' AND r.number LIKE ?2 || '%'
    ORDER BY r.number DESC LIMIT ?3";
const GOALS: &str = offered!(
    "G",
    "t.title",
    "goal",
    "JOIN engagement e ON e.id = t.engagement_id AND e.removed_at IS NULL
     WHERE t.status = 'active' AND (?1 IS NULL OR t.engagement_id = ?1)",
    "r.number"
);
const KEY_RESULTS: &str = offered!(
    "K",
    "t.title",
    "key_result",
    "JOIN goal g ON g.id = t.goal_id AND g.removed_at IS NULL AND g.status = 'active'
     JOIN engagement e ON e.id = g.engagement_id AND e.removed_at IS NULL
     WHERE (?1 IS NULL OR g.engagement_id = ?1)",
    "r.number"
);
const SESSIONS: &str = offered!(
    "S",
    "e.slug || ' ' || t.start_on",
    "session",
    "JOIN engagement e ON e.id = t.engagement_id AND e.removed_at IS NULL
     WHERE t.status = ?4 AND (?1 IS NULL OR t.engagement_id = ?1)",
    "t.start_at DESC"
);
/// The newest first, as their index has them.
const NOTES: &str = "
    SELECT r.prefix || r.number, e.slug || ' ' || t.written_on || ' ' || t.kind
    FROM note t CROSS JOIN ref r ON r.record = t.id
      JOIN engagement e ON e.id = t.engagement_id AND e.removed_at IS NULL
    WHERE (?1 IS NULL OR t.engagement_id = ?1)
      AND t.removed_at IS NULL AND r.prefix = 'N' AND r.number LIKE ?2 || '%'
    ORDER BY t.written_at DESC, t.id DESC LIMIT ?3";
/// By their refs: there are few.
/// Records of an engagement by their refs.
macro_rules! of_engagement {
    ($prefix:literal, $title:literal, $table:literal, $engagement:literal) => {
        concat!(
            "SELECT r.prefix || r.number, ",
            $title,
            " FROM ref r CROSS JOIN ",
            $table,
            " t ON t.id = r.record JOIN engagement e ON e.id = ",
            $engagement,
            " AND e.removed_at IS NULL WHERE (?1 IS NULL OR e.id = ?1)
              AND t.removed_at IS NULL AND r.prefix = '",
            $prefix,
            "' AND r.number LIKE ?2 || '%' ORDER BY r.number LIMIT ?3"
        )
    };
}

const HABITS: &str = of_engagement!("B", "t.text", "habit", "t.engagement_id");
const AGREEMENTS: &str =
    of_engagement!("D", "'version ' || t.version", "agreement", "t.engagement_id");
const STAKEHOLDERS: &str = of_engagement!(
    "H",
    "(SELECT name FROM person WHERE id = t.person_id)",
    "stakeholder",
    "t.engagement_id"
);
const FEEDBACK: &str = of_engagement!(
    "F",
    "t.round",
    "feedback",
    "(SELECT engagement_id FROM stakeholder WHERE id = t.stakeholder_id)"
);
const WORKSHEETS: &str = of_engagement!("W", "t.definition", "worksheet", "t.engagement_id");
const REVIEWS: &str = of_engagement!("R", "t.kind", "review", "t.engagement_id");
const PEOPLE: &str = offered!("P", "''", "person", "WHERE ?1 IS NULL", "r.number");
const ORGANISATIONS: &str = offered!("O", "''", "organisation", "WHERE ?1 IS NULL", "r.number");

impl Reader<'_> {
    /// What a shell may offer here. Where others see the screen, titles are left out, and other
    /// engagements go by their reference.
    pub(crate) fn offers(&self, wanted: Wanted, glance: &Glance) -> Result<Vec<Offer>, StoreError> {
        let matters = glance.in_session || glance.titles || wanted == Wanted::Engagements;
        let asked = glance.discreet == Some(true);
        let in_session = if matters { self.in_session(asked)? } else { None };
        let discreet = glance.discreet.unwrap_or(in_session.is_some());
        let current = if glance.in_session { self.current_engagements()? } else { Vec::new() };
        let named = match &glance.engagement {
            Some(named) => Some(self.find_engagement(named, Match::Prefix)?.id),
            None => None,
        };
        let here = match current[..] {
            [only] if glance.in_session => named.or(Some(only)),
            _ => named,
        };
        let mut offers = match wanted {
            Wanted::Engagements => self.engagements_to_name(discreet, in_session)?,
            Wanted::Stages => self.stages(here)?,
            Wanted::Definitions => self.definitions(named)?,
            Wanted::ClosedActions => self.refs(CLOSED_ACTIONS, Noun::Action, named, glance)?,
            Wanted::Records(Noun::Session) => self.sessions_to_name(named, glance)?,
            Wanted::Records(noun) => {
                let sql = match noun {
                    Noun::Action => OPEN_ACTIONS,
                    Noun::Goal => GOALS,
                    Noun::KeyResult => KEY_RESULTS,
                    Noun::Note => NOTES,
                    Noun::Habit => HABITS,
                    Noun::Agreement => AGREEMENTS,
                    Noun::Stakeholder => STAKEHOLDERS,
                    Noun::Feedback => FEEDBACK,
                    Noun::Worksheet => WORKSHEETS,
                    Noun::Review => REVIEWS,
                    Noun::Person => PEOPLE,
                    Noun::Organisation => ORGANISATIONS,
                    Noun::Session => return Ok(Vec::new()),
                };
                self.refs(sql, noun, here, glance)?
            }
        };
        offers.retain(|offer| offer.value.starts_with(&glance.begun));
        if discreet || !glance.titles {
            offers.iter_mut().for_each(|offer| offer.title.clear());
        }
        Ok(offers)
    }

    /// The engagements with a session that goes on now.
    fn current_engagements(&self) -> Result<Vec<EngagementId>, StoreError> {
        let mut statement = self.conn.prepare_cached(
            "SELECT s.engagement_id, s.start_at, s.zone, s.minutes
             FROM session s JOIN engagement e ON e.id = s.engagement_id AND e.removed_at IS NULL
             WHERE s.status = 'open' AND s.removed_at IS NULL",
        )?;
        let rows = statement.query_map([], |row| {
            let id: EngagementId = row.parsed("engagement_id")?;
            Ok((id, row.moment("start_at", "zone")?, row.get::<_, Option<u32>>("minutes")?))
        })?;
        let open = rows.collect::<Result<Vec<_>, _>>()?;
        let current = |&(id, start, minutes)| is_current(start, minutes, self.now()).then_some(id);
        Ok(open.iter().filter_map(current).collect())
    }

    fn engagements_to_name(
        &self,
        discreet: bool,
        shown: Option<EngagementId>,
    ) -> Result<Vec<Offer>, StoreError> {
        let mut statement = self.conn.prepare_cached(
            "SELECT id, slug, reference, own FROM engagement
             WHERE removed_at IS NULL AND status IN ('proposed', 'active', 'phase-down')",
        )?;
        let rows = statement.query_map([], |row| {
            let id: EngagementId = row.parsed("id")?;
            let (slug, reference) = (row.get("slug")?, row.get("reference")?);
            let offer = match discreet && shown != Some(id) {
                true => Offer { value: reference, title: String::new() },
                false => Offer { value: slug, title: reference },
            };
            Ok((row.get::<_, bool>("own")?, offer))
        })?;
        let mut offers: Vec<(bool, Offer)> = rows.collect::<Result<_, _>>()?;
        offers.sort_by(|one, other| (one.0, &one.1.value).cmp(&(other.0, &other.1.value)));
        Ok(offers.into_iter().map(|(_, offer)| offer).collect())
    }

    /// The stages of an engagement's method; without one those that every session has.
    fn stages(&self, here: Option<EngagementId>) -> Result<Vec<Offer>, StoreError> {
        let usual = || Method::shipped_ids().next().and_then(Method::shipped);
        let method = match here {
            Some(id) => Some(self.method_of(id)?),
            None => usual().and_then(|text| Method::stored(text).ok()),
        };
        let stages = method.map(|method| method.stages).unwrap_or_default();
        Ok(stages.into_iter().map(|stage| Offer { value: stage.id, title: stage.title }).collect())
    }

    /// The worksheets that can be begun; without an engagement none.
    fn definitions(&self, named: Option<EngagementId>) -> Result<Vec<Offer>, StoreError> {
        let Some(engagement) = named else { return Ok(Vec::new()) };
        let mut offers = Vec::new();
        for def in self.method_of(engagement)?.worksheets {
            if self.worksheet_by(engagement, &def.id)?.is_none() {
                offers.push(Offer { value: def.id, title: def.title });
            }
        }
        Ok(offers)
    }

    fn sessions_to_name(
        &self,
        named: Option<EngagementId>,
        glance: &Glance,
    ) -> Result<Vec<Offer>, StoreError> {
        let mut offers = Vec::new();
        let number = number_begun(Noun::Session, &glance.begun);
        let Some(number) = number else { return Ok(offers) };
        for status in ["open", "planned", "held"] {
            let mut statement = self.conn.prepare_cached(SESSIONS)?;
            let named = named.map(|id| id.to_string());
            let rows = statement.query_map(params![named, number, MOST, status], offer)?;
            for row in rows {
                offers.push(row?);
            }
        }
        Ok(offers)
    }

    fn refs(
        &self,
        sql: &str,
        noun: Noun,
        named: Option<EngagementId>,
        glance: &Glance,
    ) -> Result<Vec<Offer>, StoreError> {
        let Some(number) = number_begun(noun, &glance.begun) else { return Ok(Vec::new()) };
        let of = if named.is_some() { "t.engagement_id = ?1" } else { "?1 IS NULL" };
        let sql = sql.replace("(?1 IS NULL OR t.engagement_id = ?1)", of);
        let mut statement = self.conn.prepare_cached(&sql)?;
        // People and companies belong to no engagement.
        let named = named.filter(|_| !matches!(noun, Noun::Person | Noun::Organisation));
        let named = named.map(|id| id.to_string());
        let rows = statement.query_map(params![named, number, MOST], offer)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

fn offer(row: &rusqlite::Row<'_>) -> rusqlite::Result<Offer> {
    Ok(Offer { value: row.get(0)?, title: row.get(1)? })
}

/// What the number of a ref begins with; nothing where another kind of ref was begun.
fn number_begun(noun: Noun, begun: &str) -> Option<&str> {
    let rest = match begun {
        "" => "",
        begun => begun.strip_prefix(noun.prefix())?,
    };
    rest.chars().all(|digit| digit.is_ascii_digit()).then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_begun_ref_gives_its_digits_or_is_another_noun() {
        assert_eq!(number_begun(Noun::Action, ""), Some(""));
        assert_eq!(number_begun(Noun::Action, "A4"), Some("4"));
        for other in ["S4", "A4x", "a4", "A%"] {
            assert_eq!(number_begun(Noun::Action, other), None, "{other}");
        }
    }
}
