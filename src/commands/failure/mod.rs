//! Failure: what went wrong, with which exit code, and what to type next.
//!
//! The only place that phrases advice. Facts come from below as typed errors; each becomes a
//! sentence, a code of the table in the README, and hints.

use std::ffi::OsString;
use std::process::ExitCode;

use clap::error::{ContextKind, ErrorKind};

use super::help::OVERVIEW;
use crate::domain::method::Limit;
use crate::domain::text::TextError;
use crate::domain::time::{WHEN_EXAMPLES, WhenError};
use crate::platform::clock::ClockError;
use crate::platform::config::{NoHome, Surroundings};
use crate::platform::editor::EditorError;
use crate::platform::output::{self, Output, OutputError};
use crate::platform::pager::Pager;
use crate::platform::prompt::Stop;
use crate::platform::signal::Interrupt;
use crate::platform::table;
use crate::report::template::TemplateError;

mod config;
mod journal;
mod method;
mod refusal;
mod worksheet;

/// The kinds of failure; the number is the exit code.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Kind {
    /// stdout was closed: not a failure to anybody.
    Quiet = 0,
    Finding = 1,
    Usage = 2,
    NotFound = 3,
    Refused = 4,
    Journal = 5,
    Outside = 6,
    Bug = 70,
    Interrupted = 130,
}

/// Why a command did not do what was asked.
#[derive(Debug)]
pub(crate) struct Failure {
    kind: Kind,
    message: String,
    hints: Vec<String>,
    /// Whether trying again later may do.
    busy: bool,
}

impl Failure {
    fn new(kind: Kind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), hints: Vec::new(), busy: false }
    }

    /// The command line is not what the command takes.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::new(Kind::Usage, message)
    }

    /// A rule said no.
    pub(crate) fn refused(message: impl Into<String>) -> Self {
        Self::new(Kind::Refused, message)
    }

    /// Something outside the journal failed.
    pub(crate) fn outside(message: impl Into<String>) -> Self {
        Self::new(Kind::Outside, message)
    }

    /// Nothing of that name.
    pub(crate) fn not_found(message: impl Into<String>) -> Self {
        Self::new(Kind::NotFound, message)
    }

    /// A check found something; there is nothing more to say.
    pub(crate) fn finding() -> Self {
        Self::new(Kind::Finding, "")
    }

    /// Something of ours is wrong.
    pub(crate) fn bug(message: impl Into<String>) -> Self {
        Self::new(Kind::Bug, message)
    }

    /// Limits of a method were left, and `--strict` is on.
    pub(crate) fn limits(limits: &[Limit]) -> Self {
        let said: Vec<String> = limits.iter().map(ToString::to_string).collect();
        Self::new(Kind::Finding, format!("{}; nothing was written", said.join("; ")))
            .hint("without --strict this is a warning")
    }

    /// Says what to type next in place of what was said before.
    pub(crate) fn only_hint(mut self, hint: impl Into<String>) -> Self {
        self.hints = vec![hint.into()];
        self
    }

    /// Adds what to type next.
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// Says that the words which were meant to be stored are kept as a draft, and how to get them.
    /// Nobody need keep them again.
    pub(crate) fn kept_as(mut self, draft: &str) -> Self {
        self.busy = false;
        self.hint(format!("your words are kept: coach drafts show {draft}"))
            .hint(format!("to store them: coach drafts store {draft}"))
    }

    /// Says that trying again later may do.
    fn busy(self) -> Self {
        Self { busy: true, ..self }
    }

    /// Whether somebody left a question unanswered.
    pub(crate) fn is_stop(&self) -> bool {
        self.kind == Kind::Interrupted
    }

    /// Whether what was typed can be typed otherwise.
    pub(crate) fn is_slip(&self) -> bool {
        self.kind == Kind::Usage
    }

    /// Whether the journal or a rule was in the way, not what was typed.
    pub(crate) fn is_refusal(&self) -> bool {
        matches!(self.kind, Kind::Refused | Kind::NotFound)
    }

    /// Whether another process was in the way.
    pub(crate) fn is_busy(&self) -> bool {
        self.busy
    }

    /// Says that nothing was written, unless it says so already.
    pub(crate) fn unwritten(mut self) -> Self {
        if !self.message.is_empty()
            && !["nothing was", "not touched"].iter().any(|said| self.message.contains(said))
        {
            self.message.push_str("; nothing was written");
        }
        self
    }

    /// Says where in what was piped in the failure lies.
    pub(crate) fn in_line(mut self, line: usize) -> Self {
        self.message = format!("line {line}: {}", self.message);
        self
    }

    /// What went wrong, alone.
    pub(crate) fn into_message(self) -> String {
        self.message
    }

    /// Says it as a warning: the command goes on.
    pub(crate) fn warn(self, out: &Output) {
        out.warning(&self.message);
    }

    /// Says it as a warning, with what to type next.
    pub(crate) fn warn_in_full(self, out: &Output) {
        out.warning(&self.message);
        self.hints.iter().for_each(|hint| out.hint(hint));
    }

    /// Says it, and gives the exit code.
    pub(crate) fn report(self, out: &Output) -> ExitCode {
        if !self.message.is_empty() {
            out.error(&self.message);
        }
        for hint in &self.hints {
            out.hint(hint);
        }
        ExitCode::from(self.kind as u8)
    }
}

