//! How an engagement moves: its goals as they were first set and as they stand, and what became of what
//! was promised. Numbers alone; what they are drawn as is for others to say.

use std::collections::BTreeMap;

use serde::Serialize;

use super::action::{Action, ActionKind, ActionStatus};
use super::audience::CoacheeReview;
use super::discretion::{About, Concerns};
use super::engagement::EngagementStatus;
use super::goal::{
    Amendment, Course, Criterion, FirstSet, GoalOwner, GoalStatus, KeyResult, Number,
};
use super::habit::Habit;
use super::id::{EngagementId, Ref, Slug};
use super::method::WorksheetDef;
use super::review::Review;
use super::session::{Session, SessionKind};
use super::time::Day;
use super::word::{Range, Word};

/// A goal as it was first set, as it stands, and what was amended in between.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct GoalNow {
    #[serde(rename = "ref")]
    pub(crate) reference: Ref,
    pub(crate) title: String,
    pub(crate) owner: GoalOwner,
    pub(crate) focus: Option<String>,
    pub(crate) status: GoalStatus,
    pub(crate) success: Vec<Criterion>,
    /// The newest rating, 0 to 10.
    pub(crate) rating: Option<u8>,
    /// Every rating, oldest first.
    pub(crate) ratings: Vec<Rated>,
    pub(crate) key_results: Vec<KeyResultNow>,
    pub(crate) first: FirstSet,
    pub(crate) amendments: Vec<Amendment>,
}

/// A rating of a goal, 0 to 10.
#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) struct Rated {
    pub(crate) on: Day,
    pub(crate) value: u8,
}

/// Where a key result stands.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct KeyResultNow {
    #[serde(rename = "ref")]
    pub(crate) reference: Ref,
    pub(crate) title: String,
    pub(crate) unit: String,
    pub(crate) baseline: Number,
    pub(crate) current: Number,
    pub(crate) target: Number,
    /// How much of the way is covered, in per cent; absent where there is no way.
    pub(crate) progress: Option<i64>,
}

impl From<KeyResult> for KeyResultNow {
    fn from(kr: KeyResult) -> Self {
        Self {
            progress: kr.progress(),
            reference: kr.reference,
            title: kr.title,
            unit: kr.unit,
            baseline: kr.baseline,
            current: kr.current,
            target: kr.target,
        }
    }
}

impl From<Course> for GoalNow {
    fn from(course: Course) -> Self {
        let goal = course.goal;
        Self {
            reference: goal.reference,
            title: goal.title,
            owner: goal.owner,
            focus: goal.focus,
            status: goal.status,
            success: goal.criteria,
            rating: goal.rating,
            ratings: goal.ratings.into_iter().map(|(on, value)| Rated { on, value }).collect(),
            key_results: course.measured.into_iter().map(KeyResultNow::from).collect(),
            first: course.first,
            amendments: course.amendments,
        }
    }
}

/// A review with the goals it looks back on.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct ReviewPage<R> {
    #[serde(flatten)]
    pub(crate) review: R,
    pub(crate) goals: Vec<GoalNow>,
    #[serde(skip)]
    pub(crate) engagement_id: EngagementId,
}

impl Concerns for ReviewPage<Review> {
    fn about(&self) -> About {
        About::Engagement(self.engagement_id)
    }
}

impl Concerns for ReviewPage<CoacheeReview> {
    fn about(&self) -> About {
        About::Engagement(self.engagement_id)
    }
}

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
    /// Done by their due day, or told to be in the first session after it, of those done that had one:
    /// what is kept is mostly told when both meet again.
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

