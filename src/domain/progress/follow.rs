//! Follow-through: what became of what was promised.

use serde::Serialize;

use super::count;
use crate::domain::action::{Action, ActionKind, ActionStatus};
use crate::domain::goal::Number;
use crate::domain::time::Day;
use crate::domain::word::Word;

/// What became of what the coachee promised.
#[derive(Clone, PartialEq, Debug, Default, Serialize)]
pub(crate) struct FollowThrough {
    pub(crate) made: u32,
    /// Done or dropped.
    pub(crate) closed: u32,
    pub(crate) done: u32,
    pub(crate) dropped: u32,
    pub(crate) open: u32,
    /// Closed of made, in per cent; absent where none was made.
    pub(crate) closure_rate: Option<u32>,
    /// Done by their due day, or told to be on the day of the first session after it, of those done that
    /// had one: what is kept is mostly told when both meet again.
    pub(crate) on_time: u32,
    pub(crate) on_time_rate: Option<u32>,
    pub(crate) overdue: u32,
    /// Open ones that at least one session went by.
    pub(crate) carried_over: u32,
    /// How old the open ones are, in days since they were made.
    pub(crate) median_age_days: Option<Number>,
    pub(crate) oldest_days: Option<i64>,
    pub(crate) by_kind: Vec<OfKind>,
}

/// What became of the promises of one kind.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub(crate) struct OfKind {
    pub(crate) kind: ActionKind,
    pub(crate) made: u32,
    pub(crate) closed: u32,
    pub(crate) closure_rate: Option<u32>,
}

/// How much of a whole a part is, in per cent, rounded half up; absent where there is no whole.
pub(crate) fn rate(part: u32, whole: u32) -> Option<u32> {
    (whole > 0).then(|| (part * 200 + whole) / (whole * 2))
}

/// The number in the middle, or half way between the two there; absent where there is none.
fn median(mut numbers: Vec<i64>) -> Option<Number> {
    numbers.sort_unstable();
    let middle = numbers.len() / 2;
    let upper = *numbers.get(middle)?;
    let lower = if numbers.len() % 2 == 1 { upper } else { *numbers.get(middle - 1)? };
    // Days: exact in any number of bits.
    Some(Number::new((lower + upper) as f64 / 2.0))
}

