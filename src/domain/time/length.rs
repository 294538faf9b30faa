//! Lengths of time, and how a person writes them: work in minutes, spans in days.
//!
//! It knows the units and the bounds of a length. It must never know a day or a moment. Invariant:
//! a length is inside its bounds, and what was typed is read in exactly one way or refused.

use std::fmt;
use std::str::FromStr;

use serde::Serialize;

use super::{fixed, number};

/// A length of work in whole minutes, 1 to 10,000. Written `80 min`, in JSON a number.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize)]
pub(crate) struct Minutes(u32);

impl Minutes {
    /// So many minutes; None outside 1 to 10,000.
    pub(crate) fn new(minutes: i64) -> Option<Minutes> {
        u32::try_from(minutes).ok().filter(|minutes| (1..=10_000).contains(minutes)).map(Minutes)
    }

    /// The number of minutes.
    pub(crate) fn get(self) -> u32 {
        self.0
    }
}

impl fmt::Display for Minutes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} min", self.0)
    }
}

/// Reads `75m`, `2h`, `1h15m`, `1:15` or `90`, which is minutes.
impl FromStr for Minutes {
    type Err = DurationError;

    fn from_str(text: &str) -> Result<Self, DurationError> {
        let minutes = minute_count(&text.trim().to_ascii_lowercase());
        minutes.and_then(Minutes::new).ok_or_else(|| DurationError::NotMinutes(text.to_owned()))
    }
}

/// A span of days, none to a hundred years.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) struct Span(i64);

impl Span {
    /// So many days; None if negative or more than a hundred years.
    pub(crate) fn new(days: i64) -> Option<Span> {
        (0..=36_525).contains(&days).then_some(Span(days))
    }

    /// The number of days.
    pub(crate) fn get(self) -> i64 {
        self.0
    }
}

/// Reads `7d`, `2w` or `7`, which is days.
impl FromStr for Span {
    type Err = DurationError;

    fn from_str(text: &str) -> Result<Self, DurationError> {
        let lower = text.trim().to_ascii_lowercase();
        let days = number(&lower).or_else(|| short_span(&lower));
        days.and_then(Span::new).ok_or_else(|| DurationError::NotDays(text.to_owned()))
    }
}

/// Why a length of time is refused: none of its forms, or out of its range. With what was typed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum DurationError {
    /// Not a length of work.
    NotMinutes(String),
    /// Not a span of days.
    NotDays(String),
}

impl fmt::Display for DurationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotMinutes(text) => {
                write!(
                    f,
                    "‘{text}’ is not a length such as 90, 75m, 1h15m or 1:15, up to 10000 minutes"
                )
            }
            Self::NotDays(text) => {
                write!(f, "‘{text}’ is not a span such as 7d or 2w, up to 36525 days")
            }
        }
    }
}

impl std::error::Error for DurationError {}

/// Days in a count and its unit written out, `2` and `weeks`.
pub(super) fn count_of(count: &str, unit: &str) -> Option<i64> {
    match unit {
        "day" | "days" => number(count),
        "week" | "weeks" => Some(number(count)?.saturating_mul(7)),
        _ => None,
    }
}

/// Days in `7d` or `2w`.
pub(super) fn short_span(text: &str) -> Option<i64> {
    match text.strip_suffix('w') {
        Some(weeks) => count_of(weeks, "weeks"),
        None => count_of(text.strip_suffix('d')?, "days"),
    }
}

/// Minutes in `75m`, `2h`, `1h15m`, `1:15` or `90`; beside hours they stay below 60.
fn minute_count(text: &str) -> Option<i64> {
    let below_hour = |minutes: &i64| *minutes < 60;
    let (hours, minutes) = if let Some((hours, minutes)) = text.split_once(':') {
        (number(hours)?, fixed(minutes, 2).filter(below_hour)?)
    } else if let Some((hours, rest)) = text.split_once('h') {
        let minutes = match rest {
            "" => 0,
            rest => number(rest.strip_suffix('m')?).filter(below_hour)?,
        };
        (number(hours)?, minutes)
    } else {
        (0, number(text.strip_suffix('m').unwrap_or(text))?)
    };
    Some(hours.saturating_mul(60).saturating_add(minutes))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::tests::json;
    use super::*;

    #[test]
    fn lengths_of_work_are_whole_minutes() {
        for (text, minutes) in
            [("75m", 75), ("1H15M", 75), ("2h", 120), ("1:15", 75), (" 90", 90), ("10000", 10_000)]
        {
            assert_eq!(text.parse().map(Minutes::get), Ok(minutes), "{text}");
        }
        for text in
            "|h|m|1h15|1h75m|1:5|1:75|1.5h|-5|+5|1d|1h2h|٩٠|0|0m|10001|99999999999999999999h"
                .split('|')
        {
            assert_eq!(text.parse::<Minutes>(), Err(DurationError::NotMinutes(text.into())));
        }
        let message = DurationError::NotMinutes("0".into()).to_string();
        assert_eq!(
            message,
            "‘0’ is not a length such as 90, 75m, 1h15m or 1:15, up to 10000 minutes"
        );
        let eighty = Minutes::new(80).expect("a length");
        assert_eq!((eighty.to_string().as_str(), json(eighty).as_str()), ("80 min", "80"));
    }

    #[test]
    fn spans_are_days() {
        for (text, days) in [("7d", 7), ("2W", 14), ("0", 0), ("30", 30)] {
            assert_eq!(text.parse().map(Span::get), Ok(days), "{text}");
        }
        for text in ["", "d", "-1", "+7d", "7 d", "1m", "2wd", "99999999999999999999w"] {
            assert_eq!(text.parse::<Span>(), Err(DurationError::NotDays(text.into())));
        }
    }

    proptest! {
        #[test]
        fn no_text_fails(text in any::<String>(), near in "[-+:0-9adefinoswytrkm ]{0,16}") {
            for text in [text, near] {
                let _ = (text.parse::<Minutes>(), text.parse::<Span>());
            }
        }
    }
}
