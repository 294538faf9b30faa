//! Days, moments, zones and lengths of time, and how a person writes them.
//!
//! It knows the calendar and the IANA zones; `when` knows the words for a date, `length` those for
//! a length of time. It must never know what time it is: it reads no clock and no machine zone, so
//! "today" is always handed in.
//!
//! Invariant: what was typed is read in exactly one way or refused, and nothing here fails on any
//! input. A `Moment` keeps whole milliseconds of years with four digits, so storing it and reading
//! it back gives the same moment, and stored moments sort as text in the order of time.

use std::cmp::Ordering;
use std::fmt;
use std::ops::RangeInclusive;
use std::str::FromStr;

use chrono::{DateTime, Datelike, FixedOffset, NaiveDate, Offset, SecondsFormat, TimeDelta, Utc};
use chrono_tz::Tz;
use serde::{Serialize, Serializer};

mod length;
mod when;
pub(crate) use length::{Minutes, Span};
pub(crate) use when::{Resolved, WHEN_EXAMPLES, When, WhenError};

/// The years in which a typed or computed day may fall.
const YEARS: RangeInclusive<i32> = 1900..=2200;

/// 0001-01-02T00:00:00Z and 9999-12-30T23:59:59.999Z: a day inside the four-digit years, so that no
/// zone leaves them.
const MILLIS: RangeInclusive<i64> = -62_135_510_400_000..=253_402_214_399_999;

/// A calendar day without a zone, in the order of the calendar. Written `YYYY-MM-DD`, in JSON too.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) struct Day(NaiveDate);

impl Day {
    /// The calendar date of this day.
    pub(crate) fn date(self) -> NaiveDate {
        self.0
    }

    /// The day so many days later, earlier if negative. None outside the years 1900 to 2200.
    pub(crate) fn plus_days(self, days: i64) -> Option<Day> {
        self.0.checked_add_signed(TimeDelta::try_days(days)?).map(Day).and_then(Day::in_range)
    }

    /// Days from `earlier` to this day, negative if this day comes first.
    pub(crate) fn days_since(self, earlier: Day) -> i64 {
        self.0.signed_duration_since(earlier.0).num_days()
    }

    /// The day with its weekday, for echoing: `Fri 2026-12-04`.
    pub(crate) fn spoken(self) -> String {
        format!("{} {self}", self.0.weekday())
    }

    /// The Monday of this day's week, which ends on Sunday.
    pub(crate) fn monday(self) -> Day {
        let back = i64::from(self.0.weekday().num_days_from_monday());
        self.plus_days(-back).unwrap_or(self)
    }

    /// The last day of this day's month.
    pub(crate) fn month_end(self) -> Day {
        let last = u32::from(self.0.num_days_in_month());
        Day(self.0.with_day(last).unwrap_or(self.0))
    }

    /// This day, or None outside the years 1900 to 2200.
    fn in_range(self) -> Option<Day> {
        YEARS.contains(&self.0.year()).then_some(self)
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl Serialize for Day {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Reads exactly `YYYY-MM-DD`; `Unreadable` for another form, `NoSuchDay` for a day the calendar
/// lacks.
impl FromStr for Day {
    type Err = DayError;

    fn from_str(text: &str) -> Result<Self, DayError> {
        let unreadable = || DayError::Unreadable(text.to_owned());
        let (year, month, day) = date_numbers(text).ok_or_else(unreadable)?;
        let date = NaiveDate::from_ymd_opt(year, month, day);
        date.map(Day).ok_or_else(|| DayError::NoSuchDay(text.to_owned()))
    }
}

/// Why a date is refused, with what was typed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum DayError {
    /// Not of the form `YYYY-MM-DD`.
    Unreadable(String),
    /// A date the calendar lacks, 2026-02-30.
    NoSuchDay(String),
}

impl fmt::Display for DayError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable(text) => write!(f, "‘{text}’ is not a date I can read"),
            Self::NoSuchDay(text) => write!(f, "‘{text}’ is not a day of the calendar"),
        }
    }
}