impl FollowThrough {
    /// What became of these commitments, as of a day; `held` are the days of the sessions held.
    pub(crate) fn of(actions: &[Action], held: &[Day], today: Day) -> Self {
        let made = actions.len() as u32;
        let status = |status| count(actions, |action| action.status == status);
        let (done, dropped) = (status(ActionStatus::Done), status(ActionStatus::Dropped));
        let closed = done + dropped;
        let is_open = |action: &&Action| action.status == ActionStatus::Open;
        let ages: Vec<i64> = actions
            .iter()
            .filter(is_open)
            .map(|action| today.days_since(action.made_on).max(0))
            .collect();
        let timed = |action: &Action| {
            let is_done = action.status == ActionStatus::Done;
            Some((action.due?, action.closed_on?)).filter(|_| is_done)
        };
        let told_next = |due, closed| held.iter().filter(|day| due < **day).min() == Some(&closed);
        let on_time = count(actions, |action| {
            timed(action).is_some_and(|(due, closed)| closed <= due || told_next(due, closed))
        });
        let kinds = ActionKind::ALL.iter().filter_map(|&kind| {
            let made = count(actions, |action| action.kind == kind);
            let closed =
                count(actions, |action| action.kind == kind && action.status != ActionStatus::Open);
            (made > 0).then(|| OfKind { kind, made, closed, closure_rate: rate(closed, made) })
        });
        Self {
            made,
            closed,
            done,
            dropped,
            open: made - closed,
            closure_rate: rate(closed, made),
            on_time,
            on_time_rate: rate(on_time, count(actions, |action| timed(action).is_some())),
            overdue: count(actions, |action| action.overdue),
            carried_over: actions.iter().filter(is_open).filter(|a| a.carried > 0).count() as u32,
            oldest_days: ages.iter().max().copied(),
            median_age_days: median(ages),
            by_kind: kinds.collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::action::ActionOwner;
    use crate::domain::word::Visibility;

    fn day(text: &str) -> Day {
        text.parse().expect("a day")
    }

    /// `made due status closed carried kind`, where `-` is nothing.
    fn actions(lines: &str, today: Day) -> Vec<Action> {
        let all = lines.lines().map(|line| line.split_whitespace().collect::<Vec<_>>());
        all.filter(|words| !words.is_empty())
            .map(|words| {
                let some = |at: usize| Some(words[at]).filter(|word| *word != "-").map(day);
                let status = ActionStatus::from_word(words[2]).expect("a status");
                Action {
                    reference: "A1".parse().expect("a ref"),
                    id: "01940000-0000-7000-8000-000000000001".parse().expect("an id"),
                    engagement: "acme-cfo".parse().expect("a slug"),
                    goal: None,
                    session: None,
                    what: "Ask".to_owned(),
                    owner: ActionOwner::Coachee,
                    due: some(1),
                    status,
                    kind: ActionKind::from_word(words[5]).expect("a kind"),
                    carried: words[4].parse().expect("a number"),
                    overdue: status == ActionStatus::Open && some(1).is_some_and(|due| due < today),
                    outcomes: Vec::new(),
                    closed_on: some(3),
                    visibility: Visibility::Shared,
                    made_on: day(words[0]),
                    engagement_id: "01940000-0000-7000-8000-000000000002".parse().expect("an id"),
                    own: false,
                    person_name: None,
                    removed: false,
                }
            })
            .collect()
    }

    #[test]
    fn follow_through_is_counted_exactly() {
        let today = day("2026-11-21");
        let told = FollowThrough::of(
            &actions(
                "
                2026-10-01 2026-10-08 done    2026-10-08 0 behaviour
                2026-10-01 2026-10-08 done    2026-10-20 1 behaviour
                2026-10-01 2026-10-08 done    2026-10-09 1 behaviour
                2026-10-01 2026-10-21 done    2026-11-19 1 skill
                2026-10-01 -          done    2026-10-09 1 skill
                2026-10-01 -          dropped 2026-10-20 1 skill
                2026-11-01 2026-11-08 open    -          1 conversation
                2026-11-11 2026-12-01 open    -          0 conversation
                2026-11-21 -          open    -          0 other",
                today,
            ),
            &[day("2026-10-01"), day("2026-10-09"), day("2026-10-20")],
            today,
        );
        assert_eq!((told.made, told.closed, told.done, told.dropped, told.open), (9, 6, 5, 1, 3));
        assert_eq!((told.closure_rate, told.overdue, told.carried_over), (Some(67), 1, 1));
        // The second one was told a session late, the third in the first session after its day, the
        // fourth in no session at all.
        assert_eq!((told.on_time, told.on_time_rate), (2, Some(50)));
        assert_eq!((told.median_age_days, told.oldest_days), (Some(Number::new(10.0)), Some(20)));
        let kinds: Vec<_> =
            told.by_kind.iter().map(|each| (each.kind.word(), each.made, each.closed)).collect();
        assert_eq!(
            kinds,
            [("behaviour", 3, 3), ("skill", 3, 3), ("conversation", 2, 0), ("other", 1, 0)]
        );
        assert_eq!(FollowThrough::of(&[], &[], today), FollowThrough::default());
    }

    #[test]
    fn a_rate_is_rounded_half_up_and_a_median_may_lie_between_two() {
        assert_eq!(
            [rate(1, 8), rate(1, 3), rate(3, 3), rate(0, 5), rate(0, 0)],
            [Some(13), Some(33), Some(100), Some(0), None]
        );
        assert_eq!(median(vec![3, 8, 1, 4]), Some(Number::new(3.5)));
        assert_eq!(median(Vec::new()), None);
    }
}
