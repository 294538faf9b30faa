//! Sessions: when coach and coachee meet, in which state a session is, and what it counts for.

use serde::Serialize;

use super::id::{EngagementId, Ref, SessionId, Slug};
use super::time::{Moment, Zone};
use super::word::{Format, words};

mod note;
pub(crate) use super::word::SessionKind;
pub(crate) use note::{Note, NoteKind};

words! {
    /// Where a session stands.
    SessionStatus {
        Planned = "planned",
        Open = "open",
        Held = "held",
        Cancelled = "cancelled",
        LateCancelled = "late-cancelled",
        NoShow = "no-show",
    }
}

impl SessionStatus {
    /// Whether the session began, and so has a number.
    pub(crate) fn began(self) -> bool {
        matches!(self, Self::Open | Self::Held)
    }
}

words! {
    /// Whether a session is paid for.
    Pay { Paid = "paid", ProBono = "pro-bono" }
}

/// One meeting of coach and coachee.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Session {
    #[serde(rename = "ref")]
    pub(crate) reference: Ref,
    pub(crate) id: SessionId,
    pub(crate) engagement: Slug,
    /// Given when it starts, one more than the engagement's highest; absent before.
    pub(crate) number: Option<u32>,
    pub(crate) kind: SessionKind,
    pub(crate) status: SessionStatus,
    /// The planned start, and the real one once it began.
    pub(crate) start: Moment,
    /// The planned length, and the real one once it was held.
    pub(crate) minutes: Option<u32>,
    pub(crate) format: Format,
    pub(crate) pay: Pay,
    /// Who is there beside the coach and the coachees.
    pub(crate) with: Vec<Ref>,
    /// What both agreed; the coachee may read it.
    pub(crate) summary: Option<String>,
    #[serde(skip)]
    pub(crate) private_summary: Option<String>,
    /// Whether the time of day is known, or the day alone.
    #[serde(skip)]
    pub(crate) timed: bool,
    #[serde(skip)]
    pub(crate) engagement_id: EngagementId,
    #[serde(skip)]
    pub(crate) with_names: Vec<String>,
    #[serde(skip)]
    pub(crate) removed: bool,
}

impl Session {
    /// The start for a person: the day, with its time if that is known.
    pub(crate) fn start_spoken(&self) -> String {
        if self.timed { self.start.spoken() } else { self.start.day().spoken() }
    }

    /// The start by the clock of `own`, with the session's own time behind it where that is another.
    pub(crate) fn start_spoken_in(&self, own: Zone) -> String {
        let (here, there) = (self.start.in_zone(own), self.start);
        if !self.timed || here.spoken() == there.spoken() {
            return self.start_spoken();
        }
        let day =
            if here.day() == there.day() { String::new() } else { there.day().spoken() + " " };
        format!("{} ({day}{} {})", here.spoken(), there.clock(), there.zone())
    }

    /// When it ended, or is planned to end; its start where its length is not known.
    pub(crate) fn end(&self) -> Moment {
        self.start.plus_minutes(self.minutes.unwrap_or(0).into())
    }

    /// How the session is spoken of: its number, or its ref before it has one.
    pub(crate) fn spoken(&self) -> String {
        self.number.map_or_else(|| self.reference.to_string(), |number| format!("session {number}"))
    }
}

/// A session stays current this long after its planned end.
const GRACE_MINUTES: i64 = 60;

/// The length that is assumed where none was planned.
const USUAL_MINUTES: u32 = 90;

/// Whether words said now belong to a session begun at `start`: until its planned minutes, plus an
/// hour, have passed.
pub(crate) fn is_current(start: Moment, planned_minutes: Option<u32>, now: Moment) -> bool {
    let planned = i64::from(planned_minutes.unwrap_or(USUAL_MINUTES));
    now.minutes_since(start) <= planned + GRACE_MINUTES
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::Zone;

    #[test]
    fn a_session_is_current_until_an_hour_after_its_planned_end() {
        let at = |text| Moment::parse_rfc3339(text, Zone::UTC).expect("a moment");
        let start = at("2026-11-21T10:00:00Z");
        assert!(is_current(start, Some(75), at("2026-11-21T12:15:00Z")));
        assert!(!is_current(start, Some(75), at("2026-11-21T12:16:00Z")));
        assert!(is_current(start, None, at("2026-11-21T12:30:00Z")));
        assert!(!is_current(start, None, at("2026-11-21T12:31:00Z")));
    }
}
