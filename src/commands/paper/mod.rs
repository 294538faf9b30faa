//! `coach paper`: what is rendered from the records, kept as versions, and looked at again.
//!
//! A paper is read by coach and coachee, and by a sponsor with the coachee's consent: it is composed
//! from the coachee's view of the store and from nothing else.

use clap::Args;

use super::args::verbs;
use super::context::{Context, Leaf, Takes, Template};
use super::failure::Failure;
use crate::domain::discretion::About;
use crate::domain::engagement::Engagement;
use crate::domain::method::PaperDef;
use crate::domain::paper::{Frozen, Paper, Rendered, is_usual, papers_of};
use crate::domain::word::Lang;
use crate::platform::output::{Card, Format};
use crate::platform::table::{Column, or_nothing};
use crate::report::agreement::TEMPLATE as AGREEMENT;
use crate::report::paper::{About as Named, Facts, Frame, Quoted, tidy};
use crate::report::template::shipped;
use crate::store::engagement::Match;
use crate::store::{Reader, StoreError};

mod compare;
mod freeze;

verbs! {
    PaperCommand {
        /// Render a paper from the records as they stand, or print a frozen version
        Render(Render),
        /// Keep a paper as it is today, as its next version
        Freeze(freeze::Freeze),
        /// List the papers of an engagement, or the versions of one
        List(List),
        /// Compare a frozen version with now, or with another; and what of each gap is closed
        Diff(compare::Diff),
        /// Print the template of a paper, to be edited in templates/ of the config directory
        Template(Print),
    }
}

/// What a template of a paper may name, as a comment at its top.
const NAMES: &str = include_str!("../../report/templates/names.txt");

/// What takes the place of a template for a paper that a method adds.
const GENERAL: &str = "paper";

/// A paper of an engagement, and what it is drawn with.
struct Sought {
    engagement: Engagement,
    paper: PaperDef,
    /// The method's title.
    method: String,
}

/// The papers of an engagement; what leaves the house is named by its whole slug.
fn papers(
    r: &Reader<'_>,
    engagement: &str,
) -> Result<(Engagement, String, Vec<PaperDef>), Failure> {
    let engagement = r.find_engagement(engagement, Match::Whole)?;
    let method = r.method_of(engagement.id)?;
    let title = if method.title.is_empty() { method.id.clone() } else { method.title.clone() };
    Ok((engagement, title, papers_of(method)))
}

fn seek(r: &Reader<'_>, engagement: &str, paper: &str) -> Result<Sought, Failure> {
    let (engagement, method, papers) = papers(r, engagement)?;
    let known: Vec<String> = papers.iter().map(|paper| paper.id.clone()).collect();
    let found = papers.into_iter().find(|known| known.id == paper);
    let paper = found.ok_or_else(|| {
        Failure::not_found(format!("there is no paper ‘{paper}’")).hint(format!(
            "{} has {}",
            engagement.slug,
            known.join(", ")
        ))
    })?;
    Ok(Sought { engagement, paper, method })
}

/// The template of a paper: its own, else, for one that a method adds, the general one.
fn template(context: &Context, sought: &Sought) -> Result<Template, Failure> {
    let (id, lang) = (&sought.paper.id, &sought.engagement.lang);
    if is_usual(id) || context.has_template(id, lang) {
        context.template(id, lang)
    } else {
        context.template(GENERAL, lang)
    }
}

