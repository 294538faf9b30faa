//! Agreements: what the parties sign, version by version, and the rare cases in which a coach spoke
//! to an outsider or sent a coachee on.
//!
//! The terms are what a coach decides by flags; the rest of the paper (people, frame, goals) is the
//! engagement's. Both are frozen into a text as a version is made: that text is what is signed.

use serde::{Deserialize, Serialize};

use super::id::{AgreementId, EngagementId, Ref, Slug};
use super::time::Day;
use super::word::{Format, words};

words! {
    /// Who signs.
    Party { Coachee = "coachee", Coach = "coach", Sponsor = "sponsor" }
}

words! {
    /// Why something left the room: the law or a danger demanded it, or a coachee needs other help.
    DisclosureKind { Disclosure = "disclosure", Referral = "referral" }
}

words! {
    /// A yes or a no that somebody has to say.
    YesNo { Yes = "yes", No = "no" }
}

/// When confidence ends, whoever the parties are.
pub(crate) const STANDING_EXCEPTIONS: [&str; 3] = [
    "illegal activity that the coach may not keep quiet about",
    "a law or a court order that demands an answer",
    "an imminent risk that somebody comes to serious harm",
];

/// What coaching is not, whoever the parties are.
pub(crate) const STANDING_BOUNDARIES: [&str; 6] = [
    "therapy or treatment",
    "consulting",
    "legal advice",
    "financial advice",
    "mentoring: the coach does not hand down a career of their own",
    "performance management: nobody is rated here, and nothing goes into a file",
];

/// What the parties agree on. Percents are of the fee of one session; an absent text stands for the
/// usual sentence of the template, or for nothing agreed.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize, Serialize)]
#[serde(default)]
pub(crate) struct Terms {
    /// Until so many hours before its start a session can be cancelled free of charge.
    pub(crate) cancellation_hours: u32,
    /// What is paid for a session that is cancelled later, in percent.
    pub(crate) cancellation_fee: u32,
    /// What is paid where the coachee does not come, in percent.
    pub(crate) no_show_fee: u32,
    /// So many minutes the coach waits before a session counts as missed.
    pub(crate) late_minutes: u32,
    pub(crate) reschedule: Option<String>,
    /// Within so many days an invoice is paid.
    pub(crate) payment_days: u32,
    /// So many days before it ends the engagement is given notice of.
    pub(crate) notice_days: u32,
    pub(crate) confidentiality: Option<String>,
    /// All of them, the standing ones first.
    pub(crate) exceptions: Vec<String>,
    /// All of them, the standing ones first.
    pub(crate) boundaries: Vec<String>,
    /// What a sponsor is told, and when.
    pub(crate) sponsor_gets: Option<String>,
    pub(crate) records_where: Option<String>,
    /// So many years records are kept after the end.
    pub(crate) records_years: u32,
    pub(crate) records_who: Option<String>,
    pub(crate) disposal: Option<String>,
    pub(crate) technology: Option<String>,
    pub(crate) supervision: Option<String>,
    pub(crate) conflicts: Option<String>,
    pub(crate) jurisdiction: Option<String>,
    /// Whether name and hours may stand in the coach's log for a credential.
    pub(crate) hours_log: bool,
    /// Whether Schedule A names the coachee's own goals although a sponsor reads it.
    pub(crate) own_goals: bool,
    /// What the text could not say when it was drawn, for want of somebody deciding it; in JSON it
    /// stands beside the terms.
    #[serde(skip_serializing)]
    pub(crate) missing: Vec<String>,
    /// Whom and what the text names; absent where an earlier program drew it.
    #[serde(skip_serializing)]
    pub(crate) drawn: Option<Drawn>,
}

/// Whom and what the text of an agreement names, by their refs.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize, Serialize)]
pub(crate) struct Drawn {
    pub(crate) coachees: Vec<String>,
    pub(crate) sponsors: Vec<String>,
    pub(crate) goals: Vec<String>,
}

impl Default for Terms {
    fn default() -> Self {
        Self {
            cancellation_hours: 48,
            cancellation_fee: 100,
            no_show_fee: 100,
            late_minutes: 15,
            reschedule: None,
            payment_days: 30,
            notice_days: 14,
            confidentiality: None,
            exceptions: STANDING_EXCEPTIONS.map(str::to_owned).to_vec(),
            boundaries: STANDING_BOUNDARIES.map(str::to_owned).to_vec(),
            sponsor_gets: None,
            records_where: None,
            records_years: 3,
            records_who: None,
            disposal: None,
            technology: None,
            supervision: None,
            conflicts: None,
            jurisdiction: None,
            hours_log: false,
            own_goals: false,
            missing: Vec::new(),
            drawn: None,
        }
    }
}

