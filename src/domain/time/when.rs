//! What a person types for a day or a moment, and the day or moment that it means.
//!
//! It knows the words for a date. It must never know what day it is: today and the zone are handed
//! in. Invariant: a form is read in exactly one way or refused, and no input makes it fail.

use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, MappedLocalTime, NaiveTime, TimeZone, Weekday};
use chrono_tz::GapInfo;

use super::length::{count_of, short_span};
use super::{Day, DayError, Moment, YEARS, Zone, fixed};

/// Forms of WHEN to show beside a refusal.
pub(crate) const WHEN_EXAMPLES: &str = "2026-12-04, \"2026-12-04 10:00\", tomorrow, fri, \
    \"next friday 14:30\", \"in 2 weeks\", +10d, eom";

/// What a person typed for a day or a moment, read but not yet resolved against today.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct When {
    text: String,
    day: DayForm,
    time: Option<NaiveTime>,
}

impl When {
    /// Reads a day and, if one follows, a time of day; letter case and the amount of white space do
    /// not matter. `Unreadable` for another form, `NoSuchDay` and `NoSuchTime` for one the calendar
    /// or the clock lacks.
    pub(crate) fn parse(text: &str) -> Result<When, WhenError> {
        let words: Vec<&str> = text.split_whitespace().collect();
        let text = words.join(" ");
        let unreadable = || WhenError::Unreadable(text.clone());

        let (day_words, clock) = match words.as_slice() {
            [day_words @ .., last] if last.contains(':') => (day_words, Some(last)),
            day_words => (day_words, None),
        };
        let day = match (DayForm::relative(day_words), day_words) {
            (Some(form), _) => form,
            (None, [date]) => DayForm::On(date.parse::<Day>()?),
            (None, _) => return Err(unreadable()),
        };
        let time = match clock {
            Some(clock) => {
                let (hour, minute) = clock_numbers(clock).ok_or_else(unreadable)?;
                let time = NaiveTime::from_hms_opt(hour, minute, 0);
                Some(time.ok_or_else(|| WhenError::NoSuchTime((*clock).to_owned()))?)
            }
            None => None,
        };
        Ok(When { text, day, time })
    }

    /// Whether a time of day was given.
    pub(crate) fn has_time(&self) -> bool {
        self.time.is_some()
    }

    /// The words as typed, white space normalised.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// The day that is meant when today is `today`. `OutOfRange` outside the years 1900 to 2200.
    pub(crate) fn resolve(&self, today: Day) -> Result<Resolved, WhenError> {
        let day =
            self.day.resolve(today).ok_or_else(|| WhenError::OutOfRange(self.text.clone()))?;
        Ok(Resolved { day, time: self.time })
    }
}

impl FromStr for When {
    type Err = WhenError;

    fn from_str(text: &str) -> Result<Self, WhenError> {
        When::parse(text)
    }
}

/// The ways to name a day.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum DayForm {
    /// A date.
    On(Day),
    /// So many days from today, negative before it.
    Offset(i64),
    /// The first such weekday after today.
    Coming(Weekday),
    /// The weekday of the next Monday-to-Sunday week.
    NextWeek(Weekday),
    /// The latest such weekday before today.
    Last(Weekday),
    /// The last day of today's month.
    MonthEnd,
}

impl DayForm {
    /// Every form except a date; None if the words are none of them.
    fn relative(words: &[&str]) -> Option<DayForm> {
        let lower = words.join(" ").to_ascii_lowercase();
        Some(match lower.split(' ').collect::<Vec<_>>().as_slice() {
            ["today"] => DayForm::Offset(0),
            ["tomorrow"] => DayForm::Offset(1),
            ["yesterday"] => DayForm::Offset(-1),
            ["eom"] => DayForm::MonthEnd,
            ["next", name] => DayForm::NextWeek(name.parse().ok()?),
            ["last", name] => DayForm::Last(name.parse().ok()?),
            ["in", count, unit] => DayForm::Offset(count_of(count, unit)?),
            [count, unit, "ago"] => DayForm::Offset(-count_of(count, unit)?),
            [word] => match word.strip_prefix('+') {
                Some(span) => DayForm::Offset(short_span(span)?),
                None => DayForm::Coming(word.parse().ok()?),
            },
            _ => return None,
        })
    }

