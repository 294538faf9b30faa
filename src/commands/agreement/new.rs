//! `coach agreement new` and `edit`: a version is drawn up from the engagement and its terms.

use clap::Args;

use super::super::args::handle;
use super::super::context::{Context, Leaf, Takes, Template};
use super::super::failure::Failure;
use super::agreement_card;
use super::terms::TermFlags;
use crate::domain::agreement::{Agreement, Terms};
use crate::domain::goal::GoalOwner;
use crate::domain::id::{EngagementId, Handle};
use crate::domain::text::Line;
use crate::domain::word::Visibility;
use crate::report::agreement;
use crate::store::goal::GoalFilter;
use crate::store::{Reader, Writer};

/// What a version is drawn with beside its terms.
struct Pen {
    template: Template,
    coach: Option<String>,
}

impl Pen {
    fn of(context: &mut Context, engagement: EngagementId) -> Result<Self, Failure> {
        let lang = context.read(|r| Ok(r.get_engagement(engagement)?.lang))?;
        Ok(Self {
            template: context.template(agreement::TEMPLATE, &lang)?,
            coach: context.coach_name()?,
        })
    }

    /// The text of a version, and its terms with what the text cannot say.
    fn drawn(
        &self,
        w: &Writer<'_>,
        engagement: EngagementId,
        version: u32,
        terms: Terms,
    ) -> Result<(Terms, String), Failure> {
        let paper = w.for_parties().agreement(engagement, version, terms, self.coach.clone())?;
        let text = self.template.render(&paper)?;
        Ok((paper.terms, text))
    }
}

/// Arguments of `agreement new`.
#[derive(Args, Debug)]
pub(crate) struct New {
    engagement: String,
    #[command(flatten)]
    terms: TermFlags,
    /// Why there is a new version, for the history
    #[arg(long, value_name = "TEXT")]
    reason: Option<Line>,
}

impl Leaf for New {
    const NAME: &'static str = "agreement new";
    const TAKES: Takes = Takes::WRITE;

    fn run(self, context: &mut Context) -> Result<(), Failure> {
        let how = context.matching();
        let engagement = context.read(|r| Ok(r.find_engagement(&self.engagement, how)?))?;
        let pen = Pen::of(context, engagement.id)?;
        let (made, told) = context.write(|w| {
            let former = w.agreement_of(engagement.id, None)?;
            let terms = self.terms.applied(former.map_or_else(Terms::default, |it| it.terms));
            let version = w.next_agreement_version(engagement.id)?;
            let (terms, text) = pen.drawn(w, engagement.id, version, terms)?;
            let reference = w.insert_agreement(engagement.id, version, w.today(), &terms, text)?;
            w.explain(self.reason.as_ref());
            w.summarise(format!("drew up {reference}, version {version} of {}", engagement.slug));
            let made = w.get_agreement(&Handle::Ref(reference))?;
            Ok((made, own_goals(w, engagement.id)?))
        })?;
        tell(context, &made);
        if !engagement.sponsors.is_empty() && told > 0 {
            context.out.status(&match made.terms.own_goals {
                true => format!("Schedule A names {told} of the coachee's own; the sponsor reads it"),
                false => format!(
                    "Schedule A leaves out {told} of the coachee's own, since the sponsor reads it: \
                     --own-goals yes names them"
                ),
            });
        }
        context.record(&made, agreement_card)?;
        let slug = &made.engagement;
        context.out.status(&format!(
            "next: coach agreement render {slug}, then coach agreement sign {slug} --party coachee"
        ));
        Ok(())
    }
}

/// How many goals of the agreement are the coachee's own.
fn own_goals(r: &Reader<'_>, engagement: EngagementId) -> Result<usize, Failure> {
    let goals = r.list_goals(&GoalFilter {
        engagement: Some(engagement),
        status: Some(crate::domain::goal::GoalStatus::Active),
        ..GoalFilter::default()
    })?;
    let own = goals
        .iter()
        .filter(|goal| goal.visibility == Visibility::Shared && goal.owner == GoalOwner::Coachee);
    Ok(own.count())
}

/// Says what the text could not say.
fn tell(context: &Context, agreement: &Agreement) {
    if !agreement.missing.is_empty() {
        context.out.status(&format!("it says nothing of: {}", agreement.missing.join(", ")));
    }
    if agreement.missing.iter().any(|gap| gap == "name of the coach") {
        context.out.status("your name: coach config set coach.name \"…\"");
    }
}

/// Arguments of `agreement edit`.
#[derive(Args, Debug)]
pub(crate) struct Edit {
    #[arg(value_name = "REF", value_parser = handle)]
    agreement: Handle,
    #[command(flatten)]
    terms: TermFlags,
    /// Why, for the history
    #[arg(long, value_name = "TEXT")]
    reason: Option<Line>,
}

impl Leaf for Edit {
    const NAME: &'static str = "agreement edit";
    const TAKES: Takes = Takes::WRITE;

    fn run(self, context: &mut Context) -> Result<(), Failure> {
        let before = context.read(|r| Ok(r.get_agreement(&self.agreement)?))?;
        let pen = Pen::of(context, before.engagement_id)?;
        let agreement = context.write(|w| {
            let agreement = w.get_agreement(&self.agreement)?;
            let terms = self.terms.applied(agreement.terms.clone());
            let (engagement, version) = (agreement.engagement_id, agreement.version);
            let (terms, text) = pen.drawn(w, engagement, version, terms)?;
            w.update_agreement(&agreement, &terms, text)?;
            w.explain(self.reason.as_ref());
            w.summarise(format!("changed {}", agreement.reference));
            Ok(w.get_agreement(&self.agreement)?)
        })?;
        tell(context, &agreement);
        context.record(&agreement, agreement_card)
    }
}
