//! What the tests share: a home of its own for each test, with a pinned clock, zone and width, and
//! an environment that holds nothing else.
#![allow(dead_code, reason = "each test file uses a part of it")]
#![allow(clippy::expect_used, reason = "a test that cannot go on fails")]

use std::ffi::OsStr;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

/// The moment of every test unless it says another: a Saturday.
pub(crate) const NOW: &str = "2026-11-21T10:00:00+01:00";

/// A home directory that goes with the test.
pub(crate) struct Home {
    dir: TempDir,
    now: String,
    zone: String,
}

/// What a run of `coach` gave.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Home {
    /// An empty home.
    pub(crate) fn empty() -> Self {
        let dir = tempfile::tempdir().expect("a temporary directory");
        Self { dir, now: NOW.to_owned(), zone: "Europe/Berlin".to_owned() }
    }

    /// A home with a journal.
    pub(crate) fn new() -> Self {
        let home = Self::empty();
        home.ok(["init"]);
        home
    }

    /// A home with a journal, one engagement `acme-cfo` with Dana Reyes, and one `beta-ceo` with Noor Haddad.
    pub(crate) fn with_two_clients() -> Self {
        let home = Self::new();
        home.ok(["engagement", "new", "acme-cfo", "--coachee", "Dana Reyes", "--org", "Acme"]);
        home.ok(["engagement", "new", "beta-ceo", "--coachee", "Noor Haddad"]);
        home
    }

    /// The home directory.
    pub(crate) fn path(&self) -> &Path {
        self.dir.path()
    }

    /// The journal in it.
    pub(crate) fn journal(&self) -> PathBuf {
        self.path().join(".local/share/coachlog/journal.coach")
    }

    /// The directory of its keys.
    pub(crate) fn keys(&self) -> PathBuf {
        self.path().join(".config/coachlog/keys")
    }

    /// The one key file.
    pub(crate) fn key(&self) -> PathBuf {
        let entries = std::fs::read_dir(self.keys()).expect("a key directory");
        let mut paths: Vec<PathBuf> =
            entries.map(|entry| entry.expect("an entry").path()).collect();
        assert_eq!(paths.len(), 1, "{paths:?}");
        paths.remove(0)
    }

    /// Sets the clock, as RFC 3339 with its offset.
    pub(crate) fn at(&mut self, now: &str) -> &mut Self {
        now.clone_into(&mut self.now);
        self
    }

    /// Sets the machine's zone.
    pub(crate) fn zone(&mut self, zone: &str) -> &mut Self {
        zone.clone_into(&mut self.zone);
        self
    }

    /// A command line of `coach` in this home, not yet run; stdin is empty.
    pub(crate) fn command<A: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = A>) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_coach"));
        command
            .args(args)
            .env_clear()
            .env("HOME", self.path())
            .env("PATH", "/usr/bin:/bin")
            .env("TZ", &self.zone)
            .env("COACH_NOW", &self.now)
            .env("TERM", "xterm")
            .current_dir(self.path())
            .stdin(Stdio::null());
        command
    }

    /// Runs `coach` with an empty stdin.
    pub(crate) fn run<A: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = A>) -> Run {
        Run::of(&self.command(args).output().expect("coach runs"))
    }

    /// Runs `coach` with this text piped in.
    pub(crate) fn pipe<A: AsRef<OsStr>>(
        &self,
        args: impl IntoIterator<Item = A>,
        stdin: impl AsRef<[u8]>,
    ) -> Run {
        let mut child = self
            .command(args)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("coach starts");
        let mut pipe = child.stdin.take().expect("a pipe");
        let text = stdin.as_ref().to_vec();
        // Coach may refuse before it has read everything.
        let writer = std::thread::spawn(move || drop(pipe.write_all(&text)));
        let output = child.wait_with_output().expect("coach ends");
        writer.join().expect("the writer ends");
        Run::of(&output)
    }

    /// Runs `coach`, which must succeed, and gives its stdout.
    pub(crate) fn ok<A: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = A>) -> String {
        let run = self.run(args);
        assert_eq!(run.code, 0, "{run:?}");
        run.out
    }

    /// Runs `coach … --json`, which must succeed, and gives what it said.
    pub(crate) fn json<A: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = A>) -> Value {
        let args: Vec<_> = args.into_iter().map(|arg| arg.as_ref().to_owned()).collect();
        let run = self.run(args.iter().map(AsRef::as_ref).chain([OsStr::new("--json")]));
        assert_eq!(run.code, 0, "{args:?} {run:?}");
        serde_json::from_str(&run.out)
            .unwrap_or_else(|error| panic!("{args:?}: {error}: {}", run.out))
    }

    /// Runs `coach`, which must end with this code and say this on stderr.
    pub(crate) fn fails<A: AsRef<OsStr>>(
        &self,
        code: i32,
        says: &str,
        args: impl IntoIterator<Item = A>,
    ) -> Run {
        let run = self.run(args);
        run.failed(code, says);
        run
    }
}

impl Run {
    /// What a finished process gave.
    pub(crate) fn of(output: &Output) -> Self {
        Self {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// Asserts the exit code, and that stderr says this.
    pub(crate) fn failed(&self, code: i32, says: &str) {
        assert_eq!(self.code, code, "{self:?}");
        assert!(self.err.contains(says), "stderr lacks {says:?}: {self:?}");
    }
}

/// The words of every command that does something, such as `session start`.
pub(crate) fn leaves() -> Vec<String> {
    fn below(command: &clap::Command, path: &str) -> Vec<String> {
        command
            .get_subcommands()
            .flat_map(|child| {
                let path = format!("{path} {}", child.get_name()).trim().to_owned();
                if child.has_subcommands() { below(child, &path) } else { vec![path] }
            })
            .collect()
    }
    let mut grammar = coachlog::grammar();
    grammar.build();
    below(&grammar, "")
}
