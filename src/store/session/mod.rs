//! Sessions in the journal: the plan, the one that is open, the numbers.

use std::collections::BTreeSet;

use rusqlite::{OptionalExtension, params};

use super::cell::{Cells, Mapped, fields, given};
use super::change::{Table, standing};
use super::condition::Conditions;
use super::refs::{missing, ref_of};
use super::{Place, Reader, StoreError, Writer};
use crate::domain::id::{EngagementId, Handle, NoteId, Noun, PartId, PersonId, Ref, SessionId};
use crate::domain::refusal::{OpenSession, Refusal};
use crate::domain::session::{Pay, Session, SessionKind, SessionStatus, is_current};
use crate::domain::text::Prose;
use crate::domain::time::{Day, Minutes, Moment};
use crate::domain::word::{Format, Setting};

mod note;
pub(crate) use note::{NewNote, NoteEdit, NoteFilter};

/// A session to write down.
#[derive(Clone, Debug)]
pub(crate) struct NewSession {
    pub(crate) kind: SessionKind,
    pub(crate) status: SessionStatus,
    pub(crate) start: Start,
    pub(crate) minutes: Option<Minutes>,
    pub(crate) format: Format,
    pub(crate) pay: Pay,
    pub(crate) with: Vec<PersonId>,
}

/// When a session starts: a moment in the engagement's zone, and whether its time is known.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Start {
    pub(crate) moment: Moment,
    pub(crate) timed: bool,
}

/// What an edit may set; an absent field stays. New attendees replace the old ones.
#[derive(Clone, Debug, Default)]
pub(crate) struct SessionEdit {
    pub(crate) kind: Option<SessionKind>,
    pub(crate) status: Option<SessionStatus>,
    pub(crate) start: Option<Start>,
    pub(crate) minutes: Option<Setting<Minutes>>,
    pub(crate) format: Option<Format>,
    pub(crate) pay: Option<Pay>,
    pub(crate) with: Option<Vec<PersonId>>,
    pub(crate) number: Option<u32>,
    pub(crate) summary: Option<Setting<Prose>>,
    pub(crate) private_summary: Option<Setting<Prose>>,
}

/// Which sessions to list; an absent part does not narrow.
#[derive(Clone, Debug, Default)]
pub(crate) struct SessionFilter {
    pub(crate) engagement: Option<EngagementId>,
    pub(crate) status: Option<SessionStatus>,
    pub(crate) kind: Option<SessionKind>,
    pub(crate) since: Option<Day>,
    pub(crate) until: Option<Day>,
    pub(crate) removed: bool,
    /// The first of them alone.
    pub(crate) first: bool,
}

const SESSION: &str = concat!(
    "SELECT s.*, coalesce(s.removed_at, e.removed_at) AS gone_at, e.slug AS engagement, ", ref_of!("s.id"), " AS ref,
       (SELECT group_concat(", ref_of!("a.person_id"), ", char(31) ORDER BY a.id) FROM attendee a
         WHERE a.session_id = s.id AND a.removed_at IS NULL) AS attendees,
       (SELECT group_concat(p.name, char(31) ORDER BY a.id) FROM attendee a JOIN person p ON p.id = a.person_id
         WHERE a.session_id = s.id AND a.removed_at IS NULL) AS attendee_names
     FROM session s CROSS JOIN engagement e ON e.id = s.engagement_id"
);

fn session(row: &Mapped<'_, '_>) -> rusqlite::Result<Session> {
    Ok(Session {
        reference: row.parsed("ref")?,
        id: row.parsed("id")?,
        engagement: row.parsed("engagement")?,
        number: row.get("number")?,
        kind: row.word("kind")?,
        status: row.word("status")?,
        start: row.moment("start_at", "zone")?,
        minutes: row.get("minutes")?,
        format: row.word("format")?,
        pay: row.word("pay")?,
        with: row.listed("attendees")?,
        summary: row.get("summary")?,
        private_summary: row.get("private_summary")?,
        timed: row.get("timed")?,
        engagement_id: row.parsed("engagement_id")?,
        with_names: row.listed("attendee_names")?,
        removed: row.is_gone()?,
    })
}

