//! What every command receives: the moment, the journal, the person at the prompt, the output.

use std::ffi::OsString;
use std::path::PathBuf;

use crate::commands::args::Globals;
use crate::commands::failure::Failure;
use crate::commands::recovery;
use crate::domain::discretion::{About, Concerns};
use crate::domain::id::EngagementId;
use crate::domain::method::Limit;
use crate::domain::record::Record;
use crate::domain::time::{Day, Moment, Resolved, When, WhenError};
use crate::platform::clock;
use crate::platform::config::Surroundings;
use crate::platform::output::{Card, Output, OutputError, Page};
use crate::platform::prompt::{Nobody, Prompt, Stop, Terminal};
use crate::platform::signal::Interrupt;
use crate::platform::table::{Column, Style};
use crate::store::person::Named;
use crate::store::{Clock, Journal, RawKey, Reader, Shown, StoreError, Writer};
use crate::vault::{self, KeyRing, Vault, VaultError, Why};

mod discretion;
mod editing;
mod hearing;
mod method;
mod reading;
mod takes;
mod template;
pub(crate) use editing::Meant;
pub(crate) use hearing::{Given, Spoken};
pub(crate) use method::{OwnMethod, ids_in as method_ids_in, is_id as is_method_id};
pub(crate) use takes::{Leaf, Takes};
pub(crate) use template::Template;

use discretion::Discretion;
use hearing::Hearing;

/// What a run has before its command is known.
#[derive(Debug)]
pub(crate) struct Desk {
    pub(crate) globals: Globals,
    pub(crate) around: Surroundings,
    pub(crate) now: Moment,
    pub(crate) out: Output,
    pub(crate) interrupt: Interrupt,
    /// The command line without the program's name.
    pub(crate) args: Vec<OsString>,
    /// What a draft brings along.
    pub(crate) given: Option<Given>,
    /// What the command line names by itself.
    pub(crate) shown: Shown,
}

impl Desk {
    /// Runs a command, unless a flag was given that means nothing to it.
    pub(crate) fn run<L: Leaf>(self, leaf: L) -> Result<(), Failure> {
        L::TAKES.check(&self.globals)?;
        let discretion = Discretion::of(L::TAKES.discreet, &self.globals, &self.around)?;
        let today = match &self.globals.as_of {
            Some(as_of) => plain_day(as_of.resolve(self.now.day())?, as_of)?,
            None => self.now.day(),
        };
        let interrupt = self.interrupt.clone();
        let prompt: Box<dyn Prompt> = if self.around.is_interactive() && !self.globals.no_input {
            Box::new(Terminal::new(self.interrupt.clone(), self.around.dumb))
        } else {
            Box::new(Nobody)
        };
        let mut out = self.out;
        if L::TAKES.writes {
            // What was written is told at once.
            out.pager = None;
        }
        let mut context = Context {
            name: L::NAME,
            interactive: self.around.is_interactive() && !self.globals.no_input,
            globals: self.globals,
            around: self.around,
            clock: Clock { now: self.now, today },
            out,
            prompt,
            journal: None,
            key: None,
            stored: false,
            ended: false,
            interrupt,
            hearing: Hearing::new(self.given),
            discretion,
            shown: self.shown,
        };
        let spoken = leaf.spoken();
        context.spare_own_files(L::TAKES.copies)?;
        let done =
            leaf.run(&mut context).map_err(|failure| match L::TAKES.writes && !context.stored {
                true => failure.unwritten(),
                false => failure,
            });
        match done {
            Ok(()) => {
                context.keep_daily();
                Ok(())
            }
            Err(failure) if failure.is_busy() || context.keeps() => {
                Err(context.keep_draft(spoken, self.args, failure))
            }
            Err(failure) if failure.is_stop() => {
                context.keep_left(spoken, self.args);
                Err(failure)
            }
            failed => failed,
        }
    }
}