/// Everything that a paper may say as the records stand.
fn facts(r: &Reader<'_>, sought: &Sought) -> Result<Facts, StoreError> {
    let (engagement, paper, view) = (&sought.engagement, &sought.paper, r.for_coachee());
    let sheets = view.sheets(engagement)?.into_iter();
    let mut worksheets: Vec<Quoted> = sheets
        .filter(|sheet| paper.worksheets.contains(&sheet.definition.id))
        .map(Quoted::from)
        .collect();
    worksheets.sort_by_key(|sheet| paper.worksheets.iter().position(|id| *id == sheet.id));
    let progress = view.progress(engagement)?;
    Ok(Facts {
        paper: Named {
            id: paper.id.clone(),
            title: paper.title.clone(),
            about: paper.about.clone(),
            mark: "draft".to_owned(),
            on: r.today(),
        },
        engagement: Frame {
            reference: engagement.reference.clone(),
            coachees: engagement.coachee_names.clone(),
            org: engagement.org_name.clone(),
            method: sought.method.clone(),
            start: engagement.start,
            end: engagement.end,
            sessions_held: engagement.sessions_held,
            sessions_planned: engagement.sessions_planned,
        },
        goals: progress.goals.clone(),
        actions: view.actions(engagement)?,
        reviews: view.reviews(engagement)?,
        worksheets,
        progress,
    })
}

/// The mark of a version in its text.
fn mark(version: u32) -> String {
    format!("version {version}")
}

/// Arguments of `paper render`.
#[derive(Args, Debug)]
#[command(
    after_help = "A paper holds what coach and coachee may both read: no private goal, note or \
    worksheet, and no stakeholder's name. -o FILE writes it into a file; templates/PAPER.md in the \
    config directory takes the place of its template."
)]
pub(crate) struct Render {
    /// The whole slug
    engagement: String,
    /// brief, plan, mid, closing, follow-up, final, or one that the method adds
    paper: String,
    /// Print this frozen version instead
    #[arg(long, value_name = "N")]
    version: Option<u32>,
}

impl Leaf for Render {
    const NAME: &'static str = "paper render";
    const TAKES: Takes = Takes::READ.formats(&[
        Format::Table,
        Format::Text,
        Format::Markdown,
        Format::Json,
        Format::Jsonl,
    ]);

    fn run(self, context: &mut Context) -> Result<(), Failure> {
        let sought = context.read(|r| seek(r, &self.engagement, &self.paper))?;
        let (text, version, frozen_on) = match self.version {
            Some(version) => {
                let frozen = context.read(|r| version_of(r, &sought, version))?;
                (frozen.text, Some(frozen.version), Some(frozen.frozen_on))
            }
            None => {
                let facts = context.read(|r| Ok(facts(r, &sought)?))?;
                (tidy(&template(context, &sought)?.render(&facts)?), None, None)
            }
        };
        let rendered = Rendered {
            paper: sought.paper.id,
            engagement: sought.engagement.reference,
            title: sought.paper.title,
            version,
            frozen_on,
            text,
            engagement_id: sought.engagement.id,
        };
        match context.out.format {
            Format::Json | Format::Jsonl => context.record(&rendered, |_| Card::default()),
            _ => context.text(&About::Engagement(rendered.engagement_id), &rendered.text),
        }
    }
}

/// The frozen version of a number.
fn version_of(r: &Reader<'_>, sought: &Sought, version: u32) -> Result<Frozen, Failure> {
    let (slug, paper) = (&sought.engagement.slug, &sought.paper.id);
    let found = r.frozen_paper(sought.engagement.id, paper, Some(version))?;
    found.ok_or_else(|| {
        Failure::not_found(format!("there is no version {version} of {paper} in {slug}"))
            .hint(format!("coach paper list {slug} {paper} shows what was frozen"))
    })
}

const PAPERS: &[Column<Paper>] = &[
    Column::neutral("paper", |p| (&p.paper).into()),
    Column::prose("title", |p| (&p.title).into()),
    Column::neutral_right("version", |p| or_nothing(p.version)),
    Column::neutral("frozen on", |p| or_nothing(p.frozen_on)),
    Column::neutral("needs", |p| p.needs.join(", ").into()),
    Column::neutral("proposed to", |p| p.propose_to.join(", ").into()),
];

