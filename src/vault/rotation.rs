//! Which copies are kept as time goes on: seven days, four weeks, twelve months.

use std::collections::{BTreeMap, BTreeSet};

use chrono::Datelike;

use crate::domain::time::Moment;

const DAYS: usize = 7;
const WEEKS: usize = 4;
const MONTHS: usize = 12;

/// A copy as the rotation sees it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Kept {
    pub(super) made_at: Moment,
    pub(super) records: u64,
}

/// The places of those copies that may go. Of each of the newest seven days, four weeks and twelve
/// months that have one, the newest copy stays, and so does the one with the most records: a
/// journal that was emptied by mistake never pushes out the copies from before.
pub(super) fn outworn(copies: &[Kept]) -> Vec<usize> {
    let mut stay = BTreeSet::new();
    let mut keep = |most: usize, period: fn(&Kept) -> (i32, u32)| {
        let mut periods: BTreeMap<(i32, u32), Vec<usize>> = BTreeMap::new();
        for (at, copy) in copies.iter().enumerate() {
            periods.entry(period(copy)).or_default().push(at);
        }
        for members in periods.into_values().rev().take(most) {
            stay.extend(members.iter().copied().max_by_key(|at| copies[*at].made_at));
            stay.extend(fullest(copies, &members));
        }
    };
    keep(DAYS, |copy| {
        let date = copy.made_at.day().date();
        (date.year(), date.ordinal())
    });
    keep(WEEKS, |copy| {
        let week = copy.made_at.day().date().iso_week();
        (week.year(), week.week())
    });
    keep(MONTHS, |copy| {
        let date = copy.made_at.day().date();
        (date.year(), date.month())
    });
    let all: Vec<usize> = (0..copies.len()).collect();
    stay.extend(fullest(copies, &all));
    all.into_iter().filter(|at| !stay.contains(at)).collect()
}

/// The newest of those with the most records.
fn fullest(copies: &[Kept], among: &[usize]) -> Option<usize> {
    among.iter().copied().max_by_key(|at| (copies[*at].records, copies[*at].made_at))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::Zone;
    use proptest::prelude::*;

    fn copy(day: i64, records: u64) -> Kept {
        let zone: Zone = "Europe/Berlin".parse().expect("a zone");
        let start = Moment::parse_rfc3339("2026-01-01T09:00:00+01:00", zone).expect("a moment");
        Kept { made_at: start.plus_minutes(day * 1_440), records }
    }

    #[test]
    fn a_year_of_days_leaves_days_weeks_and_months() {
        let mut copies: Vec<Kept> = Vec::new();
        for day in 0..365 {
            copies.push(copy(day, 10 + day.unsigned_abs()));
            for at in outworn(&copies).into_iter().rev() {
                copies.remove(at);
            }
        }
        let days: Vec<i64> = copies
            .iter()
            .map(|each| each.made_at.minutes_since(copy(0, 0).made_at) / 1_440)
            .collect();
        // The two newest of the four weeks end within the seven days.
        assert_eq!(days.len(), 7 + 2 + 11, "{days:?}");
        assert!(days.ends_with(&[358, 359, 360, 361, 362, 363, 364]), "{days:?}");
    }

    #[test]
    fn an_emptied_journal_pushes_nothing_out() {
        let mut copies = vec![copy(0, 900)];
        copies.extend((1..800).map(|day| copy(day, 3)));
        assert!(!outworn(&copies).contains(&0));
    }

    proptest! {
        #[test]
        fn the_newest_and_the_fullest_always_stay(all in proptest::collection::vec((0_i64..900, 0_u64..50), 1..120)) {
            let copies: Vec<Kept> = all.iter().map(|(day, records)| copy(*day, *records)).collect();
            let gone = outworn(&copies);
            let left: Vec<&Kept> =
                copies.iter().enumerate().filter(|(at, _)| !gone.contains(at)).map(|(_, each)| each).collect();
            prop_assert_eq!(left.iter().map(|each| each.made_at).max(), copies.iter().map(|each| each.made_at).max());
            prop_assert_eq!(left.iter().map(|each| each.records).max(), copies.iter().map(|each| each.records).max());
            prop_assert!(left.len() <= 2 * (DAYS + WEEKS + MONTHS) + 1);
        }
    }
}
