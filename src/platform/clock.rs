//! The clock, read once per run, and the machine's time zone.
//!
//! `COACH_NOW`, an RFC 3339 instant with its offset, pins the clock for tests. The zone is `TZ`,
//! else the system's; a system without one counts as UTC.

use chrono::Utc;

use super::config::env;
use crate::domain::time::{Moment, Zone};

/// The clock cannot be used.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum ClockError {
    /// `COACH_NOW` is no instant with an offset.
    Pinned(String),
    /// `TZ` names no zone of the IANA database.
    Zone(String),
}

/// The moment of this run.
pub(crate) fn now() -> Result<Moment, ClockError> {
    let zone = zone()?;
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

fn zone() -> Result<Zone, ClockError> {
    let Some(named) = env("TZ") else { return Ok(system_zone()) };
    let named = named.to_string_lossy().into_owned();
    // A colon says that a name or a file follows; a file is the system's database, or a link to it.
    let name = named.trim_start_matches(':');
    let name = name.rsplit_once("zoneinfo/").map_or(name, |(_, name)| name);
    match name.parse() {
        Ok(zone) => Ok(zone),
        Err(_) if name == "/etc/localtime" => Ok(system_zone()),
        Err(_) => Err(ClockError::Zone(named)),
    }
}

fn system_zone() -> Zone {
    let named = iana_time_zone::get_timezone().ok();
    named.and_then(|name| name.parse().ok()).unwrap_or(Zone::UTC)
}
