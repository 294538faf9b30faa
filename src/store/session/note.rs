//! Notes in the journal. Their words are in revisions: an edit adds one and takes none away.

use rusqlite::OptionalExtension;

use super::super::cell::{Cells, Mapped, fields, given};
use super::super::change::{Table, standing};
use super::super::condition::Conditions;
use super::super::refs::{missing, ref_of};
use super::super::{Place, Reader, StoreError, Writer};
use crate::domain::id::{EngagementId, GoalId, Handle, NoteId, Noun, PartId, Ref, SessionId};
use crate::domain::refusal::Refusal;
use crate::domain::session::{Note, NoteKind};
use crate::domain::text::Prose;
use crate::domain::time::Day;
use crate::domain::word::{Setting, Visibility};

/// A note to write down.
#[derive(Clone, Debug)]
pub(crate) struct NewNote {
    pub(crate) stage: Option<String>,
    pub(crate) kind: NoteKind,
    pub(crate) visibility: Visibility,
    pub(crate) goal: Option<GoalId>,
    pub(crate) text: Prose,
}

/// What an edit or a move may set; an absent field stays.
#[derive(Clone, Debug, Default)]
pub(crate) struct NoteEdit {
    pub(crate) text: Option<Prose>,
    pub(crate) kind: Option<NoteKind>,
    pub(crate) visibility: Option<Visibility>,
    pub(crate) goal: Option<Setting<GoalId>>,
    pub(crate) stage: Option<Setting<String>>,
    pub(crate) session: Option<Setting<SessionId>>,
    pub(crate) engagement: Option<EngagementId>,
    /// Only while this revision stands: what was written since is not written over.
    pub(crate) upon: Option<PartId>,
}

/// Which notes to list; an absent part does not narrow.
#[derive(Clone, Debug, Default)]
pub(crate) struct NoteFilter {
    pub(crate) engagement: Option<EngagementId>,
    pub(crate) session: Option<SessionId>,
    pub(crate) stage: Option<String>,
    pub(crate) kind: Option<NoteKind>,
    pub(crate) visibility: Option<Visibility>,
    pub(crate) goal: Option<GoalId>,
    pub(crate) since: Option<Day>,
    pub(crate) until: Option<Day>,
    pub(crate) removed: bool,
    /// So many of them, the newest first.
    pub(crate) newest: Option<u32>,
}

const NOTE: &str = concat!(
    "SELECT n.*, coalesce(n.removed_at, e.removed_at) AS gone_at, r.text, e.slug AS engagement, s.number AS session_number, ", ref_of!("n.id"), " AS ref,
       ", ref_of!("n.session_id"), " AS session, ", ref_of!("n.goal_id"), " AS goal,
       (SELECT count(*) - 1 FROM note_revision WHERE note_id = n.id) AS earlier
     FROM note n CROSS JOIN note_revision r ON r.id = n.revision_id CROSS JOIN engagement e ON e.id = n.engagement_id
       LEFT JOIN session s ON s.id = n.session_id"
);

fn note(row: &Mapped<'_, '_>) -> rusqlite::Result<Note> {
    Ok(Note {
        reference: row.parsed("ref")?,
        id: row.parsed("id")?,
        engagement: row.parsed("engagement")?,
        session: row.parsed_or_none("session")?,
        stage: row.get("stage")?,
        kind: row.word("kind")?,
        visibility: row.word("visibility")?,
        goal: row.parsed_or_none("goal")?,
        text: row.get("text")?,
        at: row.moment("written_at", "zone")?,
        engagement_id: row.parsed("engagement_id")?,
        revision: row.parsed("revision_id")?,
        session_number: row.get("session_number")?,
        earlier_revisions: row.get("earlier")?,
        removed: row.is_gone()?,
    })
}

impl Reader<'_> {
    /// Notes in the order in which they were written.
    pub(crate) fn list_notes(&self, filter: &NoteFilter) -> Result<Vec<Note>, StoreError> {
        let conditions = Conditions::standing("n.removed_at", filter.removed)
            .and_standing("e.removed_at")
            .and("n.engagement_id = ?", filter.engagement)
            .and("n.session_id = ?", filter.session)
            .and("n.goal_id = ?", filter.goal)
            .and_many("n.stage = ?", filter.stage.clone())
            .and_many("n.kind = ?", filter.kind)
            .and_many("n.visibility = ?", filter.visibility)
            .since("n.written_at", "n.written_on", filter.since)
            .until("n.written_at", "n.written_on", filter.until);
        let order = match filter.newest {
            Some(most) => format!("n.written_at DESC, n.id DESC LIMIT {most}"),
            None => "n.written_at, n.id".to_owned(),
        };
        self.rows(NOTE, conditions, &order, note)
    }

    /// The note of this ref or id, removed or not.
    pub(crate) fn get_note(&self, handle: &Handle) -> Result<Note, StoreError> {
        let id = self.record_id(Noun::Note, handle)?;
        let sql = format!("{NOTE} WHERE n.id = ?");
        self.conn
            .prepare_cached(&sql)?
            .query_row([id.to_string()], Mapped::alone(note))
            .optional()?
            .ok_or_else(|| missing(Noun::Note, handle))
    }
}

impl Writer<'_> {
    /// Writes a note down.
    pub(crate) fn insert_note(&mut self, place: &Place, new: NewNote) -> Result<Ref, StoreError> {
        let id = NoteId::new(self.new_id());
        let revision = PartId::new(self.new_id());
        let at = self.now().in_zone(place.zone);
        self.insert(
            Table::Note,
            id,
            fields! {
                "engagement_id" => place.engagement,
                "session_id" => place.session,
                "stage" => new.stage,
                "kind" => new.kind,
                "visibility" => new.visibility,
                "goal_id" => new.goal,
                "revision_id" => revision,
                "written_at" => at,
                "zone" => place.zone,
                "written_on" => at.day(),
            },
        )?;
        self.insert(
            Table::NoteRevision,
            revision,
            fields! { "note_id" => id, "text" => new.text },
        )?;
        self.name(Noun::Note, id)
    }

    /// Changes a note; new words become a revision of their own.
    pub(crate) fn update_note(&mut self, note: &Note, edit: NoteEdit) -> Result<(), StoreError> {
        standing(note.removed, &note.reference)?;
        if edit.upon.is_some_and(|upon| upon != note.revision) {
            return Err(Refusal::ChangedMeanwhile { reference: note.reference }.into());
        }
        let mut row = given! {
            "kind" => edit.kind,
            "visibility" => edit.visibility,
            "goal_id" => edit.goal,
            "stage" => edit.stage,
            "session_id" => edit.session,
            "engagement_id" => edit.engagement,
        };
        if let Some(text) = edit.text.filter(|text| text.as_str() != note.text) {
            let revision = PartId::new(self.new_id());
            self.insert(
                Table::NoteRevision,
                revision,
                fields! { "note_id" => note.id, "text" => text },
            )?;
            row.extend(fields! { "revision_id" => revision });
        }
        self.update(Table::Note, note.id, row).map(drop)
    }

    /// Removes a note.
    pub(crate) fn remove_note(&mut self, note: &Note) -> Result<(), StoreError> {
        standing(note.removed, &note.reference)?;
        self.remove(Table::Note, note.id)
    }

    /// Brings a note back that was removed.
    pub(crate) fn restore_note(&mut self, note: &Note) -> Result<(), StoreError> {
        self.restore(Table::Note, note.id, &note.reference)
    }
}