/// A row of a paper, as its newest version stands.
fn row(r: &Reader<'_>, engagement: &Engagement, paper: &PaperDef) -> Result<Paper, StoreError> {
    let newest = r.frozen_paper(engagement.id, &paper.id, None)?;
    let needs = r.open_needs_of(engagement, &paper.requires)?;
    Ok(Paper {
        paper: paper.id.clone(),
        id: newest.as_ref().map(|frozen| frozen.id),
        engagement: engagement.slug.clone(),
        title: paper.title.clone(),
        version: newest.as_ref().map(|frozen| frozen.version),
        frozen_on: newest.map(|frozen| frozen.frozen_on),
        needs: needs.into_iter().map(|need| need.written).collect(),
        propose_to: paper.propose_to.iter().map(ToString::to_string).collect(),
        engagement_id: engagement.id,
    })
}

/// Arguments of `paper list`.
#[derive(Args, Debug)]
pub(crate) struct List {
    /// The whole slug
    engagement: String,
    /// One paper: then its versions are listed
    paper: Option<String>,
}

impl Leaf for List {
    const NAME: &'static str = "paper list";
    const TAKES: Takes = Takes::READ;

    fn run(self, context: &mut Context) -> Result<(), Failure> {
        if self.paper.is_none() {
            return self.list_all(context);
        }
        let rows = context.read(|r| match &self.paper {
            None => Ok(Vec::new()),
            Some(paper) => {
                let sought = seek(r, &self.engagement, paper)?;
                let newest = row(r, &sought.engagement, &sought.paper)?;
                let versions = r.list_frozen(sought.engagement.id, paper)?.into_iter();
                Ok(versions
                    .map(|frozen| Paper {
                        id: Some(frozen.id),
                        version: Some(frozen.version),
                        frozen_on: Some(frozen.frozen_on),
                        ..newest.clone()
                    })
                    .collect())
            }
        })?;
        context.rows(PAPERS, &rows, "nothing was frozen yet: coach paper freeze ENGAGEMENT PAPER")
    }
}

impl List {
    /// Every paper of the engagement; to people those that its method does not name, and of which none
    /// was frozen, in one line.
    fn list_all(self, context: &mut Context) -> Result<(), Failure> {
        let (mut rows, named) = context.read(|r| {
            let engagement = r.find_engagement(&self.engagement, Match::Whole)?;
            let named = r.method_of(engagement.id)?.papers.len();
            let (engagement, _, papers) = papers(r, &self.engagement)?;
            let rows = papers.iter().map(|paper| Ok(row(r, &engagement, paper)?));
            Ok((rows.collect::<Result<Vec<_>, Failure>>()?, named))
        })?;
        let mut also = Vec::new();
        if context.out.format == Format::Table && named > 0 {
            let unnamed = rows.split_off(named);
            let (kept, others): (Vec<_>, Vec<_>) =
                unnamed.into_iter().partition(|paper| paper.version.is_some());
            rows.extend(kept);
            also.extend(others.into_iter().map(|paper| paper.paper));
        }
        context.rows(PAPERS, &rows, "no papers")?;
        let lines = if also.is_empty() { Vec::new() } else { vec![also.join(", ")] };
        context.lines_below(&About::Nobody, "also", &lines)
    }
}

/// Arguments of `paper template`.
#[derive(Args, Debug)]
#[command(after_help = "Edit it and put it into templates/PAPER.md of the config directory; \
    PAPER.de.md is for engagements in German. A name that a template misspells is told with its line.")]
pub(crate) struct Print {
    /// brief, plan, mid, closing, follow-up, final, or paper for those that a method adds
    paper: String,
}

impl Leaf for Print {
    const NAME: &'static str = "paper template";
    const TAKES: Takes =
        Takes::READ.timeless().without_journal().formats(&[Format::Table, Format::Text]);

    fn run(self, context: &mut Context) -> Result<(), Failure> {
        let template = context.template(&self.paper, &Lang::default())?;
        let text = match self.paper.as_str() {
            AGREEMENT => template.text().to_owned(),
            _ if template.text().starts_with("{#") => template.text().to_owned(),
            // Empty is what the shell makes of the file into which the template is being printed.
            name if template.text().trim().is_empty() => {
                format!("{NAMES}{}", shipped(name).unwrap_or_default())
            }
            _ => format!("{NAMES}{}", template.text()),
        };
        context.text(&About::Nobody, &text)
    }
}
