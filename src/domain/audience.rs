//! Audiences: what each reader outside the coach's own view may see, as closed lists of fields.
//!
//! A record for an audience is a type of its own, filled field by field; a field that nobody
//! listed here does not leave. What the coachee may not read is `null`, so that the shape stays.

use serde::Serialize;

use super::action::Action;
use super::id::{ActionId, EngagementId, NoteId, Ref, ReviewId, SessionId, WorksheetId};
use super::method::WorksheetDef;
use super::review::{Answer, Score};
use super::session::{NoteKind, SessionKind, SessionStatus};
use super::time::{Day, Moment};
use super::word::{Format, ReviewKind, Visibility, words};
use super::worksheet::{Progress, Row};

words! {
    /// For whom an answer is that both may get.
    Reading { Coach = "coach", Coachee = "coachee" }
}

/// A session as its coachee may see it: the engagement by its reference, the shared summary only.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct CoacheeSession {
    #[serde(rename = "ref")]
    pub(crate) reference: Ref,
    pub(crate) id: SessionId,
    pub(crate) engagement: String,
    pub(crate) number: Option<u32>,
    pub(crate) kind: SessionKind,
    pub(crate) status: SessionStatus,
    pub(crate) start: Moment,
    pub(crate) minutes: Option<u32>,
    pub(crate) format: Format,
    /// Withheld: whether the coach is paid is between coach and payer.
    pub(crate) pay: Option<()>,
    pub(crate) with: Vec<Ref>,
    pub(crate) summary: Option<String>,
    #[serde(skip)]
    pub(crate) timed: bool,
}

/// A shared note as the coachee may see it.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct CoacheeNote {
    #[serde(rename = "ref")]
    pub(crate) reference: Ref,
    pub(crate) id: NoteId,
    pub(crate) engagement: String,
    pub(crate) session: Option<Ref>,
    pub(crate) stage: Option<String>,
    pub(crate) kind: NoteKind,
    pub(crate) visibility: Visibility,
    /// Absent for a private goal too.
    pub(crate) goal: Option<Ref>,
    pub(crate) text: String,
    pub(crate) at: Moment,
}

/// An action that is not private, as the coachee may see it.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct CoacheeAction {
    #[serde(rename = "ref")]
    pub(crate) reference: Ref,
    pub(crate) id: ActionId,
    pub(crate) engagement: String,
    pub(crate) goal: Option<Ref>,
    pub(crate) session: Option<Ref>,
    pub(crate) what: String,
    pub(crate) owner: super::action::ActionOwner,
    pub(crate) due: Option<Day>,
    pub(crate) status: super::action::ActionStatus,
    pub(crate) kind: super::action::ActionKind,
    pub(crate) carried: u32,
    pub(crate) overdue: bool,
    pub(crate) outcomes: Vec<super::action::Outcome>,
    pub(crate) closed_on: Option<Day>,
    #[serde(skip)]
    pub(crate) person_name: Option<String>,
}

impl CoacheeAction {
    /// Copies the fields a coachee may read. `goal` is given apart: a private goal is not named.
    pub(crate) fn of(action: Action, engagement: String, goal: Option<Ref>) -> Self {
        Self {
            reference: action.reference,
            id: action.id,
            engagement,
            goal,
            session: action.session,
            what: action.what,
            owner: action.owner,
            due: action.due,
            status: action.status,
            kind: action.kind,
            carried: action.carried,
            overdue: action.overdue,
            outcomes: action.outcomes,
            closed_on: action.closed_on,
            person_name: action.person_name,
        }
    }
}

/// A review as the coachee may read it: without the scores of goals that are not theirs to read.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct CoacheeReview {
    #[serde(rename = "ref")]
    pub(crate) reference: Ref,
    pub(crate) id: ReviewId,
    pub(crate) engagement: String,
    pub(crate) kind: ReviewKind,
    pub(crate) session: Option<Ref>,
    pub(crate) on: Day,
    pub(crate) text: Option<String>,
    pub(crate) scores: Vec<Score>,
    pub(crate) answers: Vec<Answer>,
}

/// A shared worksheet as the coachee may see it.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct CoacheeWorksheet {
    #[serde(rename = "ref")]
    pub(crate) reference: Ref,
    pub(crate) id: WorksheetId,
    pub(crate) engagement: String,
    pub(crate) worksheet: String,
    pub(crate) title: String,
    pub(crate) version: u32,
    pub(crate) frozen_on: Option<Day>,
    pub(crate) visibility: Visibility,
    pub(crate) rows: Vec<Row>,
    pub(crate) progress: Vec<Progress>,
    #[serde(skip)]
    pub(crate) def: WorksheetDef,
    #[serde(skip)]
    pub(crate) engagement_id: EngagementId,
}

/// A coachee, and where a mail reaches them.
#[derive(Clone, Debug)]
pub(crate) struct Reachable {
    pub(crate) name: String,
    pub(crate) email: Option<String>,
}

/// What a coachee may see of one session.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Recap {
    pub(crate) session: CoacheeSession,
    /// In the order in which they were written.
    pub(crate) notes: Vec<CoacheeNote>,
    /// Made in this session, or with an outcome told in it.
    pub(crate) actions: Vec<CoacheeAction>,
    /// The next planned session, if there is one.
    pub(crate) next: Option<CoacheeSession>,
    #[serde(skip)]
    pub(crate) engagement_id: EngagementId,
    #[serde(skip)]
    pub(crate) coachee_names: Vec<String>,
    /// The titles of the method's stages, by id, in order.
    #[serde(skip)]
    pub(crate) stages: Vec<(String, String)>,
}