/// Reports a failure before there is an output.
pub(super) fn report_early(failure: Failure) -> ExitCode {
    let _ = output::raw(&format!("error: {}\n", failure.message), true);
    ExitCode::from(failure.kind as u8)
}

/// Reports what clap found wrong with a command line, or prints its help.
pub(super) fn report_usage(
    error: &clap::Error,
    args: &[OsString],
    interrupt: &Interrupt,
) -> ExitCode {
    let capture = args.iter().skip(1).any(|arg| {
        ["check-in", "deep-dive", "challenge", "action-planning", "plan", "note", "reflect"]
            .iter()
            .any(|name| arg == name)
    });
    let asked =
        args.iter().any(|arg| ["-h", "--help", "-V", "--version"].iter().any(|flag| arg == flag));
    let help = matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
    if help && (asked || !capture) {
        let is_leaf = error.kind() == ErrorKind::DisplayHelp
            && !error.render().to_string().starts_with(OVERVIEW);
        let more = if is_leaf { "\nMany commands take more: coach help\n" } else { "" };
        if paged(error, more, args, interrupt) {
            return ExitCode::SUCCESS;
        }
        let shown = error.print().and_then(|()| output::raw(more, false));
        return match shown {
            Err(io) if io.kind() != std::io::ErrorKind::BrokenPipe => {
                ExitCode::from(Kind::Outside as u8)
            }
            _ => ExitCode::SUCCESS,
        };
    }
    let hostile = |arg: &OsString| arg.to_string_lossy().chars().any(char::is_control);
    // Words such as ‘-hope’ hold the flag for help, which nobody asked for.
    let said = match help {
        true => output::raw("error: this text begins with ‘-’; nothing was stored\n", true),
        false if args.iter().any(hostile) => {
            output::raw(&table::safe(&error.render().to_string()), true)
        }
        false => error.print(),
    };
    let dashed = help || error.kind() == ErrorKind::UnknownArgument;
    let stray = error.get(ContextKind::InvalidArg).map(ToString::to_string);
    if dashed && stray.is_some_and(|stray| !stray.starts_with('-')) && said.is_ok() {
        let _ = output::raw(
            "hint: a flag's words are put in quotes, such as --summary \"two words\"\n",
            true,
        );
    } else if capture && dashed && said.is_ok() {
        let _ = output::raw(
            "hint: text that begins with ‘-’ comes after `--`, or by `-` from stdin\n",
            true,
        );
    }
    ExitCode::from(Kind::Usage as u8)
}

/// Shows a help that is longer than the terminal; false where it is to be printed.
fn paged(error: &clap::Error, more: &str, args: &[OsString], interrupt: &Interrupt) -> bool {
    let Ok(around) = Surroundings::look() else { return false };
    let text = match around.no_color {
        true => format!("{}{more}", error.render()),
        false => format!("{}{more}", error.render().ansi()),
    };
    let pager = Pager::of(&around, interrupt);
    output::paged(&pager.filter(|_| !args.iter().any(|arg| arg == "--no-input")), &text)
}

/// Makes a panic say what it is and end with the code of a bug.
pub(super) fn report_bugs() {
    std::panic::set_hook(Box::new(|info| {
        let place = info.location().map(ToString::to_string).unwrap_or_default();
        // The payload may hold words of the journal; the place is enough to find the bug.
        let _ = output::raw(
            &format!(
                "error: a bug in coach, at {place}; the journal holds what was confirmed before\n"
            ),
            true,
        );
        crate::platform::signal::end(Kind::Bug as i32);
    }));
}

/// Names like `given`, nearest first.
pub(super) fn like(given: &str, names: &[String]) -> Vec<String> {
    let given = given.to_lowercase();
    let mut near: Vec<(usize, &String)> = names
        .iter()
        .filter_map(|name| {
            let lower = name.to_lowercase();
            let distance = strsim::damerau_levenshtein(&given, &lower);
            let close = distance <= 1 + lower.chars().count() / 4
                || (given.len() >= 2 && lower.contains(&given));
            close.then_some((distance, name))
        })
        .collect();
    near.sort();
    near.into_iter().take(5).map(|(_, name)| name.clone()).collect()
}