/// The standing ones of a list, and after them those that were given.
pub(crate) fn with_further(standing: &[&str], given: Vec<String>) -> Vec<String> {
    standing.iter().map(|text| (*text).to_owned()).chain(given).collect()
}

/// That somebody signed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub(crate) struct Signature {
    pub(crate) party: Party,
    /// Absent for the coach.
    pub(crate) person: Option<Ref>,
    pub(crate) name: String,
    pub(crate) on: Day,
}

/// What was told to an outsider, or to whom a coachee was sent.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub(crate) struct Disclosure {
    pub(crate) kind: DisclosureKind,
    pub(crate) to: String,
    pub(crate) reason: String,
    pub(crate) on: Day,
}

/// One version of what the parties agree on.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Agreement {
    #[serde(rename = "ref")]
    pub(crate) reference: Ref,
    pub(crate) id: AgreementId,
    pub(crate) engagement: Slug,
    /// From 1 within its engagement.
    pub(crate) version: u32,
    pub(crate) made_on: Day,
    pub(crate) terms: Terms,
    /// In the order in which they were made.
    pub(crate) signatures: Vec<Signature>,
    /// Who has not signed: coachees, sponsors, `coach`.
    pub(crate) awaits: Vec<String>,
    /// As what each of those signs.
    #[serde(skip)]
    pub(crate) awaited_as: Vec<Party>,
    /// What its text could not say.
    pub(crate) missing: Vec<String>,
    /// The rare cases of the engagement, in their order.
    pub(crate) disclosures: Vec<Disclosure>,
    /// The paper as it was drawn: what is signed.
    #[serde(skip)]
    pub(crate) text: String,
    #[serde(skip)]
    pub(crate) engagement_id: EngagementId,
    #[serde(skip)]
    pub(crate) removed: bool,
}

/// What the parties of an agreement read in it: all that a template can print.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Paper {
    /// The neutral name of the engagement.
    pub(crate) reference: String,
    pub(crate) version: u32,
    pub(crate) made_on: Day,
    /// The coach's name; absent where the config does not give it.
    pub(crate) coach: Option<String>,
    pub(crate) coachees: Vec<PartyTo>,
    pub(crate) sponsors: Vec<PartyTo>,
    pub(crate) organisation: Option<String>,
    pub(crate) payer: Option<String>,
    /// Those that are not private.
    pub(crate) goals: Vec<GoalAgreed>,
    pub(crate) start: Day,
    pub(crate) end: Option<Day>,
    pub(crate) sessions: Option<u32>,
    /// `75–90`.
    pub(crate) minutes: Option<String>,
    /// `14–21`.
    pub(crate) cadence_days: Option<String>,
    pub(crate) format: Format,
    /// `450.00 EUR / session`.
    pub(crate) fee: Option<String>,
    pub(crate) terms: Terms,
}

/// A person who signs.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct PartyTo {
    pub(crate) name: String,
    pub(crate) role: Option<String>,
    pub(crate) org: Option<String>,
    pub(crate) email: Option<String>,
}

/// A goal as it stands in the agreement.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct GoalAgreed {
    pub(crate) title: String,
    /// `coachee`, `sponsor`, `joint`.
    pub(crate) owner: String,
    pub(crate) success: Vec<String>,
}

impl Paper {
    /// What the paper cannot say, for want of somebody deciding it.
    pub(crate) fn gaps(&self) -> Vec<String> {
        let terms = &self.terms;
        let unsaid = [
            ("name of the coach", self.coach.is_none()),
            ("goals", self.goals.is_empty()),
            ("end", self.end.is_none()),
            ("sessions", self.sessions.is_none()),
            ("fee", self.fee.is_none()),
            ("sponsor gets", !self.sponsors.is_empty() && terms.sponsor_gets.is_none()),
            ("jurisdiction", terms.jurisdiction.is_none()),
        ];
        unsaid.iter().filter(|(_, unsaid)| *unsaid).map(|(gap, _)| (*gap).to_owned()).collect()
    }
}

impl Agreement {
    /// Whether somebody signed it: from then on it does not change.
    pub(crate) fn is_signed(&self) -> bool {
        !self.signatures.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_of_an_earlier_program_read_with_what_was_usual() {
        let terms: Terms = serde_json::from_str(r#"{"cancellation_hours": 24}"#).expect("terms");
        assert_eq!(terms, Terms { cancellation_hours: 24, ..Terms::default() });
        let told = serde_json::to_string(&terms).expect("JSON");
        assert_eq!(serde_json::from_str::<Terms>(&told).expect("terms"), terms);
    }

    #[test]
    fn what_always_holds_comes_first() {
        let all = with_further(&STANDING_EXCEPTIONS, vec!["a fire".to_owned()]);
        assert_eq!((all.len(), all.last().map(String::as_str)), (4, Some("a fire")));
    }
}
