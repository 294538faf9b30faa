//! The phases of a method: what parts an engagement, and what each asks for.

use serde::{Deserialize, Serialize};

use crate::domain::word::{Range, words};

words! {
    /// What moves an engagement from one phase to the next: the weeks since its start, the number of
    /// its counted sessions, or something that happens.
    Clock { Weeks = "weeks", Sessions = "sessions", Event = "event" }
}

/// One part of an engagement.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Phase {
    pub(crate) id: String,
    pub(crate) title: String,
    /// What it is for, in one line.
    #[serde(default)]
    pub(crate) about: String,
    pub(crate) clock: Clock,
    /// Which weeks it takes, the engagement's first one being 1; of the clock `weeks` alone.
    pub(crate) weeks: Option<Range>,
    /// Which counted sessions it takes, from 1; of the clock `sessions` alone.
    pub(crate) sessions: Option<Range>,
    /// What must have happened for it to begin; of the clock `event` alone. The first phase begins
    /// with the engagement.
    #[serde(default)]
    pub(crate) begins: Vec<Requirement>,
    /// What it needs before it is over.
    #[serde(default)]
    pub(crate) requires: Vec<Requirement>,
    /// The cadence in it, where that is another than the frame's.
    pub(crate) cadence_days: Option<Range>,
}

/// Something that must be there, as the method writes it: `gap-map`, `paper/brief:frozen`,
/// `interviews>=5`.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize, Serialize)]
#[serde(transparent)]
pub(crate) struct Requirement(pub(crate) String);

/// Something that comes some weeks after the last session.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FollowUp {
    pub(crate) title: String,
    /// How many weeks after the last session it is held.
    pub(crate) weeks_after: Range,
}
