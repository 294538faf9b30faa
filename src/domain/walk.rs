//! The walk through a session: which question comes next, and where a walk stands.
//!
//! A session goes through the stages of its method in order, and then to its end. A stage has its
//! questions; the check-in asks first about each open action, action planning at last about the
//! next session.

use std::fmt;
use std::str::FromStr;

use super::id::Ref;
use super::method::{ACTION_PLANNING, CHECK_IN, Method};
use super::time::Day;
use super::word::Range;

/// What comes after the last stage; no method has a stage of this id.
pub(crate) const END: &str = "end";

/// A place in a stage: what is asked there.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Asking {
    /// The method's question of this number, from 0. At the check-in every open action that was
    /// neither told nor passed comes first.
    Question(usize),
    /// By which day the action is due, one just made or one that stays open; the question of this
    /// number stands again after it.
    Due(Ref, usize),
    /// When the next session is.
    Next,
    /// At the end: which insights the coachee may read.
    Share,
    /// At the end: what both agreed.
    Summary,
    /// At the end: how long the session was.
    Minutes,
}

impl fmt::Display for Asking {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Question(number) => write!(f, "{number}"),
            Self::Due(action, after) => write!(f, "due {action} {after}"),
            Self::Next => f.write_str("next"),
            Self::Share => f.write_str("share"),
            Self::Summary => f.write_str("summary"),
            Self::Minutes => f.write_str("minutes"),
        }
    }
}

/// The text names no place in a stage.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct NoPlace;

impl FromStr for Asking {
    type Err = NoPlace;

    /// Reads what `Display` writes.
    fn from_str(text: &str) -> Result<Self, NoPlace> {
        match text {
            "next" => Ok(Self::Next),
            "share" => Ok(Self::Share),
            "summary" => Ok(Self::Summary),
            "minutes" => Ok(Self::Minutes),
            _ => match text.strip_prefix("due ").map(|due| due.split_once(' ')) {
                Some(Some((action, after))) => {
                    let action = action.parse().map_err(|_| NoPlace)?;
                    after.parse().map(|after| Self::Due(action, after)).map_err(|_| NoPlace)
                }
                Some(None) => Err(NoPlace),
                None => text.parse().map(Self::Question).map_err(|_| NoPlace),
            },
        }
    }
}

/// Where a walk stands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Walk {
    /// The id of a stage, or [`END`].
    pub(crate) stage: String,
    pub(crate) asking: Asking,
    /// The actions that were left without an outcome at the check-in.
    pub(crate) passed: Vec<Ref>,
}

impl Walk {
    /// Before the first question of a session.
    pub(crate) fn begin(method: &Method) -> Self {
        let first = method.stages.first().map_or(END, |stage| &stage.id);
        Self { stage: String::new(), asking: Asking::Question(0), passed: Vec::new() }.at(first)
    }

    /// At the first question of a stage, or of the end.
    pub(crate) fn at(self, stage: &str) -> Self {
        let asking = if stage == END { Asking::Share } else { Asking::Question(0) };
        Self { stage: stage.to_owned(), asking, ..self }
    }

    /// How many questions a stage has; one without any has its silence.
    pub(crate) fn questions(method: &Method, stage: &str) -> usize {
        method.stage(stage).map_or(1, |stage| stage.prompts.len().max(1))
    }

    /// After the question that is asked; nothing where the stage, or the end, is through.
    pub(crate) fn next(&self, method: &Method) -> Option<Self> {
        let last = Self::questions(method, &self.stage) - 1;
        let asking = match self.asking {
            Asking::Question(number) if number < last => Asking::Question(number + 1),
            Asking::Question(_) if self.stage == ACTION_PLANNING => Asking::Next,
            Asking::Due(_, after) => Asking::Question(after),
            Asking::Share => Asking::Summary,
            Asking::Summary => Asking::Minutes,
            Asking::Question(_) | Asking::Next | Asking::Minutes => return None,
        };
        Some(Self { asking, ..self.clone() })
    }