impl From<WhenError> for Failure {
    fn from(error: WhenError) -> Self {
        let failure = Self::usage(error.to_string());
        match error {
            WhenError::TimeNotAllowed(_) => failure.hint("give the day alone"),
            WhenError::Skipped { .. } => {
                failure.hint("the clocks go forward then; say a time before or after")
            }
            _ => failure.hint(format!("say it like one of {WHEN_EXAMPLES}")),
        }
    }
}

impl From<TextError> for Failure {
    fn from(error: TextError) -> Self {
        let failure = Self::usage(format!("{error}; nothing was written"));
        match error {
            TextError::TooLong { .. } => failure.hint("part it into several notes"),
            TextError::ManyLines => failure.hint("`coach note -` takes longer text"),
            _ => failure,
        }
    }
}

impl From<Stop> for Failure {
    fn from(stop: Stop) -> Self {
        match stop {
            Stop::Interrupted => Self::new(Kind::Interrupted, ""),
            Stop::Cancelled => Self::new(Kind::Interrupted, "stopped; nothing was written"),
            Stop::NobodyThere(label) => {
                Self::usage(format!("“{label}” needs an answer, and nobody is there to give it"))
                    .hint("every question has a flag: --help lists them")
            }
            Stop::TooMuch { most } => {
                Self::usage(format!("more than {most} bytes are piped in; nothing was written"))
                    .hint("part it into several")
            }
            Stop::Failed(why) => Self::new(Kind::Outside, format!("the terminal failed: {why}")),
        }
    }
}

impl From<EditorError> for Failure {
    fn from(error: EditorError) -> Self {
        let no = |message: String| Self::outside(format!("{message}; nothing was stored"));
        let other = "say which to use: coach config set editor COMMAND, or VISUAL";
        match error {
            EditorError::None => {
                no("there is no editor: neither nano nor vim nor vi".into()).hint(other)
            }
            EditorError::Unclear { from, line } => {
                no(format!("{from} is ‘{line}’, which is no command line")).hint(other)
            }
            EditorError::NotStarted { program, error } => {
                no(format!("the editor ‘{program}’ cannot be started: {error}")).hint(other)
            }
            EditorError::Ended { program, how } => no(match how.code() {
                Some(code) => format!("the editor ‘{program}’ ended with {code}"),
                None => format!("the editor ‘{program}’ died: {how}"),
            }),
            EditorError::Config(error) => error.into(),
        }
    }
}

impl From<OutputError> for Failure {
    fn from(error: OutputError) -> Self {
        match error {
            OutputError::Closed => Self::new(Kind::Quiet, ""),
            OutputError::Stdout(error) => {
                Self::new(Kind::Outside, format!("the answer cannot be printed: {error}"))
            }
            OutputError::Exists(path) => Self::new(
                Kind::Outside,
                format!("{} is there already; it was not touched", path.display()),
            )
            .hint("--force replaces it"),
            OutputError::File(path, error) => {
                Self::new(Kind::Outside, format!("{} cannot be written: {error}", path.display()))
            }
        }
    }
}

impl From<ClockError> for Failure {
    fn from(error: ClockError) -> Self {
        match error {
            ClockError::Pinned(text) => Self::usage(format!(
                "COACH_NOW is ‘{text}’, not an instant such as 2026-11-21T10:00:00+01:00"
            )),
            ClockError::Zone(name) => Self::usage(format!("TZ is ‘{name}’, which is no time zone"))
                .hint("name one such as Europe/Berlin, or leave TZ empty for the system's"),
        }
    }
}

impl From<TemplateError> for Failure {
    fn from(TemplateError { name, line, what }: TemplateError) -> Self {
        Self::usage(format!("{name}:{line}: {what}; nothing was written"))
            .hint("mend that line of the template")
    }
}

impl From<NoHome> for Failure {
    fn from(NoHome: NoHome) -> Self {
        Self::new(Kind::Outside, "there is no home directory for the journal: HOME is not set")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_names_are_found_and_far_ones_are_not() {
        let names = ["acme-cfo", "lindero-ceo", "holmvik-plant"].map(str::to_owned);
        assert_eq!(like("acme-cf", &names), ["acme-cfo"]);
        assert_eq!(like("amce-cfo", &names), ["acme-cfo"]);
        assert_eq!(like("zzz", &names), Vec::<String>::new());
    }
}
