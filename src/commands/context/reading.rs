//! What was typed becomes a value of the domain: engagements by their names, days against today, words
//! that may stand on stdin.

use super::{Context, plain_day};
use crate::commands::args::Words;
use crate::commands::failure::Failure;
use crate::domain::id::EngagementId;
use crate::domain::text::Prose;
use crate::domain::time::{Day, Moment, When, Zone};
use crate::domain::word::Setting;
use crate::store::engagement::Match;
use crate::store::{Reader, StoreError};

impl Context {
    /// How typed engagements match: by a unique beginning where somebody is watching.
    pub(crate) fn matching(&self) -> Match {
        if self.interactive { Match::Prefix } else { Match::Whole }
    }

    /// The engagement that a positional or `-e` names, if either does.
    pub(crate) fn engagement_named(&self, typed: Option<&str>) -> Result<Option<String>, Failure> {
        match (typed, self.globals.engagement.as_deref()) {
            (Some(typed), Some(flag)) if typed != flag => {
                Err(Failure::usage(format!("‘{typed}’ and -e {flag} name two engagements"))
                    .hint("leave one of them out"))
            }
            (typed, flag) => Ok(typed.or(flag).map(str::to_owned)),
        }
    }

    /// The engagement that a positional or `-e` names; one must.
    pub(crate) fn engagement_required(&self, typed: Option<&str>) -> Result<String, Failure> {
        self.engagement_named(typed)?.ok_or_else(|| {
            Failure::usage("ENGAGEMENT is missing").hint("`coach engagement list` shows them")
        })
    }

    /// The engagement that narrows a list, if one was named; it is found in the list's own read.
    pub(crate) fn narrowing(&self, typed: Option<&str>) -> Result<Narrowing, Failure> {
        Ok(Narrowing { named: self.engagement_named(typed)?, how: self.matching() })
    }

    /// The day that was typed, said back with its weekday.
    pub(crate) fn day(&self, label: &str, when: &When) -> Result<Day, Failure> {
        let day = plain_day(when.resolve(self.today())?, when)?;
        self.out.status(&format!("{label} {}", day.spoken()));
        Ok(day)
    }

    /// The day that was typed, if one was.
    pub(crate) fn day_if(&self, label: &str, when: Option<&When>) -> Result<Option<Day>, Failure> {
        when.map(|when| self.day(label, when)).transpose()
    }

    /// The due day that was typed, if one was; one before today is taken with a warning.
    pub(crate) fn due_day(&self, when: Option<&When>) -> Result<Option<Day>, Failure> {
        let due = self.day_if("due", when)?;
        if due.is_some_and(|due| due < self.today()) {
            self.out.warning("this due day is past");
        }
        Ok(due)
    }

    /// The day on which something was seen: today unless another was typed. One that is still to
    /// come is taken with a warning.
    pub(crate) fn day_seen(&self, when: Option<&When>) -> Result<Day, Failure> {
        let day = self.day_if("on", when)?.unwrap_or(self.today());
        if day > self.today() {
            self.out.warning("this day is still to come");
        }
        Ok(day)
    }

    /// The moment that was typed, in `zone`, said back with its weekday; whether its time was given.
    pub(crate) fn moment(
        &self,
        label: &str,
        when: &When,
        zone: Zone,
    ) -> Result<(Moment, bool), Failure> {
        let placed = when.resolve(self.clock.now.in_zone(zone).day())?.moment_in(zone)?;
        let timed = when.has_time();
        let said = if timed { placed.moment.spoken() } else { placed.moment.day().spoken() };
        let place =
            if timed && zone != self.clock.now.zone() { format!(" {zone}") } else { String::new() };
        self.out.status(&format!("{label} {said}{place}"));
        if placed.ambiguous {
            self.out
                .warning("the clocks go back then, so this time comes twice; the first was taken");
        }
        Ok((placed.moment, timed))
    }

    /// The words of a flag, read from stdin where ‘-’ says so; stdin can be read once.
    pub(crate) fn words(&mut self, given: Option<Words>) -> Result<Option<Prose>, Failure> {
        match given {
            Some(Words::Typed(text)) => Ok(Some(text)),
            Some(Words::Piped) if self.stdin_is_read() => {
                Err(Failure::usage("two flags ask for stdin; nothing was written"))
            }
            Some(Words::Piped) => Ok(Some(self.piped_prose()??)),
            None => Ok(None),
        }
    }

    /// The words of a flag that may clear the value.
    pub(crate) fn words_setting(
        &mut self,
        given: Option<Setting<Words>>,
    ) -> Result<Option<Setting<Prose>>, Failure> {
        match given {
            Some(Setting::To(words)) => Ok(self.words(Some(words))?.map(Setting::To)),
            Some(Setting::Clear) => Ok(Some(Setting::Clear)),
            None => Ok(None),
        }
    }
}

/// The engagement that narrows a list, as it was typed.
#[derive(Clone, Debug)]
pub(crate) struct Narrowing {
    named: Option<String>,
    how: Match,
}

impl Narrowing {
    /// Its id, if one was named.
    pub(crate) fn find(&self, r: &Reader<'_>) -> Result<Option<EngagementId>, StoreError> {
        self.named.as_deref().map(|named| r.find_engagement_id(named, self.how)).transpose()
    }
}
