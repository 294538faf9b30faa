//! Floor 3: what people type and what they see. One file per noun or flow.
//!
//! This file is the grammar and the routing: it knows every command and nothing of what one does.
//! A command receives a [`context::Context`] and returns when its answer is given. Arguments become
//! values of the domain before a command's body sees them.

use std::ffi::OsString;
use std::mem::ManuallyDrop;
use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

use crate::platform::clock;
use crate::platform::config::Surroundings;
use crate::platform::output::ColorWhen;
use crate::platform::pager::Pager;
use crate::platform::signal::Interrupt;
use crate::store::Shown;

mod action;
mod agreement;
mod args;
mod backup;
mod commitment;
mod complete;
mod completions;
mod config;
mod context;
mod course;
mod demo;
mod doctor;
mod drafts;
mod due;
mod engagement;
mod failure;
mod goal;
mod habit;
mod help;
mod history;
mod init;
mod key;
mod man;
mod method;
mod notes;
mod own;
mod paper;
mod person;
mod prep;
mod recap;
mod recovery;
mod reflect;
mod report;
mod restore;
mod review;
mod search;
mod session;
mod stage;
mod stakeholder;
mod today;
mod worksheet;

use args::{Alone, Globals, Lazy};
use context::Desk;
use failure::Failure;

#[derive(Subcommand, Debug)]
enum Command {
    /// Make a journal, encrypted unless you say --plain
    Init(init::Init),
    /// Show help: an overview, one command in full, or ‘all’
    Help(help::Help),
    /// Make a sample practice to try things on, and show a tour
    Demo(demo::Demo),
    /// Show today: sessions, what is overdue, who has stalled (also plain `coach`)
    Today(today::Today),
    /// Show one page before a call: where you stand with a client
    Prep(prep::Prep),
    /// Manage engagements, one for each coaching relationship
    #[command(visible_alias = "eng")]
    Engagement(Lazy<engagement::EngagementCommand>),
    /// Manage sessions: schedule, start, end, add past ones
    Session(Lazy<session::SessionCommand>),
    /// Begin a session: how did the commitments go?
    CheckIn(stage::CheckIn),
    /// Note what comes up on the one topic that matters
    DeepDive(stage::DeepDive),
    /// Note what you challenge and what you support
    Challenge(stage::Challenge),
    /// Write down a commitment, with its due day
    #[command(visible_alias = "plan")]
    ActionPlanning(stage::ActionPlanning),
    /// Note a thought, in a session or between two
    Note(stage::NoteDown),
    /// List, show, edit, share and move what was captured
    Notes(Lazy<notes::NotesCommand>),
    /// Show what the coachee may see of a session, ready to send
    Recap(recap::Recap),
    /// List open commitments of all engagements, the most urgent first
    Due(due::Due),
    /// Write down what you make of the day, or of the week
    Reflect(reflect::Reflect),
    /// Manage habits: what you want to keep doing, and its streak
    Habit(Lazy<habit::HabitCommand>),
    /// Search all that was written down, the best find first
    Search(search::Search),
    /// Manage commitments
    Action(Lazy<action::ActionCommand>),
    /// Manage goals, their criteria, ratings and key results
    Goal(Lazy<goal::GoalCommand>),
    /// Draw up agreements, sign them, log the rare cases
    Agreement(Lazy<agreement::AgreementCommand>),
    /// Hold reviews: the goals as they were first set, and where they stand
    Review(Lazy<review::ReviewCommand>),
    /// Manage worksheets: what the method has you two write down
    Worksheet(Lazy<worksheet::WorksheetCommand>),
    /// Render papers, keep them as versions, and see what has changed since
    Paper(Lazy<paper::PaperCommand>),
    /// Report on an engagement's progress, or on the practice
    Report(Lazy<report::ReportCommand>),
    /// Map who surrounds the leader; gather what they say
    Stakeholder(Lazy<stakeholder::StakeholderCommand>),
    /// Manage people
    Person(Lazy<person::PersonCommand>),
    /// Manage organisations
    Org(Lazy<person::OrgCommand>),
    /// Manage methods: how an engagement runs, and your own ways
    Method(Lazy<method::MethodCommand>),
    /// Show what was changed, and when
    History(history::History),
    /// Undo the last step, or the last N
    Undo(history::Undo),
    /// Do again what was undone
    Redo(history::Redo),
    /// Show where the key is, and bring it back from its recovery line
    Key(Lazy<key::KeyCommand>),
    /// List and store words that were kept and not stored yet
    Drafts(Alone<drafts::DraftsCommand>),
    /// Make, list and check copies of the journal
    Backup(Lazy<backup::BackupCommand>),
    /// Bring the journal back from a copy; what was there is kept
    Restore(restore::Restore),
    /// Check the journal, its key, its rights and its copies
    Doctor(doctor::Doctor),
    /// Show and change settings
    Config(Lazy<config::ConfigCommand>),
    /// Print the script that makes Tab complete coach in your shell
    Completions(completions::Completions),
    /// Print the manual page of a command, or write all of them
    Man(man::Manual),
}

