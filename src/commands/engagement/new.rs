//! `coach engagement new`: in one line, or step by step.

use clap::Args;

use super::super::args::{when, word};
use super::super::context::{Context, Leaf, Takes};
use super::super::failure::Failure;
use super::engagement_card;
use crate::domain::engagement::EngagementStatus;
use crate::domain::id::{Handle, Noun, Ref, Slug};
use crate::domain::method::{Method, Plan};
use crate::domain::money::Rate;
use crate::domain::text::TextError;
use crate::domain::time::{When, Zone};
use crate::domain::word::{Format, Lang, Range};
use crate::store::Writer;
use crate::store::engagement::{NewEngagement, Payer};
use crate::store::person::{Name, Named};

/// Arguments of `engagement new`.
#[derive(Args, Debug)]
pub(crate) struct New {
    /// How you will name it: lower-case letters, digits and ‘-’, such as acme-cfo
    slug: Option<Slug>,
    /// Who is coached: a name or ref (can be repeated)
    #[arg(long, value_name = "NAME")]
    coachee: Vec<Name>,
    /// Who sponsors it (can be repeated)
    #[arg(long, value_name = "NAME")]
    sponsor: Vec<Name>,
    /// The client company
    #[arg(long, value_name = "NAME")]
    org: Option<Name>,
    /// Who pays: an organisation, or a person by ref
    #[arg(long, value_name = "NAME")]
    payer: Option<Name>,
    /// How it runs: five-stage, identity-aligned, four-a, plain, or one of your own
    #[arg(long, value_name = "ID", default_value = "five-stage")]
    method: String,
    /// The first day; today unless you say another
    #[arg(long, value_name = "DATE", value_parser = when)]
    start: Option<When>,
    /// The planned last day
    #[arg(long, value_name = "DATE", value_parser = when)]
    end: Option<When>,
    /// How many sessions are planned
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1000))]
    sessions: Option<u32>,
    /// Days between sessions, such as 14..21
    #[arg(long, value_name = "DAYS")]
    cadence: Option<Range>,
    /// Minutes of a session, such as 75..90
    #[arg(long, value_name = "MINUTES")]
    minutes: Option<Range>,
    #[arg(long, value_parser = word::<Format>(), default_value = "virtual")]
    format: Format,
    /// What it costs: ‘450 EUR/session’ or ‘300 EUR/hour’
    #[arg(long, value_name = "RATE")]
    rate: Option<Rate>,
    /// The time zone of its sessions, such as Europe/Berlin; this machine's unless you say another
    #[arg(long, value_name = "ZONE", value_parser = zone)]
    zone: Option<Zone>,
    /// The language of the papers made for its people, such as de; en unless you say another
    #[arg(long, value_name = "LANG")]
    lang: Option<Lang>,
}

/// Reads a zone.
pub(super) fn zone(text: &str) -> Result<Zone, String> {
    text.parse().map_err(|_| format!("‘{text}’ is no time zone such as Europe/Berlin"))
}

/// The payer of this name: an organisation or person that is there, else a new organisation.
pub(super) fn payer_for(
    w: &mut Writer<'_>,
    name: &Name,
) -> Result<(Payer, Option<Named<()>>), Failure> {
    let (organisation, person) = match name {
        Name::Handle(Handle::Ref(Ref { noun: Noun::Person, .. })) => (None, w.person_named(name)?),
        Name::Handle(_) => (w.organisation_named(name)?, None),
        Name::Text(_) => (w.organisation_named(name)?, w.person_named(name)?),
    };
    match (organisation, person) {
        (Some(organisation), Some(person)) => {
            let both = format!("{} and {}", organisation.reference, person.reference);
            Err(Failure::not_found(format!("‘{}’ names {both}; nothing was written", person.name))
                .hint("say which by its ref"))
        }
        (None, Some(person)) => Ok((Payer::Person(person.id), None)),
        (organisation, None) => {
            let found = match organisation {
                Some(found) => found,
                None => w.organisation_for(name)?,
            };
            Ok((Payer::Organisation(found.id), Some(found.told())))
        }
    }
}

