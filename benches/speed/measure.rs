//! How two programs are compared: run in turn, by the clock; once each, by their instructions.

use std::error::Error;
use std::fmt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::journal::stdin;

/// How often a pair of programs is run, and how often at least where they are slow.
const PAIRS: usize = 41;
const FEWEST: usize = 3;
/// No more than this is spent on one pair of programs, once the fewest runs are done.
const PATIENCE: Duration = Duration::from_secs(8);

/// What takes more milliseconds than this is not counted: under valgrind it takes fifty times as long.
const COUNTABLE: f64 = 500.0;

/// What measures.
#[derive(Debug)]
pub(crate) struct Measure {
    itself: PathBuf,
    scratch: PathBuf,
}

/// What two programs cost; nothing where it could not be measured.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Costs {
    pub(crate) coach: Option<f64>,
    pub(crate) other: Option<f64>,
    pub(crate) ratio: Option<f64>,
}

impl fmt::Display for Costs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.coach, self.other, self.ratio) {
            (Some(coach), Some(other), Some(ratio)) => {
                let places = if ratio < 0.1 { 4 } else { 2 };
                write!(f, "{coach:.2} / {other:.2} = {ratio:.places$}")
            }
            _ => f.write_str("not measured"),
        }
    }
}

/// A ratio as a cell.
pub(crate) fn ratio(one: Option<f64>, other: Option<f64>) -> String {
    one.zip(other)
        .map_or_else(|| "not measured".to_owned(), |(one, other)| format!("{:.2}", one / other))
}

/// How long a program runs, in milliseconds. Its end is all that is asked of it.
pub(crate) fn time(mut command: Command) -> Result<f64, Box<dyn Error>> {
    let start = Instant::now();
    let status = command.status()?;
    let took = start.elapsed().as_secs_f64() * 1e3;
    if status.success() { Ok(took) } else { Err(format!("{command:?}: {status}").into()) }
}

/// The middle one; nothing of nothing.
pub(crate) fn median(mut of: Vec<f64>) -> Option<f64> {
    of.sort_by(f64::total_cmp);
    of.get(of.len() / 2).copied()
}

impl Measure {
    /// Measures with files in `scratch`.
    pub(crate) fn new(scratch: &Path) -> Result<Self, Box<dyn Error>> {
        Ok(Self { itself: std::env::current_exe()?, scratch: scratch.to_owned() })
    }

    /// The program that is measured.
    pub(crate) fn coach(&self) -> &'static str {
        env!("CARGO_BIN_EXE_coach")
    }

    /// This program, which is also the floor and the one that does nothing.
    pub(crate) fn itself(&self) -> &Path {
        &self.itself
    }

    /// The medians of two programs that are run in turn, and of the ratios of the pairs.
    pub(crate) fn pairs(
        &self,
        coach: &dyn Fn() -> Command,
        other: &dyn Fn() -> Command,
    ) -> Result<Costs, Box<dyn Error>> {
        let (mut ones, mut others, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
        let begun = Instant::now();
        time(coach())?;
        time(other())?;
        while ones.len() < PAIRS && (ones.len() < FEWEST || begun.elapsed() < PATIENCE) {
            let (one, another) = (time(coach())?, time(other())?);
            ones.push(one);
            others.push(another);
            ratios.push(one / another);
        }
        Ok(Costs { coach: median(ones), other: median(others), ratio: median(ratios) })
    }

    /// The millions of instructions of two programs, where valgrind is there to count them.
    pub(crate) fn instructions(
        &self,
        coach: &dyn Fn() -> Command,
        other: &dyn Fn() -> Command,
    ) -> Result<Costs, Box<dyn Error>> {
        if time(coach())?.max(time(other())?) > COUNTABLE {
            return Ok(Costs { coach: None, other: None, ratio: None });
        }
        let (coach, other) = (self.count(&coach())?, self.count(&other())?);
        Ok(Costs { coach, other, ratio: coach.zip(other).map(|(one, other)| one / other) })
    }

    fn count(&self, command: &Command) -> Result<Option<f64>, Box<dyn Error>> {
        let Some(valgrind) = found("valgrind") else { return Ok(None) };
        let mut counted =
            under(&valgrind, &["--tool=callgrind", "--callgrind-out-file=/dev/null"], command);
        let output = counted.stderr(Stdio::piped()).output()?;
        let said = String::from_utf8_lossy(&output.stderr);
        let count = said.lines().find_map(|line| line.split_once("Collected : "));
        Ok(count.and_then(|(_, count)| count.trim().parse::<f64>().ok()).map(|count| count / 1e6))
    }

    /// How often a program waits for the disk, where strace is there to see it.
    pub(crate) fn syncs(&self, command: &Command) -> Result<String, Box<dyn Error>> {
        let Some(strace) = found("strace") else { return Ok("strace is not installed".to_owned()) };
        let trace = self.scratch.join("trace");
        let args = ["-f", "-qq", "-e", "trace=fsync,fdatasync", "-o", &trace.display().to_string()];
        under(&strace, &args, command).status()?;
        Ok(std::fs::read_to_string(trace)?.lines().count().to_string())
    }
}

/// The same command line under another program.
fn under(program: &Path, args: &[&str], command: &Command) -> Command {
    let mut outer = Command::new(program);
    outer.args(args).arg(command.get_program()).args(command.get_args()).env_clear();
    outer.envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
    if let Some(dir) = command.get_current_dir() {
        outer.current_dir(dir);
    }
    outer.stdin(stdin(command)).stdout(Stdio::null()).stderr(Stdio::null());
    outer
}

/// Where a program is, if it is installed.
pub(crate) fn found(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|dir| dir.join(program)).find(|file| file.is_file())
}