/// What a command works with.
pub(crate) struct Context {
    name: &'static str,
    pub(crate) globals: Globals,
    pub(crate) around: Surroundings,
    pub(crate) clock: Clock,
    pub(crate) out: Output,
    pub(crate) prompt: Box<dyn Prompt>,
    /// Whether somebody is there to answer.
    pub(crate) interactive: bool,
    journal: Option<Journal>,
    /// The key that opened the journal.
    key: Option<RawKey>,
    /// Whether something was committed.
    stored: bool,
    /// Whether a session ended: the copy of the day is made even while another is open.
    ended: bool,
    pub(crate) interrupt: Interrupt,
    hearing: Hearing,
    discretion: Discretion,
    pub(crate) shown: Shown,
}

impl Context {
    /// The day that counts as today.
    pub(crate) fn today(&self) -> Day {
        self.clock.today
    }

    /// Where the journal lies.
    pub(crate) fn journal_path(&self) -> PathBuf {
        self.around.journal_path(self.globals.journal.as_deref())
    }

    /// Refuses to write an answer over a journal or a key, whatever `--force` says. A copy of the
    /// journal may go over an earlier copy of it.
    fn spare_own_files(&self, copies: bool) -> Result<(), Failure> {
        let Some(file) = self.out.file.as_ref().and_then(|(path, _)| path.canonicalize().ok())
        else {
            return Ok(());
        };
        let (ring, journal) = (self.key_ring(), self.journal_path());
        let own = [Some(journal.clone()), Some(self.around.journal_path(None)), ring.named.clone()];
        let is_own =
            own.iter().flatten().any(|own| own.canonicalize().is_ok_and(|own| own == file))
                || vault::is_journal(&file, &ring)
                    && !(copies && vault::are_copies(&file, &journal));
        let is_config = self.around.config_path().canonicalize().is_ok_and(|config| config == file);
        let is_key = ring.dir.canonicalize().is_ok_and(|keys| file.starts_with(keys));
        if is_own || is_key || is_config {
            let what = match (is_key, is_config) {
                (true, _) => "a key",
                (_, true) => "your config file",
                _ => "a journal or its key",
            };
            return Err(Failure::refused(format!(
                "{} is {what}; it was not touched",
                file.display()
            ))
            .hint("name another file for the answer"));
        }
        Ok(())
    }

    /// Where keys are looked for.
    pub(crate) fn key_ring(&self) -> KeyRing {
        KeyRing { dir: self.around.config_dir.join("keys"), named: self.globals.key_file.clone() }
    }

    /// Where keys and copies lie.
    pub(crate) fn vault(&self) -> Vault {
        Vault {
            ring: self.key_ring(),
            backups: self.around.data_dir.join("backups"),
            drafts: self.around.state_dir.join("drafts"),
        }
    }

    /// Whether there is a journal, or one was named.
    pub(crate) fn has_journal(&self) -> bool {
        self.globals.journal.is_some() || self.journal_path().exists()
    }

    /// The journal, opened when it is first needed. Without one, somebody at a terminal is offered
    /// to make it.
    pub(crate) fn journal(&mut self) -> Result<&mut Journal, Failure> {
        if self.journal.is_none() {
            let path = self.journal_path();
            let opened = match self.vault().open(&path, self.clock, self.globals.dry_run) {
                Err(VaultError::Store(StoreError::Missing { .. }))
                    if self.interactive && !self.globals.dry_run =>
                {
                    self.offer()?
                }
                opened => {
                    let opened = opened?;
                    self.out.detail(&format!("journal {}", path.display()));
                    if let Some((_, file)) = &opened.key {
                        self.out.detail(&format!("key {}", file.display()));
                    }
                    self.key = opened.key.map(|(key, _)| key);
                    opened.journal
                }
            };
            self.veil(&opened)?;
            if !self.globals.dry_run {
                self.gather_left();
            }
            return Ok(self.journal.insert(opened));
        }
        self.journal.as_mut().ok_or_else(|| Failure::bug("the journal was open a moment ago"))
    }

