//! The frame of a method, and what of a plan lies outside it. Limits warn; they never forbid.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{FieldKind, Need};
use crate::domain::id::Slug;
use crate::domain::time::Day;
use crate::domain::word::Range;

/// The limits of a method; an absent one does not limit.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Frame {
    pub(crate) sessions: Option<Range>,
    pub(crate) minutes: Option<Range>,
    pub(crate) cadence_days: Option<Range>,
    pub(crate) weeks: Option<Range>,
    pub(crate) goals: Option<Range>,
    /// The areas that its goals usually lie in.
    #[serde(default)]
    pub(crate) focus: Vec<String>,
}

impl<'de> Deserialize<'de> for Range {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let [low, high] = <[u32; 2]>::deserialize(deserializer)?;
        Self::new(low, high).ok_or_else(|| serde::de::Error::custom("the range runs backwards"))
    }
}

/// Something lies outside the method's limits.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Limit {
    Sessions {
        planned: u32,
        usual: Range,
    },
    Minutes {
        planned: Range,
        usual: Range,
    },
    Cadence {
        planned: Range,
        usual: Range,
    },
    Weeks {
        planned: u32,
        usual: Range,
    },
    /// The planned sessions, even at the widest cadence, end before the shortest usual span.
    Span {
        sessions: u32,
        cadence: u32,
        weeks: u32,
        usual: Range,
    },
    Goals {
        active: u32,
        usual: Range,
    },
    SessionMinutes {
        minutes: u32,
        usual: Range,
    },
    SessionsOver {
        held: u32,
        planned: u32,
    },
    /// What a step builds on is not there yet.
    Open {
        /// `from Discovery`, `for the brief`.
        of: String,
        needs: Vec<Need>,
        engagement: Slug,
    },
    /// These coachees had signed no agreement by the day of the session; `next` is what to type.
    Unsigned {
        who: Vec<String>,
        next: String,
    },
    /// The method has no place for what stands in a worksheet, spoken of as `W1 Wins`.
    Left {
        worksheet: String,
        loss: Loss,
        /// So many have something there.
        rows: usize,
    },
}

/// What a worksheet loses as its method changes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Loss {
    Definition,
    Field(String),
    /// The field is of this kind from then on.
    Kind(String, FieldKind),
}

/// How many open needs a warning names.
const NAMED: usize = 3;

impl Limit {
    /// What of a step's needs is open, if anything is; `of` tells whose needs, such as `for the brief`.
    pub(crate) fn open(of: String, needs: Vec<Need>, engagement: &Slug) -> Option<Self> {
        let engagement = engagement.clone();
        (!needs.is_empty()).then_some(Self::Open { of, needs, engagement })
    }
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sessions { planned, usual } => {
                write!(f, "{planned} sessions are planned; the method has {usual}")
            }
            Self::Minutes { planned, usual } => {
                write!(f, "sessions of {planned} minutes are planned; the method has {usual}")
            }
            Self::Cadence { planned, usual } => {
                write!(f, "a session every {planned} days is planned; the method has {usual}")
            }
            Self::Weeks { planned, usual } => {
                write!(f, "the engagement spans {planned} weeks; the method has {usual}")
            }
            Self::Span { sessions, cadence, weeks, usual } => write!(
                f,
                "{sessions} sessions every {cadence} days end after {weeks} weeks; the method has {usual}"
            ),
            Self::Goals { active, usual } => {
                write!(f, "this makes {active} active goals; the method has {usual}")
            }
            Self::SessionMinutes { minutes, usual } => {
                write!(f, "the session has {minutes} min; {usual} were agreed")
            }
            Self::SessionsOver { held, planned } => {
                write!(f, "this is session {held} of {planned} planned")
            }
            Self::Open { of, needs, engagement } => {
                if let [only] = &needs[..] {
                    return write!(f, "still open {of}: {only}");
                }
                let named: Vec<&str> =
                    needs.iter().take(NAMED).map(|need| need.missing.as_str()).collect();
                write!(f, "still open {of}: {}", named.join("; "))?;
                match needs.len().saturating_sub(NAMED) {
                    0 => write!(f, ": coach engagement show {engagement}"),
                    more => write!(f, "; and {more} more: coach engagement show {engagement}"),
                }
            }
            Self::Unsigned { who, next } => {
                write!(f, "no agreement is signed with {}: {next}", who.join(" and "))
            }
            Self::Left { worksheet, loss, rows } => {
                match loss {
                    Loss::Definition => write!(f, "the method has no {worksheet}: ")?,
                    Loss::Field(field) => write!(f, "{field} leaves {worksheet}: ")?,
                    Loss::Kind(field, kind) => {
                        write!(f, "{field} becomes {kind} in {worksheet}: ")?
                    }
                }
                match rows {
                    0 => f.write_str("nothing stands in it"),
                    1 => f.write_str("1 row has something in it"),
                    rows => write!(f, "{rows} rows have something in them"),
                }
            }
        }
    }
}

