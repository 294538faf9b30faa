//! The rhythm of an engagement: when its sessions were held, against what was agreed.

use serde::Serialize;

use super::count;
use crate::domain::goal::Number;
use crate::domain::session::{Session, SessionKind};
use crate::domain::time::Day;
use crate::domain::word::Range;

/// When sessions were held, against what was agreed.
#[derive(Clone, PartialEq, Debug, Default, Serialize)]
pub(crate) struct Cadence {
    /// Sessions held that count, and how many are planned.
    pub(crate) held: u32,
    pub(crate) planned: Option<u32>,
    /// Sessions held that do not count.
    pub(crate) beside: u32,
    /// Minutes of all sessions held.
    pub(crate) minutes: u32,
    /// From one held session that counts to the next; to one place after the point.
    pub(crate) mean_days_between: Option<Number>,
    /// The agreed days between two sessions.
    pub(crate) cadence_days: Option<Range>,
    /// How many of the times between two sessions were no longer than was agreed when they ended, of how
    /// many.
    pub(crate) kept: u32,
    pub(crate) between: u32,
    pub(crate) last: Option<Day>,
    /// Absent where a report as of an earlier day does not reach the last one.
    pub(crate) days_since_last: Option<i64>,
    pub(crate) next: Option<Day>,
}

/// The longest time between two sessions, in days, as it was agreed from a day on; absent where none was.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Agreed {
    pub(crate) from: Day,
    pub(crate) high: Option<u32>,
}

/// What was agreed when a time between two sessions ended: what was changed on that day counts for the
/// next one, and what stood at the end of the first day for all that was before.
fn agreed_on(all: &[Agreed], day: Day) -> Option<u32> {
    let first = all.first()?;
    let then = all.iter().rfind(|agreed| agreed.from == first.from || agreed.from < day);
    then.unwrap_or(first).high
}

impl Cadence {
    /// When these held sessions were, in the order of their days; `agreed` is oldest first.
    pub(crate) fn of(
        held: &[Session],
        cadence_days: Option<Range>,
        agreed: &[Agreed],
        today: Day,
    ) -> Self {
        let last = held.last().map(|session| session.start.day());
        let counted = held.iter().filter(|session| SessionKind::COUNTED.contains(&session.kind));
        let days: Vec<Day> = counted.map(|session| session.start.day()).collect();
        let ends = days.iter().skip(1);
        let gaps: Vec<(i64, Day)> =
            days.iter().zip(ends).map(|(from, to)| (to.days_since(*from), *to)).collect();
        let sum: i64 = gaps.iter().map(|(gap, _)| gap).sum();
        let tenths = (!gaps.is_empty()).then(|| (sum * 10) as f64 / gaps.len() as f64);
        let within = |(gap, on): &(i64, Day)| {
            agreed_on(agreed, *on).is_some_and(|high| *gap <= i64::from(high))
        };
        let counted = days.len() as u32;
        Self {
            held: counted,
            planned: None,
            beside: held.len() as u32 - counted,
            minutes: held.iter().filter_map(|session| session.minutes).sum(),
            mean_days_between: tenths.map(|tenths| Number::new(tenths.round() / 10.0)),
            cadence_days,
            kept: count(&gaps, within),
            between: gaps.len() as u32,
            last,
            days_since_last: last.and_then(|last| since(last, today)),
            next: None,
        }
    }
}

/// How many days ago a day is; absent where it is still to come.
pub(crate) fn since(day: Day, today: Day) -> Option<i64> {
    Some(today.days_since(day)).filter(|days| *days >= 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().expect("a day")
    }

    #[test]
    fn what_was_agreed_counts_from_the_day_after_it_was_and_the_first_for_all_before() {
        let agreed = |from, high| Agreed { from: day(from), high };
        let all = [
            agreed("2026-09-07", Some(21)),
            agreed("2026-09-07", Some(14)),
            agreed("2026-11-01", Some(28)),
            agreed("2026-12-01", None),
        ];
        for (on, high) in [
            ("2026-08-01", Some(14)),
            ("2026-09-07", Some(14)),
            ("2026-11-01", Some(14)),
            ("2026-11-02", Some(28)),
            ("2026-12-02", None),
        ] {
            assert_eq!(agreed_on(&all, day(on)), high, "{on}");
        }
        assert_eq!(agreed_on(&[], day("2026-11-01")), None);
    }

    #[test]
    fn a_day_to_come_is_not_so_many_days_ago() {
        assert_eq!(since(day("2026-11-01"), day("2026-11-21")), Some(20));
        assert_eq!(since(day("2026-11-22"), day("2026-11-21")), None);
    }
}
