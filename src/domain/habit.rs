//! Habits: what somebody wants to do in a rhythm, the days on which they did, and the streak.
//!
//! A habit's days are parted into periods of equal length, counted from the Monday of the week in
//! which it began; a period is kept when one of its days was ticked.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};

use super::id::{EngagementId, HabitId, Ref, Slug};
use super::time::{Day, Span};

/// How long a period is: 1 to 366 days. In JSON and in the journal the number of days.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Every(u32);

impl Every {
    /// So many days; nothing outside 1 to 366.
    pub(crate) fn new(days: u32) -> Option<Self> {
        (1..=366).contains(&days).then_some(Self(days))
    }

    /// The number of days.
    pub(crate) fn days(self) -> u32 {
        self.0
    }
}

impl FromStr for Every {
    type Err = String;

    /// Reads `daily`, `weekly`, `3d` or `2w`.
    fn from_str(text: &str) -> Result<Self, String> {
        let days = match text.trim().to_ascii_lowercase().as_str() {
            "daily" => Some(1),
            "weekly" => Some(7),
            // A bare number would say days, and could as well be meant as a number of times.
            span if span.ends_with(['d', 'w']) => {
                span.parse::<Span>().ok().and_then(|span| u32::try_from(span.get()).ok())
            }
            _ => None,
        };
        days.and_then(Self::new).ok_or_else(|| {
            format!("‘{text}’ is no rhythm: daily, weekly, 3d or 2w, up to 366 days")
        })
    }
}

impl fmt::Display for Every {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            1 => f.pad("daily"),
            7 => f.pad("weekly"),
            days if days.is_multiple_of(7) => f.pad(&format!("every {} weeks", days / 7)),
            days => f.pad(&format!("every {days} days")),
        }
    }
}

impl Serialize for Every {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u32(self.0)
    }
}

/// A habit, as it stands on a day.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Habit {
    #[serde(rename = "ref")]
    pub(crate) reference: Ref,
    pub(crate) id: HabitId,
    pub(crate) engagement: Slug,
    pub(crate) text: String,
    pub(crate) every: Every,
    /// Periods kept one after the other, up to the current one; up to the one before it while the
    /// current one is not over.
    pub(crate) streak: u32,
    /// The longest streak there ever was.
    pub(crate) longest: u32,
    /// The days on which it was kept, in order.
    pub(crate) kept_on: Vec<Day>,
    /// The last day of the current period, or of the first one before that begins; absent once it is
    /// kept.
    pub(crate) due: Option<Day>,
    #[serde(skip)]
    pub(crate) began: Day,
    #[serde(skip)]
    pub(crate) engagement_id: EngagementId,
    /// Whether its engagement is that of the one who keeps the journal.
    #[serde(skip)]
    pub(crate) own: bool,
    #[serde(skip)]
    pub(crate) removed: bool,
}

impl Habit {
    /// The same habit with the days on which it was kept, and what they come to on `today`.
    pub(crate) fn kept(mut self, days: BTreeSet<Day>, today: Day) -> Self {
        let kept: BTreeSet<i64> =
            days.iter().map(|day| self.period_of(*day)).filter(|period| *period >= 0).collect();
        // Before the first period that one is to come.
        let current = self.period_of(today).max(0);
        self.streak = ending(&kept, if kept.contains(&current) { current } else { current - 1 });
        self.longest = kept.iter().map(|period| ending(&kept, *period)).max().unwrap_or(0);
        self.due = (!kept.contains(&current))
            .then(|| self.first_day().plus_days((current + 1) * self.length() - 1))
            .flatten();
        self.kept_on = days.into_iter().collect();
        self
    }

    /// Its streak for people, with the longest where that was longer: `3 in a row, longest 5`.
    pub(crate) fn streak_spoken(&self) -> String {
        let streak = match self.streak {
            0 if self.longest == 0 => "not kept yet".to_owned(),
            0 => "no streak now".to_owned(),
            streak => format!("{streak} in a row"),
        };
        match self.longest > self.streak {
            true => format!("{streak}, longest {}", self.longest),
            false => streak,
        }
    }

    /// The Monday of the week in which it began: the first day of its first period.
    pub(crate) fn first_day(&self) -> Day {
        self.began.monday()
    }

    /// Whether a day lies before every period, so that it counts for no streak.
    pub(crate) fn is_before(&self, day: Day) -> bool {
        day < self.first_day()
    }

    fn length(&self) -> i64 {
        i64::from(self.every.days())
    }

    /// The period of a day, from 0; negative before the first one.
    fn period_of(&self, day: Day) -> i64 {
        day.days_since(self.first_day()).div_euclid(self.length())
    }
}

