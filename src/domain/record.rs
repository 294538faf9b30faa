//! Records that are listed: their JSON keys in the order of the contract, known without a row, and
//! whom each is about.

use serde::Serialize;

use super::action::Action;
use super::agreement::Agreement;
use super::audience::{CoacheeWorksheet, Recap};
use super::change::Step;
use super::discretion::{About, Concerns};
use super::engagement::Engagement;
use super::goal::{Goal, KeyResult, NumberedCriterion};
use super::habit::Habit;
use super::paper::Paper;
use super::person::{Organisation, Person};
use super::prep::{EngagementNow, Event, Prep, Week};
use super::progress::Practised;
use super::review::Review;
use super::search::Hit;
use super::session::{Note, Session};
use super::stakeholder::{Feedback, RoundState, Stakeholder, Summary};
use super::worksheet::{Difference, Worksheet};

/// A record of a list. Keys are only ever added, at the end.
pub(crate) trait Record: Serialize + Concerns {
    /// Its keys, in order.
    const KEYS: &'static [&'static str];
}

macro_rules! records {
    ($($record:ty: $($key:literal)+;)+) => { $(
        impl Record for $record {
            const KEYS: &'static [&'static str] = &[$($key),+];
        }
    )+ };
}

records! {
    Engagement: "slug" "id" "reference" "coachees" "sponsors" "payer" "org" "method" "status" "start" "end"
        "sessions_planned" "sessions_held" "cadence_days" "minutes" "format" "rate";
    Goal: "ref" "id" "engagement" "title" "owner" "focus" "status" "success" "rating" "key_results";
    NumberedCriterion: "goal" "number" "text" "evidence";
    KeyResult: "ref" "id" "goal" "title" "unit" "baseline" "target" "current" "measurements";
    Session: "ref" "id" "engagement" "number" "kind" "status" "start" "minutes" "format" "pay" "with" "summary";
    Note: "ref" "id" "engagement" "session" "stage" "kind" "visibility" "goal" "text" "at";
    Action: "ref" "id" "engagement" "goal" "session" "what" "owner" "due" "status" "kind" "carried" "overdue"
        "outcomes" "closed_on";
    Habit: "ref" "id" "engagement" "text" "every" "streak" "longest" "kept_on" "due";
    Agreement: "ref" "id" "engagement" "version" "made_on" "terms" "signatures" "awaits" "missing" "disclosures";
    Review: "ref" "id" "engagement" "kind" "session" "on" "text" "scores" "answers";
    Practised: "engagement" "status" "sessions_held" "sessions_planned" "minutes" "mean_days_between" "cadence_days"
        "actions" "closed" "closure_rate" "overdue" "days_since_last" "next" "stalled";
    Paper: "paper" "id" "engagement" "title" "version" "frozen_on" "needs" "propose_to";
    Stakeholder: "ref" "id" "engagement" "person" "name" "relation" "effect" "influence" "dynamic" "shift" "strategy";
    Feedback: "ref" "id" "engagement" "stakeholder" "round" "goal" "score" "behaviour" "situation" "effect" "text" "on";
    Person: "ref" "id" "name" "email" "phone" "org" "role";
    Organisation: "ref" "id" "name";
    Hit: "ref" "kind" "engagement" "on" "snippet";
    Worksheet: "ref" "id" "engagement" "worksheet" "title" "version" "frozen_on" "visibility" "rows" "progress";
    Difference: "row" "field" "from" "to";
    Step: "step" "at" "command" "summary" "undone" "changes";
}

macro_rules! concerns {
    ($($record:ty: $it:ident => $about:expr;)+) => { $(
        impl Concerns for $record {
            fn about(&self) -> About {
                let $it = self;
                $about
            }
        }
    )+ };
}

concerns! {
    Engagement: it => About::Engagement(it.id);
    Goal: it => About::Engagement(it.engagement_id);
    NumberedCriterion: it => About::Engagement(it.engagement_id);
    KeyResult: it => About::Engagement(it.engagement_id);
    Session: it => About::Engagement(it.engagement_id);
    Note: it => About::Engagement(it.engagement_id);
    Action: it => About::Engagement(it.engagement_id);
    Habit: it => About::Engagement(it.engagement_id);
    Agreement: it => About::Engagement(it.engagement_id);
    Practised: it => About::Engagement(it.engagement_id);
    Paper: it => About::Engagement(it.engagement_id);
    Review: it => About::Engagement(it.engagement_id);
    Worksheet: it => About::Engagement(it.engagement_id);
    Difference: it => About::Engagement(it.engagement_id);
    CoacheeWorksheet: it => About::Engagement(it.engagement_id);
    Event: it => About::Engagement(it.engagement_id);
    Stakeholder: it => About::Engagement(it.engagement_id);
    Feedback: it => About::Engagement(it.engagement_id);
    RoundState: it => About::Engagement(it.engagement_id);
    Summary: it => About::Engagement(it.engagement_id);
    Hit: it => About::Engagement(it.engagement_id);
    Person: it => About::Person(it.id);
    Organisation: it => About::Organisation(it.id);
    Step: it => it.about.clone();
    Prep: it => About::Engagement(it.engagement.id);
    EngagementNow: it => About::Engagement(it.engagement.id);
    Week: it => About::Engagement(it.engagement_id);
    Recap: it => About::Engagement(it.engagement_id);
}
