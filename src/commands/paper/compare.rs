//! `coach paper diff`: what became of a frozen paper.

use clap::Args;

use super::{facts, mark, seek, template, version_of};
use crate::commands::context::{Context, Leaf, Takes};
use crate::commands::failure::Failure;
use crate::domain::discretion::Concerns;
use crate::domain::paper::{Compared, changed, reassessed};
use crate::platform::output::{Card, Format, Page};
use crate::platform::table::Tone;
use crate::report::paper::tidy;

/// Arguments of `paper diff`.
#[derive(Args, Debug)]
#[command(
    after_help = "Where the method measures what is to be closed, each gap of the frozen version is told \
    with how wide it was and is, how much of it is closed and what is left. One that is new or gone since \
    has none closed; in all, it is counted where it is there."
)]
pub(crate) struct Diff {
    /// The whole slug
    engagement: String,
    /// brief, plan, mid, closing, follow-up, final, or one that the method adds
    paper: String,
    /// The frozen version to begin from; the newest one unless you say another
    #[arg(long, value_name = "N")]
    from: Option<u32>,
    /// The frozen version to compare with; what stands now unless you say one
    #[arg(long, value_name = "N")]
    to: Option<u32>,
}

impl Leaf for Diff {
    const NAME: &'static str = "paper diff";
    const TAKES: Takes =
        Takes::READ.formats(&[Format::Table, Format::Text, Format::Json, Format::Jsonl]);

    fn run(self, context: &mut Context) -> Result<(), Failure> {
        let sought = context.read(|r| seek(r, &self.engagement, &self.paper))?;
        let (id, slug) = (sought.engagement.id, &sought.engagement.slug);
        let from = context.read(|r| match self.from {
            Some(version) => version_of(r, &sought, version),
            None => r.frozen_paper(id, &sought.paper.id, None)?.ok_or_else(|| {
                Failure::not_found(format!("no version of {} was frozen in {slug}", self.paper))
                    .hint(format!("coach paper freeze {slug} {}", self.paper))
            }),
        })?;
        let (text, now) = match self.to {
            Some(version) => {
                let to = context.read(|r| version_of(r, &sought, version))?;
                (to.text, to.facts)
            }
            None => {
                // That it is read on another day is no difference.
                let mut now = context.read(|r| Ok(facts(r, &sought)?))?;
                now.paper.mark = mark(from.version);
                now.paper.on = from.frozen_on;
                let text = tidy(&template(context, &sought)?.render(&now)?);
                let now = serde_json::to_value(&now).map_err(|error| {
                    Failure::bug(format!("a paper cannot be compared: {error}"))
                })?;
                (text, now)
            }
        };
        let field = sought.paper.reassess.as_deref().unwrap_or_default();
        let (items, sum) =
            reassessed(field, sought.paper.reassess_to.unwrap_or_default(), &from.facts, &now);
        let compared = Compared {
            paper: self.paper,
            engagement: sought.engagement.slug.clone(),
            from: from.version,
            to: self.to,
            items,
            sum,
            changed: changed(&from.text, &text),
            engagement_id: id,
        };
        match context.out.format {
            Format::Table | Format::Text => context.page(&drawn(&compared)),
            _ => context.record(&compared, |_| Card::default()),
        }
    }
}

fn drawn(compared: &Compared) -> Page {
    let to = compared.to.map_or("now".to_owned(), |to| format!("version {to}"));
    let title =
        format!("{}  {}: version {} and {to}", compared.engagement, compared.paper, compared.from);
    let mut page = Page::new(compared.about(), title);
    let number = |number: Option<f64>| number.map_or("–".to_owned(), |number| number.to_string());
    if !compared.items.is_empty() {
        page.head("What is closed, and what is left");
    }
    for item in &compared.items {
        let facts = match (item.then, item.now) {
            (None, Some(now)) => format!("new since, left {now}"),
            (Some(then), None) => format!("then {then}, gone since"),
            _ => format!(
                "then {}, now {}, closed {}, left {}",
                number(item.then),
                number(item.now),
                number(item.closed),
                number(item.residual)
            ),
        };
        page.item(&item.item, &facts, Tone::Plain);
    }
    if let Some(sum) = &compared.sum {
        let facts = format!(
            "then {}, now {}, closed {}, left {}",
            sum.then, sum.now, sum.closed, sum.residual
        );
        page.item("in all", &facts, Tone::Strong);
    }
    page.head("Changed lines");
    if compared.changed.is_empty() {
        page.quiet("none");
    }
    for line in &compared.changed {
        if let Some(was) = &line.was {
            page.item(&format!("- {was}"), "", Tone::Dim);
        }
        if let Some(now) = &line.now {
            page.item(&format!("+ {now}"), "", Tone::Plain);
        }
    }
    page
}