impl Command {
    /// Whether it is of use while the config file cannot be believed.
    fn needs_no_config(&self) -> bool {
        matches!(self, Self::Help(_) | Self::Config(_) | Self::Completions(_) | Self::Man(_))
    }

    /// Whether it says itself what is wrong in the config file.
    fn reads_config(&self) -> bool {
        use config::ConfigCommand::{Get, Set};
        matches!(self, Self::Config(Lazy(Get(_) | Set(_))))
    }

    fn run(self, desk: Desk) -> Result<(), Failure> {
        match self {
            Self::Init(leaf) => desk.run(leaf),
            Self::Help(leaf) => desk.run(leaf),
            Self::Demo(leaf) => desk.run(leaf),
            Self::Today(leaf) => desk.run(leaf),
            Self::Prep(leaf) => desk.run(leaf),
            Self::Engagement(Lazy(noun)) => noun.run(desk),
            Self::Session(Lazy(noun)) => noun.run(desk),
            Self::CheckIn(leaf) => desk.run(leaf),
            Self::DeepDive(leaf) => desk.run(leaf),
            Self::Challenge(leaf) => desk.run(leaf),
            Self::ActionPlanning(leaf) => desk.run(leaf),
            Self::Note(leaf) => desk.run(leaf),
            Self::Notes(Lazy(noun)) => noun.run(desk),
            Self::Recap(leaf) => desk.run(leaf),
            Self::Due(leaf) => desk.run(leaf),
            Self::Reflect(leaf) => desk.run(leaf),
            Self::Habit(Lazy(noun)) => noun.run(desk),
            Self::Search(leaf) => desk.run(leaf),
            Self::Action(Lazy(noun)) => noun.run(desk),
            Self::Goal(Lazy(noun)) => noun.run(desk),
            Self::Agreement(Lazy(noun)) => noun.run(desk),
            Self::Review(Lazy(noun)) => noun.run(desk),
            Self::Worksheet(Lazy(noun)) => noun.run(desk),
            Self::Paper(Lazy(noun)) => noun.run(desk),
            Self::Report(Lazy(noun)) => noun.run(desk),
            Self::Stakeholder(Lazy(noun)) => noun.run(desk),
            Self::Person(Lazy(noun)) => noun.run(desk),
            Self::Org(Lazy(noun)) => noun.run(desk),
            Self::Method(Lazy(noun)) => noun.run(desk),
            Self::History(leaf) => desk.run(leaf),
            Self::Undo(leaf) => desk.run(leaf),
            Self::Redo(leaf) => desk.run(leaf),
            Self::Key(Lazy(noun)) => noun.run(desk),
            Self::Drafts(Alone(Some(noun))) => noun.run(desk),
            Self::Drafts(Alone(None)) => desk.run(drafts::List {}),
            Self::Backup(Lazy(noun)) => noun.run(desk),
            Self::Restore(leaf) => desk.run(leaf),
            Self::Doctor(leaf) => desk.run(leaf),
            Self::Config(Lazy(noun)) => noun.run(desk),
            Self::Completions(leaf) => desk.run(leaf),
            Self::Man(leaf) => desk.run(leaf),
        }
    }
}

/// Help is wrapped at so many columns on a wider terminal.
const WIDEST: usize = 100;