    /// The stage after this one; the last is followed by the end, and the end by nothing.
    pub(crate) fn stage_after<'m>(&self, method: &'m Method) -> Option<&'m str> {
        if self.stage == END {
            return None;
        }
        let at = method.stages.iter().position(|stage| stage.id == self.stage);
        let next = at.and_then(|at| method.stages.get(at + 1));
        Some(next.map_or(END, |stage| &stage.id))
    }

    /// Before the question that is asked: the one before it, else the last of the stage before.
    /// At the check-in the actions that were passed are asked again. Nothing before the first.
    pub(crate) fn back(&self, method: &Method) -> Option<Self> {
        let last = |stage: &str| Asking::Question(Self::questions(method, stage) - 1);
        let asking = match self.asking {
            Asking::Question(0) | Asking::Share => {
                if self.stage == CHECK_IN && !self.passed.is_empty() {
                    return Some(Self { passed: Vec::new(), ..self.clone() });
                }
                let at = match self.stage.as_str() {
                    END => method.stages.len(),
                    stage => method.stages.iter().position(|each| each.id == stage)?,
                };
                let before = &method.stages.get(at.checked_sub(1)?)?.id;
                return Some(Self { asking: last(before), stage: before.clone(), ..self.clone() });
            }
            Asking::Question(number) => Asking::Question(number - 1),
            Asking::Due(_, after) => Asking::Question(after),
            Asking::Next => last(&self.stage),
            Asking::Summary => Asking::Share,
            Asking::Minutes => Asking::Summary,
        };
        Some(Self { asking, ..self.clone() })
    }
}

/// The day on which a session should follow one of `day`: as many whole weeks later as the cadence
/// takes at least, where it allows whole weeks at all, so that the day of the week stays.
pub(crate) fn following(day: Day, cadence_days: Range) -> Option<Day> {
    let weeks = cadence_days.low.div_ceil(7) * 7;
    let days = if weeks <= cadence_days.high { weeks } else { cadence_days.low };
    day.plus_days(days.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::id::Noun;

    fn method() -> Method {
        Method::parse(Method::shipped("five-stage").expect("shipped")).expect("sound")
    }

    /// Every place of a walk to the end, in order.
    fn places(method: &Method) -> Vec<Walk> {
        let mut all = vec![Walk::begin(method)];
        loop {
            let here = all.last().expect("one");
            let stage = || Some(here.clone().at(here.stage_after(method)?));
            match here.next(method).or_else(stage) {
                Some(next) => all.push(next),
                None => return all,
            }
        }
    }

    #[test]
    fn a_walk_goes_through_every_stage_to_the_end() {
        let told: Vec<String> =
            places(&method()).iter().map(|at| format!("{} {}", at.stage, at.asking)).collect();
        assert_eq!(
            told,
            [
                "check-in 0",
                "check-in 1",
                "check-in 2",
                "deep-dive 0",
                "deep-dive 1",
                "deep-dive 2",
                "challenge 0",
                "challenge 1",
                "challenge 2",
                "action-planning 0",
                "action-planning 1",
                "action-planning next",
                "end share",
                "end summary",
                "end minutes",
            ]
        );
    }

    #[test]
    fn back_is_the_way_there_again() {
        let method = method();
        let all = places(&method);
        for pair in all.windows(2) {
            let [before, here] = pair else { continue };
            let back = here.back(&method).expect("a place before");
            // The next session is asked for once; the question before it is gone back to.
            let expected = if before.asking == Asking::Next { &all[10] } else { before };
            assert_eq!(&back, expected);
        }
        assert_eq!(all[0].back(&method), None);
        let passed = vec![Ref { noun: Noun::Action, number: 3 }];
        let passed = Walk { passed, ..all[0].clone() };
        assert_eq!(passed.back(&method).as_ref(), Some(&all[0]));
    }

    #[test]
    fn a_place_is_read_as_it_is_written() {
        let due = Asking::Due(Ref { noun: Noun::Action, number: 7 }, 1);
        let end = [Asking::Share, Asking::Summary, Asking::Minutes];
        for asking in [Asking::Question(2), due, Asking::Next].into_iter().chain(end) {
            assert_eq!(asking.to_string().parse(), Ok(asking));
        }
        for text in ["somewhere", "due A7", "due 7 A"] {
            assert_eq!(text.parse::<Asking>(), Err(NoPlace), "{text}");
        }
    }

    #[test]
    fn the_day_of_the_week_stays_where_the_cadence_allows() {
        let on = |low, high| {
            let range = Range::new(low, high).expect("a range");
            following("2026-11-20".parse().expect("a day"), range).map(|day| day.to_string())
        };
        assert_eq!(on(14, 21).as_deref(), Some("2026-12-04"));
        assert_eq!(on(10, 16).as_deref(), Some("2026-12-04"));
        assert_eq!(on(10, 12).as_deref(), Some("2026-11-30"));
    }
}
