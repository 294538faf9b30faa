//! `coach key`: where the key is, and how it comes back.

use std::path::PathBuf;

use clap::Args;
use serde::Serialize;

use super::args::verbs;
use super::context::{Context, Leaf, Takes};
use super::failure::Failure;
use super::recovery::{self, RecoveryFile};
use crate::domain::discretion::{About, Concerns};
use crate::platform::output::Card;
use crate::vault::{self, VaultError, recovery_line};

verbs! {
    KeyCommand {
        /// Show which key opens the journal, and where it lies
        Status(Status),
        /// Bring a lost key file back from its recovery line, typed or piped
        Recover(Recover),
        /// Show the recovery line on the terminal, or write it into a file
        ShowRecovery(ShowRecovery),
    }
}

/// Arguments of `key status`.
#[derive(Args, Debug)]
pub(crate) struct Status {}

/// Where the key is.
#[derive(Serialize)]
struct KeyStatus {
    journal: String,
    encrypted: bool,
    /// The key that opens it, or the file where it is looked for.
    key: Option<String>,
    opens: bool,
}

impl Concerns for KeyStatus {
    fn about(&self) -> About {
        About::Nobody
    }
}

impl Leaf for Status {
    const NAME: &'static str = "key status";
    const TAKES: Takes = Takes::READ.impersonal();

    fn run(self, context: &mut Context) -> Result<(), Failure> {
        let path = context.journal_path();
        let ring = context.key_ring();
        let expected = vault::key_path(&path, &ring)?;
        let opened = context.vault().open(&path, context.clock, false);
        let key = match &opened {
            Ok(opened) => opened.key.as_ref().map(|(_, file)| file.clone()),
            Err(_) => expected,
        };
        let status = KeyStatus {
            journal: path.display().to_string(),
            encrypted: key.is_some(),
            key: key.map(|file| file.display().to_string()),
            opens: opened.is_ok(),
        };
        context.record(&status, |status| {
            Card::new(match (status.encrypted, status.opens) {
                (false, true) => "The journal is plain: it has no key.",
                (false, false) => "The file is not encrypted, and it cannot be opened.",
                (true, true) => "The journal is encrypted, and its key opens it.",
                (true, false) => "The journal is encrypted, and no key opens it.",
            })
            .fact("journal", &status.journal)
            .fact(
                if status.opens { "key" } else { "looked for" },
                status.key.as_deref().unwrap_or_default(),
            )
        })?;
        Ok(opened.map(drop)?)
    }
}

/// Arguments of `key recover`.
#[derive(Args, Debug)]
pub(crate) struct Recover {}

/// Where a key was put back.
#[derive(Serialize)]
struct Recovered {
    journal: String,
    key: String,
}

impl Concerns for Recovered {
    fn about(&self) -> About {
        About::Nobody
    }
}

impl Leaf for Recover {
    const NAME: &'static str = "key recover";
    const TAKES: Takes = Takes::WRITE.at_once().impersonal();

    fn run(self, context: &mut Context) -> Result<(), Failure> {
        if context.globals.key_file.is_some() {
            return Err(Failure::usage(
                "--key-file means nothing here: the key comes from its recovery line",
            ));
        }
        let line = recovery::ask(context)?;
        let path = context.journal_path();
        let key = vault::recover(&path, &context.key_ring(), &line)?;
        context.committed();
        let recovered =
            Recovered { journal: path.display().to_string(), key: key.display().to_string() };
        context.record(&recovered, |recovered| {
            Card::new("The key is back and opens the journal.")
                .fact("journal", &recovered.journal)
                .fact("key", &recovered.key)
        })
    }
}

/// Arguments of `key show-recovery`.
#[derive(Args, Debug)]
pub(crate) struct ShowRecovery {
    /// Write the line into this file, readable by you alone
    #[arg(long, value_name = "FILE")]
    recovery_to: Option<PathBuf>,
}

/// Where a recovery line was written.
#[derive(Serialize)]
struct Shown {
    recovery: String,
}

impl Concerns for Shown {
    fn about(&self) -> About {
        About::Nobody
    }
}

impl Leaf for ShowRecovery {
    const NAME: &'static str = "key show-recovery";
    const TAKES: Takes = Takes::WRITE.at_once().impersonal();

    fn run(self, context: &mut Context) -> Result<(), Failure> {
        if self.recovery_to.is_none() && !context.interactive {
            return Err(Failure::usage("the recovery line is shown on a terminal only")
                .hint("in a script, say --recovery-to FILE"));
        }
        let opened = context.vault().open(&context.journal_path(), context.clock, false)?;
        let Some((key, _)) = opened.key else { return Err(VaultError::Plain.into()) };
        let Some(file) = self.recovery_to else {
            return Ok(context.out.secret(&recovery_line(&key)?)?);
        };
        RecoveryFile::claim(&file)?.fill(&key)?;
        context.committed();
        let shown = Shown { recovery: file.display().to_string() };
        context.record(&shown, |shown| {
            Card::new("The recovery line is written.").fact("file", &shown.recovery)
        })
    }
}
