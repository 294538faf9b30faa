//! `coach init`: a journal and its key, without a question.

use std::path::PathBuf;

use clap::Args;
use serde::Serialize;

use super::context::{Context, Leaf, Takes};
use super::failure::Failure;
use super::recovery::{self, RecoveryFile};
use crate::domain::discretion::{About, Concerns};
use crate::platform::output::Card;
use crate::vault;

/// Arguments of `init`.
#[derive(Args, Debug)]
pub(crate) struct Init {
    /// Make the journal without a key: anybody who has the file can read it
    #[arg(long)]
    plain: bool,
    /// Write the recovery line into this file, readable by you alone
    #[arg(long, value_name = "FILE", conflicts_with = "plain")]
    recovery_to: Option<PathBuf>,
}

/// What `init` made.
#[derive(Serialize)]
struct Answer {
    journal: String,
    key: Option<String>,
    recovery: Option<String>,
    plain: bool,
}

impl Concerns for Answer {
    fn about(&self) -> About {
        About::Nobody
    }
}

impl Leaf for Init {
    const NAME: &'static str = "init";
    const TAKES: Takes = Takes::WRITE.at_once().impersonal();

    fn run(self, context: &mut Context) -> Result<(), Failure> {
        if context.globals.key_file.is_some() {
            return Err(Failure::usage(
                "--key-file means nothing to init: it makes a key of its own",
            ));
        }
        let (path, ring) = (context.journal_path(), context.key_ring());
        // The file for the line is made first: without it there is no journal either.
        let recovery = self.recovery_to.as_deref().map(RecoveryFile::claim).transpose()?;
        let made = match vault::create(&path, &ring, self.plain, context.clock) {
            Ok(made) => made,
            Err(error) => {
                recovery.into_iter().for_each(RecoveryFile::forget);
                return Err(error.into());
            }
        };
        context.committed();
        if let (Some((key, _)), Some(file)) = (&made.key, recovery) {
            file.fill(key)?;
        }
        let recovery = self.recovery_to.as_ref().map(|file| file.display().to_string());
        let answer = Answer {
            journal: path.display().to_string(),
            key: made.key.as_ref().map(|(_, file)| file.display().to_string()),
            recovery,
            plain: self.plain,
        };
        context.record(&answer, |answer| {
            let title = if answer.plain {
                "A plain journal is ready."
            } else {
                "An encrypted journal is ready."
            };
            Card::new(title)
                .fact("journal", &answer.journal)
                .fact("key", answer.key.as_deref().unwrap_or_default())
                .fact("recovery line", answer.recovery.as_deref().unwrap_or_default())
        })?;
        recovery::tell(&context.out, context.interactive, &made, self.recovery_to.is_some())
    }
}