    /// Makes the copy of the day once the answer is given, if this run opened the journal, none was
    /// made today and no session is open. One that fails is no failure of the command.
    fn keep_daily(&self) {
        let Some(journal) = self.journal.as_ref().filter(|_| !self.globals.dry_run) else { return };
        let made = || -> Result<(), Failure> {
            if !self.around.config()?.backup_daily {
                return Ok(());
            }
            let (vault, path) = (self.vault(), self.journal_path());
            let is_copy = path.canonicalize().is_ok_and(|path| {
                vault.backups.canonicalize().is_ok_and(|all| path.starts_with(all))
            });
            let shelf = vault.shelf(&path, self.clock)?;
            // The end of a session is copied again: the day's work is in it.
            if is_copy
                || (shelf.has_one_of(self.clock.now.day()) && !self.ended)
                || journal.source().is_blank()?
                || !(self.ended || journal.read(|r| r.open_sessions())?.is_empty())
            {
                return Ok(());
            }
            let now = self.clock.now;
            let made = shelf.make(&journal.source(), self.key.as_ref(), now, Why::Usual)?;
            self.out.detail(&format!("daily copy {}", made.path.display()));
            Ok(())
        };
        if let Err(failure) = made() {
            failure.warn(&self.out);
        }
    }

    /// Offers to make a journal where there is none, to somebody at a terminal.
    fn offer(&mut self) -> Result<Journal, Failure> {
        let path = self.journal_path();
        self.out.status(&format!(
            "There is no journal at {}. (For yourself, as an executive: coach init --role executive)",
            path.display()
        ));
        if !self.prompt.confirm("Make one now, encrypted?")? {
            return Err(VaultError::Store(StoreError::Missing { path }).into());
        }
        let made = vault::create(&path, &self.key_ring(), false, self.clock, |_| Ok(()))?;
        recovery::tell(&self.out, self.interactive, &made, false)?;
        self.key = made.key.map(|(key, _)| key);
        Ok(made.journal)
    }

    /// Asks whether the person means it, unless they said so beforehand.
    pub(crate) fn confirm(&mut self, question: &str) -> Result<(), Failure> {
        if self.globals.yes || self.globals.dry_run {
            return Ok(());
        }
        match self.prompt.confirm(question) {
            Ok(true) => Ok(()),
            Ok(false) => Err(Stop::Cancelled.into()),
            Err(Stop::NobodyThere(_)) => {
                Err(Failure::usage(format!("“{question}” needs an answer; nothing was changed"))
                    .hint("say that you mean it: --yes"))
            }
            Err(stop) => Err(stop.into()),
        }
    }

