//! Stakeholders: who surrounds the leader, what they said or scored in rounds, and what of it may be
//! told without telling who.

use serde::Serialize;

use super::id::{EngagementId, FeedbackId, PersonId, Ref, Slug, StakeholderId};
use super::time::Day;
use super::word::words;

mod names;
mod summary;
pub(crate) use names::Names;
pub(crate) use summary::{
    Answer, Asked, FewAnswers, GoalAsked, GoalScores, GroupScore, SMALLEST, Summary, Voice,
    summed_up,
};

words! {
    /// What somebody is to the leader; `self` is the leader who scores themselves.
    Relation {
        Itself = "self",
        Manager = "manager",
        Senior = "senior",
        Peer = "peer",
        DirectReport = "direct-report",
        Board = "board",
        Hr = "hr",
        Customer = "customer",
        Partner = "partner",
        Other = "other",
    }
}

words! {
    /// Whether somebody makes the leader's work larger or smaller.
    Effect { Amplifies = "amplifies", Constrains = "constrains" }
}

words! {
    /// When feedback is gathered, in order.
    Round { Baseline = "baseline", Mid = "mid", Final = "final" }
}

/// The highest score; the lowest is 0.
pub(crate) const HIGHEST: u8 = 10;

/// The strongest influence; the weakest is 1.
pub(crate) const STRONGEST: u8 = 5;

/// Somebody around the leader. For the coach's eyes alone.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Stakeholder {
    #[serde(rename = "ref")]
    pub(crate) reference: Ref,
    pub(crate) id: StakeholderId,
    pub(crate) engagement: Slug,
    pub(crate) person: Ref,
    pub(crate) name: String,
    pub(crate) relation: Relation,
    pub(crate) effect: Option<Effect>,
    /// How much weight they have with the leader, 1 to 5.
    pub(crate) influence: Option<u8>,
    /// How it is between the two now.
    pub(crate) dynamic: Option<String>,
    /// How it shall be.
    pub(crate) shift: Option<String>,
    /// How to get there.
    pub(crate) strategy: Option<String>,
    #[serde(skip)]
    pub(crate) engagement_id: EngagementId,
    #[serde(skip)]
    pub(crate) person_id: PersonId,
    #[serde(skip)]
    pub(crate) removed: bool,
}

/// What a stakeholder said or scored in a round. For the coach's eyes alone.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Feedback {
    #[serde(rename = "ref")]
    pub(crate) reference: Ref,
    pub(crate) id: FeedbackId,
    pub(crate) engagement: Slug,
    pub(crate) stakeholder: Ref,
    pub(crate) round: Round,
    pub(crate) goal: Option<Ref>,
    /// 0 to 10.
    pub(crate) score: Option<u8>,
    pub(crate) behaviour: Option<String>,
    pub(crate) situation: Option<String>,
    pub(crate) effect: Option<String>,
    pub(crate) text: Option<String>,
    pub(crate) on: Day,
    #[serde(skip)]
    pub(crate) name: String,
    #[serde(skip)]
    pub(crate) relation: Relation,
    #[serde(skip)]
    pub(crate) person_id: PersonId,
    #[serde(skip)]
    pub(crate) engagement_id: EngagementId,
    #[serde(skip)]
    pub(crate) removed: bool,
}

/// A round of an engagement: while it is open, or was never closed, feedback goes into it.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct RoundState {
    pub(crate) engagement: Slug,
    pub(crate) round: Round,
    pub(crate) opened_on: Option<Day>,
    pub(crate) closed_on: Option<Day>,
    #[serde(skip)]
    pub(crate) engagement_id: EngagementId,
}
