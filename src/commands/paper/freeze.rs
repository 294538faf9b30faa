//! `coach paper freeze`: keeps a paper as it is today.

use clap::Args;

use super::{Sought, facts, mark, row, seek, template};
use crate::commands::context::{Context, Leaf, Takes};
use crate::commands::failure::Failure;
use crate::domain::method::Limit;
use crate::domain::paper::Paper;
use crate::platform::output::Card;
use crate::platform::table::or_nothing;
use crate::report::paper::{Facts, tidy};

/// Arguments of `paper freeze`.
#[derive(Args, Debug)]
#[command(
    after_help = "A frozen version never changes, and `paper diff` compares what stands with it. For a \
    sponsor it is released by the coachee's consent alone, for one version at a time."
)]
pub(crate) struct Freeze {
    /// The whole slug
    engagement: String,
    /// brief, plan, mid, closing, follow-up, final, or one that the method adds
    paper: String,
}

impl Leaf for Freeze {
    const NAME: &'static str = "paper freeze";
    const TAKES: Takes = Takes::WRITE.strict();

    fn run(self, context: &mut Context) -> Result<(), Failure> {
        let sought = context.read(|r| seek(r, &self.engagement, &self.paper))?;
        let (template, strictness) = (template(context, &sought)?, context.strictness());
        let (paper, open) = context.write(|w| {
            // What is kept is what stands when it is written.
            let sought = seek(w, &self.engagement, &self.paper)?;
            let engagement = &sought.engagement;
            let needs = w.open_needs_of(engagement, &sought.paper.requires)?;
            let of = format!("for the {}", sought.paper.id);
            let open: Vec<Limit> = Limit::open(of, needs, &engagement.slug).into_iter().collect();
            strictness.heed(&open)?;
            let now = facts(w, &sought)?;
            let last = w.frozen_paper(engagement.id, &sought.paper.id, None)?;
            if let Some(last) = &last {
                let as_then = dated(now.clone(), last.version, last.frozen_on);
                if tidy(&template.render(&as_then)?) == last.text {
                    return Err(same(&sought, last.version));
                }
            }
            let version = last.map_or(0, |last| last.version) + 1;
            let now = dated(now, version, w.today());
            let text = tidy(&template.render(&now)?);
            let kept = serde_json::to_string(&now)
                .map_err(|error| Failure::bug(format!("a paper cannot be kept: {error}")))?;
            w.insert_paper(engagement.id, &sought.paper.id, version, &text, &kept)?;
            w.summarise(format!(
                "froze version {version} of {} of {}",
                sought.paper.id, engagement.slug
            ));
            Ok((row(w, engagement, &sought.paper)?, open))
        })?;
        context.warn(&open);
        if !paper.propose_to.is_empty() {
            context.out.status(&format!(
                "the method proposes it to the {}; only the coachee's consent releases it",
                paper.propose_to.join(", ")
            ));
        }
        context.record(&paper, card)
    }
}

/// The facts as a version of a day has them.
fn dated(mut facts: Facts, version: u32, on: crate::domain::time::Day) -> Facts {
    facts.paper.mark = mark(version);
    facts.paper.on = on;
    facts
}

fn same(sought: &Sought, version: u32) -> Failure {
    let (slug, paper) = (&sought.engagement.slug, &sought.paper.id);
    Failure::refused(format!("{paper} says the same as its version {version}; nothing was written"))
        .hint(format!("coach paper render {slug} {paper} --version {version}"))
}

fn card(paper: &Paper) -> Card {
    Card::new(format!("{}  {}", paper.paper, paper.title))
        .fact("engagement", &paper.engagement)
        .fact("version", or_nothing(paper.version))
        .fact("frozen on", or_nothing(paper.frozen_on.map(|on| on.spoken())))
        .fact("needs", paper.needs.join(", "))
}