    /// The command's words.
    pub(crate) fn name(&self) -> &'static str {
        self.name
    }

    /// Reads from the journal.
    pub(crate) fn read<T>(
        &mut self,
        work: impl FnOnce(&Reader<'_>) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        self.journal()?.read(work)
    }

    /// Writes to the journal as one step.
    pub(crate) fn write<T>(
        &mut self,
        work: impl FnOnce(&mut Writer<'_>) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        self.write_as(self.name, work)
    }

    /// Writes to the journal as one step of another command, which would have done the same.
    pub(crate) fn write_as<T>(
        &mut self,
        name: &str,
        work: impl FnOnce(&mut Writer<'_>) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let (value, changed) = self.journal()?.write(name, work)?;
        if self.globals.dry_run {
            self.rehearsed();
        } else if changed {
            self.stored = true;
        } else {
            self.out.status("nothing changed");
        }
        Ok(value)
    }

    /// Keeps what is local to this device and in no log.
    pub(crate) fn keep_local(
        &mut self,
        work: impl FnOnce(&mut Writer<'_>) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        self.journal()?.write("", work).map(drop)
    }

    /// Reads the clock again: a walk takes as long as a session.
    pub(crate) fn tick(&mut self) -> Result<(), Failure> {
        let now = clock::now()?;
        self.clock = Clock { now, today: now.day() };
        if let Some(journal) = &mut self.journal {
            journal.set_clock(self.clock);
        }
        Ok(())
    }

    /// Remembers that a session ended.
    pub(crate) fn session_ended(&mut self) {
        self.ended = true;
    }

    /// Remembers that something was put on the disk: what fails from here on is the answer alone.
    pub(crate) fn committed(&mut self) {
        self.stored |= !self.globals.dry_run;
    }

    /// Answers with text that was composed elsewhere.
    pub(crate) fn text(&self, about: &About, text: &str) -> Result<(), Failure> {
        self.answered(self.out.text(about, text))
    }

    /// Answers with a page.
    pub(crate) fn page(&self, page: &Page) -> Result<(), Failure> {
        self.answered(self.out.page(page))
    }

    /// Answers with lines below the answer, to people only.
    pub(crate) fn lines_below(
        &self,
        about: &About,
        head: &str,
        lines: &[String],
    ) -> Result<(), Failure> {
        self.answered(self.out.lines_below(about, head, lines))
    }

    /// Says that nothing was written, where that was asked for.
    pub(crate) fn rehearsed(&self) {
        if self.globals.dry_run {
            self.out.status("dry run: nothing was written");
        }
    }

    /// Refuses a stage that an engagement's method does not have, and any stage between sessions.
    pub(crate) fn check_stage(
        &mut self,
        engagement: EngagementId,
        stage: &str,
        in_session: bool,
    ) -> Result<(), Failure> {
        let method = self.read(|r| Ok(r.method_of(engagement)?))?;
        if method.stage(stage).is_none() {
            let all: Vec<&str> = method.stages.iter().map(|stage| stage.id.as_str()).collect();
            return Err(Failure::usage(format!(
                "the method has no stage ‘{stage}’; nothing was written"
            ))
            .hint(format!("it has {}", all.join(", "))));
        }
        if !in_session {
            return Err(Failure::usage(
                "a note between sessions has no stage; nothing was written",
            )
            .hint("name the session too: --session S12"));
        }
        Ok(())
    }

    /// Whether a limit of the method that was left ends the command.
    pub(crate) fn strictness(&self) -> Strictness {
        Strictness(self.globals.strict)
    }

    /// Warns of limits that were left.
    pub(crate) fn warn(&self, limits: &[Limit]) {
        for limit in limits {
            self.out.warning(&limit.to_string());
        }
    }

    /// Says which names were new, and so made a record.
    pub(crate) fn tell_made<T>(&self, named: &[Named<T>]) {
        for each in named.iter().filter(|each| each.made) {
            let like = each.like.as_ref();
            let like = like.map_or_else(String::new, |like| {
                format!("  ({like} was there already; coach undo if you meant it)")
            });
            self.out.status(&format!("new: {} {}{like}", each.reference, each.name));
        }
    }

    /// Answers with rows.
    pub(crate) fn rows<R: Record>(
        &self,
        columns: &[Column<R>],
        rows: &[R],
        nothing: &str,
    ) -> Result<(), Failure> {
        self.answered(self.out.rows(columns, rows, nothing))
    }

    /// Answers with one record.
    pub(crate) fn record<R: serde::Serialize + Concerns>(
        &self,
        record: &R,
        card: impl FnOnce(&R) -> Card,
    ) -> Result<(), Failure> {
        self.answered(self.out.record(record, card))
    }

    /// Answers with one record that is drawn in its own way.
    pub(crate) fn drawn<R: serde::Serialize + Concerns>(
        &self,
        record: &R,
        draw: impl FnOnce(Option<&str>, Style) -> String,
    ) -> Result<(), Failure> {
        self.answered(self.out.drawn(record, draw))
    }

    /// What was stored stays stored where the answer cannot be given: that is no failure of the
    /// command, which must not be run again for it.
    fn answered(&self, answer: Result<(), OutputError>) -> Result<(), Failure> {
        match answer {
            Err(OutputError::Stdout(error)) if self.stored => {
                self.out
                    .warning(&format!("it was stored; only the answer cannot be printed: {error}"));
                Ok(())
            }
            other => Ok(other?),
        }
    }
}

/// Whether a limit that was left is an error.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Strictness(bool);

impl Strictness {
    /// Ends the command before anything is written, where limits were left and `--strict` is on.
    pub(crate) fn heed(self, limits: &[Limit]) -> Result<(), Failure> {
        if self.0 && !limits.is_empty() { Err(Failure::limits(limits)) } else { Ok(()) }
    }
}

/// What an empty list says: where it was narrowed, that nothing fits, and not how to begin.
pub(crate) fn nothing(narrowed: bool, usual: &'static str) -> &'static str {
    if narrowed { "nothing fits" } else { usual }
}

fn plain_day(resolved: Resolved, when: &When) -> Result<Day, Failure> {
    match resolved.time {
        None => Ok(resolved.day),
        Some(_) => Err(WhenError::TimeNotAllowed(when.text().to_owned()).into()),
    }
}