impl New {
    /// Asks for what was not said, where somebody is there to answer.
    fn ask(&mut self, context: &mut Context) -> Result<(), Failure> {
        if !context.interactive && (self.slug.is_none() || self.coachee.is_empty()) {
            let missing = if self.slug.is_none() { "SLUG" } else { "--coachee" };
            return Err(Failure::usage(format!("{missing} is missing"))
                .hint("coach engagement new SLUG --coachee NAME"));
        }
        let bare = self.slug.is_none();
        if self.slug.is_none() {
            let check = |text: &str| text.parse::<Slug>().map(drop);
            let slug = context.prompt.line("Short name, such as acme-cfo", "", &check)?;
            self.slug = slug.parse().ok();
        }
        if self.coachee.is_empty() {
            let check =
                |text: &str| text.parse::<Name>().map(drop).map_err(|error| error.to_string());
            let name = context.prompt.line("Who is coached", "", &check)?;
            self.coachee.extend(name.parse());
        }
        if !bare {
            return Ok(());
        }
        let any_name = |text: &str| match text.parse::<Name>() {
            Ok(_) | Err(TextError::Empty) => Ok(()),
            Err(error) => Err(error.to_string()),
        };
        self.org = context.prompt.line("Company (Enter for none)", "", &any_name)?.parse().ok();
        self.sponsor
            .extend(context.prompt.line("Sponsor (Enter for none)", "", &any_name)?.parse());
        let shipped = Method::shipped_ids().map(str::to_owned);
        let methods: Vec<String> = shipped.chain(context.own_method_ids()).collect();
        let a_method = |text: &str| match methods.iter().any(|id| id == text.trim()) {
            true => Ok(()),
            false => Err(format!("there is no method ‘{}’", text.trim())),
        };
        let label = format!("How it runs ({})", methods.join(", "));
        let method = context.prompt.line(&label, &self.method, &a_method)?;
        method.trim().clone_into(&mut self.method);
        let any_rate = |text: &str| match text.trim() {
            "" => Ok(()),
            text => text.parse::<Rate>().map(drop).map_err(|error| error.to_string()),
        };
        self.rate = context
            .prompt
            .line("Rate, such as 450 EUR/session (Enter for none)", "", &any_rate)?
            .trim()
            .parse()
            .ok();
        Ok(())
    }
}

impl Leaf for New {
    const NAME: &'static str = "engagement new";
    const TAKES: Takes = Takes::WRITE.strict();

    fn run(mut self, context: &mut Context) -> Result<(), Failure> {
        self.ask(context)?;
        let Some(slug) = self.slug else { return Err(Failure::usage("SLUG is missing")) };
        let written = context.method_named(&self.method)?;
        let frame = &written.method.frame;
        let start = context.day_if("start", self.start.as_ref())?.unwrap_or(context.today());
        let end = context.day_if("end", self.end.as_ref())?;
        if end.is_some_and(|end| end < start) {
            return Err(Failure::usage("the end is before the start; nothing was written"));
        }
        let plan = Plan {
            sessions: self.sessions.or(frame.sessions.map(|usual| usual.low)),
            minutes: self.minutes.or(frame.minutes),
            cadence_days: self.cadence.or(frame.cadence_days),
            start,
            end,
        };
        let limits = frame.limits_left(&plan);
        context.strictness().heed(&limits)?;
        let status = if start > context.today() {
            EngagementStatus::Proposed
        } else {
            EngagementStatus::Active
        };
        let zone = self.zone.unwrap_or(context.clock.now.zone());
        let (engagement, people, payers) = context.write(|w| {
            let mut people = Vec::new();
            for name in self.coachee.iter().chain(&self.sponsor) {
                people.push(w.person_for(name)?);
            }
            let ids: Vec<_> = people.iter().map(|person| person.id).collect();
            let (coachees, sponsors) = ids.split_at(self.coachee.len());
            let mut named = Vec::new();
            let organisation = match &self.org {
                Some(name) => {
                    let org = w.organisation_for(name)?;
                    let id = org.id;
                    named.push(org.told());
                    Some(id)
                }
                None => None,
            };
            let payer = match &self.payer {
                Some(name) => {
                    let (payer, told) = payer_for(w, name)?;
                    named.extend(told);
                    Some(payer)
                }
                None => None,
            };
            let id = w.insert_engagement(NewEngagement {
                slug: slug.clone(),
                coachees: coachees.to_vec(),
                sponsors: sponsors.to_vec(),
                organisation,
                payer,
                method: written,
                status,
                start,
                end,
                sessions: plan.sessions,
                cadence: plan.cadence_days,
                minutes: plan.minutes,
                format: self.format,
                rate: self.rate,
                zone,
                lang: self.lang.unwrap_or_default(),
                own: false,
            })?;
            w.summarise(format!("began {slug}"));
            Ok((w.get_engagement(id)?, people, named))
        })?;
        context.tell_made(&people);
        context.tell_made(&payers);
        context.warn(&limits);
        context.record(&engagement, engagement_card)?;
        context.out.status(&format!(
            "next: coach session start {slug}, or coach goal add {slug} TITLE",
            slug = engagement.slug
        ));
        Ok(())
    }
}
