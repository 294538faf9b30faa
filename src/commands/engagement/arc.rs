//! `coach engagement phase-down` and `complete`: how an engagement goes out, and what comes after it.

use clap::Args;

use super::super::args::{setting, when};
use super::super::context::{Context, Leaf, Takes};
use super::super::failure::Failure;
use super::become_status;
use crate::domain::engagement::{Engagement, EngagementStatus};
use crate::domain::method::PHASE_DOWN;
use crate::domain::time::{Day, When};
use crate::domain::word::{Range, Setting};
use crate::store::Reader;
use crate::store::engagement::EngagementEdit;

/// Arguments of `engagement phase-down`.
#[derive(Args, Debug)]
pub(crate) struct PhaseDown {
    engagement: Option<String>,
    /// Days between sessions from now on, such as 28..42; as the method has it unless you say
    #[arg(long, value_name = "DAYS")]
    cadence: Option<Range>,
}

impl Leaf for PhaseDown {
    const NAME: &'static str = "engagement phase-down";
    const TAKES: Takes = Takes::WRITE.engagement().strict();

    fn run(self, context: &mut Context) -> Result<(), Failure> {
        let (mut wider, mut stays) = (None, None);
        become_status(
            context,
            self.engagement.as_deref(),
            EngagementStatus::PhaseDown,
            |w, of| {
                let asked = self.cadence.or(phase_down_cadence(w, of)?);
                wider = asked.filter(|cadence| Some(*cadence) != of.cadence_days);
                if asked.is_none() {
                    stays = of.cadence_days.map(|cadence| (cadence, of.slug.clone()));
                }
                Ok(EngagementEdit { cadence: wider.map(Setting::To), ..EngagementEdit::default() })
            },
        )?;
        if let Some(cadence) = wider {
            context.out.status(&format!("from now on a session every {cadence} days"));
        }
        if let Some((cadence, slug)) = stays {
            context.out.status(&format!(
                "the cadence stays {cadence} days; to widen it: coach engagement edit {slug} --cadence {}..{}",
                cadence.low.saturating_mul(2),
                cadence.high.saturating_mul(2)
            ));
        }
        Ok(())
    }
}

/// Arguments of `engagement complete`.
#[derive(Args, Debug)]
pub(crate) struct Complete {
    engagement: Option<String>,
    /// When its follow-up is to be held, or ‘none’; as the method has it unless you say
    #[arg(long, value_name = "DATE", value_parser = setting(when))]
    follow_up: Option<Setting<When>>,
}

impl Leaf for Complete {
    const NAME: &'static str = "engagement complete";
    const TAKES: Takes = Takes::WRITE.engagement().strict();

    fn run(self, context: &mut Context) -> Result<(), Failure> {
        let said = match &self.follow_up {
            Some(Setting::To(day)) => Some(Setting::To(context.day("follow-up", day)?)),
            Some(Setting::Clear) => Some(Setting::Clear),
            None => None,
        };
        let mut planned = None;
        become_status(
            context,
            self.engagement.as_deref(),
            EngagementStatus::Completed,
            |w, of| {
                let follow_up = match said {
                    Some(said) => Some(said),
                    None => follow_up(w, of)?.map(Setting::To),
                };
                if let Some(Setting::To(day)) = &follow_up {
                    planned = Some((*day, of.slug.clone()));
                }
                Ok(EngagementEdit { follow_up, ..EngagementEdit::default() })
            },
        )?;
        if let Some((day, slug)) = planned {
            context.out.status(&format!(
                "follow-up from {}: coach session schedule {slug} WHEN --kind follow-up",
                day.spoken()
            ));
        }
        Ok(())
    }
}

/// The cadence that the method has for its phase-down, if it has one.
pub(super) fn phase_down_cadence(
    r: &Reader<'_>,
    of: &Engagement,
) -> Result<Option<Range>, Failure> {
    let method = r.method_of(of.id)?;
    Ok(method.phase(PHASE_DOWN).and_then(|phase| phase.cadence_days))
}

/// When the method has its first follow-up: so many weeks after the session held last.
pub(super) fn follow_up(r: &Reader<'_>, of: &Engagement) -> Result<Option<Day>, Failure> {
    let method = r.method_of(of.id)?;
    let (Some(first), Some(last)) = (method.follow_ups.first(), r.last_held_session(of.id)?) else {
        return Ok(None);
    };
    Ok(last.start.day().plus_days(i64::from(first.weeks_after.low) * 7))
}