    /// The day that is meant; None outside the years 1900 to 2200.
    fn resolve(self, today: Day) -> Option<Day> {
        let from_monday = |weekday: Weekday| i64::from(weekday.num_days_from_monday());
        let now = from_monday(today.0.weekday());
        match self {
            DayForm::On(day) => day.in_range(),
            DayForm::MonthEnd => today.month_end().in_range(),
            DayForm::Offset(days) => today.plus_days(days),
            DayForm::Coming(weekday) => {
                today.plus_days((from_monday(weekday) - now - 1).rem_euclid(7) + 1)
            }
            DayForm::NextWeek(weekday) => today.plus_days(7 - now + from_monday(weekday)),
            DayForm::Last(weekday) => {
                today.plus_days(-(now - from_monday(weekday) - 1).rem_euclid(7) - 1)
            }
        }
    }
}

/// A WHEN after today is known: a day and, if one was given, a local time of day to the minute.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Resolved {
    pub(crate) day: Day,
    pub(crate) time: Option<NaiveTime>,
}

impl Resolved {
    /// The moment it is in a zone; without a time, the day's first instant there. `Skipped` if the
    /// zone's clocks leave out that time, or that whole day.
    pub(crate) fn moment_in(self, zone: Zone) -> Result<Placed, WhenError> {
        let local = self.day.0.and_time(self.time.unwrap_or(NaiveTime::MIN));
        let skipped = |text| WhenError::Skipped { text, zone };
        let (instant, ambiguous) = match (zone.0.from_local_datetime(&local), self.time) {
            (MappedLocalTime::Single(instant), _) => (instant, false),
            (MappedLocalTime::Ambiguous(first, _), time) => (first, time.is_some()),
            (MappedLocalTime::None, Some(time)) => {
                return Err(skipped(format!("{} {}", self.day, time.format("%H:%M"))));
            }
            (MappedLocalTime::None, None) => {
                let after = GapInfo::new(&local, &zone.0).and_then(|gap| gap.end);
                let first = after.filter(|instant| instant.date_naive() == self.day.0);
                (first.ok_or_else(|| skipped(self.day.to_string()))?, false)
            }
        };
        Ok(Placed { moment: Moment::new(instant.to_utc(), zone), ambiguous })
    }
}

/// A local time found in its zone.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Placed {
    pub(crate) moment: Moment,
    /// The clock is set back and shows the time that was typed twice: the first was taken.
    pub(crate) ambiguous: bool,
}

/// Why a WHEN is refused; each with the words that are meant.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum WhenError {
    /// None of the forms.
    Unreadable(String),
    /// A date the calendar lacks, 2026-02-30.
    NoSuchDay(String),
    /// A time of day the clock lacks, 25:00.
    NoSuchTime(String),
    /// A local time that the zone's clocks leave out when they are set forward.
    Skipped { text: String, zone: Zone },
    /// Outside the years 1900 to 2200.
    OutOfRange(String),
    /// A time of day where a day is wanted; for callers to raise.
    TimeNotAllowed(String),
}

impl fmt::Display for WhenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable(text) => write!(f, "‘{text}’ is not a date I can read"),
            Self::NoSuchDay(text) => write!(f, "‘{text}’ is not a day of the calendar"),
            Self::NoSuchTime(text) => write!(f, "‘{text}’ is not a time of day"),
            Self::Skipped { text, zone } => {
                write!(f, "‘{text}’ does not exist in {zone}, whose clocks skip it")
            }
            Self::OutOfRange(text) => {
                write!(f, "‘{text}’ is outside the years {} to {}", YEARS.start(), YEARS.end())
            }
            Self::TimeNotAllowed(text) => {
                write!(f, "‘{text}’ has a time of day where only a day is taken")
            }
        }
    }
}

