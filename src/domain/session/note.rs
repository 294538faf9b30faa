//! Notes: what was said or thought, in one stage of one session or between sessions.

use serde::Serialize;

use crate::domain::id::{EngagementId, NoteId, PartId, Ref, Slug};
use crate::domain::time::Moment;
use crate::domain::word::{Visibility, words};

words! {
    /// What kind of thought a note holds.
    NoteKind {
        Thought = "thought",
        Question = "question",
        Perspective = "perspective",
        Insight = "insight",
        Assumption = "assumption",
        BlindSpot = "blind-spot",
        Reframe = "reframe",
        Support = "support",
        Reflection = "reflection",
    }
}

/// One captured thought, in its newest revision.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Note {
    #[serde(rename = "ref")]
    pub(crate) reference: Ref,
    pub(crate) id: NoteId,
    pub(crate) engagement: Slug,
    /// Absent between sessions.
    pub(crate) session: Option<Ref>,
    /// The stage's id in the engagement's method; absent where none was named.
    pub(crate) stage: Option<String>,
    pub(crate) kind: NoteKind,
    pub(crate) visibility: Visibility,
    pub(crate) goal: Option<Ref>,
    pub(crate) text: String,
    /// When it was written down.
    pub(crate) at: Moment,
    #[serde(skip)]
    pub(crate) engagement_id: EngagementId,
    /// The revision that stands.
    #[serde(skip)]
    pub(crate) revision: PartId,
    #[serde(skip)]
    pub(crate) session_number: Option<u32>,
    /// How many revisions came before this one.
    #[serde(skip)]
    pub(crate) earlier_revisions: u32,
    #[serde(skip)]
    pub(crate) removed: bool,
}
