//! Goals: what an engagement is for, how success will be known, and how it moves.

use serde::{Serialize, Serializer};

use super::id::{EngagementId, GoalId, KeyResultId, Ref, Slug};
use super::time::Day;
use super::word::{Visibility, words};

mod course;
pub(crate) use course::{Amendment, Course, FirstSet, Logged, Part, Seen, course_of, origin};

words! {
    /// Whose goal it is.
    GoalOwner { Coachee = "coachee", Sponsor = "sponsor", Joint = "joint" }
}

words! {
    /// Where a goal stands.
    GoalStatus { Active = "active", Achieved = "achieved", Dropped = "dropped" }
}

/// A goal with what is known of its progress.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Goal {
    #[serde(rename = "ref")]
    pub(crate) reference: Ref,
    pub(crate) id: GoalId,
    pub(crate) engagement: Slug,
    pub(crate) title: String,
    pub(crate) owner: GoalOwner,
    /// The area it belongs to, in free words.
    pub(crate) focus: Option<String>,
    pub(crate) status: GoalStatus,
    #[serde(rename = "success")]
    pub(crate) criteria: Vec<Criterion>,
    /// The newest rating, 0 to 10.
    pub(crate) rating: Option<u8>,
    pub(crate) key_results: Vec<Ref>,
    #[serde(skip)]
    pub(crate) visibility: Visibility,
    #[serde(skip)]
    pub(crate) engagement_id: EngagementId,
    /// Whether its engagement is that of the one who keeps the journal.
    #[serde(skip)]
    pub(crate) own: bool,
    /// Every rating, oldest first.
    #[serde(skip)]
    pub(crate) ratings: Vec<(Day, u8)>,
    #[serde(skip)]
    pub(crate) removed: bool,
}

/// How success of a goal will be known; in a goal's own JSON it is its text alone.
#[derive(Clone, Debug)]
pub(crate) struct Criterion {
    pub(crate) text: String,
    /// What shows that it is met.
    pub(crate) evidence: Option<String>,
}

impl Serialize for Criterion {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

/// A criterion as a record of its own, numbered within its goal from 1.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct NumberedCriterion {
    pub(crate) goal: Ref,
    pub(crate) number: u32,
    pub(crate) text: String,
    pub(crate) evidence: Option<String>,
    #[serde(skip)]
    pub(crate) engagement_id: EngagementId,
}

/// A number that shows a goal's progress.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct KeyResult {
    #[serde(rename = "ref")]
    pub(crate) reference: Ref,
    pub(crate) id: KeyResultId,
    pub(crate) goal: Ref,
    pub(crate) title: String,
    pub(crate) unit: String,
    pub(crate) baseline: Number,
    pub(crate) target: Number,
    /// The newest measurement; the baseline until there is one.
    pub(crate) current: Number,
    /// Oldest first.
    pub(crate) measurements: Vec<Measurement>,
    #[serde(skip)]
    pub(crate) engagement_id: EngagementId,
    #[serde(skip)]
    pub(crate) removed: bool,
}

impl KeyResult {
    /// How much of the way from baseline to target is covered, in per cent; it may be negative or
    /// over 100. Nothing when there is no way to cover.
    pub(crate) fn progress(&self) -> Option<i64> {
        let way = self.target.0 - self.baseline.0;
        // Both are finite and at most 1e15, so the rounded quotient fits.
        (way != 0.0).then(|| ((self.current.0 - self.baseline.0) / way * 100.0).round() as i64)
    }
}

/// One measured value of a key result.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Measurement {
    pub(crate) on: Day,
    pub(crate) value: Number,
}

/// A measured number: finite, of at most 15 digits before the point; a whole one prints without a point.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Number(f64);

impl Number {
    /// The number from its stored form.
    pub(crate) fn new(value: f64) -> Self {
        Self(value)
    }

    /// The number as it is stored.
    pub(crate) fn value(self) -> f64 {
        self.0
    }

    fn whole(self) -> Option<i64> {
        (self.0.fract() == 0.0).then_some(self.0 as i64)
    }
}

impl std::fmt::Display for Number {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.whole() {
            Some(whole) => f.pad(&whole.to_string()),
            None => f.pad(&self.0.to_string()),
        }
    }
}

impl std::str::FromStr for Number {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let plain = text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'-'));
        match text.parse::<f64>() {
            Ok(value) if plain && value.abs() < 1e15 => Ok(Self(value)),
            _ => Err(format!("‘{text}’ is not a number such as 12, 4.5 or -2")),
        }
    }
}

impl Serialize for Number {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.whole() {
            Some(whole) => serializer.serialize_i64(whole),
            None => serializer.serialize_f64(self.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_is_the_share_of_the_way_whichever_way_it_goes() {
        for (from, now, to, percent) in [
            (0.0, 5.0, 20.0, Some(25)),
            (12.0, 9.0, 4.0, Some(38)),
            (12.0, 4.0, 4.0, Some(100)),
            // Past the target, and behind the start.
            (12.0, 2.0, 4.0, Some(125)),
            (12.0, 14.0, 4.0, Some(-25)),
            (-10.0, -2.0, 20.0, Some(27)),
            (4.0, 9.0, 4.0, None),
        ] {
            let number = Number::new;
            let kr = KeyResult {
                reference: "K1".parse().expect("a ref"),
                id: "01940000-0000-7000-8000-000000000001".parse().expect("an id"),
                goal: "G1".parse().expect("a ref"),
                title: "Decisions".to_owned(),
                unit: "days".to_owned(),
                baseline: number(from),
                target: number(to),
                current: number(now),
                measurements: Vec::new(),
                engagement_id: "01940000-0000-7000-8000-000000000002".parse().expect("an id"),
                removed: false,
            };
            assert_eq!(kr.progress(), percent, "{from} {now} {to}");
        }
    }

    #[test]
    fn numbers_are_plain_decimals() {
        for (typed, shown) in
            [("12", "12"), ("-2", "-2"), ("4.5", "4.5"), ("4.0", "4"), ("-0.25", "-0.25")]
        {
            assert_eq!(typed.parse::<Number>().map(|n| n.to_string()), Ok(shown.to_owned()));
        }
        for wrong in ["", "inf", "nan", "1e9", "1,5", "--2", "12 days", "+3"] {
            assert!(wrong.parse::<Number>().is_err(), "{wrong}");
        }
    }
}