impl std::error::Error for DayError {}

/// A time zone of the IANA database. Written as its name, in JSON too; read by exactly that name.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) struct Zone(Tz);

impl Zone {
    /// Universal time.
    pub(crate) const UTC: Zone = Zone(Tz::UTC);
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.name())
    }
}

impl Serialize for Zone {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl FromStr for Zone {
    type Err = UnknownZone;

    fn from_str(name: &str) -> Result<Self, UnknownZone> {
        name.parse().map(Zone).map_err(|_| UnknownZone(name.to_owned()))
    }
}

/// The IANA database has no zone of this name.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct UnknownZone(pub(crate) String);

impl fmt::Display for UnknownZone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "‘{}’ is not the name of a time zone", self.0)
    }
}

impl std::error::Error for UnknownZone {}

/// An instant, to the millisecond, with the zone it is read in. Equal and ordered by the instant
/// alone. In JSON it is RFC 3339 in whole seconds with the zone's offset at that instant.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Moment {
    utc: DateTime<Utc>,
    zone: Zone,
}

impl Moment {
    /// The instant read in a zone, cut to the millisecond and held inside the four-digit years.
    pub(crate) fn new(utc: DateTime<Utc>, zone: Zone) -> Moment {
        Moment::at(utc.timestamp_millis(), zone)
    }

    fn at(millis: i64, zone: Zone) -> Moment {
        let millis = millis.clamp(*MILLIS.start(), *MILLIS.end());
        Moment { utc: DateTime::from_timestamp_millis(millis).unwrap_or_default(), zone }
    }

    /// The instant in universal time.
    pub(crate) fn utc(self) -> DateTime<Utc> {
        self.utc
    }

    /// The zone it is read in.
    pub(crate) fn zone(self) -> Zone {
        self.zone
    }

    /// The same instant read in another zone.
    pub(crate) fn in_zone(self, zone: Zone) -> Moment {
        Moment { zone, ..self }
    }

    /// The local day.
    pub(crate) fn day(self) -> Day {
        Day(self.local().date_naive())
    }

    /// The local time of day, `10:00`.
    pub(crate) fn clock(self) -> String {
        self.local().format("%H:%M").to_string()
    }

    /// Local weekday, day and time, for echoing: `Fri 2026-12-04 10:00`.
    pub(crate) fn spoken(self) -> String {
        format!("{} {}", self.day().spoken(), self.clock())
    }

    /// So many minutes later, earlier if negative; stops at the first and the last four-digit year.
    pub(crate) fn plus_minutes(self, minutes: i64) -> Moment {
        let added = minutes.saturating_mul(60_000);
        Moment::at(self.utc.timestamp_millis().saturating_add(added), self.zone)
    }

    /// The nearest moment whose minute is a multiple of `minutes`, on this moment's clock.
    pub(crate) fn nearest(self, minutes: u32) -> Moment {
        let local = self.utc.with_timezone(&self.zone.0);
        let over = chrono::Timelike::minute(&local) % minutes;
        let by = if 2 * over < minutes { -i64::from(over) } else { i64::from(minutes - over) };
        self.plus_minutes(by)
    }

    /// Whole minutes from `earlier` to this moment, cut towards zero; negative if this moment comes
    /// first.
    pub(crate) fn minutes_since(self, earlier: Moment) -> i64 {
        self.utc.signed_duration_since(earlier.utc).num_minutes()
    }

    /// The form in the journal, `2026-11-21T09:00:00.000Z`: its order as text is the order of time.
    pub(crate) fn stored(self) -> String {
        self.utc.to_rfc3339_opts(SecondsFormat::Millis, true)
    }

    /// Reads what `stored` wrote; None for anything else.
    pub(crate) fn from_stored(text: &str, zone: Zone) -> Option<Moment> {
        let moment = Moment::new(DateTime::parse_from_rfc3339(text).ok()?.to_utc(), zone);
        (moment.stored() == text).then_some(moment)
    }

