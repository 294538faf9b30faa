//! Failure: what went wrong, with which exit code, and what to type next.
//!
//! The only file that phrases advice. Facts come from below as typed errors; each becomes a
//! sentence, a code of the table in the README, and hints.

use std::ffi::OsString;
use std::process::ExitCode;

use clap::error::ErrorKind;

use crate::domain::method::Limit;
use crate::domain::refusal::{OpenSession, Refusal};
use crate::domain::text::TextError;
use crate::domain::time::{WHEN_EXAMPLES, WhenError};
use crate::platform::clock::ClockError;
use crate::platform::config::NoHome;
use crate::platform::files::Exposure;
use crate::platform::output::{self, Output, OutputError};
use crate::platform::prompt::Stop;
use crate::platform::table;
use crate::store::StoreError;
use crate::vault::{KeyError, VaultError};

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
}

impl Failure {
    fn new(kind: Kind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), hints: Vec::new() }
    }

    /// The command line is not what the command takes.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::new(Kind::Usage, message)
    }

    /// A rule said no.
    pub(crate) fn refused(message: impl Into<String>) -> Self {
        Self::new(Kind::Refused, message)
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

    /// Adds what to type next.
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
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
pub(super) fn report_usage(error: &clap::Error, args: &[OsString]) -> ExitCode {
    let capture = args.iter().skip(1).any(|arg| {
        ["check-in", "deep-dive", "challenge", "action-planning", "plan", "note"]
            .iter()
            .any(|name| arg == name)
    });
    let asked =
        args.iter().any(|arg| ["-h", "--help", "-V", "--version"].iter().any(|flag| arg == flag));
    let help = matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
    if help && (asked || !capture) {
        return match error.print() {
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
    if capture && dashed && said.is_ok() {
        let _ = output::raw(
            "hint: text that begins with ‘-’ comes after `--`, or by `-` from stdin\n",
            true,
        );
    }
    ExitCode::from(Kind::Usage as u8)
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
fn like(given: &str, names: &[String]) -> Vec<String> {
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

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::NotFound { what, given, near } => {
                let failure = Self::not_found(format!("there is no {what} ‘{given}’"));
                match (&like(&given, &near)[..], what) {
                    ([], "engagement") => failure.hint("`coach engagement list` shows them"),
                    ([], _) => failure,
                    (near, _) => failure.hint(format!("did you mean {}?", near.join(", "))),
                }
            }
            StoreError::Ambiguous { what, given, candidates } => {
                Self::not_found(format!("‘{given}’ could be more than one {what}; nothing was done"))
                    .hint(format!("say which: {}", candidates.join(", ")))
            }
            StoreError::Refused(refusal) => refusal.into(),
            StoreError::Missing { path } => {
                Self::new(Kind::Journal, format!("there is no journal at {}", path.display()))
                    .hint("`coach init` makes one; --journal FILE or COACH_JOURNAL names another")
            }
            StoreError::Cut { path } => Self::new(
                Kind::Journal,
                format!("{} is too short to be a journal: it was cut off or never finished", path.display()),
            )
            .hint("nothing was changed; put a copy of the journal in its place"),
            StoreError::Unreadable { path, error } => {
                Self::new(Kind::Journal, format!("{} cannot be read: {error}", path.display()))
                    .hint("look at who owns it and who may read it: ls -l")
            }
            StoreError::NotAJournal { path } => Self::new(
                Kind::Journal,
                format!(
                    "{} is no journal of coach, or it is damaged at its start, or the key is not its key; it was not touched",
                    path.display()
                ),
            )
            .hint("`coach key status` shows which key was tried"),
            StoreError::TooNew { found, known } => Self::new(
                Kind::Journal,
                format!("a newer coach wrote this journal (schema {found}, this one knows {known}); it was not touched"),
            )
            .hint("install the newest coach"),
            StoreError::Busy => {
                Self::new(Kind::Journal, "another process holds the journal; nothing was written")
                    .hint("wait until it is done and try again")
            }
            StoreError::Full => {
                Self::new(Kind::Journal, "the disk is full; nothing was written, what was there is safe")
                    .hint("make room and try again")
            }
            StoreError::ReadOnly => Self::new(
                Kind::Journal,
                "the journal or its directory is read-only; nothing was written",
            )
            .hint("coach writes a second file beside the journal for a moment: its directory must be writable"),
            StoreError::Damaged { detail } => {
                Self::new(Kind::Journal, format!("the journal is damaged: {detail}; nothing was written"))
                    .hint("keep the file as it is, and go on with a copy from before")
            }
            StoreError::Io { detail } => {
                Self::new(Kind::Journal, format!("the disk failed or is full: {detail}; nothing was written"))
                    .hint("make room, or look after the disk, and try again")
            }
            StoreError::Sql(error) => Self::bug(format!("a bug in coach: {error}; nothing was written")),
        }
    }
}

fn open_ones(open: &[OpenSession]) -> String {
    open.iter()
        .map(|each| {
            format!("{} session {} (since {})", each.engagement, each.number, each.start.spoken())
        })
        .collect::<Vec<_>>()
        .join(", ")
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        let no = |message: String| Self::refused(format!("{message}; nothing was written"));
        match refusal {
            Refusal::NoCurrentSession { open } => match &open[..] {
                [] => no("no session is open".into())
                    .hint("start one: coach session start ENGAGEMENT")
                    .hint("or note between sessions: coach note -e ENGAGEMENT"),
                [stale] => {
                    no(format!("the open session is no longer current: {}", open_ones(&open)))
                        .hint(format!("end it: coach session end {} --minutes N", stale.engagement))
                        .hint(format!("or say that you mean it: -e {}", stale.engagement))
                }
                _ => no(format!("{} sessions are open: {}", open.len(), open_ones(&open)))
                    .hint(format!("say which, such as -e {}", open[0].engagement)),
            },
            Refusal::NoSessionToEnd { open } => match &open[..] {
                [] => no("no session is open".into())
                    .hint("write a past one down: coach session add ENGAGEMENT WHEN --minutes N"),
                several => {
                    no(format!("{} sessions are open: {}", several.len(), open_ones(several)))
                        .hint(format!("say which: coach session end {}", several[0].engagement))
                }
            },
            Refusal::NoSessionOpen { engagement } => {
                no(format!("no session of {engagement} is open"))
                    .hint(format!("start one: coach session start {engagement}"))
                    .hint("or write into one that was held: --session S12")
            }
            Refusal::SessionOpenAlready { engagement, reference, number } => {
                no(format!("session {number} of {engagement} ({reference}) is open"))
                    .hint(format!("end it first: coach session end {engagement}"))
            }
            Refusal::SessionIs { reference, status, wanted } => no(format!(
                "{reference} is {status}; it cannot be {wanted}"
            ))
            .hint(format!(
                "coach session show {reference}, or set it by hand: coach session edit {reference}"
            )),
            Refusal::NotUnderWay { reference, status } => no(format!(
                "{reference} is {status}; words go into a session that is open or was held"
            ))
            .hint("coach session list shows them"),
            Refusal::EngagementIs { engagement, status, wanted } => {
                let failure = no(format!("{engagement} is {status}, so it cannot be {wanted}"));
                match status {
                    "completed" | "cancelled" => failure
                        .hint(format!("take it up again: coach engagement activate {engagement}")),
                    _ => failure.hint(format!("coach engagement show {engagement}")),
                }
            }
            Refusal::StandsAlready { reference, status } => {
                no(format!("{reference} is {status} already"))
            }
            Refusal::ActionIs { reference, status } => no(format!("{reference} is {status}"))
                .hint(format!("open it again: coach action reopen {reference}")),
            Refusal::OtherEngagement { reference, engagement } => {
                no(format!("{reference} belongs to {engagement}"))
                    .hint("name one of the same engagement")
            }
            Refusal::NoCoachee { reference, engagement } => {
                no(format!("{reference} is not a coachee of {engagement}"))
                    .hint(format!("coach engagement show {engagement} lists them"))
            }
            Refusal::SlugTaken { slug } => {
                no(format!("‘{slug}’ names another engagement, or did")).hint("choose another slug")
            }
            Refusal::ReferenceTaken { reference } => {
                no(format!("another engagement has the reference {reference}"))
            }
            Refusal::NumberTaken { number, reference } => {
                no(format!("{reference} has the number {number}"))
            }
            Refusal::Removed { name } => no(format!("{name} was removed"))
                .hint(format!("coach history {name} shows when, and coach undo takes steps back")),
            Refusal::InUse { reference, by } => no(format!("{reference} is still needed by {by}"))
                .hint(format!(
                    "coach history {reference} shows since when; take it out there first"
                )),
            Refusal::NoSuchStep { undo, asked, there } => {
                let word = if undo { "undo" } else { "redo" };
                if there == 0 {
                    no(format!("there is nothing to {word}"))
                } else {
                    no(format!("{asked} steps were asked for, and there are {there} to {word}"))
                        .hint(format!("coach {word} {there}"))
                }
            }
        }
    }
}

impl From<VaultError> for Failure {
    fn from(error: VaultError) -> Self {
        match error {
            VaultError::Store(error) => error.into(),
            VaultError::Key(error) => error.into(),
            VaultError::Exists { path } => Self::refused(format!(
                "there is a file at {} already; it was not touched",
                path.display()
            ))
            .hint("it may be your journal: coach key status")
            .hint("to make another one, name it: coach --journal FILE init"),
            VaultError::File { path, error } => {
                Self::new(Kind::Journal, format!("{} cannot be made: {error}", path.display()))
                    .hint("name another place: coach --journal FILE init")
            }
            VaultError::NoRandomness => Self::new(
                Kind::Journal,
                "the system gave no random bytes for a key; nothing was made",
            ),
            VaultError::Plain => Self::refused("this journal is plain: it has no key")
                .hint("a journal made without --plain has one"),
        }
    }
}

impl From<KeyError> for Failure {
    fn from(error: KeyError) -> Self {
        let key = |message: String| Self::new(Kind::Journal, message);
        match error {
            KeyError::None { journal, dir } => {
                key(format!(
                    "no key in {} opens {}: its key is lost, or the file is no journal; nothing was changed",
                    dir.display(),
                    journal.display()
                ))
                    .hint("bring the key back from its recovery line: coach key recover")
                    .hint("or name the key's file: --key-file FILE")
            }
            KeyError::Damaged { path: Some(path) } => {
                key(format!("the key in {} is damaged; nothing was changed", path.display())).hint(format!(
                    "move it away (mv {0} {0}.damaged) and bring it back: coach key recover",
                    path.display()
                ))
            }
            KeyError::Damaged { path: None } => Self::usage(
                "this is no recovery line, or it holds a slip: its checksum does not fit; nothing was changed",
            )
            .hint("it begins with coach-key1 and has 68 characters; look for swapped ones"),
            KeyError::Exposed { path, how: Exposure::Open { mode } } => key(format!(
                "others may read or write the key in {} (mode {mode:o}); nothing was changed",
                path.display()
            ))
            .hint(format!("make it yours alone: chmod 600 {}", path.display())),
            KeyError::Exposed { path, how: Exposure::OpenDir { mode } } => {
                let dir = path.parent().unwrap_or(&path).display();
                key(format!("others may write into {dir} (mode {mode:o}), where the key lies; nothing was changed"))
                    .hint(format!("make it yours alone: chmod 700 {dir}"))
            }
            KeyError::Exposed { path, how: Exposure::Foreign } => {
                key(format!("the key in {} belongs to somebody else; nothing was changed", path.display()))
                    .hint("use a copy that you own, by --key-file")
            }
            KeyError::File { path, error } => {
                let path = path.display();
                key(format!("the key file {path} cannot be used: {error}; nothing was changed"))
                    .hint("name another: --key-file FILE; coach key status shows where it is looked for")
            }
            KeyError::Wrong => {
                key("this is not the key of this journal; it was not touched".into()).hint(
                    "each journal has its own key: coach key status shows where it is looked for",
                )
            }
            KeyError::Exists { path } => Self::refused(format!(
                "there is a key file at {} already, and coach never overwrites one; nothing was changed",
                path.display()
            ))
            .hint(format!("move it away first: mv {0} {0}.old", path.display())),
        }
    }
}

impl From<WhenError> for Failure {
    fn from(error: WhenError) -> Self {
        let failure = Self::usage(format!("{error}; nothing was written"));
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
