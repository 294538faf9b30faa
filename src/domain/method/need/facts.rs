//! What is there of what a method asks for.

use std::collections::{BTreeMap, BTreeSet};

use super::{AskedRound, Counted};
use crate::domain::id::Ref;
use crate::domain::word::{EngagementStatus, ReviewKind, SessionKind};

/// What is there of what is asked for; what nobody asks for is left empty.
#[derive(Clone, Debug, Default)]
pub(crate) struct Facts {
    /// Of the newest agreement; absent where there is none.
    pub(crate) agreement: Option<Signed>,
    pub(crate) counts: BTreeMap<Counted, u32>,
    /// Each coachee, and how far they have bought in, where that is known.
    pub(crate) buy_ins: Vec<(Ref, String, Option<u32>)>,
    /// Goals, but dropped ones, that have no criterion.
    pub(crate) without_criterion: Vec<Ref>,
    pub(crate) worksheets: BTreeMap<String, Sheet>,
    /// Those with a frozen version.
    pub(crate) papers: BTreeSet<String>,
    pub(crate) reviews: BTreeSet<ReviewKind>,
    pub(crate) held: BTreeMap<SessionKind, u32>,
    /// Those that were closed with answers in them.
    pub(crate) closed_rounds: BTreeSet<AskedRound>,
    /// Those in which somebody answered.
    pub(crate) answered_rounds: BTreeSet<AskedRound>,
    pub(crate) status: Option<EngagementStatus>,
}

/// Who has signed the newest agreement.
#[derive(Clone, Debug, Default)]
pub(crate) struct Signed {
    /// The coachees who have not.
    pub(crate) coachees_missing: Vec<String>,
    pub(crate) coach: bool,
    pub(crate) sponsor: bool,
}

/// A worksheet as far as it is filled.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sheet {
    pub(crate) reference: Ref,
    /// Rows with something in them.
    pub(crate) rows: u32,
    pub(crate) frozen: bool,
}