fn count<T>(all: &[T], fits: impl Fn(&T) -> bool) -> u32 {
    all.iter().filter(|one| fits(one)).count() as u32
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
        let passed_by = |due, closed| held.iter().any(|day| due < *day && *day < closed);
        let on_time = count(actions, |action| {
            timed(action).is_some_and(|(due, closed)| closed <= due || !passed_by(due, closed))
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

/// When sessions were held, against what was agreed.
#[derive(Clone, PartialEq, Debug, Default, Serialize)]
pub(crate) struct Cadence {
    /// Sessions held that count, and how many are planned.
    pub(crate) held: u32,
    pub(crate) planned: Option<u32>,
    /// Minutes of all sessions held.
    pub(crate) minutes: u32,
    /// From one held session that counts to the next; to one place after the point.
    pub(crate) mean_days_between: Option<Number>,
    /// The agreed days between two sessions.
    pub(crate) cadence_days: Option<Range>,
    /// How many of the times between two sessions were no longer than agreed, of how many.
    pub(crate) kept: u32,
    pub(crate) between: u32,
    pub(crate) last: Option<Day>,
    pub(crate) days_since_last: Option<i64>,
    pub(crate) next: Option<Day>,
}

impl Cadence {
    /// When these held sessions were, in the order of their days.
    pub(crate) fn of(held: &[Session], agreed: Option<Range>, today: Day) -> Self {
        let days: Vec<Day> = held.iter().map(|session| session.start.day()).collect();
        let counted = held.iter().filter(|session| SessionKind::COUNTED.contains(&session.kind));
        let gaps: Vec<i64> = counted
            .map(|session| session.start.day())
            .collect::<Vec<Day>>()
            .windows(2)
            .filter_map(|pair| Some(pair.get(1)?.days_since(*pair.first()?)))
            .collect();
        let sum: i64 = gaps.iter().sum();
        let tenths = (!gaps.is_empty()).then(|| (sum * 10) as f64 / gaps.len() as f64);
        let within = |days: &i64| agreed.is_some_and(|agreed| *days <= i64::from(agreed.high));
        Self {
            held: count(held, |session| SessionKind::COUNTED.contains(&session.kind)),
            planned: None,
            minutes: held.iter().filter_map(|session| session.minutes).sum(),
            mean_days_between: tenths.map(|tenths| Number::new(tenths.round() / 10.0)),
            cadence_days: agreed,
            kept: count(&gaps, within),
            between: gaps.len() as u32,
            last: days.last().copied(),
            days_since_last: days.last().map(|last| today.days_since(*last)),
            next: None,
        }
    }
}

/// What somebody hoped for, or an outcome, rated at four points in time.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub(crate) struct Expectation {
    /// The id of its worksheet.
    pub(crate) worksheet: String,
    pub(crate) item: String,
    pub(crate) baseline: Option<Number>,
    pub(crate) target: Option<Number>,
    pub(crate) mid: Option<Number>,
    pub(crate) close: Option<Number>,
    /// How much of the way from baseline to target is covered by the last rating, in per cent.
    pub(crate) reached: Option<i64>,
}

impl Expectation {
    /// One, with how far it was reached.
    pub(crate) fn of(worksheet: &str, item: String, at: [Option<Number>; 4]) -> Self {
        let [baseline, target, mid, close] = at;
        let reached = || {
            let (from, to) = (baseline?.value(), target?.value());
            let now = close.or(mid)?.value();
            (from != to).then(|| ((now - from) / (to - from) * 100.0).round() as i64)
        };
        Self {
            reached: reached(),
            worksheet: worksheet.to_owned(),
            item,
            baseline,
            target,
            mid,
            close,
        }
    }
}

/// The mean of how far expectations were reached: their return, in per cent.
pub(crate) fn return_on(expectations: &[Expectation]) -> Option<i64> {
    let reached: Vec<i64> = expectations.iter().filter_map(|each| each.reached).collect();
    let sum: i64 = reached.iter().sum();
    (!reached.is_empty()).then(|| (sum as f64 / reached.len() as f64).round() as i64)
}

/// A worksheet as reports and papers read it.
#[derive(Clone, Debug)]
pub(crate) struct Sheet {
    pub(crate) definition: WorksheetDef,
    pub(crate) rows: Vec<SheetRow>,
}

/// A row of a worksheet: what its fields say, by their ids.
#[derive(Clone, Debug)]
pub(crate) struct SheetRow {
    pub(crate) number: u32,
    pub(crate) on: Option<Day>,
    pub(crate) cells: BTreeMap<String, String>,
}

/// How an engagement moves, for one who may read it.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Progress {
    /// Its slug; to the coachee its reference.
    pub(crate) engagement: String,
    pub(crate) on: Day,
    pub(crate) sessions: Cadence,
    pub(crate) goals: Vec<GoalNow>,
    pub(crate) actions: FollowThrough,
    /// What the coach promised; absent for the coachee.
    pub(crate) coach_actions: Option<FollowThrough>,
    pub(crate) habits: Vec<HabitKept>,
    pub(crate) expectations: Vec<Expectation>,
    pub(crate) return_on_expectations: Option<i64>,
    #[serde(skip)]
    pub(crate) engagement_id: EngagementId,
}

impl Concerns for Progress {
    fn about(&self) -> About {
        About::Engagement(self.engagement_id)
    }
}

/// A habit, and how it is kept up.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct HabitKept {
    #[serde(rename = "ref")]
    pub(crate) reference: Ref,
    pub(crate) text: String,
    pub(crate) streak: u32,
    pub(crate) longest: u32,
    #[serde(skip)]
    pub(crate) spoken: String,
}