/// What an engagement plans; an absent part is not planned.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Plan {
    pub(crate) sessions: Option<u32>,
    pub(crate) minutes: Option<Range>,
    pub(crate) cadence_days: Option<Range>,
    pub(crate) start: Day,
    pub(crate) end: Option<Day>,
}

impl Frame {
    /// What of a plan lies outside the method, in the order of the frame.
    pub(crate) fn limits_left(&self, plan: &Plan) -> Vec<Limit> {
        let mut left = Vec::new();
        if let (Some(usual), Some(planned)) = (self.sessions, plan.sessions)
            && !usual.holds(planned)
        {
            left.push(Limit::Sessions { planned, usual });
        }
        if let (Some(usual), Some(planned)) = (self.minutes, plan.minutes)
            && !usual.covers(planned)
        {
            left.push(Limit::Minutes { planned, usual });
        }
        if let (Some(usual), Some(planned)) = (self.cadence_days, plan.cadence_days)
            && !usual.covers(planned)
        {
            left.push(Limit::Cadence { planned, usual });
        }
        if let (Some(usual), Some(end)) = (self.weeks, plan.end) {
            let planned = weeks(end.days_since(plan.start));
            if !usual.holds(planned) {
                left.push(Limit::Weeks { planned, usual });
            }
        } else if let (Some(usual), Some(sessions), Some(cadence)) =
            (self.weeks, plan.sessions, plan.cadence_days)
        {
            // Without an end, the widest cadence tells how far the sessions reach.
            let days = i64::from(sessions.saturating_sub(1)) * i64::from(cadence.high);
            if days < i64::from(usual.low) * 7 {
                left.push(Limit::Span {
                    sessions,
                    cadence: cadence.high,
                    weeks: weeks(days),
                    usual,
                });
            }
        }
        left
    }

    /// Whether one more active goal, `active` in all, is more than usual. Two or three are right.
    pub(crate) fn goals_left(&self, active: u32) -> Option<Limit> {
        self.goals.filter(|usual| active > usual.high).map(|usual| Limit::Goals { active, usual })
    }
}

/// Whole weeks in `days`; a negative span has none.
fn weeks(days: i64) -> u32 {
    u32::try_from(days.max(0).div_euclid(7)).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::super::Method;
    use super::*;

    fn frame() -> Frame {
        Method::parse(Method::shipped("five-stage").expect("shipped")).expect("sound").frame
    }

    fn day(text: &str) -> Day {
        text.parse().expect("a day")
    }

    fn plan(cadence: &str) -> Plan {
        Plan {
            sessions: Some(8),
            minutes: Range::new(75, 90),
            cadence_days: cadence.parse().ok(),
            start: day("2026-01-05"),
            end: None,
        }
    }

    #[test]
    fn the_usual_plan_leaves_no_limit() {
        assert_eq!(frame().limits_left(&plan("14..21")), []);
    }

    #[test]
    fn eight_sessions_every_two_weeks_end_before_four_months() {
        let left = frame().limits_left(&plan("14"));
        assert_eq!(
            left,
            [Limit::Span {
                sessions: 8,
                cadence: 14,
                weeks: 14,
                usual: Range { low: 17, high: 26 }
            }]
        );
    }

    #[test]
    fn an_end_is_held_against_the_usual_weeks() {
        let mut plan = plan("14..21");
        plan.end = Some(day("2026-03-05"));
        assert!(matches!(frame().limits_left(&plan)[..], [Limit::Weeks { planned: 8, .. }]));
    }

    #[test]
    fn a_fourth_goal_is_one_too_many() {
        assert_eq!(frame().goals_left(3), None);
        assert!(frame().goals_left(4).is_some());
    }
}