    /// Reads an RFC 3339 instant. None without an offset, or outside the years 1900 to 2200.
    pub(crate) fn parse_rfc3339(text: &str, zone: Zone) -> Option<Moment> {
        let utc = DateTime::parse_from_rfc3339(text).ok()?.to_utc();
        YEARS.contains(&utc.year()).then(|| Moment::new(utc, zone))
    }

    fn local(self) -> DateTime<Tz> {
        self.utc.with_timezone(&self.zone.0)
    }
}

impl PartialEq for Moment {
    fn eq(&self, other: &Self) -> bool {
        self.utc == other.utc
    }
}

impl Eq for Moment {}

impl PartialOrd for Moment {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Moment {
    fn cmp(&self, other: &Self) -> Ordering {
        self.utc.cmp(&other.utc)
    }
}

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // Some old offsets have seconds, RFC 3339 has none: rounding only what is printed would
        // move the instant.
        let seconds = self.local().offset().fix().local_minus_utc();
        let whole = FixedOffset::east_opt(seconds - seconds % 60).unwrap_or(Utc.fix());
        let local = self.utc.with_timezone(&whole);
        serializer.collect_str(&local.to_rfc3339_opts(SecondsFormat::Secs, false))
    }
}

/// ASCII digits as a number. One too large becomes the largest, which every range check then
/// refuses.
fn number(digits: &str) -> Option<i64> {
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| digits.parse().unwrap_or(i64::MAX))
}

/// A number of exactly so many ASCII digits.
fn fixed<N: TryFrom<i64>>(digits: &str, width: usize) -> Option<N> {
    number(digits).filter(|_| digits.len() == width)?.try_into().ok()
}

