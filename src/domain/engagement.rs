//! Engagements: one coaching relationship, its frame and its states.

use serde::Serialize;

use super::id::{EngagementId, Ref, Slug};
use super::money::Rate;
use super::time::{Day, Zone};
use super::word::{Format, Lang, Range, words};

pub(crate) use super::word::EngagementStatus;

words! {
    /// Who keeps a journal: a coach, or somebody for themselves.
    Role { Coach = "coach", Executive = "executive" }
}

/// The slug of the engagement that a journal for oneself begins with.
pub(crate) const OWN_SLUG: &str = "mine";

words! {
    /// What a person is to an engagement.
    Part { Coachee = "coachee", Sponsor = "sponsor" }
}

/// One coaching relationship, as it stands.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Engagement {
    pub(crate) slug: Slug,
    pub(crate) id: EngagementId,
    /// The neutral name by which sponsor, payer and calendar know it: `E-2026-07`.
    pub(crate) reference: String,
    pub(crate) coachees: Vec<Ref>,
    pub(crate) sponsors: Vec<Ref>,
    /// An organisation, or a person who pays for themselves.
    pub(crate) payer: Option<Ref>,
    pub(crate) org: Option<Ref>,
    /// The id of the method it was begun with.
    pub(crate) method: String,
    pub(crate) status: EngagementStatus,
    pub(crate) start: Day,
    pub(crate) end: Option<Day>,
    pub(crate) sessions_planned: Option<u32>,
    /// Sessions held that count towards the plan.
    pub(crate) sessions_held: u32,
    pub(crate) cadence_days: Option<Range>,
    pub(crate) minutes: Option<Range>,
    pub(crate) format: Format,
    pub(crate) rate: Option<Rate>,
    /// Whether the one who keeps the journal is its coachee.
    #[serde(skip)]
    pub(crate) own: bool,
    #[serde(skip)]
    pub(crate) zone: Zone,
    /// The language of the texts made for its people.
    #[serde(skip)]
    pub(crate) lang: Lang,
    /// From this day on the follow-up waits; absent where none is meant.
    #[serde(skip)]
    pub(crate) follow_up_on: Option<Day>,
    #[serde(skip)]
    pub(crate) coachee_names: Vec<String>,
    #[serde(skip)]
    pub(crate) sponsor_names: Vec<String>,
    #[serde(skip)]
    pub(crate) payer_name: Option<String>,
    #[serde(skip)]
    pub(crate) org_name: Option<String>,
    /// Whether somebody else ordered the coaching: such engagements rarely last.
    #[serde(skip)]
    pub(crate) mandated: bool,
    /// How far each coachee has bought in, 0 to 10, each as a name and a number.
    #[serde(skip)]
    pub(crate) buy_ins: Vec<String>,
    #[serde(skip)]
    pub(crate) removed: bool,
}

impl Engagement {
    /// Whose buy-in is low, each as a name and a number: such coaching rarely carries far.
    pub(crate) fn low_buy_ins(&self) -> impl Iterator<Item = &str> {
        let value = |told: &&String| told.rsplit(' ').next().and_then(|n| n.parse::<u8>().ok());
        self.buy_ins
            .iter()
            .filter(move |told| value(told).is_some_and(|n| n < LOW_BUY_IN))
            .map(String::as_str)
    }
}

/// Under this a coachee, or a sponsor, has hardly bought in.
const LOW_BUY_IN: u8 = 5;

/// The neutral reference after `last`, the highest one of the year.
pub(crate) fn next_reference(year: i32, last: u32) -> String {
    format!("E-{year}-{:02}", last + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_engagement_ends_only_while_it_runs() {
        use EngagementStatus::{Active, Cancelled, Completed, PhaseDown, Proposed};
        assert!(Active.may_become(PhaseDown) && PhaseDown.may_become(Completed));
        assert!(Completed.may_become(Active), "a finished engagement can be taken up again");
        assert!(!Proposed.may_become(Completed) && !Completed.may_become(Cancelled));
        assert!(!Active.may_become(Active));
    }
}
