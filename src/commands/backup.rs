//! `coach backup`: copies of the journal, each read through before it counts.

use std::path::PathBuf;

use clap::Args;
use serde::Serialize;

use super::args::verbs;
use super::context::{Context, Leaf, Takes};
use super::failure::Failure;
use crate::domain::discretion::{About, Concerns};
use crate::domain::record::Record;
use crate::domain::time::Moment;
use crate::platform::output::{Card, OutputError};
use crate::platform::table::{Cell, Column, Tone, or_nothing};
use crate::vault::{Backup, Recipient, Why};

verbs! {
    BackupCommand {
        /// Make a copy now, here or in another place (-o FILE)
        Now(Now),
        /// List the copies of this journal, the newest first
        List(List),
        /// Read copies through again, all of them or one
        Verify(Verify),
    }
}

/// A copy, as it is told.
#[derive(Clone, Debug, Serialize)]
struct Told {
    path: String,
    made_at: Moment,
    records: Option<u64>,
    verified: bool,
}

impl Concerns for Told {
    fn about(&self) -> About {
        About::Nobody
    }
}

impl Record for Told {
    const KEYS: &'static [&'static str] = &["path", "made_at", "records", "verified"];
}

impl From<Backup> for Told {
    fn from(backup: Backup) -> Self {
        let Backup { path, made_at, records, verified, .. } = backup;
        Self { path: path.display().to_string(), made_at, records, verified }
    }
}

const MADE: Column<Told> = Column::new("made", |b| b.made_at.spoken().into());
const RECORDS: Column<Told> = Column::right("records", |b| or_nothing(b.records));
const NAME: Column<Told> = Column::new("file", |b| file_name(&b.path).into());

/// What is known of each.
const KNOWN: &[Column<Told>] = &[
    MADE,
    RECORDS,
    Column::new("", |b| match (b.verified, b.records) {
        (false, None) => Cell::from("not read"),
        _ => soundness(b),
    }),
    NAME,
];

/// What was found just now.
const FOUND: &[Column<Told>] = &[MADE, RECORDS, Column::new("", soundness), NAME];

fn soundness(told: &Told) -> Cell {
    match told.verified {
        true => Cell::from("sound").tone(Tone::Good),
        false => Cell::from("NOT SOUND").tone(Tone::Bad),
    }
}

/// The name alone: the folder is the same for all, and `restore` takes the name.
fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// Says in which folder the copies lie.
fn tell_folder(context: &Context, copies: &[Told]) {
    if let Some((folder, _)) = copies.first().and_then(|first| first.path.rsplit_once('/')) {
        context.out.status(&format!("in {folder}"));
    }
}

fn card(told: &Told) -> Card {
    Card::new("The copy is made and was read through.")
        .fact("file", &told.path)
        .fact("records", told.records.map(|records| records.to_string()).unwrap_or_default())
}

/// Arguments of `backup now`.
#[derive(Args, Debug)]
pub(crate) struct Now {
    /// Seal the copy for an age key, such as age1…; its owner can read it without your key
    #[arg(long, value_name = "AGE-KEY")]
    to_recipient: Option<Recipient>,
}

impl Leaf for Now {
    const NAME: &'static str = "backup now";
    const TAKES: Takes = Takes::WRITE.at_once().copies().impersonal();

    fn run(self, context: &mut Context) -> Result<(), Failure> {
        let (path, vault) = (context.journal_path(), context.vault());
        let opened = vault.open(&path, context.clock, false)?;
        let key = opened.key.as_ref().map(|(key, _)| key);
        let (source, now) = (opened.journal.source(), context.clock.now);
        let shelf = vault.shelf(&path, context.clock)?;
        let made = match (self.to_recipient, context.out.file.take()) {
            (None, None) => shelf.make(&source, key, now, Why::Usual)?,
            (_, Some((file, false))) if file.symlink_metadata().is_ok() => {
                return Err(OutputError::Exists(file).into());
            }
            (recipient, Some((file, _))) => {
                shelf.make_at(&file, &source, key, now, recipient.as_ref())?
            }
            (Some(_), None) => {
                return Err(Failure::usage("say where the sealed copy shall go: -o FILE"));
            }
        };
        context.committed();
        context.record(&Told::from(made), card)
    }
}

/// Arguments of `backup list`.
#[derive(Args, Debug)]
pub(crate) struct List {}

impl Leaf for List {
    const NAME: &'static str = "backup list";
    const TAKES: Takes = Takes::READ.timeless().impersonal();

    fn run(self, context: &mut Context) -> Result<(), Failure> {
        let all = context.vault().copies(&context.journal_path(), context.clock)?;
        let told: Vec<Told> = all.into_iter().map(Told::from).collect();
        context.rows(KNOWN, &told, "no copy was made yet: coach backup now")?;
        tell_folder(context, &told);
        Ok(())
    }
}

/// Arguments of `backup verify`.
#[derive(Args, Debug)]
pub(crate) struct Verify {
    /// Without it, every copy of this journal
    #[arg(value_name = "FILE")]
    copy: Option<PathBuf>,
}

impl Leaf for Verify {
    const NAME: &'static str = "backup verify";
    const TAKES: Takes = Takes::READ.timeless().impersonal();

    fn run(self, context: &mut Context) -> Result<(), Failure> {
        let (vault, path, clock) = (context.vault(), context.journal_path(), context.clock);
        let mut all = match &self.copy {
            Some(file) => vec![vault.copy_at(file, clock)?],
            None => vault.copies(&path, clock)?,
        };
        let mut broken = false;
        for each in &mut all {
            match vault.verify(each, clock) {
                Ok(records) => (each.records, each.verified) = (Some(records), true),
                Err(error) => {
                    each.verified = false;
                    broken = true;
                    Failure::from(error).warn(&context.out);
                }
            }
        }
        let told: Vec<Told> = all.into_iter().map(Told::from).collect();
        context.rows(FOUND, &told, "no copy was made yet: coach backup now")?;
        if broken { Err(Failure::finding()) } else { Ok(()) }
    }
}
