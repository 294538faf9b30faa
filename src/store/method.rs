//! Methods in the journal: the copy that an engagement was begun with, and what is there of what it
//! asks for.

use std::collections::BTreeSet;

use rusqlite::{OptionalExtension, Row, params};
use sha2::{Digest, Sha256};

use super::cell::{Cells, fields};
use super::change::Table;
use super::refs::ref_of;
use super::{Reader, StoreError, Writer};
use crate::domain::engagement::Engagement;
use crate::domain::id::{EngagementId, PartId, Ref};
use crate::domain::method::{
    Ask, AskedRound, Counted, Facts, Limit, Method, MethodError, Need, Requirement, Run, Sheet,
    Signed, Standing, Written,
};
use crate::domain::session::SessionKind;
use crate::domain::word::ReviewKind;

const SNAPSHOT: &str = "SELECT parsed, text FROM method_snapshot WHERE id = ?";

fn damaged(error: MethodError) -> StoreError {
    StoreError::Damaged { detail: error.to_string() }
}

/// The method of a snapshot: as it was parsed, or where another program parsed it, by its text.
fn of_snapshot(row: &Row<'_>) -> rusqlite::Result<Result<Method, MethodError>> {
    match row.json("parsed") {
        Ok(method) => Ok(Ok(method)),
        Err(_) => Ok(Method::stored(row.cell("text")?.as_str()?)),
    }
}

