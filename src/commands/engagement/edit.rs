//! `coach engagement edit`: every part of the frame, with the reason kept.

use clap::Args;

use super::super::args::{setting, when, word};
use super::super::context::{Context, Leaf, Takes};
use super::super::failure::Failure;
use super::arc::phase_down_cadence;
use super::new::{payer_for, zone};
use super::{engagement_card, frame_limits, still_open, warn_of_rest};
use crate::domain::engagement::{EngagementStatus, Part};
use crate::domain::id::Slug;
use crate::domain::money::Rate;
use crate::domain::refusal::Refusal;
use crate::domain::text::Line;
use crate::domain::time::{When, Zone};
use crate::domain::word::{Format, Lang, Range, Setting};
use crate::store::engagement::EngagementEdit;
use crate::store::person::{Name, Named};

/// Arguments of `engagement edit`.
#[derive(Args, Debug)]
pub(crate) struct Edit {
    engagement: Option<String>,
    /// A new slug; the old one goes on naming it
    #[arg(long)]
    slug: Option<Slug>,
    /// The neutral name that sponsor and payer see
    #[arg(long, value_name = "TEXT", value_parser = reference)]
    reference: Option<String>,
    #[arg(long, value_parser = word::<EngagementStatus>())]
    status: Option<EngagementStatus>,
    /// Add a coachee (can be repeated)
    #[arg(long, value_name = "NAME")]
    coachee: Vec<Name>,
    /// Take a coachee out (can be repeated)
    #[arg(long, value_name = "NAME")]
    remove_coachee: Vec<Name>,
    /// Add a sponsor (can be repeated)
    #[arg(long, value_name = "NAME")]
    sponsor: Vec<Name>,
    /// Take a sponsor out (can be repeated)
    #[arg(long, value_name = "NAME")]
    remove_sponsor: Vec<Name>,
    #[arg(long, value_name = "NAME")]
    org: Option<Setting<Name>>,
    #[arg(long, value_name = "NAME")]
    payer: Option<Setting<Name>>,
    /// Run it by another method from now on
    #[arg(long, value_name = "ID")]
    method: Option<String>,
    #[arg(long, value_name = "DATE", value_parser = when)]
    start: Option<When>,
    #[arg(long, value_name = "DATE", value_parser = setting(when))]
    end: Option<Setting<When>>,
    #[arg(long, value_name = "N", value_parser = setting(sessions))]
    sessions: Option<Setting<u32>>,
    #[arg(long, value_name = "DAYS")]
    cadence: Option<Setting<Range>>,
    #[arg(long, value_name = "MINUTES")]
    minutes: Option<Setting<Range>>,
    #[arg(long, value_parser = word::<Format>())]
    format: Option<Format>,
    #[arg(long, value_name = "RATE")]
    rate: Option<Setting<Rate>>,
    #[arg(long, value_name = "ZONE", value_parser = zone)]
    zone: Option<Zone>,
    /// The language of the papers made for its people, such as de
    #[arg(long, value_name = "LANG")]
    lang: Option<Lang>,
    /// From when on its follow-up waits; it is shown on that day, and a week ahead
    #[arg(long, value_name = "DATE", value_parser = setting(when))]
    follow_up: Option<Setting<When>>,
    /// How far the coachee has bought in, 0 to 10; with several, or for a sponsor: P4=7 (can be repeated)
    #[arg(long, value_name = "[P4=]0..10", value_parser = buy_in)]
    buy_in: Vec<BuyIn>,
    /// Somebody else ordered it; --mandated=false takes that back
    #[arg(long, num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    mandated: Option<bool>,
    /// Why, for the history
    #[arg(long, value_name = "TEXT")]
    reason: Option<Line>,
}

/// How far a coachee has bought in; the one there is, where nobody is named.
#[derive(Clone, Debug)]
struct BuyIn {
    coachee: Option<Name>,
    value: u8,
}

fn buy_in(text: &str) -> Result<BuyIn, String> {
    let (coachee, value) = match text.split_once('=') {
        Some((name, value)) => {
            (Some(name.parse::<Name>().map_err(|error| error.to_string())?), value)
        }
        None => (None, text),
    };
    match value.parse() {
        Ok(value @ 0..=10) => Ok(BuyIn { coachee, value }),
        _ => Err(format!("‘{value}’ is not a number from 0 to 10")),
    }
}

fn sessions(text: &str) -> Result<u32, String> {
    match text.parse() {
        Ok(number @ 1..=1000) => Ok(number),
        _ => Err(format!("‘{text}’ is not a number from 1 to 1000")),
    }
}

/// A reference leaves the house: short, and without anything a file name or a table would trip over.
/// Its capital letter keeps it apart from every slug.
fn reference(text: &str) -> Result<String, String> {
    let sound = (3..=40).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'-')
        && text.bytes().any(|b| b.is_ascii_uppercase());
    if sound {
        Ok(text.to_owned())
    } else {
        Err(format!("‘{text}’ is no reference such as E-2026-07: capital letters, digits and ‘-’"))
    }
}

impl Leaf for Edit {
    const NAME: &'static str = "engagement edit";
    const TAKES: Takes = Takes::WRITE.engagement().strict();

