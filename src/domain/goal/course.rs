//! The course of a goal: how it was first set, and what was amended since, out of the change log.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{Goal, KeyResult, Number};
use crate::domain::change::Value;
use crate::domain::id::Ref;
use crate::domain::time::Day;
use crate::domain::word::{Visibility, Word};

/// A goal beside what it was when it was first set.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Course {
    #[serde(flatten)]
    pub(crate) goal: Goal,
    pub(crate) first: FirstSet,
    /// Oldest first.
    pub(crate) amendments: Vec<Amendment>,
    #[serde(skip)]
    pub(crate) measured: Vec<KeyResult>,
}

/// A goal as it was first set.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub(crate) struct FirstSet {
    /// The day on which it was made; to the coachee, the one on which it was shared with them.
    pub(crate) on: Option<Day>,
    pub(crate) title: String,
    pub(crate) owner: String,
    pub(crate) focus: Option<String>,
    /// The criteria it was made with; where it was made with none, those of the first day that brought some.
    pub(crate) success: Vec<String>,
    /// The first rating, 0 to 10, with its day.
    pub(crate) rating: Option<u8>,
    pub(crate) rated_on: Option<Day>,
    /// Each as it was added, whenever that was.
    pub(crate) key_results: Vec<FirstKeyResult>,
}

/// A key result as it was first set.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub(crate) struct FirstKeyResult {
    #[serde(rename = "ref")]
    pub(crate) reference: Ref,
    pub(crate) title: String,
    pub(crate) unit: String,
    pub(crate) baseline: Number,
    pub(crate) target: Number,
}

/// Something about a goal that was changed after it was first set.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub(crate) struct Amendment {
    /// The goal, or one of its key results.
    #[serde(rename = "ref")]
    pub(crate) reference: Ref,
    /// `title`, `owner`, `focus`, `status`, `success`, `evidence`; of a key result `key_result` (it came
    /// or went), `title`, `unit`, `baseline`, `target`.
    pub(crate) field: String,
    /// Absent for what was added.
    pub(crate) from: Value,
    /// Absent for what was taken away.
    pub(crate) to: Value,
    pub(crate) on: Day,
    /// Why, where the edit said so; absent for the coachee.
    pub(crate) reason: Option<String>,
}

impl Amendment {
    /// In one line: `2026-11-01 G1 title: Decide sooner → Decide in two days (The board asked)`.
    pub(crate) fn spoken(&self) -> String {
        let Self { reference, field, from, to, on, reason } = self;
        let what = match (from, to) {
            (Value::Null, to) => format!("added {to}"),
            (from, Value::Null) => format!("{from}, taken away"),
            (from, to) => format!("{from} → {to}"),
        };
        let why = reason.as_ref().map_or_else(String::new, |reason| format!(" ({reason})"));
        format!("{on} {reference} {}: {what}{why}", field.replace('_', " "))
    }
}

/// What a line of the log is about.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Part {
    Goal,
    /// A criterion, by its id.
    Criterion(String),
    KeyResult(Ref),
}

/// A line of the log of a goal or one of its parts; in order, without what was undone.
#[derive(Clone, Debug)]
pub(crate) struct Logged {
    pub(crate) step: i64,
    pub(crate) on: Day,
    pub(crate) part: Part,
    /// Whether the record was made by it.
    pub(crate) made: bool,
    pub(crate) field: String,
    pub(crate) old: Value,
    pub(crate) new: Value,
    pub(crate) reason: Option<String>,
}

/// Who looks at the course.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Seen {
    /// The coach: from the goal's making on, with every reason.
    ByCoach,
    /// The coachee: from the day on which the goal was last shared with them, and no reason.
    ByCoachee,
}

/// What of a record is amended; a change of anything else is none.
const GOAL_FIELDS: &[&str] = &["title", "owner", "focus", "status"];
const CRITERION_FIELDS: &[&str] = &["text", "evidence"];
const KEY_RESULT_FIELDS: &[&str] = &["title", "unit", "baseline", "target"];

type Fields = BTreeMap<String, Value>;

/// The course of a goal, out of its log.
pub(crate) fn course_of(
    goal: Goal,
    measured: Vec<KeyResult>,
    log: &[Logged],
    seen: Seen,
) -> Course {
    let origin = origin(log, seen);
    let first = first_set(&goal, log, origin);
    let amendments = amendments(&goal, log, origin, seen);
    Course { goal, first, amendments, measured }
}

