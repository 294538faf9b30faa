//! The person at the prompt. Asks for lines and agreement, or refuses to ask.
//!
//! Two bodies: the terminal, and one that refuses where nobody is there. Prompts go to the terminal,
//! never to stdout.

use std::fmt;
use std::io::Read;

use rustix::termios::{QueueSelector, tcflush};
use rustyline::error::ReadlineError;
use rustyline::{Behavior, Config, DefaultEditor};

use super::signal::Interrupt;

/// Why there is no answer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Stop {
    /// Ctrl-C.
    Interrupted,
    /// Ctrl-D, or Escape in a choice.
    Cancelled,
    /// Nobody is there to ask; the label of the question.
    NobodyThere(String),
    /// More than so many bytes were piped in.
    TooMuch { most: usize },
    /// The terminal failed.
    Failed(String),
}

impl fmt::Display for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Interrupted => f.write_str("interrupted"),
            Self::Cancelled => f.write_str("cancelled"),
            Self::NobodyThere(label) => write!(f, "nobody is there to answer “{label}”"),
            Self::TooMuch { most } => write!(f, "more than {most} bytes are piped in"),
            Self::Failed(why) => write!(f, "the terminal failed: {why}"),
        }
    }
}

/// Checks an answer; the text says what is wrong with it.
pub(crate) type Check<'a> = &'a dyn Fn(&str) -> Result<(), String>;

/// Somebody, or nobody, who answers questions.
pub(crate) trait Prompt {
    /// Asks for one line and asks again until `check` accepts it. An empty line counts as `usual`.
    fn line(&mut self, label: &str, usual: &str, check: Check<'_>) -> Result<String, Stop>;

    /// Asks a question that yes or no answers; Enter alone is no.
    fn confirm(&mut self, label: &str) -> Result<bool, Stop>;
}

/// The person at the terminal.
#[derive(Debug)]
pub(crate) struct Terminal {
    pub(crate) interrupt: Interrupt,
}

impl Prompt for Terminal {
    fn line(&mut self, label: &str, usual: &str, check: Check<'_>) -> Result<String, Stop> {
        let _held = self.interrupt.hold();
        let config = Config::builder().behavior(Behavior::PreferTerm).build();
        let mut editor: DefaultEditor = DefaultEditor::with_config(config).map_err(failed)?;
        let prompt =
            if usual.is_empty() { format!("{label}: ") } else { format!("{label} [{usual}]: ") };
        let mut note = String::new();
        loop {
            let typed = editor.readline(&format!("{note}{prompt}")).map_err(failed)?;
            let answer = if typed.trim().is_empty() { usual.to_owned() } else { typed };
            match check(&answer) {
                Ok(()) => return Ok(answer),
                Err(wrong) => note = format!("{wrong}\n"),
            }
        }
    }

    fn confirm(&mut self, label: &str) -> Result<bool, Stop> {
        let _held = self.interrupt.hold();
        // What was typed or pasted before the question is no answer to it.
        let _ = tcflush(std::io::stdin(), QueueSelector::IFlush);
        let answered = dialoguer::Confirm::new().with_prompt(label).default(false).interact_opt();
        // A Ctrl-C inside leaves the cursor hidden.
        let _ = dialoguer::console::Term::stderr().show_cursor();
        match answered {
            Ok(Some(answer)) => Ok(answer),
            Ok(None) => Err(Stop::Cancelled),
            Err(dialoguer::Error::IO(error)) if error.kind() == std::io::ErrorKind::Interrupted => {
                Err(Stop::Interrupted)
            }
            Err(error) => Err(Stop::Failed(error.to_string())),
        }
    }
}

fn failed(error: ReadlineError) -> Stop {
    match error {
        ReadlineError::Interrupted => Stop::Interrupted,
        ReadlineError::Eof => Stop::Cancelled,
        other => Stop::Failed(other.to_string()),
    }
}

/// Nobody: every question is refused at once, so that a script never waits.
#[derive(Debug)]
pub(crate) struct Nobody;

impl Prompt for Nobody {
    fn line(&mut self, label: &str, _usual: &str, _check: Check<'_>) -> Result<String, Stop> {
        Err(Stop::NobodyThere(label.to_owned()))
    }

    fn confirm(&mut self, label: &str) -> Result<bool, Stop> {
        Err(Stop::NobodyThere(label.to_owned()))
    }
}

/// Everything that is piped in, if it is at most `most` bytes.
pub(crate) fn piped(most: usize) -> Result<Vec<u8>, Stop> {
    let limit = u64::try_from(most).unwrap_or(u64::MAX).saturating_add(1);
    let mut bytes = Vec::new();
    std::io::stdin()
        .lock()
        .take(limit)
        .read_to_end(&mut bytes)
        .map_err(|error| Stop::Failed(format!("stdin: {error}")))?;
    if bytes.len() > most { Err(Stop::TooMuch { most }) } else { Ok(bytes) }
}
