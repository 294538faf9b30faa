//! The person at the prompt. Asks for lines and agreement, or refuses to ask.
//!
//! Two bodies: the terminal, and one that refuses where nobody is there. Prompts go to the terminal,
//! never to stdout. On a dumb terminal, and for whoever reads by ear, a prompt is plain text and a
//! line comes as the terminal gives it.

use std::fmt;
use std::io::{BufRead, Read, Write};
use std::sync::{Arc, Mutex, PoisonError};

use rustix::termios::{QueueSelector, tcflush};
use rustyline::error::ReadlineError;
use rustyline::{
    Behavior, Cmd, ConditionalEventHandler, Config, DefaultEditor, Event, EventContext,
    EventHandler, KeyEvent, RepeatCount,
};

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

    /// Asks for words on one line, on which `begun` stands already where the terminal can do that.
    /// They come as they were typed or pasted, with all their lines and with the space around them;
    /// Enter alone gives an empty text.
    fn words(&mut self, label: &str, begun: &str) -> Result<String, Stop>;

    /// What stood on the line that Ctrl-C left last; asked once.
    fn left(&mut self) -> Option<String>;

    /// Asks a question that yes or no answers; Enter alone is no.
    fn confirm(&mut self, label: &str) -> Result<bool, Stop>;
}

/// The person at the terminal.
pub(crate) struct Terminal {
    interrupt: Interrupt,
    /// The terminal obeys no codes.
    dumb: bool,
    /// One for all questions: it keeps what was typed ahead.
    editor: Option<DefaultEditor>,
    left: Left,
}

/// What stood on a line when Ctrl-C left it.
type Left = Arc<Mutex<Option<String>>>;

/// Keeps what stands on the line at Ctrl-C, which the editor would throw away.
struct KeepsLine(Left);

impl ConditionalEventHandler for KeepsLine {
    fn handle(&self, _: &Event, _: RepeatCount, _: bool, line: &EventContext<'_>) -> Option<Cmd> {
        let kept = Some(line.line().to_owned()).filter(|line| !line.trim().is_empty());
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = kept;
        Some(Cmd::Interrupt)
    }
}

impl Terminal {
    /// The person at this terminal; a `dumb` one obeys no codes.
    pub(crate) fn new(interrupt: Interrupt, dumb: bool) -> Self {
        Self { interrupt, dumb, editor: None, left: Left::default() }
    }

    /// One line after a prompt.
    fn read(&mut self, prompt: &str, begun: &str) -> Result<String, Stop> {
        if self.interrupt.is_ending() {
            return Err(Stop::Interrupted);
        }
        if self.dumb {
            return read_plainly(prompt);
        }
        let _held = self.interrupt.hold();
        if self.editor.is_none() {
            self.interrupt.watch();
            let config = Config::builder().behavior(Behavior::PreferTerm).build();
            let mut editor = DefaultEditor::with_config(config).map_err(failed)?;
            let keeps = EventHandler::Conditional(Box::new(KeepsLine(Arc::clone(&self.left))));
            editor.bind_sequence(KeyEvent::ctrl('C'), keeps);
            self.editor = Some(editor);
        }
        let Some(editor) = &mut self.editor else {
            return Err(Stop::Failed("there is no line to type on".to_owned()));
        };
        editor.readline_with_initial(prompt, (begun, "")).map_err(failed)
    }
}

/// A line as the terminal gives it, for one that obeys no codes. Ctrl-C ends the program.
fn read_plainly(prompt: &str) -> Result<String, Stop> {
    let lost = |error: std::io::Error| Stop::Failed(error.to_string());
    let mut terminal = std::io::stderr().lock();
    terminal.write_all(prompt.as_bytes()).and_then(|()| terminal.flush()).map_err(lost)?;
    let mut line = Vec::new();
    match std::io::stdin().lock().read_until(b'\n', &mut line).map_err(lost)? {
        0 => Err(Stop::Cancelled),
        _ => String::from_utf8(line)
            .map(|line| line.trim_end_matches(['\n', '\r']).to_owned())
            .map_err(|_| Stop::Failed("what was typed is not valid UTF-8".to_owned())),
    }
}

impl Prompt for Terminal {
    fn line(&mut self, label: &str, usual: &str, check: Check<'_>) -> Result<String, Stop> {
        let prompt =
            if usual.is_empty() { format!("{label}: ") } else { format!("{label} [{usual}]: ") };
        let mut note = String::new();
        loop {
            let typed = self.read(&format!("{note}{prompt}"), "")?;
            let answer = if typed.trim().is_empty() { usual.to_owned() } else { typed };
            match check(&answer) {
                Ok(()) => return Ok(answer),
                Err(wrong) => note = format!("{wrong}\n"),
            }
        }
    }

    fn words(&mut self, label: &str, begun: &str) -> Result<String, Stop> {
        self.read(&format!("{label}> "), begun)
    }

    fn left(&mut self) -> Option<String> {
        self.left.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    fn confirm(&mut self, label: &str) -> Result<bool, Stop> {
        // What was typed or pasted before the question is no answer to it.
        let _ = tcflush(std::io::stdin(), QueueSelector::IFlush);
        if self.dumb {
            let answer = read_plainly(&format!("{label} [y/n] "))?;
            return Ok(["y", "yes"].contains(&answer.trim().to_lowercase().as_str()));
        }
        let _held = self.interrupt.hold();
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

    fn words(&mut self, label: &str, _begun: &str) -> Result<String, Stop> {
        Err(Stop::NobodyThere(label.to_owned()))
    }

    fn left(&mut self) -> Option<String> {
        None
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
