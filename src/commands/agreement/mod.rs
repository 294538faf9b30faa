//! `coach agreement`: what the parties agree on, drawn up, signed, and kept to.

use clap::Args;

use super::args::{handle, restore_verb, verbs};
use super::context::{Context, Leaf, Takes, nothing};
use super::failure::Failure;
use crate::domain::agreement::{Agreement, Signature};
use crate::domain::id::Handle;
use crate::domain::refusal::Refusal;
use crate::platform::output::{Card, Format};
use crate::platform::table::{Cell, Column, Tone, or_nothing};
use crate::report;
use crate::store::Reader;
use crate::store::engagement::Match;

mod new;
mod sign;
mod terms;
mod told;

verbs! {
    AgreementCommand {
        /// Draw up an agreement, or a new version of it
        New(new::New),
        /// List agreements with who still has to sign
        List(List),
        /// Show an agreement: terms, signatures, what is missing
        Show(Show),
        /// Print the paper, with room for the signatures
        Render(Render),
        /// Write down that somebody signed the latest version
        Sign(sign::Sign),
        /// Change a version that nobody has signed
        Edit(new::Edit),
        /// Log that you had to tell somebody outside
        Disclose(told::Disclose),
        /// Log that you sent a coachee to other help
        Refer(told::Refer),
        /// Remove a version that nobody has signed
        Remove(Remove),
        /// Bring a removed version back
        Restore(Restore),
    }
}

fn signed(signature: &Signature) -> String {
    format!("{} ({}) on {}", signature.name, signature.party, signature.on.spoken())
}

/// What a signature changes.
fn signed_card(agreement: &Agreement) -> Card {
    let signatures: Vec<String> = agreement.signatures.iter().map(signed).collect();
    Card::new(title(agreement))
        .fact("signed", signatures.join("\n"))
        .fact("awaits", agreement.awaits.join(", "))
}

fn title(agreement: &Agreement) -> String {
    let Agreement { reference, engagement, version, .. } = agreement;
    format!("{reference}  {engagement}, version {version}")
}

fn agreement_card(agreement: &Agreement) -> Card {
    let terms = &agreement.terms;
    let signatures: Vec<String> = agreement.signatures.iter().map(signed).collect();
    Card::new(title(agreement))
        .fact("made", agreement.made_on.spoken())
        .fact("signed", signatures.join("\n"))
        .fact("awaits", agreement.awaits.join(", "))
        .fact("missing", Cell::from(agreement.missing.join(", ")).tone(Tone::Dim))
        .fact(
            "cancelling",
            format!(
                "free until {} h before; then {} %, not coming {} % of the fee",
                terms.cancellation_hours, terms.cancellation_fee, terms.no_show_fee
            ),
        )
        .fact("late", format!("waits {} min", terms.late_minutes))
        .fact("moving", or_nothing(terms.reschedule.as_ref()))
        .fact("invoices", format!("within {} days", terms.payment_days))
        .fact("notice", format!("{} days", terms.notice_days))
        .fact("confidence", or_nothing(terms.confidentiality.as_ref()))
        .fact("except for", terms.exceptions.join("\n"))
        .fact("this is not", terms.boundaries.join("\n"))
        .fact("sponsor gets", or_nothing(terms.sponsor_gets.as_ref()))
        .fact("records", format!("{} years", terms.records_years))
        .fact("kept", or_nothing(terms.records_where.as_ref()))
        .fact("seen by", or_nothing(terms.records_who.as_ref()))
        .fact("disposal", or_nothing(terms.disposal.as_ref()))
        .fact("technology", or_nothing(terms.technology.as_ref()))
        .fact("supervision", or_nothing(terms.supervision.as_ref()))
        .fact("conflicts", or_nothing(terms.conflicts.as_ref()))
        .fact("law", or_nothing(terms.jurisdiction.as_ref()))
        .fact("hours log", if terms.hours_log { "yes" } else { "no" })
        .fact("rare cases", told::cases(&agreement.disclosures))
        .fact("removed", if agreement.removed { "yes" } else { "" })
}

const AGREEMENTS: &[Column<Agreement>] = &[
    Column::neutral("ref", |d| d.reference.into()),
    Column::engagement(|d| (&d.engagement).into()),
    Column::neutral_right("version", |d| d.version.into()),
    Column::neutral("made", |d| d.made_on.into()),
    Column::prose("signed by", |d| {
        let names: Vec<&str> = d.signatures.iter().map(|each| each.name.as_str()).collect();
        names.join(", ").into()
    }),
    Column::prose("awaits", |d| d.awaits.join(", ").into()),
];

/// An agreement as it is named: by its ref or id, or by its engagement and a version.
fn found(
    r: &Reader<'_>,
    record: &str,
    version: Option<u32>,
    how: Match,
) -> Result<Agreement, Failure> {
    if let Ok(handle) = record.parse::<Handle>() {
        let agreement = r.get_agreement(&handle)?;
        return match version {
            Some(version) if version != agreement.version => {
                Ok(found(r, agreement.engagement.as_str(), Some(version), Match::Whole)?)
            }
            _ => Ok(agreement),
        };
    }
    let engagement = r.find_engagement(record, how)?;
    let slug = &engagement.slug;
    r.agreement_of(engagement.id, version)?.ok_or_else(|| match version {
        None => none_yet(slug.as_str()),
        Some(version) => {
            Failure::not_found(format!("{slug} has no version {version} of its agreement"))
                .hint(format!("coach agreement list {slug} shows them"))
        }
    })
}

