//! `coach stakeholder feedback summary`: what a round comes to, for coach and coachee, by groups of at
//! least three people and without a name.

use clap::Args;

use super::super::args::word;
use super::super::context::{Context, Leaf, Takes};
use super::super::failure::Failure;
use crate::domain::discretion::Concerns;
use crate::domain::stakeholder::{GoalScores, GroupScore, Round, SMALLEST, Summary, Voice};
use crate::domain::word::words;
use crate::platform::output::{Card, Format, Page};
use crate::platform::table::{Tone, wrap};
use crate::store::engagement::Match;

words! {
    /// Who reads it.
    Reads { Coach = "coach", Coachee = "coachee" }
}

/// Arguments of `stakeholder feedback summary`.
#[derive(Args, Debug)]
pub(crate) struct Summarise {
    engagement: Option<String>,
    /// This round; without it the last one with feedback
    #[arg(long, value_parser = word::<Round>())]
    round: Option<Round>,
    /// For whom it is; the coachee does not see the short name, nor goals that are private
    #[arg(long, value_parser = word::<Reads>(), default_value = "coach")]
    audience: Reads,
}

impl Leaf for Summarise {
    const NAME: &'static str = "stakeholder feedback summary";
    const TAKES: Takes = Takes::READ.engagement().formats(&[
        Format::Table,
        Format::Text,
        Format::Json,
        Format::Jsonl,
    ]);

    fn run(self, context: &mut Context) -> Result<(), Failure> {
        let name = context.engagement_required(self.engagement.as_deref())?;
        // What may leave the house is named in whole.
        let how = match self.audience {
            Reads::Coach => context.matching(),
            Reads::Coachee => Match::Whole,
        };
        let summary = context.read(|r| {
            let engagement = r.find_engagement(&name, how)?.id;
            Ok(match self.audience {
                Reads::Coach => r.feedback_summary(engagement, self.round)?,
                Reads::Coachee => r.for_coachee().feedback_summary(engagement, self.round)?,
            })
        })?;
        match context.out.format {
            Format::Json | Format::Jsonl => context.record(&summary, |_| Card::default()),
            _ => context.page(&drawn(&summary, context.out.plain_style(4).width)),
        }
    }
}

/// The page; words are wrapped to so many columns, where that is known.
fn drawn(summary: &Summary, width: Option<usize>) -> Page {
    let title = format!("{}  feedback, {} round", summary.engagement, summary.round);
    let mut page = Page::new(summary.about(), title);
    for goal in &summary.goals {
        page.head(&format!("{}  {}", goal.goal, goal.title));
        scores(&mut page, goal, summary.before);
    }
    for voices in &summary.interviews {
        page.head(&format!("What was said: {}, {} people", voices.group, voices.people));
        for voice in &voices.said {
            said(&mut page, voice, width);
        }
    }
    if summary.withheld {
        page.head("");
        page.quiet(&format!(
            "Some answers are not told here: fewer than {SMALLEST} people gave them."
        ));
    }
    page
}

fn scores(page: &mut Page, goal: &GoalScores, before: Option<Round>) {
    let change = |now: f64, then: Option<f64>| match (before, then) {
        (Some(round), Some(then)) => format!(", {:+.1} since {round}", now - then),
        _ => String::new(),
    };
    if let Some(own) = goal.own {
        let then = goal.self_before.map(f64::from);
        page.item("self", &format!("{own}{}", change(f64::from(own), then)), Tone::Plain);
    }
    let group = |it: &GroupScore| {
        format!("{:.1}, {} people{}", it.mean, it.people, change(it.mean, it.before))
    };
    for each in &goal.groups {
        page.item(&each.group, &group(each), Tone::Plain);
    }
    // The mean over one group says nothing new.
    if let Some(all) = goal.all.as_ref().filter(|_| goal.groups.len() > 1) {
        page.item("all of these", &group(all), Tone::Plain);
    }
}

fn said(page: &mut Page, voice: &Voice, width: Option<usize>) {
    let labelled = [
        ("", &voice.text),
        ("does: ", &voice.behaviour),
        ("when: ", &voice.situation),
        ("effect: ", &voice.effect),
    ];
    let told = labelled.iter().filter_map(|(label, text)| Some((label, text.as_ref()?)));
    let lines = told.flat_map(|(label, text)| {
        let whole = format!("{label}{text}");
        whole.lines().flat_map(|line| wrap(line, width)).collect::<Vec<_>>()
    });
    for (at, line) in lines.enumerate() {
        let mark = if at == 0 { "- " } else { "  " };
        page.line(format!("  {mark}{line}"));
    }
}
