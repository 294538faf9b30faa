//! `coach drafts`: words that were not stored: the journal was busy, an editor failed, or a line was
//! typed by half.

use clap::Args;
use serde::Serialize;

use super::args::{Globals, verbs};
use super::context::{Context, Desk, Given, Leaf, Takes};
use super::failure::Failure;
use crate::domain::discretion::{About, Concerns};
use crate::domain::record::Record;
use crate::domain::time::Moment;
use crate::platform::output::{Card, Format};
use crate::platform::table::{Column, or_nothing};
use crate::vault::{Claim, Draft, Drafted};

verbs! {
    DraftsCommand {
        /// List words that wait to be stored (also plain `coach drafts`)
        List(List),
        /// Show one in full
        Show(Show),
        /// Store them where they were meant to go, all that are finished or one
        Store(Store),
        /// Throw one away; it is shown once more
        Discard(Discard),
    }
}

/// A draft, as it is told.
#[derive(Clone, Debug, Serialize)]
struct Told {
    #[serde(rename = "ref")]
    name: String,
    id: String,
    at: Moment,
    command: String,
    /// Where the words were meant to go; absent where that could not be read either.
    place: Option<String>,
    text: String,
    /// Whether it is a line that was typed by half.
    unfinished: bool,
    #[serde(skip)]
    about: About,
}

impl Concerns for Told {
    fn about(&self) -> About {
        self.about.clone()
    }
}

impl Record for Told {
    const KEYS: &'static [&'static str] =
        &["ref", "id", "at", "command", "place", "text", "unfinished"];
}

impl From<&Draft> for Told {
    fn from(draft: &Draft) -> Self {
        Self {
            name: draft.name(),
            id: draft.id.hyphenated().to_string(),
            at: draft.capture.at,
            command: draft.capture.command.clone(),
            place: draft.capture.place.as_ref().map(|place| place.spoken.clone()),
            text: draft
                .capture
                .heard
                .clone()
                .or_else(|| draft.capture.typed.clone())
                .unwrap_or_else(|| draft.capture.args.join(" ")),
            unfinished: draft.capture.unfinished,
            about: match draft.capture.place.as_ref().and_then(Drafted::engagement) {
                Some(engagement) => About::Engagement(engagement),
                None => About::Unsaid,
            },
        }
    }
}

impl Told {
    /// A draft that was asked for by its name: it is shown.
    fn by_name(draft: &Draft) -> Self {
        Self { about: About::Nobody, ..Self::from(draft) }
    }
}

const COLUMNS: &[Column<Told>] = &[
    Column::neutral("ref", |d| (&d.name).into()),
    Column::neutral("at", |d| d.at.spoken().into()),
    Column::neutral("command", |d| (&d.command).into()),
    Column::new("for", |d| or_nothing(d.place.as_ref())),
    Column::prose("text", |d| (&d.text).into()),
    Column::new("", |d| if d.unfinished { "unfinished" } else { "" }.into()),
];

fn card(draft: &Told) -> Card {
    Card::new(format!("{}  {}", draft.name, draft.command))
        .fact("at", draft.at.spoken())
        .fact("for", draft.place.as_deref().unwrap_or_default())
        .fact("state", if draft.unfinished { "unfinished" } else { "" })
        .fact("text", &draft.text)
}

/// Arguments of `drafts list`.
#[derive(Args, Debug)]
pub(crate) struct List {}

impl Leaf for List {
    const NAME: &'static str = "drafts list";
    const TAKES: Takes = Takes::READ.timeless();

    fn run(self, context: &mut Context) -> Result<(), Failure> {
        context.veil_if_possible();
        let told: Vec<Told> = all(context)?.iter().map(Told::from).collect();
        context.rows(COLUMNS, &told, "no words wait to be stored")
    }
}

/// Arguments of `drafts show`.
#[derive(Args, Debug)]
pub(crate) struct Show {
    #[arg(value_name = "DRAFT")]
    draft: String,
}

impl Leaf for Show {
    const NAME: &'static str = "drafts show";
    const TAKES: Takes = Takes::READ.timeless();

    fn run(self, context: &mut Context) -> Result<(), Failure> {
        let told = Told::by_name(&named(context, &self.draft)?);
        context.record(&told, card)
    }
}

/// Arguments of `drafts discard`.
#[derive(Args, Debug)]
pub(crate) struct Discard {
    #[arg(value_name = "DRAFT")]
    draft: String,
}

impl Leaf for Discard {
    const NAME: &'static str = "drafts discard";
    const TAKES: Takes = Takes::WRITE.at_once();