/// Year, month and day of `YYYY-MM-DD`, not yet checked against the calendar.
fn date_numbers(text: &str) -> Option<(i32, u32, u32)> {
    let (year, rest) = text.split_once('-')?;
    let (month, day) = rest.split_once('-')?;
    Some((fixed(year, 4)?, fixed(month, 2)?, fixed(day, 2)?))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    pub(super) fn day(text: &str) -> Day {
        text.parse().expect("a day")
    }

    pub(super) fn zone(name: &str) -> Zone {
        name.parse().expect("a zone")
    }

    fn moment(text: &str, zone_name: &str) -> Moment {
        Moment::parse_rfc3339(text, zone(zone_name)).expect("an instant")
    }

    pub(super) fn json(value: impl Serialize) -> String {
        serde_json::to_string(&value).expect("JSON")
    }

    #[test]
    fn a_moment_is_read_in_its_zone() {
        let tokyo = moment("2026-12-31T23:30:00+09:00", "Asia/Tokyo");
        assert_eq!((tokyo.day(), tokyo.clock().as_str()), (day("2026-12-31"), "23:30"));
        assert_eq!(tokyo.in_zone(Zone::UTC).spoken(), "Thu 2026-12-31 14:30");
        let utc = moment("2026-12-31T23:30:00Z", "UTC");
        assert_eq!(utc.in_zone(zone("Asia/Tokyo")).day(), day("2027-01-01"));
        assert_eq!((utc.minutes_since(tokyo), tokyo.minutes_since(utc)), (540, -540));
        assert_eq!(tokyo.plus_minutes(540), utc);
        assert!(tokyo < utc && tokyo == tokyo.in_zone(Zone::UTC));
        assert_eq!(json(utc), "\"2026-12-31T23:30:00+00:00\"");
        let berlin = moment("2026-11-21T09:00:00.999Z", "Europe/Berlin");
        assert_eq!(json(berlin), "\"2026-11-21T10:00:00+01:00\"");
        // Monrovia was 44 minutes and 30 seconds behind until 1972.
        let monrovia = moment("1970-01-01T00:44:30Z", "Africa/Monrovia");
        assert_eq!(json(monrovia), "\"1970-01-01T00:00:30-00:44\"");
    }

    #[test]
    fn the_nearest_quarter_is_found_on_the_local_clock() {
        for (at, quarter) in
            [("10:07", "10:00"), ("10:08", "10:15"), ("10:00", "10:00"), ("23:55", "00:00")]
        {
            let at = moment(&format!("2026-11-20T{at}:00+05:45"), "Asia/Kathmandu");
            assert_eq!(at.nearest(15).clock(), quarter);
        }
    }

    #[test]
    fn a_moment_is_stored_in_one_form_only() {
        let nine = moment("2026-11-21T10:00:00+01:00", "Europe/Berlin");
        assert_eq!(nine.stored(), "2026-11-21T09:00:00.000Z");
        assert_eq!(Moment::from_stored(&nine.stored(), Zone::UTC), Some(nine));
        let other_forms =
            "|2026-11-21T09:00:00Z|2026-11-21T10:00:00.000+01:00|2026-11-21 09:00:00.000Z";
        for text in other_forms.split('|') {
            assert_eq!(Moment::from_stored(text, Zone::UTC), None, "{text}");
        }
        assert_eq!(Moment::parse_rfc3339("2026-11-21T10:00:00", Zone::UTC), None);
        assert_eq!(Moment::parse_rfc3339("2345-11-21T10:00:00Z", Zone::UTC), None);
        assert_eq!(nine.plus_minutes(i64::MAX).stored(), "9999-12-30T23:59:59.999Z");
        let first = Moment::new(DateTime::<Utc>::MIN_UTC, Zone::UTC);
        assert_eq!(first.stored(), "0001-01-02T00:00:00.000Z");
    }

    #[test]
    fn days_and_zones_are_written_as_they_are_read() {
        let friday = day("2026-12-04");
        assert_eq!(friday.spoken(), "Fri 2026-12-04");
        assert_eq!(json(friday), "\"2026-12-04\"");
        assert_eq!(friday.days_since(day("2026-11-21")), 13);
        assert_eq!(friday.plus_days(-4), Some(day("2026-11-30")));
        let monday = day("2026-11-30");
        assert_eq!([friday, monday, day("2026-12-06")].map(Day::monday), [monday; 3]);
        assert_eq!(friday.plus_days(i64::MIN), None);
        assert_eq!(json(zone("Europe/Berlin")), "\"Europe/Berlin\"");
        assert_eq!("Europe/Berln".parse::<Zone>(), Err(UnknownZone("Europe/Berln".into())));
    }

    #[test]
    fn a_day_is_read_in_one_form_only() {
        let refusal = |text: &str| text.parse::<Day>().expect_err("a refusal");
        assert_eq!(refusal("2026-2-3"), DayError::Unreadable("2026-2-3".into()));
        assert_eq!(refusal("fri").to_string(), "‘fri’ is not a date I can read");
        let missing = refusal("2026-02-30");
        assert_eq!(missing.to_string(), "‘2026-02-30’ is not a day of the calendar");
    }

    proptest! {
        #[test]
        fn no_text_fails(text in any::<String>(), near in "[-+:0-9adefinoswytrkm ]{0,16}") {
            for text in [text, near] {
                let _ = (text.parse::<Day>(), text.parse::<Zone>());
                let _ = Moment::from_stored(&text, Zone::UTC);
                let _ = Moment::parse_rfc3339(&text, Zone::UTC);
            }
        }

        #[test]
        fn no_moment_fails(at in any::<i64>(), by in any::<i64>()) {
            let moment = Moment::at(at, zone("Pacific/Apia")).plus_minutes(by);
            prop_assert_eq!(json(moment).len(), 27);
            prop_assert_eq!(moment.day().to_string().len(), 10);
        }

        #[test]
        fn stored_order_is_time_order(
            one in any::<i64>(),
            other in -1_000_000_000_000_i64..4_000_000_000_000,
        ) {
            let (one, other) = (Moment::at(one, Zone::UTC), Moment::at(other, Zone::UTC));
            prop_assert_eq!(one.cmp(&other), one.stored().cmp(&other.stored()));
            prop_assert_eq!(Moment::from_stored(&other.stored(), Zone::UTC), Some(other));
        }
    }
}