/// The step from which on the goal's course is told.
pub(crate) fn origin(log: &[Logged], seen: Seen) -> i64 {
    let made = log.first().map_or(0, |line| line.step);
    let shared = |line: &&Logged| {
        line.part == Part::Goal
            && line.field == "visibility"
            && line.new == Value::Text(Visibility::Shared.word().to_owned())
    };
    match seen {
        Seen::ByCoach => made,
        Seen::ByCoachee => log.iter().rev().find(shared).map_or(made, |line| line.step),
    }
}

/// What every record held once a step was done, with its making where that came later.
fn as_of(log: &[Logged], origin: i64) -> BTreeMap<&Part, (Fields, i64, Day)> {
    let mut all: BTreeMap<&Part, (Fields, i64, Day)> = BTreeMap::new();
    for line in log {
        let known = all.entry(&line.part).or_insert((Fields::new(), line.step, line.on));
        // What came later stands as it was made.
        if line.step <= origin || (line.made && line.step == known.1) {
            known.0.insert(line.field.clone(), line.new.clone());
        }
    }
    all.retain(|_, (fields, ..)| {
        fields.get("removed_at").is_none_or(|removed| *removed == Value::Null)
    });
    all
}

fn first_set(goal: &Goal, log: &[Logged], origin: i64) -> FirstSet {
    let all = as_of(log, origin);
    let goal_then = all.get(&Part::Goal);
    let then = |field: &str| goal_then.and_then(|(fields, ..)| worded(fields.get(field)?));
    let criteria: Vec<&(Fields, i64, Day)> = all
        .iter()
        .filter(|(part, _)| matches!(part, Part::Criterion(_)))
        .map(|(_, known)| known)
        .collect();
    let with_it = criteria.iter().any(|(_, step, _)| *step <= origin);
    let first_day = criteria.iter().map(|(.., on)| *on).min();
    let success = criteria
        .iter()
        .filter(|(_, step, on)| if with_it { *step <= origin } else { Some(*on) == first_day })
        .filter_map(|(fields, ..)| worded(fields.get("text")?));
    let key_results = all.iter().filter_map(|(part, (fields, ..))| match part {
        Part::KeyResult(reference) => Some(FirstKeyResult {
            reference: *reference,
            title: worded(fields.get("title")?)?,
            unit: worded(fields.get("unit")?)?,
            baseline: measured(fields.get("baseline")?)?,
            target: measured(fields.get("target")?)?,
        }),
        _ => None,
    });
    let rated = goal.ratings.first();
    let on = log.iter().rfind(|line| line.step <= origin).map(|line| line.on);
    FirstSet {
        on,
        title: then("title").unwrap_or_else(|| goal.title.clone()),
        owner: then("owner").unwrap_or_else(|| goal.owner.word().to_owned()),
        focus: then("focus"),
        success: success.collect(),
        rating: rated.map(|(_, value)| *value),
        rated_on: rated.map(|(on, _)| *on),
        key_results: key_results.collect(),
    }
}