impl From<Habit> for HabitKept {
    fn from(habit: Habit) -> Self {
        Self {
            spoken: habit.streak_spoken(),
            reference: habit.reference,
            text: habit.text,
            streak: habit.streak,
            longest: habit.longest,
        }
    }
}

/// One engagement in the report on a practice.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Practised {
    pub(crate) engagement: Slug,
    pub(crate) status: EngagementStatus,
    pub(crate) sessions_held: u32,
    pub(crate) sessions_planned: Option<u32>,
    pub(crate) minutes: u32,
    pub(crate) mean_days_between: Option<Number>,
    pub(crate) cadence_days: Option<Range>,
    pub(crate) actions: u32,
    pub(crate) closed: u32,
    pub(crate) closure_rate: Option<u32>,
    pub(crate) overdue: u32,
    pub(crate) days_since_last: Option<i64>,
    pub(crate) next: Option<Day>,
    pub(crate) stalled: bool,
    #[serde(skip)]
    pub(crate) engagement_id: EngagementId,
}

/// The report on a practice.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Practice {
    pub(crate) engagements: Vec<Practised>,
    pub(crate) totals: Totals,
}

/// The sums of a practice.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub(crate) struct Totals {
    pub(crate) engagements: u32,
    pub(crate) sessions_held: u32,
    pub(crate) minutes: u32,
    pub(crate) actions: u32,
    pub(crate) closed: u32,
    pub(crate) closure_rate: Option<u32>,
    pub(crate) overdue: u32,
    pub(crate) stalled: u32,
}

impl Practice {
    /// The report of these engagements.
    pub(crate) fn of(engagements: Vec<Practised>) -> Self {
        let sum = |of: fn(&Practised) -> u32| engagements.iter().map(of).sum::<u32>();
        let (actions, closed) = (sum(|e| e.actions), sum(|e| e.closed));
        let totals = Totals {
            engagements: engagements.len() as u32,
            sessions_held: sum(|e| e.sessions_held),
            minutes: sum(|e| e.minutes),
            actions,
            closed,
            closure_rate: rate(closed, actions),
            overdue: sum(|e| e.overdue),
            stalled: sum(|e| e.stalled.into()),
        };
        Self { engagements, totals }
    }
}

impl Concerns for Practice {
    fn about(&self) -> About {
        let each = self.engagements.iter();
        About::All(each.map(|one| About::Engagement(one.engagement_id)).collect())
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
        assert_eq!((told.made, told.closed, told.done, told.dropped, told.open), (8, 5, 4, 1, 3));
        assert_eq!((told.closure_rate, told.overdue, told.carried_over), (Some(63), 1, 1));
        // The second one was told a session late, the third in the first session after its day.
        assert_eq!((told.on_time, told.on_time_rate), (2, Some(67)));
        assert_eq!((told.median_age_days, told.oldest_days), (Some(Number::new(10.0)), Some(20)));
        let kinds: Vec<_> =
            told.by_kind.iter().map(|each| (each.kind.word(), each.made, each.closed)).collect();
        assert_eq!(
            kinds,
            [("behaviour", 3, 3), ("skill", 2, 2), ("conversation", 2, 0), ("other", 1, 0)]
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

    #[test]
    fn expectations_return_the_share_of_the_way_rising_and_falling() {
        let number = |value: f64| Some(Number::new(value));
        let reached = |at| Expectation::of("expectations", "It".to_owned(), at).reached;
        assert_eq!(reached([number(2.0), number(8.0), None, number(5.0)]), Some(50));
        assert_eq!(reached([number(8.0), number(2.0), number(5.0), None]), Some(50));
        assert_eq!(reached([number(8.0), number(2.0), number(5.0), number(2.0)]), Some(100));
        assert_eq!(reached([number(2.0), number(8.0), None, None]), None);
        assert_eq!(reached([number(2.0), number(2.0), None, number(5.0)]), None);
        let both: Vec<Expectation> = [[2.0, 8.0, 5.0], [0.0, 10.0, 10.0]]
            .map(|[from, to, now]| {
                let at = [number(from), number(to), None, number(now)];
                Expectation::of("expectations", String::new(), at)
            })
            .into();
        assert_eq!(return_on(&both), Some(75));
    }
}