    fn run(self, context: &mut Context) -> Result<(), Failure> {
        let name = context.engagement_required(self.engagement.as_deref())?;
        let how = context.matching();
        let start = context.day_if("start", self.start.as_ref())?;
        let end = match &self.end {
            Some(Setting::To(end)) => Some(Setting::To(context.day("end", end)?)),
            Some(Setting::Clear) => Some(Setting::Clear),
            None => None,
        };
        let follow_up = match &self.follow_up {
            Some(Setting::To(day)) => Some(Setting::To(context.day("follow-up", day)?)),
            Some(Setting::Clear) => Some(Setting::Clear),
            None => None,
        };
        let method = match &self.method {
            Some(id) => Some(context.method_named(id)?),
            None => None,
        };
        let strictness = context.strictness();
        let (engagement, named, limits, ends) = context.write(|w| {
            let engagement = w.find_engagement(&name, how)?;
            let mut named: Vec<Named<()>> = Vec::new();
            for (people, part) in [(&self.coachee, Part::Coachee), (&self.sponsor, Part::Sponsor)] {
                for name in people {
                    let person = w.person_for(name)?;
                    w.insert_participant(engagement.id, person.id, part)?;
                    named.push(person.told());
                }
            }
            for (people, part) in
                [(&self.remove_coachee, Part::Coachee), (&self.remove_sponsor, Part::Sponsor)]
            {
                for name in people {
                    let person = w.find_person(name)?;
                    if !w.remove_participant(engagement.id, person.id, part)? {
                        let slug = &engagement.slug;
                        return Err(Failure::not_found(format!(
                            "{} is no {part} of {slug}; nothing was written",
                            person.name
                        )));
                    }
                }
            }
            if w.coachees(engagement.id)?.is_empty() {
                return Err(Failure::refused("an engagement has a coachee; nothing was written")
                    .hint("add another one in the same command: --coachee NAME"));
            }
            for BuyIn { coachee, value } in &self.buy_in {
                let coachees = w.coachees(engagement.id)?;
                let (person, reference) = match (coachee, &coachees[..]) {
                    (Some(name), _) => {
                        let named = w.find_person(name)?;
                        (named.id, named.reference)
                    }
                    (None, [(only, reference, _)]) => (*only, *reference),
                    (None, several) => {
                        let refs: Vec<String> = several
                            .iter()
                            .map(|(_, reference, _)| format!("--buy-in {reference}={value}"))
                            .collect();
                        return Err(
                            Failure::usage("say whose buy-in it is").hint(refs.join(" or "))
                        );
                    }
                };
                if !w.set_buy_in(engagement.id, person, *value)? {
                    let engagement = engagement.slug;
                    return Err(Refusal::NoPart { reference, engagement }.into());
                }
            }
            if self.status.is_some_and(|status| !status.is_running()) {
                w.none_is_open(engagement.id)?;
            }
            let organisation = match self.org {
                Some(Setting::To(name)) => {
                    let org = w.organisation_for(&name)?;
                    let id = org.id;
                    named.push(org.told());
                    Some(Setting::To(id))
                }
                Some(Setting::Clear) => Some(Setting::Clear),
                None => None,
            };
            let payer = match self.payer {
                Some(Setting::To(name)) => {
                    let (payer, told) = payer_for(w, &name)?;
                    named.extend(told);
                    Some(Setting::To(payer))
                }
                Some(Setting::Clear) => Some(Setting::Clear),
                None => None,
            };
            // A change of status brings along what its own verb would.
            let next = self.status.filter(|status| *status != engagement.status);
            let cadence = match next {
                Some(EngagementStatus::PhaseDown) => phase_down_cadence(w, &engagement)?,
                _ => None,
            };
            let follow_up = match (follow_up, next) {
                (None, Some(EngagementStatus::Completed)) => {
                    super::arc::follow_up(w, &engagement)?.map(Setting::To)
                }
                (said, _) => said,
            };
            let edit = EngagementEdit {
                slug: self.slug,
                reference: self.reference,
                organisation,
                payer,
                method,
                status: self.status,
                start,
                end,
                sessions: self.sessions,
                cadence: self.cadence,
                minutes: self.minutes,
                format: self.format,
                rate: self.rate,
                zone: self.zone,
                lang: self.lang,
                follow_up,
                mandated: self.mandated,
            };
            let frame_is_touched = edit.touches_frame();
            let cadence = edit.cadence.or(cadence.map(Setting::To));
            let sheets = match edit.method {
                Some(_) => w.list_worksheets(Some(engagement.id), false)?,
                None => Vec::new(),
            };
            w.update_engagement(&engagement, EngagementEdit { cadence, ..edit })?;
            let after = w.get_engagement(engagement.id)?;
            let mut limits = if frame_is_touched { frame_limits(w, &after)? } else { Vec::new() };
            if !sheets.is_empty() {
                let method = w.method_of(engagement.id)?;
                limits.extend(sheets.iter().flat_map(|sheet| sheet.losses(&method)));
            }
            if next.is_some() {
                limits.extend(still_open(w, &engagement, &after)?);
            }
            strictness.heed(&limits)?;
            w.explain(self.reason.as_ref());
            w.summarise(format!("changed {}", after.slug));
            let ends = next.is_some_and(|status| !status.is_running());
            Ok((after, named, limits, ends))
        })?;
        context.tell_made(&named);
        context.warn(&limits);
        if ends {
            warn_of_rest(context, &engagement)?;
        }
        if self.mandated == Some(true) {
            context
                .out
                .warning("coaching that somebody else ordered rarely lasts; talk about it first");
        }
        context.record(&engagement, engagement_card)
    }
}