fn amendments(goal: &Goal, log: &[Logged], origin: i64, seen: Seen) -> Vec<Amendment> {
    let first = as_of(log, origin);
    let with_it = first
        .iter()
        .any(|(part, (_, step, _))| matches!(part, Part::Criterion(_)) && *step <= origin);
    let first_day = first
        .iter()
        .filter(|(part, _)| matches!(part, Part::Criterion(_)))
        .map(|(_, known)| known.2)
        .min();
    // What a criterion says as the log goes on: one that is taken away is told by its words.
    let mut says: BTreeMap<&Part, Value> = BTreeMap::new();
    let mut told: Vec<(i64, Amendment)> = Vec::new();
    for line in log {
        if line.field == "text" || (line.field == "title" && line.part != Part::Goal) {
            says.insert(&line.part, line.new.clone());
        }
        if line.step <= origin {
            continue;
        }
        let reference = match &line.part {
            Part::KeyResult(reference) => *reference,
            _ => goal.reference,
        };
        let word = |from: Value, to: Value, field: &str| Amendment {
            reference,
            field: field.to_owned(),
            from,
            to,
            on: line.on,
            reason: line.reason.clone().filter(|_| seen == Seen::ByCoach),
        };
        let whole = || says.get(&line.part).cloned().unwrap_or(Value::Null);
        let field = line.field.as_str();
        let amended = match &line.part {
            Part::Goal if GOAL_FIELDS.contains(&field) => {
                word(line.old.clone(), line.new.clone(), field)
            }
            // The criteria of the first day are the goal as it was first set.
            Part::Criterion(_) if line.made => {
                if field != "text" || (!with_it && Some(line.on) == first_day) {
                    continue;
                }
                word(Value::Null, line.new.clone(), "success")
            }
            Part::Criterion(_) if field == "removed_at" => match line.new {
                Value::Null => word(Value::Null, whole(), "success"),
                _ => word(whole(), Value::Null, "success"),
            },
            Part::Criterion(_) if CRITERION_FIELDS.contains(&field) => {
                let field = if field == "text" { "success" } else { field };
                word(line.old.clone(), line.new.clone(), field)
            }
            // Its making is how it was first set; what goes and comes back is told.
            Part::KeyResult(_) if field == "removed_at" && !line.made => match line.new {
                Value::Null => word(Value::Null, whole(), "key_result"),
                _ => word(whole(), Value::Null, "key_result"),
            },
            Part::KeyResult(_) if KEY_RESULT_FIELDS.contains(&field) && !line.made => {
                word(whole_number(&line.old), whole_number(&line.new), field)
            }
            _ => continue,
        };
        told.push((line.step, amended));
    }
    replaced(told)
}

/// Criteria that one step took away and others that it brought are told as one in place of the other.
fn replaced(told: Vec<(i64, Amendment)>) -> Vec<Amendment> {
    let mut all: Vec<(i64, Amendment)> = Vec::new();
    for (step, new) in told {
        let gone = |(earlier, old): &&mut (i64, Amendment)| {
            *earlier == step
                && old.field == "success"
                && old.to == Value::Null
                && new.field == "success"
                && new.from == Value::Null
        };
        match all.iter_mut().find(gone) {
            Some((_, old)) => old.to = new.to,
            None => all.push((step, new)),
        }
    }
    all.into_iter().map(|(_, amendment)| amendment).collect()
}

/// A measured number that is whole, as one: it is told without a point.
fn whole_number(value: &Value) -> Value {
    match value {
        Value::Real(real) if real.fract() == 0.0 => Value::Integer(*real as i64),
        other => other.clone(),
    }
}

fn worded(value: &Value) -> Option<String> {
    match value {
        Value::Text(text) => Some(text.clone()),
        _ => None,
    }
}