/// The error for an engagement without an agreement.
fn none_yet(slug: &str) -> Failure {
    Failure::not_found(format!("{slug} has no agreement yet"))
        .hint(format!("draw one up: coach agreement new {slug}"))
}

/// Refuses a version whose text names what it may not name any more.
fn up_to_date(r: &Reader<'_>, agreement: &Agreement) -> Result<(), Failure> {
    match r.for_parties().is_outdated(agreement)? {
        true => Err(Refusal::Outdated {
            reference: agreement.reference,
            engagement: agreement.engagement.clone(),
            is_signed: agreement.is_signed(),
        }
        .into()),
        false => Ok(()),
    }
}

/// Arguments of `agreement list`.
#[derive(Args, Debug)]
pub(crate) struct List {
    engagement: Option<String>,
    /// List the removed ones instead
    #[arg(long)]
    removed: bool,
}

impl Leaf for List {
    const NAME: &'static str = "agreement list";
    const TAKES: Takes = Takes::READ.engagement();

    fn run(self, context: &mut Context) -> Result<(), Failure> {
        let narrowing = context.narrowing(self.engagement.as_deref())?;
        let all = context.read(|r| Ok(r.list_agreements(narrowing.find(r)?, self.removed)?))?;
        let usual = "no agreements; draw one up: coach agreement new ENGAGEMENT";
        context.rows(AGREEMENTS, &all, nothing(self.removed, usual))
    }
}

/// Which agreement, for what reads it.
#[derive(Args, Debug)]
struct Which {
    /// The engagement, or a ref such as D1
    #[arg(value_name = "ENGAGEMENT|REF")]
    record: String,
    /// This version; without it the latest
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    version: Option<u32>,
}

/// Arguments of `agreement show`.
#[derive(Args, Debug)]
pub(crate) struct Show {
    #[command(flatten)]
    which: Which,
}

impl Leaf for Show {
    const NAME: &'static str = "agreement show";
    const TAKES: Takes = Takes::READ;

    fn run(self, context: &mut Context) -> Result<(), Failure> {
        let (how, Which { record, version }) = (context.matching(), self.which);
        let cases = context.read(|r| told::without_agreement(r, &record, version, how))?;
        if let Some(cases) = cases {
            context.record(&cases, told::cases_card)?;
            let slug = &cases.engagement;
            context.out.status(&format!(
                "{slug} has no agreement yet; draw one up: coach agreement new {slug}"
            ));
            return Ok(());
        }
        let agreement = context.read(|r| found(r, &record, version, how))?;
        context.record(&agreement, agreement_card)
    }
}

/// Arguments of `agreement render`.
#[derive(Args, Debug)]
pub(crate) struct Render {
    #[command(flatten)]
    which: Which,
}

/// The paper, for a script.
#[derive(serde::Serialize)]
struct Rendered<'a> {
    #[serde(rename = "ref")]
    reference: crate::domain::id::Ref,
    id: crate::domain::id::AgreementId,
    engagement: &'a crate::domain::id::Slug,
    version: u32,
    text: String,
    #[serde(skip)]
    engagement_id: crate::domain::id::EngagementId,
}

impl crate::domain::discretion::Concerns for Rendered<'_> {
    fn about(&self) -> crate::domain::discretion::About {
        crate::domain::discretion::About::Engagement(self.engagement_id)
    }
}

impl Leaf for Render {
    const NAME: &'static str = "agreement render";
    const TAKES: Takes = Takes::READ.timeless().formats(&[
        Format::Table,
        Format::Text,
        Format::Markdown,
        Format::Json,
        Format::Jsonl,
    ]);

    fn run(self, context: &mut Context) -> Result<(), Failure> {
        let Which { record, version } = self.which;
        // A paper leaves the house: the whole name, so that nobody is sent another's.
        let agreement = context.read(|r| {
            let agreement = found(r, &record, version, Match::Whole)?;
            if !agreement.is_signed() {
                up_to_date(r, &agreement)?;
            }
            Ok(agreement)
        })?;
        let text = report::agreement::signed(&agreement);
        let about = crate::domain::discretion::About::Engagement(agreement.engagement_id);
        match context.out.format {
            Format::Json | Format::Jsonl => {
                let rendered = Rendered {
                    reference: agreement.reference,
                    id: agreement.id,
                    engagement: &agreement.engagement,
                    version: agreement.version,
                    text,
                    engagement_id: agreement.engagement_id,
                };
                context.record(&rendered, |_| Card::default())
            }
            _ => context.text(&about, &text),
        }
    }
}

/// Arguments of `agreement remove`.
#[derive(Args, Debug)]
pub(crate) struct Remove {
    #[arg(value_name = "REF", value_parser = handle)]
    agreement: Handle,
}

impl Leaf for Remove {
    const NAME: &'static str = "agreement remove";
    const TAKES: Takes = Takes::WRITE;

    fn run(self, context: &mut Context) -> Result<(), Failure> {
        let agreement = context.write(|w| {
            let agreement = w.get_agreement(&self.agreement)?;
            w.remove_agreement(&agreement)?;
            w.summarise(format!(
                "removed {}, version {} of {}",
                agreement.reference, agreement.version, agreement.engagement
            ));
            Ok(w.get_agreement(&self.agreement)?)
        })?;
        context.record(&agreement, agreement_card)
    }
}

restore_verb!(Restore, "agreement restore", get_agreement, restore_agreement, agreement_card);