impl Reader<'_> {
    /// Sessions in the order of their starts.
    pub(crate) fn list_sessions(&self, filter: &SessionFilter) -> Result<Vec<Session>, StoreError> {
        let conditions = Conditions::standing("s.removed_at", filter.removed)
            .and_standing("e.removed_at")
            .and("s.engagement_id = ?", filter.engagement)
            .and_many("s.status = ?", filter.status)
            .and_many("s.kind = ?", filter.kind)
            .since("s.start_at", "s.start_on", filter.since)
            .until("s.start_at", "s.start_on", filter.until);
        let order = if filter.first { "s.start_at, s.id LIMIT 1" } else { "s.start_at, s.id" };
        self.rows(SESSION, conditions, order, session)
    }

    /// The session of this ref or id, removed or not.
    pub(crate) fn get_session(&self, handle: &Handle) -> Result<Session, StoreError> {
        let id = self.record_id(Noun::Session, handle)?;
        self.session_where("s.id = ?", &id.to_string())?
            .ok_or_else(|| missing(Noun::Session, handle))
    }

    /// The open session of an engagement.
    pub(crate) fn open_session(
        &self,
        engagement: EngagementId,
    ) -> Result<Option<Session>, StoreError> {
        self.session_where(
            "s.engagement_id = ? AND +s.status = 'open' AND s.removed_at IS NULL ORDER BY s.start_at DESC LIMIT 1",
            &engagement.to_string(),
        )
    }

    /// The session held last, by its start.
    pub(crate) fn last_held_session(
        &self,
        engagement: EngagementId,
    ) -> Result<Option<Session>, StoreError> {
        self.session_where(
            "s.engagement_id = ? AND +s.status = 'held' AND s.removed_at IS NULL ORDER BY s.start_at DESC LIMIT 1",
            &engagement.to_string(),
        )
    }

    /// The session planned next after `session`: the earliest that begins later, today or on a day
    /// to come.
    pub(crate) fn session_after(&self, session: &Session) -> Result<Option<Session>, StoreError> {
        let planned = self.list_sessions(&SessionFilter {
            engagement: Some(session.engagement_id),
            status: Some(SessionStatus::Planned),
            since: Some(self.today()),
            ..SessionFilter::default()
        })?;
        Ok(planned.into_iter().find(|next| next.start.utc() > session.start.utc()))
    }

    /// The session planned for `moment`'s day that starts nearest to it.
    pub(crate) fn session_planned_on(
        &self,
        engagement: EngagementId,
        moment: Moment,
    ) -> Result<Option<Session>, StoreError> {
        let filter = SessionFilter {
            engagement: Some(engagement),
            status: Some(SessionStatus::Planned),
            since: Some(moment.day()),
            until: Some(moment.day()),
            ..SessionFilter::default()
        };
        let planned = self.list_sessions(&filter)?;
        Ok(planned.into_iter().min_by_key(|session| session.start.minutes_since(moment).abs()))
    }

    /// Another session of the engagement that begins at the same moment and stands.
    pub(crate) fn session_at(&self, session: &Session) -> Result<Option<Session>, StoreError> {
        let mut same_day = self.list_sessions(&SessionFilter {
            engagement: Some(session.engagement_id),
            since: Some(session.start.day()),
            until: Some(session.start.day()),
            ..SessionFilter::default()
        })?;
        same_day.retain(|other| other.id != session.id && other.start.utc() == session.start.utc());
        Ok(same_day.into_iter().next())
    }

    /// Every session that is open now, of all engagements.
    pub(crate) fn open_sessions(&self) -> Result<Vec<OpenSession>, StoreError> {
        let filter =
            SessionFilter { status: Some(SessionStatus::Open), ..SessionFilter::default() };
        let open = self.list_sessions(&filter)?;
        Ok(open
            .into_iter()
            .map(|session| OpenSession {
                reference: session.reference,
                engagement: session.engagement,
                number: session.number.unwrap_or(0),
                start: session.start,
                current: is_current(session.start, session.minutes, self.now()),
            })
            .collect())
    }

    /// The one session into which words go that name no engagement: open, alone, and current.
    pub(crate) fn current_session(&self) -> Result<Session, StoreError> {
        let open = self.open_sessions()?;
        match &open[..] {
            [only] if only.current => self.get_session(&Handle::Ref(only.reference)),
            _ => Err(Refusal::NoCurrentSession { open }.into()),
        }
    }

    /// The sessions that ended on a day of this machine's zone, of all engagements.
    pub(crate) fn sessions_ended_on(&self, day: Day) -> Result<Vec<Session>, StoreError> {
        // One that went past midnight, or is held in another zone, has another day of its own.
        let mut held = self.list_sessions(&SessionFilter {
            status: Some(SessionStatus::Held),
            since: day.plus_days(-2),
            until: day.plus_days(1),
            ..SessionFilter::default()
        })?;
        held.retain(|session| session.end().in_zone(self.now().zone()).day() == day);
        Ok(held)
    }

    fn session_where(&self, condition: &str, value: &str) -> Result<Option<Session>, StoreError> {
        let sql = format!("{SESSION} WHERE {condition}");
        Ok(self.conn.prepare_cached(&sql)?.query_row([value], Mapped::alone(session)).optional()?)
    }

    /// One more than the highest number in an engagement, removed sessions included.
    fn next_number(&self, engagement: EngagementId) -> Result<u32, StoreError> {
        Ok(self
            .conn
            .prepare_cached(
                "SELECT coalesce(max(number), 0) + 1 FROM session WHERE engagement_id = ?",
            )?
            .query_row([engagement.to_string()], |row| row.get(0))?)
    }

    fn number_is_free(&self, session: &Session, number: u32) -> Result<(), StoreError> {
        let sql = concat!(
            "SELECT ",
            ref_of!("id"),
            " AS ref FROM session
             WHERE engagement_id = ? AND number = ? AND id <> ? AND removed_at IS NULL LIMIT 1"
        );
        let other: Option<Ref> = self
            .conn
            .prepare_cached(sql)?
            .query_row(
                params![session.engagement_id.to_string(), number, session.id.to_string()],
                |row| row.parsed("ref"),
            )
            .optional()?;
        match other {
            Some(reference) => Err(Refusal::NumberTaken { number, reference }.into()),
            None => Ok(()),
        }
    }
}

