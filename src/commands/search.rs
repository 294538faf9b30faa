//! `coach search`: what was written down, found by its words.

use clap::Args;

use super::args::{when, word};
use super::context::{Context, Leaf, Takes};
use super::failure::Failure;
use crate::domain::search::{Hit, HitKind, MOST_TERMS, Query};
use crate::domain::text::TextError;
use crate::domain::time::When;
use crate::platform::output::Format;
use crate::platform::table::{Column, marked};
use crate::store::search::SearchFilter;

/// Arguments of `search`.
#[derive(Args, Debug)]
#[command(
    after_help = "Every word must occur. A phrase is put in double quotes, which the shell needs \
    quoted again: '\"monthly close\"'. A star lets a word go on: 'clos*'. \
    What you type stays in the shell's history; ‘-’ reads the query from stdin."
)]
pub(crate) struct Search {
    /// Words, all of which must occur; ‘-’ reads them from stdin
    #[arg(value_name = "QUERY")]
    query: Vec<String>,
    /// Notes of this stage
    #[arg(long)]
    stage: Option<String>,
    /// What is of this kind
    #[arg(long, value_parser = word::<HitKind>())]
    kind: Option<HitKind>,
    /// From this day on
    #[arg(long, value_name = "DATE", value_parser = when)]
    since: Option<When>,
    /// Up to this day
    #[arg(long, value_name = "DATE", value_parser = when)]
    until: Option<When>,
    /// The best so many; a table on a terminal shows 20
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    limit: Option<u32>,
}

/// A table on a terminal shows so many finds.
const SHOWN: u32 = 20;

const HITS: &[Column<Hit>] = &[
    Column::neutral("ref", |h| h.reference.into()),
    Column::neutral("kind", |h| h.kind.into()),
    Column::engagement(|h| (&h.engagement).into()),
    Column::neutral("on", |h| h.on.into()),
    Column::prose("found", |h| marked(&h.snippet.text, &h.snippet.found).into()),
];

impl Leaf for Search {
    const NAME: &'static str = "search";
    const TAKES: Takes = Takes::READ.engagement();

    fn run(self, context: &mut Context) -> Result<(), Failure> {
        let query = asked(context, &self.query)?;
        let since = context.day_if("since", self.since.as_ref())?;
        let until = context.day_if("until", self.until.as_ref())?;
        if since.zip(until).is_some_and(|(since, until)| since > until) {
            return Err(Failure::usage("--since is later than --until, so no day is between them"));
        }
        let watched = context.out.format == Format::Table
            && context.out.file.is_none()
            && context.around.stdout_is_terminal;
        let most = self.limit.or(watched.then_some(SHOWN));
        let named = context.narrowing(None)?;
        let mut filter = SearchFilter {
            engagement: None,
            stage: self.stage,
            kind: self.kind,
            since,
            until,
            // One more tells whether there are more.
            limit: most.map(|most| most.saturating_add(1)),
        };
        let mut hits = context.read(|r| {
            filter.engagement = named.find(r)?;
            if let Some(stage) = &filter.stage {
                r.check_known_stage(stage, filter.engagement)?;
            }
            Ok(r.search(&query, &filter)?)
        })?;
        let shown = most.map_or(hits.len(), |most| hits.len().min(most as usize));
        let more = hits.len() > shown;
        hits.truncate(shown);
        context.rows(HITS, &hits, "nothing was found")?;
        if more {
            context.out.status(&format!("the best {shown}; --limit N shows more"));
        }
        Ok(())
    }
}

/// The query that was typed, piped or asked for.
fn asked(context: &mut Context, typed: &[String]) -> Result<Query, Failure> {
    let text = match typed {
        [dash] if dash == "-" => match context.piped_prose()? {
            Err(TextError::Empty) => return Err(no_words()),
            text => text?.to_string(),
        },
        [] if context.interactive => {
            let check = |text: &str| match Query::parse(text) {
                Some(_) => Ok(()),
                None => Err("one word at least (Ctrl-D leaves)".to_owned()),
            };
            context.prompt.line("search for", "", &check)?
        }
        [] => return Err(no_words()),
        typed => typed.join(" "),
    };
    let query = Query::parse(&text).ok_or_else(no_words)?;
    match query.len() {
        0..=MOST_TERMS => Ok(query),
        many => Err(Failure::usage(format!(
            "the query has {many} words, and {MOST_TERMS} are the most"
        ))
        .hint("a few words find as much")),
    }
}

fn no_words() -> Failure {
    Failure::usage("there is no word to search for")
        .hint("give one after the command, or ‘-’ and pipe it")
}
