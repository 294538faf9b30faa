//! The clock, read once per run, and the machine's time zone.
//!
//! `COACH_NOW`, an RFC 3339 instant with its offset, pins the clock for tests. The zone is `TZ`,
//! else the system's; one without an IANA name counts as UTC.

use chrono::Utc;

use super::config::env;
use crate::domain::time::{Moment, Zone};

/// The clock cannot be used.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum ClockError {
    /// `COACH_NOW` is no instant with an offset.
    Pinned(String),
}

/// The moment of this run.
pub(crate) fn now() -> Result<Moment, ClockError> {
    let zone = zone();
    match env("COACH_NOW") {
        Some(pinned) => {
            let text = pinned.to_string_lossy().into_owned();
            Moment::parse_rfc3339(&text, zone).ok_or(ClockError::Pinned(text))
        }
        None => {
            #[expect(clippy::disallowed_methods, reason = "the one place that reads the clock")]
            let utc = Utc::now();
            Ok(Moment::new(utc, zone))
        }
    }
}

fn zone() -> Zone {
    let named = env("TZ").and_then(|name| name.into_string().ok());
    named
        .and_then(|name| name.trim_start_matches(':').parse().ok())
        .or_else(|| iana_time_zone::get_timezone().ok().and_then(|name| name.parse().ok()))
        .unwrap_or(Zone::UTC)
}