impl Reader<'_> {
    /// Whether a place can still take words: its engagement stands, and its session, if it is one,
    /// stands and is under way or was held.
    pub(crate) fn place_stands(&self, place: &Place) -> Result<bool, StoreError> {
        let sql = "SELECT EXISTS (SELECT 1 FROM engagement WHERE id = ?1 AND removed_at IS NULL)
             AND (?2 IS NULL OR EXISTS (SELECT 1 FROM session WHERE id = ?2 AND engagement_id = ?1
               AND removed_at IS NULL AND status IN ('open', 'held')))";
        let session = place.session.map(|id| id.to_string());
        Ok(self
            .conn
            .prepare_cached(sql)?
            .query_row(params![place.engagement.to_string(), session], |row| row.get(0))?)
    }
}

impl Writer<'_> {
    /// Writes a session down. One that began gets the next number; only one may be open.
    pub(crate) fn insert_session(
        &mut self,
        engagement: EngagementId,
        new: NewSession,
    ) -> Result<Ref, StoreError> {
        if new.status == SessionStatus::Open {
            self.none_is_open(engagement)?;
        }
        let number = match new.status.began() {
            true => Some(self.next_number(engagement)?),
            false => None,
        };
        let id = SessionId::new(self.new_id());
        let Start { moment, timed } = new.start;
        self.insert(
            Table::Session,
            id,
            fields! {
                "engagement_id" => engagement,
                "number" => number,
                "kind" => new.kind,
                "status" => new.status,
                "start_at" => moment,
                "zone" => moment.zone(),
                "start_on" => moment.day(),
                "timed" => timed,
                "minutes" => new.minutes,
                "format" => new.format,
                "pay" => new.pay,
            },
        )?;
        self.insert_attendees(id, new.with)?;
        self.name(Noun::Session, id)
    }

    /// Opens a planned session at `start`, as another kind if one is given; its planned minutes stay.
    pub(crate) fn open_planned(
        &mut self,
        session: &Session,
        start: Start,
        kind: Option<SessionKind>,
    ) -> Result<(), StoreError> {
        let status = Some(SessionStatus::Open);
        self.update_session(
            session,
            SessionEdit { status, kind, start: Some(start), ..SessionEdit::default() },
        )
    }

    /// Changes a session. One that begins by it gets the next number.
    pub(crate) fn update_session(
        &mut self,
        session: &Session,
        edit: SessionEdit,
    ) -> Result<(), StoreError> {
        standing(session.removed, &session.reference)?;
        if edit.status == Some(SessionStatus::Open) && session.status != SessionStatus::Open {
            self.none_is_open(session.engagement_id)?;
        }
        let mut number = edit.number;
        if let Some(number) = number {
            self.number_is_free(session, number)?;
        } else if session.number.is_none() && edit.status.is_some_and(SessionStatus::began) {
            number = Some(self.next_number(session.engagement_id)?);
        }
        let mut row = given! {
            "number" => number,
            "kind" => edit.kind,
            "status" => edit.status,
            "minutes" => edit.minutes,
            "format" => edit.format,
            "pay" => edit.pay,
            "summary" => edit.summary,
            "private_summary" => edit.private_summary,
        };
        if let Some(Start { moment, timed }) = edit.start {
            row.extend(fields! {
                "start_at" => moment, "zone" => moment.zone(), "start_on" => moment.day(), "timed" => timed,
            });
        }
        self.update(Table::Session, session.id, row)?;
        if let Some(with) = edit.with {
            for attendee in self.attendee_ids(session.id)? {
                self.remove(Table::Attendee, attendee)?;
            }
            self.insert_attendees(session.id, with)?;
        }
        Ok(())
    }

    /// Removes a session and the notes in it; the actions made in it stay. Tells how many notes went.
    pub(crate) fn remove_session(&mut self, session: &Session) -> Result<usize, StoreError> {
        standing(session.removed, &session.reference)?;
        let filter = NoteFilter { session: Some(session.id), ..NoteFilter::default() };
        let notes = self.list_notes(&filter)?;
        for note in &notes {
            self.remove(Table::Note, note.id)?;
        }
        self.remove(Table::Session, session.id)?;
        Ok(notes.len())
    }

    /// Brings a session back that was removed, with the notes that went with it.
    pub(crate) fn restore_session(&mut self, session: &Session) -> Result<(), StoreError> {
        let notes: Vec<NoteId> = self
            .conn
            .prepare_cached(
                "SELECT n.id FROM note n JOIN session s ON s.id = n.session_id
                 WHERE s.id = ? AND n.removed_at = s.removed_at ORDER BY n.id",
            )?
            .query_map([session.id.to_string()], |row| row.parsed("id"))?
            .collect::<Result<_, _>>()?;
        self.restore(Table::Session, session.id, &session.reference)?;
        for note in notes {
            self.restore(Table::Note, note, &session.reference)?;
        }
        Ok(())
    }

    /// Refuses while a session of the engagement is open.
    pub(crate) fn none_is_open(&self, engagement: EngagementId) -> Result<(), StoreError> {
        match self.open_session(engagement)? {
            Some(open) => Err(Refusal::SessionOpenAlready {
                engagement: open.engagement,
                reference: open.reference,
                number: open.number.unwrap_or(0),
            }
            .into()),
            None => Ok(()),
        }
    }

    fn insert_attendees(
        &mut self,
        session: SessionId,
        with: Vec<PersonId>,
    ) -> Result<(), StoreError> {
        let once: BTreeSet<PersonId> = with.into_iter().collect();
        for person in once {
            let id = PartId::new(self.new_id());
            self.insert(
                Table::Attendee,
                id,
                fields! { "session_id" => session, "person_id" => person },
            )?;
        }
        Ok(())
    }

    fn attendee_ids(&self, session: SessionId) -> Result<Vec<PartId>, StoreError> {
        let mut statement = self.conn.prepare_cached(
            "SELECT id FROM attendee WHERE session_id = ? AND removed_at IS NULL ORDER BY id",
        )?;
        let rows = statement.query_map([session.to_string()], |row| row.parsed("id"))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}