fn measured(value: &Value) -> Option<Number> {
    match value {
        Value::Real(value) => Some(Number::new(*value)),
        // Whole numbers are 15 digits at most, so nothing is rounded.
        Value::Integer(value) => Some(Number::new(*value as f64)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::goal::{GoalOwner, GoalStatus};

    fn day(text: &str) -> Day {
        text.parse().expect("a day")
    }

    fn goal() -> Goal {
        Goal {
            reference: "G1".parse().expect("a ref"),
            id: "01940000-0000-7000-8000-000000000001".parse().expect("an id"),
            engagement: "acme-cfo".parse().expect("a slug"),
            title: "Decide within two days".to_owned(),
            owner: GoalOwner::Coachee,
            focus: None,
            status: GoalStatus::Active,
            criteria: Vec::new(),
            rating: Some(7),
            key_results: Vec::new(),
            visibility: Visibility::Shared,
            engagement_id: "01940000-0000-7000-8000-000000000002".parse().expect("an id"),
            own: false,
            ratings: vec![(day("2026-10-01"), 3), (day("2026-11-21"), 7)],
            removed: false,
        }
    }

    /// `step day part [+]field old new reason`, where `-` is nothing and `+` a making.
    fn log(lines: &str) -> Vec<Logged> {
        let value = |text: &str| match text.parse::<f64>() {
            _ if text == "-" => Value::Null,
            Ok(number) => Value::Real(number),
            Err(_) => Value::Text(text.replace('_', " ")),
        };
        lines
            .lines()
            .map(|line| line.split_whitespace().collect::<Vec<_>>())
            .filter(|words| !words.is_empty())
            .map(|words| Logged {
                step: words[0].parse().expect("a step"),
                on: day(words[1]),
                part: match words[2] {
                    "goal" => Part::Goal,
                    key if key.starts_with('K') => Part::KeyResult(key.parse().expect("a ref")),
                    criterion => Part::Criterion(criterion.to_owned()),
                },
                made: words[3].starts_with('+'),
                field: words[3].trim_start_matches('+').to_owned(),
                old: value(words[4]),
                new: value(words[5]),
                reason: words.get(6).map(|reason| reason.replace('_', " ")),
            })
            .collect()
    }

    const LOG: &str = "
        3 2026-10-01 goal +title - Decide_sooner
        3 2026-10-01 goal +owner - coachee
        3 2026-10-01 goal +visibility - shared
        3 2026-10-01 c1 +text - Heard_in_the_board
        4 2026-10-01 c2 +text - Seen_by_the_team
        5 2026-10-02 K1 +title - Open_decisions
        5 2026-10-02 K1 +unit - days
        5 2026-10-02 K1 +baseline - 12
        5 2026-10-02 K1 +target - 4
        6 2026-11-01 goal title Decide_sooner Decide_within_two_days The_board_asked
        7 2026-11-02 c1 removed_at - 2026-11-02T09:00:00.000Z
        7 2026-11-02 c3 +text - Nobody_waits
        8 2026-11-03 K1 target 4 2 Too_easy";

    fn told(course: &Course) -> Vec<String> {
        let line = |a: &Amendment| {
            format!("{} {} {} {} {} {:?}", a.reference, a.field, a.from, a.to, a.on, a.reason)
        };
        course.amendments.iter().map(line).collect()
    }

    #[test]
    fn a_goal_is_shown_as_it_was_first_set_whatever_was_changed_since() {
        let course = course_of(goal(), Vec::new(), &log(LOG), Seen::ByCoach);
        let first = &course.first;
        assert_eq!((first.title.as_str(), first.on), ("Decide sooner", Some(day("2026-10-01"))));
        assert_eq!(first.success, ["Heard in the board"], "what it was made with");
        assert_eq!((first.rating, first.rated_on), (Some(3), Some(day("2026-10-01"))));
        let key = &first.key_results[0];
        assert_eq!((key.baseline, key.target), (Number::new(12.0), Number::new(4.0)));
        assert_eq!(
            told(&course),
            [
                "G1 success – Seen by the team 2026-10-01 None",
                "G1 title Decide sooner Decide within two days 2026-11-01 Some(\"The board asked\")",
                "G1 success Heard in the board Nobody waits 2026-11-02 None",
                "K1 target 4 2 2026-11-03 Some(\"Too easy\")",
            ]
        );
    }

    #[test]
    fn criteria_that_come_after_the_goal_are_those_of_their_first_day() {
        let bare = "
            3 2026-10-01 goal +title - Decide
            4 2026-10-05 c1 +text - One
            5 2026-10-05 c2 +text - Two
            6 2026-10-06 c3 +text - Three
            7 2026-10-07 c1 text One First";
        let course = course_of(goal(), Vec::new(), &log(bare), Seen::ByCoach);
        assert_eq!(course.first.success, ["One", "Two"]);
        assert_eq!(
            told(&course),
            ["G1 success – Three 2026-10-06 None", "G1 success One First 2026-10-07 None"]
        );
    }

    #[test]
    fn the_coachee_sees_a_goal_from_the_day_it_was_shared_and_no_reason() {
        let private = "
            3 2026-10-01 goal +title - Stop_hiding_behind_numbers
            3 2026-10-01 goal +visibility - private
            4 2026-10-02 goal title Stop_hiding_behind_numbers Speak_first Kinder
            5 2026-10-03 goal visibility private shared Agreed_with_her
            6 2026-10-04 goal title Speak_first Decide_within_two_days Hers";
        let course = course_of(goal(), Vec::new(), &log(private), Seen::ByCoachee);
        assert_eq!(
            (course.first.title.as_str(), course.first.on),
            ("Speak first", Some(day("2026-10-03")))
        );
        assert_eq!(told(&course), ["G1 title Speak first Decide within two days 2026-10-04 None"]);
        let coach = course_of(goal(), Vec::new(), &log(private), Seen::ByCoach);
        assert_eq!(
            (coach.first.title.as_str(), told(&coach).len()),
            ("Stop hiding behind numbers", 2)
        );
    }
}