/// How many periods were kept one after the other, up to this one.
fn ending(kept: &BTreeSet<i64>, last: i64) -> u32 {
    (0..).take_while(|back| kept.contains(&(last - i64::from(*back)))).count() as u32
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(text: &str) -> Day {
        text.parse().expect("a day")
    }

    fn habit(every: &str, began: &str) -> Habit {
        Habit {
            reference: "B1".parse().expect("a ref"),
            id: "01940000-0000-7000-8000-000000000001".parse().expect("an id"),
            engagement: "mine".parse().expect("a slug"),
            text: "Walk".to_owned(),
            every: every.parse().expect("a rhythm"),
            streak: 0,
            longest: 0,
            kept_on: Vec::new(),
            due: None,
            began: day(began),
            engagement_id: "01940000-0000-7000-8000-000000000002".parse().expect("an id"),
            own: true,
            removed: false,
        }
    }

    /// Streak, longest and due.
    fn told(every: &str, began: &str, kept: &[&str], today: &str) -> (u32, u32, Option<String>) {
        let days = kept.iter().map(|text| day(text)).collect();
        let habit = habit(every, began).kept(days, day(today));
        (habit.streak, habit.longest, habit.due.map(|due| due.to_string()))
    }

    #[test]
    fn a_rhythm_is_read_in_one_way_or_refused() {
        for (typed, days, said) in [
            ("daily", 1, "daily"),
            ("1d", 1, "daily"),
            ("Weekly", 7, "weekly"),
            ("1w", 7, "weekly"),
            ("2w", 14, "every 2 weeks"),
            ("3d", 3, "every 3 days"),
            ("366d", 366, "every 366 days"),
        ] {
            let every: Every = typed.parse().expect(typed);
            assert_eq!((every.days(), every.to_string().as_str()), (days, said), "{typed}");
        }
        for wrong in ["", "7", "0d", "367d", "53w", "monthly", "-1d", "d", "w", "7 d", "1.5d"] {
            assert!(wrong.parse::<Every>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_streak_holds_until_the_period_after_it_is_over() {
        // It began on a Friday; its first week is that of Monday the 16th.
        let began = "2026-11-20";
        let kept = ["2026-11-20", "2026-11-23"];
        assert_eq!(told("7d", began, &[], "2026-11-21"), (0, 0, Some("2026-11-22".into())));
        assert_eq!(told("7d", began, &kept, "2026-11-29"), (2, 2, None));
        assert_eq!(told("7d", began, &kept, "2026-12-06"), (2, 2, Some("2026-12-06".into())));
        assert_eq!(told("7d", began, &kept, "2026-12-07"), (0, 2, Some("2026-12-13".into())));
    }

    #[test]
    fn a_day_before_it_began_counts_from_that_monday_on() {
        let (began, today) = ("2026-11-20", "2026-11-25");
        assert_eq!(told("7d", began, &["2026-11-16"], today).0, 1);
        assert_eq!(told("7d", began, &["2026-11-15"], today).0, 0);
        let early = ["2026-11-15", "2026-11-16", "2026-11-24"];
        assert_eq!(told("7d", began, &early, today), (2, 2, None));
    }

    #[test]
    fn periods_of_any_length_are_counted_from_the_monday() {
        let began = "2026-11-18";
        assert_eq!(told("1d", began, &["2026-11-19", "2026-11-20"], "2026-11-21").0, 2);
        assert_eq!(told("1d", began, &["2026-11-19", "2026-11-20"], "2026-11-22").0, 0);
        // Of three days each: 16–18, 19–21, 22–24.
        assert_eq!(
            told("3d", began, &["2026-11-18", "2026-11-19"], "2026-11-22"),
            (2, 2, Some("2026-11-24".into()))
        );
        assert_eq!(
            told("2w", began, &["2026-11-29"], "2026-12-01"),
            (1, 1, Some("2026-12-13".into()))
        );
        // Before its first day the first period is to come.
        assert_eq!(told("7d", began, &[], "2026-11-15"), (0, 0, Some("2026-11-22".into())));
    }

    proptest! {
        #[test]
        fn a_streak_is_never_longer_than_the_longest_nor_than_the_days(
            every in 1_u32..=366,
            kept in proptest::collection::btree_set(-30_i64..900, 0..60),
            today in 0_i64..900,
        ) {
            let began = day("2026-11-18");
            let days: BTreeSet<Day> = kept.iter().filter_map(|by| began.plus_days(*by)).collect();
            let mut habit = habit("1d", "2026-11-18");
            habit.every = Every::new(every).expect("a rhythm");
            let today = began.plus_days(today).expect("a day");
            let habit = habit.kept(days.clone(), today);
            prop_assert!(habit.streak <= habit.longest);
            prop_assert!(habit.longest as usize <= days.len());
            if let Some(due) = habit.due {
                prop_assert!(due >= today && due.days_since(today) < i64::from(every));
            }
        }
    }
}