/// A coaching journal: engagements, sessions, notes and commitments, offline and encrypted.
#[derive(Parser, Debug)]
#[command(
    name = "coach",
    version,
    disable_help_subcommand = true,
    max_term_width = WIDEST,
    override_help = help::OVERVIEW
)]
struct Frame {
    #[command(flatten)]
    globals: Globals,
}

/// The whole grammar.
pub(crate) fn grammar() -> clap::Command {
    Command::augment_subcommands(Frame::command())
}

/// The grammar with one command alone, the first that the words name: to prepare all the others costs
/// more than most commands do.
fn grammar_for<'w>(mut words: impl Iterator<Item = &'w str>) -> clap::Command {
    let all = ManuallyDrop::new(Command::augment_subcommands(clap::Command::default()));
    Frame::command().subcommands(words.find_map(|word| all.find_subcommand(word)).cloned())
}

/// Reads a command line. Where it is no good, the whole grammar says what was meant.
fn parse(args: &[OsString]) -> Result<(Globals, Option<Command>, Shown), clap::Error> {
    // Taken apart by the end of the process, at no cost.
    let mut named =
        ManuallyDrop::new(grammar_for(args.iter().skip(1).filter_map(|arg| arg.to_str())));
    let mut matches = match named.try_get_matches_from_mut(args) {
        Err(error) if error.use_stderr() => {
            named = ManuallyDrop::new(grammar());
            named.try_get_matches_from_mut(args)?
        }
        matches => matches?,
    };
    let shown = args::named(&matches, &named);
    let Frame { globals } = Frame::from_arg_matches_mut(&mut matches)?;
    let command = match matches.subcommand_name() {
        Some(_) => Some(Command::from_arg_matches_mut(&mut matches)?),
        None => None,
    };
    Ok((globals, command, shown))
}

/// Runs one command line. Every way out of the program leads through here.
pub(crate) fn run(args: Vec<OsString>) -> ExitCode {
    failure::report_bugs();
    if let Some(shell) = complete::asking() {
        complete::answer(shell);
        return ExitCode::SUCCESS;
    }
    let interrupt = Interrupt::install();
    let (globals, command, shown) = match parse(&args) {
        Ok(parsed) => parsed,
        Err(error) => return failure::report_usage(&error, &args, &interrupt),
    };
    let around = match Surroundings::look() {
        Ok(around) => around,
        Err(no_home) => return failure::report_early(no_home.into()),
    };
    let slip = match around.config_as_written() {
        Ok(_) => None,
        Err(error) if error.is_slip() => Some(error),
        Err(_) if command.as_ref().is_some_and(Command::needs_no_config) => None,
        Err(broken) => {
            let color = globals.color.unwrap_or(ColorWhen::Auto);
            return Failure::from(broken).report(&globals.output(&around, color));
        }
    };
    let mut output = globals.output(&around, globals.color(&around).unwrap_or(ColorWhen::Auto));
    output.pager = Pager::of(&around, &interrupt).filter(|_| !globals.no_input);
    if let Some(slip) = slip.filter(|_| !command.as_ref().is_some_and(Command::reads_config)) {
        Failure::slip(slip).warn_in_full(&output);
    }
    let outcome = globals.check().and_then(|()| {
        let now = clock::now()?;
        let (out, given) = (output.clone(), None);
        let args = args.into_iter().skip(1).collect();
        let desk = Desk { globals, around, now, out, interrupt, args, given, shown };
        command.unwrap_or(Command::Today(today::Today {})).run(desk)
    });
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(&output),
    }
}

/// Runs the capture of a draft again, with the flags of the desk beside its own. What its command line
/// named is shown to nobody who looks on now.
fn again(args: &[String], desk: Desk) -> Result<(), Failure> {
    let line: Vec<OsString> = std::iter::once("coach")
        .chain(args.iter().map(String::as_str))
        .map(OsString::from)
        .collect();
    let Ok((globals, Some(command), _)) = parse(&line) else {
        return Err(Failure::bug("a draft holds no command"));
    };
    let engagement = desk.globals.engagement.clone().or(globals.engagement);
    command.run(Desk { globals: Globals { engagement, ..desk.globals }, ..desk })
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_grammar_is_sound() {
        super::grammar().debug_assert();
    }
}
