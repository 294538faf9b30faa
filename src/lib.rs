//! `coach`, a coaching journal for the terminal: the map of the house.
//!
//! Floors, each importing only what lies below it:
//!
//! - **4** this file and `main`: read the surroundings and the clock, hand the command line to its
//!   command, turn the result into an exit code.
//! - **3** `commands`: what people type and see, one file per noun or flow.
//! - **2** `vault`: keys, how a journal is made and opened, its copies, and drafts of what it was too
//!   busy to take. `export`: what leaves it. `report`: papers and pictures out of records.
//! - **1** `store` (the SQLite file, its one write door and its change log) and `platform` (clock,
//!   directories, prompt, output), side by side.
//! - **0** `domain`: meaning, as plain values.
//!
//! A noun has one stem on each floor: `ls src/*/goal.rs` shows all of it. To add one, begin with
//! its transcript in `tests/cmd`, then its values in `domain`, its rows in `store`, its command.
//! `tests/layers.rs` keeps the direction.

mod commands;
mod domain;
mod export;
mod platform;
mod report;
mod store;
mod vault;

use std::ffi::OsString;
use std::process::ExitCode;

/// Runs one command line and tells with which code the process ends.
pub fn run(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    commands::run(args.into_iter().collect())
}

/// The words of a text as the full-text index holds them, for tests that check the index.
pub fn search_words(text: &str) -> String {
    domain::search::indexed(text)
}

/// The whole grammar, for tests that go through every command.
pub fn grammar() -> clap::Command {
    commands::grammar()
}
