//! The surroundings of a run: directories, environment, terminals. Read once, passed down. The
//! config file is read when it is first needed.

use std::cell::OnceCell;
use std::ffi::OsString;
use std::io::IsTerminal;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use directories::ProjectDirs;

mod kind;
mod settings;
pub(crate) use settings::{Config, ConfigError, KEYS, Key, edit};

/// What this run finds around itself.
#[derive(Clone, Debug)]
pub(crate) struct Surroundings {
    /// Where the journal lies unless another is named.
    pub(crate) data_dir: PathBuf,
    /// Where drafts lie.
    pub(crate) state_dir: PathBuf,
    /// Where keys lie.
    pub(crate) config_dir: PathBuf,
    /// Where files of a login lie that go with it, below `XDG_RUNTIME_DIR`; absent where that is
    /// not set.
    pub(crate) runtime_dir: Option<PathBuf>,
    /// The terminal's height: `LINES`, else as it says; absent where neither is known.
    pub(crate) lines: Option<usize>,
    /// The command line of the pager: `COACH_PAGER`, else `PAGER`, else less. Empty means none.
    pub(crate) pager: String,
    /// Whether `LESS` is set.
    pub(crate) less_is_set: bool,
    /// The editor that the environment names, and the variable that names it.
    pub(crate) editor: Option<(&'static str, String)>,
    /// `COACH_JOURNAL`, if set.
    pub(crate) journal: Option<PathBuf>,
    pub(crate) stdin_is_terminal: bool,
    pub(crate) stdout_is_terminal: bool,
    pub(crate) stderr_is_terminal: bool,
    /// `COACH_DISCREET`, if set.
    pub(crate) discreet: Option<Switch>,
    /// `NO_COLOR`, not empty.
    pub(crate) no_color: bool,
    /// `CLICOLOR_FORCE`, neither empty nor 0.
    pub(crate) force_color: bool,
    /// `TERM` is `dumb` or not set.
    pub(crate) dumb: bool,
    /// Where this program is, if the shell would not find it by its name.
    pub(crate) program_off_path: Option<PathBuf>,
    /// `COLUMNS`, else the terminal's width; 80 where neither is known.
    pub(crate) columns: usize,
    config: OnceCell<Config>,
}

/// A variable that turns something on or off.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Switch {
    On,
    Off,
    /// It is neither.
    Unclear(String),
}

impl Switch {
    fn read(text: &str) -> Self {
        match text.to_ascii_lowercase().as_str() {
            "1" | "true" | "yes" | "on" => Self::On,
            "" | "0" | "false" | "no" | "off" => Self::Off,
            _ => Self::Unclear(text.to_owned()),
        }
    }
}

/// The machine says nowhere where a user's files belong.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct NoHome;

/// A variable of the environment that is set and not empty.
pub(super) fn env(name: &str) -> Option<OsString> {
    set(name).filter(|value| !value.is_empty())
}

/// A variable of the environment that is set, empty or not.
#[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
fn set(name: &str) -> Option<OsString> {
    std::env::var_os(name)
}

/// A command line that a variable holds; nothing where it is empty or blank.
fn command_line(name: &'static str) -> Option<(&'static str, String)> {
    let line = env(name)?.to_string_lossy().into_owned();
    (!line.trim().is_empty()).then_some((name, line))
}

