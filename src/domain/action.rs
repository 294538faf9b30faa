//! Actions: what somebody promised to do, by when, and how it went.

use serde::Serialize;

use super::id::{ActionId, EngagementId, Ref, Slug};
use super::time::Day;
use super::word::{Visibility, words};

words! {
    /// Who promised it.
    ActionOwner { Coachee = "coachee", Coach = "coach" }
}

impl ActionOwner {
    /// Who may read the owner's actions unless something else is said.
    pub(crate) fn usual_visibility(self) -> Visibility {
        match self {
            Self::Coachee => Visibility::Shared,
            Self::Coach => Visibility::Private,
        }
    }
}

words! {
    /// What kind of step it is.
    ActionKind {
        Behaviour = "behaviour",
        Skill = "skill",
        Relationship = "relationship",
        Conversation = "conversation",
        Training = "training",
        Other = "other",
    }
}

words! {
    /// Where an action stands.
    ActionStatus { Open = "open", Done = "done", Dropped = "dropped" }
}

words! {
    /// How it went, as told in one session; after `partly` and `missed` the action stays open.
    OutcomeKind { Done = "done", Partly = "partly", Missed = "missed", Dropped = "dropped" }
}

impl OutcomeKind {
    /// The action's status after this outcome.
    pub(crate) fn status_after(self) -> ActionStatus {
        match self {
            Self::Done => ActionStatus::Done,
            Self::Dropped => ActionStatus::Dropped,
            Self::Partly | Self::Missed => ActionStatus::Open,
        }
    }
}

/// How an action went, as told in one session or between two.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Outcome {
    pub(crate) session: Option<Ref>,
    pub(crate) outcome: OutcomeKind,
    pub(crate) on: Day,
    pub(crate) reflection: Option<String>,
}

/// One commitment.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Action {
    #[serde(rename = "ref")]
    pub(crate) reference: Ref,
    pub(crate) id: ActionId,
    pub(crate) engagement: Slug,
    pub(crate) goal: Option<Ref>,
    /// The session it was made in; absent between sessions.
    pub(crate) session: Option<Ref>,
    pub(crate) what: String,
    pub(crate) owner: ActionOwner,
    pub(crate) due: Option<Day>,
    pub(crate) status: ActionStatus,
    pub(crate) kind: ActionKind,
    /// Sessions held since it was made, while it was open.
    pub(crate) carried: u32,
    /// Open, and due before today.
    pub(crate) overdue: bool,
    /// Oldest first.
    pub(crate) outcomes: Vec<Outcome>,
    pub(crate) closed_on: Option<Day>,
    #[serde(skip)]
    pub(crate) visibility: Visibility,
    /// The day on which it was made.
    #[serde(skip)]
    pub(crate) made_on: Day,
    #[serde(skip)]
    pub(crate) engagement_id: EngagementId,
    /// Whether its engagement is that of the one who keeps the journal.
    #[serde(skip)]
    pub(crate) own: bool,
    /// The coachee it is for; absent for the coach's own.
    #[serde(skip)]
    pub(crate) person_name: Option<String>,
    #[serde(skip)]
    pub(crate) removed: bool,
}

/// Whether an action is late on `today`: open, and due before it.
pub(crate) fn is_overdue(status: ActionStatus, due: Option<Day>, today: Day) -> bool {
    status == ActionStatus::Open && due.is_some_and(|due| due < today)
}
