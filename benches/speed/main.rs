//! `cargo bench`: the figures of speed, side by side. Numbers after `--` are the sizes to measure.
//!
//! Everything is a ratio within one run, never a time alone: `coach` against a program of the same
//! libraries that does the least that could give the answer (`floor.rs`), and against the tools that
//! people use now (`peers.rs`). The two are run in turn, so that a busy machine slows both.
//! This executable is also the programs it measures against: `floor` and `noop`.

#![allow(clippy::disallowed_methods, reason = "times runs, reads its own arguments")]
#![allow(clippy::disallowed_macros, clippy::print_stdout, reason = "a report is printed")]

use std::error::Error;
use std::path::Path;

mod answers;
mod floor;
mod journal;
mod measure;
mod peers;

use journal::{Journal, RARE, RUNNING};
use measure::{Measure, ratio};

const SIZES: [usize; 3] = [1_000, 10_000, 100_000];
/// Commands that open no journal.
const WITHOUT_JOURNAL: &[(&str, &[&str])] = &[
    ("--version", &["--version"]),
    ("--help", &["--help"]),
    ("completions bash", &["completions", "bash"]),
    ("help session", &["help", "session"]),
];
/// Commands that read a journal: the floor's name for what they answer, and their words.
const READS: &[(&str, &[&str])] = &[
    ("today", &["today"]),
    ("due", &["due"]),
    ("prep", &["prep", RUNNING]),
    ("goal list", &["goal", "list", RUNNING]),
    ("search", &["search", RARE]),
    // The words that a shell sends stand in a file: see `Journal::command`.
    ("complete", &[journal::TAB]),
];
const NOTE: &[&str] =
    &["note", "-e", RUNNING, "She", "decides", "alone", "because", "asking", "costs", "a", "day"];

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match args.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["noop"] => {
            // Linked with all that `coach` is, so that it is loaded at the same cost.
            let run: fn(Vec<std::ffi::OsString>) -> std::process::ExitCode =
                |args| coachlog::run(args);
            std::hint::black_box(run);
            Ok(())
        }
        ["floor", what, file, key] => floor::run(what, file, key),
        _ => {
            let named: Vec<usize> = args.iter().filter_map(|arg| arg.parse().ok()).collect();
            report(if named.is_empty() { &SIZES } else { &named })
        }
    }
}

fn report(sizes: &[usize]) -> Result<(), Box<dyn Error>> {
    let dir = tempfile::tempdir()?;
    let mut journals = Vec::new();
    for size in sizes {
        let journal = Journal::make(dir.path().join(size.to_string()), *size)?;
        checked(&journal, *size)?;
        let megabytes = std::fs::metadata(journal.file())?.len() / 1_000_000;
        println!("a journal of {size} sessions, notes and actions: {megabytes} MB");
        journals.push((*size, journal));
    }
    let measure = Measure::new(dir.path())?;
    println!("\n## Against the floor: ms and million instructions, coach / floor = ratio\n");
    println!("| command | size | time | at most | instructions |\n|---|--:|--:|--:|--:|");
    let Some((_, any)) = journals.first() else { return Err("no size".into()) };
    for (name, words) in WITHOUT_JOURNAL {
        let coach = || any.command(Path::new(measure.coach()), words);
        let noop = || any.command(measure.itself(), &["noop"]);
        let (times, instructions) =
            (measure.pairs(&coach, &noop)?, measure.instructions(&coach, &noop)?);
        println!("| `{name}` | – | {times} | 1.2 | {instructions} |");
    }
    let mut growth = Vec::new();
    for (name, words) in READS.iter().chain(&[("note", NOTE)]) {
        let mut cells = Vec::new();
        for (size, journal) in &journals {
            let (file, key) =
                (journal.file().display().to_string(), journal.key().display().to_string());
            let coach = || journal.command(Path::new(measure.coach()), words);
            let floor = || journal.command(measure.itself(), &["floor", name, &file, &key]);
            let (times, instructions) =
                (measure.pairs(&coach, &floor)?, measure.instructions(&coach, &floor)?);
            let most = if *name == "note" { "1.5" } else { "1.3" };
            println!("| `{name}` | {size} | {times} | {most} | {instructions} |");
            cells.push((times.coach, instructions.coach));
        }
        if let (Some(first), Some(last)) = (cells.first(), cells.last()) {
            growth.push((name, ratio(last.0, first.0), ratio(last.1, first.1)));
        }
    }
    println!("\n## From Enter to the next question, in an open process\n");
    println!("| size | ms, coach / floor = ratio | at most |\n|--:|--:|--:|");
    for (size, journal) in &journals {
        println!("| {size} | {} | 1.5 |", answers::costs(&measure, journal)?);
    }
    println!("\n## From the smallest to the largest, at most 1.2\n");
    println!("| command | time | instructions |\n|---|--:|--:|");
    for (name, time, instructions) in growth {
        println!("| `{name}` | {time} | {instructions} |");
    }
    let syncs = measure.syncs(&any.command(Path::new(measure.coach()), NOTE))?;
    println!("\nfsyncs of one note: {syncs} (at most 6)");
    let bytes = std::fs::metadata(measure.coach())?.len() as f64;
    println!("binary: {:.1} MB (at most 14)", bytes / 1e6);
    for (size, journal) in &journals {
        peers::report(&measure, journal, *size, &dir.path().join(format!("peers-{size}")))?;
    }
    Ok(())
}

/// Fails unless the journal is one that `coach` could have written.
fn checked(journal: &Journal, size: usize) -> Result<(), Box<dyn Error>> {
    let count = |args: &[&str]| -> Result<usize, Box<dyn Error>> {
        Ok(journal.coach(args)?.lines().count())
    };
    assert_eq!(count(&["due", "--output", "jsonl"])?, 200);
    assert_eq!(count(&["engagement", "list", "--status", "active", "--output", "jsonl"])?, 20);
    assert_eq!(count(&["notes", "list", RUNNING, "--output", "jsonl"])?, 10);
    assert_eq!(count(&["goal", "list", RUNNING, "--output", "jsonl"])?, 3);
    let mut tab = journal.command(Path::new(env!("CARGO_BIN_EXE_coach")), &[journal::TAB]);
    let offered = tab.stdout(std::process::Stdio::piped()).output()?.stdout;
    assert_eq!(String::from_utf8(offered)?.lines().count(), 100, "the refs that Tab offers");
    assert!(journal.coach(&["history", "A1"])?.contains("action-planning"));
    assert!(journal.coach(&["undo", "3", "--dry-run"])?.contains("session add"));
    if size <= 1_000 {
        for list in [&["session", "list"][..], &["notes", "list"], &["action", "list"]] {
            assert_eq!(count(&[list, &["--output", "jsonl"]].concat())?, size);
        }
        assert!(count(&["history", "--output", "jsonl"])? > 3 * size);
    }
    Ok(())
}
