//! Refusals: the rules that say no, each with the facts a person needs to go on.
//!
//! A refusal is a fact, not advice; the command floor says what to type next.

use super::id::{Ref, Slug};
use super::time::{Day, Moment};

/// A session that is open now.
#[derive(Clone, Debug)]
pub(crate) struct OpenSession {
    pub(crate) reference: Ref,
    pub(crate) engagement: Slug,
    pub(crate) number: u32,
    pub(crate) start: Moment,
    /// Whether its planned end is no more than an hour past.
    pub(crate) current: bool,
}

/// A rule said no; nothing was written.
#[derive(Clone, Debug)]
pub(crate) enum Refusal {
    /// A capture named no engagement and the open sessions do not settle which is meant.
    NoCurrentSession { open: Vec<OpenSession> },
    /// No session is open, or several are, and the end of one was asked for.
    NoSessionToEnd { open: Vec<OpenSession> },
    /// A stage command named an engagement in which no session is open.
    NoSessionOpen { engagement: Slug },
    /// An engagement has at most one open session.
    SessionOpenAlready { engagement: Slug, reference: Ref, number: u32 },
    /// Something of the engagement was signed or frozen, and so it stays; `what` names it.
    EngagementKept { engagement: Slug, what: String, how: &'static str, running: bool },
    /// The session's status does not allow it.
    SessionIs { reference: Ref, status: &'static str, wanted: &'static str },
    /// Only a session that is under way or was held takes words.
    NotUnderWay { reference: Ref, status: &'static str },
    /// The engagement's status does not allow it.
    EngagementIs { engagement: Slug, status: &'static str, wanted: &'static str },
    /// The goal or action has this status already.
    StandsAlready { reference: Ref, status: &'static str },
    /// A stage command named the engagement of the one who keeps the journal, with no session open.
    NoStageAlone { engagement: Slug },
    /// The journal has no engagement of the one who keeps it, and none was named.
    NothingOwn,
    /// A habit was said to be kept on a day to come.
    StillToCome { reference: Ref, on: Day },
    /// A habit was not kept on that day, so that there is no tick to take back.
    NotTicked { reference: Ref, on: Day },
    /// A signature was said to be of a day to come.
    SignedToCome { name: String, on: Day },
    /// The same person signed this version before.
    SignedAlready { reference: Ref, name: String, on: Day },
    /// What somebody signed does not change.
    Signed { reference: Ref, engagement: Slug },
    /// The text names parties or goals that it may not name any more.
    Outdated { reference: Ref, engagement: Slug, is_signed: bool },
    /// The engagement has no sponsor who could sign.
    NoSponsor { engagement: Slug },
    /// The person is on the map of the engagement already.
    OnTheMap { reference: Ref, name: String },
    /// No feedback goes into a round that was closed, and none of it changes.
    RoundClosed { engagement: Slug, round: &'static str, on: Day },
    /// Nobody but the coach is told of a round while answers may still come.
    RoundOpen { engagement: Slug, round: &'static str },
    /// What somebody said in a round that was closed stays theirs, in the group that was told.
    HeardInRound { reference: Ref, engagement: Slug, round: &'static str },
    /// A coachee is on the map as the leader, and as nobody else.
    CoacheeIsSelf { name: String, engagement: Slug },
    /// The stakeholder scored this goal in this round already.
    ScoredAlready { reference: Ref, name: String, round: &'static str },
    /// Neither a score nor words would be left.
    NothingLeft { reference: Ref },
    /// No group of three answered, so nothing can be told without telling who.
    TooFewAnswers { engagement: Slug, round: &'static str, people: usize, least: usize },
    /// The action is not open.
    ActionIs { reference: Ref, status: &'static str },
    /// The record belongs to another engagement.
    OtherEngagement { reference: Ref, engagement: Slug },
    /// The person is no coachee of this engagement.
    NoCoachee { reference: Ref, engagement: Slug },
    /// The person has no part in this engagement.
    NoPart { reference: Ref, engagement: Slug },
    /// Another engagement has or had this slug.
    SlugTaken { slug: Slug },
    /// Another engagement has this reference.
    ReferenceTaken { reference: String },
    /// Another session of the engagement has this number.
    NumberTaken { number: u32, reference: Ref },
    /// A record that was removed takes no change.
    Removed { name: String },
    /// Only what was removed can be restored.
    NotRemoved { name: String },
    /// The words were to replace others than those that stand by now.
    ChangedMeanwhile { reference: Ref },
    /// A worksheet says other words in a field than those that were to be replaced.
    FilledMeanwhile { reference: Ref },
    /// The engagement has this worksheet already.
    WorksheetThere { reference: Ref, definition: String, engagement: Slug },
    /// A worksheet that was frozen stays.
    WorksheetFrozen { reference: Ref, version: u32 },
    /// This version was frozen, and nothing was changed since.
    FrozenAlready { reference: Ref, version: u32, on: Day },
    /// Nothing stands in the worksheet that could be frozen.
    NothingToFreeze { reference: Ref },
    /// No version of the worksheet was frozen, so that there is nothing to compare with.
    NothingFrozen { reference: Ref },
    /// The method logs no uses of the worksheet's rows.
    LogsNoUses { reference: Ref },
    /// The worksheet is for the coach alone, and an answer for the coachee was asked for.
    ForCoachAlone { reference: Ref },
    /// The record is still used by another.
    InUse { reference: Ref, by: String },
    /// Another step was written since the one that was to be taken back.
    WrittenSince,
    /// The step is none that can be taken back; its summary says what to do instead.
    NotUndoable { command: String, summary: String },
    /// Fewer steps than asked for can be undone or done again.
    NoSuchStep { undo: bool, asked: u32, there: u32 },
}
