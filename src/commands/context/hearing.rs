//! What a command is told beside its command line: piped in or typed at a prompt. It is remembered,
//! so that words which a busy journal refuses become a draft.

use std::ffi::OsString;

use super::Context;
use crate::commands::failure::Failure;
use crate::domain::text::{MAX_BYTES, Prose, TextError};
use crate::platform::prompt::{self, Stop};
use crate::vault::{Capture, Drafted, VaultError, draft_id};

/// What a draft brings to the command that stores it.
#[derive(Clone, Debug)]
pub(crate) struct Given {
    /// In place of what is piped in.
    pub(crate) heard: Option<String>,
    /// Where the words were meant to go.
    pub(crate) place: Option<Drafted>,
    /// The state of the record that the words are to replace; absent where they replace nothing.
    pub(crate) upon: Option<String>,
}

/// From where a capture takes its words.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Spoken {
    /// The command captures nothing.
    Nothing,
    /// They stand on the command line.
    Typed,
    /// They are piped in, or typed at a prompt.
    Heard,
}

/// What was told so far.
#[derive(Debug, Default)]
pub(super) struct Hearing {
    given: Option<Given>,
    /// Whether what is piped in was read.
    read: bool,
    heard: Option<String>,
    /// The words that stand on the command line.
    typed: Option<String>,
    /// Whether the command line says for whom they are.
    addressed: bool,
    /// Flags that stand for answers given at a prompt.
    answers: Vec<String>,
    /// The flags that take the next answer by ‘-’, where it is no answer of its own.
    asked: Vec<String>,
    /// Whether what was heard is kept even where a rule refuses it.
    keeps: bool,
    place: Option<Drafted>,
}

impl Hearing {
    pub(super) fn new(given: Option<Given>) -> Self {
        Self { given, ..Self::default() }
    }
}

impl Context {
    /// Everything that is piped in, if it is at most `most` bytes.
    pub(crate) fn piped(&mut self, most: usize) -> Result<Vec<u8>, Stop> {
        self.hearing.read = true;
        if let Some(given) = &mut self.hearing.given {
            return Ok(given.heard.take().unwrap_or_default().into_bytes());
        }
        let bytes = prompt::piped(most)?;
        self.hearing.heard = Some(String::from_utf8_lossy(&bytes).into_owned());
        Ok(bytes)
    }

    /// The text that is piped in, or what is wrong with it.
    pub(crate) fn piped_prose(&mut self) -> Result<Result<Prose, TextError>, Failure> {
        // White space around a text is not stored, so more than the limit may come in.
        match self.piped(2 * MAX_BYTES) {
            Ok(bytes) => Ok(Prose::from_bytes(bytes)),
            Err(Stop::TooMuch { most }) => Ok(Err(TextError::TooLong { bytes: most + 1 })),
            Err(stop) => Err(stop.into()),
        }
    }

    /// Whether what is piped in was read.
    pub(crate) fn stdin_is_read(&self) -> bool {
        self.hearing.read
    }

    /// Remembers whether the command line says for whom its words are.
    pub(crate) fn addressed(&mut self, addressed: bool) {
        self.hearing.addressed = addressed;
    }

    /// Remembers the words that stand on the command line.
    pub(crate) fn typed(&mut self, words: &[String]) {
        self.hearing.typed = (!words.is_empty()).then(|| words.join(" "));
    }

    /// Remembers the words that were typed at a prompt.
    pub(crate) fn heard(&mut self, words: &str) {
        self.hearing.heard = Some(words.to_owned());
        match self.hearing.asked.is_empty() {
            true => self.hearing.answers.push("-".to_owned()),
            false => self.hearing.answers.append(&mut self.hearing.asked),
        }
    }

    /// Remembers which flags would take the next answer, by a ‘-’ among them.
    pub(crate) fn asks(&mut self, flags: Vec<String>) {
        self.hearing.asked = flags;
    }

    /// Remembers an answer to a question that nobody will ask again: it is kept even where a rule has
    /// come to refuse it.
    pub(crate) fn confirmed(&mut self, words: &str) {
        self.heard(words);
        self.hearing.keeps = true;
    }

    /// Whether something was heard that must not be lost.
    pub(super) fn keeps(&self) -> bool {
        self.hearing.keeps && self.hearing.heard.is_some()
    }

    /// What was typed at prompts so far is stored: what follows is heard anew.
    pub(crate) fn heard_out(&mut self) {
        self.hearing.heard = None;
        self.hearing.answers.clear();
    }

    /// Where a draft was meant to go, if one is being stored.
    pub(crate) fn given_place(&self) -> Option<Drafted> {
        self.hearing.given.as_ref()?.place.clone()
    }

    /// The state of the record that the words of a draft were to replace, if they were.
    pub(crate) fn given_upon(&self) -> Option<&str> {
        self.hearing.given.as_ref()?.upon.as_deref()
    }

    /// Remembers where the words go.
    pub(crate) fn placed(&mut self, place: Drafted) {
        self.hearing.place = Some(place);
    }

    /// Keeps the words of a capture that a busy journal, or a rule, refused, and tells how to store them.
    pub(super) fn keep_draft(
        &mut self,
        spoken: Spoken,
        args: Vec<OsString>,
        failure: Failure,
    ) -> Failure {
        if spoken == Spoken::Nothing || self.hearing.given.is_some() || self.globals.dry_run {
            return failure;
        }
        if spoken == Spoken::Heard && self.hearing.heard.is_none() {
            if self.around.stdin_is_terminal || self.piped(2 * MAX_BYTES).is_err() {
                return failure;
            }
            if self.hearing.heard.as_ref().is_none_or(|words| words.trim().is_empty()) {
                return failure;
            }
        }
        match self.draft(args, false) {
            Ok(()) => failure.only_hint("your words are kept: coach drafts store, once it is done"),
            Err(error) => {
                Failure::from(error).warn(&self.out);
                failure
            }
        }
    }

    /// Keeps the line that Ctrl-C left half typed at the prompt of a capture.
    pub(super) fn keep_left(&mut self, spoken: Spoken, args: Vec<OsString>) {
        let left = self.prompt.left().filter(|_| spoken == Spoken::Heard && !self.globals.dry_run);
        let Some(left) = left else { return };
        self.heard(&left);
        match self.draft(args, true) {
            Ok(()) => self.out.status("the line that you had begun is kept: coach drafts list"),
            Err(error) => Failure::from(error).warn(&self.out),
        }
    }

    /// Keeps what was told so far as a draft of a command line.
    fn draft(&mut self, args: Vec<OsString>, unfinished: bool) -> Result<(), VaultError> {
        let mut args: Vec<String> =
            args.into_iter().map(|arg| arg.to_string_lossy().into_owned()).collect();
        args.append(&mut self.hearing.answers);
        let now = self.clock.now;
        let capture = Capture {
            at: now,
            command: self.name().to_owned(),
            args,
            place: self.hearing.place.take(),
            heard: self.hearing.heard.take(),
            typed: self.hearing.typed.take(),
            addressed: self.hearing.addressed,
            upon: None,
            unfinished,
        };
        self.vault().keep_draft(&self.journal_path(), draft_id(now), &capture)
    }
}