impl Reader<'_> {
    /// The copy of the method that the engagement was begun with.
    pub(crate) fn method_of(&self, id: EngagementId) -> Result<Method, StoreError> {
        self.method_kept(id)?.map_err(damaged)
    }

    fn method_kept(&self, id: EngagementId) -> Result<Result<Method, MethodError>, StoreError> {
        let (snapshot, text): (Option<String>, String) = self
            .conn
            .prepare_cached("SELECT method_snapshot_id, method_text FROM engagement WHERE id = ?")?
            .query_row([id.to_string()], |row| Ok((row.get(0)?, row.get(1)?)))?;
        match snapshot {
            Some(snapshot) => {
                Ok(self.conn.prepare_cached(SNAPSHOT)?.query_row([snapshot], of_snapshot)?)
            }
            None => Ok(Method::stored(&text)),
        }
    }

    /// The text of the method that the engagement was begun with.
    pub(crate) fn method_text_of(&self, id: EngagementId) -> Result<String, StoreError> {
        let sql = "SELECT coalesce((SELECT text FROM method_snapshot WHERE id = e.method_snapshot_id), e.method_text)
                   FROM engagement e WHERE e.id = ?";
        Ok(self.conn.prepare_cached(sql)?.query_row([id.to_string()], |row| row.get(0))?)
    }

    /// Every method that an engagement has, each once.
    pub(crate) fn methods_in_use(&self) -> Result<Vec<Method>, StoreError> {
        let texts = |sql: &str| -> Result<BTreeSet<String>, StoreError> {
            let mut statement = self.conn.prepare_cached(sql)?;
            let rows = statement.query_map([], |row| row.get(0))?;
            Ok(rows.collect::<Result<_, _>>()?)
        };
        let mut methods = Vec::new();
        for id in texts(
            "SELECT DISTINCT method_snapshot_id FROM engagement WHERE method_snapshot_id IS NOT NULL",
        )? {
            let kept = self.conn.prepare_cached(SNAPSHOT)?.query_row([id], of_snapshot)?;
            methods.push(kept.map_err(damaged)?);
        }
        for text in texts("SELECT method_text FROM engagement WHERE method_snapshot_id IS NULL")? {
            methods.push(Method::stored(&text).map_err(damaged)?);
        }
        Ok(methods)
    }

    /// Where an engagement stands in its method, and what is not there yet.
    pub(crate) fn standing_of(
        &self,
        engagement: &Engagement,
        method: &Method,
    ) -> Result<Standing, StoreError> {
        let run = Run {
            slug: &engagement.slug,
            status: engagement.status,
            start: engagement.start,
            end: engagement.end,
            held: engagement.sessions_held,
            planned: engagement.sessions_planned,
            today: self.today(),
        };
        let facts = self.facts_for_needs(engagement, &method.asks_of_phases())?;
        Ok(method.standing(&run, &facts))
    }

    /// What of these requirements of the engagement's method is not there.
    pub(crate) fn open_needs_of(
        &self,
        engagement: &Engagement,
        requirements: &[Requirement],
    ) -> Result<Vec<Need>, StoreError> {
        if requirements.is_empty() {
            return Ok(Vec::new());
        }
        let method = self.method_of(engagement.id)?;
        let facts = self.facts_for_needs(engagement, &method.asks(requirements))?;
        Ok(method.open_needs(&engagement.slug, &facts, requirements))
    }

    /// What the phases that are over still lack, as a warning. Who has not signed the agreement is told
    /// by itself.
    pub(crate) fn gate_of(&self, engagement: &Engagement) -> Result<Option<Limit>, StoreError> {
        let method = self.method_of(engagement.id)?;
        let standing = self.standing_of(engagement, &method)?;
        let of_agreement = |need: &Need| {
            let ask = Requirement(need.written.clone()).ask(&method);
            matches!(ask, Ok(Ask::Agreement | Ask::Signed | Ask::SignedBySponsor))
        };
        let lacks = standing.overdue.into_iter();
        let (mut phases, needs): (Vec<String>, Vec<Need>) =
            lacks.filter(|(_, need)| !of_agreement(need)).unzip();
        phases.dedup();
        let of = match phases.split_last() {
            Some((last, [])) => last.clone(),
            Some((last, before)) => format!("{} and {last}", before.join(", ")),
            None => String::new(),
        };
        Ok(Limit::open(format!("from {of}"), needs, &engagement.slug))
    }

    /// What an engagement lacks as it ends, as a warning: of the phases that are over, and of the one
    /// it is in.
    pub(crate) fn rest_of(&self, engagement: &Engagement) -> Result<Option<Limit>, StoreError> {
        let standing = self.standing_of(engagement, &self.method_of(engagement.id)?)?;
        let of = format!("for {}", engagement.slug);
        Ok(Limit::open(of, standing.needs(), &engagement.slug))
    }

    /// What is there of what is asked for. What nobody asks for is not looked at.
    pub(crate) fn facts_for_needs(
        &self,
        engagement: &Engagement,
        asks: &[Ask],
    ) -> Result<Facts, StoreError> {
        let id = engagement.id;
        let mut facts = Facts { status: Some(engagement.status), ..Facts::default() };
        facts.counts.insert(Counted::Sessions, engagement.sessions_held);
        let wants = |test: &dyn Fn(&Ask) -> bool| asks.iter().any(test);
        let counts = |counted| wants(&|ask| matches!(ask, Ask::Count(it, _) if *it == counted));
        if wants(&|ask| matches!(ask, Ask::Agreement | Ask::Signed | Ask::SignedBySponsor)) {
            facts.agreement = self.signed(id)?;
        }
        if counts(Counted::Stakeholders) {
            let there = self.count(
                "SELECT count(DISTINCT person_id) FROM stakeholder
                 WHERE engagement_id = ? AND removed_at IS NULL AND relation <> 'self'",
                id,
            )?;
            facts.counts.insert(Counted::Stakeholders, there);
        }
        if counts(Counted::Interviews) {
            let there = self.count(
                "SELECT count(DISTINCT h.person_id) FROM stakeholder h
                 WHERE h.engagement_id = ? AND h.removed_at IS NULL AND h.relation <> 'self'
                   AND EXISTS (SELECT 1 FROM feedback f WHERE f.stakeholder_id = h.id AND f.removed_at IS NULL
                     AND coalesce(f.text, f.behaviour, f.situation, f.effect) IS NOT NULL)",
                id,
            )?;
            facts.counts.insert(Counted::Interviews, there);
        }
        if wants(&|ask| matches!(ask, Ask::Criteria))
            || counts(Counted::Goals)
            || counts(Counted::KeyResults)
        {
            self.add_goals(id, &mut facts)?;
        }
        if counts(Counted::BuyIn) {
            facts.buy_ins = self.buy_ins(id)?;
        }
        if wants(&|ask| matches!(ask, Ask::Worksheet(..))) {
            self.add_worksheets(id, &mut facts)?;
        }
        if wants(&|ask| matches!(ask, Ask::Paper(_))) {
            let sql =
                "SELECT DISTINCT kind FROM paper WHERE engagement_id = ? AND removed_at IS NULL";
            let mut statement = self.conn.prepare_cached(sql)?;
            let rows = statement.query_map([id.to_string()], |row| row.get(0))?;
            facts.papers = rows.collect::<Result<_, _>>()?;
        }
        if wants(&|ask| matches!(ask, Ask::Review(_))) {
            let sql = "SELECT kind FROM review WHERE engagement_id = ? AND removed_at IS NULL";
            let mut statement = self.conn.prepare_cached(sql)?;
            let rows = statement.query_map([id.to_string()], |row| row.word("kind"))?;
            facts.reviews = rows.collect::<Result<BTreeSet<ReviewKind>, _>>()?;
        }
        if wants(&|ask| matches!(ask, Ask::Session(..))) {
            let sql = "SELECT kind FROM session
                       WHERE engagement_id = ? AND +status = 'held' AND removed_at IS NULL";
            let mut statement = self.conn.prepare_cached(sql)?;
            let rows = statement.query_map([id.to_string()], |row| row.word("kind"))?;
            for kind in rows.collect::<Result<Vec<SessionKind>, _>>()? {
                *facts.held.entry(kind).or_default() += 1;
            }
        }
        if wants(&|ask| matches!(ask, Ask::Round(_))) {
            let sql = "SELECT round FROM feedback_round
                       WHERE engagement_id = ? AND closed_on IS NOT NULL AND removed_at IS NULL";
            let mut statement = self.conn.prepare_cached(sql)?;
            let rows = statement.query_map([id.to_string()], |row| row.word("round"))?;
            let closed = rows.collect::<Result<BTreeSet<AskedRound>, _>>()?;
            let sql = "SELECT DISTINCT f.round FROM stakeholder h CROSS JOIN feedback f ON f.stakeholder_id = h.id
                       WHERE h.engagement_id = ? AND h.removed_at IS NULL AND f.removed_at IS NULL";
            let mut statement = self.conn.prepare_cached(sql)?;
            let rows = statement.query_map([id.to_string()], |row| row.word("round"))?;
            facts.answered_rounds = rows.collect::<Result<BTreeSet<AskedRound>, _>>()?;
            facts.closed_rounds = &closed & &facts.answered_rounds;
        }
        Ok(facts)
    }

    fn count(&self, sql: &str, id: EngagementId) -> Result<u32, StoreError> {
        Ok(self.conn.prepare_cached(sql)?.query_row([id.to_string()], |row| row.get(0))?)
    }

    /// Who has signed the newest agreement, if there is one.
    fn signed(&self, id: EngagementId) -> Result<Option<Signed>, StoreError> {
        let newest: Option<String> = self
            .conn
            .prepare_cached(
                "SELECT id FROM agreement WHERE engagement_id = ? AND removed_at IS NULL
                 ORDER BY version DESC LIMIT 1",
            )?
            .query_row([id.to_string()], |row| row.get(0))
            .optional()?;
        let Some(newest) = newest else { return Ok(None) };
        let mut statement = self.conn.prepare_cached(
            "SELECT party, person_id, name FROM signature
             WHERE agreement_id = ? AND removed_at IS NULL",
        )?;
        let rows = statement.query_map([newest], |row| {
            Ok((
                row.get::<_, String>(0)?,
                row.get::<_, Option<String>>(1)?,
                row.get::<_, String>(2)?,
            ))
        })?;
        let signatures: Vec<_> = rows.collect::<Result<_, _>>()?;
        let has = |of: &str| signatures.iter().any(|(party, ..)| party == of);
        let mut signed =
            Signed { coach: has("coach"), sponsor: has("sponsor"), ..Signed::default() };
        for (person, _, name) in self.coachees(id)? {
            let person = person.to_string();
            let by_them = signatures.iter().any(|(party, by, signed)| {
                party == "coachee" && by.as_ref().map_or(*signed == name, |by| *by == person)
            });
            if !by_them {
                signed.coachees_missing.push(name);
            }
        }
        Ok(Some(signed))
    }

    fn add_goals(&self, id: EngagementId, facts: &mut Facts) -> Result<(), StoreError> {
        let mut statement = self.conn.prepare_cached(concat!(
            "SELECT ", ref_of!("g.id"), " AS ref,
               EXISTS (SELECT 1 FROM criterion c WHERE c.goal_id = g.id AND c.removed_at IS NULL) AS judged,
               (SELECT count(*) FROM key_result k WHERE k.goal_id = g.id AND k.removed_at IS NULL) AS measured
             FROM goal g WHERE g.engagement_id = ? AND +g.status <> 'dropped' AND g.removed_at IS NULL ORDER BY g.id"
        ))?;
        let rows = statement.query_map([id.to_string()], |row| {
            Ok((
                row.parsed::<Ref>("ref")?,
                row.get::<_, bool>("judged")?,
                row.get::<_, u32>("measured")?,
            ))
        })?;
        let (mut goals, mut key_results) = (0, 0);
        for goal in rows {
            let (reference, judged, measured) = goal?;
            goals += 1;
            key_results += measured;
            if !judged {
                facts.without_criterion.push(reference);
            }
        }
        facts.counts.extend([(Counted::Goals, goals), (Counted::KeyResults, key_results)]);
        Ok(())
    }

    fn add_worksheets(&self, id: EngagementId, facts: &mut Facts) -> Result<(), StoreError> {
        let mut statement = self.conn.prepare_cached(concat!(
            "SELECT w.definition, ", ref_of!("w.id"), " AS ref,
               (SELECT count(*) FROM worksheet_row r WHERE r.worksheet_id = w.id AND r.removed_at IS NULL
                 AND (r.on_day IS NOT NULL OR EXISTS (SELECT 1 FROM worksheet_cell c
                   WHERE c.row_id = r.id AND c.removed_at IS NULL))) AS rows,
               EXISTS (SELECT 1 FROM worksheet_version v WHERE v.worksheet_id = w.id AND v.removed_at IS NULL) AS frozen
             FROM worksheet w WHERE w.engagement_id = ? AND w.removed_at IS NULL ORDER BY w.id"
        ))?;
        let rows = statement.query_map([id.to_string()], |row| {
            let sheet = Sheet {
                reference: row.parsed("ref")?,
                rows: row.get("rows")?,
                frozen: row.get("frozen")?,
            };
            Ok((row.get::<_, String>("definition")?, sheet))
        })?;
        for sheet in rows {
            let (definition, sheet) = sheet?;
            let known = facts.worksheets.entry(definition).or_insert(sheet);
            if sheet.rows > known.rows {
                *known = Sheet { frozen: known.frozen || sheet.frozen, ..sheet };
            } else {
                known.frozen |= sheet.frozen;
            }
        }
        Ok(())
    }

    /// How far each coachee has bought in.
    fn buy_ins(&self, id: EngagementId) -> Result<Vec<(Ref, String, Option<u32>)>, StoreError> {
        let mut statement = self.conn.prepare_cached(concat!(
            "SELECT ", ref_of!("person.id"), " AS ref, person.name, p.buy_in
             FROM participant p JOIN person ON person.id = p.person_id
             WHERE p.engagement_id = ? AND p.part = 'coachee' AND p.removed_at IS NULL ORDER BY p.id"
        ))?;
        let rows = statement.query_map([id.to_string()], |row| {
            Ok((row.parsed("ref")?, row.get("name")?, row.get("buy_in")?))
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

impl Writer<'_> {
    /// The snapshot of a method: the one that holds this text already, or a new one.
    pub(super) fn snapshot(&mut self, written: &Written) -> Result<PartId, StoreError> {
        let hash: String =
            Sha256::digest(&written.text).iter().map(|byte| format!("{byte:02x}")).collect();
        let known: Option<PartId> = self
            .conn
            .prepare_cached(
                "SELECT id FROM method_snapshot WHERE hash = ? AND removed_at IS NULL LIMIT 1",
            )?
            .query_row(params![hash], |row| row.parsed("id"))
            .optional()?;
        if let Some(known) = known {
            return Ok(known);
        }
        let id = PartId::new(self.new_id());
        let parsed = serde_json::to_string(&written.method)
            .map_err(|error| StoreError::Damaged { detail: error.to_string() })?;
        self.insert(
            Table::MethodSnapshot,
            id,
            fields! { "hash" => hash, "text" => written.text.as_str(), "parsed" => parsed },
        )?;
        Ok(id)
    }
}

#[cfg(test)]
mod tests {
    use crate::domain::engagement::EngagementStatus;
    use crate::domain::id::EngagementId;
    use crate::domain::method::Written;
    use crate::domain::time::{Moment, Zone};
    use crate::domain::word::{Format, Lang};
    use crate::store::engagement::NewEngagement;
    use crate::store::{Clock, Journal, StoreError};

    fn begin(journal: &mut Journal, slug: &str, method: &str) -> EngagementId {
        let new = NewEngagement {
            slug: slug.parse().expect("a slug"),
            coachees: Vec::new(),
            sponsors: Vec::new(),
            organisation: None,
            payer: None,
            method: Written::shipped(method).expect("shipped"),
            status: EngagementStatus::Active,
            start: "2026-01-05".parse().expect("a day"),
            end: None,
            sessions: None,
            cadence: None,
            minutes: None,
            format: Format::Virtual,
            rate: None,
            zone: Zone::UTC,
            lang: Lang::default(),
            own: false,
        };
        let made = journal.write("test", |w| w.insert_engagement(new));
        made.unwrap_or_else(|error: StoreError| panic!("{error:?}")).0
    }

    #[test]
    fn a_text_is_kept_once_and_read_whatever_parsed_it() {
        let dir = tempfile::tempdir().expect("a directory");
        let path = dir.path().join("journal");
        std::fs::write(&path, "").expect("a file");
        let now = Moment::parse_rfc3339("2026-01-05T09:00:00Z", Zone::UTC).expect("a moment");
        let clock = Clock { now, today: now.day() };
        let mut journal = Journal::create(&path, None, clock).expect("a journal");
        let one = begin(&mut journal, "one-client", "four-a");
        let other = begin(&mut journal, "other-client", "four-a");
        begin(&mut journal, "third-client", "plain");
        let count: u32 = journal
            .conn
            .query_row("SELECT count(*) FROM method_snapshot", [], |row| row.get(0))
            .expect("a number");
        assert_eq!(count, 2);
        let phases = |journal: &Journal, id| {
            let method = journal.read(|r| r.method_of(id));
            method.unwrap_or_else(|error: StoreError| panic!("{error:?}")).phases.len()
        };
        assert_eq!(phases(&journal, one), 6);
        // What another program parsed may be another thing; the text is the method.
        journal
            .conn
            .execute("UPDATE method_snapshot SET parsed = '{\"id\":\"four-a\",\"tide\":1}'", [])
            .expect("changed");
        assert_eq!(phases(&journal, other), 6);
        // Before there were snapshots the text stood beside the engagement.
        let old = "id='old'\n[frame]\n[[stage]]\nid='check-in'\ntitle='C'\nprompts=[]\n";
        journal
            .conn
            .execute("UPDATE engagement SET method_snapshot_id = NULL, method_text = ?", [old])
            .expect("changed");
        assert_eq!(phases(&journal, one), 0);
    }
}
