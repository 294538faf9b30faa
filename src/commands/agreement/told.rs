//! `coach agreement disclose` and `refer`: the rare cases, for the coach's eyes alone.

use clap::Args;

use super::super::args::{Words, when};
use super::super::context::{Context, Leaf, Takes};
use super::super::failure::Failure;
use crate::domain::agreement::{Disclosure, DisclosureKind};
use crate::domain::discretion::{About, Concerns};
use crate::domain::id::{EngagementId, Handle, Slug};
use crate::domain::text::Line;
use crate::domain::time::When;
use crate::platform::output::Card;
use crate::store::Reader;
use crate::store::agreement::NewDisclosure;
use crate::store::engagement::Match;

/// What both take.
#[derive(Args, Debug)]
struct Case {
    engagement: String,
    /// Who was told, or who helps
    #[arg(long, value_name = "WHOM")]
    to: Line,
    /// Why, for your eyes alone. ‘-’ reads it from stdin, so that it stays out of the shell's history
    #[arg(long, value_name = "TEXT")]
    reason: Words,
    /// The day; today unless you say another
    #[arg(long, value_name = "DATE", value_parser = when)]
    on: Option<When>,
}

/// A case, with its engagement.
#[derive(serde::Serialize)]
struct Told {
    engagement: Slug,
    #[serde(flatten)]
    case: Disclosure,
    #[serde(skip)]
    engagement_id: EngagementId,
}

impl Concerns for Told {
    fn about(&self) -> About {
        About::Engagement(self.engagement_id)
    }
}

fn card(told: &Told) -> Card {
    Card::new(format!("{}  {}", told.engagement, told.case.kind))
        .fact("to", &told.case.to)
        .fact("why", &told.case.reason)
        .fact("on", told.case.on.spoken())
        .fact("seen by", "you alone")
}

/// The rare cases, each in a line.
pub(super) fn cases(all: &[Disclosure]) -> String {
    let line = |case: &Disclosure| {
        let what = match case.kind {
            DisclosureKind::Disclosure => "told",
            DisclosureKind::Referral => "referred to",
        };
        format!("{} {what} {}: {}", case.on, case.to, case.reason.replace('\n', " "))
    };
    all.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// The rare cases of an engagement that has no agreement to show them with.
#[derive(serde::Serialize)]
pub(super) struct Cases {
    pub(super) engagement: Slug,
    disclosures: Vec<Disclosure>,
    #[serde(skip)]
    engagement_id: EngagementId,
}

impl Concerns for Cases {
    fn about(&self) -> About {
        About::Engagement(self.engagement_id)
    }
}

/// What was logged of an engagement without an agreement; nothing where it has one, where nothing was
/// logged, or where a certain agreement is asked for.
pub(super) fn without_agreement(
    r: &Reader<'_>,
    record: &str,
    version: Option<u32>,
    how: Match,
) -> Result<Option<Cases>, Failure> {
    if version.is_some() || record.parse::<Handle>().is_ok() {
        return Ok(None);
    }
    let engagement = r.find_engagement(record, how)?;
    if r.agreement_of(engagement.id, None)?.is_some() {
        return Ok(None);
    }
    let disclosures = r.disclosures_of(engagement.id)?;
    let cases = Cases { engagement: engagement.slug, disclosures, engagement_id: engagement.id };
    Ok(Some(cases).filter(|cases| !cases.disclosures.is_empty()))
}

pub(super) fn cases_card(told: &Cases) -> Card {
    Card::new(told.engagement.to_string())
        .fact("rare cases", cases(&told.disclosures))
        .fact("seen by", "you alone")
}

impl Case {
    fn log(self, context: &mut Context, kind: DisclosureKind) -> Result<(), Failure> {
        let how = context.matching();
        let on = context.day_seen(self.on.as_ref())?;
        let reason = context.words(Some(self.reason))?.ok_or_else(|| Failure::bug("no reason"))?;
        let told = context.write(|w| {
            let engagement = w.find_engagement(&self.engagement, how)?;
            let case = Disclosure {
                kind,
                to: self.to.to_string(),
                reason: reason.as_str().to_owned(),
                on,
            };
            w.insert_disclosure(engagement.id, NewDisclosure { kind, to: self.to, reason, on })?;
            w.summarise(format!("logged a {kind} of {}", engagement.slug));
            Ok(Told { engagement: engagement.slug, case, engagement_id: engagement.id })
        })?;
        context.record(&told, card)
    }
}

/// Arguments of `agreement disclose`.
#[derive(Args, Debug)]
pub(crate) struct Disclose {
    #[command(flatten)]
    case: Case,
}

impl Leaf for Disclose {
    const NAME: &'static str = "agreement disclose";
    const TAKES: Takes = Takes::WRITE;

    fn run(self, context: &mut Context) -> Result<(), Failure> {
        self.case.log(context, DisclosureKind::Disclosure)
    }
}

/// Arguments of `agreement refer`.
#[derive(Args, Debug)]
pub(crate) struct Refer {
    #[command(flatten)]
    case: Case,
}

impl Leaf for Refer {
    const NAME: &'static str = "agreement refer";
    const TAKES: Takes = Takes::WRITE;

    fn run(self, context: &mut Context) -> Result<(), Failure> {
        self.case.log(context, DisclosureKind::Referral)
    }
}
