//! How long a person waits after Enter: from the key to the next question of a walk, against a
//! program with the same journal open that reads a line, inserts a bare note and asks again. Both sit
//! at a pseudo-terminal and answer in turn.

use std::error::Error;
use std::fs::File;
use std::io::{Read, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use rexpect::process::PtyProcess;

use crate::journal::{Journal, RUNNING};
use crate::measure::{Costs, Measure, median};

/// How often each is answered.
const ANSWERS: usize = 200;

/// What ends the question of both.
const ASKED: &str = "> ";

/// A program that asks, at a terminal of its own.
struct Asking {
    /// Ended when this goes.
    _process: PtyProcess,
    terminal: File,
}

impl Asking {
    fn start(mut command: Command) -> Result<Self, Box<dyn Error>> {
        command.stdin(Stdio::inherit()).stdout(Stdio::inherit()).stderr(Stdio::inherit());
        let process = PtyProcess::new(command)?;
        let terminal = process.get_file_handle()?;
        let mut asking = Self { _process: process, terminal };
        asking.until(ASKED)?;
        Ok(asking)
    }

    /// Reads what is shown until it holds this.
    fn until(&mut self, wanted: &str) -> Result<(), Box<dyn Error>> {
        let mut seen = Vec::new();
        let mut bytes = [0; 4096];
        while !String::from_utf8_lossy(&seen).contains(wanted) {
            match self.terminal.read(&mut bytes)? {
                0 => return Err("it ended".into()),
                read => seen.extend_from_slice(&bytes[..read]),
            }
        }
        Ok(())
    }

    /// Types a line; the milliseconds from Enter to the next question.
    fn answer(&mut self, number: usize, echoes: bool) -> Result<f64, Box<dyn Error>> {
        let words = format!("answer {number:03}");
        self.terminal.write_all(words.as_bytes())?;
        if echoes {
            self.until(&words)?;
        }
        let start = Instant::now();
        self.terminal.write_all(b"\r")?;
        self.until(ASKED)?;
        Ok(start.elapsed().as_secs_f64() * 1e3)
    }
}

/// The medians of both, and of the ratios of the pairs.
pub(crate) fn costs(measure: &Measure, journal: &Journal) -> Result<Costs, Box<dyn Error>> {
    journal.coach(&["session", "start", RUNNING])?;
    let (file, key) = (journal.file().display().to_string(), journal.key().display().to_string());
    let mut walk = journal.command(Path::new(measure.coach()), &["deep-dive", "-e", RUNNING]);
    walk.env("TERM", "xterm");
    let mut coach = Asking::start(walk)?;
    let mut floor =
        Asking::start(journal.command(measure.itself(), &["floor", "answers", &file, &key]))?;
    let (mut ones, mut others, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    for number in 0..ANSWERS {
        let (one, other) = (coach.answer(number, true)?, floor.answer(number, false)?);
        ones.push(one);
        others.push(other);
        ratios.push(one / other);
    }
    drop((coach, floor));
    journal.coach(&["session", "end", RUNNING, "--minutes", "80"])?;
    Ok(Costs { coach: median(ones), other: median(others), ratio: median(ratios) })
}