impl std::error::Error for WhenError {}

impl From<DayError> for WhenError {
    fn from(error: DayError) -> Self {
        match error {
            DayError::Unreadable(text) => Self::Unreadable(text),
            DayError::NoSuchDay(text) => Self::NoSuchDay(text),
        }
    }
}

/// Hour and minute of `H:MM` or `HH:MM`, not yet checked against the clock.
fn clock_numbers(text: &str) -> Option<(u32, u32)> {
    let (hour, minute) = text.split_once(':')?;
    Some((fixed(hour, 1).or_else(|| fixed(hour, 2))?, fixed(minute, 2)?))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::tests::{day, json, zone};
    use super::*;

    fn resolve(text: &str, today: &str) -> Result<Resolved, WhenError> {
        When::parse(text)?.resolve(day(today))
    }

    fn place(text: &str, zone_name: &str) -> Result<Placed, WhenError> {
        resolve(text, "2026-11-21")?.moment_in(zone(zone_name))
    }

    #[test]
    fn every_form_names_one_day() {
        let saturday = "2026-11-21";
        let monday = "2026-11-23";
        let sunday = "2026-11-22";
        for (today, text, expected) in [
            (saturday, "fri", "2026-11-27"),
            (saturday, "sat", "2026-11-28"),
            (saturday, "next friday", "2026-11-27"),
            (saturday, "next sat", "2026-11-28"),
            (saturday, "next mon", "2026-11-23"),
            (saturday, "last friday", "2026-11-20"),
            (saturday, "last sat", "2026-11-14"),
            (saturday, "last sun", "2026-11-15"),
            (monday, "next friday", "2026-12-04"),
            (monday, "Fri", "2026-11-27"),
            (monday, "next mon", "2026-11-30"),
            (sunday, "NEXT Sunday", "2026-11-29"),
            (sunday, "mon", "2026-11-23"),
            (saturday, "today", "2026-11-21"),
            (saturday, "Tomorrow", "2026-11-22"),
            (saturday, "yesterday", "2026-11-20"),
            (saturday, "  in   2\tweeks ", "2026-12-05"),
            (saturday, "in 1 week", "2026-11-28"),
            (saturday, "in 3 days", "2026-11-24"),
            (saturday, "+10d", "2026-12-01"),
            (saturday, "+2W", "2026-12-05"),
            (saturday, "3 days ago", "2026-11-18"),
            (saturday, "2 weeks ago", "2026-11-07"),
            (saturday, "2026-12-04", "2026-12-04"),
            (saturday, "eom", "2026-11-30"),
            ("2028-02-10", "eom", "2028-02-29"),
            ("2026-12-31", "EOM", "2026-12-31"),
        ] {
            let resolved = resolve(text, today).expect(text);
            assert_eq!(resolved, Resolved { day: day(expected), time: None }, "{text} on {today}");
        }
    }

    #[test]
    fn a_time_may_follow_any_form() {
        let when: When = " Next  friday 9:05".parse().expect("a moment");
        assert!(when.has_time());
        assert_eq!(when.text(), "Next friday 9:05");
        let placed = when
            .resolve(day("2026-11-23"))
            .and_then(|resolved| resolved.moment_in(zone("Europe/Berlin")));
        assert_eq!(placed.expect("a moment").moment.spoken(), "Fri 2026-12-04 09:05");
        assert!(When::parse("in 2 weeks 23:59").expect("a moment").has_time());
        assert!(!When::parse("in 2 weeks").expect("a day").has_time());
    }

    #[test]
    fn what_is_not_a_form_is_refused() {
        let other_forms = "| |10:00|03/04/2026|2026-12-04T10:00|26-12-04|2026-2-3\
            |2026-12-04-05|+026-12-04|4 dec|fr|frida|fri please|next|next week|last|in two weeks\
            |in -1 days|in 2w|in 2 weeks ago|2 ago|+-3d|+3|3d|-3d|+ 3d|fri 10|fri 10:0|fri 010:00\
            |fri 10:00:00|fri 10:00 10:00|fri +1:00|٢٠٢٦-١٢-٠٤|+٣d|fri １０:00";
        for text in other_forms.split('|') {
            assert!(matches!(When::parse(text), Err(WhenError::Unreadable(_))), "{text}");
        }
        let message = |text: &str| resolve(text, "2026-11-21").expect_err("a refusal").to_string();
        assert_eq!(message("03/04/2026"), "‘03/04/2026’ is not a date I can read");
        assert_eq!(message("2026-02-30 10:00"), "‘2026-02-30’ is not a day of the calendar");
        assert_eq!(message("fri 24:00"), "‘24:00’ is not a time of day");
        assert_eq!(message("fri 9:60"), "‘9:60’ is not a time of day");
        for text in [
            "1899-12-31",
            "2201-01-01",
            "+99999d",
            "in 99999999999999999999 weeks",
            "9223372036854775807 weeks ago",
        ] {
            assert_eq!(message(text), format!("‘{text}’ is outside the years 1900 to 2200"));
        }
    }

    #[test]
    fn a_skipped_time_is_refused_and_a_doubled_one_is_the_first() {
        let skipped = place("2026-03-29 02:30", "Europe/Berlin").expect_err("a refusal");
        let message = "‘2026-03-29 02:30’ does not exist in Europe/Berlin, whose clocks skip it";
        assert_eq!(skipped.to_string(), message);
        let doubled = place("2026-10-25 02:30", "Europe/Berlin").expect("a moment");
        assert!(doubled.ambiguous);
        assert_eq!(json(doubled.moment), "\"2026-10-25T02:30:00+02:00\"");
        let plain = place("2026-10-25 03:00", "Europe/Berlin").expect("a moment");
        assert!(!plain.ambiguous);
        assert_eq!(json(plain.moment), "\"2026-10-25T03:00:00+01:00\"");
    }

    #[test]
    fn a_day_without_a_time_is_its_first_instant() {
        for (text, zone_name, expected) in [
            ("2026-11-21", "Europe/Berlin", "2026-11-21T00:00:00+01:00"),
            ("2018-11-04", "America/Sao_Paulo", "2018-11-04T01:00:00-02:00"),
            ("2026-03-29", "Asia/Beirut", "2026-03-29T01:00:00+03:00"),
            ("2026-11-01", "America/Havana", "2026-11-01T00:00:00-04:00"),
        ] {
            let placed = place(text, zone_name).expect(text);
            assert_eq!(json(placed.moment), format!("\"{expected}\""));
            assert!(!placed.ambiguous);
        }
        let samoa = place("2011-12-30", "Pacific/Apia").expect_err("a refusal");
        let apia = zone("Pacific/Apia");
        assert_eq!(samoa, WhenError::Skipped { text: "2011-12-30".into(), zone: apia });
    }

    proptest! {
        #[test]
        fn no_text_fails(text in any::<String>(), near in "[-+:0-9adefinoswytrkm ]{0,16}") {
            for text in [text, near] {
                let _ = place(&text, "Asia/Beirut");
            }
        }

        #[test]
        fn valid_forms_resolve(
            form in prop_oneof![
                "today|tomorrow|yesterday|eom|20[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])",
                "(next |last )?(mon|tuesday|Wed|thursday|FRI|sat|Sunday)",
                "in [0-9]{1,3} (days?|weeks?)|\\+[0-9]{1,3}[dw]|[0-9]{1,3} (days?|weeks?) ago",
            ],
            time in "( ([01]?[0-9]|2[0-3]):[0-5][0-9])?",
        ) {
            let resolved = resolve(&format!("{form}{time}"), "2026-11-21");
            let resolved = resolved.expect("a day of these years");
            prop_assert_eq!(resolved.time.is_some(), !time.is_empty());
            let placed = resolved.moment_in(Zone::UTC).expect("UTC has every time");
            prop_assert_eq!(placed.moment.day(), resolved.day);
        }
    }
}