/// The first of these programs that `PATH` leads to.
pub(super) fn program_on_path(names: &[&'static str]) -> Option<&'static str> {
    names.iter().find(|name| program_path(name).is_some()).copied()
}

fn is_program(path: &Path) -> bool {
    path.metadata().is_ok_and(|meta| meta.is_file() && meta.permissions().mode() & 0o111 != 0)
}

/// Where a program is that a command line names, as a shell finds it.
pub(super) fn program_path(name: &str) -> Option<PathBuf> {
    if name.contains('/') {
        return Some(PathBuf::from(name));
    }
    std::env::split_paths(&env("PATH")?).map(|dir| dir.join(name)).find(|path| is_program(path))
}

/// The shell that asks what may follow on its line: `COACH_COMPLETE`, which the scripts of
/// `coach completions` set for one call.
pub(crate) fn asking_shell() -> Option<OsString> {
    env("COACH_COMPLETE")
}

/// A path as a shell would have read it: `~/` is the home directory.
pub(crate) fn from_home(path: &str) -> PathBuf {
    match path.strip_prefix("~/").zip(env("HOME")) {
        Some((rest, home)) => Path::new(&home).join(rest),
        None => PathBuf::from(path),
    }
}

fn program_off_path() -> Option<PathBuf> {
    let program = std::env::current_exe().ok()?;
    let found = std::env::split_paths(&env("PATH")?)
        .any(|dir| program.file_name().is_some_and(|name| dir.join(name).exists()));
    (!found).then_some(program)
}

impl Surroundings {
    /// Looks around.
    pub(crate) fn look() -> Result<Self, NoHome> {
        let dirs = ProjectDirs::from("", "", "coachlog").ok_or(NoHome)?;
        let columns = env("COLUMNS").and_then(|text| text.to_str()?.parse().ok());
        let lines = env("LINES").and_then(|text| text.to_str()?.parse().ok());
        let terminal = terminal_size::terminal_size();
        let pager = set("COACH_PAGER").or_else(|| set("PAGER"));
        Ok(Self {
            data_dir: dirs.data_dir().to_owned(),
            state_dir: dirs.state_dir().unwrap_or(dirs.data_dir()).to_owned(),
            config_dir: dirs.config_dir().to_owned(),
            runtime_dir: dirs.runtime_dir().map(Path::to_owned),
            editor: ["VISUAL", "EDITOR"].into_iter().find_map(command_line),
            journal: env("COACH_JOURNAL").map(PathBuf::from),
            stdin_is_terminal: std::io::stdin().is_terminal(),
            stdout_is_terminal: std::io::stdout().is_terminal(),
            stderr_is_terminal: std::io::stderr().is_terminal(),
            discreet: set("COACH_DISCREET").map(|value| Switch::read(&value.to_string_lossy())),
            no_color: env("NO_COLOR").is_some(),
            force_color: env("CLICOLOR_FORCE").is_some_and(|value| value != "0"),
            dumb: env("TERM").is_none_or(|term| term == "dumb"),
            program_off_path: program_off_path(),
            columns: columns
                .filter(|width| *width >= 20)
                .or_else(|| terminal.map(|(width, _)| usize::from(width.0)))
                .unwrap_or(80),
            lines: lines
                .filter(|lines| *lines > 0)
                .or_else(|| terminal.map(|(_, height)| usize::from(height.0))),
            pager: pager.map_or_else(|| "less".into(), |line| line.to_string_lossy().into_owned()),
            less_is_set: set("LESS").is_some(),
            config: OnceCell::new(),
        })
    }

    /// Where the config file lies, if there is one.
    pub(crate) fn config_path(&self) -> PathBuf {
        self.config_dir.join("config.toml")
    }

    /// The settings of the config file; the defaults where there is a slip in it.
    pub(crate) fn config(&self) -> Result<&Config, ConfigError> {
        match self.config_as_written() {
            Err(error) if error.is_slip() => Ok(self.config.get_or_init(Config::default)),
            settings => settings,
        }
    }

    /// The settings of the config file, or what is wrong in it.
    pub(crate) fn config_as_written(&self) -> Result<&Config, ConfigError> {
        if let Some(config) = self.config.get() {
            return Ok(config);
        }
        let config = Config::load(&self.config_path())?;
        Ok(self.config.get_or_init(|| config))
    }

    /// Whether the environment says when colour is used: it comes before the config file.
    pub(crate) fn says_color(&self) -> bool {
        self.no_color || self.force_color
    }

    /// Whether somebody is there to answer.
    pub(crate) fn is_interactive(&self) -> bool {
        self.stdin_is_terminal && self.stderr_is_terminal
    }

    /// Where the journal lies: as named on the command line, by `COACH_JOURNAL`, or in the data
    /// directory.
    pub(crate) fn journal_path(&self, named: Option<&Path>) -> PathBuf {
        named
            .map(Path::to_owned)
            .or_else(|| self.journal.clone())
            .unwrap_or_else(|| self.data_dir.join("journal.coach"))
    }
}
