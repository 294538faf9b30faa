//! `coach restore`: a journal back from a copy, with what that changes in plain words.

use std::path::{Path, PathBuf};

use clap::Args;
use serde::Serialize;

use super::context::{Context, Leaf, Takes};
use super::failure::Failure;
use super::recovery;
use crate::domain::discretion::{About, Concerns, WITHHELD};
use crate::domain::time::Moment;
use crate::platform::output::{Card, Format};
use crate::store::Contents;
use crate::vault::{KeyError, OpensBy, Plan, VaultError};

/// Arguments of `restore`.
#[derive(Args, Debug)]
pub(crate) struct Restore {
    /// The copy: a file, or a name that coach backup list shows
    #[arg(value_name = "FILE")]
    copy: PathBuf,
    /// The key is lost: take it from the recovery line, typed or piped
    #[arg(long)]
    recovery: bool,
    /// The copy was sealed for an age key: this file holds its secret half
    #[arg(long, value_name = "FILE", conflicts_with = "recovery")]
    identity: Option<PathBuf>,
}

/// What a restoration changes, or would.
#[derive(Serialize)]
struct Told {
    journal: String,
    from: String,
    /// When the last thing in the copy was written.
    last: Option<Moment>,
    records: u64,
    changes: Vec<Difference>,
    /// How many steps are taken back; absent where the copy is no earlier state of the journal.
    steps_back: Option<i64>,
    /// The newest of them.
    steps: Vec<String>,
    /// Where the state before lies; absent where there was none.
    kept: Option<String>,
    /// The key file that was written; absent where it was there.
    key: Option<String>,
}

impl Concerns for Told {
    fn about(&self) -> About {
        About::Nobody
    }
}

/// How many records of a kind stand now, and in the copy.
#[derive(Serialize)]
struct Difference {
    kind: &'static str,
    now: u64,
    then: u64,
}

impl Leaf for Restore {
    const NAME: &'static str = "restore";
    const TAKES: Takes = Takes::WRITE.confirms();

    fn run(self, context: &mut Context) -> Result<(), Failure> {
        let (vault, clock) = (context.vault(), context.clock);
        // Where a link names the journal, what it names is replaced, and the link stays.
        let path = context.journal_path();
        let path = path.canonicalize().unwrap_or(path);
        let line = if self.recovery { Some(recovery::ask(context)?) } else { None };
        let by = match (&line, &self.identity) {
            (Some(line), _) => OpensBy::Line(line),
            (_, Some(identity)) => OpensBy::Identity(identity),
            _ => OpensBy::KeyAtHand,
        };
        let copy = vault.copy_named(&self.copy, &path, clock);
        let plan = vault.plan(&copy, &path, by, clock).map_err(|error| match error {
            VaultError::Key(KeyError::None { .. }) => Failure::from(error)
                .only_hint("take the key from its recovery line: coach restore FILE --recovery")
                .hint("or name the key's file: --key-file FILE"),
            other => other.into(),
        })?;
        context.veil_if_possible();
        let mut told = told(&plan, &copy, &path);
        if context.out.is_veiled() && context.out.format == Format::Table {
            told.steps = told.steps.iter().map(|_| WITHHELD.to_owned()).collect();
        }
        if context.globals.dry_run {
            context.rehearsed();
            return context.record(&told, |told| card(told, "Restoring would do this."));
        }
        if plan.replaces() {
            for line in told.lines().iter().filter(|_| !context.globals.yes) {
                context.out.status(line);
            }
            context.confirm("Put this copy in the place of the journal?")?;
        }
        let from = told.last.map_or_else(|| "a blank copy".to_owned(), Moment::spoken);
        let restored = vault.carry_out(plan, &path, clock, |kept| match kept {
            Some(kept) => format!("the copy of {from}; the state before is in {}", kept.display()),
            None => format!("the copy of {from}"),
        })?;
        context.committed();
        told.kept = restored.kept.map(|kept| kept.display().to_string());
        told.key = restored.key.map(|key| key.display().to_string());
        context.record(&told, |told| card(told, "The journal is restored."))
    }
}

fn told(plan: &Plan, file: &Path, path: &Path) -> Told {
    let Contents { counts, last, .. } = &plan.contents;
    let now = |kind: &str| {
        let standing = plan.standing.iter().flat_map(|standing| &standing.counts);
        standing.filter(|(other, _)| *other == kind).map(|(_, count)| *count).sum()
    };
    let changes = counts
        .iter()
        .map(|(kind, then)| Difference { kind, now: now(kind), then: *then })
        .filter(|each| each.now != each.then)
        .collect();
    Told {
        journal: path.display().to_string(),
        from: file.display().to_string(),
        last: *last,
        records: plan.contents.records(),
        changes,
        steps_back: plan.since.as_ref().map(|(count, _)| *count),
        steps: plan.since.as_ref().map(|(_, steps)| steps.clone()).unwrap_or_default(),
        kept: None,
        key: None,
    }
}

impl Told {
    /// What changes, in plain words.
    fn lines(&self) -> Vec<String> {
        let mut lines: Vec<String> = self
            .changes
            .iter()
            .map(|each| format!("{}: {} now, {} in the copy", each.kind, each.now, each.then))
            .collect();
        match self.steps_back {
            Some(0) => lines.push("the journal is as it was then".to_owned()),
            Some(1) => lines.push("the last step is taken back:".to_owned()),
            Some(count) => lines.push(format!("the last {count} steps are taken back:")),
            None => {}
        }
        lines.extend(self.steps.iter().map(|step| format!("  {step}")));
        let named = i64::try_from(self.steps.len()).unwrap_or(i64::MAX);
        match self.steps_back.map_or(0, |count| count.saturating_sub(named)) {
            0 => {}
            more => lines.push(format!("  and {more} before them")),
        }
        lines
    }
}

fn card(told: &Told, title: &str) -> Card {
    Card::new(title)
        .fact("copy", &told.from)
        .fact("of", told.last.map(Moment::spoken).unwrap_or_default())
        .fact("records", told.records.to_string())
        .fact("journal", &told.journal)
        .fact("changes", told.lines().join("\n"))
        .fact("before", told.kept.as_deref().unwrap_or_default())
        .fact("key", told.key.as_deref().unwrap_or_default())
}