    fn run(self, context: &mut Context) -> Result<(), Failure> {
        let draft = named(context, &self.draft);
        let gone = context.vault().drop_draft(&context.journal_path(), &self.draft)?;
        match draft {
            Ok(draft) => {
                context.committed();
                context.record(&Told::by_name(&draft), card)
            }
            // One that cannot be read is gone too.
            Err(_) if gone => {
                context.committed();
                context.out.status("it could not be read, and it is gone");
                Ok(())
            }
            Err(failure) => Err(failure),
        }
    }
}

/// Arguments of `drafts store`.
#[derive(Args, Debug)]
pub(crate) struct Store {
    /// Without it, all that are finished, the oldest first
    #[arg(value_name = "DRAFT")]
    draft: Option<String>,
}

impl Leaf for Store {
    const NAME: &'static str = "drafts store";
    const TAKES: Takes = Takes::WRITE.at_once().engagement();

    fn run(self, context: &mut Context) -> Result<(), Failure> {
        let drafts = match &self.draft {
            Some(name) => vec![named(context, name)?],
            None => {
                let (unfinished, drafts): (Vec<_>, Vec<_>) =
                    all(context)?.into_iter().partition(|draft| draft.capture.unfinished);
                for name in unfinished.iter().map(Draft::name) {
                    context.out.status(&format!(
                        "{name} is unfinished and waits; as it is: coach drafts store {name}"
                    ));
                }
                if drafts.is_empty() && unfinished.is_empty() {
                    context.out.status("no words wait to be stored");
                }
                drafts
            }
        };
        if drafts.len() > 1 && context.out.format == Format::Json {
            return Err(Failure::usage("several drafts wait, and --json answers with one object")
                .hint("say which, or --output jsonl"));
        }
        // Each is stored that can be; the first failure is the one to tell by the exit code.
        let mut failed = None;
        for draft in drafts {
            if let Err(failure) = self.store(context, &draft) {
                match &failed {
                    None => failed = Some(failure),
                    Some(_) => failure.warn(&context.out),
                }
            }
        }
        failed.map_or(Ok(()), Err)
    }
}

impl Store {
    /// Runs the capture again, at its place and as of its moment.
    fn store(&self, context: &mut Context, draft: &Draft) -> Result<(), Failure> {
        let by_hand = context.globals.engagement.clone();
        let place = draft.capture.place.clone().filter(|_| by_hand.is_none());
        if place.is_none() && by_hand.is_none() && !draft.capture.addressed {
            let name = draft.name();
            return Err(Failure::refused(format!(
                "it is not known for whom {name} was meant; nothing was stored"
            ))
            .hint(format!("say it: coach drafts store {name} -e ENGAGEMENT")));
        }
        let mut around = context.around.clone();
        around.stdin_is_terminal = false;
        let globals = Globals { engagement: by_hand, ..context.globals.clone() };
        let desk = Desk {
            globals,
            around,
            now: draft.capture.at,
            out: context.out.clone(),
            interrupt: context.interrupt.clone(),
            args: Vec::new(),
            given: Some(Given {
                heard: draft.capture.heard.clone(),
                place,
                upon: draft.capture.upon.clone(),
            }),
            shown: context.shown.clone(),
        };
        let name = draft.name();
        if context.is_being_edited(draft.id) {
            return Err(Failure::refused(format!(
                "{name} is open in an editor; nothing was stored"
            ))
            .hint("leave the editor first: then its words are stored"));
        }
        let claimed = match context.vault().claim_draft(draft)? {
            Claim::Ours(claimed) => claimed,
            Claim::Gone => {
                context.out.status(&format!("{name} is no longer here: another process took it"));
                return Ok(());
            }
            Claim::Elsewhere => {
                return Err(Failure::refused(format!(
                    "another process is storing {name}; nothing was stored"
                ))
                .hint("see what became of it: coach drafts list"));
            }
        };
        super::again(&draft.capture.args, desk).map_err(|failure| match draft.capture.upon {
            // What is to replace a record can go nowhere else.
            Some(_) => failure.hint(format!("the words still wait: coach drafts show {name}")),
            None => failure
                .hint(format!("or say where it shall go: coach drafts store {name} -e ENGAGEMENT")),
        })?;
        context.committed();
        Ok(claimed.done()?)
    }
}

/// The drafts that can be read; of the others it is said which they are.
fn all(context: &Context) -> Result<Vec<Draft>, Failure> {
    context.gather_left();
    let found = context.vault().drafts(&context.journal_path())?;
    let read = found
        .into_iter()
        .filter_map(|draft| draft.map_err(|error| Failure::from(error).warn(&context.out)).ok());
    Ok(read.collect())
}

fn named(context: &Context, name: &str) -> Result<Draft, Failure> {
    all(context)?
        .into_iter()
        .find(|draft| draft.name() == name || draft.id.hyphenated().to_string() == name)
        .ok_or_else(|| {
            Failure::not_found(format!("there is no draft ‘{name}’")).hint("coach drafts list")
        })
}
